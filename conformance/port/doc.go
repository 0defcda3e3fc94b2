// Package port is what a step may ask of a peer, in the words of the business:
// invite, read, open the link, wait for a webhook. How it is said on a vendor's
// wire, or done to a patient's phone, is behind these interfaces.
//
// A [Target] opens a [World] for a scenario. A world that cannot do something
// says so by a nil part, and the step that needs it reports why.
package port
