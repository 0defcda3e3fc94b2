package control_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

func TestASandboxIsMadeFromAConfiguration(t *testing.T) {
	b := start(t)
	r := b.post("/v1/sandboxes", `{"version":1,"sandbox":"mine","seed":18446744073709551615,"clock":{"at":"2027-01-02T03:04:05Z","frozen":true},
		"programs":[{"id":"p1","product":"rxware","name":"Care","partner":"hub","requiredItems":["patient.dob"],
			"consents":[{"name":"share","text":"I share","optional":true}],"fields":[{"key":"shoe","type":"choice","choices":["s","l"]}],
			"apiKeys":[{"value":"k1"},{"value":"k2","partner":"rival"}],
			"tokens":[{"id":"off","disabled":true},{"id":"old","expires":"2026-01-01T00:00:00Z"},{"id":"good","algorithm":"EdDSA"},{"id":"away","programs":["p9"]}],
			"webhooks":{"url":"http://127.0.0.1:9/x"}}]}`)
	r.want(t, 201, "name", "mine", "seed", "18446744073709551615", "clock.now", "2027-01-02T03:04:05.000Z", "clock.frozen", "true",
		"addresses.vendor", "http://127.0.0.1:1/_sandbox/mine", "addresses.partner", "http://127.0.0.1:2/_sandbox/mine", "addresses.phone", "",
		"counts.patients", "0", "programs.#", "1", "programs.0.id", "p1", "programs.0.product", "rxware", "programs.0.partner", "hub",
		"programs.0.requiredItems.0", "patient.dob", "programs.0.consents.0.name", "share", "programs.0.consents.0.optional", "true",
		"programs.0.fields.0.key", "shoe", "programs.0.fields.0.type", "choice", "programs.0.fields.0.screen", "about",
		"programs.0.webhooks.enrollment", "http://127.0.0.1:9/x/webhook/user-enrollment",
		"programs.0.apiKeys.#", "1", "programs.0.tokens.#", "3", "apiKeys.#", "2", "tokens.#", "4",
		"programs.0.tokens.0.disabled", "true", "programs.0.tokens.1.expires", "2026-01-01T00:00:00.000Z",
		"programs.0.tokens.2.algorithm", "EdDSA", "programs.0.tokens.0.algorithm", "HS256", "programs.0.tokens.0.scopes.#", "4")
	if r.get("programs.0.token") == "" || r.get("programs.0.token") != r.get("programs.0.tokens.2.token") {
		t.Errorf("token: got %q, want the one that may call", r.get("programs.0.token"))
	}
	if got := r.get("programs.0.apiKey"); got == "" || got != r.get("programs.0.apiKeys.0.value") {
		t.Errorf("apiKey: got %q", got)
	}
	if got := r.header.Get("Location"); got != "/v1/sandboxes/mine" {
		t.Errorf("Location: got %q", got)
	}
	b.get("/v1/sandboxes/mine").want(t, 200, "name", "mine")
	b.get("/v1/sandboxes").want(t, 200, "sandboxes.#.name", `["default","mine"]`, "sandboxes.1.href", "/v1/sandboxes/mine")
}

func TestASandboxNeedsNoConfiguration(t *testing.T) {
	b := start(t)
	for name, body := range map[string]string{"no body": "", "an empty one": "{}", "spaces": " { \n} ", "only a seed": `{"seed":3}`, "no programs": `{"version":1,"programs":[]}`} {
		t.Run(name, func(t *testing.T) {
			b.t = t
			r := b.post("/v1/sandboxes", body)
			r.want(t, 201, "programs.#.product", `["rxware","helparound"]`)
			if r.get("programs.0.apiKey") == b.get(base).get("programs.0.apiKey") {
				t.Error("it has the default sandbox's key")
			}
		})
	}
}

func TestAConfigurationThatMakesNoSenseIsExplained(t *testing.T) {
	b := start(t)
	cases := []struct {
		name, body string
		want       int
		says       string
	}{
		{"a taken name", `{"sandbox":"default"}`, 409, "exists"},
		{"a bad name", `{"sandbox":"A b"}`, 422, "[1:12]"},
		{"an unknown key", `{"programms":[]}`, 422, "programms"},
		{"a missing product, where it stands", "{\n  \"programs\": [\n    {\"id\": \"p\"}]\n}\n", 422, "[3:"},
		{"another version", `{"version":2}`, 422, "version"},
		{"listeners", `{"listen":{"vendor":"off"}}`, 422, "listen"},
		{"a key twice", `{"seed":1,"seed":2}`, 422, "already defined"},
		{"a list", `[1]`, 400, "no object"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			r := b.post("/v1/sandboxes", c.body)
			r.want(t, c.want)
			if !strings.Contains(r.get("detail"), c.says) {
				t.Errorf("detail: got %q, want %q in it", r.get("detail"), c.says)
			}
		})
	}
}

func TestASandboxIsDroppedButNotTheDefaultOne(t *testing.T) {
	b := start(t)
	b.post("/v1/sandboxes", `{"sandbox":"mine"}`).want(t, 201)
	if r := b.send("DELETE", "/v1/sandboxes/mine", "", nil); r.status != 204 || r.text != "" || r.header.Get("Content-Type") != "" {
		t.Errorf("got %d %q", r.status, r.text)
	}
	b.get("/v1/sandboxes/mine").want(t, 404, "saw", "mine")
	b.send("DELETE", "/v1/sandboxes/mine", "", nil).want(t, 404)
	b.send("DELETE", base, "", nil).want(t, 409)
}

func TestResetReturnsToAKnownState(t *testing.T) {
	b := start(t)
	before := b.get(base)
	id := b.invite("a")
	b.act(id, `{"act":"open-link"}`)
	b.post(base+"/clock", `{"do":"advance","by":"1d"}`).want(t, 200)
	b.post(base+"/reset", "").want(t, 200, "counts.patients", "0", "counts.texts", "0")
	if after := b.get(base); after.text != before.text {
		t.Errorf("got\n%s, want\n%s", after.text, before.text)
	}
	b.get(base+"/patients/"+id).want(t, 404)
	if again := b.invite("a"); again != id {
		t.Errorf("the same patient is now %s, want %s", again, id)
	}
	b.post(base+"/reset", "{}").want(t, 200)
}

func TestEveryRouteOfASandboxKnowsThatThereIsNone(t *testing.T) {
	b := start(t)
	for _, route := range gjson.Get(b.get("/v1").text, `routes`).Array() {
		path := route.Get("path").String()
		if !strings.Contains(path, ":sandbox") {
			continue
		}
		path = strings.NewReplacer(":sandbox", "nowhere", ":patient", "ha0000000000000", ":webhook", "wh1-1").Replace(path)
		r := b.send(route.Get("method").String(), path, "", func(r *http.Request) { r.Header.Set("Content-Type", "application/json") })
		r.want(t, 404, "field", "sandbox", "saw", "nowhere")
	}
}
