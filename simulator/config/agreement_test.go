package config_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/placebo-sim/placebo/fixtures"
	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
)

const day = 24 * time.Hour

func TestAnAgreementBecomesAProgram(t *testing.T) {
	p := agreed(t, string(full(t)))
	in := func(fields []program.Field, key string) program.Field {
		t.Helper()
		at := slices.IndexFunc(fields, func(f program.Field) bool { return f.Key == key })
		if at < 0 {
			t.Fatalf("there is no %s", key)
		}
		return fields[at]
	}
	field := func(key string) program.Field { return in(p.Agreed, key) }
	format := func(key string) program.Field { return in(p.Formats, key) }
	cases := []struct {
		name      string
		got, want any
	}{
		{"its organization", p.Organization, "org-5521"},
		{"its own invitation", p.Invitation, "{program}: Hello {name}, your support program is ready: {link} Reply STOP to opt out."},
		{"that the invitation is its own", p.OwnInvitation, true},
		{"what finishing takes", p.Required, []string{"patient.dob", "insurance.front", "signature", "injection.site"}},
		{"a choice with members of its own", field("injection.site"), program.Field{Key: "injection.site", Label: "Where do you inject?",
			Screen: program.About, Format: program.Choice, Choices: []string{"abdomen", "thigh"}, Agreed: true,
			Webhook: "injectionSite", Read: "injectionSite"}},
		{"a text with limits", field("pharmacy.note"), program.Field{Key: "pharmacy.note", Label: "Note for the pharmacy",
			Screen: must(program.ParseScreen("address")), Format: program.Words, Max: 200, ASCII: true, Agreed: true}},
		{"a field only the partner supplies", field("hub.case"), program.Field{Key: "hub.case", Label: "hub.case",
			Screen: program.ConsentScreen, Max: 20, Agreed: true, Wanted: true, Webhook: program.NotShown, Read: program.NotShown}},
		{"a phone number", field("injection.nurse").Format, program.Phone},
		{"a number", field("weight.kg").Format, program.Number},
		{"a truth value", field("latex.allergy").Format, program.Yes},
		{"a day", field("first.dose").Format, program.Day},
		{"a day as Americans write it", field("last.visit").Format, program.USDay},
		{"a date as birth dates are written", field("diagnosed.on").Format, program.BirthDate},
		{"a format that makes a choice of a text", format("patient.prefLanguage"), program.Field{Key: "patient.prefLanguage", Label: "Language",
			Screen: program.About, Format: program.Choice, Choices: []string{"english", "spanish"}, Max: 50, ASCII: true}},
		{"a format that lifts what is said and no more", format("patient.first.name"), program.Field{Key: "patient.first.name", Label: "First name",
			Screen: program.About, Max: 40}},
		{"its events", p.Events, []program.Event{{Name: "nurse.visit", Text: []string{"planned", "done"}}, {Name: "hub.note"}}},
		{"its reactions, the events' own first", p.Reactions, []program.Reaction{
			{Event: "nurse.visit", Text: "planned", SMS: "{program}: Hi {name}, your nurse will visit you[ on {date}]."},
			{Event: "hub.note", Finishes: true, Subscribe: "follow-up", Unsubscribe: "first-weeks"},
			{Event: "shipment.status", Text: "shipped", SMS: "{program}: Hi {name}, your medicine is on its way: {link}", Subscribe: "first-weeks"},
			{Event: "enrollment.status", Text: "approved", Finishes: true},
			{Event: "notify.sms.program.terms", SMS: "{program}: Hi {name}, the terms have changed: {link}"},
			{Event: "nurse.visit", Text: "done", Unsubscribe: "first-weeks"},
		}},
		{"its campaigns", p.Campaigns, []program.Campaign{{Name: "first-weeks", Steps: []program.Step{
			{SMS: "{program}: Hi {name}, your first dose is a big step. We are here for you."},
			{After: 7 * day, SMS: "{program}: Hi {name}, how was your first week?"},
			{After: 28*day + 12*time.Hour, SMS: "{program}: Hi {name}, time for your next dose."},
		}}, {Name: "follow-up", Steps: []program.Step{{After: day, SMS: "{program}: Hi {name}, see where you stand: {link}"}}}}},
		{"where its webhooks go", []string{p.Hooks.Enrollment, p.Hooks.Action}, []string{"https://hub.example.com/enrolled", "https://hub.example.com/acted"}},
		{"the source of the partner's ids", p.Hooks.Source, "Northwind"},
		{"an address of one kind of webhook", p.Hooks.Kinds[program.OptedOut], program.Hook{URL: "https://consent.example.com/out",
			Headers: map[string]string{"X-Partner": "northwind-consent"}}},
		{"a kind that is not sent", p.Hooks.Kinds[program.TrackerViewed].Off, true},
		{"a kind of which nothing is said", p.Hooks.Kinds[program.InfusionUpdated], program.Hook{}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !reflect.DeepEqual(c.got, c.want) {
				t.Errorf("got  %+v\nwant %+v", c.got, c.want)
			}
		})
	}
}

func TestWhatAProgramDoesNotSay(t *testing.T) {
	p := agreed(t, a("partner: northwind"))
	cases := []struct {
		name      string
		got, want any
	}{
		{"the organization is the partner", p.Organization, "northwind"},
		{"the invitation is the brand's", p.OwnInvitation, false},
		{"there is one campaign, which begins at once", []any{len(p.Campaigns), p.Campaigns[0].Name, p.Campaigns[0].Steps[0].After}, []any{1, "onboarding", time.Duration(0)}},
		{"it has two later texts", []time.Duration{p.Campaigns[0].Steps[1].After, p.Campaigns[0].Steps[2].After}, []time.Duration{7 * day, 30 * day}},
		{"every ambiguity is read by default", p.Dialect, dialect.Set{}},
		{"fields are shown among custom data", agreed(t, a("fields: [{key: k, webhook: customData, read: customData}]")).Agreed[0],
			program.Field{Key: "k", Label: "k", Screen: program.About, Agreed: true}},
		{"an empty list of campaigns means none", len(agreed(t, a("campaigns: []")).Campaigns), 0},
		{"an event without texts accepts any", agreed(t, a("events: [{name: e}]\n    reactions: [{event: e, text: whatever, finishes: true}]")).Events[0].Text, []string(nil)},
		{"a format that is no choice any more has no choices", agreed(t, a("formats: [{key: patient.gender, type: text}]")).Formats[0].Choices, []string(nil)},
		{"a format without a limit has none", agreed(t, a("formats: [{key: patient.email, max: 0}]")).Formats[0].Max, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !reflect.DeepEqual(c.got, c.want) {
				t.Errorf("got  %+v\nwant %+v", c.got, c.want)
			}
		})
	}
}

func TestAReactionMayNameWhateverCanBeAccepted(t *testing.T) {
	for name, text := range map[string]string{
		"any text of an event without a list":      a("reactions: [{event: prescription.status, text: dispensed, finishes: true}]"),
		"an agreed text of a documented event":     a("events: [{name: shipment.status, texts: [lost]}]\n    reactions: [{event: shipment.status, text: lost, finishes: true}]"),
		"a documented text beside the agreed ones": a("events: [{name: shipment.status, texts: [lost]}]\n    reactions: [{event: shipment.status, text: hold, finishes: true}]"),
		"a text that the dialect adds":             a("dialects: {AMB-061: received}\n    reactions: [{event: insurance.status, text: received, finishes: true}]"),
		"any text where the vocabulary is open":    a("dialects: {AMB-066: open}\n    reactions: [{event: shipment.status, text: lost, finishes: true}]"),
		"the campaign that is there by default":    a("reactions: [{event: refill.status, subscribe: onboarding}]"),
	} {
		t.Run(name, func(t *testing.T) { agreed(t, text) })
	}
}

func TestTheMoreIsSaidOfASwitchTheLaterItIsApplied(t *testing.T) {
	cases := []struct {
		name, sandbox, program string
		at                     dialect.Switch
		want                   string
	}{
		{"a number is taken as written", "", "AMB-031: 0", dialect.NotAlignedCode, "0"},
		{"a number among other numbers", "", "AMB-069: 200", dialect.RepeatOptOut, "200"},
		{"yes is the word yes", "", "AMB-025: yes", dialect.OptWebhookOnAPI, "yes"},
		{"a blank at the end counts", "", `AMB-006: "Source "`, dialect.SourceOpt, "Source "},
		{"a program starts from its sandbox", "AMB-001: both", "", dialect.ConsentKey, "both"},
		{"a program has the last word", "AMB-001: both", "AMB-001: consent", dialect.ConsentKey, "consent"},
		{"a switch goes before its entry", "", "namesAt.opt: event, AMB-004: both", dialect.NamesAtOpt, "event"},
		{"an entry sets the other switches", "", "namesAt.opt: event, AMB-004: both", dialect.NamesAtTracker, "both"},
		{"an entry goes before the whole reading", "", "AMB-001: both, set: table", dialect.ConsentKey, "both"},
		{"the paths are the sandbox's", "paths: rxware", "set: example", dialect.Paths, "rxware"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := agreed(t, "dialects: {"+c.sandbox+"}\n"+a("dialects: {"+c.program+"}"))
			if got := p.Dialect.Of(c.at); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheDirectorySpeaksTheSandboxesDialect(t *testing.T) {
	f, err := config.Parse([]byte("dialects: {AMB-021: helparound}\n" + a("dialects: {AMB-001: both}")))
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.Directory(config.World{Name: "default"})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Dialect().Of(dialect.Paths) + " " + d.Dialect().Of(dialect.ConsentKey); got != "helparound consents" {
		t.Errorf("got %s", got)
	}
}

func TestAFileThatNobodyParsedIsStillJudgedByItsDialects(t *testing.T) {
	for name, f := range map[string]*config.File{
		"the sandbox's": {Dialects: config.Dialects{"AMB-001": "x"}},
		"a program's":   {Programs: []config.Program{{ID: "p", Dialects: config.Dialects{"paths": "both"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := f.Directory(config.World{Name: "default"}); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestAConfigurationSurvivesTheRoundTrip(t *testing.T) {
	for name, text := range map[string]string{
		"the worked example":              string(full(t)),
		"lists that are empty on purpose": a("apiKeys: []\n    tokens: []\n    consents: []\n    campaigns: []"),
		"readings that look like others":  a(`dialects: {AMB-031: 0, AMB-025: "yes", AMB-006: "Source "}`),
	} {
		f, err := config.Parse([]byte(text))
		if err != nil {
			t.Fatal(name, err)
		}
		for form, write := range map[string]func(any) ([]byte, error){"JSON": json.Marshal, "YAML": func(v any) ([]byte, error) { return yaml.Marshal(v) }} {
			t.Run(name+" through "+form, func(t *testing.T) {
				written, err := write(f)
				if err != nil {
					t.Fatal(err)
				}
				again, err := config.Parse(written)
				if err != nil {
					t.Fatalf("%v in %s", err, written)
				}
				if !reflect.DeepEqual(again, f) {
					t.Errorf("got  %+v\nwant %+v", again, f)
				}
			})
		}
	}
}

func TestSpansOfTime(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0s": 0, "90m": 90 * time.Minute, "7d": 7 * day, "1w12h": 7*day + 12*time.Hour, "1.5d": 36 * time.Hour, "500ms": time.Second / 2,
	} {
		if got, err := config.Span(text); err != nil || got != want {
			t.Errorf("%s is %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0", "7", "d", "7 d", "-7d", "7y", "200000w", strings.Repeat("9", 40) + "s"} {
		if got, err := config.Span(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func TestEveryFormHasAWord(t *testing.T) {
	for f := program.Words; f <= program.Yes; f++ {
		if config.TypeOf(f) == "" {
			t.Errorf("form %d has none", f)
		}
	}
}

func full(t *testing.T) []byte {
	t.Helper()
	text, err := fixtures.FS.ReadFile("agreements/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// agreed is the first program of a configuration.
func agreed(t *testing.T, text string) *program.Program {
	t.Helper()
	f, err := config.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	d, err := f.Directory(config.World{Name: "default"})
	if err != nil {
		t.Fatal(err)
	}
	return d.Programs()[0]
}

func must(s program.Screen, ok bool) program.Screen {
	if !ok {
		panic("no such screen")
	}
	return s
}
