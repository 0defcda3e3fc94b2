package port

import "context"

// Description tells who a target is.
type Description struct {
	Kind         string // in-process, url or container
	Address      string
	Name         string
	Version      string
	Capabilities []string
}

// Described is a target that tells who it is.
type Described interface{ Describe() Description }

// Prober is a target that can be asked whether it is there at all, before
// anything else is: an error says what is wrong with it.
type Prober interface {
	Probe(ctx context.Context) error
}

// Witness is a target that remembers what it saw over all scenarios.
type Witness interface {
	// Readings are the values of ambiguous switches that the peer was seen to
	// play, by the switch.
	Readings() map[string][]string
	// Left are the external ids of patients that were left at the peer.
	Left() []string
}
