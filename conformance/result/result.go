package result

import (
	"time"

	"github.com/placebo-sim/placebo/conformance/evidence"
)

// Version is the version of the format.
const Version = 1

// Verdict is what became of a scenario, a clause or a run.
type Verdict string

// The verdicts.
const (
	Passed  Verdict = "passed"
	Failed  Verdict = "failed"
	Warning Verdict = "warning" // a SHOULD is broken
	Skipped Verdict = "skipped" // not claimed, or nobody can do it; Reason says why
	Error   Verdict = "error"   // our harness failed, or the peer could not be reached
)

// Verdicts returns all, the best first.
func Verdicts() []Verdict { return []Verdict{Passed, Skipped, Warning, Error, Failed} }

// Result is one run.
type Result struct {
	Version   int        `json:"version"`
	Suite     Suite      `json:"suite"`
	Run       Run        `json:"run"`
	Profile   string     `json:"profile"`
	Policy    bool       `json:"policy"` // our own choices were judged too
	Target    Target     `json:"target"`
	Verdict   Verdict    `json:"verdict"`
	Totals    Totals     `json:"totals"`
	Clauses   []Clause   `json:"clauses"`
	Scenarios []Scenario `json:"scenarios"`
	// Readings are the values of ambiguous switches that the peer was seen to
	// play, such as consentKey: [consent].
	Readings map[string][]string `json:"readings,omitempty"`
	// Left are the external ids of patients that the run left at the peer; the
	// contract has no way to delete them.
	Left []string `json:"left,omitempty"`
	// Baseline is what was expected to fail, if that was said.
	Baseline *Baseline `json:"baseline,omitempty"`
	// Note says why a run that executed nothing did not.
	Note string `json:"note,omitempty"`
}

// Suite is what judged.
type Suite struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Digest  string `json:"digest"` // sha256 of features and clauses
}

// Run is when and how.
type Run struct {
	ID       string    `json:"id"`
	Seed     uint64    `json:"seed"`
	Started  time.Time `json:"started"`
	Took     float64   `json:"tookMs"`
	Parallel int       `json:"parallel"`
}

// Target is who was judged.
type Target struct {
	Kind         string   `json:"kind"` // in-process, url, container
	Address      string   `json:"address"`
	Name         string   `json:"name,omitempty"`
	Version      string   `json:"version,omitempty"`
	Capabilities []string `json:"capabilities,omitempty"`
}

// Totals count verdicts.
type Totals struct {
	Scenarios map[Verdict]int `json:"scenarios"`
	Clauses   map[Verdict]int `json:"clauses"`
}

// Clause is a clause and its verdict.
type Clause struct {
	ID        string   `json:"id"`
	Level     string   `json:"level"`
	Kind      string   `json:"kind"`
	Text      string   `json:"text"`
	Source    string   `json:"source"`
	Verdict   Verdict  `json:"verdict"`
	Reason    string   `json:"reason,omitempty"`
	Scenarios []string `json:"scenarios"` // their ids
}

// Scenario is a scenario, or one example of an outline, and its verdict.
type Scenario struct {
	ID        string              `json:"id"` // file:line, the example's line for an outline
	Feature   string              `json:"feature"`
	File      string              `json:"file"`
	Line      int                 `json:"line"`
	Title     string              `json:"title"`
	Tags      []string            `json:"tags"`
	Clauses   []string            `json:"clauses"` // that it proves
	Verdict   Verdict             `json:"verdict"`
	Reason    string              `json:"reason,omitempty"` // why it was skipped, what was seen and what would pass
	Steps     []Step              `json:"steps"`
	Started   time.Time           `json:"started"`
	Took      float64             `json:"tookMs"`
	Exchanges []evidence.Exchange `json:"exchanges,omitempty"`
	Dropped   int                 `json:"droppedExchanges,omitempty"`
}

// Step is one sentence of a scenario.
type Step struct {
	Keyword string  `json:"keyword"`
	Text    string  `json:"text"`
	Verdict Verdict `json:"verdict"`
	Error   string  `json:"error,omitempty"`
	Took    float64 `json:"tookMs"`
}

// Baseline is how the run compares with known failures.
type Baseline struct {
	File  string   `json:"file"`
	Known []string `json:"known,omitempty"` // clauses or scenarios that failed as listed
	New   []string `json:"new,omitempty"`   // that failed and are not listed
	Gone  []string `json:"gone,omitempty"`  // that are listed and did not fail
}

// rank orders verdicts by how bad they are.
func rank(v Verdict) int {
	switch v {
	case Passed:
		return 1
	case Warning:
		return 2
	case Error:
		return 3
	case Failed:
		return 4
	}
	return 0 // skipped, or nothing yet
}

// Worst is the worse of two verdicts; skipped gives way to any other.
func Worst(a, b Verdict) Verdict {
	if a == "" || rank(b) > rank(a) {
		return b
	}
	return a
}

// Exit is the exit code for the result: 0 conformant, 1 not conformant, 3 when
// the run could not be carried out or carried out nothing.
func (r *Result) Exit() int {
	ran := 0
	for v, n := range r.Totals.Scenarios {
		if v != Skipped {
			ran += n
		}
	}
	switch {
	case ran == 0:
		return 3
	case r.Baseline != nil && (len(r.Baseline.New) > 0 || len(r.Baseline.Gone) > 0):
		return 1
	case r.Baseline == nil && r.Totals.Scenarios[Failed] > 0:
		return 1
	case r.Totals.Scenarios[Error] > 0:
		return 3
	}
	return 0
}
