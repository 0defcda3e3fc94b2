package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator"
)

// serving are the flags for a run that is not to come about, on free ports.
func serving(args ...string) []string {
	all := []string{"serve"}
	for _, l := range simulator.Listeners() {
		all = append(all, "--"+string(l), "127.0.0.1:0")
	}
	return append(all, args...)
}

func TestATakenPortIsNamedWithItsListener(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() }) // after the subtests, which run side by side
	for _, l := range simulator.Listeners() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "announcement.json")
			code, stdout, stderr := call(t, nil, serving("--"+string(l), taken.Addr().String(), "--announce", file)...)
			if code != 1 || stdout != "" {
				t.Errorf("got %d, %q, want 1 and nothing on stdout", code, stdout)
			}
			for _, want := range []string{string(l) + " cannot listen on " + taken.Addr().String(), "in use"} {
				if !strings.Contains(stderr, want) {
					t.Errorf("got %q, want %q", stderr, want)
				}
			}
			if _, err := os.Stat(file); err == nil {
				t.Error("a run that did not come about was announced")
			}
		})
	}
}

func TestAListenerBeyondLoopbackNeedsAControlToken(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0"} {
		for _, l := range simulator.Listeners() {
			t.Run(string(l)+" on "+address, func(t *testing.T) {
				t.Parallel()
				code, _, stderr := call(t, nil, serving("--"+string(l), address)...)
				if code != 1 {
					t.Errorf("got %d, want 1", code)
				}
				for _, want := range []string{string(l), address, "set a control token"} {
					if !strings.Contains(stderr, want) {
						t.Errorf("got %q, want %q", stderr, want)
					}
				}
			})
		}
	}
}

func TestWithAControlTokenAListenerCanReachBeyondLoopback(t *testing.T) {
	t.Parallel()
	p := serve(t, environment{"PLACEBO_CONTROL_TOKEN": "open sesame"}, "--control", "0.0.0.0:0")
	if status, answer, err := send(p.box(), ""); err != nil || status != http.StatusUnauthorized {
		t.Errorf("without the token: got %d %s, %v, want 401", status, answer, err)
	}
	if got := ask(t, p.box(), "", "Authorization: Bearer open sesame").Get("name").Str; got != "default" {
		t.Errorf("got %q, want the default sandbox", got)
	}
	if all := p.stdout.String() + p.stderr.String(); strings.Contains(all, "sesame") {
		t.Errorf("the token was written: %s", all)
	}
}

func TestAFlagBeatsAVariableBeatsTheFileBeatsTheDefault(t *testing.T) {
	t.Parallel()
	file := write(t, "version: 1\nseed: 11\nlisten: {phone: 'off', partner: 'off'}\n")
	cases := []struct {
		name    string
		env     environment
		args    []string
		seed    uint64
		partner bool // it listens
		phone   bool
	}{
		{"the file alone", nil, []string{"--config", file}, 11, false, false},
		{"the file named by a variable", environment{"PLACEBO_CONFIG": file}, nil, 11, false, false},
		{"a variable and the file", environment{"PLACEBO_SEED": "22", "PLACEBO_PHONE": "127.0.0.1:0"}, []string{"--config", file}, 22, false, true},
		{"a flag and the file", nil, []string{"--config", file, "--seed", "33", "--partner", "127.0.0.1:0"}, 33, true, false},
		{"a flag, a variable and the file", environment{"PLACEBO_SEED": "22", "PLACEBO_PHONE": "127.0.0.1:0", "PLACEBO_PARTNER": "127.0.0.1:0"},
			[]string{"--config", file, "--seed", "33", "--phone", "off"}, 33, true, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			// These two stay unsaid unless the case says them.
			env := environment{"PLACEBO_PARTNER": "", "PLACEBO_PHONE": ""}
			maps.Copy(env, c.env)
			p := serve(t, env, c.args...)
			if got := p.Get("seed").Uint(); got != c.seed {
				t.Errorf("got seed %d, want %d", got, c.seed)
			}
			for listener, want := range map[string]bool{"partner": c.partner, "phone": c.phone} {
				if got := p.url(listener); (got != "") != want {
					t.Errorf("%s: got %q, want it to listen: %v", listener, got, want)
				}
			}
		})
	}
}

func TestTheDefaultAddressesAreOnLoopback(t *testing.T) {
	t.Parallel()
	serve := newServe()
	for _, l := range simulator.Listeners() {
		host, port, err := net.SplitHostPort(serve.Flags().Lookup(string(l)).DefValue)
		if err != nil || host != "127.0.0.1" || port == "0" {
			t.Errorf("%s: got %s:%s, %v, want a port of 127.0.0.1", l, host, port, err)
		}
	}
}

func TestARunWithoutASeedDrawsAndPrintsOne(t *testing.T) {
	t.Parallel()
	p := serve(t, nil)
	seed := p.Get("seed").Uint()
	if seed < 1 || seed > 999_999 || !strings.Contains(p.stdout.String(), fmt.Sprintf("seed %d\n", seed)) {
		t.Errorf("got seed %d and %q, want one that is printed", seed, p.stdout.String())
	}
}

func keys(r gjson.Result) []string {
	all := []string{}
	r.ForEach(func(name, _ gjson.Result) bool {
		all = append(all, name.Str)
		return true
	})
	return all
}

func TestTheAnnouncementHasTheDocumentedKeys(t *testing.T) {
	t.Parallel()
	p := serve(t, nil, "--seed", "7", "--phone", "off", "--partner", "off")
	if got, want := keys(p.Result), []string{"vendor", "partner", "phone", "control", "sandbox", "seed", "programs"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	programs := p.Get("programs").Array()
	if len(programs) != 2 {
		t.Errorf("got %d programs, want one per product", len(programs))
	}
	for _, program := range programs {
		if got, want := keys(program), []string{"product", "id", "apiKey", "token"}; !slices.Equal(got, want) {
			t.Errorf("a program: got %v, want %v", got, want)
		}
		program.ForEach(func(name, value gjson.Result) bool {
			if value.Type != gjson.String || value.Str == "" {
				t.Errorf("a program's %s: got %s, want some text", name.Str, value.Raw)
			}
			return true
		})
	}
	for _, listener := range []string{"partner", "phone"} {
		if got := p.Get(listener); got.Type != gjson.String || got.Str != "" {
			t.Errorf("%s is off: got %s, want an empty text", listener, got.Raw)
		}
		if !strings.Contains(p.stdout.String(), listener) {
			t.Errorf("%s is not on the screen", listener)
		}
	}
	for _, listener := range []string{"vendor", "control"} {
		u, err := url.Parse(p.url(listener))
		if err != nil || u.Scheme != "http" || u.Hostname() != "127.0.0.1" || u.Port() == "" || u.Port() == "0" {
			t.Errorf("%s: got %q, want an address with the port that was taken", listener, p.url(listener))
		}
	}
	if got := p.Get("seed").Uint(); got != 7 {
		t.Errorf("got seed %d, want 7", got)
	}
	if got := ask(t, p.url("control")+"/readyz", "").Get("status").Str; got != "ready" {
		t.Errorf("what is announced is %q, want ready", got)
	}
}

func TestTheAnnouncementReplacesAnOlderOneInOnePiece(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "placebo.json")
	older := []byte("older, and longer than what comes in its place" + strings.Repeat(".", 4096))
	if err := os.WriteFile(path, older, 0o600); err != nil {
		t.Fatal(err)
	}
	held, err := os.Open(path) // as a reader does who is not done yet
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()

	start(t, nil, "--announce", path)
	eventually(t, "a new announcement", func() error {
		text, err := os.ReadFile(path)
		switch {
		case err != nil:
			t.Fatalf("there was a moment without an announcement: %v", err)
		case bytes.Equal(text, older):
			return fmt.Errorf("still the older one")
		case !gjson.ValidBytes(text):
			t.Fatalf("the announcement was seen before it was complete: %q", text)
		}
		return nil
	})
	if got, err := io.ReadAll(held); err != nil || !bytes.Equal(got, older) {
		t.Errorf("the older file was written over: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("got %v, %v, want nothing beside the announcement", entries, err)
	}
}

func TestAnAnnouncementThatCannotBeWrittenEndsTheRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	busy := filepath.Join(dir, "busy")
	if err := os.MkdirAll(filepath.Join(busy, "with something in it"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"no such directory": filepath.Join(dir, "none", "a.json"), "a directory is in its place": busy} {
		t.Run(name, func(t *testing.T) {
			probe, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			address := probe.Addr().String()
			_ = probe.Close()
			code, stdout, stderr := call(t, nil, serving("--vendor", address, "--announce", path)...)
			if code != 1 || stdout != "" || !strings.Contains(stderr, "announcing: ") {
				t.Errorf("got %d, %q, %q, want 1 and the reason", code, stdout, stderr)
			}
			free(t, address)
		})
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("got %v, %v, want no temporary file to stay", entries, err)
	}
}

// free tells whether an address can be listened on.
func free(t *testing.T, address string) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Errorf("the address is not free: %v", err)
		return
	}
	_ = l.Close()
}

// ear is a partner of ours: it hears webhooks.
type ear struct {
	*httptest.Server
	heard chan heard
}

type heard struct {
	path string
	body gjson.Result
}

func listen(t *testing.T) *ear {
	e := &ear{heard: make(chan heard, 16)}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"success":true,"data":{}}`)
		e.heard <- heard{r.URL.Path, gjson.ParseBytes(body)}
	}))
	t.Cleanup(e.Close)
	return e
}

func TestWebhooksGoToTheGivenAddress(t *testing.T) {
	t.Parallel()
	for name, suffix := range map[string]string{"as it is": "", "with a slash at its end": "/", "with a path": "/our/partner"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := listen(t)
			p := serve(t, environment{"PLACEBO_WEBHOOKS": e.URL + suffix}, "--partner", "off")
			id, err := p.invite(1)
			if err != nil {
				t.Fatal(err)
			}
			got := within(t, "the webhook", e.heard)
			if want := strings.TrimSuffix(suffix, "/") + "/webhook/user-enrollment"; got.path != want {
				t.Errorf("got it at %s, want it at %s", got.path, want)
			}
			if patient := got.body.Get("event.patient.id").Str; patient != id {
				t.Errorf("got patient %q, want %q", patient, id)
			}
		})
	}
}

func TestTheEndIsSuccessAndFreesThePorts(t *testing.T) {
	t.Parallel()
	p := serve(t, nil)
	for _, l := range simulator.Listeners() { // leaves a connection behind
		resp, err := client.Get(p.url(string(l)))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	if code := p.stop(t); code != 0 {
		t.Errorf("got %d, want 0: %s", code, p.stderr.String())
	}
	for _, l := range simulator.Listeners() {
		free(t, strings.TrimPrefix(p.url(string(l)), "http://"))
	}
}

// soon is well under the time after which what has not ended is cut off.
const soon = 5 * time.Second

func TestCallsThatOnlyWaitDoNotHoldUpTheEnd(t *testing.T) {
	t.Parallel()
	hanging := newHanging(t)
	p := serve(t, nil, "--webhooks", hanging.URL)
	id, err := p.invite(1)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "the webhook", hanging.reached)
	answered := startAwait(t, &p.served, id)
	began := time.Now()
	if code := p.stop(t); code != 0 {
		t.Errorf("got %d, want 0: %s", code, p.stderr.String())
	}
	if took := time.Since(began); took > soon {
		t.Errorf("the end took %v, want less than %v", took, soon)
	}
	within(t, "the end of the request", answered)
}

// hanging is a partner that never answers.
type hanging struct {
	*httptest.Server
	reached chan struct{}
}

func newHanging(t *testing.T) *hanging {
	h := &hanging{reached: make(chan struct{}, 16)}
	over := make(chan struct{})
	h.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		h.reached <- struct{}{}
		select {
		case <-over:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() { close(over); h.Close() })
	return h
}

// startAwait has the control API wait a minute for what does not come, and
// returns when it does so; over is closed when the request has ended, one way or
// the other.
func startAwait(t *testing.T, p *served, patient string) (over chan struct{}) {
	t.Helper()
	address := p.box() + "/await?for=text&after=99&patient=" + patient
	sent, over := make(chan struct{}), make(chan struct{})
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(sent) }})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"&timeout=60s", nil)
	if err != nil {
		t.Fatal(err)
	}
	alone := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // no second try on another connection
	go func() {
		defer close(over)
		resp, err := alone.Do(req)
		if err != nil {
			return // cut off, which is fine
		}
		defer resp.Body.Close()
		if body, _ := io.ReadAll(resp.Body); resp.StatusCode == http.StatusOK {
			t.Errorf("got 200 %s, want what never came not to be found", body)
		}
	}()
	within(t, "the request", sent)
	// Sent is not yet taken up: one that was sent later waits beside it, in vain.
	if status, answer, err := send(address+"&timeout=200ms", ""); err != nil || status != http.StatusRequestTimeout {
		t.Fatalf("awaiting: got %d %s, %v, want 408", status, answer, err)
	}
	return over
}

// pasted runs a command that was printed, as a person would, and returns what
// it prints.
func pasted(t *testing.T, command string, env ...string) gjson.Result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "no_proxy=*"}, env...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	text, err := cmd.Output()
	if err != nil || !gjson.ValidBytes(text) {
		t.Fatalf("pasted %s: got %q, %q, %v, want JSON", command, text, errs.String(), err)
	}
	return gjson.ParseBytes(text)
}

// commands are what serve prints for pasting: paragraphs that start with curl,
// of one command that goes on or of one command a line.
func commands(stdout string) []string {
	var all []string
	for paragraph := range strings.SplitSeq(stdout, "\n\n") {
		first, _, _ := strings.Cut(paragraph, "\n")
		switch {
		case !strings.HasPrefix(first, "  curl "):
		case strings.HasSuffix(first, `\`):
			all = append(all, paragraph)
		default:
			all = append(all, strings.Split(paragraph, "\n")...)
		}
	}
	return all
}

func TestThePrintedCommandsWorkWhenPasted(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		lacking(t, "curl")
	}
	const oddIDs = `version: 1
sandbox: odd.one
programs:
  - id: nobody-may-call
    product: rxware
    tokens: [{id: old, expires: 2001-02-03T04:05:06Z}]
  - id: it's "quoted" \ $HOME
    product: rxware
    apiKeys: [{value: "it's $HOME"}]
`
	const wanting = `version: 1
programs:
  - id: wanting
    product: rxware
    fields:
      - {key: it's "odd", required: invite}
      - {key: since, type: us-date, required: invite}
      - {key: site, type: choice, choices: [left, right], required: invite}
`
	cases := []struct {
		name string
		args []string
		env  []string
	}{
		{"as it comes", nil, nil},
		{"with a control token", []string{"--control-token", "it's $HOME"}, []string{"PLACEBO_CONTROL_TOKEN=it's $HOME"}},
		{"with another key header", []string{"--key-header", "X-Our-Key"}, nil},
		{"with ids that mean something to a shell", []string{"--config", write(t, oddIDs)}, nil},
		{"with details that the program wants", []string{"--config", write(t, wanting)}, nil},
		{"with HelpAround first", []string{"--config", write(t, "version: 1\nprograms: [{id: one, product: helparound}]\n")}, nil},
	}
	if l, err := net.Listen("tcp", "[::1]:0"); err == nil {
		_ = l.Close()
		cases = append(cases, struct {
			name string
			args []string
			env  []string
		}{"on IPv6", []string{"--vendor", "[::1]:0", "--control", "[::1]:0"}, nil})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := serve(t, nil, c.args...)
			eventually(t, "the greeting", func() error {
				if !strings.Contains(p.stdout.String(), "Ctrl-C") {
					return fmt.Errorf("so far: %q", p.stdout.String())
				}
				return nil
			})
			all := commands(p.stdout.String())
			if len(all) != 4 {
				t.Fatalf("got %d commands in %s, want an invitation and three looks", len(all), p.stdout.String())
			}
			id := pasted(t, all[0], c.env...).Get("data.patientId").Str
			if id == "" {
				t.Fatalf("nobody was invited: %s", pasted(t, all[0], c.env...))
			}
			texts := pasted(t, all[1], c.env...).Get("texts").Array()
			if len(texts) != 1 || texts[0].Get("patient").Str != id {
				t.Fatalf("got %v, want one text to %s", texts, id)
			}
			resp, err := client.Get(texts[0].Get("link").Str)
			if err != nil {
				t.Fatalf("the link in the text does not open: %v", err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Errorf("the link in the text opens with %s, want 200", resp.Status)
			}
			if got := pasted(t, all[2], c.env...).Get("webhooks"); !got.IsArray() {
				t.Errorf("got %s, want a list of webhooks", got.Raw)
			}
			if got := pasted(t, all[3], c.env...).Get("notices"); !got.IsArray() {
				t.Errorf("got %s, want a list of notices", got.Raw)
			}
		})
	}
}

func TestOnlyWhatIsThereIsPrinted(t *testing.T) {
	t.Parallel()
	p := serve(t, nil, "--vendor", "off", "--phone", "off")
	p.stop(t)
	got := p.stdout.String()
	if all := commands(got); len(all) != 3 || strings.Contains(got, "Invite") {
		t.Errorf("without a vendor: got %s, want no invitation", got)
	}
	p = serve(t, nil, "--control", "off")
	p.stop(t)
	got = p.stdout.String()
	if all := commands(got); len(all) != 1 || !strings.Contains(got, "Invite") {
		t.Errorf("without control: got %s, want the invitation alone", got)
	}
}
