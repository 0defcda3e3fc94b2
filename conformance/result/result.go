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
	Version   int        `json:"version"`   // of this format
	Suite     Suite      `json:"suite"`     // what judged
	Run       Run        `json:"run"`       // when and how
	Profile   string     `json:"profile"`   // the clauses that were judged
	Policy    bool       `json:"policy"`    // our own choices were judged too
	Target    Target     `json:"target"`    // who was judged
	Verdict   Verdict    `json:"verdict"`   // of the worst scenario
	Totals    Totals     `json:"totals"`    // how many of each verdict
	Clauses   []Clause   `json:"clauses"`   // in the order of the catalogue
	Scenarios []Scenario `json:"scenarios"` // in the order of the features
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
	Name    string `json:"name"`    // placebo
	Version string `json:"version"` // of the program
	Digest  string `json:"digest"`  // sha256 of features and clauses
}

// Run is when and how.
type Run struct {
	ID       string    `json:"id"`       // of the run
	Seed     uint64    `json:"seed"`     // of the order, and of what was invented
	Started  time.Time `json:"started"`  // in UTC
	Took     float64   `json:"tookMs"`   // milliseconds
	Parallel int       `json:"parallel"` // scenarios at once
}

// Target is who was judged.
type Target struct {
	Kind         string   `json:"kind"`                   // in-process, url, container
	Address      string   `json:"address"`                // where it was found
	Name         string   `json:"name,omitempty"`         // what it calls itself
	Version      string   `json:"version,omitempty"`      // of the target, if it says one
	Capabilities []string `json:"capabilities,omitempty"` // that it claims
}

// Totals count verdicts.
type Totals struct {
	Scenarios map[Verdict]int `json:"scenarios"` // of each verdict; absent is none
	Clauses   map[Verdict]int `json:"clauses"`   // of each verdict; absent is none
}

// Clause is a clause and its verdict.
type Clause struct {
	ID        string   `json:"id"`               // such as RX-INVITE-014
	Level     string   `json:"level"`            // MUST, SHOULD or MAY
	Kind      string   `json:"kind"`             // whose it is: vendor, vendor-on-our-wire, policy
	Text      string   `json:"text"`             // the sentence
	Source    string   `json:"source"`           // where the sentence is from
	Verdict   Verdict  `json:"verdict"`          // of its worst scenario
	Reason    string   `json:"reason,omitempty"` // the worst scenario's, or why nothing can prove it
	Scenarios []string `json:"scenarios"`        // their ids
}

// Scenario is a scenario, or one example of an outline, and its verdict.
type Scenario struct {
	ID        string              `json:"id"`                         // file:line, the example's line for an outline
	Feature   string              `json:"feature"`                    // the feature's title
	File      string              `json:"file"`                       // the feature's file
	Line      int                 `json:"line"`                       // in the file
	Title     string              `json:"title"`                      // placeholders filled in
	Tags      []string            `json:"tags"`                       // with their @
	Clauses   []string            `json:"clauses"`                    // that it proves
	Verdict   Verdict             `json:"verdict"`                    // what became of it
	Reason    string              `json:"reason,omitempty"`           // why it was skipped, what was seen and what would pass
	Lacks     string              `json:"lacks,omitempty"`            // the capability for want of which it was skipped
	Steps     []Step              `json:"steps"`                      // as far as it came
	Started   time.Time           `json:"started"`                    // in UTC; the year 1 when it did not
	Took      float64             `json:"tookMs"`                     // milliseconds
	Exchanges []evidence.Exchange `json:"exchanges,omitempty"`        // what was said, secrets taken out
	Dropped   int                 `json:"droppedExchanges,omitempty"` // that were too many to keep
}

// Step is one sentence of a scenario.
type Step struct {
	Keyword string  `json:"keyword"`         // Given, When, Then, And or *
	Text    string  `json:"text"`            // the sentence
	Verdict Verdict `json:"verdict"`         // before a level is considered: a SHOULD fails here too
	Error   string  `json:"error,omitempty"` // what was seen, and what would pass
	Took    float64 `json:"tookMs"`          // milliseconds
}

// Baseline is how the run compares with known failures.
type Baseline struct {
	File  string   `json:"file"`            // that lists them
	Known []string `json:"known,omitempty"` // clauses or scenarios that failed as listed
	New   []string `json:"new,omitempty"`   // that failed and are not listed
	Gone  []string `json:"gone,omitempty"`  // that are listed and passed
	// Unjudged are listed too, but were not chosen, were skipped or are in error.
	Unjudged []string `json:"unjudged,omitempty"`
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
