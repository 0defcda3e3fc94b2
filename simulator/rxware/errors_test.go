package rxware_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/rxware"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

const none = -1 // no application code

// The literals of the vendor's page "Create a Patient" (seed 003), and after
// them those of the RX-OUR rows that fill its gaps.
var invitationTable = map[program.Rule]rxware.Row{
	program.UnknownProgram:      {Status: 400, Code: 1004, Message: "Support program with id: {program} not found"},
	program.MinorAlone:          {Status: 400, Code: 0, Message: "The given data was invalid. Can't invite patients less than 18 independently."},
	program.CaregiverIncomplete: {Status: 400, Code: 0, Message: "The given data was invalid. Caregiver name and relationship are required in this case."},
	program.PhoneNotAligned:     {Status: 400, Code: 1010, Message: "The given data was invalid. The phone number in the invite request is not aligned with the caregiver's phone number and the patient is less than 18 years."},
	program.PhoneFormat:         {Status: 400, Code: 1008, Message: "patient.phoneNumber is not valid format."},
	program.PhonePattern:        {Status: 400, Code: 1008, Message: `Does not match the regex pattern (^\+\d{11}$)|(^\+\d{12}$)`},
	program.BadBirthDate:        {Status: 400, Code: 1002, Message: "patient.dob is not valid format."},
	program.WrongProgram:        {Status: 400, Code: 1005, Message: "JWT is not valid for this program"},
	program.TokenDisabled:       {Status: 400, Code: 1006, Message: "Token disabled"},
	program.Unauthorized:        {Status: 401, Code: 0, Message: "Unauthorized"},
	program.OtherPartner:        {Status: 403, Code: none, Message: "Forbidden"},
	program.OutOfScope:          {Status: 403, Code: none, Message: "Forbidden"},
	program.AlreadyInvited:      {Status: 422, Code: 1015, Message: "patient already created/invited."},

	program.Required:    {Status: 400, Code: 1008, Message: "The property {field} is required"},
	program.TooLong:     {Status: 400, Code: 1008, Message: "Must be at most {limit} characters long"},
	program.WrongLength: {Status: 400, Code: 1008, Message: "Must be exactly {limit} characters long"},
	program.WrongKind:   {Status: 400, Code: 1008, Message: "{got} value found, but {want} is required"},
	program.NotAllowed:  {Status: 400, Code: 0, Message: "The given data was invalid. {field} is not valid."},
	program.NotASCII:    {Status: 400, Code: 0, Message: "The given data was invalid. {field} is not valid."},
}

var readingTable = map[program.Rule]rxware.Row{
	program.Unauthorized:   {Status: 401, Code: 0, Message: "Unauthorized"},
	program.OtherPartner:   {Status: 403, Code: none, Message: "Forbidden"},
	program.OutOfScope:     {Status: 403, Code: none, Message: "Forbidden"},
	program.TokenDisabled:  {Status: 403, Code: 403, Message: "Invalid Token"},
	program.WrongProgram:   {Status: 403, Code: 403, Message: "Invalid Token"},
	program.UnknownProgram: {Status: 400, Code: 2002, Message: "Invalid Support Program ID"},
	program.UnknownPatient: {Status: 400, Code: 1006, Message: "Patient Not Found"},
	program.UnknownMedia:   {Status: 404, Code: none, Message: "Media Not Found"},
}

// credentialRows are what every call but the invitation says of credentials.
var credentialRows = map[program.Rule]rxware.Row{
	program.Unauthorized:  {Status: 401, Code: 0, Message: "Unauthorized"},
	program.OtherPartner:  {Status: 403, Code: none, Message: "Forbidden"},
	program.OutOfScope:    {Status: 403, Code: none, Message: "Forbidden"},
	program.TokenDisabled: {Status: 403, Code: 403, Message: "Invalid Token"},
	program.WrongProgram:  {Status: 403, Code: 403, Message: "Invalid Token"},
}

// The literals of the pages on re-inviting, case updates and user updates.
var tables = map[string]map[program.Rule]rxware.Row{
	"invitation": invitationTable,
	"reading":    readingTable,
	"reinviting": with(credentialRows, map[program.Rule]rxware.Row{
		program.UnknownExternalID: {Status: 400, Code: 3017, Message: "the patient with provided external id not found"},
		program.UnknownPhone:      {Status: 400, Code: 3014, Message: "provided phone number not related to patient"},
		program.IDsApart:          {Status: 400, Code: 3016, Message: "the external id not relevant to the provided phone number"},
		program.FinishedAlready:   {Status: 400, Code: 3018, Message: "the patient already finished enrollment"},
		program.Unsubscribed:      {Status: 400, Code: 1005, Message: "User Previously Unsubscribed"},
		program.UnknownProgram:    {Status: 400, Code: 2002, Message: "Invalid Support Program ID"},
		program.Required:          {Status: 400, Code: 1008, Message: "The property {field} is required"},
		program.WrongKind:         {Status: 400, Code: 1008, Message: "{got} value found, but {want} is required"},
		program.NotAllowed:        {Status: 400, Code: 0, Message: "The given data was invalid. {field} is not valid."},
	}),
	"updating": with(credentialRows, map[program.Rule]rxware.Row{
		program.Unsubscribed:   {Status: 400, Code: 1005, Message: "User Previously Unsubscribed"},
		program.UnknownPatient: {Status: 400, Code: 1006, Message: "Patient Not Found"},
		program.UnknownProgram: {Status: 400, Code: 2002, Message: "Invalid Support Program ID"},
		program.Required:       {Status: 400, Code: 1008, Message: "The property {field} is required"},
		program.WrongKind:      {Status: 400, Code: 1008, Message: "{got} value found, but {want} is required"},
		program.NotAllowed:     {Status: 400, Code: 0, Message: "The given data was invalid. {field} is not valid."},
	}),
	"preferring": with(credentialRows, map[program.Rule]rxware.Row{
		program.UnknownPatient: {Status: 422, Code: none, Message: "Patient Not Found"},
		program.UnknownProgram: {Status: 400, Code: none, Message: "Program ID {program} not found"},
		program.Required:       {Status: 400, Code: none, Message: "The property {field} is required"},
		program.WrongKind:      {Status: 400, Code: none, Message: "{got} value found, but {want} is required"},
		program.NotAllowed:     {Status: 400, Code: none, Message: "The given data was invalid."},
		program.Unsupported:    {Status: 400, Code: none, Message: "The given data was invalid."},
	}),
}

func with(a, b map[program.Rule]rxware.Row) map[program.Rule]rxware.Row {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// patientsOnly are the rules that only a patient can break, on the phone.
var patientsOnly = []program.Rule{program.NotNow, program.Incomplete, program.Fixed, program.BadFile, program.Declined}

func TestTheErrorTableIsCompleteAndLiteral(t *testing.T) {
	t.Parallel()
	equal(t, "families", len(rxware.Families()), len(tables))
	said := map[program.Rule]bool{}
	for name, got := range rxware.Families() {
		want := tables[name]
		for _, rule := range program.Rules() {
			row, has := got[rule]
			if _, expected := want[rule]; expected != has {
				t.Errorf("%s: rule %d has a row: %v, want %v", name, rule, has, expected)
				continue
			}
			if has && row.Clause == "" {
				t.Errorf("%s: rule %d cites no clause", name, rule)
			}
			row.Clause = ""
			equal(t, fmt.Sprintf("%s: rule %d", name, rule), row, want[rule])
			said[rule] = said[rule] || has
		}
	}
	for _, rule := range program.Rules() {
		if said[rule] == slices.Contains(patientsOnly, rule) {
			t.Errorf("rule %d: said by some call %v, and only for patients to break", rule, said[rule])
		}
	}
}

func TestTheDoorsFaultsAreSaidInThePlatformsForm(t *testing.T) {
	t.Parallel()
	want := map[door.Fault]rxware.Row{
		door.NoRoute:        {Status: 404, Code: none, Message: "Not Found", Clause: "RX-OUR-042"},
		door.NoMethod:       {Status: 405, Code: none, Message: "Method Not Allowed", Clause: "RX-OUR-042"},
		door.HeaderTooLarge: {Status: 431, Code: 0, Message: "The given data was invalid.", Clause: "RX-OUR-047"},
		door.BodyTooLarge:   {Status: 413, Code: 0, Message: "The given data was invalid.", Clause: "RX-OUR-047"},
		door.BodyBroken:     {Status: 400, Code: 0, Message: "The given data was invalid.", Clause: "RX-OUR-014"},
		door.NoSuchSandbox:  {Status: 404, Code: none, Message: "Not Found", Clause: "RX-OUR-042"},
		door.Crashed:        {Status: 500, Code: none, Message: "Internal Server Error"},
	}
	got := rxware.Faults()
	for _, f := range door.Faults() {
		equal(t, fmt.Sprintf("fault %d", f), got[f], want[f])
		if want[f].Status == 0 {
			t.Errorf("fault %d has no row here", f)
		}
	}
	equal(t, "rows", len(got), len(want))
}

// Every refusal of an invitation as it goes over the wire, byte for byte.
func TestRefusedInvitationsAreSaidVerbatim(t *testing.T) {
	t.Parallel()
	minor := "2012-08-23T00:00:00+00:00"
	long := strings.Repeat("x", 101)
	data := func(message string, code int) string {
		return fmt.Sprintf(`{"error":{"message":"The given data was invalid.%s","code":%d},"status":400}`, message, code)
	}
	schema := func(message string) string {
		return `{"error":{"message":"` + message + `","code":1008},"status":400}`
	}
	pattern := `{"error":{"message":"Does not match the regex pattern (^\\+\\d{11}$)|(^\\+\\d{12}$)","code":1008},"status":400}`
	w := newWorld(t)
	for _, c := range []struct {
		claim  string
		body   string
		who    func(*http.Request)
		status int
		want   string
		clause string
	}{
		{"unknown program", invited(object{"supportProgramId": `a"b\c<é>`}), nil, 400,
			`{"error":{"message":"Support program with id: a\"b\\c\u003cé\u003e not found","code":1004},"status":400}`, "RX-INVITE-006"},
		{"no program", invited(object{"supportProgramId": nil}), nil, 400, schema("The property supportProgramId is required"), "RX-INVITE-005"},
		{"no external id", invited(object{"externalId": ""}), nil, 400, schema("The property externalId is required"), "RX-INVITE-007"},
		{"no number", invited(object{"phoneNumber": nil}), nil, 400, schema("The property phoneNumber is required"), "RX-INVITE-008"},
		{"no first name", invited(object{"firstName": nil}), nil, 400, schema("The property firstName is required"), "RX-INVITE-009"},
		{"no last name", invited(object{"lastName": nil}), nil, 400, schema("The property lastName is required"), "RX-INVITE-010"},
		{"malformed number", invited(object{"phoneNumber": "+1202555014"}), nil, 400, pattern, "RX-INVITE-023"},
		{"malformed other number", invited(said("patient.phone.number", "555")), nil, 400, schema("patient.phoneNumber is not valid format."), "RX-INVITE-053"},
		{"malformed caregiver's number", invited(said("caregiver.phone.number", "555")), nil, 400, schema("patient.phoneNumber is not valid format."), "RX-INVITE-053"},
		{"malformed date of birth", invited(said("patient.dob", "yesterday")), nil, 400,
			`{"error":{"message":"patient.dob is not valid format.","code":1002},"status":400}`, "RX-INVITE-041"},
		{"minor alone", invited(said("patient.dob", minor)), nil, 400, data(" Can't invite patients less than 18 independently.", 0), "RX-INVITE-042"},
		{"incomplete caregiver", invited(said("patient.dob", minor, "caregiver.first.name", "Ada")), nil, 400,
			data(" Caregiver name and relationship are required in this case.", 0), "RX-INVITE-030"},
		{"caregiver's other number", invited(said("patient.dob", minor, "caregiver.first.name", "Ada", "caregiver.last.name", "Lind",
			"caregiver.relationship", "parent", "caregiver.phone.number", "+12025550143")), nil, 400,
			data(" The phone number in the invite request is not aligned with the caregiver's phone number and the patient is less than 18 years.", 1010), "RX-INVITE-045"},
		{"token of another program", invited(), as("pk", w.signed("far")), 400, `{"error":{"message":"JWT is not valid for this program","code":1005},"status":400}`, "RX-AUTH-004"},
		{"disabled token", invited(), as("pk", w.signed("off")), 400, `{"error":{"message":"Token disabled","code":1006},"status":400}`, "RX-AUTH-005"},
		{"unknown auth token", invited(), as("", w.signed("tk")), 401, `{"error":{"message":"Unauthorized","code":0},"status":401}`, "RX-AUTH-002"},
		{"garbled bearer token", invited(), as("pk", "x"), 401, `{"error":{"message":"Unauthorized","code":0},"status":401}`, "RX-AUTH-002"},
		{"another partner's auth token", invited(), as("pk_other", w.signed("tk")), 403, `{"error":{"message":"Forbidden"},"status":403}`, "RX-AUTH-003"},
		{"lesser scope", invited(), as("pk", w.signed("narrow")), 403, `{"error":{"message":"Forbidden"},"status":403}`, "RX-AUTH-003"},
		{"long name", invited(object{"firstName": long}), nil, 400, schema("Must be at most 100 characters long"), "RX-INVITE-014"},
		{"long ZIP", invited(said("address.zip", "35803-1234")), nil, 400, schema("Must be at most 5 characters long"), "RX-INVITE-059"},
		{"long carrier", invited(said("insurance.secondary.carrier", long)), nil, 400, schema("Must be at most 100 characters long"), "RX-INVITE-060"},
		{"a number for a text", invited(object{"lastName": 7}), nil, 400, schema("Integer value found, but a string is required"), "RX-OUR-012"},
		{"a fraction for a text", invited(object{"lastName": 7.5}), nil, 400, schema("Double value found, but a string is required"), "RX-OUR-012"},
		{"a text for a truth value", invited(object{"isCaregiver": "true"}), nil, 400, schema("String value found, but a boolean is required"), "RX-OUR-012"},
		{"an object for a list", invited(object{"additionalData": object{}}), nil, 400, schema("Object value found, but an array is required"), "RX-OUR-012"},
		{"null for an item", invited(object{"additionalData": []any{nil}}), nil, 400, schema("NULL value found, but an object is required"), "RX-OUR-012"},
		{"a list for an item", invited(object{"additionalData": []any{[]any{}}}), nil, 400, schema("Array value found, but an object is required"), "RX-OUR-012"},
		{"a truth value for a text", invited(object{"additionalData": []any{object{"key": "patient.email", "value": true}}}), nil, 400, schema("Boolean value found, but a string is required"), "RX-OUR-012"},
		{"an item without a key", invited(object{"additionalData": []any{object{"value": "x"}}}), nil, 400, schema("The property additionalData[0].key is required"), "RX-OUR-010"},
		{"wrong gender", invited(said("patient.gender", "M")), nil, 400, data(" patient.gender is not valid.", 0), "RX-INVITE-049"},
		{"accent in a name", invited(object{"lastName": "Löf"}), nil, 400, data(" lastName is not valid.", 0), "RX-INVITE-016"},
		{"accent in a city", invited(said("address.city", "Orléans")), nil, 400, data(" address.city is not valid.", 0), "RX-INVITE-064"},
		{"no JSON", "{", nil, 400, data("", 0), "RX-OUR-014"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			before := w.box.Sizes()
			var change []func(*http.Request)
			if c.who != nil {
				change = append(change, c.who)
			}
			got := w.call("POST", invitePath, c.body, change...)
			equal(t, "status", got.Code, c.status)
			equal(t, "body", got.Body.String(), c.want)
			equal(t, "type", got.Header().Get("Content-Type"), "application/json")
			equal(t, "clause beside it", got.Header().Get("Placebo-Clause"), c.clause)
			if !maps.Equal(w.box.Sizes(), before) {
				t.Errorf("rows: %v, before %v", w.box.Sizes(), before)
			}
		})
	}
}

// The one error body that the vendor prints; the slash of its message has a
// backslash before it (AMB-043).
func TestADuplicateIsSaidAsPrinted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.invite(invited())
	want := `{"error":{"message":"patient already created\/invited.","code":1015,"data":{"externalId":"maya-1","phoneNumber":"+12025550142","_id":"` + first + `"}},"status":422}`
	for _, body := range []string{invited(), invited(object{"externalId": "maya-2"}), invited(object{"phoneNumber": "+12025550143", "firstName": "Eve"})} {
		got := w.call("POST", invitePath, body)
		equal(t, "status", got.Code, 422)
		equal(t, "body", got.Body.String(), want)
		equal(t, "clause", got.Header().Get("Placebo-Clause"), "RX-INVITE-066")
	}
}

func TestRefusedReadsAreSaidVerbatim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.invite(invited())
	const (
		unauthorized = `{"error":{"message":"Unauthorized","code":0},"status":401}`
		forbidden    = `{"error":{"message":"Forbidden"},"status":403}`
		invalid      = `{"error":{"message":"Invalid Token","code":403},"status":403}`
		nobody       = `{"error":{"message":"Patient Not Found","code":1006},"status":400}`
		nothing      = `{"error":{"message":"Media Not Found"},"status":404}`
	)
	good := as("pk", w.signed("tk"))
	for _, c := range []struct {
		claim, id string
		who       func(*http.Request)
		status    int
		want      string
	}{
		{"no credentials", id, as("", ""), 401, unauthorized},
		{"another partner's auth token", id, as("pk_other", w.signed("tk")), 403, forbidden},
		{"lesser scope", id, as("pk", w.signed("narrow")), 403, forbidden},
		{"disabled token", id, as("pk", w.signed("off")), 403, invalid},
		{"token of another program", id, as("pk", w.signed("far")), 403, invalid},
		{"unknown patient", "ha0000000000000", good, 400, nobody},
		{"unknown patient, token of another program", "ha0000000000000", as("pk", w.signed("far")), 400, nobody},
		{"no id at all", "maya", good, 400, nobody},
		{"unknown patient, no credentials", "maya", as("", ""), 401, unauthorized},
	} {
		for _, path := range []string{"/v1/patients/" + c.id, "/v1/patients/" + c.id + "/media/x"} {
			got := w.call("GET", path, "", c.who)
			equal(t, c.claim+": status of "+path, got.Code, c.status)
			equal(t, c.claim+": body", got.Body.String(), c.want)
		}
	}
	got := w.call("GET", "/v1/patients/"+id+"/media/7b20a933-9292-41e4-91ea-59eba72f2221", "")
	equal(t, "an unknown file", got.Body.String(), nothing)
	equal(t, "its status", got.Code, 404)

	a := rxware.Refuse("reading", &program.Refusal{Rule: program.UnknownProgram, Program: programID})
	equal(t, "a patient whose program is gone", string(a.Body), `{"error":{"message":"Invalid Support Program ID","code":2002},"status":400}`)
}

func TestWhatIsNoRefusalIsOurBug(t *testing.T) {
	t.Parallel()
	for claim, err := range map[string]error{
		"another error":      errors.New("boom"),
		"a rule without row": &program.Refusal{Rule: program.NotNow},
		"the sandbox's":      sandbox.ErrTaken,
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was said as if it were one of the vendor's", claim)
				}
			}()
			rxware.Refuse("invitation", err)
		}()
	}
}

func TestARefusalExplainsItselfBesideItsBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.call("POST", invitePath, invited(said("address.zip", "358031")))
	kept, _ := w.box.Journal().Exchanges()
	e := kept[len(kept)-1]
	equal(t, "request named", got.Header().Get("Placebo-Request"), e.ID)
	equal(t, "subject", e.Subject, program.IDFor(7, programID, "maya-1").Subject())
	equal(t, "operation", e.Operation, "invite")
	want := sandbox.Explanation{Clause: "RX-INVITE-059", Field: "address.zip", Rule: "Must be at most {limit} characters long",
		Saw: "6 characters", Wants: "at most 5 characters"}
	equal(t, "field", e.Why.Field, want.Field)
	equal(t, "rule", e.Why.Rule, want.Rule)
	equal(t, "saw", e.Why.Saw, want.Saw)
	equal(t, "wants", e.Why.Wants, want.Wants)
	equal(t, "clause", e.Why.Clause, want.Clause)
	for name, secret := range map[string]string{"X-Api-Key": "pk", "Authorization": w.signed("tk")} {
		if slices.ContainsFunc(e.RequestHeader[name], func(v string) bool { return strings.Contains(v, secret) }) {
			t.Errorf("%s is in the journal", name)
		}
	}
}
