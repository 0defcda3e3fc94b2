package rxware_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/rxware"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

// pillar keeps the letter that was posted last.
type pillar struct{ webhook.Letter }

func (p *pillar) Post(_ *sandbox.Tx, l webhook.Letter) error {
	p.Letter = l
	return nil
}

// tell posts what the herald makes of a piece of news.
func tell(t *testing.T, what program.Happening, p program.Patient, change ...func(*program.Program)) webhook.Letter {
	t.Helper()
	prog := program.Program{ID: programID, Name: "Carewell", Hooks: program.Hooks{
		Enrollment: "http://partner.example/webhook/user-enrollment", Action: "http://partner.example/webhook/user-action"}}
	for _, c := range change {
		c(&prog)
	}
	dir, err := program.NewDirectory(program.Keys{}, []program.Program{prog}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	post := &pillar{}
	herald := rxware.Herald{Outbox: post}
	if err := herald.Tell(nil, program.News{What: what, At: today, Patient: p, Program: dir.Programs()[0]}); err != nil {
		t.Fatal(err)
	}
	if !gjson.ValidBytes(post.Body) {
		t.Errorf("the body is no JSON: %s", post.Body)
	}
	return post.Letter
}

// ana is the contract's own patient, of whom only the required is known.
func ana() program.Patient {
	return program.Patient{ID: 0x65a1c0ffee012 & (1<<52 - 1), Program: programID, ExternalID: "ext-7", Phone: "+13135550142",
		FirstName: "Ana", LastName: "Reyes", FinishedAt: today}
}

// full is ana of whom everything is known.
func full() program.Patient {
	p := ana()
	p.NeedsConsent = true
	at := time.Date(2026, 2, 3, 4, 0, 0, 0, time.UTC)
	p.Answers = []program.Answer{
		{Key: "patient.dob", Value: "1969-12-31T00:00:00+00:00"}, {Key: "patient.gender", Value: "FEMALE"},
		{Key: "patient.contact.method", Value: "pHone"}, {Key: "patient.prefLanguage", Value: "english"},
		{Key: "patient.email", Value: "ana@example.com"}, {Key: "patient.callTime", Value: "Afternoon"},
		{Key: "caregiver.first.name", Value: "Eva"}, {Key: "caregiver.last.name", Value: "Reyes"},
		{Key: "caregiver.relationship", Value: "power of attorney"}, {Key: "caregiver.phone.number", Value: "+13135550143"},
		{Key: "caregiver.email", Value: "eva@example.com"},
		{Key: "address.street", Value: "512 Oak St."}, {Key: "address.apt", Value: "#15"}, {Key: "address.city", Value: "Huntsville"},
		{Key: "address.state", Value: "AL"}, {Key: "address.zip", Value: "35803"},
		{Key: "insurance.carrier", Value: "Aetna"}, {Key: "insurance.memberId", Value: "5029375829"}, {Key: "insurance.groupNum", Value: "H3569"},
		{Key: "insurance.cardname", Value: "Ana Reyes"}, {Key: "insurance.Dob", Value: "1970-01-01T00:00:00+00:00"},
		{Key: "insurance.secondary.status", Value: "Active"}, {Key: "insurance.secondary.carrier", Value: "Blue Cross"},
		{Key: "insurance.secondary.memberid", Value: "78933678"}, {Key: "insurance.secondary.groupNum", Value: "K8967"},
		{Key: "insurance.secondary.cardname", Value: "Eva Reyes"}, {Key: "insurance.secondary.cardDob", Value: "1987-08-13T00:00:00+00:00"},
		{Key: "shoe.size", Value: "38", Kind: program.Text}, {Key: "pets", Value: "2", Kind: program.Integer},
	}
	p.Media = []program.MediaRef{
		{Use: program.PrimaryFront, Ordinal: 1, ID: "7b20a933-9292-41e4-91ea-59eba72f2221"},
		{Use: program.PrimaryBack, Ordinal: 2, ID: "eb6f8886-11e0-4339-801a-ee645351042b"},
		{Use: program.SecondaryFront, Ordinal: 3, ID: "fc497e96-9f09-4c2a-a964-89c6f7473f4d"},
		{Use: program.SecondaryBack, Ordinal: 4, ID: "5405ec11-c9d0-4279-82db-2f70f959b904"},
		{Use: program.SignatureImage, Ordinal: 5, ID: "85219935-52b6-41a4-82ca-2f32ed709e5c"},
	}
	p.SignedAt = at
	p.Consents = []program.ConsentGiven{{Name: "communication", Value: true, At: at}, {Name: "sharePHI", Value: false, At: at}}
	return p
}

// tight takes the line breaks and indentations out of a hand-written body.
func tight(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimSpace(line))
	}
	return b.String()
}

func TestTheEnrollmentWebhookCarriesAllThatWasGathered(t *testing.T) {
	t.Parallel()
	l := tell(t, program.EnrollmentCompleted, full())
	equal(t, "kind", l.Kind, "user-enrollment")
	equal(t, "address", l.URL, "http://partner.example/webhook/user-enrollment")
	equal(t, "subject", l.Subject, full().ID.Subject())
	equal(t, "time", l.At, today)
	equal(t, "body", string(l.Body), tight(`{"event":{
		"message":"Patient complete enrollment.",
		"supportProgramId":"q7Kx200mvd83nw1b",
		"sendDate":"2026-02-03T04:05:06.789Z",
		"status":"success",
		"patient":{
			"id":"ha65a1c0ffee012",
			"phoneNumber":"+13135550142",
			"firstName":"Ana",
			"lastName":"Reyes",
			"dob":-86400000,
			"gender":"female",
			"contact_method":"Phone",
			"pref_language":"English",
			"email":"ana@example.com",
			"call_time":"Evening",
			"caregiver":{"name":"Eva Reyes","relationship":"Power of Attorney","phone":"+13135550143","email":"eva@example.com"},
			"address":{"street":"512 Oak St.","apt":"#15","city":"Huntsville","state":"AL","zip":"35803"},
			"insurance":{
				"primaryInsurance":{"carrier":"Aetna","member_id":"5029375829","group_num":"H3569","cardname":"Ana Reyes","card_dob":0,
					"front_picture_image":"7b20a933-9292-41e4-91ea-59eba72f2221","back_picture_image":"eb6f8886-11e0-4339-801a-ee645351042b"},
				"secondaryInsurance":{"status":"active","carrier":"Blue Cross","member_id":"78933678","group_num":"K8967","cardname":"Eva Reyes","card_dob":555811200000,
					"front_picture_image":"fc497e96-9f09-4c2a-a964-89c6f7473f4d","back_picture_image":"5405ec11-c9d0-4279-82db-2f70f959b904"}},
			"signature":{"timestamp":1770091200000,"image":"85219935-52b6-41a4-82ca-2f32ed709e5c"},
			"consents":[{"name":"communication","value":true,"timestamp":1770091200000},{"name":"sharePHI","value":false,"timestamp":1770091200000}],
			"externalIds":[{"source":"Partner","sourceId":"ext-7"}],
			"customData":{"shoe.size":"38","pets":2}},
		"sourceName":"helparound",
		"eventName":"HelpAround.Patient.CompleteEnrollment"}}`))
}

func TestTheEnrollmentWebhookLeavesOutWhatWasNotCollected(t *testing.T) {
	t.Parallel()
	body := func(inside string) string {
		return `{"event":{"message":"Patient complete enrollment.","supportProgramId":"q7Kx200mvd83nw1b","sendDate":"2026-02-03T04:05:06.789Z","status":"success",` +
			`"patient":{"id":"ha65a1c0ffee012","phoneNumber":"+13135550142","firstName":"Ana","lastName":"Reyes"` + inside +
			`,"externalIds":[{"source":"Partner","sourceId":"ext-7"}]},"sourceName":"helparound","eventName":"HelpAround.Patient.CompleteEnrollment"}}`
	}
	said := func(pairs ...string) func(*program.Patient) {
		return func(p *program.Patient) {
			for i := 0; i < len(pairs); i += 2 {
				p.Answers = append(p.Answers, program.Answer{Key: pairs[i], Value: pairs[i+1], Kind: program.Text})
			}
		}
	}
	for _, c := range []struct {
		claim  string
		change func(*program.Patient)
		inside string
	}{
		{"the required only", func(*program.Patient) {}, ""},
		{"consents given while none were needed (HA-OUR-008)", func(p *program.Patient) {
			p.Consents = []program.ConsentGiven{{Name: "sharePHI", Value: true, At: today}}
		}, ""},
		{"one line of an address", said("address.zip", "35803"), `,"address":{"zip":"35803"}`},
		{"a caregiver's first name only", said("caregiver.first.name", "Eva"), `,"caregiver":{"name":"Eva"}`},
		{"a caregiver who has the invited number", func(p *program.Patient) { p.IsCaregiver = true }, `,"caregiver":{"phone":"+13135550142"}`},
		{"no second insurance", said("insurance.secondary.status", "INACTIVE", "insurance.secondary.carrier", "x"),
			`,"insurance":{"secondaryInsurance":{"status":"inactive"}}`}, // RX-OUR-024
		{"a second insurance of unknown status", said("insurance.secondary.carrier", "x"), ""},
		{"a second card's date that is none (AMB-050)", said("insurance.secondary.status", "active", "insurance.secondary.cardDob", "in May"),
			`,"insurance":{"secondaryInsurance":{"status":"active"}}`},
		{"a morning caller (HA-HOOK-ENROLL-016)", said("patient.callTime", "MORNING", "patient.contact.method", "email"), `,"contact_method":"Email","call_time":"Morning"`},
		{"a picture", func(p *program.Patient) { p.Media = []program.MediaRef{{Use: program.PrimaryBack, ID: "m"}} },
			`,"insurance":{"primaryInsurance":{"back_picture_image":"m"}}`},
		{"letters that JSON escapes", said("address.street", "\"a\\b\"\t<\x01>"), `,"address":{"street":"\"a\\b\"\t\u003c\u0001\u003e"}`},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			p := ana()
			c.change(&p)
			equal(t, "body", string(tell(t, program.EnrollmentCompleted, p).Body), body(c.inside))
		})
	}
}

func TestTheTrackerWebhook(t *testing.T) {
	t.Parallel()
	l := tell(t, program.TrackerViewed, full())
	equal(t, "kind", l.Kind, "user-action")
	equal(t, "address", l.URL, "http://partner.example/webhook/user-action")
	equal(t, "body", string(l.Body), tight(`{"event":{
		"message":"Patient visited a tracker.",
		"supportProgramId":"q7Kx200mvd83nw1b",
		"sendDate":"2026-02-03T04:05:06.789Z",
		"status":"success",
		"data":{"key":"userAction","value":"viewedTracker"},
		"patient":{"id":"ha65a1c0ffee012","phoneNumber":"+13135550142","externalIds":[{"source":"Partner","sourceId":"ext-7"}]},
		"sourceName":"helparound",
		"eventName":"HelpAround.Patient.UserAction.ViewedTracker"}}`))
}

func TestTheStopAndStartWebhooks(t *testing.T) {
	t.Parallel()
	for what, c := range map[program.Happening]struct{ word, value string }{
		program.OptedOut: {"STOP", "false"}, program.OptedIn: {"START", "true"},
	} {
		l := tell(t, what, full())
		equal(t, "kind", l.Kind, "user-action")
		equal(t, "address", l.URL, "http://partner.example/webhook/user-action")
		equal(t, "body", string(l.Body), tight(`{"event":{
			"message":"patient replied `+c.word+`",
			"supportProgramId":"q7Kx200mvd83nw1b",
			"sendDate":"2026-02-03T04:05:06+00:00",
			"status":"success",
			"data":{"key":"opt-in","value":`+c.value+`},
			"patient":{"id":"ha65a1c0ffee012","phoneNumber":"+13135550142","externalIds":[{"source":"partner","sourceId":"ext-7"}]}},
			"sourceName":"helparound",
			"eventType":"sms",
			"eventName":"HelpAround.Patient.Consent"}`))
	}
}

func TestALetterBearsTheProgramsHeadersInOrder(t *testing.T) {
	t.Parallel()
	l := tell(t, program.TrackerViewed, ana(), func(p *program.Program) {
		p.Hooks.Headers = map[string]string{"X-B": "2", "X-A": "1", "X-C": "3"}
	})
	got := ""
	for _, h := range l.Header {
		got += h.Name + "=" + h.Value + " "
	}
	equal(t, "headers", got, "X-A=1 X-B=2 X-C=3 ")
	equal(t, "without any", len(tell(t, program.TrackerViewed, ana()).Header), 0)
}

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
		{"a refusal without data", 400, `{"errorMessage":"bad syntax"}`, "the answer lacks errorMessage or data", "bad syntax"},
		{"a refusal without a message", 400, `{"data":{}}`, "the answer lacks errorMessage or data", ""},
		{"the printed refusal, which is no JSON (AMB-022)", 400, "{\n\"errorMessage\": \"x\",\n\"data\": {\n\"patientId\": \"ha61236024160af\" // if possible to provide\n...\n}\n}",
			"the answer is not JSON", ""},
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
