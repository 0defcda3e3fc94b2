package control

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/door"
)

// Limits of bodies, in bytes and in levels of brackets.
const (
	actLimit   = 16 << 20 // a file in base64
	bodyLimit  = 1 << 20
	depthLimit = 64
)

// readBody returns the call's body, which is one JSON object or nothing.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, *problem) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	if p := contentType(r); p != nil {
		return nil, p
	}
	tooLarge := &problem{Status: http.StatusRequestEntityTooLarge, Field: "body",
		Wants: "at most " + strconv.FormatInt(limit, 10) + " bytes", Detail: "the body is too large"}
	if r.ContentLength > limit {
		w.Header().Set("Connection", "close") // what is left unread must not be taken for a request
		return nil, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, tooLarge
	case err != nil:
		w.Header().Set("Connection", "close")
		return nil, broken("a body that broke off")
	case len(body) == 0:
		return nil, nil
	case !utf8.Valid(body):
		return nil, broken("bytes that are no UTF-8")
	case door.TooDeep(body, depthLimit): // before the JSON is validated, which would recurse
		return nil, broken("more than " + strconv.Itoa(depthLimit) + " levels of brackets")
	case !json.Valid(body):
		return nil, broken("no valid JSON")
	case !gjson.ParseBytes(body).IsObject():
		return nil, broken("JSON that is no object")
	}
	return body, nil
}

func broken(saw string) *problem {
	return &problem{Status: http.StatusBadRequest, Field: "body", Saw: saw, Wants: "one JSON object in UTF-8",
		Detail: "the body cannot be read: " + saw}
}

func contentType(r *http.Request) *problem {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	encoding := r.Header.Get("Content-Encoding")
	if err == nil && media == "application/json" && (charset == "" || strings.EqualFold(charset, "utf-8")) &&
		(encoding == "" || strings.EqualFold(encoding, "identity")) {
		return nil
	}
	return &problem{Status: http.StatusUnsupportedMediaType, Field: "Content-Type", Saw: shown(r.Header.Get("Content-Type")),
		Wants: "application/json, not compressed", Detail: "the body must be JSON, and say so"}
}

// read fills v from the body, whose members are those and no others. What v
// needs beyond its types is the caller's to ask.
func (c *call) read(v any, members ...string) *problem {
	if len(c.body) == 0 {
		if len(members) == 0 {
			return nil
		}
		return broken("no body")
	}
	if p := only(gjson.ParseBytes(c.body), "", members); p != nil {
		return p
	}
	var wrong *json.UnmarshalTypeError
	switch err := json.Unmarshal(c.body, v); {
	case errors.As(err, &wrong):
		return invalid(wrong.Field, wrong.Value, kindOf(wrong))
	case err != nil:
		return broken(err.Error())
	}
	return nil
}

func kindOf(wrong *json.UnmarshalTypeError) string {
	switch name := wrong.Type.String(); name {
	case "string":
		return "a text"
	case "bool":
		return "true or false"
	case "[]string":
		return "a list of texts"
	default:
		return "an object"
	}
}

// only refuses members of an object beyond the given ones, in exactly that
// spelling; in objects within it any name will do. Repeated members and nulls,
// of which one could only guess what they mean, are refused in all of them.
func only(o gjson.Result, path string, members []string) (p *problem) {
	seen := map[string]bool{}
	o.ForEach(func(key, value gjson.Result) bool {
		switch name := path + key.Str; {
		case seen[key.Str]:
			p = &problem{Status: http.StatusUnprocessableEntity, Field: shown(name), Wants: "each member once", Detail: shown(name) + " is there twice"}
		case path == "" && !slices.Contains(members, key.Str):
			p = &problem{Status: http.StatusUnprocessableEntity, Field: shown(name), Saw: shown(name), Wants: either(members),
				Detail: "there is no member " + strconv.Quote(shown(name)) + " here"}
		case value.Type == gjson.Null:
			p = invalid(shown(name), "null", "left out, or have a value")
		case value.IsObject():
			p = only(value, name+".", nil)
		}
		seen[key.Str] = true
		return p == nil
	})
	return p
}

func either(names []string) string {
	switch len(names) {
	case 0:
		return "none"
	case 1:
		return names[0]
	}
	return "one of " + strings.Join(names, ", ")
}

// query is a call's parameters, each given once at most.
type query map[string]string

// readQuery returns the parameters if the route knows them all.
func readQuery(raw string, known []string) (query, *problem) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, &problem{Status: http.StatusBadRequest, Field: "query", Saw: shown(raw), Detail: "the query cannot be read"}
	}
	q := query{}
	for name, all := range values {
		switch {
		case !slices.Contains(known, name):
			return nil, &problem{Status: http.StatusUnprocessableEntity, Field: shown(name), Saw: shown(name), Wants: either(known),
				Detail: "there is no parameter " + strconv.Quote(shown(name)) + " here"}
		case len(all) > 1:
			return nil, invalid(name, strings.Join(all, ", "), "given once")
		}
		q[name] = all[0]
	}
	return q, nil
}

// Limits of lists.
const (
	usualLimit   = 100
	largestLimit = 2000
)

func (q query) limit() (int, *problem) {
	said, given := q["limit"]
	if !given {
		return usualLimit, nil
	}
	n, err := strconv.Atoi(said)
	if err != nil || n < 1 || n > largestLimit {
		return 0, invalid("limit", said, "a number from 1 to "+strconv.Itoa(largestLimit))
	}
	return n, nil
}

// oneOf refuses a parameter that is given and none of the values.
func (q query) oneOf(name string, values ...string) *problem {
	if said, given := q[name]; given && !slices.Contains(values, said) {
		return invalid(name, said, either(values))
	}
	return nil
}
