// Package certificate makes of a conformance run something that can be handed
// on: an in-toto statement of its result, in a DSSE envelope that is signed with
// an Ed25519 key.
//
//	envelope, verdict, err := certificate.Issue(text, r, profile.Needs, key, time.Now())
//	...
//	report, err := certificate.Verify(envelope, text, public)
//
// A certificate speaks of one result.json, byte by byte, and of nothing that is
// not in it. It says who signed, not whether the signer is to be trusted: whose
// key it is, and whether the peer has changed since, it cannot know. There is no
// expiry, no revocation and no log.
package certificate
