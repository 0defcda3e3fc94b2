package control_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// try makes a call without a network and checks what holds for every answer.
func try(t *testing.T, h http.Handler, method, target, body string) {
	req := httptest.NewRequest(method, "http://localhost", strings.NewReader(body))
	path, query, _ := strings.Cut(target, "?")
	req.URL.Path, req.URL.RawQuery = path, query
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	if wrong := flaw(method, reply{w.Code, w.Header(), w.Body.String()}); wrong != "" {
		t.Errorf("%s %q %q: %s: %d %s", method, target, body, wrong, w.Code, w.Body)
	}
}

// FuzzActs has patients at three stages do anything at all.
func FuzzActs(f *testing.F) {
	for _, body := range []string{
		`{"act":"open-link"}`, `{"act":"consent","consents":{"communication":true}}`, `{"act":"answer","screen":"about","values":{"patient.dob":"1988-08-23"}}`,
		`{"act":"answer","values":{"insurance.secondary.status":"Active"}}`, `{"act":"upload-media","use":"insurance.front","content":"R0lGODlhAQABAAAAACw="}`,
		`{"act":"upload-media","use":"insurance.back"}`, `{"act":"sign","name":"É"}`, `{"act":"sign","content":"JVBERi0="}`, `{"act":"finish"}`, `{"act":"view-tracker"}`,
		`{"act":"text","body":"STOP"}`, `{"act":"text","body":"\u0000"}`, `{"\u0061ct":"text","body":"x"}`, `{"act":null}`, `[]`, "", "{", `{"act":"update-infusion","date":"2026-09-01","facility":"é","insuranceUpdate":true,"values":{"insurance.carrier":"A"}}`, `{"act":{"act":"finish"}}`, `{"act":"answer","values":{"a":{}}}`,
	} {
		f.Add(body)
	}
	b := start(f)
	h := b.api
	fresh := func() []string {
		ids := []string{b.invite("a"), b.enrolling("b"), b.enrolling("c"), "ha0000000000000"}
		b.act(ids[2], `{"act":"finish"}`)
		return ids
	}
	ids := fresh()
	f.Fuzz(func(t *testing.T, body string) {
		if b.world().Sizes()["texts"] > 20 || b.world().Sizes()["webhooks"] > 20 { // or it gets slower and slower
			try(t, h, "POST", base+"/reset", "")
			b.t, b.invited = t, 0
			ids = fresh()
		}
		for _, id := range ids {
			try(t, h, "POST", base+"/patients/"+id+"/acts", body)
			try(t, h, "GET", base+"/patients/"+id, "")
		}
	})
}

var methods = []string{"GET", "HEAD", "POST", "DELETE", "OPTIONS", "CONNECT"}

// FuzzCalls asks anything of anything but the acts.
func FuzzCalls(f *testing.F) {
	f.Add(uint8(2), "/v1/sandboxes", `{"seed":7}`)
	f.Add(uint8(2), "/v1/sandboxes", `{"programs":[{"id":"a","product":"rxware","webhooks":{"url":"http://x"},"fields":[{"key":"k","max":-1}]}]}`)
	f.Add(uint8(2), "/v1/sandboxes", `{"clock":{"at":"9999-12-31T23:59:59Z"},"programs":[{"id":"a","product":"rxware","tokens":[{"id":"t","expires":"0000-01-01T00:00:00Z"}]}]}`)
	f.Add(uint8(2), base+"/clock", `{"do":"advance","by":"1w1d1h"}`)
	f.Add(uint8(2), base+"/clock", `{"do":"set","to":"1900-01-01T00:00:00Z"}`)
	f.Add(uint8(2), base+"/reset", ``)
	f.Add(uint8(3), base, ``)
	f.Add(uint8(2), base+"/tokens", `{"id":"t","programs":["b1mTa000dsa54rt"],"scopes":[],"expires":"2027-01-01T00:00:00Z","algorithm":"EdDSA"}`)
	f.Add(uint8(2), base+"/tokens/tk_placebo_rxware/renew", `{"id":"u"}`)
	f.Add(uint8(2), base+"/tokens/tk_placebo_rxware/disable", ``)
	f.Add(uint8(0), base+"/inbox?limit=5&direction=to-phone", ``)
	f.Add(uint8(0), base+"/await?for=text&timeout=0s&patient=ha0000000000000", ``)
	f.Add(uint8(0), base+"/journal?subject=x1", ``)
	f.Add(uint8(5), "", ``)
	f.Add(uint8(4), "*", ``)
	f.Add(uint8(0), "/v1/sandboxes//clock", ``)
	b := start(f)
	h := b.api
	f.Fuzz(func(t *testing.T, which uint8, target, body string) {
		method := methods[int(which)%len(methods)]
		if strings.Contains(target, "/await?") && !strings.Contains(target, "timeout=0s") {
			t.Skip("it would wait")
		}
		try(t, h, method, target, body)
		for _, w := range b.worlds.List() { // what was made is shown, and gone
			name := w.Sandbox.Name()
			try(t, h, "GET", "/v1/sandboxes/"+name, "")
			if name != "default" {
				try(t, h, "DELETE", "/v1/sandboxes/"+name, "")
			}
		}
	})
}
