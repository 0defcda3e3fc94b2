package program_test

import (
	"slices"
	"testing"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/program"
)

func TestEveryRuleHasANameOfItsOwn(t *testing.T) {
	for _, r := range program.Rules() {
		if back, ok := program.ParseRule(r.String()); r.String() == "" || !ok || back != r {
			t.Errorf("rule %d is called %q, which is rule %d", uint8(r), r, uint8(back))
		}
	}
	if _, ok := program.ParseRule(""); ok {
		t.Error("no name is a rule's")
	}
}

// A deviation that speaks of a rule that there is not would do nothing.
func TestDeviationsSpeakOfRulesThatThereAre(t *testing.T) {
	none := []string{"", deviation.Success, deviation.Known}
	for _, d := range deviation.All() {
		var rules []string
		for _, f := range d.Overlook {
			rules = append(rules, f.Rule)
		}
		for _, f := range d.Refuse {
			rules = append(rules, f.Rule)
		}
		for _, f := range d.Reword {
			rules = append(rules, f.Rule)
		}
		for _, name := range rules {
			if _, ok := program.ParseRule(name); !ok && !slices.Contains(none, name) {
				t.Errorf("%s: there is no rule %q", d.Name, name)
			}
		}
	}
}
