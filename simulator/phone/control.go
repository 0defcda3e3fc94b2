package phone

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/placebo-sim/placebo/simulator/program"
)

// section is a run of a screen's fields. When is the name of the answer without
// which they do not apply, Is that answer in lower case.
type section struct {
	When, Is string
	Controls []control
}

// control is one field as the page shows it.
type control struct {
	ID, Name, Label string
	Value           string
	Hint, Error     string
	Required        bool
	Locked          bool     // shown as text: the partner fixed it
	Choices         []choice // radio buttons or, when Long, a list
	Long            bool

	Type, Inputmode, Autocomplete, Capitals string
	Max                                     int
	Latest                                  string // of a date
}

// choice is one answer that can be chosen.
type choice struct {
	ID, Value, Label string
	Chosen           bool
}

// DescribedBy names what explains the control, for who cannot see it.
func (c control) DescribedBy() string {
	var ids []string
	if c.Error != "" {
		ids = append(ids, c.ID+"-error")
	}
	if c.Hint != "" {
		ids = append(ids, c.ID+"-hint")
	}
	return strings.Join(ids, " ")
}

// mostRadios is how many choices are shown at once.
const mostRadios = 5

// fieldID names a field's control within its page, whatever its key looks like.
func fieldID(prog *program.Program, s program.Screen, key string) string {
	return "field-" + strconv.Itoa(1+slices.IndexFunc(prog.FieldsOn(s), func(f *program.Field) bool { return f.Key == key }))
}

// sections lays out a screen: with what is known or, after a refusal, with what
// was said.
func (v *visitor) sections(s program.Screen, said url.Values, wrong refusals) []section {
	var out []section
	for _, f := range v.prog.FieldsOn(s) {
		var when, is string
		if f.OnlyIf != "" {
			decider, ok := v.prog.Field(f.OnlyIf)
			if ok && decider.Screen == s && v.patient.Editable(f.OnlyIf) {
				when, is = f.OnlyIf, f.OnlyIfValue
			} else if !v.applies(f, nil) {
				continue
			}
		}
		if len(out) == 0 || out[len(out)-1].When != when || out[len(out)-1].Is != is {
			out = append(out, section{When: when, Is: is})
		}
		last := &out[len(out)-1]
		last.Controls = append(last.Controls, v.control(f, said, wrong))
	}
	return out
}

func (v *visitor) control(f *program.Field, said url.Values, wrong refusals) control {
	stored := v.patient.Answer(f.Key)
	c := control{
		ID: fieldID(v.prog, f.Screen, f.Key), Name: f.Key, Label: v.label(f), Value: typed(f, stored),
		Required: v.requires(f.Key), Locked: !v.patient.Editable(f.Key), Max: f.Max, Type: "text",
	}
	if c.Locked {
		c.Value = read(f, stored)
		return c
	}
	if said.Has(f.Key) {
		c.Value = strings.ToValidUTF8(said.Get(f.Key), "\uFFFD")
	}
	if r := wrong.of(f.Key); r != nil {
		c.Error = complaint(r, f)
	}
	habit := habits[f.Key]
	c.Hint, c.Inputmode, c.Capitals = habit.hint, habit.inputmode, habit.capitals
	if habit.caregiver || !v.patient.Accompanied() {
		c.Autocomplete = habit.autocomplete // else it would offer the caregiver's own
	}
	if habit.kind != "" {
		c.Type = habit.kind
	}
	switch {
	case isDate(f, stored):
		c.Type, c.Latest, c.Max = "date", v.now.Format(inputDate), 0
		if _, ok := readDate(c.Value); !ok && c.Value != "" || c.Value != "" && c.Error != "" {
			// A date input would drop what it does not understand.
			c.Type, c.Latest, c.Hint = "text", "", "Month/day/year, such as 08/23/1988."
		}
	case f.Format == program.Phone:
		c.Type, c.Inputmode, c.Hint = "tel", "tel", phoneHint
	case f.Format == program.Number:
		c.Inputmode = "decimal"
	case f.Format == program.Choice, f.Format == program.Yes:
		c.choose(f, stored)
	}
	if c.Autocomplete == "" {
		c.Autocomplete = "off"
	}
	return c
}

const phoneHint = "With + and country code (11 or 12 digits), or a 10-digit US number."

// choose fills in the choices. One that is stored in another letter case is
// offered as stored, and one that the partner was allowed beyond them is
// offered too, so that sending the page unchanged changes nothing.
func (c *control) choose(f *program.Field, stored string) {
	values := choices(f)
	if !slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, stored) }) && stored != "" {
		values = append(values, stored)
	}
	c.Long = len(values) > mostRadios
	for _, value := range values {
		shown := choice{Value: value, Label: choiceLabel(f, value)}
		if strings.EqualFold(value, stored) {
			shown.Value = stored
		}
		shown.Chosen = strings.EqualFold(value, c.Value)
		c.Choices = append(c.Choices, shown)
	}
	if stored != "" || c.Long {
		c.Choices = append(c.Choices, choice{Label: "No answer", Chosen: c.Value == ""})
	}
	c.nameChoices()
}

// nameChoices gives each choice an id: a link to the field leads to its first.
func (c *control) nameChoices() {
	for i := range c.Choices {
		c.Choices[i].ID = c.ID
		if i > 0 {
			c.Choices[i].ID += "-" + strconv.Itoa(i+1)
		}
	}
}

// choices are the answers to choose from.
func choices(f *program.Field) []string {
	if f.Format == program.Yes {
		return []string{"true", "false"}
	}
	return slices.Clone(f.Choices)
}

// habit is how people are used to filling in a field.
type habit struct {
	autocomplete string
	caregiver    bool   // it is the caregiver's, not the patient's
	kind         string // of input, if not text
	inputmode    string
	capitals     string
	hint         string
}

var habits = map[string]habit{
	"patient.first.name":     {autocomplete: "given-name", capitals: "words"},
	"patient.last.name":      {autocomplete: "family-name", capitals: "words"},
	"patient.dob":            {autocomplete: "bday"},
	"patient.gender":         {autocomplete: "sex"},
	"patient.phone.number":   {autocomplete: "tel"},
	"patient.prefLanguage":   {capitals: "words", hint: "Such as English or Spanish."},
	"patient.email":          {autocomplete: "email", kind: "email", inputmode: "email", capitals: "none"},
	"caregiver.first.name":   {autocomplete: "given-name", caregiver: true, capitals: "words"},
	"caregiver.last.name":    {autocomplete: "family-name", caregiver: true, capitals: "words"},
	"caregiver.phone.number": {autocomplete: "tel", caregiver: true},
	"caregiver.email":        {autocomplete: "email", caregiver: true, kind: "email", inputmode: "email", capitals: "none"},
	"address.street":         {autocomplete: "address-line1", capitals: "words"},
	"address.apt":            {autocomplete: "address-line2"},
	"address.city":           {autocomplete: "address-level2", capitals: "words"},
	"address.state":          {autocomplete: "address-level1", capitals: "characters", hint: "Two letters, such as MA."},
	"address.zip":            {autocomplete: "postal-code", inputmode: "numeric", hint: "Five digits."},
	"insurance.carrier":      {capitals: "words"},
	"insurance.memberId":     {capitals: "characters", hint: "It is on the front of the card."},
	"insurance.groupNum":     {capitals: "characters", hint: "Leave it empty if the card has none."},
	"insurance.cardname":     {capitals: "words"},

	"insurance.secondary.carrier":  {capitals: "words"},
	"insurance.secondary.memberid": {capitals: "characters"},
	"insurance.secondary.groupNum": {capitals: "characters"},
	"insurance.secondary.cardname": {capitals: "words"},
}
