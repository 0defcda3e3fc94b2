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
		{"a dialect, none of which can be switched yet", "version: 1\nprograms:\n  - id: x\n    product: rxware\n    dialects: {AMB-001: consent}\n", "none can be switched"},
		{"two sandboxes in one name", "version: 1\nsandbox: A b\n", "[2:10]"},
		{"a clock at no time", "version: 1\nclock: {at: noon}\n", "[2:13] clock.at"},
		{"a token that ends at no time", "version: 1\nprograms:\n  - id: x\n    product: rxware\n    tokens: [{id: t, expires: never}]\n", "[5:31]"},
		{"nothing", " \n", "is empty"},
		{"no YAML at all", "version: [1\n", "["},
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

func TestTheSameKeysAreReadFromJSON(t *testing.T) {
	f, err := config.Parse([]byte(`{"version":1,"seed":7,"clock":{"at":"2026-02-03T04:05:06Z","frozen":true},"programs":[{"id":"p","product":"rxware"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if *f.Seed != 7 || !f.Clock.Frozen || f.Clock.At != "2026-02-03T04:05:06Z" {
		t.Errorf("read %+v", f)
	}
}
