package rxware

import (
	"strconv"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/program"
)

// writer writes JSON members in the order in which the vendor documents them.
// An object that would be empty is left out with its name: what was not
// collected is omitted, never sent empty or as null (HA-OUR-009).
type writer struct {
	b  []byte
	as *deviation.Reword // how a deviation words it; nil: not at all
}

// body writes an object that is a whole text.
func body(fill func(w *writer)) []byte {
	w := writer{b: make([]byte, 0, 1024)}
	w.object("", func() { fill(&w) })
	return w.b
}

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

// told writes a member of an answer's data, as a deviation words it.
func (w *writer) told(name, value string) {
	if w.as != nil {
		if other, reworded := w.as.Data[name]; reworded {
			w.text(name, other)
			return
		}
	}
	w.must(name, value)
}

func (w *writer) number(name string, v int64) {
	w.name(name)
	w.b = strconv.AppendInt(w.b, v, 10)
}

func (w *writer) truth(name string, v bool) {
	w.name(name)
	w.b = strconv.AppendBool(w.b, v)
}

// time writes a time in UTC, in a form that needs no escaping.
func (w *writer) time(name string, t time.Time, form string) {
	w.name(name)
	w.b = append(w.b, '"')
	w.b = t.UTC().AppendFormat(w.b, form)
	w.b = append(w.b, '"')
}

// raw writes a member whose value is JSON already.
func (w *writer) raw(name, value string) {
	w.name(name)
	w.b = append(w.b, value...)
}

// foreign writes a member whose name is not ours, and its value: as JSON when
// it was no text.
func (w *writer) foreign(name, value string, kind program.Kind) {
	w.name("")
	w.b = gjson.AppendJSONString(w.b, name)
	w.b = append(w.b, ':')
	if kind == program.Text {
		w.b = gjson.AppendJSONString(w.b, value)
	} else {
		w.b = append(w.b, value...)
	}
}

// object writes a member from what fill writes, or nothing when it writes
// nothing.
func (w *writer) object(name string, fill func()) { w.nest(name, "{", "}", fill) }

// list is object for an array. An empty one is left out too.
func (w *writer) list(name string, fill func()) { w.nest(name, "[", "]", fill) }

// container is object, or an array of that one object (AMB-018).
func (w *writer) container(name string, listed bool, fill func()) {
	if listed {
		w.nest(name, "[{", "}]", fill)
	} else {
		w.object(name, fill)
	}
}

func (w *writer) nest(name, open, end string, fill func()) {
	start := len(w.b)
	w.name(name)
	w.b = append(w.b, open...)
	inside := len(w.b)
	fill()
	if len(w.b) == inside && name != "" {
		w.b = w.b[:start]
		return
	}
	w.b = append(w.b, end...)
}
