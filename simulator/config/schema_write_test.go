package config_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	reflector "github.com/invopop/jsonschema"

	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
)

// makeSchema makes the schema from the types, their comments and the rules.
func makeSchema() (*reflector.Schema, error) {
	var r reflector.Reflector
	if err := r.AddGoComments("github.com/placebo-sim/placebo/simulator/config", "."); err != nil {
		return nil, err
	}
	for key, comment := range r.CommentMap {
		r.CommentMap[key] = strings.Join(strings.Fields(comment), " ")
	}
	s := r.Reflect(&config.File{})
	s.ID = "https://github.com/placebo-sim/placebo/raw/main/docs/schema/placebo-config.schema.json"
	s.Title = "Placebo configuration"
	s.Description = "A sandbox of Placebo and its support programs."
	s.Definitions["Dialects"] = dialects(false)
	s.Definitions["ProgramDialects"] = dialects(true)
	for place, say := range rules() {
		def, key, _ := strings.Cut(place, ".")
		d := s.Definitions[def]
		if d == nil {
			return nil, fmt.Errorf("there is no %s", def)
		}
		if key == "" {
			say(d)
			continue
		}
		p, known := d.Properties.Get(key)
		if !known {
			return nil, fmt.Errorf("there is no %s", place)
		}
		say(p)
	}
	return s, nil
}

// rule says what the types cannot.
type rule = func(*reflector.Schema)

func rules() map[string]rule {
	some := uint64(1)
	long := uint64(100)
	name := func(s *reflector.Schema) { s.MinLength = &some }
	filled := func(s *reflector.Schema) { s.MinItems = &some }
	positive := func(s *reflector.Schema) { s.Minimum = "0" }
	address := pattern(`^(off|[^ ]*:[^ :]*)$`)
	instant := pattern(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}([.,]\d+)?(Z|[+-]\d{2}:\d{2})$`)
	url := pattern(`^[Hh][Tt][Tt][Pp][Ss]?://.`)
	member := pattern(`^[A-Za-z_][A-Za-z0-9_]*$`)
	headers := func(s *reflector.Schema) {
		s.PropertyNames = &reflector.Schema{Pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"}
	}
	choice := func(s *reflector.Schema) {
		is := reflector.NewProperties()
		is.Set("type", &reflector.Schema{Const: "choice"})
		s.If = &reflector.Schema{Properties: is, Required: []string{"type"}}
		s.Then = &reflector.Schema{Required: []string{"choices"}}
	}
	doing := func(s *reflector.Schema) {
		for _, deed := range []string{"sms", "finishes", "subscribe", "unsubscribe"} {
			s.AnyOf = append(s.AnyOf, &reflector.Schema{Required: []string{deed}})
		}
	}
	kinds := func(s *reflector.Schema) {
		s.Properties = reflector.NewProperties()
		for _, kind := range slices.Sorted(maps.Keys(program.Happenings())) {
			s.Properties.Set(kind, &reflector.Schema{Ref: "#/$defs/Hook"})
		}
		s.AdditionalProperties = reflector.FalseSchema
	}
	var types, scopes, keys []string
	for f := program.Words; f <= program.Yes; f++ {
		types = append(types, config.TypeOf(f))
	}
	for _, s := range program.AllScopes() {
		scopes = append(scopes, string(s))
	}
	for _, f := range program.StandardFields() {
		keys = append(keys, f.Key)
	}
	deviations := func(s *reflector.Schema) {
		s.UniqueItems = true
		for _, d := range deviation.All() {
			s.Items.Enum = append(s.Items.Enum, d.Name)
		}
	}
	return map[string]rule{
		"File.version":        func(s *reflector.Schema) { s.Const = config.Version },
		"File.seed":           positive,
		"File.sandbox":        pattern(config.SandboxName.String()),
		"File.dialects":       ref("Dialects"),
		"File.deviations":     deviations,
		"Program.deviations":  deviations,
		"Clock.at":            instant,
		"Listen.vendor":       address,
		"Listen.partner":      address,
		"Listen.phone":        address,
		"Listen.control":      address,
		"Program.id":          func(s *reflector.Schema) { s.MinLength, s.MaxLength = &some, &long },
		"Program.product":     enum("rxware", "helparound"),
		"Program.invitation":  pattern(`\{link\}`),
		"Program.dialects":    ref("ProgramDialects"),
		"APIKey.value":        name,
		"Token.id":            name,
		"Token.scopes":        func(s *reflector.Schema) { enum(scopes...)(s.Items) },
		"Token.expires":       instant,
		"Token.algorithm":     enum("HS256", "EdDSA"),
		"Webhooks.url":        url,
		"Webhooks.enrollment": url,
		"Webhooks.action":     url,
		"Webhooks.headers":    headers,
		"Webhooks.kinds":      kinds,
		"Hook.url":            url,
		"Hook.headers":        headers,
		"Consent.name":        name,
		"Field":               choice,
		"Field.key":           name,
		"Field.type":          enum(types...),
		"Field.max":           positive,
		"Field.screen":        enum("about", "contact", "address", "caregiver", "insurance", "secondary-insurance", "none"),
		"Field.required":      enum("finish", "invite"),
		"Field.webhook":       member,
		"Field.read":          member,
		"Format.key":          enum(keys...),
		"Format.type":         enum(types...),
		"Format.max":          positive,
		"Event.name":          name,
		"Event.texts":         filled,
		"Interaction":         doing,
		"Reaction":            doing,
		"Reaction.event":      name,
		"Campaign.name":       name,
		"Campaign.steps":      filled,
		"Step.after":          pattern(`^([0-9]+(\.[0-9]*)?(ns|us|µs|μs|ms|s|m|h|d|w))+$`),
		"Step.sms":            name,
	}
}

func pattern(p string) rule { return func(s *reflector.Schema) { s.Pattern = p } }

func ref(definition string) rule {
	return func(s *reflector.Schema) { s.Ref, s.Type, s.AdditionalProperties = "#/$defs/"+definition, "", nil }
}

func enum(words ...string) rule {
	return func(s *reflector.Schema) {
		for _, w := range words {
			s.Enum = append(s.Enum, w)
		}
	}
}

// dialects are the keys and values that dialect.Choose knows, of a program or
// of a sandbox.
func dialects(ofProgram bool) *reflector.Schema {
	s := &reflector.Schema{Type: "object", Properties: reflector.NewProperties(), AdditionalProperties: reflector.FalseSchema,
		Description: "How the contract is read where it leaves something open. set comes first, then entries of the register, then single switches."}
	whole := &reflector.Schema{Description: "a side in everything at once"}
	for _, r := range dialect.Readings() {
		whole.Enum = append(whole.Enum, string(r))
	}
	s.Properties.Set("set", whole)
	for _, w := range dialect.Switches("") {
		if ofProgram && w.Switch == dialect.Paths {
			continue
		}
		entry, known := s.Properties.Get(w.Ambiguity)
		if !known {
			entry = &reflector.Schema{Description: w.Does, Default: w.Values[0].Name}
			s.Properties.Set(w.Ambiguity, entry)
		} else {
			entry.Description, entry.Default = entry.Description+"; "+w.Does, nil
		}
		offer(entry, w)
	}
	for _, w := range dialect.Switches("") {
		if ofProgram && w.Switch == dialect.Paths {
			continue
		}
		one := &reflector.Schema{Description: fmt.Sprintf("%s (%s)", w.Does, w.Ambiguity), Default: w.Values[0].Name}
		offer(one, w)
		s.Properties.Set(w.Name, one)
	}
	return s
}

// offer adds a switch's values, as words and as whatever YAML makes of them.
func offer(s *reflector.Schema, w dialect.Info) {
	add := func(v any) {
		if !slices.Contains(s.Enum, v) {
			s.Enum = append(s.Enum, v)
		}
	}
	for _, v := range w.Values {
		add(v.Name)
		if n, err := strconv.Atoi(v.Name); err == nil {
			add(n)
		}
		if b, err := strconv.ParseBool(v.Name); err == nil && strings.Trim(v.Name, "01") != "" {
			add(b)
		}
	}
}
