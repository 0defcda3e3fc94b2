package main

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/result"
)

// progress tells on w how a run goes on, until it is done.
func (f *conformFlags) progress(w io.Writer) (p conformance.Progress, done func()) {
	return &lines{w: w}, func() {}
}

// lines tell of what did not pass, as it happens.
type lines struct {
	mu sync.Mutex
	w  io.Writer
}

// Planned implements conformance.Progress.
func (l *lines) Planned(scenarios int) { l.tell("%d scenarios\n", scenarios) }

// Started implements conformance.Progress.
func (l *lines) Started(*result.Scenario) {}

// Ended implements conformance.Progress.
func (l *lines) Ended(s *result.Scenario) {
	if s.Verdict != result.Passed && s.Verdict != result.Skipped {
		l.tell("%-8s %s %s\n         %s\n", s.Verdict, s.ID, s.Title, firstLine(s.Reason))
	}
}

func (l *lines) tell(form string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.w, form, args...)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// summary says what was found; page is where more stands, if it does.
func (f *conformFlags) summary(w io.Writer, r *result.Result, page string) {
	for _, c := range r.Clauses {
		if c.Verdict != result.Passed && c.Verdict != result.Skipped {
			fmt.Fprintf(w, "%-8s %-20s %s\n", c.Verdict, c.ID, c.Text)
		}
	}
	counts := func(of map[result.Verdict]int) string {
		var parts []string
		for _, v := range result.Verdicts() {
			if of[v] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", of[v], v))
			}
		}
		return strings.Join(parts, ", ")
	}
	fmt.Fprintf(w, "scenarios: %s\nclauses: %s\n", counts(r.Totals.Scenarios), counts(r.Totals.Clauses))
	if b := r.Baseline; b != nil {
		fmt.Fprintf(w, "baseline %s: %d fail as listed; new: %s; gone: %s\n", b.File, len(b.Known), strings.Join(b.New, " "), strings.Join(b.Gone, " "))
	}
	fmt.Fprintf(w, "verdict: %s\n", r.Verdict)
	if page != "" {
		fmt.Fprintf(w, "report: %s\n", page)
	}
}
