package client_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/client"
	"github.com/placebo-sim/placebo/conformance/port"
)

func TestWhatAVendorCouldTakeIsDisguisedAndNothingElse(t *testing.T) {
	long, tooLong := strings.Repeat("x", 100), strings.Repeat("x", 101)
	cases := []struct{ name, body, want string }{
		{"a partner's id", `{"externalId": "placebo-maya"}`, `^\{"externalId": "run-s1-placebo-maya"\}$`},
		{"a partner's id with an accent", `{"externalId":"Ren\u00e9e"}`, `^\{"externalId":"run-s1-Renée"\}$`},
		{"an id of 100 signs", `{"externalId":"` + long + `"}`, `^\{"externalId":"run-s1-x{93}"\}$`},
		{"an id of 101 signs", `{"externalId":"` + tooLong + `"}`, `^\{"externalId":"run-s1-x{94}"\}$`},
		{"an empty id", `{"externalId":""}`, `^\{"externalId":""\}$`},
		{"an id of another kind", `{"externalId":["a"]}`, `^\{"externalId":\["a"\]\}$`},
		{"a number of eleven digits", `{"phoneNumber":"+12025550142"}`, `^\{"phoneNumber":"\+999\d{8}"\}$`},
		{"a number of twelve digits", `{"phoneNumber":"+999123456789"}`, `^\{"phoneNumber":"\+999\d{9}"\}$`},
		{"a number in a list", `["+12025550142"]`, `^\["\+999\d{8}"\]$`},
		{"a number with too few digits", `{"phoneNumber":"+2025550142"}`, `^\{"phoneNumber":"\+2025550142"\}$`},
		{"a number with too many digits", `{"phoneNumber":"+9991234567890"}`, `"\+9991234567890"`},
		{"a number without a plus", `{"phoneNumber":"12025550142"}`, `"12025550142"`},
		{"a number written for people", `{"phoneNumber":"+1 202 555 0142"}`, `"\+1 202 555 0142"`},
		{"a number in a sentence", `{"note":"call +12025550142"}`, `"call \+12025550142"`},
		{"a body that is no JSON", `{"externalId": "a", nope`, `^\{"externalId": "run-s1-a", nope$`},
		{"nothing", ``, `^$`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := client.NewCast("run", 7, false).Guise("s1", nil, nil)
			hidden := g.Hide([]byte(c.body))
			if !regexp.MustCompile(c.want).Match(hidden) {
				t.Errorf("got %s, want %s", hidden, c.want)
			}
			if again := g.Hide([]byte(c.body)); string(again) != string(hidden) {
				t.Errorf("then %s", again)
			}
			if gjson.Valid(c.body) && gjson.Get(string(g.Show(hidden)), "@ugly").Raw != gjson.Get(strings.ReplaceAll(c.body, `\u00e9`, "é"), "@ugly").Raw {
				t.Errorf("came back as %s", g.Show(hidden))
			}
		})
	}
}

func TestANumberComesBackHoweverItsPlusIsWritten(t *testing.T) {
	g := client.NewCast("run", 7, false).Guise("s1", nil, nil)
	hidden := gjson.GetBytes(g.Hide([]byte(`["+12025550142"]`)), "0").String()
	for _, plus := range []string{"+", `\u002b`, `\u002B`} {
		if got := string(g.Show([]byte(`["` + plus + hidden[1:] + `"]`))); got != `["+12025550142"]` {
			t.Errorf("with %s: got %s", plus, got)
		}
	}
}

func TestNobodySharesANumberInARun(t *testing.T) {
	for name, us := range map[string]bool{"reserved": false, "us": true} {
		t.Run(name, func(t *testing.T) {
			cast, seen := client.NewCast("run", 7, us), map[string]bool{}
			fictional := regexp.MustCompile(map[bool]string{true: `^\+1[2-9]\d\d55501[0-8]\d$`, false: `^\+999\d{8}$`}[us])
			for i := range 3000 {
				number := cast.Guise(fmt.Sprint(i), nil, nil).HideText("+12025550142")
				if seen[number] || !fictional.MatchString(number) {
					t.Fatalf("%s: seen before, or nobody's to use", number)
				}
				seen[number] = true
			}
		})
	}
	a := client.NewCast("one", 7, false).Guise("s1", nil, nil).HideText("+12025550142")
	if b := client.NewCast("two", 7, false).Guise("s1", nil, nil).HideText("+12025550142"); a == b {
		t.Error("two runs begin with one number")
	}
	if b := client.NewCast("one", 7, false).Guise("s1", nil, nil).HideText("+12025550142"); a != b {
		t.Error("one run begins with two numbers")
	}
}

// told posts a webhook to a line and returns what was answered.
func told(t *testing.T, line *client.Line, path, body string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	w := httptest.NewRecorder()
	line.ServeHTTP(w, r)
	answer, _ := io.ReadAll(w.Result().Body)
	return string(answer)
}

func TestAWebhookReachesTheScenarioOfWhoseItTells(t *testing.T) {
	cast := client.NewCast("run", 7, false)
	line := client.NewLine("/hooks", map[string]string{"/enrolled": "/webhook/user-enrollment"})
	line.Patience = 50 * time.Millisecond
	listen := func(name string) (*client.Ear, *client.Guise) {
		ear := client.NewEar()
		g := cast.Guise(name, line, ear)
		line.Listen(context.Background(), ear, g, nil)
		return ear, g
	}
	maya, hersGuise := listen("a")
	leo, hisGuise := listen("b")
	hers := hersGuise.Hide([]byte(`{"externalId":"placebo-maya","phoneNumber":"+12025550142"}`))
	hisGuise.Hide([]byte(`{"externalId":"placebo-maya","phoneNumber":"+12025550142"}`))
	hisGuise.Invited([]byte(`{"externalId":"placebo-maya"}`), "ha1")

	answer := told(t, line, "/hooks/webhook/user-action", fmt.Sprintf(`{"event":{"patient":{"id":"new","externalIds":[{"sourceId":%q}]}}}`, gjson.GetBytes(hers, "externalId").String()))
	if !strings.Contains(answer, "run-a-placebo-maya") {
		t.Errorf("the acknowledgement is %s, want the id that was sent", answer)
	}
	told(t, line, "/enrolled", `{"event":{"patientId":"ha1"}}`)
	told(t, line, "/webhook/user-action", `{"event":{"patientId":"stranger"}}`)
	told(t, line, "/webhook/user-action", `{"event": "ha1" and no JSON`)
	if h := maya.Heard(); len(h) != 1 || h[0].Path != "/webhook/user-action" || !strings.Contains(string(h[0].Body), `"placebo-maya"`) {
		t.Errorf("Maya's scenario heard %v", h)
	}
	if h := leo.Heard(); len(h) != 2 || h[0].Path != "/webhook/user-enrollment" || h[1].Valid {
		t.Errorf("Leo's scenario heard %v", h)
	}
	if aside := line.Aside(); len(aside) != 1 {
		t.Errorf("kept aside: %v", aside)
	}
	line.Leave(leo)
	told(t, line, "/enrolled", `{"event":{"patientId":"ha1"}}`)
	if len(leo.Heard()) != 2 {
		t.Error("a scenario that has ended still hears")
	}
}

func TestAWebhookWaitsForItsPatientToBecomeKnown(t *testing.T) {
	line := client.NewLine("", nil)
	line.Patience = 10 * time.Second
	ear := client.NewEar()
	g := client.NewCast("run", 7, false).Guise("a", line, ear)
	line.Listen(context.Background(), ear, g, nil)
	var wg sync.WaitGroup
	wg.Go(func() { told(t, line, "/webhook/user-action", `{"event":{"patientId":"ha1"}}`) })
	time.Sleep(20 * time.Millisecond) // so that it most likely waits; if not, nothing is lost
	g.Invited([]byte(`{"externalId":"x"}`), "ha1")
	wg.Wait()
	if len(ear.Heard()) != 1 || len(line.Aside()) != 0 {
		t.Errorf("heard %v, aside %v", ear.Heard(), line.Aside())
	}
}

func TestWhatWasLeftAreThePatientsThatWereInvited(t *testing.T) {
	cast := client.NewCast("run", 7, false)
	g := cast.Guise("a", nil, nil)
	g.Hide([]byte(`{"externalId":"refused"}`))
	g.Invited([]byte(`{"externalId":"taken"}`), "ha1")
	if left := cast.Left(); len(left) != 1 || left[0] != "run-a-taken" {
		t.Errorf("left: %q", left)
	}
}

func TestARateIsKeptAfterItsBurst(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	c := &client.Caller{Rate: client.NewRate(50, 3)}
	began := time.Now()
	for range 6 {
		if o := c.Do(t.Context(), "GET", server.URL, nil, nil); o.Err != nil {
			t.Fatal(o.Err)
		}
	}
	if took := time.Since(began); took < 50*time.Millisecond { // three at once, three more 20 ms apart
		t.Errorf("six calls took %v, want 60 ms", took)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if o := (&client.Caller{Rate: client.NewRate(0.001, 1)}).Do(ctx, "GET", server.URL, nil, nil); o.Err == nil {
		t.Error("a call that waits outlives its run")
	}
}

// at is a webhook with members said otherwise.
func at(path, body string) port.Heard {
	return port.Heard{Path: path, Body: []byte(body), Valid: json.Valid([]byte(body))}
}
