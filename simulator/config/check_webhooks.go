package config

import (
	"maps"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
)

// IsURL tells whether s is an address webhooks can go to.
func IsURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func (w *Webhooks) check(at place, d *dialect.Set) *wrong {
	for _, u := range []struct{ key, url string }{{"url", w.URL}, {"enrollment", w.Enrollment}, {"action", w.Action}} {
		if w := checkURL(at.of(u.key), u.url, d); w != nil {
			return w
		}
	}
	if w := checkHeaders(at.of("headers"), w.Headers); w != nil {
		return w
	}
	kinds := slices.Sorted(maps.Keys(program.Happenings()))
	for _, kind := range slices.Sorted(maps.Keys(w.Kinds)) {
		at := at.of("kinds", kind)
		if !slices.Contains(kinds, kind) {
			return badKey(at, "is no kind of webhook, which are "+strings.Join(kinds, ", "))
		}
		hook := w.Kinds[kind]
		if w := checkURL(at.of("url"), hook.URL, d); w != nil {
			return w
		}
		if w := checkHeaders(at.of("headers"), hook.Headers); w != nil {
			return w
		}
	}
	return nil
}

func checkURL(at place, u string, d *dialect.Set) *wrong {
	switch {
	case u == "":
		return nil
	case !IsURL(u):
		return bad(at, "must be an http or https URL")
	case d.Is(dialect.WebhookScheme, "httpsOnly") && !strings.HasPrefix(strings.ToLower(u), "https:"):
		return bad(at, "must be an https URL, for webhooks go nowhere else here (AMB-024 httpsOnly)")
	}
	return nil
}

// ownHeaders are the sender's own, which no agreement can set: they say how the
// body is to be read and where the request goes.
var ownHeaders = []string{
	"Connection", "Content-Encoding", "Content-Length", "Content-Type", "Expect", "Host", "Keep-Alive",
	"Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

func checkHeaders(at place, headers map[string]string) *wrong {
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		at := at.of(name)
		if name == "" || strings.ContainsFunc(name, func(c rune) bool { return !isTokenSign(c) }) {
			return badKey(at, "is no name of a header")
		}
		whole := textproto.CanonicalMIMEHeaderKey(name)
		if slices.Contains(ownHeaders, whole) {
			return badKey(at, "is set by the sender")
		}
		if seen[whole] {
			return badKey(at, "is there twice, in other letters")
		}
		seen[whole] = true
		if strings.ContainsFunc(headers[name], func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
			return bad(at, "must be one line, without control characters")
		}
	}
	return nil
}

// isTokenSign tells whether c may stand in a header's name (RFC 9110, 5.6.2).
func isTokenSign(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", c)
}
