package report_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/placebo-sim/placebo/conformance/report"
	"github.com/placebo-sim/placebo/conformance/result"
)

func TestLook(t *testing.T) {
	b, err := os.ReadFile("/tmp/look-rxware.json")
	if err != nil {
		t.Fatal(err)
	}
	r := &result.Result{}
	if err := json.Unmarshal(b, r); err != nil {
		t.Fatal(err)
	}
	if err := report.Write("/tmp/look/all-passed", r); err != nil {
		t.Fatal(err)
	}
	r.Target = result.Target{Kind: "url", Address: "https://sandbox.vendor.example/v1", Name: "Example vendor", Version: "2026.3", Capabilities: []string{"webhooks", "patient", "clock", "tokens"}}
	r.Readings = map[string][]string{"consentKey": {"consent"}, "paths": {"v1"}, "emptyList": {"200", "404"}}
	r.Left = []string{"placebo-maya-7f3a", "placebo-leo-7f3b", "placebo-nora-7f3c"}
	for i := range r.Scenarios {
		s := &r.Scenarios[i]
		set := func(v, step result.Verdict, why string) {
			s.Verdict, s.Reason = v, why
			for j := range s.Steps {
				s.Steps[j].Verdict = result.Passed
			}
			n := len(s.Steps) - 1
			if n >= 0 {
				s.Steps[n].Verdict, s.Steps[n].Error = step, why
			}
		}
		switch {
		case i%171 == 5:
			set(result.Failed, result.Failed, `status 200, want 400; body {"data":{"supportProgramId":"q7Kx200mvd83nw1b","phoneNumber":"+12025550142","patientId":"ha95d10d19e30f5"},"status":200}`)
		case i%400 == 88:
			set(result.Warning, result.Failed, `message "bad date", want "Must be a date"`)
		case i%500 == 97:
			set(result.Error, result.Error, "the peer cannot be asked: Post \"https://sandbox.vendor.example/v1/patients/invite\": dial tcp: connection refused")
			for k := range s.Exchanges {
				s.Exchanges[k].Status, s.Exchanges[k].Error, s.Exchanges[k].Answer, s.Exchanges[k].Content = 0, "connection refused", nil, ""
			}
		case i%9 == 3:
			s.Verdict, s.Reason, s.Exchanges = result.Skipped, "nobody can act as the patient: no control address was given", nil
		case i%31 == 3:
			s.Verdict, s.Reason, s.Exchanges = result.Skipped, "webhooks cannot reach us: no public address was given", nil
		}
	}
	judge(r)
	r.Compare("known-failures.txt", []string{"RX-INVITE-014", "RX-AUTH-001", r.Scenarios[5].ID})
	if err := report.Write("/tmp/look/some-failed", r); err != nil {
		t.Fatal(err)
	}
}

func judge(r *result.Result) {
	r.Totals = result.Totals{Scenarios: map[result.Verdict]int{}, Clauses: map[result.Verdict]int{}}
	by := map[string][]result.Scenario{}
	r.Verdict = ""
	for _, s := range r.Scenarios {
		r.Totals.Scenarios[s.Verdict]++
		r.Verdict = result.Worst(r.Verdict, s.Verdict)
		for _, c := range s.Clauses {
			by[c] = append(by[c], s)
		}
	}
	for i := range r.Clauses {
		c := &r.Clauses[i]
		c.Verdict = result.Skipped
		for _, s := range by[c.ID] {
			if w := result.Worst(c.Verdict, s.Verdict); w != c.Verdict {
				c.Verdict, c.Reason = w, s.Reason
			}
		}
		r.Totals.Clauses[c.Verdict]++
	}
}
