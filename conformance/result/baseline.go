package result

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
)

// An entry of a baseline is the id of a clause or of a scenario.
var entry = regexp.MustCompile(`^([A-Z][A-Z0-9]*(-[A-Z0-9]+)+|[^\s:]+\.feature:[1-9][0-9]*)$`)

// LoadBaseline reads known failures: one id of a clause or a scenario per line,
// with comments that begin with #.
func LoadBaseline(file string) ([]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var known []string
	for i, line := range strings.Split(strings.TrimPrefix(string(text), "\ufeff"), "\n") {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		switch {
		case line == "" || slices.Contains(known, line):
		case !entry.MatchString(line):
			return nil, fmt.Errorf("%s:%d: %q is the id of no clause and of no scenario", file, i+1, line)
		default:
			known = append(known, line)
		}
	}
	return known, nil
}

// Compare says in the result's Baseline how it differs from known failures.
//
// A failed scenario is known when it is listed, or one of its clauses is. What
// is listed and passes is gone. What is listed and was not chosen, was skipped
// or is in error says nothing, and is unjudged.
func (r *Result) Compare(file string, known []string) {
	b := &Baseline{File: file}
	met := map[string]map[Verdict]bool{}
	meet := func(id string, v Verdict) {
		if met[id] == nil {
			met[id] = map[Verdict]bool{}
		}
		met[id][v] = true
	}
	for _, s := range r.Scenarios {
		ids := append([]string{s.ID}, s.Clauses...)
		for _, id := range ids {
			meet(id, s.Verdict)
		}
		if s.Verdict == Failed && !slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(known, id) }) {
			b.New = append(b.New, s.ID)
		}
	}
	for _, id := range known {
		switch m := met[id]; {
		case m[Failed], m[Warning]:
			b.Known = append(b.Known, id)
		case m[Passed] && !m[Error]:
			b.Gone = append(b.Gone, id)
		default:
			b.Unjudged = append(b.Unjudged, id)
		}
	}
	for _, list := range []*[]string{&b.Known, &b.New, &b.Gone, &b.Unjudged} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	r.Baseline = b
}
