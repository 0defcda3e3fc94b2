// Package client says the words of package port over real wires: the RxWare and
// HelpAround API, the partner's webhooks in both directions, and the control API
// of our own simulator for what only a patient's hand can do.
//
// A real vendor is shared, remembers, and reads the contract in its own way. For
// it a [Guise] gives every scenario people of its own, a [Line] takes webhooks
// that all come to one address to the scenario they tell of, and [Readings] see
// how the vendor reads the contract and let scenarios see the default reading.
//
// It shares no type with the simulator: bodies are built from names and values,
// and read by path, JSON checked first, so that a wrong name on one side cannot
// be right on the other.
package client
