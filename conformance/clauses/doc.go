// Package clauses is the catalogue of clauses: what each contract asks, one
// testable sentence at a time, as data.
//
//	c, ok := clauses.Find("RX-INVITE-014")
//	fmt.Println(c.Level, c.Text)
//
// There is one YAML file per product, named after it; adding a vendor adds a
// file. A clause is the vendor's, or a policy: our own choice where the vendor
// is silent.
//
// The package judges nothing and knows no scenario: which scenario proves a
// clause is said by the scenario's tags. A clause that none can prove, or none
// proves yet, says why: it is "not testable", "needs a person", or there is "no
// scenario because" of something else.
package clauses
