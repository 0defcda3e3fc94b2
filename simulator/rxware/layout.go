package rxware

import (
	"strings"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
)

// envelope is what every webhook has around its own members, and where the
// program's dialect puts it.
type envelope struct {
	*program.News
	message string
	name    string // of the event, in the words of the documents
	readings
}

// readings are the switches that every kind of webhook has of its own: AMB-004,
// AMB-005 and AMB-006.
type readings struct{ names, sendDate, source dialect.Switch }

var (
	ofEnrollment = readings{dialect.NamesAtEnrollment, dialect.SendDateEnrollment, dialect.SourceEnrollment}
	ofTracker    = readings{dialect.NamesAtTracker, dialect.SendDateTracker, dialect.SourceTracker}
	ofOpt        = readings{dialect.NamesAtOpt, dialect.SendDateOpt, dialect.SourceOpt}
	ofInfusion   = readings{dialect.NamesAtInfusion, dialect.SendDateInfusion, dialect.SourceInfusion}
)

// places are where the parts of a webhook stand.
type places struct {
	inEvent, atTop bool // sourceName and eventName
	typed          bool // eventType, always at the top
	apart          bool // the patient beside the event, not in it
	broken         bool // the text is no JSON
}

func (e *envelope) places() places {
	d := &e.Program.Dialect
	at := places{inEvent: !d.Is(e.names, "top"), atTop: !d.Is(e.names, "event")}
	switch { // AMB-019
	case d.Is(dialect.EventType, "onlyOpt"):
		at.typed = e.What == program.OptedOut || e.What == program.OptedIn
	default:
		at.typed = d.Is(dialect.EventType, "all")
	}
	if e.What != program.TrackerViewed || d.Is(dialect.VisitLayout, "nested") {
		return at
	}
	// AMB-003. Policy: the other layouts put the names at the top themselves, so
	// all that AMB-004 can add to them is the names in the event too.
	at.inEvent, at.atTop = d.Is(e.names, "both"), true
	at.broken = d.Is(dialect.VisitLayout, "literal-broken")
	at.apart = at.broken || d.Is(dialect.VisitLayout, "flat")
	return at
}

// write writes the body. data writes what stands in the event before the
// patient, and patient the member of that name.
func (e *envelope) write(data, patient func(w *writer)) []byte {
	at := e.places()
	return body(func(w *writer) {
		w.object("event", func() {
			e.head(w)
			data(w)
			if !at.apart {
				patient(w)
			}
			if at.inEvent {
				w.must("sourceName", e.brand())
				w.must("eventName", e.eventName())
			}
		})
		if at.apart {
			patient(w)
		}
		if at.broken { // as printed: the braces close here, and the text goes on
			w.b = append(w.b, '}')
		}
		if at.atTop {
			w.must("sourceName", e.brand())
		}
		if at.typed {
			w.must("eventType", "sms")
		}
		if at.atTop {
			w.must("eventName", e.eventName())
		}
	})
}

// head writes the members that open every event.
func (e *envelope) head(w *writer) {
	d := &e.Program.Dialect
	if d.Is(dialect.MessageMember, "present") { // AMB-014
		w.must("message", e.message)
	}
	w.must("supportProgramId", e.Patient.Program)
	w.time("sendDate", e.At, timeForms[d.Of(e.sendDate)])
	if d.Is(dialect.StatusMember, "present") {
		w.must("status", "success") // HA-OUR-006
	}
}

// patient writes the patient of W2, W3 and W4.
func (e *envelope) patient(w *writer) {
	w.object("patient", func() {
		w.must("id", e.Patient.ID.String())
		w.must("phoneNumber", e.Patient.Phone)
		about(w, &e.Patient, e.Program).externalIDs(e.source)
	})
}

// brand is the platform's own name, which is still its earlier one (AMB-029).
func (e *envelope) brand() string { return e.Program.Dialect.Of(dialect.Brand) }

func (e *envelope) eventName() string {
	if e.Program.Dialect.Is(dialect.Brand, "rxware") {
		return "RxWare" + strings.TrimPrefix(e.name, "HelpAround")
	}
	return e.name
}
