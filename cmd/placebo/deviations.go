package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/placebo-sim/placebo/simulator/deviation"
)

func newDeviations() *cobra.Command {
	var format, side string
	cmd := &cobra.Command{
		Use:   "deviations [NAME | CLAUSE]",
		Short: "List the wrong behaviours that can be armed, and the clauses they break",
		Long: "List every deliberate breach of the contract that the simulated vendor or the simulated partner can\n" +
			"commit. With an argument: one deviation, or all that break a clause.\n\n" +
			"A configuration (placebo serve --config) arms them for a sandbox, or for one of its programs:\n\n" +
			"  deviations: [enrollment.birth-as-text, media.in-base64]",
		Example: "  placebo deviations\n  placebo deviations --side partner\n  placebo deviations HA-HOOK-ENROLL-008\n  placebo deviations --format json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if side != "" && side != string(deviation.Vendor) && side != string(deviation.Partner) {
				return usage{fmt.Errorf("--side: must be vendor or partner, not %q", side)}
			}
			chosen := deviants(side, strings.Join(args, ""))
			if len(args) == 1 && len(chosen) == 0 {
				return usage{fmt.Errorf("%q is no deviation and no clause that one breaks; placebo deviations lists them", args[0])}
			}
			switch format {
			case "json":
				to := json.NewEncoder(cmd.OutOrStdout())
				to.SetIndent("", "  ")
				to.SetEscapeHTML(false)
				return to.Encode(map[string]any{"deviations": chosen})
			case "text":
				out := bufio.NewWriter(cmd.OutOrStdout())
				listDeviants(out, chosen)
				return out.Flush()
			}
			return usage{fmt.Errorf("--format: must be text or json, not %q", format)}
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.Flags().StringVar(&side, "side", "", "vendor or partner; both when it is not said")
	return cmd
}

// deviant is a deviation as it is listed. Its JSON is for others' programs: names
// are added and never changed.
type deviant struct {
	Name    string   `json:"name"`
	Side    string   `json:"side"`
	Does    string   `json:"does"`
	Clauses []string `json:"clauses"` // that it breaks; the first is the one it is made for
}

// deviants are the deviations of a side, of a name or that break a clause; what
// is empty chooses nothing.
func deviants(side, word string) []deviant {
	chosen := []deviant{}
	for _, d := range deviation.All() {
		if (side == "" || side == string(d.Side)) && (word == "" || word == d.Name || slices.Contains(d.Clauses, word)) {
			chosen = append(chosen, deviant{d.Name, string(d.Side), d.Does, d.Clauses})
		}
	}
	return chosen
}

// Columns of the list, from the left.
const (
	deviantColumn = 2
	deedColumn    = 44
)

func listDeviants(w io.Writer, all []deviant) {
	for _, side := range []deviation.Side{deviation.Vendor, deviation.Partner} {
		first := true
		for _, d := range all {
			if d.Side != string(side) {
				continue
			}
			if first {
				fmt.Fprintf(w, "THE %s\n\n", strings.ToUpper(d.Side))
				first = false
			}
			fmt.Fprintf(w, "%*s%-*s", deviantColumn, "", deedColumn-deviantColumn-1, d.Name)
			at := max(deedColumn, deviantColumn+len(d.Name)+1)
			fmt.Fprint(w, " ")
			wrap(w, at, deedColumn, " ", append(strings.Fields(d.Does), "("+strings.Join(d.Clauses, ", ")+")"))
		}
		if !first {
			fmt.Fprintln(w)
		}
	}
}
