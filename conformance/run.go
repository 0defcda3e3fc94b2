package conformance

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/steps"
	"github.com/placebo-sim/placebo/features"
)

// Run plays every feature against the target, each scenario a subtest of t.
func Run(t *testing.T, target port.Target) {
	t.Helper()
	var ran, passed atomic.Int64
	suite := godog.TestSuite{
		Name: "conformance",
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			sc.After(func(ctx context.Context, _ *godog.Scenario, err error) (context.Context, error) {
				ran.Add(1)
				if err == nil {
					passed.Add(1)
				}
				return ctx, nil // godog knows of err already
			})
			steps.Register(sc, target)
		},
		Options: &godog.Options{
			Format: "progress", Output: silence{}, NoColors: true,
			FS: features.FS, Paths: []string{"."},
			Strict: true, Concurrency: 4 * runtime.GOMAXPROCS(0), Randomize: -1, TestingT: t,
		},
	}
	found, err := suite.RetrieveFeatures()
	if err != nil {
		t.Fatalf("reading the features: %v", err)
	}
	exist := 0
	for _, f := range found {
		exist += len(f.Pickles)
	}
	suite.Run() // failures are the subtests'
	t.Logf("%d scenarios exist, %d ran, %d passed", exist, ran.Load(), passed.Load())
	if exist == 0 || ran.Load() != int64(exist) {
		t.Errorf("%d scenarios ran of %d", ran.Load(), exist)
	}
	if passed.Load() != int64(exist) {
		t.Errorf("%d scenarios passed of %d", passed.Load(), exist)
	}
}

// silence swallows godog's own report; the subtests say what failed.
type silence struct{}

func (silence) Write(b []byte) (int, error) { return len(b), nil }
