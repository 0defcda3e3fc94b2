package inprocess_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/clauses"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/result"
	"github.com/placebo-sim/placebo/conformance/target/inprocess"
	"github.com/placebo-sim/placebo/simulator/deviation"
)

// survivors are the deviations of the calls that their own clause does not
// notice, and why.
var survivors = map[string]string{}

// callsAlone tells whether all that a deviation does is done in the calls.
func callsAlone(d deviation.Deviation) bool {
	c := d.Calls
	return len(c.Overlook)+len(c.Refuse)+len(c.Reword)+len(c.Acts) > 0
}

// Every deviation of the calls is noticed by a scenario of the clause that it is
// made for, which our simulator keeps while nothing is armed.
func TestTheCallsDeviationsAreKilled(t *testing.T) {
	target, err := inprocess.Start(inprocess.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = target.Close() })
	var healthy sync.Map
	keeps := func(p conformance.Profile, clause string) bool {
		once, _ := healthy.LoadOrStore(p.Name+clause, sync.OnceValue(func() bool {
			v, why := judge(t, target, p, clause)
			if v != result.Passed {
				t.Errorf("%s is %s with nothing armed: %s", clause, v, why)
			}
			return v == result.Passed
		}))
		return once.(func() bool)()
	}
	var wg sync.WaitGroup
	places := make(chan struct{}, 8) // most of them wait most of the time
	for _, d := range deviation.All() {
		if !callsAlone(d) {
			continue
		}
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			p := profileOf(d.Clauses[0])
			if !keeps(p, d.Clauses[0]) {
				return
			}
			v, why := judge(t, target.Deviating(d.Name), p, d.Clauses[0])
			reason, excused := survivors[d.Name]
			// A broken SHOULD is a warning.
			switch killed := v == result.Failed || v == result.Warning; {
			case !killed && !excused:
				t.Errorf("%s survives: %s is %s: %s", d.Name, d.Clauses[0], v, why)
			case killed && excused:
				t.Errorf("%s is noticed; its reason is out of date: %s", d.Name, reason)
			}
		})
	}
	wg.Wait()
}

// judge is what becomes of a clause.
func judge(t *testing.T, target *inprocess.Target, p conformance.Profile, clause string) (result.Verdict, string) {
	t.Helper()
	r, err := conformance.Execute(t.Context(), target, conformance.Options{Profile: p, Clauses: []string{clause}, RunID: "t"})
	if err != nil {
		t.Error(err)
		return result.Error, err.Error()
	}
	for _, c := range r.Clauses {
		if c.ID == clause {
			return c.Verdict, c.Reason
		}
	}
	return result.Error, "nothing was judged: " + r.Note
}

// profileOf is the profile in which a clause's own scenarios are played.
func profileOf(clause string) conformance.Profile {
	name := "rxware"
	if strings.HasPrefix(clause, "HA-") {
		name = "helparound"
	}
	p, _ := conformance.FindProfile(name)
	return p
}

// unbroken are the MUSTs of the calls that no deviation breaks, and why.
var unbroken = map[string]string{}

// Every MUST of the vendor's calls is broken by a deviation that is made for it.
func TestEveryCallsMustHasADeviation(t *testing.T) {
	families := []string{"RX-GEN-", "RX-AUTH-", "RX-INVITE-", "RX-REINVITE-", "RX-CASE-", "RX-EV-", "RX-CAMP-", "RX-USER-",
		"HA-GEN-", "HA-AUTH-", "HA-INVITE-", "HA-EVENT-", "HA-GET-"}
	broken := map[string]bool{}
	for _, d := range deviation.All() {
		for _, id := range d.Clauses {
			if _, known := clauses.Find(id); !known {
				t.Errorf("%s breaks %s, which is no clause", d.Name, id)
			}
		}
		broken[d.Clauses[0]] = true
	}
	for _, c := range clauses.All() {
		mine := slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(c.ID, f) })
		if !mine || c.Level != clauses.Must || c.Kind == clauses.Policy || c.Binds != clauses.BindsVendor || c.Untested != "" {
			continue
		}
		if why, excused := unbroken[c.ID]; !broken[c.ID] && !excused {
			t.Errorf("no deviation is made for %s: %s", c.ID, c.Text)
		} else if broken[c.ID] && excused {
			t.Errorf("%s is broken; its reason is out of date: %s", c.ID, why)
		}
	}
}

// What is armed for a case that does not occur leaves every answer as it is, to
// the byte.
func TestWhatIsArmedForOtherCasesChangesNothing(t *testing.T) {
	target, err := inprocess.Start(inprocess.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = target.Close() })
	healthy := answers(t, target)
	armed := answers(t, target.Deviating("invite.sample-refused", "detail.long-zip", "event.no-refills", "campaign.few-values", "wish.no-way-back"))
	for i := range healthy {
		if healthy[i] != armed[i] {
			t.Errorf("call %d: %s, and armed %s", i, healthy[i], armed[i])
		}
	}
}

// answers are the bodies of one call after another.
func answers(t *testing.T, target port.Target) (all []string) {
	t.Helper()
	ctx := context.Background()
	w, err := target.Open(ctx, port.Wishes{Product: "rxware"})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	note := func(o port.Outcome) port.Outcome {
		if o.Err != nil {
			t.Fatal(o.Err)
		}
		all = append(all, string(o.Body))
		return o
	}
	value := func(s string) json.RawMessage { b, _ := json.Marshal(s); return b }
	inv := &port.Invitation{Members: []port.Member{
		{Name: "externalId", Value: value("placebo-maya")}, {Name: "phoneNumber", Value: value("+12025550142")},
		{Name: "supportProgramId", Value: value(w.Programs.Main)},
		{Name: "firstName", Value: value("Maya")}, {Name: "lastName", Value: value("Torres")},
	}, Items: []port.Item{{Key: "address.city", Value: value("Huntsville")}}}
	about := port.About{Patient: note(w.Vendor.Invite(ctx, port.Good, inv)).Patient, Repeats: inv.Members[:3]}
	note(w.Vendor.Invite(ctx, port.Good, inv))
	note(w.Vendor.Invite(ctx, port.Disabled, inv))
	note(w.Vendor.Invite(ctx, port.Good, &port.Invitation{Members: inv.Members[1:], Items: inv.Items}))
	note(w.Vendor.Reinvite(ctx, port.Good, &port.Reinvitation{About: about}))
	note(w.Vendor.Update(ctx, port.Good, &port.Update{About: about, Event: "shipment.status", Text: "hold"}))
	note(w.Vendor.Update(ctx, port.Good, &port.Update{About: about, Event: "weather.status", Text: "rain"}))
	note(w.Vendor.Subscribe(ctx, port.Good, &port.Subscription{About: about, Campaign: "onboarding"}))
	note(w.Vendor.Prefer(ctx, port.Good, &port.Preference{About: about, Texts: value("false")}))
	note(w.Vendor.Prefer(ctx, port.Good, &port.Preference{About: about, Texts: value("false")}))
	note(w.Vendor.Update(ctx, port.Good, &port.Update{About: about, Event: "shipment.status", Text: "hold"}))
	note(w.Vendor.Read(ctx, port.Good, about.Patient))
	return all
}
