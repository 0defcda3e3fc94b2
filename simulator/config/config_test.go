package config_test

import (
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/config"
)

func TestTheDefaultHasOneProgramPerProduct(t *testing.T) {
	var products []string
	for _, p := range config.Default().Programs {
		products = append(products, p.Product)
	}
	if got := strings.Join(products, " "); got != "rxware helparound" {
		t.Errorf("products: %q", got)
	}
}

func TestTheDefaultSandboxesCredentialsDoNotDependOnTheSeed(t *testing.T) {
	a := directory(t, config.World{Name: "default", Seed: 1})
	b := directory(t, config.World{Name: "default", Seed: 2})
	if a != b {
		t.Errorf("seed 1 gives\n%s\nseed 2 gives\n%s", a, b)
	}
}

func TestEveryOtherSandboxHasCredentialsOfItsOwn(t *testing.T) {
	seen := map[string]string{}
	for _, w := range []config.World{{Name: "default"}, {Name: "a", Seed: 1}, {Name: "a", Seed: 2}, {Name: "b", Seed: 1}} {
		d := directory(t, w)
		if other, taken := seen[d]; taken {
			t.Errorf("%v has the credentials of %s", w, other)
		}
		seen[d] = w.Name
	}
}

func directory(t *testing.T, w config.World) string {
	t.Helper()
	d, err := config.Default().Directory(w)
	if err != nil {
		t.Fatal(err)
	}
	return d.Keys()[0].Value + " " + d.Tokens()[0].Signed
}

func TestAMistakeIsNamedWithLineAndColumn(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"an unknown key", "version: 1\nprogramms: []\n", "[2:1]"},
		{"a wrong type", "version: one\n", "[1:10]"},
		{"a missing version", "seed: 7\n", "version: must be 1"},
		{"a program without a product", "version: 1\nprograms:\n  - id: x\n", "[3:"},
		{"an unknown product", "version: 1\nprograms:\n  - id: x\n    product: rxwear\n", "[4:14] programs[0].product"},
		{"two programs of one id", "version: 1\nprograms:\n  - {id: x, product: rxware}\n  - {id: x, product: rxware}\n", "[4:10]"},
		{"an unknown scope", "version: 1\nprograms:\n  - id: x\n    product: rxware\n    tokens: [{id: t, scopes: [everything]}]\n", "[5:31]"},
		{"an address without a port", "version: 1\nlisten:\n  vendor: localhost\n", "[3:11] listen.vendor"},
		{"a webhook that is no URL", "version: 1\nprograms:\n  - id: x\n    product: rxware\n    webhooks: {url: here}\n", "[5:21]"},
		{"a required item nobody knows", "version: 1\nprograms:\n  - id: x\n    product: rxware\n    requiredItems: [shoe.size]\n", "[5:21]"},
		{"a field that is there already", "version: 1\nprograms:\n  - id: x\n    product: rxware\n    fields: [{key: patient.dob}]\n", "[5:20]"},
		{"two sandboxes in one name", "version: 1\nsandbox: A b\n", "[2:10]"},
		{"a clock at no time", "version: 1\nclock: {at: noon}\n", "[2:13] clock.at"},
		{"a token that ends at no time", "version: 1\nprograms:\n  - id: x\n    product: rxware\n    tokens: [{id: t, expires: never}]\n", "[5:31]"},
		{"nothing", " \n", "is empty"},
		{"no YAML at all", "version: [1\n", "["},

		{"a reading that is none", "version: 1\ndialects:\n  AMB-031: 1\n", "[3:12] dialects.AMB-031: must be 1010 or 0"},
		{"a reading of no ambiguity", "version: 1\ndialects:\n  set: table\n  AMB-999: x\n", "[4:3] dialects.AMB-999"},
		{"a reading of no switch", "version: 1\ndialects: {namesAt.tracking: top}\n", "[2:12] dialects.namesAt.tracking"},
		{"a whole reading that is none", "version: 1\ndialects:\n  set: lenient\n", "[3:8] dialects.set"},
		{"a reading that is a list", "version: 1\ndialects:\n  AMB-001: [both]\n", "[3:12]"},
		{"a program's wrong reading", a("dialects: {AMB-001: b, set: table}"), "[5:25] programs[0].dialects.AMB-001"},
		{"the paths of a program", a("dialects:\n      AMB-021: rxware"), "[6:7] programs[0].dialects.AMB-021: is of a sandbox only"},
		{"the paths of a program, by the switch", a("dialects:\n      paths: both"), "[6:7] programs[0].dialects.paths: is of a sandbox only"},

		{"a deviation that is none", "version: 1\ndeviations:\n  - media.none\n  - media.some\n", "[4:5] deviations[1]: there is no deviation \"media.some\""},
		{"a deviation twice", "version: 1\ndeviations: [media.none, media.none]\n", "[2:26] deviations[1]: media.none stands there twice"},
		{"a program's deviation that is none", a("deviations: [media.some]"), "[5:18] programs[0].deviations[0]"},

		{"a mistake behind an anchor", a("webhooks: &hooks {url: &here here}"), "[5:28] programs[0].webhooks.url"},
		{"a token without an id", a("tokens: [{scopes: []}]"), "[5:14] programs[0].tokens[0].id"},
		{"a token of an unknown algorithm", a("tokens: [{id: t, algorithm: none}]"), "[5:33] programs[0].tokens[0].algorithm"},
		{"an API key that is empty", a("apiKeys: [{value: ''}]"), "[5:23] programs[0].apiKeys[0].value"},
		{"two consents of one name", a("consents: [{name: c}, {name: c}]"), "[5:34] programs[0].consents[1].name"},

		{"an invitation without a link", a("invitation: Hello {name}"), "[5:17] programs[0].invitation: must contain {link}"},

		{"a field of no type", a("fields: [{key: a, type: words}]"), "[5:29] programs[0].fields[0].type"},
		{"a choice of nothing", a("fields: [{key: a, type: choice}]"), "[5:14] programs[0].fields[0].choices"},
		{"choices of a text", a("fields: [{key: a, choices: [x]}]"), "[5:32] programs[0].fields[0].choices: are for a choice"},
		{"two choices alike", a("fields: [{key: a, type: choice, choices: [x, X]}]"), "[5:50] programs[0].fields[0].choices[1]"},
		{"a field on the consent's screen", a("fields: [{key: a, screen: consent}]"), "[5:31] programs[0].fields[0].screen"},
		{"a field shorter than nothing", a("fields: [{key: a, max: -1}]"), "[5:28] programs[0].fields[0].max"},
		{"a field required at no time", a("fields: [{key: a, required: yes}]"), "[5:33] programs[0].fields[0].required"},
		{"a member that is no name", a("fields: [{key: a, webhook: a.b}]"), "[5:32] programs[0].fields[0].webhook"},
		{"a member of the webhook's own", a("fields: [{key: a, webhook: signature}]"), "[5:32] programs[0].fields[0].webhook"},
		{"a member of the reading's own", a("fields: [{key: a, read: status}]"), "[5:29] programs[0].fields[0].read"},
		{"two fields in one member", a("fields:\n      - {key: a, webhook: m}\n      - {key: b, webhook: m}"), "[7:27] programs[0].fields[1].webhook"},

		{"a format of an unknown field", a("formats: [{key: shoe.size}]"), "[5:21] programs[0].formats[0].key"},
		{"two formats of one field", a("formats:\n      - {key: patient.email, max: 9}\n      - {key: patient.email, max: 8}"), "[7:15] programs[0].formats[1].key"},
		{"a format of no type", a("formats: [{key: patient.email, type: mail}]"), "[5:42] programs[0].formats[0].type"},
		{"a format with a choice of nothing", a("formats: [{key: patient.email, type: choice}]"), "[5:15] programs[0].formats[0].choices"},
		{"a format with choices of a text", a("formats: [{key: patient.email, choices: [x]}]"), "[5:45] programs[0].formats[0].choices"},
		{"a format shorter than nothing", a("formats: [{key: patient.email, max: -1}]"), "[5:41] programs[0].formats[0].max"},

		{"an event without a name", a("events: [{texts: [x]}]"), "[5:14] programs[0].events[0].name"},
		{"two events of one name", a("events: [{name: e}, {name: e}]"), "[5:32] programs[0].events[1].name"},
		{"an event that accepts nothing", a("events: [{name: e, texts: []}]"), "[5:31] programs[0].events[0].texts"},
		{"an event that reacts to an unknown text", a("events: [{name: e, texts: [x], react: [{text: y, finishes: true}]}]"), "[5:51] programs[0].events[0].react[0].text: must be x"},
		{"a reaction to an unknown event", a("reactions: [{event: e, finishes: true}]"), "[5:25] programs[0].reactions[0].event"},
		{"a reaction to an unknown text", a("reactions: [{event: shipment.status, text: lost, finishes: true}]"), "[5:48] programs[0].reactions[0].text: must be consultationReq, shipped or hold"},
		{"a reaction to a command's text", a("reactions: [{event: notify.sms.shipped, text: x, sms: y}]"), "[5:51] programs[0].reactions[0].text: a command comes"},
		{"a reaction that does nothing", a("reactions:\n      - event: refill.status"), "[6:9] programs[0].reactions[0]: must do something"},
		{"a reaction with an unknown key", a("reactions:\n      - {event: refill.status, smss: x}"), "[6:32]"},
		{"a start of no campaign", a("reactions: [{event: refill.status, subscribe: c}]"), "[5:51] programs[0].reactions[0].subscribe"},
		{"an end of no campaign", a("campaigns: []\n    reactions: [{event: refill.status, unsubscribe: onboarding}]"), "[6:53] programs[0].reactions[0].unsubscribe"},

		{"a campaign without a name", a("campaigns: [{steps: [{sms: x}]}]"), "[5:17] programs[0].campaigns[0].name"},
		{"two campaigns of one name", a("campaigns:\n      - {name: c, steps: [{sms: x}]}\n      - {name: c, steps: [{sms: x}]}"), "[7:16] programs[0].campaigns[1].name"},
		{"a campaign without a step", a("campaigns: [{name: c, steps: []}]"), "[5:34] programs[0].campaigns[0].steps"},
		{"a step that says nothing", a("campaigns: [{name: c, steps: [{after: 7d}]}]"), "[5:35] programs[0].campaigns[0].steps[0].sms"},
		{"a step at no time", a("campaigns: [{name: c, steps: [{after: soon, sms: x}]}]"), "[5:43] programs[0].campaigns[0].steps[0].after"},
		{"a step before the one above", a("campaigns: [{name: c, steps: [{after: 7d, sms: x}, {after: 1d, sms: x}]}]"), "[5:64] programs[0].campaigns[0].steps[1].after"},

		{"a webhook of no kind", a("webhooks: {kinds: {opt-out: {off: true}}}"), "[5:24] programs[0].webhooks.kinds.opt-out: is no kind of webhook"},
		{"a kind's webhook that is no URL", a("webhooks: {kinds: {optOut: {url: ftp://x}}}"), "[5:38] programs[0].webhooks.kinds.optOut.url"},
		{"a header that is no name", a("webhooks: {headers: {X Partner: a}}"), "[5:26] programs[0].webhooks.headers.X Partner: is no name"},
		{"a header of the sender's own", a("webhooks: {headers: {content-type: a}}"), "[5:26] programs[0].webhooks.headers.content-type: is set by the sender"},
		{"a header twice", a("webhooks: {headers: {X-A: a, x-a: b}}"), "[5:34] programs[0].webhooks.headers.x-a: is there twice"},
		{"a header of two lines", a(`webhooks: {headers: {X-A: "a\nb"}}`), "[5:31] programs[0].webhooks.headers.X-A: must be one line"},
		{"a kind's header of the sender's own", a("webhooks: {kinds: {infusion: {headers: {Host: a}}}}"), "[5:45] programs[0].webhooks.kinds.infusion.headers.Host"},
		{"an http webhook where only https will do", a("webhooks: {url: \"http://x\"}\n    dialects: {AMB-024: httpsOnly}"), "[5:21] programs[0].webhooks.url: must be an https URL"},
		{"a kind's http webhook where only https will do", "dialects: {webhookScheme: httpsOnly}\n" + a("webhooks: {kinds: {optIn: {url: \"http://x\"}}}"), "[6:37] programs[0].webhooks.kinds.optIn.url: must be an https URL"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := config.Parse([]byte(c.text))
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("said %q, want %q in it", err, c.want)
			}
		})
	}
}

// a is a program about which the fifth line says something.
func a(line string) string {
	return "version: 1\nprograms:\n  - id: x\n    product: rxware\n    " + line + "\n"
}

func TestTheSameKeysAreReadFromJSON(t *testing.T) {
	f, err := config.Parse([]byte(`{"version":1,"seed":7,"clock":{"at":"2026-02-03T04:05:06Z","frozen":true},"programs":[{"id":"p","product":"rxware"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if *f.Seed != 7 || !f.Clock.Frozen || f.Clock.At != "2026-02-03T04:05:06Z" {
		t.Errorf("read %+v", f)
	}
}

func TestDeviationsOfTheSandboxAreEveryPrograms(t *testing.T) {
	f, err := config.Parse([]byte("version: 1\ndeviations: [media.none]\nprograms:\n" +
		"  - {id: a, product: rxware, deviations: [stop.untold, media.none]}\n  - {id: b, product: rxware}\n"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.Directory(config.World{Name: "default"})
	if err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string][]string{
		"media.none":             d.Deviates().Names(),
		"media.none stop.untold": d.Programs()[0].Deviates.Names(),
		"media.none ":            append(d.Programs()[1].Deviates.Names(), ""),
	} {
		if strings.Join(got, " ") != what {
			t.Errorf("got %q, want %q", got, what)
		}
	}
	if !d.Strays() {
		t.Error("nothing is armed")
	}
}
