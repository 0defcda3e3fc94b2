package dialect_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/dialect"
)

// choice is a key and a value, as in a configuration.
type choice struct{ key, value string }

func choose(t *testing.T, choices ...choice) dialect.Set {
	t.Helper()
	var s dialect.Set
	for _, c := range choices {
		next, err := dialect.Choose(s, c.key, c.value)
		if err != nil {
			t.Fatalf("%s: %s: %v", c.key, c.value, err)
		}
		s = next
	}
	return s
}

func TestAChoiceChangesWhatItNamesAndNothingElse(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		choices []choice
		want    map[dialect.Switch]string // all others stay at the default
	}{
		{"a switch by its name", []choice{{"namesAt.tracker", "top"}},
			map[dialect.Switch]string{dialect.NamesAtTracker: "top"}},
		{"the only switch of an entry", []choice{{"AMB-001", "consent"}},
			map[dialect.Switch]string{dialect.ConsentKey: "consent"}},
		{"every switch of an entry that has the value", []choice{{"AMB-004", "both"}},
			map[dialect.Switch]string{dialect.NamesAtEnrollment: "both", dialect.NamesAtTracker: "both", dialect.NamesAtOpt: "both", dialect.NamesAtInfusion: "both"}},
		{"a value that is the default of some switches of the entry", []choice{{"AMB-004", "event"}},
			map[dialect.Switch]string{dialect.NamesAtOpt: "event"}},
		{"an entry whose switches have different values", []choice{{"AMB-012", "capitalize"}},
			map[dialect.Switch]string{dialect.CallTimeEmit: "capitalize"}},
		{"a value with a blank at its end", []choice{{"externalSource.opt", "Source "}},
			map[dialect.Switch]string{dialect.SourceOpt: "Source "}},
		{"a policy", []choice{{"RX-OUR-024", "refused"}},
			map[dialect.Switch]string{dialect.SecondaryWhenInactive: "refused"}},
		{"one switch otherwise than the rest of its entry", []choice{{"AMB-006", "partner"}, {"externalSource.tracker", "Source "}},
			map[dialect.Switch]string{dialect.SourceEnrollment: "partner", dialect.SourceTracker: "Source ", dialect.SourceInfusion: "partner"}},
		{"back to the default", []choice{{"AMB-001", "both"}, {"AMB-001", "consents"}}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := choose(t, c.choices...)
			for _, w := range dialect.Switches("") {
				want, ok := c.want[w.Switch]
				if !ok {
					want = w.Values[0].Name
				}
				if got := s.Of(w.Switch); got != want || !s.Is(w.Switch, want) {
					t.Errorf("%s: got %q, want %q", w.Name, got, want)
				}
			}
		})
	}
}

func TestAWholeReadingTakesItsSideAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	for _, r := range dialect.Readings() {
		t.Run(string(r), func(t *testing.T) {
			t.Parallel()
			s := choose(t, choice{"naCode", "null"}, choice{"set", string(r)})
			for _, w := range dialect.Switches("") {
				want, says := w.By[r]
				switch {
				case w.Switch == dialect.NACode:
					want = "null" // of which no reading says anything
				case !says:
					want = w.Values[0].Name
				}
				if got := s.Of(w.Switch); got != want {
					t.Errorf("%s: got %q, want %q", w.Name, got, want)
				}
			}
		})
	}
}

func TestTheWholeReadingsTakeTheSidesOfTheirSources(t *testing.T) {
	t.Parallel()
	cases := []struct {
		w                     dialect.Switch
		table, example, pages string
	}{
		{dialect.ConsentKey, "consent", "consents", "consents"},
		{dialect.VisitLayout, "nested", "flat", "envelope"},
		{dialect.NamesAtTracker, "event", "top", "top"},
		{dialect.SendDateTracker, "blankAfterT", "millisZ", "millisZ"},
		{dialect.SourceEnrollment, "Partner", "Source ", "Partner"},
		{dialect.AckExternalID, "optional", "required", "optional"},
		{dialect.PhoneRule, "e164", "pattern", "pattern"},
		{dialect.Slash, "decodedPlain", "literalBackslash", "decodedPlain"},
		{dialect.Paths, "both", "both", "both"},
	}
	table, example, pages := choose(t, choice{"set", "table"}), choose(t, choice{"set", "example"}), choose(t, choice{"set", "pages"})
	for _, c := range cases {
		if a, b, d := table.Of(c.w), example.Of(c.w), pages.Of(c.w); a != c.table || b != c.example || d != c.pages {
			t.Errorf("%s: got %q, %q, %q, want %q, %q, %q", dialect.Switches("")[c.w].Name, a, b, d, c.table, c.example, c.pages)
		}
	}
}

func TestAChoiceMadeAfterAWholeReadingWins(t *testing.T) {
	t.Parallel()
	s := choose(t, choice{"set", "table"}, choice{"AMB-001", "both"})
	if got := s.Of(dialect.ConsentKey) + " " + s.Of(dialect.ApartmentKey); got != "both apartment" {
		t.Errorf("got %s, want both apartment", got)
	}
}

func TestAChoiceThatCannotBeMadeSaysWhyAndChangesNothing(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, key, value, want string }{
		{"an unknown entry", "AMB-081", "yes", "is no ambiguity of the register and no switch"},
		{"an unknown switch", "consentkey", "consent", "is no ambiguity of the register and no switch"},
		{"no key", "", "consent", "is no ambiguity of the register and no switch"},
		{"an unknown value of an entry", "AMB-001", "consentz", "must be consents, consent or both"},
		{"an unknown value of a switch", "namesAt.opt", "bottom", "must be top, event or both"},
		{"a value without the blank that belongs to it", "AMB-006", "Source", `must be Partner, partner or "Source "`},
		{"an unknown value of an entry whose switches differ", "AMB-012", "night", "must be documented, union, mapToEvening or capitalize"},
		{"a value in another letter case", "AMB-013", "Split", "must be joined or split"},
		{"an entry with nothing to switch", "AMB-033", "yes", "cannot be switched: both tables hold, each on its own endpoints"},
		{"an unknown whole reading", "set", "tables", "must be table, example or pages"},
		{"no whole reading", "set", "", "must be table, example or pages"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			before := choose(t, choice{"AMB-044", "both"})
			after, err := dialect.Choose(before, c.key, c.value)
			if err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if after != before {
				t.Error("the set has changed")
			}
		})
	}
}

func TestAskingForAValueThatTheSwitchDoesNotHavePanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if said := fmt.Sprint(recover()); !strings.Contains(said, "consentKey has no value consentz") {
			t.Errorf("got %s, want a panic that names the switch and the value", said)
		}
	}()
	new(dialect.Set).Is(dialect.ConsentKey, "consentz")
}

func TestWhatIsReturnedIsTheCallersToChange(t *testing.T) {
	t.Parallel()
	dialect.All()[0].ID = "changed"
	dialect.Chapters()[0].Title = "changed"
	dialect.Switches("")[0].Name = "changed"
	if _, ok := dialect.Find("AMB-001"); !ok || dialect.Chapters()[0].Title == "changed" || dialect.Switches("")[0].Name == "changed" {
		t.Error("a caller has changed the catalogue")
	}
}
