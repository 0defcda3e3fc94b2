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

// Inspect tells whether an answer is in the platform's format: a known status,
// and a file of a known type or a JSON object that ends in the status, which
// for a refusal holds an error with its message.
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
		if !body.Get("data").IsObject() {
			return fmt.Errorf("no data: %q", a.Body)
		}
		return nil
	}
	message, code := body.Get("error.message"), body.Get("error.code")
	if message.Type != gjson.String || message.Str == "" || code.Exists() && code.Type != gjson.Number { // RX-OUR-007
		return fmt.Errorf("no error in RX-OUR-007's form: %q", a.Body)
	}
	return nil
}
