package program

import "fmt"

// Rule is what a refused call broke.
type Rule uint8

// The rules, in the order in which an invitation is judged (RX-OUR-029), then
// those of the other calls.
const (
	_                   Rule = iota
	Unauthorized             // a credential is missing, unknown, badly signed or expired
	OtherPartner             // key and token are genuine, but of different partners
	OutOfScope               // the token does not cover the operation
	TokenDisabled            // the token was disabled
	Required                 // a required property is missing
	WrongKind                // a value is of the wrong kind
	TooLong                  // a text has more characters than agreed
	WrongLength              // a text has not exactly as many characters as agreed (AMB-040 exact)
	PhonePattern             // the invited number fails the pattern
	UnknownProgram           // no such support program
	WrongProgram             // the token was not issued for the program
	NotAllowed               // a value is none of the allowed ones, or not well formed
	NotASCII                 // a text has characters beyond ASCII
	PhoneFormat              // another phone number is not in E.164 format
	BadBirthDate             // patient.dob is not a date in the agreed form
	MinorAlone               // under 18 and nobody to care
	CaregiverIncomplete      // a caregiver's name or relationship is missing
	PhoneNotAligned          // a minor's number is not the caregiver's
	AlreadyInvited           // the patient exists

	UnknownPatient // no such patient
	UnknownMedia   // no such file of this patient
	NotNow         // the act is not legal at the patient's stage
	Incomplete     // required items are missing at the finish
	Fixed          // the partner said this field is not to be changed
	BadFile        // a file is of no accepted type, or too large
	Declined       // a consent that is needed was refused

	Unsubscribed      // the patient has opted out
	UnknownPhone      // no patient of the program has the number
	UnknownExternalID // no patient of the program has the external id
	IDsApart          // external id and number are of different patients
	FinishedAlready   // the enrollment is finished
	Unsupported       // a change that cannot be asked for

	ruleCount
)

var ruleNames = [...]string{
	Unauthorized: "unauthorized", OtherPartner: "other-partner", OutOfScope: "out-of-scope", TokenDisabled: "token-disabled",
	Required: "required", WrongKind: "wrong-kind", TooLong: "too-long", WrongLength: "wrong-length", PhonePattern: "phone-pattern",
	UnknownProgram: "unknown-program", WrongProgram: "wrong-program", NotAllowed: "not-allowed", NotASCII: "not-ascii",
	PhoneFormat: "phone-format", BadBirthDate: "bad-birth-date", MinorAlone: "minor-alone", CaregiverIncomplete: "caregiver-incomplete",
	PhoneNotAligned: "phone-not-aligned", AlreadyInvited: "already-invited",
	UnknownPatient: "unknown-patient", UnknownMedia: "unknown-media", NotNow: "not-now", Incomplete: "incomplete", Fixed: "fixed",
	BadFile: "bad-file", Declined: "declined",
	Unsubscribed: "unsubscribed", UnknownPhone: "unknown-phone", UnknownExternalID: "unknown-external-id", IDsApart: "ids-apart",
	FinishedAlready: "finished-already", Unsupported: "unsupported",
}

// String is the rule's name, by which deviations speak of it.
func (r Rule) String() string { return ruleNames[r] }

// ParseRule finds a rule by its name.
func ParseRule(name string) (Rule, bool) {
	for r := Unauthorized; r < ruleCount; r++ {
		if ruleNames[r] == name {
			return r, true
		}
	}
	return 0, false
}

// Refusal is the domain's one error: which rule was broken, and what is needed
// to say so in any vendor's words.
type Refusal struct {
	Rule  Rule
	Field string // the field judged, as both sides call it
	Saw   string // what was there
	Wants string // what would have passed
	Limit int    // TooLong: the limit in characters
	Got   Kind   // WrongKind
	Want  Kind   // WrongKind

	Program  string   // UnknownProgram: the id asked for
	Existing *Patient // AlreadyInvited: who it is
}

func (r *Refusal) Error() string {
	s := fmt.Sprintf("refused (rule %d)", uint8(r.Rule))
	if r.Field != "" {
		s += ": " + r.Field
	}
	if r.Saw != "" {
		s += fmt.Sprintf(": saw %q", r.Saw)
	}
	if r.Wants != "" {
		s += ", wants " + r.Wants
	}
	return s
}

// Rules returns every rule, for tables that must be complete.
func Rules() []Rule {
	var all []Rule
	for r := Unauthorized; r < ruleCount; r++ {
		all = append(all, r)
	}
	return all
}
