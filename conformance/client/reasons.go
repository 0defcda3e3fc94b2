package client

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/placebo-sim/placebo/conformance/port"
)

// said is how the platform's documents word a refusal. Where the contract
// leaves the wording or the code open, they are empty, and judged by the policy
// scenarios alone.
type said struct {
	status  int
	code    string // as written in JSON; "-" means that there is none
	message string // {} stands for the scenario's detail
}

// reasons are the refusals of sections 3, 4.4, 5, 6.2 and 7, in the words of
// the features.
var reasons = map[string]said{
	"the program is missing":             {400, "1008", "The property supportProgramId is required"},
	"the program is unknown":             {400, "1004", "Support program with id: {} not found"},
	"the phone number is malformed":      {400, "1008", ""},
	"the phone number fails the pattern": {400, "1008", `Does not match the regex pattern (^\+\d{11}$)|(^\+\d{12}$)`},
	"another phone number is malformed":  {400, "1008", "patient.phoneNumber is not valid format."},
	"the date of birth is malformed":     {400, "1002", "patient.dob is not valid format."},
	"a minor needs a caregiver":          {400, "0", "The given data was invalid. Can't invite patients less than 18 independently."},
	"the caregiver is incomplete":        {400, "0", "The given data was invalid. Caregiver name and relationship are required in this case."},
	"the phone is not the caregiver's": {400, "", "The given data was invalid. The phone number in the invite request is not aligned" +
		" with the caregiver's phone number and the patient is less than 18 years."},
	"the token is for another program": {400, "1005", "JWT is not valid for this program"},
	"the token is disabled":            {400, "1006", "Token disabled"},
	"the credentials are wrong":        {401, "0", "Unauthorized"},
	"the caller is forbidden":          {403, "-", "Forbidden"},
	"the patient exists already":       {422, "1015", "patient already created/invited."},

	"the token is invalid":         {403, "403", "Invalid Token"},
	"the patient is unknown":       {400, "1006", "Patient Not Found"},
	"the file is unknown":          {404, "-", "Media Not Found"},
	"the patient has unsubscribed": {400, "1005", "User Previously Unsubscribed"},
	"the program is invalid":       {400, "2002", "Invalid Support Program ID"},

	"the phone number is nobody's":                    {400, "3014", "provided phone number not related to patient"},
	"phone number and partner's id are two patients'": {400, "3016", "the external id not relevant to the provided phone number"},
	"the partner's id is nobody's":                    {400, "3017", "the patient with provided external id not found"},
	"the patient has finished enrollment":             {400, "3018", "the patient already finished enrollment"},

	"the body cannot be read":     {400, "0", "The given data was invalid."},
	"{} is not valid":             {400, "0", "The given data was invalid. {} is not valid."},
	"{} is required":              {400, "1008", "The property {} is required"},
	"it may be at most {} long":   {400, "1008", "Must be at most {} long"},
	"{} was found where required": {400, "1008", "{}"},

	// User updates give no codes (section 7.2).
	"without a code, the program is unknown":      {400, "-", "Program ID {} not found"},
	"without a code, the patient is unknown":      {422, "-", "Patient Not Found"},
	"without a code, the change is not supported": {400, "-", "The given data was invalid."},
	"without a code, the body cannot be read":     {400, "-", "The given data was invalid."},
	"without a code, {} is required":              {400, "-", "The property {} is required"},
	"without a code, {} was found where required": {400, "-", "{}"},
}

// confirmations are the successes of sections 5, 6.2 and 7.
var confirmations = map[string]said{
	"re-invitation":         {200, "", "Patient updated successfully"},
	"update":                {200, "", "Patient updated successfully"},
	"subscription":          {200, "", "Patient updated successfully"},
	"wish":                  {200, "", "Successful"},
	"wish, which was known": {208, "", "User already opted out"},
}

// Confirms implements port.Vendor.
func (v *Vendor) Confirms(o port.Outcome, what string) error {
	want, known := confirmations[what]
	want = v.Readings.confirms(o, what, want)
	switch {
	case !known:
		return fmt.Errorf("the suite knows no confirmation of the %s", what)
	case o.Err != nil:
		return o.Err
	case o.Status != want.status || o.InBody != strconv.Itoa(want.status) || o.HasError:
		return fmt.Errorf("status %d, want %d, also in the body: %s", o.Status, want.status, o.Body)
	case o.Said != want.message:
		return fmt.Errorf("message %q, want %q; body %s", o.Said, want.message, o.Body)
	}
	return nil
}

// Says implements port.Vendor: it tells how an outcome differs from a refusal
// for the given reason.
func (v *Vendor) Says(o port.Outcome, reason, detail string) error {
	want, known := reasons[reason]
	want = v.Readings.reads(o, reason, want)
	switch {
	case !known:
		return fmt.Errorf("the suite knows no reason %q", reason)
	case o.Err != nil:
		return o.Err
	case o.Status != want.status:
		return fmt.Errorf("status %d, want %d; body %s", o.Status, want.status, o.Body)
	case !o.HasError || o.InBody != strconv.Itoa(want.status):
		return fmt.Errorf("no error with status %d in the body: %s", want.status, o.Body)
	case want.code == "-" && o.Code != "" && o.Code != "null": // AMB-054
		return fmt.Errorf("code %s, want none; body %s", o.Code, o.Body)
	case want.code != "" && want.code != "-" && o.Code != want.code:
		return fmt.Errorf("code %q, want %s; body %s", o.Code, want.code, o.Body)
	}
	if message := strings.ReplaceAll(want.message, "{}", detail); message != "" && o.Message != message {
		return fmt.Errorf("message %q, want %q", o.Message, message)
	}
	if reason == "the phone is not the caregiver's" && !v.Readings.aligned(o.Code) { // AMB-031
		return fmt.Errorf("code %q, want 1010 or 0", o.Code)
	}
	return nil
}
