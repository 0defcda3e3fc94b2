package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator"
)

// patience bounds every wait of these tests; only a failure uses it up.
const patience = 30 * time.Second

// eventually waits until try has no objection any more.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; <-tick.C {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v: %v", what, patience, err)
		}
	}
}

// within waits for a channel to be closed or to give something.
func within[T any](t *testing.T, what string, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatalf("%s: not within %v", what, patience)
		panic("not reached")
	}
}

// lacking skips a test for want of a tool, except where nothing may be skipped.
func lacking(t *testing.T, tool string) {
	t.Helper()
	if os.Getenv("PLACEBO_CI") == "1" {
		t.Fatalf("PLACEBO_CI=1 demands everything, and there is no %s", tool)
	}
	t.Skipf("there is no %s on this machine", tool)
}

// output collects what a program writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// environment is what a program finds; the one of the tests is never seen.
type environment map[string]string

func (e environment) get(name string) string { return e[name] }

// call runs the program to its end.
func call(t *testing.T, env environment, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs output
	code = run(ctx, args, env.get, &out, &errs)
	if ctx.Err() != nil {
		t.Errorf("placebo %s did not end by itself", strings.Join(args, " "))
	}
	return code, out.String(), errs.String()
}

// served is what a program that serves announces, and what it has written.
type served struct {
	gjson.Result
	file           string // the announcement
	stdout, stderr output
}

func (s *served) url(listener string) string { return s.Get(listener).Str }

// box is the address of the default sandbox in the control API.
func (s *served) box() string { return s.url("control") + "/v1/sandboxes/" + s.Get("sandbox").Str }

// complete adds what args leave out: the announcement, and a free port of
// loopback for each listener that env does not mention either, since the ports
// without a flag are fixed ones.
func (s *served) complete(t *testing.T, env environment, args []string) []string {
	args = append([]string{"serve"}, args...)
	for _, l := range simulator.Listeners() {
		if _, said := env[envName(string(l))]; !said && !strings.Contains(strings.Join(args, " "), "--"+string(l)+" ") {
			args = append(args, "--"+string(l), "127.0.0.1:0")
		}
	}
	if i := slices.Index(args, "--announce"); i >= 0 {
		s.file = args[i+1]
		return args
	}
	s.file = filepath.Join(t.TempDir(), "announcement.json")
	return append(args, "--announce", s.file)
}

// await reads the announcement as soon as there is one. ended tells why there
// will be none.
func (s *served) await(t *testing.T, ended <-chan struct{}) {
	t.Helper()
	eventually(t, "the announcement", func() error {
		text, err := os.ReadFile(s.file)
		if err != nil {
			select {
			case <-ended:
				t.Fatalf("the program ended instead of serving:\n%s%s", s.stdout.String(), s.stderr.String())
			default:
			}
			return err
		}
		if !gjson.ValidBytes(text) {
			t.Fatalf("the announcement was seen before it was complete: %q", text)
		}
		s.Result = gjson.ParseBytes(text)
		return nil
	})
}

// running is the program as a function that serves.
type running struct {
	served
	cancel context.CancelFunc
	ended  chan struct{}
	code   int
}

// serve starts the program as a function and waits until it is ready; it ends
// with the test.
func serve(t *testing.T, env environment, args ...string) *running {
	t.Helper()
	p := start(t, env, args...)
	p.await(t, p.ended)
	return p
}

func start(t *testing.T, env environment, args ...string) *running {
	t.Helper()
	p := &running{ended: make(chan struct{})}
	args = p.complete(t, env, args)
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	go func() {
		defer close(p.ended)
		p.code = run(ctx, args, env.get, &p.stdout, &p.stderr)
	}()
	t.Cleanup(func() { p.stop(t) })
	return p
}

// stop ends the program and returns its exit code.
func (p *running) stop(t *testing.T) int {
	t.Helper()
	p.cancel()
	within(t, "the end of the program", p.ended)
	return p.code
}

var client = &http.Client{Timeout: 2 * patience}

// ask sends a request and returns the answer's JSON; it fails the test unless
// the answer is a 200. The body is an object, or "" for a GET.
func ask(t *testing.T, url, body string, header ...string) gjson.Result {
	t.Helper()
	status, answer, err := send(url, body, header...)
	if err != nil {
		t.Fatal(err)
	}
	if status != http.StatusOK {
		t.Fatalf("%s %s: got %d %s, want 200", url, body, status, answer)
	}
	return answer
}

func send(url, body string, header ...string) (status int, answer gjson.Result, err error) {
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return 0, answer, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		req.Header.Set(name, value)
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, answer, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && !gjson.ValidBytes(text) {
		err = fmt.Errorf("%s: got %d %q, want JSON", url, resp.StatusCode, text)
	}
	return resp.StatusCode, gjson.ParseBytes(text), err
}

// invite invites the n-th patient, who has nothing to do: the webhook that tells
// of the enrollment leaves at once. It returns the patient's id.
func (s *served) invite(n int) (string, error) {
	program := s.Get("programs.0")
	body := fmt.Sprintf(`{"externalId": "crm-%d", "phoneNumber": "+1202555%04d", "supportProgramId": %q,
		"firstName": "Maya", "lastName": "Torres", "skipOnboarding": true, "requiredConsent": false}`, n, 100+n, program.Get("id").Str)
	status, answer, err := send(s.url("vendor")+"/v1/patients/invite", body,
		"x-api-key: "+program.Get("apiKey").Str, "Authorization: Bearer "+program.Get("token").Str)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("inviting patient %d: got %d %s, want 200", n, status, answer)
	}
	id := answer.Get("data.patientId").Str
	if err == nil && id == "" {
		err = errors.New("the vendor named no patient: " + answer.Raw)
	}
	return id, err
}
