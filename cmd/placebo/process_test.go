package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

var scratch string // holds the program that is built

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "placebo-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(scratch)
	os.Exit(code)
}

// built makes the program as it is released, once.
var built = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "placebo")
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the program: %w: %s", err, out)
	}
	return path, nil
})

// process is the program as a process that serves.
type process struct {
	served
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // how it ended
}

// spawn starts the program as a process and waits until it is ready. It is
// killed with the test.
func spawn(t *testing.T, args ...string) *process {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{ended: make(chan struct{})}
	p.cmd = exec.Command(path, p.complete(t, nil, args)...)
	p.cmd.Env = []string{"HOME=" + t.TempDir()} // nothing of the tests' own
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		p.err = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		p.kill(t)
		if t.Failed() {
			t.Logf("placebo %s:\n%s%s", strings.Join(args, " "), p.stdout.String(), p.stderr.String())
		}
	})
	p.await(t, p.ended)
	return p
}

// kill ends the process without a word of warning.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("killing the process: %v", err)
	}
	within(t, "the end of the process", p.ended)
}

func TestASignalEndsTheProcessWithSuccess(t *testing.T) {
	t.Parallel()
	for name, sig := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hanging := newHanging(t)
			p := spawn(t, "--webhooks", hanging.URL)
			id, err := p.invite(1)
			if err != nil {
				t.Fatal(err)
			}
			within(t, "the webhook", hanging.reached)
			over := startAwait(t, &p.served, id)

			began := time.Now()
			if err := p.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			within(t, "the end of the process", p.ended)
			if took := time.Since(began); took > soon {
				t.Errorf("the end took %v, want less than %v", took, soon)
			}
			if p.err != nil {
				t.Errorf("got %v, want exit code 0", p.err)
			}
			within(t, "the end of the request", over)
		})
	}
}

// A request that never becomes complete holds up the end until it is cut off.
func TestASecondSignalEndsTheProcessAtOnce(t *testing.T) {
	t.Parallel()
	p := spawn(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url("partner"), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// With the 100 the server says that it reads the body, of which nothing comes.
	if _, err := io.WriteString(conn, "POST /webhook/user-enrollment HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("got %q, %v, want the server to go on reading", line, err)
	}

	began := time.Now()
	eventually(t, "the end of the process", func() error {
		select {
		case <-p.ended:
			return nil
		default:
			return errors.Join(errors.New("it still runs"), p.cmd.Process.Signal(syscall.SIGTERM))
		}
	})
	if took := time.Since(began); took > soon {
		t.Errorf("the end took %v, want less than %v", took, soon)
	}
	var exit *exec.ExitError
	if !errors.As(p.err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
		t.Errorf("got %v, want an end by the signal", p.err)
	}
}

// What becomes of the first attempt at a webhook, by the order in which they
// come to the relay.
type fate string

const (
	passed     fate = "passed on"
	torn       fate = "cut in the middle of its body"
	unanswered fate = "cut after it was received, before the answer"
	late       fate = "cut before it was received"
)

var fates = []struct {
	fate  fate
	count int
}{{passed, 20}, {torn, 12}, {unanswered, 14}, {late, 14}}

// relay stands between the vendor and the partner, so that it is certain what is
// under way at the moment the partner dies. It answers nothing itself.
type relay struct {
	*httptest.Server
	partner string        // host:port
	dead    chan struct{} // closed when the partner is
	ready   chan struct{} // gets one for each that waits for the death

	mu     sync.Mutex
	fates  map[string]fate     // of each patient's first attempt
	bodies map[string][]string // of each patient's attempts
}

func newRelay(t *testing.T) *relay {
	r := &relay{dead: make(chan struct{}), ready: make(chan struct{}, 1000), fates: map[string]fate{}, bodies: map[string][]string{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(func() { r.bury(); r.Close() })
	return r
}

// bury says that the partner is dead; calling it again changes nothing.
func (r *relay) bury() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.dead:
	default:
		close(r.dead)
	}
}

// note keeps a webhook and tells its fate.
func (r *relay) note(body []byte) fate {
	patient := gjson.GetBytes(body, "event.patient.id").Str
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies[patient] = append(r.bodies[patient], string(body))
	if len(r.bodies[patient]) > 1 {
		return passed
	}
	n := len(r.fates)
	for _, f := range fates {
		if n -= f.count; n < 0 {
			r.fates[patient] = f.fate
			return f.fate
		}
	}
	r.fates[patient] = late
	return late
}

func (r *relay) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	is := r.note(body)
	switch is {
	case torn:
		r.tear(req, body)
	case late:
		r.ready <- struct{}{}
		<-r.dead
	}
	resp, err := client.Post("http://"+r.partner+req.URL.Path, req.Header.Get("Content-Type"), bytes.NewReader(body))
	if err != nil {
		panic(http.ErrAbortHandler) // the vendor sees a connection that broke
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if is == unanswered && err == nil && resp.StatusCode == http.StatusOK {
		r.ready <- struct{}{}
		<-r.dead
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
	w.WriteHeader(resp.StatusCode)
	_, _ = w.Write(answer)
}

// tear gives the partner half a webhook, waits until it dies over it, and breaks
// the connection to the vendor.
func (r *relay) tear(req *http.Request, body []byte) {
	defer panic(http.ErrAbortHandler)
	conn, err := net.Dial("tcp", r.partner)
	if err != nil {
		return
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		req.URL.Path, r.partner, len(body), body[:len(body)/2])
	r.ready <- struct{}{}
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	_, _ = conn.Read(make([]byte, 1)) // ends with the partner, which has nothing to say yet
	<-r.dead
}

func TestAPartnerThatIsKilledInMidDeliveryLosesNoWebhook(t *testing.T) {
	t.Parallel()
	relay := newRelay(t)
	// A vendor that stands still tries again only when it is told to move on.
	vendor := spawn(t, "--seed", "7", "--partner", "off", "--webhooks", relay.URL)
	ask(t, vendor.box()+"/clock", `{"do":"freeze"}`)
	partner := spawn(t, "--seed", "7", "--vendor", "off", "--phone", "off", "--media-from", vendor.url("vendor"))
	relay.partner = strings.TrimPrefix(partner.url("partner"), "http://")

	count, cut := 0, 0
	for _, f := range fates {
		count += f.count
		if f.fate != passed {
			cut += f.count
		}
	}
	patients := inviteAll(t, vendor, count)
	for range cut {
		within(t, "the webhooks that are to be cut off", relay.ready)
	}
	var before []gjson.Result
	eventually(t, "the webhooks that pass", func() error {
		before = webhooks(t, vendor, "?state=delivered&limit=1000")
		if len(before) != count-cut {
			return fmt.Errorf("%d are delivered, want %d", len(before), count-cut)
		}
		return nil
	})
	known := map[string]string{} // patient -> how it is known that the partner was told
	for _, w := range before {
		for _, attempt := range w.Get("attempts").Array() {
			if attempt.Get("status").Int() == http.StatusOK && attempt.Get("answer.body.data.patientId").Str == w.Get("patient").Str {
				known[w.Get("patient").Str] = "the first partner's answer"
			}
		}
	}

	partner.kill(t)
	relay.bury()
	eventually(t, "the vendor's notice of the cuts", func() error {
		for _, w := range webhooks(t, vendor, "?limit=1000") {
			if w.Get("tries").Int() == 0 {
				return fmt.Errorf("the attempt at %s is not over", w.Get("id"))
			}
		}
		return nil
	})
	if pending := webhooks(t, vendor, "?state=pending&limit=1000"); len(pending) != cut {
		t.Errorf("got %d webhooks that wait for another attempt, want %d", len(pending), cut)
	}

	again := spawn(t, "--seed", "7", "--vendor", "off", "--phone", "off", "--media-from", vendor.url("vendor"), "--partner", relay.partner)
	ask(t, vendor.box()+"/clock", `{"do":"advance","by":"3m"}`)

	for _, n := range ask(t, again.box()+"/partner?limit=1000", "").Get("notices").Array() {
		if copies := n.Get("copies").Int(); copies != 1 {
			t.Errorf("the restarted partner got %d copies for %s, want 1", copies, n.Get("patient"))
		}
		known[n.Get("patient").Str] = "the restarted partner's notices"
	}
	all := webhooks(t, vendor, "?limit=1000")
	if len(all) != count {
		t.Errorf("got %d webhooks, want one for each of %d patients", len(all), count)
	}
	for _, w := range all {
		relay.judge(t, w)
	}
	for n, id := range patients {
		if known[id] == "" {
			t.Errorf("no partner knows patient %d, %s", n, id)
		}
	}
}

// judge checks what became of a webhook.
func (r *relay) judge(t *testing.T, w gjson.Result) {
	t.Helper()
	patient := w.Get("patient").Str
	r.mu.Lock()
	is, bodies := r.fates[patient], r.bodies[patient]
	r.mu.Unlock()
	tries := 2
	if is == passed {
		tries = 1
	}
	attempts := w.Get("attempts").Array()
	if w.Get("state").Str != "delivered" || len(attempts) != tries || len(bodies) != tries {
		t.Errorf("%s: got it %s after %d attempts, of which %d arrived, want it delivered after %d: %s",
			is, w.Get("state"), len(attempts), len(bodies), tries, w.Get("attempts").Raw)
		return
	}
	last := attempts[tries-1]
	if last.Get("status").Int() != http.StatusOK || last.Get("finding").Str != "" {
		t.Errorf("%s: the last attempt ended with %s, want a 200 as documented", is, last.Raw)
	}
	if tries == 1 {
		return
	}
	if first := attempts[0]; first.Get("status").Int() != 0 || first.Get("error").Str == "" {
		t.Errorf("%s: the first attempt ended with %s, want no answer and the reason", is, first.Raw)
	}
	if bodies[0] != bodies[1] {
		t.Errorf("%s: the first attempt said\n%s\nand the second\n%s", is, bodies[0], bodies[1])
	}
}

func webhooks(t *testing.T, vendor *process, query string) []gjson.Result {
	t.Helper()
	return ask(t, vendor.box()+"/webhooks"+query, "").Get("webhooks").Array()
}

// inviteAll invites patients, a few at a time, and returns their ids.
func inviteAll(t *testing.T, vendor *process, count int) []string {
	t.Helper()
	ids, errs := make([]string, count), make([]error, count)
	var wg sync.WaitGroup
	next := make(chan int)
	for range 6 {
		wg.Go(func() {
			for n := range next {
				ids[n], errs[n] = vendor.invite(n)
			}
		})
	}
	for n := range count {
		next <- n
	}
	close(next)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return ids
}
