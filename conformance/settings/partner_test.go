package settings_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
	reflector "github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/settings"
)

const wholePartner = `
name: Acme hub
version: "2026.2"
baseURL: https://hub.acme.example
urls:
  enrollment: https://hub.acme.example/in/enrolled
  action: https://hub.acme.example/in/acted
headers:
  X-Partner-Auth: Token abc
program: q7Kx200mvd83nw1b
patients:
  - externalId: crm-88412
    phone: "+12025550142"
  - {externalId: crm-90001, phone: "+12025550143", patientId: ha65a1c0ffee012}
media:
  listen: 0.0.0.0:8099
  url: https://suite.example:8099
readings:
  consentKey: [consents, both]
  externalSource.opt: ["Source "]
timeout: 5s
caFile: acme.pem
rate:
  perSecond: 4
  burst: 2
`

func TestAPartnerIsRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "partner.yaml")
	if err := os.WriteFile(file, []byte(wholePartner), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := settings.LoadPartner(file)
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "Acme hub" || p.Patients[1].PatientID != "ha65a1c0ffee012" || p.Timeout.Duration().Seconds() != 5 || len(p.Readings) != 2 {
		t.Errorf("got %+v", p)
	}
	if err := partnerSchemaSays(t, wholePartner); err != nil {
		t.Error(err)
	}
	if err := p.Check(); err != nil {
		t.Error(err)
	}
	for name, text := range map[string]string{
		"an address":   "baseURL: http://localhost:3000\n",
		"a command":    "baseURL: http://localhost:3000\nprogram: p\nseed: {command: [./seed, --json]}\n",
		"invitations":  "baseURL: http://localhost:3000\ninvites: true\n",
		"its two URLs": "urls: {enrollment: http://a.example, action: http://b.example}\n",
	} {
		if _, err := settings.ParsePartner([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := partnerSchemaSays(t, text); err != nil {
			t.Errorf("%s: the schema: %v", name, err)
		}
	}
}

func TestWhatMakesNoSenseOfAPartnerIsSaidWithItsPlace(t *testing.T) {
	base := "baseURL: http://localhost:3000\n"
	for name, c := range map[string]struct {
		text, wants string
		loose       bool // the schema cannot say it
	}{
		"an empty file":               {"\n", "empty", true},
		"no address":                  {"name: Acme\n", "[1:1] baseURL: must be said", false},
		"one of two addresses":        {"urls: {action: http://b.example}\n", "baseURL: must be said", false},
		"an address that is none":     {"baseURL: localhost\n", "[1:10] baseURL: must be an address", false},
		"a URL that is none":          {base + "urls:\n  action: here\n", "[3:11] urls.action: must be an address", false},
		"an unknown key":              {base + "patient: []\n", "[2:1]", false},
		"a wrong type":                {base + "invites: often\n", "[2:10]", false},
		"a header of two words":       {base + "headers: {X Auth: a}\n", "headers.X Auth: must be", false},
		"patients of no program":      {base + "patients:\n  - {externalId: a, phone: \"+12025550142\"}\n", "program: must be", false},
		"a command of no program":     {base + "seed: {command: [./a]}\n", "program: must be", false},
		"a patient without a number":  {base + "program: p\npatients:\n  - externalId: a\n", "[4:5] patients[0].phone: must be", false},
		"a number without a country":  {base + "program: p\npatients:\n  - externalId: a\n    phone: \"2025550142\"\n", "[5:12] patients[0].phone: must be", false},
		"a patient without an id":     {base + "program: p\npatients:\n  - phone: \"+12025550142\"\n", "patients[0].externalId: must be", false},
		"a command of nothing":        {base + "program: p\nseed: {command: []}\n", "seed.command: must be", false},
		"patients from two places":    {base + "program: p\ninvites: true\nseed: {command: [./a]}\n", "[3:10] invites: must stand alone", false},
		"a picture listener of ports": {base + "media: {listen: \"8099\"}\n", "media.listen: must be host:port", false},
		"a reading of no switch":      {base + "readings: {shoeSize: [37]}\n", "readings.shoeSize: is no switch", false},
		"a reading that is none":      {base + "readings:\n  consentKey: [consents, agreed]\n", "[3:26] readings.consentKey[1]: must be one of consents, consent, both", false},
		"a switch with no reading":    {base + "readings: {consentKey: []}\n", "must have a value", false},
		"a time that is none":         {base + "timeout: soon\n", "[2:10] timeout: must be a time", false},
		"a rate below zero":           {base + "rate: {perSecond: -1}\n", "rate.perSecond: must not be negative", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := settings.ParsePartner([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.wants) {
				t.Errorf("got %v, want it to say %q", err, c.wants)
			}
			if !c.loose && partnerSchemaSays(t, c.text) == nil {
				t.Error("the schema takes it")
			}
		})
	}
}

const partnerSchemaFile = "../../docs/schema/partner.schema.json"

func TestThePartnerSchemaIsThatOfTheCode(t *testing.T) {
	want, _, err := partnerSchema()
	if err != nil {
		t.Fatal(err)
	}
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(partnerSchemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(partnerSchemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/schema/partner.schema.json is stale: run go test ./conformance/settings -run Schema -update")
	}
}

func TestEveryKeyOfThePartnerSchemaIsDescribed(t *testing.T) {
	_, s, err := partnerSchema()
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range s.Definitions {
		for p := d.Properties.Oldest(); p != nil; p = p.Next() {
			if p.Value.Description == "" && p.Value.Ref == "" {
				t.Errorf("%s.%s is not", name, p.Key)
			}
		}
	}
}

var partnerJudge = sync.OnceValues(func() (*validator.Schema, error) {
	text, _, err := partnerSchema()
	if err != nil {
		return nil, err
	}
	doc, err := validator.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := validator.NewCompiler()
	if err := c.AddResource("partner.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("partner.json")
})

// partnerSchemaSays judges a file by the schema alone.
func partnerSchemaSays(t *testing.T, text string) error {
	t.Helper()
	judge, err := partnerJudge()
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
	return judge.Validate(v)
}

// partnerSchema makes the schema from the types, their comments and what the
// types cannot say.
func partnerSchema() ([]byte, *reflector.Schema, error) {
	var r reflector.Reflector
	if err := r.AddGoComments("github.com/placebo-sim/placebo/conformance/settings", "."); err != nil {
		return nil, nil, err
	}
	for key, comment := range r.CommentMap {
		r.CommentMap[key] = strings.Join(strings.Fields(comment), " ")
	}
	s := r.Reflect(&settings.Partner{})
	s.ID = "https://github.com/placebo-sim/placebo/raw/main/docs/schema/partner.schema.json"
	s.Title, s.Description = "Placebo partner.yaml", "A partner whose webhook endpoints are tested."
	some := uint64(1)
	at := func(def, key string) *reflector.Schema {
		p, ok := s.Definitions[def].Properties.Get(key)
		if !ok {
			panic("there is no " + def + "." + key)
		}
		return p
	}
	for _, one := range []struct{ def, key, pattern string }{
		{"Partner", "baseURL", `^https?://.`}, {"WebhookURLs", "enrollment", `^https?://.`}, {"WebhookURLs", "action", `^https?://.`},
		{"PartnerMedia", "url", `^https?://.`}, {"PartnerMedia", "listen", `^[^ ]*:[^ :]+$`}, {"PartnerPatient", "phone", `^\+[1-9][0-9]{7,14}$`},
		{"PartnerPatient", "externalId", `.`}, {"Partner", "timeout", `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`},
	} {
		at(one.def, one.key).Pattern = one.pattern
	}
	at("Seed", "command").MinItems = &some
	at("Partner", "headers").PropertyNames = &reflector.Schema{Pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"}
	readings := at("Partner", "readings")
	readings.Properties, readings.AdditionalProperties = reflector.NewProperties(), reflector.FalseSchema
	for _, sw := range port.Switches() {
		var values []any
		for _, v := range sw.Values {
			values = append(values, v)
		}
		readings.Properties.Set(sw.Name, &reflector.Schema{Type: "array", MinItems: &some, Items: &reflector.Schema{Enum: values}})
	}
	rate := s.Definitions["Rate"].Properties
	for p := rate.Oldest(); p != nil; p = p.Next() {
		p.Value.Minimum = "0"
	}
	partner, needs := s.Definitions["Partner"], func(keys ...string) *reflector.Schema { return &reflector.Schema{Required: keys} }
	both := reflector.NewProperties()
	both.Set("urls", needs("enrollment", "action"))
	partner.AnyOf = []*reflector.Schema{needs("baseURL"), {Required: []string{"urls"}, Properties: both}}
	partner.AllOf = []*reflector.Schema{{Not: needs("patients", "seed")}, {Not: needs("patients", "invites")}, {Not: needs("seed", "invites")}}
	partner.DependentRequired = map[string][]string{"patients": {"program"}, "seed": {"program"}}
	text, err := json.MarshalIndent(s, "", "  ")
	return append(text, '\n'), s, err
}
