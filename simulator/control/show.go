package control

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
)

// stamp writes a time as every answer does; the zero time is "". Times come
// from configurations and peers too, so this cannot fail, as json's form does
// beyond the year 9999.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

// millis writes wall time.
func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// content is bytes that a peer sent, in the most readable form they have.
type content struct {
	Body   json.RawMessage `json:"body,omitempty"`
	Text   string          `json:"text,omitempty"`
	Base64 string          `json:"base64,omitempty"`
}

func contentOf(b []byte) content {
	switch {
	case len(b) == 0:
		return content{}
	case !utf8.Valid(b):
		return content{Base64: base64.StdEncoding.EncodeToString(b)}
	case !door.TooDeep(b, depthLimit) && json.Valid(b):
		return content{Body: b}
	default:
		return content{Text: string(b)}
	}
}

// patientBits is how many bits of a subject can be a patient's.
const patientBits = 52

// subjectName writes a subject: a patient's as their id.
func subjectName(subject uint64) string {
	if subject < 1<<patientBits {
		return program.ID(subject).String()
	}
	return "x" + strconv.FormatUint(subject, 16)
}

// patientParam reads the parameter patient; false means it was not given.
func (q query) patientParam() (program.ID, bool, *problem) {
	said, given := q["patient"]
	if !given {
		return 0, false, nil
	}
	id, ok := program.ParseID(said)
	if !ok {
		return 0, false, invalid("patient", said, "the id of a patient")
	}
	return id, true, nil
}

// address is an http address in a text.
var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// linkIn is the first address in a text, or "".
func linkIn(body string) string {
	return strings.TrimRight(address.FindString(body), ".,;:!?)'")
}

// latest keeps the last items of an order out of any number, in little memory.
type latest[T any] struct {
	limit   int
	compare func(a, b T) int
	items   []T
}

func (l *latest[T]) add(item T) {
	l.items = append(l.items, item)
	if len(l.items) >= 2*l.limit+64 {
		l.trim()
	}
}

func (l *latest[T]) trim() {
	slices.SortStableFunc(l.items, l.compare)
	l.items = slices.Delete(l.items, 0, max(len(l.items)-l.limit, 0))
}

// list returns the kept items in order; it is never nil, which JSON would call
// null.
func (l *latest[T]) list() []T {
	l.trim()
	return append([]T{}, l.items...)
}
