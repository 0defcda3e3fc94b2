package control

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

type sandboxView struct {
	Name      string            `json:"name"`
	Seed      uint64            `json:"seed"`
	Clock     clockView         `json:"clock"`
	Dialects  map[string]string `json:"dialects"`  // where the sandbox's own differs from the default
	Addresses map[string]string `json:"addresses"` // "" is off
	Counts    map[string]int    `json:"counts"`
	Programs  []programView     `json:"programs"`
	APIKeys   []keyView         `json:"apiKeys"` // all there are
	Tokens    []tokenView       `json:"tokens"`  // all there are
}

type programView struct {
	ID            string            `json:"id"`
	Product       string            `json:"product"`
	Name          string            `json:"name"`
	Partner       string            `json:"partner"`
	Organization  string            `json:"organization"` // the id the vendor gave the partner
	Condition     string            `json:"condition,omitempty"`
	Silent        bool              `json:"silent"`
	Invitation    string            `json:"invitation"`
	APIKey        string            `json:"apiKey"` // with token, a pair that may call; "" when there is none
	Token         string            `json:"token"`
	APIKeys       []keyView         `json:"apiKeys"` // the partner's
	Tokens        []tokenView       `json:"tokens"`  // issued for the program
	Webhooks      hooksView         `json:"webhooks"`
	Consents      []consentTerm     `json:"consents"`
	RequiredItems []string          `json:"requiredItems"`
	Fields        []fieldView       `json:"fields"`  // agreed on beyond the contract's
	Formats       []fieldView       `json:"formats"` // the contract's that were agreed otherwise, whole
	Events        []eventView       `json:"events"`  // beyond, or instead of, the documented ones
	Reactions     []reactionView    `json:"reactions"`
	Campaigns     []campaignView    `json:"campaigns"`
	Dialects      map[string]string `json:"dialects"` // where it differs from the default
}

type keyView struct {
	Value   string `json:"value"`
	Partner string `json:"partner"`
}

type tokenView struct {
	ID        string          `json:"id"`
	Token     string          `json:"token"`
	Partner   string          `json:"partner"`
	Programs  []string        `json:"programs"`
	Scopes    []program.Scope `json:"scopes"`
	Issued    string          `json:"issued"`
	Expires   string          `json:"expires"`
	Disabled  bool            `json:"disabled"`
	Algorithm string          `json:"algorithm"`
}

type consentTerm struct {
	Name     string `json:"name"`
	Text     string `json:"text"`
	Optional bool   `json:"optional"`
}

// sandboxView shows a sandbox.
func (a *api) sandboxView(w World) sandboxView {
	b := w.Sandbox
	v := sandboxView{Name: b.Name(), Seed: uint64(b.Seed()), Clock: a.clockView(b), Addresses: a.addressesOf(b.Name()),
		Counts: b.Sizes(), Dialects: map[string]string{}, Programs: []programView{}, APIKeys: []keyView{}, Tokens: []tokenView{}}
	b.View(func(r sandbox.Reader) {
		d := a.rooms.Support.Directory(r)
		v.Dialects = viewDialects(d.Dialect())
		for _, k := range d.Keys() {
			v.APIKeys = append(v.APIKeys, keyView{k.Value, k.Partner})
		}
		for _, t := range d.Tokens() {
			v.Tokens = append(v.Tokens, viewToken(t))
		}
		for _, p := range d.Programs() {
			v.Programs = append(v.Programs, viewProgram(d, p, r.Now()))
		}
	})
	return v
}

func viewToken(t program.Token) tokenView {
	v := tokenView{ID: t.ID, Token: t.Signed, Partner: t.Partner, Programs: append([]string{}, t.Programs...),
		Scopes: append([]program.Scope{}, t.Scopes...), Issued: stamp(t.Issued), Expires: stamp(t.Expires), Disabled: t.Disabled, Algorithm: t.Algorithm}
	if v.Algorithm == "" {
		v.Algorithm = "HS256"
	}
	return v
}

func viewProgram(d *program.Directory, p *program.Program, now time.Time) programView {
	v := programView{ID: p.ID, Product: p.Product, Name: p.Name, Partner: p.Partner,
		Organization: p.Organization, Condition: p.Condition, Silent: p.Silent, Invitation: p.Invitation,
		Webhooks: viewHooks(&p.Hooks), APIKeys: []keyView{}, Tokens: []tokenView{},
		Consents: []consentTerm{}, RequiredItems: append([]string{}, p.Required...), Fields: viewFields(p.Agreed), Formats: viewFields(p.Formats),
		Events: viewEvents(p), Reactions: viewReactions(p), Campaigns: viewCampaigns(p), Dialects: viewDialects(&p.Dialect)}
	if key, token, any := d.Credentials(p.ID, now); any {
		v.APIKey, v.Token = key.Value, token.Signed
	}
	for _, k := range d.Keys() {
		if k.Partner == p.Partner {
			v.APIKeys = append(v.APIKeys, keyView{k.Value, k.Partner})
		}
	}
	for _, t := range d.Tokens() {
		if slices.Contains(t.Programs, p.ID) {
			v.Tokens = append(v.Tokens, viewToken(t))
		}
	}
	for _, c := range p.Consents {
		v.Consents = append(v.Consents, consentTerm{c.Name, c.Text, c.Optional})
	}
	return v
}

// addressesOf are the base URLs under which one sandbox is found.
func (a *api) addressesOf(name string) map[string]string {
	of := map[string]string{}
	for _, listener := range []string{"vendor", "partner", "phone"} {
		of[listener] = a.base(listener, name)
	}
	return of
}

// base is the base URL of a listener for one sandbox, or "" when it is off.
func (a *api) base(listener, name string) string {
	base := a.Addresses[listener]
	if base == "" || name == a.Default {
		return base
	}
	return base + "/_sandbox/" + url.PathEscape(name)
}

type sandboxRef struct {
	Name  string    `json:"name"`
	Seed  uint64    `json:"seed"`
	Clock clockView `json:"clock"`
	Href  string    `json:"href"`
}

func hrefOf(name string) string { return "/v1/sandboxes/" + url.PathEscape(name) }

func (a *api) listSandboxes(*call) (answer, error) {
	all := []sandboxRef{}
	for _, w := range a.worlds.List() {
		name := w.Sandbox.Name()
		all = append(all, sandboxRef{name, uint64(w.Sandbox.Seed()), a.clockView(w.Sandbox), hrefOf(name)})
	}
	return ok(map[string]any{"sandboxes": all})
}

func (a *api) createSandbox(c *call) (answer, error) {
	spec, err := parseSpec(c.body)
	if err != nil {
		return answer{}, &problem{Status: http.StatusUnprocessableEntity, Field: "body", Detail: shown(err.Error())}
	}
	w, err := a.worlds.Create(spec)
	if errors.Is(err, ErrTaken) {
		return answer{}, err
	}
	if err != nil { // what the configuration asks for cannot be made
		return answer{}, &problem{Status: http.StatusUnprocessableEntity, Field: "body", Detail: shown(err.Error())}
	}
	return answer{status: http.StatusCreated, body: a.sandboxView(w), header: http.Header{"Location": {hrefOf(w.Sandbox.Name())}}}, nil
}

// parseSpec reads the configuration of a new sandbox. The version may be left
// out, and without programs it gets the default ones.
func parseSpec(body []byte) (f *config.File, err error) {
	if len(body) == 0 {
		body = []byte("{}")
	}
	given := gjson.ParseBytes(body)
	if given.Get("listen").Exists() {
		return nil, fmt.Errorf("listen: addresses belong to the process, not to a sandbox")
	}
	if !given.Get("version").Exists() {
		// At the end, so that the places in error messages stay true.
		inside := bytes.TrimRight(bytes.TrimSuffix(bytes.TrimSpace(body), []byte("}")), " \t\r\n")
		comma := ","
		if bytes.Equal(bytes.TrimSpace(inside), []byte("{")) {
			comma = ""
		}
		body = fmt.Appendf(nil, `%s%s"version":%d}`, inside, comma, config.Version)
	}
	// The YAML library is not ours, and this is what anybody may send.
	defer func() {
		if p := recover(); p != nil {
			f, err = nil, fmt.Errorf("the configuration cannot be read: %v", p)
		}
	}()
	if f, err = config.Parse(body); err != nil {
		return nil, err
	}
	if len(f.Programs) == 0 {
		f.Programs = config.Default().Programs
	}
	return f, nil
}

func (a *api) showSandbox(c *call) (answer, error) { return ok(a.sandboxView(c.World)) }

func (a *api) dropSandbox(c *call) (answer, error) {
	if err := a.worlds.Drop(c.Context(), c.Sandbox.Name()); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusNoContent}, nil
}

func (a *api) resetSandbox(c *call) (answer, error) {
	if p := c.read(&struct{}{}); p != nil {
		return answer{}, p
	}
	w, err := a.worlds.Reset(c.Context(), c.Sandbox.Name())
	if err != nil {
		return answer{}, err
	}
	return ok(a.sandboxView(w))
}
