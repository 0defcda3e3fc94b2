package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/placebo-sim/placebo/simulator/program"
)

// types are the words for the forms of a value.
var types = map[string]program.Format{
	"text": program.Words, "date": program.BirthDate, "day": program.Day, "us-date": program.USDay,
	"phone": program.Phone, "choice": program.Choice, "number": program.Number, "boolean": program.Yes,
}

// TypeOf is the word of the configuration for a form.
func TypeOf(f program.Format) string {
	for word, format := range types {
		if format == f {
			return word
		}
	}
	return ""
}

// When a field is required.
const (
	byFinish = "finish"
	byInvite = "invite"
)

// screens are those that can ask for a field.
var screens = func() (names []string) {
	for s := program.About; s <= program.SecondaryInsurance; s++ {
		names = append(names, s.String())
	}
	return append(names, noScreen)
}()

const noScreen = "none"

// screen finds the screen that asks for a field. For none it is the consent's,
// which asks for no field.
func screen(name string) program.Screen {
	if name == "" {
		return program.About
	}
	s, _ := program.ParseScreen(name)
	return s
}

func (p *Program) checkFields(at place) *wrong {
	known := map[string]bool{}
	for _, f := range program.StandardFields() {
		known[f.Key] = true
	}
	webhook, read := shown(webhookMembers), shown(readMembers)
	for i := range p.Fields {
		f, at := &p.Fields[i], at.of("fields", i)
		if f.Key == "" || known[f.Key] {
			return bad(at.of("key"), "must be given, and not be a field that is there already")
		}
		known[f.Key] = true
		if w := f.check(at); w != nil {
			return w
		}
		if w := webhook.take(at.of("webhook"), f.Webhook); w != nil {
			return w
		}
		if w := read.take(at.of("read"), f.Read); w != nil {
			return w
		}
	}
	for i, item := range p.RequiredItems {
		if _, isUse := program.ParseUse(item); !isUse && !known[item] {
			return bad(at.of("requiredItems", i), "is no enrollment field, card picture or signature")
		}
	}
	return nil
}

func (f *Field) check(at place) *wrong {
	if w := checkType(at, f.Type, f.Type == "choice", f.Choices, f.Choices); w != nil {
		return w
	}
	if f.Screen != "" && !slices.Contains(screens, f.Screen) {
		return bad(at.of("screen"), "must be "+either(screens))
	}
	if f.Max < 0 {
		return bad(at.of("max"), "must not be negative")
	}
	if f.Required != "" && f.Required != byFinish && f.Required != byInvite {
		return bad(at.of("required"), "must be finish or invite")
	}
	return nil
}

// checkType judges a type and its choices: those that are said, and those that
// hold in the end.
func checkType(at place, kind string, isChoice bool, said, hold []string) *wrong {
	if _, known := types[kind]; kind != "" && !known {
		return bad(at.of("type"), "must be "+either(slices.Sorted(maps.Keys(types))))
	}
	switch {
	case isChoice && len(hold) == 0:
		return bad(at.of("choices"), "a choice needs some")
	case !isChoice && len(said) > 0:
		return bad(at.of("choices"), "are for a choice")
	}
	for i, c := range said {
		if c == "" || slices.ContainsFunc(said[:i], func(other string) bool { return strings.EqualFold(c, other) }) {
			return bad(at.of("choices", i), "must be given, and unlike the others in more than letter case")
		}
	}
	return nil
}

// Members that are taken in the enrollment webhook's patient (section 5.1) and
// in a read patient (HA-OUR-003), in every dialect.
var (
	patientMembers = []string{
		"id", "phoneNumber", "firstName", "lastName", "dob", "gender", "contact_method", "pref_language", "email", "call_time",
		"caregiver", "address", "insurance", "consent", "consents", "externalIds",
	}
	webhookMembers = append(slices.Clone(patientMembers), "signature")
	readMembers    = append(slices.Clone(patientMembers), "supportProgramId", "medicalCondition", "status")
)

// customData is where agreed fields are shown that say nothing else.
const customData = "customData"

var memberName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// shown are the members of an object that have a meaning already.
type shown []string

func (s *shown) take(at place, member string) *wrong {
	switch {
	case member == "" || member == customData || member == program.NotShown:
		return nil
	case !memberName.MatchString(member):
		return bad(at, "must be letters, digits and '_', and begin with no digit")
	case slices.Contains(*s, member):
		return bad(at, "must be no member that is there already")
	}
	*s = append(slices.Clip(*s), member)
	return nil
}

func (p *Program) checkFormats(at place) *wrong {
	seen := map[string]bool{}
	for i := range p.Formats {
		f, at := &p.Formats[i], at.of("formats", i)
		field, known := standardField(f.Key)
		if !known || seen[f.Key] {
			return bad(at.of("key"), "must be a field of the contract, and unlike the others")
		}
		seen[f.Key] = true
		changed := f.on(field)
		if w := checkType(at, f.Type, changed.Format == program.Choice, f.Choices, changed.Choices); w != nil {
			return w
		}
		if f.Max != nil && *f.Max < 0 {
			return bad(at.of("max"), "must not be negative")
		}
	}
	return nil
}

func standardField(key string) (program.Field, bool) {
	for _, f := range program.StandardFields() {
		if f.Key == key {
			return f, true
		}
	}
	return program.Field{}, false
}
