package inprocess

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/clauses"
	"github.com/placebo-sim/placebo/conformance/result"
	"github.com/placebo-sim/placebo/simulator/deviation"
)

// Kill is what the suite made of one deviation.
type Kill struct {
	Deviation string   `json:"deviation"`
	Side      string   `json:"side"`
	Does      string   `json:"does"`
	Clauses   []string `json:"clauses"` // that it breaks; the first is its own
	Fate      Fate     `json:"fate"`
	By        []string `json:"by"` // clauses whose scenarios noticed
	Scenarios []string `json:"scenarios"`
}

// patience is how long a scenario waits for what a deviation may have taken
// away; a sandbox of our own is quicker by far.
const patience = 2 * time.Second

// Fate is how a deviation ended.
type Fate string

// The fates.
const (
	Own       Fate = "own"       // its own clause's scenario noticed
	Elsewhere Fate = "elsewhere" // only another clause's did
	Survived  Fate = "survived"  // nobody did
)

// Matrix is the fate of every deviation, and the clauses that none breaks.
type Matrix struct {
	Version  int      `json:"version"`
	Suite    string   `json:"suite"`    // the digest of features and clauses
	Registry string   `json:"registry"` // the digest of the deviations
	Kills    []Kill   `json:"kills"`
	Unbroken []string `json:"unbroken"` // testable MUSTs without a deviation of their own
}

// MatrixVersion is the version of the format.
const MatrixVersion = 1

// Prove arms the deviations one by one and runs the scenarios of their clauses;
// where the own clause's do not notice, it runs the whole profile. told is
// called after each, from one goroutine at a time; nil is nobody. Names limit
// what is proved; none means all.
func (g *Target) Prove(ctx context.Context, parallel int, told func(Kill), names ...string) (*Matrix, error) {
	m := &Matrix{Version: MatrixVersion, Suite: conformance.Digest(), Registry: registryDigest(), Unbroken: Unbroken()}
	var chosen []deviation.Deviation
	for _, d := range deviation.All() {
		if len(names) == 0 || slices.Contains(names, d.Name) {
			chosen = append(chosen, d)
		}
	}
	m.Kills = make([]Kill, len(chosen))
	errs := make([]error, len(chosen))
	var telling sync.Mutex
	var running sync.WaitGroup
	turns := make(chan struct{}, max(parallel, 1))
	for i, d := range chosen {
		turns <- struct{}{}
		running.Go(func() {
			defer func() { <-turns }()
			m.Kills[i], errs[i] = g.prove(ctx, &d)
			if told != nil && errs[i] == nil {
				telling.Lock()
				defer telling.Unlock()
				told(m.Kills[i])
			}
		})
	}
	running.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return m, ctx.Err()
}

// prove tries one deviation.
func (g *Target) prove(ctx context.Context, d *deviation.Deviation) (Kill, error) {
	k := Kill{Deviation: d.Name, Side: string(d.Side), Does: d.Does, Clauses: d.Clauses, Fate: Survived, By: []string{}, Scenarios: []string{}}
	armed := g.Deviating(d.Name)
	armed.Patience = patience
	own, err := run(ctx, armed, d, d.Clauses[:1], true)
	if err != nil {
		return k, err
	}
	if k.note(own); slices.Contains(k.By, d.Clauses[0]) {
		k.Fate = Own
		return k, nil
	}
	all, err := run(ctx, armed, d, nil, false)
	if err != nil {
		return k, err
	}
	if k.note(all); len(k.By) > 0 {
		k.Fate = Elsewhere
	}
	return k, nil
}

// run plays the scenarios of some clauses, or all, up to the first that notices.
func run(ctx context.Context, armed *Target, d *deviation.Deviation, only []string, first bool) (*result.Result, error) {
	p, ok := conformance.FindProfile(profileOf(d))
	if !ok {
		return nil, fmt.Errorf("%s: no profile", d.Name)
	}
	c, _ := clauses.Find(d.Clauses[0])
	return conformance.Execute(ctx, armed, conformance.Options{Profile: p, Policy: c.Kind == clauses.Policy,
		Clauses: only, Parallel: 4, Seed: 7, FailFast: first})
}

// profileOf is the profile that holds a peer to what a deviation breaks: the
// first whose scenarios prove it.
func profileOf(d *deviation.Deviation) string {
	if d.Side == deviation.Partner {
		return "partner"
	}
	for _, p := range conformance.Profiles() {
		if plan, err := conformance.Plan(conformance.Options{Profile: p, Policy: true, Clauses: d.Clauses[:1]}); err == nil && len(plan) > 0 {
			return p.Name
		}
	}
	return ""
}

// note takes over who noticed.
func (k *Kill) note(r *result.Result) {
	for _, c := range r.Clauses {
		if (c.Verdict == result.Failed || c.Verdict == result.Warning) && !slices.Contains(k.By, c.ID) {
			k.By = append(k.By, c.ID)
		}
	}
	for _, s := range r.Scenarios {
		if (s.Verdict == result.Failed || s.Verdict == result.Warning) && !slices.Contains(k.Scenarios, s.ID) {
			k.Scenarios = append(k.Scenarios, s.ID)
		}
	}
}

// Unbroken are the MUSTs of vendors and partners that a scenario proves and that
// no deviation is made to break.
func Unbroken() []string {
	made := map[string]bool{}
	for _, d := range deviation.All() {
		made[d.Clauses[0]] = true
	}
	unbroken := []string{}
	for _, c := range clauses.All() {
		if c.Level == clauses.Must && c.Kind != clauses.Policy && c.Binds != clauses.BindsCaller && c.Untested == "" && !made[c.ID] {
			unbroken = append(unbroken, c.ID)
		}
	}
	return unbroken
}

// registryDigest is the sha256 of what the deviations are.
func registryDigest() string {
	h := sha256.New()
	for _, d := range deviation.All() {
		fmt.Fprintf(h, "%s %s %v %s\n", d.Name, d.Side, d.Clauses, d.Does)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
