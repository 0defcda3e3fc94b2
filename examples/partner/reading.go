package main

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is what a webhook tells of.
type Kind string

// The kinds of webhooks. Other is an event that we do not know (yet): it is
// acknowledged and kept.
const (
	Enrollment Kind = "enrollment"
	Tracker    Kind = "tracker"
	OptOut     Kind = "opt-out"
	OptIn      Kind = "opt-in"
	Infusion   Kind = "infusion"
	Other      Kind = "other"
)

// Notice is a webhook as we understood it.
type Notice struct {
	Kind  Kind
	Name  string // eventName, as it came
	Value string // event.data.value, if there is one
	Sent  time.Time
	Body  []byte

	Patient    string // the vendor's id
	Program    string
	ExternalID string // our own id
	Phone      string
	FirstName  string
	LastName   string

	Details *Details        // of an enrollment
	Update  *InfusionUpdate // of an infusion update
	Files   []File          // that an enrollment names
}

// Details are what a patient told while enrolling. All of it is optional.
type Details struct {
	Born          string     `json:"dob,omitempty"` // yyyy-mm-dd
	Gender        string     `json:"gender,omitempty"`
	ContactMethod string     `json:"contactMethod,omitempty"`
	Language      string     `json:"language,omitempty"`
	Email         string     `json:"email,omitempty"`
	CallTime      string     `json:"callTime,omitempty"`
	Caregiver     *Caregiver `json:"caregiver,omitempty"`
	Address       *Address   `json:"address,omitempty"`
	Primary       *Insurance `json:"primaryInsurance,omitempty"`
	Secondary     *Insurance `json:"secondaryInsurance,omitempty"`
	Signed        *time.Time `json:"signed,omitempty"`
	Consents      []Consent  `json:"consents,omitempty"`
}

// Caregiver is who cares for a patient.
type Caregiver struct {
	Name         string `json:"name,omitempty"`
	Relationship string `json:"relationship,omitempty"`
	Phone        string `json:"phone,omitempty"`
	Email        string `json:"email,omitempty"`
}

// Address is where a patient lives.
type Address struct {
	Street    string `json:"street,omitempty"`
	Apartment string `json:"apartment,omitempty"`
	City      string `json:"city,omitempty"`
	State     string `json:"state,omitempty"`
	Zip       string `json:"zip,omitempty"`
}

// Insurance is what stands on a card.
type Insurance struct {
	Status   string `json:"status,omitempty"`
	Carrier  string `json:"carrier,omitempty"`
	MemberID string `json:"memberId,omitempty"`
	Group    string `json:"group,omitempty"`
	Holder   string `json:"holder,omitempty"`
	Born     string `json:"holderDob,omitempty"` // yyyy-mm-dd
}

// Consent is a patient's answer to one question.
type Consent struct {
	Name  string     `json:"name"`
	Given bool       `json:"given"`
	At    *time.Time `json:"at,omitempty"`
}

// InfusionUpdate is what a patient told of infusions.
type InfusionUpdate struct {
	Next            *time.Time `json:"next,omitempty"`
	Facility        string     `json:"facility,omitempty"`
	InsuranceUpdate bool       `json:"insuranceUpdate"`
	Primary         *Insurance `json:"primaryInsurance,omitempty"`
	Secondary       *Insurance `json:"secondaryInsurance,omitempty"`
}

// File is a file that an enrollment names.
type File struct{ ID, Use string }

// Refusal is why a webhook cannot be processed. It names members and never
// their values, so it may be logged.
type Refusal struct {
	Message string
	Member  string
}

func (r *Refusal) Error() string { return r.Message }

func missing(member string) error { return &Refusal{member + " is required", member} }

// Read understands a webhook. The vendor's tables, examples and pages do not
// agree on where things stand and how they are spelled, so all of their forms
// are read: the patient and the names inside and beside the event, the
// patient's id in two places, objects or lists of them, snake or camel case. It
// demands what it takes to know who, what and when, and of an enrollment what
// the table calls required; what we do not know is passed over.
//
// The error is a *Refusal. With one, the notice still has the patient's id if
// that could be read.
func Read(body []byte) (Notice, error) {
	n := Notice{Body: body, Kind: Other}
	root, err := parse(body)
	if err != nil {
		return n, err
	}
	event := root["event"]
	patient := []any{at(event, "patient"), root["patient"]}
	n.Patient = text(either(at(patient, "id"), at(event, "patientId")))
	n.Name = text(either(at(event, "eventName"), root["eventName"]))
	n.Program = text(at(event, "supportProgramId"))
	n.Phone = text(at(patient, "phoneNumber"))
	n.FirstName = text(at(patient, "firstName"))
	n.LastName = text(at(patient, "lastName"))
	n.ExternalID = externalID(at(patient, "externalIds"))

	if _, ok := event.(object); !ok {
		return n, missing("event")
	}
	for _, must := range []struct{ member, value string }{
		{"event.eventName", n.Name}, {"event.supportProgramId", n.Program}, {"event.patient.id", n.Patient},
	} {
		if must.value == "" {
			return n, missing(must.member)
		}
	}
	sent := instant(at(event, "sendDate"))
	if sent == nil {
		return n, &Refusal{"event.sendDate must be a date and time such as 2026-02-03T04:05:06.789Z", "event.sendDate"}
	}
	n.Sent = *sent
	return n, n.recognize(at(event, "data"), patient)
}

// recognize decides by its name what a webhook tells of, and where names are
// shared by event.data; the address does not matter. Then it reads the rest.
func (n *Notice) recognize(data, patient any) error {
	key, value := text(at(data, "key")), at(data, "value")
	n.Value = word(value)
	_, name, _ := strings.Cut(n.Name, ".") // the brand before it has changed once
	switch name {
	case "Patient.CompleteEnrollment":
		n.Kind = Enrollment
	case "Patient.UserAction.ViewedTracker":
		n.Kind = Tracker
	case "Patient.UserAction.InfusionUpdated":
		n.Kind = Infusion
	case "Patient.UserAction":
		switch n.Value {
		case "viewedTracker":
			n.Kind = Tracker
		case "infusionUpdated":
			n.Kind = Infusion
		}
	case "Patient.Consent":
		switch {
		case key == "":
			return missing("event.data.key")
		case key != "opt-in":
			return nil // another consent, which we know nothing of
		}
		switch strings.ToLower(n.Value) { // a boolean, or the word for it
		case "true":
			n.Kind, n.Value = OptIn, "true"
		case "false":
			n.Kind, n.Value = OptOut, "false"
		default:
			return &Refusal{"event.data.value must be true or false", "event.data.value"}
		}
		return nil // whoever says STOP is heard, with a phone number or without
	default:
		return nil
	}

	if n.Kind != Enrollment {
		if key == "" {
			return missing("event.data.key")
		}
		if n.Value == "" {
			return missing("event.data.value")
		}
	}
	if name == "Patient.UserAction" && n.Kind == Other {
		return nil // an action that is new
	}
	if n.Phone == "" {
		return missing("event.patient.phoneNumber")
	}
	switch n.Kind {
	case Enrollment:
		if n.FirstName == "" {
			return missing("event.patient.firstName")
		}
		if n.LastName == "" {
			return missing("event.patient.lastName")
		}
		n.Details, n.Files = details(patient), files(patient)
	case Infusion:
		n.Update = infusion(patient)
	}
	return nil
}

func details(patient any) *Details {
	d := &Details{
		Born:          day(at(patient, "dob")),
		Gender:        text(at(patient, "gender")),
		ContactMethod: text(at(patient, "contact_method")),
		Language:      text(at(patient, "pref_language")),
		Email:         text(at(patient, "email")),
		CallTime:      text(at(patient, "call_time")),
		Primary:       insurance(patient, "primaryInsurance"),
		Secondary:     insurance(patient, "secondaryInsurance"),
		Signed:        recent(at(patient, "signature", "timestamp")),
	}
	if c := at(patient, "caregiver"); c != nil {
		names := []string{text(at(c, "firstName")), text(at(c, "lastName"))}
		d.Caregiver = &Caregiver{
			Name:         either(text(at(c, "name")), strings.TrimSpace(strings.Join(names, " "))),
			Relationship: text(at(c, "relationship")),
			Phone:        either(text(at(c, "phone")), text(at(c, "phoneNumber"))),
			Email:        text(at(c, "email")),
		}
	}
	if a := at(patient, "address"); a != nil {
		d.Address = &Address{
			Street:    text(at(a, "street")),
			Apartment: either(text(at(a, "apartment")), text(at(a, "apt"))),
			City:      text(at(a, "city")),
			State:     text(at(a, "state")),
			Zip:       text(at(a, "zip")),
		}
	}
	for _, member := range []string{"consents", "consent"} {
		for _, c := range objects(at(patient, member)) {
			name, given := text(at(c, "name")), word(at(c, "value"))
			known := slices.ContainsFunc(d.Consents, func(c Consent) bool { return c.Name == name })
			if name != "" && !known && (given == "true" || given == "false") {
				d.Consents = append(d.Consents, Consent{name, given == "true", recent(at(c, "timestamp"))})
			}
		}
	}
	return d
}

func insurance(patient any, which string) *Insurance {
	i := at(patient, "insurance", which)
	if i == nil {
		return nil
	}
	return &Insurance{
		Status:   text(at(i, "status")),
		Carrier:  text(at(i, "carrier")),
		MemberID: text(at(i, "member_id")),
		Group:    text(at(i, "group_num")),
		Holder:   text(at(i, "cardname")),
		Born:     day(at(i, "card_dob")),
	}
}

func infusion(patient any) *InfusionUpdate {
	i := at(patient, "infusion")
	return &InfusionUpdate{
		Next:            instant(at(i, "infusionDate")),
		Facility:        text(at(i, "facilityName")),
		InsuranceUpdate: strings.EqualFold(text(at(i, "haveInsuranceUpdate")), "yes"),
		Primary:         insurance(patient, "primaryInsurance"),
		Secondary:       insurance(patient, "secondaryInsurance"),
	}
}

func files(patient any) []File {
	var all []File
	for _, f := range []struct {
		use  string
		path []string
	}{
		{"primary insurance, front", []string{"insurance", "primaryInsurance", "front_picture_image"}},
		{"primary insurance, back", []string{"insurance", "primaryInsurance", "back_picture_image"}},
		{"secondary insurance, front", []string{"insurance", "secondaryInsurance", "front_picture_image"}},
		{"secondary insurance, back", []string{"insurance", "secondaryInsurance", "back_picture_image"}},
		{"signature", []string{"signature", "image"}},
	} {
		if id := text(at(patient, f.path...)); id != "" {
			all = append(all, File{id, f.use})
		}
	}
	return all
}

// externalID is our own id of the patient: the one that says so, in whatever
// spelling, or else the first.
func externalID(ids any) string {
	first := ""
	for _, one := range objects(ids) {
		id := text(at(one, "sourceId"))
		if id != "" && strings.EqualFold(strings.TrimSpace(text(at(one, "source"))), "partner") {
			return id
		}
		first = either(first, id)
	}
	return first
}

type object = map[string]any

// parse returns the body as one JSON object.
func parse(body []byte) (object, error) {
	if !utf8.Valid(body) { // package json would mend it
		return nil, &Refusal{Message: "the body must be JSON in UTF-8"}
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var root object
	if err := d.Decode(&root); err != nil || root == nil {
		return nil, &Refusal{Message: "the body must be one JSON object"}
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, &Refusal{Message: "the body must be one JSON object and nothing more"}
	}
	return root, nil
}

// either returns the first value, or if there is none the second.
func either[T any](a, b T) T {
	if any(a) == nil || any(a) == "" {
		return b
	}
	return a
}

// at returns what stands at a path of members, or nil. A list of objects is
// read as if its objects were one.
func at(v any, path ...string) any {
	for _, name := range path {
		var found any
		for _, o := range objects(v) {
			if found = member(o, name); found != nil {
				break
			}
		}
		v = found
	}
	return v
}

// member finds a member under its name, in snake or camel case.
func member(o object, name string) any {
	if v := o[name]; v != nil {
		return v
	}
	head, tail, _ := strings.Cut(name, "_")
	for part := range strings.SplitSeq(tail, "_") {
		if part != "" {
			head += strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return o[head]
}

// objects returns v, if it is an object, or the objects in it, if it is a list.
func objects(v any) []object {
	switch v := v.(type) {
	case object:
		return []object{v}
	case []any:
		var all []object
		for _, one := range v {
			if o, ok := one.(object); ok {
				all = append(all, o)
			}
		}
		return all
	}
	return nil
}

// text is a text; anything else is none.
func text(v any) string {
	s, _ := v.(string)
	return s
}

// word is a text, or a boolean as one.
func word(v any) string {
	if b, ok := v.(bool); ok {
		if b {
			return "true"
		}
		return "false"
	}
	return text(v)
}

// instant reads a point in time: text with milliseconds and Z, with seconds and
// an offset, with a blank after the T, or a number of milliseconds since 1970,
// which is negative before.
func instant(v any) *time.Time {
	var t time.Time
	switch v := v.(type) {
	case string:
		var err error
		if t, err = time.Parse(time.RFC3339, strings.Replace(v, "T ", "T", 1)); err != nil {
			return nil
		}
	case json.Number:
		ms, err := v.Int64()
		if err != nil {
			return nil
		}
		t = time.UnixMilli(ms)
	default:
		return nil
	}
	t = t.UTC().Truncate(time.Millisecond)
	if t.Year() < 1 || t.Year() > 9999 { // nothing could write it
		return nil
	}
	return &t
}

// recent reads when something was signed. The documents say "Linux timestamp in
// milliseconds"; what would be early 1970 then was meant in seconds.
func recent(v any) *time.Time {
	t := instant(v)
	if n, ok := v.(json.Number); ok && t != nil && 0 < t.UnixMilli() && t.UnixMilli() < 1e11 {
		return instant(n + "000")
	}
	return t
}

// day reads a date of birth, which is midnight in UTC.
func day(v any) string {
	if t := instant(v); t != nil {
		return t.Format(time.DateOnly)
	}
	if t, err := time.Parse(time.DateOnly, text(v)); err == nil {
		return t.Format(time.DateOnly)
	}
	return ""
}
