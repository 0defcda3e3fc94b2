package program

import (
	"iter"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// share notes which of a new patient's identifiers somebody else has, where
// that is no duplicate, and refuses what is one. By default there is nothing to
// do: the unique indexes refuse whatever is taken (RX-OUR-020, AMB-045).
func (s *Support) share(tx *sandbox.Tx, p *Patient, prog *Program) *Refusal {
	if prog.Deviates.Any() {
		if r := s.shareOtherwise(tx, p, prog); r != nil {
			return r
		}
	}
	d := &prog.Dialect
	if d.Is(dialect.DuplicateBy, "externalIdOrPhone") {
		return nil
	}
	byID, hasID := s.byOwnID.Find(tx, ownID(p))
	byPhone, hasPhone := s.byPhone.Find(tx, ownPhone(p))
	switch {
	case d.Is(dialect.DuplicateBy, "externalId") && hasID:
		return already(propExternalID, p.ExternalID, byID)
	case d.Is(dialect.DuplicateBy, "phone") && hasPhone:
		return already(propPhone, p.Phone, byPhone)
	}
	for other := range s.sharing(tx, p.Program, p.ExternalID) {
		if other.Phone == p.Phone {
			return already(propExternalID, p.ExternalID, other)
		}
	}
	if hasID {
		p.Shared |= SharedExternalID
	}
	if hasPhone {
		p.Shared |= SharedPhone
	}
	return nil
}

func already(field, saw string, existing Patient) *Refusal {
	return &Refusal{Rule: AlreadyInvited, Field: field, Saw: saw, Existing: &existing,
		Wants: "an external id and a number that no patient of the program has"}
}

// sharing yields every patient of a program with an external id: their ids are
// the ones that were tried for it, in turn.
func (s *Support) sharing(r sandbox.Reader, programID, externalID string) iter.Seq[Patient] {
	return func(yield func(Patient) bool) {
		for try := uint64(0); ; try++ {
			p, ok := s.Patient(r, idFor(r.Sandbox().Seed(), programID, externalID, try))
			if !ok {
				return
			}
			if p.Program == programID && p.ExternalID == externalID && !yield(p) {
				return
			}
		}
	}
}
