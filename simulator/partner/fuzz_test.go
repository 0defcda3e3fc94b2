package partner_test

import (
	"context"
	"maps"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/partner"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// FuzzWebhook throws anything at the partner. It must answer with 200 or a 4xx
// in its own form, and a refused webhook must leave no trace.
func FuzzWebhook(f *testing.F) {
	const js = "application/json"
	for _, d := range dialects() {
		f.Add(d.path == actionPath, js, encode(d.body))
	}
	for _, name := range []string{"enrollment.json", "tracker.json", "tracker-as-printed.txt"} {
		f.Add(true, js, testdata(f, name))
	}
	for _, text := range []string{
		"", "{}", "[]", "null", "\xff", `{"event":{}}`, `{"event":[{"eventName":"x"}]}`, `"{\"event\":{}}"`,
		`{"event":{"eventName":"\ud800"}}`, `{"event":{"patient":{"id":"\u0000"}}}`, `{"event":{"sendDate":"0000-01-01T00:00:00Z"}}`,
	} {
		f.Add(false, js, []byte(text))
		f.Add(false, "text/plain; a=\"", []byte(text))
	}
	schema := sandbox.NewSchema()
	p := partner.New(schema, nil)
	f.Fuzz(func(t *testing.T, action bool, contentType string, body []byte) {
		w := &world{Sandbox: schema.New(sandbox.Options{Name: "default", Seed: 7}), partner: p}
		defer func() {
			if err := w.Close(context.Background()); err != nil {
				t.Error(err)
			}
		}()
		w.door = p.Door(only{w.Sandbox})
		path := enrollmentPath
		if action {
			path = actionPath
		}
		before := w.Sizes()
		answer := w.send("POST", path, contentType, body)
		switch status := answer.Code; {
		case status == 200:
			got := gjson.Parse(answer.Body.String())
			if !gjson.ValidBytes(answer.Body.Bytes()) || got.Get("data.patientId").Str == "" || got.Get("data.supportProgramId").Str == "" {
				t.Fatalf("got the acknowledgement %s", answer.Body)
			}
			again := w.send("POST", path, contentType, body)
			equal(t, "status of the same again", again.Code, 200)
			equal(t, "answer to the same again", again.Body.String(), answer.Body.String())
			all := w.notices()
			equal(t, "notices", len(all), 1)
			equal(t, "copies", all[0].Copies, 2)
			equal(t, "body", string(all[0].Body), string(body))
			equal(t, "patient", all[0].PatientID, got.Get("data.patientId").Str)
		case status >= 400 && status < 500:
			readRefusal(t, answer.Body.Bytes())
			if after := w.Sizes(); !maps.Equal(after, before) {
				t.Fatalf("a refused webhook changed the state from %v to %v", before, after)
			}
		default:
			t.Fatalf("got status %d", status)
		}
	})
}
