package inprocess

import (
	"fmt"
	"time"

	"github.com/placebo-sim/placebo/conformance/port"
)

// said is an object of the members that have something to say.
func said(o object) object {
	for name, v := range o {
		switch v := v.(type) {
		case string:
			if v == "" {
				delete(o, name)
			}
		case int:
			if v == 0 {
				delete(o, name)
			}
		case bool:
			if !v {
				delete(o, name)
			}
		case []string:
			if len(v) == 0 {
				delete(o, name)
			}
		case []object:
			if len(v) == 0 {
				delete(o, name)
			}
		case map[string]string:
			if len(v) == 0 {
				delete(o, name)
			}
		}
	}
	return o
}

// each turns a list of wishes into the configuration's.
func each[T any](list []T, of func(T) object) (all []object) {
	for _, v := range list {
		all = append(all, said(of(v)))
	}
	return all
}

func field(f port.Field) object {
	return object{"key": f.Key, "screen": f.Screen, "type": f.Type, "required": f.Required, "max": f.Max,
		"choices": f.Choices, "webhook": f.Webhook, "read": f.Read}
}

// agree writes into a program what was agreed on beyond the contract.
func agree(program object, w port.Wishes) {
	for name, list := range map[string][]object{
		"fields":  each(w.Fields, field),
		"formats": each(w.Formats, field),
		"consents": each(w.Consents, func(c port.Consent) object {
			return object{"name": c.Name, "text": c.Text, "optional": c.Optional}
		}),
		"events": each(w.Events, func(e port.Event) object { return object{"name": e.Name, "texts": e.Texts} }),
		"reactions": each(w.Reactions, func(r port.Reaction) object {
			return object{"event": r.Event, "text": r.Text, "sms": r.SMS, "finishes": r.Finishes,
				"subscribe": r.Subscribe, "unsubscribe": r.Unsubscribe}
		}),
		"campaigns": each(w.Campaigns, func(c port.Campaign) object {
			return object{"name": c.Name, "steps": each(c.Steps, func(s port.Step) object {
				return object{"after": span(s.After), "sms": s.SMS}
			})}
		}),
	} {
		if len(list) > 0 {
			program[name] = list
		}
	}
}

// span writes how long something takes; no time at all is not written.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == 0:
		return ""
	case d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	}
	return d.String()
}

// hooks are the webhooks that were agreed on.
func hooks(w port.Wishes, ear string) object {
	o := said(object{"url": ear, "headers": w.Headers})
	kinds := object{}
	for kind, h := range w.Webhooks {
		url := ""
		if h.Path != "" {
			url = ear + h.Path
		}
		kinds[kind] = said(object{"url": url, "headers": h.Headers, "off": h.Off})
	}
	if len(kinds) > 0 {
		o["kinds"] = kinds
	}
	return o
}
