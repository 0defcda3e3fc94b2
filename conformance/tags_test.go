package conformance_test

import (
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

func TestEveryTagNamesAClause(t *testing.T) {
	for _, s := range scenarios(t) {
		if len(s.Tags) == 0 {
			t.Errorf("%s: %s has no tag", s.File, s.Title)
		}
		for _, tag := range s.Tags {
			id := strings.TrimPrefix(strings.TrimPrefix(tag, "@"), "uses:")
			if _, ok := clauses.Find(id); !ok {
				t.Errorf("%s: %s: %s names no clause", s.File, s.Title, tag)
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
