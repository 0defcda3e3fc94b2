package rxware

import (
	"net/http"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// invite is E1 and H1: create a patient and start the journey.
func (v *Vendor) invite(c *door.Call) door.Answer {
	body, bad := readObject(c)
	if bad != nil {
		return *bad
	}
	inv := readInvitation(body)
	c.Subject = inv.Subject(c.Sandbox)
	dir, now := v.support.Peek(c.Sandbox), c.Sandbox.Clock().Now()
	d := dir.DialectOf(inv.ProgramID.Text)
	draft, err := dir.Judge(v.caller(dir, c, now), inv, now)
	dev := dir.DeviatesOf(inv.ProgramID.Text)
	if err != nil && !draft.Stands() {
		return invitation.refuseAs(err, d, deviation.Invite, dev)
	}
	var p program.Patient
	admission := c.Sandbox.Update(func(tx *sandbox.Tx) (err error) {
		p, err = v.support.Admit(tx, draft)
		return err
	})
	if err == nil {
		err = admission
	}
	if err != nil {
		return invitation.refuseAs(err, d, deviation.Invite, dev)
	}
	return sayAs(dev.Rewords(deviation.Invite, deviation.Success, ""), http.StatusOK, func(w *writer) { // RX-INVITE-002, 003
		w.object("data", func() {
			w.told("supportProgramId", p.Program)
			w.told("phoneNumber", p.Phone)
			w.told("patientId", p.ID.String())
		})
	})
}

// readInvitation takes the properties over; unknown ones are ignored
// (RX-OUR-022), and of repeated ones the last counts.
func readInvitation(body gjson.Result) program.Invitation {
	var inv program.Invitation
	body.ForEach(func(name, value gjson.Result) bool {
		switch name.Str {
		case "externalId":
			inv.ExternalID = given(value)
		case "phoneNumber":
			inv.Phone = given(value)
		case "supportProgramId":
			inv.ProgramID = given(value)
		case "firstName":
			inv.FirstName = given(value)
		case "lastName":
			inv.LastName = given(value)
		case "requiredConsent":
			inv.RequiredConsent = given(value)
		case "isCaregiver":
			inv.IsCaregiver = given(value)
		case "skipOnboarding":
			inv.SkipOnboarding = given(value)
		case "id":
			inv.Organization = given(value)
		case "additionalData":
			inv.Additional = given(value)
			inv.Items = readItems(value)
		}
		return true
	})
	return inv
}

// readItems reads additionalData: a list of items, or a map from keys to values,
// which not every dialect takes (AMB-038).
func readItems(list gjson.Result) []program.Item {
	var items []program.Item
	if list.IsObject() {
		list.ForEach(func(key, value gjson.Result) bool {
			items = append(items, program.Item{Kind: program.Object, Key: given(key), Value: given(value)})
			return true
		})
		return items
	}
	if !list.IsArray() {
		return nil
	}
	list.ForEach(func(_, entry gjson.Result) bool {
		item := program.Item{Kind: given(entry).Kind}
		if entry.IsObject() {
			entry.ForEach(func(name, value gjson.Result) bool {
				switch name.Str {
				case "key":
					item.Key = given(value)
				case "value":
					item.Value = given(value)
				case "editable":
					item.Editable = given(value)
				}
				return true
			})
		}
		items = append(items, item)
		return true
	})
	return items
}
