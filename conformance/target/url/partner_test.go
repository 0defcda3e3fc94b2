package url_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/result"
	"github.com/placebo-sim/placebo/conformance/settings"
	"github.com/placebo-sim/placebo/conformance/target/url"
	"github.com/placebo-sim/placebo/simulator"
)

func theProfile(t *testing.T) conformance.Profile {
	t.Helper()
	p, ok := conformance.FindProfile("partner")
	if !ok {
		t.Fatal("there is no profile for partners")
	}
	return p
}

// judged runs the partner profile against a partner.
func judged(t *testing.T, s *settings.Partner, o conformance.Options, opts ...url.PartnerOption) *result.Result {
	t.Helper()
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	p, err := url.NewPartner(t.Context(), s, o.RunID, 7, opts...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}()
	o.Profile, o.Parallel = theProfile(t), 16
	r, err := conformance.Execute(t.Context(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("exit %d, %s, %v %s", r.Exit(), r.Verdict, r.Totals.Scenarios, r.Note)
	return r
}

// freeAddress is one at which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

var maya = []settings.PartnerPatient{{ExternalID: "crm-88412", Phone: "+12025550142"}, {ExternalID: "crm-90001", Phone: "+12025550143", PatientID: "ha65a1c0ffee012"}}

// Our partner passes, and passes again: a run leaves nothing that the next one
// would stumble over.
func TestOurPartnerPassesTwice(t *testing.T) {
	media := freeAddress(t)
	ours := simulator.NewServer(t, simulator.WithListener(simulator.VendorListener, "off"), simulator.WithMediaFrom("http://"+media))
	for _, run := range []string{"one", "two"} {
		t.Run("run "+run, func(t *testing.T) {
			r := judged(t, &settings.Partner{Name: "Placebo", BaseURL: ours.URL(simulator.PartnerListener), Program: "q7Kx200mvd83nw1b",
				Patients: maya, Media: &settings.PartnerMedia{Listen: media}}, conformance.Options{Policy: true, RunID: run})
			if r.Exit() != 0 || r.Verdict != result.Passed {
				t.Errorf("exit %d, %s", r.Exit(), r.Verdict)
			}
			for _, s := range r.Scenarios {
				if s.Verdict != result.Passed {
					t.Errorf("%s %s: %s: %s", s.ID, s.Title, s.Verdict, s.Reason)
				}
			}
			if got := strings.Join(r.Left, " "); got != "crm-88412 crm-90001" {
				t.Errorf("left %q", got)
			}
		})
	}
}

func TestWhatIsNotClaimedIsSkippedWithTheReason(t *testing.T) {
	ours := simulator.NewServer(t, simulator.WithListener(simulator.VendorListener, "off"))
	r := judged(t, &settings.Partner{BaseURL: ours.URL(simulator.PartnerListener), Program: "p", Patients: maya,
		Readings: map[string][]string{"consentKey": {"consent"}, "infusionPath": {"user-action"}, "insuranceCase": {"camel"}}},
		conformance.Options{Policy: true, RunID: "t"})
	if r.Exit() != 0 {
		t.Errorf("exit %d", r.Exit())
	}
	seen := map[string]int{}
	for _, s := range r.Scenarios {
		switch s.Verdict {
		case result.Passed:
		case result.Skipped:
			_, reason, _ := strings.Cut(s.Reason, "the partner ")
			seen[reason]++
		default:
			t.Errorf("%s %s: %s: %s", s.ID, s.Title, s.Verdict, s.Reason)
		}
	}
	for _, want := range []string{"fetches no pictures from us", `does not claim to read consentKey: "both"`, `does not claim to read infusionPath: "user-enrollment"`} {
		if seen[want] == 0 {
			t.Errorf("nothing was skipped because the partner %s: %v", want, seen)
		}
	}
	for reason := range seen {
		if strings.Contains(reason, `consentKey: "consent"`) {
			t.Error("what the partner claims was skipped")
		}
	}
}

// A partner that reads one form alone is told in that form, if it says so.
func TestAPartnerIsToldInTheFormsThatItClaims(t *testing.T) {
	server := httptest.NewServer(good(func(w http.ResponseWriter, r *http.Request, body []byte) bool {
		infusion := gjson.GetBytes(body, "event.data.value").Str == "infusionUpdated"
		unread := bytes.Contains(body, []byte(`"consents"`)) || bytes.Contains(body, []byte(`"member_id"`)) ||
			infusion && strings.HasSuffix(r.URL.Path, "/user-enrollment")
		return unread && say(500, "text/plain", "never seen")(w, r, body)
	}))
	defer server.Close()
	s := settings.Partner{BaseURL: server.URL, Program: "p", Patients: maya}
	only := conformance.Options{RunID: "t", Clauses: []string{"HA-RESP-001"}}
	if r := judged(t, &s, only); r.Exit() != 1 {
		t.Errorf("without a claim: exit %d", r.Exit())
	}
	s.Readings = map[string][]string{"consentKey": {"consent"}, "insuranceCase": {"camel"}, "infusionPath": {"user-action"}}
	r := judged(t, &s, only)
	for _, s := range r.Scenarios {
		if s.Verdict != result.Passed && s.Verdict != result.Skipped {
			t.Errorf("%s %s: %s: %s", s.ID, s.Title, s.Verdict, s.Reason)
		}
	}
	if r.Exit() != 0 || r.Totals.Scenarios[result.Passed] < 100 {
		t.Errorf("exit %d, %v", r.Exit(), r.Totals.Scenarios)
	}
}

func TestAPartnerThatKnowsNobodyIsHeldToItsRefusals(t *testing.T) {
	ours := simulator.NewServer(t, simulator.WithListener(simulator.VendorListener, "off"))
	r := judged(t, &settings.Partner{BaseURL: ours.URL(simulator.PartnerListener)}, conformance.Options{RunID: "t", Clauses: []string{"HA-RESP-001", "HA-RESP-004"}})
	if r.Exit() != 0 || r.Totals.Scenarios[result.Passed] < 20 {
		t.Errorf("exit %d, %v", r.Exit(), r.Totals.Scenarios)
	}
	for _, s := range r.Scenarios {
		if s.Verdict != result.Passed && !(s.Verdict == result.Skipped && strings.Contains(s.Reason, "no patient is named")) {
			t.Errorf("%s %s: %s: %s", s.ID, s.Title, s.Verdict, s.Reason)
		}
	}
}

type invitations []port.Known

func (i invitations) Await(ctx context.Context) ([]port.Known, error) { return i, ctx.Err() }

func TestAPartnerThatInvitesFirstIsToldOfThoseItInvited(t *testing.T) {
	var told sync.Map
	server := httptest.NewServer(good(func(_ http.ResponseWriter, _ *http.Request, body []byte) bool {
		told.Store(gjson.GetBytes(body, "event.patient.id").Str, true)
		return false
	}))
	defer server.Close()
	s := &settings.Partner{BaseURL: server.URL, Invites: true}
	if _, err := url.NewPartner(t.Context(), s, "t", 7); err == nil || !strings.Contains(err.Error(), "no vendor here") {
		t.Errorf("got %v", err)
	}
	r := judged(t, s, conformance.Options{RunID: "t", Clauses: []string{"HA-RESP-003"}},
		url.WithInvited(invitations{{Program: "p", Patient: "ha0000000000abc", External: "x-1", Phone: "+12025550144"}}))
	if _, ok := told.Load("ha0000000000abc"); r.Exit() != 0 || !ok {
		t.Errorf("exit %d, told of the invited patient: %t", r.Exit(), ok)
	}
}

func TestACommandMakesThePatients(t *testing.T) {
	server := httptest.NewServer(good(nil))
	defer server.Close()
	for name, c := range map[string]struct{ prints, wrong string }{
		"a list":                 {`[{"externalId": "x-1", "phone": "+12025550144"}]`, ""},
		"no list":                {`hello`, "no list of patients"},
		"an empty list":          {`[]`, "no patient"},
		"a patient of no number": {`[{"externalId": "x-1", "phone": "1"}]`, "patient 1: phone must be"},
		"an unknown member":      {`[{"externalID": "x-1", "mobile": "1"}]`, "mobile"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &settings.Partner{BaseURL: server.URL, Program: "p", Seed: &settings.Seed{Command: []string{"echo", c.prints}}}
			p, err := url.NewPartner(t.Context(), s, "t", 7)
			switch {
			case c.wrong != "":
				if err == nil || !strings.Contains(err.Error(), c.wrong) || !strings.HasPrefix(err.Error(), "seed.command: ") {
					t.Errorf("got %v, want it to say %q", err, c.wrong)
				}
			case err != nil:
				t.Error(err)
			default:
				if got := p.Left(); len(got) != 1 || got[0] != "x-1" {
					t.Errorf("got %q", got)
				}
				_ = p.Close()
			}
		})
	}
	s := &settings.Partner{BaseURL: server.URL, Program: "p", Seed: &settings.Seed{Command: []string{"sh", "-c", "echo nobody home >&2; exit 4"}}}
	if _, err := url.NewPartner(t.Context(), s, "t", 7); err == nil || !strings.Contains(err.Error(), "nobody home") {
		t.Errorf("got %v", err)
	}
}

// good is a small partner that keeps the contract. Before it answers, a wrong one
// does what it does wrong, and tells whether it has answered.
func good(wrong func(w http.ResponseWriter, r *http.Request, body []byte) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if wrong != nil && wrong(w, r, body) {
			return
		}
		text := func(paths ...string) string {
			for _, path := range paths {
				if v := gjson.GetBytes(body, path); v.Type == gjson.String && v.Str != "" {
					return v.Str
				}
			}
			return ""
		}
		data := map[string]string{"patientId": text("event.patient.id", "event.patientId", "patient.id")}
		status, answer := http.StatusOK, map[string]any{"success": true, "data": data}
		data["supportProgramId"] = text("event.supportProgramId")
		data["externalId"] = text("event.patient.externalIds.0.sourceId", "patient.externalIds.0.sourceId")
		name := text("event.eventName", "eventName")
		if !gjson.ValidBytes(body) || !json.Valid(body) || data["supportProgramId"] == "" || data["patientId"] == "" ||
			strings.HasSuffix(name, "CompleteEnrollment") && text("event.patient.lastName") == "" ||
			!strings.HasSuffix(name, "CompleteEnrollment") && !gjson.GetBytes(body, "event.data.value").Exists() {
			status, answer = http.StatusBadRequest, map[string]any{"errorMessage": "this cannot be used", "data": data}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer)
	})
}

func say(status int, contentType, body string) func(http.ResponseWriter, *http.Request, []byte) bool {
	return func(w http.ResponseWriter, _ *http.Request, _ []byte) bool {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		return true
	}
}

// when limits what is wrong to some bodies.
func when(some func(body []byte) bool, wrong func(http.ResponseWriter, *http.Request, []byte) bool) func(http.ResponseWriter, *http.Request, []byte) bool {
	return func(w http.ResponseWriter, r *http.Request, body []byte) bool { return some(body) && wrong(w, r, body) }
}

func hang(_ http.ResponseWriter, r *http.Request, _ []byte) bool {
	<-r.Context().Done()
	return true
}

func drop(http.ResponseWriter, *http.Request, []byte) bool { panic(http.ErrAbortHandler) }

// again tells whether a body has come before.
func again() func([]byte) bool {
	var seen sync.Map
	return func(body []byte) bool {
		_, was := seen.LoadOrStore(string(body), true)
		return was
	}
}

func broken(body []byte) bool { return !json.Valid(body) }

func TestAWrongPartnerIsFailedAndADeadOneIsAnError(t *testing.T) {
	huge := func(body []byte) bool { return len(body) > 100<<10 }
	for name, c := range map[string]struct {
		wrong func(http.ResponseWriter, *http.Request, []byte) bool
		exit  int
		shows string // the note, or the reason of some scenario that failed
	}{
		"that keeps the contract":              {nil, 0, ""},
		"that always answers 200 and {}":       {say(200, "application/json", "{}"), 1, "an acknowledgement"},
		"that always acknowledges":             {say(200, "application/json", `{"success":true,"data":{}}`), 1, "status 400 with errorMessage and data"},
		"that always fails":                    {say(500, "text/plain", "oops"), 1, "500"},
		"that answers 200 without a body":      {when(json.Valid, say(204, "", "")), 3, "no JSON"},
		"that answers a page":                  {say(200, "text/html", "<html>Welcome</html>"), 3, "no JSON: is this the address of a webhook endpoint?"},
		"that is somewhere else":               {say(404, "text/html", "<html>Not found</html>"), 3, "nobody takes webhooks at this address"},
		"that has moved":                       {say(301, "text/html", ""), 3, "redirects"},
		"that lets nobody in":                  {say(401, "application/json", "{}"), 3, "say in headers"},
		"that is not there behind its proxy":   {say(502, "text/html", "<html>Bad gateway</html>"), 3, "stands before a partner"},
		"that hangs":                           {hang, 3, "no answer within 1s"},
		"that drops every connection":          {drop, 3, "hung up"},
		"that answers broken JSON with a page": {when(broken, say(500, "text/html", "<html>SyntaxError</html>")), 1, "status 400 with errorMessage and data"},
		"that hangs on broken JSON":            {when(broken, hang), 1, "no answer within 1s"},
		"that drops what is broken":            {when(broken, drop), 1, "hung up"},
		"that refuses what comes twice":        {when(again(), say(409, "application/json", `{"errorMessage":"again","data":{}}`)), 1, "an acknowledgement"},
		"that says so in a text":               {when(json.Valid, say(200, "application/json", `{"success":"true","data":{}}`)), 1, "an acknowledgement"},
		"that crashes on what is large":        {when(huge, say(500, "text/plain", "out of memory")), 1, "500"},
	} {
		t.Run("a partner "+name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(good(c.wrong))
			defer server.Close()
			began, within := time.Now(), settings.Span("")
			if strings.Contains(c.shows, "no answer") {
				within = "1s"
			}
			r := judged(t, &settings.Partner{BaseURL: server.URL, Program: "p", Patients: maya, Timeout: within},
				conformance.Options{RunID: "t", Clauses: []string{"HA-RESP-001", "HA-RESP-002", "HA-RESP-004"}, Features: []string{"answering*", "enduring*"}})
			if r.Exit() != c.exit {
				t.Errorf("exit %d, want %d", r.Exit(), c.exit)
			}
			shown := r.Note
			for _, s := range r.Scenarios {
				if s.Verdict == result.Failed {
					shown += "\n" + s.Reason
				}
				if s.Verdict == result.Error {
					t.Errorf("%s %s: %s", s.ID, s.Title, s.Reason)
				}
			}
			if !strings.Contains(shown, c.shows) {
				t.Errorf("got %s\nwant it to say %q", shown, c.shows)
			}
			if strings.Count(r.Note, "\n") > 0 {
				t.Errorf("the note has more than a line: %s", r.Note)
			}
			if took := time.Since(began); c.exit == 3 && took > 10*time.Second {
				t.Errorf("it took %s to see that nobody is there", took)
			}
		})
	}
}

func TestAPartnerThatIsDownIsAnError(t *testing.T) {
	r := judged(t, &settings.Partner{BaseURL: "http://" + freeAddress(t)}, conformance.Options{RunID: "t"})
	if r.Exit() != 3 || !strings.Contains(r.Note, "refused") {
		t.Errorf("exit %d, %s", r.Exit(), r.Note)
	}
}

func TestHeadersReachThePartnerAndNoReport(t *testing.T) {
	const secret = "a-very-secret-word"
	var mu sync.Mutex
	var came []string
	server := httptest.NewServer(good(func(_ http.ResponseWriter, r *http.Request, _ []byte) bool {
		mu.Lock()
		defer mu.Unlock()
		came = append(came, r.URL.Path+" "+r.Header.Get("X-Partner-Auth"))
		return false
	}))
	defer server.Close()
	r := judged(t, &settings.Partner{URLs: settings.WebhookURLs{Enrollment: server.URL + "/in/enrolled", Action: server.URL + "/in/acted"},
		Headers: map[string]string{"X-Partner-Auth": "Token " + secret}, Program: "p", Patients: maya},
		conformance.Options{RunID: "t", Clauses: []string{"HA-RESP-002"}})
	if r.Exit() != 0 {
		t.Errorf("exit %d", r.Exit())
	}
	for _, want := range []string{"/in/enrolled Token " + secret, "/in/acted Token " + secret} {
		if !slices.Contains(came, want) {
			t.Errorf("%q did not come: %q", want, came)
		}
	}
	written, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(written), secret) {
		t.Error("the secret stands in the result")
	}
	if !strings.Contains(string(written), "X-Partner-Auth") {
		t.Error("the header does not")
	}
}
