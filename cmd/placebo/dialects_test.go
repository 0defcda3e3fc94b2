package main

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/dialect"
)

func TestDialectsListsTheWholeRegister(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, nil, "dialects")
	if code != 0 || stderr != "" {
		t.Fatalf("got %d, %q, want 0", code, stderr)
	}
	for _, a := range dialect.All() {
		if !strings.Contains(stdout, "\n"+a.ID+" ") {
			t.Errorf("%s is not in the list", a.ID)
		}
	}
	for _, w := range dialect.Switches("") {
		if !strings.Contains(stdout, " "+w.Name+" ") {
			t.Errorf("%s is not in the list", w.Name)
		}
	}
	for _, want := range []string{
		"consentKey                 consents* | consent | both\n",
		"epochUnit                  ms* | s!\n",
		`Partner* | partner | "Source "`,
		"nothing to switch: both tables hold, each on its own endpoints\n",
		"\nINVITATIONS\n", "\nNAMED SETS",
		"sendDate.tracker           blankAfterT\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in the list", want)
		}
	}
	for line := range strings.Lines(stdout) {
		if line = strings.TrimSuffix(line, "\n"); len(line) > width || strings.TrimRight(line, " ") != line {
			t.Errorf("%q has %d columns or ends in a blank, want %d at most", line, len(line), width)
		}
	}
}

func TestDialectsShowsOneEntryInFull(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, argument string
		want           []string
		not            string
	}{
		{"an entry with all its switches", "AMB-004",
			[]string{"namesAt.enrollment: ", "namesAt.infusion: ", "default, set pages", "RX-HOOK-OPT-006", "{AMB-004: top}"}, "sendDate"},
		{"a switch of an entry", "namesAt.tracker",
			[]string{"AMB-004 ", "set example, set pages", "{namesAt.tracker: top}"}, "namesAt.opt"},
		{"a robustness value", "AMB-029", []string{"rxware", "for robustness"}, ""},
		{"a value that YAML would misread", "naCode", []string{`{naCode: "null"}`}, ""},
		{"an entry with nothing to switch", "AMB-033",
			[]string{"Nothing to switch: both tables hold", "RX-AUTH-004"}, "dialects: {"},
		{"a policy", "RX-OUR-024", []string{"secondaryWhenInactive: ", "kept"}, "AMB-"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := call(t, nil, "dialects", c.argument)
			if code != 0 || stderr != "" {
				t.Fatalf("got %d, %q, want 0", code, stderr)
			}
			for _, want := range c.want {
				if !strings.Contains(stdout, want) {
					t.Errorf("got %s, want it to contain %q", stdout, want)
				}
			}
			if c.not != "" && strings.Contains(stdout, c.not) {
				t.Errorf("got %s, want nothing about %q", stdout, c.not)
			}
		})
	}
}

// What the command tells to paste must be a choice that can be made.
func TestWhatDialectsTellsToPasteCanBeChosen(t *testing.T) {
	t.Parallel()
	for _, w := range dialect.Switches("") {
		_, stdout, _ := call(t, nil, "dialects", w.Name)
		_, choice, _ := strings.Cut(stdout, "dialects: {")
		choice, _, _ = strings.Cut(choice, "}")
		key, value, _ := strings.Cut(choice, ": ")
		if _, err := dialect.Choose(dialect.Set{}, key, strings.Trim(value, `"`)); err != nil {
			t.Errorf("%s: %s %v", choice, key, err)
		}
	}
}

func TestDialectsAsJSON(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, argument, path, want string }{
		{"every entry", "", "ambiguities.#", "81"},
		{"an entry's members", "", "ambiguities.0.@keys", `["id","chapter","subject","clauses","switches"]`},
		{"a switch's members", "", "ambiguities.0.switches.0.@keys", `["name","decides","default","values"]`},
		{"the values, the default first", "", "ambiguities.0.switches.0.values.#.name", `["consents","consent","both"]`},
		{"a robustness value", "", "ambiguities.#(id==AMB-009).switches.0.values.#.robustness", "[false,true]"},
		{"an entry with nothing to switch", "", "ambiguities.#(id==AMB-033).switches", "[]"},
		{"why there is nothing to switch", "AMB-033", "ambiguities.0.why", "both tables hold, each on its own endpoints"},
		{"the named sets", "", "sets.#.name", `["table","example","pages"]`},
		{"what a set chooses", "", `sets.#(name==table).choices.sendDate\.tracker`, "blankAfterT"},
		{"one entry", "AMB-004", "ambiguities.#.id", `["AMB-004"]`},
		{"one switch", "namesAt.tracker", "ambiguities.0.switches.#.name", `["namesAt.tracker"]`},
		{"what the sets choose of it", "namesAt.tracker", "sets.#.choices", `[{"namesAt.tracker":"event"},{"namesAt.tracker":"top"},{"namesAt.tracker":"top"}]`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := call(t, nil, append([]string{"dialects", "--format", "json"}, strings.Fields(c.argument)...)...)
			if code != 0 || stderr != "" || !gjson.Valid(stdout) {
				t.Fatalf("got %d, %q, %q, want 0 and JSON", code, stdout, stderr)
			}
			if got := gjson.Get(stdout, c.path+"|@ugly").String(); got != c.want {
				t.Errorf("%s: got %s, want %s", c.path, got, c.want)
			}
		})
	}
}
