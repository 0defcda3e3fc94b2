package rxware

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Headers that carry the two credentials (RX-OUR-002).
const (
	DefaultKeyHeader = "X-Api-Key"
	AliasKeyHeader   = "X-Auth-Token"
)

// Vendor is the platform's API over the domain.
type Vendor struct {
	support   *program.Support
	keyHeader string
}

// New returns the platform. keyHeader names the header of the auth token; empty
// means the default.
func New(support *program.Support, keyHeader string) *Vendor {
	if keyHeader == "" {
		keyHeader = DefaultKeyHeader
	}
	return &Vendor{support: support, keyHeader: http.CanonicalHeaderKey(keyHeader)}
}

// Door returns the platform's listener. Every operation is served with and
// without the version prefix and in both spellings, on the same state
// (HA-OUR-001, AMB-021 both).
func (v *Vendor) Door(finder door.Finder, log *slog.Logger) *door.Door {
	var routes []door.Route
	for _, base := range []string{"/v1/patients", "/v1/patient", "/patients", "/patient"} {
		add := func(method, rest, operation string, limit int64, h func(*door.Call) door.Answer) {
			spelled := func(c *door.Call) door.Answer {
				if !v.spells(c, base, operation) {
					return voice{}.Refuse(door.NoRoute)
				}
				return v.deviate(c, base, operation, h(c))
			}
			routes = append(routes, door.Route{Method: method, Path: base + rest, Operation: operation, Limit: limit, Handle: spelled})
		}
		// POST …/invite; a fixed word beside {id} is decided in the handler.
		add("POST", "/:id", "invite", bodyLimit, v.post)
		add("GET", "/:id", "read", 0, v.read)
		add(door.AnyMethod, "/:id", "", 0, notThat)
		add("GET", "/:id/media/:media", "media", 0, v.media)
		for _, call := range []struct {
			word   string
			handle func(*door.Call) door.Answer
		}{{"event", v.event}, {"subscribe-campaign", v.subscribe}, {"update_details", v.updateDetails}} {
			add("POST", "/:id/"+call.word, call.word, bodyLimit, call.handle)
		}
	}
	return door.New(sandbox.VendorSide, voice{}, finder, log, routes)
}

// reserved are path segments that are no patient ids (RX-OUR-049).
var reserved = []string{"invite", "reinvite"}

// post serves POST …/{word}: the reserved words are operations, a patient's id
// takes no POST.
func (v *Vendor) post(c *door.Call) door.Answer {
	switch c.Params.ByName("id") {
	case "invite":
		return v.invite(c)
	case "reinvite":
		return v.reinvite(c)
	}
	return notThat(c)
}

// spells tells whether an operation is served under one of its spellings: all
// of them, or one brand's own (AMB-021).
func (v *Vendor) spells(c *door.Call, base, operation string) bool {
	dir := v.support.Peek(c.Sandbox)
	d := dir.Dialect()
	switch {
	case strings.HasPrefix(base, "/v1") && dir.Deviates().Any() && dir.Deviates().Does(deviation.NoVersion, named(operation)):
		return false
	case d.Is(dialect.Paths, "both"):
		return true
	case d.Is(dialect.Paths, "rxware"), operation == "media": // HelpAround has no path of its own for files
		return base == "/v1/patients"
	case operation == "read" || operation == "event":
		return base == "/patient"
	}
	return base == "/patients"
}

// named is an operation as a deviation knows it.
type named string

// Fact implements deviation.Facts.
func (n named) Fact(name string) string {
	if name == "operation" {
		return string(n)
	}
	return ""
}

// notThat answers 405 with the methods that the word does take.
func notThat(c *door.Call) door.Answer {
	allow := "GET"
	if slices.Contains(reserved, c.Params.ByName("id")) {
		allow = "POST"
	}
	a := voice{}.Refuse(door.NoMethod)
	a.Header = http.Header{"Allow": {allow}}
	a.Why.Field, a.Why.Saw, a.Why.Wants = "method", c.Method, allow
	return a
}

// Credentials returns the two credentials of a request, as presented.
func (v *Vendor) Credentials(h http.Header) (key, bearer string) {
	key = first(h[v.keyHeader])
	if key == "" {
		key = first(h[AliasKeyHeader])
	}
	scheme, token, _ := strings.Cut(first(h["Authorization"]), " ")
	if strings.EqualFold(scheme, "Bearer") {
		bearer = strings.TrimSpace(token)
	}
	return key, bearer
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// caller is the finding about who calls.
func (v *Vendor) caller(dir *program.Directory, c *door.Call, now time.Time) program.Caller {
	key, bearer := v.Credentials(c.Header)
	return dir.Caller(key, bearer, now)
}
