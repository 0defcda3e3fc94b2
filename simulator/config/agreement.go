package config

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
)

// agreement makes the support program that p describes. base is the URL its
// webhooks go to when it gives no address; empty: nobody is told.
func (p *Program) agreement(base string, d dialect.Set) program.Program {
	partner := p.partner()
	return program.Program{
		ID: p.ID, Product: p.Product, Name: cmp.Or(p.Name, "Patient Support"), Partner: partner,
		Organization: cmp.Or(p.Organization, partner), Condition: p.Condition, Silent: p.Silent,
		Invitation: cmp.Or(p.Invitation, invitations[p.Product]), OwnInvitation: p.Invitation != "",
		Consents: p.consents(), Required: p.required(), Agreed: p.agreed(), Formats: p.formats(),
		Events: p.events(), Reactions: p.reactions(), Campaigns: p.campaigns(),
		Hooks: p.Webhooks.hooks(base), Dialect: d,
	}
}

// defaultPartner is whose programs are that do not say.
const defaultPartner = "acme-hub"

func (p *Program) partner() string { return cmp.Or(p.Partner, defaultPartner) }

func (p *Program) consents() (terms []program.ConsentTerm) {
	for _, c := range p.Consents {
		terms = append(terms, program.ConsentTerm{
			Name: c.Name, Text: cmp.Or(c.Text, consentTexts[c.Name], "I agree to: "+c.Name), Optional: c.Optional,
		})
	}
	if p.Consents == nil { // HA-OUR-007
		for _, name := range []string{"communication", "sharePHI"} {
			terms = append(terms, program.ConsentTerm{Name: name, Text: consentTexts[name]})
		}
	}
	return terms
}

func (p *Program) required() []string {
	items := slices.Clone(p.RequiredItems)
	for _, f := range p.Fields {
		if f.Required == byFinish && !slices.Contains(items, f.Key) {
			items = append(items, f.Key)
		}
	}
	return items
}

func (p *Program) agreed() (fields []program.Field) {
	for _, f := range p.Fields {
		fields = append(fields, program.Field{
			Key: f.Key, Label: cmp.Or(f.Label, f.Key), Screen: screen(f.Screen), Format: types[cmp.Or(f.Type, "text")],
			Choices: f.Choices, Max: f.Max, ASCII: f.ASCII, Agreed: true, Wanted: f.Required == byInvite,
			Webhook: member(f.Webhook), Read: member(f.Read),
		})
	}
	return fields
}

func member(name string) string {
	if name == customData {
		return ""
	}
	return name
}

func (p *Program) formats() (fields []program.Field) {
	for _, f := range p.Formats {
		field, _ := standardField(f.Key)
		fields = append(fields, f.on(field))
	}
	return fields
}

// on is the field with the change made.
func (f *Format) on(field program.Field) program.Field {
	field.Label = cmp.Or(f.Label, field.Label)
	if f.Type != "" {
		field.Format = types[f.Type]
	}
	if f.Max != nil {
		field.Max = *f.Max
	}
	if f.ASCII != nil {
		field.ASCII = *f.ASCII
	}
	switch {
	case len(f.Choices) > 0:
		field.Choices = f.Choices
	case field.Format != program.Choice:
		field.Choices = nil
	}
	return field
}

func (p *Program) events() (events []program.Event) {
	for _, e := range p.Events {
		events = append(events, program.Event{Name: e.Name, Text: e.Texts})
	}
	return events
}

// reactions are those of the events, then the others.
func (p *Program) reactions() (all []program.Reaction) {
	add := func(event string, r Interaction) {
		all = append(all, program.Reaction{Event: event, Text: r.Text, SMS: r.SMS, Finishes: r.Finishes,
			Subscribe: r.Subscribe, Unsubscribe: r.Unsubscribe})
	}
	for _, e := range p.Events {
		for _, r := range e.React {
			add(e.Name, r)
		}
	}
	for _, r := range p.Reactions {
		add(r.Event, r.Interaction)
	}
	return all
}

func (p *Program) campaigns() (all []program.Campaign) {
	if p.Campaigns == nil {
		return []program.Campaign{onboarding()}
	}
	for _, c := range p.Campaigns {
		made := program.Campaign{Name: c.Name}
		for _, s := range c.Steps {
			after, _ := s.after() // judged when it was read
			made.Steps = append(made.Steps, program.Step{After: after, SMS: s.SMS})
		}
		all = append(all, made)
	}
	return all
}

// onboarding is the campaign of programs that say nothing of campaigns. Policy:
// the vendor names none; what a name stands for is agreed per program.
func onboarding() program.Campaign {
	const day = 24 * time.Hour
	return program.Campaign{Name: "onboarding", Steps: []program.Step{
		{SMS: "{program}: Welcome, {name}. We will be with you during your treatment. Your page: {link}"},
		{After: 7 * day, SMS: "{program}: Hi {name}, how was your first week? Call us with any question."},
		{After: 30 * day, SMS: "{program}: Hi {name}, your first month is over. See where you stand: {link}"},
	}}
}

func (w *Webhooks) hooks(base string) program.Hooks {
	base = strings.TrimSuffix(cmp.Or(w.URL, base), "/")
	h := program.Hooks{Enrollment: w.Enrollment, Action: w.Action, Headers: w.Headers, Source: w.Source}
	if h.Enrollment == "" && base != "" {
		h.Enrollment = base + "/webhook/user-enrollment"
	}
	if h.Action == "" && base != "" {
		h.Action = base + "/webhook/user-action"
	}
	for kind, hook := range w.Kinds {
		if h.Kinds == nil {
			h.Kinds = map[program.Happening]program.Hook{}
		}
		h.Kinds[program.Happenings()[kind]] = program.Hook{URL: hook.URL, Headers: hook.Headers, Off: hook.Off}
	}
	return h
}

// invitations are the first texts of the two brands. Policy: the vendors print
// none; HelpAround speaks of an app (HA-INVITE-003), RxWare of mobile pages.
var invitations = map[string]string{
	"rxware":     "{program}: Hi {name}, you have been invited to our support program. Start here: {link} Reply STOP to opt out.",
	"helparound": "{program}: Hi {name}, your support team invites you. Get the app here: {link} Reply STOP to opt out.",
}

var consentTexts = map[string]string{
	"communication": "I agree to receive text messages and calls about my treatment and this support program.",
	"sharePHI":      "I agree that my health information is shared with the support program and its partners.",
}
