// Package simulator puts the rooms of the house together: a vendor, a partner,
// a patient's phone and the operator's API, over sandboxes that never see one
// another.
//
//	sim, err := simulator.New(simulator.WithSeed(7))
//	defer sim.Close(context.Background())
//	fmt.Println(sim.URL(simulator.VendorListener))
//
// In a Go test it is one line, closed with the test:
//
//	srv := simulator.NewServer(t)
//
// It holds no rules: what a vendor says is in its own package, what a patient
// may do in package program.
package simulator
