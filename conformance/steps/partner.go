package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// told is a webhook the suite sent to a partner, and what came back.
type told struct {
	path    string
	body    []byte
	outcome port.Outcome
	unheard bool // nobody waited for an answer
}

// slowly is how long a webhook takes that comes drop by drop.
const slowly = time.Second

func (s *Scenario) partner(sc *godog.ScenarioContext) {
	sc.Given(re(`^a partner that takes webhooks$`), func(ctx context.Context) error {
		w, err := s.open(ctx)
		if err == nil && w.Partner == nil {
			err = errNoPartner
		}
		return err
	})
	sc.Given(re(`^the vendor has lost a picture of the enrollment$`), func(ctx context.Context) error {
		a, err := s.subject(ctx)
		if err != nil {
			return err
		}
		s.world.Partner.Lose(a.media("an enrollment")[2])
		return nil
	})
	sc.When(re(`^the vendor tells of (.+?)(?: at "([^"]+)")?$`), func(ctx context.Context, words, path string) error {
		return s.tells(ctx, words, path, port.Manner{})
	})
	sc.When(re(`^the vendor slowly tells of (.+)$`), func(ctx context.Context, words string) error {
		return s.tells(ctx, words, "", port.Manner{Drip: slowly})
	})
	sc.When(re(`^the vendor tells in chunks of (.+)$`), func(ctx context.Context, words string) error {
		return s.tells(ctx, words, "", port.Manner{Chunked: true})
	})
	sc.When(re(`^the vendor labels (.+) as "([^"]*)"$`), func(ctx context.Context, words, label string) error {
		return s.tells(ctx, words, "", port.Manner{Type: label, Untyped: label == ""})
	})
	sc.When(re(`^the vendor hangs up after telling of (.+)$`), func(ctx context.Context, words string) error {
		return s.tells(ctx, words, "", port.Manner{HangUp: true})
	})
	sc.When(re(`^the vendor tells at once of (.+) and of (.+)$`), s.tellsBoth)
	sc.When(re(`^the vendor tells the same again(?: (a second) later)?$`), func(ctx context.Context, later string) error {
		if len(s.told) == 0 {
			return errors.New("nothing was told before")
		}
		if later != "" {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Second): // that it comes later is what is tried here
			}
		}
		last := s.told[len(s.told)-1]
		return s.tell(ctx, last.path, last.body, port.Manner{})
	})
	sc.When(re(`^the vendor sends (.+) to "([^"]+)"$`), func(ctx context.Context, what, path string) error {
		body, ok := unusable[what]
		if !ok {
			return errors.New("the suite has no webhook that is " + what)
		}
		return s.tell(ctx, path, []byte(body), port.Manner{})
	})
	sc.When(re(`^the vendor sends (.+) without (.+)$`), func(ctx context.Context, what, without string) error {
		t, ok := tales[what]
		if !ok {
			return errors.New("the suite cannot tell of " + what)
		}
		a, err := s.subject(ctx)
		if err != nil {
			return err
		}
		body, ok := t.lacking(t.begin(a, s.world.Reads), without)
		if !ok {
			return errors.New("the suite has no webhook without " + without)
		}
		return s.tell(ctx, t.at(s.world.Reads), body, port.Manner{})
	})

	sc.Then(re(`^the partner acknowledges(?: both| all)?$`), func() error {
		if err := s.familiar(); err != nil {
			return err
		}
		for _, t := range s.told {
			if !t.unheard && !acknowledged(t.outcome) {
				return s.unexpected("an acknowledgement", t.outcome)
			}
		}
		return nil
	})
	sc.Then(re(`^the partner acknowledges a webhook again$`), func() error {
		if err := s.familiar(); err != nil {
			return err
		}
		if !acknowledged(s.outcome) {
			return s.unexpected("an acknowledgement", s.outcome)
		}
		return nil
	})
	sc.Then(re(`^the partner acknowledges or refuses with a reason$`), func() error {
		if o := s.outcome; !acknowledged(o) && !reasoned(o) {
			return s.unexpected("an acknowledgement, or status 400 with errorMessage and data", o)
		}
		return nil
	})
	sc.Then(re(`^the partner acknowledges, refuses with a reason or says that it is too much$`), func() error {
		if o := s.outcome; !acknowledged(o) && !reasoned(o) && o.Status != 413 {
			return s.unexpected("an acknowledgement, status 400 with errorMessage and data, or status 413", o)
		}
		return nil
	})
	sc.Then(re(`^the partner acknowledges with program, patient and its own id$`), func() error {
		if err := s.familiar(); err != nil {
			return err
		}
		o := s.outcome
		if !acknowledged(o) || o.Kind("data.supportProgramId") != "string" ||
			o.Kind("data.patientId") != "string" || o.Kind("data.externalId") != "string" {
			return s.unexpected("success, and data with the three ids", o)
		}
		return nil
	})
	sc.Then(re(`^the acknowledgement repeats what was sent$`), func(ctx context.Context) error {
		a, err := s.subject(ctx)
		if err == nil {
			err = s.familiar()
		}
		if err != nil {
			return err
		}
		return errors.Join(s.has("data.supportProgramId", a.Program), s.has("data.patientId", a.Patient), s.has("data.externalId", a.External))
	})
	sc.Then(re(`^the acknowledgement leaves out the partner's own id$`), func() error {
		if err := s.familiar(); err != nil {
			return err
		}
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
	sc.Then(re(`^the refusal names the patient$`), func(ctx context.Context) error {
		a, err := s.subject(ctx)
		if err != nil {
			return err
		}
		return s.has("data.patientId", a.Patient)
	})
	sc.Then(re(`^the partner has answered in time$`), func() error {
		within := cmp.Or(s.world.Within, 10*time.Second)
		for _, t := range s.told {
			if t.outcome.Took > within {
				return fmt.Errorf("an answer took %s; %s would pass", t.outcome.Took.Round(time.Millisecond), within)
			}
		}
		return nil
	})
	sc.Then(re(`^the partner asks for every picture of the enrollment$`), s.fetchedAll)
	sc.Then(re(`^the partner has asked for no picture twice$`), s.fetchedOnce)
	sc.Then(re(`^the partner has asked for no picture of the infusion update$`), func(ctx context.Context) error {
		a, asked, err := s.fetched(ctx, "an infusion update")
		if err == nil && len(asked) > 0 {
			err = fmt.Errorf("fetched %s of %s, which no enrollment named", slices.Sorted(maps.Keys(asked)), a.Patient)
		}
		return err
	})
}

// familiar says that a scenario needs a patient whom the partner knows.
func (s *Scenario) familiar() error {
	if s.world != nil && len(s.world.Known) == 0 {
		return port.Lacking(port.HasPatients, "no patient is named that the partner knows")
	}
	return nil
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

// fetched returns how often the partner has asked for each picture that a
// webhook of the scenario named.
func (s *Scenario) fetched(ctx context.Context, what string) (*subject, map[string]int, error) {
	a, err := s.subject(ctx)
	if err == nil {
		err = s.familiar()
	}
	if err != nil {
		return nil, nil, err
	}
	all, err := s.world.Partner.Fetched()
	if err != nil {
		return nil, nil, err
	}
	ids, asked := a.media(what), map[string]int{}
	for _, f := range all {
		if !slices.Contains(ids[:], f.Media) {
			continue
		}
		if asked[f.Media]++; f.Patient != a.Patient {
			return nil, nil, fmt.Errorf("asked for %s as a picture of %q; of %q would pass", f.Media, f.Patient, a.Patient)
		}
	}
	return a, asked, nil
}

// fetchedAll waits until the partner has asked for every picture.
func (s *Scenario) fetchedAll(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, s.patience())
	defer cancel()
	for {
		_, asked, err := s.fetched(ctx, "an enrollment")
		if err != nil || len(asked) == 5 {
			return err
		}
		select {
		case <-waiting.Done():
			return fmt.Errorf("of the enrollment's 5 pictures, %d were asked for within %s", len(asked), s.patience())
		case <-time.After(10 * time.Millisecond): // a partner gives no sign when it fetches
		}
	}
}

// fetchedOnce gives the partner a moment for what it should not do.
func (s *Scenario) fetchedOnce(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(300 * time.Millisecond): // nothing tells that nothing more comes
	}
	_, asked, err := s.fetched(ctx, "an enrollment")
	for id, n := range asked {
		if n > 1 {
			return fmt.Errorf("%s was asked for %d times", id, n)
		}
	}
	return err
}

// tells makes the vendor tell of something, in some form: "an opt-out with no
// status, a blank in sendDate". Path is where, if not at the usual address.
func (s *Scenario) tells(ctx context.Context, words, path string, m port.Manner) error {
	at, body, err := s.write(ctx, words)
	if err != nil {
		return err
	}
	if path != "" {
		if at != path && !s.world.Reads.Claims("infusionPath", strings.TrimPrefix(path, "/webhook/")) {
			return unclaimed("infusionPath", strings.TrimPrefix(path, "/webhook/"))
		}
		at = path
	}
	return s.tell(ctx, at, body, m)
}

func unclaimed(name, value string) error {
	return port.Lacking(port.HasReading, "the partner does not claim to read %s: %q", name, value)
}

// write makes the webhook that the words ask for.
func (s *Scenario) write(ctx context.Context, words string) (path string, body []byte, err error) {
	what, how, changed := strings.Cut(words, " with ")
	t, ok := tales[what]
	if !ok {
		return "", nil, errors.New("the suite cannot tell of " + what)
	}
	a, err := s.subject(ctx)
	if err != nil {
		return "", nil, err
	}
	reads := s.world.Reads
	e := t.begin(a, reads)
	if changed {
		for reading := range strings.SplitSeq(how, ", ") {
			name, value, choice := t.switchOf(reading)
			if choice && !reads.Claims(name, value) {
				return "", nil, unclaimed(name, value)
			}
			err := t.read(e, reading)
			if _, said := reads[name]; err != nil && !(said && errors.Is(err, errUnchanged)) {
				return "", nil, err
			}
		}
	}
	return t.at(reads), marshal(e), nil
}

// at is the address of a tale: the usual one, unless the partner does not claim
// to take it there.
func (t tale) at(reads port.Reads) string {
	if t.kind == "infusion" && !reads.Claims("infusionPath", "user-enrollment") {
		return actionPath
	}
	return t.path
}

// tellsBoth makes the vendor tell of two things at the same time.
func (s *Scenario) tellsBoth(ctx context.Context, one, other string) error {
	var both [2]told
	for i, words := range []string{one, other} {
		path, body, err := s.write(ctx, words)
		if err != nil {
			return err
		}
		both[i] = told{path: path, body: body}
	}
	var all sync.WaitGroup
	for i := range both {
		all.Go(func() { both[i].outcome = s.world.Partner.Tell(ctx, both[i].path, both[i].body, port.Manner{}) })
	}
	all.Wait()
	s.told = append(s.told, both[:]...)
	s.outcome = both[1].outcome
	return errors.Join(both[0].outcome.Err, both[1].outcome.Err)
}

func (s *Scenario) tell(ctx context.Context, path string, body []byte, m port.Manner) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	o := w.Partner.Tell(ctx, path, body, m)
	if m.HangUp {
		s.told = append(s.told, told{path: path, body: body, unheard: true})
		return o.Err
	}
	s.outcome = o
	s.told = append(s.told, told{path: path, body: body, outcome: o})
	return o.Err
}
