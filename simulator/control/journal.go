package control

import (
	"slices"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

type exchangeView struct {
	ID        string        `json:"id"`
	Seq       uint64        `json:"seq"`     // order of arrival
	Subject   string        `json:"subject"` // a patient's id, or a kind of call
	Ordinal   uint64        `json:"ordinal"` // which of the subject's
	Patient   string        `json:"patient,omitempty"`
	Side      sandbox.Side  `json:"side"`
	Operation string        `json:"operation,omitempty"`
	At        string        `json:"at"`
	TookMS    float64       `json:"took_ms"` // wall time
	Request   requestView   `json:"request"`
	Response  *responseView `json:"response"` // null: none came
	Error     string        `json:"error,omitempty"`
	Why       *whyView      `json:"why,omitempty"` // it was refused
}

type requestView struct {
	Method string              `json:"method"`
	Target string              `json:"target"`
	Header map[string][]string `json:"header,omitempty"`
	plain
}

type responseView struct {
	Status int                 `json:"status"`
	Header map[string][]string `json:"header,omitempty"`
	plain
	Cut int `json:"cut,omitempty"` // bytes of the body that the journal left out
}

// plain is bytes exactly as they went over the wire, which a JSON value would
// not be.
type plain struct {
	Text   string `json:"text,omitempty"`
	Base64 string `json:"base64,omitempty"`
}

type whyView struct {
	Clause string   `json:"clause,omitempty"`
	Field  string   `json:"field,omitempty"`
	Rule   string   `json:"rule,omitempty"`
	Saw    string   `json:"saw,omitempty"`
	Wants  string   `json:"wants,omitempty"`
	Near   []string `json:"near,omitempty"`
}

// sides are the words for the doors of a sandbox.
var sides = []string{string(sandbox.VendorSide), string(sandbox.PartnerSide), string(sandbox.PhoneSide),
	string(sandbox.WebhookSide), string(sandbox.FetchSide)}

func (a *api) listExchanges(c *call) (answer, error) {
	limit, p := c.query.limit()
	if p != nil {
		return answer{}, p
	}
	if p := c.query.oneOf("side", sides...); p != nil {
		return answer{}, p
	}
	if _, _, p := c.query.patientParam(); p != nil {
		return answer{}, p
	}
	all, evicted := c.Sandbox.Journal().Exchanges()
	var kept []sandbox.Exchange
	for _, e := range slices.Backward(all) { // the latest first, to stop early
		if len(kept) == limit {
			break
		}
		name := subjectName(e.Subject)
		if c.query.passes("id", e.ID) && c.query.passes("side", string(e.Side)) && c.query.passes("subject", name) && c.query.passes("patient", name) {
			kept = append(kept, e)
		}
	}
	slices.Reverse(kept)
	views := []exchangeView{}
	c.view(func(r sandbox.Reader) {
		for _, e := range kept {
			views = append(views, a.viewExchange(r, &e))
		}
	})
	return ok(map[string]any{"exchanges": views, "evicted": evicted})
}

func (a *api) viewExchange(r sandbox.Reader, e *sandbox.Exchange) exchangeView {
	v := exchangeView{ID: e.ID, Seq: e.Seq, Subject: subjectName(e.Subject), Ordinal: e.Ordinal, Side: e.Side, Operation: e.Operation,
		At: stamp(e.At), TookMS: millis(e.Took), Error: e.Error,
		Request: requestView{e.Method, e.Target, e.RequestHeader, plainOf(e.RequestBody)}}
	if e.Subject < 1<<patientBits {
		if _, is := a.rooms.Support.Patient(r, program.ID(e.Subject)); is {
			v.Patient = v.Subject
		}
	}
	if e.Status != 0 {
		v.Response = &responseView{e.Status, e.ResponseHeader, plainOf(e.ResponseBody), e.Cut}
	}
	if w := e.Why; w != nil {
		v.Why = &whyView{w.Clause, w.Field, w.Rule, w.Saw, w.Wants, w.Near}
	}
	return v
}

func plainOf(b []byte) plain {
	c := contentOf(b)
	if c.Body != nil {
		return plain{Text: string(b)}
	}
	return plain{c.Text, c.Base64}
}
