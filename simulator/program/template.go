package program

import "strings"

// template is a text with {program}, {name} and {link} in it, taken apart once
// so that filling it costs one allocation.
type template struct {
	parts []string // literals and slots in turn, a literal first
	size  int      // of the literals
}

// slots are what a template can hold, in the order of fill's arguments.
var slots = []string{"{program}", "{name}", "{link}"}

func parseTemplate(s string) template {
	var t template
	for {
		at, slot := len(s), ""
		for _, candidate := range slots {
			if i := strings.Index(s, candidate); i >= 0 && i < at {
				at, slot = i, candidate
			}
		}
		t.parts = append(t.parts, s[:at])
		t.size += at
		if slot == "" {
			return t
		}
		t.parts = append(t.parts, slot)
		s = s[at+len(slot):]
	}
}

func (t template) fill(program, name, link string) string {
	var b strings.Builder
	b.Grow(t.size + len(program) + len(name) + len(link))
	for i, part := range t.parts {
		switch {
		case i%2 == 0:
			b.WriteString(part)
		case part == slots[0]:
			b.WriteString(program)
		case part == slots[1]:
			b.WriteString(name)
		default:
			b.WriteString(link)
		}
	}
	return b.String()
}
