package inprocess_test

import (
	"testing"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/result"
	"github.com/placebo-sim/placebo/conformance/target/inprocess"
)

// Our simulator keeps every profile, our own choices included, with nothing
// skipped that is not said in the catalogue.
func TestOurSimulatorPassesEveryProfile(t *testing.T) {
	target := inprocess.New(t)
	for _, p := range conformance.Profiles() {
		t.Run(p.Name, func(t *testing.T) {
			r, err := conformance.Execute(t.Context(), target, conformance.Options{Profile: p, Features: chosen, Policy: true, Parallel: 8, RunID: "t"})
			if err != nil {
				t.Fatal(err)
			}
			if r.Exit() != 0 || r.Verdict != result.Passed {
				t.Errorf("exit %d, verdict %s, totals %v %s", r.Exit(), r.Verdict, r.Totals, r.Note)
			}
			for _, s := range r.Scenarios {
				if s.Verdict != result.Passed {
					t.Errorf("%s %s: %s: %s", s.ID, s.Title, s.Verdict, s.Reason)
				}
			}
			for _, c := range r.Clauses {
				if c.Verdict != result.Passed {
					t.Logf("%s %s: %s", c.ID, c.Verdict, c.Reason)
				}
			}
			t.Logf("%v", r.Totals)
		})
	}
}
