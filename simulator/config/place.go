package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// place is where something stands in the file: keys and numbers of items, from
// the top.
type place []any

// of is a place further in.
func (p place) of(steps ...any) place { return append(slices.Clip(p), steps...) }

func (p place) String() string {
	var b strings.Builder
	for _, step := range p {
		switch step := step.(type) {
		case int:
			fmt.Fprintf(&b, "[%d]", step)
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			fmt.Fprint(&b, step)
		}
	}
	return b.String()
}

// wrong is a value that makes no sense, and where it stands.
type wrong struct {
	at  place
	why string
	key bool // it is the key that makes no sense, not the value
}

func bad(at place, why string) *wrong { return &wrong{at: at, why: why} }

func badf(at place, form string, args ...any) *wrong { return bad(at, fmt.Sprintf(form, args...)) }

func badKey(at place, why string) *wrong { return &wrong{at: at, why: why, key: true} }

func (w *wrong) Error() string { return w.at.String() + ": " + w.why }

// in is the error with line and column, text being what was read.
func (w *wrong) in(text []byte) error {
	file, err := parser.ParseBytes(text, 0)
	if err != nil || len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return w
	}
	at := w.find(file.Docs[0].Body)
	if at == nil {
		return w
	}
	return fmt.Errorf("[%d:%d] %w", at.Line, at.Column, w)
}

// find follows the place from the top. For something that is absent, the place
// of what lacks it will do.
func (w *wrong) find(n ast.Node) *token.Position {
	at := start(n)
	for i, step := range w.at {
		switch step := step.(type) {
		case string:
			entry := entryOf(n, step)
			if entry == nil {
				return at
			}
			n, at = entry.Value, start(entry.Value)
			if w.key && i == len(w.at)-1 || at == nil {
				at = start(entry.Key)
			}
		case int:
			list, ok := plain(n).(*ast.SequenceNode)
			if !ok || step >= len(list.Values) {
				return at
			}
			n = list.Values[step]
			at = start(n)
		}
	}
	return at
}

// plain is a node without anchor and tag.
func plain(n ast.Node) ast.Node {
	for {
		switch wrapped := n.(type) {
		case *ast.AnchorNode:
			n = wrapped.Value
		case *ast.TagNode:
			n = wrapped.Value
		default:
			return n
		}
	}
}

func entryOf(n ast.Node, key string) *ast.MappingValueNode {
	m, ok := plain(n).(ast.MapNode)
	if !ok {
		return nil
	}
	for entries := m.MapRange(); entries.Next(); {
		if e := entries.KeyValue(); e.Key.GetToken().Value == key {
			return e
		}
	}
	return nil
}

// start is where a node begins; a mapping without brackets begins with its
// first key.
func start(n ast.Node) *token.Position {
	if n == nil {
		return nil
	}
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if e, ok := n.(*ast.MappingValueNode); ok {
		n = e.Key
	}
	if t := n.GetToken(); t != nil {
		return t.Position
	}
	return nil
}
