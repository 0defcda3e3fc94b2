package settings

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// load reads a file into what it describes, whose check says what makes no
// sense.
func load(path string, into interface{ check() *wrong }) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := parse(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func parse(text []byte, into interface{ check() *wrong }) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return errors.New("the file is empty")
	}
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(into); err != nil {
		return fmt.Errorf("line %s", strings.TrimSpace(yaml.FormatError(err, false, false)))
	}
	if w := into.check(); w != nil {
		return w.in(text)
	}
	return nil
}

// place is where something stands in a file: keys and numbers of items, from the
// top.
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
}

func bad(at place, form string, args ...any) *wrong { return &wrong{at, fmt.Sprintf(form, args...)} }

func (w *wrong) Error() string { return w.at.String() + ": " + w.why }

// in is the error with line and column, text being what was read.
func (w *wrong) in(text []byte) error {
	file, err := parser.ParseBytes(text, 0)
	if err != nil || len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return w
	}
	if at := w.find(file.Docs[0].Body); at != nil {
		return fmt.Errorf("[%d:%d] %w", at.Line, at.Column, w)
	}
	return w
}

// find follows the place from the top. For something that is absent, the place
// of what lacks it will do.
func (w *wrong) find(n ast.Node) *token.Position {
	at := start(n)
	for _, step := range w.at {
		switch step := step.(type) {
		case string:
			m, ok := n.(ast.MapNode)
			if !ok {
				return at
			}
			var value ast.Node
			for entries := m.MapRange(); entries.Next(); {
				if e := entries.KeyValue(); e.Key.GetToken().Value == step {
					value = e.Value
				}
			}
			if value == nil {
				return at
			}
			n = value
		case int:
			list, ok := n.(*ast.SequenceNode)
			if !ok || step >= len(list.Values) {
				return at
			}
			n = list.Values[step]
		}
		if begins := start(n); begins != nil {
			at = begins
		}
	}
	return at
}

// start is where a node begins; a mapping without brackets begins with its
// first key.
func start(n ast.Node) *token.Position {
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

// Span is how long something may take, as it was written: 20s, 1m30s. Empty, it
// was not said.
type Span string

// Duration reads the span; zero when nothing was said.
func (s Span) Duration() time.Duration {
	d, _ := time.ParseDuration(string(s)) // checked when it was read
	return d
}

func (s Span) check(at place) *wrong {
	if d, err := time.ParseDuration(string(s)); s != "" && (err != nil || d <= 0) {
		return bad(at, "must be a time that something may take, such as 20s")
	}
	return nil
}

// checkURL tells whether an address is a whole one of http or https. Braces in
// it stand for what is filled in.
func checkURL(at place, address string) *wrong {
	u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return bad(at, "must be an address like https://vendor.example")
	}
	return nil
}

func checkListen(at place, address string) *wrong {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return bad(at, "must be host:port, is %q", address)
	}
	return nil
}

// first is the first of the mistakes.
func first(all ...*wrong) *wrong {
	for _, w := range all {
		if w != nil {
			return w
		}
	}
	return nil
}
