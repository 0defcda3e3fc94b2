package result_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	reflector "github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/result"
)

var update = flag.Bool("update", false, "write docs/schema anew")

const schemaFile = "../../docs/schema/result.schema.json"

func TestTheSchemaIsThatOfTheCode(t *testing.T) {
	want, err := json.MarshalIndent(schema(t), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/schema is stale: run go test ./conformance/result -run TestTheSchema -update")
	}
}

func TestEveryKeyOfTheSchemaIsDescribed(t *testing.T) {
	for name, d := range schema(t).Definitions {
		for p := d.Properties.Oldest(); p != nil; p = p.Next() {
			if p.Value.Description == "" {
				t.Errorf("%s.%s is not", name, p.Key)
			}
		}
	}
}

func TestTheSchemaTakesAResult(t *testing.T) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := validator.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := validator.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		claim  string
		change func(*result.Result)
		right  bool
	}{
		{"a full one is right", func(*result.Result) {}, true},
		{"one that judged nothing is right", func(r *result.Result) { r.Clauses, r.Scenarios = []result.Clause{}, []result.Scenario{} }, true},
		{"another version is wrong", func(r *result.Result) { r.Version++ }, false},
		{"an unknown verdict is wrong", func(r *result.Result) { r.Verdict = "great" }, false},
		{"an unknown verdict of a step is wrong", func(r *result.Result) { r.Scenarios[0].Steps[0].Verdict = "" }, false},
		{"an unknown verdict among the totals is wrong", func(r *result.Result) { r.Totals.Scenarios["great"] = 1 }, false},
		{"an exchange from nobody is wrong", func(r *result.Result) { r.Scenarios[0].Exchanges[0].From = "nobody" }, false},
	} {
		t.Run(c.claim, func(t *testing.T) {
			r := full()
			c.change(r)
			written, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			v, err := validator.UnmarshalJSON(bytes.NewReader(written))
			if err != nil {
				t.Fatal(err)
			}
			if err := compiled.Validate(v); (err == nil) != c.right {
				t.Errorf("the schema says: %v", err)
			}
		})
	}
}

// full is a result that uses every key.
func full() *result.Result {
	at := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	header := map[string][]string{"Content-Type": {"application/json"}}
	return &result.Result{
		Version: result.Version,
		Suite:   result.Suite{Name: "placebo", Version: "1.0.0", Digest: "sha256:0"},
		Run:     result.Run{ID: "r1", Seed: 7, Started: at, Took: 12.5, Parallel: 4},
		Profile: "rxware", Policy: true,
		Target:  result.Target{Kind: "url", Address: "https://vendor.example", Name: "a vendor", Version: "2", Capabilities: []string{"webhooks"}},
		Verdict: result.Failed,
		Totals:  result.Totals{Scenarios: map[result.Verdict]int{result.Failed: 1}, Clauses: map[result.Verdict]int{result.Failed: 1}},
		Clauses: []result.Clause{{ID: "RX-A-1", Level: "MUST", Kind: "vendor", Text: "It is so.", Source: "seed 003", Verdict: result.Failed,
			Reason: "status 500, want 200", Scenarios: []string{"rxware/a.feature:3"}}},
		Scenarios: []result.Scenario{{ID: "rxware/a.feature:3", Feature: "A", File: "rxware/a.feature", Line: 3, Title: "It is so",
			Tags: []string{"@RX-A-1"}, Clauses: []string{"RX-A-1"}, Verdict: result.Failed, Reason: "status 500, want 200",
			Steps:   []result.Step{{Keyword: "When", Text: "it is", Verdict: result.Failed, Error: "status 500, want 200", Took: 1}},
			Started: at, Took: 2, Dropped: 1,
			Exchanges: []evidence.Exchange{{N: 1, At: at, From: evidence.Suite, Method: "GET", URL: "https://vendor.example/", Header: header, Body: "{}",
				Status: 500, Answer: header, Content: "{}", Took: 1, Error: "cut short"}}}},
		Readings: map[string][]string{"consentKey": {"consent"}},
		Left:     []string{"placebo-maya"},
		Baseline: &result.Baseline{File: "known.txt", Known: []string{"RX-A-1"}, New: []string{"a"}, Gone: []string{"b"}, Unjudged: []string{"c"}},
		Note:     "nothing was chosen",
	}
}

// schema makes the schema from the types, their comments and a few rules.
func schema(t *testing.T) *reflector.Schema {
	t.Helper()
	var r reflector.Reflector
	for _, dir := range []string{".", "../evidence"} {
		if err := r.AddGoComments("github.com/placebo-sim/placebo/conformance/result", dir); err != nil {
			t.Fatal(err)
		}
	}
	for key, comment := range r.CommentMap {
		r.CommentMap[key] = strings.Join(strings.Fields(comment), " ")
	}
	s := r.Reflect(&result.Result{})
	s.ID = "https://github.com/placebo-sim/placebo/raw/main/docs/schema/result.schema.json"
	s.Title = "Placebo conformance result"
	s.Description = "What a conformance run found."
	for place, say := range rules() {
		def, key, _ := strings.Cut(place, ".")
		p, known := s.Definitions[def].Properties.Get(key)
		if !known {
			t.Fatalf("there is no %s", place)
		}
		say(p)
	}
	return s
}

// rules say what the types and their comments cannot.
func rules() map[string]func(*reflector.Schema) {
	says := func(words string) func(*reflector.Schema) {
		return func(s *reflector.Schema) { s.Description = words }
	}
	var all []any
	for _, v := range result.Verdicts() {
		all = append(all, v)
	}
	verdict := func(s *reflector.Schema) { s.Enum = all }
	counted := func(s *reflector.Schema) { s.PropertyNames = &reflector.Schema{Enum: all} }
	return map[string]func(*reflector.Schema){
		"Result.version":        func(s *reflector.Schema) { s.Const = result.Version },
		"Result.verdict":        verdict,
		"Clause.verdict":        verdict,
		"Scenario.verdict":      verdict,
		"Step.verdict":          verdict,
		"Totals.scenarios":      counted,
		"Totals.clauses":        counted,
		"Exchange.from":         func(s *reflector.Schema) { s.Enum = []any{evidence.Suite, evidence.Peer} },
		"Exchange.at":           says("when it began, by our clock"),
		"Exchange.method":       says("of the request"),
		"Exchange.url":          says("of the request"),
		"Exchange.header":       says("of the request"),
		"Exchange.body":         says("of the request"),
		"Exchange.answerHeader": says("of the answer"),
		"Exchange.answer":       says("the body of the answer"),
		"Exchange.tookMs":       says("milliseconds"),
	}
}
