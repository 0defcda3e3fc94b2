package program_test

import (
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

func (w world) consent(id program.ID, said map[string]bool) (program.Patient, error) {
	return w.tryAct(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Consent(tx, id, said) })
}

func (w world) answer(id program.ID, s program.Screen, values map[string]string) (program.Patient, error) {
	return w.tryAct(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Answer(tx, id, s, values) })
}

func (w world) finish(id program.ID) (program.Patient, error) {
	return w.tryAct(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Finish(tx, id) })
}

func (w world) text(id program.ID, body string) (program.Patient, error) {
	return w.tryAct(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Text(tx, id, body) })
}

func TestConsentCountsWhenNothingNeededWasDeclined(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim string
		said  map[string]bool
		given bool
	}{
		{"everything", map[string]bool{"communication": true, "sharePHI": true, "marketing": true}, true},
		{"all but the optional", map[string]bool{"communication": true, "sharePHI": true}, true},
		{"the optional declined aloud", map[string]bool{"communication": true, "sharePHI": true, "marketing": false}, true},
		{"a needed one left out", map[string]bool{"communication": true}, false},
		{"a needed one declined", map[string]bool{"communication": true, "sharePHI": false}, false},
		{"nothing", nil, false},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p, err := w.consent(w.opened().ID, c.said)
			if err != nil {
				t.Fatal(err)
			}
			want := []program.ConsentGiven{
				{Name: "communication", Value: c.said["communication"], At: today},
				{Name: "sharePHI", Value: c.said["sharePHI"], At: today},
				{Name: "marketing", Value: c.said["marketing"], At: today},
			}
			equal(t, "what is kept", p.Consents, want)
			if !c.given {
				equal(t, "stage", p.Stage(), program.Consenting)
				p, err = w.consent(p.ID, map[string]bool{"communication": true, "sharePHI": true}) // thought again
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "consents", len(p.Consents), 3)
			}
			equal(t, "stage", p.Stage(), program.Enrolling)
			equal(t, "news", len(w.heard(p.ID)), 0)
		})
	}
}

func TestAConsentNobodyAskedForIsRefused(t *testing.T) {
	t.Parallel()
	for range 8 { // the same one is named every time
		w := newWorld(t)
		id := w.opened().ID
		_, err := w.consent(id, map[string]bool{"communication": true, "sharePHI": true, "soul": true, "house": true})
		equal(t, "the consent named", refused(t, err, program.NotAllowed).Saw, "house")
		p, _ := w.patient(id)
		equal(t, "consents", len(p.Consents), 0)
	}
}

func TestConsentIsTheLastScreenUnderSkipOnboarding(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(skipping).ID
	p, err := w.consent(id, map[string]bool{"communication": true})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "stage after a declined one", p.Stage(), program.Consenting)
	equal(t, "news", len(w.heard(id)), 0)
	p, err = w.consent(id, map[string]bool{"communication": true, "sharePHI": true})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "stage", p.Stage(), program.Finished)
	equal(t, "news", w.heard(id), []program.Happening{program.EnrollmentCompleted})
	equal(t, "the news' patient", w.ears.last.Patient, p)
}

func TestAnswersAreStoredAndTheScreenIsPassed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(noConsent, with("address.city", "Mobile"), fixed("address.state", "AL")).ID
	p, err := w.answer(id, program.Address, map[string]string{
		"address.street": "512 Oak St.", "address.city": "Huntsville", "address.state": "AL", "address.apt": "",
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"address.street": "512 Oak St.", "address.city": "Huntsville", "address.state": "AL", "address.apt": ""} {
		equal(t, key, p.Answer(key), want)
	}
	equal(t, "the state may be changed", p.Editable("address.state"), false)
	kept, _ := w.patient(id)
	equal(t, "what is kept", kept, p)
	p, err = w.answer(id, program.Address, map[string]string{"address.city": ""}) // taken back
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "city", p.Answer("address.city"), "")
	equal(t, "street", p.Answer("address.street"), "512 Oak St.")
}

func TestAnswersAreJudgedAndAllOrNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim  string
		screen program.Screen
		values map[string]string
		rule   program.Rule
		field  string
	}{
		{"a fixed field", program.About, map[string]string{"patient.gender": "male", "patient.prefLanguage": "english"}, program.Fixed, "patient.gender"},
		{"a fixed field taken back", program.About, map[string]string{"patient.gender": ""}, program.Fixed, "patient.gender"},
		{"a fixed name", program.About, map[string]string{"patient.last.name": "Lund"}, program.Fixed, "patient.last.name"},
		{"a name taken back", program.About, map[string]string{"patient.first.name": ""}, program.Required, "patient.first.name"},
		{"a value out of the list", program.Contact, map[string]string{"patient.email": "m@example.com", "patient.callTime": "night"}, program.NotAllowed, "patient.callTime"},
		{"a long value", program.Address, map[string]string{"address.street": "1", "address.zip": "358031"}, program.TooLong, "address.zip"},
		{"a date in another form", program.About, map[string]string{"patient.prefLanguage": "x", "patient.dob": "08/23/1988"}, program.BadBirthDate, "patient.dob"},
		{"a malformed number", program.Contact, map[string]string{"patient.phone.number": "555"}, program.PhoneFormat, "patient.phone.number"},
		{"an accent", program.Insurance, map[string]string{"insurance.carrier": "Santé"}, program.NotASCII, "insurance.carrier"},
		{"a field of another screen", program.About, map[string]string{"patient.prefLanguage": "x", "address.city": "y"}, program.NotAllowed, "address.city"},
		{"an unknown field", program.About, map[string]string{"shoe.size": "38", "shoe.width": "W"}, program.NotAllowed, "shoe.size"},
		{"a field of a screen without fields", program.Cards, map[string]string{"patient.email": "x"}, program.NotAllowed, "patient.email"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.opened(noConsent, fixed("patient.gender", "female"), fixed("patient.last.name", "Lind")).ID
			before, _ := w.patient(id)
			_, err := w.answer(id, c.screen, c.values)
			equal(t, "the field named", refused(t, err, c.rule).Field, c.field)
			after, _ := w.patient(id)
			equal(t, "the patient", after, before)
		})
	}
}

func TestAPatientMayCorrectTheirNameButNotLoseIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, err := w.answer(w.opened(noConsent).ID, program.About, map[string]string{"patient.first.name": "Maja", "patient.last.name": "Lind"})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "first name", p.FirstName, "Maja")
	equal(t, "as an answer", p.Answer("patient.first.name"), "Maja")
	equal(t, "last name", p.LastName, "Lind")
}

func TestFinishAsksForWhatTheProgramRequires(t *testing.T) {
	t.Parallel()
	asking := func(items ...string) program.Program {
		prog := plain()
		prog.Required = items
		return prog
	}
	for _, c := range []struct {
		claim    string
		required []string
		said     change
		missing  string
	}{
		{"nothing is required", nil, all(), ""},
		{"a field", []string{"patient.dob"}, all(), "patient.dob"},
		{"a field that is there", []string{"patient.dob"}, born("1988-08-23"), ""},
		{"fields, pictures and a signature, in the program's order", []string{"signature", "address.city", "insurance.front"}, all(), "signature, address.city, insurance.front"},
		{"a detail of an insurance that there is not", []string{"insurance.secondary.carrier", "insurance.secondary.front"}, noSecond, ""},
		{"a detail of an insurance nobody has asked about", []string{"insurance.secondary.carrier"}, all(), ""},
		{"a detail of an insurance that there is", []string{"insurance.secondary.carrier", "insurance.secondary.front"},
			with("insurance.secondary.status", "active"), "insurance.secondary.carrier, insurance.secondary.front"},
		{"whether there is a second insurance", []string{"insurance.secondary.status"}, all(), "insurance.secondary.status"},
		{"something nobody knows", []string{"horoscope"}, all(), "horoscope"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, asking(c.required...))
			id := w.opened(noConsent, c.said).ID
			_, err := w.finish(id)
			if c.missing == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				equal(t, "news", w.heard(id), []program.Happening{program.EnrollmentCompleted})
				return
			}
			r := refused(t, err, program.Incomplete)
			equal(t, "what is missing", r.Wants, c.missing)
			first, _, _ := strings.Cut(c.missing, ", ")
			equal(t, "the first of it", r.Field, first)
			p, _ := w.patient(id)
			equal(t, "stage", p.Stage(), program.Enrolling)
			equal(t, "news", len(w.heard(id)), 0)
		})
	}
}

func TestFinishIsPossibleOnceTheMissingItemsAreThere(t *testing.T) {
	t.Parallel()
	prog := plain()
	prog.Required = []string{"patient.dob", "insurance.front", "signature"}
	w := newWorld(t, prog)
	id := w.opened(noConsent).ID
	if _, err := w.answer(id, program.About, map[string]string{"patient.dob": "1988-08-23T00:00:00+00:00"}); err != nil {
		t.Fatal(err)
	}
	w.update(func(tx *sandbox.Tx) error {
		_, err := w.support.AddMedia(tx, id, program.PrimaryFront, picture)
		return err
	})
	_, err := w.finish(id)
	equal(t, "what is missing", refused(t, err, program.Incomplete).Wants, "signature")
	w.act(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Sign(tx, id, picture) })
	p, err := w.finish(id)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the news' patient", w.ears.last.Patient, p)
	if _, err = w.finish(id); err == nil {
		t.Fatal("finished twice")
	}
	equal(t, "news", w.heard(id), []program.Happening{program.EnrollmentCompleted}) // HA-OUR-018
}

func TestEveryVisitToTheTrackerIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(noConsent).ID
	view := func(tx *sandbox.Tx) (program.Patient, error) { return w.support.ViewTracker(tx, id) }
	w.act(view)
	w.act(view)
	if _, err := w.finish(id); err != nil {
		t.Fatal(err)
	}
	if _, err := w.text(id, "STOP"); err != nil {
		t.Fatal(err)
	}
	w.act(view) // HA-OUR-022
	equal(t, "news", w.heard(id), []program.Happening{program.TrackerViewed, program.TrackerViewed,
		program.EnrollmentCompleted, program.OptedOut, program.TrackerViewed})
}

func TestStopAndStartAreHeardOnceEach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.invite().ID
	out, in := program.OptedOut, program.OptedIn
	for _, c := range []struct {
		body string
		off  bool
		told []program.Happening
	}{
		{"START", false, nil}, // was never off
		{"STOP it", false, nil},
		{"STOPPED", false, nil},
		{"", false, nil},
		{" \tstop\r\n", true, []program.Happening{out}},
		{"STOP", true, nil},
		{"StOp", true, nil},
		{"start over", true, nil},
		{"Start", false, []program.Happening{in}},
		{"START", false, nil},
		{"stop", true, []program.Happening{out}},
	} {
		before := w.heard(id)
		texts := len(w.texted(id))
		p, err := w.text(id, c.body)
		if err != nil {
			t.Fatal(err)
		}
		if p.OptedOut() != c.off {
			t.Errorf("after %q: opted out is %v", c.body, p.OptedOut())
		}
		equal(t, c.body, append([]program.Happening(nil), w.heard(id)[len(before):]...), c.told)
		equal(t, "the text is kept", w.texted(id)[texts:], []string{"from-phone +12025550142 " + c.body})
		kept, _ := w.patient(id)
		equal(t, "what is kept", kept, p)
	}
}

func TestNothingIsKeptOfAnActThatCannotBeToldOf(t *testing.T) {
	t.Parallel()
	for claim, act := range map[string]func(w world, id program.ID) (program.Patient, error){
		"finish": func(w world, id program.ID) (program.Patient, error) { return w.finish(id) },
		"stop":   func(w world, id program.ID) (program.Patient, error) { return w.text(id, "STOP") },
		"track": func(w world, id program.ID) (program.Patient, error) {
			return w.tryAct(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.ViewTracker(tx, id) })
		},
	} {
		w := newWorld(t)
		id := w.opened(noConsent).ID
		before, _ := w.patient(id)
		sizes := w.box.Sizes()
		w.ears.broken = errBroken
		if _, err := act(w, id); err != errBroken {
			t.Errorf("%s: %v", claim, err)
		}
		after, _ := w.patient(id)
		equal(t, claim+": the patient", after, before)
		equal(t, claim+": rows", w.box.Sizes(), sizes)
		w.ears.broken = nil
		if _, err := act(w, id); err != nil {
			t.Errorf("%s, then: %v", claim, err)
		}
		equal(t, claim+": told once", len(w.heard(id)), 1)
	}
	w := newWorld(t)
	id := w.invite().ID
	w.texts.broken = errBroken
	if _, err := w.text(id, "STOP"); err != errBroken {
		t.Errorf("a text that gets lost: %v", err)
	}
	p, _ := w.patient(id)
	equal(t, "opted out by a lost text", p.OptedOut(), false)
	equal(t, "news of it", len(w.heard(id)), 0)
}

func TestConsentUnderSkipOnboardingIsTakenBackWhenItCannotBeToldOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(skipping).ID
	w.ears.broken = errBroken
	if _, err := w.consent(id, map[string]bool{"communication": true, "sharePHI": true}); err != errBroken {
		t.Fatal(err)
	}
	p, _ := w.patient(id)
	equal(t, "stage", p.Stage(), program.Consenting)
	equal(t, "consents", len(p.Consents), 0)
}
