package deviation

// partner is a deviation of the partner.
func partner(name, does string, broken []string, w Answering) Deviation {
	return Deviation{Name: "partner." + name, Side: Partner, Clauses: broken, Does: does, Wire: Wire{Partner: w}}
}

// unread is a partner that refuses webhooks in a documented form.
func unread(name, does string, of ...Match) Deviation {
	return partner(name, does, clauses("HA-RESP-001"), Answering{Refuses: of})
}

// where matches webhooks by one of their members.
func where(path, what string) Match { return Match{Path: path, Is: what} }

// What kind of webhook it is, wherever its name stands.
var (
	anEnrollment = where("@this", "~CompleteEnrollment")
	aVisit       = where("@this", "~viewedTracker")
	anOptOut     = where("event.data.key", "=opt-in")
	anInfusion   = where("event.data.value", "=infusionUpdated")
)

const (
	enrollmentPath = "/webhook/user-enrollment"
	actionPath     = "/webhook/user-action"
)

// ofPartner are the deviations of the partner.
var ofPartner = []Deviation{
	// HA-RESP-001 to 003: what is acknowledged.
	partner("no-content", "acknowledges with 204 and nothing else", clauses("HA-RESP-001", "HA-RESP-002"),
		Answering{Yes: Saying{Status: 204, Empty: true}}),
	partner("created", "acknowledges with 201", clauses("HA-RESP-001"), Answering{Yes: Saying{Status: 201}}),
	partner("plain-ok", "acknowledges with the text OK", clauses("HA-RESP-001", "HA-RESP-002"), Answering{Yes: Saying{Body: "OK"}}),
	partner("without-success", "acknowledges without success", clauses("HA-RESP-001"), Answering{Yes: Saying{Edits: without("success")}}),
	partner("success-as-text", "writes success as text", clauses("HA-RESP-001"), Answering{Yes: Saying{Edits: asText("success")}}),
	partner("success-as-number", "writes success as 1", clauses("HA-RESP-001"), Answering{Yes: Saying{Edits: to("success", "1")}}),
	partner("no-success", "acknowledges and says that it failed", clauses("HA-RESP-001"), Answering{Yes: Saying{Edits: to("success", "false")}}),
	partner("fails-silently", "answers with 200 what it refuses", clauses("HA-RESP-004"), Answering{No: Saying{Status: 200}}),
	partner("without-data", "acknowledges without data", clauses("HA-RESP-002"), Answering{Yes: Saying{Edits: without("data")}}),
	partner("without-program", "acknowledges without the program", clauses("HA-RESP-002"), Answering{Yes: Saying{Edits: without("data.supportProgramId")}}),
	partner("without-patient", "acknowledges without the patient", clauses("HA-RESP-002"), Answering{Yes: Saying{Edits: without("data.patientId")}}),
	partner("without-own-id", "acknowledges without its own id", clauses("HA-RESP-002"), Answering{Yes: Saying{Edits: without("data.externalId")}}),
	partner("own-id-as-list", "acknowledges with a list of its own ids", clauses("HA-RESP-002"),
		Answering{Yes: Saying{Edits: edits(Edit{Path: "data.externalId", Do: AsList})}}),
	partner("other-patient", "acknowledges for another patient", clauses("HA-RESP-003"),
		Answering{Yes: Saying{Edits: to("data.patientId", `"ha0000000000001"`)}}),
	partner("patient-as-own-id", "gives the vendor's id as its own", clauses("HA-RESP-003"),
		Answering{Yes: Saying{Edits: edits(Edit{Path: "data.externalId", Do: Copy, With: "data.patientId"})}}),
	partner("other-program", "acknowledges for another program", clauses("HA-RESP-003"),
		Answering{Yes: Saying{Edits: to("data.supportProgramId", `"p"`)}}),

	// HA-RESP-004 and 005: what is refused.
	partner("accepts-broken-json", "acknowledges what is no JSON", clauses("HA-RESP-004"), Answering{Takes: "malformed"}),
	partner("accepts-anything", "acknowledges whatever comes", clauses("HA-RESP-004"), Answering{Takes: "any"}),
	partner("accepts-incomplete", "acknowledges what lacks a required member", clauses("HA-RESP-004"), Answering{Takes: "required"}),
	partner("unprocessable", "refuses with 422", clauses("HA-RESP-004"), Answering{No: Saying{Status: 422}}),
	partner("falls-over", "refuses with 500", clauses("HA-RESP-004"), Answering{No: Saying{Status: 500}}),
	partner("refuses-without-reason", "refuses without errorMessage", clauses("HA-RESP-004"), Answering{No: Saying{Edits: without("errorMessage")}}),
	partner("refuses-with-empty-reason", "refuses with an empty errorMessage", clauses("HA-RESP-004"), Answering{No: Saying{Edits: to("errorMessage", `""`)}}),
	partner("refuses-without-data", "refuses without data", clauses("HA-RESP-004"), Answering{No: Saying{Edits: without("data")}}),
	partner("refuses-with-text", "refuses in plain text", clauses("HA-RESP-004"), Answering{No: Saying{Body: "bad request"}}),
	partner("refuses-with-data-as-text", "refuses with data that is a text", clauses("HA-RESP-004"), Answering{No: Saying{Edits: to("data", `"none"`)}}),
	partner("refuses-nobody", "refuses without naming the patient", clauses("HA-RESP-005"), Answering{No: Saying{Edits: without("data.patientId")}}),

	// HA-RESP-007: both addresses alike.
	partner("actions-without-data", "acknowledges user actions without data", clauses("HA-RESP-007", "HA-RESP-002"),
		Answering{At: actionPath, Yes: Saying{Edits: without("data")}}),
	partner("actions-unprocessable", "refuses user actions with 422", clauses("HA-RESP-007", "HA-RESP-004"),
		Answering{At: actionPath, No: Saying{Status: 422}}),
	partner("enrollments-in-text", "acknowledges enrollments in plain text", clauses("HA-RESP-007", "HA-RESP-001"),
		Answering{At: enrollmentPath, Yes: Saying{Body: "OK"}}),

	// What may be absent, and what else may be there.
	partner("demands-address", "refuses an enrollment without an address", clauses("HA-HOOK-ENROLL-006"),
		Answering{Refuses: []Match{where("event.patient.address", "missing"), anEnrollment}}),
	partner("demands-consents", "refuses an enrollment without consents", clauses("HA-HOOK-ENROLL-006"),
		Answering{Refuses: []Match{where("event.patient.consents", "missing"), anEnrollment}}),
	partner("demands-status", "refuses an enrollment without a status", clauses("HA-HOOK-ENROLL-006"),
		Answering{Refuses: []Match{where("event.status", "missing"), anEnrollment}}),
	partner("demands-own-id-of-visits", "refuses a visit without its own id", clauses("HA-HOOK-VISIT-007"),
		Answering{Refuses: []Match{where("event.patient.externalIds", "missing"), aVisit}}),
	partner("demands-source-of-visits", "refuses a visit without a source", clauses("HA-HOOK-VISIT-007"),
		Answering{Refuses: []Match{where("event.sourceName", "missing"), where("sourceName", "missing"), aVisit}}),
	partner("demands-insurance-of-infusions", "refuses an infusion update without an insurance", clauses("RX-HOOK-INFUSION-009"),
		Answering{Refuses: []Match{where("event.patient.insurance", "missing"), anInfusion}}),
	partner("demands-infusion", "refuses an infusion update without an infusion", clauses("RX-HOOK-INFUSION-009"),
		Answering{Refuses: []Match{where("event.patient.infusion", "missing"), anInfusion}}),
	unread("refuses-unknown-members", "refuses members that it does not know", where("event.shoeSizes", "there")),
	partner("refuses-duplicates", "refuses what comes a second time", clauses("HA-RESP-001", "HA-OUR-014"), Answering{Again: true}),

	// What a webhook is.
	partner("all-actions-are-visits", "takes every user action for a visit", clauses("HA-HOOK-VISIT-011"),
		Answering{At: actionPath, Takes: "required"}),
	partner("no-opt-outs", "knows no user action but visits", clauses("HA-HOOK-VISIT-011", "HA-RESP-001"),
		Answering{Refuses: []Match{anOptOut}}),
	partner("all-enrollments", "takes every webhook at the address of enrollments for one", clauses("RX-HOOK-INFUSION-010"),
		Answering{At: enrollmentPath, Refuses: []Match{where("event.patient.lastName", "missing")}}),
	partner("fetches-of-infusions", "fetches the pictures that an infusion update names", clauses("RX-HOOK-INFUSION-010"),
		Answering{Fetches: FetchesOfInfusions}),
	partner("fetches-nothing", "fetches no pictures", clauses("RX-HOOK-INFUSION-010", "HA-MEDIA-001"),
		Answering{Fetches: FetchesNothing}),
	partner("fetches-the-first", "fetches the first picture only", clauses("RX-HOOK-INFUSION-010", "HA-MEDIA-001"),
		Answering{Fetches: FetchesFirst}),

	// Documented forms that are not understood.
	unread("no-consent", "does not understand consent for consents", where("event.patient.consent", "there"), where("event.patient.consents", "missing")),
	unread("no-consent-twice", "does not understand consent beside consents", where("event.patient.consent", "there"), where("event.patient.consents", "there")),
	unread("no-apartment", "does not understand apartment for apt", where("event.patient.address.apartment", "there")),
	unread("no-patient-beside", "does not understand the patient beside the event", where("patient", "there")),
	unread("no-names-at-the-top", "does not understand names beside the event", where("eventName", "there"), where("event.eventName", "missing"), aVisit),
	unread("no-names-at-the-top-of-enrollments", "does not understand names beside an enrollment", where("eventName", "there"), anEnrollment),
	unread("no-names-in-opt-outs", "does not understand names inside an opt-out", where("event.eventName", "there"), anOptOut),
	unread("no-names-beside-infusions", "does not understand names beside an infusion update", where("eventName", "there"), anInfusion),
	unread("no-offset", "does not understand an offset in the date of an enrollment", where("event.sendDate", "~+00:00"), anEnrollment),
	unread("no-z", "does not understand a Z in the date of an opt-out", where("event.sendDate", "~Z"), anOptOut),
	unread("no-blank", "does not understand a blank in sendDate", where("event.sendDate", "~ ")),
	unread("no-small-source", "does not understand partner as the source of a visit", where("event.patient.externalIds.0.source", "=partner"), aVisit),
	unread("no-capital-source", "does not understand Partner as the source of an opt-out", where("event.patient.externalIds.0.source", "=Partner"), anOptOut),
	unread("no-source-source", "does not understand Source as the source", where("event.patient.externalIds.0.source", "=Source ")),
	unread("no-birth-as-text", "does not understand a date of birth as text", where("event.patient.dob", "string")),
	unread("no-holders-birth-as-text", "does not understand the cardholder's date of birth as text", where("event.patient.insurance.primaryInsurance.card_dob", "string")),
	unread("demands-holders-birth", "refuses a first insurance without the cardholder's date of birth",
		where("event.patient.insurance.primaryInsurance.card_dob", "missing"), where("event.patient.insurance.primaryInsurance.cardname", "there")),
	unread("no-camel-case", "does not understand insurance members in camel case", where("event.patient.insurance.primaryInsurance.memberId", "there")),
	unread("no-small-contact", "does not understand a way of contact in small letters", where("event.patient.contact_method", "=phone")),
	unread("no-afternoon", "does not understand Afternoon", where("event.patient.call_time", "=Afternoon")),
	unread("no-evening", "does not understand Evening", where("event.patient.call_time", "=Evening")),
	unread("no-split-caregiver", "does not understand a caregiver's name in two parts", where("event.patient.caregiver.firstName", "there")),
	unread("demands-message", "refuses a visit without a message", where("event.message", "missing"), where("event.status", "there"), aVisit),
	unread("no-event-type", "does not understand eventType but in opt-outs", where("eventType", "there"), where("event.data.key", "=userAction")),
	unread("demands-event-type", "refuses an opt-out without eventType", where("eventType", "missing"), anOptOut),
	unread("no-wish-as-text", "does not understand the wish of an opt-out as text", where("event.data.value", "string"), anOptOut),
	unread("no-opt-in", "does not understand an opt-in", where("event.message", "=patient replied START")),
	unread("demands-id-in-patient", "does not understand the id beside the patient", where("event.patient.id", "missing"), where("event.patientId", "there")),
	unread("demands-id-beside-patient", "does not understand the id in the patient", where("event.patientId", "missing"), anInfusion),
	unread("no-lists", "does not understand an insurance in a list", where("event.patient.insurance", "array")),
	unread("no-open-date", "does not understand an infusion without a date", where("event.patient.infusion.infusionDate", "null")),
	partner("no-infusion-among-actions", "does not take an infusion update for a user action", clauses("HA-RESP-001"),
		Answering{At: actionPath, Refuses: []Match{anInfusion}}),
}
