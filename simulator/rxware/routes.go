package rxware

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

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
		routes = append(routes,
			// POST …/invite; a fixed word beside {id} is decided in the handler.
			door.Route{Method: "POST", Path: base + "/:id", Operation: "invite", Limit: bodyLimit, Handle: v.post},
			door.Route{Method: "GET", Path: base + "/:id", Operation: "read", Handle: v.read},
			door.Route{Method: door.AnyMethod, Path: base + "/:id", Handle: notThat},
			door.Route{Method: "GET", Path: base + "/:id/media/:media", Operation: "media", Handle: v.media},
		)
	}
	return door.New(sandbox.VendorSide, voice{}, finder, log, routes)
}

// reserved are path segments that are no patient ids (RX-OUR-049).
var reserved = []string{"invite"}

// post serves POST …/{word}: the reserved words are operations, a patient's id
// takes no POST.
func (v *Vendor) post(c *door.Call) door.Answer {
	if c.Params.ByName("id") == "invite" {
		return v.invite(c)
	}
	return notThat(c)
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
