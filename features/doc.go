// Package features holds the contract in Gherkin, one folder per product, in
// the words of the business.
//
//   - A tag such as @RX-INVITE-014 names a clause that the scenario proves; a
//     scenario names clauses of one level and one kind.
//   - @uses:RX-INVITE-001 names a clause it relies on and does not judge.
//   - A refusal stands beside the success it borders on.
//
// A changed scenario changes what peers are held to: it gets a line in
// CHANGELOG.
package features
