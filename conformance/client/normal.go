package client

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/port"
)

// Normal is a webhook as the default reading has it. A form that no document
// supports stays as it is, and is judged.
func (r *Readings) Normal(h port.Heard) port.Heard {
	if r == nil || !h.Valid {
		return h
	}
	n := normal{Readings: r, kind: kindOf(h)}
	dec := json.NewDecoder(bytes.NewReader(h.Body))
	dec.UseNumber()
	if n.kind == "" || dec.Decode(&n.top) != nil {
		return h
	}
	if n.event, _ = n.top["event"].(object); n.event == nil {
		return h
	}
	if n.kind == "infusion" {
		at := strings.TrimPrefix(h.Path, "/webhook/")
		if r.take("infusionPath", at) && at == "user-action" {
			h.Path = "/webhook/user-enrollment"
		}
	}
	n.layout()
	n.head()
	n.person()
	if !n.changed {
		return h
	}
	body, err := json.Marshal(n.top)
	if err != nil {
		return h
	}
	h.Body = body
	return h
}

// kindOf tells what a webhook tells of, by the name of its event.
func kindOf(h port.Heard) string {
	name, ok := h.Text("event.eventName")
	if !ok {
		name, _ = h.Text("eventName")
	}
	_, what, _ := strings.Cut(name, ".")
	value, _ := h.Text("event.data.value")
	switch {
	case what == "Patient.CompleteEnrollment":
		return "enrollment"
	case what == "Patient.UserAction.ViewedTracker":
		return "tracker"
	case what == "Patient.Consent":
		return "opt"
	case strings.HasPrefix(what, "Patient.UserAction") && value == "infusionUpdated":
		return "infusion"
	}
	return ""
}

// normal is one webhook on its way to the default reading.
type normal struct {
	*Readings
	kind       string
	top, event object
	changed    bool
}

// move takes a member elsewhere, or under another name.
func (n *normal) move(from object, name string, to object, as string) {
	if v, ok := from[name]; ok {
		delete(from, name)
		to[as] = v
		n.changed = true
	}
}

func (n *normal) set(in object, name string, v any) { in[name], n.changed = v, true }

func (n *normal) drop(in object, name string) {
	delete(in, name)
	n.changed = true
}

func has(o object, name string) bool { _, ok := o[name]; return ok }

// is notes the reading that a switch of the webhook's kind plays.
func (n *normal) is(name, value string) bool { return n.take(name+"."+n.kind, value) }

// layout puts patient and names where they stand by default.
func (n *normal) layout() {
	inside, beside := has(n.event, "eventName"), has(n.top, "eventName")
	at := map[[2]bool]string{{true, false}: "event", {false, true}: "top", {true, true}: "both"}[[2]bool{inside, beside}]
	apart := n.kind == "tracker" && has(n.top, "patient") && !has(n.event, "patient")
	if n.kind == "tracker" {
		switch {
		case apart:
			if n.take("visitLayout", "flat") {
				n.move(n.top, "patient", n.event, "patient")
			}
		case at == "top": // an envelope, or names at the top: the same to see
			envelope, top := n.take("visitLayout", "envelope"), n.is("namesAt", "top")
			if envelope || top {
				n.names(n.top, n.event)
			}
			return
		default:
			n.take("visitLayout", "nested")
		}
	}
	if apart && at == "top" { // the flat layout has them there
		if n.take("visitLayout", "flat") {
			n.names(n.top, n.event)
		}
		return
	}
	pass := n.is("namesAt", at)
	from, to, usual := n.top, n.event, "event"
	if n.kind == "opt" {
		from, to, usual = n.event, n.top, "top"
	}
	if pass && at != usual {
		n.names(from, to)
	}
}

// names brings the names of source and event to one place.
func (n *normal) names(from, to object) {
	for _, name := range []string{"sourceName", "eventName"} {
		n.move(from, name, to, name)
	}
}

// The documented messages, which a vendor may leave out (AMB-014).
var messages = map[string]string{"enrollment": "Patient complete enrollment.", "tracker": "Patient visited a tracker.", "infusion": "patient infusion update"}

// The forms of sendDate.
var sendDates = map[string]*regexp.Regexp{
	"millisZ":       regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`),
	"secondsOffset": regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$`),
	"blankAfterT":   regexp.MustCompile(`^\d{4}-\d\d-\d\dT \d\d:\d\d:\d\d\.\d{3}Z$`),
}

// head settles the members that open every event.
func (n *normal) head() {
	present := func(name string, there bool) bool {
		if there {
			n.take(name, "present")
			return false
		}
		return n.take(name, "absent")
	}
	if present("statusMember", has(n.event, "status")) {
		n.set(n.event, "status", "success")
	}
	if present("messageMember", has(n.event, "message")) {
		message := messages[n.kind]
		if data, _ := n.event["data"].(object); n.kind == "opt" {
			message = map[bool]string{true: "patient replied START", false: "patient replied STOP"}[gjsonText(data["value"]) == "true"]
		}
		n.set(n.event, "message", message)
	}
	n.date()
	switch typed := has(n.top, "eventType"); {
	case n.kind == "opt" && !typed:
		if n.take("eventType", "none") {
			n.set(n.top, "eventType", "sms")
		}
	case n.kind != "opt" && typed:
		if n.take("eventType", "all") {
			n.drop(n.top, "eventType")
		}
	}
	if data, _ := n.event["data"].(object); n.kind == "opt" && data != nil {
		switch v := data["value"].(type) {
		case string:
			if (v == "true" || v == "false") && n.take("optValue", "string") {
				n.set(data, "value", v == "true")
			}
		case bool:
			n.take("optValue", "boolean")
		}
	}
}

func gjsonText(v any) string {
	b, _ := json.Marshal(v) // it came from JSON
	return gjson.ParseBytes(b).String()
}

func (n *normal) date() {
	said, _ := n.event["sendDate"].(string)
	for form, re := range sendDates {
		if !re.MatchString(said) || !n.is("sendDate", form) {
			continue
		}
		at, err := time.Parse(time.RFC3339, strings.Replace(said, "T ", "T", 1))
		if err != nil {
			return
		}
		as := at.UTC().Format("2006-01-02T15:04:05.000Z")
		if n.kind == "opt" {
			as = at.UTC().Format("2006-01-02T15:04:05+00:00")
		}
		if as != said {
			n.set(n.event, "sendDate", as)
		}
		return
	}
}

// person settles what is said of the patient.
func (n *normal) person() {
	p, _ := n.event["patient"].(object)
	if p == nil {
		return
	}
	n.source(p)
	if n.kind == "infusion" {
		n.infusion(p)
	}
	if n.kind != "enrollment" {
		return
	}
	switch { // AMB-001
	case has(p, "consent") && has(p, "consents"):
		if n.take("consentKey", "both") {
			n.drop(p, "consent")
		}
	case has(p, "consent"):
		if n.take("consentKey", "consent") {
			n.move(p, "consent", p, "consents")
		}
	case has(p, "consents"):
		n.take("consentKey", "consents")
	}
	if a, _ := p["address"].(object); a != nil { // AMB-002
		switch {
		case has(a, "apartment") && has(a, "apt"):
			if n.take("apartmentKey", "both") {
				n.drop(a, "apartment")
			}
		case has(a, "apartment"):
			if n.take("apartmentKey", "apartment") {
				n.move(a, "apartment", a, "apt")
			}
		case has(a, "apt"):
			n.take("apartmentKey", "apt")
		}
	}
	n.birth(p, "dob", "webhookDob")
	if method, _ := p["contact_method"].(string); method != "" { // AMB-011
		capitalized := strings.ToUpper(method[:1]) + strings.ToLower(method[1:])
		how := map[string]string{capitalized: "capitalized", strings.ToLower(method): "lower"}[method]
		if how == "" {
			how = "asReceived"
		}
		if n.take("contactMethodCase", how) && method != capitalized {
			n.set(p, "contact_method", capitalized)
		}
	}
	if p["call_time"] == "Afternoon" && n.take("callTimeEmit", "capitalize") { // AMB-012
		n.set(p, "call_time", "Evening")
	}
	if c, _ := p["caregiver"].(object); c != nil { // AMB-013
		if !has(c, "name") && (has(c, "firstName") || has(c, "lastName")) {
			if n.take("caregiverName", "split") {
				n.set(c, "name", strings.TrimSpace(gjsonText(c["firstName"])+" "+gjsonText(c["lastName"])))
				n.drop(c, "firstName")
				n.drop(c, "lastName")
			}
		} else if has(c, "name") {
			n.take("caregiverName", "joined")
		}
	}
	if i, _ := p["insurance"].(object); i != nil {
		n.insurance(i, true)
	}
}

// source settles what the source of the partner's ids is called (AMB-006).
func (n *normal) source(p object) {
	ids, _ := p["externalIds"].([]any)
	usual := "Partner"
	if n.kind == "opt" {
		usual = "partner"
	}
	for _, one := range ids {
		id, _ := one.(object)
		switch s, _ := id["source"].(string); s {
		case "Partner", "partner", "Source ":
			if n.is("externalSource", s) && s != usual {
				n.set(id, "source", usual)
			}
		}
	}
}

// birth makes a date of birth a number of milliseconds.
func (n *normal) birth(in object, name, by string) {
	switch v := in[name].(type) {
	case string:
		at, err := time.Parse(time.RFC3339, v)
		if err != nil {
			if at, err = time.Parse(time.DateOnly, v); err != nil {
				return
			}
		}
		if n.take(by, "iso") {
			n.set(in, name, at.UnixMilli())
		}
	case json.Number:
		n.take(by, "epochMs")
	}
}

// camels are the members of an insurance in camel case, and as they are by
// default (AMB-010).
var camels = map[string]string{"memberId": "member_id", "groupNum": "group_num", "cardDob": "card_dob",
	"frontPictureImage": "front_picture_image", "backPictureImage": "back_picture_image"}

// insurance settles both insurances, and their dates where they are numbers by
// default.
func (n *normal) insurance(i object, dates bool) {
	for which, by := range map[string]string{"primaryInsurance": "primaryCardDob", "secondaryInsurance": "webhookDob"} {
		one, _ := i[which].(object)
		if one == nil {
			continue
		}
		for camel, snake := range camels {
			switch {
			case has(one, camel):
				if n.take("insuranceCase", "camel") {
					n.move(one, camel, one, snake)
				}
			case has(one, snake):
				n.take("insuranceCase", "snake")
			}
		}
		if dates {
			n.birth(one, "card_dob", by)
		}
	}
}

// infusion settles an infusion update (AMB-015, AMB-018).
func (n *normal) infusion(p object) {
	switch beside, inside := n.event["patientId"], p["id"]; {
	case beside != nil && inside != nil:
		n.take("infusionPatientId", "both")
	case beside != nil:
		if n.take("infusionPatientId", "patientId") {
			n.set(p, "id", beside)
		}
	case inside != nil:
		if n.take("infusionPatientId", "patient.id") {
			n.set(n.event, "patientId", inside)
		}
	}
	for _, name := range []string{"insurance", "infusion"} {
		n.unlist(p, name)
	}
	if i, _ := p["insurance"].(object); i != nil {
		for _, name := range []string{"primaryInsurance", "secondaryInsurance"} {
			n.unlist(i, name)
		}
		n.insurance(i, false) // whose dates are text here
	}
}

// unlist takes an object out of a list of one.
func (n *normal) unlist(in object, name string) {
	switch v := in[name].(type) {
	case []any:
		if len(v) == 1 && n.take("infusionContainers", "arrayOfOne") {
			n.set(in, name, v[0])
		}
	case object:
		n.take("infusionContainers", "object")
	}
}
