package program

import (
	"errors"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/dialect"
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
	Organization    Given // AMB-076

	// Additional is Absent, Null or a List; otherwise the kind that came
	// instead. Items holds the list's items.
	Additional Given
	Items      []Item
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
func (inv *Invitation) Subject(b *sandbox.Sandbox) uint64 {
	return IDFor(b.Seed(), inv.ProgramID.Text, inv.ExternalID.Text).Subject()
}

// Draft is an invitation that has been judged and only waits for the question
// whether the patient exists already.
type Draft struct {
	patient Patient
	prog    *Program
}

// Judge judges an invitation in the order of RX-OUR-029 and refuses at the
// first fault. The malformed body, its first place, is the wire's to judge; the
// duplicate, its last, is [Support.Admit]'s. It needs no update, so that many
// can be judged at once.
func (d *Directory) Judge(caller Caller, inv Invitation, now time.Time) (Draft, error) {
	dev := d.DeviatesOf(inv.ProgramID.Text)
	draft, err := d.judge(caller, &inv, now, dev)
	if err != nil && dev.Any() && dev.Does(deviation.KeepsRefused, invited{inv, now}) {
		caller.deviates = deviation.Everything
		draft, _ = d.judge(caller, &inv, now, deviation.Everything)
	}
	return draft, err
}

// Stands tells whether there is anything to admit, as there is after a refusal
// only where a deviation keeps what was refused.
func (t Draft) Stands() bool { return t.prog != nil }

func (d *Directory) judge(caller Caller, inv *Invitation, now time.Time, dev *deviation.Set) (Draft, error) {
	if r := caller.refuse(ScopeInvite); r != nil { // 2
		return Draft{}, r
	}
	if r := caller.disabled(); r != nil { // 3
		return Draft{}, r
	}
	set := d.DialectOf(inv.ProgramID.Text)
	if r := inv.judge(set, dev); r != nil { // 4
		return Draft{}, r
	}
	var facts deviation.Facts
	if dev.Any() {
		facts = invited{*inv, now}
	}
	prog, r := d.named(inv.ProgramID.Text, dev, facts) // 5
	if r != nil {
		return Draft{}, r
	}
	if r := caller.mayUse(prog.ID); r != nil { // 6
		return Draft{}, r
	}
	p, r := inv.patient(prog, now, dev) // 7
	if r != nil {
		return Draft{}, r
	}
	if r := unless(dev, prog.judgeDetails(&p), facts); r != nil {
		return Draft{}, r
	}
	if r := p.judgeCare(set, now, dev); r != nil { // 8, 9, 10
		return Draft{}, r
	}
	if r := demanded(dev, deviation.Invite, facts); r != nil {
		return Draft{}, r
	}
	return Draft{p, prog}, nil
}

// Admit creates the patient of a draft and sends the invitation, unless the
// patient exists (11). A refused invitation leaves no trace.
func (s *Support) Admit(tx *sandbox.Tx, d Draft) (Patient, error) {
	p := d.patient
	p.InvitedAt = tx.Now()
	if err := s.admit(tx, &p, d.prog); err != nil {
		return Patient{}, err
	}
	return p, nil
}

// Invite is Judge and Admit in one update.
func (s *Support) Invite(tx *sandbox.Tx, caller Caller, inv Invitation) (Patient, error) {
	d, err := s.Directory(tx).Judge(caller, inv, tx.Now())
	if err != nil {
		return Patient{}, err
	}
	return s.Admit(tx, d)
}

// judge looks at the properties in the order in which RX-OUR-029 names what can
// be wrong with them: given, of the right kind, not too long, and the number by
// its pattern. Policy: the characters of the names come after that, for their
// fault has another code.
func (inv *Invitation) judge(d *dialect.Set, dev *deviation.Set) *Refusal {
	texts := [...]property{
		{propExternalID, &inv.ExternalID, 100, false}, // RX-INVITE-007, 011, 012
		{propPhone, &inv.Phone, 0, false},             // RX-INVITE-008
		{propProgram, &inv.ProgramID, 100, false},     // RX-INVITE-005, 013
		{propFirstName, &inv.FirstName, 100, true},    // RX-INVITE-009, 014, 016
		{propLastName, &inv.LastName, 100, true},      // RX-INVITE-010, 015, 016
	}
	for i := range texts {
		if r := inv.unless(dev, texts[i].required()); r != nil {
			return r
		}
	}
	for i := range texts {
		if r := inv.unless(dev, texts[i].kind()); r != nil {
			return r
		}
	}
	if r := inv.unless(dev, flag(propRequiredConsent, inv.RequiredConsent)); r != nil {
		return r
	}
	if r := inv.unless(dev, flag(propIsCaregiver, inv.IsCaregiver)); r != nil {
		return r
	}
	if r := inv.unless(dev, flag(propSkipOnboarding, inv.SkipOnboarding)); r != nil {
		return r
	}
	if r := inv.unless(dev, inv.judgeItems(d)); r != nil {
		return r
	}
	for i := range texts {
		if r := inv.unless(dev, texts[i].length(d)); r != nil {
			return r
		}
	}
	if !validPhone(inv.Phone.Text, d) { // RX-INVITE-017 to 023
		pattern := &Refusal{Rule: PhonePattern, Field: propPhone, Saw: inv.Phone.Text, Wants: "+ and 11 or 12 digits"}
		if r := inv.unless(dev, pattern); r != nil {
			return r
		}
	}
	for i := range texts {
		if r := inv.unless(dev, texts[i].characters(d)); r != nil {
			return r
		}
	}
	return nil
}

// property is a text of the invitation and what it must be like.
type property struct {
	name  string
	given *Given
	limit int // characters; 0 means none
	ascii bool
}

func (p *property) required() *Refusal {
	if p.given.missing() {
		return &Refusal{Rule: Required, Field: p.name, Wants: "a value"}
	}
	return nil
}

func (p *property) kind() *Refusal {
	if p.given.Kind != Text {
		return &Refusal{Rule: WrongKind, Field: p.name, Got: p.given.Kind, Want: Text, Saw: p.given.Text}
	}
	return nil
}

func (p *property) length(d *dialect.Set) *Refusal {
	if p.limit == 0 {
		return nil
	}
	if d.Is(dialect.Hundred, "exact") && !p.ascii && utf8.RuneCountInString(p.given.Text) != p.limit { // AMB-040
		r := tooLong(p.name, p.given.Text, p.limit)
		r.Rule, r.Wants = WrongLength, "exactly "+strconv.Itoa(p.limit)+" characters"
		return r
	}
	return tooMany(p.name, p.given.Text, p.limit)
}

func (p *property) characters(d *dialect.Set) *Refusal {
	if p.ascii && !plain(p.given.Text, d) {
		return &Refusal{Rule: NotASCII, Field: p.name, Saw: p.given.Text, Wants: "ASCII characters only"}
	}
	return nil
}

func flag(field string, g Given) *Refusal {
	if g.Kind == Absent || g.Kind == Null || g.Kind == Truth {
		return nil
	}
	return &Refusal{Rule: WrongKind, Field: field, Got: g.Kind, Want: Truth, Saw: g.Text}
}

// patient makes the record out of an invitation whose properties are in order,
// judging the values of additionalData on the way. Unknown keys are kept as
// they came, and the last of repeated keys wins (RX-OUR-022). Policy: an item
// without a value, null or empty says nothing, but still takes an earlier one
// of the same key back.
func (inv *Invitation) patient(prog *Program, now time.Time, dev *deviation.Set) (Patient, *Refusal) {
	p := Patient{
		Program: prog.ID, ExternalID: inv.ExternalID.Text, Phone: inv.Phone.Text,
		FirstName: inv.FirstName.Text, LastName: inv.LastName.Text,
		NeedsConsent:   inv.RequiredConsent.or(true), // RX-INVITE-025
		IsCaregiver:    inv.IsCaregiver.or(false),    // RX-INVITE-028
		SkipOnboarding: inv.SkipOnboarding.or(false), // AMB-042
	}
	addr := Whom{Organization: inv.Organization}
	if r := addr.organization(prog); r != nil {
		return p, r
	}
	if dev.Any() {
		inv.deviate(&p, dev, now)
	}
	if len(inv.Items) > 0 {
		p.Answers = make([]Answer, 0, len(inv.Items))
	}
	inv.keys(prog)
	last := inv.lastOfKeys()
	for i := range inv.Items {
		it := &inv.Items[i]
		if it.Value.missing() {
			continue
		}
		value, kind, r := it.judgeValue(prog, now)
		if inv.unless(dev, r) != nil {
			return p, r
		}
		if r != nil { // which was overlooked
			value, kind = it.Value.Text, it.Value.Kind
		}
		if dev.Any() && dev.Does(deviation.LosesDetail, it) {
			continue
		}
		if inv.replaced(i, last) {
			continue
		}
		a := Answer{it.Key.Text, value, kind, !it.Editable.or(true)}
		if a.Key == keyFirstName || a.Key == keyLastName {
			// The top-level names are authoritative (RX-OUR-023); what remains of
			// the item is whether the patient may change them.
			a.Value = p.Answer(a.Key)
		}
		p.Answers = append(p.Answers, a)
	}
	return p, nil
}

// judgeDetails looks at the details together: those that the program wants must
// be there, and an inactive second insurance has none where that was read so
// (RX-OUR-024).
func (prog *Program) judgeDetails(p *Patient) *Refusal {
	for _, f := range prog.wanted {
		if p.Answer(f.Key) == "" {
			return &Refusal{Rule: Required, Field: f.Key, Wants: "a value"}
		}
	}
	if prog.Dialect.Is(dialect.SecondaryWhenInactive, "kept") || p.HasSecondary() {
		return nil
	}
	for _, f := range prog.FieldsOn(SecondaryInsurance) {
		if f.OnlyIf == keySecondaryStatus && p.Answer(f.Key) != "" {
			return &Refusal{Rule: NotAllowed, Field: f.Key, Saw: p.Answer(f.Key), Wants: "an active second insurance"}
		}
	}
	return nil
}

// judgeCare applies the decision table of section 4.5.
func (p *Patient) judgeCare(d *dialect.Set, now time.Time, dev *deviation.Set) *Refusal {
	var facts deviation.Facts
	if dev.Any() {
		facts = known{*p, now}
	}
	minor := p.minor(now)
	if minor && !p.IsCaregiver && (d.Is(dialect.MinorCaregiver, "flagOnly") || !p.accompanied()) { // RX-INVITE-042, 043
		return unless(dev, &Refusal{Rule: MinorAlone, Field: KeyBirthDate, Saw: p.Answer(KeyBirthDate),
			Wants: "a patient of 18 or more, or a caregiver"}, facts)
	}
	if p.IsCaregiver || minor { // RX-INVITE-029 to 031, 047
		for _, key := range []string{keyCaregiverFirst, keyCaregiverLast, keyCaregiverRelation} {
			if p.Answer(key) != "" {
				continue
			}
			incomplete := &Refusal{Rule: CaregiverIncomplete, Field: key, Wants: "the caregiver's first name, last name and relationship"}
			if r := unless(dev, incomplete, facts); r != nil {
				return r
			}
		}
	}
	if minor { // RX-INVITE-044 to 046
		a := p.answer(keyCaregiverPhone)
		switch {
		case a != nil && a.Value != p.Phone:
			return unless(dev, &Refusal{Rule: PhoneNotAligned, Field: keyCaregiverPhone, Saw: a.Value, Wants: p.Phone}, facts)
		case a == nil && d.Is(dialect.AbsentCaregiverPhone, "notAligned"): // AMB-047
			return &Refusal{Rule: PhoneNotAligned, Field: keyCaregiverPhone, Wants: p.Phone}
		}
		p.IsCaregiver = true // whatever the flag said: the number is the caregiver's (section 4.5, last two rows)
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
	if r := s.magicDuplicate(p); r != nil {
		return r
	}
	if r := s.share(tx, p, prog); r != nil {
		return r
	}
	if prog.does(deviation.CreatesNobody, p) {
		p.ID = IDFor(tx.Sandbox().Seed(), p.Program, p.ExternalID)
		return nil
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
	if prog.Deviates.Any() {
		if done, err := s.inviteOtherwise(tx, p, prog); done || err != nil {
			return err
		}
	}
	if s.invites(prog) {
		if err := s.send(tx, p, s.invitationText(tx, p, prog)); err != nil {
			return err
		}
		return s.magicReply(tx, p)
	}
	return nil
}

// invites tells whether the program texts its invitations (RX-OUR-026, AMB-055).
func (s *Support) invites(prog *Program) bool {
	return !prog.Silent && (prog.OwnInvitation || prog.Dialect.Is(dialect.InviteSMS, "always"))
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
	if p.OptedOut() && !s.Directory(tx).DeviatesOf(p.Program).Does(deviation.TextsAfterStop, nil) {
		return nil
	}
	return s.texts.Send(tx, p.ID.Subject(), p.Phone, body)
}

// invitationText is the first text (RX-INVITE-069, HA-INVITE-002, 003). The
// wording is the program's.
func (s *Support) invitationText(r sandbox.Reader, p *Patient, prog *Program) string {
	link := s.Link(r, p.ID)
	switch {
	case prog.does(deviation.SendsNoLink, p):
		link = "our app"
	case prog.does(deviation.SendsOneLink, p):
		link = s.Link(r, 1)
	}
	if prog.Dialect.Is(dialect.LinkTarget, "app") { // AMB-055
		link += AppPage
	}
	return prog.invitation.fill(prog.Name, p.addressee(), link)
}

// AppPage is what follows a patient's link to lead to the app first.
const AppPage = "/app"
