package phone_test

import (
	"bytes"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/phone"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// world is one sandbox with one program, its pages, and who listens.
type world struct {
	t       testing.TB
	box     *sandbox.Sandbox
	support *program.Support
	door    *door.Door
	caller  program.Caller
	base    string // prefix of every path, when the sandbox is named in it
	news    *[]program.Happening
}

const worldName = "meadow"

// Sandbox and Recognize make the world its own finder.
func (w world) Sandbox(name string) (*sandbox.Sandbox, bool) { return w.box, name == worldName }
func (w world) Recognize(*http.Request) *sandbox.Sandbox     { return w.box }

type deaf struct{}

func (deaf) Send(*sandbox.Tx, uint64, string, string) error    { return nil }
func (deaf) Receive(*sandbox.Tx, uint64, string, string) error { return nil }

// herald notes what it is told.
type herald struct{ news *[]program.Happening }

func (h herald) Tell(_ *sandbox.Tx, n program.News) error {
	*h.news = append(*h.news, n.What)
	return nil
}

var today = time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)

// asking is the program most tests run under.
func asking() program.Program {
	return program.Program{
		ID: "calm", Name: "Calm Start", Partner: "hub",
		Consents: []program.ConsentTerm{
			{Name: "sharePHI", Text: "Calm Start may share my health information with my pharmacy."},
			{Name: "terms", Text: "I accept the terms of the program."},
			{Name: "marketing", Text: "Calm Start may send me news about other services.", Optional: true},
		},
		Agreed: []program.Field{{Key: "shoe.size", Label: "Shoe size", Screen: program.About, Max: 3, Spare: true}},
		Events: []program.Event{{Name: "lab.status"}},
	}
}

func newWorld(t testing.TB, prog program.Program) world {
	t.Helper()
	w := world{t: t, news: &[]program.Happening{}}
	schema := sandbox.NewSchema()
	w.support = program.New(schema, deaf{}, herald{w.news}, func(name, token string) string { return token })
	frozen := clock.New(today)
	frozen.Freeze()
	frozen.Set(today)
	w.box = schema.New(sandbox.Options{Name: worldName, Seed: 7, Clock: frozen})
	directory, err := program.NewDirectory(
		program.Keys{Issuer: "test", HMAC: []byte("0123456789abcdef0123456789abcdef")},
		[]program.Program{prog},
		[]program.Key{{Value: "key", Partner: "hub"}},
		[]program.Token{{ID: "jti", Partner: "hub", Programs: []string{prog.ID}, Scopes: program.AllScopes(),
			Algorithm: "HS256", Issued: today, Expires: today.AddDate(1, 0, 0)}})
	must(t, err)
	must(t, w.box.Update(func(tx *sandbox.Tx) error {
		w.support.SetDirectory(tx, directory)
		return nil
	}))
	w.caller = directory.Caller("key", directory.Tokens()[0].Signed, today)
	w.door = phone.New(w.support, slog.New(slog.NewTextHandler(testLog{t}, nil))).Door(w)
	return w
}

// testLog shows the log of a test that is red.
type testLog struct{ t testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// guest is an invited patient's browser, without any script.
type guest struct {
	world
	id    program.ID
	token string
}

// maya is an invitation with the five fields, changed as a test needs.
func maya(change ...func(*program.Invitation)) program.Invitation {
	inv := program.Invitation{
		ExternalID: program.Said("maya-1"), Phone: program.Said("+12025550142"), ProgramID: program.Said("calm"),
		FirstName: program.Said("Maya"), LastName: program.Said("Lind"),
	}
	for _, c := range change {
		c(&inv)
	}
	return inv
}

// with adds to additionalData; fixed ones may not be changed by the patient.
func with(key, value string) func(*program.Invitation) { return item(key, value, true) }

func fixed(key, value string) func(*program.Invitation) { return item(key, value, false) }

func item(key, value string, editable bool) func(*program.Invitation) {
	return func(inv *program.Invitation) {
		inv.Additional = program.Given{Kind: program.List}
		inv.Items = append(inv.Items, program.Item{Kind: program.Object, Key: program.Said(key),
			Value: program.Said(value), Editable: program.Flag(editable)})
	}
}

func noConsent(inv *program.Invitation)      { inv.RequiredConsent = program.Flag(false) }
func skipOnboarding(inv *program.Invitation) { inv.SkipOnboarding = program.Flag(true) }

// invite invites and returns the patient's browser.
func (w world) invite(inv program.Invitation) guest {
	w.t.Helper()
	var g guest
	must(w.t, w.box.Update(func(tx *sandbox.Tx) error {
		p, err := w.support.Invite(tx, w.caller, inv)
		g = guest{w, p.ID, w.support.Link(tx, p.ID)}
		return err
	}))
	return g
}

// opened is a patient who has no consent to give and has opened the link.
func opened(t testing.TB, prog program.Program, change ...func(*program.Invitation)) guest {
	t.Helper()
	g := newWorld(t, prog).invite(maya(append(change, noConsent)...))
	g.get("").expect(http.StatusSeeOther)
	return g
}

// told is the partner telling of an event of the patient's case, with keys and
// values of additionalData in turn.
func (g guest) told(name, text string, data ...string) {
	g.t.Helper()
	u := program.Told{Whom: program.Whom{PatientID: g.id.String()}, Status: program.Given{Kind: program.Object},
		Name: program.Said(name), Text: program.Said(text), Additional: program.Given{Kind: program.List}}
	for i := 0; i < len(data); i += 2 {
		u.Items = append(u.Items, program.Item{Kind: program.Object, Key: program.Said(data[i]), Value: program.Said(data[i+1])})
	}
	must(g.t, g.box.Update(func(tx *sandbox.Tx) error {
		_, err := g.support.Update(tx, g.caller, u)
		return err
	}))
}

func (g guest) patient() *program.Patient {
	var p program.Patient
	g.box.View(func(r sandbox.Reader) { p, _ = g.support.Patient(r, g.id) })
	return &p
}

// answer is what the phone said.
type answer struct {
	t    testing.TB
	what string
	*httptest.ResponseRecorder
}

func (w world) do(r *http.Request) answer {
	rec := httptest.NewRecorder()
	w.door.ServeHTTP(rec, r)
	return answer{w.t, r.Method + " " + r.URL.Path, rec}
}

func (a answer) expect(status int) answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("%s: got status %d, want %d\n%s", a.what, a.Code, status, a.text())
	}
	return a
}

// leadsTo checks a redirect to one of the guest's own pages.
func (a answer) leadsTo(g guest, page string) answer {
	a.t.Helper()
	a.expect(http.StatusSeeOther)
	if got, want := a.Header().Get("Location"), g.path(page); got != want {
		a.t.Fatalf("%s: leads to %s, want %s", a.what, got, want)
	}
	return a
}

// says checks that a person would read all of that.
func (a answer) says(want ...string) answer {
	a.t.Helper()
	for _, s := range want {
		if !strings.Contains(a.text(), s) {
			a.t.Errorf("%s: the page does not say %q:\n%s", a.what, s, a.text())
		}
	}
	return a
}

func (a answer) saysNot(unwanted ...string) answer {
	a.t.Helper()
	for _, s := range unwanted {
		if strings.Contains(a.text(), s) {
			a.t.Errorf("%s: the page says %q:\n%s", a.what, s, a.text())
		}
	}
	return a
}

func (a answer) text() string { return strings.Join(strings.Fields(a.page().text()), " ") }

func (a answer) page() *node { return parse(a.t, a.Body.String()) }

func (g guest) path(page string) string {
	path := g.base + "/l/" + g.token
	if page != "" {
		path += "/" + page
	}
	return path
}

func (g guest) get(page string) answer {
	return g.do(httptest.NewRequest(http.MethodGet, g.path(page), nil))
}

func (g guest) head(page string) answer {
	return g.do(httptest.NewRequest(http.MethodHead, g.path(page), nil))
}

// post sends a form: names and values in turn.
func (g guest) post(page string, pairs ...string) answer {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return g.postBody(page, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

func (g guest) postBody(page, kind string, body io.Reader) answer {
	r := httptest.NewRequest(http.MethodPost, g.path(page), body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return g.do(r)
}

// part is one file of an upload; its name is that of the input.
type part struct {
	name    string
	content []byte
}

func multi(parts ...part) (kind string, body []byte) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		f, _ := w.CreateFormFile(p.name, "card.png")
		_, _ = f.Write(p.content)
	}
	_ = w.Close()
	return w.FormDataContentType(), b.Bytes()
}

func (g guest) send(parts ...part) answer {
	kind, body := multi(parts...)
	return g.postBody("cards", kind, bytes.NewReader(body))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
