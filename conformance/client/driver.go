package client

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/port"
)

// Driver plays the patient, and moves the clock, through the control API of our
// own simulator.
type Driver struct {
	Base  string // of the sandbox: …/v1/sandboxes/{name}
	Token string
}

var (
	_ port.Patient = (*Driver)(nil)
	_ port.Clock   = (*Driver)(nil)
)

func (d *Driver) headers() map[string]string {
	h := map[string]string{"Content-Type": "application/json"}
	if d.Token != "" {
		h["Authorization"] = "Bearer " + d.Token
	}
	return h
}

func (d *Driver) do(ctx context.Context, method, path string, body any) (gjson.Result, error) {
	ctx = evidence.With(ctx, nil) // no peer's wire
	var b []byte
	if body != nil {
		var err error
		if b, err = json.Marshal(body); err != nil {
			return gjson.Result{}, err
		}
	}
	o := call(ctx, method, d.Base+path, d.headers(), b)
	switch {
	case o.Err != nil:
		return gjson.Result{}, o.Err
	case o.Status >= 400:
		detail, _ := o.Text("detail")
		err := fmt.Errorf("%s %s: %d %s", method, path, o.Status, detail)
		if o.Status == 409 || o.Status == 422 {
			err = fmt.Errorf("%w: %w", port.ErrRefused, err)
		}
		return gjson.Result{}, err
	case len(o.Body) > 0 && !o.Valid:
		return gjson.Result{}, fmt.Errorf("%s %s: no JSON: %q", method, path, o.Body)
	}
	return gjson.ParseBytes(o.Body), nil
}

// Act implements port.Patient.
func (d *Driver) Act(ctx context.Context, patient string, act port.Act) error {
	body := map[string]any{"act": act.Do}
	set := func(name string, v any, given bool) {
		if given {
			body[name] = v
		}
	}
	set("consents", act.Consents, act.Consents != nil)
	set("screen", act.Screen, act.Screen != "")
	set("values", act.Values, act.Values != nil)
	set("use", act.Use, act.Use != "")
	set("content", act.Content, act.Content != nil) // base64, as encoding/json writes bytes
	set("name", act.Name, act.Name != "")
	set("body", act.Body, act.Body != "")
	if i := act.Infusion; i != nil {
		set("date", i.Date, i.Date != "")
		set("facility", i.Facility, i.Facility != "")
		set("insuranceUpdate", i.Insurance, true)
	}
	_, err := d.do(ctx, "POST", "/patients/"+patient+"/acts", body)
	return err
}

// State implements port.Patient.
func (d *Driver) State(ctx context.Context, patient string) (port.State, error) {
	v, err := d.do(ctx, "GET", "/patients/"+patient, nil)
	if err != nil {
		return port.State{}, err
	}
	s := port.State{Stage: v.Get("stage").String(), OptedOut: v.Get("optedOut").Bool(), Link: v.Get("link").String(), Values: map[string]string{}}
	for _, screen := range v.Get("screens").Array() {
		s.Screens = append(s.Screens, screen.String())
	}
	for _, a := range v.Get("answers").Array() {
		s.Values[a.Get("key").String()] = a.Get("value").String()
	}
	s.TrackingCode = v.Get("trackingCode").String()
	for _, u := range v.Get("caseUpdates").Array() {
		s.Updates = append(s.Updates, port.CaseUpdate{Event: u.Get("event").String(), Text: u.Get("text").String(), Data: values(u.Get("data"))})
	}
	for _, c := range v.Get("campaigns").Array() {
		s.Campaigns = append(s.Campaigns, port.Enrolled{Campaign: c.Get("name").String(), Sent: int(c.Get("sent").Int()), Ended: c.Get("ended").Bool()})
	}
	if i := v.Get("infusion"); i.IsObject() {
		s.Infusion = &port.Infusion{Date: i.Get("date").String(), Facility: i.Get("facility").String(), Insurance: i.Get("insuranceUpdate").Bool()}
	}
	return s, nil
}

// values reads an object of texts.
func values(v gjson.Result) map[string]string {
	m := map[string]string{}
	for key, value := range v.Map() {
		m[key] = value.String()
	}
	return m
}

// Texts implements port.Patient.
func (d *Driver) Texts(ctx context.Context, patient string) ([]port.Text, error) {
	v, err := d.do(ctx, "GET", "/inbox?direction=to-phone&limit=1000&patient="+patient, nil)
	if err != nil {
		return nil, err
	}
	var texts []port.Text
	for _, t := range v.Get("texts").Array() {
		texts = append(texts, port.Text{To: t.Get("phone").String(), Body: t.Get("body").String()})
	}
	return texts, nil
}

// Patients implements port.Patient.
func (d *Driver) Patients(ctx context.Context) (int, error) {
	v, err := d.do(ctx, "GET", "/patients?limit=1000", nil)
	return len(v.Get("patients").Array()), err
}

// Settle implements port.Patient.
func (d *Driver) Settle(ctx context.Context) error { return d.Advance(ctx, 0) }

// Advance implements port.Clock.
func (d *Driver) Advance(ctx context.Context, by time.Duration) error {
	_, err := d.do(ctx, "POST", "/clock", map[string]string{"do": "advance", "by": by.String()})
	return err
}

// Set implements port.Clock.
func (d *Driver) Set(ctx context.Context, t time.Time) error {
	_, err := d.do(ctx, "POST", "/clock", map[string]string{"do": "set", "to": t.UTC().Format(time.RFC3339Nano)})
	return err
}

// Now is what time it is in the sandbox.
func (d *Driver) Now(ctx context.Context) (time.Time, error) {
	v, err := d.do(ctx, "GET", "", nil)
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339Nano, v.Get("clock.now").String())
}

// Create makes a sandbox through the control API at base and returns its view.
func Create(ctx context.Context, base, token string, spec any) (gjson.Result, error) {
	d := Driver{Base: strings.TrimSuffix(base, "/") + "/v1/sandboxes", Token: token}
	return d.do(ctx, "POST", "", spec)
}

// Drop takes the driver's sandbox away.
func (d *Driver) Drop(ctx context.Context) error {
	_, err := d.do(ctx, "DELETE", "", nil)
	return err
}
