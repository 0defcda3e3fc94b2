package inprocess_test

import (
	"testing"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/target/inprocess"
)

// Every scenario passes, those that prove no clause too.
func TestOurSimulatorKeepsTheContract(t *testing.T) {
	conformance.Run(t, inprocess.New(t))
}
