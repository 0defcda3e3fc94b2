package deviation

import (
	"slices"
	"time"
)

// onWire are the deviations of answers, webhooks, files, texts and of the
// partner.
var onWire = slices.Concat(inAnswers, inRefusals, inReads, ofFiles, ofEnrollments, ofVisits, ofConsent, ofInfusions, inPost, inTexts, ofPartner)

// clauses lists what a deviation breaks; the first is the one it is made for.
func clauses(ids ...string) []string { return ids }

// edits are changes of a body.
func edits(all ...Edit) []Edit { return all }

// answers is a deviation of the vendor's answers.
func answers(name, does string, broken []string, w Answers) Deviation {
	return Deviation{Name: name, Side: Vendor, Clauses: broken, Does: does, Wire: Wire{Answers: w}}
}

// Operations, by their names in the journal.
var (
	invites   = []string{"invite"}
	reads     = []string{"read"}
	files     = []string{"media"}
	everyCall = []string{"invite", "reinvite", "read", "event", "subscribe-campaign", "update_details", "media"}
)

// soon is so long after an invitation or an enrollment that only waiting helps.
const soon = time.Minute

// inAnswers are the deviations of what calls are answered.
var inAnswers = []Deviation{
	answers("paths.without-version", "serves no path under /v1", clauses("RX-GEN-001"),
		Answers{To: everyCall, Under: "/v1/", Instead: NoPath}),
	answers("paths.with-version-only", "serves no path without /v1", clauses("HA-OUR-001"),
		Answers{To: everyCall, Under: "/p", Instead: NoPath}),
	answers("read.late", "does not know a patient in the minute after the invitation", clauses("RX-GEN-003", "HA-GEN-001"),
		Answers{To: reads, Within: soon, Instead: NoPatient}),
	answers("invite.id-in-capitals", "gives patient ids in capitals", clauses("RX-GEN-005"),
		Answers{To: invites, Edits: edits(Edit{Path: "data.patientId", Do: Raise})}),
	answers("invite.status-as-text", "writes the status into the body as text", clauses("RX-GEN-007", "RX-INVITE-002"),
		Answers{To: invites, Edits: edits(Edit{Path: "status", Do: AsText})}),
	answers("invite.without-status", "leaves the status out of the body", clauses("RX-GEN-007", "RX-INVITE-002"),
		Answers{To: invites, Edits: edits(Edit{Path: "status"})}),
	answers("invite.created", "answers 201", clauses("RX-INVITE-001"),
		Answers{To: invites, Status: 201}),
	answers("invite.without-phone", "leaves the number out of the answer", clauses("RX-INVITE-002"),
		Answers{To: invites, Edits: edits(Edit{Path: "data.phoneNumber"})}),
	answers("invite.without-program", "leaves the program out of the answer", clauses("RX-INVITE-002", "HA-GEN-001"),
		Answers{To: invites, Edits: edits(Edit{Path: "data.supportProgramId"})}),
	answers("invite.id-renamed", "gives the patient's id as id", clauses("RX-INVITE-002"),
		Answers{To: invites, Edits: edits(Edit{Path: "data.patientId", Do: Move, With: "data.id"})}),
	answers("invite.data-at-the-top", "answers without data", clauses("RX-INVITE-002"),
		Answers{To: invites, Edits: edits(Edit{Path: "data.patientId", Do: Move, With: "patientId"},
			Edit{Path: "data.phoneNumber", Do: Move, With: "phoneNumber"}, Edit{Path: "data.supportProgramId", Do: Move, With: "supportProgramId"})}),
	answers("invite.phone-without-plus", "repeats the number without its plus", clauses("RX-INVITE-003"),
		Answers{To: invites, Edits: edits(Edit{Path: "data.phoneNumber", Do: Cut, With: "+"})}),
	answers("invite.same-id", "gives every patient the same id", clauses("RX-INVITE-004"),
		Answers{To: invites, Edits: edits(Edit{Path: "data.patientId", Do: Put, With: `"ha0000000000001"`})}),
	answers("invite.empty-id", "gives patients an empty id", clauses("RX-INVITE-004"),
		Answers{To: invites, Edits: edits(Edit{Path: "data.patientId", Do: Put, With: `""`})}),
	answers("duplicate.conflict", "refuses a second invitation with 409", clauses("RX-INVITE-066"),
		Answers{To: invites, Of: 422, Status: 409}),
	answers("duplicate.code-as-text", "gives the code of a second invitation as text", clauses("RX-INVITE-066"),
		Answers{To: invites, Of: 422, Edits: edits(Edit{Path: "error.code", Do: AsText})}),
	answers("duplicate.other-words", "says otherwise that a patient exists", clauses("RX-INVITE-066"),
		Answers{To: invites, Of: 422, Edits: edits(Edit{Path: "error.message", Do: Put, With: `"patient already created/invited"`})}),
	answers("duplicate.without-phone", "does not tell the number of the patient who exists", clauses("RX-INVITE-067"),
		Answers{To: invites, Of: 422, Edits: edits(Edit{Path: "error.data.phoneNumber"})}),
	answers("duplicate.id-renamed", "tells the id of the patient who exists as id", clauses("RX-INVITE-067"),
		Answers{To: invites, Of: 422, Edits: edits(Edit{Path: "error.data._id", Do: Move, With: "error.data.id"})}),
	answers("duplicate.status-as-text", "writes the status of the refusal as text", clauses("RX-INVITE-067", "RX-GEN-007"),
		Answers{To: invites, Of: 422, Edits: edits(Edit{Path: "status", Do: AsText})}),
	answers("duplicate.without-status", "leaves the status out of the refusal", clauses("RX-INVITE-067", "RX-GEN-007"),
		Answers{To: invites, Of: 422, Edits: edits(Edit{Path: "status"})}),
	answers("duplicate.other-id", "names another patient than the one who exists", clauses("RX-INVITE-068"),
		Answers{To: invites, Of: 422, Edits: edits(Edit{Path: "error.data._id", Do: Put, With: `"ha0000000000001"`})}),
}

// said matches refusals by a part of their message.
func said(part string) []Match { return []Match{{Path: "error.message", Is: "~" + part}} }

// code gives a refusal another code.
func code(raw string) []Edit { return edits(Edit{Path: "error.code", Do: Replace, With: raw}) }

// inRefusals are the deviations from our own choices of what is said where the
// vendor is silent.
var inRefusals = []Deviation{
	answers("refusal.without-status", "leaves the status out of refusals", clauses("RX-OUR-007"),
		Answers{To: everyCall, Of: 400, Edits: edits(Edit{Path: "status"})}),
	answers("success.without-patient", "does not name the patient in a success", clauses("RX-OUR-008"),
		Answers{To: []string{"reinvite", "event", "subscribe-campaign", "update_details"}, Edits: edits(Edit{Path: "data.patientId"})}),
	answers("event.accepted", "answers 202 to case updates", clauses("HA-OUR-005"),
		Answers{To: []string{"event"}, Status: 202}),
	answers("refusal.always-forbidden", "says with 403 that somebody is not known", clauses("RX-OUR-005"),
		Answers{To: everyCall, Of: 401, Status: 403}),
	answers("refusal.never-forbidden", "says with 401 that a token is for another program", clauses("RX-OUR-006"),
		Answers{To: everyCall, Of: 403, Status: 401}),
	answers("required.other-code", "gives what is missing another code", clauses("RX-OUR-010"),
		Answers{To: invites, Of: 400, If: said(" is required"), Edits: code("1000")}),
	answers("length.other-words", "words what is too long otherwise", clauses("RX-OUR-011"),
		Answers{To: invites, Of: 400, If: said("Must be at most"), Edits: to("error.message", `"Too long"`)}),
	answers("type.other-code", "gives a wrong type another code", clauses("RX-OUR-012"),
		Answers{To: invites, Of: 400, If: said(" value found, but"), Edits: code("0")}),
	answers("value.other-code", "gives a value that is none of the listed another code", clauses("RX-OUR-013"),
		Answers{To: invites, Of: 400, If: said(" is not valid."), Edits: code("1008")}),
	answers("malformed.other-words", "words broken JSON otherwise", clauses("RX-OUR-014"),
		Answers{To: invites, Of: 400, If: []Match{{Path: "error.message", Is: "=The given data was invalid."}}, Edits: to("error.message", `"Syntax error"`)}),
	answers("phone.other-words", "words a number among the details as the number of the invitation", clauses("RX-OUR-015"),
		Answers{To: invites, Of: 400, If: said("valid format"), Edits: to("error.message", `"Does not match the regex pattern"`)}),
	answers("alignment.other-code", "gives the caregiver's other number code 0", clauses("RX-OUR-016"),
		Answers{To: invites, Of: 400, If: said("is not aligned"), Edits: code("0")}),
	answers("birth.other-code", "gives a malformed date of birth code 0", clauses("RX-OUR-019"),
		Answers{To: invites, Of: 400, If: said("patient.dob is not valid"), Edits: code("0")}),
	answers("duplicate.unnamed", "does not name the patient who shares a number", clauses("RX-OUR-020"),
		Answers{To: invites, Of: 422, Edits: edits(Edit{Path: "error.data"})}),
	answers("duplicate.trouble", "answers 500 to a second invitation", clauses("RX-OUR-021"),
		Answers{To: invites, Of: 422, Status: 500}),
	answers("reinvite.other-code", "gives an unsubscribed patient another code", clauses("RX-OUR-027"),
		Answers{To: []string{"reinvite"}, Of: 400, If: said("Unsubscribed"), Edits: code("1006")}),
	answers("event.other-code", "gives an unknown event another code", clauses("RX-OUR-033"),
		Answers{To: []string{"event"}, Of: 400, If: said("invalid"), Edits: code("1008")}),
	answers("campaign.other-code", "gives an unknown campaign another code", clauses("RX-OUR-036"),
		Answers{To: []string{"subscribe-campaign"}, Of: 400, If: said("invalid"), Edits: code("1008")}),
	answers("preference.other-words", "words a known wish otherwise", clauses("RX-OUR-037"),
		Answers{To: []string{"update_details"}, Edits: edits(Edit{Path: "data.message", Do: Replace, With: `"OK"`})}),
	answers("media.not-found-as-bad", "says with 400 that a file is not known", clauses("RX-OUR-040"),
		Answers{To: files, Of: 404, Status: 400}),
	answers("read.with-patient-only", "reads no patient under /v1", clauses("RX-OUR-041"),
		Answers{To: reads, Under: "/v1/", Instead: NoPath}),
	answers("reserved.not-found", "says with 404 that a reserved word takes another method", clauses("RX-OUR-049"),
		Answers{To: []string{"", "read"}, Of: 405, Status: 404}),
}

// inReads are the deviations of H2.
var inReads = []Deviation{
	answers("read.without-condition", "does not tell what the patient is treated for", clauses("HA-GET-001"),
		Answers{To: reads, Edits: edits(Edit{Path: "data.medicalCondition"})}),
	answers("read.without-address", "does not tell the address", clauses("HA-GET-001"),
		Answers{To: reads, Edits: edits(Edit{Path: "data.address"})}),
	answers("read.without-custom-data", "does not tell the program's own fields", clauses("HA-GET-002"),
		Answers{To: reads, Edits: edits(Edit{Path: "data.customData"})}),
	answers("read.texts", "sends the first text again whenever a patient is read", clauses("HA-GET-003"),
		Answers{To: reads, Texts: true}),
	answers("read.without-program", "does not tell the patient's program", clauses("HA-GEN-002"),
		Answers{To: reads, Edits: edits(Edit{Path: "data.supportProgramId"})}),
	answers("read.without-own-id", "does not tell the partner's own id", clauses("RX-GEN-004"),
		Answers{To: reads, Edits: edits(Edit{Path: "data.externalIds"})}),
	answers("read.not-found", "says with 404 that it does not know a patient", clauses("HA-OUR-004"),
		Answers{To: reads, Of: 400, Status: 404}),
	answers("read.empty-members", "sends as null what is not known", clauses("HA-OUR-003"),
		Answers{To: reads, Edits: edits(Edit{Path: "data.insurance", Do: Put, With: "null"})}),
}

// ofFiles are the deviations of E6 and H4.
var ofFiles = []Deviation{
	answers("media.none", "does not give files out", clauses("RX-MEDIA-001"),
		Answers{To: files, Instead: NoFile}),
	answers("media.as-png", "calls every file a PNG", clauses("RX-MEDIA-002"),
		Answers{To: files, Type: "image/png"}),
	answers("media.with-old-name", "calls a JPEG image/jpg", clauses("RX-MEDIA-002", "RX-MEDIA-005"),
		Answers{To: files, Type: "image/jpg"}),
	answers("media.late", "does not give a file out in the minute after the enrollment", clauses("HA-MEDIA-003", "RX-MEDIA-003", "HA-OUR-015"),
		Answers{To: files, Within: soon, Instead: NoFile}),
	answers("media.other-id", "knows files under another id than the invitation's", clauses("RX-MEDIA-004"),
		Answers{To: files, Instead: NoPatient}),
	answers("media.as-bytes", "calls every file a stream of bytes", clauses("RX-MEDIA-005", "RX-MEDIA-002"),
		Answers{To: files, Type: "application/octet-stream"}),
	answers("media.in-base64", "writes files in base64", clauses("RX-MEDIA-006"),
		Answers{To: files, Base64: true}),
	answers("media.spoilt", "changes a byte of every file", clauses("RX-MEDIA-006"),
		Answers{To: files, Spoilt: true}),
	answers("media.elsewhere", "serves files at another path", clauses("HA-MEDIA-004"),
		Answers{To: files, Under: "/v1/patients", Instead: NoPath}),
}

// OnWire returns the part of the registry that is about answers, webhooks, files,
// texts and the partner.
func OnWire() []Deviation { return slices.Clone(onWire) }
