package conformance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cucumber/godog"
	"github.com/cucumber/messages/go/v21"

	"github.com/placebo-sim/placebo/conformance/clauses"
	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/result"
	"github.com/placebo-sim/placebo/conformance/steps"
	"github.com/placebo-sim/placebo/features"
)

// Options say what is run and how. The zero value, with a profile, runs all of
// it.
type Options struct {
	Profile  Profile
	Policy   bool     // judge our own choices too
	Clauses  []string // only scenarios that prove one of these
	Features []string // only features whose file matches one of these patterns
	FailFast bool
	Timeout  time.Duration // of a scenario; one minute when 0
	Seed     uint64        // of the order, and of what the target invents
	Parallel int           // scenarios at once; 4 when 0
	RunID    string
	Version  string // of the program
	Progress Progress

	chosen func(s *result.Scenario) bool // nil: every scenario of the plan
}

// Progress is told how a run goes on, from many goroutines at once.
type Progress interface {
	Planned(scenarios int)
	Started(s *result.Scenario)
	Ended(s *result.Scenario)
}

type quiet struct{}

func (quiet) Planned(int)              {}
func (quiet) Started(*result.Scenario) {}
func (quiet) Ended(*result.Scenario)   {}

// Plan returns the scenarios that the options choose, in the features' order.
func Plan(o Options) ([]Scenario, error) {
	all, err := embedded()
	if err != nil {
		return nil, err
	}
	for _, id := range o.Clauses {
		if _, ok := clauses.Find(id); !ok {
			return nil, fmt.Errorf("there is no clause %s", id)
		}
	}
	var chosen []Scenario
	for _, s := range all {
		if o.Profile.plays(&s, o.Policy) && o.chooses(&s) {
			chosen = append(chosen, s)
		}
	}
	return chosen, nil
}

func (o *Options) chooses(s *Scenario) bool {
	clause := len(o.Clauses) == 0 || slices.ContainsFunc(o.Clauses, s.Proves)
	feature := len(o.Features) == 0 || slices.ContainsFunc(o.Features, func(pattern string) bool {
		whole, _ := path.Match(pattern, s.File)
		name, _ := path.Match(pattern, strings.TrimSuffix(path.Base(s.File), ".feature"))
		return whole || name
	})
	return clause && feature
}

// Execute runs what the options choose against the target. The error is a
// mistake in the options; whatever is wrong with the target is in the result.
func Execute(ctx context.Context, target port.Target, o Options) (*result.Result, error) {
	o = o.complete()
	plan, err := Plan(o)
	if err != nil {
		return nil, err
	}
	r := &result.Result{Version: result.Version, Profile: o.Profile.Name, Policy: o.Policy, Target: describe(target),
		Suite: result.Suite{Name: "placebo", Version: o.Version, Digest: Digest()},
		Run:   result.Run{ID: o.RunID, Seed: o.Seed, Started: time.Now().UTC(), Parallel: o.Parallel}}
	run := &execution{Options: o, target: branded{target, o.Profile.Product}, prober: prober(target), result: r, planned: map[string]*result.Scenario{}}
	if err := run.run(ctx, plan); err != nil {
		return nil, err
	}
	r.Run.Took = millis(time.Since(r.Run.Started))
	if t, ok := target.(port.Witness); ok {
		r.Readings, r.Left = t.Readings(), t.Left()
	}
	run.judge()
	if ctx.Err() != nil {
		r.Verdict, r.Note = result.Error, "the run was interrupted"
	}
	return r, nil
}

func (o Options) complete() Options {
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Parallel == 0 {
		o.Parallel = 4
	}
	if o.Progress == nil {
		o.Progress = quiet{}
	}
	return o
}

// branded is a target whose peer is of one brand, whatever the scenarios say.
type branded struct {
	port.Target
	product string
}

// Open implements port.Target.
func (b branded) Open(ctx context.Context, w port.Wishes) (*port.World, error) {
	if w.Product != "" && b.product != "" {
		w.Product = b.product
	}
	return b.Target.Open(ctx, w)
}

func prober(target port.Target) port.Prober {
	p, _ := target.(port.Prober)
	return p
}

func describe(target port.Target) result.Target {
	d, ok := target.(port.Described)
	if !ok {
		return result.Target{}
	}
	is := d.Describe()
	return result.Target{Kind: is.Kind, Address: is.Address, Name: is.Name, Version: is.Version, Capabilities: is.Capabilities}
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// execution is one run.
type execution struct {
	Options
	target  port.Target
	prober  port.Prober // nil: there is nothing to ask beforehand
	result  *result.Result
	stop    context.CancelFunc
	mu      sync.Mutex
	planned map[string]*result.Scenario // by the pickle's id
	order   []string
}

// run probes the target and plays the plan.
func (e *execution) run(ctx context.Context, plan []Scenario) error {
	if len(plan) == 0 {
		e.result.Note = "nothing was chosen"
		return nil
	}
	if e.prober != nil {
		probing, cancel := context.WithTimeout(ctx, e.Timeout)
		err := e.prober.Probe(probing)
		cancel()
		if err != nil {
			e.result.Note = "the target was probed first: " + err.Error()
			return nil
		}
	}
	ctx, e.stop = context.WithCancel(ctx)
	defer e.stop()
	suite := e.suite(ctx, plan)
	found, err := suite.RetrieveFeatures()
	if err != nil {
		return fmt.Errorf("reading the features: %w", err)
	}
	for _, f := range found {
		file, _, _ := strings.Cut(f.Uri, ":")
		for _, p := range f.Pickles {
			e.note(file, f.Feature.Name, f.FindScenario(p.AstNodeIds[0]), p)
		}
	}
	e.Progress.Planned(len(e.order))
	suite.Run() // the verdicts are ours
	for _, id := range e.order {
		s := e.planned[id]
		if s.Verdict == "" {
			s.Verdict, s.Reason = result.Skipped, "the run had ended"
		}
		e.result.Scenarios = append(e.result.Scenarios, *s)
	}
	return nil
}

// note plans a pickle: a scenario, or one example of an outline.
func (e *execution) note(file, feature string, from *messages.Scenario, p *messages.Pickle) {
	line := from.Location.Line
	for _, table := range from.Examples {
		for _, row := range table.TableBody {
			if slices.Contains(p.AstNodeIds, row.Id) {
				line = row.Location.Line
			}
		}
	}
	s := &result.Scenario{ID: fmt.Sprintf("%s:%d", file, line), Feature: feature, File: file, Line: int(line), Title: p.Name}
	for _, tag := range p.Tags {
		s.Tags = append(s.Tags, tag.Name)
	}
	s.Clauses = e.Profile.Proves(&Scenario{Tags: s.Tags}, e.Policy)
	e.planned[p.Id] = s
	e.order = append(e.order, p.Id)
}

func (e *execution) suite(ctx context.Context, plan []Scenario) godog.TestSuite {
	var paths []string
	for _, s := range plan {
		paths = append(paths, fmt.Sprintf("%s:%d", s.File, s.line))
	}
	return godog.TestSuite{
		Name: "conformance",
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			e.watch(sc)
			steps.Register(sc, e.target)
		},
		Options: &godog.Options{
			Format: "progress", Output: silence{}, NoColors: true, FS: features.FS, Paths: paths,
			Strict: true, Concurrency: e.Parallel, Randomize: int64(e.Seed & math.MaxInt64), DefaultContext: ctx,
		},
	}
}

// watch keeps what becomes of a scenario and its steps.
func (e *execution) watch(sc *godog.ScenarioContext) {
	var s *result.Scenario
	var log *evidence.Log
	cancel := func() {}
	var began time.Time
	sc.Before(func(ctx context.Context, p *godog.Scenario) (context.Context, error) {
		e.mu.Lock()
		s = e.planned[p.Id]
		e.mu.Unlock()
		if ctx.Err() != nil {
			return ctx, godog.ErrSkip
		}
		if e.chosen != nil && !e.chosen(s) {
			s.Verdict, s.Reason = result.Skipped, "it was not chosen"
			return ctx, godog.ErrSkip
		}
		log = evidence.NewLog()
		ctx, cancel = context.WithTimeout(evidence.With(ctx, log), e.Timeout)
		s.Started = time.Now().UTC()
		e.Progress.Started(s)
		return ctx, nil
	})
	sc.StepContext().Before(func(ctx context.Context, _ *godog.Step) (context.Context, error) {
		began = time.Now()
		return ctx, nil
	})
	sc.StepContext().After(func(ctx context.Context, st *godog.Step, status godog.StepResultStatus, err error) (context.Context, error) {
		step := result.Step{Keyword: keywords[string(st.Type)], Text: st.Text, Verdict: result.Skipped}
		if status != godog.StepSkipped {
			step.Verdict, step.Took = verdictOf(err), millis(time.Since(began))
		}
		if err != nil {
			step.Error = log.Clean(err.Error())
		}
		s.Steps = append(s.Steps, step)
		return ctx, nil
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, err error) (context.Context, error) {
		if s.Started.IsZero() {
			return ctx, nil
		}
		cancel()
		e.end(s, log, err)
		return ctx, nil
	})
}

var keywords = map[string]string{"Context": "Given", "Action": "When", "Outcome": "Then", "Conjunction": "And", "Unknown": "*"}

func (e *execution) end(s *result.Scenario, log *evidence.Log, err error) {
	s.Took = millis(time.Since(s.Started))
	s.Exchanges, s.Dropped = log.Exchanges()
	s.Verdict = verdictOf(err)
	if err != nil {
		s.Reason = log.Clean(err.Error())
	}
	var cannot *port.Cannot
	if errors.As(err, &cannot) {
		s.Lacks, s.Reason = cannot.Capability, cannot.Why
	}
	if s.Verdict == result.Failed && !e.binding(s) {
		s.Verdict = result.Warning
	}
	e.Progress.Ended(s)
	if e.FailFast && (s.Verdict == result.Failed || s.Verdict == result.Error) {
		e.stop()
	}
}

// binding tells whether a scenario proves a MUST.
func (e *execution) binding(s *result.Scenario) bool {
	return slices.ContainsFunc(s.Clauses, func(id string) bool {
		c, _ := clauses.Find(id)
		return c.Level == clauses.Must
	})
}

// verdictOf is what a scenario's error makes of it.
func verdictOf(err error) result.Verdict {
	var cannot *port.Cannot
	switch {
	case err == nil:
		return result.Passed
	case errors.As(err, &cannot), errors.Is(err, godog.ErrSkip):
		return result.Skipped
	case errors.Is(err, port.ErrTrouble), errors.Is(err, godog.ErrUndefined), errors.Is(err, godog.ErrPending),
		errors.Is(err, godog.ErrAmbiguous), errors.Is(err, context.Canceled):
		return result.Error
	}
	return result.Failed
}

// judge makes the verdicts of clauses and of the run.
func (e *execution) judge() {
	r := e.result
	r.Totals = result.Totals{Scenarios: map[result.Verdict]int{}, Clauses: map[result.Verdict]int{}}
	at := map[string]int{}
	for _, c := range e.Profile.clauses(e.Policy) {
		if len(e.Clauses) == 0 || slices.Contains(e.Clauses, c.ID) {
			at[c.ID] = len(r.Clauses)
			r.Clauses = append(r.Clauses, result.Clause{ID: c.ID, Level: string(c.Level), Kind: string(c.Kind), Text: c.Text, Source: c.Source,
				Verdict: result.Skipped, Reason: c.Untested, Scenarios: []string{}})
		}
	}
	for _, s := range r.Scenarios {
		r.Totals.Scenarios[s.Verdict]++
		r.Verdict = result.Worst(r.Verdict, s.Verdict)
		for _, id := range s.Clauses {
			i, ok := at[id]
			if !ok {
				continue
			}
			c := &r.Clauses[i]
			c.Scenarios = append(c.Scenarios, s.ID)
			if worst := result.Worst(c.Verdict, s.Verdict); worst != c.Verdict || c.Reason == "" && s.Verdict == worst {
				c.Verdict, c.Reason = worst, s.Reason
			}
		}
	}
	for i := range r.Clauses {
		c := &r.Clauses[i]
		if c.Verdict == result.Skipped && c.Reason == "" {
			c.Reason = "no scenario of this run proves it"
		}
		r.Totals.Clauses[c.Verdict]++
	}
	if r.Verdict == "" {
		r.Verdict = result.Error
	}
}

// Digest is the sha256 of all features and clauses: two runs of one digest judged
// by the same words.
func Digest() string {
	h := sha256.New()
	_ = fs.WalkDir(features.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(features.FS, name)
		fmt.Fprintf(h, "%s %d\n%s", name, len(text), text)
		return err
	}) // embedded: it reads
	for _, c := range clauses.All() {
		fmt.Fprintf(h, "%+v\n", c)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// silence swallows godog's own report; the result says what happened.
type silence struct{}

func (silence) Write(b []byte) (int, error) { return len(b), nil }
