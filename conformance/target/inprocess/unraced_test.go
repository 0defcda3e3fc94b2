//go:build !race

package inprocess_test

// chosen limits the longest runs under the race detector; here they are whole.
var chosen []string
