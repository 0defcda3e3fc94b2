package settings_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	reflector "github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/placebo-sim/placebo/conformance/settings"
)

var updateVendor = flag.Bool("update-vendor", false, "write docs/schema/vendor.schema.json anew")

const vendorSchemaFile = "../../docs/schema/vendor.schema.json"

func TestTheVendorSchemaIsThatOfTheCode(t *testing.T) {
	want := vendorSchemaText(t)
	if *updateVendor {
		if err := os.WriteFile(vendorSchemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(vendorSchemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/schema is stale: run go test ./conformance/settings -run TestTheVendorSchema -update-vendor")
	}
}

func TestEveryKeyOfTheVendorSchemaIsDescribed(t *testing.T) {
	s, err := vendorSchema()
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range s.Definitions {
		for p := d.Properties.Oldest(); p != nil; p = p.Next() {
			if p.Value.Description == "" {
				t.Errorf("%s.%s is not", name, p.Key)
			}
		}
	}
}

// wholeVendor uses every key.
const wholeVendor = `
baseURL: https://sandbox.vendor.example/api
name: Vendor
version: "4.2"
product: rxware
keyHeader: x-api-key
bearerScheme: Bearer
credentials:
  good: {command: [vault, read, good]}
  expired: {key: k, bearer: a.b.c}
  disabled: {bearer: a.b.c}
  otherProgram: {bearer: a.b.c}
  otherPartner: {bearer: a.b.c}
  lowScope: {bearer: a.b.c}
  eddsa: {bearer: a.b.c}
programs: {main: p, other: q, shapes: [c2nUb111eta65su]}
capabilities: [agreement, silent, private]
phones: us
caFile: ca.pem
timeout: 30s
rate: {perSecond: 5, burst: 10}
callback: {listen: "0.0.0.0:7070", url: "https://ci.example/hooks"}
webhookPaths: {enrollment: /enrolled, action: /acted}
driver:
  http:
    acts:
      open-link: {method: PUT, url: "https://vendor.example/test/{patient}/open", headers: {X-Test: "1"}, body: '{"act": {act}}'}
    state: {url: "https://vendor.example/test/{patient}", stage: stage, screens: screens, optedOut: out, link: link, values: values}
observe:
  texts: {url: "https://vendor.example/test/{patient}/texts", path: texts.#.body, to: texts.#.to}
readings: {AMB-001: consent}
`

func TestTheVendorSchemaJudgesAsTheReaderDoes(t *testing.T) {
	for name, text := range map[string]string{"as little as can be": least, "every key": wholeVendor,
		"a control API": least + "driver: {control: {url: \"http://localhost:8090\", token: t, sandbox: s}}\n", "a person": least + "driver: {attended: true}\n"} {
		t.Run(name, func(t *testing.T) {
			if _, err := settings.ParseVendor([]byte(text)); err != nil {
				t.Error(err)
			}
			if err := validateVendor(t, text); err != nil {
				t.Error(err)
			}
		})
	}
	for _, c := range vendorMistakes {
		t.Run(c.name, func(t *testing.T) {
			if validateVendor(t, c.text) == nil {
				t.Error("the schema takes it")
			}
		})
	}
}

func validateVendor(t *testing.T, text string) error {
	t.Helper()
	doc, err := validator.UnmarshalJSON(bytes.NewReader(vendorSchemaText(t)))
	if err != nil {
		t.Fatal(err)
	}
	c := validator.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	written, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v, err := validator.UnmarshalJSON(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

func vendorSchemaText(t *testing.T) []byte {
	t.Helper()
	s, err := vendorSchema()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// vendorSchema makes the schema from the types, their comments and the rules.
func vendorSchema() (*reflector.Schema, error) {
	var r reflector.Reflector
	if err := r.AddGoComments("github.com/placebo-sim/placebo/conformance/settings", "."); err != nil {
		return nil, err
	}
	for key, comment := range r.CommentMap {
		r.CommentMap[key] = strings.Join(strings.Fields(comment), " ")
	}
	s := r.Reflect(&settings.Vendor{})
	s.ID = "https://github.com/placebo-sim/placebo/raw/main/docs/schema/vendor.schema.json"
	s.Title = "Placebo vendor settings"
	s.Description = "How a vendor at an address is reached, what it was given for the suite, and what it claims to do."
	for place, say := range vendorRules() {
		def, key, _ := strings.Cut(place, ".")
		d := s.Definitions[def]
		if d == nil {
			return nil, fmt.Errorf("there is no %s", def)
		}
		if key != "" {
			p, known := d.Properties.Get(key)
			if !known {
				return nil, fmt.Errorf("there is no %s", place)
			}
			d = p
		}
		say(d)
	}
	return s, nil
}

// vendorRules say what the types cannot.
func vendorRules() map[string]func(*reflector.Schema) {
	pattern := func(p string) func(*reflector.Schema) { return func(s *reflector.Schema) { s.Pattern = p } }
	enum := func(words ...string) func(*reflector.Schema) {
		return func(s *reflector.Schema) {
			for _, w := range words {
				s.Enum = append(s.Enum, w)
			}
		}
	}
	some := uint64(1)
	filled := func(s *reflector.Schema) { s.MinLength = &some }
	positive := func(s *reflector.Schema) { s.Minimum = "0" }
	address := pattern(`^[Hh][Tt][Tt][Pp][Ss]?://[^/]`)
	return map[string]func(*reflector.Schema){
		"Vendor.baseURL":          address,
		"Vendor.product":          enum("rxware", "helparound"),
		"Vendor.phones":           enum("reserved", "us"),
		"Vendor.timeout":          pattern(`^([0-9]+(\.[0-9]*)?(ns|us|µs|μs|ms|s|m|h))+$`),
		"Vendor.capabilities":     func(s *reflector.Schema) { enum(settings.Claimable...)(s.Items) },
		"Programs.main":           filled,
		"Rate.perSecond":          positive,
		"Rate.burst":              positive,
		"Callback.listen":         pattern(`:[0-9]+$`),
		"Callback.url":            address,
		"WebhookPaths.enrollment": pattern("^/"),
		"WebhookPaths.action":     pattern("^/"),
		"Control.url":             address,
		"Request.url":             address,
		"StateRequest.url":        address,
		"StateRequest.stage":      filled,
		"TextsRequest.url":        address,
		"TextsRequest.path":       filled,
		"HTTPDriver.acts": func(s *reflector.Schema) {
			s.MinProperties = &some
			s.PropertyNames = &reflector.Schema{}
			enum(settings.Acts...)(s.PropertyNames)
		},
		"Driver": func(s *reflector.Schema) { most := uint64(1); s.MaxProperties = &most },
		"Credentials.good": func(s *reflector.Schema) {
			s.AnyOf = []*reflector.Schema{{Required: []string{"key", "bearer"}}, {Required: []string{"command"}}}
		},
		"Credential": func(s *reflector.Schema) {
			s.OneOf = []*reflector.Schema{{Required: []string{"bearer"}}, {Required: []string{"command"}}}
		},
	}
}
