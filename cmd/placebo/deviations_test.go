package main

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/deviation"
)

func TestDeviationsListsTheWholeRegistry(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, nil, "deviations")
	if code != 0 || stderr != "" {
		t.Fatalf("got %d, %q, want 0", code, stderr)
	}
	for _, d := range deviation.All() {
		if !strings.Contains(stdout, "\n  "+d.Name+" ") {
			t.Errorf("%s is not in the list", d.Name)
		}
	}
	for line := range strings.Lines(stdout) {
		if line = strings.TrimSuffix(line, "\n"); len(line) > width || strings.TrimRight(line, " ") != line {
			t.Errorf("%q has %d columns or ends in a blank, want %d at most", line, len(line), width)
		}
	}
}

func TestDeviationsChoosesByNameClauseAndSide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"media.none"}, `["media.none"]`},
		{[]string{"HA-HOOK-ENROLL-008"}, `["enrollment.birth-as-text","enrollment.birth-in-seconds"]`},
		{[]string{"HA-HOOK-ENROLL-008", "--side", "vendor"}, `["enrollment.birth-as-text","enrollment.birth-in-seconds"]`},
	} {
		code, stdout, stderr := call(t, nil, append([]string{"deviations", "--format", "json"}, c.args...)...)
		if got := gjson.Get(stdout, "deviations.#.name|@ugly").Raw; code != 0 || got != c.want {
			t.Errorf("%q: got %d %s %s, want %s", c.args, code, got, stderr, c.want)
		}
	}
	for _, args := range [][]string{{"media.some"}, {"--side", "patient"}, {"--format", "xml"}, {"HA-HOOK-ENROLL-008", "--side", "partner"}} {
		if code, _, stderr := call(t, nil, append([]string{"deviations"}, args...)...); code != 2 || stderr == "" {
			t.Errorf("%q: got %d %q, want 2 and a reason", args, code, stderr)
		}
	}
}
