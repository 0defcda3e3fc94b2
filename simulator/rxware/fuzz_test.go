package rxware_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
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
