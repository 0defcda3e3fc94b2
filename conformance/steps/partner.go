package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// told is a webhook the suite sent to a partner, and what came back.
type told struct {
	path    string
	body    []byte
	outcome port.Outcome
}

func (s *Scenario) partner(sc *godog.ScenarioContext) {
	sc.Given(re(`^a partner that takes webhooks$`), func(ctx context.Context) error {
		w, err := s.open(ctx)
		if err == nil && w.Partner == nil {
			err = errNoPartner
		}
		return err
	})
	sc.When(re(`^the vendor tells of (.+?)(?: at "([^"]+)")?$`), s.tells)
	sc.When(re(`^the vendor tells the same again$`), func(ctx context.Context) error {
		if len(s.told) == 0 {
			return errors.New("nothing was told before")
		}
		last := s.told[len(s.told)-1]
		return s.tell(ctx, last.path, last.body)
	})
	sc.When(re(`^the vendor sends (.+) to "([^"]+)"$`), func(ctx context.Context, what, path string) error {
		body, ok := unusable[what]
		if !ok {
			return errors.New("the suite has no webhook that is " + what)
		}
		return s.tell(ctx, path, []byte(body))
	})
	sc.When(re(`^the vendor sends (.+) without (.+)$`), func(ctx context.Context, what, without string) error {
		t, ok := tales[what]
		if !ok {
			return errors.New("the suite cannot tell of " + what)
		}
		body, ok := s.lacking(t, without)
		if !ok {
			return errors.New("the suite has no webhook without " + without)
		}
		return s.tell(ctx, t.path, body)
	})

	sc.Then(re(`^the partner acknowledges(?: both| all)?$`), func() error {
		for _, t := range s.told {
			if !acknowledged(t.outcome) {
				return s.unexpected("an acknowledgement", t.outcome)
			}
		}
		return nil
	})
	sc.Then(re(`^the partner acknowledges or refuses with a reason$`), func() error {
		if o := s.outcome; !acknowledged(o) && !reasoned(o) {
			return s.unexpected("an acknowledgement, or status 400 with errorMessage and data", o)
		}
		return nil
	})
	sc.Then(re(`^the partner acknowledges with program, patient and its own id$`), func() error {
		o := s.outcome
		if o.Status != 200 || o.Kind("success") != "boolean" || o.Kind("data.supportProgramId") != "string" ||
			o.Kind("data.patientId") != "string" || o.Kind("data.externalId") != "string" {
			return s.unexpected("success, and data with the three ids", o)
		}
		return nil
	})
	sc.Then(re(`^the acknowledgement repeats what was sent$`), func() error {
		return errors.Join(s.has("data.supportProgramId", toldProgram), s.has("data.patientId", toldPatient), s.has("data.externalId", toldOwnID))
	})
	sc.Then(re(`^the acknowledgement leaves out the partner's own id$`), func() error {
		if _, ok := s.outcome.Text("data.externalId"); ok || !acknowledged(s.outcome) {
			return s.unexpected("an acknowledgement without data.externalId", s.outcome)
		}
		return nil
	})
	sc.Then(re(`^the partner refuses with a reason$`), func() error {
		if !reasoned(s.outcome) {
			return s.unexpected("status 400 with errorMessage and data", s.outcome)
		}
		return nil
	})
	sc.Then(re(`^the refusal names the patient$`), func() error { return s.has("data.patientId", toldPatient) })
	sc.Then(re(`^the partner fetches every picture of the enrollment$`), func(ctx context.Context) error {
		return s.fetchedAll(ctx, s.mediaOf("an enrollment"))
	})
	sc.Then(re(`^the partner has fetched no picture of the infusion update$`), func(ctx context.Context) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		got := w.Partner.Fetched()
		for _, id := range s.mediaOf("an infusion update") {
			if slices.Contains(got, id) {
				return fmt.Errorf("fetched %s, which no enrollment named", id)
			}
		}
		return nil
	})
}

// acknowledged is HA-RESP-001.
func acknowledged(o port.Outcome) bool {
	success, _ := o.Text("success")
	return o.Status == 200 && o.Kind("success") == "boolean" && success == "true"
}

// reasoned is HA-RESP-004.
func reasoned(o port.Outcome) bool {
	reason, _ := o.Text("errorMessage")
	return o.Status == 400 && reason != "" && o.Kind("data") == "object"
}

// fetchedAll waits until the partner has asked for every picture.
func (s *Scenario) fetchedAll(ctx context.Context, want [5]string) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		got := w.Partner.Fetched()
		missing := slices.DeleteFunc(slices.Clone(want[:]), func(id string) bool { return slices.Contains(got, id) })
		if len(missing) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not fetched: %q", missing)
		case <-time.After(10 * time.Millisecond): // a partner gives no sign when it fetches
		}
	}
}

// tells makes the vendor tell of something, in some form: "an opt-out with no
// status, a blank in sendDate". Path is where, if not at the usual address.
func (s *Scenario) tells(ctx context.Context, words, path string) error {
	what, how, changed := strings.Cut(words, " with ")
	t, ok := tales[what]
	if !ok {
		return errors.New("the suite cannot tell of " + what)
	}
	e := t.make(s)
	if changed {
		for reading := range strings.SplitSeq(how, ", ") {
			if err := t.read(e, reading); err != nil {
				return err
			}
		}
	}
	if path == "" {
		path = t.path
	}
	return s.tell(ctx, path, marshal(e))
}

func (s *Scenario) tell(ctx context.Context, path string, body []byte) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	s.outcome = w.Partner.Tell(ctx, path, asJSON, body)
	s.told = append(s.told, told{path, body, s.outcome})
	return s.outcome.Err
}
