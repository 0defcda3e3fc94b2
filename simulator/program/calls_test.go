package program_test

import (
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

func again(p program.Patient) program.Reinvitation {
	return program.Reinvitation{ExternalID: program.Said(p.ExternalID), Phone: program.Said(p.Phone), ProgramID: program.Said(p.Program)}
}

func (w world) reinvite(r program.Reinvitation) (p program.Patient, err error) {
	err = w.box.Update(func(tx *sandbox.Tx) (err error) {
		p, err = w.support.Reinvite(tx, w.caller(), r)
		return err
	})
	return p, err
}

func (w world) advance(d time.Duration) {
	w.t.Helper()
	if err := w.box.Advance(w.t.Context(), d); err != nil {
		w.t.Fatal(err)
	}
}

func TestAReinvitationSaysTheFirstTextAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.invite()
	same, err := w.reinvite(again(p))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "patient", same.ID, p.ID)
	texts := w.texted(p.ID)
	equal(t, "texts", len(texts), 2)
	equal(t, "the second", texts[1], texts[0])
}

func TestWhoIsNotReinvited(t *testing.T) {
	t.Parallel()
	phoneFirst := speaking(t, "AMB-071", "phoneFirst")
	for _, c := range []struct {
		claim, id, phone string
		prog             program.Program
		rule             program.Rule
	}{
		{"nobody knows the id", "x", "+12025550142", plain(), program.UnknownExternalID},
		{"nobody has the number", "maya-1", "+12025550199", plain(), program.UnknownPhone},
		{"neither is known", "x", "+12025550199", plain(), program.UnknownExternalID},
		{"neither is known, the number first", "x", "+12025550199", phoneFirst, program.UnknownPhone},
		{"they are two patients'", "maya-1", "+12025550143", plain(), program.IDsApart},
		{"they are two patients', the number first", "maya-1", "+12025550143", phoneFirst, program.IDsApart},
		{"no id", "", "+12025550142", plain(), program.Required},
		{"no number", "maya-1", "", plain(), program.Required},
	} {
		t.Run(c.claim, func(t *testing.T) {
			w := newWorld(t, c.prog)
			p := w.invite()
			w.invite(named("leo-1", "+12025550143"))
			r := again(p)
			r.ExternalID, r.Phone = program.Said(c.id), program.Said(c.phone)
			_, err := w.reinvite(r)
			refused(t, err, c.rule)
			equal(t, "texts", len(w.texted(p.ID)), 1)
		})
	}
	w := newWorld(t)
	p := w.invite()
	w.text(p.ID, "STOP")
	_, err := w.reinvite(again(p))
	refused(t, err, program.Unsubscribed)
}

func TestWhatMakesADuplicate(t *testing.T) {
	t.Parallel()
	const sameID, samePhone, both = "same id", "same number", "both"
	for by, duplicate := range map[string][]string{
		"externalIdOrPhone":  {sameID, samePhone, both},
		"externalId":         {sameID, both},
		"phone":              {samePhone, both},
		"externalIdAndPhone": {both},
	} {
		for what, who := range map[string]change{
			sameID: named("maya-1", "+12025550177"), samePhone: named("maya-7", "+12025550142"), both: named("maya-1", "+12025550142"),
		} {
			w := newWorld(t, speaking(t, "AMB-045", by))
			first := w.invite()
			second, err := w.tryInvite(invitation(who))
			want := false
			for _, d := range duplicate {
				want = want || d == what
			}
			switch {
			case want:
				equal(t, by+", "+what, refused(t, err, program.AlreadyInvited).Existing.ID, first.ID)
			case err != nil:
				t.Errorf("%s, %s: %v", by, what, err)
			default:
				_, err := w.tryInvite(invitation(who))
				equal(t, by+", "+what+", once more", refused(t, err, program.AlreadyInvited).Existing.ID, second.ID)
				p, err := w.reinvite(again(second))
				if err != nil {
					t.Fatal(err)
				}
				equal(t, by+", "+what+", re-invited", p.ID, second.ID)
				p, err = w.reinvite(again(first))
				if err != nil {
					t.Fatal(err)
				}
				equal(t, by+", "+what+", the first re-invited", p.ID, first.ID)
			}
		}
	}
}

func TestACampaignTextsAtOnceAndLater(t *testing.T) {
	t.Parallel()
	prog := plain()
	prog.Campaigns = []program.Campaign{{Name: "care", Steps: []program.Step{
		{SMS: "One {drug}."}, {SMS: "Two."}, {After: 24 * time.Hour, SMS: "Three {drug}."}, {After: 48 * time.Hour, SMS: "Four."}, {After: 72 * time.Hour, SMS: "Five."}}}}
	w := newWorld(t, prog)
	p := w.invite()
	enlist := func(name string, data ...string) error {
		e := program.Enlisting{Whom: whom(p), Name: program.Said(name)}
		e.Additional, e.Items = items(data...)
		return w.box.Update(func(tx *sandbox.Tx) error {
			_, err := w.support.Subscribe(tx, w.caller(), e)
			return err
		})
	}
	refused(t, enlist("weather"), program.NotAllowed)
	refused(t, enlist(""), program.Required)
	for range 2 { // the second changes nothing (RX-OUR-036)
		if err := enlist("care", "drug", "Beta"); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "texts at once", w.sms(p.ID), []string{"One Beta.", "Two. drug: Beta"})
	w.advance(24 * time.Hour)
	equal(t, "texts after a day", w.sms(p.ID)[2:], []string{"Three Beta."})
	w.text(p.ID, "STOP")
	w.advance(24 * time.Hour)
	equal(t, "texts while opted out", len(w.sms(p.ID)), 3)
	refused(t, enlist("care"), program.Unsubscribed)
	w.text(p.ID, "START")
	w.advance(24 * time.Hour)
	equal(t, "texts after opting in again", w.sms(p.ID)[3:], []string{"Five. drug: Beta"})
	if err := enlist("care"); err != nil { // the series has ended
		t.Fatal(err)
	}
	equal(t, "texts of another round", w.sms(p.ID)[4:], []string{"One {drug}.", "Two."})
}

func prefers(p program.Patient, flag program.Given) program.Preference {
	return program.Preference{Whom: whom(p), Action: program.Given{Kind: program.Object}, Name: program.Said("consent"), Value: program.Said("sms"),
		Additional: program.Given{Kind: program.List}, Items: []program.Item{{Kind: program.Object, Key: program.Said("opt-in"), Value: flag}}}
}

func (w world) prefer(said program.Preference) (in, changed bool, err error) {
	err = w.box.Update(func(tx *sandbox.Tx) (err error) {
		_, in, changed, err = w.support.Prefer(tx, w.caller(), said)
		return err
	})
	return in, changed, err
}

func TestAPartnerOptsAPatientOutAndIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim string
		prog  program.Program
		heard []program.Happening
	}{
		{"without hearing of it", plain(), nil},
		{"hearing of it where that was read so", speaking(t, "AMB-025", "yes"), []program.Happening{program.OptedOut, program.OptedIn}},
	} {
		w := newWorld(t, c.prog)
		p := w.invite()
		for _, step := range []struct {
			flag        program.Given
			in, changed bool
		}{
			{program.Said("true"), true, false},
			{program.Said("false"), false, true},
			{program.Said("FALSE"), false, false},
			{program.Flag(false), false, false},
			{program.Flag(true), true, true},
		} {
			in, changed, err := w.prefer(prefers(p, step.flag))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, c.claim, [2]bool{in, changed}, [2]bool{step.in, step.changed})
			now, _ := w.patient(p.ID)
			equal(t, c.claim+": opted out", now.OptedOut(), !step.in)
		}
		equal(t, c.claim, w.heard(p.ID), c.heard)
	}
}

func TestWhichPreferencesCanBeAskedFor(t *testing.T) {
	t.Parallel()
	item := func(key string, v program.Given) []program.Item {
		return []program.Item{{Kind: program.Object, Key: program.Said(key), Value: v}}
	}
	for _, c := range []struct {
		claim  string
		prog   program.Program
		change func(*program.Preference)
		rule   program.Rule
	}{
		{"no action", plain(), func(s *program.Preference) { s.Action = program.Given{} }, program.Required},
		{"an action that is a text", plain(), func(s *program.Preference) { s.Action = program.Said("consent") }, program.WrongKind},
		{"an action without a name", plain(), func(s *program.Preference) { s.Name = program.Given{} }, program.Required},
		{"another action", plain(), func(s *program.Preference) { s.Name = program.Said("address") }, program.Unsupported},
		{"consent to something else", plain(), func(s *program.Preference) { s.Value = program.Said("email") }, program.Unsupported},
		{"no flag", plain(), func(s *program.Preference) { s.Items = nil }, program.Unsupported},
		{"a flag that is neither", plain(), func(s *program.Preference) { s.Items = item("opt-in", program.Said("no")) }, program.Unsupported},
		{"a number", plain(), func(s *program.Preference) { s.Items = item("opt-in", program.Given{Kind: program.Integer, Text: "0"}) }, program.Unsupported},
		{"another key", plain(), func(s *program.Preference) { s.Items = item("opt-out", program.Said("true")) }, program.Unsupported},
		{"another key where that was read so", speaking(t, "AMB-028", "opt-in, opt-out, revoke"), func(s *program.Preference) { s.Items = item("opt-out", program.Said("true")) }, 0},
		{"a revocation there", speaking(t, "AMB-028", "opt-in, opt-out, revoke"), func(s *program.Preference) { s.Items = item("revoke", program.Flag(true)) }, 0},
		{"a boolean where it must be a string", speaking(t, "optAccept", "string"), func(s *program.Preference) { s.Items = item("opt-in", program.Flag(false)) }, program.Unsupported},
		{"a string where it must be a boolean", speaking(t, "optAccept", "boolean"), func(*program.Preference) {}, program.Unsupported},
	} {
		t.Run(c.claim, func(t *testing.T) {
			w := newWorld(t, c.prog)
			p := w.invite()
			said := prefers(p, program.Said("false"))
			c.change(&said)
			_, _, err := w.prefer(said)
			if c.rule == 0 && err != nil {
				t.Fatal(err)
			} else if c.rule != 0 {
				refused(t, err, c.rule)
			}
			now, _ := w.patient(p.ID)
			equal(t, "opted out", now.OptedOut(), c.rule == 0)
		})
	}
}

func TestMagicNumbersForceAnOutcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.invite(named("maya-191", "+12025550191"))
	equal(t, "who opts out at once", p.OptedOut(), true)
	equal(t, "what the partner hears", w.heard(p.ID), []program.Happening{program.OptedOut})
	_, err := w.tryInvite(invitation(named("maya-194", "+12025550194")))
	equal(t, "who is invited already", refused(t, err, program.AlreadyInvited).Existing.Phone, "+12025550194")
	if _, fails := program.Undeliverable("+12025550190"); !fails {
		t.Error("the undeliverable number is deliverable")
	}
	for _, m := range program.MagicNumbers() {
		if _, err := w.tryInvite(invitation(named("again-"+m.Phone, m.Phone))); m.Phone == "+12025550194" != (err != nil) && m.Phone != "+12025550191" {
			t.Errorf("%s: %v", m.Phone, err)
		}
	}
}

func TestAnInfusionUpdateIsToldEachTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.opened(noConsent)
	said := program.Infusion{Facility: "Lakeside", Insurance: true}
	update := func(said program.Infusion, values map[string]string) (program.Patient, error) {
		return w.tryAct(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.UpdateInfusion(tx, p.ID, said, values) })
	}
	for range 2 {
		after, err := update(said, map[string]string{"insurance.carrier": "Blue Lake"})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "carrier", after.Answer("insurance.carrier"), "Blue Lake")
	}
	equal(t, "heard", w.heard(p.ID), []program.Happening{program.InfusionUpdated, program.InfusionUpdated})
	equal(t, "told", w.ears.last.Infusion.Facility, "Lakeside")
	_, err := update(program.Infusion{}, map[string]string{"insurance.carrier": "x"})
	refused(t, err, program.NotAllowed)
	_, err = update(said, map[string]string{"address.city": "x"})
	refused(t, err, program.NotAllowed)
	_, err = update(program.Infusion{Facility: string(make([]byte, 101))}, nil)
	refused(t, err, program.TooLong)
	var kept program.Infusion
	w.box.View(func(r sandbox.Reader) { kept, _ = w.support.InfusionOf(r, p.ID) })
	equal(t, "kept", kept.Facility, "Lakeside")
}
