package config_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
	reflector "github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/placebo-sim/placebo/simulator/config"
)

var update = flag.Bool("update", false, "write docs/schema anew")

const schemaFile = "../../docs/schema/placebo-config.schema.json"

func TestTheSchemaIsThatOfTheCode(t *testing.T) {
	want := schema(t).text
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/schema is stale: run go test ./simulator/config -run TestTheSchema -update")
	}
}

func TestEveryKeyOfTheSchemaIsDescribed(t *testing.T) {
	for name, d := range schema(t).Definitions {
		for p := d.Properties.Oldest(); p != nil; p = p.Next() {
			if p.Value.Description == "" {
				t.Errorf("%s.%s is not", name, p.Key)
			}
		}
	}
}

func TestTheSchemaTakesWhatIsRight(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(readme), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	standard, err := os.ReadFile("default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"the default":        string(standard),
		"README's example":   example,
		"the worked example": string(full(t)),
		"next to nothing":    "version: 1\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := config.Parse([]byte(text)); err != nil {
				t.Fatal(err)
			}
			if err := validate(t, text); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTheWorkedExampleUsesEveryKey(t *testing.T) {
	s := schema(t)
	used := map[string]bool{}
	var walk func(def string, s *reflector.Schema, v any)
	walk = func(def string, part *reflector.Schema, v any) {
		if name, is := strings.CutPrefix(part.Ref, "#/$defs/"); is {
			def, part = name, s.Definitions[name]
		}
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(def, part.Items, item)
			}
		case map[string]any:
			if part.Properties == nil {
				return // headers, whose names are anybody's
			}
			for key, value := range v {
				used[def+"."+key] = true
				if inner, known := part.Properties.Get(key); known {
					walk(def, inner, value)
				}
			}
		}
	}
	walk("", s.Schema, values(t, string(full(t))))
	for name, d := range s.Definitions {
		if strings.HasSuffix(name, "Dialects") {
			continue // nobody takes a side in everything
		}
		for p := d.Properties.Oldest(); p != nil; p = p.Next() {
			if !used[name+"."+p.Key] {
				t.Errorf("%s.%s is not used", name, p.Key)
			}
		}
	}
}

func TestTheSchemaRefusesWhatParseRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no version":                           "seed: 7\n",
		"another version":                      "version: 2\n",
		"a wrong type":                         "version: one\n",
		"an unknown key":                       "version: 1\nprogramms: []\n",
		"a sandbox with a blank":               "version: 1\nsandbox: A b\n",
		"an address without a port":            "version: 1\nlisten: {vendor: localhost}\n",
		"a clock at no time":                   "version: 1\nclock: {at: noon}\n",
		"a program without a product":          "version: 1\nprograms: [{id: x}]\n",
		"an unknown product":                   "version: 1\nprograms: [{id: x, product: rxwear}]\n",
		"a program's unknown key":              a("colour: red"),
		"an unknown scope":                     a("tokens: [{id: t, scopes: [everything]}]"),
		"an unknown algorithm":                 a("tokens: [{id: t, algorithm: none}]"),
		"a token that ends at no time":         a("tokens: [{id: t, expires: never}]"),
		"a webhook that is no URL":             a("webhooks: {url: here}"),
		"a webhook of no kind":                 a("webhooks: {kinds: {opt-out: {off: true}}}"),
		"a header that is no name":             a("webhooks: {headers: {X Partner: a}}"),
		"an invitation without a link":         a("invitation: Hello"),
		"a field without a key":                a("fields: [{label: x}]"),
		"a field of no type":                   a("fields: [{key: a, type: words}]"),
		"a choice of nothing":                  a("fields: [{key: a, type: choice}]"),
		"a field on no screen there is":        a("fields: [{key: a, screen: consent}]"),
		"a field required at no time":          a("fields: [{key: a, required: always}]"),
		"a field shorter than nothing":         a("fields: [{key: a, max: -1}]"),
		"a member that is no name":             a("fields: [{key: a, webhook: a.b}]"),
		"a format of an unknown field":         a("formats: [{key: shoe.size}]"),
		"an event that accepts nothing":        a("events: [{name: e, texts: []}]"),
		"a reaction to nothing":                a("reactions: [{finishes: true}]"),
		"a reaction that does nothing":         a("reactions: [{event: refill.status}]"),
		"an event's reaction to another event": a("events: [{name: e, react: [{event: f, finishes: true}]}]"),
		"a campaign without a step":            a("campaigns: [{name: c, steps: []}]"),
		"a step at no time":                    a("campaigns: [{name: c, steps: [{after: soon, sms: x}]}]"),
		"a step that says nothing":             a("campaigns: [{name: c, steps: [{after: 7d}]}]"),
		"a reading that is none":               "version: 1\ndialects: {AMB-031: 1}\n",
		"a reading of no ambiguity":            "version: 1\ndialects: {AMB-999: x}\n",
		"a whole reading that is none":         "version: 1\ndialects: {set: lenient}\n",
		"a deviation that is none":             "version: 1\ndeviations: [media.some]\n",
		"a deviation twice":                    "version: 1\ndeviations: [media.none, media.none]\n",
		"a program's deviation that is none":   a("deviations: [media.some]"),
		"the paths of a program":               a("dialects: {AMB-021: rxware}"),
		"the paths of a program, by switch":    a("dialects: {paths: rxware}"),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := config.Parse([]byte(text)); err == nil {
				t.Error("Parse takes it")
			}
			if validate(t, text) == nil {
				t.Error("the schema takes it")
			}
		})
	}
}

// validate judges a configuration by the schema alone.
func validate(t *testing.T, text string) error {
	t.Helper()
	s, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(values(t, text))
}

var compiled = sync.OnceValues(func() (*validator.Schema, error) {
	made, err := made()
	if err != nil {
		return nil, err
	}
	doc, err := validator.UnmarshalJSON(bytes.NewReader(made.text))
	if err != nil {
		return nil, err
	}
	c := validator.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
})

// values are a configuration as any reader of YAML would see it.
func values(t *testing.T, text string) any {
	t.Helper()
	written, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v, err := validator.UnmarshalJSON(bytes.NewReader(written))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

type madeSchema struct {
	*reflector.Schema
	text []byte
}

var made = sync.OnceValues(func() (madeSchema, error) {
	s, err := makeSchema()
	if err != nil {
		return madeSchema{}, err
	}
	text, err := json.MarshalIndent(s, "", "  ")
	return madeSchema{s, append(text, '\n')}, err
})

func schema(t *testing.T) madeSchema {
	t.Helper()
	s, err := made()
	if err != nil {
		t.Fatal(err)
	}
	return s
}
