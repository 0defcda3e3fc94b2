package steps

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// told is a webhook the suite sent to a partner, and what came back.
type told struct {
	body    []byte
	outcome port.Outcome
}

// The two addresses of a partner.
const (
	enrollmentPath = "/webhook/user-enrollment"
	actionPath     = "/webhook/user-action"
)

// event is a webhook under construction: a tree of JSON members.
type event map[string]any

func (e event) in(path ...string) event {
	for _, name := range path {
		next, ok := e[name].(event)
		if !ok {
			next = event{}
			e[name] = next
		}
		e = next
	}
	return e
}

// Ids of the webhooks the suite sends; the media ids are made by the scenario.
const (
	toldProgram = "q7Kx200mvd83nw1b"
	toldPatient = "ha65a1c0ffee012"
	toldOwnID   = "crm-88412"
)

// patientOf is what every webhook says of the patient.
func patientOf(source string) event {
	return event{"id": toldPatient, "phoneNumber": "+12025550142",
		"externalIds": []any{event{"source": source, "sourceId": toldOwnID}}}
}

// enrolled is a finished enrollment with all members, in the default reading.
func enrolled(media [5]string) event {
	p := patientOf("Partner")
	for k, v := range map[string]any{
		"firstName": "Maya", "lastName": "Torres", "dob": 557712000000, "gender": "female", "contact_method": "Phone",
		"pref_language": "English", "email": "maya.torres@example.com", "call_time": "Morning",
		"caregiver": event{"name": "Ana Torres", "relationship": "Parent", "phone": "+12025550168", "email": "ana.torres@example.com"},
		"address":   event{"street": "512 Oak St.", "apt": "#15", "city": "Huntsville", "state": "AL", "zip": "35803"},
		"insurance": event{
			"primaryInsurance": event{"carrier": "Blue Lake Mutual", "member_id": "ZZX000000001", "group_num": "ZZG000001",
				"cardname": "Maya Torres", "card_dob": 557712000000, "front_picture_image": media[0], "back_picture_image": media[1]},
			"secondaryInsurance": event{"status": "active", "carrier": "Northwind Health", "member_id": "ZZX000000002",
				"group_num": "ZZG000002", "cardname": "Maya Torres", "card_dob": 557712000000,
				"front_picture_image": media[2], "back_picture_image": media[3]},
		},
		"signature": event{"timestamp": 1770091506789, "image": media[4]},
		"consents": []any{event{"name": "communication", "value": true, "timestamp": 1770091506000},
			event{"name": "sharePHI", "value": true, "timestamp": 1770091506000}},
	} {
		p[k] = v
	}
	return event{"event": event{"message": "Patient complete enrollment.", "supportProgramId": toldProgram,
		"sendDate": "2026-02-03T04:05:06.789Z", "status": "success", "patient": p,
		"sourceName": "helparound", "eventName": "HelpAround.Patient.CompleteEnrollment"}}
}

func visited() event {
	return event{"event": event{"message": "Patient visited a tracker.", "supportProgramId": toldProgram,
		"sendDate": "2026-02-03T05:00:00.000Z", "status": "success", "data": event{"key": "userAction", "value": "viewedTracker"},
		"patient": patientOf("Partner"), "sourceName": "helparound", "eventName": "HelpAround.Patient.UserAction.ViewedTracker"}}
}

func opted(in bool) event {
	word := map[bool]string{true: "START", false: "STOP"}[in]
	return event{"event": event{"message": "patient replied " + word, "supportProgramId": toldProgram,
		"sendDate": "2026-02-03T06:00:00+00:00", "status": "success", "data": event{"key": "opt-in", "value": in},
		"patient": patientOf("partner")}, "sourceName": "helparound", "eventType": "sms", "eventName": "HelpAround.Patient.Consent"}
}

// tale is something the vendor can tell of.
type tale struct {
	path string
	make func(s *Scenario) event
}

var tales = map[string]tale{
	"a finished enrollment":  {enrollmentPath, func(s *Scenario) event { return enrolled(s.mediaToFetch()) }},
	"a visit to the tracker": {actionPath, func(*Scenario) event { return visited() }},
	"an opt-out":             {actionPath, func(*Scenario) event { return opted(false) }},
	"an opt-in":              {actionPath, func(*Scenario) event { return opted(true) }},
}

// mediaToFetch are ids for the pictures of an enrollment, the scenario's own.
func (s *Scenario) mediaToFetch() (ids [5]string) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.wishes.Name)) // never fails
	for i := range ids {
		ids[i] = fmt.Sprintf("%08x-0000-4000-8000-%012d", h.Sum32(), i+1)
	}
	return ids
}

// rename moves a member to another name.
func rename(e event, from, to string) {
	e[to] = e[from]
	delete(e, from)
}

// readings change a finished enrollment into another documented form.
var readings = map[string]func(e event){
	"consent instead of consents":       func(e event) { rename(e.in("event", "patient"), "consents", "consent") },         // AMB-001
	"apartment instead of apt":          func(e event) { rename(e.in("event", "patient", "address"), "apt", "apartment") }, // AMB-002
	"names at the top level":            func(e event) { names(e, false) },                                                 // AMB-004
	"names in both places":              func(e event) { names(e, true) },
	"seconds and an offset in sendDate": func(e event) { e.in("event")["sendDate"] = "2026-02-03T04:05:06+00:00" }, // AMB-005
	"a blank in sendDate":               func(e event) { e.in("event")["sendDate"] = "2026-02-03T 04:05:06.789Z" },
	`"Source " as the source`: func(e event) { // AMB-006
		e.in("event", "patient")["externalIds"] = []any{event{"source": "Source ", "sourceId": toldOwnID}}
	},
	"dates of birth as text": func(e event) { // AMB-007, AMB-008
		e.in("event", "patient")["dob"] = "1987-09-04T00:00:00+00:00"
		e.in("event", "patient", "insurance", "primaryInsurance")["card_dob"] = "1987-09-04T00:00:00+00:00"
	},
	"insurance members in camel case": func(e event) { // AMB-010
		for _, which := range []string{"primaryInsurance", "secondaryInsurance"} {
			i := e.in("event", "patient", "insurance", which)
			for from, to := range map[string]string{"member_id": "memberId", "group_num": "groupNum", "card_dob": "cardDob",
				"front_picture_image": "frontPictureImage", "back_picture_image": "backPictureImage"} {
				rename(i, from, to)
			}
		}
	},
	"the caregiver's name in two parts": func(e event) { // AMB-013
		c := e.in("event", "patient", "caregiver")
		delete(c, "name")
		c["firstName"], c["lastName"] = "Ana", "Torres"
	},
	"neither message nor status": func(e event) { // AMB-014
		delete(e.in("event"), "message")
		delete(e.in("event"), "status")
	},
	"unknown members": func(e event) {
		e["trace"] = "7"
		e.in("event")["shoeSizes"] = []any{37, 38}
	},
	"required members only": func(e event) {
		keep := []string{"supportProgramId", "sendDate", "patient", "data", "eventName"}
		for name := range e.in("event") {
			if !slices.Contains(keep, name) {
				delete(e.in("event"), name)
			}
		}
		for name := range e.in("event", "patient") {
			if !slices.Contains([]string{"id", "phoneNumber", "firstName", "lastName"}, name) {
				delete(e.in("event", "patient"), name)
			}
		}
	},
}

func names(e event, both bool) {
	for _, name := range []string{"sourceName", "eventName"} {
		e[name] = e.in("event")[name]
		if !both {
			delete(e.in("event"), name)
		}
	}
}

// layouts are the forms of a visit (AMB-003).
var layouts = map[string]func(e event){
	"with everything inside the event": func(event) {},
	"with names beside the event":      func(e event) { names(e, false) },
	"with the patient beside the event": func(e event) {
		names(e, false)
		e["patient"] = e.in("event")["patient"]
		delete(e.in("event"), "patient")
	},
}

// printed is the tracker example as the vendor's document prints it, which is
// no JSON.
const printed = `{"event": {"supportProgramId": "p", "data": {"key": "userAction", "value": "viewedTracker"}}, "patient": {"id": "x"}}, "sourceName": "helparound"}`

// unusable are bodies a partner cannot process.
var unusable = map[string]func(s *Scenario) (path string, body []byte){
	"broken JSON":                 func(*Scenario) (string, []byte) { return enrollmentPath, []byte(`{"event": `) },
	"a JSON list":                 func(*Scenario) (string, []byte) { return enrollmentPath, []byte(`[]`) },
	"nothing":                     func(*Scenario) (string, []byte) { return enrollmentPath, []byte{} },
	"the invalid printed example": func(*Scenario) (string, []byte) { return actionPath, []byte(printed) },
	"an enrollment without a program": func(s *Scenario) (string, []byte) {
		return lacking(enrollmentPath, enrolled(s.mediaToFetch()), "supportProgramId", "event")
	},
	"an enrollment without a patient": func(s *Scenario) (string, []byte) {
		return lacking(enrollmentPath, enrolled(s.mediaToFetch()), "patient", "event")
	},
	"an enrollment without a name": func(s *Scenario) (string, []byte) {
		return lacking(enrollmentPath, enrolled(s.mediaToFetch()), "lastName", "event", "patient")
	},
	"a visit without its action": func(*Scenario) (string, []byte) { return lacking(actionPath, visited(), "data", "event") },
}

func lacking(path string, e event, name string, where ...string) (string, []byte) {
	delete(e.in(where...), name)
	return path, marshal(e)
}

func marshal(e event) []byte {
	b, err := json.Marshal(e)
	if err != nil {
		panic(err) // only maps, texts and numbers
	}
	return b
}

func (s *Scenario) partner(sc *godog.ScenarioContext) {
	sc.Given(re(`^a partner that takes webhooks$`), func(ctx context.Context) error {
		w, err := s.open(ctx)
		if err == nil && w.Partner == nil {
			err = errNoPartner
		}
		return err
	})
	sc.When(re(`^the vendor tells of (.+)$`), s.tells)
	sc.When(re(`^the vendor sends (.+)$`), func(ctx context.Context, what string) error {
		make, ok := unusable[what]
		if !ok {
			return errors.New("the suite has no webhook that is " + what)
		}
		path, body := make(s)
		return s.tell(ctx, path, body)
	})

	sc.Then(re(`^the partner acknowledges(?: both)?$`), func() error {
		for _, t := range s.told {
			if success, _ := t.outcome.Text("success"); t.outcome.Status != 200 || success != "true" {
				return s.unexpected("an acknowledgement", t.outcome)
			}
		}
		return nil
	})
	sc.Then(re(`^the partner acknowledges with program, patient and its own id$`), func() error {
		o := s.outcome
		if o.Status != 200 || o.Kind("success") != "boolean" || o.Kind("data.supportProgramId") != "string" ||
			o.Kind("data.patientId") != "string" || o.Kind("data.externalId") != "string" {
			return s.unexpected("success, and data with the three ids", o)
		}
		return nil
	})
	sc.Then(re(`^the acknowledgement repeats what was sent$`), func() error {
		return errors.Join(s.has("data.supportProgramId", toldProgram), s.has("data.patientId", toldPatient), s.has("data.externalId", toldOwnID))
	})
	sc.Then(re(`^the partner refuses with a reason$`), func() error {
		o := s.outcome
		if reason, _ := o.Text("errorMessage"); o.Status != 400 || reason == "" || o.Kind("data") != "object" {
			return s.unexpected("status 400 with errorMessage and data", o)
		}
		return nil
	})
	sc.Then(re(`^the refusal names the patient$`), func() error { return s.has("data.patientId", toldPatient) })
	sc.Then(re(`^the partner fetches every picture that was named$`), func(ctx context.Context) error {
		w, err := s.open(ctx)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		want := s.mediaToFetch()
		for {
			got := w.Partner.Fetched()
			missing := slices.DeleteFunc(slices.Clone(want[:]), func(id string) bool { return slices.Contains(got, id) })
			if len(missing) == 0 {
				return nil
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("not fetched: %q", missing)
			case <-time.After(10 * time.Millisecond): // a partner gives no sign when it fetches
			}
		}
	})
}

// tells makes the vendor tell of something, in some form.
func (s *Scenario) tells(ctx context.Context, words string) error {
	if words == "the same again" {
		last := s.told[len(s.told)-1]
		return s.tell(ctx, enrollmentPath, last.body)
	}
	what, how, _ := strings.Cut(words, " laid out ")
	change := layouts[how]
	if how == "" {
		what, how, _ = strings.Cut(words, " with ")
		change = readings[how]
	}
	t, ok := tales[what]
	if !ok || how != "" && change == nil {
		return errors.New("the suite cannot tell of " + words)
	}
	e := t.make(s)
	if change != nil {
		change(e)
	}
	return s.tell(ctx, t.path, marshal(e))
}

func (s *Scenario) tell(ctx context.Context, path string, body []byte) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	s.outcome = w.Partner.Tell(ctx, path, asJSON, body)
	s.told = append(s.told, told{body, s.outcome})
	return s.outcome.Err
}
