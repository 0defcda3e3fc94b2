package rxware

import (
	"cmp"
	"net/http"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// The messages of success, sections 5, 6.2 and 7.2.
const (
	updated         = "Patient updated successfully"
	successful      = "Successful"
	alreadyOptedOut = "User already opted out"
)

// reinvite is E2: the first text again.
func (v *Vendor) reinvite(c *door.Call) door.Answer {
	body, refused := v.open(c, deviation.Reinvite, program.ScopeInvite, reinviting)
	if refused != nil {
		return *refused
	}
	again := program.Reinvitation{
		ExternalID: member(body, "externalId"), Phone: member(body, "phoneNumber"), ProgramID: member(body, "supportProgramId"),
		Organization: member(body, "id"), Additional: member(body, "additionalData"), Items: readItems(last(body, "additionalData")),
	}
	c.Subject = program.IDFor(c.Sandbox.Seed(), again.ProgramID.Text, again.ExternalID.Text).Subject()
	d := v.support.Peek(c.Sandbox).DialectOf(again.ProgramID.Text)
	var p program.Patient
	err := v.update(c, func(tx *sandbox.Tx, caller program.Caller) (err error) {
		p, err = v.support.Reinvite(tx, caller, again)
		return err
	})
	if err != nil {
		return reinviting.refuseAs(err, d, deviation.Reinvite, v.deviates(c))
	}
	return done(v.words(c, deviation.Reinvite), http.StatusOK, updated, &p, d)
}

// event is E3 and H3: a case update.
func (v *Vendor) event(c *door.Call) door.Answer {
	body, refused := v.open(c, deviation.Update, program.ScopeUpdate, updating)
	if refused != nil {
		return *refused
	}
	told := program.Told{Whom: whom(c, body), Status: member(body, "status")}
	d := v.dialectFor(c, &told.Whom)
	if status := last(body, "status"); status.IsObject() {
		told.Name, told.Text = member(status, "name"), member(status, "text")
		data := dataOf(status, body, told.Name.Text, d)
		told.Additional, told.Items = given(data), readItems(data)
		if !data.Exists() {
			told.Additional.Kind = program.Absent
		}
	}
	var p program.Patient
	err := v.update(c, func(tx *sandbox.Tx, caller program.Caller) (err error) {
		p, err = v.support.Update(tx, caller, told)
		return err
	})
	if err != nil {
		return updating.refuseAs(err, d, deviation.Update, v.deviates(c))
	}
	return done(v.words(c, deviation.Update), http.StatusOK, updated, &p, d)
}

// dataOf finds an event's additionalData: inside the status, or beside it where
// that was read so (AMB-064). The copay card's may be called additionData
// (AMB-059).
func dataOf(status, body gjson.Result, name string, d *dialect.Set) gjson.Result {
	names := []string{"additionalData"}
	if name == "notify.sms.copaycard" {
		switch {
		case d.Is(dialect.CopayDataMember, "additionData"):
			names = []string{"additionData"}
		case d.Is(dialect.CopayDataMember, "either"):
			names = append(names, "additionData")
		}
	}
	places := []gjson.Result{status}
	if d.Is(dialect.AdditionalDataPlace, "alsoTopLevel") {
		places = append(places, body)
	}
	for _, place := range places {
		for _, n := range names {
			if data := last(place, n); data.Exists() {
				return data
			}
		}
	}
	return gjson.Result{}
}

// subscribe is E4: a campaign.
func (v *Vendor) subscribe(c *door.Call) door.Answer {
	body, refused := v.open(c, deviation.Subscribe, program.ScopeUpdate, updating)
	if refused != nil {
		return *refused
	}
	e := program.Enlisting{Whom: whom(c, body), Name: member(body, "name"),
		Additional: member(body, "additionalData"), Items: readItems(last(body, "additionalData"))}
	d := v.dialectFor(c, &e.Whom)
	var p program.Patient
	err := v.update(c, func(tx *sandbox.Tx, caller program.Caller) (err error) {
		p, err = v.support.Subscribe(tx, caller, e)
		return err
	})
	if err != nil {
		return campaigns(updating.refuseAs(err, d, deviation.Subscribe, v.deviates(c)))
	}
	return done(v.words(c, deviation.Subscribe), http.StatusOK, updated, &p, d)
}

// campaignClauses are E4's own numbers for what it shares with E3.
var campaignClauses = map[string]string{"RX-CASE-006": "RX-CAMP-004", "RX-CASE-007": "RX-CAMP-005", "RX-CASE-008": "RX-CAMP-006", "RX-OUR-033": "RX-OUR-036"}

func campaigns(a door.Answer) door.Answer {
	if own, ok := campaignClauses[a.Why.Clause]; ok {
		a.Why.Clause = own
	}
	return a
}

// updateDetails is E5: consent to texts.
func (v *Vendor) updateDetails(c *door.Call) door.Answer {
	body, refused := v.open(c, deviation.Prefer, program.ScopeUpdate, preferring)
	if refused != nil {
		return *refused
	}
	said := program.Preference{Whom: whom(c, body), Action: member(body, "action")}
	d := v.dialectFor(c, &said.Whom)
	if action := last(body, "action"); action.IsObject() {
		said.Name, said.Value = member(action, "name"), member(action, "value")
		data := last(action, "additionalData")
		if !data.Exists() && d.Is(dialect.AdditionalDataPlace, "alsoTopLevel") {
			data = last(body, "additionalData")
		}
		if data.Exists() {
			said.Additional, said.Items = given(data), readItems(data)
		}
	}
	var p program.Patient
	var in, changed bool
	err := v.update(c, func(tx *sandbox.Tx, caller program.Caller) (err error) {
		p, in, changed, err = v.support.Prefer(tx, caller, said)
		return err
	})
	switch {
	case err != nil:
		return preferring.refuseAs(err, d, deviation.Prefer, v.deviates(c))
	case !in && !changed: // RX-USER-002, AMB-069
		status := http.StatusAlreadyReported
		if d.Is(dialect.RepeatOptOut, "200") {
			status = http.StatusOK
		}
		return done(v.deviates(c).Rewords(deviation.Prefer, deviation.Known, ""), status, alreadyOptedOut, &p, d)
	case !in && d.Is(dialect.OptOutMessage, "User opted out"): // AMB-068
		return done(v.words(c, deviation.Prefer), http.StatusOK, "User opted out", &p, d)
	}
	return done(v.words(c, deviation.Prefer), http.StatusOK, successful, &p, d)
}

// open judges the credentials and then reads the body, in the order of
// RX-OUR-031.
func (v *Vendor) open(c *door.Call, call deviation.Call, s program.Scope, f family) (gjson.Result, *door.Answer) {
	c.Subject = subject(c)
	dir := v.support.Peek(c.Sandbox)
	caller := v.caller(dir, c, c.Sandbox.Clock().Now())
	if err := caller.May(s); err != nil {
		a := f.refuseAs(err, v.dialect(c), call, dir.Deviates())
		return gjson.Result{}, &a
	}
	body, bad := readObject(c)
	if bad != nil && f[program.Unsupported].status != 0 { // E5 has no codes
		why := bad.Why
		*bad = refusal{malformedBody.status, noCode, malformedBody.message, malformedBody.clause}.answer("", v.dialect(c))
		bad.Why = why
	}
	return body, bad
}

// update runs a call of the domain as one update, for whoever calls.
func (v *Vendor) update(c *door.Call, do func(*sandbox.Tx, program.Caller) error) error {
	dev := v.deviates(c)
	var refused error
	err := c.Sandbox.Update(func(tx *sandbox.Tx) error {
		err := do(tx, v.caller(v.support.Directory(tx), c, tx.Now()))
		if dev.Does(deviation.TextsRefused, nil) {
			refused, err = err, nil
		}
		return err
	})
	return cmp.Or(err, refused)
}

// deviates is what the sandbox is made to do wrong.
func (v *Vendor) deviates(c *door.Call) *deviation.Set { return v.support.Peek(c.Sandbox).Deviates() }

// words is how a success of a call is worded instead, or nil.
func (v *Vendor) words(c *door.Call, call deviation.Call) *deviation.Reword {
	return v.deviates(c).Rewords(call, deviation.Success, "")
}

// whom reads how a call names its patient.
func whom(c *door.Call, body gjson.Result) program.Whom {
	return program.Whom{PatientID: c.Params.ByName("id"), ExternalID: member(body, "externalId"),
		Phone: member(body, "phoneNumber"), ProgramID: member(body, "supportProgramId"), Organization: member(body, "id")}
}

// dialectFor is the dialect in which a call for somebody is judged.
func (v *Vendor) dialectFor(c *door.Call, w *program.Whom) (d *dialect.Set) {
	c.Sandbox.View(func(r sandbox.Reader) { d = v.support.Dialect(r, w) })
	return d
}

// dialect is the one for the patient that the path names.
func (v *Vendor) dialect(c *door.Call) *dialect.Set {
	return v.dialectFor(c, &program.Whom{PatientID: c.Params.ByName("id")})
}

// last is a member of an object; of repeated ones the last counts.
func last(o gjson.Result, name string) (found gjson.Result) {
	o.ForEach(func(key, value gjson.Result) bool {
		if key.Str == name {
			found = value
		}
		return true
	})
	return found
}

// member is a member as it was given.
func member(o gjson.Result, name string) program.Given {
	v := last(o, name)
	if !v.Exists() {
		return program.Given{}
	}
	return given(v)
}

// done is the body of a success (RX-OUR-008), where the documents print a
// message only (AMB-067).
func done(as *deviation.Reword, status int, message string, p *program.Patient, d *dialect.Set) door.Answer {
	if as != nil {
		message = cmp.Or(as.Message, message)
	}
	return sayAs(as, status, func(w *writer) {
		top, inside := d.Is(dialect.OKBody, "message"), d.Is(dialect.OKBody, "data.message")
		if top {
			w.must("message", message)
			return
		}
		w.raw("data", string(body(func(w *writer) {
			if inside {
				w.must("message", message)
				w.must("supportProgramId", p.Program)
				w.must("patientId", p.ID.String())
			}
		})))
	})
}
