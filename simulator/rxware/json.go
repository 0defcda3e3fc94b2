package rxware

import (
	"strconv"

	"github.com/tidwall/gjson"
)

// writer writes JSON members in the order in which the vendor documents them.
// An object that would be empty is left out with its name: what was not
// collected is omitted, never sent empty or as null (HA-OUR-009).
type writer struct{ b []byte }

func (w *writer) name(name string) {
	if n := len(w.b); n > 0 && w.b[n-1] != '{' && w.b[n-1] != '[' {
		w.b = append(w.b, ',')
	}
	if name != "" {
		w.b = append(w.b, '"')
		w.b = append(w.b, name...)
		w.b = append(w.b, '"', ':')
	}
}

// text writes a member, unless the value is empty.
func (w *writer) text(name, value string) {
	if value != "" {
		w.must(name, value)
	}
}

// must writes a member even when it is empty.
func (w *writer) must(name, value string) {
	w.name(name)
	w.b = gjson.AppendJSONString(w.b, value)
}

func (w *writer) number(name string, v int64) {
	w.name(name)
	w.b = strconv.AppendInt(w.b, v, 10)
}

func (w *writer) truth(name string, v bool) {
	w.name(name)
	w.b = strconv.AppendBool(w.b, v)
}

// raw writes a member whose value is JSON already.
func (w *writer) raw(name, value string) {
	w.name(name)
	w.b = append(w.b, value...)
}

// object writes a member from what fill writes, or nothing when it writes
// nothing.
func (w *writer) object(name string, fill func()) { w.nest(name, '{', '}', fill) }

// list is object for an array. An empty one is left out too.
func (w *writer) list(name string, fill func()) { w.nest(name, '[', ']', fill) }

func (w *writer) nest(name string, open, end byte, fill func()) {
	start := len(w.b)
	w.name(name)
	w.b = append(w.b, open)
	inside := len(w.b)
	fill()
	if len(w.b) == inside && name != "" {
		w.b = w.b[:start]
		return
	}
	w.b = append(w.b, end)
}
