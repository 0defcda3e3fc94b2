package steps

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
)

// event is a webhook under construction: a tree of JSON members.
type event map[string]any

// in returns the object at a path of members, and makes it where there is none.
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

// Ids of the webhooks the suite sends; the media ids are made by the scenario.
const (
	toldProgram = "q7Kx200mvd83nw1b"
	toldPatient = "ha65a1c0ffee012"
	toldOwnID   = "crm-88412"
)

// tale is something the vendor can tell of.
type tale struct {
	path     string
	make     func(s *Scenario) event
	required string // the members that are always there, at any depth
}

var tales = map[string]tale{
	"a finished enrollment": {enrollmentPath, func(s *Scenario) event { return enrolled(s.mediaOf("an enrollment")) },
		"event supportProgramId sendDate patient id phoneNumber firstName lastName eventName"},
	"a visit to the tracker": {actionPath, func(*Scenario) event { return visited() },
		"event supportProgramId sendDate data patient id phoneNumber eventName"},
	"an opt-out": {actionPath, func(*Scenario) event { return opted(false) },
		"event message supportProgramId sendDate status data patient id phoneNumber externalIds sourceName eventName"},
	"an opt-in": {actionPath, func(*Scenario) event { return opted(true) },
		"event message supportProgramId sendDate status data patient id phoneNumber externalIds sourceName eventName"},
	"an infusion update": {enrollmentPath, func(s *Scenario) event { return infused(s.mediaOf("an infusion update")) },
		"event message supportProgramId sendDate status data patientId patient id phoneNumber externalIds sourceName eventName"},
}

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

// infused is an infusion update. Of an insurance it names the pictures too; an
// enrollment has told of them before.
func infused(media [5]string) event {
	p := patientOf("Partner")
	p["insurance"] = event{
		"primaryInsurance":   event{"carrier": "Blue Lake Mutual", "front_picture_image": media[0], "back_picture_image": media[1]},
		"secondaryInsurance": event{"status": "active", "carrier": "Northwind Health"},
	}
	p["infusion"] = event{"infusionDate": "2026-03-01T00:00:00.000Z", "facilityName": "Blue Lake Infusions", "haveInsuranceUpdate": "Yes"}
	return event{"event": event{"message": "patient infusion update", "supportProgramId": toldProgram,
		"sendDate": "2026-02-03T07:00:00.000Z", "status": "success", "data": event{"key": "userAction", "value": "infusionUpdated"},
		"patientId": toldPatient, "patient": p, "sourceName": "helparound", "eventName": "HelpAround.Patient.UserAction"}}
}

// mediaOf are ids for the pictures that a webhook names, the scenario's own.
func (s *Scenario) mediaOf(what string) (ids [5]string) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s.wishes.Name + ": " + what)) // never fails
	for i := range ids {
		ids[i] = fmt.Sprintf("%08x-0000-4000-8000-%012d", h.Sum32(), i+1)
	}
	return ids
}

// readings change a webhook into another documented form of it.
var readings = map[string]func(e event){
	// AMB-001
	"consent instead of consents": func(e event) { rename(e.in("event", "patient"), "consents", "consent") },
	"consent beside consents": func(e event) {
		p := e.in("event", "patient")
		p["consent"] = p["consents"]
	},
	// AMB-002
	"apartment instead of apt": func(e event) { rename(e.in("event", "patient", "address"), "apt", "apartment") },
	"apartment beside apt":     func(e event) { e.in("event", "patient", "address")["apartment"] = "#15" },
	// AMB-003
	"the patient beside the event": func(e event) {
		e["patient"] = e.in("event")["patient"]
		delete(e.in("event"), "patient")
	},
	// AMB-004
	"names inside the event":            func(e event) { names(e, true, false) },
	"names beside the event":            func(e event) { names(e, false, true) },
	"names inside and beside the event": func(e event) { names(e, true, true) },
	// AMB-005
	"milliseconds and a Z in sendDate":  func(e event) { e.in("event")["sendDate"] = "2026-02-03T04:05:06.789Z" },
	"seconds and an offset in sendDate": func(e event) { e.in("event")["sendDate"] = "2026-02-03T04:05:06+00:00" },
	"a blank in sendDate":               func(e event) { e.in("event")["sendDate"] = "2026-02-03T 04:05:06.789Z" },
	// AMB-006
	`"Partner" as the source`: func(e event) { from(e, "Partner") },
	`"partner" as the source`: func(e event) { from(e, "partner") },
	`"Source " as the source`: func(e event) { from(e, "Source ") },
	// AMB-007
	"a date of birth as text": func(e event) { e.in("event", "patient")["dob"] = "1987-09-04T00:00:00+00:00" },
	// AMB-008
	"the cardholder's date of birth as text": func(e event) {
		e.in("event", "patient", "insurance", "primaryInsurance")["card_dob"] = "1987-09-04T00:00:00+00:00"
	},
	"no date of birth of the cardholder": func(e event) {
		delete(e.in("event", "patient", "insurance", "primaryInsurance"), "card_dob")
	},
	// AMB-010
	"insurance members in camel case": func(e event) {
		for _, which := range []string{"primaryInsurance", "secondaryInsurance"} {
			i := e.in("event", "patient", "insurance", which)
			for from, to := range map[string]string{"member_id": "memberId", "group_num": "groupNum", "card_dob": "cardDob",
				"front_picture_image": "frontPictureImage", "back_picture_image": "backPictureImage"} {
				rename(i, from, to)
			}
		}
	},
	// AMB-011
	"phone in small letters": func(e event) { e.in("event", "patient")["contact_method"] = "phone" },
	// AMB-012
	"Afternoon as the time to call": func(e event) { e.in("event", "patient")["call_time"] = "Afternoon" },
	"Evening as the time to call":   func(e event) { e.in("event", "patient")["call_time"] = "Evening" },
	// AMB-013
	"the caregiver's name in two parts": func(e event) {
		c := e.in("event", "patient", "caregiver")
		delete(c, "name")
		c["firstName"], c["lastName"] = "Ana", "Torres"
	},
	// AMB-014
	"no status":  func(e event) { delete(e.in("event"), "status") },
	"no message": func(e event) { delete(e.in("event"), "message") },
	// AMB-015
	"the id beside the patient alone": func(e event) { delete(e.in("event", "patient"), "id") },
	"the id in the patient alone":     func(e event) { delete(e.in("event"), "patientId") },
	// AMB-017
	"the action in its name": func(e event) { e.in("event")["eventName"] = "HelpAround.Patient.UserAction.InfusionUpdated" },
	// AMB-018
	"insurance and infusion in lists": func(e event) {
		p := e.in("event", "patient")
		i := p.in("insurance")
		for _, which := range []string{"primaryInsurance", "secondaryInsurance"} {
			i[which] = []any{i[which]}
		}
		p["insurance"], p["infusion"] = []any{i}, []any{p["infusion"]}
	},
	// AMB-019
	"eventType":    func(e event) { e["eventType"] = "sms" },
	"no eventType": func(e event) { delete(e, "eventType") },
	// AMB-027
	"the answer as text": func(e event) { e.in("event", "data")["value"] = fmt.Sprint(e.in("event", "data")["value"]) },

	// What the documents leave to the day.
	"no external id":      func(e event) { e.in("event", "patient")["externalIds"] = []any{} }, // HA-OUR-019
	"no next date":        func(e event) { e.in("event", "patient", "infusion")["infusionDate"] = nil },
	"no insurance":        func(e event) { delete(e.in("event", "patient"), "insurance") },
	"no infusion":         func(e event) { delete(e.in("event", "patient"), "infusion") },
	"an earlier sendDate": func(e event) { e.in("event")["sendDate"] = "2026-02-03T03:00:00.000Z" },
	"a consent of another name": func(e event) { // HA-OUR-007
		e.in("event", "patient")["consents"] = []any{event{"name": "research", "value": true, "timestamp": 1770091506000}}
	},
	"unknown members": func(e event) {
		e["trace"] = "7"
		e.in("event")["shoeSizes"] = []any{37, 38}
		e.in("event", "patient")["pets"] = event{"cats": 2, "dogs": nil}
	},

	// What no document supports: AMB-029, AMB-009, and events to come.
	"RxWare as the brand": func(e event) {
		for _, o := range []event{e, e.in("event")} {
			if name, ok := o["eventName"].(string); ok {
				o["eventName"], o["sourceName"] = "RxWare"+strings.TrimPrefix(name, "HelpAround"), "rxware"
			}
		}
	},
	"times in seconds": func(e event) {
		p := e.in("event", "patient")
		p["dob"], p.in("signature")["timestamp"] = 557712000, 1770091506
	},
	"a name nobody knows": func(e event) {
		for _, o := range []event{e, e.in("event")} {
			if _, ok := o["eventName"]; ok {
				o["eventName"] = "HelpAround.Patient.Graduated"
			}
		}
	},
	"an action nobody knows": func(e event) { e.in("event", "data")["value"] = "danced" },
}

// requiredOnly is the reading that leaves out what may be left out.
const requiredOnly = "required members only"

// read changes a webhook into another form of it. A form that the webhook has
// already is an error, for the scenario would prove less than it says.
func (t tale) read(e event, reading string) error {
	change, ok := readings[reading]
	if reading == requiredOnly {
		change, ok = t.strip, true
	}
	if !ok {
		return errors.New("the suite cannot tell of anything with " + reading)
	}
	before := marshal(e)
	if change(e); bytes.Equal(marshal(e), before) {
		return errors.New("the webhook comes with " + reading + " anyway")
	}
	return nil
}

// strip keeps what is required: of the top, of the event and of the patient.
func (t tale) strip(e event) {
	required := strings.Fields(t.required)
	for _, o := range []event{e, e.in("event"), e.in("event", "patient")} {
		for name := range o {
			if !slices.Contains(required, name) {
				delete(o, name)
			}
		}
	}
}

// rename moves a member to another name, if it is there.
func rename(e event, from, to string) {
	if v, ok := e[from]; ok {
		e[to] = v
		delete(e, from)
	}
}

// names puts the names of source and event into the event, beside it, or both.
func names(e event, inside, beside bool) {
	for _, name := range []string{"sourceName", "eventName"} {
		v, ok := e[name]
		if !ok {
			v = e.in("event")[name]
		}
		delete(e, name)
		delete(e.in("event"), name)
		if inside {
			e.in("event")[name] = v
		}
		if beside {
			e[name] = v
		}
	}
}

// from names the source of the partner's own id.
func from(e event, source string) {
	e.in("event", "patient")["externalIds"] = []any{event{"source": source, "sourceId": toldOwnID}}
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
func (s *Scenario) lacking(t tale, what string) ([]byte, bool) {
	l, ok := lacks[what]
	if !ok {
		return nil, false
	}
	e := t.make(s)
	delete(e.in(l.where...), l.name)
	if what == "a patient" {
		delete(e.in("event"), "patientId") // where an infusion update names them too
	}
	return marshal(e), true
}
