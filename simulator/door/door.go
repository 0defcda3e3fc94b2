package door

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/julienschmidt/httprouter"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// MaxHeader is the largest header block that is let in (RX-OUR-047), in bytes.
const MaxHeader = 16 << 10

// Fault is something the door itself refuses.
type Fault uint8

// The faults.
const (
	NoRoute        Fault = iota // no handler has this path
	NoMethod                    // the path is known, for other methods
	HeaderTooLarge              // the header block is over MaxHeader
	BodyTooLarge                // the body is over the route's limit
	BodyBroken                  // the body broke off, or came too slowly
	NoSuchSandbox               // the sandbox that was named does not exist
	Crashed                     // the handler panicked: our bug
	faultCount                  // for tables that must be complete
)

// Faults returns every fault.
func Faults() []Fault {
	var all []Fault
	for f := range faultCount {
		all = append(all, f)
	}
	return all
}

// Voice says a fault as the house behind the door would.
type Voice interface {
	Refuse(f Fault) Answer
}

// Finder knows the sandboxes of the process.
type Finder interface {
	// Sandbox returns the sandbox of that name.
	Sandbox(name string) (*sandbox.Sandbox, bool)
	// Recognize returns the sandbox that issued a credential of the request, or
	// the default one.
	Recognize(r *http.Request) *sandbox.Sandbox
}

// Call is one request to a handler. The body has been read.
type Call struct {
	*http.Request
	Sandbox *sandbox.Sandbox
	Params  httprouter.Params
	Body    []byte

	// Subject is whom the call is about, for the journal; the handler sets it
	// as soon as it knows.
	Subject uint64

	// Writer is for handlers that need it, such as those reading a form; the
	// answer is written by the door.
	Writer http.ResponseWriter
	// Base is the path prefix under which the sandbox was addressed, or "".
	Base string
}

// Answer is what a handler says.
type Answer struct {
	Status int
	Type   string // Content-Type
	Body   []byte
	Header http.Header          // beyond the content type; may be nil
	Why    *sandbox.Explanation // of a refusal
}

// Handler answers a call.
type Handler func(*Call) Answer

// AnyMethod is the method of a route for whatever no other route of its path
// takes.
const AnyMethod = "*"

// Route is one operation of a side.
type Route struct {
	Method, Path string // in httprouter's form
	Operation    string // its name in the journal; empty: it only refuses
	Limit        int64  // bytes of body that are read; 0 leaves the body alone
	Handle       Handler
}

// Door serves one side of every sandbox.
type Door struct {
	side   sandbox.Side
	voice  Voice
	finder Finder
	log    *slog.Logger
	router *httprouter.Router
	known  []string // "METHOD /path", for explaining unknown ones
	date   atomic.Pointer[dateLine]

	// Inspect, when set before the first call, is shown every answer and whose it
	// is; nil means there is no such sandbox.
	Inspect func(*sandbox.Sandbox, Answer)
}

// New returns a door with the given routes.
func New(side sandbox.Side, voice Voice, finder Finder, log *slog.Logger, routes []Route) *Door {
	d := &Door{side: side, voice: voice, finder: finder, log: log}
	d.router = httprouter.New()
	d.router.RedirectTrailingSlash = false
	d.router.RedirectFixedPath = false
	d.router.HandleOPTIONS = false
	d.router.NotFound = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.(*visit).refuse(NoRoute, func(a *Answer) { d.explainPath(a, r) })
	})
	d.router.MethodNotAllowed = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if handle, params, _ := d.router.Lookup(AnyMethod, r.URL.Path); handle != nil {
			handle(w, r, params)
			return
		}
		// The router names OPTIONS although it does not handle it.
		allow := strings.TrimSuffix(strings.ReplaceAll(w.(*visit).allow.Get("Allow"), "OPTIONS, ", ""), ", OPTIONS")
		w.(*visit).refuse(NoMethod, func(a *Answer) {
			if a.Header == nil {
				a.Header = http.Header{}
			}
			a.Header.Set("Allow", allow)
			explain(a, "method", r.Method, allow)
		})
	})
	for _, route := range routes {
		if route.Operation != "" {
			d.known = append(d.known, route.Method+" "+route.Path)
		}
		d.router.Handle(route.Method, route.Path, func(w http.ResponseWriter, _ *http.Request, p httprouter.Params) {
			v := w.(*visit)
			v.call.Params = p
			v.serve(&route)
		})
	}
	return d
}

// visit is one request on its way through the door. It stands in for the
// response writer towards the router, which only chooses the handler.
type visit struct {
	door   *Door
	w      http.ResponseWriter
	call   Call
	op     string
	answer Answer
	header int         // size of the header block
	allow  http.Header // where the router leaves the methods allowed
}

func (v *visit) Header() http.Header {
	if v.allow == nil {
		v.allow = http.Header{}
	}
	return v.allow
}

func (v *visit) Write(b []byte) (int, error) { return len(b), nil }
func (v *visit) WriteHeader(int)             {}

// prefix addresses a sandbox by path, on every listener.
const prefix = "/_sandbox/"

// ServeHTTP is the way in.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := clock.Wall()
	v := visit{door: d, w: w, call: Call{Request: r, Writer: w}, header: headerSize(r)}
	name := ""
	rest, named := strings.CutPrefix(r.URL.Path, prefix)
	if named {
		name, rest, _ = strings.Cut(rest, "/")
		v.call.Base = prefix + name
		inner := *r
		u := *r.URL
		u.Path, u.RawPath = "/"+rest, ""
		inner.URL = &u
		v.call.Request = &inner
	} else if h := r.Header["Placebo-Sandbox"]; len(h) > 0 {
		name = h[0]
	}
	if name == "" && !named {
		v.call.Sandbox = d.finder.Recognize(r)
	} else if b, ok := d.finder.Sandbox(name); ok {
		v.call.Sandbox = b
	}
	switch {
	case v.call.Sandbox == nil:
		v.refuse(NoSuchSandbox, func(a *Answer) { explain(a, "sandbox", name, "the name of a sandbox") })
	case v.header > MaxHeader:
		v.refuse(HeaderTooLarge, func(a *Answer) {
			explain(a, "header", strconv.Itoa(v.header)+" bytes", "at most "+strconv.Itoa(MaxHeader))
		})
	case strings.Contains(v.call.URL.Path, "//"), hidesSlash(r.URL):
		// The router takes an empty segment for a parameter (RX-OUR-049), and an
		// encoded slash, which is part of a segment, for the end of one.
		v.refuse(NoRoute, func(a *Answer) { d.explainPath(a, v.call.Request) })
	default:
		v.route()
	}
	if d.Inspect != nil {
		d.Inspect(v.call.Sandbox, v.answer)
	}
	took := clock.Since(began)
	v.write(r, v.record(r, took))
}

// hidesSlash tells whether a path has an encoded slash in it.
func hidesSlash(u *url.URL) bool {
	return strings.Contains(u.RawPath, "%2F") || strings.Contains(u.RawPath, "%2f")
}

// route lets the router choose the handler, and survives its panic.
func (v *visit) route() {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler {
			panic(p)
		}
		v.door.log.Error("a handler panicked", "side", v.door.side, "method", v.call.Method,
			"path", v.call.URL.Path, "panic", p, "stack", string(debug.Stack()))
		v.refuse(Crashed, nil)
	}()
	v.door.router.ServeHTTP(v, v.call.Request)
}

func (v *visit) serve(route *Route) {
	v.op = route.Operation
	if route.Limit > 0 {
		body, fault, ok := read(v.w, v.call.Request, route.Limit)
		if !ok {
			saw := "a body that broke off"
			if fault == BodyTooLarge {
				saw = "more than that"
			}
			v.refuse(fault, func(a *Answer) {
				explain(a, "body", saw, "a whole body of at most "+strconv.FormatInt(route.Limit, 10)+" bytes")
			})
			return
		}
		v.call.Body = body
	}
	v.answer = route.Handle(&v.call)
}

func (v *visit) refuse(f Fault, more func(*Answer)) {
	v.answer = v.door.voice.Refuse(f)
	if more != nil {
		more(&v.answer)
	}
}

func explain(a *Answer, field, saw, wants string) {
	if a.Why == nil {
		a.Why = &sandbox.Explanation{}
	}
	a.Why.Field, a.Why.Saw, a.Why.Wants = field, saw, wants
}

// read returns the whole body, or what is wrong with it.
func read(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, Fault, bool) {
	if r.ContentLength > limit {
		w.Header().Set("Connection", "close") // what is left unread must not be taken for a request
		return nil, BodyTooLarge, false
	}
	body := http.MaxBytesReader(w, r.Body, limit)
	var b []byte
	var err error
	if r.ContentLength > 0 {
		b = make([]byte, r.ContentLength)
		_, err = io.ReadFull(body, b)
	} else {
		b, err = io.ReadAll(body)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, BodyTooLarge, false
	case err != nil:
		w.Header().Set("Connection", "close")
		return nil, BodyBroken, false
	}
	return b, 0, true
}

// headerSize is the size of a request's line and header block as sent, give or
// take blanks and what the HTTP library keeps for itself.
func headerSize(r *http.Request) int {
	n := len(r.Method) + len(r.RequestURI) + len("  HTTP/1.1\r\n")
	n += len("Host: \r\n") + len(r.Host) + len("\r\n")
	for name, values := range r.Header {
		for _, v := range values {
			n += len(name) + len(v) + 4
		}
	}
	return n
}

// record writes the journal and returns the exchange's id, or "" when there is
// no sandbox to keep one.
func (v *visit) record(r *http.Request, took time.Duration) string {
	b := v.call.Sandbox
	if b == nil {
		return ""
	}
	subject := v.call.Subject
	if subject == 0 {
		subject = chance.Hash("call", string(v.door.side), v.op)
	}
	return b.Journal().Record(&sandbox.Exchange{
		Subject: subject, Side: v.door.side, Operation: v.op, At: b.Clock().Now(), Took: took,
		Method: r.Method, Target: r.RequestURI, RequestHeader: r.Header, HeaderBytes: v.header, RequestBody: v.call.Body,
		Status: v.answer.Status, ResponseHeader: v.answer.Header, ResponseBody: v.answer.Body, Why: v.answer.Why,
	})
}

func (v *visit) write(r *http.Request, id string) {
	a := &v.answer
	h := v.w.Header()
	for name, values := range a.Header {
		h[name] = values
	}
	switch a.Type {
	case "":
	case "application/json":
		h["Content-Type"] = jsonType
	default:
		h["Content-Type"] = []string{a.Type}
	}
	if a.Why != nil { // out of band, beside the body
		if a.Why.Clause != "" {
			h["Placebo-Clause"] = []string{a.Why.Clause}
		}
		if id != "" {
			h["Placebo-Request"] = []string{id}
		}
	}
	if v.call.Sandbox != nil {
		h["Date"] = v.door.dateOf(v.call.Sandbox)
	}
	h["Content-Length"] = []string{strconv.Itoa(len(a.Body))}
	v.w.WriteHeader(a.Status)
	if r.Method != http.MethodHead {
		_, _ = v.w.Write(a.Body) // the caller has gone away if this fails
	}
}

// jsonType is the content type of nearly every answer.
var jsonType = []string{"application/json"}

// explainPath names the known routes closest to one that is not.
func (d *Door) explainPath(a *Answer, r *http.Request) {
	near := slices.Clone(d.known)
	want := r.Method + " " + r.URL.Path
	slices.SortStableFunc(near, func(a, b string) int { return likeness(b, want) - likeness(a, want) })
	explain(a, "path", want, "a known route")
	a.Why.Rule, a.Why.Near = "no such route", near[:min(3, len(near))]
}

// likeness counts the segments two paths share, from the front and from the
// back; parameters match anything. Segments that only one of them has count
// against it; a slash at the end does not.
func likeness(known, asked string) int {
	k, a := strings.Split(known, "/"), strings.Split(strings.TrimRight(asked, "/"), "/")
	n := min(len(k)-len(a), len(a)-len(k))
	for i := range min(len(k), len(a)) {
		if k[i] == a[i] {
			n += 2
		} else if strings.HasPrefix(k[i], ":") && a[i] != "" {
			n++
		}
		if k[len(k)-1-i] == a[len(a)-1-i] {
			n++
		}
	}
	return n
}
