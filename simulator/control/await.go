package control

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// How long await waits, in wall time.
const (
	usualPatience   = 10 * time.Second
	longestPatience = time.Minute
)

// wait is what an await waits for: look returns what has come, or nil, and what
// is there instead.
type wait struct {
	what string
	look func(r sandbox.Reader) (come, there any)
}

// await returns what it waits for as soon as that is there, now or later.
func (a *api) await(c *call) (answer, error) {
	id, given, p := c.query.patientParam()
	if p != nil {
		return answer{}, p
	}
	if !given {
		return answer{}, invalid("patient", "", "the id of a patient")
	}
	patience, p := c.query.patience()
	if p != nil {
		return answer{}, p
	}
	wanted, p := a.wanted(c.query, id)
	if p != nil {
		return answer{}, p
	}
	known := false
	c.view(func(r sandbox.Reader) { _, known = a.rooms.Support.Patient(r, id) })
	if !known {
		return answer{}, notFound("patient", "patient", id.String())
	}
	c.unhurried()
	ctx, cancel := clock.Timeout(c.Context(), patience)
	defer cancel()
	var come, there any
	err := c.Sandbox.Await(ctx, func(r sandbox.Reader) bool {
		come, there = wanted.look(r)
		return come != nil
	})
	switch {
	case err == nil:
		return ok(come)
	case c.Context().Err() == nil && ctx.Err() == context.DeadlineExceeded:
		return answer{}, &problem{Status: http.StatusRequestTimeout, There: there, Wants: wanted.what,
			Detail: "there was no " + wanted.what + " within " + patience.String()}
	}
	return answer{}, err
}

func (q query) patience() (time.Duration, *problem) {
	said, given := q["timeout"]
	if !given {
		return usualPatience, nil
	}
	d, err := config.Span(said)
	if err != nil || d > longestPatience {
		return 0, invalid("timeout", said, "a span like 500ms or 10s, of at most "+longestPatience.String())
	}
	return d, nil
}

// waits are what can be awaited, and the parameters of each beside those of all.
var waits = map[string][]string{
	"text":    {"after", "direction"},
	"webhook": {"after", "state", "kind"},
	"state":   {"state"},
}

func (a *api) wanted(q query, id program.ID) (wait, *problem) {
	own, known := waits[q["for"]]
	if !known {
		return wait{}, invalid("for", q["for"], "one of text, webhook, state")
	}
	for name, value := range q {
		if !slices.Contains(own, name) && !slices.Contains([]string{"for", "patient", "timeout"}, name) {
			return wait{}, invalid(name, value, "left out when waiting for a "+q["for"])
		}
	}
	after, p := q.after()
	if p != nil {
		return wait{}, p
	}
	switch q["for"] {
	case "text":
		return a.wantedText(q, id, after)
	case "webhook":
		return a.wantedWebhook(q, id, after)
	}
	return a.wantedState(q, id)
}

func (q query) after() (uint64, *problem) {
	said, given := q["after"]
	if !given {
		return 0, nil
	}
	n, err := strconv.ParseUint(said, 10, 64)
	if err != nil {
		return 0, invalid("after", said, "an ordinal")
	}
	return n, nil
}

func (a *api) wantedText(q query, id program.ID, after uint64) (wait, *problem) {
	if p := q.oneOf("direction", directions...); p != nil {
		return wait{}, p
	}
	direction, given := q["direction"]
	if !given {
		direction = directions[0]
	}
	return wait{"text " + direction, func(r sandbox.Reader) (come, there any) {
		texts := []textView{}
		for t := range a.rooms.Inbox.Of(r, id.Subject()) {
			v := viewText(t)
			if t.Ordinal > after && v.Direction == direction {
				return v, nil
			}
			texts = append(texts, v)
		}
		return nil, texts
	}}, nil
}

func (a *api) wantedWebhook(q query, id program.ID, after uint64) (wait, *problem) {
	if p := q.oneOf("state", webhookStates...); p != nil {
		return wait{}, p
	}
	states, what := webhookStates[1:], "webhook delivered or given up"
	if state, given := q["state"]; given {
		states, what = []string{state}, "webhook "+state
	}
	return wait{what, func(r sandbox.Reader) (come, there any) {
		refs := []webhookRef{}
		for p := range a.rooms.Outbox.Of(r, id.Subject()) {
			if p.Letter.Ordinal > after && q.passes("kind", p.Kind) && slices.Contains(states, p.State.String()) {
				return viewWebhook(&p), nil
			}
			refs = append(refs, refWebhook(&p))
		}
		return nil, refs
	}}, nil
}

// The states a patient can be awaited in beside the stages.
const (
	optedOut = "opted-out"
	optedIn  = "opted-in"
)

func (a *api) wantedState(q query, id program.ID) (wait, *problem) {
	states := []string{program.Invited.String(), program.Consenting.String(), program.Enrolling.String(), program.Finished.String(), optedOut, optedIn}
	state := q["state"]
	if !slices.Contains(states, state) {
		return wait{}, invalid("state", state, either(states))
	}
	return wait{"state " + state, func(r sandbox.Reader) (come, there any) {
		p, known := a.rooms.Support.Patient(r, id)
		if !known {
			return nil, nil
		}
		is := []string{p.Stage().String(), optedIn}
		if p.OptedOut() {
			is[1] = optedOut
		}
		if slices.Contains(is, state) {
			return a.viewPatient(r, &p), nil
		}
		return nil, is
	}}, nil
}
