package rxware_test

import (
	"fmt"
	"testing"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/rxware"
)

func TestWhatAPartnerAnswersIsJudgedBySection6(t *testing.T) {
	t.Parallel()
	sent := tell(t, program.TrackerViewed, ana())
	const good = `"supportProgramId":"q7Kx200mvd83nw1b","patientId":"ha65a1c0ffee012","externalId":"ext-7"`
	for _, c := range []struct {
		claim            string
		status           int
		answer           string
		finding, message string
	}{
		{"as documented", 200, `{"success":true,"data":{` + good + `}}`, "", ""},
		{"with more members", 200, `{"success":true,"data":{` + good + `,"x":1},"y":2}`, "", ""},
		{"no success", 200, `{"data":{` + good + `}}`, "success is not true", ""},
		{"success as a text", 200, `{"success":"true","data":{` + good + `}}`, "success is not true", ""},
		{"success is false", 200, `{"success":false,"data":{` + good + `}}`, "success is not true", ""},
		{"nothing but success", 200, `{"success":true}`,
			"data.externalId is not the one that was sent; data.patientId is not the one that was sent; data.supportProgramId is not the one that was sent", ""},
		{"another patient", 200, `{"success":true,"data":{"supportProgramId":"q7Kx200mvd83nw1b","patientId":"ha0","externalId":"ext-7"}}`,
			"data.patientId is not the one that was sent", ""},
		{"an empty acknowledgement", 204, "", "the answer is not JSON", ""},
		{"a page", 200, "<html>", "the answer is not JSON", ""},
		{"a refusal as documented", 400, `{"errorMessage":"bad syntax","data":{"patientId":"x"}}`, "", "bad syntax"},
		{"a refusal without a patient (HA-RESP-005)", 400, `{"errorMessage":"bad syntax","data":{}}`, "", "bad syntax"},
		{"a refusal without data (HA-RESP-004)", 400, `{"errorMessage":"bad syntax"}`, "the answer lacks errorMessage or data", "bad syntax"},
		{"a refusal without a message", 400, `{"data":{}}`, "the answer lacks errorMessage or data", ""},
		{"the printed refusal, which is no JSON (AMB-022)", 400, "{\n\"errorMessage\": \"x\",\n\"data\": {\n\"patientId\": \"ha61236024160af\" // if possible to provide\n...\n}\n}",
			"", ""},
		{"another refusal", 404, `{"errorMessage":"gone"}`, "", "gone"},
		{"another refusal of any form", 404, "gone", "", ""},
		{"a failure", 503, "<html>", "", ""},
		{"a redirect", 302, "", "", ""},
	} {
		finding, message := (&rxware.Herald{}).Judge(sent, c.status, []byte(c.answer))
		equal(t, c.claim+": finding", finding, c.finding)
		equal(t, c.claim+": message", message, c.message)
	}
}

func TestARefusalsMembersCanBeDemanded(t *testing.T) {
	t.Parallel()
	sent := tell(t, program.TrackerViewed, ana(), reads(t, "partner400", "strictMembers"))
	for _, c := range []struct {
		claim            string
		status           int
		answer           string
		finding, message string
	}{
		{"as documented", 400, `{"errorMessage":"bad syntax","data":{"patientId":"x"},"more":1}`, "", "bad syntax"},
		{"without data", 400, `{"errorMessage":"bad syntax"}`, "the answer lacks errorMessage or data", "bad syntax"},
		{"with data as a text", 400, `{"errorMessage":"bad syntax","data":"x"}`, "the answer lacks errorMessage or data", "bad syntax"},
		{"without a message", 400, `{"data":{}}`, "the answer lacks errorMessage or data", ""},
		{"no JSON", 400, "{ // no\n}", "the answer is not JSON", ""},
		{"another refusal", 404, "gone", "", ""},
	} {
		finding, message := (&rxware.Herald{}).Judge(sent, c.status, []byte(c.answer))
		equal(t, c.claim+": finding", finding, c.finding)
		equal(t, c.claim+": message", message, c.message)
	}
}

func TestThePartnersIDInAnAcknowledgement(t *testing.T) {
	t.Parallel()
	nameless := ana()
	nameless.ExternalID = ""
	const rest = `{"success":true,"data":{"supportProgramId":"q7Kx200mvd83nw1b","patientId":"ha65a1c0ffee012"`
	const wrong, missing = "data.externalId is not the one that was sent", "data.externalId is missing"
	for _, c := range []struct {
		claim, reading string
		p              program.Patient
		answer         string
		finding        string
	}{
		{"left out, and none was sent (HA-OUR-019)", "optional", nameless, rest + `}}`, ""},
		{"given, though none was sent", "optional", nameless, rest + `,"externalId":"ext-7"}}`, ""},
		{"left out, though one was sent (HA-RESP-002)", "optional", ana(), rest + `}}`, wrong},
		{"another than was sent", "optional", ana(), rest + `,"externalId":"ext-8"}}`, wrong},
		{"left out where it is required", "required", nameless, rest + `}}`, missing},
		{"empty where it is required", "required", nameless, rest + `,"externalId":""}}`, missing},
		{"given where it is required", "required", nameless, rest + `,"externalId":"ext-7"}}`, ""},
		{"another than was sent, where it is required", "required", ana(), rest + `,"externalId":"ext-8"}}`, wrong},
		{"as sent where it is required", "required", ana(), rest + `,"externalId":"ext-7"}}`, ""},
	} {
		for name, what := range program.Happenings() {
			finding, _ := (&rxware.Herald{}).Judge(tell(t, what, c.p, reads(t, "ackExternalId", c.reading)), 200, []byte(c.answer))
			equal(t, c.claim+", "+name, finding, c.finding)
		}
	}
}

func TestABodyThatIsNotJSONIsToBeRefused(t *testing.T) {
	t.Parallel()
	sent := tellOf(t, program.News{What: program.TrackerViewed, At: today, Patient: ana()}, reads(t, "visitLayout", "literal-broken")).Letter
	for status, want := range map[int]string{200: "a body that is not JSON was acknowledged", 204: "a body that is not JSON was acknowledged", 400: "", 503: ""} {
		finding, _ := (&rxware.Herald{}).Judge(sent, status,
			[]byte(`{"errorMessage":"?","success":true,"data":{"supportProgramId":"q7Kx200mvd83nw1b","patientId":"ha65a1c0ffee012","externalId":"ext-7"}}`))
		equal(t, fmt.Sprint(status), finding, want)
	}
}
