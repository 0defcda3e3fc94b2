package config

import (
	"slices"

	"github.com/placebo-sim/placebo/simulator/deviation"
)

// checkDeviations wants names of the registry, each once.
func checkDeviations(at place, names []string) *wrong {
	for i, name := range names {
		if _, err := deviation.Arm(name); err != nil {
			return bad(at.of(i), err.Error())
		}
		if slices.Contains(names[:i], name) {
			return badf(at.of(i), "%s stands there twice", name)
		}
	}
	return nil
}

// arm makes the set of the deviations that are named at a place, beside those
// of the whole sandbox.
func arm(at place, names []string, shared ...string) (*deviation.Set, *wrong) {
	all := slices.Concat(shared, names)
	slices.Sort(all)
	set, err := deviation.Arm(slices.Compact(all)...)
	if err != nil {
		return nil, bad(at, err.Error())
	}
	return set, nil
}
