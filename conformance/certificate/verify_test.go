package certificate_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/placebo-sim/placebo/conformance/certificate"
	"github.com/placebo-sim/placebo/conformance/result"
)

func sum(text []byte) string {
	s := sha256.Sum256(text)
	return hex.EncodeToString(s[:])
}

func TestWhateverIsChangedIsFound(t *testing.T) {
	t.Parallel()
	envelope, text := issue(t, passed())
	other, otherText := issue(t, warned())
	edited := func(change func(e *dsse.Envelope)) []byte {
		e, _ := opened(t, envelope)
		change(&e)
		return written(t, e)
	}
	for _, c := range []struct {
		claim          string
		envelope, text []byte
		key            ed25519.PublicKey
		want           string
	}{
		{"another key", envelope, text, public(theirs), "signature"},
		{"no key", envelope, text, nil, "32 bytes"},
		{"a result with one more blank", envelope, append(bytes.Clone(text), ' '), public(ours), "another result"},
		{"a result with another word", envelope, bytes.Replace(text, []byte("9"), []byte("8"), 1), public(ours), "another result"},
		{"the result of another run", envelope, otherText, public(ours), "another result"},
		{"no result", envelope, nil, public(ours), "another result"},
		{"the certificate of another run", other, text, public(ours), "another result"},
		{"a payload with another word", edited(func(e *dsse.Envelope) {
			payload, _ := e.DecodeB64Payload()
			e.Payload = base64.StdEncoding.EncodeToString(bytes.Replace(payload, []byte("https://vendor.example"), []byte("https://vendor.invalid"), 1))
		}), text, public(ours), "signature"},
		{"the payload of another run under this signature", edited(func(e *dsse.Envelope) {
			from, _ := opened(t, other)
			e.Payload = from.Payload
		}), text, public(ours), "signature"},
		{"a payload of another type", edited(func(e *dsse.Envelope) { e.PayloadType = "application/json" }), text, public(ours), "signature"},
		{"a payload in another base64", edited(func(e *dsse.Envelope) { e.Payload = e.Payload[:8] + "\n" + e.Payload[8:] }), text, public(ours), "spelled anew"},
		{"a payload that is no base64", edited(func(e *dsse.Envelope) { e.Payload = "{}" }), text, public(ours), "base64"},
		{"the signature of another run", edited(func(e *dsse.Envelope) {
			from, _ := opened(t, other)
			e.Signatures = from.Signatures
		}), text, public(ours), "signature"},
		{"a signature with another letter", edited(func(e *dsse.Envelope) {
			sig := []byte(e.Signatures[0].Sig)
			sig[5] ^= 1
			e.Signatures[0].Sig = string(sig)
		}), text, public(ours), "signature"},
		{"a signature in another base64", edited(func(e *dsse.Envelope) {
			e.Signatures[0].Sig = strings.TrimSuffix(e.Signatures[0].Sig, "==")
		}), text, public(ours), "signature"},
		{"an empty signature", edited(func(e *dsse.Envelope) { e.Signatures[0].Sig = "" }), text, public(ours), "signature"},
		{"no signature", edited(func(e *dsse.Envelope) { e.Signatures = nil }), text, public(ours), "no certificate"},
		{"no payload", edited(func(e *dsse.Envelope) { e.Payload = "" }), text, public(ours), "no certificate"},
		{"half of it", envelope[:len(envelope)/2], text, public(ours), "no certificate"},
		{"the result in its place", text, text, public(ours), "no certificate"},
		{"nothing", nil, text, public(ours), "no certificate"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			report, err := certificate.Verify(c.envelope, c.text, c.key)
			if err == nil || report != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %+v, %v, want an error that says %q", report, err, c.want)
			}
			if unreadable := c.want == "no certificate"; errors.Is(err, certificate.ErrUnreadable) != unreadable {
				t.Errorf("got %v, want it to be unreadable: %t", err, unreadable)
			}
		})
	}
}

// Nobody but the signer can make it say something else: whatever bit is turned,
// it is not valid any more, or says the same.
func TestNoBitCanBeTurned(t *testing.T) {
	t.Parallel()
	envelope, text := issue(t, passed())
	want, err := certificate.Verify(envelope, text, public(ours))
	if err != nil {
		t.Fatal(err)
	}
	for i := range envelope {
		turned := bytes.Clone(envelope)
		turned[i] ^= 1 << (i % 8)
		got, err := certificate.Verify(turned, text, public(ours))
		if err == nil && !reflect.DeepEqual(got, want) {
			t.Fatalf("byte %d: got %+v, want %+v", i, got, want)
		}
	}
}

func TestANameBesideTheSignatureMeansNothing(t *testing.T) {
	t.Parallel()
	envelope, text := issue(t, passed())
	e, _ := opened(t, envelope)
	e.Signatures = append([]dsse.Signature{{KeyID: "x", Sig: base64.StdEncoding.EncodeToString(make([]byte, ed25519.SignatureSize))}}, e.Signatures...)
	e.Signatures[1].KeyID = certificate.KeyID(public(theirs))
	if _, err := certificate.Verify(written(t, e), text, public(ours)); err != nil {
		t.Errorf("got %v, want the one signature that is right to be found", err)
	}
}

// The signer, too, can certify only what the result says.
func TestASignedStatementMustAgreeWithItsResult(t *testing.T) {
	t.Parallel()
	envelope, text := issue(t, passed())
	_, payload := opened(t, envelope)
	instead := func(old, word string) func(string) string {
		return func(s string) string {
			if strings.Count(s, old) != 1 {
				t.Errorf("%s is there %d times, want once", old, strings.Count(s, old))
			}
			return strings.Replace(s, old, word, 1)
		}
	}
	for _, c := range []struct {
		claim  string
		change func(string) string
		want   string
	}{
		{"nothing changed", func(s string) string { return s }, ""},
		{"members that we do not know are passed over", instead(`"predicateType"`, `"seen": [1], "predicateType"`), ""},
		{"another verdict", instead("PASSED", "WARNED"), "verdict"},
		{"a clause more", instead(`"passedTests":[`, `"passedTests":["RX-INVITE-000",`), "passed clauses"},
		{"a clause less", instead(`["RX-INVITE-001",`, `[`), "passed clauses"},
		{"a warning more", instead(`"warnedTests":[`, `"warnedTests":["RX-INVITE-000"`), "warned clauses"},
		{"a failure", instead(`"failedTests":[`, `"failedTests":["RX-INVITE-000"`), "failed clauses"},
		{"a skipped clause less", instead(`["RX-CLOCK-001"]`, `[]`), "skipped clauses"},
		{"another suite", instead("6b86b273", "00000000"), "digest of the suite"},
		{"another target", instead("vendor.example", "vendor.invalid"), "target"},
		{"another profile", instead(`"rxware"`, `"helparound"`), "description of the run"},
		{"our own choices", instead(`"policy":false`, `"policy":true`), "description of the run"},
		{"another run", instead(`"r-17"`, `"r-18"`), "description of the run"},
		{"a need that was not proved", instead(`"needs":[`, `"needs":["clock",`), "clock"},
		{"another key's name", instead(certificate.KeyID(public(ours)), certificate.KeyID(public(theirs))), "names the key"},
		{"another result", instead(sum(text), sum(nil)), "another result"},
		{"a digest of another kind", instead(`"sha256":"`+sum(text), `"sha512":"`+sum(text)), "another result"},
		{"another subject", instead(`"result.json"`, `"report.html"`), "result.json"},
		{"another configuration", instead(`"name":"suite"`, `"name":"suit"`), "suite"},
		{"another statement", instead("Statement/v1", "Statement/v2"), "Statement/v2"},
		{"another predicate", instead("test-result/v0.1", "test-result/v9"), "test-result/v9"},
		{"no subject", instead(`"subject":[{`, `"subject":[],"object":[{`), "result.json"},
		{"no object at all", func(string) string { return "null" }, "Statement"},
		{"a list", func(string) string { return "[]" }, "cannot be read"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			changed := sealed(t, certificate.PayloadType, []byte(c.change(string(payload))))
			_, err := certificate.Verify(changed, text, public(ours))
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want an error that says %q", err, c.want)
			}
		})
	}
	if _, err := certificate.Verify(sealed(t, "text/plain", payload), text, public(ours)); err == nil || !strings.Contains(err.Error(), "text/plain") {
		t.Errorf("another type of payload: got %v", err)
	}
}

func TestACertificateOfAFailedRunIsNotValid(t *testing.T) {
	t.Parallel()
	envelope, text := issue(t, passed())
	_, payload := opened(t, envelope)
	r := passed()
	r.Scenarios[0].Verdict = result.Failed
	for claim, other := range map[string][]byte{"none that can be certified": kept(t, r), "cannot be read": []byte("{")} {
		changed := sealed(t, certificate.PayloadType, bytes.Replace(payload, []byte(sum(text)), []byte(sum(other)), 1))
		if _, err := certificate.Verify(changed, other, public(ours)); err == nil || !strings.Contains(err.Error(), claim) {
			t.Errorf("got %v, want an error that says %q", err, claim)
		}
	}
}

func TestShowTellsWhatACertificateSays(t *testing.T) {
	t.Parallel()
	r := warned()
	r.Target.Name, r.Policy = "ven\x1b[2Jdor", true
	envelope, text := issue(t, r)
	var out bytes.Buffer
	if err := certificate.Show(&out, envelope); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"WARNED", `"ven\x1b[2Jdor" 9`, "url, https://vendor.example", "rxware, our own choices included", "1 passed, 1 warned, 1 skipped",
		"RX-INVITE-002", "webhooks, patient", "r-17, started 2026-03-02T11:00:00Z", "placebo v1.2.3", r.Suite.Digest, sum(text),
		certificate.KeyID(public(ours)), "2026-03-02T12:00:00Z"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("got\n%s, want it to say %s", out.String(), part)
		}
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Error("what a certificate says can move the cursor")
	}
	for _, wrong := range []string{"", "{}", `{"payload":"e30=","signatures":[{"sig":""}]}`} {
		if err := certificate.Show(&out, []byte(wrong)); !errors.Is(err, certificate.ErrUnreadable) {
			t.Errorf("%q: got %v, want it to be no certificate", wrong, err)
		}
	}
}

// What anybody can hand us, never panics.
func FuzzVerify(f *testing.F) {
	envelope, text := issue(f, passed())
	f.Add(envelope, text)
	f.Add([]byte(`{"payloadType":"","payload":"e30=","signatures":[{"keyid":"","sig":""}]}`), []byte("{}"))
	f.Fuzz(func(t *testing.T, e, r []byte) {
		report, err := certificate.Verify(e, r, public(ours))
		if (report == nil) == (err == nil) {
			t.Errorf("got %v and %v", report, err)
		}
		if err == nil && !bytes.Equal(r, text) {
			t.Errorf("%q was certified, which we never did", r)
		}
		_ = certificate.Show(&bytes.Buffer{}, e)
	})
}

// Nor does what a signer can hand us.
func FuzzVerifySigned(f *testing.F) {
	envelope, text := issue(f, passed())
	_, payload := opened(f, envelope)
	f.Add(payload, text)
	f.Add([]byte(`{"subject":[{}],"predicate":{"configuration":[{}]}}`), []byte("{}"))
	f.Fuzz(func(t *testing.T, payload, r []byte) {
		report, err := certificate.Verify(sealed(t, certificate.PayloadType, payload), r, public(ours))
		if (report == nil) == (err == nil) {
			t.Errorf("got %v and %v", report, err)
		}
		if err == nil && !json.Valid(r) {
			t.Errorf("%q is no result", r)
		}
	})
}
