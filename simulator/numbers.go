package simulator

import "github.com/placebo-sim/placebo/simulator/program"

// MagicNumbers returns the phone numbers that force an outcome with no
// configuration, in order.
func MagicNumbers() []program.Magic { return program.MagicNumbers() }
