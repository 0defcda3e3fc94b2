package phone

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// visitor is the patient behind a link, as one call found them.
type visitor struct {
	*door.Call
	patient program.Patient
	prog    *program.Program
	now     time.Time
}

// errLost is returned where a link leads to nobody.
var errLost = errors.New("no patient has this link")

// visitor finds the patient whose link the call came by.
func (p *Phone) visitor(c *door.Call, r sandbox.Reader) (*visitor, bool) {
	patient, ok := p.support.ByLink(r, c.Params.ByName("token"))
	if !ok {
		return nil, false
	}
	prog, ok := p.support.Directory(r).Program(patient.Program)
	if !ok {
		return nil, false
	}
	c.Subject = patient.ID.Subject()
	return &visitor{Call: c, patient: patient, prog: prog, now: r.Now()}, true
}

// withVisitor answers a call that changes nothing, or not yet.
func (p *Phone) withVisitor(c *door.Call, answer func(*visitor) door.Answer) door.Answer {
	var v *visitor
	found := false
	c.Sandbox.View(func(r sandbox.Reader) { v, found = p.visitor(c, r) })
	if !found {
		return p.lost()
	}
	return answer(v)
}

// act lets the patient do something, in one update. The visitor returned is the
// patient afterwards or, when it was refused, as they still are.
func (p *Phone) act(c *door.Call, do func(*sandbox.Tx, *visitor) (program.Patient, error)) (*visitor, error) {
	var v *visitor
	err := c.Sandbox.Update(func(tx *sandbox.Tx) error {
		var found bool
		if v, found = p.visitor(c, tx); !found {
			return errLost
		}
		after, err := do(tx, v)
		if err == nil {
			v.patient = after
		}
		return err
	})
	return v, err
}

// outcome answers an act: on to the next page, or again with what was wrong. An
// act that is not legal any more leads to where the patient is.
func (p *Phone) outcome(v *visitor, err error, again func(refusals) door.Answer) door.Answer {
	if err == nil {
		return v.lead()
	}
	wrong, ok := refusalsIn(err)
	switch {
	case errors.Is(err, errLost):
		return p.lost()
	case !ok:
		p.log.Error("a patient's act failed", "patient", v.patient.ID, "error", err)
		return p.refuse(door.Crashed)
	case wrong[0].Rule == program.NotNow:
		return v.lead()
	}
	return again(wrong)
}

// refusals are all that is wrong with one form.
type refusals []*program.Refusal

func (r refusals) Error() string { return r[0].Error() }

// of returns the refusal of a field, or nil.
func (r refusals) of(field string) *program.Refusal {
	if i := slices.IndexFunc(r, func(one *program.Refusal) bool { return one.Field == field }); i >= 0 {
		return r[i]
	}
	return nil
}

func refusalsIn(err error) (refusals, bool) {
	var many refusals
	if errors.As(err, &many) {
		return many, true
	}
	var one *program.Refusal
	if errors.As(err, &one) {
		return refusals{one}, true
	}
	return nil, false
}

// link is the address of one of the patient's pages, or of the link itself.
func (v *visitor) link(parts ...string) string {
	u := url.URL{Path: v.Base + "/l/" + v.Params.ByName("token")}
	for _, part := range parts {
		u.Path += "/" + part
	}
	return u.EscapedPath()
}

// lead redirects to the next thing to do.
func (v *visitor) lead() door.Answer { return v.redirect(v.next()) }

func (v *visitor) redirect(to string) door.Answer {
	h := headers("default-src 'none'")
	h.Set("Location", to)
	return door.Answer{Status: http.StatusSeeOther, Header: h}
}

// next is the address of what there is to do now.
func (v *visitor) next() string {
	switch v.patient.Stage() {
	case program.Invited:
		if v.Params.ByName("page") != "" {
			return v.link() // somebody came by a side door: the link has to be opened
		}
	case program.Finished:
		return v.link(donePage)
	}
	if screens := v.patient.Screens(v.prog); len(screens) > 0 {
		return v.link(screens[0].String())
	}
	return v.link(finishPage)
}

// asked tells whether an enrollment screen is meant for this patient, complete
// or not. The caregiver's is for those who have one.
func (v *visitor) asked(s program.Screen) bool {
	if s != program.Caregiver || v.patient.Accompanied() {
		return true
	}
	return slices.ContainsFunc(v.prog.FieldsOn(s), func(f *program.Field) bool { return v.requires(f.Key) })
}

func (v *visitor) requires(item string) bool { return slices.Contains(v.prog.Required, item) }

// steps are the screens of this patient's way: those behind and those ahead.
// What was complete from the start is on neither side (RX-INVITE-036).
func (v *visitor) steps() []program.Screen {
	ahead := v.patient.Screens(v.prog)
	var steps []program.Screen
	if v.patient.NeedsConsent {
		steps = append(steps, program.ConsentScreen)
	}
	for s := program.About; s <= program.Signature; s++ {
		if v.patient.Passed&(1<<s) != 0 || slices.Contains(ahead, s) {
			steps = append(steps, s)
		}
	}
	return steps
}
