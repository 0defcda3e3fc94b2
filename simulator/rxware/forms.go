package rxware

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
)

// The forms of a date and time, in UTC.
const (
	millisZ       = "2006-01-02T15:04:05.000Z"
	secondsOffset = "2006-01-02T15:04:05+00:00"
	blankAfterT   = "2006-01-02T 15:04:05.000Z"
)

// timeForms are how sendDate is written (AMB-005).
var timeForms = map[string]string{"millisZ": millisZ, "secondsOffset": secondsOffset, "blankAfterT": blankAfterT}

// The forms of a date of birth (AMB-007, AMB-008).
const (
	epochMs = "epochMs"
	iso     = "iso"
	absent  = "absent"
)

// date writes a date of birth, if the value is one (AMB-050): as a number,
// negative before 1970 (HA-HOOK-ENROLL-008 to 011), or as the invitation has it.
func (o person) date(name, value, form string) {
	t, ok := program.ParseBirthDate(value)
	switch {
	case !ok || form == absent:
	case form == iso:
		o.must(name, value)
	default:
		o.epoch(name, t)
	}
}

// epoch writes a time as a number (AMB-009).
func (o person) epoch(name string, t time.Time) {
	if o.d.Is(dialect.EpochUnit, "s") {
		o.number(name, t.Unix())
		return
	}
	o.number(name, t.UnixMilli())
}

// contactMethod is the field's answer as AMB-011 has it.
func (o person) contactMethod() string {
	const key = "patient.contact.method"
	switch {
	case o.d.Is(dialect.ContactMethodCase, "asReceived"):
		return o.p.Answer(key)
	case o.d.Is(dialect.ContactMethodCase, "lower"):
		return strings.ToLower(o.answer(key))
	}
	return capitalized(o.answer(key))
}

// callTime is Morning or Evening, which are all that the webhook knows
// (HA-HOOK-ENROLL-016); the invitation's afternoon is its evening, or stays one
// (AMB-012).
func (o person) callTime() string {
	value := o.answer("patient.callTime")
	switch {
	case strings.EqualFold(value, "evening"), strings.EqualFold(value, "afternoon") && o.d.Is(dialect.CallTimeEmit, "mapToEvening"):
		return "Evening"
	}
	return capitalized(value)
}

func capitalized(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + s[size:]
}
