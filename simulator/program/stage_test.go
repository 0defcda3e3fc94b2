package program_test

import (
	"errors"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// at brings a patient to a stage.
func (w world) at(s program.Stage) program.ID {
	w.t.Helper()
	switch s {
	case program.Invited:
		return w.invite().ID
	case program.Consenting:
		return w.opened().ID
	case program.Enrolling:
		return w.opened(noConsent).ID
	default:
		id := w.opened(noConsent).ID
		w.act(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Finish(tx, id) })
		return id
	}
}

func (w world) do(tx *sandbox.Tx, a program.Act, id program.ID) (program.Patient, error) {
	switch a {
	case program.OpenLink:
		return w.support.Open(tx, id)
	case program.Consent:
		return w.support.Consent(tx, id, map[string]bool{"communication": true, "sharePHI": true})
	case program.AnswerScreen:
		return w.support.Answer(tx, id, program.About, map[string]string{"patient.gender": "female"})
	case program.UploadMedia:
		_, err := w.support.AddMedia(tx, id, program.PrimaryFront, pdf)
		return program.Patient{}, err
	case program.Sign:
		return w.support.Sign(tx, id, picture)
	case program.Finish:
		return w.support.Finish(tx, id)
	default:
		return w.support.ViewTracker(tx, id)
	}
}

func TestEveryActIsLegalExactlyWhereTheTableSaysSo(t *testing.T) {
	t.Parallel()
	const (
		legal    = ""
		unopened = "the link has not been opened yet"
		first    = "consent has to be given first"
		none     = "there is no consent left to give"
		over     = "the enrollment is finished"
	)
	stages := []program.Stage{program.Invited, program.Consenting, program.Enrolling, program.Finished}
	stageNames := []string{"invited", "consenting", "enrolling", "finished"}
	for _, row := range []struct {
		act  program.Act
		name string
		want [4]string // by stage
	}{
		{program.OpenLink, "open-link", [4]string{legal, legal, legal, legal}},
		{program.Consent, "consent", [4]string{unopened, legal, none, over}},
		{program.AnswerScreen, "answer", [4]string{unopened, first, legal, over}},
		{program.UploadMedia, "upload-media", [4]string{unopened, first, legal, over}},
		{program.Sign, "sign", [4]string{unopened, first, legal, over}},
		{program.Finish, "finish", [4]string{unopened, first, legal, over}},
		{program.ViewTracker, "view-tracker", [4]string{unopened, first, legal, legal}},
	} {
		for i, stage := range stages {
			t.Run(row.name+" when "+stageNames[i], func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				id := w.at(stage)
				before, _ := w.patient(id)
				equal(t, "the stage to start from", before.Stage(), stage)
				sizes, news := w.box.Sizes(), w.heard(id)
				_, err := w.tryAct(func(tx *sandbox.Tx) (program.Patient, error) { return w.do(tx, row.act, id) })
				if row.want[i] == legal {
					if err != nil {
						t.Fatalf("refused: %v", err)
					}
					return
				}
				r := refused(t, err, program.NotNow)
				equal(t, "the act named", r.Field, row.name)
				equal(t, "the stage named", r.Saw, stageNames[i])
				equal(t, "the reason", r.Wants, row.want[i])
				after, _ := w.patient(id)
				equal(t, "the patient", after, before)
				equal(t, "rows", w.box.Sizes(), sizes)
				equal(t, "news", w.heard(id), news)
			})
		}
	}
}

func TestTheStageFollowsFromTheFacts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim string
		facts program.Patient
		want  program.Stage
	}{
		{"nothing has happened", program.Patient{}, program.Invited},
		{"nothing has happened, consent is needed", program.Patient{NeedsConsent: true}, program.Invited},
		{"opened, consent is needed", program.Patient{NeedsConsent: true, OpenedAt: today}, program.Consenting},
		{"opened, no consent is needed", program.Patient{OpenedAt: today}, program.Enrolling},
		{"consent was given", program.Patient{NeedsConsent: true, OpenedAt: today, ConsentedAt: today}, program.Enrolling},
		{"a declined consent is none", program.Patient{NeedsConsent: true, OpenedAt: today,
			Consents: []program.ConsentGiven{{Name: "sharePHI"}}}, program.Consenting},
		{"signed is not finished", program.Patient{OpenedAt: today, SignedAt: today}, program.Enrolling},
		{"finished", program.Patient{OpenedAt: today, FinishedAt: today}, program.Finished},
		{"finished without being opened", program.Patient{FinishedAt: today}, program.Finished},
		{"finished with consent never given", program.Patient{NeedsConsent: true, FinishedAt: today}, program.Finished},
		{"opting out is no stage", program.Patient{OpenedAt: today, OptedOutAt: today}, program.Enrolling},
	} {
		if got := c.facts.Stage(); got != c.want {
			t.Errorf("%s: %v, want %v", c.claim, got, c.want)
		}
	}
}

// about is all that the screen About asks for, and so on.
var (
	about = all(with("patient.dob", "1988-08-23T00:00:00+00:00"), with("patient.gender", "female"), with("patient.prefLanguage", "english"))
	reach = all(with("patient.contact.method", "phone"), with("patient.email", "maya@example.com"), with("patient.callTime", "morning"))
	home  = all(with("address.street", "512 Oak St."), with("address.city", "Huntsville"), with("address.state", "AL"), with("address.zip", "35803"))
	cover = all(with("insurance.carrier", "Aetna"), with("insurance.memberId", "1"), with("insurance.groupNum", "2"),
		with("insurance.cardname", "Maya Lind"), with("insurance.Dob", "1988-08-23T00:00:00+00:00"))
	noSecond = with("insurance.secondary.status", "inactive")
)

func TestScreensAreShownWhereSomethingIsMissing(t *testing.T) {
	t.Parallel()
	sized := plain()
	sized.Agreed = []program.Field{
		{Key: "shoe.size", Screen: program.About},
		{Key: "shoe.width", Screen: program.Contact, Spare: true},
	}
	apartment := plain()
	apartment.Required = []string{"address.apt"}
	const everything = "about contact address insurance secondary-insurance cards signature"
	for _, c := range []struct {
		claim string
		prog  program.Program
		said  change
		want  string
	}{
		{"all but the caregiver's", plain(), noConsent, everything},
		{"consent comes first", plain(), all(), "consent " + everything},
		{"skipOnboarding shows nothing but consent", plain(), skipping, "consent"},
		{"a complete screen is skipped (RX-INVITE-036)", plain(), all(noConsent, about),
			"contact address insurance secondary-insurance cards signature"},
		{"a nearly complete screen is shown (RX-INVITE-035)", plain(), all(noConsent, with("patient.gender", "female")), everything},
		{"the invited number is the patient's own", plain(), all(noConsent, reach),
			"about address insurance secondary-insurance cards signature"},
		{"a spare field alone shows no screen", plain(), all(noConsent, home),
			"about contact insurance secondary-insurance cards signature"},
		{"a spare field that is required does", apartment, all(noConsent, home), everything},
		{"and is content when it is there", apartment, all(noConsent, home, with("address.apt", "15")),
			"about contact insurance secondary-insurance cards signature"},
		{"an agreed field shows its screen", sized, all(noConsent, about), everything},
		{"an agreed field that came along does not", sized, all(noConsent, about, with("shoe.size", "38")),
			"contact address insurance secondary-insurance cards signature"},
		{"an agreed spare field does not", sized, all(noConsent, reach),
			"about address insurance secondary-insurance cards signature"},
		{"no second insurance leaves nothing to ask of it", plain(), all(noConsent, noSecond),
			"about contact address insurance cards signature"},
		{"a second insurance has more to ask", plain(), all(noConsent, with("insurance.secondary.status", "ACTIVE")), everything},
		{"a caregiver is asked about where there is one", plain(), all(noConsent, byCaregiver, caregiver),
			"about contact address caregiver insurance secondary-insurance cards signature"},
		{"a caregiver of whom all is known is not", plain(), all(noConsent, byCaregiver, caregiver, with("caregiver.email", "ada@example.com")), everything},
		{"everything known leaves pictures and signature", plain(), all(noConsent, about, reach, home, cover, noSecond), "cards signature"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.prog)
			p := w.opened(c.said)
			prog, _ := w.dir.Program(p.Program)
			got := ""
			for i, s := range p.Screens(prog) {
				if i > 0 {
					got += " "
				}
				got += s.String()
			}
			equal(t, "screens", got, c.want)
		})
	}
}

func TestAScreenIsBehindThePatientOnceItWasPassed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.opened(noConsent)
	prog, _ := w.dir.Program(programID)
	for s := program.About; s <= program.Signature; s++ {
		p = w.act(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Answer(tx, p.ID, s, nil) })
		for _, shown := range p.Screens(prog) {
			if shown <= s {
				t.Errorf("after %v: %v is shown again", s, shown)
			}
		}
	}
	equal(t, "screens left", len(p.Screens(prog)), 0)
	p = w.act(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Finish(tx, p.ID) })
	equal(t, "screens of a finished enrollment", len(p.Screens(prog)), 0)
}

func TestASecondInsuranceAsksForTwoMorePictures(t *testing.T) {
	t.Parallel()
	p := program.Patient{}
	equal(t, "one insurance", p.Pictures(), []program.Use{program.PrimaryFront, program.PrimaryBack})
	p.Answers = []program.Answer{{Key: "insurance.secondary.status", Value: "Active"}}
	equal(t, "two insurances", p.Pictures(),
		[]program.Use{program.PrimaryFront, program.PrimaryBack, program.SecondaryFront, program.SecondaryBack})
}

func TestScreensAndUsesAreFoundByTheirNames(t *testing.T) {
	t.Parallel()
	for s := program.ConsentScreen; s <= program.Signature; s++ {
		if got, ok := program.ParseScreen(s.String()); !ok || got != s {
			t.Errorf("screen %v: %v, %v", s, got, ok)
		}
	}
	for u := program.PrimaryFront; u <= program.SignatureImage; u++ {
		if got, ok := program.ParseUse(u.String()); !ok || got != u {
			t.Errorf("use %v: %v, %v", u, got, ok)
		}
	}
	if _, ok := program.ParseScreen("About"); ok {
		t.Error("a screen is found by another name")
	}
	if _, ok := program.ParseUse(""); ok {
		t.Error("a use is found without a name")
	}
}

func TestOpeningTheLinkAgainChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.opened()
	w.box.Clock().Advance(time.Hour)
	again := w.act(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Open(tx, p.ID) })
	equal(t, "the patient", again, p)
}

func TestActsOfNobodyAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for a := program.OpenLink; a <= program.ViewTracker; a++ {
		_, err := w.tryAct(func(tx *sandbox.Tx) (program.Patient, error) { return w.do(tx, a, 42) })
		refused(t, err, program.UnknownPatient)
	}
	_, err := w.tryAct(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Text(tx, 42, "STOP") })
	refused(t, err, program.UnknownPatient)
}

func TestAPatientWhoseProgramIsGoneIsToldSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened().ID
	empty, err := program.NewDirectory(program.Keys{}, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.update(func(tx *sandbox.Tx) error {
		w.support.SetDirectory(tx, empty)
		return nil
	})
	_, err = w.tryAct(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.ViewTracker(tx, id) })
	equal(t, "the program named", refused(t, err, program.UnknownProgram).Program, programID)
	var r *program.Refusal
	if errors.As(err, &r); r.Error() == "" {
		t.Error("a refusal has nothing to say")
	}
}
