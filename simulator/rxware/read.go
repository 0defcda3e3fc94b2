package rxware

import (
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// The limits of RX-OUR-047.
const (
	bodyLimit  = 1 << 20
	depthLimit = 32
)

// readObject returns the call's body as one JSON object, or what is wrong with
// it (RX-OUR-014, RX-OUR-047).
func readObject(c *door.Call) (gjson.Result, *door.Answer) {
	media, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return malformed("Content-Type", c.Header.Get("Content-Type"), "application/json")
	}
	switch {
	case !utf8.Valid(c.Body):
		return malformed("body", "bytes that are no UTF-8", "JSON in UTF-8")
	case door.TooDeep(c.Body, depthLimit):
		return malformed("body", "more than 32 levels of nesting", "at most 32")
	case !gjson.ValidBytes(c.Body): // gjson reads values out of broken JSON too
		return malformed("body", "no valid JSON", "one JSON object")
	}
	body := gjson.ParseBytes(c.Body)
	if !body.IsObject() {
		return malformed("body", "JSON that is no object", "one JSON object")
	}
	return body, nil
}

func malformed(field, saw, wants string) (gjson.Result, *door.Answer) {
	a := malformedBody.answer("", &documented)
	a.Why = &sandbox.Explanation{Clause: malformedBody.clause, Field: field, Rule: "malformed", Saw: saw, Wants: wants}
	return gjson.Result{}, &a
}

// given takes a JSON value over into the domain's terms.
func given(v gjson.Result) program.Given {
	switch v.Type {
	case gjson.Null:
		return program.Given{Kind: program.Null}
	case gjson.String:
		return program.Given{Kind: program.Text, Text: v.Str}
	case gjson.True, gjson.False:
		return program.Given{Kind: program.Truth, Truth: v.Type == gjson.True, Text: v.Raw}
	case gjson.Number:
		kind := program.Integer
		if strings.ContainsAny(v.Raw, ".eE") {
			kind = program.Fraction
		}
		return program.Given{Kind: kind, Text: v.Raw}
	}
	if v.IsArray() {
		return program.Given{Kind: program.List, Text: v.Raw}
	}
	return program.Given{Kind: program.Object, Text: v.Raw}
}
