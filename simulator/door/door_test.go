package door_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

var today = time.Date(2026, 2, 3, 4, 5, 6, 789_000_000, time.UTC)

const limit = 100

// voice says a fault by its number.
type voice struct{}

var statuses = map[door.Fault]int{
	door.NoRoute: 404, door.NoMethod: 405, door.HeaderTooLarge: 431, door.BodyTooLarge: 413,
	door.BodyBroken: 400, door.NoSuchSandbox: 410, door.Crashed: 500,
}

func (voice) Refuse(f door.Fault) door.Answer {
	return door.Answer{Status: statuses[f], Type: "text/plain", Body: fmt.Append(nil, "fault ", statuses[f]),
		Why: &sandbox.Explanation{Clause: fmt.Sprint("C-", statuses[f]), Rule: "as the voice says"}}
}

// world is a door between three sandboxes.
type world struct {
	t     testing.TB
	boxes map[string]*sandbox.Sandbox
	door  *door.Door
	log   *bytes.Buffer
	calls []door.Call
	seen  []door.Answer // by Inspect
}

func (w *world) Sandbox(name string) (*sandbox.Sandbox, bool) {
	b, ok := w.boxes[name]
	return b, ok
}

// Recognize knows the sandboxes by a credential.
func (w *world) Recognize(r *http.Request) *sandbox.Sandbox {
	if r.Header.Get("X-Api-Key") == "forest's" {
		return w.boxes["forest"]
	}
	return w.boxes["default"]
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, boxes: map[string]*sandbox.Sandbox{}, log: &bytes.Buffer{}}
	schema := sandbox.NewSchema()
	for i, name := range []string{"default", "meadow", "forest"} {
		w.boxes[name] = schema.New(sandbox.Options{Name: name, Seed: 7, Clock: clock.NewFrozen(today.AddDate(i, 0, 0))})
	}
	w.door = door.New(sandbox.VendorSide, voice{}, w, slog.New(slog.NewTextHandler(w.log, nil)), []door.Route{
		{Method: "POST", Path: "/things", Operation: "make", Limit: limit, Handle: w.answer},
		{Method: "GET", Path: "/things/:id", Operation: "read", Handle: w.answer},
		{Method: "HEAD", Path: "/things/:id", Operation: "peek", Handle: w.answer},
		{Method: "PUT", Path: "/things/:id", Operation: "lay", Handle: w.answer}, // leaves its body alone
		{Method: "GET", Path: "/any", Operation: "any", Handle: w.answer},
		{Method: door.AnyMethod, Path: "/any", Handle: w.answer},
		{Method: "GET", Path: "/crash", Operation: "crash", Handle: func(*door.Call) door.Answer { panic("ouch") }},
		{Method: "GET", Path: "/abort", Operation: "abort", Handle: func(*door.Call) door.Answer { panic(http.ErrAbortHandler) }},
		{Method: "GET", Path: "/refuse", Operation: "refuse", Handle: func(c *door.Call) door.Answer {
			c.Subject = 42
			return door.Answer{Status: 422, Type: "text/plain", Body: []byte("no"), Header: http.Header{"X-Extra": {"e"}},
				Why: &sandbox.Explanation{Clause: "C-1", Field: "f", Rule: "r", Saw: "s", Wants: "w"}}
		}},
	})
	w.door.Inspect = func(_ *sandbox.Sandbox, a door.Answer) { w.seen = append(w.seen, a) }
	return w
}

func (w *world) answer(c *door.Call) door.Answer {
	w.calls = append(w.calls, *c)
	return door.Answer{Status: 200, Type: "text/plain", Body: []byte("hello")}
}

func (w *world) call(method, target string, body io.Reader, header ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, target, body)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return w.send(r)
}

func (w *world) send(r *http.Request) *httptest.ResponseRecorder {
	got := httptest.NewRecorder()
	w.door.ServeHTTP(got, r)
	return got
}

// journal is the sandbox's only exchange.
func (w *world) journal(name string) sandbox.Exchange {
	w.t.Helper()
	kept, _ := w.boxes[name].Journal().Exchanges()
	if len(kept) != 1 {
		w.t.Fatalf("the journal of %s has %d exchanges", name, len(kept))
	}
	return kept[0]
}

func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestASandboxIsFoundByPathThenHeaderThenCredential(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim, target, header, key string
		want, base                 string
	}{
		{"nothing named", "/things/1", "", "", "default", ""},
		{"by credential", "/things/1", "", "forest's", "forest", ""},
		{"by header", "/things/1", "meadow", "", "meadow", ""},
		{"by header before credential", "/things/1", "meadow", "forest's", "meadow", ""},
		{"by path", "/_sandbox/meadow/things/1", "", "", "meadow", "/_sandbox/meadow"},
		{"by path before header and credential", "/_sandbox/default/things/1", "meadow", "forest's", "default", "/_sandbox/default"},
		{"by path, with a query", "/_sandbox/meadow/things/1?q=%2F//", "", "", "meadow", "/_sandbox/meadow"},
		{"by encoded path", "/_sandbox/m%65adow/things/1", "", "", "meadow", "/_sandbox/meadow"},
	} {
		w := newWorld(t)
		var header []string
		if c.header != "" {
			header = append(header, "Placebo-Sandbox", c.header)
		}
		if c.key != "" {
			header = append(header, "X-Api-Key", c.key)
		}
		equal(t, c.claim+": status", w.call("GET", c.target, nil, header...).Code, 200)
		call := w.calls[0]
		equal(t, c.claim+": sandbox", call.Sandbox.Name(), c.want)
		equal(t, c.claim+": base", call.Base, c.base)
		equal(t, c.claim+": path", call.URL.Path, "/things/1")
		equal(t, c.claim+": parameter", call.Params.ByName("id"), "1")
		equal(t, c.claim+": target kept", w.journal(c.want).Target, c.target)
	}
}

func TestASandboxThatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"/_sandbox/nowhere/things/1", ""}, {"/_sandbox/nowhere", ""}, {"/_sandbox//things/1", ""}, {"/_sandbox/", ""}, {"/_sandbox/Meadow/things/1", ""},
		{"/_sandbox/nowhere/things/1", "meadow"}, {"/things/1", "nowhere"}, {"/things/1", "meadow "},
	} {
		w := newWorld(t)
		var header []string
		if c[1] != "" {
			header = []string{"Placebo-Sandbox", c[1]}
		}
		got := w.call("GET", c[0], nil, header...)
		equal(t, strings.Join(c[:], " "), got.Code, 410)
		equal(t, "clause", got.Header().Get("Placebo-Clause"), "C-410")
		equal(t, "request", got.Header().Get("Placebo-Request"), "")
		equal(t, "calls", len(w.calls), 0)
		for _, b := range w.boxes {
			if kept, _ := b.Journal().Exchanges(); len(kept) > 0 {
				t.Errorf("%s journals a call that was not its own", b.Name())
			}
		}
	}
	w := newWorld(t)
	delete(w.boxes, "default") // nobody at all
	equal(t, "no default", w.call("GET", "/things/1", nil).Code, 410)
}

func TestTheHeaderBlockIsLimitedTo16KiB(t *testing.T) {
	t.Parallel()
	size := func(r *http.Request) int { // as it would be sent
		var b bytes.Buffer
		fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, r.RequestURI, r.Host)
		_ = r.Header.Write(&b)
		return b.Len() + len("\r\n")
	}
	for _, c := range []struct {
		claim string
		size  int
		want  int
	}{{"exactly 16 KiB", 16 << 10, 200}, {"one byte more", 16<<10 + 1, 431}, {"17 KiB", 17 << 10, 431}} {
		for _, many := range []bool{false, true} {
			w := newWorld(t)
			r := httptest.NewRequest("GET", "/things/1", nil)
			if many {
				for i := range 200 {
					r.Header.Set(fmt.Sprint("X-", i), "v")
				}
			}
			r.Header.Set("X-Long", "")
			r.Header.Set("X-Long", strings.Repeat("x", c.size-size(r)))
			equal(t, "the size made", size(r), c.size)
			equal(t, c.claim, w.send(r).Code, c.want)
		}
	}
	w := newWorld(t)
	equal(t, "a long path", w.call("GET", "/things/"+strings.Repeat("x", 17<<10), nil).Code, 431)
}

func TestABodyIsReadWholeOrRefused(t *testing.T) {
	t.Parallel()
	of := func(n int) string { return strings.Repeat("b", n) }
	chunked := func(body string) func(*http.Request) {
		return func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), -1 }
	}
	said := func(length int64, body io.Reader) func(*http.Request) {
		return func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(body), length }
	}
	for _, c := range []struct {
		claim  string
		put    func(*http.Request)
		status int
		saw    string
		body   string
	}{
		{"nothing", said(0, strings.NewReader("")), 200, "", ""},
		{"up to the limit", said(limit, strings.NewReader(of(limit))), 200, "", of(limit)},
		{"in chunks, up to the limit", chunked(of(limit)), 200, "", of(limit)},
		{"byte by byte", said(5, iotest.OneByteReader(strings.NewReader("hello"))), 200, "", "hello"},
		{"one byte too many", said(limit+1, strings.NewReader(of(limit+1))), 413, "more than that", ""},
		{"in chunks, one byte too many", chunked(of(limit + 1)), 413, "more than that", ""},
		{"in chunks without end", said(-1, endless{}), 413, "more than that", ""},
		{"much more is announced", said(1<<40, strings.NewReader("x")), 413, "more than that", ""},
		{"less than announced", said(50, strings.NewReader("x")), 400, "a body that broke off", ""},
		{"too slow", said(50, iotest.ErrReader(os.ErrDeadlineExceeded)), 400, "a body that broke off", ""},
		{"broken off in chunks", said(-1, io.MultiReader(strings.NewReader("x"), iotest.ErrReader(io.ErrUnexpectedEOF))), 400, "a body that broke off", ""},
		{"broken otherwise", said(-1, iotest.ErrReader(errors.New("malformed chunk"))), 400, "a body that broke off", ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r := httptest.NewRequest("POST", "/things", nil)
			c.put(r)
			got := w.send(r)
			equal(t, "status", got.Code, c.status)
			e := w.journal("default")
			equal(t, "operation", e.Operation, "make")
			if c.status == 200 {
				equal(t, "body", string(w.calls[0].Body), c.body)
				equal(t, "body kept", string(e.RequestBody), c.body)
				return
			}
			equal(t, "calls", len(w.calls), 0)
			equal(t, "why", *e.Why, sandbox.Explanation{Clause: fmt.Sprint("C-", c.status), Field: "body", Rule: "as the voice says",
				Saw: c.saw, Wants: "a whole body of at most 100 bytes"})
		})
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func TestABodyNobodyAsksForIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	equal(t, "status", w.call("PUT", "/things/1", strings.NewReader("anything")).Code, 200)
	left, _ := io.ReadAll(w.calls[0].Request.Body)
	equal(t, "what is left", string(left), "anything")
	equal(t, "body", len(w.calls[0].Body), 0)
}

// What is left unread of a refused body must not be taken for the next request.
func TestAConnectionWithARefusedBodyIsNotUsedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := httptest.NewServer(w.door)
	defer server.Close()
	for claim, c := range map[string]struct{ request, want string }{
		"announced": {"POST /things HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nGET /crash HTTP/1.1\r\nHost: x\r\n\r\n", "413"},
		"chunked":   {"POST /things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n" + strings.Repeat("x", 255) + "\r\nff\r\n", "413"},
		"garbled":   {"POST /things HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, c.request); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", claim, err)
		}
		body, err := io.ReadAll(answer.Body)
		equal(t, claim, string(body), "fault "+c.want)
		if err != nil || !answer.Close {
			t.Errorf("%s: the connection stays open (%v)", claim, err)
		}
		conn.Close()
	}
}

func TestTheJournalTellsAllThatWasSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.call("GET", "/refuse?why=not", nil, "X-Api-Key", "s3cret", "Authorization", "Bearer s3cret", "X-Other", "o")
	e := w.journal("default")
	equal(t, "request", got.Header().Get("Placebo-Request"), e.ID)
	equal(t, "clause", got.Header().Get("Placebo-Clause"), "C-1")
	equal(t, "extra", got.Header().Get("X-Extra"), "e")
	equal(t, "why", *e.Why, sandbox.Explanation{Clause: "C-1", Field: "f", Rule: "r", Saw: "s", Wants: "w"})
	equal(t, "subject", e.Subject, uint64(42))
	equal(t, "side", e.Side, sandbox.VendorSide)
	equal(t, "operation", e.Operation, "refuse")
	equal(t, "at", e.At, today)
	equal(t, "method", e.Method, "GET")
	equal(t, "target", e.Target, "/refuse?why=not")
	equal(t, "status", e.Status, 422)
	equal(t, "answer", string(e.ResponseBody), "no")
	equal(t, "header", e.RequestHeader["X-Other"], []string{"o"})
	for _, name := range []string{"X-Api-Key", "Authorization"} {
		equal(t, name, e.RequestHeader[name], []string{sandbox.Redacted})
	}
	equal(t, "inspected", len(w.seen), 1)
	equal(t, "what was inspected", w.seen[0].Status, 422)
}

func TestAnAcceptedCallSaysNothingBesideItsBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.call("GET", "/things/1", nil)
	for _, name := range []string{"Placebo-Request", "Placebo-Clause"} {
		equal(t, name, got.Header().Values(name), nil)
	}
	equal(t, "why", w.journal("default").Why, nil)
	equal(t, "type", got.Header().Get("Content-Type"), "text/plain")
	equal(t, "length", got.Header().Get("Content-Length"), "5")
}

func TestACallAboutNobodyIsCountedByItsOperation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.call("GET", "/things/1", nil)
	w.call("GET", "/things/2", nil)
	w.call("POST", "/things", nil)
	kept, _ := w.boxes["default"].Journal().Exchanges()
	equal(t, "the same subject", kept[0].Subject, kept[1].Subject)
	equal(t, "ordinals", []uint64{kept[0].Ordinal, kept[1].Ordinal, kept[2].Ordinal}, []uint64{1, 2, 1})
	if kept[0].Subject == 0 || kept[0].Subject == kept[2].Subject {
		t.Errorf("subjects: %v", kept)
	}
}

func TestTheDateFollowsTheSandboxsClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	date := func(name string) string {
		return w.call("GET", "/_sandbox/"+name+"/things/1", nil).Header().Get("Date")
	}
	equal(t, "default", date("default"), "Tue, 03 Feb 2026 04:05:06 GMT")
	equal(t, "the same second", date("default"), "Tue, 03 Feb 2026 04:05:06 GMT")
	equal(t, "another sandbox", date("meadow"), "Wed, 03 Feb 2027 04:05:06 GMT")
	equal(t, "and back", date("default"), "Tue, 03 Feb 2026 04:05:06 GMT")
	if err := w.boxes["default"].Advance(context.Background(), 211*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	equal(t, "the next second", date("default"), "Tue, 03 Feb 2026 04:05:07 GMT")
	if err := w.boxes["default"].Set(context.Background(), today.AddDate(-30, 0, 0)); err != nil {
		t.Fatal(err)
	}
	equal(t, "thirty years before", date("default"), "Sat, 03 Feb 1996 04:05:06 GMT")
	refused := w.call("GET", "/_sandbox/meadow/nothing", nil)
	equal(t, "of a refusal", refused.Header().Get("Date"), "Wed, 03 Feb 2027 04:05:06 GMT")
}

func TestAPanicIsAnsweredAndLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.call("GET", "/crash", nil)
	equal(t, "status", got.Code, 500)
	equal(t, "body", got.Body.String(), "fault 500")
	e := w.journal("default")
	equal(t, "operation", e.Operation, "crash")
	equal(t, "status kept", e.Status, 500)
	equal(t, "inspected", w.seen[0].Status, 500)
	for _, word := range []string{"panic=ouch", "path=/crash", "side=vendor", "stack="} {
		if !strings.Contains(w.log.String(), word) {
			t.Errorf("the log lacks %s: %s", word, w.log)
		}
	}
	equal(t, "the next call", w.call("GET", "/things/1", nil).Code, 200)
}

func TestAnAbortedAnswerIsNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	defer func() {
		equal(t, "panic", recover(), any(http.ErrAbortHandler))
		equal(t, "log", w.log.String(), "")
	}()
	w.call("GET", "/abort", nil)
}

func TestAHeadIsAnsweredWithoutABody(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]struct {
		status int
		length string
	}{"/things/1": {200, "5"}, "/nothing": {404, "9"}, "/things": {405, "9"}} {
		got := newWorld(t).call("HEAD", target, nil)
		equal(t, target, got.Code, want.status)
		equal(t, "body", got.Body.String(), "")
		equal(t, "length", got.Header().Get("Content-Length"), want.length)
	}
}

func TestPathsAndMethodsNobodyServes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, target string
		status         int
		allow          string
	}{
		{"GET", "/", 404, ""},
		{"GET", "/nothing", 404, ""},
		{"GET", "/things/", 404, ""},
		{"GET", "/things/1/", 404, ""},
		{"GET", "/Things/1", 404, ""},
		{"GET", "//things/1", 404, ""},
		{"GET", "/things//1", 404, ""},
		{"GET", "/things/1//", 404, ""},
		{"GET", "/things/a%2Fb", 404, ""},
		{"GET", "/things%2fa", 404, ""},
		{"GET", "/_sandbox/meadow//things/1", 404, ""},
		{"GET", "/_sandbox/meadow/things%2F1", 404, ""},
		{"GET", "/_sandbox/meadow", 404, ""},
		{"GET", "/_sandbox", 404, ""},
		{"GET", "/things/_sandbox/meadow", 404, ""},
		{"GET", "/things/a%20b", 200, ""},
		{"GET", "/things/%C3%A9", 200, ""},
		{"GET", "/things", 405, "POST"},
		{"OPTIONS", "/things", 405, "POST"},
		{"DELETE", "/things/1", 405, "GET, HEAD, PUT"},
		{"OPTIONS", "/things/1", 405, "GET, HEAD, PUT"},
		{"BREW", "/things/1", 405, "GET, HEAD, PUT"},
		{"GET", "/any", 200, ""},
		{"POST", "/any", 200, ""},
		{"OPTIONS", "/any", 200, ""},
		{"BREW", "/any", 200, ""},
		{"*", "/any", 200, ""},
	} {
		t.Run(c.method+" "+c.target, func(t *testing.T) {
			w := newWorld(t)
			got := w.call(c.method, c.target, nil)
			equal(t, "status", got.Code, c.status)
			equal(t, "allow", got.Header().Get("Allow"), c.allow)
			if c.status != 200 {
				equal(t, "clause", got.Header().Get("Placebo-Clause"), fmt.Sprint("C-", c.status))
				equal(t, "calls", len(w.calls), 0)
			}
		})
	}
	w := newWorld(t)
	r := httptest.NewRequest("CONNECT", "/", nil)
	r.URL.Path = ""
	equal(t, "CONNECT without a path", w.send(r).Code, 404)
}

func TestAnUnknownPathIsToldTheNearestOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.call("GET", "/thing/1", nil)
	e := w.journal("default")
	equal(t, "saw", e.Why.Saw, "GET /thing/1")
	equal(t, "rule", e.Why.Rule, "no such route")
	equal(t, "how many", len(e.Why.Near), 3)
	if !slices.Contains(e.Why.Near, "GET /things/:id") {
		t.Errorf("near are %v", e.Why.Near)
	}
	for _, near := range e.Why.Near {
		if strings.HasPrefix(near, door.AnyMethod) {
			t.Errorf("%s is no operation", near)
		}
	}
}

func TestEveryFaultIsListedOnce(t *testing.T) {
	t.Parallel()
	equal(t, "faults", len(door.Faults()), len(statuses))
	for _, f := range door.Faults() {
		if statuses[f] == 0 {
			t.Errorf("fault %d is not tested here", f)
		}
	}
}

func TestManyCallersAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.door.Inspect = nil
	done := make(chan string)
	const callers = 8
	for i := range callers {
		go func() {
			name := []string{"default", "meadow", "forest"}[i%3]
			last := ""
			for range 50 {
				last = w.call("GET", "/_sandbox/"+name+"/nothing", nil).Header().Get("Date")
			}
			done <- fmt.Sprint(name, " ", last)
		}()
	}
	for range callers {
		switch got := <-done; got {
		case "default Tue, 03 Feb 2026 04:05:06 GMT", "meadow Wed, 03 Feb 2027 04:05:06 GMT", "forest Thu, 03 Feb 2028 04:05:06 GMT":
		default:
			t.Error(got)
		}
	}
}
