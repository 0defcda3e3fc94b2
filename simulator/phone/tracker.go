package phone

import (
	"net/http"
	"time"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// event is one line of the tracker.
type event struct {
	What    string
	Machine string // when, for machines; empty while it is still to come
	When    string
	Note    string
}

func at(what string, when time.Time) event {
	e := event{What: what}
	if !when.IsZero() {
		e.Machine, e.When = when.UTC().Format(time.RFC3339), moment(when)
	}
	return e
}

// tracker is the patient entering the tracker. The partner hears of every time
// (HA-HOOK-VISIT-001), so what is not an entry must not look like one: a HEAD,
// or a browser that fetches ahead.
func (p *Phone) tracker(c *door.Call) door.Answer {
	switch {
	case c.Method == http.MethodHead:
		return p.withVisitor(c, func(v *visitor) door.Answer {
			if !admitted(v) {
				return v.lead()
			}
			return p.trackerPage(v)
		})
	case ahead(c.Request):
		return p.notYet()
	}
	v, err := p.act(c, func(tx *sandbox.Tx, v *visitor) (program.Patient, error) {
		return p.support.ViewTracker(tx, v.patient.ID)
	})
	if err == nil {
		return p.trackerPage(v)
	}
	return p.outcome(v, err, func(refusals) door.Answer { return p.lost() })
}

func (p *Phone) trackerPage(v *visitor) door.Answer {
	pt := &v.patient
	events := []event{at("Invitation sent", pt.InvitedAt)}
	if pt.NeedsConsent {
		events = append(events, at("Consent given", pt.ConsentedAt))
	}
	if !pt.SignedAt.IsZero() || v.requires(program.SignatureImage.String()) {
		events = append(events, at("Signature given", pt.SignedAt))
	}
	events = append(events, at("Enrollment completed", pt.FinishedAt))
	texts := event{What: "Text messages are on", Note: "Reply STOP to a text to end them."}
	if pt.OptedOut() {
		texts = at("Text messages are off", pt.OptedOutAt)
		texts.Note = "Reply START to get them again."
	}
	pg := v.page(capital(v.whose())+" progress", "")
	content := struct {
		Events         []event
		Case           []status
		Texts          event
		Infusion, Next string
	}{Events: events, Case: p.statuses(v), Texts: texts, Infusion: v.link(infusionPage)}
	if !finished(v) {
		content.Next = v.next()
	}
	pg.Content = content
	return p.render(http.StatusOK, "tracker", pg)
}
