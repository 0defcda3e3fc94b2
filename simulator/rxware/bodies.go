package rxware

import (
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
)

// compose writes the body of the webhook that news calls for.
func compose(n *program.News) []byte {
	switch n.What {
	case program.EnrollmentCompleted:
		return enrollment(n)
	case program.TrackerViewed:
		return visit(n)
	case program.InfusionUpdated:
		return infusion(n)
	case program.OptedIn:
		return consent(n, "patient replied START", true)
	}
	return consent(n, "patient replied STOP", false)
}

// enrollment is W1, section 5.1: everything gathered on the way.
func enrollment(n *program.News) []byte {
	e := envelope{News: n, message: "Patient complete enrollment.", name: "HelpAround.Patient.CompleteEnrollment", readings: ofEnrollment}
	return e.write(func(*writer) {}, func(w *writer) {
		o := about(w, &n.Patient, n.Program)
		w.object("patient", func() {
			w.must("id", n.Patient.ID.String())
			o.personal()
			o.signature()
			o.consents()
			o.externalIDs(e.source)
			o.extras(inWebhook) // Policy: what was agreed on beyond the contract was gathered too
		})
	})
}

// visit is W2, section 5.2.
func visit(n *program.News) []byte {
	e := envelope{News: n, message: "Patient visited a tracker.", name: "HelpAround.Patient.UserAction.ViewedTracker", readings: ofTracker}
	return e.write(func(w *writer) {
		w.object("data", func() {
			w.must("key", "userAction")
			w.must("value", "viewedTracker")
		})
	}, e.patient)
}

// consent is W3 and W4, section 8.1.
func consent(n *program.News, message string, in bool) []byte {
	e := envelope{News: n, message: message, name: "HelpAround.Patient.Consent", readings: ofOpt}
	return e.write(func(w *writer) {
		w.object("data", func() {
			w.must("key", "opt-in")
			switch {
			case n.Program.Dialect.Is(dialect.OptValue, "boolean"): // AMB-027
				w.truth("value", in)
			case in:
				w.must("value", "true")
			default:
				w.must("value", "false")
			}
		})
	}, e.patient)
}

// infusion is W5, section 8.2. Texts with a stated maximum are constants, ids
// that are short enough, or checked where they come in (RX-HOOK-INFUSION-008).
func infusion(n *program.News) []byte {
	d := &n.Program.Dialect
	e := envelope{News: n, message: "patient infusion update", name: d.Of(dialect.InfusionEventName), readings: ofInfusion} // AMB-017
	listed := d.Is(dialect.InfusionContainers, "arrayOfOne")
	return e.write(func(w *writer) {
		w.object("data", func() {
			w.must("key", "userAction")
			w.must("value", "infusionUpdated")
		})
		if !d.Is(dialect.InfusionPatientID, "patient.id") { // AMB-015
			w.must("patientId", n.Patient.ID.String())
		}
	}, func(w *writer) {
		o := about(w, &n.Patient, n.Program)
		w.object("patient", func() {
			if !d.Is(dialect.InfusionPatientID, "patientId") {
				w.must("id", n.Patient.ID.String())
			}
			w.must("phoneNumber", n.Patient.Phone)
			// Policy: the table types every member of an insurance as a string, so
			// dates are ISO text here, whatever W1 writes.
			o.insurance(listed, iso, iso)
			w.container("infusion", listed, func() { o.infusion(&n.Infusion) })
			o.externalIDs(e.source)
		})
	})
}

// infusion writes what the patient said of their infusions.
func (o person) infusion(said *program.Infusion) {
	if said.Date.IsZero() {
		o.raw("infusionDate", "null")
	} else {
		// Policy: in the form of the table, which AMB-005 does not rule; a day
		// without an hour is its midnight, UTC.
		o.time("infusionDate", said.Date, millisZ)
	}
	o.text("facilityName", said.Facility)
	if said.Insurance { // RX-HOOK-INFUSION-006
		o.must("haveInsuranceUpdate", "Yes")
	} else {
		o.must("haveInsuranceUpdate", "No")
	}
}
