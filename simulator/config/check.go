package config

import (
	"bytes"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/placebo-sim/placebo/simulator/program"
)

// wrong is a value that makes no sense, and where it stands.
type wrong struct {
	path string // in goccy's form, such as $.programs[0].id
	why  string
}

func (w *wrong) at(text []byte) error {
	where := strings.TrimPrefix(strings.TrimPrefix(w.path, "$"), ".")
	for path := w.path; path != "$" && path != ""; path = parent(path) {
		p, err := yaml.PathString(path)
		if err != nil {
			break
		}
		node, err := p.ReadNode(bytes.NewReader(text))
		if err != nil || node == nil {
			continue // the value is absent; its parent's place will do
		}
		at := node.GetToken().Position
		return fmt.Errorf("[%d:%d] %s: %s", at.Line, at.Column, where, w.why)
	}
	if where == "" {
		return fmt.Errorf("%s", w.why)
	}
	return fmt.Errorf("%s: %s", where, w.why)
}

func parent(path string) string {
	return path[:max(strings.LastIndexAny(path, ".["), 0)]
}

// Products a program can be run under.
var products = []string{"rxware", "helparound"}

// SandboxName is what names of sandboxes look like; they stand in addresses.
var SandboxName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)

func (f *File) check() *wrong {
	if f.Version != Version {
		return &wrong{"$.version", fmt.Sprintf("must be %d", Version)}
	}
	if f.Sandbox != "" && !SandboxName.MatchString(f.Sandbox) {
		return &wrong{"$.sandbox", "must be lower-case letters, digits, '.', '_' and '-', at most 63"}
	}
	for key, addr := range map[string]string{"vendor": f.Listen.Vendor, "partner": f.Listen.Partner, "phone": f.Listen.Phone, "control": f.Listen.Control} {
		if err := CheckAddress(addr); addr != "" && err != nil {
			return &wrong{"$.listen." + key, err.Error()}
		}
	}
	if w := f.Clock.At.check("$.clock.at"); w != nil {
		return w
	}
	ids := map[string]bool{}
	for i, p := range f.Programs {
		path := fmt.Sprintf("$.programs[%d]", i)
		if w := p.check(path); w != nil {
			return w
		}
		if ids[p.ID] {
			return &wrong{path + ".id", "another program has this id"}
		}
		ids[p.ID] = true
	}
	return nil
}

func (i Instant) check(path string) *wrong {
	if _, ok := i.Time(); i != "" && !ok {
		return &wrong{path, "must be a time like 2026-02-03T04:05:06Z"}
	}
	return nil
}

// CheckAddress tells whether addr is "off" or host:port.
func CheckAddress(addr string) error {
	if addr == "off" {
		return nil
	}
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return fmt.Errorf("must be host:port or off, is %q", addr)
	}
	return nil
}

func (p *Program) check(path string) *wrong {
	if p.ID == "" || len(p.ID) > 100 { // AMB-020, any
		return &wrong{path + ".id", "must have 1 to 100 characters"}
	}
	if !slices.Contains(products, p.Product) {
		return &wrong{path + ".product", "must be " + strings.Join(products, " or ")}
	}
	for i, t := range p.Tokens {
		where := fmt.Sprintf("%s.tokens[%d]", path, i)
		if t.ID == "" {
			return &wrong{where + ".id", "must be given"}
		}
		if t.Algorithm != "" && t.Algorithm != "HS256" && t.Algorithm != "EdDSA" {
			return &wrong{where + ".algorithm", "must be HS256 or EdDSA"}
		}
		if w := t.Expires.check(where + ".expires"); w != nil {
			return w
		}
		for j, s := range t.Scopes {
			if !slices.Contains(program.AllScopes(), program.Scope(s)) {
				return &wrong{fmt.Sprintf("%s.scopes[%d]", where, j), fmt.Sprintf("must be one of %v", program.AllScopes())}
			}
		}
	}
	for i, k := range p.APIKeys {
		if k.Value == "" {
			return &wrong{fmt.Sprintf("%s.apiKeys[%d].value", path, i), "must be given"}
		}
	}
	for key, u := range map[string]string{"url": p.Webhooks.URL, "enrollment": p.Webhooks.Enrollment, "action": p.Webhooks.Action} {
		if u != "" && !IsURL(u) {
			return &wrong{path + ".webhooks." + key, "must be an http or https URL"}
		}
	}
	names := map[string]bool{}
	for i, c := range p.Consents {
		if c.Name == "" || names[c.Name] {
			return &wrong{fmt.Sprintf("%s.consents[%d].name", path, i), "must be given, and unlike the others"}
		}
		names[c.Name] = true
	}
	if w := p.checkFields(path); w != nil {
		return w
	}
	for id := range p.Dialects {
		return &wrong{path + ".dialects." + id, "this version plays the default reading of every ambiguity; none can be switched yet"}
	}
	return nil
}

func (p *Program) checkFields(path string) *wrong {
	known := map[string]bool{}
	for _, f := range program.StandardFields() {
		known[f.Key] = true
	}
	for i, f := range p.Fields {
		where := fmt.Sprintf("%s.fields[%d]", path, i)
		if f.Key == "" || known[f.Key] {
			return &wrong{where + ".key", "must be given, and not be a field that is there already"}
		}
		known[f.Key] = true
		if _, ok := formats[f.Type]; !ok {
			return &wrong{where + ".type", "must be text, date, phone or choice"}
		}
		if f.Type == "choice" && len(f.Choices) == 0 {
			return &wrong{where + ".choices", "a choice needs some"}
		}
		if s, ok := screen(f.Screen); !ok || s < program.About || s > program.SecondaryInsurance {
			return &wrong{where + ".screen", "must be about, contact, address, caregiver, insurance or secondary-insurance"}
		}
		if f.Max < 0 {
			return &wrong{where + ".max", "must not be negative"}
		}
	}
	for i, item := range p.RequiredItems {
		if _, isUse := program.ParseUse(item); !isUse && !known[item] {
			return &wrong{fmt.Sprintf("%s.requiredItems[%d]", path, i), "is no enrollment field, card picture or signature"}
		}
	}
	return nil
}

var formats = map[string]program.Format{
	"": program.Words, "text": program.Words, "date": program.BirthDate, "phone": program.Phone, "choice": program.Choice,
}

func screen(name string) (program.Screen, bool) {
	if name == "" {
		return program.About, true
	}
	return program.ParseScreen(name)
}

// IsURL tells whether s is an address webhooks can go to.
func IsURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
