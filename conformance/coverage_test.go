package conformance_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/clauses"
)

var update = flag.Bool("update", false, "write docs/coverage.md anew")

const coverage = "../docs/coverage.md"

func TestTheCoverageTable(t *testing.T) {
	want := conformance.Coverage(clauses.All(), scenarios(t))
	if *update {
		if err := os.WriteFile(coverage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(coverage)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/coverage.md is stale; write it anew with: go test ./conformance -run TestTheCoverageTable -update")
	}
}

func TestCoverageTellsWhatProvesAClauseOrWhyNothingDoes(t *testing.T) {
	all := []clauses.Clause{
		{ID: "RX-A-001", Level: clauses.Must, Kind: clauses.Vendor, Binds: clauses.BindsVendor},
		{ID: "RX-A-002", Level: clauses.May, Kind: clauses.Vendor, Binds: clauses.BindsCaller, Untested: "not testable: it permits | all"},
		{ID: "RX-B-001", Level: clauses.Must, Kind: clauses.Policy, Binds: clauses.BindsVendor},
		{ID: "RX-B-002", Level: clauses.Must, Kind: clauses.Policy, Binds: clauses.BindsVendor},
	}
	one := conformance.Scenario{File: "a/b.feature", Title: "A <case> is *told*", Outline: true, Examples: 2, Tags: []string{"@RX-A-001", "@uses:RX-B-001"}}
	two := conformance.Scenario{File: "a/c.feature", Title: "Another", Examples: 1, Tags: []string{"@RX-B-002"}}
	got := conformance.Coverage(all, []conformance.Scenario{one, two, two, two, two, two})
	for _, want := range []string{
		"\n| [RX-A](#rx-a) | 2 | 1 | 1 |\n| [RX-B](#rx-b) | 2 | 1 | 1 |\n| All | 4 | 2 | 2 |\n",
		"\n## RX-A\n\n", "\n## RX-B\n\n",
		"\n| RX-A-001 | MUST | vendor | vendor | proved by 1 scenario | [a/b.feature](../features/a/b.feature): A \\<case> is \\*told\\* (2 examples) |\n",
		"\n| RX-A-002 | MAY | vendor | caller | not testable: it permits \\| all |  |\n",
		"\n| RX-B-001 | MUST | policy | vendor | **open** |  |\n",
		"| proved by 5 scenarios | " + strings.Repeat("[a/c.feature](../features/a/c.feature): Another<br>", 3) + "and 2 more |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s\nwant it to contain %q", got, want)
		}
	}
}

func TestScenariosAreReadAsTheyRun(t *testing.T) {
	tree := fstest.MapFS{
		"b/late.feature":    {Data: []byte("Feature: Late\n  Scenario: Last\n    Given nothing\n")},
		"a/readme.txt":      {Data: []byte("no feature")},
		"a/tagged.feature":  {Data: []byte(tagged)},
		"a/unlike.features": {Data: []byte("no feature")},
	}
	got, err := conformance.Scenarios(tree)
	if err != nil {
		t.Fatal(err)
	}
	want := []conformance.Scenario{
		{File: "a/tagged.feature", Title: "Plain", Examples: 1, Tags: []string{"@feature", "@plain"}},
		{File: "a/tagged.feature", Title: "About <what>", Outline: true, Examples: 3, Tags: []string{"@feature", "@rule", "@outline", "@some"}},
		{File: "b/late.feature", Title: "Last", Examples: 1},
	}
	if len(got) != len(want) {
		t.Fatalf("got %d scenarios, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if a, b := got[i], want[i]; a.File != b.File || a.Title != b.Title || a.Outline != b.Outline || a.Examples != b.Examples ||
			strings.Join(a.Tags, " ") != strings.Join(b.Tags, " ") {
			t.Errorf("got %+v, want %+v", a, b)
		}
	}
}

const tagged = `@feature
Feature: Tagged

  @plain
  Scenario: Plain
    Given a text:
      """
      Scenario: is no scenario
      """

  @rule
  Rule: A rule

    # @comment
    @outline
    Scenario Outline: About <what>
      Given <what>

      Examples:
        | what |
        | one  |
        | two  |

      @some
      Examples:
        | what  |
        | three |
`

func TestAFeatureThatWouldNotRunIsAnError(t *testing.T) {
	for name, text := range map[string]string{
		"no Gherkin":                  "Scenario: without a feature\n",
		"nothing":                     "",
		"an outline without examples": "Feature: A\n  Scenario Outline: B\n    Given <c>\n\n    Examples:\n      | c |\n",
	} {
		if got, err := conformance.Scenarios(fstest.MapFS{"a.feature": {Data: []byte(text)}}); err == nil || !strings.Contains(err.Error(), "a.feature") {
			t.Errorf("%s: got %v, %v, want an error that names the file", name, got, err)
		}
	}
}
