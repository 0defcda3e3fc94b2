package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// The webhooks as the vendor's documents print them, with values of our own.
const (
	printedEnrollment = `{
  "event": {
    "message": "Patient complete enrollment.",
    "supportProgramId": "3f9d2c51-7a44-4c0e-9b1d-5a2e8c7f6b10",
    "sendDate": "2026-02-03T04:05:06.789Z",
    "status": "success",
    "patient": {
      "id": "ha65a1c0ffee012",
      "phoneNumber": "+12025550142",
      "firstName": "Maya",
      "lastName": "Torres",
      "dob": 557712000000,
      "gender": "female",
      "contact_method": "Phone",
      "pref_language": "English",
      "email": "maya.torres@example.com",
      "call_time": "Morning",
      "caregiver": {"name": "Ana Torres", "relationship": "Parent", "phone": "+12025550168", "email": "ana.torres@example.com"},
      "address": {"street": "512 Oak St.", "apt": "#15", "city": "Huntsville", "state": "AL", "zip": "35803"},
      "insurance": {
        "primaryInsurance": {
          "carrier": "Blue Lake Mutual", "member_id": "ZZX1", "group_num": "ZZG1", "cardname": "Maya Torres", "card_dob": 557712000000,
          "front_picture_image": "0d2f4c1e-0000-4000-8000-000000000001", "back_picture_image": "0d2f4c1e-0000-4000-8000-000000000002"
        },
        "secondaryInsurance": {
          "status": "active", "carrier": "Northwind Health", "member_id": "ZZX2", "group_num": "ZZG2", "cardname": "Maya Torres",
          "card_dob": 557712000000,
          "front_picture_image": "0d2f4c1e-0000-4000-8000-000000000003", "back_picture_image": "0d2f4c1e-0000-4000-8000-000000000004"
        }
      },
      "signature": {"timestamp": 1770091506789, "image": "0d2f4c1e-0000-4000-8000-000000000005"},
      "consents": [
        {"name": "communication", "value": true, "timestamp": 1770091506000},
        {"name": "sharePHI", "value": false, "timestamp": 1770091506000}
      ],
      "externalIds": [{"source": "Source ", "sourceId": "crm-88412"}]
    },
    "sourceName": "helparound",
    "eventName": "HelpAround.Patient.CompleteEnrollment"
  }
}`

	printedTracker = `{
  "event": {
    "message": "Patient visited a tracker.",
    "supportProgramId": "3f9d2c51-7a44-4c0e-9b1d-5a2e8c7f6b10",
    "sendDate": "2026-02-04T08:00:00.000Z",
    "status": "success",
    "data": {"key": "userAction", "value": "viewedTracker"}
  },
  "patient": {
    "id": "ha65a1c0ffee012",
    "phoneNumber": "+12025550142",
    "externalIds": [{"source": "partner", "sourceId": "crm-88412"}]
  },
  "sourceName": "helparound",
  "eventName": "HelpAround.Patient.UserAction.ViewedTracker"
}`

	// As it stands in the document: the braces do not match.
	brokenTracker = `{"event": {"supportProgramId": "p", "data": {"key": "userAction", "value": "viewedTracker"}},
		"patient": {"id": "ha65a1c0ffee012"}}, "sourceName": "helparound"}`

	printedStop = `{
  "event": {
    "message": "patient replied STOP",
    "supportProgramId": "3f9d2c51-7a44-4c0e-9b1d-5a2e8c7f6b10",
    "sendDate": "2026-02-05T06:00:00+00:00",
    "status": "success",
    "data": {"key": "opt-in", "value": false},
    "patient": {
      "id": "ha65a1c0ffee012",
      "phoneNumber": "+12025550142",
      "externalIds": [{"source": "partner", "sourceId": "crm-88412"}]
    }
  },
  "sourceName": "helparound",
  "eventType": "sms",
  "eventName": "HelpAround.Patient.Consent"
}`

	printedInfusion = `{
  "event": {
    "message": "patient infusion update",
    "supportProgramId": "3f9d2c51-7a44-4c0e-9b1d-5a2e8c7f6b10",
    "sendDate": "2026-02-06T07:00:00.000Z",
    "data": {"key": "userAction", "value": "infusionUpdated"},
    "patientId": "ha65a1c0ffee012",
    "patient": {
      "phoneNumber": "+12025550142",
      "insurance": [{"primaryInsurance": [{"carrier": "Blue Lake Mutual", "frontPictureImage": "not-of-an-enrollment"}]}],
      "infusion": [{"infusionDate": "2026-03-01T00:00:00.000Z", "facilityName": "Blue Lake Infusions", "haveInsuranceUpdate": "Yes"}],
      "externalIds": [{"source": "Partner", "sourceId": "crm-88412"}]
    },
    "sourceName": "helparound",
    "eventName": "HelpAround.Patient.UserAction"
  }
}`
)

var printedStart = swap(printedStop, `"value": false`, `"value": true`, "STOP", "START", "06:00:00", "06:30:00")

// swap replaces texts, all of which must be there.
func swap(s string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(s, pairs[i]) {
			panic("there is no " + pairs[i])
		}
		s = strings.ReplaceAll(s, pairs[i], pairs[i+1])
	}
	return s
}

// between is what stands between two texts.
func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, ok := strings.Cut(s, to)
	if !ok {
		panic("there is nothing between " + from + " and " + to)
	}
	return s
}

// inTop moves the names of source and event of a webhook beside its event.
func inTop(s string) string {
	var root map[string]map[string]any
	if err := json.Unmarshal([]byte(s), &root); err != nil {
		panic(err)
	}
	event := root["event"]
	flat := map[string]any{"event": event, "eventName": event["eventName"], "sourceName": event["sourceName"]}
	delete(event, "eventName")
	delete(event, "sourceName")
	text, _ := json.Marshal(flat)
	return string(text)
}

func TestEveryPrintedWebhookIsUnderstood(t *testing.T) {
	for _, c := range []struct {
		name, body string
		kind       Kind
		sent       string
		files      int
	}{
		{"a finished enrollment", printedEnrollment, Enrollment, "2026-02-03T04:05:06.789Z", 5},
		{"a visit to the tracker", printedTracker, Tracker, "2026-02-04T08:00:00Z", 0},
		{"STOP", printedStop, OptOut, "2026-02-05T06:00:00Z", 0},
		{"START", printedStart, OptIn, "2026-02-05T06:30:00Z", 0},
		{"an infusion update", printedInfusion, Infusion, "2026-02-06T07:00:00Z", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Read([]byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "kind", n.Kind, c.kind)
			equal(t, "patient", n.Patient, "ha65a1c0ffee012")
			equal(t, "program", n.Program, "3f9d2c51-7a44-4c0e-9b1d-5a2e8c7f6b10")
			equal(t, "our own id", n.ExternalID, "crm-88412")
			equal(t, "phone", n.Phone, "+12025550142")
			equal(t, "sent", n.Sent.Format(time.RFC3339Nano), c.sent)
			equal(t, "files", len(n.Files), c.files)
		})
	}
}

const understoodDetails = `{"dob":"1987-09-04","gender":"female","contactMethod":"Phone","language":"English","email":"maya.torres@example.com",` +
	`"callTime":"Morning","caregiver":{"name":"Ana Torres","relationship":"Parent","phone":"+12025550168","email":"ana.torres@example.com"},` +
	`"address":{"street":"512 Oak St.","apartment":"#15","city":"Huntsville","state":"AL","zip":"35803"},` +
	`"primaryInsurance":{"carrier":"Blue Lake Mutual","memberId":"ZZX1","group":"ZZG1","holder":"Maya Torres","holderDob":"1987-09-04"},` +
	`"secondaryInsurance":{"status":"active","carrier":"Northwind Health","memberId":"ZZX2","group":"ZZG2","holder":"Maya Torres","holderDob":"1987-09-04"},` +
	`"signed":"2026-02-03T04:05:06.789Z","consents":[{"name":"communication","given":true,"at":"2026-02-03T04:05:06Z"},` +
	`{"name":"sharePHI","given":false,"at":"2026-02-03T04:05:06Z"}]}`

func TestAnEnrollmentMeansTheSameInEveryForm(t *testing.T) {
	lists := swap(printedEnrollment, `"insurance": {`, `"insurance": [{`, `"signature"`, `"signature"`,
		"      },\n      \"signature\"", "      }],\n      \"signature\"", `"secondaryInsurance": {`, `"secondaryInsurance": [{`,
		`000000000004"`+"\n        }", `000000000004"`+"\n        }]")
	for _, c := range []struct{ name, body string }{
		{"as printed", printedEnrollment},
		{"consent", swap(printedEnrollment, "consents", "consent")},
		{"consent beside consents", swap(printedEnrollment, `"externalIds"`, `"consent": [{"name": "communication", "value": true}], "externalIds"`)},
		{"answers as texts", swap(printedEnrollment, `"value": true`, `"value": "true"`, `"value": false`, `"value": "false"`)},
		{"apartment", swap(printedEnrollment, `"apt"`, `"apartment"`)},
		{"apartment beside apt", swap(printedEnrollment, `"apt": "#15"`, `"apt": "#15", "apartment": "#15"`)},
		{"names beside the event", inTop(printedEnrollment)},
		{"the patient beside the event", `{"patient": ` + between(printedEnrollment, `"patient": `, `,
    "sourceName"`) + `, "event": ` + swap(between(printedEnrollment, `"event": `, "\n}"), between(printedEnrollment, `"patient": `, `,
    "sourceName"`), "{}") + "}"},
		{"the patient's id beside the patient", swap(printedEnrollment, `"id": "ha65a1c0ffee012",`, "", `"patient": {`, `"patientId": "ha65a1c0ffee012", "patient": {`)},
		{"a blank in sendDate", swap(printedEnrollment, "2026-02-03T04", "2026-02-03T 04")},
		{"dates of birth as texts", swap(printedEnrollment, "557712000000", `"1987-09-04T00:00:00+00:00"`)},
		{"times in seconds", swap(printedEnrollment, "1770091506000", "1770091506")},
		{"camel case", swap(printedEnrollment, "member_id", "memberId", "group_num", "groupNum", "card_dob", "cardDob",
			"front_picture_image", "frontPictureImage", "back_picture_image", "backPictureImage")},
		{"a name in two parts", swap(printedEnrollment, `"name": "Ana Torres"`, `"firstName": "Ana", "lastName": "Torres"`)},
		{"lists for objects", lists},
		{"another brand", swap(printedEnrollment, "HelpAround.", "RxWare.", "helparound", "rxware")},
		{"no status and no message", swap(printedEnrollment, `"status": "success",`, "", `"message": "Patient complete enrollment.",`, "")},
		{"members nobody knows", swap(printedEnrollment, `"dob"`, `"pets": {"cats": [1, null]}, "dob"`)},
		{"a source that says it is us", swap(printedEnrollment, `[{"source": "Source "`, `[{"source": "x", "sourceId": "y"}, {"source": " PARTNER"`)},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Read([]byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "kind", n.Kind, Enrollment)
			equal(t, "our own id", n.ExternalID, "crm-88412")
			equal(t, "sent", n.Sent.Format(time.RFC3339Nano), "2026-02-03T04:05:06.789Z")
			equal(t, "files", len(n.Files), 5)
			details, err := json.Marshal(n.Details)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "details", string(details), understoodDetails)
		})
	}
}

func TestEveryFormOfAnInfusionUpdateIsUnderstood(t *testing.T) {
	objects := swap(printedInfusion, `[{"primaryInsurance": [{`, `{"primaryInsurance": {`, `enrollment"}]}]`, `enrollment"}}`, `[{"infusionDate"`, `{"infusionDate"`, `"Yes"}]`, `"Yes"}`)
	for _, c := range []struct{ name, body, update string }{
		{"as printed", printedInfusion, ""},
		{"objects for lists", objects, ""},
		{"the id in the patient", swap(printedInfusion, `"patientId": "ha65a1c0ffee012",`, "", `"patient": {`, `"patient": {"id": "ha65a1c0ffee012",`), ""},
		{"names beside the event", inTop(printedInfusion), ""},
		{"the action in its name", swap(printedInfusion, "Patient.UserAction", "Patient.UserAction.InfusionUpdated"), ""},
		{"no next date", swap(printedInfusion, `"2026-03-01T00:00:00.000Z"`, "null"),
			`{"facility":"Blue Lake Infusions","insuranceUpdate":true,"primaryInsurance":{"carrier":"Blue Lake Mutual"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Read([]byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "kind", n.Kind, Infusion)
			equal(t, "patient", n.Patient, "ha65a1c0ffee012")
			equal(t, "files", len(n.Files), 0)
			update, _ := json.Marshal(n.Update)
			if c.update == "" {
				c.update = `{"next":"2026-03-01T00:00:00Z","facility":"Blue Lake Infusions","insuranceUpdate":true,"primaryInsurance":{"carrier":"Blue Lake Mutual"}}`
			}
			equal(t, "update", string(update), c.update)
		})
	}
}

func TestDatesBefore1970AndBeyondTheCalendarAreRead(t *testing.T) {
	for given, want := range map[string]string{
		"-315619200000":          "1960-01-01",
		"0":                      "1970-01-01",
		`"1960-01-01"`:           "1960-01-01",
		"9223372036854775807":    "",
		"99999999999999999999":   "",
		"1.5":                    "",
		`"the first of January"`: "",
		"true":                   "",
	} {
		n, err := Read([]byte(swap(printedEnrollment, `"dob": 557712000000`, `"dob": `+given)))
		if err != nil {
			t.Fatalf("%s: %v", given, err)
		}
		equal(t, given, n.Details.Born, want)
	}
}

func TestWhatIsNewIsKept(t *testing.T) {
	for _, body := range []string{
		swap(printedEnrollment, "CompleteEnrollment", "Graduated"),
		swap(printedTracker, "HelpAround.Patient.UserAction.ViewedTracker", "SomebodyElse"),
		swap(printedInfusion, "infusionUpdated", "danced"),
		swap(printedStop, `"opt-in"`, `"revoke"`),
	} {
		n, err := Read([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "kind", n.Kind, Other)
	}
}

func TestWhatCannotBeUsedIsRefused(t *testing.T) {
	const id = "ha65a1c0ffee012"
	for _, c := range []struct{ name, body, member, patient string }{
		{"nothing", "", "", ""},
		{"broken JSON", `{"event": `, "", ""},
		{"a list", `[]`, "", ""},
		{"null", `null`, "", ""},
		{"two objects", printedStop + printedStop, "", ""},
		{"no UTF-8", "{\"event\": \"\xff\"}", "", ""},
		{"the tracker example as it is", brokenTracker, "", ""},
		{"too deep", strings.Repeat(`{"event":`, 20000) + "1" + strings.Repeat("}", 20000), "", ""},
		{"an event that is none", `{"event": "STOP"}`, "event", ""},
		{"no event", `{"patient": {"id": "` + id + `"}}`, "event", id},
		{"no name", swap(printedStop, "eventName", "name"), "event.eventName", id},
		{"no program", swap(printedEnrollment, "supportProgramId", "program"), "event.supportProgramId", id},
		{"no patient", swap(printedEnrollment, `"id": "ha65a1c0ffee012",`, ""), "event.patient.id", ""},
		{"an id that is a number", swap(printedEnrollment, `"ha65a1c0ffee012"`, "7"), "event.patient.id", ""},
		{"no date", swap(printedStop, "sendDate", "date"), "event.sendDate", id},
		{"a date that is none", swap(printedStop, "2026-02-05", "2026-02-31"), "event.sendDate", id},
		{"an enrollment without a phone", swap(printedEnrollment, "phoneNumber", "number"), "event.patient.phoneNumber", id},
		{"an enrollment without a last name", swap(printedEnrollment, `"lastName": "Torres"`, `"lastName": null`), "event.patient.lastName", id},
		{"an enrollment without a first name", swap(printedEnrollment, `"firstName": "Maya"`, `"firstName": ""`), "event.patient.firstName", id},
		{"a visit without its action", swap(printedTracker, `"data"`, `"what"`), "event.data.key", id},
		{"an infusion update without its action", swap(printedInfusion, `, "value": "infusionUpdated"`, ""), "event.data.value", id},
		{"STOP without the wish", swap(printedStop, `, "value": false`, ""), "event.data.value", id},
		{"STOP with half a wish", swap(printedStop, `"value": false`, `"value": 0`), "event.data.value", id},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Read([]byte(c.body))
			refusal, ok := err.(*Refusal)
			if !ok {
				t.Fatalf("got %v, want a refusal", err)
			}
			equal(t, "member", refusal.Member, c.member)
			equal(t, "patient", n.Patient, c.patient)
		})
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
