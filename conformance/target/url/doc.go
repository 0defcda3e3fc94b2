// Package url makes a target of a peer at an address, that runs somewhere and
// belongs to somebody else. Nothing is assumed of what it knows already: every
// scenario's people have ids and numbers of their own. What its settings do not
// give, scenarios are skipped for, with the reason.
//
//	v, err := url.NewVendor(ctx, settings, runID, seed)
//	defer v.Close()
//	r, err := conformance.Execute(ctx, v, conformance.Options{…})
package url
