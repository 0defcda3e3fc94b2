package control

import (
	"maps"
	"slices"

	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
)

// What partner and vendor have agreed on for a program, in the words of the
// configuration.

type hooksView struct {
	Enrollment string              `json:"enrollment"`
	Action     string              `json:"action"`
	Headers    []string            `json:"headers,omitempty"` // their names: the values may be secrets
	Source     string              `json:"source,omitempty"`
	Kinds      map[string]hookView `json:"kinds,omitempty"` // what was agreed for one kind
}

type hookView struct {
	URL     string   `json:"url,omitempty"`
	Headers []string `json:"headers,omitempty"`
	Off     bool     `json:"off,omitempty"`
}

func viewHooks(h *program.Hooks) hooksView {
	v := hooksView{Enrollment: h.Enrollment, Action: h.Action, Headers: slices.Sorted(maps.Keys(h.Headers)), Source: h.Source}
	for name, what := range program.Happenings() {
		hook, agreed := h.Kinds[what]
		if !agreed {
			continue
		}
		if v.Kinds == nil {
			v.Kinds = map[string]hookView{}
		}
		v.Kinds[name] = hookView{hook.URL, slices.Sorted(maps.Keys(hook.Headers)), hook.Off}
	}
	return v
}

type fieldView struct {
	Key      string   `json:"key"`
	Label    string   `json:"label"`
	Screen   string   `json:"screen"` // none: only the partner supplies it
	Type     string   `json:"type"`
	Choices  []string `json:"choices,omitempty"`
	Max      int      `json:"max,omitempty"`
	ASCII    bool     `json:"ascii,omitempty"`
	Required string   `json:"required,omitempty"` // invite: an invitation without it is refused
	Webhook  string   `json:"webhook,omitempty"`  // the member that shows it; absent: customData
	Read     string   `json:"read,omitempty"`     // the same
}

func viewFields(fields []program.Field) []fieldView {
	views := []fieldView{}
	for _, f := range fields {
		v := fieldView{Key: f.Key, Label: f.Label, Screen: f.Screen.String(), Type: config.TypeOf(f.Format), Choices: f.Choices,
			Max: f.Max, ASCII: f.ASCII, Webhook: f.Webhook, Read: f.Read}
		if f.Screen == program.ConsentScreen {
			v.Screen = program.NotShown
		}
		if f.Wanted {
			v.Required = "invite"
		}
		views = append(views, v)
	}
	return views
}

type eventView struct {
	Name  string   `json:"name"`
	Texts []string `json:"texts,omitempty"` // absent: any
}

func viewEvents(p *program.Program) []eventView {
	views := []eventView{}
	for _, e := range p.Events {
		views = append(views, eventView{e.Name, e.Text})
	}
	return views
}

type reactionView struct {
	Event       string `json:"event"`
	Text        string `json:"text,omitempty"` // only for this value
	SMS         string `json:"sms,omitempty"`
	Finishes    bool   `json:"finishes,omitempty"`
	Subscribe   string `json:"subscribe,omitempty"`
	Unsubscribe string `json:"unsubscribe,omitempty"`
}

func viewReactions(p *program.Program) []reactionView {
	views := []reactionView{}
	for _, r := range p.Reactions {
		views = append(views, reactionView{r.Event, r.Text, r.SMS, r.Finishes, r.Subscribe, r.Unsubscribe})
	}
	return views
}

type campaignView struct {
	Name  string     `json:"name"`
	Steps []stepView `json:"steps"`
}

type stepView struct {
	After string `json:"after"`
	SMS   string `json:"sms"`
}

func viewCampaigns(p *program.Program) []campaignView {
	views := []campaignView{}
	for _, c := range p.Campaigns {
		v := campaignView{c.Name, []stepView{}}
		for _, s := range c.Steps {
			v.Steps = append(v.Steps, stepView{s.After.String(), s.SMS})
		}
		views = append(views, v)
	}
	return views
}

// viewDialects names the switches that do not stand at their default.
func viewDialects(s *dialect.Set) map[string]string {
	v := map[string]string{}
	for _, w := range dialect.Switches("") {
		if s[w.Switch] != 0 {
			v[w.Name] = s.Of(w.Switch)
		}
	}
	return v
}
