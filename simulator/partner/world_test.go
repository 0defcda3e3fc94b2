package partner_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/partner"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

const (
	enrollmentPath = "/webhook/user-enrollment"
	actionPath     = "/webhook/user-action"
)

// world is one sandbox with a partner in it.
type world struct {
	*sandbox.Sandbox
	partner *partner.Partner
	door    *door.Door
}

// only is a finder of one sandbox.
type only struct{ b *sandbox.Sandbox }

func (o only) Sandbox(name string) (*sandbox.Sandbox, bool) { return o.b, name == o.b.Name() }
func (o only) Recognize(*http.Request) *sandbox.Sandbox     { return o.b }

// newWorld returns a sandbox that stands still.
func newWorld(t testing.TB) *world {
	t.Helper()
	schema := sandbox.NewSchema()
	w := &world{partner: partner.New(schema, nil)}
	w.Sandbox = schema.New(sandbox.Options{Name: "default", Seed: 7})
	w.Freeze()
	w.door = w.partner.Door(only{w.Sandbox})
	t.Cleanup(func() {
		w.partner.Close()
		if err := w.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// desk points the partner at a vendor.
func (w *world) desk(t testing.TB, d *partner.Desk) {
	t.Helper()
	if err := w.Update(func(tx *sandbox.Tx) error { w.partner.SetDesk(tx, d); return nil }); err != nil {
		t.Fatal(err)
	}
}

// send sends a request to the partner.
func (w *world) send(method, path, contentType string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	answer := httptest.NewRecorder()
	w.door.ServeHTTP(answer, r)
	return answer
}

// post sends a webhook.
func (w *world) post(path string, body any) *httptest.ResponseRecorder {
	text, ok := body.([]byte)
	if !ok {
		text = encode(body)
	}
	return w.send("POST", path, "application/json; charset=utf-8", text)
}

// accepted posts a webhook and returns the one notice that must be there then.
func (w *world) accepted(t testing.TB, path string, body any) partner.Notice {
	t.Helper()
	answer := w.post(path, body)
	equal(t, "status", answer.Code, 200)
	if t.Failed() {
		t.Fatal(answer.Body)
	}
	all := w.notices()
	equal(t, "notices", len(all), 1)
	return all[0]
}

func (w *world) notices() (all []partner.Notice) {
	w.View(func(r sandbox.Reader) { all = slices.Collect(w.partner.Notices(r)) })
	return all
}

func (w *world) files() (all []partner.File) {
	w.View(func(r sandbox.Reader) { all = slices.Collect(w.partner.Files(r)) })
	return all
}

// advance moves the clock, with a limit for the case that nothing ever ends.
func (w *world) advance(t testing.TB, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := w.Advance(ctx, d); err != nil {
		t.Fatal(err)
	}
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// object is a JSON object under construction.
type object map[string]any

// with returns a deep copy that has v at a path of member names; numbers in the
// path are places in a list. With absent, there is nothing at that path.
func (o object) with(path string, v any) object {
	var c object
	if err := json.Unmarshal(encode(o), &c); err != nil {
		panic(err)
	}
	inside, names := map[string]any(c), strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		next, ok := inside[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			inside[name] = next
		}
		inside = next
	}
	last := names[len(names)-1]
	if v == absent {
		delete(inside, last)
	} else {
		inside[last] = v
	}
	return c
}

// get returns what is at a path.
func (o object) get(path string) any { return gjson.GetBytes(encode(o), path).Value() }

// moved returns a copy in which what was at one path is at another.
func (o object) moved(from, to string) object { return o.with(to, o.get(from)).with(from, absent) }

type nothing struct{}

var absent = nothing{}

// The same patient is behind all webhooks here.
const (
	ana     = "ha65a1c0ffee012"
	anaSelf = 0x65a1c0ffee012 // her subject
	program = "q7Kx200mvd83nw1b"
	ownID   = "crm-4711"
)

var sent = time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)

func enrollment() object {
	return object{"event": object{
		"message": "Patient complete enrollment.", "supportProgramId": program,
		"sendDate": "2026-02-03T04:05:06.789Z", "status": "success",
		"patient": object{
			"id": ana, "phoneNumber": "+13135550142", "firstName": "Ana", "lastName": "Reyes", "dob": -86400000,
			"gender": "female", "contact_method": "Phone", "call_time": "Morning",
			"caregiver": object{"name": "Rosa Reyes", "relationship": "Parent", "phone": "+13135550143"},
			"address":   object{"street": "1 Main St", "apt": "12", "city": "Detroit", "state": "MI", "zip": "48201"},
			"insurance": object{
				"primaryInsurance":   object{"member_id": "1", "card_dob": -86400000, "front_picture_image": "m1", "back_picture_image": "m2"},
				"secondaryInsurance": object{"status": "active", "card_dob": -86400000, "front_picture_image": "m3", "back_picture_image": "m4"},
			},
			"signature":   object{"timestamp": 1614556800000, "image": "m5"},
			"consents":    []object{{"name": "communication", "value": true, "timestamp": 1614556800000}},
			"externalIds": []object{{"source": "Partner", "sourceId": ownID}},
		},
		"sourceName": "helparound", "eventName": "HelpAround.Patient.CompleteEnrollment",
	}}
}

func tracker() object {
	return object{"event": object{
		"message": "Patient visited a tracker.", "supportProgramId": program,
		"sendDate": "2026-02-03T04:05:06.789Z", "status": "success",
		"data": object{"key": "userAction", "value": "viewedTracker"},
		"patient": object{"id": ana, "phoneNumber": "+13135550142",
			"externalIds": []object{{"source": "Partner", "sourceId": ownID}}},
		"sourceName": "helparound", "eventName": "HelpAround.Patient.UserAction.ViewedTracker",
	}}
}

func consent(in any) object {
	return object{
		"event": object{
			"message": "patient replied STOP", "supportProgramId": program,
			"sendDate": "2026-02-03T04:05:06+00:00", "status": "success",
			"data": object{"key": "opt-in", "value": in},
			"patient": object{"id": ana, "phoneNumber": "+13135550142",
				"externalIds": []object{{"source": "partner", "sourceId": ownID}}},
		},
		"sourceName": "helparound", "eventType": "sms", "eventName": "HelpAround.Patient.Consent",
	}
}

func infusion() object {
	return object{"event": object{
		"message": "patient infusion update", "supportProgramId": program,
		"sendDate": "2026-02-03T04:05:06.000Z", "status": "success",
		"data":      object{"key": "userAction", "value": "infusionUpdated"},
		"patientId": ana,
		"patient": object{"id": ana, "phoneNumber": "+13135550142",
			"insurance":   object{"primaryInsurance": object{"carrier": "Acme"}},
			"infusion":    object{"infusionDate": nil, "facilityName": "North", "haveInsuranceUpdate": "No"},
			"externalIds": []object{{"source": "Partner", "sourceId": ownID}}},
		"sourceName": "helparound", "eventName": "HelpAround.Patient.UserAction",
	}}
}

// equal compares (got, want).
func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
