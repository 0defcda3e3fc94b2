package phone_test

import (
	"encoding/xml"
	"net/url"
	"strings"
	"testing"
)

// node is one element of a page. Our pages are written so that a lenient XML
// reader understands them, which saves a test a dependency.
type node struct {
	name     string
	attrs    map[string]string
	children []*node
	data     string // of a text
}

func parse(t testing.TB, page string) *node {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	root := &node{}
	open := []*node{root}
	for {
		tok, err := d.Token()
		if tok == nil {
			if len(open) != 1 || err.Error() != "EOF" {
				t.Fatalf("a page is not well formed: %v, %d elements open\n%s", err, len(open)-1, page)
			}
			return root
		}
		top := open[len(open)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			n := &node{name: tok.Name.Local, attrs: map[string]string{}}
			for _, a := range tok.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			top.children = append(top.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.children = append(top.children, &node{data: string(tok)})
		}
	}
}

// all finds elements by name, or all of them by "".
func (n *node) all(names ...string) []*node {
	var found []*node
	for _, c := range n.children {
		for _, name := range names {
			if c.name == name || name == "" && c.name != "" {
				found = append(found, c)
			}
		}
		found = append(found, c.all(names...)...)
	}
	return found
}

// by finds the first element with that attribute, or nil.
func (n *node) by(attr, value string) *node {
	for _, c := range n.all("") {
		if c.attrs[attr] == value {
			return c
		}
	}
	return nil
}

func (n *node) text() string {
	if n.name == "style" {
		return ""
	}
	var b strings.Builder
	b.WriteString(n.data)
	for _, c := range n.children {
		b.WriteString(c.text())
		if c.name != "" {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// form is what a browser would send if a page's first form were sent as it is.
func (n *node) form() (action string, values url.Values) {
	f := n.all("form")[0]
	values = url.Values{}
	for _, c := range f.all("input", "select") {
		_, checked := c.attrs["checked"]
		switch kind := c.attrs["type"]; {
		case c.name == "select":
			for _, o := range c.all("option") {
				if _, chosen := o.attrs["selected"]; chosen {
					values.Set(c.attrs["name"], o.attrs["value"])
				}
			}
		case kind == "file":
		case (kind == "radio" || kind == "checkbox") && !checked:
		default:
			values.Add(c.attrs["name"], c.attrs["value"])
		}
	}
	return f.attrs["action"], values
}

// labelled tells whether a control has a label that says something.
func (n *node) labelled(control *node) bool {
	for _, l := range n.all("label") {
		if l.attrs["for"] == control.attrs["id"] && strings.TrimSpace(l.text()) != "" {
			return true
		}
	}
	return false
}
