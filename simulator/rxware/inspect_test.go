package rxware_test

import (
	"testing"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/rxware"
)

func TestInspectKnowsThePlatformsFormat(t *testing.T) {
	t.Parallel()
	const j = "application/json"
	for _, c := range []struct {
		claim  string
		status int
		kind   string
		body   string
		fine   bool
	}{
		{"an accepted call", 200, j, `{"data":{"patientId":"ha0"},"status":200}`, true},
		{"a repeated opt-out", 208, j, `{"data":{},"status":208}`, true},
		{"a refusal with a code", 400, j, `{"error":{"message":"m","code":0},"status":400}`, true},
		{"a refusal without one", 403, j, `{"error":{"message":"m"},"status":403}`, true},
		{"a duplicate", 422, j, `{"error":{"message":"m","code":1015,"data":{"_id":"x"}},"status":422}`, true},
		{"a duplicate by the other name", 422, j, `{"error":{"message":"m","code":1015,"data":{"patientId":"x"}},"status":422}`, true},
		{"a duplicate by both names (AMB-044)", 422, j, `{"error":{"message":"m","code":1015,"data":{"_id":"x","patientId":"x"}},"status":422}`, true},
		{"a code of null (AMB-054)", 403, j, `{"error":{"message":"m","code":null},"status":403}`, true},
		{"data that is empty (AMB-067)", 200, j, `{"data":{},"status":200}`, true},
		{"a message in place of data (AMB-067)", 200, j, `{"message":"m","status":200}`, true},
		{"a repeated opt-out with a message only", 208, j, `{"message":"m","status":208}`, true},
		{"a picture", 200, "image/png", "\x89PNG", true},
		{"a document", 200, "application/pdf", "%PDF", true},

		{"a crash", 500, j, `{"error":{"message":"m"},"status":500}`, false},
		{"a status nobody documents", 418, j, `{"error":{"message":"m"},"status":418}`, false},
		{"no status", 200, j, `{"data":{}}`, false},
		{"another status in the body", 400, j, `{"error":{"message":"m"},"status":401}`, false},
		{"a status as a text", 400, j, `{"error":{"message":"m"},"status":"400"}`, false},
		{"a broken status", 400, j, `{"error":{"message":"m"},"status":400.5}`, false},
		{"no data", 200, j, `{"status":200}`, false},
		{"data as a list", 200, j, `{"data":[],"status":200}`, false},
		{"no error", 400, j, `{"message":"m","status":400}`, false},
		{"no message", 400, j, `{"error":{"code":0},"status":400}`, false},
		{"an empty message", 400, j, `{"error":{"message":"","code":0},"status":400}`, false},
		{"a message that is no text", 400, j, `{"error":{"message":7},"status":400}`, false},
		{"a code as a text", 400, j, `{"error":{"message":"m","code":"0"},"status":400}`, false},
		{"a code of truth", 400, j, `{"error":{"message":"m","code":true},"status":400}`, false},
		{"data beside a message", 200, j, `{"data":{},"message":"m","status":200}`, false},
		{"a success with an empty message", 200, j, `{"message":"","status":200}`, false},
		{"a success with a message that is no text", 200, j, `{"message":7,"status":200}`, false},
		{"data of null", 200, j, `{"data":null,"message":"m","status":200}`, false},
		{"a duplicate that is nobody", 422, j, `{"error":{"message":"m","code":1015,"data":{"externalId":"x"}},"status":422}`, false},
		{"a duplicate without an id's text", 422, j, `{"error":{"message":"m","code":1015,"data":{"_id":7}},"status":422}`, false},
		{"an error's data as a list", 422, j, `{"error":{"message":"m","code":1015,"data":[]},"status":422}`, false},
		{"data of another error", 400, j, `{"error":{"message":"m","code":0,"data":{"_id":"x"}},"status":400}`, false},
		{"broken JSON", 400, j, `{"error":{"message":"m"},"status":400`, false},
		{"two bodies", 400, j, `{"error":{"message":"m"},"status":400}{}`, false},
		{"nothing", 400, j, "", false},
		{"a list", 200, j, `[{"data":{},"status":200}]`, false},
		{"another type", 400, "text/plain", `{"error":{"message":"m"},"status":400}`, false},
		{"no type", 400, "", `{"error":{"message":"m"},"status":400}`, false},
		{"a picture of another kind (RX-MEDIA-005)", 200, "image/webp", "RIFF", false},
		{"a picture for a refusal", 404, "image/png", "\x89PNG", false},
	} {
		err := rxware.Inspect(door.Answer{Status: c.status, Type: c.kind, Body: []byte(c.body)})
		if (err == nil) != c.fine {
			t.Errorf("%s: %v", c.claim, err)
		}
	}
}
