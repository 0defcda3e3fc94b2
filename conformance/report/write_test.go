package report_test

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/report"
	"github.com/placebo-sim/placebo/conformance/result"
)

// hostile is what a peer could say to break a report.
const hostile = "</script><b>&\"' ]]> \x00\x1b[31m \xff {{.}} --> end"

// sample is a result with a scenario of every verdict, each with hostile words.
func sample() *result.Result {
	r := &result.Result{Version: result.Version, Profile: "rxware", Verdict: result.Failed,
		Suite:  result.Suite{Name: "placebo", Version: "1", Digest: "sha256:0"},
		Run:    result.Run{ID: "run", Seed: 7, Started: time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC), Took: 12.5, Parallel: 4},
		Target: result.Target{Kind: "url", Address: "https://vendor.example/" + hostile, Name: hostile},
		Totals: result.Totals{Scenarios: map[result.Verdict]int{}, Clauses: map[result.Verdict]int{}},
		Left:   []string{hostile}, Readings: map[string][]string{"consentKey": {"consent"}},
	}
	for i, v := range result.Verdicts() {
		s := result.Scenario{ID: "rxware/a.feature:" + string(rune('1'+i)), Feature: "A feature", File: "rxware/a.feature", Line: i + 1,
			Title: "Scenario " + string(v) + " " + hostile, Tags: []string{"@RX-A-001"}, Clauses: []string{"RX-A-001"}, Verdict: v, Took: 3,
			Started: r.Run.Started, Steps: []result.Step{{Keyword: "When", Text: "somebody says " + hostile, Verdict: v, Took: 1}},
			Exchanges: []evidence.Exchange{{N: 1, At: r.Run.Started, From: evidence.Suite, Method: "POST", URL: "https://vendor.example/v1/patients/invite",
				Header: map[string][]string{"Authorization": {evidence.Redacted}, "Content-Type": {"application/json"}}, Body: `{"a": "it's"}`,
				Status: 400, Content: hostile, Took: 2}},
		}
		if v != result.Passed {
			s.Reason = "saw " + hostile
		}
		r.Scenarios = append(r.Scenarios, s)
		r.Totals.Scenarios[v]++
	}
	r.Clauses = []result.Clause{{ID: "RX-A-001", Level: "MUST", Kind: "vendor", Text: hostile, Source: "seed", Verdict: result.Failed,
		Reason: hostile, Scenarios: []string{r.Scenarios[0].ID}}}
	r.Totals.Clauses[result.Failed] = 1
	return r
}

func write(t *testing.T, r *result.Result) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "deep", "report")
	if err := report.Write(dir, r); err != nil {
		t.Fatal(err)
	}
	return dir
}

func content(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAllReportsAreWrittenAtOnceAndNothingElse(t *testing.T) {
	t.Parallel()
	dir := write(t, sample())
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range found {
		names = append(names, f.Name())
	}
	if got := strings.Join(names, " "); got != "cucumber.json junit.xml report.html result.json" {
		t.Errorf("files: %s", got)
	}
}

func TestAResultIsReadBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	dir := write(t, sample())
	r, err := report.Read(filepath.Join(dir, report.ResultFile))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Scenarios) != 5 || r.Scenarios[4].Verdict != result.Failed || r.Run.Seed != 7 || r.Exit() != 1 {
		t.Errorf("read %+v", r)
	}
	if err := os.WriteFile(filepath.Join(dir, "other.json"), []byte(`{"version": 99}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := report.Read(filepath.Join(dir, "other.json")); err == nil {
		t.Error("a result of another version was read")
	}
}

// What public readers of JUnit's format read: suites, cases, and for each case
// at most one of failure, error and skipped.
func TestJUnitTellsEveryVerdictApart(t *testing.T) {
	t.Parallel()
	type outcome struct {
		Message string `xml:"message,attr"`
	}
	var got struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Errors   int    `xml:"errors,attr"`
			Skipped  int    `xml:"skipped,attr"`
			Cases    []struct {
				Name    string   `xml:"name,attr"`
				Class   string   `xml:"classname,attr"`
				Failure *outcome `xml:"failure"`
				Error   *outcome `xml:"error"`
				Skipped *outcome `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(content(t, write(t, sample()), report.JUnitFile), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Suites) != 1 || got.Suites[0].Tests != 5 || got.Suites[0].Failures != 1 || got.Suites[0].Errors != 1 || got.Suites[0].Skipped != 1 {
		t.Fatalf("suites: %+v", got.Suites)
	}
	for _, c := range got.Suites[0].Cases {
		is := map[string]bool{"failed": c.Failure != nil, "error": c.Error != nil, "skipped": c.Skipped != nil}
		for verdict, there := range is {
			if there != strings.HasPrefix(c.Name, "Scenario "+verdict+" ") {
				t.Errorf("%s: %s is %v", c.Name, verdict, there)
			}
		}
	}
}

// The members that every reader of Cucumber's JSON asks for.
func TestCucumberJSONHasWhatItsReadersAskFor(t *testing.T) {
	t.Parallel()
	var got []struct {
		URI      string `json:"uri"`
		ID       string `json:"id"`
		Keyword  string `json:"keyword"`
		Name     string `json:"name"`
		Elements []struct {
			ID    string `json:"id"`
			Type  string `json:"type"`
			Name  string `json:"name"`
			Line  int    `json:"line"`
			Tags  []struct{ Name string }
			Steps []struct {
				Keyword string `json:"keyword"`
				Name    string `json:"name"`
				Result  struct {
					Status   string `json:"status"`
					Duration int64  `json:"duration"`
				} `json:"result"`
			} `json:"steps"`
		} `json:"elements"`
	}
	if err := json.Unmarshal(content(t, write(t, sample()), report.CucumberFile), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || len(got[0].Elements) != 5 || got[0].Name != "A feature" || got[0].URI == "" || got[0].Keyword == "" {
		t.Fatalf("features: %+v", got)
	}
	for _, e := range got[0].Elements {
		if e.Type != "scenario" || e.Line == 0 || len(e.Steps) == 0 || len(e.Tags) == 0 {
			t.Errorf("element %+v", e)
		}
		for _, s := range e.Steps {
			switch s.Result.Status {
			case "passed", "failed", "skipped", "undefined", "pending":
			default:
				t.Errorf("status %q", s.Result.Status)
			}
			if strings.Contains(e.Name, "Scenario failed") && s.Result.Status != "failed" {
				t.Errorf("a failed scenario's step is %s", s.Result.Status)
			}
		}
	}
}

func TestThePageIsWholeAndTakesNothingForItsOwn(t *testing.T) {
	t.Parallel()
	page := string(content(t, write(t, sample()), report.HTMLFile))
	for _, foreign := range []string{"</script><b>", "src=\"http", "href=\"http://", "@import", "url(http", "\x1b[31m"} {
		if strings.Contains(page, foreign) {
			t.Errorf("the page contains %q", foreign)
		}
	}
	for _, needed := range []string{"<svg", "curl", "RX-A-001", "viewport", "@media print", "prefers-color-scheme", "&lt;/script&gt;"} {
		if !strings.Contains(page, needed) {
			t.Errorf("the page lacks %q", needed)
		}
	}
	if strings.Contains(page, evidence.Redacted) && !strings.Contains(page, "$TOKEN") && !strings.Contains(page, "$BEARER") && !strings.Contains(page, "$") {
		t.Error("the curl has no place for the secret")
	}
}
