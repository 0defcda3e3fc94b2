package phone

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// term is one consent as the page asks for it.
type term struct {
	ID, Name, Text string
	Optional       bool
	Given          bool
}

func (p *Phone) showConsent(v *visitor) door.Answer { return p.consentPage(v, http.StatusOK, nil) }

// consentPage asks for the consents. Having declined a needed one is no error:
// the page says what follows from it, and waits.
func (p *Phone) consentPage(v *visitor, status int, wrong refusals) door.Answer {
	said := map[string]bool{}
	for _, given := range v.patient.Consents {
		said[given.Name] = given.Value
	}
	var terms []term
	declined := false
	for i, t := range v.prog.Consents {
		one := term{ID: "consent-" + strconv.Itoa(i+1), Name: t.Name, Text: t.Text, Optional: t.Optional, Given: said[t.Name]}
		if one.Text == "" {
			one.Text = t.Name
		}
		declined = declined || len(v.patient.Consents) > 0 && !one.Given && !t.Optional
		terms = append(terms, one)
	}
	lead := v.brand() + " needs your permission. Please read this, and tick what you agree to."
	if len(terms) == 0 {
		lead = "Please confirm that you would like to take part in " + v.brand() + "."
	}
	pg := v.page(v.heading(program.ConsentScreen), lead)
	pg.at(v, program.ConsentScreen.String())
	pg.Content = struct {
		Terms    []term
		Declined bool
		Brand    string
	}{terms, declined, v.brand()}
	pg.complain("Please look at this again", wrong, func(r *program.Refusal) (string, string, string) {
		return "", "", complaint(r, nil)
	})
	return p.render(status, "consent", pg, wrong...)
}

// postConsent records what was ticked, and that the rest was not.
func (p *Phone) postConsent(v *visitor) door.Answer {
	said, err := form(v.Call, formLimit)
	if err != nil {
		return p.turnedAway(err)
	}
	v, err = p.act(v.Call, func(tx *sandbox.Tx, v *visitor) (program.Patient, error) {
		return p.support.Consent(tx, v.patient.ID, ticked(v.prog, said))
	})
	return p.outcome(v, err, func(wrong refusals) door.Answer {
		return p.consentPage(v, http.StatusUnprocessableEntity, wrong)
	})
}

// ticked says of every consent whether it was given, and of names that are
// none that they were, for the domain to refuse.
func ticked(prog *program.Program, said url.Values) map[string]bool {
	answers := map[string]bool{}
	for _, t := range prog.Consents {
		answers[t.Name] = false
	}
	for _, name := range said["consent"] {
		answers[name] = true
	}
	return answers
}
