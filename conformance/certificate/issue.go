package certificate

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"github.com/placebo-sim/placebo/conformance/result"
)

// ErrRefused is wrapped when a run is none that can be certified; the error
// names every reason.
var ErrRefused = errors.New("the run cannot be certified")

// inProcess is the kind of target that claims nothing, because it can do all.
const inProcess = "in-process"

// Issue certifies a run: text is its result.json, r what it says, and need the
// capabilities without which a peer cannot be certified. The verdict is [Passed]
// or [Warned]. The error wraps [ErrRefused] for a run in which anything failed or
// was expected to, that was not played to its end, or that left a needed
// capability unproved.
func Issue(text []byte, r *result.Result, need []string, key ed25519.PrivateKey, now time.Time) (envelope []byte, verdict string, err error) {
	if why := objections(r, need); len(why) > 0 {
		return nil, "", fmt.Errorf("%w: %s", ErrRefused, strings.Join(why, "; "))
	}
	if len(key) != ed25519.PrivateKeySize {
		return nil, "", fmt.Errorf("an Ed25519 key has %d bytes, not %d", ed25519.PrivateKeySize, len(key))
	}
	public := key.Public().(ed25519.PublicKey)
	s := state(text, r, need, KeyID(public), now.UTC().Truncate(time.Second))
	payload, err := compact(s)
	if err != nil {
		return nil, "", err
	}
	signer, err := dsse.NewEnvelopeSigner(signature{key})
	if err != nil {
		return nil, "", err
	}
	signed, err := signer.SignPayload(context.Background(), PayloadType, payload)
	if err != nil {
		return nil, "", fmt.Errorf("signing: %w", err)
	}
	if envelope, err = json.MarshalIndent(signed, "", "  "); err != nil {
		return nil, "", err
	}
	// A text that says something else than r is found out here, and not by
	// whoever gets the certificate.
	if _, err := Verify(envelope, text, public); err != nil {
		return nil, "", fmt.Errorf("checking what was issued: %w", err)
	}
	return append(envelope, '\n'), s.Predicate.Result, nil
}

// WriteFile certifies the run whose result.json is at resultPath with the private
// key at keyPath, and writes the certificate to path in one piece. Nothing is
// written when it returns an error.
func WriteFile(path, resultPath string, r *result.Result, need []string, keyPath string, now time.Time) (verdict string, err error) {
	key, err := ReadPrivate(keyPath)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(resultPath)
	if err != nil {
		return "", err
	}
	envelope, verdict, err := Issue(text, r, need, key, now)
	if err != nil {
		return "", err
	}
	return verdict, replace(path, envelope)
}

func replace(path string, text []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".certificate-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone already once renamed
	_, err = tmp.Write(text)
	if err := errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// objections are the reasons why a run cannot be certified.
func objections(r *result.Result, need []string) (why []string) {
	object := func(format string, args ...any) { why = append(why, fmt.Sprintf(format, args...)) }
	if r.Version != result.Version {
		object("its result is of version %d, not %d", r.Version, result.Version)
	}
	for _, v := range []result.Verdict{result.Failed, result.Error} {
		if ids := ended(r, v); len(ids) > 0 {
			object("%s %s", some(ids), map[result.Verdict]string{result.Failed: "failed", result.Error: "ended in an error"}[v])
		}
	}
	if b := r.Baseline; b != nil {
		if known := slices.Concat(b.Known, b.New, b.Gone, b.Unjudged); len(known) > 0 {
			object("the baseline is not empty: %s", some(known))
		}
	}
	if len(ended(r, result.Passed)) == 0 {
		object("nothing passed")
	}
	var missed []string
	lacking := map[string][]string{}
	for _, s := range r.Scenarios {
		if s.Verdict == result.Skipped && s.Started.IsZero() {
			missed = append(missed, s.ID)
		}
		if s.Verdict == result.Skipped && s.Lacks != "" {
			lacking[s.Lacks] = append(lacking[s.Lacks], s.ID)
		}
	}
	if len(missed) > 0 {
		object("%s: not played", some(missed))
	}
	for _, c := range need {
		if r.Target.Kind != inProcess && !slices.Contains(r.Target.Capabilities, c) {
			object("the target does not claim %s", c)
		}
		if ids := lacking[c]; len(ids) > 0 {
			object("%s: skipped for want of %s", some(ids), c)
		}
	}
	if len(why) == 0 && r.Verdict != result.Passed && r.Verdict != result.Warning {
		object("its verdict is %s %s", r.Verdict, r.Note)
	}
	return why
}

// some names the first few of many.
func some(ids []string) string {
	const few = 3
	if len(ids) <= few {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:few], ", "), len(ids)-few)
}
