package control

import (
	"bytes"
	"encoding/json"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/julienschmidt/httprouter"

	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// api serves the routes.
type api struct {
	Options
	worlds Worlds
	rooms  Rooms
	router *httprouter.Router
}

// call is one request to a handler: its query is known to the route, and its
// body has been read.
type call struct {
	*http.Request
	World
	params httprouter.Params
	query  query
	body   []byte
	writer http.ResponseWriter
}

// view looks at the call's sandbox.
func (c *call) view(fn func(sandbox.Reader)) { c.Sandbox.View(fn) }

// answer is what a handler says; a nil body is none at all.
type answer struct {
	status int
	header http.Header // beyond what every answer has
	body   any
}

func ok(body any) (answer, error) { return answer{status: http.StatusOK, body: body}, nil }

type handler func(*call) (answer, error)

// newRouter makes the router, whose own kindnesses are off: a path that is
// nearly right is an error that names the right one.
func (a *api) newRouter() *httprouter.Router {
	r := httprouter.New()
	r.RedirectTrailingSlash = false
	r.RedirectFixedPath = false
	r.HandleOPTIONS = false
	r.NotFound = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.write(w, r, fail(&problem{Status: http.StatusNotFound, Detail: "there is no such route",
			Field: "path", Saw: shown(r.URL.Path), Near: a.near(r)}))
	})
	r.MethodNotAllowed = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		methods := strings.Split(w.Header().Get("Allow"), ", ")
		methods = slices.DeleteFunc(methods, func(m string) bool { return m == http.MethodOptions }) // the router always claims it
		allow := strings.Join(methods, ", ")
		w.Header().Set("Allow", allow)
		a.write(w, r, fail(&problem{Status: http.StatusMethodNotAllowed, Detail: "the path does not take this method",
			Field: "method", Saw: r.Method, Wants: allow}))
	})
	for _, route := range a.routes() {
		serve := func(w http.ResponseWriter, r *http.Request, p httprouter.Params) {
			a.write(w, r, a.serve(&route, &call{Request: r, params: p, writer: w}))
		}
		r.Handle(route.method, route.path, serve)
		if route.method == http.MethodGet {
			r.Handle(http.MethodHead, route.path, serve)
		}
	}
	return r
}

// ServeHTTP is the way in.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler {
			panic(p)
		}
		a.Log.Error("control panicked", "method", r.Method, "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
		a.write(w, r, fail(&problem{Status: http.StatusInternalServerError, Detail: "this is a bug of ours; the log has more"}))
	}()
	if !probes[r.URL.Path] {
		if refused := a.guard(r); refused != nil {
			a.write(w, r, fail(refused))
			return
		}
	}
	a.router.ServeHTTP(w, r)
}

// serve does what all routes share around a handler.
func (a *api) serve(route *route, c *call) answer {
	if strings.Contains(route.path, "/:sandbox") {
		name, found := c.params.ByName("sandbox"), false
		if c.World, found = a.worlds.Find(name); !found {
			return fail(noSandbox(name))
		}
	}
	var refused *problem
	if c.query, refused = readQuery(c.URL.RawQuery, route.query); refused != nil {
		return fail(refused)
	}
	if route.limit > 0 {
		if c.body, refused = readBody(c.writer, c.Request, route.limit); refused != nil {
			return fail(refused)
		}
	}
	said, err := route.handle(c)
	if err == nil {
		return said
	}
	said = fail(err)
	if said.status == http.StatusInternalServerError {
		a.Log.Error("control failed", "method", c.Method, "path", c.URL.Path, "error", err)
	}
	return said
}

// unhurried takes the server's time limits off a call that may last; the next
// one on the connection has them again. Where there are none to take off,
// nothing is lost.
func (c *call) unhurried() {
	rc := http.NewResponseController(c.writer)
	_ = rc.SetReadDeadline(time.Time{})
	_ = rc.SetWriteDeadline(time.Time{})
}

// write sends an answer.
func (a *api) write(w http.ResponseWriter, r *http.Request, said answer) {
	var text []byte
	if said.body != nil {
		var err error
		if text, err = encode(said.body); err != nil {
			a.Log.Error("control cannot write its answer", "method", r.Method, "path", r.URL.Path, "error", err)
			said = answer{status: http.StatusInternalServerError, body: &problem{}}
			text = []byte(`{"type":"about:blank","title":"Internal Server Error","status":500}` + "\n")
		}
	}
	h := w.Header()
	for name, values := range said.header {
		h[name] = values
	}
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if _, is := said.body.(*problem); is {
		h.Set("Content-Type", "application/problem+json")
	} else if text != nil {
		h.Set("Content-Type", "application/json")
	}
	if said.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(text)))
	}
	w.WriteHeader(said.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text) // the caller has gone away if this fails
	}
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ") // people read it in terminals
	err := e.Encode(v)
	return b.Bytes(), err
}

// near names the routes closest to one that is not.
func (a *api) near(r *http.Request) []string {
	var known []string
	for _, route := range a.routes() {
		known = append(known, route.method+" "+route.path)
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	want := strings.Split(method+" "+r.URL.Path, "/")
	likeness := func(name string) int {
		n := 0
		for i, part := range strings.Split(name, "/") {
			switch {
			case i >= len(want):
				n--
			case part == want[i]:
				n += 3
			case strings.HasPrefix(part, ":") && want[i] != "":
				n++
			}
		}
		return n
	}
	slices.SortStableFunc(known, func(a, b string) int { return likeness(b) - likeness(a) })
	return known[:min(3, len(known))]
}
