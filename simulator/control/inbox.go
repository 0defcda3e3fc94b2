package control

import (
	"cmp"

	"github.com/placebo-sim/placebo/simulator/inbox"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

type textView struct {
	Patient   string `json:"patient"`
	Ordinal   uint64 `json:"ordinal"` // its place in the patient's conversation
	Direction string `json:"direction"`
	Phone     string `json:"phone"`
	Body      string `json:"body"`
	Link      string `json:"link,omitempty"` // the first address in the body
	At        string `json:"at"`
	Failed    string `json:"failed,omitempty"` // why it did not arrive
}

func viewText(t inbox.Text) textView {
	return textView{subjectName(t.Subject), t.Ordinal, t.Direction.String(), t.Phone, t.Body, linkIn(t.Body), stamp(t.At), t.Failed}
}

// directions are the words for the ways a text can go.
var directions = []string{inbox.ToPhone.String(), inbox.FromPhone.String()}

func (a *api) listTexts(c *call) (answer, error) {
	limit, p := c.query.limit()
	if p != nil {
		return answer{}, p
	}
	if p := c.query.oneOf("direction", directions...); p != nil {
		return answer{}, p
	}
	patient, one, p := c.query.patientParam()
	if p != nil {
		return answer{}, p
	}
	kept := latest[inbox.Text]{limit: limit, compare: func(x, y inbox.Text) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Subject, y.Subject), cmp.Compare(x.Ordinal, y.Ordinal))
	}}
	c.view(func(r sandbox.Reader) {
		texts := a.rooms.Inbox.All(r)
		if one {
			texts = a.rooms.Inbox.Of(r, patient.Subject())
		}
		for t := range texts {
			if c.query.passes("phone", t.Phone) && c.query.passes("direction", t.Direction.String()) {
				kept.add(t)
			}
		}
	})
	views := []textView{}
	for _, t := range kept.list() {
		views = append(views, viewText(t))
	}
	return ok(map[string]any{"texts": views})
}

// passes tells whether a value is the one asked for, if one is.
func (q query) passes(name, value string) bool {
	want, given := q[name]
	return !given || want == value
}
