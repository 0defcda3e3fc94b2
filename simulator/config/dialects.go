package config

import (
	"cmp"
	"maps"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/placebo-sim/placebo/simulator/dialect"
)

// Dialects chooses readings: a key is an entry of the register (AMB-031), a
// switch (namesAt.tracker) or set, the whole readings.
type Dialects map[string]Reading

// Reading is the value of a switch as it was written: a text, a number or a
// truth value.
type Reading string

// UnmarshalYAML takes a scalar as it was written, so that 1010 and yes are the
// words of the register.
func (r *Reading) UnmarshalYAML(n ast.Node) error {
	switch n := n.(type) {
	case *ast.StringNode:
		*r = Reading(n.Value)
	case *ast.LiteralNode:
		*r = Reading(n.Value.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		*r = Reading(n.GetToken().Value)
	default:
		return &yaml.UnexpectedNodeTypeError{Actual: n.Type(), Expected: ast.StringType, Token: n.GetToken()}
	}
	return nil
}

// keySet is the key of the whole readings.
const keySet = "set"

// The ranks of keys, in the order in which they are applied: the more is said
// of a single switch, the later, whatever the order in the file.
const (
	wholeReading = iota
	wholeEntry
	oneSwitch
	unknownKey
)

func rank(key string) int {
	switch {
	case key == keySet:
		return wholeReading
	case key == "":
		return unknownKey
	case len(dialect.Switches(key)) > 0:
		return wholeEntry
	case slices.ContainsFunc(dialect.Switches(""), func(w dialect.Info) bool { return w.Name == key }):
		return oneSwitch
	}
	return unknownKey
}

// choose makes the choices, starting from s.
func (d Dialects) choose(at place, s dialect.Set) (dialect.Set, *wrong) {
	keys := slices.SortedFunc(maps.Keys(d), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	for _, key := range keys {
		next, err := dialect.Choose(s, key, string(d[key]))
		if err != nil {
			w := bad(at.of(key), err.Error())
			w.key = rank(key) == unknownKey
			return s, w
		}
		s = next
	}
	return s, nil
}

// dialect is the sandbox's own.
func (f *File) dialect() (dialect.Set, *wrong) {
	return f.Dialects.choose(place{"dialects"}, dialect.Set{})
}

// dialect is the program's, which starts from the sandbox's. The paths are the
// sandbox's throughout: a call is routed before its program is known.
func (p *Program) dialect(at place, sandbox dialect.Set) (dialect.Set, *wrong) {
	at = at.of("dialects")
	paths := dialect.Switches("AMB-021")
	for _, key := range slices.Sorted(maps.Keys(p.Dialects)) {
		if slices.ContainsFunc(paths, func(w dialect.Info) bool { return w.Ambiguity == key || w.Name == key }) {
			return sandbox, badKey(at.of(key), "is of a sandbox only")
		}
	}
	s, w := p.Dialects.choose(at, sandbox)
	s[dialect.Paths] = sandbox[dialect.Paths]
	return s, w
}
