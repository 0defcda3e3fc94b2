package main

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator"
)

func TestNumbersListsEveryMagicNumber(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, nil, "numbers")
	if code != 0 || stderr != "" {
		t.Fatalf("got %d, %q, want 0", code, stderr)
	}
	parts := strings.Split(stdout, "\n\n")[1:]
	numbers := simulator.MagicNumbers()
	if len(parts) != len(numbers) || len(numbers) == 0 {
		t.Fatalf("got %d numbers, want %d: %s", len(parts), len(numbers), stdout)
	}
	for i, m := range numbers {
		said := strings.Join(strings.Fields(parts[i]), " ")
		want := m.Phone + " " + m.Does + " " + m.Trace
		if m.Later != "" {
			want += " not yet: it waits for " + m.Later
		}
		if said != want {
			t.Errorf("got %q, want %q", said, want)
		}
	}
	for line := range strings.Lines(stdout) {
		if line = strings.TrimSuffix(line, "\n"); len(line) > width || strings.TrimRight(line, " ") != line {
			t.Errorf("%q has %d columns or ends in a blank, want %d at most", line, len(line), width)
		}
	}
}

func TestNumbersAreForProgramsToo(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, nil, "numbers", "--format", "json")
	if code != 0 || stderr != "" || !gjson.Valid(stdout) {
		t.Fatalf("got %d, %q, %q, want 0 and JSON", code, stdout, stderr)
	}
	all := gjson.Get(stdout, "numbers").Array()
	if want := simulator.MagicNumbers(); len(all) != len(want) {
		t.Fatalf("got %d numbers, want %d", len(all), len(want))
	}
	for i, m := range simulator.MagicNumbers() {
		got := all[i]
		if got.Get("phoneNumber").Str != m.Phone || got.Get("does").Str != m.Does || got.Get("shows").Str != m.Trace ||
			got.Get("notYet").Str != m.Later || got.Get("notYet").Exists() != (m.Later != "") {
			t.Errorf("got %s, want %+v", got.Raw, m)
		}
	}
}

func TestNumbersRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"numbers 0190", "numbers --format yaml", "numbers --color"} {
		if code, stdout, stderr := call(t, nil, strings.Fields(line)...); code != 2 || stdout != "" || stderr == "" {
			t.Errorf("placebo %s: got %d, %q, %q, want 2 and a reason", line, code, stdout, stderr)
		}
	}
}
