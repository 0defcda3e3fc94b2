package program

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/placebo-sim/placebo/simulator/dialect"
)

// birthDateForm is yyyy-mm-ddT00:00:00+00:00 in Go's words (RX-INVITE-041).
const birthDateForm = "2006-01-02T00:00:00+00:00"

// ParseBirthDate reads a date of birth in the form in which it is kept, which
// is the contract's.
func ParseBirthDate(s string) (time.Time, bool) {
	if len(s) != len(birthDateForm) {
		return time.Time{}, false
	}
	t, err := time.Parse(birthDateForm, s)
	return t, err == nil
}

// WriteBirthDate writes a date of birth in that form.
func WriteBirthDate(t time.Time) string { return t.UTC().Format(birthDateForm) }

// judge tells whether a value will do for the field, today being the sandbox's
// date, and returns it as it is kept: standard dates in the contract's form,
// whatever form was agreed.
func (f *Field) judge(g Given, d *dialect.Set, today time.Time) (string, *Refusal) {
	switch f.Format {
	case Number, Yes:
		return f.judgeScalar(g)
	case BirthDate, Day, USDay:
		return f.judgeDate(g, d, today)
	}
	if g.Kind != Text {
		return "", f.wrongKind(g)
	}
	value := g.Text
	switch {
	case f.ASCII && !plain(value, d):
		return "", &Refusal{Rule: NotASCII, Field: f.Key, Saw: value, Wants: "ASCII characters only"}
	case f.Max > 0 && utf8.RuneCountInString(value) > f.Max:
		return "", tooLong(f.Key, value, f.Max)
	}
	switch {
	case f.Format == Phone && !validPhone(value, d):
		return "", &Refusal{Rule: PhoneFormat, Field: f.Key, Saw: value, Wants: "a number like +12025550142"}
	case f.Format == Choice && f.choice(value) < 0 && !f.alsoTaken(value, d):
		return "", f.notAllowed(value, "one of "+strings.Join(f.Choices, ", "))
	}
	return value, f.judgeReading(value, d)
}

// judgeReading applies the readings that narrow a standard field.
func (f *Field) judgeReading(value string, d *dialect.Set) *Refusal {
	switch f.Key {
	case keyState, keyZIP: // AMB-051
		if d.Is(dialect.StateZip, "usStrict") && !usStrict(f.Key, value) {
			return f.notAllowed(value, "two capital letters, or five digits")
		}
	case keySecondaryDob: // AMB-050
		if _, ok := parseDate(value, d); d.Is(dialect.SecondaryDob, "date") && !ok {
			return f.notAllowed(value, "a date like 1988-08-23T00:00:00+00:00")
		}
	}
	return nil
}

// alsoTaken tells whether a reading takes a value outside the field's choices.
func (f *Field) alsoTaken(value string, d *dialect.Set) bool {
	switch f.Key {
	case keyCallTime: // AMB-012
		return d.Is(dialect.CallTimeAccept, "union") && strings.EqualFold(value, "evening")
	case keyCaregiverRelation: // AMB-074
		return d.Is(dialect.Relationship, "open")
	}
	return false
}

func usStrict(key, value string) bool {
	if key == keyZIP {
		return len(value) == 5 && digits(value)
	}
	return len(value) == 2 && value[0] >= 'A' && value[0] <= 'Z' && value[1] >= 'A' && value[1] <= 'Z'
}

// judgeDate reads a date in the agreed form. No number is of the contract's
// form (RX-INVITE-041), but where that was read so (AMB-007).
func (f *Field) judgeDate(g Given, d *dialect.Set, today time.Time) (string, *Refusal) {
	bad := badBirthDate(f.Key, g.Text)
	if f.Key != KeyBirthDate {
		bad.Rule = NotAllowed
		if g.Kind != Text && g.Kind != Integer {
			return "", f.wrongKind(g)
		}
	}
	var born time.Time
	ok := false
	switch {
	case g.Kind == Integer && f.Format == BirthDate && d.Is(dialect.InviteDob, "alsoEpoch"):
		born, ok = epochDay(g.Text)
	case g.Kind != Text:
		if f.Key != KeyBirthDate {
			return "", f.wrongKind(g)
		}
	case f.Format == Day:
		born, ok = parseDay(g.Text, time.DateOnly)
		bad.Wants = "a past date like 1988-08-23"
	case f.Format == USDay:
		born, ok = parseDay(g.Text, "01/02/2006")
		bad.Wants = "a past date like 08/23/1988"
	default:
		born, ok = parseDate(g.Text, d)
	}
	if !ok || born.After(today) {
		return "", bad
	}
	if f.Agreed {
		return g.Text, nil
	}
	return WriteBirthDate(born), nil
}

// parseDate reads a date of birth: in the contract's form, or in any of ISO
// 8601's where that was read so (AMB-052).
func parseDate(s string, d *dialect.Set) (time.Time, bool) {
	if t, ok := ParseBirthDate(s); ok || d.Is(dialect.DobFormat, "strict") {
		return t, ok
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04Z07:00", "20060102", time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil { // the day as it was written, wherever that was
			return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), true
		}
	}
	return time.Time{}, false
}

func parseDay(s, form string) (time.Time, bool) {
	t, err := time.Parse(form, s)
	return t, err == nil && t.Format(form) == s
}

// epochDay is the day in which a number of milliseconds since 1970 lies.
func epochDay(s string) (time.Time, bool) {
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	t := time.UnixMilli(ms).UTC().Truncate(24 * time.Hour)
	return t, t.Year() >= 1 && t.Year() <= 9999
}

// judgeScalar reads a number or a truth value, which may be written as text.
func (f *Field) judgeScalar(g Given) (string, *Refusal) {
	ok, wants := false, "true or false"
	switch {
	case f.Format == Yes:
		ok = g.Kind == Truth || g.Kind == Text && (g.Text == "true" || g.Text == "false")
	default:
		wants = "a number"
		_, err := strconv.ParseFloat(g.Text, 64)
		ok = err == nil && decimal(g.Text)
	}
	if !ok {
		return "", f.notAllowed(g.Text, wants)
	}
	return g.Text, nil
}

// jsonNumber is how JSON writes a number.
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// kind is what a patient's answer, which comes as text, is kept as: agreed
// numbers and truth values as what they are.
func (f *Field) kind(value string) Kind {
	switch {
	case f.Agreed && f.Format == Yes:
		return Truth
	case f.Agreed && f.Format == Number && jsonNumber.MatchString(value):
		return Fraction
	}
	return Text
}

// decimal tells whether a number is written with digits, as JSON does.
func decimal(s string) bool { return strings.Trim(s, "0123456789+-.eE") == "" }

func (f *Field) notAllowed(saw, wants string) *Refusal {
	return &Refusal{Rule: NotAllowed, Field: f.Key, Saw: saw, Wants: wants}
}

func (f *Field) wrongKind(g Given) *Refusal {
	return &Refusal{Rule: WrongKind, Field: f.Key, Got: g.Kind, Want: Text, Saw: g.Text}
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

func tooMany(field, value string, limit int) *Refusal {
	if utf8.RuneCountInString(value) > limit {
		return tooLong(field, value, limit)
	}
	return nil
}

func tooLong(field, value string, limit int) *Refusal {
	return &Refusal{Rule: TooLong, Field: field, Limit: limit,
		Saw:   strconv.Itoa(utf8.RuneCountInString(value)) + " characters",
		Wants: "at most " + strconv.Itoa(limit) + " characters"}
}

// plain tells whether a text is what "ASCII 128" means: U+0000 to U+007F, or
// its printable part (AMB-041).
func plain(s string, d *dialect.Set) bool {
	printable := d.Is(dialect.ASCII, "printable")
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || printable && (s[i] < ' ' || s[i] == 0x7f) {
			return false
		}
	}
	return true
}

// validPhone is the rule for numbers (AMB-032): the pattern that the vendor
// prints, E.164, or both.
func validPhone(s string, d *dialect.Set) bool {
	switch {
	case d.Is(dialect.PhoneRule, "pattern"):
		return phonePattern(s)
	case d.Is(dialect.PhoneRule, "e164"):
		return e164(s)
	}
	return phonePattern(s) && e164(s)
}

// phonePattern is (^\+\d{11}$)|(^\+\d{12}$), with ASCII digits and the end of
// the text (RX-INVITE-017 to 022, RX-OUR-044).
func phonePattern(s string) bool {
	return (len(s) == 12 || len(s) == 13) && s[0] == '+' && digits(s[1:])
}

// e164 is + and up to 15 digits, the first of which is no 0. Policy: at least 7
// digits, for no country has shorter numbers.
func e164(s string) bool {
	return len(s) >= 8 && len(s) <= 16 && s[0] == '+' && s[1] != '0' && digits(s[1:])
}

func digits(s string) bool {
	for i := range len(s) {
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
