// Package conformance runs the contract's features against a peer and judges
// it, clause by clause.
//
//	func TestOurVendor(t *testing.T) {
//		conformance.Run(t, inprocess.New(t))
//	}
//
// Each scenario is a subtest in a world of its own, side by side with others.
// The run is strict: a sentence without a step, an empty selection, or fewer
// scenarios run than there are, fail it.
//
// [Coverage] tells which scenarios prove which clause; docs/coverage.md is what
// it says of all of them.
package conformance
