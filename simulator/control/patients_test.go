package control_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/fake"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

func TestPatientsAreListedByPages(t *testing.T) {
	b := start(t)
	var ids []string
	for i := range 5 {
		ids = append(ids, b.invite(fmt.Sprint("ext-", i)))
		b.post(base+"/clock", `{"do":"advance","by":"1m"}`).want(t, 200)
	}
	first := b.get(base + "/patients?limit=2")
	first.want(t, 200, "patients.#", "2", "patients.0.id", ids[4], "patients.1.id", ids[3], "next", ids[3], "patients.0.externalId", "ext-4", "patients.0.stage", "invited")
	second := b.get(base + "/patients?limit=2&after=" + first.get("next"))
	second.want(t, 200, "patients.0.id", ids[2], "patients.1.id", ids[1], "next", ids[1])
	b.get(base+"/patients?limit=2&after="+second.get("next")).want(t, 200, "patients.#", "1", "patients.0.id", ids[0], "next", "")

	b.get(base+"/patients?externalId=ext-3").want(t, 200, "patients.#", "1", "patients.0.id", ids[3])
	b.get(base+"/patients?phone=%2B12025550101").want(t, 200, "patients.#", "1", "patients.0.id", ids[0])
	b.get(base+"/patients?program=b1mTa000dsa54rt").want(t, 200, "patients.#", "5")
	b.get(base+"/patients?program=other").want(t, 200, "patients.#", "0", "patients", "[]")
	b.get(base+"/patients?after=ha0000000000000").want(t, 404)
	b.get(base+"/patients?after=x").want(t, 422, "field", "after")
	for _, limit := range []string{"0", "-1", "2001", "ten", ""} {
		b.get(base+"/patients?limit="+limit).want(t, 422, "field", "limit")
	}
}

func TestAPatientIsPlayedFromLinkToTracker(t *testing.T) {
	b := start(t)
	id := b.invite("a", func(inv *program.Invitation) {
		inv.Additional.Kind = program.List
		inv.Items = []program.Item{
			{Kind: program.Object, Key: program.Said("insurance.carrier"), Value: program.Said("Acme Health"), Editable: program.Flag(false)},
			{Kind: program.Object, Key: program.Said("shoe"), Value: program.Given{Kind: program.Integer, Text: "42"}},
		}
	})
	r := b.get(base + "/patients/" + id)
	r.want(t, 200, "id", id, "stage", "invited", "optedOut", "false", "requiredConsent", "true", "isCaregiver", "false",
		"screens.0", "consent", "consents", "[]", "media", "[]", "texts.#", "1", "texts.0.ordinal", "1", "texts.0.direction", "to-phone", "webhooks", "[]",
		`answers.#(key=="insurance.carrier").editable`, "false", `answers.#(key=="shoe").value`, "42")
	if link := r.get("link"); !strings.HasPrefix(link, "http://phone.test/default/l/") || r.get("texts.0.link") != link {
		t.Errorf("link: got %q, in the text %q", link, r.get("texts.0.link"))
	}
	b.act(id, `{"act":"open-link"}`).want(t, 200, "stage", "consenting", "openedAt", "2026-08-01T12:00:00.000Z")
	b.act(id, `{"act":"consent","consents":{"communication":true}}`).want(t, 200, "stage", "consenting", "consents.#.value", "[true,false]")
	b.act(id, `{"act":"consent"}`).want(t, 200, "stage", "enrolling", "consents.#.value", "[true,true]")
	b.act(id, `{"act":"answer","values":{"patient.dob":"1988-08-23","patient.gender":"female"}}`).
		want(t, 200, `answers.#(key=="patient.dob").value`, "1988-08-23T00:00:00+00:00", `answers.#(key=="patient.dob").editable`, "true")
	b.act(id, `{"act":"answer","screen":"contact","values":{}}`)
	r = b.act(id, `{"act":"answer","values":{"insurance.memberId":"ZZX1","insurance.carrier":"Acme Health"}}`)
	for _, passed := range []string{`"about"`, `"contact"`, `"insurance"`} {
		if strings.Contains(r.get("screens"), passed) {
			t.Errorf("screens: got %s, want no %s any more", r.get("screens"), passed)
		}
	}
	r = b.act(id, `{"act":"upload-media","use":"insurance.front"}`)
	r.want(t, 200, "media.0.use", "insurance.front", "media.0.url", "http://127.0.0.1:1/v1/patients/"+id+"/media/"+r.get("media.0.id"))
	b.act(id, `{"act":"upload-media","use":"insurance.back","content":"`+base64.StdEncoding.EncodeToString(fake.Signature("x"))+`"}`).want(t, 200, "media.#", "2")
	b.act(id, `{"act":"sign"}`).want(t, 200, "media.2.use", "signature", "signedAt", "2026-08-01T12:00:00.000Z")
	signed := b.media(id, 2)
	if !bytes.Equal(signed, fake.Signature("Maya Brooks")) {
		t.Error("the signature is not the patient's name")
	}
	b.act(id, `{"act":"sign","name":"M. Brooks"}`)
	if !bytes.Equal(b.media(id, 2), fake.Signature("M. Brooks")) {
		t.Error("the signature is not the name that was given")
	}
	b.act(id, `{"act":"sign","content":"`+base64.StdEncoding.EncodeToString(fake.Signature("y"))+`"}`)
	if !bytes.Equal(b.media(id, 2), fake.Signature("y")) {
		t.Error("the signature is not the picture that was given")
	}
	if _, err := png.Decode(bytes.NewReader(b.media(id, 0))); err != nil {
		t.Errorf("the card is no picture: %v", err)
	}
	b.act(id, `{"act":"finish"}`).want(t, 200, "stage", "finished", "finishedAt", "2026-08-01T12:00:00.000Z", "screens", "[]", "webhooks.0.kind", "user-enrollment")
	b.act(id, `{"act":"view-tracker"}`).want(t, 200, "webhooks.#", "2", "webhooks.1.kind", "user-action")
	b.act(id, `{"act":"text","body":" stop "}`).want(t, 200, "optedOut", "true", "optedOutAt", "2026-08-01T12:00:00.000Z", "texts.1.direction", "from-phone", "texts.1.body", " stop ")
	b.act(id, `{"act":"text","body":"START"}`).want(t, 200, "optedOut", "false", "optedOutAt", "")
}

// media is the content of a patient's nth file.
func (b *bench) media(id string, n int) (content []byte) {
	b.t.Helper()
	name := b.get(base + "/patients/" + id).get(fmt.Sprintf("media.%d.id", n))
	b.world().View(func(r sandbox.Reader) {
		known, _ := program.ParseID(id)
		p, _ := b.rooms.Support.Patient(r, known)
		m, _ := b.rooms.Support.FindMedia(r, &p, name)
		content = m.Content
	})
	return content
}

func TestACardShowsThePatientsOwnInsurance(t *testing.T) {
	b := start(t)
	draw := func(externalID, carrier string) []byte {
		id := b.enrolling(externalID)
		b.act(id, `{"act":"answer","screen":"insurance","values":{"insurance.carrier":"`+carrier+`","insurance.memberId":"ZZX000000001","insurance.groupNum":"ZZG1","insurance.cardname":"Ann Lee","insurance.Dob":"1960-01-02"}}`)
		b.act(id, `{"act":"answer","screen":"secondary-insurance","values":{"insurance.secondary.status":"active","insurance.secondary.carrier":"Second Health"}}`)
		b.act(id, `{"act":"upload-media","use":"insurance.front"}`)
		b.act(id, `{"act":"upload-media","use":"insurance.secondary.front"}`)
		b.act(id, `{"act":"upload-media","use":"insurance.secondary.back"}`)
		if bytes.Equal(b.media(id, 0), b.media(id, 1)) || bytes.Equal(b.media(id, 1), b.media(id, 2)) {
			t.Error("two cards, or two sides of one, look alike")
		}
		return b.media(id, 0)
	}
	if !bytes.Equal(draw("a", "Acme"), draw("b", "Acme")) {
		t.Error("the same insurance gives different cards")
	}
	if bytes.Equal(draw("c", "Acme"), draw("d", "Other")) {
		t.Error("different insurances give one card")
	}
}

// enrolling is a new patient who has consented.
func (b *bench) enrolling(externalID string) string {
	b.t.Helper()
	id := b.invite(externalID)
	b.act(id, `{"act":"open-link"}`)
	b.act(id, `{"act":"consent"}`)
	return id
}

func TestAnActThatCannotBeIsRefused(t *testing.T) {
	b := start(t)
	fixed := func(inv *program.Invitation) {
		inv.Additional.Kind = program.List
		inv.Items = []program.Item{{Kind: program.Object, Key: program.Said("insurance.carrier"), Value: program.Said("Acme"), Editable: program.Flag(false)}}
	}
	invited, enrolling := b.invite("a"), b.invite("b", fixed)
	b.act(enrolling, `{"act":"open-link"}`)
	b.act(enrolling, `{"act":"consent"}`)
	consenting := b.invite("c")
	b.act(consenting, `{"act":"open-link"}`)
	cases := []struct {
		name, id, body string
		want           int
		field          string
	}{
		{"of a patient who is not there", "ha0000000000000", `{"act":"open-link"}`, 404, "patient"},
		{"of no patient at all", "maya", `{"act":"open-link"}`, 404, "patient"},
		{"to finish before the link is opened", invited, `{"act":"finish"}`, 409, "finish"},
		{"to answer before consent", consenting, `{"act":"answer","screen":"about","values":{}}`, 409, "answer"},
		{"to consent again", enrolling, `{"act":"consent"}`, 409, "consent"},
		{"to change what is fixed", enrolling, `{"act":"answer","values":{"insurance.carrier":"Other"}}`, 409, "insurance.carrier"},
		{"none", enrolling, `{}`, 422, "act"},
		{"an unknown one", enrolling, `{"act":"jump"}`, 422, "act"},
		{"of another type", enrolling, `{"act":1}`, 422, "act"},
		{"with a member of another act", enrolling, `{"act":"finish","name":"x"}`, 422, "name"},
		{"to consent to something unknown", consenting, `{"act":"consent","consents":{"dance":true}}`, 422, "consents"},
		{"to consent with a word", consenting, `{"act":"consent","consents":{"communication":"yes"}}`, 422, ""},
		{"to consent with a null", consenting, `{"act":"consent","consents":{"communication":null}}`, 422, "consents.communication"},
		{"to consent twice in one", consenting, `{"act":"consent","consents":{"sharePHI":true,"sharePHI":false}}`, 422, "consents.sharePHI"},
		{"to answer nothing", enrolling, `{"act":"answer"}`, 422, "values"},
		{"to answer two screens", enrolling, `{"act":"answer","values":{"patient.dob":"1988-08-23","address.zip":"02101"}}`, 422, "values"},
		{"to answer something unknown", enrolling, `{"act":"answer","values":{"shoe":"42"}}`, 422, "shoe"},
		{"to answer on the wrong screen", enrolling, `{"act":"answer","screen":"about","values":{"address.zip":"02101"}}`, 422, "address.zip"},
		{"to answer on no screen", enrolling, `{"act":"answer","screen":"kitchen","values":{}}`, 422, "screen"},
		{"to consent by answering", enrolling, `{"act":"answer","screen":"consent","values":{}}`, 422, "screen"},
		{"to be born tomorrow", enrolling, `{"act":"answer","values":{"patient.dob":"2026-08-02"}}`, 422, "patient.dob"},
		{"to be born on no day", enrolling, `{"act":"answer","values":{"patient.dob":"1988-02-30"}}`, 422, "patient.dob"},
		{"to have a long zip", enrolling, `{"act":"answer","values":{"address.zip":"021010"}}`, 422, "address.zip"},
		{"to have no name", enrolling, `{"act":"answer","values":{"patient.first.name":""}}`, 422, "patient.first.name"},
		{"to upload for nothing", enrolling, `{"act":"upload-media"}`, 422, "use"},
		{"to upload a signature", enrolling, `{"act":"upload-media","use":"signature"}`, 422, "use"},
		{"to upload a card there is none of", enrolling, `{"act":"upload-media","use":"insurance.secondary.back"}`, 422, "use"},
		{"to upload no picture", enrolling, `{"act":"upload-media","use":"insurance.front","content":"aGVsbG8="}`, 422, "insurance.front"},
		{"to upload nothing", enrolling, `{"act":"upload-media","use":"insurance.front","content":""}`, 422, "insurance.front"},
		{"to upload no base64", enrolling, `{"act":"upload-media","use":"insurance.front","content":"%"}`, 422, "content"},
		{"to sign in two ways", enrolling, `{"act":"sign","name":"x","content":""}`, 422, "content"},
		{"to text nothing", enrolling, `{"act":"text"}`, 422, "body"},
		{"to text a book", enrolling, `{"act":"text","body":"` + strings.Repeat("x", 1531) + `"}`, 422, "body"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			before := b.get(base + "/patients/" + c.id).text
			r := b.post(base+"/patients/"+c.id+"/acts", c.body)
			r.want(t, c.want)
			if c.field != "" && r.get("field") != c.field {
				t.Errorf("field: got %q, want %q", r.get("field"), c.field)
			}
			if after := b.get(base + "/patients/" + c.id).text; after != before {
				t.Errorf("it left a trace: got %s, want %s", after, before)
			}
		})
	}
}

func TestFinishIsRefusedWhileSomethingRequiredIsMissing(t *testing.T) {
	b := start(t)
	b.post("/v1/sandboxes", `{"sandbox":"strict","programs":[{"id":"p","product":"rxware","requiredItems":["patient.dob","insurance.front"]}]}`).want(t, 201)
	w, _ := b.worlds.Find("strict")
	var p program.Patient
	if err := w.Sandbox.Update(func(tx *sandbox.Tx) (err error) {
		d := b.rooms.Support.Directory(tx)
		key, token, _ := d.Credentials("p", tx.Now())
		p, err = b.rooms.Support.Invite(tx, d.Caller(key.Value, token.Signed, tx.Now()), program.Invitation{ExternalID: program.Said("x"),
			Phone: program.Said("+12025550142"), ProgramID: program.Said("p"), FirstName: program.Said("A"), LastName: program.Said("B"), RequiredConsent: program.Flag(false)})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	acts := "/v1/sandboxes/strict/patients/" + p.ID.String() + "/acts"
	b.ok(b.post(acts, `{"act":"open-link"}`))
	b.post(acts, `{"act":"finish"}`).want(t, 409, "field", "patient.dob", "wants", "patient.dob, insurance.front")
}
