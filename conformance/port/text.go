package port

import "github.com/tidwall/gjson"

// text reads a member by path: its value as text, and whether it is there. Only
// valid JSON has members.
func text(body []byte, path string) (string, bool) {
	if !gjson.ValidBytes(body) {
		return "", false
	}
	v := gjson.GetBytes(body, path)
	return v.String(), v.Exists()
}

// kind names a member's JSON type: string, number, boolean, null, object, array,
// or absent.
func kind(body []byte, path string) string {
	if !gjson.ValidBytes(body) {
		return "absent"
	}
	v := gjson.GetBytes(body, path)
	switch {
	case !v.Exists():
		return "absent"
	case v.IsObject():
		return "object"
	case v.IsArray():
		return "array"
	}
	return map[gjson.Type]string{gjson.String: "string", gjson.Number: "number", gjson.True: "boolean", gjson.False: "boolean", gjson.Null: "null"}[v.Type]
}

// Kind names the JSON type of a member of the webhook.
func (h Heard) Kind(path string) string { return kind(h.Body, path) }

// Kind names the JSON type of a member of the body.
func (o Outcome) Kind(path string) string { return kind(o.Body, path) }
