package steps

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/conformance/port"
)

// Forms of sendDate.
const (
	millisZ       = "2006-01-02T15:04:05.000Z"
	secondsOffset = "2006-01-02T15:04:05-07:00"
	blankAfterT   = "2006-01-02T 15:04:05.000Z"
)

// sent is when a webhook says it was sent.
func sent(e event) time.Time {
	given, _ := e.in("event")["sendDate"].(string)
	t, err := time.Parse(time.RFC3339, strings.Replace(given, " ", "", 1))
	if err != nil {
		panic(err) // every tale has one
	}
	return t
}

func date(e event, form string) { e.in("event")["sendDate"] = sent(e).Format(form) }

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
	"milliseconds and a Z in sendDate":  func(e event) { date(e, millisZ) },
	"seconds and an offset in sendDate": func(e event) { date(e, secondsOffset) },
	"a blank in sendDate":               func(e event) { date(e, blankAfterT) },
	// AMB-006
	`"Partner" as the source`: func(e event) { from(e, "Partner") },
	`"partner" as the source`: func(e event) { from(e, "partner") },
	`"Source " as the source`: func(e event) { from(e, "Source ") },
	// AMB-007
	"a date of birth as text": func(e event) { e.in("event", "patient")["dob"] = "1987-09-04T00:00:00+00:00" },
	// AMB-008
	"the cardholder's date of birth as text": func(e event) {
		cardDob(e, "1987-09-04T00:00:00+00:00")
	},
	"no date of birth of the cardholder": func(e event) { cardDob(e, nil) },
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
	"no external id": func(e event) { e.in("event", "patient")["externalIds"] = []any{} }, // HA-OUR-019
	"no next date":   func(e event) { e.in("event", "patient", "infusion")["infusionDate"] = nil },
	"no insurance":   func(e event) { delete(e.in("event", "patient"), "insurance") },
	"no infusion":    func(e event) { delete(e.in("event", "patient"), "infusion") },
	"an earlier sendDate": func(e event) {
		form := millisZ
		if given, _ := e.in("event")["sendDate"].(string); !strings.HasSuffix(given, "Z") {
			form = secondsOffset
		}
		e.in("event")["sendDate"] = sent(e).Add(-4 * time.Hour).Format(form)
	},
	"a consent of another name": func(e event) { // HA-OUR-007
		e.in("event", "patient")["consents"] = []any{event{"name": "research", "value": true, "timestamp": 1770091506000}}
	},
	"unknown members": func(e event) {
		e["trace"] = "7"
		e.in("event")["shoeSizes"] = []any{37, 38}
		e.in("event", "patient")["pets"] = event{"cats": 2, "dogs": nil}
	},
	"a date of birth before 1970":               func(e event) { e.in("event", "patient")["dob"] = -1262304000000 }, // HA-HOOK-ENROLL-009
	"a date of birth of zero":                   func(e event) { e.in("event", "patient")["dob"] = 0 },
	"a cardholder born before 1970":             func(e event) { cardDob(e, -1262304000000) },
	"900 KiB in an unknown member":              func(e event) { e["trace"] = strings.Repeat("x", 900<<10) },
	"more than a mebibyte in an unknown member": func(e event) { e["trace"] = strings.Repeat("x", 1<<20) },
	"unknown members 500 levels deep": func(e event) {
		deep := any(7)
		for range 500 {
			deep = []any{deep}
		}
		e["trace"] = deep
	},
	"a patient nobody knows": func(e event) {
		p := e.in("event", "patient")
		p["id"], p["phoneNumber"] = "ha0000000000bad", "+12025550199"
		p["externalIds"] = []any{event{"source": "Partner", "sourceId": "nobody-" + strconv.FormatInt(sent(e).UnixMilli(), 36)}}
		if _, beside := e.in("event")["patientId"]; beside {
			e.in("event")["patientId"] = p["id"]
		}
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

// plays says which value of which switch a reading plays; a switch that ends in
// a dot is one of each kind of webhook. What is not here is no vendor's choice.
var plays = map[string]struct{ name, value string }{
	"consent instead of consents":            {"consentKey", "consent"},
	"consent beside consents":                {"consentKey", "both"},
	"apartment instead of apt":               {"apartmentKey", "apartment"},
	"apartment beside apt":                   {"apartmentKey", "both"},
	"the patient beside the event":           {"visitLayout", "flat"},
	"names inside the event":                 {"namesAt.", "event"},
	"names beside the event":                 {"namesAt.", "top"},
	"names inside and beside the event":      {"namesAt.", "both"},
	"milliseconds and a Z in sendDate":       {"sendDate.", "millisZ"},
	"seconds and an offset in sendDate":      {"sendDate.", "secondsOffset"},
	"a blank in sendDate":                    {"sendDate.", "blankAfterT"},
	`"Partner" as the source`:                {"externalSource.", "Partner"},
	`"partner" as the source`:                {"externalSource.", "partner"},
	`"Source " as the source`:                {"externalSource.", "Source "},
	"a date of birth as text":                {"webhookDob", "iso"},
	"the cardholder's date of birth as text": {"primaryCardDob", "iso"},
	"no date of birth of the cardholder":     {"primaryCardDob", "absent"},
	"insurance members in camel case":        {"insuranceCase", "camel"},
	"phone in small letters":                 {"contactMethodCase", "lower"},
	"Afternoon as the time to call":          {"callTimeEmit", "capitalize"},
	"Evening as the time to call":            {"callTimeEmit", "mapToEvening"},
	"the caregiver's name in two parts":      {"caregiverName", "split"},
	"no status":                              {"statusMember", "absent"},
	"no message":                             {"messageMember", "absent"},
	"the id beside the patient alone":        {"infusionPatientId", "patientId"},
	"the id in the patient alone":            {"infusionPatientId", "patient.id"},
	"insurance and infusion in lists":        {"infusionContainers", "arrayOfOne"},
	"eventType":                              {"eventType", "all"},
	"no eventType":                           {"eventType", "none"},
	"the answer as text":                     {"optValue", "string"},
}

// switchOf is the switch that a reading plays when the tale is told with it.
func (t tale) switchOf(reading string) (name, value string, ok bool) {
	p, ok := plays[reading]
	if strings.HasSuffix(p.name, ".") {
		p.name += t.kind
	}
	return p.name, p.value, ok
}

// begin makes the webhook as the partner claims to read it: of each switch in
// the default reading or, where that is not claimed, in one that is.
func (t tale) begin(a *subject, reads port.Reads) event {
	e := t.make(a)
	for _, sw := range port.Switches() {
		if sw.Of != "" && sw.Of != t.kind || reads.Claims(sw.Name, sw.Values[0]) {
			continue
		}
		for _, reading := range slices.Sorted(maps.Keys(plays)) {
			if name, value, _ := t.switchOf(reading); name == sw.Name && reads.Claims(name, value) {
				if sw.Of != "" || applies(e, reading) {
					readings[reading](e)
				}
				break
			}
		}
	}
	return e
}

// applies tells whether a reading that every kind of webhook can have changes
// what is there, and adds nothing.
func applies(e event, reading string) bool {
	if reading != "insurance members in camel case" {
		return true
	}
	p, _ := e.in("event")["patient"].(event)
	_, insured := p["insurance"].(event)
	return insured
}

// errUnchanged is wrapped by a form that the webhook has already: the scenario
// would prove less than it says.
var errUnchanged = errors.New("the webhook comes with it anyway")

// read changes a webhook into another form of it.
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
		return fmt.Errorf("%s: %w", reading, errUnchanged)
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

// cardDob changes the first cardholder's date of birth, however it is spelled;
// nil leaves it out.
func cardDob(e event, value any) {
	card := e.in("event", "patient", "insurance", "primaryInsurance")
	for _, name := range []string{"card_dob", "cardDob"} {
		if _, there := card[name]; !there {
			continue
		}
		if card[name] = value; value == nil {
			delete(card, name)
		}
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
	if ids, _ := e.in("event", "patient")["externalIds"].([]any); len(ids) > 0 {
		ids[0].(event)["source"] = source
	}
}
