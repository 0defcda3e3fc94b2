package partner_test

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/partner"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// dialect is one documented reading of one webhook.
type dialect struct {
	name string
	path string
	body object
	kind partner.Kind
	sent time.Time // if not the usual one
}

// dialects covers part A of the ambiguity register.
func dialects() []dialect {
	second := sent.Truncate(time.Second)
	const (
		patient = "event.patient."
		primary = "event.patient.insurance.primaryInsurance"
	)
	e, v, i := enrollment(), tracker(), infusion()
	stop, start := consent(false), consent(true)
	all := []dialect{
		{"an enrollment", enrollmentPath, e, partner.Enrollment, sent},
		{"a tracker visit", actionPath, v, partner.Tracker, sent},
		{"STOP", actionPath, stop, partner.OptOut, second},
		{"START", actionPath, start, partner.OptIn, second},
		{"an infusion update", enrollmentPath, i, partner.Infusion, second},

		{"AMB-001 consent", enrollmentPath, e.moved(patient+"consents", patient+"consent"), partner.Enrollment, sent},
		{"AMB-001 both", enrollmentPath, e.with(patient+"consent", []any{}), partner.Enrollment, sent},
		{"AMB-002 apartment", enrollmentPath, e.moved(patient+"address.apt", patient+"address.apartment"), partner.Enrollment, sent},
		{"AMB-002 both", enrollmentPath, e.with(patient+"address.apartment", "12"), partner.Enrollment, sent},
		{"AMB-003 envelope", actionPath, v.moved("event.eventName", "eventName").moved("event.sourceName", "sourceName"), partner.Tracker, sent},
		{"AMB-003 flat", actionPath, v.moved("event.eventName", "eventName").moved("event.sourceName", "sourceName").moved("event.patient", "patient"), partner.Tracker, sent},
		{"AMB-003 flat enrollment", enrollmentPath, e.moved("event.patient", "patient"), partner.Enrollment, sent},
		{"AMB-004 top", enrollmentPath, e.moved("event.eventName", "eventName").moved("event.sourceName", "sourceName"), partner.Enrollment, sent},
		{"AMB-004 both", enrollmentPath, e.with("eventName", e.get("event.eventName")).with("sourceName", "helparound"), partner.Enrollment, sent},
		{"AMB-004 STOP in event", actionPath, stop.moved("eventName", "event.eventName").moved("sourceName", "event.sourceName"), partner.OptOut, second},
		{"AMB-004 infusion at top", enrollmentPath, i.moved("event.eventName", "eventName").moved("event.sourceName", "sourceName"), partner.Infusion, second},
		{"AMB-005 secondsOffset", enrollmentPath, e.with("event.sendDate", "2026-02-03T04:05:06+00:00"), partner.Enrollment, second},
		{"AMB-005 blankAfterT", enrollmentPath, e.with("event.sendDate", "2026-02-03T 04:05:06.789Z"), partner.Enrollment, sent},
		{"AMB-005 millisZ for STOP", actionPath, stop.with("event.sendDate", "2026-02-03T04:05:06.789Z"), partner.OptOut, sent},
		{"AMB-006 partner", enrollmentPath, e.with(patient+"externalIds", []any{object{"source": "partner", "sourceId": ownID}}), partner.Enrollment, sent},
		{"AMB-006 Source with a blank", enrollmentPath, e.with(patient+"externalIds", []any{object{"source": "Source ", "sourceId": ownID}}), partner.Enrollment, sent},
		{"AMB-006 among others", enrollmentPath, e.with(patient+"externalIds", []any{object{"source": "crm", "sourceId": "x"}, object{"source": " PARTNER ", "sourceId": ownID}}), partner.Enrollment, sent},
		{"AMB-007 iso", enrollmentPath, e.with(patient+"dob", "1969-12-31T00:00:00+00:00"), partner.Enrollment, sent},
		{"AMB-008 iso", enrollmentPath, e.with(primary+".card_dob", "1969-12-31T00:00:00+00:00"), partner.Enrollment, sent},
		{"AMB-008 absent", enrollmentPath, e.with(primary+".card_dob", absent), partner.Enrollment, sent},
		{"AMB-009 seconds", enrollmentPath, e.with(patient+"dob", -86400), partner.Enrollment, sent},
		{"AMB-010 camel", enrollmentPath, e.with(primary, object{"memberId": "1", "frontPictureImage": "m1", "backPictureImage": "m2"}), partner.Enrollment, sent},
		{"AMB-011 lower", enrollmentPath, e.with(patient+"contact_method", "phone"), partner.Enrollment, sent},
		{"AMB-012 afternoon", enrollmentPath, e.with(patient+"call_time", "Afternoon"), partner.Enrollment, sent},
		{"AMB-013 split", enrollmentPath, e.with(patient+"caregiver", object{"first": object{"name": "Rosa"}, "last": object{"name": "Reyes"}}), partner.Enrollment, sent},
		{"AMB-014 status absent", enrollmentPath, i.with("event.status", absent), partner.Infusion, second},
		{"AMB-014 message absent", enrollmentPath, i.with("event.message", absent), partner.Infusion, second},
		{"AMB-015 patientId", enrollmentPath, i.with(patient+"id", absent), partner.Infusion, second},
		{"AMB-015 patient.id", enrollmentPath, i.with("event.patientId", absent), partner.Infusion, second},
		{"AMB-016 user-action", actionPath, i, partner.Infusion, second},
		{"AMB-017 InfusionUpdated", enrollmentPath, i.with("event.eventName", "HelpAround.Patient.UserAction.InfusionUpdated"), partner.Infusion, second},
		{"AMB-017 a visit by its value", actionPath, v.with("event.eventName", "HelpAround.Patient.UserAction"), partner.Tracker, sent},
		{"AMB-018 arrayOfOne", enrollmentPath, i.with(patient+"insurance", []any{object{"primaryInsurance": []any{object{"carrier": "Acme"}}}}).with(patient+"infusion", []any{i.get("event.patient.infusion")}), partner.Infusion, second},
		{"AMB-018 in an enrollment", enrollmentPath, e.with(primary, []any{e.get(primary)}).moved("event.patient.insurance", "event.patient.was").with(patient+"insurance", []any{e.get("event.patient.insurance")}), partner.Enrollment, sent},
		{"AMB-019 all", enrollmentPath, e.with("eventType", "sms"), partner.Enrollment, sent},
		{"AMB-019 none", actionPath, stop.with("eventType", absent), partner.OptOut, second},
		{"AMB-027 string false", actionPath, consent("false"), partner.OptOut, second},
		{"AMB-027 string True", actionPath, consent("True"), partner.OptIn, second},
		{"AMB-029 rxware", enrollmentPath, e.with("event.sourceName", "rxware").with("event.eventName", "RxWare.Patient.CompleteEnrollment"), partner.Enrollment, sent},
		{"AMB-029 rxware STOP", actionPath, stop.with("sourceName", "rxware").with("eventName", "rxware.Patient.Consent"), partner.OptOut, second},

		{"an unknown event", actionPath, v.with("event.eventName", "HelpAround.Patient.ShippedDrug"), partner.Other, sent},
		{"an event of another house", actionPath, v.with("event.eventName", "Acme.Patient.CompleteEnrollment"), partner.Other, sent},
		{"an unknown user action", actionPath, v.with("event.eventName", "HelpAround.Patient.UserAction").with("event.data.value", "rated"), partner.Other, sent},
		{"another consent key", actionPath, consent("yes").with("event.data.key", "revoke"), partner.Other, second},
		{"unknown members", enrollmentPath, e.with("event.extra", object{"a": []any{1, nil}}).with(patient+"extra", true).with("extra", "x"), partner.Enrollment, sent},
		{"optional members of odd types", enrollmentPath, e.with(patient+"insurance", "none").with(patient+"signature", 5).with(patient+"consents", nil).with(patient+"caregiver", nil), partner.Enrollment, sent},
		{"an enrollment at the other path", actionPath, e, partner.Enrollment, sent},
	}
	return all
}

func TestEveryDialectIsUnderstood(t *testing.T) {
	t.Parallel()
	for _, d := range dialects() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			body := encode(d.body)
			n := w.accepted(t, d.path, body)
			equal(t, "kind", n.Kind, d.kind)
			equal(t, "path", n.Path, d.path)
			equal(t, "program", n.ProgramID, program)
			equal(t, "patient", n.PatientID, ana)
			equal(t, "subject", n.Subject, anaSelf)
			equal(t, "external id", n.ExternalID, ownID)
			equal(t, "phone", n.Phone, "+13135550142")
			equal(t, "sendDate", n.SendDate, d.sent)
			equal(t, "at", n.At, w.Clock().Now())
			equal(t, "copies", n.Copies, 1)
			equal(t, "body", string(n.Body), string(body))
			equal(t, "the answer to the same again", w.post(d.path, body).Code, 200)
			equal(t, "copies", w.notices()[0].Copies, 2)
		})
	}
}

func TestFilesAreMentionedInEveryDialect(t *testing.T) {
	t.Parallel()
	for _, d := range dialects() {
		if d.kind != partner.Enrollment || d.body.get("event.patient.insurance") == "none" {
			continue
		}
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.accepted(t, d.path, d.body)
			var ids []string
			for _, f := range w.files() {
				ids = append(ids, f.MediaID)
			}
			if want := []string{"m1", "m2", "m3", "m4", "m5"}; !slices.Equal(slices.Sorted(slices.Values(ids)), want) {
				t.Errorf("got %v, want %v", ids, want)
			}
		})
	}
}

func TestOnlyRequiredMembersAreDemanded(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"enrollment": `{"event": {"supportProgramId": "q7Kx200mvd83nw1b", "sendDate": "2026-02-03T04:05:06.789Z", "patient": {"id": "ha65a1c0ffee012", "phoneNumber": "+13135550142", "firstName": "Ana", "lastName": "Reyes"}, "eventName": "HelpAround.Patient.CompleteEnrollment"}}`,
		"tracker":    `{"event": {"supportProgramId": "q7Kx200mvd83nw1b", "sendDate": "2026-02-03T04:05:06.789Z", "data": {"key": "userAction", "value": "viewedTracker"}, "patient": {"id": "ha65a1c0ffee012", "phoneNumber": "+13135550142"}, "eventName": "HelpAround.Patient.UserAction.ViewedTracker"}}`,
		"opt-out":    `{"event": {"supportProgramId": "q7Kx200mvd83nw1b", "sendDate": "2026-02-03T04:05:06+00:00", "data": {"key": "opt-in", "value": false}, "patient": {"id": "ha65a1c0ffee012", "phoneNumber": "+13135550142"}}, "eventName": "HelpAround.Patient.Consent"}`,
		"infusion":   `{"event": {"supportProgramId": "q7Kx200mvd83nw1b", "sendDate": "2026-02-03T04:05:06.000Z", "data": {"key": "userAction", "value": "infusionUpdated"}, "patientId": "ha65a1c0ffee012", "patient": {"phoneNumber": "+13135550142", "externalIds": []}, "sourceName": "helparound", "eventName": "HelpAround.Patient.UserAction"}}`,
		"other":      `{"event": {"supportProgramId": "q7Kx200mvd83nw1b", "sendDate": "2026-02-03T04:05:06.000Z", "patientId": "ha65a1c0ffee012"}, "eventName": "Acme"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			equal(t, "kind", w.accepted(t, actionPath, []byte(body)).Kind, partner.Kind(name))
			// HA-OUR-019: no externalId in the answer to a webhook that had none.
			equal(t, "answer", w.post(actionPath, []byte(body)).Body.String(),
				`{"success":true,"data":{"supportProgramId":"q7Kx200mvd83nw1b","patientId":"ha65a1c0ffee012"}}`)
		})
	}
}

func TestTheVendorsOwnExamplesAreAcknowledged(t *testing.T) {
	t.Parallel()
	const answer = `{"success":true,"data":{"supportProgramId":"78ef982b-00ea-39c2-a875-f549c40e92ad",` +
		`"patientId":"ha61236024160af","externalId":"4aadb997-e9fd-3909-a2f0-833b821544bd"}}`
	for _, c := range []struct {
		file, path string
		kind       partner.Kind
		files      int
	}{
		{"enrollment.json", enrollmentPath, partner.Enrollment, 5},
		{"tracker.json", actionPath, partner.Tracker, 0},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			n := w.accepted(t, c.path, testdata(t, c.file))
			equal(t, "kind", n.Kind, c.kind)
			equal(t, "sendDate", n.SendDate, time.Date(2021, 8, 23, 8, 45, 24, 0, time.UTC))
			equal(t, "files", len(w.files()), c.files)
			again := w.post(c.path, testdata(t, c.file))
			equal(t, "answer", again.Body.String(), answer)
			equal(t, "type", again.Header().Get("Content-Type"), "application/json")
		})
	}
}

func TestWhatCannotBeProcessedIsRefused(t *testing.T) {
	t.Parallel()
	type refusal struct {
		name, path string
		body       any
		clause     string
		mentions   string
		unread     bool // the patient's id cannot be read
	}
	deep := append(bytes.Repeat([]byte("["), 33), bytes.Repeat([]byte("]"), 33)...)
	cases := []refusal{
		{"the tracker example as it is printed", actionPath, testdata(t, "tracker-as-printed.txt"), "HA-RESP-004", "not valid JSON", true},
		{"nothing", actionPath, []byte{}, "HA-RESP-004", "not valid JSON", true},
		{"text", actionPath, []byte("hello"), "HA-RESP-004", "not valid JSON", true},
		{"half an object", enrollmentPath, encode(enrollment())[:200], "HA-RESP-004", "not valid JSON", true},
		{"two objects", enrollmentPath, []byte("{}{}"), "HA-RESP-004", "not valid JSON", true},
		{"bytes that are no UTF-8", enrollmentPath, []byte("{\"event\":\"\xff\"}"), "HA-RESP-004", "UTF-8", true},
		{"an array", actionPath, []byte("[]"), "HA-RESP-004", "an array", true},
		{"a text that holds an object", actionPath, encode(string(encode(tracker()))), "HA-RESP-004", "a string", true},
		{"33 levels", actionPath, append(append([]byte(`{"a":`), deep...), '}'), "RX-OUR-047", "32 levels", true},
		{"no event", actionPath, object{}, "HA-RESP-004", "event is required", true},
		{"an event that is a text", actionPath, object{"event": "x"}, "HA-RESP-004", "event must be an object", true},
		{"a name that is missing, at one path", enrollmentPath, enrollment().with("event.eventName", absent), "HA-HOOK-ENROLL-003", "event.eventName is required", false},
		{"a name that is missing, at the other path", actionPath, tracker().with("event.eventName", nil), "HA-HOOK-VISIT-003", "event.eventName is required", false},
		{"names that contradict each other", actionPath, tracker().with("eventName", "HelpAround.Patient.Consent"), "HA-HOOK-VISIT-003", "contradict", false},
		{"ids that contradict each other", enrollmentPath, infusion().with("event.patientId", "ha0000000000001"), "RX-HOOK-INFUSION-003", "event.patient.id and event.patientId contradict", false},
		{"a date that is no date", enrollmentPath, enrollment().with("event.sendDate", "yesterday"), "HA-HOOK-ENROLL-015", "event.sendDate must be a date and time", false},
		{"a date without a zone", actionPath, tracker().with("event.sendDate", "2026-02-03T04:05:06.789"), "HA-HOOK-VISIT-003", "event.sendDate must be", false},
		{"a date in milliseconds", actionPath, tracker().with("event.sendDate", 1614556800000), "HA-HOOK-VISIT-003", "event.sendDate must be a string, not a number", false},
		{"a flag that is no flag", actionPath, consent("maybe"), "RX-HOOK-OPT-001", "event.data.value must be true or false", false},
		{"a flag that is a number", actionPath, consent(1), "RX-HOOK-OPT-001", "event.data.value must be true or false, not a number", false},
		{"a flag that is missing", actionPath, consent(nil), "RX-HOOK-OPT-001", "event.data.value is required", false},
		{"a consent without a key", actionPath, consent(true).with("event.data.key", absent), "RX-HOOK-OPT-001", "event.data.key is required", false},
		{"an infusion update without external ids", enrollmentPath, infusion().with("event.patient.externalIds", absent), "RX-HOOK-INFUSION-003", "event.patient.externalIds is required", false},
		{"an infusion update with one external id", enrollmentPath, infusion().with("event.patient.externalIds", "x"), "RX-HOOK-INFUSION-003", "event.patient.externalIds must be an array", false},
		{"an infusion update with an external id without source", enrollmentPath, infusion().with("event.patient.externalIds", []any{object{"sourceId": "x"}}), "RX-HOOK-INFUSION-003", "event.patient.externalIds[].source is required", false},
		{"a patient that is a text", enrollmentPath, enrollment().with("event.patient", `{"id": "x"}`), "HA-HOOK-ENROLL-003", "event.patient.id is required", true},
	}
	required := map[string][]string{
		"enrollment": {"event.supportProgramId", "event.sendDate", "event.patient.id", "event.patient.phoneNumber", "event.patient.firstName", "event.patient.lastName"},
		"tracker":    {"event.supportProgramId", "event.sendDate", "event.data.key", "event.data.value", "event.patient.id", "event.patient.phoneNumber"},
		"consent":    {"event.supportProgramId", "event.sendDate", "event.patient.id", "event.patient.phoneNumber"},
		"infusion":   {"event.supportProgramId", "event.sendDate", "event.data.key", "event.data.value", "event.patient.id", "event.patient.phoneNumber", "event.sourceName"},
		"other":      {"event.supportProgramId", "event.sendDate", "event.patient.id"},
	}
	bodies := map[string]object{
		"enrollment": enrollment(), "tracker": tracker(), "consent": consent(true),
		"infusion": infusion().with("event.patientId", absent), "other": tracker().with("event.eventName", "Acme"),
	}
	clause := map[string]string{
		"enrollment": "HA-HOOK-ENROLL-003", "tracker": "HA-HOOK-VISIT-003", "consent": "RX-HOOK-OPT-007",
		"infusion": "RX-HOOK-INFUSION-003", "other": "HA-RESP-002",
	}
	for _, kind := range slices.Sorted(maps.Keys(required)) {
		for _, member := range required[kind] {
			unread := member == "event.patient.id"
			if kind != "infusion" || member != "event.data.value" {
				cases = append(cases, refusal{kind + ": a number as " + member, actionPath, bodies[kind].with(member, 5), clause[kind], member + " must be a string, not a number", unread})
			}
			for what, v := range map[string]any{"no ": absent, "null as ": nil, "nothing in ": ""} {
				if what == "nothing in " && kind == "infusion" && member == "event.data.value" {
					continue // a user action of another kind
				}
				cases = append(cases, refusal{kind + ": " + what + member, actionPath, bodies[kind].with(member, v), clause[kind], member + " is required", unread})
			}
		}
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			before := w.Sizes()
			answer := w.post(c.path, c.body)
			equal(t, "status", answer.Code, 400)
			got := readRefusal(t, answer.Body.Bytes())
			if m := got.Get("errorMessage").Str; !strings.Contains(m, c.mentions) {
				t.Errorf("got the message %q, want one with %q", m, c.mentions)
			}
			equal(t, "clause", answer.Header().Get("Placebo-Clause"), c.clause)
			want := ana // HA-RESP-005
			if c.unread {
				want = ""
			}
			equal(t, "patient", got.Get("data.patientId").Str, want)
			if !maps.Equal(w.Sizes(), before) {
				t.Errorf("got state %v, want %v", w.Sizes(), before)
			}
			kept, _ := w.Journal().Exchanges()
			why := kept[0].Why
			equal(t, "explained clause", why.Clause, c.clause)
			if why.Saw == "" || why.Wants == "" || why.Rule == "" {
				t.Errorf("got an explanation with gaps: %+v", why)
			}
			if !c.unread {
				equal(t, "subject", kept[0].Subject, anaSelf)
			}
		})
	}
}

// readRefusal checks the form of section 6.
func readRefusal(t testing.TB, body []byte) gjson.Result {
	t.Helper()
	if !gjson.ValidBytes(body) {
		t.Fatalf("got %q, want valid JSON", body)
	}
	got := gjson.ParseBytes(body)
	if m := got.Get("errorMessage"); m.Type != gjson.String || m.Str == "" {
		t.Errorf("got %s, want an errorMessage", body)
	}
	if !got.Get("data").IsObject() {
		t.Errorf("got %s, want data to be an object", body)
	}
	return got
}

func TestOnlyJSONIsTaken(t *testing.T) {
	t.Parallel()
	for given, status := range map[string]int{
		"application/json":                  200,
		"Application/JSON;charset=UTF-8":    200,
		"application/json; charset":         200,
		"application/json;":                 200,
		"":                                  400,
		"text/plain":                        400,
		"text/json":                         400,
		"application/jsonp":                 400,
		"application/x-www-form-urlencoded": 400,
		"application/json, text/plain":      400,
		"; charset=utf-8":                   400,
	} {
		t.Run(given, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			answer := w.send("POST", actionPath, given, encode(tracker()))
			equal(t, "status", answer.Code, status)
			if status == 400 {
				got := readRefusal(t, answer.Body.Bytes())
				equal(t, "patient", got.Get("data.patientId").Str, ana)
				equal(t, "clause", answer.Header().Get("Placebo-Clause"), "HA-OUR-011")
				equal(t, "notices", len(w.notices()), 0)
			}
		})
	}
}

func TestTheDoorSpeaksThePartnersForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		name, method, path string
		body               []byte
		status             int
	}{
		{"an unknown path", "POST", "/webhook/other", nil, 404},
		{"a path that goes on", "POST", actionPath + "/", nil, 404},
		{"another method", "GET", actionPath, nil, 405},
		{"a question about methods", "OPTIONS", enrollmentPath, nil, 405},
		{"a body over the limit", "POST", actionPath, make([]byte, 1<<20+1), 413},
		{"a sandbox that is not there", "POST", "/_sandbox/none" + actionPath, nil, 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := w.send(c.method, c.path, "application/json", c.body)
			equal(t, "status", answer.Code, c.status)
			equal(t, "type", answer.Header().Get("Content-Type"), "application/json")
			readRefusal(t, answer.Body.Bytes())
		})
	}
	t.Run("a header over the limit", func(t *testing.T) {
		answer := w.send("POST", actionPath, strings.Repeat("x", door.MaxHeader), nil)
		equal(t, "status", answer.Code, 431)
		readRefusal(t, answer.Body.Bytes())
	})
	t.Run("a body at the limit", func(t *testing.T) {
		body := encode(tracker())
		body = append(body, bytes.Repeat([]byte(" "), 1<<20-len(body))...)
		equal(t, "status", w.post(actionPath, body).Code, 200)
	})
	t.Run("a sandbox by its name", func(t *testing.T) {
		equal(t, "status", w.post("/_sandbox/default"+actionPath, tracker()).Code, 200)
		equal(t, "path", w.notices()[0].Path, actionPath)
	})
}

func TestAWebhookThatComesAgainIsOnlyCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	count := func(path string, body object, notices int) {
		t.Helper()
		equal(t, "status", w.post(path, body).Code, 200)
		equal(t, "notices", len(w.notices()), notices)
	}
	count(enrollmentPath, enrollment(), 1)
	count(enrollmentPath, enrollment(), 1)
	count(enrollmentPath, enrollment().with("event.sendDate", "2026-02-03T04:05:06.790Z"), 2)
	count(actionPath, tracker(), 3)
	count(actionPath, tracker().with("event.patient.id", "ha0000000000001"), 4)
	count(actionPath, consent(false), 5)
	count(actionPath, consent("false"), 5) // the same flag in the other form
	count(actionPath, consent(true), 6)
	count(actionPath, infusion(), 7)
	count(enrollmentPath, infusion(), 7) // wherever it comes
	count(enrollmentPath, infusion(), 7) // wherever it comes
	// The name and the instant of the infusion update, and another value.
	visit := tracker().with("event.eventName", "HelpAround.Patient.UserAction")
	count(actionPath, visit.with("event.sendDate", "2026-02-03T04:05:06.000Z"), 8)
	equal(t, "files", len(w.files()), 10)
	first := w.notices()[1]
	equal(t, "subject", first.Subject, anaSelf)
	equal(t, "ordinal", first.Ordinal, 1)
	equal(t, "copies", first.Copies, 2)
}

func TestIdenticalPostsAtOnceMakeOneNotice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const posts = 64
	var all sync.WaitGroup
	for range posts {
		all.Go(func() {
			if answer := w.post(enrollmentPath, enrollment()); answer.Code != http.StatusOK {
				t.Errorf("got %d", answer.Code)
			}
		})
	}
	all.Wait()
	got := w.notices()
	equal(t, "notices", len(got), 1)
	equal(t, "copies", got[0].Copies, posts)
	equal(t, "files", len(w.files()), 5)
}

func TestAnIDOfAnotherFormIsAsGood(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"4711", "HA65A1C0FFEE012", "ha65a1c0ffee01", "ha65a1c0ffee01z", "ha+5a1c0ffee012", "ha65A1c0ffee012", "jé/..", "\x00"} {
		w := newWorld(t)
		answer := w.post(actionPath, tracker().with("event.patient.id", id))
		equal(t, "status", answer.Code, 200)
		equal(t, "answered id", gjson.Get(answer.Body.String(), "data.patientId").Str, id)
		n := w.notices()[0]
		equal(t, "patient", n.PatientID, id)
		if n.Subject == anaSelf || n.Subject == 0 {
			t.Errorf("%q: got the subject %x", id, n.Subject)
		}
	}
}

func TestEveryFaultOfTheDoorHasWords(t *testing.T) {
	t.Parallel()
	for _, f := range door.Faults() {
		a := partner.Say(f)
		if a.Status < 400 {
			t.Errorf("fault %d: got status %d", f, a.Status)
		}
		readRefusal(t, a.Body)
	}
}

func TestAForkHasTheSameNotices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.accepted(t, enrollmentPath, enrollment())
	f := w.Fork(sandbox.Options{Name: "fork", Seed: 8})
	f.View(func(r sandbox.Reader) {
		equal(t, "notices", len(slices.Collect(w.partner.Notices(r))), 1)
		equal(t, "files", len(slices.Collect(w.partner.Files(r))), 5)
	})
}
