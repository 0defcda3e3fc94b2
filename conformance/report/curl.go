package report

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/placebo-sim/placebo/conformance/evidence"
)

// unsaid are headers that curl writes itself.
var unsaid = []string{"content-length", "accept-encoding", "host", "connection", "transfer-encoding"}

// secrets are the variables that stand for what was taken out.
var secrets = map[string]string{"x-api-key": "$KEY", "api-key": "$KEY", "x-auth-token": "$TOKEN", "authorization": "Bearer $TOKEN",
	"proxy-authorization": "Bearer $TOKEN", "cookie": "$COOKIE", "set-cookie": "$COOKIE"}

// curl is the request of an exchange as a command for a shell. What was taken
// out is a variable; what was not kept is said in a comment.
func curl(e evidence.Exchange) string {
	words := []string{"curl -i"}
	if strings.ContainsAny(e.URL, "[]{}") {
		words[0] += " --globoff"
	}
	if strings.Contains(e.URL, "/.") {
		words[0] += " --path-as-is"
	}
	switch {
	case e.Method == "HEAD":
		words[0] += " --head"
	case e.Method != "GET" || e.Body != "":
		words[0] += " -X " + quote(e.Method)
	}
	words[0] += " " + quote(e.URL)
	typed := false
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		lower := strings.ToLower(name)
		typed = typed || lower == "content-type"
		if slices.Contains(unsaid, lower) {
			continue
		}
		for _, value := range e.Header[name] {
			switch variable, is := secrets[lower]; {
			case is && value == evidence.Redacted:
				words = append(words, "-H "+quote(name+": ")+`"`+variable+`"`)
			case value == "":
				words = append(words, "-H "+quote(name+";"))
			default:
				words = append(words, "-H "+quote(name+": "+value))
			}
		}
	}
	note := ""
	switch body, cut := strings.CutSuffix(e.Body, "[cut]"); {
	case e.Body == "":
	case e.Body == "[bytes that are no text]":
		note = "\n# the body was no text, and was not kept"
	default:
		if !typed {
			words = append(words, "-H 'Content-Type:'")
		}
		words = append(words, "--data-raw "+quote(body))
		if cut {
			note = "\n# the body was longer; the rest was not kept"
		}
	}
	return strings.Join(words, " \\\n  ") + note
}

var plain = regexp.MustCompile(`^[A-Za-z0-9@%+=:,./_-]+$`)

// quote makes one word of a text, for a shell. What was taken out becomes
// $SECRET.
func quote(s string) string {
	parts := strings.Split(s, evidence.Redacted)
	for i, part := range parts {
		parts[i] = quoted(part)
	}
	if len(parts) > 1 {
		parts = slices.Clone(parts)
		return strings.ReplaceAll(strings.Join(parts, `"$SECRET"`), `''`, "")
	}
	return parts[0]
}

func quoted(s string) string {
	control := func(r rune) bool { return r != '\n' && r != '\t' && seen(string(r)) != string(r) }
	switch {
	case plain.MatchString(s):
		return s
	case strings.IndexFunc(s, control) < 0:
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for _, r := range s {
		switch {
		case r == '\'' || r == '\\':
			b.WriteString(`\` + string(r))
		case control(r):
			for _, octet := range []byte(string(r)) {
				b.WriteString(`\x`)
				b.WriteByte("0123456789abcdef"[octet>>4])
				b.WriteByte("0123456789abcdef"[octet&15])
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + "'"
}
