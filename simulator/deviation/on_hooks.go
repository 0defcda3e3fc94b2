package deviation

import "slices"

// hooks is a deviation of the vendor's webhooks.
func hooks(name, does string, broken []string, w Webhooks) Deviation {
	return Deviation{Name: name, Side: Vendor, Clauses: broken, Does: does, Wire: Wire{Webhooks: w}}
}

// Kinds of webhooks, as configurations name them.
var (
	enrollments = []string{"enrollment"}
	visits      = []string{"tracker"}
	optOuts     = []string{"optOut"}
	optIns      = []string{"optIn"}
	consents    = []string{"optOut", "optIn"}
	infusions   = []string{"infusion"}
	every       = []string{Every}
)

// without leaves members out.
func without(paths ...string) (all []Edit) {
	for _, path := range paths {
		all = append(all, Edit{Path: path})
	}
	return all
}

// to writes a member, whatever was there.
func to(path, raw string) []Edit { return []Edit{{Path: path, Do: Put, With: raw}} }

// instead writes a member where there is one.
func instead(path, raw string) []Edit { return []Edit{{Path: path, Do: Replace, With: raw}} }

func asText(path string) []Edit { return []Edit{{Path: path, Do: AsText}} }

func moved(path, elsewhere string) []Edit { return []Edit{{Path: path, Do: Move, With: elsewhere}} }

// Places in a webhook.
const (
	eventName  = "event.eventName"
	sourceName = "event.sourceName"
	message    = "event.message"
	sendDate   = "event.sendDate"
	value      = "event.data.value"
	phone      = "event.patient.phoneNumber"
	ownIDs     = "event.patient.externalIds"
	firstOwn   = "event.patient.externalIds.0.sourceId"
	primary    = "event.patient.insurance.primaryInsurance"
	secondary  = "event.patient.insurance.secondaryInsurance"
	infusion   = "event.patient.infusion"
)

// ofEnrollments are the deviations of W1.
var ofEnrollments = []Deviation{
	hooks("enrollment.untold", "does not tell of a finished enrollment", clauses("HA-HOOK-ENROLL-001", "RX-INVITE-070", "HA-INVITE-005"),
		Webhooks{Of: enrollments, Lost: true}),
	hooks("enrollment.unreported", "tells of an enrollment without saying so", clauses("RX-INVITE-070"),
		Webhooks{Of: enrollments, Edits: without(eventName)}),
	hooks("enrollment.unheard", "tells nobody what patients do", clauses("HA-INVITE-005"),
		Webhooks{Of: every, Lost: true}),
	hooks("enrollment.told-twice", "tells of every enrollment twice", clauses("HA-OUR-018", "HA-OUR-017", "RX-OUR-028"),
		Webhooks{Of: enrollments, Doubled: true}),
	hooks("enrollment.without-onboarding-untold", "does not tell of a patient who had nothing to do", clauses("HA-OUR-017"),
		Webhooks{Of: enrollments, From: Skippers, Lost: true}),
	hooks("enrollment.without-onboarding-told-twice", "tells twice of a patient who had nothing to do", clauses("RX-OUR-028"),
		Webhooks{Of: enrollments, From: Skippers, Doubled: true}),
	hooks("enrollment.without-zip", "leaves the ZIP code out", clauses("HA-HOOK-ENROLL-002"),
		Webhooks{Of: enrollments, Edits: without("event.patient.address.zip")}),
	hooks("enrollment.without-second-carrier", "leaves the second insurance's carrier out", clauses("HA-HOOK-ENROLL-002"),
		Webhooks{Of: enrollments, Edits: without(secondary + ".carrier")}),
	hooks("enrollment.without-caregiver", "leaves the caregiver out", clauses("HA-HOOK-ENROLL-002"),
		Webhooks{Of: enrollments, Edits: without("event.patient.caregiver")}),
	hooks("enrollment.without-program", "leaves the program out", clauses("HA-HOOK-ENROLL-003", "HA-GEN-001"),
		Webhooks{Of: enrollments, Edits: without("event.supportProgramId")}),
	hooks("enrollment.without-last-name", "leaves the last name out", clauses("HA-HOOK-ENROLL-003"),
		Webhooks{Of: enrollments, Edits: without("event.patient.lastName")}),
	hooks("enrollment.empty-first-name", "sends the first name empty", clauses("HA-HOOK-ENROLL-003"),
		Webhooks{Of: enrollments, Edits: to("event.patient.firstName", `""`)}),
	hooks("enrollment.phone-renamed", "sends the number as phone", clauses("HA-HOOK-ENROLL-003"),
		Webhooks{Of: enrollments, Edits: moved(phone, "event.patient.phone")}),
	hooks("enrollment.other-name", "gives the event another name", clauses("HA-HOOK-ENROLL-004"),
		Webhooks{Of: enrollments, Edits: to(eventName, `"HelpAround.Patient.EnrollmentCompleted"`)}),
	hooks("enrollment.name-in-small-letters", "writes the brand in the event's name small", clauses("HA-HOOK-ENROLL-004"),
		Webhooks{Of: enrollments, Edits: to(eventName, `"helparound.Patient.CompleteEnrollment"`)}),
	hooks("enrollment.new-brand", "gives its new name as the source", clauses("HA-HOOK-ENROLL-005"),
		Webhooks{Of: enrollments, Edits: to(sourceName, `"rxware"`)}),
	hooks("enrollment.phone-without-country", "leaves the country code out of the number", clauses("HA-HOOK-ENROLL-007"),
		Webhooks{Of: enrollments, Edits: edits(Edit{Path: phone, Do: Cut, With: "+1"})}),
	hooks("enrollment.caregivers-phone-without-plus", "writes the caregiver's number without its plus", clauses("HA-HOOK-ENROLL-007"),
		Webhooks{Of: enrollments, Edits: edits(Edit{Path: "event.patient.caregiver.phone", Do: Cut, With: "+"})}),
	hooks("enrollment.birth-as-text", "writes the date of birth as text", clauses("HA-HOOK-ENROLL-008"),
		Webhooks{Of: enrollments, Edits: asText("event.patient.dob")}),
	hooks("enrollment.birth-in-seconds", "writes the date of birth in seconds", clauses("HA-HOOK-ENROLL-008"),
		Webhooks{Of: enrollments, Edits: edits(Edit{Path: "event.patient.dob", Do: Round})}),
	hooks("enrollment.birth-positive", "writes a birth before 1970 as one after it", clauses("HA-HOOK-ENROLL-009"),
		Webhooks{Of: enrollments, Edits: edits(Edit{Path: "event.patient.dob", Do: Unsign})}),
	hooks("enrollment.signed-in-seconds", "writes the time of the signature in seconds", clauses("HA-HOOK-ENROLL-010"),
		Webhooks{Of: enrollments, Edits: edits(Edit{Path: "event.patient.signature.timestamp", Do: Round})}),
	hooks("enrollment.consent-time-as-text", "writes the time of consent as text", clauses("HA-HOOK-ENROLL-010", "HA-HOOK-ENROLL-012"),
		Webhooks{Of: enrollments, Edits: asText("event.patient.consents.0.timestamp")}),
	hooks("enrollment.second-birth-as-text", "writes the second cardholder's date of birth as text", clauses("HA-HOOK-ENROLL-010"),
		Webhooks{Of: enrollments, Edits: asText(secondary + ".card_dob")}),
	hooks("enrollment.first-birth-as-text", "writes the first cardholder's date of birth as text", clauses("HA-HOOK-ENROLL-011"),
		Webhooks{Of: enrollments, Edits: asText(primary + ".card_dob")}),
	hooks("enrollment.consent-as-text", "writes what was consented to as text", clauses("HA-HOOK-ENROLL-012"),
		Webhooks{Of: enrollments, Edits: asText("event.patient.consents.0.value")}),
	hooks("enrollment.last-consent-as-text", "writes the last consent alone as text", clauses("HA-HOOK-ENROLL-012"),
		Webhooks{Of: enrollments, Edits: asText("event.patient.consents.1.value")}),
	hooks("enrollment.consents-by-name", "sends no list of consents", clauses("HA-HOOK-ENROLL-012"),
		Webhooks{Of: enrollments, Edits: instead("event.patient.consents", `{"communication":true,"sharePHI":true}`)}),
	hooks("enrollment.other-consents", "calls a consent otherwise than was agreed", clauses("HA-OUR-007"),
		Webhooks{Of: enrollments, Edits: instead("event.patient.consents.1.name", `"SharePHI"`)}),
	hooks("enrollment.consents-always", "tells of consent that was not asked for", clauses("HA-OUR-008"),
		Webhooks{Of: enrollments, Edits: to("event.patient.consents", "[]")}),
	hooks("enrollment.empty-caregiver", "sends an empty caregiver where there is none", clauses("HA-OUR-009"),
		Webhooks{Of: enrollments, Edits: to("event.patient.caregiver", "null")}),
	hooks("enrollment.caregivers-family-first", "writes the caregiver's last name first", clauses("HA-OUR-010"),
		Webhooks{Of: enrollments, Edits: instead("event.patient.caregiver.name", `"Torres, Ana"`)}),
	hooks("enrollment.picture-inside", "sends a picture's content in the place of its id", clauses("HA-HOOK-ENROLL-013"),
		Webhooks{Of: enrollments, Edits: instead(primary+".front_picture_image", `"data:image/png;base64,iVBORw0KGgo="`)}),
	hooks("enrollment.signature-inside", "sends the signature's content in the place of its id", clauses("HA-HOOK-ENROLL-013"),
		Webhooks{Of: enrollments, Edits: instead("event.patient.signature.image", `"iVBORw0KGgoAAAANSUhEUg"`)}),
	hooks("enrollment.own-id-alone", "sends an external id that is in no list", clauses("HA-HOOK-ENROLL-014"),
		Webhooks{Of: enrollments, Edits: moved(ownIDs+".0", "event.patient.externalIds")}),
	hooks("enrollment.without-source", "does not say whose the external id is", clauses("HA-HOOK-ENROLL-014"),
		Webhooks{Of: enrollments, Edits: without(ownIDs + ".0.source")}),
	hooks("enrollment.patient-as-external", "sends its own id as the partner's", clauses("HA-HOOK-ENROLL-014", "HA-HOOK-ENROLL-021"),
		Webhooks{Of: enrollments, Edits: edits(Edit{Path: firstOwn, Do: Copy, With: "event.patient.id"})}),
	hooks("enrollment.date-without-millis", "writes sendDate without milliseconds", clauses("HA-HOOK-ENROLL-015"),
		Webhooks{Of: enrollments, Edits: to(sendDate, `"2026-03-10T09:00:00Z"`)}),
	hooks("enrollment.date-with-offset", "writes sendDate with an offset", clauses("HA-HOOK-ENROLL-015"),
		Webhooks{Of: enrollments, Edits: to(sendDate, `"2026-03-10T09:00:00.000+00:00"`)}),
	hooks("enrollment.call-time-as-invited", "tells an afternoon as the invitation did", clauses("HA-HOOK-ENROLL-016"),
		Webhooks{Of: enrollments, Edits: instead("event.patient.call_time", `"AFTERNOON"`)}),
	hooks("enrollment.insurance-flat", "puts the first insurance beside the second", clauses("HA-HOOK-ENROLL-017"),
		Webhooks{Of: enrollments, Edits: moved(primary, "event.patient.primaryInsurance")}),
	hooks("enrollment.insurances-in-lists", "sends the second insurance in a list", clauses("HA-HOOK-ENROLL-017"),
		Webhooks{Of: enrollments, Edits: edits(Edit{Path: secondary, Do: AsList})}),
	hooks("enrollment.status-of-first", "gives the first insurance a status too", clauses("HA-HOOK-ENROLL-018"),
		Webhooks{Of: enrollments, Edits: to(primary+".status", `"active"`)}),
	hooks("enrollment.other-message", "words its message otherwise", clauses("HA-HOOK-ENROLL-019"),
		Webhooks{Of: enrollments, Edits: to(message, `"Patient completed enrollment."`)}),
	hooks("enrollment.other-status", "tells of an enrollment as ok", clauses("HA-OUR-006", "HA-HOOK-ENROLL-019"),
		Webhooks{Of: enrollments, Edits: to("event.status", `"ok"`)}),
	hooks("enrollment.elsewhere", "tells of enrollments where user actions are told", clauses("HA-HOOK-ENROLL-020"),
		Webhooks{Of: enrollments, Elsewhere: true}),
	hooks("enrollment.other-id", "names the patient otherwise than the invitation did", clauses("HA-HOOK-ENROLL-021"),
		Webhooks{Of: enrollments, Edits: to(firstOwn, `"crm-0"`)}),
	hooks("enrollment.names-beside", "puts source and name beside the event", clauses("HA-HOOK-ENROLL-022"),
		Webhooks{Of: enrollments, Edits: append(moved(sourceName, "sourceName"), moved(eventName, "eventName")...)}),
	hooks("enrollment.ids-without-dashes", "gives files ids that are no UUIDs", clauses("HA-MEDIA-002"),
		Webhooks{Of: enrollments, Edits: edits(Edit{Path: primary + ".front_picture_image", Do: Raise})}),
	hooks("enrollment.one-id-for-two", "gives two files the same id", clauses("HA-MEDIA-002"),
		Webhooks{Of: enrollments, Edits: edits(Edit{Path: "event.patient.signature.image", Do: Copy, With: primary + ".front_picture_image"})}),
	hooks("enrollment.last-id-wrong", "names a signature that nobody has", clauses("RX-MEDIA-003", "HA-MEDIA-003"),
		Webhooks{Of: enrollments, Edits: instead("event.patient.signature.image", `"00000000-0000-4000-8000-000000000000"`)}),
	hooks("enrollment.without-signature-id", "does not name the signature's file", clauses("HA-MEDIA-001", "RX-MEDIA-003"),
		Webhooks{Of: enrollments, Edits: without("event.patient.signature.image")}),
}

// ofVisits are the deviations of W2.
var ofVisits = []Deviation{
	hooks("visit.untold", "does not tell of visits", clauses("HA-HOOK-VISIT-001"),
		Webhooks{Of: visits, Lost: true}),
	hooks("visit.unprompted-untold", "does not tell of visits that no text led to", clauses("HA-HOOK-VISIT-002", "HA-HOOK-VISIT-001"),
		Webhooks{Of: visits, From: Returners, Lost: true}),
	hooks("visit.told-twice", "tells of every visit twice", clauses("HA-HOOK-VISIT-001"),
		Webhooks{Of: visits, Doubled: true}),
	hooks("visit.without-program", "leaves the program out", clauses("HA-HOOK-VISIT-003", "HA-GEN-001"),
		Webhooks{Of: visits, Edits: without("event.supportProgramId")}),
	hooks("visit.without-phone", "leaves the number out", clauses("HA-HOOK-VISIT-003"),
		Webhooks{Of: visits, Edits: without(phone)}),
	hooks("visit.without-date", "leaves sendDate out", clauses("HA-HOOK-VISIT-003"),
		Webhooks{Of: visits, Edits: without(sendDate)}),
	hooks("visit.other-action", "calls a visit by another word", clauses("HA-HOOK-VISIT-004"),
		Webhooks{Of: visits, Edits: to(value, `"ViewedTracker"`)}),
	hooks("visit.other-key", "calls the action by another key", clauses("HA-HOOK-VISIT-004"),
		Webhooks{Of: visits, Edits: moved("event.data.key", "event.data.name")}),
	hooks("visit.short-name", "names a visit as any user action", clauses("HA-HOOK-VISIT-005"),
		Webhooks{Of: visits, Edits: to(eventName, `"HelpAround.Patient.UserAction"`)}),
	hooks("visit.name-in-small-letters", "writes the brand in the event's name small", clauses("HA-HOOK-VISIT-005"),
		Webhooks{Of: visits, Edits: to(eventName, `"helparound.Patient.UserAction.ViewedTracker"`)}),
	hooks("visit.new-brand", "gives its new name as the source", clauses("HA-HOOK-VISIT-006"),
		Webhooks{Of: visits, Edits: to(sourceName, `"rxware"`)}),
	hooks("visit.other-message", "words its message otherwise", clauses("HA-HOOK-VISIT-008"),
		Webhooks{Of: visits, Edits: to(message, `"Patient viewed a tracker."`)}),
	hooks("visit.no-json", "closes a brace too many, as the printed example does", clauses("HA-HOOK-VISIT-009"),
		Webhooks{Of: visits, Broken: true}),
	hooks("visit.phone-without-country", "leaves the country code out of the number", clauses("HA-HOOK-VISIT-010"),
		Webhooks{Of: visits, Edits: edits(Edit{Path: phone, Do: Cut, With: "+1"})}),
	hooks("visit.other-status", "tells of a visit as ok", clauses("HA-OUR-006", "HA-HOOK-VISIT-008"),
		Webhooks{Of: visits, Edits: to("event.status", `"ok"`)}),
}

// ofConsent are the deviations of W3 and W4.
var ofConsent = []Deviation{
	hooks("stop.untold", "does not tell of a STOP", clauses("RX-HOOK-OPT-001"),
		Webhooks{Of: optOuts, Lost: true}),
	hooks("stop.as-text", "writes the wish of a STOP as text", clauses("RX-HOOK-OPT-001"),
		Webhooks{Of: optOuts, Edits: asText(value)}),
	hooks("stop.told-twice", "tells of a STOP twice", clauses("RX-HOOK-OPT-001"),
		Webhooks{Of: optOuts, Doubled: true}),
	hooks("stop.other-key", "calls the wish of a STOP opt-out", clauses("RX-HOOK-OPT-001"),
		Webhooks{Of: optOuts, Edits: to("event.data.key", `"opt-out"`)}),
	hooks("start.untold", "does not tell of a START", clauses("RX-HOOK-OPT-002"),
		Webhooks{Of: optIns, Lost: true}),
	hooks("start.as-stop", "tells of a START as of a STOP", clauses("RX-HOOK-OPT-002"),
		Webhooks{Of: optIns, Edits: to(value, "false")}),
	hooks("start.as-number", "writes the wish of a START as 1", clauses("RX-HOOK-OPT-002"),
		Webhooks{Of: optIns, Edits: to(value, "1")}),
	hooks("start.as-text", "writes the wish of a START as text", clauses("RX-HOOK-OPT-002"),
		Webhooks{Of: optIns, Edits: asText(value)}),
	hooks("start.message-of-stop", "words a START as a STOP", clauses("RX-HOOK-OPT-005"),
		Webhooks{Of: optIns, Edits: to(message, `"patient replied STOP"`)}),
	hooks("stop.message-in-capitals", "begins the message of a STOP with a capital", clauses("RX-HOOK-OPT-005"),
		Webhooks{Of: optOuts, Edits: to(message, `"Patient replied STOP"`)}),
	hooks("consent.names-inside", "puts source and name into the event", clauses("RX-HOOK-OPT-006"),
		Webhooks{Of: consents, Edits: append(moved("sourceName", sourceName), moved("eventName", eventName)...)}),
	hooks("consent.without-type", "leaves eventType out", clauses("RX-HOOK-OPT-006"),
		Webhooks{Of: consents, Edits: without("eventType")}),
	hooks("consent.other-type", "calls the channel a text", clauses("RX-HOOK-OPT-006"),
		Webhooks{Of: consents, Edits: to("eventType", `"SMS"`)}),
	hooks("consent.new-brand", "gives its new name as the source", clauses("RX-HOOK-OPT-006"),
		Webhooks{Of: consents, Edits: to("sourceName", `"rxware"`)}),
	hooks("consent.without-own-id", "leaves the partner's own id out", clauses("RX-HOOK-OPT-007"),
		Webhooks{Of: consents, Edits: without(ownIDs)}),
	hooks("consent.patient-as-external", "sends its own id as the partner's", clauses("RX-HOOK-OPT-007"),
		Webhooks{Of: consents, Edits: edits(Edit{Path: firstOwn, Do: Copy, With: "event.patient.id"})}),
	hooks("consent.without-phone", "leaves the number out", clauses("RX-HOOK-OPT-007"),
		Webhooks{Of: consents, Edits: without(phone)}),
	hooks("start.other-type", "gives a START another type than a STOP", clauses("RX-HOOK-OPT-008"),
		Webhooks{Of: optIns, Edits: to("eventType", `"reply"`)}),
	hooks("start.elsewhere", "tells of a START at another address than of a STOP", clauses("RX-HOOK-OPT-008"),
		Webhooks{Of: optIns, Elsewhere: true}),
}

// ofInfusions are the deviations of W5.
var ofInfusions = []Deviation{
	hooks("infusion.untold", "does not tell of infusions", clauses("RX-HOOK-INFUSION-001"),
		Webhooks{Of: infusions, Lost: true}),
	hooks("infusion.elsewhere", "tells of infusions where user actions are told", clauses("RX-HOOK-INFUSION-001"),
		Webhooks{Of: infusions, Elsewhere: true}),
	hooks("infusion.told-twice", "tells of an infusion twice", clauses("RX-HOOK-INFUSION-001"),
		Webhooks{Of: infusions, Doubled: true}),
	hooks("infusion.other-action", "calls an update by another word", clauses("RX-HOOK-INFUSION-002"),
		Webhooks{Of: infusions, Edits: to(value, `"InfusionUpdated"`)}),
	hooks("infusion.other-key", "calls the action by another key", clauses("RX-HOOK-INFUSION-002"),
		Webhooks{Of: infusions, Edits: to("event.data.key", `"patientAction"`)}),
	hooks("infusion.without-patient-id", "names the patient inside the patient only", clauses("RX-HOOK-INFUSION-003"),
		Webhooks{Of: infusions, Edits: without("event.patientId")}),
	hooks("infusion.without-phone", "leaves the number out", clauses("RX-HOOK-INFUSION-003"),
		Webhooks{Of: infusions, Edits: without(phone)}),
	hooks("infusion.without-status", "leaves the status out", clauses("RX-HOOK-INFUSION-003"),
		Webhooks{Of: infusions, Edits: without("event.status")}),
	hooks("infusion.later-without-program", "leaves the program out of all but a patient's first", clauses("RX-HOOK-INFUSION-003"),
		Webhooks{Of: infusions, From: Returners, Edits: without("event.supportProgramId")}),
	hooks("infusion.new-brand", "gives its new name as the source", clauses("RX-HOOK-INFUSION-004"),
		Webhooks{Of: infusions, Edits: to(sourceName, `"rxware"`)}),
	hooks("infusion.long-name", "puts the action into the event's name", clauses("RX-HOOK-INFUSION-004"),
		Webhooks{Of: infusions, Edits: to(eventName, `"HelpAround.Patient.UserAction.InfusionUpdated"`)}),
	hooks("infusion.date-empty", "sends an empty text where there is no date", clauses("RX-HOOK-INFUSION-005"),
		Webhooks{Of: infusions, Edits: to(infusion+".infusionDate", `""`)}),
	hooks("infusion.date-without-time", "sends the day of the infusion alone", clauses("RX-HOOK-INFUSION-005"),
		Webhooks{Of: infusions, Edits: instead(infusion+".infusionDate", `"2026-04-01"`)}),
	hooks("infusion.news-as-truth", "tells news of the insurance as a truth value", clauses("RX-HOOK-INFUSION-006"),
		Webhooks{Of: infusions, Edits: to(infusion+".haveInsuranceUpdate", "true")}),
	hooks("infusion.news-in-small-letters", "tells news of the insurance in small letters", clauses("RX-HOOK-INFUSION-006"),
		Webhooks{Of: infusions, Edits: to(infusion+".haveInsuranceUpdate", `"yes"`)}),
	hooks("infusion.local-time", "writes sendDate in the time of a place", clauses("RX-HOOK-INFUSION-007"),
		Webhooks{Of: infusions, Edits: to(sendDate, `"2026-03-10T04:00:00.000-05:00"`)}),
	hooks("infusion.long-message", "writes a message of more than 100 characters", clauses("RX-HOOK-INFUSION-008"),
		Webhooks{Of: infusions, Edits: to(message, `"patient infusion update: the patient has updated their infusion details on the mobile web, please see data"`)}),
	hooks("infusion.without-own-id", "leaves the partner's own id out", clauses("RX-GEN-004", "RX-HOOK-INFUSION-003"),
		Webhooks{Of: infusions, Edits: without(ownIDs)}),
	hooks("infusion.other-status", "tells of an infusion as ok", clauses("HA-OUR-006", "RX-HOOK-INFUSION-003"),
		Webhooks{Of: infusions, Edits: to("event.status", `"ok"`)}),
}

// inPost are the deviations of how webhooks are carried.
var inPost = []Deviation{
	hooks("post.offended", "sends a patient's webhooks no more once one was refused", clauses("HA-RESP-008"),
		Webhooks{Of: every, Carriage: Offended}),
	hooks("post.once", "does not send again what did not arrive", clauses("HA-OUR-013", "HA-OUR-014"),
		Webhooks{Of: every, Carriage: Once}),
	hooks("post.insists", "sends again what was refused", clauses("HA-OUR-013"),
		Webhooks{Of: every, Carriage: Insists}),
	hooks("post.impatient", "does not heed Retry-After", clauses("HA-OUR-013"),
		Webhooks{Of: every, Carriage: Impatient}),
	hooks("post.anew", "dates a webhook anew whenever it is sent", clauses("HA-OUR-014", "HA-OUR-016"),
		Webhooks{Of: slices.Concat(consents, infusions), Carriage: Anew}),
	hooks("post.dates-the-attempt", "tells the time of the attempt, not of the event", clauses("HA-OUR-016"),
		Webhooks{Of: consents, Carriage: Anew}),
	hooks("post.without-headers", "sends no header of the partner's", clauses("HA-OUR-011"),
		Webhooks{Of: every, Headerless: true}),
	hooks("post.demanding", "takes no success but 200 for an acknowledgement", clauses("HA-OUR-012"),
		Webhooks{Of: every, Carriage: Demanding}),
	hooks("post.overtakes", "sends a patient's webhooks without waiting for earlier ones", clauses("HA-OUR-015"),
		Webhooks{Of: every, Carriage: Overtakes}),
	hooks("post.stops-with-texts", "does not tell what patients do who want no texts", clauses("HA-OUR-022"),
		Webhooks{Of: slices.Concat(visits, infusions), From: Silenced, Lost: true}),
}

// texts is a deviation of the texts to patients.
func texts(name, does string, broken []string, w Texts) Deviation {
	return Deviation{Name: name, Side: Vendor, Clauses: broken, Does: does, Wire: Wire{Texts: w}}
}

// inTexts are the deviations of texts.
var inTexts = []Deviation{
	texts("texts.without-link", "texts no link", clauses("HA-INVITE-003", "HA-INVITE-002"), Texts{Linkless: true}),
	texts("texts.doubled", "sends every text twice", clauses("HA-INVITE-002", "RX-INVITE-069"), Texts{Doubled: true}),
	texts("texts.one-link", "texts everybody the same link", clauses("HA-INVITE-004"), Texts{Link: "welcome"}),
	texts("texts.others-link", "texts a link that is not the patient's own", clauses("HA-OUR-021"), Texts{Link: "elsewhere"}),
}
