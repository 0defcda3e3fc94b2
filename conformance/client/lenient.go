package client

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/port"
)

// answered is an answer as the default reading has it.
func (r *Readings) answered(o port.Outcome) port.Outcome {
	if r == nil || o.Err != nil || !o.Valid {
		return o
	}
	body := gjson.ParseBytes(o.Body)
	if o.HasError {
		return r.refused(o, body)
	}
	if message := body.Get("message"); o.Status < 300 && message.Type == gjson.String && o.Said == "" && r.take("okBody", "message") { // AMB-067
		o.Said = message.String()
	}
	return o
}

// refused settles the body of a refusal.
func (r *Readings) refused(o port.Outcome, body gjson.Result) port.Outcome {
	var tree object
	if json.Unmarshal(o.Body, &tree) != nil {
		return o
	}
	refusal, _ := tree["error"].(object)
	changed := false
	if o.Code == "null" && r.take("naCode", "null") { // AMB-054
		delete(refusal, "code")
		o.Code, changed = "", true
	}
	if plain := strings.ReplaceAll(o.Message, `\/`, "/"); plain != o.Message && r.take("slash", "literalBackslash") { // AMB-043
		o.Message, refusal["message"], changed = plain, plain, true
	}
	if data, _ := refusal["data"].(object); data != nil { // AMB-044
		theirs, ours := body.Get("error.data.patientId"), body.Get("error.data._id")
		switch {
		case theirs.Exists() && ours.Exists():
			if r.take("duplicateId", "both") {
				delete(data, "patientId")
				changed = true
			}
		case theirs.Exists():
			if r.take("duplicateId", "patientId") {
				o.Existing.ID, data["_id"], changed = theirs.String(), theirs.String(), true
				delete(data, "patientId")
			}
		case ours.Exists():
			r.take("duplicateId", "_id")
		}
	}
	if changed {
		if b, err := json.Marshal(tree); err == nil {
			o.Body = b
		}
	}
	return o
}

// What the two rules for phone numbers take (AMB-032).
var (
	byPattern = regexp.MustCompile(`^\+(\d{11}|\d{12})$`)
	byE164    = regexp.MustCompile(`^\+[1-9]\d{1,14}$`)
)

// invited is the answer to an invitation. A vendor that takes numbers by another
// documented rule is not held to this one.
func (r *Readings) invited(body []byte, o port.Outcome) port.Outcome {
	if r == nil {
		return o
	}
	sent := port.Outcome{Body: body}
	number, _ := sent.Text("phoneNumber")
	if o.Accepted() && byE164.MatchString(number) && !byPattern.MatchString(number) && r.take("phoneRule", "e164") {
		o.Err = port.Lacking(port.HasReading, "the vendor takes phone numbers by E.164 (AMB-032), and the scenario speaks of 11 or 12 digits")
		return o
	}
	if o.Refused() && byPattern.MatchString(number) && !byE164.MatchString(number) && r.take("phoneRule", "e164") {
		o.Err = port.Lacking(port.HasReading, "the vendor takes phone numbers by E.164 (AMB-032), and the scenario speaks of a number that is none")
		return o
	}
	if born, ok := sent.Text(`additionalData.#(key=="insurance.secondary.cardDob").value`); ok && o.Refused() && // AMB-050
		strings.Contains(o.Message, "insurance.secondary.cardDob is not valid") && freeText.MatchString(born) && !isDate(born) && r.take("secondaryDob", "date") {
		o.Err = port.Lacking(port.HasReading, "the vendor takes insurance.secondary.cardDob as a date (AMB-050), and the scenario speaks of a text")
		return o
	}
	if o.Accepted() && sent.Kind(`additionalData.#(key=="patient.dob").value`) == "number" && r.take("inviteDob", "alsoEpoch") { // AMB-007
		o.Err = port.Lacking(port.HasReading, "the vendor takes a date of birth as a number too (AMB-007), and the scenario speaks of a text")
		return o
	}
	for _, key := range []string{"patient.dob", "insurance.Dob"} { // AMB-052
		born, ok := sent.Text(`additionalData.#(key=="` + key + `").value`)
		if ok && o.Accepted() && isDate(born) && !strictDate.MatchString(born) && r.take("dobFormat", "anyIso8601") {
			o.Err = port.Lacking(port.HasReading, "the vendor takes dates of birth in any form of ISO 8601 (AMB-052), and the scenario speaks of the one that is printed")
			return o
		}
	}
	return r.answered(o)
}

// strictDate is the one form of a date of birth that is printed (RX-INVITE-041).
var strictDate = regexp.MustCompile(`^\d{4}-\d\d-\d\dT00:00:00\+00:00$`)

// freeText is what the field takes that is no date.
var freeText = regexp.MustCompile(`^[\x00-\x7f]{1,100}$`)

// isDate tells whether a text begins as dates do.
func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s[:min(len(s), len(time.DateOnly))])
	return err == nil
}

// echoed is the answer to a call about a patient. Where no document but the
// printed message says what stands in it, the ids are those of the call
// (AMB-067).
func (r *Readings) echoed(o port.Outcome, patient string, body []byte) port.Outcome {
	o = r.answered(o)
	if r == nil || o.Err != nil || o.Status >= 300 || gjson.GetBytes(o.Body, "data").Exists() || o.Said == "" {
		return o
	}
	sent := port.Outcome{Body: body}
	o.Patient = patient
	o.Program, _ = sent.Text("supportProgramId")
	return o
}

// credentialReasons are refusals of callers, which some vendors answer alike
// everywhere (AMB-034).
var credentialReasons = map[string]bool{"the token is for another program": true, "the token is disabled": true,
	"the credentials are wrong": true, "the caller is forbidden": true, "the token is invalid": true}

// reads is the refusal that a documented reading of a reason may be, if the
// outcome plays one.
func (r *Readings) reads(o port.Outcome, reason string, want said) said {
	if r == nil {
		return want
	}
	plain := strings.TrimPrefix(reason, "without a code, ")
	switch {
	case plain == "the phone number fails the pattern" && o.Message == reasons["another phone number is malformed"].message:
		if r.take("phoneMessage", "formatAlways") {
			want.message = o.Message
		}
	case plain == "another phone number is malformed" && o.Message == reasons["the phone number fails the pattern"].message:
		if r.take("phoneMessage", "regexAlways") {
			want.message = o.Message
		}
	case (plain == "{} is required" || plain == "it may be at most {} long") && want.code == "1008":
		if (o.Code == "0" || o.Code == "1008") && r.take("missingCode", o.Code) {
			want.code = o.Code
		}
	case plain == "the caller is forbidden" && o.Status == 401 && o.Message == "Unauthorized":
		if r.take("credentialPair", "401") {
			want = reasons["the credentials are wrong"]
		}
	case credentialReasons[plain] && o.Status != want.status:
		switch {
		case o.Status == 401 && o.Message == "Unauthorized" && r.take("tokenFault", "all401"):
			want = reasons["the credentials are wrong"]
		case o.Status == 403 && o.Message == "Forbidden" && r.take("tokenFault", "all403"):
			want = reasons["the caller is forbidden"]
		}
	case plain == "the token is invalid" && o.Message == "Forbidden": // the same status, other words
		if r.take("tokenFault", "all403") {
			want = reasons["the caller is forbidden"]
		}
	}
	return want
}

// confirms is the confirmation that a documented reading of one may be.
func (r *Readings) confirms(o port.Outcome, what string, want said) said {
	if r == nil {
		return want
	}
	switch {
	case what == "wish, which was known" && o.Status == 200 && r.take("repeatOptOut", "200"): // AMB-069
		want.status = 200
	case what == "wish" && o.Said == "User opted out" && r.take("optOutMessage", o.Said): // AMB-068
		want.message = o.Said
	}
	if data := gjson.GetBytes(o.Body, "data"); o.Said == "" && data.IsObject() && len(data.Map()) == 0 && r.take("okBody", "emptyData") { // AMB-067
		want.message = ""
	}
	return want
}

// aligned tells whether the code for a minor's number that is not the caregiver's
// is one of the two, or the one that was pinned (AMB-031).
func (r *Readings) aligned(code string) bool {
	known := code == "1010" || code == "0"
	return known && (r == nil || r.take("notAlignedCode", code))
}
