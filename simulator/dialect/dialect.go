package dialect

import (
	"fmt"
	"slices"
	"strings"
)

// Value is one position of a switch.
type Value struct {
	Name string
	// Robustness values are documented nowhere; they are thrown at receivers
	// and never excuse a vendor.
	Robustness bool
}

// Switch is one thing that can be read in several ways.
type Switch uint8

// Info describes a switch.
type Info struct {
	Switch    Switch
	Ambiguity string  // the entry of the register it belongs to, such as AMB-001
	Name      string  // such as consentKey
	Values    []Value // the default first
	Does      string  // what it decides, in a few words
	// By says which value a whole reading takes, and has it even where that is
	// the default. A reading that is not named says nothing.
	By map[Reading]string
}

// Reading is a whole way of reading the documents: it takes the side of one kind
// of source in every ambiguity at once. Where sources of the kind are silent, or
// contradict one another, the default stays.
type Reading string

// The whole readings.
const (
	Table   Reading = "table"   // what the field tables of the vendors' guides say
	Example Reading = "example" // what the printed examples of the guides show
	Pages   Reading = "pages"   // what the public documentation pages say
)

// Says tells whose side the reading takes.
func (r Reading) Says() string {
	switch r {
	case Table:
		return "what the field tables of the vendors' guides say"
	case Example:
		return "what the printed examples of the guides show"
	default:
		return "what the public documentation pages say"
	}
}

// Readings returns the whole readings.
func Readings() []Reading { return []Reading{Table, Example, Pages} }

// Set is a choice for every switch. The zero value is the defaults.
type Set [switchCount]uint8

// Is tells whether the switch stands at the value. It panics for a value that
// the switch does not have, which is a slip of the programmer's.
func (s *Set) Is(w Switch, value string) bool {
	values := switches[w].Values
	if values[s[w]].Name == value {
		return true
	}
	for _, v := range values {
		if v.Name == value {
			return false
		}
	}
	panic("dialect: " + switches[w].Name + " has no value " + value)
}

// Of is the value at which the switch stands.
func (s *Set) Of(w Switch) string { return switches[w].Values[s[w]].Name }

// place is where the value stands in the list, or -1.
func (i *Info) place(value string) int {
	return slices.IndexFunc(i.Values, func(v Value) bool { return v.Name == value })
}

// Choose returns the set with a choice made. key names an entry of the register
// (AMB-004), which sets every switch of the entry that has the value; a single
// switch (namesAt.tracker); or "set", whose values are the whole readings. A
// whole reading changes only what it says something about, so the single choices
// come after it.
func Choose(s Set, key, value string) (Set, error) {
	if key == "set" {
		return s.whole(Reading(value))
	}
	known, done := false, false
	var values []string
	for i := range switches {
		w := &switches[i]
		if w.Ambiguity != key && w.Name != key {
			continue
		}
		known = true
		if at := w.place(value); at >= 0 {
			s[w.Switch], done = uint8(at), true
		}
		for _, v := range w.Values {
			if !slices.Contains(values, v.Name) {
				values = append(values, v.Name)
			}
		}
	}
	switch {
	case done:
		return s, nil
	case known:
		return s, fmt.Errorf("must be %s", either(values))
	}
	if a, ok := Find(key); ok {
		return s, fmt.Errorf("cannot be switched: %s", a.Why)
	}
	return s, fmt.Errorf("is no ambiguity of the register and no switch")
}

// whole takes a whole reading.
func (s Set) whole(r Reading) (Set, error) {
	if !slices.Contains(Readings(), r) {
		return s, fmt.Errorf("must be table, example or pages")
	}
	for i := range switches {
		w := &switches[i]
		if value, ok := w.By[r]; ok {
			s[w.Switch] = uint8(w.place(value))
		}
	}
	return s, nil
}

func either(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = n
		if strings.TrimSpace(n) != n {
			quoted[i] = fmt.Sprintf("%q", n)
		}
	}
	if len(quoted) == 1 {
		return quoted[0]
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " or " + quoted[len(quoted)-1]
}

// Ambiguity is one entry of the register.
type Ambiguity struct {
	ID      string // AMB-001; RX-OUR-024 for a policy that can be switched too
	Subject string
	Why     string   // why there is nothing to switch; empty when there is
	Clauses []string // the clauses that are judged otherwise under another value
}

// Switches returns the switches of an entry of the register, or all for "".
func Switches(ambiguity string) []Info {
	var of []Info
	for _, w := range switches {
		if ambiguity == "" || w.Ambiguity == ambiguity {
			of = append(of, w)
		}
	}
	return of
}

// All returns the register, in its order.
func All() []Ambiguity { return slices.Clone(register) }

// Find finds an entry of the register.
func Find(id string) (Ambiguity, bool) {
	for _, a := range register {
		if a.ID == id {
			return a, true
		}
	}
	return Ambiguity{}, false
}
