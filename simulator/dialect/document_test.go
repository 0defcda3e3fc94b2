package dialect_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/dialect"
)

var update = flag.Bool("update", false, "write docs/dialects.md anew")

const document = "../../docs/dialects.md"

func TestTheDocumentTellsTheCatalogue(t *testing.T) {
	t.Parallel()
	want := written()
	if *update {
		if err := os.WriteFile(document, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/dialects.md is stale; write it anew with: go test ./simulator/dialect -run TestTheDocument -update")
	}
}

const introduction = `<!-- Written by a test; to write it anew: go test ./simulator/dialect -run TestTheDocument -update -->

# Dialects

The vendors' documents contradict themselves and one another. The register below lists where, as data of the simulator:
each entry has switches with a value for each reading that a vendor may have taken, or says why there is nothing to
switch. ` + "`placebo dialects`" + ` prints it, ` + "`placebo dialects AMB-004`" + ` tells all about an entry, and
` + "`--format json`" + ` is for programs.

A support program, or the sandbox for all of them, chooses in the configuration:

` + "```yaml" + `
programs:
  - id: q7Kx200mvd83nw1b
    product: rxware
    dialects:
      set: table              # a whole reading; entries and switches win over it
      AMB-004: both           # an entry: every switch of it that has the value
      namesAt.tracker: top    # a switch; it wins over its entry
` + "```" + `

The first value of a switch is the default. A value that is marked *robustness* is there to try receivers with: no
document supports it as it stands, and it excuses no vendor. The clauses are those that are judged otherwise under
another value. *Set* names the whole readings that choose the value; where they are silent or contradict themselves,
the default stays.

`

// written is the document.
func written() string {
	var b strings.Builder
	b.WriteString(introduction)
	b.WriteString("| Set | Takes the side of |\n|---|---|\n")
	for _, r := range dialect.Readings() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", r, r.Says())
	}
	for _, chapter := range dialect.Chapters() {
		fmt.Fprintf(&b, "\n## %s\n\n| Entry | Subject | Switch | Values | Set | Clauses |\n|---|---|---|---|---|---|\n", chapter.Title)
		for _, a := range chapter.Ambiguities {
			id, subject, ids := a.ID, a.Subject, strings.Join(a.Clauses, ", ")
			if a.Why != "" {
				fmt.Fprintf(&b, "| %s | %s | | *nothing to switch:* %s | | %s |\n", id, subject, a.Why, ids)
			}
			for _, w := range dialect.Switches(a.ID) {
				fmt.Fprintf(&b, "| %s | %s | `%s`: %s | %s | %s | %s |\n", id, subject, w.Name, w.Does, values(w), sets(w), ids)
				id, subject, ids = "", "", "" // once for all switches of the entry
			}
		}
	}
	text := b.String()
	for strings.Contains(text, "|  |") { // empty cells
		text = strings.ReplaceAll(text, "|  |", "| |")
	}
	return text
}

func values(w dialect.Info) string {
	var all []string
	for _, v := range w.Values {
		text := code(v.Name)
		if v.Robustness {
			text += " (*robustness*)"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func sets(w dialect.Info) string {
	var all []string
	for _, r := range dialect.Readings() {
		if value, ok := w.By[r]; ok {
			all = append(all, string(r)+": "+code(value))
		}
	}
	return strings.Join(all, ", ")
}

func code(value string) string {
	if strings.TrimSpace(value) != value {
		return fmt.Sprintf("`%q`", value)
	}
	return "`" + value + "`"
}
