package control_test

import (
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// partner lets the partner do something with the default sandbox's credentials.
func (b *bench) partner(do func(tx *sandbox.Tx, c program.Caller) error) {
	b.t.Helper()
	err := b.world().Update(func(tx *sandbox.Tx) error {
		d := b.rooms.Support.Directory(tx)
		key, token, _ := d.Credentials(d.Programs()[0].ID, tx.Now())
		return do(tx, d.Caller(key.Value, token.Signed, tx.Now()))
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// items are keys and values in turn.
func items(pairs ...string) (list program.Given, all []program.Item) {
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, program.Item{Kind: program.Object, Key: program.Said(pairs[i]), Value: program.Said(pairs[i+1])})
	}
	return program.Given{Kind: program.List}, all
}

// told is the partner telling of a patient's case.
func (b *bench) told(id, name, text string, data ...string) {
	b.t.Helper()
	b.partner(func(tx *sandbox.Tx, c program.Caller) error {
		u := program.Told{Whom: program.Whom{PatientID: id}, Status: program.Given{Kind: program.Object}, Name: program.Said(name), Text: program.Said(text)}
		u.Additional, u.Items = items(data...)
		_, err := b.rooms.Support.Update(tx, c, u)
		return err
	})
}

func TestAPatientsCaseIsShown(t *testing.T) {
	b := start(t)
	id := b.invite("a")
	b.get(base+"/patients/"+id).want(t, 200, "caseUpdates", "[]", "statuses", "{}", "trackingCode", "", "campaigns", "[]", "infusion", "")
	b.told(id, "insurance.status", "bvProcess")
	b.clock(`{"do":"advance","by":"1h"}`)
	b.told(id, "insurance.status", "approved")
	b.told(id, "shipment.status", "shipped", "trackerCode", "123456789012", "carrier", "FedEx")
	b.told(id, "notify.sms.shipped", "")
	b.partner(func(tx *sandbox.Tx, c program.Caller) error {
		_, err := b.rooms.Support.Subscribe(tx, c, program.Enlisting{Whom: program.Whom{PatientID: id}, Name: program.Said("onboarding")})
		return err
	})
	b.get(base+"/patients/"+id).want(t, 200, "caseUpdates.#.event", `["insurance.status","insurance.status","shipment.status","notify.sms.shipped"]`,
		"caseUpdates.0.text", "bvProcess", "caseUpdates.0.data", "{}", "caseUpdates.0.at", "2026-08-01T12:00:00.000Z", "caseUpdates.1.at", "2026-08-01T13:00:00.000Z",
		"caseUpdates.2.data.trackerCode", "123456789012", "caseUpdates.2.data.carrier", "FedEx", "caseUpdates.3.text", "",
		`statuses.insurance\.status`, "approved", `statuses.shipment\.status`, "shipped", `statuses.notify\.sms\.shipped`, "",
		"trackingCode", "123456789012",
		"campaigns.#", "1", "campaigns.0.name", "onboarding", "campaigns.0.sent", "1", "campaigns.0.ended", "false", "campaigns.0.at", "2026-08-01T13:00:00.000Z")
	b.clock(`{"do":"advance","by":"30d"}`)
	b.get(base+"/patients/"+id).want(t, 200, "campaigns.0.sent", "3", "campaigns.0.ended", "true")
}

func TestAPatientTellsAboutInfusions(t *testing.T) {
	b := start(t)
	id := b.enrolling("a")
	b.act(id, `{"act":"update-infusion"}`).want(t, 200, "infusion.date", "", "infusion.facility", "", "infusion.insuranceUpdate", "false",
		"infusion.at", "2026-08-01T12:00:00.000Z", "webhooks.#", "1")
	b.act(id, `{"act":"finish"}`)
	b.act(id, `{"act":"update-infusion","date":"2026-09-01","facility":"Elm Street Clinic","insuranceUpdate":true,
		"values":{"insurance.carrier":"New Mutual","insurance.Dob":"1960-01-02"}}`).
		want(t, 200, "infusion.date", "2026-09-01", "infusion.facility", "Elm Street Clinic", "infusion.insuranceUpdate", "true", "webhooks.#", "3",
			`answers.#(key=="insurance.carrier").value`, "New Mutual", `answers.#(key=="insurance.Dob").value`, "1960-01-02T00:00:00+00:00")

	consenting := b.invite("b")
	b.act(consenting, `{"act":"open-link"}`)
	b.clock(`{"do":"advance","by":"0s"}`) // the webhooks have arrived when it returns
	for _, c := range []struct {
		name, id, body string
		want           int
		field          string
	}{
		{"before consent", consenting, ``, 409, "update-infusion"},
		{"on a day that is none", id, `,"date":"2026-02-30"`, 422, "date"},
		{"on no day", id, `,"date":""`, 422, "date"},
		{"at a time", id, `,"date":"2026-09-01T00:00:00Z"`, 422, "date"},
		{"long ago", id, `,"date":"0001-01-01"`, 422, "date"},
		{"at a long place", id, `,"facility":"` + strings.Repeat("x", 101) + `"`, 422, "facility"},
		{"with news that is no truth", id, `,"insuranceUpdate":"Yes"`, 422, "insuranceUpdate"},
		{"with an insurance and no news of it", id, `,"values":{"insurance.carrier":"A"}`, 422, "insurance.carrier"},
		{"with what is no insurance's", id, `,"insuranceUpdate":true,"values":{"patient.first.name":"A"}`, 422, "patient.first.name"},
		{"with a value that will not do", id, `,"insuranceUpdate":true,"values":{"insurance.carrier":"é"}`, 422, "insurance.carrier"},
		{"with a member of another act", id, `,"name":"A"`, 422, "name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			before := b.get(base + "/patients/" + c.id).text
			b.post(base+"/patients/"+c.id+"/acts", `{"act":"update-infusion"`+c.body+`}`).want(t, c.want, "field", c.field)
			if after := b.get(base + "/patients/" + c.id).text; after != before {
				t.Errorf("it left a trace: got %s, want %s", after, before)
			}
		})
	}
}

func TestATextThatDoesNotArriveSaysWhy(t *testing.T) {
	b := start(t)
	id := b.invite("a", func(inv *program.Invitation) { inv.Phone = program.Said("+12025550190") })
	b.invite("b")
	b.get(base+"/inbox").want(t, 200, "texts.#.failed", `["the number cannot be reached"]`)
	b.get(base+"/patients/"+id).want(t, 200, "texts.0.failed", "the number cannot be reached")
}

func TestASandboxShowsWhatWasAgreed(t *testing.T) {
	b := start(t)
	r := b.post("/v1/sandboxes", `{"sandbox":"mine","dialects":{"AMB-001":"both"},"programs":[{"id":"p1","product":"rxware","organization":"org-7",
		"condition":"Asthma","silent":true,"invitation":"Come: {link}","dialects":{"namesAt.tracker":"top"},
		"fields":[{"key":"weight","type":"number","required":"invite","webhook":"none"},{"key":"ward","type":"boolean","screen":"none"}],
		"formats":[{"key":"patient.email","max":80}],
		"events":[{"name":"lab.status","texts":["ready"],"react":[{"text":"ready","sms":"Your results are in."}]},{"name":"any.status"}],
		"reactions":[{"event":"shipment.status","subscribe":"care","finishes":true}],
		"campaigns":[{"name":"care","steps":[{"sms":"Hi"},{"after":"7d","sms":"Still there?"}]}],
		"webhooks":{"url":"http://127.0.0.1:9/x","headers":{"X-Secret":"s3cret"},"source":"hub","kinds":{"tracker":{"off":true},"optOut":{"url":"http://127.0.0.1:9/out"}}}}]}`)
	r.want(t, 201, "dialects.consentKey", "both", "programs.0.dialects.consentKey", "both", `programs.0.dialects.namesAt\.tracker`, "top",
		"programs.0.organization", "org-7", "programs.0.condition", "Asthma", "programs.0.silent", "true", "programs.0.invitation", "Come: {link}",
		"programs.0.fields.0.key", "weight", "programs.0.fields.0.type", "number", "programs.0.fields.0.required", "invite", "programs.0.fields.0.webhook", "none",
		"programs.0.fields.1.type", "boolean", "programs.0.fields.1.screen", "none",
		"programs.0.formats.#.key", `["patient.email"]`, "programs.0.formats.0.max", "80", "programs.0.formats.0.screen", "contact",
		"programs.0.events.0.name", "lab.status", "programs.0.events.0.texts.0", "ready", "programs.0.events.1.texts", "",
		"programs.0.reactions.0.event", "lab.status", "programs.0.reactions.0.sms", "Your results are in.", "programs.0.reactions.1.subscribe", "care", "programs.0.reactions.1.finishes", "true",
		"programs.0.campaigns.0.name", "care", "programs.0.campaigns.0.steps.1.after", "168h0m0s",
		"programs.0.webhooks.headers.0", "X-Secret", "programs.0.webhooks.source", "hub", "programs.0.webhooks.kinds.tracker.off", "true", "programs.0.webhooks.kinds.optOut.url", "http://127.0.0.1:9/out")
	if strings.Contains(r.text, "s3cret") {
		t.Error("the value of a header is shown")
	}
	b.get(base).want(t, 200, "dialects", "{}", "programs.0.dialects", "{}", "programs.0.events", "[]", "programs.0.reactions", "[]", "programs.0.formats", "[]")
}
