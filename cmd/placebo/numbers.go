package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/placebo-sim/placebo/simulator"
)

func newNumbers() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "numbers",
		Short: "List the phone numbers that force an outcome",
		Long: "List the phone numbers that force an outcome with no configuration: whoever is invited with one\n" +
			"behaves as the list says. No invented patient ever has one.",
		Example: "  placebo numbers\n  placebo numbers --format json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch format {
			case "json":
				to := json.NewEncoder(cmd.OutOrStdout())
				to.SetIndent("", "  ")
				to.SetEscapeHTML(false)
				return to.Encode(struct {
					Numbers []magicNumber `json:"numbers"`
				}{magicNumbers()})
			case "text":
				out := bufio.NewWriter(cmd.OutOrStdout())
				listNumbers(out, magicNumbers())
				return out.Flush()
			}
			return usage{fmt.Errorf("--format: must be text or json, not %q", format)}
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// magicNumber is what the command tells of a number. Its JSON is for others'
// programs: names are added and never changed.
type magicNumber struct {
	Phone string `json:"phoneNumber"`
	Does  string `json:"does"`
	Shows string `json:"shows"`            // where it can be seen
	Waits string `json:"notYet,omitempty"` // for what, when it is not played yet
}

func magicNumbers() (all []magicNumber) {
	for _, m := range simulator.MagicNumbers() {
		all = append(all, magicNumber{m.Phone, m.Does, m.Trace, m.Later})
	}
	return all
}

// doesColumn is where the list says what a number does.
const doesColumn = 14

func listNumbers(w io.Writer, all []magicNumber) {
	fmt.Fprintf(w, "%-*sWHAT HAPPENS, AND WHERE IT SHOWS\n", doesColumn, "NUMBER")
	for _, m := range all {
		fmt.Fprintf(w, "\n%-*s", doesColumn, m.Phone)
		wrap(w, doesColumn, doesColumn, " ", strings.Fields(m.Does))
		fmt.Fprintf(w, "%*s", doesColumn, "")
		wrap(w, doesColumn, doesColumn, " ", strings.Fields(m.Shows))
		if m.Waits != "" {
			fmt.Fprintf(w, "%*snot yet: it waits for %s\n", doesColumn, "", m.Waits)
		}
	}
}
