package rxware_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/rxware"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

// pillar keeps the letter that was posted last.
type pillar struct {
	webhook.Letter
	posted int
}

func (p *pillar) Post(_ *sandbox.Tx, l webhook.Letter) error {
	p.Letter = l
	p.posted++
	return nil
}

func (p *pillar) Posted(sandbox.Reader, uint64, string) bool { return p.posted > 0 }

// infusions are what a patient said of them.
var infusions = program.Infusion{Date: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Facility: "St. Mary's", Insurance: true}

// tell posts what the herald makes of a piece of news.
func tell(t testing.TB, what program.Happening, p program.Patient, change ...func(*program.Program)) webhook.Letter {
	t.Helper()
	post := tellOf(t, program.News{What: what, At: today, Patient: p, Infusion: infusions}, change...)
	if !gjson.ValidBytes(post.Body) {
		t.Errorf("the body is no JSON: %s", post.Body)
	}
	return post.Letter
}

func tellOf(t testing.TB, n program.News, change ...func(*program.Program)) *pillar {
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
	n.Program = dir.Programs()[0]
	if err := (&rxware.Herald{Outbox: post}).Tell(nil, n); err != nil {
		t.Fatal(err)
	}
	return post
}

// reads makes the program take sides: switch and value in turn.
func reads(t testing.TB, choices ...string) func(*program.Program) {
	t.Helper()
	return func(p *program.Program) {
		for i := 0; i < len(choices); i += 2 {
			var err error
			if p.Dialect, err = dialect.Choose(p.Dialect, choices[i], choices[i+1]); err != nil {
				t.Fatalf("%s: %v", choices[i], err)
			}
		}
	}
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

func TestTheInfusionWebhook(t *testing.T) {
	t.Parallel()
	l := tell(t, program.InfusionUpdated, full())
	equal(t, "kind", l.Kind, "user-enrollment")
	equal(t, "address", l.URL, "http://partner.example/webhook/user-enrollment")
	equal(t, "body", string(l.Body), tight(`{"event":{
		"message":"patient infusion update",
		"supportProgramId":"q7Kx200mvd83nw1b",
		"sendDate":"2026-02-03T04:05:06.789Z",
		"status":"success",
		"data":{"key":"userAction","value":"infusionUpdated"},
		"patientId":"ha65a1c0ffee012",
		"patient":{
			"id":"ha65a1c0ffee012",
			"phoneNumber":"+13135550142",
			"insurance":{
				"primaryInsurance":{"carrier":"Aetna","member_id":"5029375829","group_num":"H3569","cardname":"Ana Reyes","card_dob":"1970-01-01T00:00:00+00:00",
					"front_picture_image":"7b20a933-9292-41e4-91ea-59eba72f2221","back_picture_image":"eb6f8886-11e0-4339-801a-ee645351042b"},
				"secondaryInsurance":{"status":"active","carrier":"Blue Cross","member_id":"78933678","group_num":"K8967","cardname":"Eva Reyes","card_dob":"1987-08-13T00:00:00+00:00",
					"front_picture_image":"fc497e96-9f09-4c2a-a964-89c6f7473f4d","back_picture_image":"5405ec11-c9d0-4279-82db-2f70f959b904"}},
			"infusion":{"infusionDate":"2026-03-01T00:00:00.000Z","facilityName":"St. Mary's","haveInsuranceUpdate":"Yes"},
			"externalIds":[{"source":"Partner","sourceId":"ext-7"}]},
		"sourceName":"helparound",
		"eventName":"HelpAround.Patient.UserAction"}}`))
}

func TestAnInfusionWebhookOfLittle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim string
		said  program.Infusion
		want  string
	}{
		{"nothing said", program.Infusion{}, `{"infusionDate":null,"haveInsuranceUpdate":"No"}`},
		{"a place without a date", program.Infusion{Facility: "Home"}, `{"infusionDate":null,"facilityName":"Home","haveInsuranceUpdate":"No"}`},
		{"news of the insurance", program.Infusion{Insurance: true}, `{"infusionDate":null,"haveInsuranceUpdate":"Yes"}`},
		{"an hour elsewhere", program.Infusion{Date: time.Date(2026, 3, 1, 9, 30, 0, 0, time.FixedZone("", -5*3600))},
			`{"infusionDate":"2026-03-01T14:30:00.000Z","haveInsuranceUpdate":"No"}`},
	} {
		post := tellOf(t, program.News{What: program.InfusionUpdated, At: today, Patient: ana(), Infusion: c.said})
		patient := gjson.GetBytes(post.Body, "event.patient")
		equal(t, c.claim, patient.Get("infusion").Raw, c.want)
		equal(t, c.claim+": an insurance of which nothing is known", patient.Get("insurance").Exists(), false)
	}
}

// RX-HOOK-INFUSION-008, with the longest ids that an invitation may have.
func TestTheTextsOfAnInfusionWebhookStayWithinTheirMaximum(t *testing.T) {
	t.Parallel()
	p := ana()
	p.Program, p.ExternalID = strings.Repeat("p", 100), strings.Repeat("x", 100)
	l := tell(t, program.InfusionUpdated, p)
	for _, path := range []string{"event.message", "event.supportProgramId", "event.status", "event.data.key", "event.data.value", "event.patientId",
		"event.patient.externalIds.0.source", "event.patient.externalIds.0.sourceId", "event.sourceName", "event.eventName"} {
		if v := gjson.GetBytes(l.Body, path); v.Type != gjson.String || len(v.Str) == 0 || len(v.Str) > 100 {
			t.Errorf("%s is %s", path, v.Raw)
		}
	}
}

func TestAPatientWithoutAnIDOfThePartnersHasAnEmptyList(t *testing.T) {
	t.Parallel()
	p := ana()
	p.ExternalID = "" // HA-OUR-019
	for name, what := range program.Happenings() {
		equal(t, name, gjson.GetBytes(tell(t, what, p).Body, "event.patient.externalIds").Raw, "[]")
	}
}

func TestALetterGoesWhereItsKindWasAgreedToGo(t *testing.T) {
	t.Parallel()
	const enrollment, action, own = "http://partner.example/webhook/user-enrollment", "http://partner.example/webhook/user-action", "http://elsewhere.example/x"
	hooked := func(kind string, h program.Hook) func(*program.Program) {
		return func(p *program.Program) {
			p.Hooks.Kinds = map[program.Happening]program.Hook{program.Happenings()[kind]: h}
		}
	}
	for _, c := range []struct {
		claim  string
		what   program.Happening
		change func(*program.Program)
		kind   string
		url    string // empty: nothing is posted
	}{
		{"an enrollment", program.EnrollmentCompleted, reads(t), "user-enrollment", enrollment},
		{"an infusion", program.InfusionUpdated, reads(t), "user-enrollment", enrollment},
		{"an infusion as a user's action (AMB-016)", program.InfusionUpdated, reads(t, "infusionPath", "user-action"), "user-action", action},
		{"an opt-out", program.OptedOut, reads(t, "infusionPath", "user-action"), "user-action", action},
		{"a kind with its own address", program.OptedOut, hooked("optOut", program.Hook{URL: own}), "user-action", own},
		{"another kind has its own address", program.OptedIn, hooked("optOut", program.Hook{URL: own}), "user-action", action},
		{"an infusion with its own address", program.InfusionUpdated, hooked("infusion", program.Hook{URL: own}), "user-enrollment", own},
		{"a kind that is not sent", program.TrackerViewed, hooked("tracker", program.Hook{URL: own, Off: true}), "", ""},
		{"another kind is not sent", program.OptedOut, hooked("tracker", program.Hook{Off: true}), "user-action", action},
	} {
		post := tellOf(t, program.News{What: c.what, At: today, Patient: ana()}, c.change)
		equal(t, c.claim+": kind", post.Kind, c.kind)
		equal(t, c.claim+": address", post.URL, c.url)
		equal(t, c.claim+": posted", post.posted == 1, c.url != "")
	}
}

func TestWebhooksCanBeKeptToHTTPS(t *testing.T) {
	t.Parallel()
	for url, refused := range map[string]bool{
		"http://partner.example/x": true, "https://partner.example/x": false, "HTTPS://partner.example/x": false, "https://": true, "ftp://partner.example": true,
		"": false, // there is no address at all, which the outbox says
	} {
		for scheme, why := range map[string]string{"any": "", "httpsOnly": "the address is not https, and this program's webhooks go nowhere else (AMB-024)"} {
			l := tell(t, program.TrackerViewed, ana(), reads(t, "webhookScheme", scheme), func(p *program.Program) { p.Hooks.Action = url })
			if !refused {
				why = ""
			}
			equal(t, scheme+" "+url, l.Refused, why)
		}
	}
	l := tell(t, program.TrackerViewed, ana(), reads(t, "webhookScheme", "httpsOnly"), func(p *program.Program) {
		p.Hooks.Kinds = map[program.Happening]program.Hook{program.TrackerViewed: {URL: "https://partner.example/x"}}
	})
	equal(t, "the kind's own address", l.Refused, "")
}

func TestWebhooksOfOneNumberArriveTwice(t *testing.T) {
	t.Parallel()
	p := ana()
	equal(t, "of another", tell(t, program.OptedOut, p).Twice, false)
	p.Phone = "+12025550197"
	equal(t, "of that one", tell(t, program.OptedOut, p).Twice, true)
}

func TestALetterBearsTheProgramsHeadersInOrder(t *testing.T) {
	t.Parallel()
	l := tell(t, program.TrackerViewed, ana(), func(p *program.Program) {
		p.Hooks.Headers = map[string]string{"X-B": "2", "X-A": "1", "X-C": "3"}
	})
	equal(t, "headers", headers(l), "X-A=1 X-B=2 X-C=3 ")
	equal(t, "without any", len(tell(t, program.TrackerViewed, ana()).Header), 0)
}

func TestAKindsOwnHeadersComeBesideOrInsteadOfTheProgramsOwn(t *testing.T) {
	t.Parallel()
	change := func(p *program.Program) {
		p.Hooks.Headers = map[string]string{"X-B": "2", "X-A": "1"}
		p.Hooks.Kinds = map[program.Happening]program.Hook{program.TrackerViewed: {Headers: map[string]string{"x-a": "9", "X-D": "4"}}}
	}
	equal(t, "of the kind", headers(tell(t, program.TrackerViewed, ana(), change)), "X-B=2 X-D=4 x-a=9 ")
	equal(t, "of another", headers(tell(t, program.OptedIn, ana(), change)), "X-A=1 X-B=2 ")
}

func headers(l webhook.Letter) (all string) {
	for _, h := range l.Header {
		all += h.Name + "=" + h.Value + " "
	}
	return all
}
