package simulator_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator"
	"github.com/placebo-sim/placebo/simulator/config"
)

func TestAServerIsOneLine(t *testing.T) {
	t.Parallel()
	srv := simulator.NewServer(t)
	program, key, bearer := srv.Credentials("rxware")

	l := lab{t, srv, newClient(t)}
	r := l.send("POST", srv.URL(simulator.VendorListener)+"/v1/patients/invite",
		`{"externalId":"crm-1","phoneNumber":"+12025550142","supportProgramId":"`+program+`","firstName":"Maya","lastName":"Torres"}`,
		"x-api-key", key, "Authorization", "Bearer "+bearer)
	equal(t, "status of the invitation", r.status, http.StatusOK)
	equal(t, "the phone's status", l.send("GET", srv.URL(simulator.PhoneListener)+"/", "").status, http.StatusOK)
	equal(t, "the partner's status", l.send("POST", srv.URL(simulator.PartnerListener)+"/webhook/user-action", "{}").status, http.StatusBadRequest)
	equal(t, "control's status", l.send("GET", srv.URL(simulator.ControlListener)+"/readyz", "").status, http.StatusOK)
	equal(t, "the seed", srv.Seed(), 1)
	equal(t, "the sandbox", srv.DefaultSandbox(), "default")
}

func TestAServerThatDeviatesIsNotPoliced(t *testing.T) {
	t.Parallel()
	f, err := config.Parse([]byte("version: 1\ndeviations: [invite.created, invite.without-status]\n"))
	if err != nil {
		t.Fatal(err)
	}
	f.Programs = config.Default().Programs
	srv := simulator.NewServer(t, simulator.WithConfig(f)) // fails t with an answer that it polices
	program, key, bearer := srv.Credentials("rxware")
	l := lab{t, srv, newClient(t)}
	r := l.send("POST", srv.URL(simulator.VendorListener)+"/v1/patients/invite",
		`{"externalId":"crm-1","phoneNumber":"+12025550142","supportProgramId":"`+program+`","firstName":"Maya","lastName":"Torres"}`,
		"x-api-key", key, "Authorization", "Bearer "+bearer)
	equal(t, "status of the invitation", r.status, http.StatusCreated)
}

func TestTwoServersSideBySideDoNotMeet(t *testing.T) {
	t.Parallel()
	one, other := start(t).box("default"), start(t).box("default")
	for _, l := range simulator.Listeners() {
		if one.URL(l) == other.URL(l) {
			t.Errorf("both have the %s at %s", l, one.URL(l))
		}
	}
	id := one.invite(one.maya(1))
	equal(t, "the same call is answered alike", other.invite(other.maya(1)), id)
	one.acts(id, "open-link", "consent", "finish")
	one.delivered(id, 1)
	equal(t, "stage at the other", other.look("/patients/"+id).get("stage").Str, "invited")
	other.settle()
	equal(t, "webhooks at the other", len(other.look("/webhooks").get("webhooks").Array()), 0)
	equal(t, "notices at the other's partner", len(other.look("/partner").get("notices").Array()), 0)
	equal(t, "notices at the one's partner", len(one.look("/partner").get("notices").Array()), 1)
}

func TestAServerClosesWithItsTest(t *testing.T) {
	t.Parallel()
	var addresses []string
	t.Run("within", func(t *testing.T) {
		b := start(t).box("default")
		id := b.invite(b.maya(1))
		b.acts(id, "open-link", "consent", "finish")
		for _, l := range simulator.Listeners() {
			addresses = append(addresses, strings.TrimPrefix(b.URL(l), "http://"))
		}
	})
	for _, addr := range addresses {
		if c, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
			_ = c.Close()
			t.Errorf("%s still answers", addr)
		}
	}
}

func TestClosingDoesNotWaitForWhoOnlyWaits(t *testing.T) {
	t.Parallel()
	sim, err := simulator.New()
	if err != nil {
		t.Fatal(err)
	}
	b := lab{t, &simulator.Server{Simulator: sim}, newClient(t)}.box("default")
	id := b.invite(b.maya(1))
	written, answered := make(chan struct{}), make(chan int, 1)
	go func() {
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(written) }})
		req, _ := http.NewRequestWithContext(ctx, "GET", b.api+"/await?for=state&state=finished&timeout=1m&patient="+id, nil)
		resp, err := b.client.Do(req)
		if err != nil { // it was sent, and came too late to be read
			answered <- 0
			return
		}
		_ = resp.Body.Close()
		answered <- resp.StatusCode
	}()
	<-written
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := sim.Close(ctx); err != nil {
		t.Errorf("closing: %v", err)
	}
	if status := <-answered; status != http.StatusRequestTimeout && status != 0 {
		t.Errorf("who waited got status %d", status)
	}
}

func TestClosingDoesNotWaitForConnectionsThatWereNeverUsed(t *testing.T) {
	t.Parallel()
	sim, err := simulator.New()
	if err != nil {
		t.Fatal(err)
	}
	l := lab{t, &simulator.Server{Simulator: sim}, newClient(t)}
	for _, listener := range simulator.Listeners() {
		c, err := net.Dial("tcp", strings.TrimPrefix(sim.URL(listener), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		l.send("GET", sim.URL(listener)+"/", "") // connections are taken in order: now c is
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second) // HTTP's own patience is five
	defer cancel()
	if err := sim.Close(ctx); err != nil {
		t.Errorf("closing: %v", err)
	}
}

// recorder is a test that only notes what happens to it.
type recorder struct {
	mu       sync.Mutex
	errors   []string
	fatal    string
	logs     []string
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
func (r *recorder) Logf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.logs = append(r.logs, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.fatal = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// run does what the test would, up to its end or to Fatalf.
func (r *recorder) run(test func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for i := len(r.cleanups) - 1; i >= 0; i-- {
				r.cleanups[i]()
			}
		}()
		test()
	}()
	<-done
}

// brokenBody fails as no body of a real connection does.
type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { panic("a bug of ours") }
func (brokenBody) Close() error             { return nil }

func TestAReplyThatIsNotTheVendorsFailsTheTest(t *testing.T) {
	t.Parallel()
	rec := &recorder{}
	rec.run(func() {
		vendor := simulator.NewServer(rec).Handler(simulator.VendorListener)
		call := func(r *http.Request) { vendor.ServeHTTP(httptest.NewRecorder(), r) }
		call(httptest.NewRequest("POST", "/v1/patients/invite", strings.NewReader("no JSON at all"))) // refused in the vendor's form
		equal(t, "errors after a refusal", len(rec.errors), 0)
		r := httptest.NewRequest("POST", "/v1/patients/invite", nil)
		r.Body = brokenBody{}
		call(r)
	})
	equal(t, "errors", len(rec.errors), 1)
	if !strings.Contains(rec.errors[0], "not in its format: status 500") {
		t.Errorf("the test was told %q", rec.errors[0])
	}
	if log := strings.Join(rec.logs, "\n"); !strings.Contains(log, "a bug of ours") {
		t.Errorf("the test's log does not say why: %s", log)
	}
}

func TestAServerThatCannotStartEndsTheTest(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	for name, c := range map[string]struct {
		opts []simulator.Option
		want string
	}{
		"an address that is taken":      {[]simulator.Option{simulator.WithListener(simulator.PhoneListener, taken.Addr().String())}, "phone cannot listen on " + taken.Addr().String()},
		"beyond loopback, all":          {[]simulator.Option{simulator.WithListener(simulator.VendorListener, "0.0.0.0:0")}, "set a control token first"},
		"beyond loopback, without host": {[]simulator.Option{simulator.WithListener(simulator.ControlListener, ":0")}, "set a control token first"},
		"two programs with one id": {[]simulator.Option{simulator.WithConfig(&config.File{Version: 1, Programs: []config.Program{
			{ID: "p", Product: "rxware"}, {ID: "p", Product: "rxware"}}})}, "two programs have the id p"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := &recorder{}
			rec.run(func() { simulator.NewServer(rec, c.opts...) })
			if !strings.Contains(rec.fatal, c.want) {
				t.Errorf("got %q, want %q", rec.fatal, c.want)
			}
			equal(t, "what is left to clean up", len(rec.cleanups), 0)
		})
	}
}

func TestAnUnknownProductEndsTheTest(t *testing.T) {
	t.Parallel()
	rec := &recorder{}
	rec.run(func() { simulator.NewServer(rec).Credentials("homeopathy") })
	equal(t, "why", rec.fatal, `there is no program of "homeopathy"`)
	equal(t, "errors while closing", len(rec.errors), 0)
}

func TestBeyondLoopbackTakesAControlToken(t *testing.T) {
	t.Parallel()
	l := start(t, simulator.WithControlToken("tell-nobody"), simulator.WithListener(simulator.ControlListener, "0.0.0.0:0"))
	base := l.URL(simulator.ControlListener)
	equal(t, "without the token", l.send("GET", base+"/v1/sandboxes", "").status, http.StatusUnauthorized)
	equal(t, "with the token", l.send("GET", base+"/v1/sandboxes", "", "Authorization", "Bearer tell-nobody").status, http.StatusOK)
}

func TestAListenerCanBeOff(t *testing.T) {
	t.Parallel()
	l := start(t, simulator.WithListener(simulator.PhoneListener, "off"), simulator.WithListener(simulator.PartnerListener, "off"))
	equal(t, "the phone's address", l.URL(simulator.PhoneListener), "")
	b := l.box("default")
	id := b.invite(b.maya(1))
	if link := b.look("/patients/" + id).get("link").Str; !strings.HasPrefix(link, "https://phone.example/l/") {
		t.Errorf("the text leads to %s", link)
	}
	b.acts(id, "open-link", "consent", "finish")
	r := b.look("/await?for=webhook&state=dead&timeout=10s&patient=" + id)
	equal(t, "why the webhook went nowhere", r.get("why").Str, "the program has no address for this webhook")
}

func TestTheVendorCanBeMountedElsewhere(t *testing.T) {
	t.Parallel()
	l := start(t)
	elsewhere := httptest.NewServer(l.Handler(simulator.VendorListener))
	defer elsewhere.Close()
	b := l.box("default")
	b.vendor = elsewhere.URL
	id := b.invite(b.maya(1))
	equal(t, "the patient there", b.look("/patients/"+id).get("stage").Str, "invited")
}

func TestAdvanceDoesWhatFallsDueOnTheWay(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	partner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer partner.Close()
	b := start(t, simulator.WithWebhooks(partner.URL)).box("default")
	b.send("POST", b.api+"/clock", `{"do":"freeze"}`)
	id := b.invite(b.maya(1))
	b.acts(id, "open-link", "consent", "finish")
	b.Advance(0)
	equal(t, "calls before the clock moves", calls.Load(), 1)
	b.Advance(4 * time.Second)
	equal(t, "calls after four seconds", calls.Load(), 1)
	b.Advance(10 * time.Minute)
	equal(t, "calls after ten minutes", calls.Load(), 3)
	equal(t, "attempts kept", len(b.delivered(id, 1).Get("attempts").Array()), 3)
}

func TestAnotherHeaderMayCarryTheKey(t *testing.T) {
	t.Parallel()
	b := start(t, simulator.WithKeyHeader("subscription-key")).box("default")
	r := b.send("POST", b.vendor+"/v1/patients/invite", encoded(b.maya(1)), "Subscription-Key", b.key, "Authorization", "Bearer "+b.bearer)
	equal(t, "status by the header's other name", r.status, http.StatusOK)
	equal(t, "status by the usual name", b.ask("POST", "/v1/patients/invite", encoded(b.maya(2))).status, http.StatusUnauthorized)
	// The simulated partner fetches by it too.
	id := r.get("data.patientId").Str
	b.acts(id, "open-link", "consent", "sign", "finish")
	b.delivered(id, 1)
	b.settle()
	equal(t, "the signature at the partner", b.look("/partner").get("files.0.state").Str, "fetched")
}
