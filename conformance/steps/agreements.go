package steps

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// webhookKinds are what a program's webhooks tell of.
var webhookKinds = map[string]string{
	"enrollments": "enrollment", "visits": "tracker", "opting out": "optOut", "opting in": "optIn", "infusions": "infusion",
}

// agreements registers what partner and vendor have agreed on.
func (s *Scenario) agreements(sc *godog.ScenarioContext) {
	sc.Given(re(`^the vendor reads "([^"]+)" as "([^"]*)"$`), func(number, reading string) {
		if s.wishes.Dialects == nil {
			s.wishes.Dialects = map[string]string{}
		}
		s.wishes.Dialects[number] = reading
	})
	sc.Given(re(`^the program has the campaign "([^"]+)":$`), s.campaign)
	sc.Given(re(`^the program knows the event "([^"]+)" with (.+)$`), func(name, words string) error {
		texts, err := quoted(words)
		s.wishes.Events = append(s.wishes.Events, port.Event{Name: name, Texts: texts})
		return err
	})
	sc.Given(re(`^the program answers "([^"]+)" "([^"]*)" with the text "([^"]*)"$`), func(event, value, sms string) {
		s.reaction(port.Reaction{Event: event, Text: value, SMS: sms})
	})
	sc.Given(re(`^the program answers "([^"]+)" "([^"]*)" by (starting|ending) "([^"]+)"$`), func(event, value, how, campaign string) {
		r := port.Reaction{Event: event, Text: value}
		if how == "starting" {
			r.Subscribe = campaign
		} else {
			r.Unsubscribe = campaign
		}
		s.reaction(r)
	})
	sc.Given(re(`^the program answers "([^"]+)" "([^"]*)" by finishing the enrollment$`), func(event, value string) {
		s.reaction(port.Reaction{Event: event, Text: value, Finishes: true})
	})
	sc.Given(re(`^the program has the field "([^"]+)":$`), func(key string, t *godog.Table) error {
		f, err := agreed(key, t)
		s.wishes.Fields = append(s.wishes.Fields, f)
		return err
	})
	sc.Given(re(`^the program takes "([^"]+)" in another form:$`), func(key string, t *godog.Table) error {
		f, err := agreed(key, t)
		s.wishes.Formats = append(s.wishes.Formats, f)
		return err
	})
	sc.Given(re(`^the program asks for these consents:$`), func(t *godog.Table) error {
		pairs, err := rows(t)
		for _, kv := range pairs {
			s.wishes.Consents = append(s.wishes.Consents, port.Consent{Name: kv[0], Text: "I agree: " + kv[0], Optional: kv[1] == "optional"})
		}
		return err
	})
	const kinds = `(enrollments|visits|opting out|opting in|infusions)`
	sc.Given(re(`^the program's webhooks of `+kinds+` go to "([^"]+)"$`), func(kind, path string) {
		s.webhook(kind, func(h *port.Webhook) { h.Path = path })
	})
	sc.Given(re(`^the program's webhooks of `+kinds+` carry the header "([^"]+)" with "([^"]+)"$`), func(kind, name, value string) {
		s.webhook(kind, func(h *port.Webhook) { h.Headers = map[string]string{name: value} })
	})
	sc.Given(re(`^the program has no webhooks of `+kinds+`$`), func(kind string) {
		s.webhook(kind, func(h *port.Webhook) { h.Off = true })
	})

	sc.Then(re(`^(\w+) is asked to agree to (.+)$`), func(ctx context.Context, name, words string) error {
		want, err := quoted(words)
		if err != nil {
			return err
		}
		says := map[string]bool{}
		for _, consent := range want {
			says[consent] = true
		}
		if err := s.must(ctx, name, port.Act{Do: "consent", Consents: says}); err != nil {
			return err
		}
		st, err := s.state(ctx, name)
		if err == nil && st.Stage == "consenting" {
			err = errors.New("more is asked for")
		}
		return err
	})
	sc.Then(re(`^(\w+) may go on without agreeing to "([^"]+)"$`), func(ctx context.Context, name, consent string) error {
		return s.must(ctx, name, port.Act{Do: "consent", Consents: map[string]bool{"communication": true, consent: false}})
	})
}

func (s *Scenario) reaction(r port.Reaction) { s.wishes.Reactions = append(s.wishes.Reactions, r) }

func (s *Scenario) webhook(kind string, change func(h *port.Webhook)) {
	if s.wishes.Webhooks == nil {
		s.wishes.Webhooks = map[string]port.Webhook{}
	}
	h := s.wishes.Webhooks[webhookKinds[kind]]
	change(&h)
	s.wishes.Webhooks[webhookKinds[kind]] = h
}

// campaign reads a series: when, and the text.
func (s *Scenario) campaign(name string, t *godog.Table) error {
	pairs, err := rows(t)
	if err != nil {
		return err
	}
	c := port.Campaign{Name: name}
	for _, kv := range pairs {
		days := 0
		if kv[0] != "at once" {
			if _, err := fmt.Sscanf(kv[0], "after %d day", &days); err != nil {
				return fmt.Errorf("when is %q? %w", kv[0], err)
			}
		}
		c.Steps = append(c.Steps, port.Step{After: time.Duration(days) * 24 * time.Hour, SMS: kv[1]})
	}
	s.wishes.Campaigns = append(s.wishes.Campaigns, c)
	return nil
}

// agreed reads what a table says of a field.
func agreed(key string, t *godog.Table) (port.Field, error) {
	f := port.Field{Key: key}
	pairs, err := rows(t)
	for _, kv := range pairs {
		switch value := kv[1]; kv[0] {
		case "type":
			f.Type = value
		case "screen":
			f.Screen = value
		case "needed to":
			f.Required = value
		case "characters":
			f.Max, err = strconv.Atoi(value)
		case "choices":
			f.Choices = strings.Split(value, ", ")
		case "told as":
			f.Webhook = value
		case "read as":
			f.Read = value
		default:
			err = fmt.Errorf("what is %q of a field?", kv[0])
		}
	}
	return f, err
}
