package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/placebo-sim/placebo/simulator/dialect"
)

func newDialects() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "dialects [AMBIGUITY | SWITCH]",
		Short: "List what the contract leaves open, and the readings of it",
		Long: "List every place where the vendors' documents contradict themselves or one another, and the\n" +
			"readings that can be played. With an argument: one entry, or one switch of it, in full.\n\n" +
			"A configuration (placebo serve --config) chooses by entry, by switch, or a whole reading:\n\n" +
			"  dialects: {set: table, AMB-001: consent, namesAt.tracker: top}\n\n" +
			"An entry sets every switch of it that has the value. A switch wins over its entry, and both over set.",
		Example: "  placebo dialects\n  placebo dialects AMB-004\n  placebo dialects namesAt.tracker\n  placebo dialects --format json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen := everything()
			if len(args) == 1 {
				var known bool
				if chosen, known = chosen.only(args[0]); !known {
					return usage{fmt.Errorf("%q is no ambiguity of the register and no switch; placebo dialects lists them", args[0])}
				}
			}
			switch format {
			case "json":
				return chosen.json(cmd.OutOrStdout())
			case "text":
				out := bufio.NewWriter(cmd.OutOrStdout())
				if len(args) == 1 {
					chosen.full(out, args[0])
				} else {
					chosen.list(out)
				}
				return out.Flush()
			}
			return usage{fmt.Errorf("--format: must be text or json, not %q", format)}
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// catalogue is what the command tells, or a part of it. Its JSON is for others'
// programs: names are added and never changed.
type catalogue struct {
	Ambiguities []openPoint    `json:"ambiguities"`
	Sets        []wholeReading `json:"sets"`
}

// openPoint is an entry of the register.
type openPoint struct {
	ID       string       `json:"id"`
	Chapter  string       `json:"chapter"`
	Subject  string       `json:"subject"`
	Clauses  []string     `json:"clauses"`
	Switches []switchable `json:"switches"`
	Why      string       `json:"why,omitempty"` // why there are no switches
}

type switchable struct {
	Name    string     `json:"name"`
	Decides string     `json:"decides"`
	Default string     `json:"default"`
	Values  []position `json:"values"` // the default first
}

type position struct {
	Name       string `json:"name"`
	Robustness bool   `json:"robustness"`
}

// wholeReading is a named set.
type wholeReading struct {
	Name    string            `json:"name"`
	Says    string            `json:"says"`
	Choices map[string]string `json:"choices"` // by switch; others stay where they are
}

func everything() *catalogue {
	c := &catalogue{}
	for _, r := range dialect.Readings() {
		c.Sets = append(c.Sets, wholeReading{string(r), r.Says(), map[string]string{}})
	}
	for _, chapter := range dialect.Chapters() {
		for _, a := range chapter.Ambiguities {
			point := openPoint{ID: a.ID, Chapter: chapter.Title, Subject: a.Subject, Clauses: a.Clauses, Switches: []switchable{}, Why: a.Why}
			for _, w := range dialect.Switches(a.ID) {
				s := switchable{Name: w.Name, Decides: w.Does, Default: w.Values[0].Name}
				for _, v := range w.Values {
					s.Values = append(s.Values, position(v))
				}
				point.Switches = append(point.Switches, s)
				for i, r := range dialect.Readings() {
					if value, ok := w.By[r]; ok {
						c.Sets[i].Choices[w.Name] = value
					}
				}
			}
			c.Ambiguities = append(c.Ambiguities, point)
		}
	}
	return c
}

// only is the part about one entry of the register, or about one switch of it.
func (c *catalogue) only(name string) (*catalogue, bool) {
	for _, a := range c.Ambiguities {
		if a.ID != name {
			a.Switches = slices.DeleteFunc(a.Switches, func(s switchable) bool { return s.Name != name })
			if len(a.Switches) == 0 {
				continue
			}
		}
		part := &catalogue{Ambiguities: []openPoint{a}}
		for _, set := range c.Sets {
			choices := map[string]string{}
			for _, s := range a.Switches {
				if value, ok := set.Choices[s.Name]; ok {
					choices[s.Name] = value
				}
			}
			part.Sets = append(part.Sets, wholeReading{set.Name, set.Says, choices})
		}
		return part, true
	}
	return nil, false
}

func (c *catalogue) json(w io.Writer) error {
	to := json.NewEncoder(w)
	to.SetIndent("", "  ")
	to.SetEscapeHTML(false)
	return to.Encode(c)
}

// Columns of the lists.
const (
	subjectColumn = 12
	valueColumn   = 39
	width         = 100
)

const legend = `The value with a star is the default. One with an exclamation mark is for robustness: it is there to
try receivers with, and excuses no vendor. The marks are not part of the values.
`

func (c *catalogue) list(w io.Writer) {
	fmt.Fprint(w, legend)
	chapter := ""
	for _, a := range c.Ambiguities {
		if a.Chapter != chapter {
			chapter = a.Chapter
			fmt.Fprintf(w, "\n%s\n\n", strings.ToUpper(chapter))
		}
		fmt.Fprintf(w, "%-*s", subjectColumn, a.ID)
		wrap(w, subjectColumn, subjectColumn, " ", strings.Fields(a.Subject))
		for _, s := range a.Switches {
			fmt.Fprintf(w, "%*s%-*s", subjectColumn, "", valueColumn-subjectColumn, s.Name)
			wrap(w, valueColumn, valueColumn, " | ", s.marked())
		}
		if a.Why != "" {
			fmt.Fprintf(w, "%*s", subjectColumn, "")
			wrap(w, subjectColumn, subjectColumn, " ", strings.Fields("nothing to switch: "+a.Why))
		}
	}
	fmt.Fprint(w, "\nNAMED SETS (only what differs from the default)\n")
	for _, set := range c.Sets {
		fmt.Fprintf(w, "\n%-*s%s\n", subjectColumn, set.Name, set.Says)
		for _, a := range c.Ambiguities {
			for _, s := range a.Switches {
				if value, ok := set.Choices[s.Name]; ok && value != s.Default {
					fmt.Fprintf(w, "%*s%-*s%s\n", subjectColumn, "", valueColumn-subjectColumn, s.Name, shown(value))
				}
			}
		}
	}
}

// full tells all about the one entry there is, which was asked for by a name.
func (c *catalogue) full(w io.Writer, name string) {
	a := c.Ambiguities[0]
	fmt.Fprintf(w, "%-*s", subjectColumn, a.ID)
	wrap(w, subjectColumn, subjectColumn, " ", strings.Fields(a.Subject))
	for _, s := range a.Switches {
		fmt.Fprintf(w, "\n%s: ", s.Name)
		wrap(w, len(s.Name)+2, subjectColumn, " ", strings.Fields(s.Decides))
		longest := 0
		for _, v := range s.Values {
			longest = max(longest, len(shown(v.Name)))
		}
		for _, v := range s.Values {
			line := fmt.Sprintf("  %-*s  %s", longest, shown(v.Name), strings.Join(c.remarks(s, v), ", "))
			fmt.Fprintln(w, strings.TrimRight(line, " "))
		}
	}
	if a.Why != "" {
		fmt.Fprint(w, "\n")
		wrap(w, 0, 0, " ", strings.Fields("Nothing to switch: "+a.Why+"."))
	}
	fmt.Fprintf(w, "\n%-*s", subjectColumn, "Clauses")
	wrap(w, subjectColumn, subjectColumn, " ", a.Clauses)
	if len(a.Switches) > 0 {
		fmt.Fprintf(w, "%-*sdialects: {%s: %s}\n", subjectColumn, "To choose", name, inYAML(a.Switches[0].Values[1].Name))
	}
}

// remarks are what there is to say about a value.
func (c *catalogue) remarks(s switchable, v position) (all []string) {
	if v.Name == s.Default {
		all = append(all, "default")
	}
	if v.Robustness {
		all = append(all, "for robustness, excuses no vendor")
	}
	for _, set := range c.Sets {
		if value, says := set.Choices[s.Name]; says && value == v.Name {
			all = append(all, "set "+set.Name)
		}
	}
	return all
}

// marked are the values for the list.
func (s switchable) marked() []string {
	marked := make([]string, len(s.Values))
	for i, v := range s.Values {
		marked[i] = shown(v.Name)
		if v.Name == s.Default {
			marked[i] += "*"
		}
		if v.Robustness {
			marked[i] += "!"
		}
	}
	return marked
}

// shown is a value for the eye: one with a blank at an end is quoted.
func shown(value string) string {
	if strings.TrimSpace(value) != value {
		return strconv.Quote(value)
	}
	return value
}

// inYAML is a value as it can be pasted: what YAML takes for a number or a truth
// is quoted, and so is what needs it for its blanks.
func inYAML(value string) string {
	if _, err := strconv.Atoi(value); err == nil || strings.TrimSpace(value) != value || slices.Contains([]string{"yes", "no", "null", "true", "false"}, value) {
		return strconv.Quote(value)
	}
	return value
}

// wrap writes the parts from the column at on, and goes on at the column indent
// where a line would grow too wide.
func wrap(w io.Writer, at, indent int, between string, parts []string) {
	for i, part := range parts {
		if i > 0 {
			if at+len(between)+len(part) > width {
				fmt.Fprintf(w, "%s\n%*s", strings.TrimRight(between, " "), indent, "")
				at = indent
			} else {
				fmt.Fprint(w, between)
				at += len(between)
			}
		}
		fmt.Fprint(w, part)
		at += len(part)
	}
	fmt.Fprintln(w)
}
