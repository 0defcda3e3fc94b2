package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// person is one of the cast, with the invitation the partner is preparing.
type person struct {
	name       string
	invitation port.Invitation
	id         string   // once invited
	ids        []string // in each program they were invited to
	outcome    port.Outcome
}

// birthDate is how the contract writes a date of birth.
const birthDate = "2006-01-02T00:00:00+00:00"

// The cast's names and fictional numbers.
var cast = map[string]struct{ last, phone string }{
	"Maya": {"Torres", "+12025550142"},
	"Leo":  {"Torres", "+12025550161"},
	"Ana":  {"Torres", "+12025550168"},
}

func text(v string) json.RawMessage {
	b, _ := json.Marshal(v) // a string always marshals
	return b
}

// meet returns a person of the cast; at first with the five required details.
func (s *Scenario) meet(name string) *person {
	p, known := s.people[name]
	if !known {
		who := cast[name]
		p = &person{name: name}
		p.say("externalId", text("placebo-"+strings.ToLower(name)))
		p.say("phoneNumber", text(who.phone))
		p.say("supportProgramId", nil) // filled in when the program is known
		p.say("firstName", text(name))
		p.say("lastName", text(who.last))
		s.people[name] = p
		s.apply(p)
	}
	s.who = p
	return p
}

// apply makes the person's invitation say what was said before anyone was
// named.
func (s *Scenario) apply(p *person) {
	if all := s.people[""]; all != nil {
		p.invitation.NoItems = all.invitation.NoItems
		for _, m := range all.invitation.Members {
			if m.Value == nil {
				p.leaveOut(m.Name)
			} else {
				p.say(m.Name, m.Value)
			}
		}
	}
}

// everybody is whom facts about "the invitation" speak of: the one person there
// is, or all to come.
func (s *Scenario) everybody(change func(*person)) {
	if s.people[""] == nil {
		s.people[""] = &person{}
	}
	change(s.people[""])
	for name, p := range s.people {
		if name != "" {
			change(p)
		}
	}
}

func (p *person) say(name string, value json.RawMessage) {
	for i, m := range p.invitation.Members {
		if m.Name == name {
			p.invitation.Members[i].Value = value
			return
		}
	}
	p.invitation.Members = append(p.invitation.Members, port.Member{Name: name, Value: value})
}

func (p *person) leaveOut(name string) {
	for i, m := range p.invitation.Members {
		if m.Name == name {
			p.invitation.Members = append(p.invitation.Members[:i], p.invitation.Members[i+1:]...)
			return
		}
	}
}

func (p *person) said(name string) string {
	for _, m := range p.invitation.Members {
		if m.Name == name {
			var v string
			_ = json.Unmarshal(m.Value, &v) // not a text: nothing to tell
			return v
		}
	}
	return ""
}

// add says a further detail, beside one of the same name.
func (p *person) add(key string, value json.RawMessage, editable *bool) {
	p.invitation.Items = append(p.invitation.Items, port.Item{Key: key, Value: value, Editable: editable})
}

// set says a further detail in place of one of the same name.
func (p *person) set(key, value string) {
	p.drop(key)
	p.add(key, text(value), nil)
}

func (p *person) drop(key string) {
	var kept []port.Item
	for _, it := range p.invitation.Items {
		if it.Key != key {
			kept = append(kept, it)
		}
	}
	p.invitation.Items = kept
}

// known is what the partner may know about a patient, screen by screen.
var known = map[string][][2]string{
	"about": {{"patient.first.name", "Maya"}, {"patient.last.name", "Torres"}, {"patient.dob", "1987-09-04T00:00:00+00:00"},
		{"patient.gender", "female"}, {"patient.prefLanguage", "english"}},
	"contact": {{"patient.phone.number", "+12025550142"}, {"patient.email", "maya.torres@example.com"},
		{"patient.contact.method", "phone"}, {"patient.callTime", "morning"}},
	"address": {{"address.street", "512 Oak St."}, {"address.apt", "#15"}, {"address.city", "Huntsville"},
		{"address.state", "AL"}, {"address.zip", "35803"}},
	"caregiver": {{"caregiver.first.name", "Ana"}, {"caregiver.last.name", "Torres"}, {"caregiver.relationship", "Parent"},
		{"caregiver.phone.number", "+12025550168"}, {"caregiver.email", "ana.torres@example.com"}},
	"insurance": {{"insurance.carrier", "Blue Lake Mutual"}, {"insurance.memberId", "ZZX000000001"}, {"insurance.groupNum", "ZZG000001"},
		{"insurance.cardname", "Maya Torres"}, {"insurance.Dob", "1987-09-04T00:00:00+00:00"}},
	"secondary insurance": {{"insurance.secondary.status", "active"}, {"insurance.secondary.carrier", "Northwind Health"},
		{"insurance.secondary.memberid", "ZZX000000002"}, {"insurance.secondary.groupNum", "ZZG000002"},
		{"insurance.secondary.cardname", "Maya Torres"}, {"insurance.secondary.cardDob", "1987-09-04T00:00:00+00:00"}},
}

func (p *person) tell(screen string) {
	for _, kv := range known[screen] {
		p.set(kv[0], kv[1])
	}
}

func (s *Scenario) facts(sc *godog.ScenarioContext) {
	sc.Given(re(`^a support program on (RxWare|HelpAround)$`), func(product string) { s.wishes.Product = strings.ToLower(product) })
	sc.Given(re(`^a silent support program on (RxWare|HelpAround)$`), func(product string) {
		s.wishes.Product, s.wishes.Silent = strings.ToLower(product), true
	})
	sc.Given(re(`^a support program on (RxWare|HelpAround) that requires "([^"]+)"$`), func(product, item string) {
		s.wishes.Product = strings.ToLower(product)
		s.wishes.Required = append(s.wishes.Required, item)
	})
	sc.Given(re(`^a support program on (RxWare|HelpAround) that also asks for "([^"]+)" on the "([^"]+)" screen$`), func(product, key, screen string) {
		s.wishes.Product = strings.ToLower(product)
		s.wishes.Fields = append(s.wishes.Fields, port.Field{Key: key, Screen: screen})
	})
	sc.Given(re(`^the program's webhooks carry the header "([^"]+)" with "([^"]+)"$`), func(name, value string) {
		s.wishes.Headers = map[string]string{name: value}
	})
	sc.Given(re(`^today is (\d+ \w+ \d{4})$`), s.todayIs)

	sc.Given(re(`^(\w+), who is (\d+)$`), s.whoIs)
	sc.Given(re(`^(\w+), who turns 18 (today|tomorrow)$`), s.whoTurns)
	sc.Given(re(`^(\w+)'s mother Ana cares for (?:him|her)$`), func(name string) {
		p := s.meet(name)
		p.say("isCaregiver", json.RawMessage("true"))
		p.tell("caregiver")
		p.set("caregiver.phone.number", p.said("phoneNumber"))
	})
	sc.Given(re(`^(\w+)'s caregiver is (?:his|her) "([^"]+)"$`), func(name, relationship string) {
		p := s.meet(name)
		p.say("isCaregiver", json.RawMessage("true"))
		p.tell("caregiver")
		p.set("caregiver.relationship", relationship)
	})
	sc.Given(re(`^(\w+) has a second insurance$`), func(name string) { s.meet(name).set("insurance.secondary.status", "active") })
	sc.Given(re(`^the partner knows everything about (\w+)$`), func(name string) {
		for screen := range known {
			s.meet(name).tell(screen)
		}
	})
	sc.Given(re(`^the partner knows everything about (\w+)'s ([a-z ]+)$`), func(name, screen string) error {
		if known[screen] == nil {
			return fmt.Errorf("there is nothing to know about %q", screen)
		}
		s.meet(name).tell(screen)
		return nil
	})
	sc.Given(re(`^the partner holds (\w+)'s consent already$`), func(name string) { s.meet(name).say("requiredConsent", json.RawMessage("false")) })
	sc.Given(re(`^the partner wants no onboarding for (\w+)$`), func(name string) { s.meet(name).say("skipOnboarding", json.RawMessage("true")) })

	s.saying(sc)
}

// saying registers how an invitation is worded.
func (s *Scenario) saying(sc *godog.ScenarioContext) {
	sc.Given(re(`^the invitation says nothing more about (\w+)$`), func(name string) { s.meet(name).invitation.NoItems = true })
	sc.Given(re(`^the invitation (leaves out|empties|nulls|sets to true|sets to false) "([^"]+)"$`), func(how, name string) {
		values := map[string]string{"empties": `""`, "nulls": "null", "sets to true": "true", "sets to false": "false"}
		s.everybody(func(p *person) {
			if how == "leaves out" {
				p.leaveOut(name)
				if p.name == "" {
					p.say(name, nil)
				}
				return
			}
			p.say(name, json.RawMessage(values[how]))
		})
	})
	sc.Given(re(`^the invitation says "([^"]+)" is "([^"]*)"$`), func(name, value string) {
		s.everybody(func(p *person) { p.say(name, text(value)) })
	})
	sc.Given(re(`^the invitation says "([^"]+)" is JSON "(.*)"$`), func(name, value string) {
		s.everybody(func(p *person) { p.say(name, json.RawMessage(`"`+value+`"`)) })
	})
	sc.Given(re(`^the invitation says "([^"]+)" is the JSON value (.+)$`), func(name, value string) {
		s.everybody(func(p *person) { p.say(name, json.RawMessage(value)) })
		if name == "additionalData" {
			s.everybody(func(p *person) { p.invitation.NoItems = true })
			s.people[""].invitation.NoItems = true
		}
	})
	sc.Given(re(`^the invitation says "([^"]+)" is (\d+) characters long$`), func(name string, n int) {
		s.everybody(func(p *person) { p.say(name, text(strings.Repeat("x", n))) })
	})
	sc.Given(re(`^the invitation is for a program nobody knows$`), func(ctx context.Context) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		s.everybody(func(p *person) { p.say("supportProgramId", text(w.Programs.Unknown)) })
		return nil
	})
	sc.Given(re(`^the invitation says (\w+)'s "([^"]+)" is "([^"]*)"$`), func(name, key, value string) {
		s.meet(name).add(key, text(value), nil)
	})
	sc.Given(re(`^the invitation says (\w+)'s "([^"]+)" is the JSON value (.+)$`), func(name, key, value string) {
		s.meet(name).add(key, json.RawMessage(value), nil)
	})
	sc.Given(re(`^the invitation says (\w+)'s "([^"]+)" is "([^"]*)", (changeable|unchangeable)$`), func(name, key, value, how string) {
		editable := how == "changeable"
		s.meet(name).add(key, text(value), &editable)
	})
	sc.Given(re(`^the invitation says (\w+)'s "([^"]+)" is (\d+) characters long$`), func(name, key string, n int) {
		value := strings.Repeat("x", n)
		if key == "patient.email" || key == "caregiver.email" {
			value = strings.Repeat("x", n-len("@example.com")) + "@example.com"
		}
		if strings.HasPrefix(key, "caregiver.") {
			s.meet(name).tell("caregiver") // a caregiver is whole or none
		}
		s.meet(name).set(key, value)
	})
	sc.Given(re(`^the invitation leaves out (\w+)'s "([^"]+)"$`), func(name, key string) { s.meet(name).drop(key) })
}

func (s *Scenario) todayIs(ctx context.Context, date string) error {
	day, err := time.Parse("2 January 2006", date)
	if err != nil {
		return err
	}
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	if w.Clock == nil {
		return errNoClock
	}
	w.Today = day.Add(9 * time.Hour)
	return w.Clock.Set(ctx, w.Today)
}

func (s *Scenario) whoIs(ctx context.Context, name string, years int) error {
	return s.born(ctx, name, func(today time.Time) time.Time { return today.AddDate(-years, -3, 0) })
}

func (s *Scenario) whoTurns(ctx context.Context, name, when string) error {
	return s.born(ctx, name, func(today time.Time) time.Time {
		birthday := today.AddDate(-18, 0, 0)
		if when == "tomorrow" {
			birthday = birthday.AddDate(0, 0, 1)
		}
		return birthday
	})
}

func (s *Scenario) born(ctx context.Context, name string, on func(today time.Time) time.Time) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	s.meet(name).set("patient.dob", on(w.Today.UTC()).Format(birthDate))
	return nil
}
