package conformance_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/clauses"
	"github.com/placebo-sim/placebo/features"
)

func scenarios(t *testing.T) []conformance.Scenario {
	t.Helper()
	all, err := conformance.Scenarios(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("there is no scenario")
	}
	return all
}

// A tag names a clause, a supporting clause, or an ambiguity that the scenario
// plays a reading of.
func TestEveryTagNamesAClauseOrAnAmbiguity(t *testing.T) {
	ambiguous := map[string]bool{}
	for _, c := range clauses.All() {
		for _, a := range c.Ambiguities {
			ambiguous[a] = true
		}
	}
	for _, s := range scenarios(t) {
		if !slices.ContainsFunc(s.Tags, func(tag string) bool { return !strings.HasPrefix(tag, "@AMB-") }) {
			t.Errorf("%s: %s has no tag that names a clause", s.File, s.Title)
		}
		for _, tag := range s.Tags {
			id := strings.TrimPrefix(strings.TrimPrefix(tag, "@"), "uses:")
			if _, ok := clauses.Find(id); !ok && !ambiguous[id] {
				t.Errorf("%s: %s: %s names no clause and no ambiguity", s.File, s.Title, tag)
			}
		}
	}
}

func TestAScenarioProvesClausesOfOneLevelAndOneKind(t *testing.T) {
	for _, s := range scenarios(t) {
		var first clauses.Clause
		for _, tag := range s.Tags {
			c, ok := clauses.Find(strings.TrimPrefix(tag, "@"))
			switch {
			case !ok: // a supporting clause
			case first.ID == "":
				first = c
			case c.Level != first.Level || (c.Kind == clauses.Policy) != (first.Kind == clauses.Policy):
				t.Errorf("%s: %s proves %s (%s, %s) and %s (%s, %s)", s.File, s.Title, first.ID, first.Level, first.Kind, c.ID, c.Level, c.Kind)
			}
		}
	}
}

func TestEveryClauseHasAScenarioOrAReason(t *testing.T) {
	proved := map[string]bool{}
	for _, s := range scenarios(t) {
		for _, tag := range s.Tags {
			proved[strings.TrimPrefix(tag, "@")] = true
		}
	}
	for _, c := range clauses.All() {
		switch {
		case c.Untested != "" && proved[c.ID]:
			t.Errorf("%s has a scenario; its reason is out of date: %s", c.ID, c.Untested)
		case c.Untested == "" && !proved[c.ID]:
			t.Errorf("%s has no scenario: %s", c.ID, c.Text)
		}
	}
}
