package control

import (
	"net/http"
	"slices"
)

// apiVersion is the version of the API; it stands in every path.
const apiVersion = "v1"

// route is one thing the API can be asked.
type route struct {
	method, path string
	does         string   // for GET /v1
	query        []string // the parameters it knows
	limit        int64    // bytes of body that are read; 0 leaves the body alone
	handle       handler
}

func (a *api) routes() []route {
	const one = "/v1/sandboxes/:sandbox"
	return []route{
		{method: "GET", path: "/healthz", does: "tell that the process lives", handle: a.health},
		{method: "GET", path: "/readyz", does: "tell whether the process is ready", handle: a.readiness},
		{method: "GET", path: "/v1", does: "list the addresses and routes", handle: a.index},

		{method: "GET", path: "/v1/sandboxes", does: "list the sandboxes", handle: a.listSandboxes},
		{method: "POST", path: "/v1/sandboxes", does: "make a sandbox; the body is a configuration", limit: bodyLimit, handle: a.createSandbox},
		{method: "GET", path: one, does: "show a sandbox, its programs and credentials", handle: a.showSandbox},
		{method: "DELETE", path: one, does: "drop a sandbox", handle: a.dropSandbox},
		{method: "POST", path: one + "/reset", does: "put a sandbox back to what it was when made", limit: bodyLimit, handle: a.resetSandbox},

		{method: "GET", path: one + "/patients", does: "list the patients, the latest invited first",
			query: []string{"externalId", "phone", "program", "limit", "after"}, handle: a.listPatients},
		{method: "GET", path: one + "/patients/:patient", does: "show a patient", handle: a.showPatient},
		{method: "POST", path: one + "/patients/:patient/acts", does: "let a patient act", limit: actLimit, handle: a.act},

		{method: "GET", path: one + "/tokens", does: "list the bearer tokens", handle: a.listTokens},
		{method: "POST", path: one + "/tokens", does: "issue a bearer token", limit: bodyLimit, handle: a.mintToken},
		{method: "POST", path: one + "/tokens/:token/renew", does: "issue a successor of a bearer token, which stays valid", limit: bodyLimit, handle: a.renewToken},
		{method: "POST", path: one + "/tokens/:token/disable", does: "disable a bearer token", limit: bodyLimit, handle: a.disableToken},
		{method: "POST", path: one + "/tokens/:token/enable", does: "enable a bearer token again", limit: bodyLimit, handle: a.enableToken},

		{method: "GET", path: one + "/inbox", does: "list the texts",
			query: []string{"patient", "phone", "direction", "limit"}, handle: a.listTexts},
		{method: "GET", path: one + "/webhooks", does: "list the webhooks and their attempts",
			query: []string{"patient", "state", "kind", "limit"}, handle: a.listWebhooks},
		{method: "GET", path: one + "/webhooks/:webhook", does: "show a webhook", handle: a.showWebhook},
		{method: "POST", path: one + "/webhooks/:webhook/redeliver", does: "send a webhook again", limit: bodyLimit, handle: a.redeliver},
		{method: "GET", path: one + "/partner", does: "show what the simulated partner received and fetched",
			query: []string{"patient", "limit"}, handle: a.showPartner},
		{method: "GET", path: one + "/journal", does: "list the exchanges, with why one was refused",
			query: []string{"limit", "side", "subject", "patient", "id"}, handle: a.listExchanges},

		{method: "GET", path: one + "/deviations", does: "list the wrong behaviours there are, and which are armed", handle: a.listDeviations},
		{method: "PUT", path: one + "/deviations", does: "arm these wrong behaviours of the sandbox, and no others", limit: bodyLimit, handle: a.armDeviations},

		{method: "GET", path: one + "/clock", does: "tell the time", handle: a.showClock},
		{method: "POST", path: one + "/clock", does: "freeze, resume, advance or set the clock", limit: bodyLimit, handle: a.moveClock},
		{method: "GET", path: one + "/await", does: "wait for a text, a webhook or a state of a patient",
			query: []string{"for", "patient", "timeout", "after", "state", "kind", "direction"}, handle: a.await},
	}
}

type routeView struct {
	Method string   `json:"method"`
	Path   string   `json:"path"`
	Does   string   `json:"does"`
	Query  []string `json:"query,omitempty"`
}

type indexView struct {
	API       string            `json:"api"`
	Addresses map[string]string `json:"addresses"`
	Routes    []routeView       `json:"routes"`
}

func (a *api) index(*call) (answer, error) {
	v := indexView{API: apiVersion, Addresses: a.Addresses}
	for _, r := range a.routes() {
		v.Routes = append(v.Routes, routeView{r.method, r.path, r.does, slices.Clone(r.query)})
	}
	return ok(v)
}

type statusView struct {
	Status string `json:"status"`
}

func (a *api) health(*call) (answer, error) { return ok(statusView{"ok"}) }

func (a *api) readiness(*call) (answer, error) {
	if a.Ready != nil {
		if err := a.Ready(); err != nil {
			return answer{}, &problem{Status: http.StatusServiceUnavailable, Detail: err.Error()}
		}
	}
	return ok(statusView{"ready"})
}
