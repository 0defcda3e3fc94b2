package conformance_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/result"
)

// deaf is a target that opens no world, for one reason or another.
type deaf struct {
	why   func(n int) error
	probe error
	asked atomic.Int64
}

func (d *deaf) Open(ctx context.Context, w port.Wishes) (*port.World, error) {
	return nil, d.why(int(d.asked.Add(1)))
}

func (d *deaf) Probe(context.Context) error { return d.probe }

func (d *deaf) Describe() port.Description {
	return port.Description{Kind: "url", Address: "http://nowhere.example"}
}

func always(err error) func(int) error { return func(int) error { return err } }

func execute(t *testing.T, target port.Target, change func(*conformance.Options)) *result.Result {
	t.Helper()
	p, ok := conformance.FindProfile("rxware")
	if !ok {
		t.Fatal("there is no profile rxware")
	}
	o := conformance.Options{Profile: p, Features: []string{"reinviting"}}
	if change != nil {
		change(&o)
	}
	r, err := conformance.Execute(t.Context(), target, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAScenariosErrorMakesItsVerdict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim   string
		err     error
		must    result.Verdict
		should  result.Verdict // of scenarios that prove no MUST
		exit    int
		overall result.Verdict
	}{
		{"what nobody can do is skipped", port.Lacking(port.CanHear, "webhooks cannot reach us here"), result.Skipped, result.Skipped, 3, result.Skipped},
		{"so it is behind another error", fmt.Errorf("opening: %w", port.Lacking(port.CanAct, "nobody acts")), result.Skipped, result.Skipped, 3, result.Skipped},
		{"a peer that cannot be asked is an error", fmt.Errorf("%w: refused", port.ErrTrouble), result.Error, result.Error, 3, result.Error},
		{"anything else is a failure, or a warning", errors.New("another answer"), result.Failed, result.Warning, 1, result.Failed},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			r := execute(t, &deaf{why: always(c.err)}, nil)
			for _, s := range r.Scenarios {
				want := c.should
				if slices.ContainsFunc(s.Clauses, func(id string) bool { return id < "RX-REINVITE-008" }) {
					want = c.must
				}
				if s.Verdict != want || s.Reason == "" || len(s.Steps) == 0 {
					t.Errorf("%s (%s): %s %q, want %s", s.ID, strings.Join(s.Clauses, " "), s.Verdict, s.Reason, want)
				}
			}
			if r.Exit() != c.exit || r.Verdict != c.overall || len(r.Scenarios) == 0 {
				t.Errorf("exit %d, verdict %s of %d scenarios, want %d, %s", r.Exit(), r.Verdict, len(r.Scenarios), c.exit, c.overall)
			}
		})
	}
}

func TestATargetThatDoesNotAnswerTheProbeIsNotTried(t *testing.T) {
	t.Parallel()
	target := &deaf{why: always(nil), probe: errors.New("connection refused")}
	r := execute(t, target, nil)
	if r.Exit() != 3 || !strings.Contains(r.Note, "connection refused") || target.asked.Load() != 0 || len(r.Scenarios) != 0 {
		t.Errorf("exit %d, note %q, asked %d times", r.Exit(), r.Note, target.asked.Load())
	}
	if r.Target.Address != "http://nowhere.example" || r.Verdict != result.Error {
		t.Errorf("target %+v, verdict %s", r.Target, r.Verdict)
	}
}

func TestWhatIsChosenRunsAndNothingElse(t *testing.T) {
	t.Parallel()
	refuse := always(port.Lacking(port.HasPartner, "no"))
	for _, c := range []struct {
		claim  string
		change func(*conformance.Options)
		holds  func(s *result.Scenario) bool
	}{
		{"one clause", func(o *conformance.Options) { o.Features, o.Clauses = nil, []string{"RX-REINVITE-004"} },
			func(s *result.Scenario) bool { return slices.Contains(s.Clauses, "RX-REINVITE-004") }},
		{"one feature by its file", func(o *conformance.Options) { o.Features = []string{"rxware/campaigns.feature"} },
			func(s *result.Scenario) bool { return s.File == "rxware/campaigns.feature" }},
		{"features by a pattern", func(o *conformance.Options) { o.Features = []string{"camp*"} },
			func(s *result.Scenario) bool { return s.File == "rxware/campaigns.feature" }},
		{"the vendor's clauses without our own", nil,
			func(s *result.Scenario) bool {
				return !slices.ContainsFunc(s.Clauses, func(id string) bool { return strings.Contains(id, "-OUR-") })
			}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			r := execute(t, &deaf{why: refuse}, c.change)
			seen := map[string]bool{}
			for _, s := range r.Scenarios {
				if !c.holds(&s) || seen[s.ID] {
					t.Errorf("%s ran, for %v", s.ID, s.Clauses)
				}
				seen[s.ID] = true
			}
			if len(seen) == 0 {
				t.Error("nothing ran")
			}
		})
	}
	r := execute(t, &deaf{why: refuse}, func(o *conformance.Options) { o.Features = []string{"nowhere"} })
	if r.Exit() != 3 || r.Note == "" {
		t.Errorf("nothing chosen: exit %d, note %q", r.Exit(), r.Note)
	}
	p, _ := conformance.FindProfile("rxware")
	if _, err := conformance.Execute(t.Context(), &deaf{why: refuse}, conformance.Options{Profile: p, Clauses: []string{"RX-NOPE-1"}}); err == nil {
		t.Error("an unknown clause was accepted")
	}
}

func TestAFailureEndsARunThatIsToFailFast(t *testing.T) {
	t.Parallel()
	r := execute(t, &deaf{why: always(errors.New("no"))}, func(o *conformance.Options) { o.FailFast, o.Parallel = true, 1 })
	if failed := r.Totals.Scenarios[result.Failed]; failed != 1 || r.Totals.Scenarios[result.Skipped] == 0 || r.Exit() != 1 {
		t.Errorf("totals %v, exit %d", r.Totals.Scenarios, r.Exit())
	}
}

func TestAClauseIsAsBadAsItsWorstScenario(t *testing.T) {
	t.Parallel()
	target := &deaf{why: func(n int) error {
		if n == 1 {
			return errors.New("the first is wrong")
		}
		return port.Lacking(port.CanAct, "the others cannot be tried")
	}}
	r := execute(t, target, func(o *conformance.Options) { o.Clauses, o.Parallel = []string{"RX-REINVITE-004"}, 1 })
	if len(r.Clauses) != 1 || r.Clauses[0].Verdict != result.Failed || !strings.Contains(r.Clauses[0].Reason, "the first is wrong") {
		t.Errorf("clauses %+v", r.Clauses)
	}
}

// The words that judge are part of what is certified.
func TestTheDigestIsThatOfTheFeaturesAndClauses(t *testing.T) {
	t.Parallel()
	if d := conformance.Digest(); d != conformance.Digest() || !strings.HasPrefix(d, "sha256:") || len(d) != 71 {
		t.Errorf("digest %q", d)
	}
}
