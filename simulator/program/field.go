package program

import "slices"

// Format is the form a field's value must have.
type Format uint8

// The formats.
const (
	Words     Format = iota // any text
	BirthDate               // yyyy-mm-ddT00:00:00+00:00, not in the future
	Phone                   // an E.164 number
	Choice                  // one of Choices, in any letter case
	Day                     // yyyy-mm-dd
	USDay                   // mm/dd/yyyy
	Number                  // a decimal number, as JSON writes it or as text
	Yes                     // true or false, as JSON writes it or as text
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
	// Wanted tells that an invitation without the field is refused.
	Wanted bool
	// Webhook and Read are the member of W1's patient, and of H2's data, that
	// shows an agreed field; empty: customData; "none": it is not shown.
	Webhook, Read string
}

// Example is a value that the field takes.
func (f *Field) Example() string {
	switch f.Format {
	case BirthDate:
		return "1988-08-23T00:00:00+00:00"
	case Day:
		return "1988-08-23"
	case USDay:
		return "08/23/1988"
	case Phone:
		return "+12025550142"
	case Choice:
		return f.Choices[0]
	case Number:
		return "7"
	case Yes:
		return "true"
	}
	return "x"
}

// NotShown as a place of a field keeps it to the vendor.
const NotShown = "none"

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
	keySecondaryDob      = "insurance.secondary.cardDob"
	keyCallTime          = "patient.callTime"
	keyState             = "address.state"
	keyZIP               = "address.zip"
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
	{Key: keyCallTime, Label: "Best time to call", Screen: Contact, Format: Choice, Choices: []string{"morning", "afternoon"}},
	name(keyCaregiverFirst, "Caregiver's first name", Caregiver),
	name(keyCaregiverLast, "Caregiver's last name", Caregiver),
	{Key: keyCaregiverRelation, Label: "Relationship to the patient", Screen: Caregiver, Format: Choice,
		Choices: []string{"Parent", "Legal Guardian", "Power of Attorney", "Spouse"}},
	{Key: keyCaregiverPhone, Label: "Caregiver's mobile phone", Screen: Caregiver, Format: Phone},
	short("caregiver.email", "Caregiver's e-mail", Caregiver),
	short("address.street", "Street", Address),
	{Key: "address.apt", Label: "Apartment", Screen: Address, Max: 50, ASCII: true, Spare: true},
	short("address.city", "City", Address),
	{Key: keyState, Label: "State", Screen: Address, Max: 2},
	{Key: keyZIP, Label: "ZIP code", Screen: Address, Max: 5},
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
	secondary(keySecondaryDob, "Cardholder's date of birth"),
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
