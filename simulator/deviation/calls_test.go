package deviation_test

import (
	"regexp"
	"testing"

	"github.com/placebo-sim/placebo/simulator/deviation"
)

var form = regexp.MustCompile(`^[a-z]+(\.[a-z0-9-]+)+$`)

func TestEveryDeviationHasANameItsClausesAndAnEffect(t *testing.T) {
	names := map[string]bool{}
	for _, d := range deviation.All() {
		if names[d.Name] || !form.MatchString(d.Name) {
			t.Errorf("the name %q", d.Name)
		}
		names[d.Name] = true
		if d.Does == "" || len(d.Clauses) == 0 || d.Side != deviation.Vendor && d.Side != deviation.Partner {
			t.Errorf("%s: side %q, clauses %q, does %q", d.Name, d.Side, d.Clauses, d.Does)
		}
	}
}

// facts are a call's own, for a test.
type facts map[string]string

func (f facts) Fact(name string) string { return f[name] }

func TestNothingArmedDoesNothingAtNoCost(t *testing.T) {
	s, err := deviation.Arm()
	if err != nil || s.Any() {
		t.Fatalf("%v, %v", s, err)
	}
	nothing := func() {
		_, demands := s.Demands(deviation.Invite, nil)
		if demands || s.Does(deviation.CreatesTwo, nil) || s.Overlooks("required", "externalId", "", nil) ||
			s.Rewords(deviation.Invite, deviation.Success, "") != nil {
			t.Error("it does something")
		}
	}
	if n := testing.AllocsPerRun(100, nothing); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestADeviationIsAboutItsOwnCasesAlone(t *testing.T) {
	s, err := deviation.Arm("invite.twelve-digits-refused", "invite.refuses-minor-but-texts")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		phone, age     string
		refuses, keeps bool
	}{
		{"+12025550142", "", false, false},
		{"+999123456789", "", true, false},
		{"+999123456789", "17", true, true},
		{"+12025550142", "9", false, true},
		{"+12025550142", "18", false, false},
		{"+12025550142", "101", false, false},
	} {
		f := facts{"phoneNumber": c.phone, "age": c.age}
		_, refuses := s.Demands(deviation.Invite, f)
		if keeps := s.Does(deviation.KeepsRefused, f); refuses != c.refuses || keeps != c.keeps {
			t.Errorf("%v: refuses %t, keeps %t", f, refuses, keeps)
		}
		if _, other := s.Demands(deviation.Update, f); other {
			t.Errorf("%v: an update is refused", f)
		}
	}
}

func TestOnlyWhatIsKnownIsArmed(t *testing.T) {
	if s, err := deviation.Arm("invite.accepts-minor-alone", "invite.nonsense"); err == nil || s != nil {
		t.Errorf("armed %v", s.Names())
	}
}
