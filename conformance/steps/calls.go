package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// calls registers what a partner asks about patients who are invited.
func (s *Scenario) calls(sc *godog.ScenarioContext) {
	sc.When(re(`^the partner re-invites (\w+)(?: again)?$`), func(ctx context.Context, name string) error {
		return s.call(ctx, name, "re-invite")
	})
	sc.When(re(`^the partner re-invites (\w+) with an empty list of details$`), func(ctx context.Context, name string) error {
		return s.make(ctx, name, func(w *port.World, a port.About) port.Outcome {
			return w.Vendor.Reinvite(ctx, s.showing, &port.Reinvitation{About: a, Items: []port.Item{}})
		})
	})

	sc.When(re(`^the partner reports that (\w+)'s "([^"]+)" is "([^"]*)"$`), s.reports)
	sc.When(re(`^the partner reports that (\w+)'s "([^"]+)" is "([^"]*)", with:$`), s.reportsWith)
	sc.Given(re(`^the partner has reported that (\w+)'s "([^"]+)" is "([^"]*)"$`), func(ctx context.Context, name, event, text string) error {
		return errors.Join(s.reports(ctx, name, event, text), s.confirmed(ctx, "update"))
	})
	sc.When(re(`^the partner asks for the text "([^"]+)" to (\w+)$`), func(ctx context.Context, command, name string) error {
		return s.reports(ctx, name, command, "")
	})
	sc.When(re(`^the partner asks for the text "([^"]+)" to (\w+), with:$`), func(ctx context.Context, command, name string, t *godog.Table) error {
		return s.reportsWith(ctx, name, command, "", t)
	})

	sc.When(re(`^the partner subscribes (\w+) to "([^"]*)"(?: again)?$`), s.subscribes)
	sc.When(re(`^the partner subscribes (\w+) to "([^"]*)", with:$`), s.subscribesWith)
	sc.Given(re(`^the partner has subscribed (\w+) to "([^"]+)"$`), func(ctx context.Context, name, campaign string) error {
		return errors.Join(s.subscribes(ctx, name, campaign), s.confirmed(ctx, "subscription"))
	})

	sc.When(re(`^the partner opts (\w+) (out|in)(?: again)?$`), s.opts)
	sc.Given(re(`^the partner has opted (\w+) (out|in)$`), func(ctx context.Context, name, way string) error {
		return errors.Join(s.opts(ctx, name, way), s.confirmed(ctx, "wish"))
	})
	sc.When(re(`^the partner opts (\w+) (?:out|in) by the JSON value (.+)$`), s.optsBy)

	sc.When(re(`^the partner tries to (invite|re-invite|report on|subscribe|opt out|read|fetch a file of) (\w+)$`),
		func(ctx context.Context, what, name string) error { return s.call(ctx, name, what) })
	sc.When(re(`^the partner tries to (invite|re-invite|report on|subscribe|opt out|read|fetch a file of) (\w+) with (.+)$`),
		func(ctx context.Context, what, name, words string) (err error) {
			if s.showing, err = access(words); err != nil {
				return err
			}
			return s.call(ctx, name, what)
		})
	s.oddities(sc)

	sc.Then(re(`^the vendor confirms the (re-invitation|update|subscription|wish|wish, which was known)$`), s.confirmed)
	sc.Then(re(`^the answer gives message, program and patient id$`), func() error {
		o := s.outcome
		if !o.Accepted() && o.Status != 208 || o.Said == "" || o.Program == "" || o.Patient != s.who.id {
			return s.unexpected("data.message, data.supportProgramId and data.patientId", o)
		}
		return nil
	})
}

// oddities registers how a call differs from what it should be.
func (s *Scenario) oddities(sc *godog.ScenarioContext) {
	sc.Given(re(`^the call says "([^"]+)" is "([^"]*)"$`), func(path, value string) { s.instead(path, text(value)) })
	sc.Given(re(`^the call says "([^"]+)" is the JSON value (.+)$`), func(path, value string) { s.instead(path, json.RawMessage(value)) })
	sc.Given(re(`^the call leaves out "([^"]+)"$`), func(path string) { s.instead(path, nil) })
	sc.Given(re(`^the call names (\w+)'s (phone number|partner's id)$`), func(name, what string) {
		who := s.who
		member := map[string]string{"phone number": "phoneNumber", "partner's id": "externalId"}[what]
		s.instead(member, text(s.meet(name).said(member)))
		s.who = who
	})
	sc.Given(re(`^the call names (a program nobody knows|the partner's other program)$`), func(ctx context.Context, which string) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		id := w.Programs.Unknown
		if which == "the partner's other program" {
			id = w.Programs.Other
		}
		s.instead("supportProgramId", text(id))
		return nil
	})
	sc.Given(re(`^the call is about a patient nobody knows$`), func() { s.odd.Patient = nobody })
	sc.Given(re(`^the call goes to (\S+)$`), func(path string) { s.odd.Path = path })
	sc.Given(re(`^the call's body (?:is|comes) (.+)$`), func(what string) error {
		b, ok := oddBodies[what]
		if !ok {
			b, ok = oddBodies["an invitation "+what]
		}
		if !ok {
			return errors.New("the suite has no body that is " + what)
		}
		s.odd.Form = &port.Form{Type: b.contentType, Spoil: b.make}
		return nil
	})
	sc.Given(re(`^the call about (\w+) has the faults "([^"]+)" and "([^"]+)"$`), func(ctx context.Context, name, a, b string) error {
		return errors.Join(s.fault(ctx, name, a), s.fault(ctx, name, b))
	})
}

func (s *Scenario) instead(path string, value json.RawMessage) {
	s.odd.Instead = append(s.odd.Instead, port.Member{Name: path, Value: value})
}

// callFaults make the next call wrong in one named way, each.
var callFaults = map[string]func(s *Scenario, w *port.World){
	"unknown auth token":       func(s *Scenario, _ *port.World) { s.showing = port.WrongKey },
	"lesser scope":             func(s *Scenario, _ *port.World) { s.showing = port.LowScope },
	"disabled token":           func(s *Scenario, _ *port.World) { s.showing = port.Disabled },
	"token of another program": func(s *Scenario, _ *port.World) { s.showing = port.OtherProgram },
	"broken JSON":              func(s *Scenario, _ *port.World) { s.odd.Form = &port.Form{Type: asJSON, Spoil: bytesOf("{")} },
	"unknown program":          func(s *Scenario, w *port.World) { s.instead("supportProgramId", text(w.Programs.Unknown)) },
	"unknown patient":          func(s *Scenario, _ *port.World) { s.odd.Patient = nobody },
	"missing status":           func(s *Scenario, _ *port.World) { s.instead("status", nil) },
	"missing name":             func(s *Scenario, _ *port.World) { s.instead("name", nil) },
	"missing action":           func(s *Scenario, _ *port.World) { s.instead("action", nil) },
	"missing phone number":     func(s *Scenario, _ *port.World) { s.instead("phoneNumber", nil) },
	"unknown event":            func(s *Scenario, _ *port.World) { s.instead("status.name", text("weather.status")) },
	"unknown campaign":         func(s *Scenario, _ *port.World) { s.instead("name", text("lottery")) },
	"unsupported action":       func(s *Scenario, _ *port.World) { s.instead("action.name", text("address")) },
	"unknown partner's id":     func(s *Scenario, _ *port.World) { s.instead("externalId", text("placebo-nobody")) },
	"unknown phone number":     func(s *Scenario, _ *port.World) { s.instead("phoneNumber", text("+12025550199")) },
}

// fault brings a fault about: of the call, or of what has happened before it.
func (s *Scenario) fault(ctx context.Context, name, what string) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	switch what {
	case "finished enrollment":
		return s.enroll(ctx, name)
	case "unsubscribed patient":
		return s.texts(ctx, name, "STOP")
	case "another's phone number":
		s.instead("phoneNumber", text(s.meet("Ana").said("phoneNumber")))
		s.meet(name)
		return s.invite(ctx, s.meet("Ana"))
	}
	change, ok := callFaults[what]
	if !ok {
		return errors.New("the suite knows no fault " + what)
	}
	change(s, w)
	return nil
}

// repeated are the members of an invitation that later calls repeat.
var repeated = []string{"phoneNumber", "externalId", "supportProgramId"}

// make makes a call about a person, with the oddities asked for, and remembers
// what was so before.
func (s *Scenario) make(ctx context.Context, name string, ask func(w *port.World, a port.About) port.Outcome) (err error) {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	p := s.meet(name)
	s.fill(w, p)
	if s.before, err = s.look(ctx); err != nil {
		return err
	}
	a := s.odd
	if s.odd = (port.About{}); a.Patient == "" {
		a.Patient = p.id
	}
	if s.showing == "" {
		s.showing = port.Good
	}
	for _, member := range repeated {
		a.Repeats = append(a.Repeats, port.Member{Name: member, Value: text(p.said(member))})
	}
	s.named = ""
	for _, m := range a.Instead {
		if m.Name == "supportProgramId" {
			_ = json.Unmarshal(m.Value, &s.named) // not a text: nothing to tell
		}
	}
	s.outcome = ask(w, a)
	s.showing = ""
	return s.outcome.Err
}

// call makes an ordinary call of a kind.
func (s *Scenario) call(ctx context.Context, name, what string) error {
	return s.make(ctx, name, func(w *port.World, a port.About) port.Outcome {
		switch what {
		case "invite":
			return w.Vendor.Invite(ctx, s.showing, &s.who.invitation)
		case "re-invite":
			return w.Vendor.Reinvite(ctx, s.showing, &port.Reinvitation{About: a})
		case "report on":
			return w.Vendor.Update(ctx, s.showing, &port.Update{About: a, Event: "shipment.status", Text: "hold"})
		case "subscribe":
			return w.Vendor.Subscribe(ctx, s.showing, &port.Subscription{About: a, Campaign: "onboarding"})
		case "opt out":
			return w.Vendor.Prefer(ctx, s.showing, &port.Preference{About: a, Texts: text("false")})
		case "read":
			return w.Vendor.Read(ctx, s.showing, a.Patient)
		}
		return w.Vendor.Media(ctx, s.showing, a.Patient, noFile).Outcome // fetch a file of
	})
}

// noFile is an id of the right shape that no file has.
const noFile = "00000000-0000-4000-8000-000000000000"

func (s *Scenario) reports(ctx context.Context, name, event, value string) error {
	return s.report(ctx, name, event, value, nil)
}

func (s *Scenario) reportsWith(ctx context.Context, name, event, value string, t *godog.Table) error {
	data, err := items(t)
	if err != nil {
		return err
	}
	return s.report(ctx, name, event, value, data)
}

func (s *Scenario) report(ctx context.Context, name, event, value string, data []port.Item) error {
	return s.make(ctx, name, func(w *port.World, a port.About) port.Outcome {
		return w.Vendor.Update(ctx, s.showing, &port.Update{About: a, Event: event, Text: value, Data: data})
	})
}

func (s *Scenario) subscribes(ctx context.Context, name, campaign string) error {
	return s.subscribesWith(ctx, name, campaign, &godog.Table{})
}

func (s *Scenario) subscribesWith(ctx context.Context, name, campaign string, t *godog.Table) error {
	data, err := items(t)
	if err != nil {
		return err
	}
	return s.make(ctx, name, func(w *port.World, a port.About) port.Outcome {
		return w.Vendor.Subscribe(ctx, s.showing, &port.Subscription{About: a, Campaign: campaign, Data: data})
	})
}

func (s *Scenario) opts(ctx context.Context, name, way string) error {
	return s.optsBy(ctx, name, map[string]string{"out": `"false"`, "in": `"true"`}[way])
}

func (s *Scenario) optsBy(ctx context.Context, name, value string) error {
	return s.make(ctx, name, func(w *port.World, a port.About) port.Outcome {
		return w.Vendor.Prefer(ctx, s.showing, &port.Preference{About: a, Texts: json.RawMessage(value)})
	})
}

// confirmed holds the last outcome against a confirmation.
func (s *Scenario) confirmed(ctx context.Context, what string) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	return w.Vendor.Confirms(s.outcome, what)
}

// items are a table's rows as variables of a message.
func items(t *godog.Table) ([]port.Item, error) {
	pairs, err := rows(t)
	var all []port.Item
	for _, kv := range pairs {
		all = append(all, port.Item{Key: kv[0], Value: text(kv[1])})
	}
	return all, err
}

// quoted are the texts in quotation marks of a list of them.
func quoted(words string) (all []string, err error) {
	for i, part := range strings.Split(words, `"`) {
		if i%2 == 1 {
			all = append(all, part)
		}
	}
	if len(all) == 0 {
		err = fmt.Errorf("nothing is in quotation marks in %s", words)
	}
	return all, err
}
