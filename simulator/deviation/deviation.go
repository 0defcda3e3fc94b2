package deviation

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Side is who deviates.
type Side string

// The sides.
const (
	Vendor  Side = "vendor"
	Partner Side = "partner"
)

// Deviation is one wrong behaviour.
type Deviation struct {
	Name    string   // such as invite.accepts-minor-alone
	Side    Side     // who behaves so
	Clauses []string // that are broken; the first is the one it is made for
	Does    string   // in a few words
	Calls            // what it does in the domain's calls
	Wire             // what it does on the wire
}

// All returns the registry, sorted by name.
func All() []Deviation { return slices.Clone(registry()) }

var registry = sync.OnceValue(func() []Deviation {
	all := slices.Concat(inCalls, onWire)
	slices.SortFunc(all, func(a, b Deviation) int { return strings.Compare(a.Name, b.Name) })
	return all
})

// Find finds a deviation by its name.
func Find(name string) (Deviation, bool) {
	all := registry()
	at, known := slices.BinarySearchFunc(all, name, func(d Deviation, name string) int { return strings.Compare(d.Name, name) })
	if !known {
		return Deviation{}, false
	}
	return all[at], true
}

// Set is what is armed. The nil Set is nothing, and every method is good for it.
type Set struct{ armed []Deviation }

// Arm returns the set of the named deviations; nil for none.
func Arm(names ...string) (*Set, error) {
	if len(names) == 0 {
		return nil, nil
	}
	s := &Set{}
	for _, name := range names {
		d, known := Find(name)
		if !known {
			return nil, fmt.Errorf("there is no deviation %q", name)
		}
		s.armed = append(s.armed, d)
	}
	return s, nil
}

// Any tells whether anything is armed.
func (s *Set) Any() bool { return s != nil && len(s.armed) > 0 }

// Names are what is armed.
func (s *Set) Names() (names []string) {
	if s == nil {
		return nil
	}
	for _, d := range s.armed {
		names = append(names, d.Name)
	}
	return names
}
