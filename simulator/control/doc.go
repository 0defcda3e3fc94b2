// Package control is the operator's JSON API: it makes and drops sandboxes,
// shows what is in one, issues its bearer tokens, plays its patients, moves its
// clock and waits for what is to happen. It is served on a listener of its own;
// a vendor's address offers what the vendor offers and nothing more.
//
//	handler := control.New(worlds, control.Rooms{…}, control.Options{Token: token})
//
// GET /v1 lists the routes. What holds for all of them:
//
//   - Bodies are one JSON object of type application/json. An unknown member,
//     a repeated one and an unknown query parameter are refused by name.
//   - Patients come newest first, and `next` goes into `after` for the page
//     behind. What happened (texts, webhooks, exchanges, notices) comes in the
//     order in which it happened; `limit` keeps the latest.
//   - Bytes that a peer sent come as `body` when they are JSON, as `text` when
//     they are UTF-8, else as `base64`. Header values that are secrets come
//     redacted, as the journal gives them.
//   - Errors are RFC 9457 problems with `field`, `saw` and `wants` where one
//     value was judged, `near` (the closest routes) where no route was found
//     and `there` (what is there instead) where waiting was in vain.
//   - Times are RFC 3339 in UTC, of the sandbox's clock. Only the time-out of
//     await is wall time.
//
// Without a token it answers loopback callers only: the Host must be a loopback
// name, against DNS rebinding, and an Origin must be the API's own, against
// pages that post to it.
//
// It has no rules of its own about patients: acts are the domain's, and so are
// its refusals.
package control
