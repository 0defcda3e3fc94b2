package program

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// The acts of a patient. Each is one update: it refuses with NotNow what is not
// legal at the patient's stage, and returns the patient as they are afterwards.

// Open is the patient opening the link they were sent. Opening it again changes
// nothing.
func (s *Support) Open(tx *sandbox.Tx, id ID) (Patient, error) {
	p, _, err := s.patient(tx, id)
	if err != nil {
		return p, err
	}
	if r := p.may(OpenLink); r != nil {
		return p, r
	}
	if !p.OpenedAt.IsZero() {
		return p, nil
	}
	p.OpenedAt = tx.Now()
	return p, s.patients.Put(tx, &p)
}

// Consent records what the patient said to the program's consents, by name; one
// that is not named was declined. Consent counts as given when none that is
// needed was declined; otherwise the patient can think again. Names the program
// does not ask for are refused (NotAllowed).
//
// Under skipOnboarding this was the last screen: it finishes the enrollment
// (RX-OUR-028).
func (s *Support) Consent(tx *sandbox.Tx, id ID, said map[string]bool) (Patient, error) {
	p, prog, err := s.patient(tx, id)
	if err != nil {
		return p, err
	}
	if r := p.may(Consent); r != nil {
		return p, r
	}
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if !slices.ContainsFunc(prog.Consents, func(t ConsentTerm) bool { return t.Name == name }) {
			return p, &Refusal{Rule: NotAllowed, Field: "consents", Saw: name, Wants: "a consent of the program"}
		}
	}
	p.Consents = nil
	given := true
	for _, term := range prog.Consents {
		p.Consents = append(p.Consents, ConsentGiven{term.Name, said[term.Name], tx.Now()})
		given = given && (said[term.Name] || term.Optional)
	}
	if given {
		p.ConsentedAt = tx.Now()
		if p.SkipOnboarding {
			if err := s.finish(tx, &p, prog); err != nil {
				return p, err
			}
		}
	}
	return p, s.patients.Put(tx, &p)
}

// Answer stores what the patient filled in on one screen and passes it. Values
// are judged like the partner's; an empty one takes a former value back. It
// refuses fields that are not on the screen (NotAllowed) and changes to what
// the partner fixed (Fixed). All or nothing.
func (s *Support) Answer(tx *sandbox.Tx, id ID, screen Screen, values map[string]string) (Patient, error) {
	p, prog, err := s.patient(tx, id)
	if err != nil {
		return p, err
	}
	if r := p.may(AnswerScreen); r != nil {
		return p, r
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if f, ok := prog.Field(key); !ok || f.Screen != screen {
			return p, &Refusal{Rule: NotAllowed, Field: key, Saw: key, Wants: "a field of the screen " + screen.String()}
		}
	}
	for _, f := range prog.FieldsOn(screen) {
		value, said := values[f.Key]
		if !said || value == p.Answer(f.Key) {
			continue
		}
		if r := p.change(f, value, prog, tx.Now()); r != nil {
			return p, r
		}
	}
	p.Passed |= 1 << screen
	return p, s.patients.Put(tx, &p)
}

// change lets the patient answer one field.
func (p *Patient) change(f *Field, value string, prog *Program, now time.Time) *Refusal {
	if !p.Editable(f.Key) {
		return &Refusal{Rule: Fixed, Field: f.Key, Saw: value, Wants: p.Answer(f.Key)}
	}
	if value == "" {
		if f.Key == keyFirstName || f.Key == keyLastName {
			return &Refusal{Rule: Required, Field: f.Key, Wants: "a name"}
		}
		p.forget(f.Key)
		return nil
	}
	value, r := f.judge(Said(value), &prog.Dialect, now)
	if r != nil {
		return r
	}
	p.set(f.Key, value, f.kind(value), false)
	return nil
}

// Sign stores the patient's signature, a picture, in place of a former one.
func (s *Support) Sign(tx *sandbox.Tx, id ID, picture []byte) (Patient, error) {
	p, _, err := s.patient(tx, id)
	if err != nil {
		return p, err
	}
	if r := p.may(Sign); r != nil {
		return p, r
	}
	if _, err := s.keep(tx, &p, SignatureImage, picture); err != nil {
		return p, err
	}
	p.SignedAt = tx.Now()
	return p, s.patients.Put(tx, &p)
}

// Finish ends the enrollment and tells the partner (HA-HOOK-ENROLL-001). It
// refuses (Incomplete) while an item the program requires is missing.
func (s *Support) Finish(tx *sandbox.Tx, id ID) (Patient, error) {
	p, prog, err := s.patient(tx, id)
	if err != nil {
		return p, err
	}
	if r := p.may(Finish); r != nil {
		return p, r
	}
	if gone := prog.Missing(&p); len(gone) > 0 {
		return p, &Refusal{Rule: Incomplete, Field: gone[0], Wants: strings.Join(gone, ", ")}
	}
	if err := s.finish(tx, &p, prog); err != nil {
		return p, err
	}
	return p, s.patients.Put(tx, &p)
}

// finish marks the enrollment finished, once (HA-OUR-018), and tells of it. The
// caller saves p.
func (s *Support) finish(tx *sandbox.Tx, p *Patient, prog *Program) error {
	p.FinishedAt = tx.Now()
	return s.announce(tx, EnrollmentCompleted, p, prog)
}

// announce tells the herald what the patient did.
func (s *Support) announce(tx *sandbox.Tx, what Happening, p *Patient, prog *Program) error {
	return s.tell(tx, News{What: what, At: tx.Now(), Patient: *p, Program: prog})
}

func (s *Support) tell(tx *sandbox.Tx, n News) error {
	if n.Program.does(deviation.TellsNothing, &n.Patient) {
		return nil
	}
	return s.herald.Tell(tx, n)
}

// ViewTracker is the patient entering the tracker; the partner hears of every
// time (HA-HOOK-VISIT-001), of an opted-out patient too (HA-OUR-022).
func (s *Support) ViewTracker(tx *sandbox.Tx, id ID) (Patient, error) {
	p, prog, err := s.patient(tx, id)
	if err != nil {
		return p, err
	}
	if r := p.may(ViewTracker); r != nil {
		return p, r
	}
	return p, s.announce(tx, TrackerViewed, &p, prog)
}

// Text is the patient texting the program's number. STOP ends texts to them and
// START resumes them (RX-HOOK-OPT-001 to 004), trimmed and in any case
// (AMB-026); a repeated one changes nothing (RX-OUR-039). Anything else is only
// kept.
func (s *Support) Text(tx *sandbox.Tx, id ID, body string) (Patient, error) {
	p, prog, err := s.patient(tx, id)
	if err != nil {
		return p, err
	}
	if err := s.texts.Receive(tx, id.Subject(), p.Phone, body); err != nil {
		return p, err
	}
	var what Happening
	word := body
	if !prog.Dialect.Is(dialect.KeywordMatch, "exact") {
		word = strings.ToUpper(strings.TrimSpace(body))
	}
	switch {
	case word == "STOP" && prog.does(deviation.IgnoresStop, &p), word == "START" && prog.does(deviation.IgnoresStart, &p):
		return p, nil
	case word == "STOP" && !p.OptedOut():
		p.OptedOutAt, what = tx.Now(), OptedOut
	case word == "START" && p.OptedOut():
		p.OptedOutAt, what = time.Time{}, OptedIn
	default:
		return p, nil
	}
	if err := s.patients.Put(tx, &p); err != nil {
		return p, err
	}
	return p, s.announce(tx, what, &p, prog)
}
