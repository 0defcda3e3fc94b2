package conformance_test

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/conformance/clauses"
	"github.com/placebo-sim/placebo/features"
)

// built are the families of clauses that the simulator plays so far; all of
// their vendor clauses must be proved by a scenario, but for those in open.
var built = regexp.MustCompile(`^(RX-(GEN|AUTH|INVITE|MEDIA|HOOK-OPT)|HA-(GEN|AUTH|INVITE|GET|HOOK-ENROLL|HOOK-VISIT|RESP|MEDIA))-\d`)

// open are the clauses of those families without a scenario, and why.
var open = map[string]string{
	"RX-GEN-002":      "not testable: it tells readers how to read a path",
	"RX-AUTH-006":     "no scenario because case updates are not played yet",
	"RX-AUTH-007":     "no scenario because case updates are not played yet",
	"RX-HOOK-OPT-003": "no scenario because nothing is played yet that would text an enrolled patient",
	"RX-HOOK-OPT-004": "no scenario because nothing is played yet that would text an enrolled patient",
	"HA-GEN-003":      "not testable: no documented call carries the organization's id (AMB-076)",
	"HA-RESP-006":     "not testable: it permits the partner to say more",
}

// scenario is what a feature file says of one, as far as tags go.
type scenario struct {
	where string
	tags  []string
}

// scenarios reads the tags of every scenario, its rule's and feature's included.
func scenarios(t *testing.T) []scenario {
	t.Helper()
	var all []scenario
	err := fs.WalkDir(features.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".feature" {
			return err
		}
		text, err := fs.ReadFile(features.FS, name)
		if err != nil {
			return err
		}
		var pending, inherited []string
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			switch {
			case strings.HasPrefix(line, "@"):
				pending = append(pending, strings.Fields(line)...)
			case strings.HasPrefix(line, "Feature:"), strings.HasPrefix(line, "Rule:"):
				inherited, pending = slices.Clone(pending), nil
			case strings.HasPrefix(line, "Scenario"):
				all = append(all, scenario{name + ": " + line, append(slices.Clone(inherited), pending...)})
				pending = nil
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryTagNamesAClause(t *testing.T) {
	for _, s := range scenarios(t) {
		if len(s.tags) == 0 {
			t.Errorf("%s has no tag", s.where)
		}
		for _, tag := range s.tags {
			id := strings.TrimPrefix(strings.TrimPrefix(tag, "@"), "uses:")
			if _, ok := clauses.Find(id); !ok {
				t.Errorf("%s: %s names no clause", s.where, tag)
			}
		}
	}
}

func TestAScenarioProvesClausesOfOneLevelAndOneKind(t *testing.T) {
	for _, s := range scenarios(t) {
		var first clauses.Clause
		for _, tag := range s.tags {
			c, ok := clauses.Find(strings.TrimPrefix(tag, "@"))
			switch {
			case !ok: // a supporting clause
			case first.ID == "":
				first = c
			case c.Level != first.Level || (c.Kind == clauses.Policy) != (first.Kind == clauses.Policy):
				t.Errorf("%s proves %s (%s, %s) and %s (%s, %s)", s.where, first.ID, first.Level, first.Kind, c.ID, c.Level, c.Kind)
			}
		}
	}
}

func TestEveryClauseOfWhatIsBuiltHasAScenarioOrAReason(t *testing.T) {
	proved := map[string]bool{}
	for _, s := range scenarios(t) {
		for _, tag := range s.tags {
			proved[strings.TrimPrefix(tag, "@")] = true
		}
	}
	for _, c := range clauses.All() {
		if !built.MatchString(c.ID) {
			continue
		}
		reason, isOpen := open[c.ID]
		switch {
		case isOpen && proved[c.ID]:
			t.Errorf("%s has a scenario; its reason is out of date: %s", c.ID, reason)
		case !isOpen && !proved[c.ID]:
			t.Errorf("%s has no scenario: %s", c.ID, c.Text)
		}
	}
}
