package conformance

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cucumber/gherkin/go/v26"
	"github.com/cucumber/messages/go/v21"

	"github.com/placebo-sim/placebo/conformance/clauses"
	"github.com/placebo-sim/placebo/features"
)

// Scenario is what a feature file says of one of its scenarios.
type Scenario struct {
	File     string // within the features, such as "rxware/inviting.feature"
	Title    string
	Outline  bool
	Examples int      // how often it runs; 1 where it is no outline
	Tags     []string // with those of its rule and feature; "@uses:…" too

	line int // where it begins
}

// Proves tells whether the scenario's verdict is one on the clause.
func (s *Scenario) Proves(id string) bool { return slices.Contains(s.Tags, "@"+id) }

// embedded are the scenarios of the suite itself, read once.
var embedded = sync.OnceValues(func() ([]Scenario, error) { return Scenarios(features.FS) })

// Scenarios reads every feature file below the root of the tree, in the order of
// their names. The error tells of a file that is no Gherkin, or of a scenario
// that would never run.
func Scenarios(tree fs.FS) ([]Scenario, error) {
	var all []Scenario
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".feature" {
			return err
		}
		found, err := read(tree, name)
		all = append(all, found...)
		return err
	})
	return all, err
}

// read reads one feature file. Gherkin makes a pickle of everything that runs:
// of a scenario, or of one example of an outline.
func read(tree fs.FS, name string) (all []Scenario, err error) {
	f, err := tree.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	ids := 0
	newID := func() string { ids++; return strconv.Itoa(ids) }
	document, err := gherkin.ParseGherkinDocument(f, newID)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if document.Feature == nil {
		return nil, fmt.Errorf("%s holds no feature", name)
	}
	at := map[string]int{} // a scenario's id to its place in all
	add := func(s *messages.Scenario) {
		at[s.Id] = len(all)
		all = append(all, Scenario{File: name, Title: s.Name, Outline: len(s.Examples) > 0, line: int(s.Location.Line)})
	}
	for _, child := range document.Feature.Children {
		if s := child.Scenario; s != nil {
			add(s)
		}
		if child.Rule == nil {
			continue
		}
		for _, child := range child.Rule.Children {
			if s := child.Scenario; s != nil {
				add(s)
			}
		}
	}
	for _, p := range gherkin.Pickles(*document, name, newID) {
		s := &all[at[p.AstNodeIds[0]]]
		s.Examples++
		for _, tag := range p.Tags {
			if !slices.Contains(s.Tags, tag.Name) {
				s.Tags = append(s.Tags, tag.Name)
			}
		}
	}
	for _, s := range all {
		if s.Examples == 0 {
			return nil, fmt.Errorf("%s: %s: has no examples, so it never runs", name, s.Title)
		}
	}
	return all, nil
}

// Coverage is a document in Markdown: which scenarios prove each clause, or why
// none does. Its links lead from docs to features.
func Coverage(all []clauses.Clause, scenarios []Scenario) string {
	var b strings.Builder
	b.WriteString(coverageHead)
	families := familiesOf(all, scenarios)
	b.WriteString("| Family | Clauses | Proved | Untested |\n|---|--:|--:|--:|\n")
	var sum family
	for _, f := range families {
		proved := f.proved()
		fmt.Fprintf(&b, "| [%s](#%s) | %d | %d | %d |\n", f.name, strings.ToLower(f.name), len(f.rows), proved, len(f.rows)-proved)
		sum.rows = append(sum.rows, f.rows...)
	}
	proved := sum.proved()
	fmt.Fprintf(&b, "| All | %d | %d | %d |\n", len(sum.rows), proved, len(sum.rows)-proved)
	for _, f := range families {
		fmt.Fprintf(&b, "\n## %s\n\n| Clause | Level | Kind | Binds | State | Scenarios |\n|---|---|---|---|---|---|\n", f.name)
		for _, r := range f.rows {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.ID, r.Level, r.Kind, r.Binds, r.state(), r.where())
		}
	}
	return b.String()
}

const coverageHead = `<!-- Written by a test; to write it anew: go test ./conformance -run TestTheCoverageTable -update -->

# Coverage

Every clause of the contract, and the scenarios that prove it. A clause without a scenario says why. The sentences
themselves stand in ` + "`conformance/clauses`" + `. *Kind* says whose they are: the vendor's, the vendor's but judged on a detail
of the wire that we chose, or our own policy where the vendor is silent. *Binds* says who can break them.

An outline is one scenario, however many examples it has.

`

// family are the clauses whose ids differ in the number only.
type family struct {
	name string
	rows []row
}

// row is a clause and the scenarios that prove it.
type row struct {
	clauses.Clause
	by []Scenario
}

func familiesOf(all []clauses.Clause, scenarios []Scenario) (families []family) {
	for _, c := range all {
		name := c.ID[:max(strings.LastIndex(c.ID, "-"), 0)]
		if len(families) == 0 || families[len(families)-1].name != name {
			families = append(families, family{name: name})
		}
		r := row{Clause: c}
		for _, s := range scenarios {
			if s.Proves(c.ID) {
				r.by = append(r.by, s)
			}
		}
		last := &families[len(families)-1]
		last.rows = append(last.rows, r)
	}
	return families
}

func (f *family) proved() (n int) {
	for _, r := range f.rows {
		if len(r.by) > 0 {
			n++
		}
	}
	return n
}

func (r *row) state() string {
	switch {
	case len(r.by) > 0:
		return "proved by " + count(len(r.by), "scenario")
	case r.Untested != "":
		return plain.Replace(r.Untested)
	}
	return "**open**"
}

// shown is how many scenarios of a clause are named.
const shown = 3

func (r *row) where() string {
	var parts []string
	for _, s := range r.by[:min(len(r.by), shown)] {
		part := fmt.Sprintf("[%s](../features/%[1]s): %s", s.File, plain.Replace(s.Title))
		if s.Outline {
			part += fmt.Sprintf(" (%s)", count(s.Examples, "example"))
		}
		parts = append(parts, part)
	}
	if more := len(r.by) - shown; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "<br>")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// plain keeps a text from being taken for Markdown in a table.
var plain = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", `\<`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`)
