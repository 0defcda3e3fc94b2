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
// What a partner says of a case afterwards comes by four calls: Reinvite, Update
// (case updates), Subscribe (campaigns) and Prefer (consent to texts). What an
// event causes is the program's agreement; later texts are on the sandbox's
// agenda.
//
// Where the contract can be read in several ways, the rules ask the program's
// dialect.
//
//   - program.go, field.go, event.go, campaign.go: what was agreed
//   - given.go, invitation.go, items.go, judge.go, duplicate.go: an invitation and its judges
//   - whom.go, calls.go, update.go, wording.go: the later calls
//   - patient.go, stage.go, acts.go, infusion.go, media.go: the patient
//   - credentials.go: who may call
//
// Refusals are of one type, [Refusal], and few rules; comments cite the clause
// of the contract that each follows, or say "Policy:" where the vendor is
// silent.
package program
