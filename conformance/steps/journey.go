package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

func (s *Scenario) journey(sc *godog.ScenarioContext) {
	sc.When(re(`^(\w+) opens (?:his|her) link$`), s.opens)
	sc.Given(re(`^(\w+) has opened (?:his|her) link$`), s.opens)
	sc.When(re(`^(\w+) opens (?:his|her) link and gives consent$`), s.opensAndConsents)
	sc.Given(re(`^(\w+) has opened (?:his|her) link and given consent$`), s.opensAndConsents)
	sc.When(re(`^(\w+) declines to share (?:his|her) health information$`), func(ctx context.Context, name string) error {
		return s.must(ctx, name, port.Act{Do: "consent", Consents: map[string]bool{"communication": true, "sharePHI": false}})
	})
	sc.When(re(`^(\w+) answers "([^"]+)" with "([^"]*)"$`), func(ctx context.Context, name, key, value string) error {
		return s.try(ctx, name, port.Act{Do: "answer", Values: map[string]string{key: value}})
	})
	sc.When(re(`^(\w+) signs$`), func(ctx context.Context, name string) error { return s.must(ctx, name, port.Act{Do: "sign"}) })
	sc.When(re(`^(\w+) finishes$`), func(ctx context.Context, name string) error { return s.try(ctx, name, port.Act{Do: "finish"}) })
	sc.When(re(`^(\w+) enrolls$`), func(ctx context.Context, name string) error { return s.enroll(ctx, name) })
	sc.Given(re(`^(\w+) has enrolled$`), func(ctx context.Context, name string) error { return s.enroll(ctx, name) })
	sc.When(re(`^(\w+) enrolls with a signature$`), func(ctx context.Context, name string) error {
		return s.enroll(ctx, name, port.Act{Do: "sign"})
	})
	sc.When(re(`^(\w+) enrolls with a signature and a picture of (?:his|her) insurance card$`), func(ctx context.Context, name string) error {
		return s.enroll(ctx, name, port.Act{Do: "sign"}, port.Act{Do: "upload-media", Use: "insurance.front"})
	})
	sc.When(re(`^(\w+) enrolls with a signature and pictures of both insurance cards$`), func(ctx context.Context, name string) error {
		return s.enroll(ctx, name, port.Act{Do: "sign"},
			port.Act{Do: "upload-media", Use: "insurance.front"}, port.Act{Do: "upload-media", Use: "insurance.back"},
			port.Act{Do: "upload-media", Use: "insurance.secondary.front"}, port.Act{Do: "upload-media", Use: "insurance.secondary.back"})
	})
	sc.When(re(`^(\w+) visits the tracker$`), func(ctx context.Context, name string) error { return s.visits(ctx, name, 1) })
	sc.When(re(`^(\w+) visits the tracker (\d+) times$`), s.visits)
	sc.When(re(`^(\w+) texts "([^"]*)"$`), s.texts)
	sc.Given(re(`^(\w+) has texted "([^"]*)"$`), s.texts)

	sc.Then(re(`^the platform refuses$`), func() error {
		switch {
		case !s.acted:
			return errors.New("the patient has tried nothing")
		case s.refused == nil:
			return errors.New("the platform let the patient do it")
		}
		return nil
	})
	sc.Then(re(`^(\w+) cannot give consent$`), func(ctx context.Context, name string) error {
		if err := s.try(ctx, name, port.Act{Do: "consent"}); err != nil {
			return err
		}
		if s.refused == nil {
			return errors.New("consent was taken")
		}
		return nil
	})
	sc.Then(re(`^(\w+) is (asked|not asked) for consent$`), func(ctx context.Context, name, how string) error {
		return s.screens(ctx, name, "consent", how == "asked")
	})
	sc.Then(re(`^(\w+) is (shown|not shown) the "([^"]+)" screen$`), func(ctx context.Context, name, how, screen string) error {
		return s.screens(ctx, name, screen, how == "shown")
	})
	sc.Then(re(`^(\w+) is shown nothing but consent$`), func(ctx context.Context, name string) error {
		st, err := s.state(ctx, name)
		if err != nil {
			return err
		}
		if !slices.Equal(st.Screens, []string{"consent"}) {
			return fmt.Errorf("screens %q", st.Screens)
		}
		return nil
	})
	sc.Then(re(`^"([^"]+)" is filled in as "([^"]*)"$`), func(ctx context.Context, key, value string) error {
		st, err := s.state(ctx, s.who.name)
		if err != nil {
			return err
		}
		if st.Values[key] != value {
			return fmt.Errorf("filled in: %q", st.Values)
		}
		return nil
	})
	s.phone(sc)
}

// phone registers what arrives on the patient's phone.
func (s *Scenario) phone(sc *godog.ScenarioContext) {
	sc.Then(re(`^(\w+) gets (one|no) text$`), func(ctx context.Context, name, how string) error {
		texts, err := s.received(ctx, name)
		if err != nil {
			return err
		}
		if want := map[string]int{"one": 1, "no": 0}[how]; len(texts) != want {
			return fmt.Errorf("texts: %q", texts)
		}
		return nil
	})
	sc.Then(re(`^the text has a link$`), func(ctx context.Context) error {
		link, err := s.link(ctx, s.who.name)
		if err == nil && link == "" {
			err = errors.New("there is none")
		}
		return err
	})
	sc.Then(re(`^the links of (\w+) and (\w+) differ$`), func(ctx context.Context, a, b string) error {
		x, err := s.link(ctx, a)
		if err != nil {
			return err
		}
		y, err := s.link(ctx, b)
		if err != nil {
			return err
		}
		if x == "" || y == "" || x == y {
			return fmt.Errorf("links %q and %q", x, y)
		}
		return nil
	})
	sc.Then(re(`^(\w+)'s link is the one in (?:his|her) text$`), func(ctx context.Context, name string) error {
		st, err := s.state(ctx, name)
		if err != nil {
			return err
		}
		link, err := s.link(ctx, name)
		if err != nil {
			return err
		}
		if link == "" || st.Link != link {
			return fmt.Errorf("link %q, in the text %q", st.Link, link)
		}
		return nil
	})
	sc.Then(re(`^the vendor knows nobody$`), func(ctx context.Context) error {
		p, err := s.patient(ctx)
		if err != nil {
			return err
		}
		if n, err := p.Patients(ctx); err != nil || n != 0 {
			return fmt.Errorf("%d patients are known, %w", n, err)
		}
		return nil
	})
}

func (s *Scenario) opens(ctx context.Context, name string) error {
	return s.must(ctx, name, port.Act{Do: "open-link"})
}

func (s *Scenario) opensAndConsents(ctx context.Context, name string) error {
	if err := s.opens(ctx, name); err != nil {
		return err
	}
	return s.must(ctx, name, port.Act{Do: "consent"})
}

// enroll goes the whole way, doing some acts before finishing.
func (s *Scenario) enroll(ctx context.Context, name string, before ...port.Act) error {
	if err := s.opens(ctx, name); err != nil {
		return err
	}
	asked, err := s.askedForConsent(ctx, name)
	if err != nil {
		return err
	}
	if asked {
		if err := s.must(ctx, name, port.Act{Do: "consent"}); err != nil {
			return err
		}
	}
	for _, act := range before {
		if err := s.must(ctx, name, act); err != nil {
			return err
		}
	}
	return s.must(ctx, name, port.Act{Do: "finish"})
}

// askedForConsent tells whether the patient is to consent. Where nobody can see
// that, the invitation says so (RX-INVITE-025 to 027).
func (s *Scenario) askedForConsent(ctx context.Context, name string) (bool, error) {
	st, err := s.state(ctx, name)
	var cannot *port.Cannot
	if errors.As(err, &cannot) && cannot.Capability == port.CanSeeState {
		for _, m := range s.meet(name).invitation.Members {
			if m.Name == "requiredConsent" {
				return string(m.Value) != "false", nil
			}
		}
		return true, nil
	}
	return st.Stage == "consenting", err
}

func (s *Scenario) visits(ctx context.Context, name string, n int) error {
	for range n {
		if err := s.must(ctx, name, port.Act{Do: "view-tracker"}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Scenario) texts(ctx context.Context, name, body string) error {
	return s.must(ctx, name, port.Act{Do: "text", Body: body})
}

// must does an act that has to succeed.
func (s *Scenario) must(ctx context.Context, name string, act port.Act) error {
	p, err := s.patient(ctx)
	if err != nil {
		return err
	}
	return p.Act(ctx, s.meet(name).id, act)
}

// try does an act and remembers whether the platform refused.
func (s *Scenario) try(ctx context.Context, name string, act port.Act) error {
	s.acted, s.refused = true, nil
	err := s.must(ctx, name, act)
	if errors.Is(err, port.ErrRefused) {
		s.refused = err
		return nil
	}
	return err
}

func (s *Scenario) state(ctx context.Context, name string) (port.State, error) {
	p, err := s.patient(ctx)
	if err != nil {
		return port.State{}, err
	}
	return p.State(ctx, s.meet(name).id)
}

func (s *Scenario) screens(ctx context.Context, name, screen string, want bool) error {
	st, err := s.state(ctx, name)
	if err != nil {
		return err
	}
	if slices.Contains(st.Screens, screen) != want {
		return fmt.Errorf("screens still to be shown: %q", st.Screens)
	}
	return nil
}

func (s *Scenario) received(ctx context.Context, name string) ([]string, error) {
	texts, err := s.inbox(ctx, name)
	var bodies []string
	for _, t := range texts {
		bodies = append(bodies, t.Body)
	}
	return bodies, err
}

// inbox is what arrived at a person's number, oldest first.
func (s *Scenario) inbox(ctx context.Context, name string) ([]port.Text, error) {
	p, err := s.patient(ctx)
	if err != nil {
		return nil, err
	}
	return p.Texts(ctx, s.meet(name).id)
}

// link is the address in the first text of a patient.
func (s *Scenario) link(ctx context.Context, name string) (string, error) {
	texts, err := s.received(ctx, name)
	if err != nil || len(texts) == 0 {
		return "", errors.Join(err, errors.New("there is no text"))
	}
	for _, word := range strings.Fields(texts[0]) {
		if isLink(word) {
			return word, nil
		}
	}
	return "", nil
}
