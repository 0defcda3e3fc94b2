package program

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// What a sandbox is made to do wrong, where that takes more than a condition.
// Nothing here is reached while nothing is armed.

// unless makes a refusal, unless what is armed overlooks it.
func unless(s *deviation.Set, r *Refusal, facts deviation.Facts) *Refusal {
	if r != nil && s.Overlooks(r.Rule.String(), r.Field, r.Saw, facts) {
		return nil
	}
	return r
}

// demanded is the refusal of a call with which nothing is wrong, if what is
// armed makes one.
func demanded(s *deviation.Set, call deviation.Call, facts deviation.Facts) *Refusal {
	d, ok := s.Demands(call, facts)
	if !ok {
		return nil
	}
	rule, _ := ParseRule(d.Rule)
	return &Refusal{Rule: rule, Field: d.Field, Saw: facts.Fact(d.Field), Wants: "nothing: a deviation is armed"}
}

// unless makes a refusal, unless what is armed overlooks it.
func (inv *Invitation) unless(s *deviation.Set, r *Refusal) *Refusal {
	if r == nil || !s.Any() {
		return r
	}
	return unless(s, r, invited{Invitation: *inv})
}

// does tells whether a program is made to do something otherwise for a patient.
func (prog *Program) does(a deviation.Act, p *Patient) bool {
	return prog.Deviates.Any() && prog.Deviates.Does(a, known{Patient: *p})
}

// deviate makes of the patient what is armed.
func (inv *Invitation) deviate(p *Patient, dev *deviation.Set, now time.Time) {
	facts := invited{*inv, now}
	p.NeedsConsent = (p.NeedsConsent || dev.Does(deviation.AsksConsent, facts)) && !dev.Does(deviation.AsksNoConsent, facts)
	p.IsCaregiver = p.IsCaregiver || dev.Does(deviation.AssumesCaregiver, facts)
	if dev.Does(deviation.ForgetsOwnID, facts) {
		p.ExternalID, p.Shared = "", p.Shared|SharedExternalID
	}
}

// elsewhere is a number that nobody asked for.
const elsewhere = "+12025550150"

// inviteOtherwise sends the first text as what is armed has it; done tells that
// this was all.
func (s *Support) inviteOtherwise(tx *sandbox.Tx, p *Patient, prog *Program) (done bool, err error) {
	if prog.does(deviation.CreatesTwo, p) {
		if err := s.twin(tx, p); err != nil {
			return false, err
		}
	}
	switch {
	case prog.does(deviation.SendsNoInvitation, p):
		return true, nil
	case prog.does(deviation.SendsTwo, p):
		return false, s.send(tx, p, s.invitationText(tx, p, prog))
	case prog.does(deviation.SendsElsewhere, p):
		return true, s.texts.Send(tx, p.ID.Subject(), elsewhere, s.invitationText(tx, p, prog))
	}
	return false, nil
}

// twin keeps another record of a patient, with the same identifiers.
func (s *Support) twin(tx *sandbox.Tx, p *Patient) error {
	other, err := *p, sandbox.ErrExists
	other.Shared = SharedExternalID | SharedPhone
	for try := uint64(1); errors.Is(err, sandbox.ErrExists); try++ {
		other.ID = idFor(tx.Sandbox().Seed(), p.Program, p.ExternalID, try)
		err = s.patients.Insert(tx, &other)
	}
	return err
}

// shareOtherwise is how a deviation has patients share identifiers.
func (s *Support) shareOtherwise(tx *sandbox.Tx, p *Patient, prog *Program) *Refusal {
	facts := known{Patient: *p}
	if prog.Deviates.Does(deviation.TakesOnce, facts) {
		for other := range s.Patients(tx) {
			if other.ExternalID == p.ExternalID {
				return already(propExternalID, p.ExternalID, other)
			}
		}
	}
	if unless(prog.Deviates, already(propExternalID, p.ExternalID, *p), facts) == nil {
		if _, taken := s.byOwnID.Find(tx, ownID(p)); taken {
			p.Shared |= SharedExternalID
		}
		if _, taken := s.byPhone.Find(tx, ownPhone(p)); taken {
			p.Shared |= SharedPhone
		}
	}
	return nil
}

// tooNew tells whether a deviation does not know the patient yet.
func (p *Patient) tooNew(r sandbox.Reader, prog *Program) bool {
	return prog.does(deviation.UnknownAtFirst, p) && r.Now().Sub(p.InvitedAt) < time.Second
}

// remind sends the text again as what is armed has it.
func (s *Support) remind(tx *sandbox.Tx, p Patient, prog *Program) (Patient, error) {
	if prog.does(deviation.RemindsFirst, &p) {
		for other := range s.Patients(tx) { // the latest come first
			p = other
		}
	}
	body := s.invitationText(tx, &p, prog)
	switch {
	case prog.does(deviation.RemindsNobody, &p):
		return p, nil
	case prog.does(deviation.RemindsOtherwise, &p):
		body = "Reminder: " + body
	case prog.does(deviation.RemindsElsewhere, &p):
		return p, s.texts.Send(tx, p.ID.Subject(), elsewhere, body)
	case prog.does(deviation.RemindsTwin, &p):
		if err := s.twin(tx, &p); err != nil {
			return p, err
		}
	}
	return p, s.send(tx, &p, body)
}

// deviate makes of an update what is armed, and tells whether it is kept.
func (s *Support) deviate(tx *sandbox.Tx, u *CaseUpdate, dev *deviation.Set, facts deviation.Facts) (keep bool) {
	deviatePairs(u.Data, dev)
	u.Data = slices.DeleteFunc(u.Data, func(d Pair) bool { return dev.Does(deviation.LosesValue, d) })
	if dev.Does(deviation.KeepsFirst, facts) {
		for earlier := range s.History(tx, u.Patient) {
			if earlier.Name == u.Name {
				return false
			}
		}
	}
	if dev.Does(deviation.MistakesUpdate, facts) {
		u.Name = map[bool]string{true: "refill.status", false: "shipment.status"}[u.Name == "shipment.status"]
	}
	return !dev.Does(deviation.LosesUpdate, facts)
}

// deviatePairs processes values that are to be left alone.
func deviatePairs(data []Pair, dev *deviation.Set) {
	for i, d := range data {
		if dev.Does(deviation.ChangesValue, d) {
			data[i].Value = strings.ToUpper(d.Value)
		}
	}
}
