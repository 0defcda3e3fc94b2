package url_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/result"
	"github.com/placebo-sim/placebo/conformance/settings"
	"github.com/placebo-sim/placebo/conformance/target/url"
	"github.com/placebo-sim/placebo/simulator"
	"github.com/placebo-sim/placebo/simulator/config"
)

// twoPrograms is a vendor as others have set it up: two programs of a partner,
// another partner's, and credentials in order and out of it.
const twoPrograms = `version: 1
programs:
  - id: q7Kx200mvd83nw1b
    product: %[1]s
    name: Carewell Support
    partner: acme-hub
    condition: Plaque psoriasis
    apiKeys: [{value: pk_acme}]
    tokens:
      - {id: tk_good, programs: [q7Kx200mvd83nw1b]}
      - {id: tk_expired, programs: [q7Kx200mvd83nw1b], expires: "2020-01-01T00:00:00Z"}
      - {id: tk_disabled, programs: [q7Kx200mvd83nw1b], disabled: true}
      - {id: tk_low, programs: [q7Kx200mvd83nw1b], scopes: ["patients:read"]}
  - id: zz9Other00000001
    product: %[1]s
    partner: acme-hub
    apiKeys: [{value: pk_acme}]
    tokens: [{id: tk_other}]
  - id: yy8Foreign000001
    product: %[1]s
    partner: beta-hub
    apiKeys: [{value: pk_beta}]
    tokens: [{id: tk_foreign}]
`

// start starts such a vendor and writes the settings by which it is reached.
func start(t *testing.T, product, more string) *settings.Vendor {
	t.Helper()
	file, err := config.Parse([]byte(fmt.Sprintf(twoPrograms, product) + more))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	callback := l.Addr().String()
	_ = l.Close()
	sim := simulator.NewServer(t, simulator.WithConfig(file), simulator.WithWebhooks("http://"+callback))
	tokens := tokensOf(t, sim)
	text := fmt.Sprintf(`
baseURL: %s
name: Placebo
credentials:
  good: {key: pk_acme, bearer: %s}
  expired: {bearer: %s}
  disabled: {bearer: %s}
  lowScope: {bearer: %s}
  otherProgram: {bearer: %s}
  otherPartner: {bearer: %s}
programs: {main: q7Kx200mvd83nw1b, other: zz9Other00000001}
callback: {listen: %q}
driver: {control: {url: %s}}
`, sim.URL(simulator.VendorListener), tokens["tk_good"], tokens["tk_expired"], tokens["tk_disabled"], tokens["tk_low"],
		tokens["tk_other"], tokens["tk_foreign"], callback, sim.URL(simulator.ControlListener))
	s, err := settings.ParseVendor([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// play runs a profile against the vendor of the settings.
func play(t *testing.T, s *settings.Vendor, profile, runID string) *result.Result {
	t.Helper()
	p, ok := conformance.FindProfile(profile)
	if !ok {
		t.Fatalf("there is no profile %s", profile)
	}
	v, err := url.NewVendor(t.Context(), s, runID, 7)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	r, err := conformance.Execute(t.Context(), v, conformance.Options{Profile: p, Features: chosen, Parallel: 8, RunID: runID, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %v, %d patients left %s", runID, r.Totals.Scenarios, len(r.Left), r.Note)
	return r
}

// conforms fails the test for anything that did not pass and has no reason.
func conforms(t *testing.T, r *result.Result) {
	t.Helper()
	if r.Exit() != 0 || r.Totals.Scenarios[result.Passed] < 40 {
		t.Errorf("exit %d, totals %v, %s", r.Exit(), r.Totals.Scenarios, r.Note)
	}
	reasons := map[string]int{}
	for _, s := range r.Scenarios {
		switch {
		case s.Verdict == result.Skipped && s.Reason != "":
			reasons[s.Reason]++
		case s.Verdict != result.Passed:
			t.Errorf("%s %s: %s: %s", s.ID, s.Title, s.Verdict, s.Reason)
		}
	}
	for reason, n := range reasons {
		t.Logf("skipped %d: %s", n, reason)
	}
}

func TestAVendorAtAnAddressPassesAsOftenAsOneLikes(t *testing.T) {
	for _, product := range []string{"rxware", "helparound"} {
		t.Run(product, func(t *testing.T) {
			s := start(t, product, "")
			for _, run := range []string{"one", "two"} {
				conforms(t, play(t, s, product, run))
			}
		})
	}
}

func TestAVendorWithOtherDocumentedReadingsPassesToo(t *testing.T) {
	cases := []struct{ name, dialects, by, seen string }{
		{"what the tables say", "{set: table}", "consentKey", "consent"},
		{"a bit of everything", `{set: example, consentKey: both, tokenFault: all403, duplicateId: patientId, naCode: "null", repeatOptOut: "200",
  okBody: message, phoneMessage: formatAlways, notAlignedCode: "0", missingCode: "0", optValue: string, infusionPath: user-action,
  dobFormat: anyIso8601, inviteDob: alsoEpoch, statusMember: absent, messageMember: absent, eventType: all, caregiverName: split}`, "tokenFault", "all403"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := play(t, start(t, "rxware", "dialects: "+c.dialects+"\n"), "rxware", "readings")
			conforms(t, r)
			t.Logf("readings %v", r.Readings)
			if !slices.Equal(r.Readings[c.by], []string{c.seen}) {
				t.Errorf("%s: got %q, want %q alone", c.by, r.Readings[c.by], c.seen)
			}
		})
	}
}

// tokensOf are the bearer tokens of a simulator's default sandbox by id.
func tokensOf(t *testing.T, sim *simulator.Server) map[string]string {
	t.Helper()
	resp, err := http.Get(sim.URL(simulator.ControlListener) + "/v1/sandboxes/" + sim.DefaultSandbox())
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, one := range gjson.GetBytes(body, "tokens").Array() {
		all[one.Get("id").String()] = one.Get("token").String()
	}
	return all
}
