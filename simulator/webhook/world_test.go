package webhook_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

var today = time.Date(2026, 2, 3, 4, 5, 6, 789_000_000, time.UTC)

// world is a sandbox with an outbox, and the partner at the other end.
type world struct {
	t       testing.TB
	box     *sandbox.Sandbox
	outbox  *webhook.Outbox
	partner *partner
}

// judge finds fault with whatever does not begin with "fine".
type judge struct{}

func (judge) Judge(_ webhook.Letter, status int, answer []byte) (finding, message string) {
	if len(answer) < 4 || string(answer[:4]) != "fine" {
		finding = fmt.Sprintf("not fine: %d", status)
	}
	if status == 400 || status == 404 {
		message = string(answer)
	}
	return finding, message
}

// partner answers as it is told and notes what it received.
type partner struct {
	*httptest.Server
	mu     sync.Mutex
	answer http.HandlerFunc
	got    []received
}

type received struct {
	path, body string
	header     http.Header
}

func (p *partner) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	p.got = append(p.got, received{r.URL.Path, string(body), r.Header})
	answer := p.answer
	p.mu.Unlock()
	answer(w, r)
}

func (p *partner) says(answer http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

func (p *partner) bodies() (all []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.got {
		all = append(all, r.body)
	}
	return all
}

// status answers with a status, a body and headers, name and value in turn.
func status(code int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

func newWorldWithSeed(t testing.TB, seed chance.Seed) *world {
	t.Helper()
	schema := sandbox.NewSchema()
	w := &world{t: t, outbox: webhook.New(schema, judge{}), partner: &partner{answer: status(200, "fine")}}
	w.partner.Server = httptest.NewServer(w.partner)
	w.box = schema.New(sandbox.Options{Name: "meadow", Seed: seed, Clock: clock.NewFrozen(today)})
	t.Cleanup(func() {
		if err := w.box.Close(context.Background()); err != nil {
			t.Error(err)
		}
		w.outbox.Close()
		w.partner.Close()
	})
	return w
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldWithSeed(t, 7)
}

func (w *world) letter(subject uint64, body string) webhook.Letter {
	return webhook.Letter{Subject: subject, Kind: "user-action", URL: w.partner.URL + "/webhook/user-action", Body: []byte(body), At: today}
}

// post posts letters, each in an update of its own.
func (w *world) post(letters ...webhook.Letter) {
	w.t.Helper()
	for _, l := range letters {
		w.update(func(tx *sandbox.Tx) error { return w.outbox.Post(tx, l) })
	}
}

func (w *world) update(fn func(*sandbox.Tx) error) {
	w.t.Helper()
	if err := w.box.Update(fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) settle() {
	w.t.Helper()
	if err := w.box.Settle(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) advance(d time.Duration) {
	w.t.Helper()
	if err := w.box.Advance(context.Background(), d); err != nil {
		w.t.Fatal(err)
	}
}

// parcel is the subject's letter of that ordinal.
func (w *world) parcel(subject, ordinal uint64) (p webhook.Parcel) {
	w.t.Helper()
	found := false
	w.box.View(func(r sandbox.Reader) { p, found = w.outbox.Find(r, webhook.ID(subject, ordinal)) })
	if !found {
		w.t.Fatalf("there is no webhook %s", webhook.ID(subject, ordinal))
	}
	return p
}

// redeliver sends a webhook again and returns what the outbox says.
func (w *world) redeliver(id string) error {
	return w.box.Update(func(tx *sandbox.Tx) error { return w.outbox.Redeliver(tx, id) })
}

func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
