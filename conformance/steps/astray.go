package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

const asJSON = "application/json"

// body is something sent in place of an invitation.
type body struct {
	contentType string
	make        func(whole []byte) []byte // from a whole invitation
}

func keep(b []byte) []byte { return b }

func bytesOf(s string) func([]byte) []byte { return func([]byte) []byte { return []byte(s) } }

// with puts a member before the end of an object.
func with(member string) func([]byte) []byte {
	return func(b []byte) []byte {
		return append(append(bytes.Clone(b[:len(b)-1]), (","+member)...), '}')
	}
}

func nested(levels int) func([]byte) []byte {
	return with(`"deep":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1))
}

var oddBodies = map[string]body{
	"nothing":                               {contentType: asJSON, make: bytesOf("")},
	"broken JSON":                           {contentType: asJSON, make: bytesOf(`{"externalId": nope}`)},
	"truncated JSON":                        {contentType: asJSON, make: func(b []byte) []byte { return b[:len(b)/2] }},
	"a JSON list":                           {contentType: asJSON, make: func(b []byte) []byte { return append(append([]byte{'['}, b...), ']') }},
	"a JSON text":                           {contentType: asJSON, make: bytesOf(`"invite Maya"`)},
	"two JSON objects":                      {contentType: asJSON, make: func(b []byte) []byte { return append(bytes.Clone(b), b...) }},
	"bytes that are no UTF-8":               {contentType: asJSON, make: with("\"note\":\"\xff\xfe\"")},
	"an invitation as a form":               {contentType: "application/x-www-form-urlencoded", make: keep},
	"an invitation as plain text":           {contentType: "text/plain", make: keep},
	"an invitation of no type":              {make: keep},
	"an invitation of more than a mebibyte": {contentType: asJSON, make: func(b []byte) []byte { return with(`"note":"` + strings.Repeat("x", 1<<20) + `"`)(b) }},
	"an invitation nested 33 levels deep":   {contentType: asJSON, make: nested(33)},
	"an invitation nested 32 levels deep":   {contentType: asJSON, make: nested(32)},
}

// sample is the body that the vendor's own page shows, with our phone numbers
// and names (RX-INVITE-071).
const sample = `{
  "externalId": "placebo-sample", "phoneNumber": "+12025550142", "supportProgramId": "{program}",
  "firstName": "John", "lastName": "Doe", "requiredConsent": false, "isCaregiver": true, "skipOnboarding": false,
  "additionalData": [
    {"key": "patient.first.name", "value": "John", "editable": false},
    {"key": "patient.last.name", "value": "Doe", "editable": false},
    {"key": "patient.dob", "value": "1987-08-13T00:00:00+00:00", "editable": true},
    {"key": "patient.gender", "value": "male", "editable": true},
    {"key": "patient.phone.number", "value": "+12025550142", "editable": false},
    {"key": "patient.contact.method", "value": "Phone", "editable": true},
    {"key": "patient.prefLanguage", "value": "English", "editable": true},
    {"key": "patient.email", "value": "john.doe@example.com", "editable": true},
    {"key": "patient.callTime", "value": "Morning", "editable": true},
    {"key": "caregiver.first.name", "value": "Jane", "editable": true},
    {"key": "caregiver.last.name", "value": "Doe", "editable": true},
    {"key": "caregiver.relationship", "value": "Parent", "editable": true},
    {"key": "caregiver.phone.number", "value": "+12025550177", "editable": true},
    {"key": "caregiver.email", "value": "jane.doe@example.com", "editable": true}
  ]
}`

func (s *Scenario) astray(sc *godog.ScenarioContext) {
	sc.Given(re(`^the invitation has the faults "([^"]+)" and "([^"]+)"$`), func(a, b string) { s.faults = []string{a, b} })
	sc.Given(re(`^the published sample invitation$`), func() { s.sent = []byte(sample) })
	sc.When(re(`^the partner sends it$`), func(ctx context.Context) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		s.outcome = w.Vendor.Send(ctx, port.Good, asJSON, bytes.ReplaceAll(s.sent, []byte("{program}"), []byte(w.Programs.Main)))
		return nil
	})
	sc.When(re(`^the partner sends (an invitation .+|.+ as an invitation)$`), s.sends)
	sc.When(re(`^someone calls (\w+) (\S+)$`), func(ctx context.Context, method, path string) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		s.outcome = w.Vendor.Call(ctx, port.Good, method, path, nil)
		return nil
	})
	sc.When(re(`^someone calls (\w+) (\S+) at the host "([^"]+)"$`), func(ctx context.Context, method, path, host string) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		s.outcome = w.Vendor.Call(ctx, port.Good, method, path, map[string]string{"Host": host})
		return nil
	})
	sc.Then(re(`^the vendor answers (\d+) in its own form$`), func(status string) error {
		o := s.outcome
		if strconv.Itoa(o.Status) != status || o.InBody != status || !o.HasError || o.Message == "" {
			return s.unexpected("status "+status+" in the vendor's form", o)
		}
		return nil
	})
	sc.Then(re(`^the vendor offers the method (\w+)$`), func(method string) error {
		if s.outcome.Allow != method {
			return fmt.Errorf("it offers %q", s.outcome.Allow)
		}
		return nil
	})
}

// sends sends an odd body with good credentials.
func (s *Scenario) sends(ctx context.Context, what string) error {
	if strings.HasSuffix(what, "of headers") {
		return s.sendsHeaders(ctx)
	}
	odd, ok := oddBodies[strings.TrimSuffix(what, " as an invitation")]
	if !ok {
		return errors.New("the suite has no body that is " + what)
	}
	w, whole, err := s.whole(ctx)
	if err != nil {
		return err
	}
	s.outcome = w.Vendor.Send(ctx, port.Good, odd.contentType, odd.make(whole))
	return nil
}

// whole is Maya's invitation as bytes.
func (s *Scenario) whole(ctx context.Context) (*port.World, []byte, error) {
	w, err := s.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	p := s.meet("Maya")
	s.fill(w, p)
	members := map[string]json.RawMessage{}
	for _, m := range p.invitation.Members {
		members[m.Name] = m.Value
	}
	b, err := json.Marshal(members)
	return w, b, err
}

func (s *Scenario) sendsHeaders(ctx context.Context) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	headers := map[string]string{}
	for i := range 17 {
		headers[fmt.Sprintf("X-Padding-%d", i)] = strings.Repeat("x", 1<<10)
	}
	s.outcome = w.Vendor.Call(ctx, port.Good, "POST", "/v1/patients/invite", headers)
	return nil
}
