package steps

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// accesses are the ways to call, in the words of the features.
var accesses = map[string]port.Access{
	"no auth token":                     port.NoKey,
	"no bearer token":                   port.NoBearer,
	"an unknown auth token":             port.WrongKey,
	"a garbled bearer token":            port.WrongBearer,
	"a badly signed bearer token":       port.BadlySigned,
	"an expired bearer token":           port.Expired,
	"a disabled bearer token":           port.Disabled,
	"a bearer token of another program": port.OtherProgram,
	"another partner's bearer token":    port.OtherPartner,
	"a bearer token of a lesser scope":  port.LowScope,
	"a bearer token signed by EdDSA":    port.OtherAlgorithm,
	`the auth token in "X-Auth-Token"`:  port.AliasHeader,
}

func access(words string) (port.Access, error) {
	a, ok := accesses[words]
	if name, issued := strings.CutPrefix(words, "the token "); issued {
		a, ok = port.With(strings.Trim(name, `"`)), true
	}
	if !ok {
		return "", fmt.Errorf("the suite knows no access %q", words)
	}
	return a, nil
}

func (s *Scenario) inviting(sc *godog.ScenarioContext) {
	sc.Given(re(`^the partner has invited (\w+)$`), s.hasInvited)
	sc.When(re(`^the partner invites (\w+)(?: again)?$`), func(ctx context.Context, name string) error { return s.invite(ctx, s.meet(name)) })
	sc.When(re(`^the partner invites Leo's mother Ana$`), func(ctx context.Context) error { return s.invite(ctx, s.meet("Ana")) })
	sc.When(re(`^the partner invites (\w+) with (.+)$`), func(ctx context.Context, name, words string) (err error) {
		if s.access, err = access(words); err != nil {
			return err
		}
		return s.invite(ctx, s.meet(name))
	})
	sc.When(re(`^the partner invites someone who shares (the phone number|the partner's id) with (\w+)$`), func(ctx context.Context, what, name string) error {
		twin := s.twin(name)
		if what == "the phone number" {
			twin.say("externalId", text("placebo-somebody-else"))
		} else {
			twin.say("phoneNumber", text("+12025550179"))
		}
		return s.invite(ctx, twin)
	})
	sc.When(re(`^the partner invites (\w+) to its other program$`), func(ctx context.Context, name string) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		s.access = port.OtherProgram
		s.meet(name).say("supportProgramId", text(w.Programs.Other))
		return s.invite(ctx, s.meet(name))
	})
	sc.When(re(`^the partner invites (\w+) to the program whose id is (15 letters and digits|16 letters and digits|a UUID)$`), s.inviteToShape)
	sc.When(re(`^the partner sends (\w+)'s invitation (\d+) times at once$`), s.inviteAtOnce)

	sc.Then(re(`^(\w+) is invited$`), func(name string) error {
		o := s.meet(name).outcome
		if !o.Accepted() || o.Patient == "" {
			return s.unexpected("an accepted invitation", o)
		}
		return nil
	})
	sc.Then(re(`^the (?:invitation|call) is (accepted|refused)$`), func(verdict string) error {
		if verdict == "accepted" != s.outcome.Accepted() || verdict == "refused" != s.outcome.Refused() {
			return s.unexpected("a call that is "+verdict, s.outcome)
		}
		return nil
	})
	sc.Then(re(`^it is accepted$`), func() error {
		if !s.outcome.Accepted() {
			return s.unexpected("an accepted invitation", s.outcome)
		}
		return nil
	})
	sc.Then(re(`^the answer gives program, phone number and patient id$`), func() error {
		o := s.outcome
		if o.Program == "" || o.Phone == "" || o.Patient == "" || o.InBody != "200" {
			return s.unexpected("data.supportProgramId, data.phoneNumber, data.patientId and status 200", o)
		}
		return nil
	})
	sc.Then(re(`^the answer repeats what the partner sent$`), func(ctx context.Context) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		if s.outcome.Program != w.Programs.Main || s.outcome.Phone != s.who.said("phoneNumber") {
			return s.unexpected("the program and number that were sent", s.outcome)
		}
		return nil
	})
	sc.Then(re(`^(\w+) and (\w+) have different patient ids$`), func(a, b string) error {
		x, y := s.meet(a).id, s.meet(b).id
		if x == "" || y == "" || x == y {
			return fmt.Errorf("ids %q and %q", x, y)
		}
		return nil
	})
	sc.Then(re(`^(\w+) has a patient id of (?:his|her) own in each program$`), func(name string) error {
		ids := s.meet(name).ids
		if len(ids) != 2 || ids[0] == ids[1] {
			return fmt.Errorf("ids %q", ids)
		}
		return nil
	})
	sc.Then(re(`^(\w+)'s patient id is "ha" and 13 lower-case hex digits$`), func(name string) error {
		if id := s.meet(name).id; !regexp.MustCompile(`^ha[0-9a-f]{13}$`).MatchString(id) {
			return fmt.Errorf("patient id %q", id)
		}
		return nil
	})
	s.refusals(sc)
}

func (s *Scenario) refusals(sc *godog.ScenarioContext) {
	sc.Then(re(`^the (?:invitation|fetch|read|call) is refused because (.+)$`), func(ctx context.Context, reason string) error {
		reason, detail := s.reason(reason)
		return s.says(ctx, reason, detail)
	})
	sc.Then(re(`^the call is refused without a code because (.+)$`), func(ctx context.Context, reason string) error {
		reason, detail := s.reason(reason)
		return s.says(ctx, "without a code, "+reason, detail)
	})
	sc.Then(re(`^the refusal has code (\d+)$`), func(code string) error {
		if s.outcome.Code != code {
			return s.unexpected("code "+code, s.outcome)
		}
		return nil
	})
	sc.Then(re(`^the refusal tells the existing patient's own id, phone number and patient id$`), func() error {
		e, p := s.outcome.Existing, s.who
		if e.ExternalID != p.said("externalId") || e.Phone != p.said("phoneNumber") || e.ID == "" || s.outcome.InBody != "422" {
			return s.unexpected("error.data of the existing patient, and status 422", s.outcome)
		}
		return nil
	})
	sc.Then(re(`^the refusal names (\w+)'s patient id$`), func(name string) error {
		if id := s.meet(name).id; id == "" || s.outcome.Existing.ID != id {
			return s.unexpected("error.data._id "+id, s.outcome)
		}
		return nil
	})
	sc.Then(re(`^exactly one of them is accepted and the others say the patient exists already$`), func(ctx context.Context) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		accepted := 0
		for _, o := range s.all {
			if o.Accepted() {
				accepted++
			} else if err := w.Vendor.Says(o, "the patient exists already", ""); err != nil {
				return err
			}
		}
		if accepted != 1 {
			return fmt.Errorf("%d of %d were accepted", accepted, len(s.all))
		}
		return nil
	})
	// The contract has no way to ask who exists. What was not created can be:
	// the same person, invited as they should be, is accepted.
	sc.Then(re(`^no patient was created$`), func(ctx context.Context) error {
		name := s.who.name
		delete(s.people, "")
		delete(s.people, name)
		s.access = port.Good
		p := s.meet(name)
		if name == "Leo" {
			p.say("isCaregiver", json.RawMessage("false"))
		}
		if err := s.invite(ctx, p); err != nil {
			return err
		}
		if !s.outcome.Accepted() {
			return s.unexpected("the same person, invited as they should be, to be accepted", s.outcome)
		}
		return nil
	})
}

// Reasons that carry a detail of the scenario.
var (
	aboutField = regexp.MustCompile(`^"([^"]+)" (is not valid|is required)$`)
	aboutLimit = regexp.MustCompile(`^it may be at most (\d+ characters) long$`)
	aboutKind  = regexp.MustCompile(`^(\w+) was found where (.+) is required$`)
)

// reason splits a reason into the vendor's and the detail it inserts.
func (s *Scenario) reason(words string) (reason, detail string) {
	if m := aboutField.FindStringSubmatch(words); m != nil {
		return "{} " + m[2], m[1]
	}
	if m := aboutLimit.FindStringSubmatch(words); m != nil {
		return "it may be at most {} long", m[1]
	}
	if m := aboutKind.FindStringSubmatch(words); m != nil {
		return "{} was found where required", m[1] + " value found, but " + m[2] + " is required"
	}
	if s.who != nil {
		detail = cmp.Or(s.named, s.who.said("supportProgramId"))
	}
	return words, detail
}

// says holds the last outcome against a reason.
func (s *Scenario) says(ctx context.Context, reason, detail string) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	return w.Vendor.Says(s.outcome, reason, detail)
}

// unexpected says what was wanted and what came.
func (s *Scenario) unexpected(want string, o port.Outcome) error {
	if o.Err != nil {
		return fmt.Errorf("want %s; no answer: %w", want, o.Err)
	}
	return fmt.Errorf("want %s; got status %d, body %s", want, o.Status, o.Body)
}

// twin is a person with another's invitation.
func (s *Scenario) twin(name string) *person {
	p := s.meet(name)
	t := &person{name: p.name, id: p.id, invitation: p.invitation}
	t.invitation.Members = append([]port.Member(nil), p.invitation.Members...)
	return t
}

func (s *Scenario) hasInvited(ctx context.Context, name string) error {
	p := s.meet(name)
	if err := s.invite(ctx, p); err != nil {
		return err
	}
	if !p.outcome.Accepted() {
		return s.unexpected("an accepted invitation", p.outcome)
	}
	return nil
}

// invite sends the person's invitation and remembers what came of it.
func (s *Scenario) invite(ctx context.Context, p *person) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	s.fill(w, p)
	if len(s.faults) > 0 {
		return s.inviteFaulty(ctx, w, p)
	}
	s.outcome = w.Vendor.Invite(ctx, s.access, &p.invitation)
	s.note(p, s.outcome)
	return s.outcome.Err
}

func (s *Scenario) fill(w *port.World, p *person) {
	for i, m := range p.invitation.Members {
		if m.Name == "supportProgramId" && m.Value == nil {
			p.invitation.Members[i].Value = text(w.Programs.Main)
		}
	}
}

func (s *Scenario) note(p *person, o port.Outcome) {
	p.outcome = o
	if o.Accepted() {
		p.id = o.Patient
		p.ids = append(p.ids, o.Patient)
	}
}

func (s *Scenario) inviteToShape(ctx context.Context, name, shape string) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	length := map[string]int{"15 letters and digits": 15, "16 letters and digits": 16, "a UUID": 36}[shape]
	for _, id := range w.Programs.Shapes {
		if len(id) == length {
			s.meet(name).say("supportProgramId", text(id))
			return s.invite(ctx, s.meet(name))
		}
	}
	return fmt.Errorf("no program has an id of %s", shape)
}

func (s *Scenario) inviteAtOnce(ctx context.Context, name string, n int) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	p := s.meet(name)
	s.fill(w, p)
	s.all = make([]port.Outcome, n)
	var wg sync.WaitGroup
	for i := range s.all {
		wg.Go(func() { s.all[i] = w.Vendor.Invite(ctx, port.Good, &p.invitation) })
	}
	wg.Wait()
	return nil
}

// faulty makes an invitation wrong in one named way.
var faulty = map[string]func(s *Scenario, w *port.World, p *person){
	"unknown auth token":       func(s *Scenario, _ *port.World, _ *person) { s.access = port.WrongKey },
	"lesser scope":             func(s *Scenario, _ *port.World, _ *person) { s.access = port.LowScope },
	"disabled token":           func(s *Scenario, _ *port.World, _ *person) { s.access = port.Disabled },
	"missing first name":       func(_ *Scenario, _ *port.World, p *person) { p.leaveOut("firstName") },
	"unknown program":          func(_ *Scenario, w *port.World, p *person) { p.say("supportProgramId", text(w.Programs.Unknown)) },
	"malformed phone number":   func(_ *Scenario, _ *port.World, p *person) { p.say("phoneNumber", text("2025550161")) },
	"token of another program": func(s *Scenario, _ *port.World, _ *person) { s.access = port.OtherProgram },
	"malformed date of birth":  func(_ *Scenario, _ *port.World, p *person) { p.set("patient.dob", "2012") },
	"minor alone":              func(_ *Scenario, w *port.World, p *person) { p.minor(w) },
	"incomplete caregiver": func(_ *Scenario, w *port.World, p *person) {
		p.minor(w)
		p.set("caregiver.first.name", "Ana")
	},
	"caregiver's other phone": func(_ *Scenario, w *port.World, p *person) {
		p.minor(w)
		p.tell("caregiver")
		p.set("caregiver.phone.number", "+12025550177")
	},
}

// minor makes the person 14, unless their date of birth is wrong already.
func (p *person) minor(w *port.World) {
	for _, it := range p.invitation.Items {
		if it.Key == "patient.dob" {
			return
		}
	}
	p.set("patient.dob", w.Today.AddDate(-14, 0, 0).UTC().Format(birthDate))
}

func (s *Scenario) inviteFaulty(ctx context.Context, w *port.World, p *person) error {
	faults := s.faults
	s.faults = nil
	broken := false
	for _, f := range faults {
		switch f {
		case "broken JSON":
			broken = true
		case "existing patient":
			first := s.twin(p.name)
			if o := w.Vendor.Invite(ctx, port.Good, &first.invitation); !o.Accepted() {
				return s.unexpected("the first invitation to be accepted", o)
			}
		default:
			change, ok := faulty[f]
			if !ok {
				return errors.New("the suite knows no fault " + f)
			}
			change(s, w, p)
		}
	}
	if broken {
		s.outcome = w.Vendor.Send(ctx, s.access, "application/json", []byte(`{"externalId": `))
		return nil
	}
	s.outcome = w.Vendor.Invite(ctx, s.access, &p.invitation)
	s.note(p, s.outcome)
	return nil
}
