package program

import (
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Whom is how a call names its patient: by the id in the path, and by what
// the body repeats of the invitation.
type Whom struct {
	PatientID    string
	ExternalID   Given
	Phone        Given
	ProgramID    Given
	Organization Given // AMB-076
}

// The name of the organization's id in bodies.
const propOrganization = "id"

// judge looks at the kinds of what is repeated. What is absent is not compared
// (RX-OUR-032), so nothing of it is required.
func (a *Whom) judge() *Refusal {
	for _, p := range []property{
		{name: propExternalID, given: &a.ExternalID}, {name: propPhone, given: &a.Phone}, {name: propProgram, given: &a.ProgramID},
	} {
		if p.given.Kind == Absent || p.given.Kind == Null {
			continue
		}
		if r := p.kind(); r != nil {
			return r
		}
	}
	return nil
}

// Dialect is the one in which a call for somebody is judged: the named
// program's, else the patient's program's, else the sandbox's.
func (s *Support) Dialect(r sandbox.Reader, a *Whom) *dialect.Set {
	d := s.Directory(r)
	if prog, ok := d.Program(a.ProgramID.Text); ok {
		return &prog.Dialect
	}
	if id, ok := ParseID(a.PatientID); ok {
		if p, ok := s.Patient(r, id); ok {
			return d.DialectOf(p.Program)
		}
	}
	return &d.dialect
}

// locate finds the patient a call is for, in the order of RX-OUR-031: the
// credentials, the body (which the caller of locate judges by body), the
// program, the token, the patient. What the body repeats of the invitation must
// be the patient's (RX-OUR-032).
func (s *Support) locate(r sandbox.Reader, caller Caller, scope Scope, a *Whom, body func() *Refusal) (Patient, *Program, error) {
	var none Patient
	if ref := caller.refuse(scope); ref != nil {
		return none, nil, ref
	}
	if ref := a.judge(); ref != nil {
		return none, nil, ref
	}
	if ref := body(); ref != nil {
		return none, nil, ref
	}
	d := s.Directory(r)
	var named *Program
	if !a.ProgramID.missing() {
		prog, ref := d.named(a.ProgramID.Text, d.deviates, nil)
		if ref != nil {
			return none, nil, ref
		}
		named = prog
	}
	if ref := caller.disabled(); ref != nil {
		return none, nil, ref
	}
	if named != nil {
		if ref := caller.mayUse(named.ID); ref != nil {
			return none, nil, ref
		}
	}
	id, ok := ParseID(a.PatientID)
	if !ok {
		return none, nil, noPatient(a.PatientID)
	}
	p, prog, err := s.patient(r, id)
	if err != nil {
		return none, nil, err
	}
	if named == nil { // the patient's program is meant
		if ref := caller.mayUse(prog.ID); ref != nil {
			return none, nil, ref
		}
	}
	if ref := a.fits(&p, prog); ref != nil {
		return none, nil, ref
	}
	if p.tooNew(r, prog) {
		return none, nil, noPatient(a.PatientID)
	}
	return p, prog, nil
}

// fits tells whether what the body repeats is the patient's.
func (a *Whom) fits(p *Patient, prog *Program) *Refusal {
	for _, c := range []struct{ name, said, is string }{
		{propProgram, a.ProgramID.Text, p.Program}, {propExternalID, a.ExternalID.Text, p.ExternalID}, {propPhone, a.Phone.Text, p.Phone},
	} {
		if c.said != "" && c.said != c.is {
			return &Refusal{Rule: UnknownPatient, Field: c.name, Saw: c.said, Wants: c.is}
		}
	}
	return a.organization(prog)
}

func (a *Whom) organization(prog *Program) *Refusal {
	if prog.Dialect.Is(dialect.OrganizationID, "checked") && !a.Organization.missing() && a.Organization.Text != prog.Organization {
		return &Refusal{Rule: NotAllowed, Field: propOrganization, Saw: a.Organization.Text, Wants: prog.Organization}
	}
	return nil
}

func noPatient(id string) *Refusal {
	return &Refusal{Rule: UnknownPatient, Field: "patientId", Saw: id, Wants: "the id of a patient"}
}

func unknownProgram(id string) *Refusal {
	return &Refusal{Rule: UnknownProgram, Field: propProgram, Program: id, Saw: id, Wants: "the id of a support program"}
}

// shaped tells whether a program's id looks as the sandbox wants it (AMB-020).
func shaped(d *dialect.Set, id string) bool {
	switch {
	case d.Is(dialect.ProgramIDShape, "alnum16"):
		return len(id) == 16 && alphanumeric(id)
	case d.Is(dialect.ProgramIDShape, "uuid"):
		return len(id) == 36 && id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-'
	}
	return true
}

func alphanumeric(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

// judgeItems looks at the shape of a list of items; path is what the list is
// called. Where it stands and whether it may be a map is decided elsewhere.
func judgeItems(path string, list Given, items []Item) *Refusal {
	inv := Invitation{Additional: list, Items: items}
	r := inv.judgeItems(&plainDialect)
	if r != nil {
		r.Field = path + r.Field[len(propAdditional):]
	}
	return r
}

var plainDialect dialect.Set

// pairs are the variables that items hold, the last of repeated keys counting.
func pairs(items []Item) []Pair {
	var all []Pair
	for i := range items {
		it := &items[i]
		p := Pair{it.Key.Text, it.Value.Text}
		at := -1
		for j := range all {
			if all[j].Key == p.Key {
				at = j
			}
		}
		if at >= 0 {
			all[at] = p
		} else {
			all = append(all, p)
		}
	}
	return all
}
