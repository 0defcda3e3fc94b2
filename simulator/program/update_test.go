package program_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// told is a case update about a patient, as a partner sends it.
func told(p program.Patient, name, text string, data ...string) program.Told {
	t := program.Told{Whom: whom(p), Status: program.Given{Kind: program.Object}, Name: program.Said(name), Text: program.Said(text)}
	t.Additional, t.Items = items(data...)
	return t
}

func whom(p program.Patient) program.Whom {
	return program.Whom{PatientID: p.ID.String(), ExternalID: program.Said(p.ExternalID), Phone: program.Said(p.Phone), ProgramID: program.Said(p.Program)}
}

// items are the variables key, value, key, value, ….
func items(data ...string) (list program.Given, all []program.Item) {
	for i := 0; i < len(data); i += 2 {
		list.Kind = program.List
		all = append(all, program.Item{Kind: program.Object, Key: program.Said(data[i]), Value: program.Said(data[i+1])})
	}
	return list, all
}

func (w world) tryTell(t program.Told) error {
	return w.box.Update(func(tx *sandbox.Tx) error {
		_, err := w.support.Update(tx, w.caller(), t)
		return err
	})
}

func (w world) tell(t program.Told) {
	w.t.Helper()
	if err := w.tryTell(t); err != nil {
		w.t.Fatalf("telling %s %s: %v", t.Name.Text, t.Text.Text, err)
	}
}

// statuses are a patient's, as event=text.
func (w world) statuses(id program.ID) (all []string) {
	w.box.View(func(r sandbox.Reader) {
		for _, u := range w.support.Statuses(r, id) {
			all = append(all, u.Name+"="+u.Text)
		}
	})
	return all
}

// sms are the texts to a patient, without the invitation.
func (w world) sms(id program.ID) (all []string) {
	for _, text := range w.texted(id) {
		if body, ok := strings.CutPrefix(text, "to-phone +12025550142 "); ok {
			all = append(all, body)
		}
	}
	return all[min(1, len(all)):]
}

// speaking is the plain program in a dialect.
func speaking(t *testing.T, choices ...string) program.Program {
	t.Helper()
	p := plain()
	for i := 0; i < len(choices); i += 2 {
		var err error
		if p.Dialect, err = dialect.Choose(p.Dialect, choices[i], choices[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestACaseUpdateChangesTheStatusOfItsEventAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.invite()
	w.tell(told(p, "insurance.status", "paReq"))
	w.tell(told(p, "shipment.status", "shipped", "trackerCode", "794600000001"))
	w.tell(told(p, "insurance.status", "approved"))
	w.tell(told(p, "notify.sms.no.answer", ""))
	equal(t, "statuses", w.statuses(p.ID), []string{"insurance.status=approved", "shipment.status=shipped"})
	var history []string
	code := ""
	w.box.View(func(r sandbox.Reader) {
		for u := range w.support.History(r, p.ID) {
			history = append(history, u.Name+"="+u.Text)
		}
		code = w.support.TrackingCode(r, p.ID)
	})
	equal(t, "history", history, []string{"insurance.status=paReq", "shipment.status=shipped", "insurance.status=approved", "notify.sms.no.answer="})
	equal(t, "tracking code", code, "794600000001")
	w.tell(told(p, "shipment.status", "shipped"))
	w.box.View(func(r sandbox.Reader) { code = w.support.TrackingCode(r, p.ID) })
	equal(t, "tracking code of a shipment without one", code, "")
}

func TestWhichEventsAProgramTakes(t *testing.T) {
	t.Parallel()
	agreed := func(p program.Program) program.Program {
		p.Events = []program.Event{{Name: "lab.status", Text: []string{"drawn"}}, {Name: "note", Text: nil}, {Name: "shipment.status", Text: []string{"lost"}}}
		return p
	}
	type word = string
	const ok, name, text, data = word(""), word("status.name"), word("status.text"), word("status.additionalData")
	for _, c := range []struct {
		claim       string
		prog        program.Program
		event, text string
		data        []string
		refused     word // the field
	}{
		{"a documented text", plain(), "shipment.status", "hold", nil, ok},
		{"another text", plain(), "shipment.status", "lost", nil, text},
		{"a text in capitals", plain(), "shipment.status", "HOLD", nil, text},
		{"a text of another event", plain(), "shipment.status", "paReq", nil, text},
		{"an unknown event", plain(), "lab.status", "drawn", nil, name},
		{"an event in capitals", plain(), "SHIPMENT.STATUS", "hold", nil, name},
		{"any text of a prescription", plain(), "prescription.status", "whatever", nil, ok},
		{"no text of a refill", plain(), "refill.status", "", nil, ok},
		{"no text of a shipment", plain(), "shipment.status", "", nil, text},
		{"no text where that was read so", speaking(t, "AMB-079", "accepted"), "shipment.status", "", nil, ok},
		{"a command", plain(), "notify.sms.shipped", "", nil, ok},
		{"a command with a text", plain(), "notify.sms.shipped", "now", nil, text},
		{"an unknown command", plain(), "notify.sms.weather", "", nil, name},
		{"an agreed event", agreed(plain()), "lab.status", "drawn", nil, ok},
		{"another text of an agreed event", agreed(plain()), "lab.status", "lost", nil, text},
		{"any text of an agreed event without texts", agreed(plain()), "note", "", nil, ok},
		{"a text agreed beyond the documented", agreed(plain()), "shipment.status", "lost", nil, ok},
		{"a documented text beside agreed ones", agreed(plain()), "shipment.status", "hold", nil, ok},
		{"an agreed event in a closed vocabulary", agreed(speaking(t, "AMB-066", "closed")), "lab.status", "drawn", nil, name},
		{"anything in an open vocabulary", speaking(t, "AMB-066", "open"), "weather", "sunny", nil, ok},
		{"a command in the text", speaking(t, "AMB-057", "either"), "", "notify.sms.shipped", nil, ok},
		{"a command in the name, where texts hold them", speaking(t, "AMB-057", "text"), "notify.sms.shipped", "", nil, name},
		{"a command in the text, where names hold them", plain(), "shipment.status", "notify.sms.shipped", nil, text},
		{"the copay card, dotted", speaking(t, "AMB-058", "joined"), "notify.sms.copay.card", "", nil, name},
		{"the copay card, joined", speaking(t, "AMB-058", "dotted"), "notify.sms.copaycard", "", nil, name},
		{"received insurance", plain(), "insurance.status", "received", nil, text},
		{"received insurance where that was read so", speaking(t, "AMB-061", "received"), "insurance.status", "received", nil, ok},
		{"copay data as a text", plain(), "financial.support.status", "coPayMember", nil, ok},
		{"copay data as a text where keys hold it", speaking(t, "AMB-062", "keysOnly"), "financial.support.status", "coPayMember", nil, text},
		{"copay data as keys", plain(), "financial.support.status", "approved", []string{"coPayMember", "1"}, ok},
		{"copay data as keys where texts hold it", speaking(t, "AMB-062", "textOnly"), "financial.support.status", "approved", []string{"coPayMember", "1"}, data},
	} {
		t.Run(c.claim, func(t *testing.T) {
			w := newWorld(t, c.prog)
			p := w.invite()
			err := w.tryTell(told(p, c.event, c.text, c.data...))
			if c.refused == ok {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			equal(t, "field", refused(t, err, program.NotAllowed).Field, c.refused)
			equal(t, "statuses", len(w.statuses(p.ID)), 0)
		})
	}
}

func TestWhatAnEventCausesIsTheProgramsToSay(t *testing.T) {
	t.Parallel()
	prog := plain()
	prog.Campaigns = []program.Campaign{{Name: "care", Steps: []program.Step{{SMS: "Welcome {name}."}, {After: 24 * time.Hour, SMS: "How are you?"}}}}
	prog.Reactions = []program.Reaction{
		{Event: "shipment.status", Text: "shipped", SMS: "On its way[ as {trackerCode}]."},
		{Event: "shipment.status", SMS: "News."},
		{Event: "enrollment.status", Text: "approved", Finishes: true},
		{Event: "insurance.status", Subscribe: "care"},
		{Event: "refill.status", Unsubscribe: "care"},
		{Event: "notify.sms.no.answer", SMS: "We rang."},
	}
	w := newWorld(t, prog)
	p := w.invite()
	w.tell(told(p, "prescription.status", "received"))
	w.tell(told(p, "shipment.status", "hold"))
	w.tell(told(p, "shipment.status", "shipped", "trackerCode", "79"))
	w.tell(told(p, "shipment.status", "shipped"))
	w.tell(told(p, "notify.sms.no.answer", ""))
	w.tell(told(p, "insurance.status", "approved"))
	equal(t, "texts", w.sms(p.ID), []string{"News.", "On its way as 79.", "News. trackerCode: 79", "On its way.", "News.", "We rang.", "Welcome Maya."})
	w.tell(told(p, "refill.status", "due"))
	w.advance(48 * time.Hour)
	equal(t, "texts after the campaign was ended", len(w.sms(p.ID)), 7)
	w.tell(told(p, "enrollment.status", "approved"))
	after, _ := w.patient(p.ID)
	equal(t, "stage", after.Stage(), program.Finished)
	equal(t, "webhooks", len(w.heard(p.ID)), 0)
}

func TestValuesGoIntoTextsUnread(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.invite()
	w.tell(told(p, "notify.sms.next.call", "", "date", "31/31/0000"))
	w.tell(told(p, "notify.sms.next.call", ""))
	w.tell(told(p, "notify.sms.shipment.issue", "", "why", "{name} <b>é{", "why", "{link}"))
	w.tell(told(p, "notify.sms.copaycard", "", "GroupNum", "G1", "ID", "7"))
	equal(t, "texts", w.sms(p.ID), []string{
		"Carewell: Hi Maya, we are going to call you on 31/31/0000.",
		"Carewell: Hi Maya, we are going to call you.",
		"Carewell: Hi Maya, there is a problem with your shipment. We will be in touch. why: {link}",
		"Carewell: Hi Maya, here is your copay card. ID 7, group G1",
	})
}

func TestEnrollCompleteFinishesWithoutTellingThePartnerWhatItSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim string
		prog  program.Program
		heard []program.Happening
	}{
		{"by default", plain(), nil},
		{"where it is echoed", speaking(t, "AMB-080", "yes"), []program.Happening{program.EnrollmentCompleted}},
	} {
		w := newWorld(t, c.prog)
		p := w.invite()
		w.tell(told(p, "enrollment.status", "enrollComplete"))
		w.tell(told(p, "enrollment.status", "enrollComplete"))
		equal(t, c.claim, w.heard(p.ID), c.heard)
		err := w.box.Update(func(tx *sandbox.Tx) error {
			_, err := w.support.Reinvite(tx, w.caller(), again(p))
			return err
		})
		refused(t, err, program.FinishedAlready)
	}
}

func TestAnOptedOutPatientBlocksEventsAndGetsNoTexts(t *testing.T) {
	t.Parallel()
	lenient := speaking(t, "AMB-072", "messagingOnly")
	lenient.Reactions = []program.Reaction{{Event: "shipment.status", Text: "hold", SMS: "Wait."}}
	for _, c := range []struct {
		claim       string
		prog        program.Program
		event, text string
		rule        program.Rule
	}{
		{"a status, by default", plain(), "shipment.status", "shipped", program.Unsubscribed},
		{"a command, by default", plain(), "notify.sms.shipped", "", program.Unsubscribed},
		{"an unknown event, by default", plain(), "weather", "", program.Unsubscribed},
		{"a status where only texts are blocked", lenient, "shipment.status", "shipped", 0},
		{"a status that texts, there", lenient, "shipment.status", "hold", program.Unsubscribed},
		{"a command, there", lenient, "notify.sms.shipped", "", program.Unsubscribed},
		{"an unknown event, there", lenient, "weather", "", program.NotAllowed},
	} {
		t.Run(c.claim, func(t *testing.T) {
			w := newWorld(t, c.prog)
			p := w.invite()
			w.text(p.ID, "STOP")
			err := w.tryTell(told(p, c.event, c.text))
			if c.rule == 0 && err != nil {
				t.Fatal(err)
			} else if c.rule != 0 {
				refused(t, err, c.rule)
			}
			equal(t, "texts", len(w.sms(p.ID)), 0)
		})
	}
}

func TestACallIsJudgedInTheDocumentedOrder(t *testing.T) {
	t.Parallel()
	far := token("far")
	far.Programs = []string{elsewhere}
	off := token("off")
	off.Disabled = true
	low := token("low")
	low.Scopes = []program.Scope{program.ScopeRead}
	h := newHouse()
	other := plain()
	other.ID = elsewhere
	w := h.open(t, "meadow", 7, today, directory(t, "meadow", []program.Program{plain(), other}, far, off, low))
	p := w.invite()
	noStatus := func(t *program.Told) { t.Status = program.Given{} }
	noProgram := func(t *program.Told) { t.ProgramID = program.Said("nobody's") }
	noPatient := func(t *program.Told) { t.PatientID = "ha0000000000000" }
	for _, c := range []struct {
		claim  string
		caller program.Caller
		change []func(*program.Told)
		rule   program.Rule
	}{
		{"an unknown auth token first", w.callerWith("x", "tk"), []func(*program.Told){noStatus, noProgram, noPatient}, program.Unauthorized},
		{"a lesser scope", w.callerWith(keyValue, "low"), []func(*program.Told){noStatus, noProgram, noPatient}, program.OutOfScope},
		{"the body", w.callerWith(keyValue, "off"), []func(*program.Told){noStatus, noProgram, noPatient}, program.Required},
		{"the program", w.callerWith(keyValue, "off"), []func(*program.Told){noProgram, noPatient}, program.UnknownProgram},
		{"a disabled token", w.callerWith(keyValue, "off"), []func(*program.Told){noPatient}, program.TokenDisabled},
		{"another program's token", w.callerWith(keyValue, "far"), []func(*program.Told){noPatient}, program.WrongProgram},
		{"the patient", w.caller(), []func(*program.Told){noPatient}, program.UnknownPatient},
		{"a number that is not the patient's", w.caller(), []func(*program.Told){func(t *program.Told) { t.Phone = program.Said("+12025550143") }}, program.UnknownPatient},
		{"an external id that is not the patient's", w.caller(), []func(*program.Told){func(t *program.Told) { t.ExternalID = program.Said("x") }}, program.UnknownPatient},
		{"a program that is not the patient's", w.callerWith(keyValue, "far"), []func(*program.Told){func(t *program.Told) { t.ProgramID = program.Said(elsewhere) }}, program.UnknownPatient},
		{"no program is the patient's, and another's token is wrong", w.callerWith(keyValue, "far"), []func(*program.Told){func(t *program.Told) { t.ProgramID = program.Given{} }}, program.WrongProgram},
		{"nothing but the path", w.caller(), []func(*program.Told){func(t *program.Told) { t.Whom = program.Whom{PatientID: p.ID.String()} }}, 0},
		{"a number as the external id", w.caller(), []func(*program.Told){func(t *program.Told) { t.ExternalID = program.Given{Kind: program.Integer, Text: "7"} }}, program.WrongKind},
		{"a list as the status", w.caller(), []func(*program.Told){func(t *program.Told) { t.Status.Kind = program.List }}, program.WrongKind},
		{"no event", w.caller(), []func(*program.Told){func(t *program.Told) { t.Name = program.Given{Kind: program.Null} }}, program.Required},
		{"a truth value as the event", w.caller(), []func(*program.Told){func(t *program.Told) { t.Name = program.Flag(true) }}, program.WrongKind},
		{"a number as the text", w.caller(), []func(*program.Told){func(t *program.Told) { t.Text = program.Given{Kind: program.Integer, Text: "7"} }}, program.WrongKind},
		{"a text as the data", w.caller(), []func(*program.Told){func(t *program.Told) { t.Additional = program.Said("x") }}, program.WrongKind},
		{"data without a key", w.caller(), []func(*program.Told){func(t *program.Told) {
			t.Additional.Kind, t.Items = program.List, []program.Item{{Kind: program.Object, Value: program.Said("x")}}
		}}, program.Required},
	} {
		t.Run(c.claim, func(t *testing.T) {
			call := told(p, "shipment.status", "hold")
			for _, change := range c.change {
				change(&call)
			}
			err := w.box.Update(func(tx *sandbox.Tx) error {
				_, err := w.support.Update(tx, c.caller, call)
				return err
			})
			if c.rule == 0 {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			r := refused(t, err, c.rule)
			if c.rule == program.Required && !slices.Contains([]string{"status", "status.name", "status.additionalData[0].key"}, r.Field) {
				t.Errorf("field %s", r.Field)
			}
		})
	}
}
