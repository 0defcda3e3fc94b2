package partner

import (
	"errors"
	"iter"
	"mime"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/door"
)

// item is a member of a webhook and the places where some reading of the
// contract puts it; the first is the one that messages name.
type item []string

// The members that are demanded of some kind of webhook.
var (
	eventName  = item{"event.eventName", "eventName"}   // AMB-004
	sourceName = item{"event.sourceName", "sourceName"} // AMB-004
	programID  = item{"event.supportProgramId"}
	sendDate   = item{"event.sendDate"}
	patientID  = item{"event.patient.id", "event.patientId", "patient.id"} // AMB-003, AMB-015
	phone      = item{"event.patient.phoneNumber", "patient.phoneNumber"}  // AMB-003
	firstName  = item{"event.patient.firstName", "patient.firstName"}      // AMB-003
	lastName   = item{"event.patient.lastName", "patient.lastName"}        // AMB-003
	dataKey    = item{"event.data.key"}
	dataValue  = item{"event.data.value"}
	patients   = item{"event.patient", "patient"}                         // AMB-003
	externals  = item{"event.patient.externalIds", "patient.externalIds"} // AMB-003
)

// demands are the texts required of each kind beside its name, its program, its
// date and its patient, which are required of all. Not among them although the
// infusion table has them: event.status and event.message (AMB-014).
var demands = map[Kind][]item{
	Enrollment: {phone, firstName, lastName}, // section 5.1
	Tracker:    {dataKey, dataValue, phone},  // section 5.2
	OptOut:     {dataKey, phone},             // rxware.md 8.1; its value may be a boolean
	OptIn:      {dataKey, phone},
	Infusion:   {dataKey, dataValue, phone, sourceName}, // rxware.md 8.2
}

// clauses is what a sender does not keep who leaves out what a kind requires.
// An event that the documents do not name owes only what the answer repeats.
var clauses = map[Kind]string{
	Enrollment: "HA-HOOK-ENROLL-003",
	Tracker:    "HA-HOOK-VISIT-003",
	OptOut:     "RX-HOOK-OPT-007",
	OptIn:      "RX-HOOK-OPT-007",
	Infusion:   "RX-HOOK-INFUSION-003",
	Other:      "HA-RESP-002",
}

// read understands a webhook, in any of the documented readings, and finds the
// ids of the files it mentions. With a flaw, the notice holds the patient's id
// if that much could be read.
func read(c *door.Call) (n Notice, media []string, f *flaw) {
	n = Notice{Path: c.URL.Path, Body: c.Body}
	root, f := readObject(c.Body)
	if f != nil {
		return n, nil, f
	}
	n.PatientID = hint(root, patientID)
	if f := contentType(c); f != nil {
		return n, nil, f
	}
	if f := n.take(root); f != nil {
		return n, nil, f
	}
	return n, mediaIDs(root), nil
}

// depthLimit is RX-OUR-047's.
const depthLimit = 32

// readObject returns the body as one JSON object, or what is wrong with it.
func readObject(body []byte) (gjson.Result, *flaw) {
	malformed := func(clause, saw, wants string) (gjson.Result, *flaw) {
		return gjson.Result{}, &flaw{
			message: "the body is " + saw + "; it must be " + wants,
			clause:  clause, rule: "malformed", saw: saw, wants: wants,
		}
	}
	switch {
	case !utf8.Valid(body):
		return malformed("HA-RESP-004", "not UTF-8", "JSON in UTF-8")
	case door.TooDeep(body, depthLimit):
		return malformed("RX-OUR-047", "nested more than 32 levels deep", "less deep")
	case !gjson.ValidBytes(body): // gjson reads values out of broken JSON too
		return malformed("HA-RESP-004", "not valid JSON", "one JSON object") // AMB-003 literal-broken
	}
	root := gjson.ParseBytes(body)
	if !root.IsObject() {
		return malformed("HA-RESP-004", typeOf(root), "one JSON object")
	}
	return root, nil
}

// contentType wants JSON; what parameters it has does not matter.
func contentType(c *door.Call) *flaw {
	given := strings.Join(c.Header["Content-Type"], ", ")
	media, _, err := mime.ParseMediaType(given)
	if media == "application/json" && (err == nil || errors.Is(err, mime.ErrInvalidMediaParameter)) {
		return nil
	}
	return &flaw{
		message: "the Content-Type must be application/json",
		clause:  "HA-OUR-011", field: "Content-Type", rule: "malformed", saw: given, wants: "application/json",
	}
}

// take fills the notice from the body.
func (n *Notice) take(root gjson.Result) *flaw {
	if event := at(root, "event"); !event.IsObject() {
		return unfit("event", event, "an object", "HA-RESP-004")
	}
	// Without a name, the path is all there is to go by.
	clause := clauses[Tracker]
	if n.Path == enrollmentPath {
		clause = clauses[Enrollment]
	}
	var f *flaw
	if n.EventName, f = text(root, eventName, clause); f != nil {
		return f
	}
	if f = n.recognize(root); f != nil {
		return f
	}
	clause = clauses[n.Kind]
	if n.ProgramID, f = text(root, programID, clause); f != nil {
		return f
	}
	if f = n.date(root, clause); f != nil {
		return f
	}
	if _, f = text(root, patientID, clause); f != nil { // read already
		return f
	}
	for _, it := range demands[n.Kind] {
		if _, f = text(root, it, clause); f != nil {
			return f
		}
	}
	n.Phone = hint(root, phone)
	if n.Kind == Infusion {
		if f = externalIDs(root); f != nil {
			return f
		}
	}
	n.ExternalID = externalID(root)
	return nil
}

// brands are the first words of event names (AMB-029).
var brands = []string{"HelpAround", "RxWare"}

// recognize decides what kind of webhook it is: by its name, and where several
// share one by event.data (RX-HOOK-OPT-008, RX-HOOK-INFUSION-010).
func (n *Notice) recognize(root gjson.Result) *flaw {
	value := at(root, dataValue[0])
	if value.Type != gjson.Null {
		n.Value = value.String()
	}
	n.Kind = Other
	brand, what, _ := strings.Cut(n.EventName, ".")
	if !strings.EqualFold(brand, brands[0]) && !strings.EqualFold(brand, brands[1]) {
		return nil
	}
	switch what {
	case "Patient.CompleteEnrollment":
		n.Kind = Enrollment
	case "Patient.UserAction.ViewedTracker":
		n.Kind = Tracker
	case "Patient.UserAction.InfusionUpdated": // AMB-017
		n.Kind = Infusion
	case "Patient.UserAction":
		switch {
		case value.Type != gjson.String || value.Str == "infusionUpdated": // without a value: the one that is documented
			n.Kind = Infusion
		case value.Str == "viewedTracker":
			n.Kind = Tracker
		}
	case "Patient.Consent":
		return n.consent(root, value)
	}
	return nil
}

// consent reads the flag of STOP and START. Another key is another event, which
// the documents do not name (AMB-028).
func (n *Notice) consent(root, value gjson.Result) *flaw {
	key, f := text(root, dataKey, "RX-HOOK-OPT-001")
	switch {
	case f != nil:
		return f
	case key != "opt-in":
		return nil
	}
	word := strings.ToLower(value.String()) // AMB-027: a boolean or a string
	if !value.IsBool() && (value.Type != gjson.String || word != "true" && word != "false") {
		return unfit(dataValue[0], value, "true or false", "RX-HOOK-OPT-001")
	}
	n.Kind, n.Value = OptOut, "false"
	if word == "true" {
		n.Kind, n.Value = OptIn, "true"
	}
	return nil
}

// date reads sendDate in its three documented forms (AMB-005).
func (n *Notice) date(root gjson.Result, clause string) *flaw {
	given, f := text(root, sendDate, clause)
	if f != nil {
		return f
	}
	day, hour, _ := strings.Cut(given, "T")
	t, err := time.Parse(time.RFC3339, day+"T"+strings.TrimPrefix(hour, " "))
	if err != nil {
		if n.Kind == Enrollment {
			clause = "HA-HOOK-ENROLL-015"
		}
		const wants = "a date and time such as 2026-02-03T04:05:06.789Z"
		return &flaw{message: sendDate[0] + " must be " + wants, clause: clause, field: sendDate[0], rule: "type", saw: given, wants: wants}
	}
	// No finer than it is kept, for it is part of what the notice is found by.
	n.SendDate = t.UTC().Truncate(time.Millisecond)
	return nil
}

// externalIDs checks what the infusion table demands: a list, which may be empty
// (HA-OUR-019), of items with both members.
func externalIDs(root gjson.Result) *flaw {
	list, clause := gjson.Result{}, clauses[Infusion]
	for _, place := range externals {
		if list = at(root, place); list.Type != gjson.Null {
			break
		}
	}
	if !list.IsArray() {
		return unfit(externals[0], list, "an array", clause)
	}
	var f *flaw
	list.ForEach(func(_, one gjson.Result) bool {
		for _, name := range []string{"source", "sourceId"} {
			if v := at(one, name); v.Type != gjson.String || v.Str == "" {
				f = unfit(externals[0]+"[]."+name, v, "a string", clause)
				return false
			}
		}
		return true
	})
	return f
}

// externalID is the partner's own id of the patient: the first that says so
// (AMB-006: in any case, with blanks), else the first.
func externalID(root gjson.Result) string {
	id := ""
	for _, place := range externals {
		for one := range objects(at(root, place)) {
			v := at(one, "sourceId")
			if v.Type != gjson.String || v.Str == "" {
				continue
			}
			if strings.EqualFold(strings.TrimSpace(at(one, "source").String()), "partner") {
				return v.Str
			}
			if id == "" {
				id = v.Str
			}
		}
	}
	return id
}

// mediaIDs finds the ids of files: both sides of both insurance cards and the
// signature, in snake or camel case (AMB-010), in objects or lists of them
// (AMB-018). Each id comes once, in the body's order.
func mediaIDs(root gjson.Result) []string {
	var ids []string
	seen := map[string]bool{}
	add := func(v gjson.Result) {
		if v.Type == gjson.String && v.Str != "" && !seen[v.Str] {
			seen[v.Str] = true
			ids = append(ids, v.Str)
		}
	}
	for _, place := range patients {
		patient := at(root, place)
		for insurance := range named(patient, "insurance") {
			for card := range named(insurance, "primaryinsurance", "secondaryinsurance") {
				eachNamed(card, add, "frontpictureimage", "backpictureimage")
			}
		}
		for signature := range named(patient, "signature") {
			eachNamed(signature, add, "image")
		}
	}
	return ids
}

// named yields the objects in v's members of these names, spelled in any case.
func named(v gjson.Result, names ...string) iter.Seq[gjson.Result] {
	return func(yield func(gjson.Result) bool) {
		going := true
		eachNamed(v, func(m gjson.Result) {
			for o := range objects(m) {
				going = going && yield(o)
			}
		}, names...)
	}
}

func eachNamed(v gjson.Result, do func(gjson.Result), names ...string) {
	if !v.IsObject() {
		return
	}
	v.ForEach(func(name, m gjson.Result) bool {
		plain := strings.ToLower(strings.ReplaceAll(name.Str, "_", ""))
		for _, want := range names {
			if plain == want {
				do(m)
			}
		}
		return true
	})
}

// objects yields v, if it is an object, or the objects in it, if it is a list.
func objects(v gjson.Result) iter.Seq[gjson.Result] {
	return func(yield func(gjson.Result) bool) {
		switch {
		case v.IsObject():
			yield(v)
		case v.IsArray():
			v.ForEach(func(_, one gjson.Result) bool { return !one.IsObject() || yield(one) })
		}
	}
}

// at returns what stands at a path of member names, or null.
func at(v gjson.Result, path string) gjson.Result {
	for more := true; more; {
		var name string
		name, path, more = strings.Cut(path, ".")
		if !v.IsObject() { // in a text, gjson would look for an object too
			return gjson.Result{}
		}
		v = v.Get(name)
	}
	return v
}

// hint is the first text found in an item's places, or "".
func hint(root gjson.Result, it item) string {
	for _, place := range it {
		if v := at(root, place); v.Type == gjson.String && v.Str != "" {
			return v.Str
		}
	}
	return ""
}

// text returns a required text. Null and "" count as missing; in two places it
// must say the same.
func text(root gjson.Result, it item, clause string) (string, *flaw) {
	found := ""
	for _, place := range it {
		v := at(root, place)
		switch {
		case v.Type == gjson.Null:
		case v.Type != gjson.String:
			return "", unfit(place, v, "a string", clause)
		case found != "" && v.Str != "" && v.Str != found:
			return "", &flaw{message: it[0] + " and " + place + " contradict each other", clause: clause,
				field: it[0], rule: "contradiction", saw: found + " and " + v.Str, wants: "the same in both places"}
		case v.Str != "":
			found = v.Str
		}
	}
	if found == "" {
		return "", unfit(it[0], gjson.Result{}, "a string", clause)
	}
	return found, nil
}

// unfit is the flaw of a required member that is missing or of the wrong type.
func unfit(member string, v gjson.Result, wants, clause string) *flaw {
	f := &flaw{clause: clause, field: member, saw: typeOf(v), wants: wants}
	if v.Type == gjson.Null || v.Type == gjson.String && v.Str == "" {
		f.message, f.rule = member+" is required", "required"
	} else {
		f.message, f.rule = member+" must be "+wants+", not "+f.saw, "type"
	}
	return f
}

// typeOf names a value's type in a sentence.
func typeOf(v gjson.Result) string {
	switch {
	case !v.Exists():
		return "nothing"
	case v.Type == gjson.Null:
		return "null"
	case v.Type == gjson.String && v.Str == "":
		return "an empty string"
	case v.Type == gjson.String:
		return "a string"
	case v.Type == gjson.Number:
		return "a number"
	case v.IsBool():
		return "a boolean"
	case v.IsArray():
		return "an array"
	}
	return "an object"
}
