package rxware_test

import (
	"testing"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/rxware"
)

// What a deviation refuses needs words in the call's own error table.
func TestDeviationsRefuseInTheWordsOfTheirCall(t *testing.T) {
	families := map[deviation.Call]string{deviation.Invite: "invitation", deviation.Reinvite: "reinviting",
		deviation.Update: "updating", deviation.Subscribe: "updating", deviation.Prefer: "preferring"}
	for _, d := range deviation.All() {
		for _, r := range d.Refuse {
			rule, _ := program.ParseRule(r.Rule)
			if _, ok := rxware.Families()[families[r.Call]][rule]; !ok {
				t.Errorf("%s: the refusals of %s have no row for %q", d.Name, r.Call, r.Rule)
			}
		}
	}
}
