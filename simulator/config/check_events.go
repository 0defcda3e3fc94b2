package config

import (
	"slices"
	"time"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
)

func (p *Program) checkCampaigns(at place) *wrong {
	names := map[string]bool{}
	for i, c := range p.Campaigns {
		at := at.of("campaigns", i)
		if c.Name == "" || names[c.Name] {
			return bad(at.of("name"), "must be given, and unlike the others")
		}
		names[c.Name] = true
		if len(c.Steps) == 0 { // RX-CAMP-002
			return bad(at.of("steps"), "must have one at least")
		}
		var before time.Duration
		for j, s := range c.Steps {
			at := at.of("steps", j)
			after, err := s.after()
			if err != nil {
				return bad(at.of("after"), "must be a span of time like 90m, 7d or 1w12h")
			}
			if after < before {
				return bad(at.of("after"), "must not be before the step above")
			}
			before = after
			if s.SMS == "" {
				return bad(at.of("sms"), "must be given")
			}
		}
	}
	return nil
}

func (s Step) after() (time.Duration, error) {
	if s.After == "" {
		return 0, nil
	}
	return Span(s.After)
}

func (p *Program) checkEvents(at place, d *dialect.Set) *wrong {
	names := map[string]bool{}
	for i, e := range p.Events {
		at := at.of("events", i)
		if e.Name == "" || names[e.Name] {
			return bad(at.of("name"), "must be given, and unlike the others")
		}
		names[e.Name] = true
		if e.Texts != nil && len(e.Texts) == 0 {
			return bad(at.of("texts"), "must have one at least; leave it out to accept any")
		}
		for j, r := range e.React {
			if w := p.checkInteraction(at.of("react", j), at.of("name"), e.Name, r, d); w != nil {
				return w
			}
		}
	}
	for i, r := range p.Reactions {
		at := at.of("reactions", i)
		if w := p.checkInteraction(at, at.of("event"), r.Event, r.Interaction, d); w != nil {
			return w
		}
	}
	return nil
}

// checkInteraction judges what an event causes; named is where its name stands.
func (p *Program) checkInteraction(at, named place, event string, r Interaction, d *dialect.Set) *wrong {
	texts, closed, known := p.texts(event, d)
	switch {
	case !known:
		return bad(named, "must be a documented event, one of the program's or a direct-to-SMS command")
	case r.Text != "" && closed && len(texts) == 0:
		return bad(at.of("text"), "a command comes without a text")
	case r.Text != "" && closed && !slices.Contains(texts, r.Text):
		return bad(at.of("text"), "must be "+either(texts))
	case r.SMS == "" && !r.Finishes && r.Subscribe == "" && r.Unsubscribe == "":
		return bad(at, "must do something: sms, finishes, subscribe or unsubscribe")
	}
	for _, c := range []struct{ key, name string }{{"subscribe", r.Subscribe}, {"unsubscribe", r.Unsubscribe}} {
		if c.name == "" || slices.ContainsFunc(p.campaigns(), func(o program.Campaign) bool { return o.Name == c.name }) {
			continue
		}
		return bad(at.of(c.key), "must be a campaign of the program")
	}
	return nil
}

// texts are the values that an event can come with; it is closed when there are
// no others.
func (p *Program) texts(event string, d *dialect.Set) (texts []string, closed, known bool) {
	closed = !d.Is(dialect.EventVocabulary, "open")
	for _, c := range program.Commands() {
		known = known || c.Name == event
	}
	for _, e := range slices.Concat(program.StandardEvents(), p.events()) {
		if e.Name == event {
			texts, known = append(texts, e.Text...), true
			closed = closed && e.Text != nil
		}
	}
	if event == "insurance.status" && d.Is(dialect.InsuranceExtra, "received") { // AMB-061
		texts = append(texts, "received")
	}
	return texts, closed, known
}
