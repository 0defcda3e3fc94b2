package rxware_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Whatever is sent as an invitation is answered in the platform's form, and
// unless it is accepted nothing is left of it.
func FuzzInvite(f *testing.F) {
	const j = "application/json"
	for _, body := range []string{
		sample, invited(), raw(""), raw(`,"additionalData":[]`), raw(`,"additionalData":{"a":"b"}`), raw(`,"additionalData":[null,1,"x",[],{}]`),
		raw(`,"additionalData":[{"key":"patient.dob","value":"2012-08-23T00:00:00+00:00"}]`), raw(`,"isCaregiver":true`),
		raw(`,"skipOnboarding":true,"requiredConsent":false`), raw(`,"additionalData":[{"key":"k","value":[{"a":1e999}],"editable":false}]`),
		raw(`,"additionalData":[{"key":"patient.callTime","value":"afternoon"},{"key":"patient.callTime","value":null}]`),
		raw(`,"externalId":"\ud800"`), raw(`,"externalId":"\u0000"`), raw(`,"lastName":"é"`), "", "null", "{", "{}", `{"a":`,
		strings.Repeat("[", 40) + strings.Repeat("]", 40), "\ufeff{}", "\xff",
	} {
		f.Add(j, []byte(body))
	}
	f.Add("text/plain", []byte(invited()))
	f.Add(`application/json; charset="`, []byte(invited()))
	f.Add("", []byte(invited()))
	p := newPlatform(f, "")
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		w := p.open(t)
		before := w.box.Sizes()
		got := w.call("POST", invitePath, string(body), func(r *http.Request) { r.Header["Content-Type"] = []string{contentType} })
		switch after := w.box.Sizes(); {
		case got.Code == http.StatusOK:
			if after["patients"] != 1 || after["texts"] != 1 {
				t.Errorf("accepted, and kept %v", after)
			}
			id := strings.Split(strings.Split(got.Body.String(), `"patientId":"`)[1], `"`)[0]
			if read := w.call("GET", "/v1/patients/"+id, ""); read.Code != http.StatusOK {
				t.Errorf("the patient reads as %d %s", read.Code, read.Body)
			}
		case got.Code >= 500:
			t.Errorf("answered %d %s", got.Code, got.Body)
		case !maps.Equal(after, before):
			t.Errorf("refused with %d, and kept %v, before %v", got.Code, after, before)
		}
	})
}

// Whatever is sent to any call, in whatever dialect, is answered in the
// platform's form, and unless it is accepted nothing is left of it.
func FuzzCalls(f *testing.F) {
	const patient = `"externalId":"maya-1","phoneNumber":"+12025550142","supportProgramId":"` + programID + `"`
	for _, body := range []string{
		`{` + patient + `,"additionalData":[]}`, `{"status":{"name":"shipment.status","text":"hold"},` + patient + `}`,
		`{"status":{"name":"notify.sms.copaycard","text":"","additionData":[{"key":"ID","value":7}]},` + patient + `}`,
		`{"status":{"name":"enrollment.status","text":"enrollComplete"}}`, `{"status":{"name":"","text":"notify.sms.shipped"}}`,
		`{"status":[]}`, `{"status":{"name":7,"additionalData":{"a":null}}}`, `{"name":"care","additionalData":[{"key":"drug","value":"{link}"}],` + patient + `}`,
		`{"action":{"name":"consent","value":"sms","additionalData":[{"key":"opt-in","value":"false"}]},` + patient + `}`,
		`{"action":{"name":"consent","value":"sms","additionalData":[{"key":"revoke","value":true}]},"id":"hub"}`,
		`{"externalId":"leo-1","phoneNumber":"+12025550143","supportProgramId":"` + programID + `","firstName":"Leo","lastName":"Lind","additionalData":{"patient.dob":557712000000}}`,
		`{"action":null}`, `{"externalId":"x","phoneNumber":"y","supportProgramId":"z"}`, ``, `{`, `[]`, `{"status":{"status":{"status":{}}}}`,
	} {
		for word := range uint8(5) {
			f.Add(word, []byte{}, []byte(body))
			f.Add(word, []byte("\x01\x02\x01\x01\x02\x01\x01\x01\x01\x02\x01"), []byte(body))
		}
	}
	p := newPlatform(f, "")
	prog, _ := p.dir.Program(programID)
	prog.Campaigns = []program.Campaign{{Name: "care", Steps: []program.Step{{SMS: "[{drug}] {name"}, {After: time.Hour, SMS: "{link}]"}}}}
	f.Fuzz(func(t *testing.T, word uint8, choices, body []byte) {
		prog.Dialect = dialect.Set{}
		w := p.open(t)
		invited := w.invite(invited())
		for i, s := range dialect.Switches("") {
			if i < len(choices) {
				prog.Dialect, _ = dialect.Choose(prog.Dialect, s.Name, s.Values[int(choices[i])%len(s.Values)].Name)
			}
		}
		target := []string{"/v1/patients/reinvite", "/patient/" + invited + "/event", "/v1/patients/" + invited + "/subscribe-campaign",
			"/v1/patients/" + invited + "/update_details", "/patients/invite"}[word%5]
		before := w.box.Sizes()
		got := w.call("POST", target, string(body))
		switch after := w.box.Sizes(); {
		case got.Code >= 500:
			t.Errorf("answered %d %s", got.Code, got.Body)
		case got.Code >= 400 && !maps.Equal(after, before):
			t.Errorf("refused with %d, and kept %v, before %v", got.Code, after, before)
		}
		id, _ := program.ParseID(invited)
		for _, act := range []func(*sandbox.Tx) (program.Patient, error){
			func(tx *sandbox.Tx) (program.Patient, error) { return p.support.Open(tx, id) },
			func(tx *sandbox.Tx) (program.Patient, error) {
				return p.support.Consent(tx, id, map[string]bool{"communication": true, "sharePHI": true})
			},
			func(tx *sandbox.Tx) (program.Patient, error) {
				return p.support.UpdateInfusion(tx, id, program.Infusion{Facility: string(body[:min(len(body), 20)])}, nil)
			},
			func(tx *sandbox.Tx) (program.Patient, error) { return p.support.Finish(tx, id) },
		} {
			_ = w.box.Update(func(tx *sandbox.Tx) error { _, err := act(tx); return err }) // finished by the call, perhaps
		}
		if read := w.call("GET", "/v1/patients/"+invited, ""); read.Code != http.StatusOK && read.Code != http.StatusNotFound {
			t.Errorf("the patient reads as %d %s", read.Code, read.Body)
		}
	})
}
