package phone

import (
	"net/http"
	"net/url"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

const lookAgain = "Please look at this again"

func (p *Phone) showScreen(v *visitor, s program.Screen) door.Answer {
	return p.screenPage(v, s, http.StatusOK, nil, nil)
}

// screenPage is a page of fields.
func (p *Phone) screenPage(v *visitor, s program.Screen, status int, said url.Values, wrong refusals) door.Answer {
	pg := v.page(v.heading(s), leads[s])
	pg.at(v, s.String())
	pg.Content = v.sections(s, said, wrong)
	pg.complain(lookAgain, wrong, v.whereOn(s))
	return p.render(status, "screen", pg, wrong...)
}

// whereOn finds what a refusal is about among the fields of a screen.
func (v *visitor) whereOn(s program.Screen) func(*program.Refusal) (label, id, text string) {
	return func(r *program.Refusal) (label, id, text string) {
		f, ok := v.prog.Field(r.Field)
		if !ok || f.Screen != s {
			return "", "", complaint(r, nil)
		}
		if v.patient.Editable(f.Key) {
			id = fieldID(v.prog, s, f.Key)
		}
		return v.label(f), id, complaint(r, f)
	}
}

func (p *Phone) postScreen(v *visitor, s program.Screen) door.Answer {
	said, err := form(v.Call, formLimit)
	if err != nil {
		return p.turnedAway(err)
	}
	v, err = p.act(v.Call, func(tx *sandbox.Tx, v *visitor) (program.Patient, error) {
		return p.answer(tx, v, s, said)
	})
	return p.outcome(v, err, func(wrong refusals) door.Answer {
		return p.screenPage(v, s, http.StatusUnprocessableEntity, said, wrong)
	})
}

// answer stores what was said on a screen, or returns all that is wrong with
// it.
func (p *Phone) answer(tx *sandbox.Tx, v *visitor, s program.Screen, said url.Values) (program.Patient, error) {
	values, wrong := v.entries(s, said)
	return v.judge(s, values, wrong, func() (program.Patient, error) {
		return p.support.Answer(tx, v.patient.ID, s, values)
	})
}

// judge lets the domain judge values beside what is wrong already. The domain
// refuses at the first fault, so it is asked again without that one; the
// caller's update is undone in any case.
func (v *visitor) judge(s program.Screen, values map[string]string, wrong refusals, do func() (program.Patient, error)) (program.Patient, error) {
	for {
		patient, err := do()
		if err == nil && len(wrong) == 0 {
			return patient, nil
		}
		if err == nil {
			return patient, v.inOrder(s, wrong)
		}
		one, ok := refusalsIn(err)
		if !ok {
			return patient, err
		}
		if _, about := values[one[0].Field]; !about {
			return patient, err // it is not about an answer
		}
		wrong = append(wrong, one...)
		delete(values, one[0].Field)
	}
}

// inOrder puts refusals in the order in which the screen asks.
func (v *visitor) inOrder(s program.Screen, wrong refusals) refusals {
	var sorted refusals
	for _, f := range v.prog.FieldsOn(s) {
		if r := wrong.of(f.Key); r != nil {
			sorted = append(sorted, r)
		}
	}
	for _, r := range wrong { // what the screen does not ask for, one will do
		if f, ok := v.prog.Field(r.Field); !ok || f.Screen != s {
			return append(sorted, r)
		}
	}
	return sorted
}
