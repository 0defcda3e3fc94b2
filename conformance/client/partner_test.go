package client_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/conformance/client"
	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/port"
)

// arrival is a webhook as a partner gets it.
type arrival struct {
	kind   []string
	length int64
	body   string
	took   time.Duration
	gone   bool // the caller did not wait
}

func TestAWebhookTravelsAsItIsTold(t *testing.T) {
	const body = `{"event":{"a":"0123456789012345678901234567890123456789"}}`
	for name, c := range map[string]struct {
		manner port.Manner
		check  func(a arrival) bool
	}{
		"the usual way": {port.Manner{}, func(a arrival) bool {
			return len(a.kind) == 1 && a.kind[0] == "application/json; charset=utf-8" && a.length == int64(len(body))
		}},
		"under another type": {port.Manner{Type: "text/plain"}, func(a arrival) bool { return len(a.kind) == 1 && a.kind[0] == "text/plain" }},
		"under no type":      {port.Manner{Untyped: true}, func(a arrival) bool { return len(a.kind) == 0 }},
		"in chunks":          {port.Manner{Chunked: true}, func(a arrival) bool { return a.length == -1 }},
		"drop by drop":       {port.Manner{Drip: 200 * time.Millisecond}, func(a arrival) bool { return a.took >= 150*time.Millisecond && a.length == int64(len(body)) }},
		"to be hung up on":   {port.Manner{HangUp: true}, func(a arrival) bool { return a.gone }},
	} {
		t.Run(name, func(t *testing.T) {
			came := make(chan arrival, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				began := time.Now()
				b, _ := io.ReadAll(r.Body)
				a := arrival{kind: r.Header["Content-Type"], length: r.ContentLength, body: string(b), took: time.Since(began)}
				if c.manner.HangUp {
					<-r.Context().Done()
					a.gone = true
				}
				came <- a
				_, _ = io.WriteString(w, "{}")
			}))
			defer server.Close()
			p := client.Partner{Base: server.URL}
			o := p.Tell(t.Context(), "/webhook/user-action", []byte(body), c.manner)
			a := <-came
			if a.body != body || !c.check(a) {
				t.Errorf("got %+v", a)
			}
			if o.Err != nil || !c.manner.HangUp && o.Status != 200 {
				t.Errorf("got %d, %v", o.Status, o.Err)
			}
			if o.Took > 150*time.Millisecond+a.took {
				t.Errorf("the answer took %s; sending does not count", o.Took)
			}
		})
	}
}

func TestWhoOwesAnAnswerIsToldFromWhoIsNotThere(t *testing.T) {
	handlers := map[string]http.HandlerFunc{
		"no answer within 50ms": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // a server sees only then that its caller has gone
			<-r.Context().Done()
		},
		"hung up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for want, h := range handlers {
		server := httptest.NewServer(h)
		log := evidence.NewLog()
		p := client.Partner{Base: server.URL, Within: 50 * time.Millisecond}
		o := p.Tell(evidence.With(t.Context(), log), "/", []byte("{}"), port.Manner{})
		if o.Err == nil || !strings.Contains(o.Err.Error(), want) || errors.Is(o.Err, port.ErrTrouble) {
			t.Errorf("got %v, want it to say %q and to be no trouble", o.Err, want)
		}
		if seen, _ := log.Exchanges(); len(seen) != 1 || !strings.Contains(seen[0].Error, want) {
			t.Errorf("got %+v, want the evidence to say %q", seen, want)
		}
		server.Close()
		if o := p.Tell(t.Context(), "/", []byte("{}"), port.Manner{}); !errors.Is(o.Err, port.ErrTrouble) {
			t.Errorf("got %v, want trouble when nobody is there", o.Err)
		}
	}
}

func TestALostPictureIsNotFoundAndRemembered(t *testing.T) {
	m := &client.Media{Else: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })}
	p := client.Partner{Media: m}
	p.Lose("b")
	for path, want := range map[string]int{"/v1/patients/ha1/media/a": 200, "/v1/patients/ha1/media/b": 404, "/v1/patients/ha1": 418} {
		w := httptest.NewRecorder()
		m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want {
			t.Errorf("%s: got %d, want %d", path, w.Code, want)
		}
	}
	if got, err := p.Fetched(); err != nil || len(got) != 2 || got[0].Patient != "ha1" {
		t.Errorf("got %v, %v", got, err)
	}
	var lacks *port.Cannot
	if _, err := (&client.Partner{}).Fetched(); !errors.As(err, &lacks) || lacks.Capability != port.CanFetch {
		t.Errorf("got %v", err)
	}
}
