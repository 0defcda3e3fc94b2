package rxware_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// invite invites and returns the patient's id.
func (w *world) invite(body string) string {
	w.t.Helper()
	got := w.call("POST", invitePath, body)
	if got.Code != 200 {
		w.t.Fatalf("inviting: %d %s", got.Code, got.Body)
	}
	return gjson.GetBytes(got.Body.Bytes(), "data.patientId").Str
}

// raw is an invitation with more members, as written.
func raw(members string) string {
	return `{"externalId":"maya-1","phoneNumber":"+12025550142","supportProgramId":"` + programID + `","firstName":"Maya","lastName":"Lind"` + members + `}`
}

func TestABodyIsOneJSONObjectWithinTheLimits(t *testing.T) {
	t.Parallel()
	nested := func(levels int) string { // the object itself is the first
		return raw(`,"x":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1))
	}
	padded := func(size int) string { return raw("") + strings.Repeat(" ", size-len(raw(""))) }
	for _, c := range []struct {
		claim, body string
		status      int
	}{
		{"as documented", raw(""), 200},
		{"with blanks around", " \t\r\n" + raw("") + "\n", 200},
		{"32 levels", nested(32), 200},
		{"33 levels", nested(33), 400},
		{"a thousand levels", nested(1000), 400},
		{"a hundred thousand levels", nested(100_000), 400},
		{"half a million unclosed", strings.Repeat("[", 500_000), 400},
		{"brackets in a text nest nothing", raw(`,"x":"` + strings.Repeat("[{", 100) + `\"` + strings.Repeat("[", 100) + `"`), 200},
		{"32 levels of objects", raw(`,"x":` + strings.Repeat(`{"a":`, 31) + "1" + strings.Repeat("}", 31)), 200},
		{"33 levels of objects", raw(`,"x":` + strings.Repeat(`{"a":`, 32) + "1" + strings.Repeat("}", 32)), 400},
		{"1 MiB", padded(1 << 20), 200},
		{"1 MiB and a byte", padded(1<<20 + 1), 413},
		{"nothing", "", 400},
		{"blanks", "  ", 400},
		{"a list", "[" + raw("") + "]", 400},
		{"a text", `"invite"`, 400},
		{"null", "null", 400},
		{"a number", "1", 400},
		{"two objects", raw("") + raw(""), 400},
		{"an unclosed object", strings.TrimSuffix(raw(""), "}"), 400},
		{"a comma too many", raw(","), 400},
		{"a comment", raw("/* hello */"), 400},
		{"single quotes", strings.ReplaceAll(raw(""), `"`, "'"), 400},
		{"a bare name", raw(`,x:1`), 400},
		{"a byte order mark", "\ufeff" + raw(""), 400},
		{"UTF-16", "\xff\xfe{\x00}\x00", 400},
		{"a byte that is no UTF-8", raw(`,"x":"` + "\xff" + `"`), 400},
		{"a surrogate in UTF-8", raw(`,"x":"` + "\xed\xa0\x80" + `"`), 400},
		{"an overlong letter", raw(`,"x":"` + "\xc1\x81" + `"`), 400},
		{"a bare line break in a text", raw(`,"x":"a` + "\n" + `b"`), 400},
		{"a bare NUL", raw(`,"x":"` + "\x00" + `"`), 400},
		{"a broken escape", raw(`,"x":"\x41"`), 400},
		{"a short escape", raw(`,"x":"\u41"`), 400},
		{"an escape at the end", raw(`,"x":"\`), 400},
		{"a number with a leading zero", raw(`,"x":01`), 400},
		{"a number without digits", raw(`,"x":-`), 400},
		{"NaN", raw(`,"x":NaN`), 400},
		{"True", raw(`,"x":True`), 400},
		{"a very large number", raw(`,"x":1e999999`), 200},
		{"a number of a thousand digits", raw(`,"x":` + strings.Repeat("9", 1000)), 200},
		{"any other member", raw(`,"favouriteColour":{"is":["green"]}`), 200},
		{"a member without a name", raw(`,"":1`), 200},
		{"closing brackets first", strings.Repeat("]", 50) + strings.Repeat("[", 80), 400},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			got := w.call("POST", invitePath, c.body)
			equal(t, "status", got.Code, c.status)
			if c.status != 200 {
				want := fmt.Sprintf(`{"error":{"message":"The given data was invalid.","code":0},"status":%d}`, c.status)
				equal(t, "body", got.Body.String(), want)
				equal(t, "patients", w.box.Sizes()["patients"], 0)
			}
		})
	}
}

func TestTheContentTypeIsJSON(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]int{
		"application/json":                       200,
		"application/json; charset=utf-8":        200,
		"Application/JSON;charset=UTF-8":         200,
		" application/json ":                     200,
		"":                                       400,
		"text/json":                              400,
		"application/problem+json":               400,
		"application/jsonx":                      400,
		"application/x-www-form-urlencoded":      400,
		"multipart/form-data; boundary=x":        400,
		"application/json; charset":              400,
		"application/json, text/plain":           400,
		"*/*":                                    400,
		"application/json; charset=utf-8; q=\"x": 400,
	} {
		got := newWorld(t).call("POST", invitePath, raw(""), func(r *http.Request) { r.Header.Set("Content-Type", kind) })
		equal(t, fmt.Sprintf("%q", kind), got.Code, want)
	}
	got := newWorld(t).call("POST", invitePath, raw(""), func(r *http.Request) { r.Header.Del("Content-Type") })
	equal(t, "no content type", got.Code, 400)
}

func TestABodyIsJudgedBeforeTheCaller(t *testing.T) {
	t.Parallel()
	got := newWorld(t).call("POST", invitePath, "{", as("", ""))
	equal(t, "status", got.Code, 400)
}

func TestOfRepeatedMembersTheLastCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.call("POST", invitePath, raw(`,"phoneNumber":5,"phoneNumber":"+12025550143","firstName":"Maja","additionalData":7,"additionalData":[{"key":"a","key":"b","value":1,"value":"2","editable":"x","editable":true}]`))
	equal(t, "status", got.Code, 200)
	equal(t, "number", gjson.GetBytes(got.Body.Bytes(), "data.phoneNumber").Str, "+12025550143")
	read := w.call("GET", "/v1/patients/"+gjson.GetBytes(got.Body.Bytes(), "data.patientId").Str, "")
	equal(t, "first name", gjson.GetBytes(read.Body.Bytes(), "data.firstName").Str, "Maja")
	equal(t, "custom data", gjson.GetBytes(read.Body.Bytes(), "data.customData").Raw, `{"b":"2"}`)
	got = newWorld(t).call("POST", invitePath, raw(`,"externalId":null`))
	equal(t, "a later null", got.Code, 400)
}

func TestNamesAndTextsMayBeWrittenWithEscapes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := `{"\u0065xternalId":"maya\u002d1 \ud83d\ude00\/\"\\","phoneNumber":"\u002b12025550142","support\u0050rogramId":"` + programID +
		`","firstName":"M\u0061ya","lastName":"L\tnd","additionalD\u0061ta":[{"k\u0065y":"sh\u006fe","v\u0061lue":"\u0033\u0038\u0000"}]}`
	id := w.invite(body)
	read := w.call("GET", "/v1/patients/"+id, "")
	data := gjson.GetBytes(read.Body.Bytes(), "data")
	equal(t, "external id", data.Get("externalIds.0.sourceId").Str, "maya-1 😀/\"\\")
	equal(t, "number", data.Get("phoneNumber").Str, "+12025550142")
	equal(t, "first name", data.Get("firstName").Str, "Maya")
	equal(t, "last name", data.Get("lastName").Str, "L\tnd")
	equal(t, "custom value", data.Get("customData.shoe").Str, "38\x00")
}

// A text cannot hold half a character; what stands for it is U+FFFD.
func TestLoneSurrogatesAreReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.call("POST", invitePath, strings.Replace(raw(""), "maya-1", `\ud800x\udc00`, 1))
	equal(t, "as an external id", got.Code, 200)
	read := w.call("GET", "/v1/patients/"+gjson.GetBytes(got.Body.Bytes(), "data.patientId").Str, "")
	equal(t, "the external id", gjson.GetBytes(read.Body.Bytes(), "data.externalIds.0.sourceId").Str, "\ufffdx\ufffd")
	got = newWorld(t).call("POST", invitePath, strings.Replace(raw(""), "Maya", `\ud800`, 1))
	equal(t, "as a name", got.Code, 400) // not ASCII
}

func TestAMemberIsReadByItsExactName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ExternalId", "externalid", "external.Id", "externalId "} {
		got := newWorld(t).call("POST", invitePath, strings.Replace(raw(""), "externalId", name, 1))
		equal(t, name, got.Code, 400)
	}
}

func TestUnknownKeysAreKeptAsTheyCame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.invite(raw(`,"additionalData":[{"key":"n","value":1.50},{"key":"t","value":true},{"key":"l","value":[1, {"a":"b"}]},` +
		`{"key":"o","value":{"x": null}},{"key":"big","value":123456789012345678901234567890},{"key":"q\"<é>","value":"a\"<b>"},` +
		`{"key":"gone","value":"x"},{"key":"gone","value":null},{"key":"a.b","value":"dots"},{"key":"@this","value":"at"}]`))
	read := w.call("GET", "/v1/patients/"+id, "")
	equal(t, "custom data", gjson.GetBytes(read.Body.Bytes(), "data.customData").Raw,
		`{"n":1.50,"t":true,"l":[1, {"a":"b"}],"o":{"x": null},"big":123456789012345678901234567890,"q\"\u003cé\u003e":"a\"\u003cb\u003e","a.b":"dots","@this":"at"}`)
}

// The body is full of items, each of which could be compared with each.
func TestABodyFullOfItemsIsRead(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 30_000 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"key":"k%d","value":"v"}`, i)
	}
	w := newWorld(t)
	id := w.invite(raw(`,"additionalData":[` + b.String() + `]`))
	read := w.call("GET", "/v1/patients/"+id, "")
	equal(t, "the last", gjson.GetBytes(read.Body.Bytes(), "data.customData.k29999").Str, "v")
}
