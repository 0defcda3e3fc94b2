package dialect_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/conformance/clauses"
	"github.com/placebo-sim/placebo/simulator/dialect"
)

func TestTheRegisterHasEveryEntryOnceAndInOrder(t *testing.T) {
	t.Parallel()
	var want []string
	for n := range 80 {
		want = append(want, fmt.Sprintf("AMB-%03d", n+1))
	}
	want = append(want, "RX-OUR-024")
	var got []string
	for _, a := range dialect.All() {
		got = append(got, a.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTheChaptersAreTheRegister(t *testing.T) {
	t.Parallel()
	var ids []string
	for _, c := range dialect.Chapters() {
		if c.Title == "" || len(c.Ambiguities) == 0 {
			t.Errorf("chapter %q has %d entries, want a title and some", c.Title, len(c.Ambiguities))
		}
		for _, a := range c.Ambiguities {
			ids = append(ids, a.ID)
		}
	}
	for i, a := range dialect.All() {
		if i >= len(ids) || ids[i] != a.ID {
			t.Fatalf("the chapters have %v, want %s at %d", ids, a.ID, i)
		}
	}
}

// aSentence is a reason that can follow a colon.
var aSentence = regexp.MustCompile(`^[a-z].{20,}[^.]$`)

func TestAnEntryHasAReasonOrASwitch(t *testing.T) {
	t.Parallel()
	for _, a := range dialect.All() {
		switch n := len(dialect.Switches(a.ID)); {
		case n > 0 && a.Why != "":
			t.Errorf("%s can be switched, but says why not: %s", a.ID, a.Why)
		case n == 0 && !aSentence.MatchString(a.Why):
			t.Errorf("%s has nothing to switch; got the reason %q, want a sentence", a.ID, a.Why)
		}
		if a.Subject == "" || strings.HasSuffix(a.Subject, ".") {
			t.Errorf("%s: got the subject %q, want a few words", a.ID, a.Subject)
		}
		if b, ok := dialect.Find(a.ID); !ok || b.Subject != a.Subject {
			t.Errorf("%s: Find returns %v, %v", a.ID, b, ok)
		}
	}
	if _, ok := dialect.Find("AMB-081"); ok {
		t.Error("AMB-081 was found")
	}
}

// The clauses name the entries they depend on; the two lists are each other's
// mirror.
func TestAnEntryNamesTheClausesThatNameIt(t *testing.T) {
	t.Parallel()
	named := map[string][]string{}
	for _, c := range clauses.All() {
		for _, id := range c.Ambiguities {
			named[id] = append(named[id], c.ID)
		}
	}
	named["RX-OUR-024"] = []string{"RX-OUR-024"} // the policy is its own clause
	for _, a := range dialect.All() {
		got, want := slices.Sorted(slices.Values(a.Clauses)), slices.Sorted(slices.Values(named[a.ID]))
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", a.ID, got, want)
		}
	}
}
