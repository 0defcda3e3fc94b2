package control

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

// problem is what went wrong, as RFC 9457 writes it; it is an error of the
// handlers.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`

	Field string   `json:"field,omitempty"` // what was judged
	Saw   string   `json:"saw,omitempty"`   // what was there
	Wants string   `json:"wants,omitempty"` // what would have passed
	Near  []string `json:"near,omitempty"`  // routes like the one that is not
	There any      `json:"there,omitempty"` // what was there when waiting ended

	challenge string // for WWW-Authenticate
}

func (p *problem) Error() string { return p.Detail }

// invalid is a value that cannot be used.
func invalid(field, saw, wants string) *problem {
	return &problem{Status: http.StatusUnprocessableEntity, Field: field, Saw: shown(saw), Wants: wants,
		Detail: field + " must be " + wants}
}

// shown is what of a text is repeated to the one who sent it.
func shown(saw string) string {
	const most = 200
	if len(saw) > most {
		return strings.ToValidUTF8(saw[:most], "") + "…"
	}
	return saw
}

func notFound(what, field, saw string) *problem {
	return &problem{Status: http.StatusNotFound, Field: field, Saw: shown(saw), Detail: "there is no such " + what}
}

func noSandbox(name string) *problem { return notFound("sandbox", "sandbox", name) }

func conflict(err error) *problem {
	return &problem{Status: http.StatusConflict, Detail: err.Error()}
}

// refusals say in words and numbers what rule of the domain an act broke. A
// rule that is not here is about a value, and unprocessable.
var refusals = map[program.Rule]struct {
	status int
	detail string
}{
	program.UnknownPatient: {http.StatusNotFound, "there is no such patient"},
	program.NotNow:         {http.StatusConflict, "the patient cannot do this now"},
	program.Incomplete:     {http.StatusConflict, "something the program requires is missing"},
	program.Fixed:          {http.StatusConflict, "the partner has said that the patient may not change this"},
	program.BadFile:        {http.StatusUnprocessableEntity, "the file cannot be taken"},
	program.Required:       {http.StatusUnprocessableEntity, "a value is needed"},
	program.TooLong:        {http.StatusUnprocessableEntity, "the value is too long"},
}

// fail is the answer to an error; what is not known here is our own fault.
func fail(err error) answer {
	var p *problem
	var refusal *program.Refusal
	switch {
	case errors.As(err, &p):
	case errors.As(err, &refusal):
		row, known := refusals[refusal.Rule]
		if !known {
			row.status, row.detail = http.StatusUnprocessableEntity, "the value cannot be taken"
		}
		p = &problem{Status: row.status, Detail: row.detail, Field: refusal.Field, Saw: shown(refusal.Saw), Wants: refusal.Wants}
	case errors.Is(err, ErrNone), errors.Is(err, sandbox.ErrClosed):
		p = &problem{Status: http.StatusNotFound, Detail: ErrNone.Error()}
	case errors.Is(err, webhook.ErrUnknown):
		p = &problem{Status: http.StatusNotFound, Detail: err.Error()}
	case errors.Is(err, ErrTaken), errors.Is(err, ErrDefault), errors.Is(err, webhook.ErrPending), errors.Is(err, webhook.ErrNowhere):
		p = conflict(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		// The caller has gone, or the process ends; hardly anybody reads this.
		p = &problem{Status: http.StatusRequestTimeout, Detail: "the call was ended before its work was"}
	default:
		p = &problem{Status: http.StatusInternalServerError, Detail: "this is a bug of ours; the log has more"}
	}
	p.Type, p.Title = "about:blank", http.StatusText(p.Status)
	said := answer{status: p.Status, body: p}
	if p.challenge != "" {
		said.header = http.Header{"Www-Authenticate": {p.challenge}}
	}
	return said
}
