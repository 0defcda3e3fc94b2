package webhook_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

func TestALetterIsDeliveredAsItWasPosted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.letter(5, `{"a":1}`)
	l.Header = []webhook.Header{{Name: "X-Static", Value: "s"}, {Name: "User-Agent", Value: "Vendor"}}
	w.post(l)
	w.settle()
	equal(t, "received", len(w.partner.got), 1)
	got := w.partner.got[0]
	equal(t, "path", got.path, "/webhook/user-action")
	equal(t, "body", got.body, `{"a":1}`)
	for name, want := range map[string]string{
		"Content-Type": "application/json; charset=utf-8", "X-Static": "s", "User-Agent": "Vendor", "Accept-Encoding": "", "Authorization": "",
	} {
		equal(t, name, got.header.Get(name), want)
	}
	p := w.parcel(5, 1)
	equal(t, "state", p.State, webhook.Delivered)
	equal(t, "id", p.ID(), "wh5-1")
	equal(t, "attempts", len(p.Attempts), 1)
	a := p.Attempts[0]
	a.Took = 0
	equal(t, "the attempt", a, webhook.Attempt{Subject: 5, Ordinal: 1, N: 1, At: today, Status: 200, Answer: []byte("fine")})
	kept, _ := w.box.Journal().Exchanges()
	equal(t, "exchanges", len(kept), 1)
	e := kept[0]
	equal(t, "side", e.Side, sandbox.WebhookSide)
	equal(t, "subject", e.Subject, uint64(5))
	equal(t, "operation", e.Operation, "user-action")
	equal(t, "target", e.Target, l.URL)
	equal(t, "status", e.Status, 200)
}

func TestAnyAnswerInTheTwoHundredsAcknowledges(t *testing.T) {
	t.Parallel()
	for _, code := range []int{200, 201, 202, 204, 208, 299} {
		w := newWorld(t)
		body := "hello"
		if code == 204 {
			body = ""
		}
		w.partner.says(status(code, body))
		w.post(w.letter(1, "{}"))
		w.settle()
		p := w.parcel(1, 1)
		equal(t, fmt.Sprint(code), p.State, webhook.Delivered)
		equal(t, "finding", p.Attempts[0].Finding, fmt.Sprintf("not fine: %d", code))
	}
}

func TestOtherAnswersEndTheMatterAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim  string
		answer http.HandlerFunc
		why    string
	}{
		{"a refusal with its message", status(400, "bad syntax Foo"), "HTTP 400: bad syntax Foo"},
		{"a refusal without one", status(400, ""), "HTTP 400"},
		{"not found", status(404, "gone"), "HTTP 404: gone"},
		{"a conflict", status(409, "x"), "HTTP 409"},
		{"a refusal that says when to come back", status(403, "", "Retry-After", "5"), "HTTP 403"},
		{"a redirect", status(302, "", "Location", "/elsewhere"), "HTTP 302"},
		{"a permanent redirect", status(308, "", "Location", "/elsewhere"), "HTTP 308"},
		{"a redirect to nowhere", status(301, "", "Location", "http://[::1"), "HTTP 301"},
		{"a redirect without an address", status(303, ""), "HTTP 303"},
		{"not modified", status(304, ""), "HTTP 304"},
		{"switching protocols", status(101, "", "Upgrade", "x", "Connection", "Upgrade"), "HTTP 101"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.partner.says(c.answer)
			w.post(w.letter(1, "{}"))
			w.settle()
			p := w.parcel(1, 1)
			equal(t, "state", p.State, webhook.Dead)
			equal(t, "why", p.Why, c.why)
			equal(t, "planned", p.Next.IsZero(), true)
			w.advance(24 * time.Hour)
			equal(t, "attempts", len(w.parcel(1, 1).Attempts), 1)
			equal(t, "calls", len(w.partner.bodies()), 1)
		})
	}
}

// schedule lets a letter fail until it is given up and returns the pauses.
func schedule(t *testing.T, w *world, subject uint64) (pauses []time.Duration) {
	t.Helper()
	w.post(w.letter(subject, "{}"))
	w.settle()
	for {
		p := w.parcel(subject, 1)
		if p.State != webhook.Pending {
			return pauses
		}
		pause := p.Next.Sub(p.Attempts[len(p.Attempts)-1].At)
		pauses = append(pauses, pause)
		w.advance(pause - time.Millisecond)
		equal(t, "attempts before the time", len(w.parcel(subject, 1).Attempts), len(pauses))
		w.advance(time.Millisecond)
		p = w.parcel(subject, 1)
		equal(t, "attempts at the time", len(p.Attempts), len(pauses)+1)
		equal(t, "the time of the attempt", p.Attempts[len(pauses)].At, w.box.Clock().Now())
	}
}

func TestAFailedLetterIsTriedAgainOnTheDocumentedSchedule(t *testing.T) {
	t.Parallel()
	base := []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute}
	for _, code := range []int{429, 500, 502, 503, 504, 599} {
		w := newWorld(t)
		w.partner.says(status(code, "no"))
		pauses := schedule(t, w, 9)
		equal(t, "pauses", len(pauses), 3)
		for i, p := range pauses {
			if p < base[i]*9/10 || p > base[i]*11/10 {
				t.Errorf("pause %d after HTTP %d is %v", i+1, code, p)
			}
		}
		p := w.parcel(9, 1)
		equal(t, "state", p.State, webhook.Dead)
		equal(t, "why", p.Why, fmt.Sprintf("given up after 4 attempts: HTTP %d", code))
		equal(t, "attempts", p.Delivery.Attempts, uint64(4))
		equal(t, "planned", p.Next.IsZero(), true)
		w.advance(24 * time.Hour)
		equal(t, "calls", w.partner.bodies(), []string{"{}", "{}", "{}", "{}"})
	}
}

func TestTheJitterFollowsFromTheSeedAndUsesItsWholeRange(t *testing.T) {
	t.Parallel()
	run := func(seed chance.Seed, subjects ...uint64) map[uint64][]time.Duration {
		w := newWorldWithSeed(t, seed)
		w.partner.says(status(503, ""))
		all := map[uint64][]time.Duration{}
		for _, s := range subjects {
			all[s] = schedule(t, w, s)
		}
		return all
	}
	first := run(7, 1, 2, 3)
	equal(t, "the same once more, in another order", run(7, 3, 1, 2), first)
	if slices.Equal(run(8, 1)[1], first[1]) || slices.Equal(first[1], first[2]) {
		t.Error("the jitter does not depend on the seed and the subject")
	}
	// Many letters fail once: their pauses spread over the tenth either way.
	w := newWorld(t)
	w.partner.says(status(503, ""))
	least, most := time.Hour, time.Duration(0)
	const many = 100
	for s := range uint64(many) {
		w.post(w.letter(100+s, "{}"))
	}
	w.settle()
	for s := range uint64(many) {
		pause := w.parcel(100+s, 1).Next.Sub(today)
		least, most = min(least, pause), max(most, pause)
	}
	if least < 4500*time.Millisecond || least > 4600*time.Millisecond || most < 5400*time.Millisecond || most > 5500*time.Millisecond {
		t.Errorf("pauses from %v to %v", least, most)
	}
}

func TestARetryAfterIsRespected(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	date := func(d time.Duration) string { return today.Add(d).Format(http.TimeFormat) } // whole seconds
	for _, c := range []struct {
		claim, header string
		least, most   time.Duration
	}{
		{"seconds", "120", 2 * time.Minute, 2 * time.Minute},
		{"seconds with zeros before them", "000120", 2 * time.Minute, 2 * time.Minute},
		{"sooner than the schedule", "1", 4500 * time.Millisecond, 5500 * time.Millisecond},
		{"none", "0", 4500 * time.Millisecond, 5500 * time.Millisecond},
		{"a date on the sandbox's clock", date(time.Hour), time.Hour - time.Second, time.Hour},
		{"a date in the old form", today.Add(time.Hour).Format(time.ANSIC), time.Hour - time.Second, time.Hour},
		{"a date that has passed", date(-time.Hour), 4500 * time.Millisecond, 5500 * time.Millisecond},
		{"a day and a second", "86401", day, day},
		{"a week", "604800", day, day},
		{"the largest of 32 bits", "4294967295", day, day},
		{"more than 64 bits", strings.Repeat("9", 40), day, day},
		{"a date in a thousand years", "Sun, 03 Feb 3026 04:05:06 GMT", day, day},
		{"a negative number", "-5", 4500 * time.Millisecond, 5500 * time.Millisecond},
		{"a fraction", "120.5", 4500 * time.Millisecond, 5500 * time.Millisecond},
		{"words", "later", 4500 * time.Millisecond, 5500 * time.Millisecond},
		{"an unknown zone", "Tue, 03 Feb 2026 05:05:06 CET", 4500 * time.Millisecond, 5500 * time.Millisecond},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			for _, code := range []int{429, 503} {
				w := newWorld(t)
				w.partner.says(status(code, "", "Retry-After", c.header))
				w.post(w.letter(1, "{}"))
				w.settle()
				if pause := w.parcel(1, 1).Next.Sub(today); pause < c.least || pause > c.most {
					t.Errorf("after HTTP %d the pause is %v, not between %v and %v", code, pause, c.least, c.most)
				}
			}
		})
	}
}

func TestLettersOfOneSubjectKeepTheirOrderWhileOthersFlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.partner.says(func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Whose") == "1" {
			rw.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	of := func(subject uint64, body string) webhook.Letter {
		l := w.letter(subject, body)
		l.Header = []webhook.Header{{Name: "X-Whose", Value: fmt.Sprint(subject)}}
		return l
	}
	w.post(of(1, "1a"), of(1, "1b"), of(2, "2a"), of(1, "1c"), of(2, "2b"))
	w.settle()
	equal(t, "who waits", w.parcel(1, 2).State, webhook.Pending)
	equal(t, "attempts of who waits", len(w.parcel(1, 2).Attempts), 0)
	equal(t, "planned for who waits", w.parcel(1, 2).Next.IsZero(), true)
	equal(t, "who flows", w.parcel(2, 2).State, webhook.Delivered)
	w.advance(6 * time.Second) // the head fails again
	equal(t, "attempts of the head", len(w.parcel(1, 1).Attempts), 2)
	w.partner.says(status(200, "fine"))
	w.advance(time.Minute)
	var got []string
	for _, b := range w.partner.bodies() {
		if b[0] == '1' {
			got = append(got, b)
		}
	}
	equal(t, "received of the first", got, []string{"1a", "1a", "1a", "1b", "1c"})
	for n := range uint64(3) {
		equal(t, "state", w.parcel(1, n+1).State, webhook.Delivered)
	}
}

func TestALetterThatIsGivenUpLetsTheNextOneGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.partner.says(func(rw http.ResponseWriter, r *http.Request) {
		if r.ContentLength == 4 {
			rw.WriteHeader(http.StatusGone)
		}
	})
	w.post(w.letter(1, "dead"), w.letter(1, "alive"))
	w.settle()
	equal(t, "the first", w.parcel(1, 1).State, webhook.Dead)
	equal(t, "the second", w.parcel(1, 2).State, webhook.Delivered)
	equal(t, "received", w.partner.bodies(), []string{"dead", "alive"})
}

func TestAnAttemptThatTakesTooLongHasFailed(t *testing.T) {
	t.Parallel()
	equal(t, "patience", webhook.Patience, 10*time.Second)
	w := newWorld(t)
	w.outbox.SetPatience(20 * time.Millisecond)
	w.partner.says(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	w.post(w.letter(1, "{}"))
	w.settle()
	p := w.parcel(1, 1)
	equal(t, "state", p.State, webhook.Pending)
	equal(t, "status", p.Attempts[0].Status, uint64(0))
	equal(t, "error", p.Attempts[0].Error, "no answer within 20ms")
	equal(t, "finding", p.Attempts[0].Finding, "")
	w.partner.says(status(200, "fine"))
	w.outbox.SetPatience(time.Minute)
	w.advance(6 * time.Second)
	equal(t, "state later", w.parcel(1, 1).State, webhook.Delivered)
}

func TestAnAnswerThatBreaksOffAcknowledgesNothing(t *testing.T) {
	t.Parallel()
	hijacked := func(say string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			defer conn.Close()
			_, _ = conn.Write([]byte(say))
		}
	}
	for claim, c := range map[string]struct{ say, answer string }{
		"in the body":           {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfine", "fine"},
		"in a chunk":            {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nfine", "fine"},
		"in the head":           {"HTTP/1.1 200 OK\r\nContent-Le", ""},
		"before it begins":      {"", ""},
		"with something else":   {"hello there\r\n\r\n", ""},
		"in a refusal's body":   {"HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\nno", "no"},
		"with an absurd length": {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", ""},
	} {
		t.Run(claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.partner.says(hijacked(c.say))
			w.post(w.letter(1, "{}"))
			w.settle()
			p := w.parcel(1, 1)
			equal(t, "state", p.State, webhook.Pending)
			equal(t, "status", p.Attempts[0].Status, uint64(0))
			equal(t, "answer", string(p.Attempts[0].Answer), c.answer)
			if p.Attempts[0].Error == "" {
				t.Error("nobody says why")
			}
			w.partner.says(status(200, "fine"))
			w.advance(6 * time.Second)
			equal(t, "state later", w.parcel(1, 1).State, webhook.Delivered)
		})
	}
}

func TestALongAnswerIsCutNotRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.partner.says(status(200, "fine"+strings.Repeat("x", 1<<20)))
	w.post(w.letter(1, "{}"))
	w.settle()
	p := w.parcel(1, 1)
	equal(t, "state", p.State, webhook.Delivered)
	equal(t, "what is kept", len(p.Attempts[0].Answer), 64<<10)
}

func TestAConnectionThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + taken.Addr().String()
	taken.Close()
	for claim, url := range map[string]string{
		"nobody listens":     nobody,
		"no address at all":  "http://[::1",
		"an unknown scheme":  "gopher://127.0.0.1/",
		"no scheme":          "partner.example/webhook",
		"no host":            "http:///webhook",
		"an impossible port": "http://127.0.0.1:99999/",
	} {
		w := newWorld(t)
		l := w.letter(1, "{}")
		l.URL = url
		w.post(l)
		w.settle()
		p := w.parcel(1, 1)
		equal(t, claim+": state", p.State, webhook.Pending)
		if p.Attempts[0].Error == "" || strings.Contains(p.Attempts[0].Error, "\n") {
			t.Errorf("%s: the reason is %q", claim, p.Attempts[0].Error)
		}
		w.advance(time.Hour)
		p = w.parcel(1, 1)
		equal(t, claim+": state later", p.State, webhook.Dead)
		equal(t, claim+": why", p.Why, "given up after 4 attempts: "+p.Attempts[3].Error)
	}
}

func TestAnAddressMayCarryCredentials(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	l := w.letter(1, "{}")
	l.URL = strings.Replace(l.URL, "http://", "http://hub:s3cret@", 1)
	w.post(l)
	w.settle()
	equal(t, "authorization", w.partner.got[0].header.Get("Authorization"), "Basic "+base64.StdEncoding.EncodeToString([]byte("hub:s3cret")))
}

func TestClosingKeepsALetterInFlightPending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	entered := make(chan struct{})
	w.partner.says(func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()
	})
	w.post(w.letter(1, "{}"))
	<-entered
	if err := w.box.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	p := w.parcel(1, 1)
	equal(t, "state", p.State, webhook.Pending)
	equal(t, "attempts", len(p.Attempts), 0)
	kept, _ := w.box.Journal().Exchanges()
	equal(t, "exchanges", len(kept), 0)
}

func TestManySubjectsAreServedSideBySide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const subjects = 20
	arrived := make(chan struct{}, subjects)
	all := make(chan struct{})
	w.partner.says(func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-all // nobody is answered before everybody is there
	})
	for s := range uint64(subjects) {
		w.post(w.letter(s+1, "{}"))
	}
	for range subjects {
		<-arrived
	}
	close(all)
	w.settle()
	for s := range uint64(subjects) {
		equal(t, "state", w.parcel(s+1, 1).State, webhook.Delivered)
	}
}
