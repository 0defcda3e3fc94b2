package rxware_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
	"pgregory.net/rapid"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/partner"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/rxware"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

// receiver is the simulated partner, as the other end of the webhooks.
type receiver struct {
	partner *partner.Partner
	box     *sandbox.Sandbox
	door    *door.Door
}

func (r *receiver) Sandbox(string) (*sandbox.Sandbox, bool)  { return r.box, true }
func (r *receiver) Recognize(*http.Request) *sandbox.Sandbox { return r.box }

func newReceiver(t testing.TB) *receiver {
	t.Helper()
	schema := sandbox.NewSchema()
	r := &receiver{partner: partner.New(schema, nil)}
	r.box = schema.New(sandbox.Options{Name: "meadow", Seed: 7})
	r.box.Freeze()
	r.door = r.partner.Door(r)
	t.Cleanup(func() {
		r.partner.Close()
		if err := r.box.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return r
}

// take delivers a letter.
func (r *receiver) take(l webhook.Letter) *httptest.ResponseRecorder {
	req := httptest.NewRequest("POST", "/webhook/"+l.Kind, bytes.NewReader(l.Body))
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	got := httptest.NewRecorder()
	r.door.ServeHTTP(got, req)
	return got
}

func (r *receiver) notices() (all []partner.Notice) {
	r.box.View(func(v sandbox.Reader) { all = slices.Collect(r.partner.Notices(v)) })
	return all
}

func (r *receiver) files() (count int) {
	r.box.View(func(v sandbox.Reader) { count = len(slices.Collect(r.partner.Files(v))) })
	return count
}

var kinds = map[string]partner.Kind{"enrollment": partner.Enrollment, "tracker": partner.Tracker, "optOut": partner.OptOut,
	"optIn": partner.OptIn, "infusion": partner.Infusion}

// The herald and the simulated partner were written from the same pages apart
// from each other: what one may say, the other understands.
func TestTheSimulatedPartnerUnderstandsEachReading(t *testing.T) {
	t.Parallel()
	try := func(claim string, change func(*program.Program)) {
		t.Run(claim, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t)
			for i, kind := range strings.Fields(happenings) {
				l := tellOf(t, news(kind), change).Letter
				got := r.take(l)
				if got.Code != 200 {
					t.Fatalf("%s: %d %s", kind, got.Code, got.Body)
				}
				all := r.notices()
				equal(t, kind+": notices", len(all), i+1)
				n := all[i]
				equal(t, kind+": kind", n.Kind, kinds[kind])
				equal(t, kind+": program", n.ProgramID, programID)
				equal(t, kind+": patient", n.PatientID, "ha65a1c0ffee012")
				equal(t, kind+": the partner's id", n.ExternalID, "ext-7")
				equal(t, kind+": number", n.Phone, "+13135550142")
				equal(t, kind+": time", n.SendDate.Unix(), today.Unix())
				finding, _ := (&rxware.Herald{}).Judge(l, got.Code, got.Body.Bytes())
				equal(t, kind+": what is found in the answer", finding, "")
			}
			equal(t, "files", r.files(), 5)
		})
	}
	for _, r := range rows {
		try(r.choice+" is "+r.value, reads(t, r.choice, r.value))
	}
	for _, whole := range dialect.Readings() {
		try("all as the "+string(whole)+" has it", reads(t, "set", string(whole)))
	}
	try("an infusion as a user's action", reads(t, "infusionPath", "user-action"))
}

func TestTheSimulatedPartnerRefusesThePrintedText(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	l := tellOf(t, news("tracker"), reads(t, "visitLayout", "literal-broken", "partner400", "strictMembers")).Letter
	got := r.take(l)
	equal(t, "status", got.Code, 400)
	finding, message := (&rxware.Herald{}).Judge(l, got.Code, got.Body.Bytes())
	equal(t, "finding", finding, "")
	equal(t, "message", message, "the body is not valid JSON; it must be one JSON object")
}

// owed are the members that every body has, wherever its reading puts them.
var owed = map[string][]string{
	"sendDate": {"event.sendDate"}, "program": {"event.supportProgramId"},
	"eventName": {"event.eventName", "eventName"}, "sourceName": {"event.sourceName", "sourceName"},
	"patient": {"event.patient.id", "event.patientId", "patient.id"}, "number": {"event.patient.phoneNumber", "patient.phoneNumber"},
	"the partner's id": {"event.patient.externalIds.0.sourceId", "patient.externalIds.0.sourceId"},
}

func TestBodiesOfReadingsInAnyCombinationAreWhole(t *testing.T) {
	t.Parallel()
	all := dialect.Switches("")
	rapid.Check(t, func(rt *rapid.T) {
		var choices []string
		for _, w := range all {
			value := rapid.SampledFrom(w.Values).Draw(rt, w.Name)
			if value.Name != "literal-broken" {
				choices = append(choices, w.Name, value.Name)
			}
		}
		for _, kind := range strings.Fields(happenings) {
			body := tellOf(t, news(kind), reads(t, choices...)).Body
			if !gjson.ValidBytes(body) {
				rt.Fatalf("%s is no JSON: %s", kind, body)
			}
			for what, places := range owed {
				if !slices.ContainsFunc(places, func(place string) bool { return gjson.GetBytes(body, place).Str != "" }) {
					rt.Errorf("%s lacks its %s: %s", kind, what, body)
				}
			}
		}
	})
}
