package phone

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/placebo-sim/placebo/simulator/program"
)

// What people type, and what the domain keeps.

// secondBirthDate is agreed as any text, and goes on only when it is a date
// (AMB-050): so the page asks for one.
const secondBirthDate = "insurance.secondary.cardDob"

// isDate tells whether a field is asked for as a date.
func isDate(f *program.Field, stored string) bool {
	switch f.Format {
	case program.BirthDate, program.Day, program.USDay:
		return true
	case program.Words:
		_, ok := program.ParseBirthDate(stored)
		return f.Key == secondBirthDate && !f.Agreed && (ok || stored == "")
	}
	return false
}

// The form a date input sends and those people write.
const (
	inputDate = "2006-01-02"
	usDate    = "01/02/2006"
)

var writtenDates = []string{inputDate, "1/2/2006", "1-2-2006"}

func readDate(s string) (time.Time, bool) {
	for _, form := range writtenDates {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// dateIn reads a stored date: the contract's form, in which every standard
// field is kept, or the one that was agreed for an agreed field.
func dateIn(f *program.Field, stored string) (time.Time, bool) {
	if t, ok := program.ParseBirthDate(stored); ok || !f.Agreed {
		return t, ok
	}
	t, err := time.Parse(dateForm(f), stored)
	return t, err == nil
}

// dateForm is the form in which a date other than the contract's is agreed.
func dateForm(f *program.Field) string {
	if f.Format == program.USDay {
		return usDate
	}
	return inputDate
}

// writeDate writes a date in the form in which the domain judges the field.
func writeDate(f *program.Field, t time.Time) string {
	if f.Format == program.Day || f.Format == program.USDay {
		return t.Format(dateForm(f))
	}
	return program.WriteBirthDate(t)
}

// typed is how a stored value stands in its input.
func typed(f *program.Field, stored string) string {
	if isDate(f, stored) {
		if t, ok := dateIn(f, stored); ok {
			return t.Format(inputDate)
		}
	}
	return stored
}

// tidy is what was typed, as the domain wants it. What cannot be understood
// stays as it is, for the domain to refuse.
func tidy(f *program.Field, stored, said string) string {
	said = strings.TrimSpace(said)
	switch {
	case isDate(f, stored):
		if t, ok := readDate(said); ok {
			return writeDate(f, t)
		}
	case f.Format == program.Phone:
		return tidyPhone(said)
	}
	return said
}

// tidyPhone drops what people put between digits, and completes a number of the
// United States.
func tidyPhone(said string) string {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -().\u00a0\u2010\u2011\u2013", r) {
			return -1
		}
		return r
	}, said)
	if strings.Trim(digits, "0123456789") != "" {
		return digits
	}
	switch {
	case len(digits) == 10:
		return "+1" + digits
	case len(digits) == 11 && digits[0] == '1':
		return "+" + digits
	}
	return digits
}

// unchanged tells whether an input came back as it was sent. Inputs of one line
// lose the line breaks of what they are given.
func unchanged(sent, said string) bool {
	flat := strings.NewReplacer("\r", "", "\n", "")
	return strings.TrimSpace(flat.Replace(sent)) == strings.TrimSpace(flat.Replace(said))
}

// entries takes the answers to a screen out of a form, as the domain wants
// them, and says what no domain could judge. What came back as it was sent is
// no answer; nor is what depends on another answer that was not given. What the
// screen does not ask for stays in: the domain refuses it.
func (v *visitor) entries(s program.Screen, said url.Values) (map[string]string, refusals) {
	values := map[string]string{}
	var wrong refusals
	stray := false
	for _, key := range slices.Sorted(maps.Keys(said)) {
		f, ok := v.prog.Field(key)
		if !ok || f.Screen != s {
			if !stray { // always the same one is refused
				stray, values[key] = true, said.Get(key)
			}
			continue
		}
		stored := v.patient.Answer(key)
		if !v.applies(f, said) || unchanged(typed(f, stored), said.Get(key)) {
			continue
		}
		value := tidy(f, stored, said.Get(key))
		switch {
		case !utf8.ValidString(value):
			wrong = append(wrong, &program.Refusal{Rule: program.NotAllowed, Field: key,
				Saw: strings.ToValidUTF8(value, "\uFFFD"), Wants: "text in UTF-8"})
		case f.Format == program.Words && value != "" && isDate(f, stored) && !pastDate(value, v.now):
			wrong = append(wrong, &program.Refusal{Rule: program.NotAllowed, Field: key,
				Saw: value, Wants: "a past date"})
		default:
			values[key] = value
		}
	}
	return values, wrong
}

func pastDate(value string, now time.Time) bool {
	t, ok := program.ParseBirthDate(value)
	return ok && !t.After(now)
}

// applies tells whether a field is asked at all, given what was said with it.
func (v *visitor) applies(f *program.Field, said url.Values) bool {
	if f.OnlyIf == "" {
		return true
	}
	answer := v.patient.Answer(f.OnlyIf)
	if v.patient.Editable(f.OnlyIf) && said.Has(f.OnlyIf) {
		answer = said.Get(f.OnlyIf)
	}
	return strings.EqualFold(strings.TrimSpace(answer), f.OnlyIfValue)
}
