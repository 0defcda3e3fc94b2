package phone

import (
	"net/http"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// review is one screen on the finish page: what was said there.
type review struct {
	Heading  string
	Address  string // where it can be changed
	Lines    []line
	Pictures []picture
}

type line struct{ Label, Value string }

// want is something that is still to be supplied, and where.
type want struct{ Label, Address string }

func (p *Phone) showFinish(v *visitor) door.Answer { return p.finishPage(v, http.StatusOK, nil) }

// finishPage is the last look before the end.
func (p *Phone) finishPage(v *visitor, status int, wrong refusals) door.Answer {
	pg := v.page("Check and finish", "Please look at your answers once more.")
	pg.at(v, finishPage)
	content := struct {
		Wants   []want
		Reviews []review
	}{v.wants(), p.reviews(v)}
	if len(content.Reviews) == 0 {
		pg.Lead = "There is nothing left to fill in. All that is left to do is to finish."
	}
	pg.Content = content
	if len(wrong) > 0 {
		pg.Alert = "We cannot finish yet. This is still missing"
		for _, w := range content.Wants {
			pg.Faults = append(pg.Faults, problem{w.Label, w.Address})
		}
	}
	return p.render(status, "finish", pg, wrong...)
}

// wants names the required items that are missing.
func (v *visitor) wants() []want {
	var out []want
	for _, item := range v.prog.Missing(&v.patient) {
		w := want{Label: item}
		if use, ok := program.ParseUse(item); ok && use == program.SignatureImage {
			w = want{"Your signature", v.link(program.Signature.String())}
		} else if ok {
			w = want{v.pictureLabel(use), v.link(program.Cards.String())}
		} else if f, ok := v.prog.Field(item); ok && f.Screen == program.ConsentScreen {
			w.Label = v.label(f) // no screen asks for it: the partner has to bring it
		} else if ok {
			w = want{v.label(f), v.link(f.Screen.String()) + "#" + fieldID(v.prog, f.Screen, f.Key)}
		}
		out = append(out, w)
	}
	return out
}

// reviews shows the screens of the patient's way again.
func (p *Phone) reviews(v *visitor) []review {
	var out []review
	for _, s := range v.steps() {
		if s == program.ConsentScreen {
			continue
		}
		one := review{Heading: v.heading(s), Address: v.link(s.String())}
		for _, f := range v.prog.FieldsOn(s) {
			if value := v.patient.Answer(f.Key); value != "" && v.applies(f, nil) {
				one.Lines = append(one.Lines, line{v.label(f), read(f, value)})
			}
		}
		switch s {
		case program.Cards:
			for _, x := range p.pictures(v, nil) {
				if x.Address != "" {
					one.Pictures = append(one.Pictures, x)
				}
			}
		case program.Signature:
			if id := v.patient.MediaID(program.SignatureImage); id != "" {
				one.Pictures = append(one.Pictures, picture{Label: "Your signature", Address: v.link(mediaFolder, id)})
			}
		}
		out = append(out, one)
	}
	return out
}

func (p *Phone) postFinish(v *visitor) door.Answer {
	if _, err := form(v.Call, formLimit); err != nil {
		return p.turnedAway(err)
	}
	v, err := p.act(v.Call, func(tx *sandbox.Tx, v *visitor) (program.Patient, error) {
		return p.support.Finish(tx, v.patient.ID)
	})
	return p.outcome(v, err, func(wrong refusals) door.Answer {
		return p.finishPage(v, http.StatusUnprocessableEntity, wrong)
	})
}

// showDone thanks. It leads to the tracker by a link only: being there counts.
func (p *Phone) showDone(v *visitor) door.Answer {
	name := v.patient.FirstName
	if v.patient.Accompanied() {
		if caregiver := v.patient.Answer("caregiver.first.name"); caregiver != "" {
			name = caregiver
		}
	}
	pg := v.page("Thank you, "+name, "")
	pg.Content = struct {
		Brand, Tracker, Infusion string
		OptedOut                 bool
	}{v.brand(), v.link(trackerPage), v.link(infusionPage), v.patient.OptedOut()}
	return p.render(http.StatusOK, "done", pg)
}
