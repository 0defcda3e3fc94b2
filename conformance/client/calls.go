package client

import (
	"cmp"
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/placebo-sim/placebo/conformance/port"
)

// object is a JSON object under construction.
type object = map[string]any

// Reinvite implements port.Vendor.
func (v *Vendor) Reinvite(ctx context.Context, as port.Access, again *port.Reinvitation) port.Outcome {
	body := object{}
	if again.Items != nil {
		body["additionalData"] = list(again.Items)
	}
	return v.tell(ctx, as, v.Paths.Reinvite, &again.About, body)
}

// Update implements port.Vendor.
func (v *Vendor) Update(ctx context.Context, as port.Access, u *port.Update) port.Outcome {
	status := object{"name": u.Event, "text": u.Text}
	if u.Data != nil {
		status["additionalData"] = list(u.Data)
	}
	return v.tell(ctx, as, v.Paths.Update, &u.About, object{"status": status})
}

// Subscribe implements port.Vendor.
func (v *Vendor) Subscribe(ctx context.Context, as port.Access, s *port.Subscription) port.Outcome {
	return v.tell(ctx, as, v.Paths.Subscribe, &s.About, object{"name": s.Campaign, "additionalData": list(s.Data)})
}

// Prefer implements port.Vendor. The key is opt-in, out or in (AMB-028).
func (v *Vendor) Prefer(ctx context.Context, as port.Access, p *port.Preference) port.Outcome {
	action := object{"name": "consent", "value": "sms", "additionalData": []any{object{"key": "opt-in", "value": p.Texts}}}
	return v.tell(ctx, as, v.Paths.Prefer, &p.About, object{"action": action})
}

// tell sends a body about a patient.
func (v *Vendor) tell(ctx context.Context, as port.Access, path string, a *port.About, body object) port.Outcome {
	for _, m := range a.Repeats {
		body[m.Name] = m.Value
	}
	var whole any = body
	for _, m := range a.Instead {
		whole = put(whole, strings.Split(m.Name, "."), m.Value)
	}
	b, err := json.Marshal(whole)
	if err != nil {
		return port.Outcome{Err: err}
	}
	h := v.headers(as)
	h["Content-Type"] = "application/json"
	if a.Form != nil {
		b = a.Form.Spoil(b)
		if h["Content-Type"] = a.Form.Type; a.Form.Type == "" {
			delete(h, "Content-Type")
		}
	}
	return v.Readings.echoed(read(v.ask(ctx, as, "POST", strings.ReplaceAll(cmp.Or(a.Path, path), "{id}", a.Patient), h, b)), a.Patient, b)
}

// put gives the member at a path of a tree another value, or leaves it out. What
// has no such member stays as it is.
func put(tree any, path []string, value json.RawMessage) any {
	if len(path) == 0 {
		return value
	}
	switch node := tree.(type) {
	case object:
		if len(path) == 1 && value == nil {
			delete(node, path[0])
			break
		}
		node[path[0]] = put(node[path[0]], path[1:], value)
	case []any:
		if at, err := strconv.Atoi(path[0]); err == nil && at < len(node) {
			node[at] = put(node[at], path[1:], value)
		}
	}
	return tree
}

// list lays items out.
func list(of []port.Item) []any {
	all := []any{}
	for _, it := range of {
		o := object{"key": it.Key, "value": it.Value}
		if it.Editable != nil {
			o["editable"] = *it.Editable
		}
		all = append(all, o)
	}
	return all
}
