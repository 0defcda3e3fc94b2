package phone_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// sound checks what every page owes to who cannot see it: a label for every
// control, ids that are unique, and references that lead somewhere.
func sound(t testing.TB, page *node) {
	t.Helper()
	ids := map[string]bool{}
	for _, n := range page.all("") {
		id, has := n.attrs["id"]
		if has && (ids[id] || id == "") {
			t.Errorf("the id %q is there twice, or empty", id)
		}
		ids[id] = true
	}
	for _, n := range page.all("input", "select", "textarea") {
		if n.attrs["type"] != "hidden" && !page.labelled(n) {
			t.Errorf("the control %v has no label", n.attrs)
		}
	}
	for _, n := range page.all("") {
		for _, attr := range []string{"aria-describedby", "aria-labelledby", "for"} {
			for _, id := range strings.Fields(n.attrs[attr]) {
				if !ids[id] {
					t.Errorf("%s of %s leads nowhere: %s", attr, n.name, id)
				}
			}
		}
		if to, ok := strings.CutPrefix(n.attrs["href"], "#"); ok && !ids[to] {
			t.Errorf("a link leads nowhere: #%s", to)
		}
		for attr := range n.attrs {
			if attr == "style" || strings.HasPrefix(attr, "on") {
				t.Errorf("%s has %s, which the policy forbids", n.name, attr)
			}
		}
	}
	equal(t, "headings of the first rank", len(page.all("h1")), 1)
	equal(t, "language", page.all("html")[0].attrs["lang"], "en")
}

// pages are answers of every kind, of a patient and of a caregiver.
func pages(t testing.TB, base string) map[string]answer {
	t.Helper()
	all := map[string]answer{}
	prog := asking()
	prog.Required = []string{"patient.dob", "insurance.front", "signature", "address.city"}
	for who, change := range map[string]func(*program.Invitation){
		"patient": with("address.zip", "02139"),
		"caregiver": func(inv *program.Invitation) {
			fixed("patient.dob", "2012-01-01T00:00:00+00:00")(inv)
			with("caregiver.first.name", "Ada")(inv)
			with("caregiver.last.name", "Lind")(inv)
			with("caregiver.relationship", "parent")(inv)
		},
	} {
		g := newWorld(t, prog).invite(maya(change))
		g.base = base
		keep := func(what string, a answer) { all[who+": "+what] = a }
		keep("app", g.get("app"))
		keep("open", g.get(""))
		keep("consent", g.get("consent"))
		g.post("consent", "consent", "terms")
		keep("consent declined", g.get("consent"))
		keep("consent wrong", g.post("consent", "consent", "soul"))
		g.post("consent", "consent", "sharePHI", "consent", "terms")
		g.post("secondary-insurance", "insurance.secondary.status", "active")
		g.send(part{"insurance.back", card}, part{"insurance.secondary.back", []byte("%PDF-1.7")})
		for _, page := range []string{"about", "contact", "address", "insurance", "secondary-insurance", "cards", "signature", "finish", "tracker"} {
			keep(page, g.get(page))
		}
		keep("infusion", g.get("infusion"))
		keep("infusion wrong", g.post("infusion", "infusionDate", "x", "facilityName", strings.Repeat("x", 101),
			"haveInsuranceUpdate", "Yes", "insurance.carrier", "é"))
		keep("infusion said", g.post("infusion", "infusionDate", "2026-06-01"))
		keep("infusion thanks", g.get("infusion-thanks"))
		g.told("insurance.status", "approved")
		g.told("shipment.status", "shipped", "trackerCode", "123456789012")
		g.told("lab.status", "")
		keep("tracker with news", g.get("tracker"))
		keep("caregiver", g.get("caregiver"))
		keep("about wrong", g.post("about", "patient.first.name", "é", "patient.gender", "x", "patient.dob", "x"))
		keep("cards wrong", g.send(part{"insurance.front", []byte("hello")}))
		keep("signature wrong", g.post("signature", "drawing", "x"))
		keep("finish refused", g.post("finish"))
		g.post("signature", "typed", "Maya")
		keep("signature again", g.get("signature"))
		keep("finish again", g.get("finish"))
		g.post("about", "patient.dob", "1988-08-23")
		g.post("address", "address.city", "Boston")
		g.send(part{"insurance.front", card})
		keep("finish", g.post("finish").leadsTo(g, "done"))
		keep("done", g.get("done"))
		keep("tracker after", g.get("tracker"))
		keep("no such page", g.get("nothing"))
		keep("home", g.do(httptest.NewRequest(http.MethodGet, base+"/", nil)))
	}
	return all
}

func TestEveryPageIsAccessibleSealedAndStaysInItsSandbox(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/_sandbox/" + worldName} {
		for what, a := range pages(t, base) {
			t.Run(base+" "+what, func(t *testing.T) {
				a.t = t
				h := a.Header()
				equal(t, "policy", strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'"), true)
				equal(t, "referrer", h.Get("Referrer-Policy"), "no-referrer")
				equal(t, "cache", h.Get("Cache-Control"), "no-store")
				equal(t, "type", h.Get("X-Content-Type-Options"), "nosniff")
				if to := h.Get("Location"); to != "" {
					equal(t, "redirect stays", strings.HasPrefix(to, base+"/l/"), true)
					return
				}
				page := a.page()
				sound(t, page)
				a.says("Simulated by Placebo: no real patient, no real vendor.")
				for _, n := range page.all("") {
					for _, attr := range []string{"href", "src", "action"} {
						to, has := n.attrs[attr]
						if has && to != "data:," && !strings.HasPrefix(to, "#") && !strings.HasPrefix(to, base+"/") {
							t.Errorf("%s leads out of the sandbox: %s", attr, to)
						}
					}
				}
			})
		}
	}
}

func TestAssetsAreServedUnderTheAddressesOfThePages(t *testing.T) {
	t.Parallel()
	g := newWorld(t, asking()).invite(maya())
	g.base = "/_sandbox/" + worldName
	g.get("")
	page := g.get("consent").page()
	found := 0
	for _, n := range page.all("link", "script") {
		a := g.do(httptest.NewRequest(http.MethodGet, n.attrs["href"]+n.attrs["src"], nil)).expect(http.StatusOK)
		equal(t, "kept for long", strings.Contains(a.Header().Get("Cache-Control"), "immutable"), true)
		found++
	}
	equal(t, "assets", found, 3)
	g.do(httptest.NewRequest(http.MethodGet, "/assets/phone.css?v=old", nil)).expect(http.StatusOK)
	g.do(httptest.NewRequest(http.MethodGet, "/assets/doc.go", nil)).expect(http.StatusNotFound)
}

func TestNothingAProgramOrAPersonSaysBecomesMarkup(t *testing.T) {
	t.Parallel()
	const evil = `<script>alert(1)</script>`
	prog := asking()
	prog.Name = evil
	prog.Consents = []program.ConsentTerm{{Name: evil, Text: evil}}
	prog.Agreed = []program.Field{{Key: `"><script>`, Label: evil, Screen: program.About}}
	prog.Required = []string{`"><script>`, evil}
	g := newWorld(t, prog).invite(maya(func(inv *program.Invitation) { inv.FirstName = program.Said(evil) }))
	g.get("")
	sent := []answer{g.get("consent"), g.post("consent", "consent", evil), g.get("about"),
		g.post("about", `"><script>`, evil, "patient.dob", `"><script>`), g.post("about", `"><script>`, evil),
		g.get("finish"), g.post("finish"), g.get("tracker"), g.post("about", evil, evil)}
	for _, a := range sent {
		if strings.Contains(a.Body.String(), "<script>") {
			t.Errorf("%s has a script that is not ours:\n%s", a.what, a.Body)
		}
	}
	g.get("about").says(evil)
}

func TestLinksThatLeadNowhereAreToldKindly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, asking())
	g := w.invite(maya())
	foreign := g
	foreign.token = g.token[:11] + strings.Repeat("2", 10) // whose check is another sandbox's
	for _, token := range []string{foreign.token, g.token[:20], g.token + "2", strings.ToUpper(g.token), "x", "%00", "%ff%fe", strings.Repeat("z", 21)} {
		for _, page := range []string{"", "/about", "/tracker", "/media/1"} {
			w.do(httptest.NewRequest(http.MethodGet, "/l/"+token+page, nil)).expect(http.StatusNotFound).says("We cannot find this page")
		}
		w.do(httptest.NewRequest(http.MethodPost, "/l/"+token+"/about", nil)).expect(http.StatusNotFound)
	}
	foreign.send(part{"insurance.front", card}).expect(http.StatusNotFound)
	equal(t, "stage", g.patient().Stage(), program.Invited)
}

func TestAPatientWhoseProgramIsGoneIsTold(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	must(t, g.box.Update(func(tx *sandbox.Tx) error {
		empty, err := program.NewDirectory(program.Keys{}, nil, nil, nil)
		g.support.SetDirectory(tx, empty)
		return err
	}))
	g.get("").expect(http.StatusNotFound)
	g.post("about").expect(http.StatusNotFound)
}

func TestTheDoorSpeaksAsAPhone(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	form := "application/x-www-form-urlencoded"
	ask := func(method, path string) answer { return g.do(httptest.NewRequest(method, path, nil)) }
	big := httptest.NewRequest(http.MethodGet, "/", nil)
	big.Header.Set("X-Big", strings.Repeat("x", door.MaxHeader))
	cases := []struct {
		name   string
		got    answer
		status int
	}{
		{"an unknown path", ask("GET", "/nothing"), http.StatusNotFound},
		{"a slash too many", ask("GET", g.path("about")+"/"), http.StatusNotFound},
		{"another method", ask("DELETE", g.path("about")), http.StatusMethodNotAllowed},
		{"posting to the link itself", ask("POST", g.path("")), http.StatusMethodNotAllowed},
		{"posting to the last page", g.post("done"), http.StatusMethodNotAllowed},
		{"a header that is too large", g.do(big), http.StatusRequestHeaderFieldsTooLarge},
		{"another sandbox", ask("GET", "/_sandbox/desert/l/x"), http.StatusNotFound},
		{"a form that is too large", g.post("about", "x", strings.Repeat("x", 70<<10)), http.StatusRequestEntityTooLarge},
		{"a signature that is too large", g.post("signature", "drawing", strings.Repeat("x", 2<<20)), http.StatusRequestEntityTooLarge},
		{"a form that is none", g.postBody("about", form, strings.NewReader("a=%zz")), http.StatusBadRequest},
		{"a form that breaks off", g.postBody("about", form, io.MultiReader(strings.NewReader("a="), broken{})), http.StatusBadRequest},
		{"another kind of body", g.postBody("about", "text/plain", strings.NewReader("a=b")), http.StatusUnsupportedMediaType},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.got.t = t
			c.got.expect(c.status)
			sound(t, c.got.page())
			equal(t, "a page", c.got.Header().Get("Content-Type"), "text/html; charset=utf-8")
			equal(t, "not kept", c.got.Header().Get("Cache-Control"), "no-store")
			if c.status == http.StatusMethodNotAllowed {
				equal(t, "what is allowed", strings.Contains(c.got.Header().Get("Allow"), "GET"), true)
			}
		})
	}
	g.postBody("about", "", bytes.NewReader(nil)).expect(http.StatusSeeOther) // no body needs no kind
}

// broken is a body whose connection is lost.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, fmt.Errorf("connection reset") }

func TestTheJournalKnowsWhoDidWhatAndWhy(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	a := g.post("about", "patient.dob", "x").expect(http.StatusUnprocessableEntity)
	e, ok := g.box.Journal().Find(a.Header().Get("Placebo-Request"))
	if !ok {
		t.Fatal("the refusal is not in the journal")
	}
	equal(t, "field", e.Why.Field, "patient.dob")
	equal(t, "saw", e.Why.Saw, "x")
	equal(t, "body", string(e.RequestBody), "patient.dob=x")
	equal(t, "subject", e.Subject, g.id.Subject())
	equal(t, "operation", e.Operation, "act")
}
