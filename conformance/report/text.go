package report

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/placebo-sim/placebo/conformance/result"
)

// seen makes signs visible that would act on whoever shows them: controls, and
// those that turn the direction of writing. Lines and tabs stay.
func seen(s string) string {
	hidden := func(r rune) bool {
		return r != '\n' && r != '\t' && unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 ||
			r == 0x200e || r == 0x200f || r == 0x061c || r == 0x2028 || r == 0x2029
	}
	s = strings.ToValidUTF8(s, "\ufffd")
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case !hidden(r):
			b.WriteRune(r)
		case r < 0x20:
			b.WriteRune(0x2400 + r)
		case r == 0x7f:
			b.WriteRune('\u2421')
		default:
			fmt.Fprintf(&b, "[U+%04X]", r)
		}
	}
	return b.String()
}

// firstLine is a text's first line, cut to a length in signs.
func firstLine(s string, most int) string {
	line, rest, _ := strings.Cut(strings.TrimSpace(s), "\n")
	signs := []rune(line)
	if len(signs) > most {
		return string(signs[:most-1]) + "…"
	}
	if strings.TrimSpace(rest) != "" {
		return line + " …"
	}
	return line
}

// middle cuts the middle out of what is longer than most signs.
func middle(s string, most int) string {
	signs := []rune(s)
	if len(signs) <= most {
		return s
	}
	front := (most - 1) / 2
	return string(signs[:front]) + "…" + string(signs[len(signs)-(most-1-front):])
}

// pretty is a body as people like to read it.
func pretty(body string) string {
	var b bytes.Buffer
	if t := strings.TrimSpace(body); strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[") {
		if json.Indent(&b, []byte(t), "", "  ") == nil {
			return b.String()
		}
	}
	return body
}

// lasted is a time in milliseconds, as people say it.
func lasted(ms float64) string {
	switch d := time.Duration(ms * float64(time.Millisecond)); {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", ms)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", ms)
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", ms/1000)
	default:
		return d.Round(time.Second).String()
	}
}

// group is scenarios that share a reason.
type group struct {
	Reason    string
	Scenarios []result.Scenario
}

// skipped groups what was skipped by reason, the most frequent first.
func skipped(r *result.Result) []group {
	var all []group
	at := map[string]int{}
	for _, s := range r.Scenarios {
		if s.Verdict != result.Skipped {
			continue
		}
		reason := cmp.Or(strings.TrimSpace(s.Reason), "no reason was given")
		i, met := at[reason]
		if !met {
			i = len(all)
			at[reason] = i
			all = append(all, group{Reason: reason})
		}
		all[i].Scenarios = append(all[i].Scenarios, s)
	}
	slices.SortStableFunc(all, func(a, b group) int { return cmp.Compare(len(b.Scenarios), len(a.Scenarios)) })
	return all
}

// byFile groups scenarios by their feature's file, in the order of the run.
func byFile(r *result.Result) (files []string, in map[string][]result.Scenario) {
	in = map[string][]result.Scenario{}
	for _, s := range r.Scenarios {
		if in[s.File] == nil {
			files = append(files, s.File)
		}
		in[s.File] = append(in[s.File], s)
	}
	return files, in
}

// worstFirst are the verdicts that somebody should look at, in that order.
var worstFirst = []result.Verdict{result.Failed, result.Error, result.Warning}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
