package inprocess_test

import (
	"slices"
	"testing"

	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/simulator/dialect"
)

// What partners can claim to read is what vendors can choose to write, and the
// suite begins where our vendor does.
func TestWhatPartnersReadIsWhatTheRegisterHas(t *testing.T) {
	documented := map[string][]string{}
	for _, w := range dialect.Switches("") {
		for _, v := range w.Values {
			if !v.Robustness {
				documented[w.Name] = append(documented[w.Name], v.Name)
			}
		}
	}
	for _, s := range port.Switches() {
		values, ok := documented[s.Name]
		if !ok {
			t.Errorf("%s is no switch", s.Name)
			continue
		}
		for i, v := range s.Values {
			if !slices.Contains(values, v) {
				t.Errorf("%s has no documented value %q", s.Name, v)
			}
			if i == 0 && v != values[0] {
				t.Errorf("%s begins with %q, want %q", s.Name, v, values[0])
			}
		}
	}
}
