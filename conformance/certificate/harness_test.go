package certificate_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"testing"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/placebo-sim/placebo/conformance/certificate"
	"github.com/placebo-sim/placebo/conformance/result"
)

var (
	ours   = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	theirs = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, ed25519.SeedSize))
	needed = []string{"webhooks", "patient"}
	noon   = time.Date(2026, 3, 2, 12, 0, 0, 123, time.UTC)
)

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

// passed is a run that can be certified.
func passed() *result.Result {
	began := noon.Add(-time.Hour)
	return &result.Result{
		Version: result.Version, Profile: "rxware", Verdict: result.Passed,
		Suite: result.Suite{Name: "placebo", Version: "v1.2.3", Digest: "sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"},
		Run:   result.Run{ID: "r-17", Seed: 7, Started: began, Took: 1234.5, Parallel: 4},
		Target: result.Target{Kind: "url", Address: "https://vendor.example/v1?a=1&b=<2>", Name: "vendor", Version: "9",
			Capabilities: []string{"patient", "tokens", "webhooks"}},
		Totals: result.Totals{Scenarios: map[result.Verdict]int{result.Passed: 2, result.Skipped: 1}, Clauses: map[result.Verdict]int{result.Passed: 2, result.Skipped: 1}},
		Clauses: []result.Clause{
			{ID: "RX-INVITE-001", Level: "MUST", Verdict: result.Passed, Scenarios: []string{"rxware/inviting.feature:3"}},
			{ID: "RX-INVITE-002", Level: "SHOULD", Verdict: result.Passed, Scenarios: []string{"rxware/inviting.feature:9"}},
			{ID: "RX-CLOCK-001", Level: "MUST", Verdict: result.Skipped, Reason: "the peer's clock cannot be moved", Scenarios: []string{"rxware/inviting.feature:15"}},
		},
		Scenarios: []result.Scenario{
			{ID: "rxware/inviting.feature:3", Title: "one", Clauses: []string{"RX-INVITE-001"}, Verdict: result.Passed, Started: began},
			{ID: "rxware/inviting.feature:9", Title: "two", Clauses: []string{"RX-INVITE-002"}, Verdict: result.Passed, Started: began},
			{ID: "rxware/inviting.feature:15", Title: "three", Clauses: []string{"RX-CLOCK-001"}, Verdict: result.Skipped, Lacks: "clock",
				Reason: "the peer's clock cannot be moved", Started: began},
		},
		Baseline: &result.Baseline{File: "known.yaml"},
	}
}

// warned is the same run with a SHOULD that is broken.
func warned() *result.Result {
	r := passed()
	r.Verdict, r.Clauses[1].Verdict, r.Scenarios[1].Verdict = result.Warning, result.Warning, result.Warning
	r.Totals.Scenarios[result.Passed], r.Totals.Scenarios[result.Warning] = 1, 1
	return r
}

// kept is a result as it is kept.
func kept(t testing.TB, r *result.Result) []byte {
	t.Helper()
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func issue(t testing.TB, r *result.Result) (envelope, text []byte) {
	t.Helper()
	text = kept(t, r)
	envelope, _, err := certificate.Issue(text, r, needed, ours, noon)
	if err != nil {
		t.Fatal(err)
	}
	return envelope, text
}

// opened is the envelope and what is in it.
func opened(t testing.TB, envelope []byte) (dsse.Envelope, []byte) {
	t.Helper()
	var e dsse.Envelope
	if err := json.Unmarshal(envelope, &e); err != nil {
		t.Fatal(err)
	}
	payload, err := e.DecodeB64Payload()
	if err != nil {
		t.Fatal(err)
	}
	return e, payload
}

// sealed is an envelope around anything, signed as ours are.
func sealed(t testing.TB, payloadType string, payload []byte) []byte {
	t.Helper()
	signer, err := dsse.NewEnvelopeSigner(plainSigner{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := signer.SignPayload(context.Background(), payloadType, payload)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, e)
}

func written(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

type plainSigner struct{}

func (plainSigner) Sign(_ context.Context, data []byte) ([]byte, error) {
	return ed25519.Sign(ours, data), nil
}
func (plainSigner) KeyID() (string, error) { return "", nil }
