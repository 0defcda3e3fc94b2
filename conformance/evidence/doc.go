// Package evidence keeps what a scenario and its peers said to each other, for
// reports: every exchange in order, secrets taken out as it is written down.
//
//	log := evidence.NewLog()
//	ctx = evidence.With(ctx, log)
//	evidence.Note(ctx, evidence.Exchange{…})
package evidence
