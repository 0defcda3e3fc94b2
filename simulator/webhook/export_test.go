package webhook

import "time"

// SetPatience bounds an attempt by d instead of 10 s.
func (o *Outbox) SetPatience(d time.Duration) { o.post.patience = d }

// Patience is how long an attempt may take.
const Patience = patience

// Pack functions, for rows of a test's own.
var (
	PackLetter   = packLetter
	PackDelivery = packDelivery
	PackAttempt  = packAttempt
)
