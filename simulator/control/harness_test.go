package control_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/control"
	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/inbox"
	"github.com/placebo-sim/placebo/simulator/partner"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

var noon = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

const base = "/v1/sandboxes/default"

// bench is the API over real rooms, with a receiver for the webhooks.
type bench struct {
	t        testing.TB
	url      string
	worlds   *worlds
	rooms    control.Rooms
	receiver *receiver
	invited  int
	api      http.Handler
}

func start(t testing.TB, change ...func(*control.Options)) *bench {
	t.Helper()
	return startWithin(t, 0, change...)
}

// startWithin is start on a server that cuts off calls after a time limit.
func startWithin(t testing.TB, limit time.Duration, change ...func(*control.Options)) *bench {
	t.Helper()
	b := &bench{t: t, receiver: &receiver{}}
	hooks := httptest.NewServer(b.receiver)
	t.Cleanup(hooks.Close)
	schema := sandbox.NewSchema()
	h := &herald{}
	b.rooms = control.Rooms{Inbox: inbox.New(schema), Outbox: webhook.New(schema, h), Partner: heard{}}
	b.rooms.Inbox.Fails = program.Undeliverable
	h.outbox = b.rooms.Outbox
	b.rooms.Support = program.New(schema, b.rooms.Inbox, h, func(name, token string) string { return "http://phone.test/" + name + "/l/" + token })
	b.worlds = &worlds{schema: schema, support: b.rooms.Support, hooks: hooks.URL, byName: map[string]control.World{}}
	t.Cleanup(func() {
		for _, w := range b.worlds.List() {
			_ = w.Sandbox.Close(context.Background())
		}
		b.rooms.Outbox.Close()
	})
	spec := config.Default()
	spec.Sandbox, spec.Clock = "default", config.Clock{At: config.Instant(noon.Format(time.RFC3339)), Frozen: true}
	if _, err := b.worlds.Create(spec); err != nil {
		t.Fatal(err)
	}
	o := control.Options{Addresses: map[string]string{"vendor": "http://127.0.0.1:1", "partner": "http://127.0.0.1:2", "phone": "", "control": "http://127.0.0.1:4"}}
	for _, c := range change {
		c(&o)
	}
	b.api = control.New(b.worlds, b.rooms, o)
	server := httptest.NewUnstartedServer(b.api)
	server.Config.ReadTimeout, server.Config.WriteTimeout = limit, limit
	server.Start()
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

// world is the default sandbox as it is now.
func (b *bench) world() *sandbox.Sandbox {
	w, _ := b.worlds.Find("default")
	return w.Sandbox
}

// invite puts a patient into the default sandbox and returns their id.
func (b *bench) invite(externalID string, change ...func(*program.Invitation)) string {
	b.t.Helper()
	b.invited++
	inv := program.Invitation{ExternalID: program.Said(externalID), Phone: program.Said(fmt.Sprintf("+120255501%02d", b.invited)),
		FirstName: program.Said("Maya"), LastName: program.Said("Brooks")}
	for _, c := range change {
		c(&inv)
	}
	var p program.Patient
	err := b.world().Update(func(tx *sandbox.Tx) (err error) {
		d := b.rooms.Support.Directory(tx)
		prog := d.Programs()[0]
		inv.ProgramID = program.Said(prog.ID)
		key, token, _ := d.Credentials(prog.ID, tx.Now())
		p, err = b.rooms.Support.Invite(tx, d.Caller(key.Value, token.Signed, tx.Now()), inv)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return p.ID.String()
}

// act lets a patient act, which must succeed.
func (b *bench) act(id, body string) reply {
	b.t.Helper()
	return b.ok(b.post(base+"/patients/"+id+"/acts", body))
}

func (b *bench) ok(r reply) reply {
	b.t.Helper()
	if r.status/100 != 2 {
		b.t.Fatalf("got %d: %s", r.status, r.text)
	}
	return r
}

type reply struct {
	status int
	header http.Header
	text   string
}

func (r reply) get(path string) string { return gjson.Get(r.text, path).String() }

func (b *bench) get(path string) reply        { b.t.Helper(); return b.send("GET", path, "", nil) }
func (b *bench) post(path, body string) reply { b.t.Helper(); return b.send("POST", path, body, nil) }

// send makes a call and checks what holds for every answer.
func (b *bench) send(method, path, body string, change func(*http.Request)) reply {
	b.t.Helper()
	req, err := http.NewRequest(method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if change != nil {
		change(req)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatalf("%s %s: %v", method, path, err)
	}
	r := reply{resp.StatusCode, resp.Header, string(text)}
	b.t.Logf("%s %s %.200s -> %d %.300s", method, path, body, r.status, r.text)
	if wrong := flaw(method, r); wrong != "" {
		b.t.Errorf("%s %s: %s in %d %v %s", method, path, wrong, r.status, r.header, r.text)
	}
	return r
}

// flaw is what an answer does not keep of what all of them promise.
func flaw(method string, r reply) string {
	media := "application/json"
	if r.status >= 400 {
		media = "application/problem+json"
	}
	switch {
	case r.header.Get("Cache-Control") != "no-store" || r.header.Get("X-Content-Type-Options") != "nosniff":
		return "a header is missing"
	case r.status >= 500 && r.status != http.StatusServiceUnavailable:
		return "a fault of ours"
	case r.status == http.StatusNoContent:
		return ""
	case r.header.Get("Content-Type") != media:
		return "the wrong content type"
	case method == "HEAD":
		return ""
	case !gjson.Valid(r.text):
		return "no JSON"
	case strings.Contains(r.text, `\u003c`):
		return "escaping for HTML"
	case r.status >= 400 && (r.get("type") != "about:blank" || r.get("title") != http.StatusText(r.status) || r.get("status") != fmt.Sprint(r.status) || r.get("detail") == ""):
		return "an incomplete problem"
	}
	return ""
}

// want compares members of an answer, by path.
func (r reply) want(t testing.TB, status int, members ...string) {
	t.Helper()
	if r.status != status {
		t.Fatalf("got status %d, want %d: %s", r.status, status, r.text)
	}
	for i := 0; i < len(members); i += 2 {
		if got := r.get(members[i]); got != members[i+1] {
			t.Errorf("%s: got %q, want %q", members[i], got, members[i+1])
		}
	}
}

// worlds keeps sandboxes for the tests.
type worlds struct {
	schema  *sandbox.Schema
	support *program.Support
	hooks   string

	mu     sync.Mutex
	byName map[string]control.World
}

func (w *worlds) List() []control.World {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []control.World
	for _, name := range slices.Sorted(maps.Keys(w.byName)) {
		all = append(all, w.byName[name])
	}
	return all
}

func (w *worlds) Find(name string) (control.World, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	found, ok := w.byName[name]
	return found, ok
}

func (w *worlds) Create(spec *config.File) (control.World, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	name := cmp.Or(spec.Sandbox, fmt.Sprintf("sandbox-%d", len(w.byName)))
	if _, taken := w.byName[name]; taken {
		return control.World{}, fmt.Errorf("%w: %s", control.ErrTaken, name)
	}
	made, err := w.make(spec, name)
	if err == nil {
		w.byName[name] = made
	}
	return made, err
}

func (w *worlds) make(spec *config.File, name string) (control.World, error) {
	seed := chance.Seed(7)
	if spec.Seed != nil {
		seed = chance.Seed(*spec.Seed)
	}
	d, err := spec.Directory(config.World{Name: name, Seed: seed, Partner: w.hooks})
	if err != nil {
		return control.World{}, err
	}
	at, _ := spec.Clock.At.Time()
	c := clock.New(at)
	if spec.Clock.Frozen {
		c = clock.NewFrozen(at)
	}
	b := w.schema.New(sandbox.Options{Name: name, Seed: seed, Clock: c})
	return control.World{Sandbox: b, Config: spec}, b.Update(func(tx *sandbox.Tx) error {
		w.support.SetDirectory(tx, d)
		return nil
	})
}

func (w *worlds) Drop(ctx context.Context, name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	gone, ok := w.byName[name]
	switch {
	case name == "default":
		return control.ErrDefault
	case !ok:
		return control.ErrNone
	}
	delete(w.byName, name)
	return gone.Sandbox.Close(ctx)
}

func (w *worlds) Reset(ctx context.Context, name string) (control.World, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	old, ok := w.byName[name]
	if !ok {
		return control.World{}, control.ErrNone
	}
	fresh, err := w.make(old.Config, name)
	if err != nil {
		return control.World{}, err
	}
	w.byName[name] = fresh
	return fresh, old.Sandbox.Close(ctx)
}

func (w *worlds) SetTokens(name string, change func(*program.Directory, time.Time) ([]program.Token, error)) error {
	found, ok := w.Find(name)
	if !ok {
		return control.ErrNone
	}
	return found.Sandbox.Update(func(tx *sandbox.Tx) error {
		old := w.support.Directory(tx)
		tokens, err := change(old, tx.Now())
		if err != nil {
			return err
		}
		next, err := old.WithTokens(tokens)
		if err == nil {
			w.support.SetDirectory(tx, next)
		}
		return err
	})
}

func (w *worlds) SetDeviations(name string, deviations []string) error {
	found, ok := w.Find(name)
	if !ok {
		return control.ErrNone
	}
	return found.Sandbox.Update(func(tx *sandbox.Tx) error {
		same, err := w.support.Directory(tx).WithTokens(w.support.Directory(tx).Tokens())
		if err != nil {
			return err
		}
		set, err := deviation.Arm(deviations...)
		w.support.SetDirectory(tx, same.Deviating(set))
		return err
	})
}

// herald tells of a happening by its number, and of who it was.
type herald struct{ outbox *webhook.Outbox }

func (h *herald) Tell(tx *sandbox.Tx, n program.News) error {
	l := webhook.Letter{Subject: n.Patient.ID.Subject(), At: n.At, Kind: "user-action", URL: n.Program.Hooks.Action}
	if n.What == program.EnrollmentCompleted {
		l.Kind, l.URL = "user-enrollment", n.Program.Hooks.Enrollment
	}
	l.Body = fmt.Appendf(nil, `{"what":%d,"patient":%q,"html":"<&>"}`, n.What, n.Patient.ID)
	return h.outbox.Post(tx, l)
}

func (h *herald) Judge(_ webhook.Letter, _ int, answer []byte) (finding, message string) {
	if string(answer) == "fine" {
		return "the answer is not JSON", ""
	}
	return "", string(answer)
}

// receiver takes webhooks, and answers the first ones as it is told to.
type receiver struct {
	mu       sync.Mutex
	statuses []int
	got      []string
	hold     chan struct{} // answers wait for it, if there is one
}

func (v *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	v.mu.Lock()
	status := http.StatusOK
	if len(v.statuses) > 0 {
		status, v.statuses = v.statuses[0], v.statuses[1:]
	}
	v.got = append(v.got, string(body))
	hold := v.hold
	v.mu.Unlock()
	if hold != nil {
		<-hold
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, "fine")
}

func (v *receiver) answers(statuses ...int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.statuses = statuses
}

// heard is a simulated partner that has heard two things.
type heard struct{}

func (heard) Notices(sandbox.Reader) iter.Seq[partner.Notice] {
	return slices.Values([]partner.Notice{
		{Subject: 1, Ordinal: 1, Kind: partner.Enrollment, PatientID: "ha0000000000001", Copies: 2, At: noon, Body: []byte(`{"a":"<b>"}`)},
		{Subject: 2, Ordinal: 1, Kind: partner.OptOut, PatientID: "ha0000000000002", Copies: 1, At: noon.Add(-time.Hour), Body: []byte("not JSON")},
	})
}

func (heard) Files(sandbox.Reader) iter.Seq[partner.File] {
	return slices.Values([]partner.File{{Subject: 1, Ordinal: 1, PatientID: "ha0000000000001", MediaID: "m1", Status: 200, Type: "image/png", Size: 9, SHA256: "ab", At: noon, Tries: 1}})
}
