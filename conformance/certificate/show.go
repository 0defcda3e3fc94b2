package certificate

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/placebo-sim/placebo/conformance/result"
)

// Report is what a certificate says.
type Report struct {
	Verdict                 string // [Passed] or [Warned]
	Profile                 string
	Policy                  bool // our own choices were judged too
	Needs                   []string
	Target                  result.Target
	Run                     string
	Started, Issued         time.Time
	Passed, Warned, Skipped []string // ids of clauses
	Suite                   result.Suite
	Result                  string // sha256 of result.json
	KeyID                   string
}

func (s *statement) report() *Report {
	said, suite := s.Subject[0].Annotations, s.Predicate.Configuration[0]
	return &Report{
		Verdict: s.Predicate.Result, Profile: suite.Annotations.Profile, Policy: suite.Annotations.Policy, Needs: suite.Annotations.Needs,
		Target: result.Target{Kind: said.Target.Kind, Address: said.Target.URL, Name: said.Target.Name, Version: said.Target.Version, Capabilities: said.Target.Capabilities},
		Run:    said.Run, Started: said.Started, Issued: said.Issued,
		Passed: s.Predicate.Passed, Warned: s.Predicate.Warned, Skipped: said.Skipped,
		Suite:  result.Suite{Name: suite.Annotations.Suite, Version: suite.Annotations.Version, Digest: "sha256:" + suite.Digest["sha256"]},
		Result: s.Subject[0].Digest["sha256"], KeyID: said.KeyID,
	}
}

// Show prints what a certificate says, without checking any of it.
func Show(w io.Writer, envelope []byte) error {
	e, payload, err := open(envelope)
	if err != nil {
		return err
	}
	s, err := read(e, payload)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	return s.report().Write(w)
}

// Write prints the report in a few lines.
func (r *Report) Write(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		for i, a := range args {
			if text, ok := a.(string); ok {
				args[i] = plain(text)
			}
		}
		fmt.Fprintf(out, "%s\t%s\n", name, strings.TrimRight(fmt.Sprintf(format, args...), " "))
	}
	policy := ""
	if r.Policy {
		policy = ", our own choices included"
	}
	line("verdict", "%s", r.Verdict)
	line("target", "%s %s", cmp.Or(r.Target.Name, r.Target.Kind), r.Target.Version)
	line("", "%s, %s", r.Target.Kind, r.Target.Address)
	line("profile", "%s%s", r.Profile, policy)
	line("clauses", "%d passed, %d warned, %d skipped", len(r.Passed), len(r.Warned), len(r.Skipped))
	if len(r.Warned) > 0 {
		line("warned", "%s", strings.Join(r.Warned, ", "))
	}
	line("proved", "%s", cmp.Or(strings.Join(r.Needs, ", "), "nothing was demanded"))
	line("run", "%s, started %s", r.Run, r.Started.Format(time.RFC3339))
	line("suite", "%s %s", r.Suite.Name, r.Suite.Version)
	line("", "%s", r.Suite.Digest)
	line("result", "sha256:%s", r.Result)
	line("key", "%s", r.KeyID)
	line("issued", "%s", r.Issued.Format(time.RFC3339))
	return out.Flush()
}

// plain is a text that does to a terminal what it looks like.
func plain(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
		return strconv.Quote(s)
	}
	return s
}
