package settings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/settings"
)

// least is as little as there can be.
const least = `baseURL: https://vendor.example
credentials:
  good: {key: k, bearer: a.b.c}
programs: {main: p}
`

func TestAVendorNeedsAnAddressCredentialsAndAProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vendor.yaml")
	if err := os.WriteFile(path, []byte(least), 0o600); err != nil {
		t.Fatal(err)
	}
	v, err := settings.LoadVendor(path)
	if err != nil {
		t.Fatal(err)
	}
	if v.BaseURL != "https://vendor.example" || v.Programs.Main != "p" || v.Credentials.ByAccess()[port.Good].Bearer != "a.b.c" {
		t.Errorf("got %+v", v)
	}
	if _, given := v.Credentials.ByAccess()[port.Expired]; given {
		t.Error("credentials that were not given are there")
	}
}

func TestAMistakeInVendorSettingsIsNamedWithLineAndColumn(t *testing.T) {
	for _, c := range vendorMistakes {
		t.Run(c.name, func(t *testing.T) {
			_, err := settings.ParseVendor([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// vendorMistakes are settings that make no sense.
var vendorMistakes = []struct{ name, text, want string }{
	{"an unknown key", least + "colour: red\n", "[5:1]"},
	{"a wrong type", least + "rate: fast\n", "[5:7]"},
	{"no address", strings.Replace(least, "https://vendor.example", `""`, 1), "[1:10] baseURL"},
	{"an address without a scheme", strings.Replace(least, "https://", "", 1), "[1:10] baseURL"},
	{"no credentials", strings.Replace(least, "{key: k, bearer: a.b.c}", "{}", 1), "[3:9] credentials.good"},
	{"good credentials without an auth token", strings.Replace(least, "key: k, ", "", 1), "[3:9] credentials.good"},
	{"credentials beside a command", strings.Replace(least, "key: k", "command: [x]", 1), "credentials.good.command"},
	{"further credentials without a bearer token", strings.Replace(least, "programs", "  expired: {key: k}\nprograms", 1), "[4:12] credentials.expired"},
	{"no program", strings.Replace(least, "main: p", "other: p", 1), "[4:11] programs.main"},
	{"a product nobody sells", least + "product: rxwear\n", "[5:10] product"},
	{"a capability nobody can claim", least + "capabilities: [private, magic]\n", "[5:25] capabilities[1]"},
	{"numbers of no range", least + "phones: mine\n", "[5:9] phones"},
	{"a time-out that is none", least + "timeout: soon\n", "[5:10] timeout"},
	{"a time-out that has passed", least + "timeout: -1s\n", "[5:10] timeout"},
	{"a rate below nothing", least + "rate: {perSecond: -1}\n", "[5:19] rate.perSecond"},
	{"a callback without a port", least + "callback: {listen: localhost}\n", "[5:20] callback.listen"},
	{"a callback at no address", least + "callback: {listen: \":0\", url: here}\n", "callback.url"},
	{"a webhook path without a slash", least + "webhookPaths: {action: hook}\n", "[5:24] webhookPaths.action"},
	{"two drivers", least + "driver: {attended: true, control: {url: http://localhost:1}}\n", "[5:9] driver: must be one of"},
	{"a control API at no address", least + "driver: {control: {url: there}}\n", "driver.control.url"},
	{"a driver that does nothing", least + "driver: {http: {acts: {}}}\n", "driver.http.acts"},
	{"an act that nobody can do", least + "driver: {http: {acts: {dance: {url: http://localhost:1}}}}\n", "driver.http.acts.dance"},
	{"a state without a stage", least + "driver: {http: {acts: {sign: {url: http://h}}, state: {url: http://h, stage: \"\"}}}\n", "driver.http.state.stage"},
	{"texts without a path", least + "observe: {texts: {url: \"http://h/{patient}\", path: \"\"}}\n", "observe.texts.path"},
}
