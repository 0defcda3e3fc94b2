package rxware

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/door"
)

// The statuses and types the platform's operations answer with.
var (
	statuses   = []int{200, 208, 400, 401, 403, 404, 405, 413, 422, 431}
	mediaTypes = []string{"image/jpeg", "image/gif", "image/png", "application/pdf"}
)

// Inspect tells whether an answer is in the platform's format, in any of its
// readings: a known status, and a file of a known type or a JSON object that
// ends in the status, which for a refusal holds an error with its message.
func Inspect(a door.Answer) error {
	if !slices.Contains(statuses, a.Status) {
		return fmt.Errorf("status %d is none of the platform's", a.Status)
	}
	if a.Status == http.StatusOK && slices.Contains(mediaTypes, a.Type) {
		return nil
	}
	if a.Type != "application/json" {
		return fmt.Errorf("content type %q", a.Type)
	}
	if !gjson.ValidBytes(a.Body) {
		return fmt.Errorf("no valid JSON: %q", a.Body)
	}
	body := gjson.ParseBytes(a.Body)
	if status := body.Get("status"); status.Type != gjson.Number || status.Raw != strconv.Itoa(a.Status) { // RX-GEN-007
		return fmt.Errorf("status %s in a body sent with %d", status.Raw, a.Status)
	}
	if a.Status < 300 {
		return success(body)
	}
	return failure(a.Status, body)
}

// success has data, or in its stead a message where that was read so (AMB-067).
func success(body gjson.Result) error {
	data, message := body.Get("data"), body.Get("message")
	if data.IsObject() && !message.Exists() || !data.Exists() && filled(message) {
		return nil
	}
	return fmt.Errorf("neither data nor a message: %q", body.Raw)
}

// failure has an error in RX-OUR-007's form: a message, a code that may be
// absent or null (AMB-054), and data only of a duplicate (RX-INVITE-067), whose
// id has either name, or both (AMB-044).
func failure(status int, body gjson.Result) error {
	code, data := body.Get("error.code"), body.Get("error.data")
	if !filled(body.Get("error.message")) || code.Exists() && code.Type != gjson.Number && code.Type != gjson.Null {
		return fmt.Errorf("no error in RX-OUR-007's form: %q", body.Raw)
	}
	if !data.Exists() {
		return nil
	}
	if status != http.StatusUnprocessableEntity || !data.IsObject() || !filled(data.Get("_id")) && !filled(data.Get("patientId")) {
		return fmt.Errorf("an error's data that is no duplicate's: %q", body.Raw)
	}
	return nil
}

// filled tells whether a member is a text with something in it.
func filled(v gjson.Result) bool { return v.Type == gjson.String && v.Str != "" }
