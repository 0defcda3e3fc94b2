package result_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/conformance/result"
)

// Every combination of verdicts and of a baseline's findings has one exit code.
func TestTheExitCodeFollowsFromTheVerdicts(t *testing.T) {
	t.Parallel()
	either := []bool{false, true}
	for bits := range 1 << 5 {
		totals := map[result.Verdict]int{}
		for i, v := range result.Verdicts() {
			if bits>>i&1 == 1 {
				totals[v] = i + 1
			}
		}
		has := func(v result.Verdict) bool { return totals[v] > 0 }
		ran := has(result.Passed) || has(result.Warning) || has(result.Error) || has(result.Failed)
		for _, listed := range either {
			for _, fresh := range either {
				for _, gone := range either {
					r := &result.Result{Totals: result.Totals{Scenarios: totals}}
					want := 0
					red := has(result.Failed)
					if listed {
						r.Baseline = &result.Baseline{Known: []string{"RX-A-1"}}
						if fresh {
							r.Baseline.New = []string{"a.feature:1"}
						}
						if gone {
							r.Baseline.Gone = []string{"RX-A-2"}
						}
						red = fresh || gone
					}
					switch {
					case !ran:
						want = 3
					case red:
						want = 1
					case has(result.Error):
						want = 3
					}
					t.Run(fmt.Sprintf("%v, a baseline: %t, new: %t, gone: %t", totals, listed, fresh, gone), func(t *testing.T) {
						if got := r.Exit(); got != want {
							t.Errorf("exit %d, want %d", got, want)
						}
						begins := map[int][]string{0: {"Conformant", "Not conformant, as the baseline"}, 1: {"Not conformant:", "Not as the baseline"}, 3: {"Nothing was judged", "Not decided"}}[want]
						if s := r.Sentence(); !strings.HasPrefix(s, begins[0]) && !strings.HasPrefix(s, begins[1]) || !strings.HasSuffix(s, ".") {
							t.Errorf("exit %d is said as %q", want, s)
						}
					})
				}
			}
		}
	}
}

func TestASentenceSaysWhatWasFound(t *testing.T) {
	t.Parallel()
	type totals = map[result.Verdict]int
	for _, c := range []struct {
		want     string
		totals   totals
		baseline *result.Baseline
		note     string
	}{
		{"Conformant: 3 scenarios passed.", totals{result.Passed: 3}, nil, ""},
		{"Conformant: 1 scenario passed.", totals{result.Passed: 1}, nil, ""},
		{"Conformant: of 4 scenarios, 3 passed, 1 warning.", totals{result.Passed: 3, result.Warning: 1}, nil, ""},
		{"Conformant in what was judged: of 5 scenarios, 3 passed, 2 skipped.", totals{result.Passed: 3, result.Skipped: 2}, nil, ""},
		{"Not conformant: of 4 scenarios, 3 passed, 1 failed.", totals{result.Passed: 3, result.Failed: 1}, nil, ""},
		{"Not conformant, as the baseline says: of 4 scenarios, 3 passed, 1 failed.", totals{result.Passed: 3, result.Failed: 1}, &result.Baseline{Known: []string{"RX-A-1"}}, ""},
		{"Not as the baseline says, with 1 new failure and 2 listed that pass: of 4 scenarios, 3 passed, 1 failed.",
			totals{result.Passed: 3, result.Failed: 1}, &result.Baseline{New: []string{"a"}, Gone: []string{"b", "c"}}, ""},
		{"Not decided: of 4 scenarios, 3 passed, 1 could not be carried out.", totals{result.Passed: 3, result.Error: 1}, nil, ""},
		{"Nothing was judged: all 2 scenarios were skipped.", totals{result.Skipped: 2}, nil, ""},
		{"Nothing was judged: the only scenario was skipped.", totals{result.Skipped: 1}, nil, ""},
		{"Nothing was judged: no scenario ran.", nil, nil, ""},
		{"Nothing was judged: the target was probed first: refused.", nil, nil, "the target was probed first: refused"},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			r := &result.Result{Totals: result.Totals{Scenarios: c.totals}, Baseline: c.baseline, Note: c.note}
			if got := r.Sentence(); got != c.want {
				t.Errorf("it says %q", got)
			}
		})
	}
}

func TestARunIsComparedWithItsBaseline(t *testing.T) {
	t.Parallel()
	scenario := func(id string, v result.Verdict, clauses ...string) result.Scenario {
		return result.Scenario{ID: id, Verdict: v, Clauses: clauses}
	}
	scenarios := []result.Scenario{
		scenario("a.feature:9", result.Failed, "RX-A-2", "RX-A-1"),
		scenario("a.feature:8", result.Failed, "RX-A-1"),
		scenario("a.feature:7", result.Passed, "RX-A-1", "RX-A-3"),
		scenario("a.feature:6", result.Skipped, "RX-A-3", "RX-A-4"),
		scenario("a.feature:5", result.Error, "RX-A-5"),
		scenario("a.feature:4", result.Passed, "RX-A-5"),
		scenario("a.feature:3", result.Warning, "RX-A-6"),
	}
	for _, c := range []struct {
		claim string
		known []string
		want  result.Baseline
		exit  int
	}{
		{"an empty baseline makes every failure new", nil, result.Baseline{New: []string{"a.feature:8", "a.feature:9"}}, 1},
		{"a listed clause covers its scenarios", []string{"RX-A-1"}, result.Baseline{Known: []string{"RX-A-1"}}, 3},
		{"one of a scenario's clauses is enough", []string{"RX-A-2"}, result.Baseline{Known: []string{"RX-A-2"}, New: []string{"a.feature:8"}}, 1},
		{"a listed scenario covers itself", []string{"a.feature:9", "a.feature:8"}, result.Baseline{Known: []string{"a.feature:8", "a.feature:9"}}, 3},
		{"a listed scenario that passes is gone", []string{"RX-A-1", "a.feature:7"}, result.Baseline{Known: []string{"RX-A-1"}, Gone: []string{"a.feature:7"}}, 1},
		{"a listed clause that passes where it was judged is gone", []string{"RX-A-1", "RX-A-3"}, result.Baseline{Known: []string{"RX-A-1"}, Gone: []string{"RX-A-3"}}, 1},
		{"a warning may be listed", []string{"RX-A-1", "RX-A-6"}, result.Baseline{Known: []string{"RX-A-1", "RX-A-6"}}, 3},
		{"skips, errors and what was not chosen say nothing", []string{"RX-A-1", "RX-A-4", "RX-A-5", "RX-A-9", "RX-A-9"},
			result.Baseline{Known: []string{"RX-A-1"}, Unjudged: []string{"RX-A-4", "RX-A-5", "RX-A-9"}}, 3},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			r := &result.Result{Scenarios: scenarios, Totals: result.Totals{Scenarios: map[result.Verdict]int{}}}
			for _, s := range scenarios {
				r.Totals.Scenarios[s.Verdict]++
			}
			r.Compare("known.txt", c.known)
			got := r.Baseline
			if got.File != "known.txt" || !slices.Equal(got.Known, c.want.Known) || !slices.Equal(got.New, c.want.New) ||
				!slices.Equal(got.Gone, c.want.Gone) || !slices.Equal(got.Unjudged, c.want.Unjudged) || r.Exit() != c.exit {
				t.Errorf("%+v, exit %d", *got, r.Exit())
			}
		})
	}
}

func TestABaselineIsReadLineByLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim, text string
		want        []string
		err         string
	}{
		{"an empty file lists nothing", "", nil, ""},
		{"comments and blanks are left out", "# known\n\n  RX-INVITE-014 # too strict\r\nrxware/a.feature:12\n", []string{"RX-INVITE-014", "rxware/a.feature:12"}, ""},
		{"what is listed twice counts once", "RX-A-1\nRX-A-1", []string{"RX-A-1"}, ""},
		{"a mark at the beginning is no sign", "\ufeffRX-A-1", []string{"RX-A-1"}, ""},
		{"two ids on a line are a mistake", "RX-A-1\nRX-A-1 RX-A-2", nil, "known.txt:2"},
		{"a sentence is a mistake", "the first name is too long", nil, "known.txt:1"},
		{"a feature without a line is a mistake", "rxware/a.feature", nil, "known.txt:1"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "known.txt")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := result.LoadBaseline(file)
			if !slices.Equal(got, c.want) || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	if _, err := result.LoadBaseline(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("no file was read")
	}
}

func TestTheWorseVerdictWins(t *testing.T) {
	t.Parallel()
	order := []result.Verdict{result.Skipped, result.Passed, result.Warning, result.Error, result.Failed}
	for i, a := range order {
		if result.Worst("", a) != a || result.Worst(a, "") != a {
			t.Errorf("%s gives way to nothing", a)
		}
		for j, b := range order {
			if got := result.Worst(a, b); got != order[max(i, j)] {
				t.Errorf("the worst of %s and %s is %s", a, b, got)
			}
		}
	}
}
