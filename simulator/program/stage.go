package program

import (
	"strings"

	"github.com/placebo-sim/placebo/simulator/deviation"
)

// Stage is how far a patient has come. It is derived from the facts a
// [Patient] holds.
type Stage uint8

// The stages.
const (
	Invited    Stage = iota // the link has not been opened
	Consenting              // opened; consent is still to be given
	Enrolling               // free to fill in screens
	Finished                // enrollment is complete
)

var stageNames = [...]string{"invited", "consenting", "enrolling", "finished"}

func (s Stage) String() string { return stageNames[s] }

// Act is something a patient does with the link they were sent.
type Act uint8

// The acts. Texting the program is not among them: it needs no link and is
// legal at every stage.
const (
	OpenLink Act = iota
	Consent
	AnswerScreen
	UploadMedia
	Sign
	Finish
	ViewTracker
	UpdateInfusion
)

var actNames = [...]string{"open-link", "consent", "answer", "upload-media", "sign", "finish", "view-tracker", "update-infusion"}

func (a Act) String() string { return actNames[a] }

// legal says which act is legal at which stage; what is not listed is refused
// for the reason at hand.
var legal = map[Stage]map[Act]bool{
	Invited:    {OpenLink: true},
	Consenting: {OpenLink: true, Consent: true},
	Enrolling:  {OpenLink: true, AnswerScreen: true, UploadMedia: true, Sign: true, Finish: true, ViewTracker: true, UpdateInfusion: true},
	Finished:   {OpenLink: true, ViewTracker: true, UpdateInfusion: true},
}

// whyNot says why an act is refused at a stage.
func whyNot(s Stage, a Act) string {
	switch {
	case s == Invited:
		return "the link has not been opened yet"
	case s == Consenting:
		return "consent has to be given first"
	case a == Consent && s == Enrolling:
		return "there is no consent left to give"
	default:
		return "the enrollment is finished"
	}
}

// may refuses an act that is not legal at the patient's stage.
func (p *Patient) may(a Act) *Refusal {
	s := p.Stage()
	if legal[s][a] {
		return nil
	}
	return &Refusal{Rule: NotNow, Field: a.String(), Saw: s.String(), Wants: whyNot(s, a)}
}

// Stage returns how far the patient has come.
func (p *Patient) Stage() Stage {
	switch {
	case !p.FinishedAt.IsZero():
		return Finished
	case p.OpenedAt.IsZero():
		return Invited
	case p.NeedsConsent && p.ConsentedAt.IsZero():
		return Consenting
	default:
		return Enrolling
	}
}

// Screen is one page of the enrollment.
type Screen uint8

// The screens, in the order in which they are shown. ConsentScreen collects
// consent; the others are the enrollment screens, which skipOnboarding skips.
const (
	ConsentScreen Screen = iota
	About
	Contact
	Address
	Caregiver
	Insurance
	SecondaryInsurance
	Cards
	Signature
	screenCount
)

var screenNames = [...]string{"consent", "about", "contact", "address", "caregiver", "insurance", "secondary-insurance", "cards", "signature"}

func (s Screen) String() string { return screenNames[s] }

// ParseScreen finds a screen by name.
func ParseScreen(name string) (Screen, bool) {
	for i, n := range screenNames {
		if n == name {
			return Screen(i), true
		}
	}
	return 0, false
}

// Screens returns what the patient will still be shown, in order:
//
//   - consent, when it is to be collected and has not been (RX-INVITE-026, 027);
//   - no enrollment screen at all under skipOnboarding (RX-INVITE-034);
//   - else every enrollment screen on which something is missing (RX-INVITE-035)
//     and none on which all is there (RX-INVITE-036), until the patient has
//     passed it.
func (p *Patient) Screens(prog *Program) []Screen {
	if p.Stage() == Finished {
		return nil
	}
	var shown []Screen
	if p.NeedsConsent && p.ConsentedAt.IsZero() {
		shown = append(shown, ConsentScreen)
	}
	if p.SkipOnboarding && !prog.does(deviation.ShowsSkipped, p) || prog.does(deviation.HidesMissing, p) {
		return shown
	}
	for s := About; s < screenCount; s++ {
		if p.Passed&(1<<s) == 0 && (p.asks(prog, s) || prog.does(deviation.ShowsComplete, p)) {
			shown = append(shown, s)
		}
	}
	return shown
}

// asks tells whether a screen has anything left to ask.
func (p *Patient) asks(prog *Program, s Screen) bool {
	switch s {
	case Cards:
		for _, use := range p.Pictures() {
			if p.MediaID(use) == "" {
				return true
			}
		}
		return false
	case Signature:
		return p.SignedAt.IsZero()
	case Caregiver:
		if !p.accompanied() {
			return false // Policy: only shown where there is a caregiver
		}
	}
	for _, f := range prog.FieldsOn(s) {
		if p.Applies(f) && !f.Spare && p.Answer(f.Key) == "" {
			return true
		}
		if p.Applies(f) && f.Spare && prog.requires(f.Key) && p.Answer(f.Key) == "" {
			return true
		}
	}
	return false
}

// Applies tells whether a field is asked at all, given the other answers.
func (p *Patient) Applies(f *Field) bool {
	return f.OnlyIf == "" || strings.EqualFold(p.Answer(f.OnlyIf), f.OnlyIfValue)
}

// Pictures returns the card pictures the patient is asked for: two per
// insurance, the second insurance's only when there is one.
func (p *Patient) Pictures() []Use {
	uses := []Use{PrimaryFront, PrimaryBack}
	if p.HasSecondary() {
		uses = append(uses, SecondaryFront, SecondaryBack)
	}
	return uses
}

// HasSecondary tells whether a second insurance is active.
func (p *Patient) HasSecondary() bool {
	return strings.EqualFold(p.Answer(keySecondaryStatus), "active")
}
