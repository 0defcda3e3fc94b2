package url

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/client"
	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/settings"
)

// crew is whoever acts as patients, and what can be seen of them. It is shared by
// all scenarios.
type crew struct {
	control *client.Driver
	http    *settings.HTTPDriver
	texts   *settings.TextsRequest
	caller  *client.Caller
	desk    *desk // nil: no person is there
}

func crewOf(s *settings.Vendor, caller *client.Caller) *crew {
	c := &crew{http: s.Driver.HTTP, texts: s.Observe.Texts, caller: &client.Caller{HTTP: caller.HTTP}}
	if at := s.Driver.Control; at != nil {
		c.control = &client.Driver{Base: strings.TrimSuffix(at.URL, "/") + "/v1/sandboxes/" + cmp.Or(at.Sandbox, "default"), Token: at.Token}
	}
	if c.control == nil && c.http == nil {
		return nil
	}
	return c
}

// Attend lets a person act as the patients: they are told what to do on out, and
// say on in that it is done. Settings without driver.attended take no notice.
func (v *Vendor) Attend(in io.Reader, out io.Writer) {
	if !v.settings.Driver.Attended {
		return
	}
	v.crew = &crew{texts: v.settings.Observe.Texts, caller: &client.Caller{HTTP: v.caller.HTTP}, desk: newDesk(in, out)}
}

func (c *crew) seesState() bool { return c.control != nil || c.http != nil && c.http.State != nil }
func (c *crew) seesTexts() bool { return c.control != nil || c.texts != nil }

// today is the vendor's date and time, where it can be asked for.
func (c *crew) today(ctx context.Context) (time.Time, error) {
	if c.control == nil {
		return time.Time{}, nil
	}
	return c.control.Now(ctx)
}

func (c *crew) patient(scenario string, g *client.Guise, ear *client.Ear, private bool) port.Patient {
	return &patient{crew: c, scenario: scenario, guise: g, ear: ear, private: private}
}

// patient is a scenario's patients, played by the crew: what the scenario says
// goes out under its guise, and comes back without.
type patient struct {
	*crew
	scenario string
	guise    *client.Guise
	ear      *client.Ear // nil: webhooks do not reach us
	private  bool        // nobody else uses the vendor
}

var _ port.Patient = (*patient)(nil)

// Act implements port.Patient.
func (p *patient) Act(ctx context.Context, id string, act port.Act) error {
	if act.Values != nil {
		values := maps.Clone(act.Values)
		for key, value := range values {
			values[key] = p.guise.HideText(value)
		}
		act.Values = values
	}
	switch {
	case p.control != nil:
		return p.control.Act(ctx, id, act)
	case p.desk != nil:
		return p.desk.act(ctx, p, id, act)
	}
	return p.request(ctx, id, act)
}

// request does an act by a request of the vendor's own.
func (p *patient) request(ctx context.Context, id string, act port.Act) error {
	r, can := p.http.Acts[act.Do]
	if !can {
		return port.Lacking(port.CanAct, "driver.http has no request for the act %q", act.Do)
	}
	body, err := filled(r.Body, id, act)
	if err != nil {
		return err
	}
	o := p.ask(ctx, cmp.Or(r.Method, "POST"), id, r, body)
	switch {
	case o.Err != nil:
		return o.Err
	case o.Status == 409 || o.Status == 422:
		return fmt.Errorf("%w: %s: %d %s", port.ErrRefused, act.Do, o.Status, beginning(o.Body))
	case o.Status >= 400:
		return fmt.Errorf("%w: driver.http.acts.%s: answered %d %s", port.ErrTrouble, act.Do, o.Status, beginning(o.Body))
	}
	return nil
}

// ask makes a request that is no call of the contract's.
func (c *crew) ask(ctx context.Context, method, id string, r settings.Request, body []byte) port.Outcome {
	headers := map[string]string{}
	for name, value := range r.Headers {
		headers[name] = strings.ReplaceAll(value, "{patient}", id)
	}
	return c.caller.Do(evidence.With(ctx, nil), method, strings.ReplaceAll(r.URL, "{patient}", id), headers, body)
}

// filled is a template with the parts of an act filled in, as they stand between
// the quotation marks of JSON, or as JSON where they are no texts.
func filled(template, id string, act port.Act) ([]byte, error) {
	parts := map[string]any{"act": act.Do, "consents": act.Consents, "screen": act.Screen, "values": act.Values, "use": act.Use,
		"content": base64.StdEncoding.EncodeToString(act.Content), "name": act.Name, "text": act.Body}
	if i := act.Infusion; i != nil {
		parts["date"], parts["facility"], parts["insuranceUpdate"] = i.Date, i.Facility, i.Insurance
	}
	whole, err := json.Marshal(parts)
	if err != nil {
		return nil, err
	}
	pairs := []string{"{patient}", id, "{act}", string(whole)}
	for name, part := range parts {
		text, err := json.Marshal(part)
		if err != nil {
			return nil, err
		}
		if _, is := part.(string); is {
			text = bytes.Trim(text, `"`)
		}
		if name != "act" {
			pairs = append(pairs, "{"+name+"}", string(text))
		}
	}
	return []byte(strings.NewReplacer(pairs...).Replace(template)), nil
}

// State implements port.Patient.
func (p *patient) State(ctx context.Context, id string) (port.State, error) {
	if p.control != nil {
		s, err := p.control.State(ctx, id)
		for key, value := range s.Values {
			s.Values[key] = p.guise.ShowText(value)
		}
		return s, err
	}
	if !p.seesState() {
		return port.State{}, port.Lacking(port.CanSeeState, "nothing here shows how far a patient has come")
	}
	r := p.http.State
	o := p.ask(ctx, cmp.Or(r.Method, "GET"), id, r.Request, []byte(strings.ReplaceAll(r.Body, "{patient}", id)))
	if err := usual("driver.http.state", o); err != nil {
		return port.State{}, err
	}
	get := func(path string) gjson.Result {
		if path == "" {
			return gjson.Result{}
		}
		return gjson.GetBytes(o.Body, path)
	}
	s := port.State{Stage: get(r.Stage).String(), OptedOut: get(r.OptedOut).Bool(), Link: get(r.Link).String(), Values: map[string]string{}}
	for _, screen := range get(r.Screens).Array() {
		s.Screens = append(s.Screens, screen.String())
	}
	for key, value := range get(r.Values).Map() {
		s.Values[key] = p.guise.ShowText(value.String())
	}
	return s, nil
}

// usual tells what is wrong with the answer to a request that should bring JSON.
func usual(what string, o port.Outcome) error {
	switch {
	case o.Err != nil:
		return o.Err
	case o.Status >= 300 || !o.Valid:
		return fmt.Errorf("%w: %s: answered %d %s", port.ErrTrouble, what, o.Status, beginning(o.Body))
	}
	return nil
}

// Texts implements port.Patient.
func (p *patient) Texts(ctx context.Context, id string) (texts []port.Text, err error) {
	switch {
	case p.texts != nil:
		texts, err = p.observed(ctx, id)
	case p.control != nil:
		texts, err = p.control.Texts(ctx, id)
	default:
		return nil, port.Lacking(port.CanSeeTexts, "nothing here shows the texts that a patient gets")
	}
	for i := range texts {
		texts[i] = port.Text{To: p.guise.ShowText(texts[i].To), Body: p.guise.ShowText(texts[i].Body)}
	}
	return texts, err
}

// observed asks the vendor for the texts it sent.
func (p *patient) observed(ctx context.Context, id string) ([]port.Text, error) {
	r := p.texts
	o := p.ask(ctx, cmp.Or(r.Method, "GET"), id, r.Request, []byte(strings.ReplaceAll(r.Body, "{patient}", id)))
	if err := usual("observe.texts", o); err != nil {
		return nil, err
	}
	list := gjson.GetBytes(o.Body, r.Path)
	if list.Exists() && !list.IsArray() {
		return nil, fmt.Errorf("%w: observe.texts: %s is no list in %s", port.ErrTrouble, r.Path, beginning(o.Body))
	}
	var texts []port.Text
	for _, t := range list.Array() {
		texts = append(texts, port.Text{Body: t.String()})
	}
	if r.To != "" {
		for i, to := range gjson.GetBytes(o.Body, r.To).Array() {
			if i < len(texts) {
				texts[i].To = to.String()
			}
		}
	}
	return texts, nil
}

// Patients implements port.Patient.
func (p *patient) Patients(ctx context.Context) (int, error) {
	if !p.private || p.control == nil {
		return 0, port.Lacking(port.PrivateWorld, "others use the vendor too, so its patients cannot be counted")
	}
	return p.control.Patients(ctx)
}

// quiet is how long nothing has to come before nothing more is expected.
const quiet = 2 * time.Second

// Settle implements port.Patient. Where nothing tells, silence does.
func (p *patient) Settle(ctx context.Context) error {
	if p.control != nil {
		return p.control.Settle(ctx)
	}
	for {
		before := p.heard()
		pause := time.NewTimer(quiet)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		}
		if p.heard() == before {
			return nil
		}
	}
}

func (p *patient) heard() int {
	if p.ear == nil {
		return 0
	}
	return len(p.ear.Heard())
}

// desk is where a person sits who acts as the patients, one thing at a time.
type desk struct {
	turn  sync.Mutex
	out   io.Writer
	lines chan string // closed when nobody is there any more
}

func newDesk(in io.Reader, out io.Writer) *desk {
	d := &desk{out: out, lines: make(chan string)}
	go func() {
		defer close(d.lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			d.lines <- strings.TrimSpace(s.Text())
		}
	}()
	return d
}

// asks say what a person has to do, by act.
var asks = map[string]string{
	"open-link": "open the link in the invitation", "consent": "give consent", "answer": "fill in", "upload-media": "upload a picture of",
	"sign": "sign", "finish": "fill in what is asked for and finish", "view-tracker": "open the tracker", "text": "answer by the text",
	"update-infusion": "tell of the next infusion",
}

// act asks the person at the desk to do something.
func (d *desk) act(ctx context.Context, p *patient, id string, act port.Act) error {
	d.turn.Lock()
	defer d.turn.Unlock()
	what := cmp.Or(asks[act.Do], act.Do)
	for _, detail := range []string{act.Body, act.Screen, act.Use} {
		if detail != "" {
			what += fmt.Sprintf(" %q", detail)
		}
	}
	for key, value := range act.Values {
		what += fmt.Sprintf(", %s: %q", key, value)
	}
	for name, agrees := range act.Consents {
		what += fmt.Sprintf(", %s: %s", name, map[bool]string{true: "yes", false: "no"}[agrees])
	}
	if i := act.Infusion; i != nil {
		what += fmt.Sprintf(": on %s at %s, news of the insurance: %t", cmp.Or(i.Date, "no date"), i.Facility, i.Insurance)
	}
	fmt.Fprintf(d.out, "\n%s\n  As the patient %s, please %s.\n  Enter: done; n: it does not let me; s: skip. ", p.scenario, id, what)
	before := p.heard()
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case line, there := <-d.lines:
			switch {
			case !there:
				return port.Lacking(port.CanAct, "nobody is at the terminal any more")
			case line == "n":
				return fmt.Errorf("%w: so said the person at the terminal", port.ErrRefused)
			case line == "s":
				return port.Lacking(port.CanAct, "the person at the terminal skipped it")
			}
			return nil
		case <-look.C:
			if p.heard() > before {
				fmt.Fprintln(d.out, "\n  The vendor tells of it. Thank you.")
				return nil
			}
		case <-ctx.Done():
			return port.Lacking(port.CanAct, "nobody did it in time")
		}
	}
}
