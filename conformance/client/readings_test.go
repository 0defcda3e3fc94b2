package client_test

import (
	"fmt"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/client"
)

// Webhooks in the default reading.
const (
	enrollment = `{"event":{"message":"Patient complete enrollment.","sendDate":"2026-02-03T04:05:06.789Z","status":"success",%s"sourceName":"helparound","eventName":"HelpAround.Patient.CompleteEnrollment"}}`
	visit      = `{"event":{"message":"Patient visited a tracker.","sendDate":"2026-02-03T04:05:06.789Z","status":"success","patient":{"id":"ha1"},"sourceName":"helparound","eventName":"HelpAround.Patient.UserAction.ViewedTracker"}}`
)

func TestADocumentedReadingIsSeenAndBecomesTheDefault(t *testing.T) {
	patient := func(members string) string { return fmt.Sprintf(enrollment, `"patient":{`+members+`},`) }
	cases := []struct{ name, body, want, by, value string }{
		{"consent", patient(`"consent":[1]`), patient(`"consents":[1]`), "consentKey", "consent"},
		{"both consents", patient(`"consent":[1],"consents":[1]`), patient(`"consents":[1]`), "consentKey", "both"},
		{"the apartment in full", patient(`"address":{"apartment":"#15"}`), patient(`"address":{"apt":"#15"}`), "apartmentKey", "apartment"},
		{"camels", patient(`"insurance":{"primaryInsurance":{"memberId":"Z"}}`), patient(`"insurance":{"primaryInsurance":{"member_id":"Z"}}`), "insuranceCase", "camel"},
		{"a caregiver of two names", patient(`"caregiver":{"firstName":"Ana","lastName":"Torres"}`), patient(`"caregiver":{"name":"Ana Torres"}`), "caregiverName", "split"},
		{"a birth as text", patient(`"dob":"1987-09-04T00:00:00+00:00"`), patient(`"dob":557712000000`), "webhookDob", "iso"},
		{"a birth as a day", patient(`"dob":"1987-09-04"`), patient(`"dob":557712000000`), "webhookDob", "iso"},
		{"small letters", patient(`"contact_method":"phone"`), patient(`"contact_method":"Phone"`), "contactMethodCase", "lower"},
		{"the afternoon", patient(`"call_time":"Afternoon"`), patient(`"call_time":"Evening"`), "callTimeEmit", "capitalize"},
		{"another source", patient(`"externalIds":[{"source":"Source ","sourceId":"a"}]`), patient(`"externalIds":[{"source":"Partner","sourceId":"a"}]`), "externalSource.enrollment", "Source "},
		{"the patient beside the event",
			`{"event":{"message":"Patient visited a tracker.","sendDate":"2026-02-03T04:05:06.789Z","status":"success"},"patient":{"id":"ha1"},"sourceName":"helparound","eventName":"HelpAround.Patient.UserAction.ViewedTracker"}`,
			visit, "visitLayout", "flat"},
		{"names at the top",
			`{"event":{"message":"Patient visited a tracker.","sendDate":"2026-02-03T04:05:06.789Z","status":"success","patient":{"id":"ha1"}},"sourceName":"helparound","eventName":"HelpAround.Patient.UserAction.ViewedTracker"}`,
			visit, "namesAt.tracker", "top"},
		{"a blank after T and no status",
			`{"event":{"message":"Patient visited a tracker.","sendDate":"2026-02-03T 04:05:06.789Z","patient":{"id":"ha1"},"sourceName":"helparound","eventName":"HelpAround.Patient.UserAction.ViewedTracker"}}`,
			visit, "statusMember", "absent"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r, err := client.NewReadings(nil)
			if err != nil {
				t.Fatal(err)
			}
			got := r.Normal(at("/webhook/user-action", c.body))
			if a, b := gjson.GetBytes(got.Body, "@ugly|@pretty:{\"sortKeys\":true}").Raw, gjson.Get(c.want, "@ugly|@pretty:{\"sortKeys\":true}").Raw; a != b {
				t.Errorf("got %s, want %s", a, b)
			}
			if seen := r.Seen()[c.by]; len(seen) != 1 || seen[0] != c.value {
				t.Errorf("%s: seen %q, want %q", c.by, seen, c.value)
			}
		})
	}
}

func TestWhatNoDocumentSupportsStaysAsItIs(t *testing.T) {
	for name, body := range map[string]string{
		"the default":               visit,
		"another brand's name":      `{"event":{"eventName":"RxWare.Patient.Graduated"}}`,
		"a date in another form":    fmt.Sprintf(enrollment, `"x":{"sendDate":"yesterday"},`),
		"a birth in seconds":        fmt.Sprintf(enrollment, `"patient":{"dob":557712000},`),
		"a source of another name":  fmt.Sprintf(enrollment, `"patient":{"externalIds":[{"source":"Crm"}]},`),
		"members of another kind":   fmt.Sprintf(enrollment, `"patient":{"address":[],"insurance":"none","caregiver":7,"contact_method":1,"externalIds":{}},`),
		"no JSON":                   `{"event":`,
		"a list":                    `[]`,
		"an event that is a text":   `{"event":"HelpAround.Patient.Consent","eventName":"HelpAround.Patient.Consent"}`,
		"a patient that is nothing": fmt.Sprintf(enrollment, `"patient":null,`),
	} {
		t.Run(name, func(t *testing.T) {
			r, err := client.NewReadings(nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Normal(at("/webhook/user-action", body)); string(got.Body) != body {
				t.Errorf("got %s", got.Body)
			}
		})
	}
}

func TestAPinnedReadingIsTheOnlyOne(t *testing.T) {
	body := fmt.Sprintf(enrollment, `"patient":{"consent":[1]},`)
	for _, c := range []struct {
		name   string
		pins   map[string]string
		passes bool
	}{
		{"nothing is pinned", nil, true},
		{"it is pinned by its entry", map[string]string{"AMB-001": "consent"}, true},
		{"it is pinned by its switch", map[string]string{"consentKey": "consent"}, true},
		{"another is pinned", map[string]string{"AMB-001": "both"}, false},
		{"the switch wins over the entry", map[string]string{"AMB-001": "both", "consentKey": "consent"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := client.NewReadings(c.pins)
			if err != nil {
				t.Fatal(err)
			}
			got := r.Normal(at("/webhook/user-enrollment", body))
			if passes := gjson.GetBytes(got.Body, "event.patient.consents").Exists(); passes != c.passes {
				t.Errorf("got %s", got.Body)
			}
			if seen := r.Seen()["consentKey"]; len(seen) != 1 || seen[0] != "consent" {
				t.Errorf("seen %q", seen)
			}
		})
	}
	if _, err := client.NewReadings(map[string]string{"consentKey": "konsent"}); err == nil {
		t.Error("a reading that no document has can be pinned")
	}
}

func TestAScenarioThatJudgesAReadingSeesItAsItCame(t *testing.T) {
	r, err := client.NewReadings(map[string]string{"AMB-001": "consent"})
	if err != nil {
		t.Fatal(err)
	}
	judged := map[string]string{"AMB-001": "consent"}
	if !r.Plays(judged) || r.Plays(map[string]string{"AMB-001": "consents"}) || r.Plays(map[string]string{"AMB-002": "apt"}) {
		t.Error("it plays what was pinned, and nothing else")
	}
	body := fmt.Sprintf(enrollment, `"patient":{"consent":[1]},`)
	if got := r.Raw(judged).Normal(at("/webhook/user-enrollment", body)); string(got.Body) != body {
		t.Errorf("got %s", got.Body)
	}
}
