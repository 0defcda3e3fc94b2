package inprocess_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/features"
	"github.com/placebo-sim/placebo/simulator/dialect"
)

// unplayed are the entries that can be switched and of which no scenario plays a
// reading, and why.
var unplayed = map[string]string{
	"AMB-022": "what the sender finds in a refusal is its own: rxware's tests of the judge",
	"AMB-023": "what the sender finds in an acknowledgement is its own: rxware's tests of the judge",
	"AMB-024": "scenarios listen on plain HTTP: rxware's tests of where webhooks go",
}

// What a scenario calls a reading must be one, and every entry that can be
// switched is played.
func TestEveryAmbiguityIsPlayed(t *testing.T) {
	all, err := conformance.Scenarios(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	played := map[string]bool{}
	for _, s := range all {
		for _, tag := range s.Tags {
			id := strings.TrimPrefix(strings.TrimPrefix(tag, "@"), "uses:")
			if a, ok := dialect.Find(id); ok && a.Why == "" {
				played[id] = true
			} else if strings.HasPrefix(id, "AMB-") {
				t.Errorf("%s: %s: %s cannot be switched", s.File, s.Title, tag)
			}
		}
	}
	for _, a := range dialect.All() {
		why, excused := unplayed[a.ID]
		excused = excused && why != ""
		if a.Why == "" && !played[a.ID] && !excused {
			t.Errorf("no scenario plays %s: %s", a.ID, a.Subject)
		}
		if played[a.ID] && excused {
			t.Errorf("%s is played; its reason is out of date: %s", a.ID, why)
		}
	}
	if !slices.ContainsFunc(dialect.All(), func(a dialect.Ambiguity) bool { return a.Why != "" }) {
		t.Error("nothing is said of the entries that cannot be switched")
	}
}
