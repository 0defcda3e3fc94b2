package config

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
)

// Products a program can be run under.
var products = []string{"rxware", "helparound"}

// SandboxName is what names of sandboxes look like; they stand in addresses.
var SandboxName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)

func (f *File) check() *wrong {
	if f.Version != Version {
		return badf(place{"version"}, "must be %d", Version)
	}
	if f.Sandbox != "" && !SandboxName.MatchString(f.Sandbox) {
		return bad(place{"sandbox"}, "must be lower-case letters, digits, '.', '_' and '-', at most 63")
	}
	for _, l := range []struct{ key, addr string }{
		{"vendor", f.Listen.Vendor}, {"partner", f.Listen.Partner}, {"phone", f.Listen.Phone}, {"control", f.Listen.Control},
	} {
		if err := CheckAddress(l.addr); l.addr != "" && err != nil {
			return bad(place{"listen", l.key}, err.Error())
		}
	}
	if w := f.Clock.At.check(place{"clock", "at"}); w != nil {
		return w
	}
	sandbox, w := f.dialect()
	if w != nil {
		return w
	}
	if w := checkDeviations(place{"deviations"}, f.Deviations); w != nil {
		return w
	}
	ids := map[string]bool{}
	for i := range f.Programs {
		p, at := &f.Programs[i], place{"programs", i}
		if w := p.check(at, sandbox); w != nil {
			return w
		}
		if ids[p.ID] {
			return bad(at.of("id"), "another program has this id")
		}
		ids[p.ID] = true
	}
	return nil
}

func (i Instant) check(at place) *wrong {
	if _, ok := i.Time(); i != "" && !ok {
		return bad(at, "must be a time like 2026-02-03T04:05:06Z")
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

func (p *Program) check(at place, sandbox dialect.Set) *wrong {
	if p.ID == "" || len(p.ID) > 100 { // AMB-020, any
		return bad(at.of("id"), "must have 1 to 100 characters")
	}
	if !slices.Contains(products, p.Product) {
		return bad(at.of("product"), "must be "+either(products))
	}
	if p.Invitation != "" && !strings.Contains(p.Invitation, "{link}") {
		return bad(at.of("invitation"), "must contain {link}")
	}
	set, w := p.dialect(at, sandbox)
	if w != nil {
		return w
	}
	for _, check := range []func() *wrong{
		func() *wrong { return checkDeviations(at.of("deviations"), p.Deviations) },
		func() *wrong { return p.checkCredentials(at) },
		func() *wrong { return p.Webhooks.check(at.of("webhooks"), &set) },
		func() *wrong { return p.checkConsents(at) },
		func() *wrong { return p.checkFields(at) },
		func() *wrong { return p.checkFormats(at) },
		func() *wrong { return p.checkCampaigns(at) },
		func() *wrong { return p.checkEvents(at, &set) },
	} {
		if w := check(); w != nil {
			return w
		}
	}
	return nil
}

func (p *Program) checkCredentials(at place) *wrong {
	for i, t := range p.Tokens {
		at := at.of("tokens", i)
		if t.ID == "" {
			return bad(at.of("id"), "must be given")
		}
		if t.Algorithm != "" && t.Algorithm != "HS256" && t.Algorithm != "EdDSA" {
			return bad(at.of("algorithm"), "must be HS256 or EdDSA")
		}
		if w := t.Expires.check(at.of("expires")); w != nil {
			return w
		}
		for j, s := range t.Scopes {
			if !slices.Contains(program.AllScopes(), program.Scope(s)) {
				return badf(at.of("scopes", j), "must be one of %v", program.AllScopes())
			}
		}
	}
	for i, k := range p.APIKeys {
		if k.Value == "" {
			return bad(at.of("apiKeys", i, "value"), "must be given")
		}
	}
	return nil
}

func (p *Program) checkConsents(at place) *wrong {
	names := map[string]bool{}
	for i, c := range p.Consents {
		if c.Name == "" || names[c.Name] {
			return bad(at.of("consents", i, "name"), "must be given, and unlike the others")
		}
		names[c.Name] = true
	}
	return nil
}

// either lists words: a, b or c.
func either(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
