package phone

import (
	"cmp"

	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// status is what a patient reads of one event of their case.
type status struct {
	What, Says string
	event
	Tracking string // the number of the parcel
}

// statuses are the latest of each event (RX-CASE-002), as people read them.
func (p *Phone) statuses(v *visitor) []status {
	var out []status
	v.Sandbox.View(func(r sandbox.Reader) {
		for _, u := range p.support.Statuses(r, v.patient.ID) {
			words := caseWords[u.Name]
			one := status{What: cmp.Or(words.what, u.Name), Says: cmp.Or(words.says[u.Text], u.Text, "There is news"), event: at("", u.At)}
			if u.Name == shipment {
				one.Tracking = p.support.TrackingCode(r, v.patient.ID) // RX-EV-TRACK-001
			}
			out = append(out, one)
		}
	})
	return out
}

const shipment = "shipment.status"

// caseWords are the documented events of section 6.3 in plain words. What a
// program has agreed beyond them is shown as it is.
var caseWords = map[string]struct {
	what string
	says map[string]string
}{
	"enrollment.status": {"Enrollment", map[string]string{
		"enrollComplete": "Complete",
		"needInfo":       "We need to know more from you",
		"approved":       "Approved",
		"denied":         "Not approved",
		"pending":        "We are checking it",
	}},
	"prescription.status": {"Prescription", map[string]string{
		"received": "Received",
	}},
	"insurance.status": {"Insurance", map[string]string{
		"approved":              "Your prescription is approved",
		"coveredNoRestrictions": "Covered without restrictions",
		"bvProcess":             "We are checking your benefits",
		"paReq":                 "A prior authorization is needed",
		"paPending":             "The prior authorization is waiting to be reviewed",
		"paProcess":             "Your doctor is working on the prior authorization",
		"noCoverage":            "Not covered",
		"received":              "Received",
	}},
	"financial.support.status": {"Financial support", map[string]string{
		"coPayMember":    "Your copay card has its member number",
		"coPayBinNumber": "Your copay card has its BIN",
		"pharmacyphone":  "Your copay card has its pharmacy phone",
		"paProcess":      "The prior authorization is being worked on",
		"approved":       "Approved",
		"papInvite":      "You can apply for patient assistance",
		"papInfoMissing": "Your application for patient assistance is missing something",
		"papApproved":    "Patient assistance is approved",
		"papDenied":      "Patient assistance is not approved",
		"papProcess":     "We are checking your application for patient assistance",
	}},
	shipment: {"Shipment", map[string]string{
		"consultationReq": "The pharmacy wants to talk to you first",
		"shipped":         "On its way",
		"hold":            "On hold",
	}},
	"refill.status": {"Refill", nil},
}
