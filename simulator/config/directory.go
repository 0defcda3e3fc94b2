package config

import (
	"crypto/ed25519"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/program"
)

// DefaultSandbox is the name of the sandbox that needs no naming.
const DefaultSandbox = "default"

// World is what a directory depends on beside the file.
type World struct {
	Name    string      // the sandbox
	Seed    chance.Seed // keys and token ids of other sandboxes than the default one depend on it
	Partner string      // base URL of the simulated partner for this sandbox; empty: none
}

// Tokens that say nothing else hold from and to these days.
var (
	tokensFrom = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	tokensTo   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// defaultPartner is whose programs are that do not say.
const defaultPartner = "acme-hub"

// Directory makes the programs and credentials of a sandbox.
//
// The default sandbox's credentials do not depend on the seed, so that what
// README prints stays true. Every other sandbox gets its own: in each, a given
// credential's name is the same but its value is not, and a credential of one
// sandbox is unknown in the next.
func (f *File) Directory(w World) (*program.Directory, error) {
	m := maker{world: w, keyed: map[string]bool{}, tokened: map[string]bool{}}
	for _, p := range f.Programs {
		m.add(p)
	}
	return program.NewDirectory(m.signing(), m.programs, m.keys, m.tokens)
}

type maker struct {
	world    World
	programs []program.Program
	keys     []program.Key
	tokens   []program.Token
	keyed    map[string]bool
	tokened  map[string]bool
}

// secret derives a secret of the sandbox.
func (m *maker) secret(purpose string) [32]byte {
	seed := m.world.Seed
	if m.world.Name == DefaultSandbox {
		seed = 0
	}
	return seed.Secret(purpose, m.world.Name)
}

func (m *maker) signing() program.Keys {
	hmac, ed := m.secret("jwt hmac"), m.secret("jwt eddsa")
	return program.Keys{Issuer: "placebo", HMAC: hmac[:], EdDSA: ed25519.NewKeyFromSeed(ed[:])}
}

// own is a name made the sandbox's own: as written in the default sandbox, with
// a mark of sandbox and seed in any other.
func (m *maker) own(name string) string {
	if m.world.Name == DefaultSandbox {
		return name
	}
	mark := m.secret("mark")
	const signs = "0123456789abcdefghijklmnopqrstuv"
	var b strings.Builder
	for _, c := range mark[:12] {
		b.WriteByte(signs[c&31])
	}
	return name + "_" + b.String()
}

func (m *maker) add(p Program) {
	q := program.Program{
		ID: p.ID, Product: p.Product, Name: p.Name, Partner: p.Partner,
		Condition: p.Condition, Silent: p.Silent, Required: p.RequiredItems,
		Invitation: invitations[p.Product], Hooks: m.hooks(p.Webhooks),
	}
	if q.Name == "" {
		q.Name = "Patient Support"
	}
	if q.Partner == "" {
		q.Partner = defaultPartner
	}
	for _, c := range p.Consents {
		if c.Text == "" {
			c.Text = consentTexts[c.Name]
		}
		if c.Text == "" {
			c.Text = "I agree to: " + c.Name
		}
		q.Consents = append(q.Consents, program.ConsentTerm{Name: c.Name, Text: c.Text, Optional: c.Optional})
	}
	if p.Consents == nil { // HA-OUR-007
		for _, name := range []string{"communication", "sharePHI"} {
			q.Consents = append(q.Consents, program.ConsentTerm{Name: name, Text: consentTexts[name]})
		}
	}
	for _, f := range p.Fields {
		s, _ := screen(f.Screen)
		label := f.Label
		if label == "" {
			label = f.Key
		}
		q.Agreed = append(q.Agreed, program.Field{Key: f.Key, Label: label, Screen: s, Format: formats[f.Type], Max: f.Max, Choices: f.Choices, Agreed: true})
	}
	m.programs = append(m.programs, q)
	m.credentials(p, q.Partner)
}

func (m *maker) hooks(w Webhooks) program.Hooks {
	base := w.URL
	if base == "" {
		base = m.world.Partner
	}
	base = strings.TrimSuffix(base, "/")
	h := program.Hooks{Enrollment: w.Enrollment, Action: w.Action, Headers: w.Headers}
	if h.Enrollment == "" && base != "" {
		h.Enrollment = base + "/webhook/user-enrollment"
	}
	if h.Action == "" && base != "" {
		h.Action = base + "/webhook/user-action"
	}
	return h
}

func (m *maker) credentials(p Program, partner string) {
	if p.APIKeys == nil {
		p.APIKeys = []APIKey{{Value: "pk_" + partner}}
	}
	for _, k := range p.APIKeys {
		if k.Partner == "" {
			k.Partner = partner
		}
		if m.keyed[k.Value] { // two programs of one partner may name one key
			continue
		}
		m.keyed[k.Value] = true
		m.keys = append(m.keys, program.Key{Value: m.own(k.Value), Partner: k.Partner})
	}
	if p.Tokens == nil {
		p.Tokens = []Token{{ID: "tk_" + p.ID}}
	}
	for _, t := range p.Tokens {
		if m.tokened[t.ID] {
			continue
		}
		m.tokened[t.ID] = true
		q := program.Token{ID: m.own(t.ID), Partner: t.Partner, Programs: t.Programs, Issued: tokensFrom, Expires: tokensTo,
			Disabled: t.Disabled, Algorithm: t.Algorithm}
		if q.Partner == "" {
			q.Partner = partner
		}
		if q.Programs == nil {
			q.Programs = []string{p.ID}
		}
		for _, s := range t.Scopes {
			q.Scopes = append(q.Scopes, program.Scope(s))
		}
		if t.Scopes == nil {
			q.Scopes = program.AllScopes()
		}
		if at, ok := t.Expires.Time(); ok {
			q.Expires = at
		}
		m.tokens = append(m.tokens, q)
	}
}

// invitations are the first texts of the two brands. Policy: the vendors print
// none; HelpAround speaks of an app (HA-INVITE-003), RxWare of mobile pages.
var invitations = map[string]string{
	"rxware":     "{program}: Hi {name}, you have been invited to our support program. Start here: {link} Reply STOP to opt out.",
	"helparound": "{program}: Hi {name}, your support team invites you. Get the app here: {link} Reply STOP to opt out.",
}

var consentTexts = map[string]string{
	"communication": "I agree to receive text messages and calls about my treatment and this support program.",
	"sharePHI":      "I agree that my health information is shared with the support program and its partners.",
}
