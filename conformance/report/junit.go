package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/conformance/result"
)

// The elements of the format that JUnit's readers share.
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitTotals
		Suites []junitSuite `xml:"testsuite"`
	}
	junitTotals struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Time     string `xml:"time,attr"`
	}
	junitSuite struct {
		Name string `xml:"name,attr"`
		File string `xml:"file,attr"`
		junitTotals
		Timestamp  string           `xml:"timestamp,attr,omitempty"`
		Properties *junitProperties `xml:"properties"`
		Cases      []junitCase      `xml:"testcase"`
	}
	junitProperties struct {
		List []junitProperty `xml:"property"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class      string           `xml:"classname,attr"`
		Name       string           `xml:"name,attr"`
		Time       string           `xml:"time,attr"`
		Properties *junitProperties `xml:"properties"`
		Failure    *junitReason     `xml:"failure"`
		Error      *junitReason     `xml:"error"`
		Skipped    *junitReason     `xml:"skipped"`
		Out        string           `xml:"system-out,omitempty"`
	}
	junitReason struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// junit makes junit.xml: a suite per feature, a test case per scenario.
func junit(r *result.Result) ([]byte, error) {
	all := junitSuites{Name: "conformance " + r.Profile}
	all.Time = seconds(r.Run.Took)
	run := junitProperties{[]junitProperty{
		{"profile", r.Profile}, {"target", who(r)}, {"run", r.Run.ID}, {"seed", strconv.FormatUint(r.Run.Seed, 10)},
		{"suite", strings.TrimSpace(r.Suite.Name + " " + r.Suite.Version)}, {"digest", r.Suite.Digest}, {"verdict", string(r.Verdict)},
	}}
	files, in := byFile(r)
	for _, file := range files {
		suite := junitSuite{Name: seen(in[file][0].Feature), File: file, Properties: &run}
		var took float64
		var began time.Time
		for _, s := range in[file] {
			took += s.Took
			if !s.Started.IsZero() && (began.IsZero() || s.Started.Before(began)) {
				began = s.Started
			}
			suite.count(s.Verdict)
			suite.Cases = append(suite.Cases, junitCaseOf(s))
		}
		suite.Time = seconds(took)
		if !began.IsZero() {
			suite.Timestamp = began.UTC().Format("2006-01-02T15:04:05")
		}
		all.Suites = append(all.Suites, suite)
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Errors += suite.Errors
		all.Skipped += suite.Skipped
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	to := xml.NewEncoder(&b)
	to.Indent("", "  ")
	if err := to.Encode(all); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func (t *junitTotals) count(v result.Verdict) {
	t.Tests++
	switch v {
	case result.Failed:
		t.Failures++
	case result.Error:
		t.Errors++
	case result.Skipped:
		t.Skipped++
	}
}

func junitCaseOf(s result.Scenario) junitCase {
	c := junitCase{Class: s.File, Name: fmt.Sprintf("%s [%d]", seen(s.Title), s.Line), Time: seconds(s.Took)}
	c.Properties = &junitProperties{[]junitProperty{{"clauses", strings.Join(s.Clauses, " ")}, {"verdict", string(s.Verdict)}}}
	why := &junitReason{Message: seen(firstLine(s.Reason, 300)), Type: string(s.Verdict), Text: story(s)}
	switch s.Verdict {
	case result.Failed:
		c.Failure = why
	case result.Error:
		c.Error = why
	case result.Skipped:
		c.Skipped = &junitReason{Message: seen(s.Reason)}
	case result.Warning:
		c.Out = "warning: what should hold does not\n" + story(s)
	}
	return c
}

// story is what became of a scenario, as plain lines.
func story(s result.Scenario) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", s.Reason)
	if len(s.Clauses) > 0 {
		fmt.Fprintf(&b, "\nclauses: %s\n", strings.Join(s.Clauses, " "))
	}
	fmt.Fprintf(&b, "%s\n", s.ID)
	for _, step := range s.Steps {
		fmt.Fprintf(&b, "  %-8s %s %s\n", step.Verdict, step.Keyword, step.Text)
	}
	for _, e := range s.Exchanges {
		fmt.Fprintf(&b, "  %d %s: %s %s: %s\n", e.N, e.From, e.Method, e.URL, answered(e))
	}
	return seen(b.String())
}

// who is the target, in a line.
func who(r *result.Result) string {
	t := r.Target
	name := strings.TrimSpace(t.Name + " " + t.Version)
	parts := []string{}
	for _, p := range []string{name, t.Kind, t.Address} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return seen(strings.Join(parts, ", "))
}

func seconds(ms float64) string { return strconv.FormatFloat(ms/1000, 'f', 3, 64) }
