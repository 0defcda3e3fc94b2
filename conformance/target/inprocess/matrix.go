package inprocess

import (
	"fmt"
	"strings"

	"github.com/placebo-sim/placebo/conformance/clauses"
)

// Count is how many deviations ended in a fate.
func (m *Matrix) Count(f Fate) (n int) {
	for _, k := range m.Kills {
		if k.Fate == f {
			n++
		}
	}
	return n
}

// Markdown is the matrix as a document; spared says of survivors, by name, why
// nobody notices.
func (m *Matrix) Markdown(spared map[string]string) string {
	var b strings.Builder
	b.WriteString("<!-- Written by make prove. -->\n\n# Kill matrix\n\n" +
		"Each row is a deliberate wrong behaviour of our own simulator, armed alone, and what the suite made of it: *own* means\n" +
		"that a scenario of the clause it breaks noticed, *elsewhere* that only another clause's did, *survived* that nobody did.\n" +
		"A clause nobody can break is a clause nobody tests.\n\n")
	fmt.Fprintf(&b, "Suite `%s`, deviations `%s`.\n\n", m.Suite, m.Registry)
	b.WriteString("| Fate | Deviations |\n|---|--:|\n")
	for _, f := range []Fate{Own, Elsewhere, Survived} {
		fmt.Fprintf(&b, "| %s | %d |\n", f, m.Count(f))
	}
	fmt.Fprintf(&b, "| MUSTs without a deviation of their own | %d |\n\n", len(m.Unbroken))
	b.WriteString("| Deviation | Side | What it does | Breaks | Fate | Noticed by |\n|---|---|---|---|---|---|\n")
	for _, k := range m.Kills {
		fate := string(k.Fate)
		if why, ok := spared[k.Deviation]; ok {
			fate += ": " + why
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", k.Deviation, k.Side, cell(k.Does), strings.Join(k.Clauses, ", "), cell(fate), strings.Join(k.By, ", "))
	}
	if len(m.Unbroken) > 0 {
		b.WriteString("\n## MUSTs without a deviation of their own\n\n| Clause | What it says |\n|---|---|\n")
		for _, id := range m.Unbroken {
			c, _ := clauses.Find(id)
			fmt.Fprintf(&b, "| %s | %s |\n", id, cell(c.Text))
		}
	}
	return b.String()
}

func cell(s string) string { return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s) }
