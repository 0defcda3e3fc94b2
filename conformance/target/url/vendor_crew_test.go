package url_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/result"
	"github.com/placebo-sim/placebo/conformance/settings"
	"github.com/placebo-sim/placebo/conformance/target/url"
)

// few are clauses that need a patient, texts and webhooks.
var few = []string{"RX-INVITE-001", "RX-INVITE-069", "RX-HOOK-OPT-001", "HA-HOOK-VISIT-001", "HA-HOOK-ENROLL-001", "RX-MEDIA-006"}

// some runs the scenarios of few, and returns their verdicts by title.
func some(t *testing.T, v *url.Vendor, parallel int) (verdicts map[string]result.Scenario) {
	t.Helper()
	p, _ := conformance.FindProfile("rxware")
	r, err := conformance.Execute(t.Context(), v, conformance.Options{Profile: p, RunID: "crew", Clauses: few, Parallel: parallel})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v %s", r.Totals.Scenarios, r.Note)
	verdicts = map[string]result.Scenario{}
	for _, s := range r.Scenarios {
		verdicts[s.Title] = s
	}
	return verdicts
}

func holds(t *testing.T, verdicts map[string]result.Scenario, title string, want result.Verdict, why string) {
	t.Helper()
	if s := verdicts[title]; s.Verdict != want || !strings.Contains(s.Reason, why) {
		t.Errorf("%s: got %s (%s), want %s (%s)", title, s.Verdict, s.Reason, want, why)
	}
}

func TestAVendorsOwnRequestsActAsThePatient(t *testing.T) {
	s := start(t, "rxware", "")
	patients := s.Driver.Control.URL + "/v1/sandboxes/default/patients/{patient}"
	act := func(body string) settings.Request {
		return settings.Request{URL: patients + "/acts", Headers: map[string]string{"Content-Type": "application/json"}, Body: body}
	}
	s.Driver = settings.Driver{HTTP: &settings.HTTPDriver{
		Acts: map[string]settings.Request{"open-link": act(`{"act": "open-link"}`), "consent": act(`{"act": "consent"}`), "finish": act(`{"act": "finish"}`),
			"view-tracker": act(`{"act": "view-tracker"}`), "text": act(`{"act": "text", "body": "{text}"}`)},
		State: &settings.StateRequest{Request: settings.Request{URL: patients}, Stage: "stage", Screens: "screens"},
	}}
	s.Observe.Texts = &settings.TextsRequest{Path: "texts.#.body", To: "texts.#.phone",
		Request: settings.Request{URL: s.Driver.HTTP.State.URL[:strings.LastIndex(patients, "/patients/")] + "/inbox?direction=to-phone&limit=1000&patient={patient}"}}
	v, err := url.NewVendor(t.Context(), s, "http", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	verdicts := some(t, v, 8)
	holds(t, verdicts, "A finished enrollment is told", result.Passed, "")
	holds(t, verdicts, "Three visits are told three times", result.Passed, "")
	holds(t, verdicts, "STOP is told as opting out", result.Passed, "")
	holds(t, verdicts, "An invitation brings one text to the patient's phone", result.Passed, "")
	holds(t, verdicts, "The file comes back byte for byte, under the id of the invitation", result.Skipped, `no request for the act "upload-media"`)
}

// phone is a person at a terminal: what is asked of them is in the prompts.
type phone struct {
	mu     sync.Mutex
	asked  bytes.Buffer
	answer func(prompt string) string
	to     io.Writer
}

func (p *phone) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked.Write(b)
	if prompt := string(b); strings.Contains(prompt, "please") {
		go fmt.Fprintln(p.to, p.answer(prompt))
	}
	return len(b), nil
}

func TestAPersonActsAsThePatient(t *testing.T) {
	s := start(t, "rxware", "")
	s.Driver = settings.Driver{Attended: true}
	v, err := url.NewVendor(t.Context(), s, "attended", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	in, to := io.Pipe()
	defer to.Close()
	person := &phone{to: to, answer: func(prompt string) string {
		if strings.Contains(prompt, "open the link") {
			return "s"
		}
		return ""
	}}
	v.Attend(in, person)
	verdicts := some(t, v, 2)
	holds(t, verdicts, "A patient is invited with nothing but the five required details", result.Passed, "")
	holds(t, verdicts, "A finished enrollment is told", result.Skipped, "the person at the terminal skipped it")
	holds(t, verdicts, "An invitation brings one text to the patient's phone", result.Skipped, "nothing here shows the texts")
	if asked := person.asked.String(); !strings.Contains(asked, "open the link in the invitation") || !strings.Contains(asked, "A finished enrollment is told") {
		t.Errorf("asked: %s", asked)
	}
}

func TestWithoutAPatientOrAnEarWhatNeedsThemIsSkipped(t *testing.T) {
	s := start(t, "rxware", "")
	s.Driver, s.Callback = settings.Driver{}, nil
	s.Credentials = settings.Credentials{Good: s.Credentials.Good}
	v, err := url.NewVendor(t.Context(), s, "alone", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	verdicts := some(t, v, 8)
	holds(t, verdicts, "A patient is invited with nothing but the five required details", result.Passed, "")
	holds(t, verdicts, "A finished enrollment is told", result.Skipped, "nobody can act as the patient here")
	w, err := v.Open(t.Context(), port.Wishes{Name: "x", Product: "rxware"})
	if err != nil {
		t.Fatal(err)
	}
	var lacking *port.Cannot
	if o := w.Vendor.Invite(t.Context(), port.LowScope, &port.Invitation{}); !errors.As(o.Err, &lacking) || lacking.Capability != port.HasAccess {
		t.Errorf("got %v, want that the credentials are lacking", o.Err)
	}
}

func TestCredentialsMayBePrinted(t *testing.T) {
	for name, c := range map[string]struct{ script, want string }{
		"as JSON":          {`echo '{"key": "k", "bearer": "a.b.c"}'`, ""},
		"on two lines":     {"echo k; echo a.b.c", ""},
		"as something":     {"echo three words here", "printed neither JSON"},
		"without a bearer": {`echo '{"key": "k"}'`, "printed neither JSON"},
		"not at all":       {"echo no luck >&2; exit 1", "no luck"},
	} {
		t.Run(name, func(t *testing.T) {
			script := filepath.Join(t.TempDir(), "print.sh")
			if err := os.WriteFile(script, []byte("#!/bin/sh\n"+c.script+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			v, err := url.NewVendor(t.Context(), &settings.Vendor{BaseURL: "http://127.0.0.1:1", Programs: settings.Programs{Main: "p"},
				Credentials: settings.Credentials{Good: settings.Credential{Command: []string{"/bin/sh", script}}}}, "r", 1)
			if err == nil {
				defer v.Close()
			}
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
