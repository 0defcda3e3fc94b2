// Package program is the patient-support domain: what a support program is,
// who may act on it, and what happens to a patient between the invitation and
// the finished enrollment. It knows no HTTP, no JSON and no vendor; a vendor's
// package turns its wire into calls of this one and the refusals it gets back
// into the vendor's words.
//
// [Support] offers the calls, each within one update of a sandbox, so that a
// patient, the texts, the webhooks and the agenda change together or not at
// all:
//
//	err := world.Update(func(tx *sandbox.Tx) error {
//		patient, err = support.Invite(tx, caller, invitation)
//		return err
//	})
//
// A patient's stage is derived from facts (when invited, when the link was
// opened, what was consented to, when finished), never stored:
//
//	          open the link            consent
//	Invited ───────────────▶ Consenting ─────────▶ Enrolling ────────▶ Finished
//	   │                                               ▲       finish
//	   └───────── open, no consent to collect ─────────┘
//
// Which act is legal at which stage is one table, in stage.go. An invitation
// that collects nothing and skips onboarding is Finished at once.
//
// Refusals are of one type, [Refusal], and few rules; comments cite the clause
// of the contract that each follows, or say "Policy:" where the vendor is
// silent.
package program
