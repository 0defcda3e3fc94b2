package rxware

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// refusal is one row of the vendor's error table: how a broken rule is said.
// In the message, {…} stands for what the case inserts.
type refusal struct {
	status  int
	code    int // noCode where the vendor gives none
	message string
	clause  string
}

// noCode leaves the code out (AMB-054, absent).
const noCode = -1

// family is a group of operations that share their wording. The same code means
// different things in different families (AMB-033).
type family map[program.Rule]refusal

// invitation is E1's table, section 4.4 of the contract and the RX-OUR rows
// that fill its gaps.
var invitation = family{
	program.Unauthorized: {401, 0, "Unauthorized", "RX-AUTH-002"},
	program.OtherPartner: {403, noCode, "Forbidden", "RX-AUTH-003"},
	program.OutOfScope:   {403, noCode, "Forbidden", "RX-AUTH-003"},

	program.TokenDisabled:  {400, 1006, "Token disabled", "RX-AUTH-005"},
	program.Required:       {400, 1008, "The property {field} is required", "RX-OUR-010"},
	program.WrongKind:      {400, 1008, "{got} value found, but {want} is required", "RX-OUR-012"},
	program.TooLong:        {400, 1008, "Must be at most {limit} characters long", "RX-OUR-011"},
	program.WrongLength:    {400, 1008, "Must be exactly {limit} characters long", "RX-OUR-011"},
	program.PhonePattern:   {400, 1008, `Does not match the regex pattern (^\+\d{11}$)|(^\+\d{12}$)`, "RX-INVITE-023"},
	program.UnknownProgram: {400, 1004, "Support program with id: {program} not found", "RX-INVITE-006"},
	program.WrongProgram:   {400, 1005, "JWT is not valid for this program", "RX-AUTH-004"},

	program.NotAllowed:   {400, 0, "The given data was invalid. {field} is not valid.", "RX-OUR-013"},
	program.NotASCII:     {400, 0, "The given data was invalid. {field} is not valid.", "RX-OUR-013"},
	program.PhoneFormat:  {400, 1008, "patient.phoneNumber is not valid format.", "RX-OUR-015"},
	program.BadBirthDate: {400, 1002, "patient.dob is not valid format.", "RX-INVITE-041"},
	program.MinorAlone:   {400, 0, "The given data was invalid. Can't invite patients less than 18 independently.", "RX-INVITE-042"},
	program.CaregiverIncomplete: {400, 0,
		"The given data was invalid. Caregiver name and relationship are required in this case.", "RX-INVITE-047"},
	program.PhoneNotAligned: {400, 1010, "The given data was invalid. The phone number in the invite request is not aligned" +
		" with the caregiver's phone number and the patient is less than 18 years.", "RX-INVITE-045"},
	program.AlreadyInvited: {422, 1015, "patient already created/invited.", "RX-INVITE-066"},
}

// and returns the rows of both; those of more win.
func (f family) and(more family) family {
	both := maps.Clone(f)
	maps.Copy(both, more)
	return both
}

// calling is what every call but the invitation says of credentials and of the
// shape of a body (RX-OUR-005, RX-OUR-006).
var calling = family{
	program.Unauthorized:  {401, 0, "Unauthorized", "RX-OUR-005"},
	program.OtherPartner:  {403, noCode, "Forbidden", "RX-OUR-005"},
	program.OutOfScope:    {403, noCode, "Forbidden", "RX-OUR-005"},
	program.TokenDisabled: {403, 403, "Invalid Token", "RX-OUR-006"},
	program.WrongProgram:  {403, 403, "Invalid Token", "RX-OUR-006"},
}

// reading is the table of E6 and H2, which answer like E3 (RX-OUR-006,
// RX-OUR-040, HA-OUR-004).
var reading = calling.and(family{
	// The program of a patient can be gone only when the configuration is.
	program.UnknownProgram: {400, 2002, "Invalid Support Program ID", "RX-OUR-031"},
	program.UnknownPatient: {400, 1006, "Patient Not Found", "RX-OUR-040"},
	program.UnknownMedia:   {404, noCode, "Media Not Found", "RX-OUR-040"},
})

// shaped is what calls with a body say of its shape.
var shaped = calling.and(family{
	program.Required:   {400, 1008, "The property {field} is required", "RX-OUR-010"},
	program.WrongKind:  {400, 1008, "{got} value found, but {want} is required", "RX-OUR-012"},
	program.NotAllowed: {400, 0, "The given data was invalid. {field} is not valid.", "RX-OUR-013"},
})

// reinviting is E2's table, section 5.
var reinviting = shaped.and(family{
	program.UnknownProgram:    {400, 2002, "Invalid Support Program ID", "RX-OUR-027"},
	program.UnknownExternalID: {400, 3017, "the patient with provided external id not found", "RX-REINVITE-004"},
	program.UnknownPhone:      {400, 3014, "provided phone number not related to patient", "RX-REINVITE-005"},
	program.IDsApart:          {400, 3016, "the external id not relevant to the provided phone number", "RX-REINVITE-006"},
	program.FinishedAlready:   {400, 3018, "the patient already finished enrollment", "RX-REINVITE-007"},
	program.Unsubscribed:      {400, 1005, "User Previously Unsubscribed", "RX-OUR-027"},
})

// updating is the table of E3 and E4, section 6.2.
var updating = shaped.and(family{
	program.Unauthorized:   {401, 0, "Unauthorized", "RX-AUTH-007"},
	program.WrongProgram:   {403, 403, "Invalid Token", "RX-AUTH-006"},
	program.NotAllowed:     {400, 0, "The given data was invalid. {field} is not valid.", "RX-OUR-033"},
	program.UnknownProgram: {400, 2002, "Invalid Support Program ID", "RX-CASE-007"},
	program.UnknownPatient: {400, 1006, "Patient Not Found", "RX-CASE-006"},
	program.Unsubscribed:   {400, 1005, "User Previously Unsubscribed", "RX-CASE-008"},
})

// preferring is E5's table, section 7.2, which knows no codes but those of
// credentials.
var preferring = calling.and(family{
	program.Required:       {400, noCode, "The property {field} is required", "RX-OUR-010"},
	program.WrongKind:      {400, noCode, "{got} value found, but {want} is required", "RX-OUR-012"},
	program.NotAllowed:     {400, noCode, "The given data was invalid.", "RX-OUR-037"},
	program.Unsupported:    {400, noCode, "The given data was invalid.", "RX-OUR-037"},
	program.UnknownProgram: {400, noCode, "Program ID {program} not found", "RX-USER-003"},
	program.UnknownPatient: {422, noCode, "Patient Not Found", "RX-USER-004"},
})

// What is wrong before any rule is asked.
var (
	malformedBody = refusal{400, 0, "The given data was invalid.", "RX-OUR-014"}
	faults        = map[door.Fault]refusal{
		door.NoRoute:        {404, noCode, "Not Found", "RX-OUR-042"},
		door.NoMethod:       {405, noCode, "Method Not Allowed", "RX-OUR-042"},
		door.HeaderTooLarge: {431, 0, "The given data was invalid.", "RX-OUR-047"},
		door.BodyTooLarge:   {413, 0, "The given data was invalid.", "RX-OUR-047"},
		door.BodyBroken:     malformedBody,
		door.NoSuchSandbox:  {404, noCode, "Not Found", "RX-OUR-042"},
		door.Crashed:        {500, noCode, "Internal Server Error", ""},
	}
)

// finer names the clause of a refusal more exactly than its rule does.
var finer = map[program.Rule]map[string]string{
	program.Required: {
		"supportProgramId": "RX-INVITE-005", "externalId": "RX-INVITE-007", "phoneNumber": "RX-INVITE-008",
		"firstName": "RX-INVITE-009", "lastName": "RX-INVITE-010",
	},
	program.TooLong: {
		"externalId": "RX-INVITE-012", "supportProgramId": "RX-INVITE-013",
		"firstName": "RX-INVITE-014", "lastName": "RX-INVITE-015",
		"patient.prefLanguage": "RX-INVITE-054", "patient.email": "RX-INVITE-055", "caregiver.email": "RX-INVITE-055",
		"patient.first.name": "RX-INVITE-056", "patient.last.name": "RX-INVITE-056",
		"caregiver.first.name": "RX-INVITE-056", "caregiver.last.name": "RX-INVITE-056",
		"address.street": "RX-INVITE-057", "address.apt": "RX-INVITE-057", "address.city": "RX-INVITE-057",
		"address.state": "RX-INVITE-058", "address.zip": "RX-INVITE-059",
	},
	program.NotASCII: {"firstName": "RX-INVITE-016", "lastName": "RX-INVITE-016"},
	program.NotAllowed: {
		"patient.gender": "RX-INVITE-049", "patient.contact.method": "RX-INVITE-050", "patient.callTime": "RX-INVITE-051",
		"caregiver.relationship": "RX-INVITE-052", "insurance.Dob": "RX-INVITE-061", "insurance.secondary.status": "RX-INVITE-062",
	},
	program.PhoneFormat: {"patient.phone.number": "RX-INVITE-053", "caregiver.phone.number": "RX-INVITE-053"},
	program.CaregiverIncomplete: {
		"caregiver.first.name": "RX-INVITE-029", "caregiver.last.name": "RX-INVITE-030", "caregiver.relationship": "RX-INVITE-031",
	},
}

// answer is the refusal with its message, as RX-OUR-007 lays it out; "no code"
// is said by leaving it out or as null (AMB-054).
func (f refusal) answer(message string, d *dialect.Set) door.Answer {
	return f.answerAs(message, d, plainly)
}

// answerAs is the refusal as a deviation words it.
func (f refusal) answerAs(message string, d *dialect.Set, as *deviation.Reword) door.Answer {
	if message == "" {
		message = f.message
	}
	return sayAs(as, f.status, func(w *writer) {
		w.object("error", func() {
			w.must("message", message)
			switch {
			case as.Code == "-":
			case as.Code != "":
				w.raw("code", as.Code)
			case f.code != noCode:
				w.number("code", int64(f.code))
			case d.Is(dialect.NACode, "null"):
				w.raw("code", "null")
			}
		})
	})
}

// say writes a body that ends in the status (RX-GEN-007).
func say(status int, fill func(*writer)) door.Answer {
	return sayAs(nil, status, fill)
}

// sayAs is say as a deviation words it; nil: as it should be.
func sayAs(as *deviation.Reword, status int, fill func(*writer)) door.Answer {
	inBody := status
	if as != nil {
		status = cmp.Or(as.Status, status)
		inBody = cmp.Or(as.InBody, status)
	}
	w := writer{b: make([]byte, 0, 512), as: as}
	w.object("", func() {
		fill(&w)
		w.number("status", int64(inBody))
	})
	return door.Answer{Status: status, Type: "application/json", Body: w.b}
}

// refuse says err in the family's words. What is no refusal, or has no row, is
// our bug; the door says so.
func (f family) refuse(err error, d *dialect.Set) door.Answer {
	return f.refuseAs(err, d, "", nil)
}

// refuseAs says err as what is armed words the answers to a call.
func (f family) refuseAs(err error, d *dialect.Set, call deviation.Call, dev *deviation.Set) door.Answer {
	var r *program.Refusal
	if !errors.As(err, &r) {
		panic(err)
	}
	row, ok := f[r.Rule]
	if !ok {
		panic("rxware: no row for " + r.Error())
	}
	row = row.read(r, d)
	as := dev.Rewords(call, r.Rule.String(), r.Field)
	if as == nil {
		as = plainly
	}
	row.message = cmp.Or(as.Message, row.message)
	var a door.Answer
	if r.Rule == program.AlreadyInvited && r.Existing != nil {
		a = alreadyInvited(row, r.Existing, d, as)
	} else {
		a = row.answerAs(strings.NewReplacer(
			"{field}", r.Field,
			"{program}", r.Program,
			"{limit}", strconv.Itoa(r.Limit),
			"{got}", found[r.Got],
			"{want}", wanted[r.Want],
		).Replace(row.message), d, as)
	}
	clause := row.clause
	if c, ok := finer[r.Rule][r.Field]; ok {
		clause = c
	} else if strings.HasPrefix(r.Field, "insurance.") && r.Rule == program.TooLong {
		clause = "RX-INVITE-060"
	} else if r.Rule == program.NotASCII {
		clause = "RX-INVITE-064"
	}
	a.Why = &sandbox.Explanation{Clause: clause, Field: r.Field, Rule: row.message, Saw: r.Saw, Wants: r.Wants}
	return a
}

// read is the row as the dialect has it.
func (f refusal) read(r *program.Refusal, d *dialect.Set) refusal {
	const pattern, format = program.PhonePattern, program.PhoneFormat
	switch {
	case r.Rule == pattern && d.Is(dialect.PhoneMessage, "formatAlways"): // AMB-030
		f.message = invitation[format].message
	case r.Rule == format && d.Is(dialect.PhoneMessage, "regexAlways"):
		f.message = invitation[pattern].message
	case r.Rule == program.PhoneNotAligned && d.Is(dialect.NotAlignedCode, "0"): // AMB-031
		f.code = 0
	case f.code == 1008 && (r.Rule == program.Required || r.Rule == program.TooLong || r.Rule == program.WrongLength) &&
		r.Field != "supportProgramId" && d.Is(dialect.MissingCode, "0"): // AMB-053; that one's code is printed
		f.code = 0
	case r.Rule == program.OtherPartner && d.Is(dialect.CredentialPair, "401"): // AMB-034
		f = refusal{401, 0, "Unauthorized", f.clause}
	}
	if credential[r.Rule] { // AMB-034
		switch {
		case d.Is(dialect.TokenFault, "all401"):
			f = refusal{401, 0, "Unauthorized", f.clause}
		case d.Is(dialect.TokenFault, "all403"):
			f = refusal{403, noCode, "Forbidden", f.clause}
		}
	}
	return f
}

// credential tells which rules are about credentials.
var credential = map[program.Rule]bool{
	program.Unauthorized: true, program.OtherPartner: true, program.OutOfScope: true, program.TokenDisabled: true, program.WrongProgram: true,
}

// How kinds are called in the messages of RX-OUR-012.
var (
	found = map[program.Kind]string{
		program.Null: "NULL", program.Text: "String", program.Truth: "Boolean", program.Integer: "Integer",
		program.Fraction: "Double", program.List: "Array", program.Object: "Object",
	}
	wanted = map[program.Kind]string{
		program.Text: "a string", program.Truth: "a boolean", program.List: "an array", program.Object: "an object",
	}
)

// alreadyInvited is the one error body the vendor prints. On the wire, a
// backslash stands before the slash of its message, which is there after
// decoding too where that was read so (AMB-043).
func alreadyInvited(row refusal, p *program.Patient, d *dialect.Set, as *deviation.Reword) door.Answer {
	return sayAs(as, row.status, func(w *writer) {
		w.object("error", func() {
			slash := `\/`
			if d.Is(dialect.Slash, "literalBackslash") {
				slash = `\\/`
			}
			message := string(gjson.AppendJSONString(nil, row.message))
			w.raw("message", strings.ReplaceAll(message, "/", slash))
			if as.Code == "" {
				w.number("code", int64(row.code))
			} else if as.Code != "-" {
				w.raw("code", as.Code)
			}
			w.object("data", func() { // RX-INVITE-067, 068
				w.told("externalId", p.ExternalID)
				w.told("phoneNumber", p.Phone)
				if !d.Is(dialect.DuplicateID, "patientId") { // AMB-044
					w.told("_id", p.ID.String())
				}
				if !d.Is(dialect.DuplicateID, "_id") {
					w.told("patientId", p.ID.String())
				}
			})
		})
	})
}

// plainly is a refusal in no other words.
var plainly = &deviation.Reword{}

// documented is the default of every switch.
var documented dialect.Set

// voice says the door's faults, for which no program can be known.
type voice struct{}

func (voice) Refuse(f door.Fault) door.Answer {
	row := faults[f]
	a := row.answer("", &documented)
	a.Why = &sandbox.Explanation{Clause: row.clause, Rule: http.StatusText(row.status)}
	return a
}
