package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// happenings are what webhooks tell of, and how each is recognized: by its name
// without the brand, wherever that stands (AMB-004, AMB-029).
var happenings = map[string]func(h port.Heard) bool{
	"has enrolled":        func(h port.Heard) bool { return happening(h) == "Patient.CompleteEnrollment" },
	"visited the tracker": func(h port.Heard) bool { return happening(h) == "Patient.UserAction.ViewedTracker" },
	"opted out":           func(h port.Heard) bool { return happening(h) == "Patient.Consent" && optIn(h) == "false" },
	"opted in":            func(h port.Heard) bool { return happening(h) == "Patient.Consent" && optIn(h) == "true" },
	"updated her infusion": func(h port.Heard) bool { // AMB-017
		name, _ := strings.CutSuffix(happening(h), ".InfusionUpdated")
		return name == "Patient.UserAction" && optIn(h) == "infusionUpdated"
	},
}

func happening(h port.Heard) string {
	_, what, _ := strings.Cut(namePlaces.in(h), ".")
	return what
}

func optIn(h port.Heard) string {
	v, _ := h.Text("event.data.value")
	return v
}

func (s *Scenario) webhooks(sc *godog.ScenarioContext) {
	sc.Given(re(`^the partner is down for (\d+) calls?$`), func(ctx context.Context, n int) error {
		return s.answer(ctx, func(k int, _ port.Heard) (port.Reply, bool) { return port.Reply{Drop: true}, k <= n })
	})
	sc.Given(re(`^the partner asks to be called again after (\d+) minutes$`), func(ctx context.Context, minutes int) error {
		return s.answer(ctx, func(k int, _ port.Heard) (port.Reply, bool) {
			return port.Reply{Status: 503, Header: map[string]string{"Retry-After": strconv.Itoa(minutes * 60)}}, k == 1
		})
	})
	sc.Given(re(`^the partner answers (\d+) (?:with|to) (.*)$`), func(ctx context.Context, status int, body string) error {
		if body == "a reason" {
			body = `{"errorMessage": "unknown patient", "data": {"patientId": "x"}}`
		}
		return s.answer(ctx, func(int, port.Heard) (port.Reply, bool) {
			return port.Reply{Status: status, Header: map[string]string{"Location": "/elsewhere"}, Body: strings.Trim(body, `"`)}, true
		})
	})
	sc.Given(re(`^the partner refuses once with (.+)$`), func(ctx context.Context, what string) error {
		body, ok := refusals[what]
		if !ok {
			return errors.New("the suite knows no refusal that is " + what)
		}
		return s.answer(ctx, func(k int, _ port.Heard) (port.Reply, bool) { return port.Reply{Status: 400, Body: body}, k == 1 })
	})
	sc.When(re(`^(\d+) (minute|minutes|day|days|years) (?:pass|passes)$`), func(ctx context.Context, n int, unit string) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		if w.Clock == nil {
			return errNoClock
		}
		if s.before, err = s.look(ctx); err != nil {
			return err
		}
		each := map[byte]time.Duration{'m': time.Minute, 'd': 24 * time.Hour, 'y': 366 * 24 * time.Hour}[unit[0]]
		s.passed += time.Duration(n) * each
		return w.Clock.Advance(ctx, time.Duration(n)*each)
	})

	sc.Then(re(`^the partner is told that (\w+) (has enrolled|visited the tracker|opted out|opted in|updated her infusion)$`), func(ctx context.Context, name, what string) error {
		return s.await(ctx, name, what, 1)
	})
	sc.Then(re(`^the partner is told (once|never|\d+ times) that (\w+) (has enrolled|visited the tracker|opted out|opted in|updated her infusion)$`), s.toldTimes)
	sc.Then(re(`^the partner hears nothing$`), func(ctx context.Context) error {
		heard, err := s.settled(ctx)
		if err == nil && len(heard) > 0 {
			err = fmt.Errorf("it heard %s", heard[0].Body)
		}
		return err
	})
	sc.Then(re(`^the partner was called (\d+) times? with the very same webhook$`), func(ctx context.Context, n int) error {
		heard, err := s.settled(ctx)
		if err != nil {
			return err
		}
		same := 0
		last := heard[max(len(heard)-1, 0):]
		for _, h := range heard {
			if len(last) == 1 && bytes.Equal(h.Body, last[0].Body) && h.Path == last[0].Path {
				same++
			}
		}
		if same != n {
			return fmt.Errorf("it was called %d times", same)
		}
		return nil
	})
	sc.Then(re(`^the partner takes "([^"]+)", "([^"]+)" and "([^"]+)" in that order$`), func(ctx context.Context, a, b, c string) error {
		heard, err := s.settled(ctx)
		if err != nil {
			return err
		}
		var order []string
		for i, h := range heard[1:] { // the first call failed
			for what, is := range happenings {
				if is(h) && (i == 0 || !bytes.Equal(h.Body, heard[i].Body)) {
					order = append(order, what)
				}
			}
		}
		if want := []string{a, b, c}; fmt.Sprint(order) != fmt.Sprint(want) {
			return fmt.Errorf("it took %q", order)
		}
		return nil
	})
	s.bodies(sc)
}

// refusals are bodies a partner may refuse with; the example is printed in the
// vendor's document, comment, ellipsis and all (AMB-022).
var refusals = map[string]string{
	"the documented form":     `{"errorMessage": "request has bad syntax", "data": {"patientId": "ha0000000000000"}}`,
	"the documented example":  "{\n  \"errorMessage\": \"request has bad syntax\",\n  \"data\": {\n    \"patientId\": \"ha0000000000000\" // if possible to provide\n    ...\n  }\n}",
	"more than is documented": `{"errorMessage": "no", "data": {"trace": [1, {"a": null}], "hint": "call us"}, "more": true}`,
	"nothing at all":          "",
}

// bodies registers what is said of the webhook last awaited.
func (s *Scenario) bodies(sc *godog.ScenarioContext) {
	sc.Then(re(`^the webhook arrives at "([^"]+)"$`), func(ctx context.Context, path string) error {
		h, err := s.last(ctx)
		if err == nil && (h.Path != path || h.Method != "POST") {
			err = fmt.Errorf("it arrived at %s %s", h.Method, h.Path)
		}
		return err
	})
	sc.Then(re(`^the webhook is JSON in UTF-8$`), func(ctx context.Context) error {
		h, err := s.last(ctx)
		if err != nil {
			return err
		}
		if got := strings.Join(h.Header["Content-Type"], ","); got != "application/json; charset=utf-8" || !h.Valid {
			return fmt.Errorf("content type %q, body %s", got, h.Body)
		}
		return nil
	})
	sc.Then(re(`^the webhook carries the header "([^"]+)" with "([^"]+)"$`), func(ctx context.Context, name, value string) error {
		h, err := s.last(ctx)
		if err == nil && strings.Join(h.Header[name], ",") != value {
			err = fmt.Errorf("headers %q", h.Header)
		}
		return err
	})
	sc.Then(re(`^the webhook (has|leaves out) "([^"]+)"$`), func(ctx context.Context, how, path string) error {
		h, err := s.last(ctx)
		if err != nil {
			return err
		}
		if v, there := h.Text(path); there != (how == "has") || there && v == "" {
			return fmt.Errorf("%s is %q in %s", path, v, h.Body)
		}
		return nil
	})
	sc.Then(re(`^the webhook says:$`), func(ctx context.Context, t *godog.Table) error {
		h, err := s.last(ctx)
		if err != nil {
			return err
		}
		pairs, err := rows(t)
		if err != nil {
			return err
		}
		for _, kv := range pairs {
			if got, _ := h.Text(kv[0]); got != kv[1] || h.Kind(kv[0]) != "string" {
				err = errors.Join(err, fmt.Errorf("%s is %q, want %q", kv[0], got, kv[1]))
			}
		}
		return err
	})
	sc.Then(re(`^the webhook's "([^"]+)" is (.+)$`), s.member)
	sc.Then(re(`^the webhook's "([^"]+)" lists the partner's own id with its source$`), func(ctx context.Context, path string) error {
		h, err := s.last(ctx)
		if err != nil {
			return err
		}
		id, _ := h.Text(path + ".0.sourceId")
		source, _ := h.Text(path + ".0.source")
		if h.Kind(path) != "array" || source == "" || id != s.who.said("externalId") {
			return fmt.Errorf("no list with the partner's id and its source: %s", h.Body)
		}
		return nil
	})
	sc.Then(re(`^the webhook names (\w+) as the invitation did$`), func(ctx context.Context, name string) error {
		h, err := s.last(ctx)
		if err != nil {
			return err
		}
		id, _ := h.Text("event.patient.id")
		own, _ := h.Text("event.patient.externalIds.0.sourceId")
		if p := s.meet(name); id != p.id || own != p.said("externalId") {
			return fmt.Errorf("patient %q, partner's id %q", id, own)
		}
		return nil
	})
	sc.Then(re(`^the two webhooks differ in "event.data.value", "event.message" and "event.sendDate" alone$`), s.differ)
}

// answer makes the partner answer by fn where it says so, and acknowledge
// elsewhere. Calls are counted from now on.
func (s *Scenario) answer(ctx context.Context, fn func(k int, h port.Heard) (port.Reply, bool)) error {
	ear, err := s.ear(ctx)
	if err != nil {
		return err
	}
	if _, err := s.settled(ctx); err != nil {
		return err
	}
	before := len(ear.Heard())
	ear.Answer(func(n int, h port.Heard) port.Reply {
		if reply, mine := fn(n-before, h); mine {
			return reply
		}
		return port.Reply{Status: 200, Body: `{"success": true, "data": {}}`}
	})
	return nil
}

// await waits for the nth webhook that tells of what happened to a person.
func (s *Scenario) await(ctx context.Context, name, what string, n int) error {
	ear, err := s.ear(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.patience())
	defer cancel()
	s.heard, err = ear.Await(ctx, n, func(h port.Heard) bool {
		return happenings[what](h) && idPlaces.in(h) == s.meet(name).id
	})
	return err
}

// toldTimes waits until nothing more is coming and counts.
func (s *Scenario) toldTimes(ctx context.Context, word, name, what string) error {
	n, err := times(word)
	if err != nil {
		return err
	}
	if n > 0 {
		if err := s.await(ctx, name, what, n); err != nil {
			return err
		}
	}
	heard, err := s.settled(ctx)
	if err != nil {
		return err
	}
	count := 0
	for _, h := range heard {
		if happenings[what](h) {
			count++
		}
	}
	if count != n {
		return fmt.Errorf("told %d times, want %d", count, n)
	}
	return nil
}

// settled returns all webhooks once nothing more is about to come.
func (s *Scenario) settled(ctx context.Context) ([]port.Heard, error) {
	ear, err := s.ear(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.patient(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.Settle(ctx); err != nil {
		return nil, err
	}
	return ear.Heard(), nil
}

// last is the webhook last awaited, or the latest there is.
func (s *Scenario) last(ctx context.Context) (port.Heard, error) {
	if s.heard.Body != nil {
		return s.heard, nil
	}
	heard, err := s.settled(ctx)
	if err != nil {
		return port.Heard{}, err
	}
	if len(heard) == 0 {
		return port.Heard{}, errors.New("the partner has heard nothing")
	}
	s.heard = heard[len(heard)-1]
	return s.heard, nil
}

var (
	fullNumber = regexp.MustCompile(`^\+\d{8,15}$`)
	zuluMillis = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)
)

// member judges one member of the webhook by the words that describe it.
func (s *Scenario) member(ctx context.Context, path, words string) error {
	h, err := s.last(ctx)
	if err != nil {
		return err
	}
	value, _ := h.Text(path)
	ok := false
	switch {
	case words == "true" || words == "false":
		ok = h.Kind(path) == "boolean" && value == words
	case words == "a number with country code":
		ok = h.Kind(path) == "string" && fullNumber.MatchString(value)
	case strings.HasPrefix(words, "the number "):
		ok = h.Kind(path) == "number" && value == strings.TrimPrefix(words, "the number ")
	case words == "a number of milliseconds":
		n, err := strconv.ParseInt(value, 10, 64)
		ok = h.Kind(path) == "number" && err == nil && n > 1e12
	case words == "null":
		ok = h.Kind(path) == "null"
	case words == "a time in UTC":
		at, err := time.Parse(time.RFC3339, value)
		_, offset := at.Zone()
		ok = h.Kind(path) == "string" && err == nil && offset == 0
	case words == "a time with milliseconds that ends in Z":
		ok = h.Kind(path) == "string" && zuluMillis.MatchString(value)
	case words == "a list of names, truth values and times":
		n := 0
		for ok = h.Kind(path) == "array"; ok && h.Kind(fmt.Sprintf("%s.%d", path, n)) != "absent"; n++ {
			at := fmt.Sprintf("%s.%d", path, n)
			ok = h.Kind(at+".name") == "string" && h.Kind(at+".value") == "boolean" && h.Kind(at+".timestamp") == "number"
		}
		ok = ok && n > 0
	default:
		return errors.New("the suite does not know what " + words + " is")
	}
	if !ok {
		return fmt.Errorf("%s is %s %q in %s", path, h.Kind(path), value, h.Body)
	}
	return nil
}

// differ compares the last two webhooks without the members that may differ.
func (s *Scenario) differ(ctx context.Context) error {
	heard, err := s.settled(ctx)
	if err != nil {
		return err
	}
	if len(heard) < 2 {
		return errors.New("there are not two")
	}
	a, b := heard[len(heard)-2], heard[len(heard)-1]
	strip := func(h port.Heard) (string, error) {
		var body map[string]any
		if err := json.Unmarshal(h.Body, &body); err != nil {
			return "", err
		}
		if event, ok := body["event"].(map[string]any); ok {
			delete(event, "message")
			delete(event, "sendDate")
			if data, ok := event["data"].(map[string]any); ok {
				delete(data, "value")
			}
		}
		left, err := json.Marshal(body)
		return string(left), err
	}
	x, errA := strip(a)
	y, errB := strip(b)
	if err := errors.Join(errA, errB); err != nil {
		return err
	}
	if x != y || a.Path != b.Path || optIn(a) == optIn(b) {
		return fmt.Errorf("they differ elsewhere, or not in their value:\n%s\n%s", a.Body, b.Body)
	}
	return nil
}
