// Package deviation is the registry of named wrong behaviours: a deviation is a
// deliberate breach of one or more clauses, by the simulated vendor or by the
// simulated partner, armed in a sandbox through the real code paths. A suite that
// does not notice an armed deviation does not test what it says it tests.
//
// Deviations are data. What they can do is of few kinds: in the domain's calls
// ([Calls]) and on the wire and in the texts ([Wire]). The places that ask for
// them cost nothing while none is armed.
package deviation
