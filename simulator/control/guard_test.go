package control_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/control"
)

func TestWithoutATokenOnlyLoopbackCallersAreAnswered(t *testing.T) {
	b := start(t)
	own := strings.TrimPrefix(b.url, "http://")
	cases := []struct {
		name, host, origin string
		want               int
	}{
		{"the address itself", "", "", 200},
		{"localhost", "localhost", "", 200},
		{"localhost with a port, in capitals", "LocalHost:8080", "", 200},
		{"anything of 127.0.0.0/8", "127.9.8.7:1", "", 200},
		{"the loopback of IPv6", "[::1]:8080", "", 200},
		{"the loopback of IPv6 without a port", "[::1]", "", 200},
		{"a name that only starts so", "localhost.evil.example", "", 403},
		{"an address that only starts so", "127.0.0.1.evil.example", "", 403},
		{"an address of the net", "192.168.1.5:8080", "", 403},
		{"any address", "0.0.0.0", "", 403},
		{"the API's own origin", own, "http://" + own, 200},
		{"an origin on another port", own, "http://127.0.0.1:1", 403},
		{"another origin", own, "https://evil.example", 403},
		{"an origin that hides", own, "null", 403},
		{"an origin that is none", own, "http://%zz", 403},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := b.send("GET", "/v1", "", func(r *http.Request) {
				if c.host != "" {
					r.Host = c.host
				}
				if c.origin != "" {
					r.Header.Set("Origin", c.origin)
				}
			})
			r.want(t, c.want)
		})
	}
}

func TestWithATokenTheTokenIsDemanded(t *testing.T) {
	b := start(t, func(o *control.Options) { o.Token = "s3cret" })
	cases := []struct {
		name, authorization string
		want                int
	}{
		{"none", "", 401},
		{"the right one", "Bearer s3cret", 200},
		{"the right one, in small letters", "bearer s3cret", 200},
		{"a wrong one", "Bearer s3cre", 401},
		{"a longer one", "Bearer s3cret2", 401},
		{"an empty one", "Bearer ", 401},
		{"another scheme", "Basic s3cret", 401},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := b.send("GET", "/v1/sandboxes", "", func(r *http.Request) {
				r.Host = "placebo.example"
				if c.authorization != "" {
					r.Header.Set("Authorization", c.authorization)
				}
			})
			r.want(t, c.want)
			if got := r.header.Get("WWW-Authenticate"); (c.want == 401) != strings.HasPrefix(got, "Bearer ") {
				t.Errorf("WWW-Authenticate: got %q", got)
			}
		})
	}
}

func TestTheProbesAreOpenToEverybody(t *testing.T) {
	var ready error
	b := start(t, func(o *control.Options) {
		o.Token, o.Ready = "s3cret", func() error { return ready }
	})
	evil := func(r *http.Request) { r.Host = "evil.example"; r.Header.Set("Origin", "https://evil.example") }
	b.send("GET", "/healthz", "", evil).want(t, 200, "status", "ok")
	b.send("GET", "/readyz", "", evil).want(t, 200, "status", "ready")
	ready = errors.New("still warming up")
	b.send("GET", "/readyz", "", evil).want(t, 503, "detail", "still warming up")
	b.send("POST", "/healthz", "", evil).want(t, 405)
}

func TestARouteThatIsNotNamesTheNearest(t *testing.T) {
	b := start(t)
	cases := []struct{ name, method, path, want string }{
		{"a slash too many", "GET", "/v1/sandboxes/", "GET /v1/sandboxes"},
		{"a wrong word", "GET", base + "/patient", "GET /v1/sandboxes/:sandbox/patients"},
		{"no version", "GET", "/sandboxes", ""},
		{"a sandbox without a name", "GET", "/v1/sandboxes//patients", ""},
		{"the root", "GET", "/", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := b.send(c.method, c.path, "", nil)
			r.want(t, 404)
			if c.want != "" && !strings.Contains(r.get("near"), c.want) {
				t.Errorf("near: got %s, want %q among them", r.get("near"), c.want)
			}
		})
	}
}

func TestAMethodThatAPathDoesNotTakeIsRefused(t *testing.T) {
	b := start(t)
	cases := []struct{ method, path, allow string }{
		{"PUT", base, "DELETE, GET, HEAD"},
		{"OPTIONS", base + "/clock", "GET, HEAD, POST"},
		{"GET", base + "/reset", "POST"},
		{"HEAD", base + "/reset", "POST"},
	}
	for _, c := range cases {
		r := b.send(c.method, c.path, "", nil)
		r.want(t, 405)
		if got := r.header.Get("Allow"); got != c.allow {
			t.Errorf("%s %s: Allow: got %q, want %q", c.method, c.path, got, c.allow)
		}
	}
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	b := start(t)
	id := b.invite("a")
	for _, path := range []string{"/v1", "/v1/sandboxes", base, base + "/patients/" + id, base + "/journal", base + "/nothing"} {
		got, head := b.get(path), b.send("HEAD", path, "", nil)
		if head.status != got.status || head.text != "" || head.header.Get("Content-Length") != fmt.Sprint(len(got.text)) {
			t.Errorf("%s: got %d %q %v", path, head.status, head.text, head.header)
		}
	}
}

func TestABodyThatCannotBeReadIsRefused(t *testing.T) {
	b := start(t)
	id := b.invite("a")
	acts, clock := base+"/patients/"+id+"/acts", base+"/clock"
	typed := func(media string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Content-Type", media) }
	}
	deep := func(n int) string {
		return `{"act":"consent","consents":` + strings.Repeat(`{"a":`, n-1) + "1" + strings.Repeat("}", n)
	}
	cases := []struct {
		name, path, body string
		change           func(*http.Request)
		want             int
	}{
		{"a form", acts, "act=finish", typed("application/x-www-form-urlencoded"), 415},
		{"plain text", acts, `{"act":"finish"}`, typed("text/plain"), 415},
		{"another charset", acts, `{"act":"finish"}`, typed("application/json; charset=latin1"), 415},
		{"no type", acts, `{"act":"finish"}`, func(r *http.Request) { r.Header.Del("Content-Type") }, 415},
		{"a compressed one", acts, `{"act":"finish"}`, func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, 415},
		{"a form to reset", base + "/reset", "a=b", typed("multipart/form-data; boundary=x"), 415},
		{"none", acts, "", nil, 400},
		{"none for the clock", clock, "", nil, 400},
		{"half a value", acts, `{"act":`, nil, 400},
		{"two values", acts, `{"act":"finish"}{}`, nil, 400},
		{"a list", acts, `[]`, nil, 400},
		{"bytes that are no UTF-8", acts, "{\"act\":\"\xff\"}", nil, 400},
		{"brackets without end", acts, strings.Repeat("[", 1<<20), nil, 400},
		{"65 levels", acts, deep(65), nil, 400},
		{"64 levels", acts, deep(64), nil, 422},
		{"more than 1 MiB for the clock", clock, `{"do":"` + strings.Repeat("x", 1<<20) + `"}`, nil, 413},
		{"more than 16 MiB for an act", acts, `{"act":"` + strings.Repeat("x", 16<<20) + `"}`, nil, 413},
		{"an unknown member for the clock", clock, `{"do":"freeze","at":1}`, nil, 422},
		{"a member in other letters", clock, `{"Do":"freeze"}`, nil, 422},
		{"a member twice", clock, `{"do":"freeze","do":"resume"}`, nil, 422},
		{"a null", clock, `{"do":null}`, nil, 422},
		{"a number for a text", clock, `{"do":1}`, nil, 422},
		{"a member for reset", base + "/reset", `{"seed":1}`, nil, 422},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			b.send("POST", c.path, c.body, c.change).want(t, c.want)
		})
	}
	b.t = t
	r := b.post(clock, `{"do":"freeze","at":1}`)
	r.want(t, 422, "field", "at", "wants", "one of do, by, to")
}

func TestAnUnknownParameterIsRefusedByName(t *testing.T) {
	b := start(t)
	b.get(base+"/patients?external=1").want(t, 422, "field", "external")
	b.get(base+"?x=1").want(t, 422, "field", "x", "wants", "none")
	b.get(base+"/inbox?limit=1&limit=2").want(t, 422, "field", "limit")
	b.get(base+"/inbox?%zz").want(t, 400)
	b.get("/v1/sandboxes/nowhere/inbox?x=1").want(t, 404, "saw", "nowhere")
}

func TestTheIndexListsAddressesAndRoutes(t *testing.T) {
	b := start(t)
	r := b.get("/v1")
	r.want(t, 200, "api", "v1", "addresses.vendor", "http://127.0.0.1:1", "addresses.phone", "", `routes.#(path=="/v1/sandboxes/:sandbox/await").method`, "GET")
}

// badWorlds fails in ways that are our own fault.
type badWorlds struct{ *worlds }

func (badWorlds) List() []control.World { panic("boom") }

func (badWorlds) Reset(context.Context, string) (control.World, error) {
	return control.World{}, errors.New("another bug")
}

func TestAFaultOfOursIsLoggedAndSaidInTheSameForm(t *testing.T) {
	b := start(t)
	var log bytes.Buffer
	h := control.New(badWorlds{b.worlds}, b.rooms, control.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	for _, c := range []struct{ method, path, logs string }{
		{"GET", "/v1/sandboxes", "boom"},
		{"POST", base + "/reset", "another bug"},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(c.method, "http://localhost"+c.path, nil))
		reply{w.Code, w.Header(), w.Body.String()}.want(t, 500, "title", "Internal Server Error", "type", "about:blank")
		if !strings.Contains(log.String(), c.logs) || strings.Contains(w.Body.String(), c.logs) {
			t.Errorf("%s: said %s and logged %s", c.path, w.Body, log.String())
		}
	}
}
