package program

import (
	"maps"
	"slices"
	"time"

	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Infusion is what a patient last said about their infusions on the mobile web
// (section 8.2).
type Infusion struct {
	Patient  ID
	Date     time.Time // of the next infusion; zero when there is none
	Facility string
	// Insurance tells whether the patient has news of their insurance.
	Insurance bool
	At        time.Time
}

func infusionKey(v *Infusion) sandbox.Key { return sandbox.Key{Subject: v.Patient.Subject()} }

func packInfusion(v *Infusion, a *sandbox.Archive) {
	id := uint64(v.Patient)
	a.Uint(&id)
	v.Patient = ID(id)
	a.Time(&v.Date)
	a.String(&v.Facility)
	a.Bool(&v.Insurance)
	a.Time(&v.At)
}

// longestFacility bounds the name of a place, as most texts of section 8.2.
const longestFacility = 100

// UpdateInfusion is the patient telling about their infusions; the partner hears
// of every time (RX-HOOK-INFUSION-001). With news of the insurance, values holds
// answers of the insurance screens, which are judged as on those.
func (s *Support) UpdateInfusion(tx *sandbox.Tx, id ID, said Infusion, values map[string]string) (Patient, error) {
	p, prog, err := s.patient(tx, id)
	if err != nil {
		return p, err
	}
	if r := p.may(UpdateInfusion); r != nil {
		return p, r
	}
	if r := tooMany("facilityName", said.Facility, longestFacility); r != nil {
		return p, r
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		f, known := prog.Field(key)
		if !said.Insurance || !known || f.Screen != Insurance && f.Screen != SecondaryInsurance {
			return p, &Refusal{Rule: NotAllowed, Field: key, Saw: key, Wants: "a field of an insurance, and news of it"}
		}
		if values[key] == p.Answer(key) {
			continue
		}
		if r := p.change(f, values[key], prog, tx.Now()); r != nil {
			return p, r
		}
	}
	said.Patient, said.At = id, tx.Now()
	if err := s.infusions.Put(tx, &said); err != nil {
		return p, err
	}
	if err := s.patients.Put(tx, &p); err != nil {
		return p, err
	}
	return p, s.tell(tx, News{What: InfusionUpdated, At: tx.Now(), Patient: p, Program: prog, Infusion: said})
}

// InfusionOf is what the patient last said about their infusions.
func (s *Support) InfusionOf(r sandbox.Reader, id ID) (Infusion, bool) {
	return s.infusions.Get(r, sandbox.Key{Subject: id.Subject()})
}
