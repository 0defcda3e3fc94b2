package program

import (
	"errors"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Invitation is what a partner says of a patient it wants invited, as given.
// Its fields are the contract's sections 4.1 and 4.2.
type Invitation struct {
	ExternalID      Given
	Phone           Given
	ProgramID       Given
	FirstName       Given
	LastName        Given
	RequiredConsent Given
	IsCaregiver     Given
	SkipOnboarding  Given

	// Additional is Absent, Null or a List; otherwise the kind that came
	// instead. Items holds the list's items.
	Additional Given
	Items      []Item
}

// Item is one entry of additionalData.
type Item struct {
	Kind     Kind // Object, or what came instead
	Key      Given
	Value    Given
	Editable Given
}

// The names of the invitation's properties, as both sides call them.
const (
	propExternalID      = "externalId"
	propPhone           = "phoneNumber"
	propProgram         = "supportProgramId"
	propFirstName       = "firstName"
	propLastName        = "lastName"
	propRequiredConsent = "requiredConsent"
	propIsCaregiver     = "isCaregiver"
	propSkipOnboarding  = "skipOnboarding"
	propAdditional      = "additionalData"
)

// Subject names whom an invitation is about, before anyone knows whether it
// will be accepted: the id the patient would get.
func (inv *Invitation) Subject(r sandbox.Reader) uint64 {
	return IDFor(r.Sandbox().Seed(), inv.ProgramID.Text, inv.ExternalID.Text).Subject()
}

// Invite creates a patient and sends the invitation. It judges in the order of
// RX-OUR-029 (the malformed body, its first place, is the wire's to judge) and
// refuses at the first fault; a refused invitation leaves no trace.
func (s *Support) Invite(tx *sandbox.Tx, caller Caller, inv Invitation) (Patient, error) {
	if r := caller.refuse(ScopeInvite); r != nil { // 2
		return Patient{}, r
	}
	if r := caller.disabled(); r != nil { // 3
		return Patient{}, r
	}
	if r := inv.judge(); r != nil { // 4
		return Patient{}, r
	}
	prog, ok := s.Directory(tx).Program(inv.ProgramID.Text) // 5
	if !ok {
		return Patient{}, &Refusal{Rule: UnknownProgram, Field: propProgram, Program: inv.ProgramID.Text,
			Saw: inv.ProgramID.Text, Wants: "the id of a support program"}
	}
	if r := caller.mayUse(prog.ID); r != nil { // 6
		return Patient{}, r
	}
	p, r := inv.patient(prog, tx.Now()) // 7
	if r != nil {
		return Patient{}, r
	}
	if r := p.judgeCare(tx.Now()); r != nil { // 8, 9, 10
		return Patient{}, r
	}
	if err := s.admit(tx, &p, prog); err != nil { // 11
		return Patient{}, err
	}
	return p, nil
}

// judge looks at the properties in the order of the contract's table: given,
// of the right kind, not too long, and the number by its pattern.
func (inv *Invitation) judge() *Refusal {
	if r := text(propExternalID, inv.ExternalID, 100, false); r != nil { // RX-INVITE-007, 011, 012
		return r
	}
	if r := text(propPhone, inv.Phone, 0, false); r != nil { // RX-INVITE-008
		return r
	}
	if !phonePattern(inv.Phone.Text) { // RX-INVITE-017 to 023
		return &Refusal{Rule: PhonePattern, Field: propPhone, Saw: inv.Phone.Text, Wants: "+ and 11 or 12 digits"}
	}
	if r := text(propProgram, inv.ProgramID, 100, false); r != nil { // RX-INVITE-005, 013
		return r
	}
	if r := text(propFirstName, inv.FirstName, 100, true); r != nil { // RX-INVITE-009, 014, 016
		return r
	}
	if r := text(propLastName, inv.LastName, 100, true); r != nil { // RX-INVITE-010, 015, 016
		return r
	}
	if r := flag(propRequiredConsent, inv.RequiredConsent); r != nil {
		return r
	}
	if r := flag(propIsCaregiver, inv.IsCaregiver); r != nil {
		return r
	}
	if r := flag(propSkipOnboarding, inv.SkipOnboarding); r != nil {
		return r
	}
	return inv.judgeItems()
}

func text(field string, g Given, limit int, ascii bool) *Refusal {
	switch {
	case g.missing():
		return &Refusal{Rule: Required, Field: field, Wants: "a value"}
	case g.Kind != Text:
		return &Refusal{Rule: WrongKind, Field: field, Got: g.Kind, Want: Text, Saw: g.Text}
	case limit > 0 && utf8.RuneCountInString(g.Text) > limit:
		return tooLong(field, g.Text, limit)
	case ascii && !isASCII(g.Text):
		return &Refusal{Rule: NotASCII, Field: field, Saw: g.Text, Wants: "ASCII characters only"}
	}
	return nil
}

func flag(field string, g Given) *Refusal {
	if g.Kind == Absent || g.Kind == Null || g.Kind == Truth {
		return nil
	}
	return &Refusal{Rule: WrongKind, Field: field, Got: g.Kind, Want: Truth, Saw: g.Text}
}

// judgeItems looks at the shape of additionalData; its values come later.
func (inv *Invitation) judgeItems() *Refusal {
	switch inv.Additional.Kind {
	case Absent, Null: // RX-INVITE-037
		return nil
	case List:
	default: // AMB-038, arrayOfObjects
		return &Refusal{Rule: WrongKind, Field: propAdditional, Got: inv.Additional.Kind, Want: List}
	}
	for i, it := range inv.Items {
		where := propAdditional + "[" + strconv.Itoa(i) + "]"
		if it.Kind != Object {
			return &Refusal{Rule: WrongKind, Field: where, Got: it.Kind, Want: Object}
		}
		if r := text(where+".key", it.Key, 0, false); r != nil {
			return r
		}
		if r := flag(where+".editable", it.Editable); r != nil { // RX-INVITE-039
			return r
		}
	}
	return nil
}

// patient makes the record out of an invitation whose properties are in order,
// judging the values of additionalData on the way. Unknown keys are kept as
// they came, and the last of repeated keys wins (RX-OUR-022). Policy: an item
// without a value, null or empty says nothing, but still takes an earlier one
// of the same key back.
func (inv *Invitation) patient(prog *Program, now time.Time) (Patient, *Refusal) {
	p := Patient{
		Program: prog.ID, ExternalID: inv.ExternalID.Text, Phone: inv.Phone.Text,
		FirstName: inv.FirstName.Text, LastName: inv.LastName.Text,
		NeedsConsent:   inv.RequiredConsent.or(true), // RX-INVITE-025
		IsCaregiver:    inv.IsCaregiver.or(false),    // RX-INVITE-028
		SkipOnboarding: inv.SkipOnboarding.or(false), // AMB-042
		InvitedAt:      now,
	}
	if len(inv.Items) > 0 {
		p.Answers = make([]Answer, 0, len(inv.Items))
	}
	for _, it := range inv.Items {
		if r := p.take(prog, &it, now); r != nil {
			return p, r
		}
	}
	return p, nil
}

func (p *Patient) take(prog *Program, it *Item, now time.Time) *Refusal {
	key := it.Key.Text
	f, known := prog.Field(key)
	if it.Value.missing() {
		p.forget(key)
		return nil
	}
	value := it.Value.Text
	if known {
		if it.Value.Kind != Text {
			return &Refusal{Rule: WrongKind, Field: key, Got: it.Value.Kind, Want: Text, Saw: value}
		}
		if r := f.judge(value, now); r != nil {
			return r
		}
	}
	locked := !it.Editable.or(true)
	if key == keyFirstName || key == keyLastName {
		// The top-level names are authoritative (RX-OUR-023); what remains of
		// the item is whether the patient may change them.
		value = p.Answer(key)
	}
	p.set(key, value, it.Value.Kind, locked)
	return nil
}

func (p *Patient) forget(key string) {
	for i := range p.Answers {
		if p.Answers[i].Key == key {
			p.Answers = append(p.Answers[:i], p.Answers[i+1:]...)
			return
		}
	}
}

// judgeCare applies the decision table of section 4.5.
func (p *Patient) judgeCare(now time.Time) *Refusal {
	minor := p.minor(now)
	if minor && !p.accompanied() { // RX-INVITE-042, 043
		return &Refusal{Rule: MinorAlone, Field: KeyBirthDate, Saw: p.Answer(KeyBirthDate),
			Wants: "a patient of 18 or more, or a caregiver"}
	}
	if p.IsCaregiver || minor { // RX-INVITE-029 to 031, 047
		for _, key := range []string{keyCaregiverFirst, keyCaregiverLast, keyCaregiverRelation} {
			if p.Answer(key) == "" {
				return &Refusal{Rule: CaregiverIncomplete, Field: key, Wants: "the caregiver's first name, last name and relationship"}
			}
		}
	}
	if minor { // RX-INVITE-044 to 046; absent counts as aligned (AMB-047)
		if a := p.answer(keyCaregiverPhone); a != nil && a.Value != p.Phone {
			return &Refusal{Rule: PhoneNotAligned, Field: keyCaregiverPhone, Saw: a.Value, Wants: p.Phone}
		}
	}
	return nil
}

// minor tells whether the patient is younger than 18; without a date of birth
// nobody is (RX-OUR-018).
func (p *Patient) minor(now time.Time) bool {
	born, ok := ParseBirthDate(p.Answer(KeyBirthDate))
	return ok && age(born, now) < 18
}

// admit gives the patient an id, keeps the record unless the patient exists
// (RX-INVITE-066), and sends what an accepted invitation sends.
func (s *Support) admit(tx *sandbox.Tx, p *Patient, prog *Program) error {
	finished := p.SkipOnboarding && !p.NeedsConsent // RX-OUR-028
	if finished {
		p.FinishedAt = tx.Now()
	}
	err := sandbox.ErrExists
	for try := uint64(0); errors.Is(err, sandbox.ErrExists); try++ {
		p.ID = idFor(tx.Sandbox().Seed(), p.Program, p.ExternalID, try)
		err = s.patients.Insert(tx, p)
	}
	switch {
	case errors.Is(err, sandbox.ErrTaken):
		return s.duplicate(tx, p)
	case err != nil:
		return err
	case finished:
		if err := s.announce(tx, EnrollmentCompleted, p, prog); err != nil {
			return err
		}
	}
	if prog.Silent {
		return nil
	}
	return s.send(tx, p, s.invitationText(tx, p, prog))
}

// duplicate says who the patient is whose external id or number is p's.
func (s *Support) duplicate(tx *sandbox.Tx, p *Patient) *Refusal {
	existing, found := s.byOwnID.Find(tx, ownID(p))
	field, saw := propExternalID, p.ExternalID
	if !found {
		existing, _ = s.byPhone.Find(tx, ownPhone(p))
		field, saw = propPhone, p.Phone
	}
	return &Refusal{Rule: AlreadyInvited, Field: field, Saw: saw, Existing: &existing,
		Wants: "an external id and a number that no patient of the program has"}
}

// send texts the patient unless they have opted out (RX-HOOK-OPT-003).
func (s *Support) send(tx *sandbox.Tx, p *Patient, body string) error {
	if p.OptedOut() {
		return nil
	}
	return s.texts.Send(tx, p.ID.Subject(), p.Phone, body)
}

// invitationText is the first text (RX-INVITE-069, HA-INVITE-002, 003). The
// wording is the program's.
func (s *Support) invitationText(r sandbox.Reader, p *Patient, prog *Program) string {
	whom := p.FirstName
	if p.IsCaregiver {
		whom = p.Answer(keyCaregiverFirst)
	}
	return prog.invitation.fill(prog.Name, whom, s.Link(r, p.ID))
}
