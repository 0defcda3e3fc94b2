package simulator_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/fixtures"
)

// payload is one of the vendors' own examples.
func payload(t testing.TB, name string) gjson.Result {
	t.Helper()
	text, err := fixtures.FS.ReadFile("payloads/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if !gjson.ValidBytes(text) {
		t.Fatalf("%s is no JSON", name)
	}
	return gjson.ParseBytes(text)
}

// The vendor's example of an invitation is accepted as it stands, and what the
// partner hears of the patient has the shape of the vendor's example webhooks.
func TestTheVendorsOwnExampleIsInvitedAndToldOf(t *testing.T) {
	t.Parallel()
	b := start(t).box("default")
	example := payload(t, "invite.json")
	r := b.ask("POST", "/v1/patients/invite", example.Raw)
	equal(t, "status", r.status, http.StatusOK)
	equal(t, "members of the answer", strings.Join(slices.Sorted(maps.Keys(names(gjson.Parse(r.body)))), " "),
		"data data.patientId data.phoneNumber data.supportProgramId status")
	equal(t, "number in the answer", r.get("data.phoneNumber").Str, "+12565551221")
	equal(t, "program in the answer", r.get("data.supportProgramId").Str, "b1mTa000dsa54rt")

	id := r.get("data.patientId").Str
	b.acts(id, "open-link", "consent")
	equal(t, "screens still to be filled in", b.look("/patients/"+id).get("screens|@ugly").Raw, `["cards","signature"]`)
	for _, use := range []string{"insurance.front", "insurance.back", "insurance.secondary.front", "insurance.secondary.back"} {
		b.act(id, object{"act": "upload-media", "use": use, "content": dot})
	}
	b.act(id, object{"act": "sign", "content": dot})
	b.acts(id, "finish", "view-tracker")
	for _, c := range []struct {
		name, printed string
		ordinal       int
		lacks, adds   string
	}{
		{"enrollment", "enrollment.json", 1, "", ""},
		// Ours is the table's layout, theirs the printed one: AMB-003, AMB-004.
		{"tracker", "tracker.json", 2,
			"eventName patient patient.externalIds patient.externalIds[] patient.externalIds[].source patient.externalIds[].sourceId patient.id patient.phoneNumber sourceName",
			"event.eventName event.patient event.patient.externalIds event.patient.externalIds[] event.patient.externalIds[].source event.patient.externalIds[].sourceId event.patient.id event.patient.phoneNumber event.sourceName"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ours, theirs := names(b.in(t).delivered(id, c.ordinal).Get("body")), names(payload(t, c.printed))
			var lacks, adds []string
			for _, path := range slices.Sorted(maps.Keys(theirs)) {
				if kind, there := ours[path]; !there {
					lacks = append(lacks, path)
				} else if kind != theirs[path] {
					t.Errorf("%s: ours is a %s, the printed one a %s", path, kind, theirs[path])
				}
			}
			for _, path := range slices.Sorted(maps.Keys(ours)) {
				if _, there := theirs[path]; !there {
					adds = append(adds, path)
				}
			}
			equal(t, "what the printed example has and ours lacks", strings.Join(lacks, " "), c.lacks)
			equal(t, "what ours has and the printed example lacks", strings.Join(adds, " "), c.adds)
		})
	}
	first := b.delivered(id, 1).Get("body.event.patient")
	for path, want := range map[string]string{
		"firstName": "John", "dob": "555811200000", "gender": "male", "contact_method": "Phone", "pref_language": "English",
		"call_time": "Morning", "caregiver.name": "Jane Doe", "caregiver.relationship": "Parent", "address.apt": "#15",
		"insurance.primaryInsurance.member_id": "5029375829", "insurance.secondaryInsurance.status": "active",
		"insurance.secondaryInsurance.card_dob": "555811200000", "externalIds.0.sourceId": "test-user-external-user-id23",
	} {
		equal(t, path, first.Get(path).String(), want)
	}
}

func TestThePartnerUnderstandsTheVendorsOwnExamples(t *testing.T) {
	t.Parallel()
	b := start(t).box("default")
	for _, c := range []struct{ name, path, file, kind string }{
		{"enrollment", "/webhook/user-enrollment", "enrollment.json", "enrollment"},
		{"tracker", "/webhook/user-action", "tracker.json", "tracker"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := b.in(t)
			r := b.send("POST", b.partner+c.path, payload(t, c.file).Raw)
			equal(t, "status", r.status, http.StatusOK)
			equal(t, "answer", r.body, string(gjson.Get(payload(t, "acknowledgement.json").Raw, "@ugly").Raw))
			kept := b.look("/partner?patient=ha61236024160af").get(`notices.#(kind=="` + c.kind + `")`)
			equal(t, "program", kept.Get("program").Str, "78ef982b-00ea-39c2-a875-f549c40e92ad")
			equal(t, "number", kept.Get("phone").Str, "+12027953213")
			equal(t, "date", kept.Get("sendDate").Str, "2021-08-23T08:45:24.000Z")
		})
	}
	// The files it mentions are asked for; our vendor has never heard of them.
	b.settle()
	files := b.look("/partner").get("files")
	equal(t, "files asked for", len(files.Array()), 5)
	equal(t, "files that nobody has", len(files.Get(`#(state=="failed")#`).Array()), 5)
}
