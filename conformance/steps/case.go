package steps

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// mark is what was so at a moment.
type mark struct {
	texts  map[string]int // by name
	states map[string]port.State
	heard  int
	blind  error // why part of it cannot be seen
}

// look takes a mark; where nobody can act as the patient there is nothing to
// see.
func (s *Scenario) look(ctx context.Context) (mark, error) {
	m := mark{texts: map[string]int{}, states: map[string]port.State{}}
	w, err := s.open(ctx)
	if err != nil || w.Patient == nil {
		m.blind = errNoPatient
		return m, err
	}
	for name, p := range s.people {
		if p.id == "" {
			continue
		}
		texts, err := w.Patient.Texts(ctx, p.id)
		if err = m.see(err); err != nil {
			return m, err
		}
		m.texts[name] = len(texts)
		state, err := w.Patient.State(ctx, p.id)
		if err = m.see(err); err != nil {
			return m, err
		}
		m.states[name] = state
	}
	if w.Ear == nil {
		return m, nil
	}
	heard, err := s.settled(ctx)
	m.heard = len(heard)
	return m, m.see(err)
}

// see remembers what nobody can see, which is no reason to end a scenario that
// does not ask for it.
func (m *mark) see(err error) error {
	var cannot *port.Cannot
	if errors.As(err, &cannot) {
		m.blind = err
		return nil
	}
	return err
}

// caseOf registers what has become of a patient's case.
func (s *Scenario) caseOf(sc *godog.ScenarioContext) {
	sc.Then(re(`^nothing comes of it$`), func(ctx context.Context) error {
		now, err := s.look(ctx)
		if err == nil && now.blind != nil {
			return now.blind
		}
		if err == nil && !reflect.DeepEqual(now, s.before) {
			err = fmt.Errorf("was %+v, is %+v", s.before, now)
		}
		return err
	})
	sc.Then(re(`^the vendor knows (\w+)'s status "([^"]+)" as "([^"]*)"$`), func(ctx context.Context, name, event, value string) error {
		return s.knows(ctx, name, "data.status."+strings.ReplaceAll(event, ".", `\.`), value)
	})
	sc.Then(re(`^(\w+)'s case reads:$`), func(ctx context.Context, name string, t *godog.Table) error {
		pairs, err := rows(t)
		if err != nil {
			return err
		}
		st, err := s.state(ctx, name)
		if err != nil {
			return err
		}
		var is [][2]string
		for _, u := range st.Updates {
			is = append(is, [2]string{u.Event, u.Text})
		}
		if !slices.Equal(is, pairs) {
			return fmt.Errorf("it reads %q", is)
		}
		return nil
	})
	sc.Then(re(`^(\w+)'s case keeps:$`), func(ctx context.Context, name string, t *godog.Table) error {
		pairs, err := rows(t)
		if err != nil {
			return err
		}
		st, err := s.state(ctx, name)
		if err != nil {
			return err
		}
		if len(st.Updates) == 0 {
			return errors.New("there is no update")
		}
		data := st.Updates[len(st.Updates)-1].Data
		for _, kv := range pairs {
			if data[kv[0]] != kv[1] {
				return fmt.Errorf("it keeps %q", data)
			}
		}
		return nil
	})
	sc.Then(re(`^(\w+)'s shipment can be followed by "([^"]*)"$`), func(ctx context.Context, name, code string) error {
		st, err := s.state(ctx, name)
		if err == nil && st.TrackingCode != code {
			err = fmt.Errorf("it can be followed by %q", st.TrackingCode)
		}
		return err
	})
	sc.Then(re(`^(\w+) (counts|does not count) as enrolled$`), func(ctx context.Context, name, how string) error {
		st, err := s.state(ctx, name)
		if err == nil && (st.Stage == "finished") != (how == "counts") {
			err = fmt.Errorf("the stage is %s", st.Stage)
		}
		return err
	})
	sc.Then(re(`^(\w+) (wants|does not want) texts$`), func(ctx context.Context, name, how string) error {
		st, err := s.state(ctx, name)
		if err == nil && st.OptedOut == (how == "wants") {
			err = fmt.Errorf("opted out: %t", st.OptedOut)
		}
		return err
	})
	sc.Then(re(`^(\w+) follows (no campaign|"[^"]+")(?: once)?$`), func(ctx context.Context, name, campaign string) error {
		st, err := s.state(ctx, name)
		if err != nil {
			return err
		}
		want, follows := strings.Trim(campaign, `"`), 0
		for _, c := range st.Campaigns {
			if !c.Ended && (c.Campaign == want || campaign == "no campaign") {
				follows++
			}
		}
		if (campaign == "no campaign") != (follows == 0) || follows > 1 {
			return fmt.Errorf("campaigns %+v", st.Campaigns)
		}
		return nil
	})
	s.texting(sc)
}

// texting registers the texts that calls and time bring.
func (s *Scenario) texting(sc *godog.ScenarioContext) {
	sc.Then(re(`^(\w+) gets (one|no|\d+) more texts?$`), func(ctx context.Context, name, how string) error {
		texts, err := s.received(ctx, name)
		if err != nil {
			return err
		}
		want, known := map[string]int{"one": 1, "no": 0}[how]
		if !known {
			if want, err = strconv.Atoi(how); err != nil {
				return err
			}
		}
		if got := len(texts) - s.before.texts[name]; got != want {
			return fmt.Errorf("%d more texts, want %d: %q", got, want, texts)
		}
		return nil
	})
	sc.Then(re(`^the text (says|does not say) "([^"]*)"$`), func(ctx context.Context, how, words string) error {
		texts, err := s.received(ctx, s.who.name)
		if err != nil {
			return err
		}
		if len(texts) == 0 || strings.Contains(texts[len(texts)-1], words) != (how == "says") {
			return fmt.Errorf("texts %q", texts)
		}
		return nil
	})
	sc.Then(re(`^the text is the invitation's, word for word, to the same number$`), func(ctx context.Context) error {
		texts, err := s.inbox(ctx, s.who.name)
		if err != nil {
			return err
		}
		if len(texts) < 2 || texts[0] != texts[len(texts)-1] {
			return fmt.Errorf("texts %q", texts)
		}
		return nil
	})
	sc.Then(re(`^the text went to (\w+)'s number$`), func(ctx context.Context, name string) error {
		texts, err := s.inbox(ctx, name)
		if err != nil {
			return err
		}
		number := s.meet(name).said("phoneNumber")
		// Not everybody who shows texts shows their numbers.
		if len(texts) == 0 || texts[len(texts)-1].To != "" && texts[len(texts)-1].To != number {
			return fmt.Errorf("texts %q, and the number is %s", texts, number)
		}
		return nil
	})
	sc.Then(re(`^the vendor knows one patient$`), func(ctx context.Context) error {
		p, err := s.patient(ctx)
		if err != nil {
			return err
		}
		if n, err := p.Patients(ctx); err != nil || n != 1 {
			return fmt.Errorf("%d patients are known, %w", n, err)
		}
		return nil
	})
}
