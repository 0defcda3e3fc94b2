package certificate

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/placebo-sim/placebo/conformance/result"
)

// ErrUnreadable is wrapped when a text is no certificate at all, so that there
// is nothing to verify.
var ErrUnreadable = errors.New("this is no certificate")

// Verify tells what a certificate certifies, once all of it was checked, offline:
// that the key signed it, that it speaks of this result.json, and that every word
// of it agrees with what the result says. The error says what is wrong with it.
func Verify(envelope, text []byte, public ed25519.PublicKey) (*Report, error) {
	e, payload, err := open(envelope)
	if err != nil {
		return nil, err
	}
	if len(public) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("a public Ed25519 key has %d bytes, not %d", ed25519.PublicKeySize, len(public))
	}
	if err := checkSignature(e, payload, public); err != nil {
		return nil, err
	}
	s, err := read(e, payload)
	if err != nil {
		return nil, err
	}
	if named := s.Subject[0].Annotations.KeyID; named != KeyID(public) {
		return nil, fmt.Errorf("it names the key %s and is signed with %s", named, KeyID(public))
	}
	if certified, got := s.Subject[0].Digest["sha256"], digest(text); certified != got {
		return nil, fmt.Errorf("it certifies another result: the one with sha256 %s, not %s", certified, got)
	}
	var r result.Result
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("the result it certifies cannot be read: %w", err)
	}
	if err := agrees(s, text, &r); err != nil {
		return nil, err
	}
	return s.report(), nil
}

// open reads an envelope and decodes what is in it. Base64 has more than one
// spelling of the same bytes; ours is the only one.
func open(envelope []byte) (*dsse.Envelope, []byte, error) {
	var e dsse.Envelope
	if err := json.Unmarshal(envelope, &e); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if e.Payload == "" || len(e.Signatures) == 0 {
		return nil, nil, fmt.Errorf("%w: it lacks a payload or a signature", ErrUnreadable)
	}
	payload, err := base64.StdEncoding.DecodeString(e.Payload)
	if err != nil {
		return nil, nil, fmt.Errorf("its payload is no base64: %w", err)
	}
	if base64.StdEncoding.EncodeToString(payload) != e.Payload {
		return nil, nil, errors.New("its payload was spelled anew: it is not the base64 that was written")
	}
	return &e, payload, nil
}

func checkSignature(e *dsse.Envelope, payload []byte, public ed25519.PublicKey) error {
	unnamed := *e
	unnamed.Signatures = slices.Clone(e.Signatures)
	for i, s := range unnamed.Signatures {
		if sig, err := base64.StdEncoding.DecodeString(s.Sig); err != nil || base64.StdEncoding.EncodeToString(sig) != s.Sig {
			return errors.New("its signature is not the base64 that was written")
		}
		unnamed.Signatures[i].KeyID = "" // anybody can write a name there
	}
	check, err := dsse.NewEnvelopeVerifier(verifier{public})
	if err != nil {
		return err
	}
	_, signed, err := check.VerifyAndDecode(context.Background(), &unnamed)
	if err != nil || !bytes.Equal(signed, payload) {
		return fmt.Errorf("its signature is not that of the key %s over its payload: one of the three is not what it was", KeyID(public))
	}
	return nil
}

// read reads a payload as one of ours.
func read(e *dsse.Envelope, payload []byte) (*statement, error) {
	if e.PayloadType != PayloadType {
		return nil, fmt.Errorf("its payload is a %q, not a %s", e.PayloadType, PayloadType)
	}
	var s statement
	if err := json.Unmarshal(payload, &s); err != nil {
		return nil, fmt.Errorf("its statement cannot be read: %w", err)
	}
	switch {
	case s.Type != StatementType:
		return nil, fmt.Errorf("its statement is a %q, not a %s", s.Type, StatementType)
	case s.PredicateType != PredicateType:
		return nil, fmt.Errorf("it states a %q, not a %s", s.PredicateType, PredicateType)
	case len(s.Subject) != 1 || s.Subject[0].Name != resultName:
		return nil, fmt.Errorf("it must speak of one %s and nothing else", resultName)
	case len(s.Predicate.Configuration) != 1 || s.Predicate.Configuration[0].Name != suiteName:
		return nil, fmt.Errorf("it must name one %s and nothing else", suiteName)
	}
	return &s, nil
}

// agrees compares a statement with what it would be, had it been made now.
func agrees(s *statement, text []byte, r *result.Result) error {
	said, suite := s.Subject[0].Annotations, s.Predicate.Configuration[0]
	if why := objections(r, suite.Annotations.Needs); len(why) > 0 {
		return fmt.Errorf("its result is none that can be certified: %s", strings.Join(why, "; "))
	}
	want := state(text, r, suite.Annotations.Needs, said.KeyID, said.Issued)
	for _, part := range []struct {
		name      string
		got, want any
	}{
		{"verdict", s.Predicate.Result, want.Predicate.Result},
		{"list of passed clauses", s.Predicate.Passed, want.Predicate.Passed},
		{"list of warned clauses", s.Predicate.Warned, want.Predicate.Warned},
		{"list of failed clauses", s.Predicate.Failed, want.Predicate.Failed},
		{"list of skipped clauses", said.Skipped, want.Subject[0].Annotations.Skipped},
		{"digest of the suite", suite.Digest, want.Predicate.Configuration[0].Digest},
		{"target", said.Target, want.Subject[0].Annotations.Target},
		{"description of the run", s, want},
	} {
		got, err := compact(part.got)
		if err != nil {
			return err
		}
		should, err := compact(part.want)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, should) {
			return fmt.Errorf("its %s is not that of its result", part.name)
		}
	}
	return nil
}
