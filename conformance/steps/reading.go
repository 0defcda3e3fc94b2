package steps

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// nobody is an id of the right shape that no patient has.
const nobody = "ha0000000000000"

func (s *Scenario) reading(sc *godog.ScenarioContext) {
	sc.When(re(`^the partner reads (\w+)$`), func(ctx context.Context, name string) error { return s.read(ctx, s.meet(name).id, port.Good) })
	sc.When(re(`^the partner reads (\w+) with (.+)$`), func(ctx context.Context, name, words string) error {
		as, err := access(words)
		if err != nil {
			return err
		}
		return s.read(ctx, s.meet(name).id, as)
	})
	sc.When(re(`^the partner reads a patient nobody knows$`), func(ctx context.Context) error { return s.read(ctx, nobody, port.Good) })
	sc.When(re(`^the partner reads (\w+) at (\S+)$`), func(ctx context.Context, name, path string) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		s.outcome = w.Vendor.Call(ctx, port.Good, "GET", strings.ReplaceAll(path, "{id}", s.meet(name).id), nil)
		return nil
	})

	sc.Then(re(`^the vendor knows (\w+) by (?:his|her) patient id at once$`), func(ctx context.Context, name string) error {
		return s.knows(ctx, name, "data.id", s.meet(name).id)
	})
	sc.Then(re(`^the vendor knows (\w+) by the partner's own id$`), func(ctx context.Context, name string) error {
		return s.knows(ctx, name, "data.externalIds.0.sourceId", s.meet(name).said("externalId"))
	})
	sc.Then(re(`^the vendor knows (\w+)'s "([^"]+)" as "([^"]*)"$`), func(ctx context.Context, name, key, value string) error {
		return s.knows(ctx, name, pathOf(key), value)
	})
	sc.Then(re(`^the vendor tells about (\w+)$`), func(name string) error { return s.tellsAbout(name, &godog.Table{}) })
	sc.Then(re(`^the vendor tells about (\w+):$`), s.tellsAbout)
	sc.Then(re(`^the vendor tells about (\w+) with the program (?:he|she) was invited to$`), func(name string) error {
		return s.has("data.supportProgramId", s.meet(name).said("supportProgramId"))
	})
	sc.Then(re(`^the answer (has|leaves out) "([^"]+)"$`), func(how, path string) error {
		if _, there := s.outcome.Text(path); there != (how == "has") {
			return s.unexpected("an answer that "+how+" "+path, s.outcome)
		}
		return nil
	})
	sc.Then(re(`^both answers are the same$`), func() error {
		if len(s.all) < 2 || !bytes.Equal(s.all[0].Body, s.all[1].Body) {
			return fmt.Errorf("%d answers, which differ", len(s.all))
		}
		return nil
	})
	sc.Then(re(`^the good bearer token says its scope, its programs and when it ends$`), func(ctx context.Context) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		claims := w.Vendor.Claims(port.Good)
		for _, c := range []string{"scope", "programs", "exp"} {
			if v, ok := claims.Text(c); !ok || v == "" {
				return fmt.Errorf("the token says no %s: %s", c, claims.Body)
			}
		}
		return nil
	})
}

func (s *Scenario) read(ctx context.Context, id string, as port.Access) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	s.outcome = w.Vendor.Read(ctx, as, id)
	s.all = append(s.all, s.outcome)
	return nil
}

// pathOf is where a read shows a detail; what it does not know by name is among
// the custom fields.
func pathOf(key string) string {
	paths := map[string]string{
		"firstName": "data.firstName", "address.city": "data.address.city", "patient.prefLanguage": "data.pref_language",
	}
	if p, ok := paths[key]; ok {
		return p
	}
	return "data.customData." + strings.ReplaceAll(key, ".", `\.`)
}

func (s *Scenario) knows(ctx context.Context, name, path, want string) error {
	if err := s.read(ctx, s.meet(name).id, port.Good); err != nil {
		return err
	}
	if !s.outcome.Accepted() {
		return s.unexpected("to read "+name, s.outcome)
	}
	// Reads give some texts in another case than they were sent (AMB-011).
	if got, _ := s.outcome.Text(path); !strings.EqualFold(got, want) {
		return s.unexpected(path+" = "+want, s.outcome)
	}
	return nil
}

func (s *Scenario) has(path, want string) error {
	if got, _ := s.outcome.Text(path); got != want {
		return s.unexpected(path+" = "+want, s.outcome)
	}
	return nil
}

func (s *Scenario) tellsAbout(name string, t *godog.Table) error {
	if !s.outcome.Accepted() {
		return s.unexpected("to be told about "+name, s.outcome)
	}
	if err := s.has("data.id", s.meet(name).id); err != nil {
		return err
	}
	pairs, err := rows(t)
	if err != nil {
		return err
	}
	for _, kv := range pairs {
		if err := s.has(kv[0], kv[1]); err != nil {
			return err
		}
	}
	return nil
}

// isLink tells whether a word of a text is an address.
func isLink(word string) bool {
	u, err := url.Parse(strings.TrimRight(word, ".,"))
	return err == nil && strings.HasPrefix(u.Scheme, "http") && u.Host != ""
}
