package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// patience is how long a scenario waits for a peer to do what it must, unless
// its world says otherwise.
const patience = 15 * time.Second

// Scenario is what one scenario knows.
type Scenario struct {
	target port.Target
	wishes port.Wishes
	world  *port.World // opened by the first step that needs it

	people  map[string]*person
	who     *person // the person last spoken of
	access  port.Access
	faults  []string
	outcome port.Outcome   // of the last call
	all     []port.Outcome // of calls made at once, or read twice
	file    port.File
	sent    []byte     // the picture last uploaded, or the webhook last told
	heard   port.Heard // the webhook last awaited
	refused error      // of the patient's last act
	acted   bool       // the patient has tried something
	told    []told     // what was told to a partner

	odd     port.About    // how the next call differs from what it should be
	showing port.Access   // what the next call shows, if not good credentials
	named   string        // the program that the last call named
	before  mark          // what was so before the last call, or before time passed
	passed  time.Duration // since the scenario began
}

func (s *Scenario) patience() time.Duration {
	if s.world == nil {
		return patience
	}
	return cmp.Or(s.world.Patience, patience)
}

// Register adds the steps to a scenario that runs against target.
func Register(sc *godog.ScenarioContext, target port.Target) {
	s := &Scenario{target: target, people: map[string]*person{}, access: port.Good}
	sc.Before(func(ctx context.Context, p *godog.Scenario) (context.Context, error) {
		s.wishes.Name = p.Name
		return ctx, nil
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, _ error) (context.Context, error) {
		if s.world != nil && s.world.Close != nil {
			s.world.Close()
		}
		return ctx, nil
	})
	s.facts(sc)
	s.inviting(sc)
	s.reading(sc)
	s.journey(sc)
	s.webhooks(sc)
	s.media(sc)
	s.astray(sc)
	s.partner(sc)
	s.calls(sc)
	s.caseOf(sc)
	s.agreements(sc)
	s.infusions(sc)
	s.tokens(sc)
	s.readings(sc)
}

// open returns the scenario's world.
func (s *Scenario) open(ctx context.Context) (*port.World, error) {
	if s.world != nil {
		return s.world, nil
	}
	w, err := s.target.Open(ctx, s.wishes)
	if err != nil {
		return nil, fmt.Errorf("opening a world: %w", err)
	}
	s.world = w
	return w, nil
}

// Errors of steps that the peers at hand cannot take.
var (
	errNoPatient = port.Lacking(port.CanAct, "nobody can act as the patient here")
	errNoEar     = port.Lacking(port.CanHear, "webhooks cannot reach us here")
	errNoClock   = port.Lacking(port.CanMoveTime, "the peer's clock cannot be moved")
	errNoPartner = port.Lacking(port.HasPartner, "no partner is under test")
)

func (s *Scenario) patient(ctx context.Context) (port.Patient, error) {
	w, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	if w.Patient == nil {
		return nil, errNoPatient
	}
	return w.Patient, nil
}

func (s *Scenario) ear(ctx context.Context) (port.Ear, error) {
	w, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	if w.Ear == nil {
		return nil, errNoEar
	}
	return w.Ear, nil
}

// compiled keeps the sentences' patterns: every scenario registers them anew.
var compiled sync.Map

func re(pattern string) *regexp.Regexp {
	if p, ok := compiled.Load(pattern); ok {
		return p.(*regexp.Regexp)
	}
	p := regexp.MustCompile(pattern)
	compiled.Store(pattern, p)
	return p
}

// times reads once, never, and numbers.
func times(word string) (int, error) {
	switch word {
	case "once":
		return 1, nil
	case "never":
		return 0, nil
	}
	var n int
	_, err := fmt.Sscanf(strings.TrimSuffix(strings.TrimSuffix(word, " times"), " time"), "%d", &n)
	return n, err
}

// rows returns a table's rows as pairs.
func rows(t *godog.Table) (pairs [][2]string, err error) {
	for _, row := range t.Rows {
		if len(row.Cells) != 2 {
			return nil, errors.New("the table must have two columns")
		}
		pairs = append(pairs, [2]string{row.Cells[0].Value, row.Cells[1].Value})
	}
	return pairs, nil
}
