package certificate_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/in-toto/attestation/go/predicates/test_result/v0"
	intoto "github.com/in-toto/attestation/go/v1"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/placebo-sim/placebo/conformance/certificate"
	"github.com/placebo-sim/placebo/conformance/result"
)

func TestACertificateSaysWhatTheResultSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim          string
		r              *result.Result
		verdict        string
		passed, warned []string
	}{
		{"all that was proved is kept", passed(), certificate.Passed, []string{"RX-INVITE-001", "RX-INVITE-002"}, nil},
		{"a SHOULD is broken", warned(), certificate.Warned, []string{"RX-INVITE-001"}, []string{"RX-INVITE-002"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			text := kept(t, c.r)
			envelope, verdict, err := certificate.Issue(text, c.r, needed, ours, noon)
			if err != nil || verdict != c.verdict {
				t.Fatalf("got %q, %v, want %s", verdict, err, c.verdict)
			}
			got, err := certificate.Verify(envelope, text, public(ours))
			if err != nil {
				t.Fatal(err)
			}
			if got.Verdict != c.verdict || !slices.Equal(got.Passed, c.passed) || !slices.Equal(got.Warned, c.warned) || !slices.Equal(got.Skipped, []string{"RX-CLOCK-001"}) {
				t.Errorf("got %+v, want %s of %v and %v", got, c.verdict, c.passed, c.warned)
			}
			if got.Profile != "rxware" || got.Policy || !slices.Equal(got.Needs, needed) || got.Suite != c.r.Suite || got.Run != "r-17" {
				t.Errorf("got %+v, want the run's", got)
			}
			if is := got.Target; is.Name != "vendor" || is.Kind != "url" || is.Address != c.r.Target.Address || is.Version != "9" || !slices.Equal(is.Capabilities, c.r.Target.Capabilities) {
				t.Errorf("got %+v, want %+v", is, c.r.Target)
			}
			if !got.Started.Equal(c.r.Run.Started) || !got.Issued.Equal(noon.Truncate(time.Second)) || got.KeyID != certificate.KeyID(public(ours)) {
				t.Errorf("got %+v, want the times and the key", got)
			}
			again, _, err := certificate.Issue(text, c.r, needed, ours, noon)
			if err != nil || !bytes.Equal(again, envelope) {
				t.Errorf("the second certificate of a run is another one: %v", err)
			}
		})
	}
}

func TestInProcessClaimsNothingAndCanDoAll(t *testing.T) {
	t.Parallel()
	r := passed()
	r.Target = result.Target{Kind: "in-process", Address: "here"}
	envelope, text := issue(t, r)
	if _, err := certificate.Verify(envelope, text, public(ours)); err != nil {
		t.Error(err)
	}
}

// stranger is a verifier of somebody else, who calls keys by other names.
type stranger struct{ name string }

func (s stranger) Verify(_ context.Context, data, sig []byte) error {
	if !ed25519.Verify(public(ours), data, sig) {
		return errors.New("wrong")
	}
	return nil
}
func (s stranger) KeyID() (string, error)   { return s.name, nil }
func (s stranger) Public() crypto.PublicKey { return public(ours) }

func TestAPublicVerifierAcceptsTheEnvelope(t *testing.T) {
	t.Parallel()
	envelope, _ := issue(t, passed())
	for _, c := range []struct{ claim, name string }{
		{"a verifier that names no key, as cosign does", ""},
		{"a verifier that names keys as we do", certificate.KeyID(public(ours))},
		{"a verifier that names keys in its own way", "the red one"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			check, err := dsse.NewEnvelopeVerifier(stranger{c.name})
			if err != nil {
				t.Fatal(err)
			}
			e, _ := opened(t, envelope)
			if accepted, err := check.Verify(t.Context(), &e); err != nil || len(accepted) != 1 {
				t.Errorf("got %v, %v, want one accepted key", accepted, err)
			}
		})
	}
}

func TestInTotoReadsTheStatement(t *testing.T) {
	t.Parallel()
	envelope, text := issue(t, warned())
	e, payload := opened(t, envelope)
	if e.PayloadType != certificate.PayloadType {
		t.Errorf("got a %s", e.PayloadType)
	}
	var s intoto.Statement
	if err := protojson.Unmarshal(payload, &s); err != nil { // refuses what it does not know
		t.Fatal(err)
	}
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
	if s.GetType() != certificate.StatementType || s.GetPredicateType() != certificate.PredicateType || len(s.GetSubject()) != 1 {
		t.Fatalf("got a %s of %s about %v", s.GetType(), s.GetPredicateType(), s.GetSubject())
	}
	if is := s.GetSubject()[0]; is.GetName() != "result.json" || is.GetDigest()["sha256"] != sum(text) ||
		is.GetAnnotations().GetFields()["target"].GetStructValue().GetFields()["url"].GetStringValue() != warned().Target.Address {
		t.Errorf("got %v, want the result and its target", is)
	}
	inside, err := s.GetPredicate().MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var p v0.TestResult
	if err := protojson.Unmarshal(inside, &p); err != nil {
		t.Fatal(err)
	}
	if p.GetResult() != "WARNED" || !slices.Equal(p.GetPassedTests(), []string{"RX-INVITE-001"}) ||
		!slices.Equal(p.GetWarnedTests(), []string{"RX-INVITE-002"}) || len(p.GetFailedTests()) != 0 || len(p.GetConfiguration()) != 1 {
		t.Fatalf("got %v", &p)
	}
	suite := p.GetConfiguration()[0]
	if err := suite.Validate(); err != nil || suite.GetName() != "suite" || "sha256:"+suite.GetDigest()["sha256"] != warned().Suite.Digest {
		t.Errorf("got %v, %v, want the suite and its digest", suite, err)
	}
}

func TestARunThatProvesTooLittleIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim  string
		change func(*result.Result)
		want   []string // parts of the reasons
	}{
		{"a scenario failed", func(r *result.Result) { r.Scenarios[0].Verdict = result.Failed }, []string{"inviting.feature:3 failed"}},
		{"a scenario is in error", func(r *result.Result) { r.Scenarios[1].Verdict = result.Error }, []string{"inviting.feature:9 ended in an error"}},
		{"a failure was expected", func(r *result.Result) { r.Baseline.Known = []string{"RX-INVITE-001"} }, []string{"baseline", "RX-INVITE-001"}},
		{"a failure is new", func(r *result.Result) { r.Baseline.New = []string{"RX-INVITE-001"} }, []string{"baseline"}},
		{"an expected failure did not happen", func(r *result.Result) { r.Baseline.Gone = []string{"RX-INVITE-001"} }, []string{"baseline"}},
		{"an expected failure was not judged", func(r *result.Result) { r.Baseline.Unjudged = []string{"RX-INVITE-001"} }, []string{"baseline"}},
		{"nothing passed", func(r *result.Result) {
			r.Scenarios[0].Verdict, r.Scenarios[1].Verdict = result.Skipped, result.Skipped
		}, []string{"nothing passed"}},
		{"nothing ran", func(r *result.Result) { r.Scenarios, r.Clauses = nil, nil }, []string{"nothing passed"}},
		{"only warnings came of it", func(r *result.Result) {
			r.Scenarios[0].Verdict, r.Scenarios[1].Verdict = result.Warning, result.Warning
		}, []string{"nothing passed"}},
		{"a needed capability is not claimed", func(r *result.Result) { r.Target.Capabilities = []string{"patient"} }, []string{"does not claim webhooks"}},
		{"a needed capability was lacking", func(r *result.Result) { r.Scenarios[2].Lacks = "patient" }, []string{"inviting.feature:15", "for want of patient"}},
		{"one in process was lacking", func(r *result.Result) { r.Target.Kind, r.Scenarios[2].Lacks = "in-process", "webhooks" }, []string{"for want of webhooks"}},
		{"the run ended early", func(r *result.Result) { r.Scenarios[2].Started, r.Scenarios[2].Lacks = time.Time{}, "" }, []string{"inviting.feature:15: not played"}},
		{"the run was interrupted", func(r *result.Result) { r.Verdict, r.Note = result.Error, "it was interrupted" }, []string{"error", "it was interrupted"}},
		{"the result is of another version", func(r *result.Result) { r.Version++ }, []string{"version 2"}},
		{"much is wrong", func(r *result.Result) {
			r.Scenarios[0].Verdict, r.Target.Capabilities = result.Failed, nil
			for range 5 {
				r.Baseline.New = append(r.Baseline.New, "RX-INVITE-001")
			}
		}, []string{"failed", "and 2 more", "webhooks", "patient"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			r := passed()
			c.change(r)
			envelope, verdict, err := certificate.Issue(kept(t, r), r, needed, ours, noon)
			if !errors.Is(err, certificate.ErrRefused) || envelope != nil || verdict != "" {
				t.Fatalf("got %q, %v, want a refusal", verdict, err)
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got %q, want it to name %q", err, part)
				}
			}
		})
	}
}

func TestATextThatIsNotTheResultIsNotCertified(t *testing.T) {
	t.Parallel()
	if envelope, _, err := certificate.Issue(kept(t, passed()), warned(), needed, ours, noon); err == nil || envelope != nil {
		t.Errorf("got %v, want an error", err)
	}
	if envelope, _, err := certificate.Issue(kept(t, passed()), passed(), needed, nil, noon); err == nil || envelope != nil {
		t.Errorf("without a key: got %v, want an error", err)
	}
}

func TestACertificateIsWrittenInOnePiece(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	key, err := certificate.WriteKeys(at("private.pem"), at("public.pem"))
	if err != nil {
		t.Fatal(err)
	}
	r := passed()
	write := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(at(name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("result.json", kept(t, r))
	write("certificate.json", []byte("an old one"))
	if verdict, err := certificate.WriteFile(at("certificate.json"), at("result.json"), r, needed, at("private.pem"), noon); err != nil || verdict != certificate.Passed {
		t.Fatalf("got %q, %v", verdict, err)
	}
	envelope, err := os.ReadFile(at("certificate.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := certificate.Verify(envelope, kept(t, r), key); err != nil {
		t.Error(err)
	}
	r.Scenarios[0].Verdict = result.Failed
	write("result.json", kept(t, r))
	for _, c := range []struct {
		claim, path, from, key string
		is                     error
	}{
		{"a refused run", at("other.json"), at("result.json"), at("private.pem"), certificate.ErrRefused},
		{"a result that is not there", at("other.json"), at("nowhere.json"), at("private.pem"), os.ErrNotExist},
		{"a key that is not there", at("other.json"), at("result.json"), at("nowhere.pem"), os.ErrNotExist},
	} {
		if verdict, err := certificate.WriteFile(c.path, c.from, r, needed, c.key, noon); !errors.Is(err, c.is) || verdict != "" {
			t.Errorf("%s: got %q, %v, want %v", c.claim, verdict, err, c.is)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 4 {
		t.Errorf("got %v, %v, want the keys, the result and one certificate", left, err)
	}
}
