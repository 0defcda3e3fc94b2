package conformance

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/result"
)

// Run holds the target to profiles; when none is named, to every scenario there
// is, those that prove no clause too. Each scenario is a subtest of its
// profile's, so that go test -run chooses among them: it fails with what was
// seen, or is skipped with the reason. Our own choices are judged when the target
// is our own simulator, and then nothing may be skipped.
//
//	func TestOurVendor(t *testing.T) {
//		rxware, _ := conformance.FindProfile("rxware")
//		conformance.Run(t, target, rxware)
//	}
func Run(t *testing.T, target port.Target, profiles ...Profile) {
	t.Helper()
	if len(profiles) == 0 {
		profiles = []Profile{{Name: "everything", every: true}}
	}
	own := describe(target).Kind == ours
	for _, p := range profiles {
		t.Run(p.Name, func(t *testing.T) {
			tests := &subtests{t: t}
			r, err := Execute(t.Context(), target, Options{Profile: p, Policy: own, Parallel: 4 * runtime.GOMAXPROCS(0),
				RunID: "t", Progress: tests, chosen: tests.begin})
			switch {
			case err != nil:
				t.Fatal(err)
			case len(r.Scenarios) == 0:
				t.Fatalf("nothing ran: %s", r.Note)
			case own && tests.skipped.Load() > 0:
				t.Errorf("%d scenarios were skipped, and our own simulator can do all of them", tests.skipped.Load())
			}
			t.Logf("of %d scenarios: %v", len(r.Scenarios), r.Totals.Scenarios)
		})
	}
}

// ours is the kind of target that our own simulator is, in the same process.
const ours = "in-process"

// subtests are the scenarios that run as subtests of t.
type subtests struct {
	t       *testing.T
	all     sync.Map // *result.Scenario to its subtest
	skipped atomic.Int64
}

// subtest is open as long as its scenario runs.
type subtest struct{ over, ended chan struct{} }

// begin opens a scenario's subtest, and tells whether go test wants it.
func (x *subtests) begin(s *result.Scenario) bool {
	one := &subtest{make(chan struct{}), make(chan struct{})}
	began := make(chan struct{})
	x.all.Store(s, one)
	go func() {
		defer close(one.ended)
		x.t.Run(s.Title, func(t *testing.T) {
			close(began)
			<-one.over
			tell(t, s)
		})
	}()
	select {
	case <-began:
		return true
	case <-one.ended:
		return false
	}
}

// Planned implements Progress.
func (x *subtests) Planned(int) {}

// Started implements Progress.
func (x *subtests) Started(*result.Scenario) {}

// Ended implements Progress.
func (x *subtests) Ended(s *result.Scenario) {
	if s.Verdict == result.Skipped {
		x.skipped.Add(1)
	}
	if one, ok := x.all.Load(s); ok {
		close(one.(*subtest).over)
		<-one.(*subtest).ended
	}
}

// tell makes a scenario's verdict the test's.
func tell(t *testing.T, s *result.Scenario) {
	switch s.Verdict {
	case result.Passed:
		return
	case result.Skipped:
		t.Skip(s.Reason)
	case result.Warning:
		t.Logf("%s: a SHOULD is broken: %s", s.ID, s.Reason)
	default:
		t.Errorf("%s %s: %s", s.ID, s.Verdict, s.Reason)
	}
	for _, x := range s.Exchanges {
		t.Logf("%s %s %s %s\n%d %s %s", x.From, x.Method, x.URL, x.Body, x.Status, x.Content, x.Error)
	}
}
