package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/placebo-sim/placebo/conformance/target/inprocess"
)

// newProve is the suite on trial: it arms the simulator's deviations one by one
// and shows what the suite makes of each.
func newProve() *cobra.Command {
	var out string
	parallel := 2 * runtime.GOMAXPROCS(0)
	cmd := &cobra.Command{
		Use:   "prove [DEVIATION...]",
		Short: "Put the suite on trial: arm wrong behaviours and see which it notices",
		Long: "Arm the deviations of our own simulator one by one, run the scenarios of the clause that each breaks,\n" +
			"and print the kill matrix: noticed by its own clause, elsewhere, or by nobody.\n\n" +
			"Exit codes: 0 each was noticed by its own clause, 1 not, 2 wrong usage, 3 it could not be carried out.",
		RunE: func(cmd *cobra.Command, names []string) error {
			target, err := inprocess.Start(inprocess.Options{Version: versionText()})
			if err != nil {
				return ended{notCarriedOut, err}
			}
			defer func() { _ = target.Close() }() // the process ends
			w := cmd.OutOrStdout()
			m, err := target.Prove(cmd.Context(), parallel, func(k inprocess.Kill) { tellKill(w, k) }, names...)
			switch {
			case err != nil:
				return ended{notCarriedOut, err}
			case len(m.Kills) == 0 || len(names) > 0 && len(m.Kills) != len(names):
				return usage{fmt.Errorf("there is no such deviation among %s", strings.Join(names, ", "))}
			}
			fmt.Fprintf(w, "\n%d deviations: %d noticed by their own clause, %d elsewhere, %d by nobody; %d MUSTs have none of their own\n",
				len(m.Kills), m.Count(inprocess.Own), m.Count(inprocess.Elsewhere), m.Count(inprocess.Survived), len(m.Unbroken))
			if out != "" {
				if err := writeMatrix(out, m); err != nil {
					return ended{notCarriedOut, err}
				}
			}
			if m.Count(inprocess.Own) != len(m.Kills) {
				return ended{code: notConformant}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write kill-matrix.json and kill-matrix.md into this `DIR`")
	cmd.Flags().IntVar(&parallel, "parallel", parallel, "this many deviations at once")
	return cmd
}

func tellKill(w io.Writer, k inprocess.Kill) {
	by := ""
	if k.Fate == inprocess.Elsewhere {
		by = ", by " + strings.Join(k.By[:min(len(k.By), 3)], " ")
	}
	fmt.Fprintf(w, "%-10s %-52s %s%s\n", k.Fate, k.Deviation, k.Clauses[0], by)
}

func writeMatrix(dir string, m *inprocess.Matrix) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "kill-matrix.json"), slices.Concat(data, []byte("\n")), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "kill-matrix.md"), []byte(m.Markdown(nil)), 0o644)
}
