package deviation

import (
	"strconv"
	"strings"
)

// Calls is what a deviation does in the domain's calls: it overlooks faults,
// refuses what is in order, words answers otherwise, or acts otherwise.
type Calls struct {
	// When tells when all of it happens; nil: always.
	When     When
	Overlook []Fault  // faults that go unnoticed
	Refuse   []Demand // what is refused though nothing is wrong with it
	Reword   []Reword // answers that are worded otherwise
	Acts     []Act    // what is done otherwise
}

// Facts are the values that are at hand where something is decided, as both
// sides call them; "" is what is not known there.
type Facts interface{ Fact(name string) string }

// When tells whether the facts at hand are those that a deviation is about.
type When func(Facts) bool

// Call is one of the vendor's calls.
type Call string

// The calls.
const (
	Invite    Call = "invite"
	Reinvite  Call = "reinvite"
	Update    Call = "update"
	Subscribe Call = "subscribe"
	Prefer    Call = "prefer"
)

// Fault is what a refusal is about. What is empty is any.
type Fault struct {
	Rule  string            // by the domain's name for it
	Field string            // by the name of both sides
	Saw   func(string) bool // what was there
}

// Demand refuses a call by a rule that was not broken.
type Demand struct {
	Call        Call
	Rule, Field string
}

// Reword is how an answer is said instead. What is empty stays as it is.
type Reword struct {
	Call    Call   // empty: any
	Rule    string // of the refusal; [Success] for none
	Field   string // of the refusal; empty: any
	Status  int
	InBody  int    // the status that the body names
	Code    string // as JSON; "-" leaves it out
	Message string
	// Data are members of the answer's data: what stands there instead, or ""
	// for a member that is left out.
	Data map[string]string
}

// What stands for a rule where nothing was refused.
const (
	Success = "success"
	Known   = "known" // what was asked for was so already
)

// Act is something that is done otherwise.
type Act uint8

// The acts.
const (
	_                 Act = iota
	KeepsRefused          // what a refused call was about is done all the same
	CreatesTwo            // an invitation creates two patients
	CreatesNobody         // an invitation is accepted and forgotten
	TakesOnce             // an identifier is taken in all programs at once
	ForgetsOwnID          // the partner's id of a patient is not kept
	UnknownAtFirst        // a patient is not known in the second after the invitation
	LosesDetail           // a detail of the invitation is not kept
	AsksConsent           // consent is asked for though the partner holds it
	AsksNoConsent         // consent is not asked for
	AssumesCaregiver      // whoever is invited counts as a caregiver
	ShowsSkipped          // enrollment screens are shown though skipOnboarding is set
	ShowsComplete         // screens are shown on which nothing is missing
	HidesMissing          // screens are not shown on which something is missing
	SendsNoInvitation     // the first text does not go out
	SendsTwo              // the first text goes out twice
	SendsElsewhere        // the first text goes to another number
	SendsNoLink           // the first text has no link
	SendsOneLink          // the first text has the same link for everybody
	RemindsNobody         // a re-invitation sends nothing
	RemindsOtherwise      // a re-invitation sends other words
	RemindsElsewhere      // a re-invitation goes to another number
	RemindsFirst          // a re-invitation goes to whoever was invited first
	RemindsTwin           // a re-invitation creates another patient
	LosesUpdate           // a case update is not kept
	MistakesUpdate        // a case update is kept as one of another event
	KeepsFirst            // later case updates of an event are not kept
	LosesValue            // a value that comes along is lost
	ChangesValue          // a value that comes along is processed
	TextsNothing          // a command texts nobody
	TextsEverything       // an event texts the patient though that was not agreed
	TextsRefused          // a patient who has opted out is texted though the call is refused
	LosesSeries           // a subscription is not kept
	SkipsFirst            // a campaign's first text does not go out
	SkipsLater            // a campaign's later texts do not go out
	SendsAtOnce           // a campaign's texts go out all at once
	IgnoresStop           // STOP is not heeded
	IgnoresStart          // START is not heeded
	TextsAfterStop        // texts go out to who has opted out
	LosesWish             // a change of a patient's wish is not kept
	TurnsWish             // an opt-out that is repeated opts in
	TellsNothing          // the partner is not told of what the patient does
	NamesNothing          // tokens name neither scope nor end
	NoVersion             // addresses have no version
)

// Overlooks tells whether a fault goes unnoticed.
func (s *Set) Overlooks(rule, field, saw string, facts Facts) bool {
	for d := range s.calls(facts) {
		for _, f := range d.Overlook {
			if one(f.Rule, rule) && one(f.Field, field) && (f.Saw == nil || f.Saw(saw)) {
				return true
			}
		}
	}
	return false
}

// Demands returns the refusal of a call that nothing is wrong with, if there is
// one.
func (s *Set) Demands(call Call, facts Facts) (Demand, bool) {
	for d := range s.calls(facts) {
		for _, r := range d.Refuse {
			if r.Call == call {
				return r, true
			}
		}
	}
	return Demand{}, false
}

// Rewords returns how the answer to a call is worded instead, or nil.
func (s *Set) Rewords(call Call, rule, field string) *Reword {
	for d := range s.calls(nil) {
		for i := range d.Reword {
			if r := &d.Reword[i]; one(string(r.Call), string(call)) && r.Rule == rule && one(r.Field, field) {
				return r
			}
		}
	}
	return nil
}

// Does tells whether something is done otherwise.
func (s *Set) Does(a Act, facts Facts) bool {
	if s == nil { // as nearly always
		return false
	}
	for d := range s.calls(facts) {
		for _, has := range d.Acts {
			if has == a {
				return true
			}
		}
	}
	return false
}

// calls yields what is armed and about the facts at hand.
func (s *Set) calls(facts Facts) func(func(*Calls) bool) {
	return func(yield func(*Calls) bool) {
		if s == nil {
			return
		}
		for i := range s.armed {
			if c := &s.armed[i].Calls; (c.When == nil || facts != nil && c.When(facts)) && !yield(c) {
				return
			}
		}
	}
}

func one(wanted, is string) bool { return wanted == "" || wanted == is }

// Everything overlooks whatever can be wrong.
var Everything = &Set{armed: []Deviation{{Calls: Calls{Overlook: []Fault{{}}}}}}

// What a deviation can be about, for the registry.

func is(name string, values ...string) When {
	return func(f Facts) bool {
		for _, v := range values {
			if f.Fact(name) == v {
				return true
			}
		}
		return false
	}
}

func not(w When) When { return func(f Facts) bool { return !w(f) } }

func all(list ...When) When {
	return func(f Facts) bool {
		for _, w := range list {
			if !w(f) {
				return false
			}
		}
		return true
	}
}

func absent(name string) When { return is(name, "") }
func given(name string) When  { return not(absent(name)) }

// long is about values of so many characters.
func long(name string, n int) When {
	return func(f Facts) bool { return len([]rune(f.Fact(name))) == n }
}

// capital is about values that are not written in small letters.
func capital(name string) When {
	return func(f Facts) bool { return f.Fact(name) != strings.ToLower(f.Fact(name)) }
}

// apart is about two values that differ.
func apart(a, b string) When {
	return func(f Facts) bool { return f.Fact(a) != "" && f.Fact(a) != f.Fact(b) }
}

// minor is about patients under 18.
func minor(f Facts) bool {
	years, err := strconv.Atoi(f.Fact("age"))
	return err == nil && years < 18
}

// saw is about a refusal that found just that.
func saw(what string) func(string) bool { return func(s string) bool { return s == what } }

// sawLong is about a refusal that found a text of so many characters.
func sawLong(n int) func(string) bool { return func(s string) bool { return len(s) == n } }

// sawPart is about a refusal that found something of which this is a part.
func sawPart(part string) func(string) bool {
	return func(s string) bool { return strings.Contains(s, part) }
}
