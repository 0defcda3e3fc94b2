// Package chance decides everything in Placebo that looks random.
//
// A draw is keyed, never taken from a stream: the same seed, the same question,
// the same subject and the same ordinal give the same answer, whatever else
// happened before and at any concurrency.
//
//	seed := chance.Seed(7)
//	id := seed.Draw("patient id", subject, 0)
//
// It does not make people (see package fake) and knows no clock. Nothing here
// is meant to withstand an attacker: patients are invented.
package chance
