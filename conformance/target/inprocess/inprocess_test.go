package inprocess_test

import (
	"testing"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/target/inprocess"
)

func TestOurSimulatorKeepsTheContract(t *testing.T) {
	conformance.Run(t, inprocess.New(t))
}
