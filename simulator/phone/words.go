package phone

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/placebo-sim/placebo/simulator/program"
)

// What the pages say.

// brand is what the pages go by.
func (v *visitor) brand() string {
	if v.prog.Name != "" {
		return v.prog.Name
	}
	return "Your support program"
}

// whose is "your", or the patient's name where somebody else fills in the pages.
func (v *visitor) whose() string {
	if v.patient.Accompanied() {
		return v.patient.FirstName + "’s"
	}
	return "your"
}

func (v *visitor) heading(s program.Screen) string {
	switch s {
	case program.ConsentScreen:
		return "Before we start"
	case program.About:
		if v.patient.Accompanied() {
			return "About " + v.patient.FirstName
		}
		return "About you"
	case program.Contact:
		return "How to reach " + v.whom()
	case program.Address:
		return capital(v.whose()) + " address"
	case program.Caregiver:
		return "About the caregiver"
	case program.Insurance:
		return capital(v.whose()) + " insurance"
	case program.SecondaryInsurance:
		return "A second insurance"
	case program.Cards:
		return "Pictures of the insurance card"
	case program.Signature:
		return "Your signature"
	}
	return capital(s.String())
}

func (v *visitor) whom() string {
	if v.patient.Accompanied() {
		return v.patient.FirstName
	}
	return "you"
}

// leads say what a screen is for.
var leads = map[program.Screen]string{
	program.About:              "Please check what is here, and add what is missing.",
	program.Contact:            "We only use this for the program.",
	program.Address:            "Where should letters and parcels go?",
	program.Caregiver:          "You are looking after somebody. Please tell us who you are.",
	program.Insurance:          "It is all on the front of the insurance card.",
	program.SecondaryInsurance: "Some people are insured twice. If not, answer No.",
	program.Cards:              "Lay the card on something dark, and take a picture of each side. PNG, JPEG, GIF or PDF, up to 10 MB each.",
	program.Signature:          "Your signature confirms that what you have told us is right.",
}

// label is what a field is called. An agreed one may come without a name.
func (v *visitor) label(f *program.Field) string {
	if f.Label != "" {
		return f.Label
	}
	return f.Key
}

// yesNo are the choices whose words on the wire are not the page's.
var yesNo = map[string]map[string]string{
	"insurance.secondary.status": {"active": "Yes", "inactive": "No"},
}

func choiceLabel(f *program.Field, value string) string {
	words := yesNo[f.Key]
	if f.Format == program.Yes {
		words = map[string]string{"true": "Yes", "false": "No"}
	}
	if said, ok := words[strings.ToLower(value)]; ok {
		return said
	}
	return capital(value)
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// read is a stored value as people read it.
func read(f *program.Field, stored string) string {
	if t, ok := dateIn(f, stored); ok && isDate(f, stored) {
		return t.Format(longDate)
	}
	if f.Format == program.Choice || f.Format == program.Yes {
		return choiceLabel(f, f.Listed(stored))
	}
	return stored
}

const longDate = "January 2, 2006"

// moment is a time on the tracker. The phone does not know where its owner is.
func moment(t time.Time) string { return t.UTC().Format(longDate + ", 3:04 PM UTC") }

// pictureLabel says which side of which card a picture shows.
func (v *visitor) pictureLabel(u program.Use) string {
	switch u {
	case program.PrimaryFront:
		return "Front of " + v.whose() + " insurance card"
	case program.PrimaryBack:
		return "Back of " + v.whose() + " insurance card"
	case program.SecondaryFront:
		return "Front of " + v.whose() + " second insurance card"
	case program.SecondaryBack:
		return "Back of " + v.whose() + " second insurance card"
	}
	return capital(u.String())
}

// complaint says what is wrong with an answer and what would do. f is nil for
// what is no field.
func complaint(r *program.Refusal, f *program.Field) string {
	switch r.Rule {
	case program.Required:
		return "Please do not leave this empty."
	case program.TooLong:
		return fmt.Sprintf("Please shorten this to %d characters or fewer.", r.Limit)
	case program.NotASCII:
		return "Please use plain letters, digits and signs only, without accents."
	case program.PhoneFormat:
		return "Please enter a phone number with its country code, such as +12025550142."
	case program.BadBirthDate:
		return dateWanted
	case program.Fixed:
		return "This was filled in for you and cannot be changed here."
	case program.BadFile:
		return "This is not a picture (PNG, JPEG or GIF) or a PDF. Please choose another file."
	case program.NotAllowed:
		switch {
		case f == nil:
			return "This page does not ask for that."
		case isDate(f, ""):
			return dateWanted
		case f.Format == program.Choice, f.Format == program.Yes:
			return "Please choose one of the answers shown."
		case f.Format == program.Number:
			return "Please enter a number, such as 42 or 3.5."
		case !strings.ContainsRune(r.Saw, utf8.RuneError) && habits[f.Key].hint != "":
			return "This does not look right. " + habits[f.Key].hint
		}
		return "Some of these characters cannot be read. Please type it again."
	}
	return "This cannot be accepted."
}

const dateWanted = "Please enter a real date that is not in the future, such as 08/23/1988."

const fileTooLarge = "This file is larger than 10 MB. Please choose a smaller one."
