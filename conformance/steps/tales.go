package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/placebo-sim/placebo/conformance/port"
)

// event is a webhook under construction: a tree of JSON members.
type event map[string]any

// in returns the object at a path of members, and makes it where there is none.
func (e event) in(path ...string) event {
	if moved, ok := e["patient"].(event); ok && len(path) > 1 && path[0] == "event" && path[1] == "patient" {
		return moved.in(path[2:]...) // beside the event (AMB-003)
	}
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

func marshal(e event) []byte {
	b, err := json.Marshal(e)
	if err != nil {
		panic(err) // only maps, lists, texts, numbers and truths
	}
	return b
}

// The two addresses of a partner.
const (
	enrollmentPath = "/webhook/user-enrollment"
	actionPath     = "/webhook/user-action"
)

// standIn is told of where the partner knows nobody.
var standIn = port.Known{Program: "q7Kx200mvd83nw1b", Patient: "ha65a1c0ffee012", External: "crm-88412", Phone: "+12025550142"}

// subject is whom a scenario's webhooks tell of, and when that was.
type subject struct {
	port.Known
	at    time.Time
	alias string // what the scenario's pictures are told from others' by
}

// subject opens the world and chooses one of the patients that the partner
// knows.
func (s *Scenario) subject(ctx context.Context) (*subject, error) {
	w, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	a := &subject{Known: standIn, at: w.Today.UTC()}
	if len(w.Known) > 0 {
		a.Known = w.Known[int(hash(s.wishes.Name))%len(w.Known)]
	}
	a.alias = fmt.Sprint(s.wishes.Name, a.Patient, a.at.UnixMilli())
	return a, nil
}

func hash(text string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text)) // never fails
	return h.Sum32()
}

// media are ids for the pictures that a webhook names, the scenario's own.
func (a *subject) media(what string) (ids [5]string) {
	own := hash(a.alias + ": " + what)
	for i := range ids {
		ids[i] = fmt.Sprintf("%08x-0000-4000-8000-%012d", own, i+1)
	}
	return ids
}

// tale is something the vendor can tell of.
type tale struct {
	kind     string // by which switches are named
	path     string
	make     func(a *subject) event
	required string // the members that are always there, at any depth
}

var tales = map[string]tale{
	"a finished enrollment": {"enrollment", enrollmentPath, enrolled,
		"event supportProgramId sendDate patient id phoneNumber firstName lastName eventName"},
	"a visit to the tracker": {"tracker", actionPath, visited,
		"event supportProgramId sendDate data patient id phoneNumber eventName"},
	"an opt-out": {"opt", actionPath, func(a *subject) event { return opted(a, false) },
		"event message supportProgramId sendDate status data patient id phoneNumber externalIds sourceName eventName"},
	"an opt-in": {"opt", actionPath, func(a *subject) event { return opted(a, true) },
		"event message supportProgramId sendDate status data patient id phoneNumber externalIds sourceName eventName"},
	"an infusion update": {"infusion", enrollmentPath, infused,
		"event message supportProgramId sendDate status data patientId patient id phoneNumber externalIds sourceName eventName"},
}

// patientOf is what every webhook says of the patient.
func patientOf(a *subject, source string) event {
	p := event{"id": a.Patient, "phoneNumber": a.Phone, "externalIds": []any{}}
	if a.External != "" {
		p["externalIds"] = []any{event{"source": source, "sourceId": a.External}}
	}
	return p
}

// enrolled is a finished enrollment with all members, in the default reading.
func enrolled(a *subject) event {
	p, media := patientOf(a, "Partner"), a.media("an enrollment")
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
	return event{"event": event{"message": "Patient complete enrollment.", "supportProgramId": a.Program,
		"sendDate": a.at.Format(millisZ), "status": "success", "patient": p,
		"sourceName": "helparound", "eventName": "HelpAround.Patient.CompleteEnrollment"}}
}

func visited(a *subject) event {
	return event{"event": event{"message": "Patient visited a tracker.", "supportProgramId": a.Program,
		"sendDate": a.at.Add(time.Hour).Format(millisZ), "status": "success", "data": event{"key": "userAction", "value": "viewedTracker"},
		"patient": patientOf(a, "Partner"), "sourceName": "helparound", "eventName": "HelpAround.Patient.UserAction.ViewedTracker"}}
}

func opted(a *subject, in bool) event {
	word := map[bool]string{true: "START", false: "STOP"}[in]
	return event{"event": event{"message": "patient replied " + word, "supportProgramId": a.Program,
		"sendDate": a.at.Add(2 * time.Hour).Format(secondsOffset), "status": "success", "data": event{"key": "opt-in", "value": in},
		"patient": patientOf(a, "partner")}, "sourceName": "helparound", "eventType": "sms", "eventName": "HelpAround.Patient.Consent"}
}

// infused is an infusion update. Of an insurance it names the pictures too; an
// enrollment has told of them before.
func infused(a *subject) event {
	p, media := patientOf(a, "Partner"), a.media("an infusion update")
	p["insurance"] = event{
		"primaryInsurance":   event{"carrier": "Blue Lake Mutual", "front_picture_image": media[0], "back_picture_image": media[1]},
		"secondaryInsurance": event{"status": "active", "carrier": "Northwind Health"},
	}
	p["infusion"] = event{"infusionDate": a.at.AddDate(0, 1, 0).Format("2006-01-02") + "T00:00:00.000Z",
		"facilityName": "Blue Lake Infusions", "haveInsuranceUpdate": "Yes"}
	return event{"event": event{"message": "patient infusion update", "supportProgramId": a.Program,
		"sendDate": a.at.Add(3 * time.Hour).Format(millisZ), "status": "success", "data": event{"key": "userAction", "value": "infusionUpdated"},
		"patientId": a.Patient, "patient": p, "sourceName": "helparound", "eventName": "HelpAround.Patient.UserAction"}}
}

// printed is the tracker example as the vendor's document prints it, which is
// no JSON.
const printed = `{"event": {"supportProgramId": "p", "data": {"key": "userAction", "value": "viewedTracker"}}, "patient": {"id": "x"}}, "sourceName": "helparound"}`

// unusable are bodies a partner cannot process, whatever they come for.
var unusable = map[string]string{
	"broken JSON":                 `{"event": `,
	"a JSON list":                 `[]`,
	"a JSON text":                 `"event"`,
	"nothing":                     ``,
	"an event that is no object":  `{"event": "HelpAround.Patient.CompleteEnrollment"}`,
	"bytes that are no UTF-8":     "{\"event\": \"\xff\"}",
	"the invalid printed example": printed,
}

// lacks are members without which a partner cannot process a webhook, and where
// they stand.
var lacks = map[string]struct {
	name  string
	where []string
}{
	"an event":           {"event", nil},
	"a program":          {"supportProgramId", []string{"event"}},
	"a patient":          {"patient", []string{"event"}},
	"a last name":        {"lastName", []string{"event", "patient"}},
	"its action":         {"data", []string{"event"}},
	"the patient's wish": {"value", []string{"event", "data"}},
}

// lacking is a webhook of which a member is missing.
func (t tale) lacking(e event, what string) ([]byte, bool) {
	l, ok := lacks[what]
	if !ok {
		return nil, false
	}
	delete(e.in(l.where...), l.name)
	if what == "a patient" {
		delete(e.in("event"), "patientId") // where an infusion update names them too
	}
	return marshal(e), true
}
