package simulator_test

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/placebo-sim/placebo/simulator"
)

// What README prints, and must go on working: none of it depends on the seed,
// and all of it holds to 2100.
const (
	readmeKey   = "pk_placebo_default"
	readmeToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJwbGFjZWJvIiwic3ViIjoiYWNtZS1odWIiLCJleHAiOjQxMDI0NDQ4MDAsImlhdCI6MTc2NzIyNTYwMCwianRpIjoidGtfcGxhY2Vib19yeHdhcmUiLCJzY29wZSI6InBhdGllbnRzOmludml0ZSBwYXRpZW50czpyZWFkIG1lZGlhOnJlYWQgcGF0aWVudHM6dXBkYXRlIiwicHJvZ3JhbXMiOlsiYjFtVGEwMDBkc2E1NHJ0Il19.cicCrjDzzMHBcpn5E9pvHJ_PwOciCvw3X0qZEVqa7yc"
)

func TestTheDefaultCredentialsAreConstants(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 7, 999_999} {
		l := start(t, simulator.WithSeed(seed))
		first := l.Programs()[0]
		equal(t, "the program that serve prints", first.ID, "b1mTa000dsa54rt")
		equal(t, "the key that serve prints", first.APIKey, readmeKey)
		equal(t, "the token that serve prints", first.Token, readmeToken)

		b := l.box("default")
		b.key, b.bearer = readmeKey, readmeToken
		id := b.invite(b.maya(1))
		equal(t, "reading", b.ask("GET", "/v1/patients/"+id, "").status, http.StatusOK)
		b.send("POST", b.api+"/clock", `{"do":"set","to":"2099-12-31T23:59:00Z"}`)
		equal(t, "reading in 2099", b.ask("GET", "/v1/patients/"+id, "").status, http.StatusOK)
		b.send("POST", b.api+"/clock", `{"do":"set","to":"2100-01-01T00:00:00Z"}`)
		equal(t, "reading in 2100", b.ask("GET", "/v1/patients/"+id, "").status, http.StatusUnauthorized)
	}
}

func TestTheReadmePrintsTheDefaultCredentials(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../README.md")
	if os.IsNotExist(err) {
		t.Skip("there is no README.md yet")
	}
	if err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]string{"key": readmeKey, "token": readmeToken, "program": "b1mTa000dsa54rt"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("README.md does not print the %s %s", what, want)
		}
	}
	works := map[string]bool{}
	for _, p := range start(t, simulator.WithSeed(7)).Programs() {
		works[p.Token] = true
	}
	for _, token := range regexp.MustCompile(`eyJ[\w.-]+`).FindAllString(string(text), -1) {
		if !works[token] {
			t.Errorf("README.md prints a token that is none: %s", token)
		}
	}
}

// twoWorlds are the default sandbox and two others, with seeds that tell them
// apart by the names of exchanges.
func twoWorlds(t *testing.T) (first, meadow, brook box) {
	l := start(t)
	return l.box("default"), l.makeBox(`{"sandbox":"meadow","seed":7}`), l.makeBox(`{"sandbox":"brook","seed":8}`)
}

func TestASandboxIsFoundByTheFirstThatNamesOne(t *testing.T) {
	t.Parallel()
	first, meadow, brook := twoWorlds(t)
	root := first.URL(simulator.VendorListener)
	bearer := func(b box) string { return "Bearer " + b.bearer }
	for _, c := range []struct {
		name    string
		base    string
		headers []string
		want    box
	}{
		{"by its path", root + "/_sandbox/meadow", nil, meadow},
		{"by the default's path", root + "/_sandbox/default", nil, first},
		{"by the header", root, []string{"Placebo-Sandbox", "meadow"}, meadow},
		{"by the API key", root, []string{"X-Api-Key", meadow.key}, meadow},
		{"by the API key's other header", root, []string{"X-Auth-Token", meadow.key}, meadow},
		{"by the bearer token's jti", root, []string{"Authorization", bearer(meadow)}, meadow},
		{"by the jti, whatever the key", root, []string{"X-Api-Key", "pk_nobody", "Authorization", bearer(meadow)}, meadow},
		{"by nothing", root, nil, first},
		{"by what nobody has issued", root, []string{"X-Api-Key", "pk_nobody", "Authorization", "Bearer not.a.token"}, first},
		{"by the default's own credentials", root, []string{"X-Api-Key", first.key, "Authorization", bearer(first)}, first},
		{"by the path before the header", root + "/_sandbox/meadow", []string{"Placebo-Sandbox", "brook"}, meadow},
		{"by the header before the key", root, []string{"Placebo-Sandbox", "meadow", "X-Api-Key", brook.key}, meadow},
		{"by the key before the jti", root, []string{"X-Api-Key", meadow.key, "Authorization", bearer(brook)}, meadow},
		{"by the path before all of them", root + "/_sandbox/default", []string{"Placebo-Sandbox", "meadow", "X-Api-Key", brook.key}, first},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := c.want.in(t)
			// A refusal says which exchange it is; the journal that has it is the
			// sandbox's that answered.
			r := l.send("GET", c.base+"/v1/patients/ha0000000000000", "", c.headers...)
			id := r.header.Get("Placebo-Request")
			if id == "" {
				t.Fatalf("got %d without the name of the exchange: %s", r.status, r.body)
			}
			equal(t, "exchanges of the name", len(l.look("/journal?id="+id).get("exchanges").Array()), 1)
		})
	}
}

func TestASandboxThatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	first, _, _ := twoWorlds(t)
	for _, b := range []box{first.at("/_sandbox/nowhere"), first.at("/_sandbox/Meadow")} {
		r := b.ask("POST", "/v1/patients/invite", encoded(b.maya(1)))
		equal(t, "status", r.status, http.StatusNotFound)
		equal(t, "body", r.body, `{"error":{"message":"Not Found"},"status":404}`)
	}
	equal(t, "status by header", first.send("GET", first.vendor+"/v1/patients/x", "", append(first.credentials(), "Placebo-Sandbox", "nowhere")...).status, http.StatusNotFound)
	equal(t, "patients of the default sandbox", len(first.look("/patients").get("patients").Array()), 0)
	equal(t, "the partner's status", first.send("POST", first.URL(simulator.PartnerListener)+"/_sandbox/nowhere/webhook/user-action", "{}").status, http.StatusNotFound)
	equal(t, "the phone's status", first.send("GET", first.URL(simulator.PhoneListener)+"/_sandbox/nowhere/", "").status, http.StatusNotFound)
}

// at is the same sandbox with another way to the vendor.
func (b box) at(path string) box { b.vendor = b.URL(simulator.VendorListener) + path; return b }

func TestACredentialOfAnotherSandboxIsUnknown(t *testing.T) {
	t.Parallel()
	first, meadow, brook := twoWorlds(t)
	boxes := []box{first, meadow, brook}
	for _, host := range boxes {
		for _, guest := range boxes {
			if host.name == guest.name {
				continue
			}
			for what, headers := range map[string][]string{
				"both": guest.credentials(),
				"key":  {"X-Api-Key", guest.key, "Authorization", "Bearer " + host.bearer},
				"jwt":  {"X-Api-Key", host.key, "Authorization", "Bearer " + guest.bearer},
			} {
				r := host.send("POST", host.URL(simulator.VendorListener)+"/_sandbox/"+host.name+"/v1/patients/invite", encoded(host.maya(1)), headers...)
				if r.status != http.StatusUnauthorized || r.body != `{"error":{"message":"Unauthorized","code":0},"status":401}` {
					t.Errorf("%s of %s in %s: got %d %s", what, guest.name, host.name, r.status, r.body)
				}
			}
		}
		equal(t, "patients of "+host.name, len(host.look("/patients").get("patients").Array()), 0)
		host.invite(host.maya(1)) // its own do work
	}
}

func TestCredentialsDependOnNameAndSeed(t *testing.T) {
	t.Parallel()
	l := start(t)
	seen := map[string]string{}
	note := func(where string, b box) {
		for _, v := range []string{b.key, b.bearer} {
			if before, taken := seen[v]; taken && before != where {
				t.Errorf("%s has a credential of %s", where, before)
			}
			seen[v] = where
		}
	}
	note("default", l.box("default"))
	a := l.makeBox(`{"sandbox":"a","seed":7}`)
	note("a, 7", a)
	note("b, 7", l.makeBox(`{"sandbox":"b","seed":7}`))
	l.send("DELETE", a.api, "")
	note("a, 7", l.makeBox(`{"sandbox":"a","seed":7}`)) // the same again
	l.send("DELETE", a.api, "")
	note("a, 8", l.makeBox(`{"sandbox":"a","seed":8}`))
	equal(t, "different credentials", len(seen), 8)
}

func TestALinkLeadsBackToItsSandbox(t *testing.T) {
	t.Parallel()
	first, meadow, _ := twoWorlds(t)
	phone := first.URL(simulator.PhoneListener)
	for _, c := range []struct {
		box
		want string
	}{{first, phone + "/l/"}, {meadow, phone + "/_sandbox/meadow/l/"}} {
		id := c.invite(c.maya(1))
		link := c.look("/inbox").get("texts.0.link").Str
		if !strings.HasPrefix(link, c.want) {
			t.Fatalf("the link is %s, want %s…", link, c.want)
		}
		r := c.send("GET", link, "")
		equal(t, "status of the link", r.status, http.StatusSeeOther)
		equal(t, "where it leads", r.header.Get("Location"), strings.TrimPrefix(link, phone)+"/consent")
		equal(t, "stage", c.look("/patients/"+id).get("stage").Str, "consenting")
	}
}

func TestADroppedSandboxLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	first, meadow, _ := twoWorlds(t)
	id := meadow.invite(meadow.maya(1))
	link := meadow.look("/patients/" + id).get("link").Str
	equal(t, "dropping", first.send("DELETE", meadow.api, "").status, http.StatusNoContent)
	equal(t, "dropping again", first.send("DELETE", meadow.api, "").status, http.StatusNotFound)
	equal(t, "its page", first.send("GET", link, "").status, http.StatusNotFound)
	equal(t, "its path", meadow.ask("GET", "/v1/patients/"+id, "").status, http.StatusNotFound)
	equal(t, "its credentials", meadow.at("").ask("GET", "/v1/patients/"+id, "").status, http.StatusUnauthorized)

	again := first.makeBox(`{"sandbox":"meadow","seed":7}`)
	equal(t, "patients under the old name", len(again.look("/patients").get("patients").Array()), 0)
	equal(t, "dropping the default one", first.send("DELETE", first.api, "").status, http.StatusConflict)
	equal(t, "taking a name that is taken", first.send("POST", first.URL(simulator.ControlListener)+"/v1/sandboxes", `{"sandbox":"brook"}`).status, http.StatusConflict)
}

func TestAResetSandboxIsAsItWasWhenMade(t *testing.T) {
	t.Parallel()
	l := start(t)
	for _, b := range []box{l.box("default"), l.makeBox(`{"sandbox":"meadow","seed":7,"clock":{"at":"2026-03-10T09:00:00Z","frozen":true}}`)} {
		id := b.invite(b.maya(1))
		b.acts(id, "open-link", "consent", "finish")
		b.delivered(id, 1)
		r := b.send("POST", b.api+"/reset", "")
		equal(t, "status of the reset", r.status, http.StatusOK)
		for _, what := range []string{"patients", "texts", "webhooks", "notices", "exchanges"} {
			path := map[string]string{"texts": "/inbox", "notices": "/partner", "exchanges": "/journal"}[what]
			if path == "" {
				path = "/" + what
			}
			equal(t, what, len(b.look(path).get(what).Array()), 0)
		}
		equal(t, "the same call is answered alike", b.invite(b.maya(1)), id)
		if b.name == "meadow" {
			equal(t, "the clock", b.look("/clock").get("now").Str, "2026-03-10T09:00:00.000Z")
		}
	}
}

// Whoever calls while sandboxes come and go gets an answer of the vendor's, from
// a sandbox that is whole: no crash, no fault of ours, no patient of another.
func TestSandboxesComeAndGoUnderLoad(t *testing.T) {
	t.Parallel()
	l := start(t)
	const spec = `{"sandbox":"meadow","seed":7}`
	b := l.makeBox(spec)
	control := l.URL(simulator.ControlListener)
	var calls atomic.Int64
	var wg sync.WaitGroup
	stop := make(chan struct{})
	hammer := func(may map[int]bool, call func(n int) (reply, error)) {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				r, err := call(n)
				if err != nil {
					t.Error(err)
					return
				}
				if !may[r.status] {
					t.Errorf("got %d: %s", r.status, r.body)
					return
				}
				calls.Add(1)
			}
		})
	}
	// By the path it is there or not; by credentials the default one answers, and
	// does not know them. A second invitation of somebody is a 422.
	for g, base := range []string{b.vendor, l.URL(simulator.VendorListener)} {
		hammer(map[int]bool{200: true, 422: true, 404: g == 0, 401: g == 1}, func(n int) (reply, error) {
			return l.try("POST", base+"/v1/patients/invite", encoded(b.maya(g*5000+n%4000)), b.credentials()...)
		})
	}
	id := b.invite(b.maya(9000))
	acts := []string{"open-link", "consent", "finish", "view-tracker"}
	hammer(map[int]bool{200: true, 404: true, 409: true}, func(n int) (reply, error) {
		if n%5 == 4 {
			r, err := l.try("POST", b.vendor+"/v1/patients/invite", encoded(b.maya(9000)), b.credentials()...)
			if r.status/100 == 4 {
				r.status = 409
			}
			return r, err
		}
		return l.try("POST", b.api+"/patients/"+id+"/acts", encoded(object{"act": acts[n%5]}))
	})
	hammer(map[int]bool{200: true}, func(int) (reply, error) { return l.try("GET", control+"/v1/sandboxes", "") })
	hammer(map[int]bool{201: true, 404: true, 409: true}, func(n int) (reply, error) {
		return l.try("POST", b.api+"/tokens", encoded(object{"id": fmt.Sprint("tk-", n%20), "programs": []string{b.program}}))
	})
	for n := range 60 {
		if n%2 == 0 {
			equal(t, "resetting", l.send("POST", b.api+"/reset", "").status, http.StatusOK)
			continue
		}
		equal(t, "dropping", l.send("DELETE", b.api, "").status, http.StatusNoContent)
		equal(t, "making", l.send("POST", control+"/v1/sandboxes", spec).status, http.StatusCreated)
	}
	close(stop)
	wg.Wait()
	t.Logf("%d calls", calls.Load())
	equal(t, "resetting at the end", l.send("POST", b.api+"/reset", "").status, http.StatusOK)
	equal(t, "patients after it", len(b.look("/patients").get("patients").Array()), 0)
	equal(t, "patients of the default sandbox", len(l.box("default").look("/patients").get("patients").Array()), 0)
	b.invite(b.maya(1))
}

func TestFiftySandboxesLiveSideBySide(t *testing.T) {
	t.Parallel()
	l := start(t)
	const patients = 3
	run := func(b box) {
		for n := range patients {
			id := b.invite(b.maya(n)) // the same people in all of them
			b.acts(id, "open-link", "consent")
			b.act(id, object{"act": "answer", "values": object{"address.city": b.name}})
			b.act(id, object{"act": "upload-media", "use": "insurance.front", "content": dot})
			b.act(id, object{"act": "sign", "content": dot})
			b.acts(id, "finish", "view-tracker")
			b.act(id, object{"act": "text", "body": "STOP"})
			for ordinal := range 3 {
				b.delivered(id, ordinal+1)
			}
		}
		b.settle()
		counts := func(what string, got, want int) {
			if got != want {
				t.Errorf("%s of %s: got %d, want %d", what, b.name, got, want)
			}
		}
		counts("patients", len(b.look("/patients").get("patients").Array()), patients)
		texts := b.look("/inbox").get("texts").Array()
		counts("texts", len(texts), 2*patients)
		for _, text := range texts {
			if link := text.Get("link").Str; link != "" && !strings.Contains(link, "/_sandbox/"+b.name+"/") {
				t.Errorf("a text of %s leads to %s", b.name, link)
			}
		}
		webhooks := b.look("/webhooks").get("webhooks").Array()
		counts("webhooks", len(webhooks), 3*patients)
		for _, w := range webhooks {
			if city := w.Get("body.event.patient.address.city").Str; w.Get("kind").Str == "user-enrollment" && city != b.name {
				t.Errorf("a webhook of %s tells of %s", b.name, city)
			}
			counts("attempts at a webhook", len(w.Get("attempts").Array()), 1)
			counts("findings about an answer", int(w.Get("findings").Int()), 0)
		}
		seen := b.look("/partner")
		counts("notices", len(seen.get("notices").Array()), 3*patients)
		for _, n := range seen.get("notices").Array() {
			counts("copies of a notice", int(n.Get("copies").Int()), 1)
		}
		counts("files", len(seen.get(`files.#(state=="fetched")#`).Array()), 2*patients)
	}
	var wg sync.WaitGroup
	for n := range 50 {
		wg.Go(func() {
			// Every second one has the seed of another, so that ids are shared too.
			run(l.aside().makeBox(fmt.Sprintf(`{"sandbox":"world-%d","seed":%d}`, n, n/2)))
		})
	}
	wg.Wait()
	first := l.box("default")
	equal(t, "patients of the default sandbox", len(first.look("/patients").get("patients").Array()), 0)
	equal(t, "notices of the default sandbox", len(first.look("/partner").get("notices").Array()), 0)
}

func TestThePartnerFetchesByTheSandboxsClock(t *testing.T) {
	t.Parallel()
	l := start(t)
	token := func(id, expires string) object { return object{"id": id, "expires": expires} }
	for day, tokens := range map[string][]object{
		"2020-06-01": {token("t", "2021-01-01T00:00:00Z")},
		"2090-06-01": {token("t", "2089-01-01T00:00:00Z"), token("u", "2091-01-01T00:00:00Z")},
	} {
		b := l.makeBox(encoded(object{"seed": 7, "clock": object{"at": day + "T09:00:00Z", "frozen": true},
			"programs": []object{{"id": "p", "product": "rxware", "tokens": tokens}}}))
		id := b.invite(b.maya(1))
		b.acts(id, "open-link", "consent")
		b.act(id, object{"act": "sign", "content": dot})
		b.acts(id, "finish")
		b.delivered(id, 1)
		b.settle()
		equal(t, "the signature at the partner in "+day, b.look("/partner").get("files.0.state").Str, "fetched")
	}
}

func TestTokensSayWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	b := start(t).makeBox(`{"sandbox":"meadow","seed":7}`)
	var claims struct {
		jwt.RegisteredClaims
		Scope    string   `json:"scope"`
		Programs []string `json:"programs"`
	}
	if _, _, err := jwt.NewParser().ParseUnverified(b.bearer, &claims); err != nil {
		t.Fatal(err)
	}
	equal(t, "programs", strings.Join(claims.Programs, " "), b.program)
	equal(t, "scope", claims.Scope, "patients:invite patients:read media:read patients:update")
	equal(t, "end", claims.ExpiresAt.Time.UTC().Format("2006-01-02"), "2100-01-01")
	if !strings.HasPrefix(claims.ID, "tk_placebo_rxware_") {
		t.Errorf("the jti is %q, which is not the sandbox's own", claims.ID)
	}
}
