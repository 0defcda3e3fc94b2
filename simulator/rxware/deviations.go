package rxware

import (
	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// deviate changes an answer as the deviations of its program would.
func (v *Vendor) deviate(c *door.Call, base, operation string, a door.Answer) door.Answer {
	dir := v.support.Peek(c.Sandbox)
	if !dir.Strays() {
		return a
	}
	if c.Params.ByName("id") == "reinvite" { // which shares its route
		operation = "reinvite"
	}
	p, known := v.whose(c)
	prog, running := dir.Program(p.Program)
	if !known { // as yet, or at all
		prog, running = dir.Program(gjson.GetBytes(c.Body, "supportProgramId").String())
	}
	set := dir.Deviates()
	if running {
		set = prog.Deviates
	}
	now := c.Sandbox.Clock().Now()
	m := deviation.Amending{Operation: operation, Path: base, Status: a.Status, Type: a.Type, Body: a.Body, Since: now.Sub(p.InvitedAt)}
	if operation == "media" {
		m.Since = now.Sub(p.FinishedAt)
	}
	set.Amend(&m)
	switch m.Instead {
	case deviation.NoPath:
		return voice{}.Refuse(door.NoRoute)
	case deviation.NoPatient:
		return reading.refuse(&program.Refusal{Rule: program.UnknownPatient}, v.dialect(c))
	case deviation.NoFile:
		return reading.refuse(&program.Refusal{Rule: program.UnknownMedia}, v.dialect(c))
	}
	if m.Texts {
		v.remind(c, &p)
	}
	a.Status, a.Type, a.Body = m.Status, m.Type, m.Body
	return a
}

// whose is the patient that a call's path names.
func (v *Vendor) whose(c *door.Call) (p program.Patient, known bool) {
	id, ok := program.ParseID(c.Params.ByName("id"))
	if ok {
		c.Sandbox.View(func(r sandbox.Reader) { p, known = v.support.Patient(r, id) })
	}
	return p, known
}

// remind sends the first text again.
func (v *Vendor) remind(c *door.Call, p *program.Patient) {
	again := program.Reinvitation{
		ExternalID: program.Given{Kind: program.Text, Text: p.ExternalID},
		Phone:      program.Given{Kind: program.Text, Text: p.Phone},
		ProgramID:  program.Given{Kind: program.Text, Text: p.Program},
	}
	_ = v.update(c, func(tx *sandbox.Tx, caller program.Caller) error { // who may not, is not reminded
		_, err := v.support.Reinvite(tx, caller, again)
		return err
	})
}
