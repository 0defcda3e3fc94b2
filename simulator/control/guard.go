package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// probes are open to everyone: they say nothing about any sandbox.
var probes = map[string]bool{"/healthz": true, "/readyz": true}

// guard tells why the caller may not use the API.
func (a *api) guard(r *http.Request) *problem {
	if a.Token != "" {
		return a.known(r)
	}
	// A page that rebinds its own name to 127.0.0.1 still sends that name.
	if !loopback(r.Host) {
		return &problem{Status: http.StatusForbidden, Field: "Host", Saw: r.Host, Wants: "localhost, 127.0.0.1 or [::1], or a control token",
			Detail: "without a control token only loopback callers are answered"}
	}
	// A page of somebody else's may post without asking; it cannot hide where
	// it comes from.
	for _, origin := range r.Header["Origin"] {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host) {
			return &problem{Status: http.StatusForbidden, Field: "Origin", Saw: origin, Wants: "no Origin, or the API's own",
				Detail: "pages of other origins may not use the API"}
		}
	}
	return nil
}

// known demands the control token.
func (a *api) known(r *http.Request) *problem {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	// Digests are compared, so that the time taken does not tell the length.
	got, want := sha256.Sum256([]byte(strings.TrimSpace(token))), sha256.Sum256([]byte(a.Token))
	if strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(got[:], want[:]) == 1 {
		return nil
	}
	p := &problem{Status: http.StatusUnauthorized, Field: "Authorization", Wants: "Bearer and the control token",
		Detail: "the control token is missing or wrong", challenge: `Bearer realm="placebo control"`}
	if r.Header.Get("Authorization") != "" {
		p.challenge += `, error="invalid_token"`
	}
	return p
}

// loopback tells whether a Host header, with or without a port, names this
// machine.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	} else {
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}
