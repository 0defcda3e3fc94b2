// Package inprocess gives the suite our own simulator as the peer, in the same
// process. It is the one place where the two halves of the house meet, and even
// here they talk over HTTP: a sandbox per scenario, made and acted upon through
// the control API.
package inprocess
