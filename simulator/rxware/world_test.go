package rxware_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/inbox"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/rxware"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

var today = time.Date(2026, 2, 3, 4, 5, 6, 789_000_000, time.UTC)

const programID = "q7Kx200mvd83nw1b"

// platform is the vendor's door over real sandboxes; worlds of it are cheap.
type platform struct {
	schema  *sandbox.Schema
	support *program.Support
	outbox  *webhook.Outbox
	vendor  *rxware.Vendor
	dir     *program.Directory
}

type world struct {
	*platform
	t    testing.TB
	box  *sandbox.Sandbox
	door *door.Door
}

// Sandbox and Recognize make the world its own finder.
func (w *world) Sandbox(name string) (*sandbox.Sandbox, bool) { return w.box, name == w.box.Name() }
func (w *world) Recognize(*http.Request) *sandbox.Sandbox     { return w.box }

func newPlatform(t testing.TB, keyHeader string) *platform {
	t.Helper()
	p := &platform{schema: sandbox.NewSchema()}
	herald := &rxware.Herald{}
	p.outbox = webhook.New(p.schema, herald)
	herald.Outbox = p.outbox
	p.support = program.New(p.schema, inbox.New(p.schema), herald, func(name, token string) string { return "https://phone.example/l/" + token })
	p.vendor = rxware.New(p.support, keyHeader)
	secret := chance.Seed(1).Secret("hmac")
	token := func(id string, change func(*program.Token)) program.Token {
		k := program.Token{ID: id, Partner: "hub", Programs: []string{programID}, Scopes: program.AllScopes(),
			Issued: today.AddDate(-1, 0, 0), Expires: today.AddDate(50, 0, 0)}
		if change != nil {
			change(&k)
		}
		return k
	}
	prog := program.Program{ID: programID, Name: "Carewell", Partner: "hub", Condition: "Plaque psoriasis", Invitation: "{link}",
		Consents: []program.ConsentTerm{{Name: "communication"}, {Name: "sharePHI"}}}
	var err error
	p.dir, err = program.NewDirectory(program.Keys{Issuer: "placebo", HMAC: secret[:]}, []program.Program{prog},
		[]program.Key{{Value: "pk", Partner: "hub"}, {Value: "pk_other", Partner: "other"}},
		[]program.Token{
			token("tk", nil),
			token("off", func(k *program.Token) { k.Disabled = true }),
			token("far", func(k *program.Token) { k.Programs = []string{"elsewhere"} }),
			token("narrow", func(k *program.Token) { k.Scopes = []program.Scope{program.ScopeUpdate} }),
		})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *platform) open(t testing.TB) *world {
	t.Helper()
	w := &world{platform: p, t: t, box: p.schema.New(sandbox.Options{Name: "meadow", Seed: 7, Clock: clock.NewFrozen(today)})}
	w.update(func(tx *sandbox.Tx) error {
		p.support.SetDirectory(tx, p.dir)
		return nil
	})
	w.door = p.vendor.Door(w, slog.New(slog.NewTextHandler(testLog{t}, nil)))
	return w
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newPlatform(t, "").open(t)
}

// testLog shows the log of a test that is red.
type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

func (w *world) update(fn func(*sandbox.Tx) error) {
	w.t.Helper()
	if err := w.box.Update(fn); err != nil {
		w.t.Fatal(err)
	}
}

// signed is a bearer token by its id.
func (p *platform) signed(id string) string {
	for _, k := range p.dir.Tokens() {
		if k.ID == id {
			return k.Signed
		}
	}
	return id
}

// call sends a request with good credentials, changed as a test needs, and
// checks that the answer is in the platform's format.
func (w *world) call(method, target, body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Api-Key", "pk")
	r.Header.Set("Authorization", "Bearer "+w.signed("tk"))
	for _, c := range change {
		c(r)
	}
	got := httptest.NewRecorder()
	w.door.ServeHTTP(got, r)
	a := door.Answer{Status: got.Code, Type: got.Header().Get("Content-Type"), Body: got.Body.Bytes()}
	if method != http.MethodHead {
		if err := rxware.Inspect(a); err != nil {
			w.t.Errorf("%s %s: %v", method, target, err)
		}
	}
	return got
}

func as(key, token string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("X-Api-Key", key)
		r.Header.Set("Authorization", "Bearer "+token)
	}
}

const invitePath = "/v1/patients/invite"

// object is a JSON object; invited is one that invites Maya.
type object = map[string]any

func invited(changes ...object) string {
	o := object{"externalId": "maya-1", "phoneNumber": "+12025550142", "supportProgramId": programID, "firstName": "Maya", "lastName": "Lind"}
	for _, c := range changes {
		for k, v := range c {
			if v == nil {
				delete(o, k)
			} else {
				o[k] = v
			}
		}
	}
	b, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// said are items of additionalData, key and value in turn.
func said(pairs ...string) object {
	items := []object{}
	for i := 0; i < len(pairs); i += 2 {
		items = append(items, object{"key": pairs[i], "value": pairs[i+1]})
	}
	return object{"additionalData": items}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}
