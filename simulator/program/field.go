package program

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Format is the form a field's value must have.
type Format uint8

// The formats.
const (
	Words     Format = iota // any text
	BirthDate               // yyyy-mm-ddT00:00:00+00:00, not in the future
	Phone                   // an E.164 number
	Choice                  // one of Choices, in any letter case
)

// Field is one enrollment field as partner and vendor have agreed on it: its
// key, form, limits, and the screen that asks for it.
type Field struct {
	Key     string
	Label   string // what the screen calls it
	Screen  Screen
	Format  Format
	Choices []string
	Max     int  // characters; 0 means no limit of its own
	ASCII   bool // U+0000 to U+007F only (AMB-041, 7bit)
	// Spare fields do not make a screen appear when they alone are missing.
	// Policy: an address without an apartment is complete.
	Spare bool
	// OnlyIf names a field and the value (in lower case) without which this
	// one does not apply.
	OnlyIf, OnlyIfValue string
	Agreed              bool // added by a program's own agreement
}

// The keys that rules speak of.
const (
	keyFirstName         = "patient.first.name"
	keyLastName          = "patient.last.name"
	KeyBirthDate         = "patient.dob"
	KeyPhone             = "patient.phone.number"
	keyCaregiverFirst    = "caregiver.first.name"
	keyCaregiverLast     = "caregiver.last.name"
	keyCaregiverRelation = "caregiver.relationship"
	keyCaregiverPhone    = "caregiver.phone.number"
	keySecondaryStatus   = "insurance.secondary.status"
)

func name(key, label string, s Screen) Field {
	return Field{Key: key, Label: label, Screen: s, Max: 100, ASCII: true}
}

func short(key, label string, s Screen) Field {
	return Field{Key: key, Label: label, Screen: s, Max: 50, ASCII: true}
}

func secondary(key, label string) Field {
	f := name(key, label, SecondaryInsurance)
	f.OnlyIf, f.OnlyIfValue = keySecondaryStatus, "active"
	return f
}

// standard is the contract's table of additionalData keys (section 4.2). A
// field's place in it is how rows name it, so new ones go to the end.
var standard = []Field{
	name(keyFirstName, "First name", About),
	name(keyLastName, "Last name", About),
	{Key: KeyBirthDate, Label: "Date of birth", Screen: About, Format: BirthDate},
	{Key: "patient.gender", Label: "Gender", Screen: About, Format: Choice, Choices: []string{"male", "female"}},
	{Key: KeyPhone, Label: "Mobile phone", Screen: Contact, Format: Phone},
	{Key: "patient.contact.method", Label: "Contact me by", Screen: Contact, Format: Choice, Choices: []string{"phone", "email"}},
	short("patient.prefLanguage", "Preferred language", About),
	short("patient.email", "E-mail", Contact),
	{Key: "patient.callTime", Label: "Best time to call", Screen: Contact, Format: Choice, Choices: []string{"morning", "afternoon"}},
	name(keyCaregiverFirst, "Caregiver's first name", Caregiver),
	name(keyCaregiverLast, "Caregiver's last name", Caregiver),
	{Key: keyCaregiverRelation, Label: "Relationship to the patient", Screen: Caregiver, Format: Choice,
		Choices: []string{"Parent", "Legal Guardian", "Power of Attorney", "Spouse"}},
	{Key: keyCaregiverPhone, Label: "Caregiver's mobile phone", Screen: Caregiver, Format: Phone},
	short("caregiver.email", "Caregiver's e-mail", Caregiver),
	short("address.street", "Street", Address),
	{Key: "address.apt", Label: "Apartment", Screen: Address, Max: 50, ASCII: true, Spare: true},
	short("address.city", "City", Address),
	{Key: "address.state", Label: "State", Screen: Address, Max: 2},
	{Key: "address.zip", Label: "ZIP code", Screen: Address, Max: 5},
	name("insurance.carrier", "Insurance company", Insurance),
	name("insurance.memberId", "Member ID", Insurance),
	name("insurance.groupNum", "Group number", Insurance),
	name("insurance.cardname", "Name on the card", Insurance),
	{Key: "insurance.Dob", Label: "Cardholder's date of birth", Screen: Insurance, Format: BirthDate},
	{Key: keySecondaryStatus, Label: "Do you have a second insurance?", Screen: SecondaryInsurance, Format: Choice,
		Choices: []string{"active", "inactive"}, Max: 100, ASCII: true},
	secondary("insurance.secondary.carrier", "Second insurance company"),
	secondary("insurance.secondary.memberid", "Member ID"),
	secondary("insurance.secondary.groupNum", "Group number"),
	secondary("insurance.secondary.cardname", "Name on the card"),
	secondary("insurance.secondary.cardDob", "Cardholder's date of birth"),
}

var standardNumber = func() map[string]int {
	numbers := make(map[string]int, len(standard))
	for i, f := range standard {
		numbers[f.Key] = i
	}
	return numbers
}()

// StandardFields returns the contract's fields, in its order.
func StandardFields() []Field { return slices.Clone(standard) }

// birthDateForm is yyyy-mm-ddT00:00:00+00:00 in Go's words (RX-INVITE-041,
// AMB-052 strict).
const birthDateForm = "2006-01-02T00:00:00+00:00"

// ParseBirthDate reads a date of birth in the agreed form.
func ParseBirthDate(s string) (time.Time, bool) {
	if len(s) != len(birthDateForm) {
		return time.Time{}, false
	}
	t, err := time.Parse(birthDateForm, s)
	return t, err == nil
}

// WriteBirthDate writes a date of birth in the agreed form.
func WriteBirthDate(t time.Time) string { return t.UTC().Format(birthDateForm) }

// judge tells whether value will do for the field, today being the sandbox's
// date.
func (f *Field) judge(value string, today time.Time) *Refusal {
	switch {
	case f.ASCII && !isASCII(value):
		return &Refusal{Rule: NotASCII, Field: f.Key, Saw: value, Wants: "ASCII characters only"}
	case f.Max > 0 && utf8.RuneCountInString(value) > f.Max:
		return tooLong(f.Key, value, f.Max)
	}
	switch f.Format {
	case BirthDate:
		born, ok := ParseBirthDate(value)
		if ok && !born.After(today) {
			return nil
		}
		r := badBirthDate(f.Key, value)
		if f.Key != KeyBirthDate {
			r.Rule = NotAllowed
		}
		return r
	case Phone:
		if !phonePattern(value) {
			return &Refusal{Rule: PhoneFormat, Field: f.Key, Saw: value, Wants: "a number like +12025550142"}
		}
	case Choice:
		if f.choice(value) < 0 {
			return &Refusal{Rule: NotAllowed, Field: f.Key, Saw: value, Wants: "one of " + strings.Join(f.Choices, ", ")}
		}
	}
	return nil
}

func badBirthDate(key, value string) *Refusal {
	return &Refusal{Rule: BadBirthDate, Field: key, Saw: value, Wants: "a past date like 1988-08-23T00:00:00+00:00"}
}

// choice is the place of value among the field's choices, or -1.
func (f *Field) choice(value string) int {
	return slices.IndexFunc(f.Choices, func(c string) bool { return strings.EqualFold(c, value) })
}

// Listed is value as the field's choices spell it, or value itself when it is
// none of them.
func (f *Field) Listed(value string) string {
	if i := f.choice(value); i >= 0 {
		return f.Choices[i]
	}
	return value
}

func tooLong(field, value string, limit int) *Refusal {
	return &Refusal{Rule: TooLong, Field: field, Limit: limit,
		Saw:   strconv.Itoa(utf8.RuneCountInString(value)) + " characters",
		Wants: "at most " + strconv.Itoa(limit) + " characters"}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// phonePattern is (^\+\d{11}$)|(^\+\d{12}$), with ASCII digits and the end of
// the text (RX-INVITE-017 to 022, RX-OUR-044).
func phonePattern(s string) bool {
	if len(s) != 12 && len(s) != 13 || s[0] != '+' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// age is the number of whole years between born and today; a 29 February birth
// has its birthday on 1 March in a common year (RX-OUR-017).
func age(born, today time.Time) int {
	years := today.Year() - born.Year()
	birthday := time.Date(today.Year(), born.Month(), born.Day(), 0, 0, 0, 0, time.UTC)
	if today.Before(birthday) {
		years--
	}
	return years
}
