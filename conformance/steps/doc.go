// Package steps says in Go what the sentences of the features mean. A step
// parses, asks the port, remembers and compares; what a scenario has come to
// know lives in [Scenario] and nowhere else. Steps are registered as Given,
// When or Then, so that a fact cannot pose as an outcome.
package steps
