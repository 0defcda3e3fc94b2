package program

import (
	"strconv"
	"time"
)

// The facts by which a deviation tells whether it is about what is at hand.
// They are gathered only where one is armed.

// said is a given value as text.
func (g Given) said() string {
	if g.Kind == Truth {
		return strconv.FormatBool(g.Truth)
	}
	return g.Text
}

// invited are the facts of an invitation.
type invited struct {
	Invitation
	now time.Time
}

// Fact implements deviation.Facts. Beside what was said there are age and
// birthday, the age on the day on which it is reached, and whether anything was
// said of additionalData and of editable.
func (f invited) Fact(name string) string {
	inv := &f.Invitation
	for _, p := range []struct {
		name  string
		given Given
	}{
		{propExternalID, inv.ExternalID}, {propPhone, inv.Phone}, {propProgram, inv.ProgramID},
		{propFirstName, inv.FirstName}, {propLastName, inv.LastName}, {propRequiredConsent, inv.RequiredConsent},
		{propIsCaregiver, inv.IsCaregiver}, {propSkipOnboarding, inv.SkipOnboarding},
	} {
		if p.name == name {
			return p.given.said()
		}
	}
	switch name {
	case propAdditional:
		if inv.Additional.Kind == List {
			return "a list"
		}
		return ""
	case "age", "birthday":
		return aged(name, inv.item(KeyBirthDate), f.now)
	case "editable":
		for _, it := range inv.Items {
			if it.Editable.Kind == Truth {
				return it.Editable.said()
			}
		}
		return ""
	}
	return inv.item(name)
}

// item is the value that the last item of a key has.
func (inv *Invitation) item(key string) (value string) {
	for _, it := range inv.Items {
		if it.Key.Text == key {
			value = it.Value.said()
		}
	}
	return value
}

// aged is an age, or the birthday on which it is reached today.
func aged(name, birthDate string, now time.Time) string {
	born, ok := ParseBirthDate(birthDate)
	if !ok || now.IsZero() {
		return ""
	}
	years := age(born, now)
	if name == "birthday" && age(born, now.AddDate(0, 0, -1)) == years {
		return ""
	}
	return strconv.Itoa(years)
}

// known are the facts of a patient.
type known struct {
	Patient
	now time.Time
}

// Fact implements deviation.Facts.
func (f known) Fact(name string) string {
	switch name {
	case propExternalID:
		return f.ExternalID
	case propPhone:
		return f.Phone
	case propProgram:
		return f.Program
	case propRequiredConsent:
		return strconv.FormatBool(f.NeedsConsent)
	case propIsCaregiver:
		return strconv.FormatBool(f.IsCaregiver)
	case propSkipOnboarding:
		return strconv.FormatBool(f.SkipOnboarding)
	case "new":
		return strconv.FormatBool(f.now.Sub(f.InvitedAt) < time.Second)
	case "stage":
		return f.Stage().String()
	case "age", "birthday":
		return aged(name, f.Answer(KeyBirthDate), f.now)
	}
	return f.Answer(name)
}

// asked are the facts of a call about a patient: the patient's, and what was
// said beside them.
type asked struct {
	known
	said map[string]string
}

// Fact implements deviation.Facts.
func (f asked) Fact(name string) string {
	if v, ok := f.said[name]; ok {
		return v
	}
	return f.known.Fact(name)
}

// askedOf gathers the facts of a call that brings items.
func askedOf(p *Patient, now time.Time, items []Item, said map[string]string) asked {
	said["items"] = ""
	if items != nil {
		said["items"] = strconv.Itoa(len(items))
	}
	for _, it := range items {
		said["with "+it.Key.Text] = it.Value.said()
	}
	return asked{known{*p, now}, said}
}

// Fact implements deviation.Facts.
func (p Pair) Fact(name string) string {
	switch name {
	case "key":
		return p.Key
	case "value":
		return p.Value
	}
	return ""
}

// Fact implements deviation.Facts.
func (it *Item) Fact(name string) string { return it.pair().Fact(name) }

func (it *Item) pair() Pair { return Pair{it.Key.Text, it.Value.said()} }
