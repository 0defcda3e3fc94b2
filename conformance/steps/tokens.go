package steps

import (
	"context"
	"fmt"
	"time"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

var errNoTokens = port.Lacking(port.CanIssue, "nobody here issues tokens")

const aDay = 24 * time.Hour

func (s *Scenario) tokens(sc *godog.ScenarioContext) {
	sc.Given(re(`^the vendor has issued the token "([^"]+)"$`), func(ctx context.Context, name string) error {
		return s.mint(ctx, name, 365, nil)
	})
	sc.Given(re(`^the vendor has issued the token "([^"]+)" for (\d+) days$`), func(ctx context.Context, name string, days int) error {
		return s.mint(ctx, name, days, nil)
	})
	sc.Given(re(`^the vendor has issued the token "([^"]+)" for nothing but "([^"]+)"$`), func(ctx context.Context, name, scope string) error {
		return s.mint(ctx, name, 365, []string{scope})
	})
	sc.When(re(`^the vendor renews the token "([^"]+)" as "([^"]+)" for (\d+) days$`), func(ctx context.Context, name, successor string, days int) error {
		t, w, err := s.issuer(ctx)
		if err != nil {
			return err
		}
		return t.Renew(ctx, name, successor, w.Today.Add(s.passed+time.Duration(days)*aDay))
	})
	sc.When(re(`^the vendor disables the token "([^"]+)"$`), func(ctx context.Context, name string) error {
		t, _, err := s.issuer(ctx)
		if err != nil {
			return err
		}
		return t.Disable(ctx, name)
	})
	sc.Then(re(`^the vendor lists the token "([^"]+)" as (disabled|in use)$`), func(ctx context.Context, name, how string) error {
		t, _, err := s.issuer(ctx)
		if err != nil {
			return err
		}
		all, err := t.List(ctx)
		if err != nil {
			return err
		}
		for _, one := range all {
			if one.Name == name && one.Disabled == (how == "disabled") {
				return nil
			}
		}
		return fmt.Errorf("tokens %+v", all)
	})
	sc.Then(re(`^the token "([^"]+)" says the same scope and programs as "([^"]+)"$`), func(ctx context.Context, a, b string) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		x, y := w.Vendor.Claims(port.With(a)), w.Vendor.Claims(port.With(b))
		for _, claim := range []string{"scope", "programs", "sub", "iss"} {
			v, ok := x.Text(claim)
			if u, _ := y.Text(claim); !ok || u != v {
				return fmt.Errorf("%s: %q and %q", claim, v, u)
			}
		}
		return nil
	})
}

func (s *Scenario) issuer(ctx context.Context) (port.Tokens, *port.World, error) {
	w, err := s.open(ctx)
	if err == nil && w.Tokens == nil {
		err = errNoTokens
	}
	if err != nil {
		return nil, nil, err
	}
	return w.Tokens, w, nil
}

func (s *Scenario) mint(ctx context.Context, name string, days int, scopes []string) error {
	t, w, err := s.issuer(ctx)
	if err != nil {
		return err
	}
	return t.Mint(ctx, port.Token{Name: name, Programs: []string{w.Programs.Main}, Scopes: scopes,
		Ends: w.Today.Add(s.passed + time.Duration(days)*aDay)})
}
