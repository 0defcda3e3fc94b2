package program

import (
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Magic is a phone number that forces an outcome with no configuration.
type Magic struct {
	Phone string
	Does  string // what happens
	Trace string // where it can be seen
	Later string // what it waits for; empty when it is played
}

// The magic numbers that the domain knows what to do with.
const (
	numberUndeliverable = "+12025550190"
	numberOptsOut       = "+12025550191"
	numberNeverAnswers  = "+12025550192"
	numberAnswersLate   = "+12025550193"
	numberInvited       = "+12025550194"
	numberSlow          = "+12025550195"
	numberUnavailable   = "+12025550196"
	numberTwice         = "+12025550197"
)

// MagicNumbers returns all, in order.
func MagicNumbers() []Magic {
	const faults, autopilot = "fault injection", "the autopilot"
	return []Magic{
		{numberUndeliverable, "texts to it fail; the invitation is accepted", "the inbox shows each text with why it failed", ""},
		{numberOptsOut, "replies STOP to the invitation", "the inbox has the reply, the partner is told by webhook, the patient is opted out", ""},
		{numberNeverAnswers, "never does anything, whatever plays the patients", "the patient stays invited", ""},
		{numberAnswersLate, "answers after three days", "the patient stays invited for three days of the sandbox's clock", autopilot},
		{numberInvited, "is already invited, at the first call", "the invitation is refused with 422 and code 1015", ""},
		{numberSlow, "makes the vendor slow: ten seconds", "the time the call takes", faults},
		{numberUnavailable, "makes the vendor answer 503 once, then well", "the first call's status", faults},
		{numberTwice, "its webhooks arrive twice", "two deliveries of each webhook, one id", ""},
	}
}

// Undeliverable tells whether texts to a number fail, and why.
func Undeliverable(phone string) (why string, fails bool) {
	if phone == numberUndeliverable {
		return "the number cannot be reached", true
	}
	return "", false
}

// ArriveTwice tells whether webhooks about the owner of a number are sent twice.
func ArriveTwice(phone string) bool { return phone == numberTwice }

// magicDuplicate refuses the number that is invited already. Policy: the
// patient there is has the invitation's own identifiers, for there is nothing
// else to say of them, and an id that nobody gets.
func (s *Support) magicDuplicate(p *Patient) *Refusal {
	if p.Phone != numberInvited {
		return nil
	}
	existing := *p
	existing.ID = 0
	return already(propPhone, p.Phone, existing)
}

// magicReply is the number that opts out at once replying to the invitation.
func (s *Support) magicReply(tx *sandbox.Tx, p *Patient) error {
	if p.Phone != numberOptsOut {
		return nil
	}
	after, err := s.Text(tx, p.ID, "STOP")
	if err == nil {
		*p = after
	}
	return err
}
