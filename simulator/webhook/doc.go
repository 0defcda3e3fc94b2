// Package webhook delivers what a vendor tells its partners: an outbox that is
// written inside the update that caused the webhook, and the deliveries that
// empty it.
//
// What holds (HA-OUR-012 to 016):
//
//   - At least once: a webhook leaves the outbox only when it was acknowledged
//     (any 2xx) or given up.
//   - In order per subject: a later webhook waits until the one before it was
//     acknowledged or given up. Side by side across subjects.
//   - A time-out of 10 s (wall time), a failed connection, 429 and 5xx are tried
//     again 5 s, 30 s and 2 min (sandbox time) after the attempt before, give or
//     take a tenth drawn from the seed, and never before a Retry-After. Any other
//     answer, a redirect too, ends the matter: the webhook is dead.
//   - Every attempt is kept. Body and address stay the same in each.
//   - A dead or acknowledged webhook can be sent again by hand.
//
// It knows no vendor: whoever posts a webhook brings its body, and a [Judge]
// reads the answers.
package webhook
