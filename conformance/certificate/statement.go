package certificate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/conformance/result"
)

// The types of what is signed.
const (
	PayloadType   = "application/vnd.in-toto+json"
	StatementType = "https://in-toto.io/Statement/v1"
	PredicateType = "https://in-toto.io/attestation/test-result/v0.1"
)

// The verdicts of a certificate, in the words of the predicate.
const (
	Passed = "PASSED"
	Warned = "WARNED" // a SHOULD is broken
)

// The names of the two artifacts that a statement speaks of.
const (
	resultName = "result.json"
	suiteName  = "suite"
)

// statement is an in-toto statement of a test result. It is written by hand and
// not through in-toto's protocol buffers: those would be an eighth of the program,
// and do not write the same text twice. The tests read it with them.
type statement struct {
	Type          string            `json:"_type"`
	Subject       []artifact[facts] `json:"subject"`
	PredicateType string            `json:"predicateType"`
	Predicate     predicate         `json:"predicate"`
}

// artifact is in-toto's resource descriptor. What we have to say beyond the
// predicate stands in its annotations, which are there for that.
type artifact[A any] struct {
	Name        string            `json:"name"`
	Digest      map[string]string `json:"digest"`
	Annotations A                 `json:"annotations"`
}

type predicate struct {
	Result        string            `json:"result"`
	Configuration []artifact[rules] `json:"configuration"`
	Passed        []string          `json:"passedTests"` // ids of clauses
	Warned        []string          `json:"warnedTests"`
	Failed        []string          `json:"failedTests"` // always empty
}

// facts are about the run and who was judged.
type facts struct {
	Target  target    `json:"target"`
	Run     string    `json:"run"`
	Started time.Time `json:"started"`
	Skipped []string  `json:"skippedTests"` // ids of clauses of which nothing is certified
	Issued  time.Time `json:"issued"`
	KeyID   string    `json:"keyid"` // see [KeyID]
}

type target struct {
	Name         string   `json:"name"`
	Kind         string   `json:"kind"`
	URL          string   `json:"url"`
	Version      string   `json:"version"`
	Capabilities []string `json:"capabilities"`
}

// rules are what was judged by.
type rules struct {
	Suite   string   `json:"suite"`
	Version string   `json:"version"`
	Profile string   `json:"profile"`
	Policy  bool     `json:"policy"` // our own choices were judged too
	Needs   []string `json:"needs"`  // capabilities that were demanded
}

// state is the statement of a result. What it does not take from there is what
// the issuer adds.
func state(text []byte, r *result.Result, need []string, keyID string, issued time.Time) *statement {
	return &statement{
		Type: StatementType,
		Subject: []artifact[facts]{{Name: resultName, Digest: map[string]string{"sha256": digest(text)}, Annotations: facts{
			Target: target{Name: r.Target.Name, Kind: r.Target.Kind, URL: r.Target.Address, Version: r.Target.Version, Capabilities: list(r.Target.Capabilities)},
			Run:    r.Run.ID, Started: r.Run.Started.UTC(), Skipped: clauses(r, result.Skipped), Issued: issued, KeyID: keyID,
		}}},
		PredicateType: PredicateType,
		Predicate: predicate{
			Result: verdict(r),
			Configuration: []artifact[rules]{{Name: suiteName, Digest: map[string]string{"sha256": strings.TrimPrefix(r.Suite.Digest, "sha256:")}, Annotations: rules{
				Suite: r.Suite.Name, Version: r.Suite.Version, Profile: r.Profile, Policy: r.Policy, Needs: list(need),
			}}},
			Passed: clauses(r, result.Passed), Warned: clauses(r, result.Warning), Failed: clauses(r, result.Failed),
		},
	}
}

// verdict is that of a run in which nothing failed.
func verdict(r *result.Result) string {
	if len(ended(r, result.Warning)) > 0 {
		return Warned
	}
	return Passed
}

// ended are the ids of the scenarios with a verdict.
func ended(r *result.Result, v result.Verdict) (ids []string) {
	for _, s := range r.Scenarios {
		if s.Verdict == v {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

// clauses are the ids of the clauses with a verdict.
func clauses(r *result.Result, v result.Verdict) []string {
	ids := []string{}
	for _, c := range r.Clauses {
		if c.Verdict == v {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// list is never null in JSON.
func list(of []string) []string { return append([]string{}, of...) }

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// compact is JSON without blanks, the same for the same value.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	err := to.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
