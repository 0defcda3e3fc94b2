package partner

import (
	"time"

	"github.com/placebo-sim/placebo/simulator/door"
)

// Say is how the partner says a fault of the door.
func Say(f door.Fault) door.Answer { return voice{}.Refuse(f) }

// Hurry makes the partner wait for a file no longer than d.
func (p *Partner) Hurry(d time.Duration) { p.patience = d }
