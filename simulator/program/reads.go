package program

import "github.com/placebo-sim/placebo/simulator/sandbox"

// Read returns a patient and their program to a caller who may see them. The
// order of judgement is RX-OUR-031's for calls whose body names no program:
// credentials, disabled token, patient, then the patient's program.
func (s *Support) Read(r sandbox.Reader, caller Caller, scope Scope, id string) (Patient, *Program, error) {
	if ref := caller.refuse(scope); ref != nil {
		return Patient{}, nil, ref
	}
	if ref := caller.disabled(); ref != nil {
		return Patient{}, nil, ref
	}
	known, ok := ParseID(id)
	if !ok {
		return Patient{}, nil, &Refusal{Rule: UnknownPatient, Field: "patientId", Saw: id, Wants: "the id of a patient"}
	}
	p, prog, err := s.patient(r, known)
	if err != nil {
		return p, nil, err
	}
	if ref := caller.mayUse(prog.ID); ref != nil {
		return Patient{}, nil, ref
	}
	if p.tooNew(r, prog) {
		return Patient{}, nil, noPatient(id)
	}
	return p, prog, nil
}

// ReadMedia returns a patient's file to a caller who may see it.
func (s *Support) ReadMedia(r sandbox.Reader, caller Caller, id, media string) (Media, error) {
	p, _, err := s.Read(r, caller, ScopeMedia, id)
	if err != nil {
		return Media{}, err
	}
	m, ok := s.FindMedia(r, &p, media)
	if !ok {
		return Media{}, &Refusal{Rule: UnknownMedia, Field: "mediaId", Saw: media, Wants: "the id of a file of this patient"}
	}
	return m, nil
}
