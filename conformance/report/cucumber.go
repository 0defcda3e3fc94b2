package report

import (
	"cmp"
	"strings"
	"unicode"

	"github.com/placebo-sim/placebo/conformance/result"
)

// The classic format of Cucumber, which most report tools read.
type (
	cukeFeature struct {
		URI         string        `json:"uri"`
		ID          string        `json:"id"`
		Keyword     string        `json:"keyword"`
		Name        string        `json:"name"`
		Description string        `json:"description"`
		Line        int           `json:"line"`
		Tags        []cukeTag     `json:"tags"`
		Elements    []cukeElement `json:"elements"`
	}
	cukeElement struct {
		ID          string     `json:"id"`
		Keyword     string     `json:"keyword"`
		Type        string     `json:"type"`
		Name        string     `json:"name"`
		Description string     `json:"description"`
		Line        int        `json:"line"`
		Started     string     `json:"start_timestamp,omitempty"`
		Tags        []cukeTag  `json:"tags"`
		Steps       []cukeStep `json:"steps"`
	}
	cukeTag struct {
		Name string `json:"name"`
		Line int    `json:"line"`
	}
	cukeStep struct {
		Keyword string     `json:"keyword"`
		Name    string     `json:"name"`
		Line    int        `json:"line"`
		Match   cukeMatch  `json:"match"`
		Result  cukeResult `json:"result"`
		Output  []string   `json:"output,omitempty"`
	}
	cukeMatch struct {
		Location string `json:"location"`
	}
	cukeResult struct {
		Status   string `json:"status"`
		Duration int64  `json:"duration"` // nanoseconds
		Error    string `json:"error_message,omitempty"`
	}
)

// cucumber makes cucumber.json. The format has no place for a scenario's
// verdict, which is that of its worst step; what it cannot say of warnings and
// errors is in a tag. Steps stand in the line of their scenario.
func cucumber(r *result.Result) ([]byte, error) {
	features := []cukeFeature{}
	files, in := byFile(r)
	for _, file := range files {
		name := in[file][0].Feature
		f := cukeFeature{URI: file, ID: slug(name), Keyword: "Feature", Name: name, Line: 1, Tags: []cukeTag{}}
		for _, s := range in[file] {
			f.Elements = append(f.Elements, cukeScenario(f.ID, s))
		}
		features = append(features, f)
	}
	return indented(features)
}

func cukeScenario(feature string, s result.Scenario) cukeElement {
	e := cukeElement{ID: feature + ";" + slug(s.Title), Keyword: "Scenario", Type: "scenario", Name: s.Title, Line: s.Line, Tags: []cukeTag{}}
	if !s.Started.IsZero() {
		e.Started = s.Started.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	for _, tag := range s.Tags {
		e.Tags = append(e.Tags, cukeTag{tag, s.Line})
	}
	if s.Verdict == result.Warning || s.Verdict == result.Error {
		e.Tags = append(e.Tags, cukeTag{"@verdict:" + string(s.Verdict), s.Line})
	}
	shown := false // the verdict is that of a step
	for _, step := range s.Steps {
		c := cukeStep{Keyword: step.Keyword + " ", Name: step.Text, Line: s.Line, Match: cukeMatch{s.ID},
			Result: cukeResult{Status: status(step, s.Verdict), Duration: int64(step.Took * 1e6), Error: step.Error}}
		if c.Result.Status == "passed" && step.Error != "" {
			c.Output, c.Result.Error = []string{"warning: " + step.Error}, ""
		}
		shown = shown || step.Verdict == s.Verdict
		e.Steps = append(e.Steps, c)
	}
	if want := status(result.Step{Verdict: s.Verdict}, s.Verdict); len(e.Steps) == 0 || !shown && want != "passed" {
		e.Steps = append(e.Steps, cukeStep{Keyword: "* ", Name: cmp.Or(firstLine(s.Reason, 200), string(s.Verdict)), Line: s.Line,
			Match: cukeMatch{s.ID}, Result: cukeResult{Status: want, Error: s.Reason}})
	}
	return e
}

// status is a step's verdict in the format's words.
func status(step result.Step, scenario result.Verdict) string {
	switch step.Verdict {
	case result.Skipped:
		return "skipped"
	case result.Passed, result.Warning:
		return "passed"
	case result.Error:
		if strings.HasPrefix(step.Error, "step is undefined") {
			return "undefined"
		}
		return "failed"
	}
	if scenario == result.Warning {
		return "passed"
	}
	return "failed"
}

// slug is a title as an id.
func slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}
