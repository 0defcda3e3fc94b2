package url_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/settings"
	"github.com/placebo-sim/placebo/conformance/target/url"
)

func answering(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestATargetThatIsNoVendorIsAnErrorAtOnce(t *testing.T) {
	cases := []struct {
		name string
		is   http.HandlerFunc // nil: nobody listens
		want string
	}{
		{"it is down", nil, "connection refused"},
		{"it answers a page of HTML", answering(200, "text/html", "<html>\n<h1>Welcome</h1>"), `answered 200, text/html, where JSON was expected: "<html> <h1>Welcome</h1>"`},
		{"it answers HTML for an unknown page", answering(404, "text/html", "<html>"), "answered 404, text/html, where JSON was expected"},
		{"it is another API", answering(404, "application/json", `{"message": "no route"}`), "so the API is not at this address"},
		{"it answers nothing", answering(401, "", ""), "where JSON was expected"},
		{"it answers a JSON text", answering(401, "application/json", `"no"`), "where JSON was expected"},
		{"it is a gateway without a vendor", answering(502, "application/json", `{"error": "bad gateway"}`), "answered 502"},
		{"it redirects", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }, "answered 302"},
		{"it lets everybody in", answering(200, "application/json", "{}"), "to a call without credentials"},
		{"it hangs", func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // so that the end of the connection is noticed
			<-r.Context().Done()
		}, "no answer came in time"},
		{"it closes connections", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "the connection was closed"},
		{"it closes in the middle of an answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "{")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, "the answer broke off"},
		{"it speaks another protocol", func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = io.WriteString(c, "220 mail.example ESMTP\r\n")
				_ = c.Close()
			}
		}, "malformed HTTP"},
	}
	p, _ := conformance.FindProfile("rxware")
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			address := "http://127.0.0.1:1"
			if c.is != nil {
				server := httptest.NewServer(c.is)
				t.Cleanup(server.Close)
				address = server.URL
			}
			v, err := url.NewVendor(t.Context(), &settings.Vendor{BaseURL: address, Timeout: "500ms",
				Credentials: settings.Credentials{Good: settings.Credential{Key: "k", Bearer: "a.b.c"}}, Programs: settings.Programs{Main: "p"}}, "probe", 1)
			if err != nil {
				t.Fatal(err)
			}
			defer v.Close()
			if err := v.Probe(t.Context()); !errors.Is(err, port.ErrTrouble) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line of trouble with %q", err, c.want)
			}
			began := time.Now()
			r, err := conformance.Execute(t.Context(), v, conformance.Options{Profile: p, RunID: "probe"})
			if err != nil {
				t.Fatal(err)
			}
			if r.Exit() != 3 || !strings.Contains(r.Note, c.want) {
				t.Errorf("got exit %d and %q, want 3 and %q", r.Exit(), r.Note, c.want)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}
