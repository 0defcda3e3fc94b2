package config

import (
	"crypto/ed25519"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/dialect"
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

// Directory makes the programs and credentials of a sandbox.
//
// The default sandbox's credentials do not depend on the seed, so that what
// README prints stays true. Every other sandbox gets its own: in each, a given
// credential's name is the same but its value is not, and a credential of one
// sandbox is unknown in the next.
func (f *File) Directory(w World) (*program.Directory, error) {
	sandbox, mistake := f.dialect()
	if mistake != nil {
		return nil, mistake
	}
	deviates, mistake := arm(place{"deviations"}, f.Deviations)
	if mistake != nil {
		return nil, mistake
	}
	m := maker{world: w, sandbox: sandbox, deviations: f.Deviations, keyed: map[string]bool{}, tokened: map[string]bool{}}
	for i := range f.Programs {
		if err := m.add(place{"programs", i}, &f.Programs[i]); err != nil {
			return nil, err
		}
	}
	d, err := program.NewDirectory(m.signing(), m.programs, m.keys, m.tokens)
	if err != nil {
		return nil, err
	}
	return d.Speaking(sandbox).Deviating(deviates), nil
}

type maker struct {
	world      World
	sandbox    dialect.Set
	deviations []string // the sandbox's
	programs   []program.Program
	keys       []program.Key
	tokens     []program.Token
	keyed      map[string]bool
	tokened    map[string]bool
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

// Own is a name made the sandbox's own, as those of its credentials are.
func (w World) Own(name string) string { return (&maker{world: w}).own(name) }

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

func (m *maker) add(at place, p *Program) error {
	d, mistake := p.dialect(at, m.sandbox)
	if mistake != nil {
		return mistake
	}
	agreed := p.agreement(m.world.Partner, d)
	if agreed.Deviates, mistake = arm(at.of("deviations"), p.Deviations, m.deviations...); mistake != nil {
		return mistake
	}
	m.programs = append(m.programs, agreed)
	m.credentials(p)
	return nil
}

func (m *maker) credentials(p *Program) {
	partner, keys, tokens := p.partner(), p.APIKeys, p.Tokens
	if keys == nil {
		keys = []APIKey{{Value: "pk_" + partner}}
	}
	for _, k := range keys {
		if k.Partner == "" {
			k.Partner = partner
		}
		if m.keyed[k.Value] { // two programs of one partner may name one key
			continue
		}
		m.keyed[k.Value] = true
		m.keys = append(m.keys, program.Key{Value: m.own(k.Value), Partner: k.Partner})
	}
	if tokens == nil {
		tokens = []Token{{ID: "tk_" + p.ID}}
	}
	for _, t := range tokens {
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
