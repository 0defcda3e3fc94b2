package inprocess_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/clauses"
	"github.com/placebo-sim/placebo/conformance/result"
	"github.com/placebo-sim/placebo/conformance/target/inprocess"
	"github.com/placebo-sim/placebo/simulator/deviation"
)

// unseen are the deviations on the wire that their own clause's scenarios do not
// notice, and why.
var unseen = map[string]string{}

// Every deviation on the wire and in the texts is noticed by the scenarios of the
// clause that it is made for.
func TestDeviationsOnTheWireAreNoticed(t *testing.T) {
	target, err := inprocess.Start(inprocess.Options{Patience: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = target.Close() })
	began := time.Now()
	var wg sync.WaitGroup
	var mu sync.Mutex
	tried := map[string]int{}
	places := make(chan struct{}, 24) // most of the time is waiting for what does not come
	for _, d := range deviation.OnWire() {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			seen, verdict, reason, err := notice(t.Context(), target, d)
			why, excused := unseen[d.Name]
			switch {
			case err != nil:
				t.Errorf("%s: %v", d.Name, err)
			case !seen && !excused:
				t.Errorf("%s: %s %s: %s", d.Name, d.Clauses[0], verdict, reason)
			case !seen:
				t.Logf("%s is not noticed: %s", d.Name, why)
			case excused:
				t.Errorf("%s is noticed after all: %s", d.Name, reason)
			}
			mu.Lock()
			defer mu.Unlock()
			tried[verdict]++
		})
	}
	wg.Wait()
	t.Logf("%d deviations in %s: %v", len(deviation.OnWire()), time.Since(began).Round(time.Millisecond), tried)
}

// notice plays the scenarios of a deviation's first clause with it armed, in the
// profile that judges the clause.
func notice(ctx context.Context, target *inprocess.Target, d deviation.Deviation) (seen bool, verdict, reason string, err error) {
	id := d.Clauses[0]
	c, known := clauses.Find(id)
	if !known {
		return false, "", "", errors.New("there is no clause " + id)
	}
	profiles := []string{"rxware", "helparound"}
	if d.Side == deviation.Partner {
		profiles = []string{"partner"}
	}
	verdict = "not played"
	for _, name := range profiles {
		p, _ := conformance.FindProfile(name)
		o := conformance.Options{Profile: p, Policy: c.Kind == clauses.Policy, Clauses: []string{id}, Parallel: 2, RunID: "t"}
		r, err := conformance.Execute(ctx, target.Deviating(d.Name), o)
		if err != nil {
			return false, "", "", err
		}
		at := slices.IndexFunc(r.Clauses, func(c result.Clause) bool { return c.ID == id })
		if at < 0 || len(r.Scenarios) == 0 {
			continue
		}
		verdict, reason = string(r.Clauses[at].Verdict), r.Clauses[at].Reason
		wanted := result.Failed
		if c.Level != clauses.Must {
			wanted = result.Warning
		}
		if r.Clauses[at].Verdict == wanted {
			return true, verdict, reason, nil
		}
	}
	return false, verdict, strings.TrimSpace(reason), nil
}
