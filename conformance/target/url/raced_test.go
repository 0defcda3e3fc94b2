//go:build race

package url_test

// chosen are the features that the longest runs are of under the race detector,
// which makes them slow; the whole is run without it.
var chosen = []string{"reinviting", "infusion", "credentials", "answering_webhooks", "helparound/*", "enrollment_webhook"}
