// Package dialect is the catalogue of what the contract leaves to its reader:
// the register of ambiguities as data, each with the readings a vendor may have
// taken, and the choice of readings that a sandbox or a support program plays.
//
//	set, err := dialect.Choose(dialect.Set{}, "AMB-001", "consent")
//	if set.Is(dialect.ConsentKey, "both") { … }
//
// The register stands in register.go, by chapters of the contract; the switches
// are in webhooks.go, invitations.go and updates.go.
//
// The zero [Set] is the default of every switch. A value is a reading, which a
// vendor may play and still keep the contract, or a robustness value, which no
// document supports and which is only there to see what a receiver makes of it.
package dialect
