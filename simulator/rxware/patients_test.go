package rxware_test

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// The vendor's own sample, mended where it is no valid invitation: an adult with
// a caregiver who has another number (RX-INVITE-071).
const sample = `{
  "externalId": "test-user-external-user-id23", "phoneNumber": "+12565551221", "supportProgramId": "` + programID + `",
  "firstName": "John", "lastName": "Doe", "requiredConsent": false, "isCaregiver": true, "skipOnboarding": false,
  "additionalData": [
    {"key": "patient.first.name", "value": "John", "editable": false}, {"key": "patient.last.name", "value": "Doe", "editable": false},
    {"key": "patient.dob", "value": "1987-08-13T00:00:00+00:00", "editable": true}, {"key": "patient.gender", "value": "male", "editable": true},
    {"key": "patient.phone.number", "value": "+12565551212", "editable": false}, {"key": "patient.contact.method", "value": "Phone", "editable": true},
    {"key": "patient.prefLanguage", "value": "English", "editable": true}, {"key": "patient.email", "value": "test@gmail.com", "editable": true},
    {"key": "patient.callTime", "value": "Morning", "editable": true},
    {"key": "caregiver.first.name", "value": "Jane", "editable": true}, {"key": "caregiver.last.name", "value": "Doe", "editable": true},
    {"key": "caregiver.relationship", "value": "Parent", "editable": true}, {"key": "caregiver.phone.number", "value": "+12567771313", "editable": true},
    {"key": "caregiver.email", "value": "test@gmail.com", "editable": true},
    {"key": "address.street", "value": "512 Oak St."}, {"key": "address.apt", "value": "#15"}, {"key": "address.city", "value": "Hunstville"},
    {"key": "address.state", "value": "AL"}, {"key": "address.zip", "value": "35803"},
    {"key": "insurance.carrier", "value": "Aetna"}, {"key": "insurance.memberId", "value": "5029375829"}, {"key": "insurance.groupNum", "value": "H3569"},
    {"key": "insurance.cardname", "value": "Jackie Doe"}, {"key": "insurance.Dob", "value": "1987-08-13T00:00:00+00:00"},
    {"key": "insurance.secondary.status", "value": "active"}, {"key": "insurance.secondary.carrier", "value": "Blue Cross"},
    {"key": "insurance.secondary.memberid", "value": "78933678"}, {"key": "insurance.secondary.groupNum", "value": "K8967"},
    {"key": "insurance.secondary.cardname", "value": "Jackie Doe"}, {"key": "insurance.secondary.cardDob", "value": "1987-08-13T00:00:00+00:00"}
  ]}`

func TestAReadPatientIsLaidOutAsHAOUR003Says(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.invite(sample)
	got := w.call("GET", "/patient/"+id, "")
	equal(t, "body", got.Body.String(), tight(`{"data":{
		"id":"`)+id+tight(`",
		"supportProgramId":"q7Kx200mvd83nw1b",
		"phoneNumber":"+12565551221",
		"firstName":"John",
		"lastName":"Doe",
		"dob":555811200000,
		"gender":"male",
		"contact_method":"Phone",
		"pref_language":"English",
		"email":"test@gmail.com",
		"call_time":"Morning",
		"caregiver":{"name":"Jane Doe","relationship":"Parent","phone":"+12567771313","email":"test@gmail.com"},
		"address":{"street":"512 Oak St.","apt":"#15","city":"Hunstville","state":"AL","zip":"35803"},
		"insurance":{
			"primaryInsurance":{"carrier":"Aetna","member_id":"5029375829","group_num":"H3569","cardname":"Jackie Doe","card_dob":555811200000},
			"secondaryInsurance":{"status":"active","carrier":"Blue Cross","member_id":"78933678","group_num":"K8967","cardname":"Jackie Doe","card_dob":555811200000}},
		"externalIds":[{"source":"Partner","sourceId":"test-user-external-user-id23"}],
		"medicalCondition":"Plaque psoriasis"},"status":200}`))
}

func TestAReadPatientLeavesOutWhatIsNotSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.invite(invited())
	got := w.call("GET", "/patient/"+id, "")
	equal(t, "body", got.Body.String(), `{"data":{"id":"`+id+`","supportProgramId":"q7Kx200mvd83nw1b","phoneNumber":"+12025550142","firstName":"Maya","lastName":"Lind",`+
		`"externalIds":[{"source":"Partner","sourceId":"maya-1"}],"medicalCondition":"Plaque psoriasis"},"status":200}`)
	known, _ := program.ParseID(id)
	w.upload(id)
	w.update(func(tx *sandbox.Tx) error {
		_, err := w.support.Sign(tx, known, []byte("%PDF-1.7"))
		return err
	})
	data := gjson.GetBytes(w.call("GET", "/patient/"+id, "").Body.Bytes(), "data")
	equal(t, "consents", data.Get("consents").Raw,
		`[{"name":"communication","value":true,"timestamp":1770091506789},{"name":"sharePHI","value":true,"timestamp":1770091506789}]`)
	equal(t, "a signature, which HA-OUR-003 does not list", data.Get("signature").Exists(), false)
	equal(t, "a picture", data.Get("insurance.primaryInsurance.front_picture_image").Exists(), true)
}

func TestAReadPatientHasTheLatestTextOfEachStatus(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.invite(raw(`,"additionalData":[{"key":"pets","value":2}]`))
	status := func() gjson.Result {
		return gjson.GetBytes(w.call("GET", "/patient/"+id, "").Body.Bytes(), "data.status")
	}
	equal(t, "before there is any", status().Exists(), false)
	for _, s := range []string{`"shipment.status","text":"hold"`, `"refill.status","text":""`, `"notify.sms.reminder","text":""`,
		`"shipment.status","text":"shipped"`, `"prescription.status","text":"\"sent\""`} {
		w.call("POST", "/v1/patients/"+id+"/event", `{"supportProgramId":"`+programID+`","status":{"name":`+s+`}}`)
	}
	equal(t, "status", status().Raw, `{"shipment.status":"shipped","refill.status":"","prescription.status":"\"sent\""}`)
	data := w.call("GET", "/patient/"+id, "").Body.String()
	equal(t, "what follows it", strings.HasSuffix(data, `},"customData":{"pets":2}},"status":200}`), true)
}

// agree changes what the world's program was agreed to be.
func (w *world) agree(change func(*program.Program)) {
	w.t.Helper()
	prog, secret := *w.dir.Programs()[0], chance.Seed(1).Secret("hmac")
	change(&prog)
	dir, err := program.NewDirectory(program.Keys{Issuer: "placebo", HMAC: secret[:]}, []program.Program{prog}, w.dir.Keys(), w.dir.Tokens())
	if err != nil {
		w.t.Fatal(err)
	}
	w.update(func(tx *sandbox.Tx) error {
		w.support.SetDirectory(tx, dir)
		return nil
	})
}

func TestAReadPatientIsInTheFormsOfTheProgramsDialect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.agree(func(p *program.Program) {
		reads(t, "consentKey", "both", "apartmentKey", "apartment", "webhookDob", "iso", "insuranceCase", "camel", "contactMethodCase", "lower",
			"caregiverName", "split", "externalSource.enrollment", "partner")(p)
		p.Agreed = []program.Field{
			{Key: "dose", Format: program.Number, Agreed: true, Read: "dose", Webhook: program.NotShown},
			{Key: "secret", Agreed: true, Read: program.NotShown}, {Key: "medicalCondition", Agreed: true, Read: program.NotShown},
		}
	})
	id := w.invite(strings.Replace(sample, `"additionalData": [`, `"additionalData": [{"key":"dose","value":40},{"key":"secret","value":"x"},{"key":"medicalCondition","value":"Eczema"},{"key":"pets","value":"2"},`, 1))
	data := gjson.GetBytes(w.call("GET", "/patient/"+id, "").Body.Bytes(), "data")
	for path, want := range map[string]string{
		"dob": `"1987-08-13T00:00:00+00:00"`, "contact_method": `"phone"`, "address.apartment": `"#15"`, "address.apt": "",
		"caregiver.firstName": `"Jane"`, "caregiver.name": "", "insurance.primaryInsurance.memberId": `"5029375829"`,
		"insurance.primaryInsurance.cardDob": "555811200000", "insurance.secondaryInsurance.cardDob": `"1987-08-13T00:00:00+00:00"`,
		"externalIds.0.source": `"partner"`, "dose": "40", "customData": `{"pets":"2"}`, "secret": "", "medicalCondition": `"Plaque psoriasis"`,
	} {
		equal(t, path, data.Get(path).Raw, want)
	}
}

func TestAPartnerMayNameTheMedicalCondition(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{`"Eczema"`: `"Eczema"`, `7`: `"Plaque psoriasis"`, `""`: `"Plaque psoriasis"`} {
		w := newWorld(t)
		id := w.invite(raw(`,"additionalData":[{"key":"medicalCondition","value":` + value + `}]`))
		got := gjson.GetBytes(w.call("GET", "/patient/"+id, "").Body.Bytes(), "data.medicalCondition").Raw
		equal(t, value, got, want)
	}
}

func TestAMediaFileIsSentRaw(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.invite(invited())
	file := w.upload(id)
	other := w.invite(invited(object{"externalId": "leo-1", "phoneNumber": "+12025550143"}))
	got := w.call("GET", "/v1/patients/"+id+"/media/"+file, "")
	equal(t, "content", got.Body.String(), pdf)
	equal(t, "type", got.Header().Get("Content-Type"), "application/pdf")
	equal(t, "length", got.Header().Get("Content-Length"), "15")
	equal(t, "to another patient", w.call("GET", "/v1/patients/"+other+"/media/"+file, "").Code, 404)
	equal(t, "in another case", w.call("GET", "/v1/patients/"+id+"/media/"+strings.ToUpper(file), "").Code, 404)
}
