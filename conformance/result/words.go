package result

import (
	"fmt"
	"strings"
)

// Sentence is what the run found, in words.
func (r *Result) Sentence() string {
	all := 0
	for _, n := range r.Totals.Scenarios {
		all += n
	}
	of := r.Totals.Scenarios
	ran := all - of[Skipped]
	switch {
	case ran == 0 && r.Note != "":
		return "Nothing was judged: " + r.Note + "."
	case ran == 0 && all > 0:
		return fmt.Sprintf("Nothing was judged: %s skipped.", were("all ", all, "scenario"))
	case ran == 0:
		return "Nothing was judged: no scenario ran."
	}
	var also []string
	if of[Failed] > 0 {
		also = append(also, fmt.Sprintf("%d failed", of[Failed]))
	}
	if of[Error] > 0 {
		also = append(also, fmt.Sprintf("%d could not be carried out", of[Error]))
	}
	if of[Warning] > 0 {
		also = append(also, count(of[Warning], "warning"))
	}
	if of[Skipped] > 0 {
		also = append(also, fmt.Sprintf("%d skipped", of[Skipped]))
	}
	facts := fmt.Sprintf("of %s, %d passed", count(all, "scenario"), of[Passed])
	if len(also) > 0 {
		facts += ", " + strings.Join(also, ", ")
	} else {
		facts = fmt.Sprintf("%s passed", count(all, "scenario"))
	}
	return r.judgement() + ": " + facts + "."
}

// judgement is the exit code in words.
func (r *Result) judgement() string {
	switch b := r.Baseline; r.Exit() {
	case 1:
		if b == nil {
			return "Not conformant"
		}
		var differs []string
		if n := len(b.New); n > 0 {
			differs = append(differs, count(n, "new failure"))
		}
		if n := len(b.Gone); n > 0 {
			differs = append(differs, fmt.Sprintf("%d listed that %s", n, map[bool]string{true: "passes", false: "pass"}[n == 1]))
		}
		return "Not as the baseline says, with " + strings.Join(differs, " and ")
	case 3:
		return "Not decided"
	}
	switch {
	case r.Totals.Scenarios[Failed] > 0:
		return "Not conformant, as the baseline says"
	case r.Totals.Scenarios[Skipped] > 0:
		return "Conformant in what was judged"
	}
	return "Conformant"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func were(before string, n int, what string) string {
	if n == 1 {
		return "the only " + what + " was"
	}
	return before + count(n, what) + " were"
}
