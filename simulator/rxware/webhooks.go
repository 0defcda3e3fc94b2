package rxware

import (
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

// The two webhooks, as the paths on the partner's host are called.
const (
	UserEnrollment = "user-enrollment"
	UserAction     = "user-action"
)

// outbox is where letters are left.
type outbox interface {
	Post(tx *sandbox.Tx, l webhook.Letter) error
}

// Herald writes the platform's webhooks W1 to W4.
type Herald struct{ Outbox outbox }

// Tell posts the webhook that news calls for, as part of the update.
func (h *Herald) Tell(tx *sandbox.Tx, n program.News) error {
	l := webhook.Letter{Subject: n.Patient.ID.Subject(), At: n.At, Kind: UserAction, URL: n.Program.Hooks.Action}
	switch n.What {
	case program.EnrollmentCompleted:
		l.Kind, l.URL, l.Body = UserEnrollment, n.Program.Hooks.Enrollment, enrollment(&n)
	case program.TrackerViewed:
		l.Body = visit(&n)
	case program.OptedOut:
		l.Body = consent(&n, "patient replied STOP", false)
	case program.OptedIn:
		l.Body = consent(&n, "patient replied START", true)
	}
	for _, name := range slices.Sorted(maps.Keys(n.Program.Hooks.Headers)) {
		l.Header = append(l.Header, webhook.Header{Name: name, Value: n.Program.Hooks.Headers[name]})
	}
	return h.Outbox.Post(tx, l)
}

// Constants of every webhook; the platform still calls itself by its earlier
// name (AMB-029).
const sourceName = "helparound"

// How sendDate is written: the time of the event, in UTC (AMB-005).
const (
	millisZ       = "2006-01-02T15:04:05.000Z"
	secondsOffset = "2006-01-02T15:04:05+00:00"
)

// head writes the members that open every event.
func (w *writer) head(n *program.News, message, form string) {
	w.must("message", message)
	w.must("supportProgramId", n.Patient.Program)
	w.must("sendDate", n.At.UTC().Format(form))
	w.must("status", "success") // HA-OUR-006
}

func body(fill func(w *writer)) []byte {
	w := writer{b: make([]byte, 0, 1024)}
	w.object("", func() { fill(&w) })
	return w.b
}

// enrollment is W1, section 5.1: everything gathered on the way.
func enrollment(n *program.News) []byte {
	return body(func(w *writer) {
		w.object("event", func() {
			w.head(n, "Patient complete enrollment.", millisZ)
			w.object("patient", func() {
				w.must("id", n.Patient.ID.String())
				w.personal(&n.Patient, n.Program)
				w.signature(&n.Patient)
				w.consents(&n.Patient)
				w.externalIDs(&n.Patient, "Partner")
				// Policy: what was agreed on beyond the contract was gathered too.
				w.object("customData", func() { w.custom(&n.Patient) })
			})
			w.must("sourceName", sourceName)
			w.must("eventName", "HelpAround.Patient.CompleteEnrollment")
		})
	})
}

// visit is W2, section 5.2, in the layout of its table (AMB-003 nested).
func visit(n *program.News) []byte {
	return body(func(w *writer) {
		w.object("event", func() {
			w.head(n, "Patient visited a tracker.", millisZ)
			w.object("data", func() {
				w.must("key", "userAction")
				w.must("value", "viewedTracker")
			})
			w.object("patient", func() {
				w.must("id", n.Patient.ID.String())
				w.must("phoneNumber", n.Patient.Phone)
				w.externalIDs(&n.Patient, "Partner")
			})
			w.must("sourceName", sourceName)
			w.must("eventName", "HelpAround.Patient.UserAction.ViewedTracker")
		})
	})
}

// consent is W3 and W4, section 8.1: names at the top level (AMB-004), a
// lower-case source (AMB-006) and a boolean value (AMB-027).
func consent(n *program.News, message string, in bool) []byte {
	return body(func(w *writer) {
		w.object("event", func() {
			w.head(n, message, secondsOffset)
			w.object("data", func() {
				w.must("key", "opt-in")
				w.truth("value", in)
			})
			w.object("patient", func() {
				w.must("id", n.Patient.ID.String())
				w.must("phoneNumber", n.Patient.Phone)
				w.externalIDs(&n.Patient, "partner")
			})
		})
		w.must("sourceName", sourceName)
		w.must("eventType", "sms") // AMB-019 onlyOpt
		w.must("eventName", "HelpAround.Patient.Consent")
	})
}

// Judge reads a partner's answer by section 6. Any 2xx acknowledges; a body
// that differs is a finding, no reason to send again (HA-OUR-012). Section 6
// says nothing of the bodies of other answers, so nothing is found in them.
func (h *Herald) Judge(l webhook.Letter, status int, answer []byte) (finding, message string) {
	acknowledges := status >= 200 && status < 300
	if !gjson.ValidBytes(answer) {
		if acknowledges || status == 400 {
			finding = "the answer is not JSON"
		}
		return finding, ""
	}
	got := gjson.ParseBytes(answer)
	message = got.Get("errorMessage").String()
	switch {
	case acknowledges:
		return strings.Join(acknowledged(gjson.ParseBytes(l.Body), got), "; "), message
	case status == 400 && (!got.Get("errorMessage").Exists() || !got.Get("data").IsObject()): // HA-RESP-004
		return "the answer lacks errorMessage or data", message
	}
	return "", message
}

// acknowledged lists how an acknowledgement differs from HA-RESP-001 to 003.
func acknowledged(sent, got gjson.Result) (findings []string) {
	if got.Get("success").Type != gjson.True {
		findings = append(findings, "success is not true")
	}
	for name, path := range map[string]string{
		"supportProgramId": "event.supportProgramId", "patientId": "event.patient.id", "externalId": "event.patient.externalIds.0.sourceId",
	} {
		want, have := sent.Get(path), got.Get("data."+name)
		if want.Exists() && have.String() != want.String() {
			findings = append(findings, "data."+name+" is not the one that was sent")
		}
	}
	slices.Sort(findings)
	return findings
}
