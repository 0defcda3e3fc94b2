package rxware_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/rxware"
)

// differences says how the JSON text b differs from a, member by member: a
// member that has gone as -path, one that has come as +path=value, and one that
// is another now as path=value.
func differences(a, b string) string {
	var lines []string
	var compare func(path string, a, b gjson.Result)
	compare = func(path string, a, b gjson.Result) {
		if !a.IsObject() && !a.IsArray() || a.IsObject() != b.IsObject() || a.IsArray() != b.IsArray() {
			if a.Raw != b.Raw {
				lines = append(lines, path+"="+b.Raw)
			}
			return
		}
		members := func(v gjson.Result) map[string]gjson.Result {
			if v.IsObject() {
				return v.Map()
			}
			all := map[string]gjson.Result{}
			for i, one := range v.Array() {
				all[fmt.Sprint(i)] = one
			}
			return all
		}
		before, after := members(a), members(b)
		for name, was := range before {
			place := strings.TrimPrefix(path+"."+name, ".")
			if is, there := after[name]; there {
				compare(place, was, is)
			} else {
				lines = append(lines, "-"+place)
			}
		}
		for name, is := range after {
			if _, there := before[name]; !there {
				lines = append(lines, "+"+strings.TrimPrefix(path+"."+name, ".")+"="+is.Raw)
			}
		}
	}
	compare("", gjson.Parse(a), gjson.Parse(b))
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// lines takes the indentations out of a list of differences, and sorts it.
func lines(s string) string {
	var all []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// happenings are all kinds of webhook, for rows that concern them all.
const happenings = "enrollment tracker optOut optIn infusion"

// row is one side of an ambiguity: what it changes in the webhooks of which
// kinds. In all others it changes nothing.
type row struct {
	choice, value string
	changes       map[string]string // kinds, with blanks between, and differences
}

const (
	flatPatient = `{"id":"ha65a1c0ffee012","phoneNumber":"+13135550142","externalIds":[{"source":"Partner","sourceId":"ext-7"}]}`
	consentList = `[{"name":"communication","value":true,"timestamp":1770091200000},{"name":"sharePHI","value":false,"timestamp":1770091200000}]`
)

// up are the differences of names that have gone from the event to the top, and
// top those of names that have come there.
func up(event string) string {
	return "-event.eventName\n-event.sourceName\n+sourceName=\"helparound\"\n+eventName=\"" + event + "\""
}

func top(event string) string {
	return "+sourceName=\"helparound\"\n+eventName=\"" + event + "\""
}

// camelCards are the differences of insurances in camel case.
func camelCards(firstBorn, secondBorn string) string {
	const first, second = "event.patient.insurance.primaryInsurance.", "event.patient.insurance.secondaryInsurance."
	return strings.Join([]string{
		"-" + first + "member_id", "+" + first + `memberId="5029375829"`,
		"-" + first + "group_num", "+" + first + `groupNum="H3569"`,
		"-" + first + "card_dob", "+" + first + `cardDob=` + firstBorn,
		"-" + first + "front_picture_image", "+" + first + `frontPictureImage="7b20a933-9292-41e4-91ea-59eba72f2221"`,
		"-" + first + "back_picture_image", "+" + first + `backPictureImage="eb6f8886-11e0-4339-801a-ee645351042b"`,
		"-" + second + "member_id", "+" + second + `memberId="78933678"`,
		"-" + second + "group_num", "+" + second + `groupNum="K8967"`,
		"-" + second + "card_dob", "+" + second + `cardDob=` + secondBorn,
		"-" + second + "front_picture_image", "+" + second + `frontPictureImage="fc497e96-9f09-4c2a-a964-89c6f7473f4d"`,
		"-" + second + "back_picture_image", "+" + second + `backPictureImage="5405ec11-c9d0-4279-82db-2f70f959b904"`,
	}, "\n")
}

const (
	enrollmentEvent = "HelpAround.Patient.CompleteEnrollment"
	trackerEvent    = "HelpAround.Patient.UserAction.ViewedTracker"
	consentEvent    = "HelpAround.Patient.Consent"
	infusionEvent   = "HelpAround.Patient.UserAction"
	seconds         = `event.sendDate="2026-02-03T04:05:06+00:00"`
	blank           = `event.sendDate="2026-02-03T 04:05:06.789Z"`
	source          = `event.patient.externalIds.0.source=`
)

var rows = []row{
	{"consentKey", "consent", map[string]string{"enrollment": "-event.patient.consents\n+event.patient.consent=" + consentList}},
	{"consentKey", "both", map[string]string{"enrollment": "+event.patient.consent=" + consentList}},
	{"apartmentKey", "apartment", map[string]string{"enrollment": "-event.patient.address.apt\n" + `+event.patient.address.apartment="#15"`}},
	{"apartmentKey", "both", map[string]string{"enrollment": `+event.patient.address.apartment="#15"`}},
	{"visitLayout", "envelope", map[string]string{"tracker": up(trackerEvent)}},
	{"visitLayout", "flat", map[string]string{"tracker": "-event.patient\n+patient=" + flatPatient + "\n" + up(trackerEvent)}},
	{"namesAt.enrollment", "top", map[string]string{"enrollment": up(enrollmentEvent)}},
	{"namesAt.enrollment", "both", map[string]string{"enrollment": top(enrollmentEvent)}},
	{"namesAt.tracker", "top", map[string]string{"tracker": up(trackerEvent)}},
	{"namesAt.tracker", "both", map[string]string{"tracker": top(trackerEvent)}},
	{"namesAt.opt", "event", map[string]string{"optOut optIn": `
		-eventName
		-sourceName
		+event.eventName="HelpAround.Patient.Consent"
		+event.sourceName="helparound"`}},
	{"namesAt.opt", "both", map[string]string{"optOut optIn": `
		+event.eventName="HelpAround.Patient.Consent"
		+event.sourceName="helparound"`}},
	{"namesAt.infusion", "top", map[string]string{"infusion": up(infusionEvent)}},
	{"namesAt.infusion", "both", map[string]string{"infusion": top(infusionEvent)}},
	{"sendDate.enrollment", "secondsOffset", map[string]string{"enrollment": seconds}},
	{"sendDate.enrollment", "blankAfterT", map[string]string{"enrollment": blank}},
	{"sendDate.tracker", "secondsOffset", map[string]string{"tracker": seconds}},
	{"sendDate.tracker", "blankAfterT", map[string]string{"tracker": blank}},
	{"sendDate.opt", "millisZ", map[string]string{"optOut optIn": `event.sendDate="2026-02-03T04:05:06.789Z"`}},
	{"sendDate.opt", "blankAfterT", map[string]string{"optOut optIn": blank}},
	{"sendDate.infusion", "secondsOffset", map[string]string{"infusion": seconds}},
	{"sendDate.infusion", "blankAfterT", map[string]string{"infusion": blank}},
	{"externalSource.enrollment", "partner", map[string]string{"enrollment": source + `"partner"`}},
	{"externalSource.enrollment", "Source ", map[string]string{"enrollment": source + `"Source "`}},
	{"externalSource.tracker", "partner", map[string]string{"tracker": source + `"partner"`}},
	{"externalSource.tracker", "Source ", map[string]string{"tracker": source + `"Source "`}},
	{"externalSource.opt", "Partner", map[string]string{"optOut optIn": source + `"Partner"`}},
	{"externalSource.opt", "Source ", map[string]string{"optOut optIn": source + `"Source "`}},
	{"externalSource.infusion", "partner", map[string]string{"infusion": source + `"partner"`}},
	{"externalSource.infusion", "Source ", map[string]string{"infusion": source + `"Source "`}},
	{"webhookDob", "iso", map[string]string{"enrollment": `
		event.patient.dob="1969-12-31T00:00:00+00:00"
		event.patient.insurance.secondaryInsurance.card_dob="1987-08-13T00:00:00+00:00"`}},
	{"primaryCardDob", "iso", map[string]string{"enrollment": `event.patient.insurance.primaryInsurance.card_dob="1970-01-01T00:00:00+00:00"`}},
	{"primaryCardDob", "absent", map[string]string{"enrollment": `-event.patient.insurance.primaryInsurance.card_dob`}},
	{"epochUnit", "s", map[string]string{"enrollment": `
		event.patient.dob=-86400
		event.patient.insurance.secondaryInsurance.card_dob=555811200
		event.patient.signature.timestamp=1770091200
		event.patient.consents.0.timestamp=1770091200
		event.patient.consents.1.timestamp=1770091200`}}, // the first card's is 0 in both
	{"insuranceCase", "camel", map[string]string{
		"enrollment": camelCards("0", "555811200000"),
		"infusion":   camelCards(`"1970-01-01T00:00:00+00:00"`, `"1987-08-13T00:00:00+00:00"`)}},
	{"contactMethodCase", "asReceived", map[string]string{"enrollment": `event.patient.contact_method="pHone"`}},
	{"contactMethodCase", "lower", map[string]string{"enrollment": `event.patient.contact_method="phone"`}},
	{"callTimeEmit", "capitalize", map[string]string{"enrollment": `event.patient.call_time="Afternoon"`}},
	{"caregiverName", "split", map[string]string{"enrollment": `
		-event.patient.caregiver.name
		+event.patient.caregiver.firstName="Eva"
		+event.patient.caregiver.lastName="Reyes"`}},
	{"statusMember", "absent", map[string]string{happenings: "-event.status"}},
	{"messageMember", "absent", map[string]string{happenings: "-event.message"}},
	{"infusionPatientId", "patientId", map[string]string{"infusion": "-event.patient.id"}},
	{"infusionPatientId", "patient.id", map[string]string{"infusion": "-event.patientId"}},
	{"infusionEventName", "HelpAround.Patient.UserAction.InfusionUpdated",
		map[string]string{"infusion": `event.eventName="HelpAround.Patient.UserAction.InfusionUpdated"`}},
	{"infusionContainers", "arrayOfOne", map[string]string{"infusion": `
		event.patient.infusion=[{"infusionDate":"2026-03-01T00:00:00.000Z","facilityName":"St. Mary's","haveInsuranceUpdate":"Yes"}]
		event.patient.insurance=[{"primaryInsurance":[` + firstInfused + `],"secondaryInsurance":[` + secondInfused + `]}]`}},
	{"eventType", "all", map[string]string{"enrollment tracker infusion": `+eventType="sms"`}},
	{"eventType", "none", map[string]string{"optOut optIn": `-eventType`}},
	{"optValue", "string", map[string]string{"optOut": `event.data.value="false"`, "optIn": `event.data.value="true"`}},
	{"brand", "rxware", map[string]string{
		"enrollment":   "event.sourceName=\"rxware\"\nevent.eventName=\"RxWare.Patient.CompleteEnrollment\"",
		"tracker":      "event.sourceName=\"rxware\"\nevent.eventName=\"RxWare.Patient.UserAction.ViewedTracker\"",
		"optOut optIn": "sourceName=\"rxware\"\neventName=\"RxWare.Patient.Consent\"",
		"infusion":     "event.sourceName=\"rxware\"\nevent.eventName=\"RxWare.Patient.UserAction\""}},
}

const (
	firstInfused = `{"carrier":"Aetna","member_id":"5029375829","group_num":"H3569","cardname":"Ana Reyes","card_dob":"1970-01-01T00:00:00+00:00",` +
		`"front_picture_image":"7b20a933-9292-41e4-91ea-59eba72f2221","back_picture_image":"eb6f8886-11e0-4339-801a-ee645351042b"}`
	secondInfused = `{"status":"active","carrier":"Blue Cross","member_id":"78933678","group_num":"K8967","cardname":"Eva Reyes","card_dob":"1987-08-13T00:00:00+00:00",` +
		`"front_picture_image":"fc497e96-9f09-4c2a-a964-89c6f7473f4d","back_picture_image":"5405ec11-c9d0-4279-82db-2f70f959b904"}`
)

// news is what happened to the patient of whom everything is known.
func news(kind string) program.News {
	return program.News{What: program.Happenings()[kind], At: today, Patient: full(), Infusion: infusions}
}

func TestEachReadingChangesTheMembersItSpeaksOfAndNoOthers(t *testing.T) {
	t.Parallel()
	for _, r := range rows {
		t.Run(r.choice+" is "+r.value, func(t *testing.T) {
			t.Parallel()
			for _, kind := range strings.Fields(happenings) {
				want := ""
				for kinds, changes := range r.changes {
					if slices.Contains(strings.Fields(kinds), kind) {
						want = lines(changes)
					}
				}
				n := news(kind)
				plain, other := tellOf(t, n).Body, tellOf(t, n, reads(t, r.choice, r.value)).Body
				if !gjson.ValidBytes(other) {
					t.Errorf("%s is no JSON: %s", kind, other)
				}
				equal(t, kind, differences(string(plain), string(other)), want)
			}
		})
	}
}

// Readings of part A that show elsewhere than in a body, or in no JSON.
var elsewhere = []string{"visitLayout literal-broken", "inviteDob", "inviteKeyCase", "callTimeAccept", "infusionPath", "programIdShape", "paths",
	"partner400", "ackExternalId", "webhookScheme", "optWebhookOnApi", "keywordMatch", "optAccept", "optKeys"}

func TestEveryReadingOfPartAIsTried(t *testing.T) {
	t.Parallel()
	for _, w := range dialect.Switches("") {
		if w.Ambiguity > "AMB-029" || slices.Contains(elsewhere, w.Name) {
			continue
		}
		for _, v := range w.Values[1:] {
			if !slices.ContainsFunc(rows, func(r row) bool { return r.choice == w.Name && r.value == v.Name }) && !slices.Contains(elsewhere, w.Name+" "+v.Name) {
				t.Errorf("no row for %s %s", w.Name, v.Name)
			}
		}
	}
}

func TestTheTrackerWebhookAsThePrintedTextHasIt(t *testing.T) {
	t.Parallel()
	post := tellOf(t, news("tracker"), reads(t, "visitLayout", "literal-broken"))
	equal(t, "body", string(post.Body), tight(`{
		"event":{
			"message":"Patient visited a tracker.",
			"supportProgramId":"q7Kx200mvd83nw1b",
			"sendDate":"2026-02-03T04:05:06.789Z",
			"status":"success",
			"data":{"key":"userAction","value":"viewedTracker"}
		},
		"patient":{
			"id":"ha65a1c0ffee012",
			"phoneNumber":"+13135550142",
			"externalIds":[{"source":"Partner","sourceId":"ext-7"}]
		}
		},
		"sourceName":"helparound",
		"eventName":"HelpAround.Patient.UserAction.ViewedTracker"
		}`))
	equal(t, "valid", gjson.ValidBytes(post.Body), false)
}

// How readings that meet in one member get along.
func TestReadingsTogether(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim   string
		kind    string
		choices []string
		change  func(*program.Patient)
		path    string
		want    string
	}{
		{"an envelope, with names in the event too", "tracker", []string{"visitLayout", "envelope", "namesAt.tracker", "both"}, nil,
			"[sourceName,event.sourceName,event.patient.id]", `["helparound","helparound","ha65a1c0ffee012"]`},
		{"a flat layout, with names at the top already", "tracker", []string{"visitLayout", "flat", "namesAt.tracker", "top"}, nil,
			"[sourceName,event.sourceName,patient.id]", `["helparound","ha65a1c0ffee012"]`},
		{"names in the event and a type, which stays at the top", "optOut", []string{"namesAt.opt", "event"}, nil, "[eventType,event.eventType]", `["sms"]`},
		{"a type between the names", "enrollment", []string{"eventType", "all", "namesAt.enrollment", "top"}, nil, "@keys", `["event","sourceName","eventType","eventName"]`},
		{"seconds, and dates as text", "enrollment", []string{"epochUnit", "s", "webhookDob", "iso"}, nil,
			"event.patient.[dob,insurance.primaryInsurance.card_dob,signature.timestamp]", `["1969-12-31T00:00:00+00:00",0,1770091200]`},
		{"two brands in one name", "infusion", []string{"brand", "rxware", "infusionEventName", "HelpAround.Patient.UserAction.InfusionUpdated"}, nil,
			"event.eventName", `"RxWare.Patient.UserAction.InfusionUpdated"`},
		{"an infusion's dates, whatever the enrollment's", "infusion", []string{"primaryCardDob", "absent", "webhookDob", "epochMs"}, nil,
			"event.patient.insurance.[primaryInsurance.card_dob,secondaryInsurance.card_dob]", `["1970-01-01T00:00:00+00:00","1987-08-13T00:00:00+00:00"]`},
		{"a list of no insurance", "infusion", []string{"infusionContainers", "arrayOfOne"}, func(p *program.Patient) { p.Answers, p.Media = nil, nil },
			"event.patient.@keys", `["id","phoneNumber","infusion","externalIds"]`},
		{"a list of one insurance", "infusion", []string{"infusionContainers", "arrayOfOne"},
			func(p *program.Patient) {
				p.Answers, p.Media = []program.Answer{{Key: "insurance.carrier", Value: "Aetna", Kind: program.Text}}, nil
			},
			"event.patient.insurance", `[{"primaryInsurance":[{"carrier":"Aetna"}]}]`},
		{"an evening caller, where that is accepted", "enrollment", []string{"callTimeAccept", "union"}, calling("EVENING"), "event.patient.call_time", `"Evening"`},
		{"an evening caller, where afternoons stay", "enrollment", []string{"callTimeEmit", "capitalize"}, calling("evening"), "event.patient.call_time", `"Evening"`},
		{"a morning caller, where afternoons stay", "enrollment", []string{"callTimeEmit", "capitalize"}, calling("MORNING"), "event.patient.call_time", `"Morning"`},
		{"half a caregiver's name", "enrollment", []string{"caregiverName", "split"},
			func(p *program.Patient) {
				p.Answers = []program.Answer{{Key: "caregiver.last.name", Value: "Reyes", Kind: program.Text}}
			},
			"event.patient.caregiver", `{"lastName":"Reyes"}`},
	} {
		n := news(c.kind)
		if c.change != nil {
			c.change(&n.Patient)
		}
		equal(t, c.claim, gjson.GetBytes(tellOf(t, n, reads(t, c.choices...)).Body, c.path).Raw, c.want)
	}
}

func calling(when string) func(*program.Patient) {
	return func(p *program.Patient) {
		p.Answers = []program.Answer{{Key: "patient.callTime", Value: when, Kind: program.Text}}
	}
}

func TestASourceThatWasAgreedWinsOverEveryReading(t *testing.T) {
	t.Parallel()
	for _, kind := range strings.Fields(happenings) {
		post := tellOf(t, news(kind), reads(t, "AMB-006", "partner"), func(p *program.Program) { p.Hooks.Source = "Carewell CRM" })
		equal(t, kind, gjson.GetBytes(post.Body, "event.patient.externalIds.0.source").Str, "Carewell CRM")
	}
}

func TestAgreedFieldsAreShownWhereThatWasAgreed(t *testing.T) {
	t.Parallel()
	n := news("enrollment")
	n.Patient.Answers = []program.Answer{
		{Key: "dose", Value: "40", Kind: program.Integer}, {Key: "shoe.size", Value: "38", Kind: program.Text},
		{Key: "smoker", Value: "false", Kind: program.Truth}, {Key: "nickname", Value: "A\"na", Kind: program.Text},
		{Key: "secret", Value: "x", Kind: program.Text}, {Key: "weight", Value: "61.5", Kind: program.Fraction},
	}
	post := tellOf(t, n, func(p *program.Program) {
		p.Agreed = []program.Field{
			{Key: "dose", Format: program.Number, Agreed: true, Webhook: "dose_mg", Read: "elsewhere"},
			{Key: "smoker", Format: program.Yes, Agreed: true, Webhook: "smoker"},
			{Key: "nickname", Agreed: true, Webhook: "nick"},
			{Key: "secret", Agreed: true, Webhook: program.NotShown},
			{Key: "weight", Format: program.Number, Agreed: true, Read: "weight"},
		}
	})
	equal(t, "patient", gjson.GetBytes(post.Body, "event.patient").Raw, `{"id":"ha65a1c0ffee012","phoneNumber":"+13135550142","firstName":"Ana","lastName":"Reyes",`+
		`"insurance":{"primaryInsurance":{"front_picture_image":"7b20a933-9292-41e4-91ea-59eba72f2221","back_picture_image":"eb6f8886-11e0-4339-801a-ee645351042b"}},`+
		`"signature":{"timestamp":1770091200000,"image":"85219935-52b6-41a4-82ca-2f32ed709e5c"},"consents":`+consentList+`,"externalIds":[{"source":"Partner","sourceId":"ext-7"}],`+
		`"dose_mg":40,"smoker":false,"nick":"A\"na","customData":{"shoe.size":"38","weight":61.5}}`)
}

func BenchmarkBodies(b *testing.B) {
	for name, what := range program.Happenings() {
		b.Run(name, func(b *testing.B) {
			dir, err := program.NewDirectory(program.Keys{}, []program.Program{{ID: programID, Hooks: program.Hooks{Enrollment: "http://partner.example/e", Action: "http://partner.example/a"}}}, nil, nil)
			if err != nil {
				b.Fatal(err)
			}
			herald := rxware.Herald{Outbox: &pillar{}}
			n := program.News{What: what, At: today, Patient: full(), Program: dir.Programs()[0], Infusion: infusions}
			b.ReportAllocs()
			for b.Loop() {
				if err := herald.Tell(nil, n); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
