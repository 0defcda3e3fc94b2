package program

import (
	"slices"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// ID names a patient within a sandbox: 52 bits, written "ha" and 13 lower-case
// hex digits (RX-GEN-005).
type ID uint64

const idDigits = "0123456789abcdef"

func (id ID) String() string {
	var b [15]byte
	b[0], b[1] = 'h', 'a'
	v := uint64(id)
	for i := 14; i >= 2; i-- {
		b[i] = idDigits[v&15]
		v >>= 4
	}
	return string(b[:])
}

// ParseID reads an ID as String writes it.
func ParseID(s string) (ID, bool) {
	if len(s) != 15 || s[:2] != "ha" {
		return 0, false
	}
	var v uint64
	for _, c := range []byte(s[2:]) {
		d := strings.IndexByte(idDigits, c)
		if d < 0 {
			return 0, false
		}
		v = v<<4 | uint64(d)
	}
	return ID(v), true
}

// Subject is the id under which all of a patient's rows and draws are kept.
func (id ID) Subject() uint64 { return uint64(id) }

// IDFor is the id that the first patient with that external id gets in a
// program of a sandbox: it depends on nothing else.
func IDFor(seed chance.Seed, programID, externalID string) ID {
	return idFor(seed, programID, externalID, 0)
}

func idFor(seed chance.Seed, programID, externalID string, try uint64) ID {
	return ID(seed.Draw("patient id", chance.Hash(programID, externalID), try) & (1<<52 - 1))
}

// Patient is one person in one support program: the facts. What follows from
// them (stage, screens, missing items) is asked by methods.
type Patient struct {
	ID         ID
	Program    string // the support program's id
	ExternalID string // the partner's own id for the patient
	Phone      string // where texts go: the caregiver's when IsCaregiver (AMB-048)
	FirstName  string // always the patient's
	LastName   string

	NeedsConsent   bool // requiredConsent: the vendor collects consent
	IsCaregiver    bool
	SkipOnboarding bool

	InvitedAt   time.Time
	OpenedAt    time.Time // the link was first opened
	ConsentedAt time.Time // every consent that is needed was given
	SignedAt    time.Time
	FinishedAt  time.Time
	OptedOutAt  time.Time // zero while texts may be sent

	Passed   uint64 // enrollment screens the patient has been through, a bit each
	Shared   Shared // what others had before; only where that is no duplicate
	Consents []ConsentGiven
	Answers  []Answer
	Media    []MediaRef
}

// Shared tells which of a patient's identifiers another patient of the program
// had before, in dialects in which that is no duplicate (AMB-045). Only the
// first who has an identifier is found by it.
type Shared uint8

// The identifiers that can be shared.
const (
	SharedExternalID Shared = 1 << iota
	SharedPhone
)

// Answer is the value of one enrollment field.
type Answer struct {
	Key    string
	Value  string
	Kind   Kind // Text for every standard field; unknown keys keep what they came as
	Locked bool // editable was false: the patient may not change it
}

// ConsentGiven is what the patient said to one of the program's consents.
type ConsentGiven struct {
	Name  string
	Value bool
	At    time.Time
}

// Answer returns the value of a field, or "". The invited names and, for a
// patient who is not represented by a caregiver, the invited number answer
// their own fields.
func (p *Patient) Answer(key string) string {
	switch key { // the top-level names are authoritative (RX-OUR-023)
	case keyFirstName:
		return p.FirstName
	case keyLastName:
		return p.LastName
	}
	if a := p.answer(key); a != nil {
		return a.Value
	}
	if key == KeyPhone && !p.IsCaregiver || key == keyCaregiverPhone && p.IsCaregiver {
		return p.Phone
	}
	return ""
}

func (p *Patient) answer(key string) *Answer {
	for i := range p.Answers {
		if p.Answers[i].Key == key {
			return &p.Answers[i]
		}
	}
	return nil
}

// Custom returns the answers to keys that neither the contract nor the program's
// agreement knows, and to agreed ones, in the order in which they came.
func (p *Patient) Custom() []Answer {
	var custom []Answer
	for _, a := range p.Answers {
		if _, known := standardNumber[a.Key]; !known {
			custom = append(custom, a)
		}
	}
	return custom
}

// Accompanied tells whether a caregiver acts for the patient.
func (p *Patient) Accompanied() bool { return p.accompanied() }

// Editable tells whether the patient may change a field (AMB-039).
func (p *Patient) Editable(key string) bool {
	a := p.answer(key)
	return a == nil || !a.Locked
}

// set stores an answer in place of the former one.
func (p *Patient) set(key, value string, kind Kind, locked bool) {
	switch key {
	case keyFirstName:
		p.FirstName = value
	case keyLastName:
		p.LastName = value
	}
	if a := p.answer(key); a != nil {
		*a = Answer{key, value, kind, locked}
		return
	}
	p.Answers = append(p.Answers, Answer{key, value, kind, locked})
}

// forget takes an answer back.
func (p *Patient) forget(key string) {
	p.Answers = slices.DeleteFunc(p.Answers, func(a Answer) bool { return a.Key == key })
}

// accompanied tells whether a caregiver acts for the patient: the flag says so
// or a caregiver's data came along (AMB-046, flagOrKeys).
func (p *Patient) accompanied() bool {
	if p.IsCaregiver {
		return true
	}
	for _, a := range p.Answers {
		if strings.HasPrefix(a.Key, "caregiver.") && a.Value != "" {
			return true
		}
	}
	return false
}

// OptedOut tells whether the patient has texted STOP.
func (p *Patient) OptedOut() bool { return !p.OptedOutAt.IsZero() }

// MediaID returns the id of the picture kept for a use, or "".
func (p *Patient) MediaID(u Use) string {
	for _, m := range p.Media {
		if m.Use == u {
			return m.ID
		}
	}
	return ""
}

func patientKey(p *Patient) sandbox.Key { return sandbox.Key{Subject: p.ID.Subject()} }

func packPatient(p *Patient, a *sandbox.Archive) {
	id := uint64(p.ID)
	a.Uint(&id)
	p.ID = ID(id)
	a.String(&p.Program)
	a.String(&p.ExternalID)
	a.String(&p.Phone)
	a.String(&p.FirstName)
	a.String(&p.LastName)
	a.Bool(&p.NeedsConsent)
	a.Bool(&p.IsCaregiver)
	a.Bool(&p.SkipOnboarding)
	a.Time(&p.InvitedAt)
	a.Time(&p.OpenedAt)
	a.Time(&p.ConsentedAt)
	a.Time(&p.SignedAt)
	a.Time(&p.FinishedAt)
	a.Time(&p.OptedOutAt)
	a.Uint(&p.Passed)
	sandbox.Byte(a, &p.Shared)
	sandbox.List(a, &p.Consents, packConsent)
	sandbox.List(a, &p.Answers, packAnswer)
	sandbox.List(a, &p.Media, packMediaRef)
}

func packConsent(c *ConsentGiven, a *sandbox.Archive) {
	a.String(&c.Name)
	a.Bool(&c.Value)
	a.Time(&c.At)
}

// packAnswer writes a standard field as its number, any other by its key.
func packAnswer(v *Answer, a *sandbox.Archive) {
	var number uint64
	if !a.Reading() {
		if n, ok := standardNumber[v.Key]; ok {
			number = uint64(n) + 1
		}
	}
	a.Uint(&number)
	switch {
	case number == 0:
		a.String(&v.Key)
	case int(number) <= len(standard):
		v.Key = standard[number-1].Key
	}
	a.String(&v.Value)
	sandbox.Byte(a, &v.Kind)
	a.Bool(&v.Locked)
}
