package phone

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// The inputs of the infusion page beside those of the insurance, as the partner
// will hear of them (section 8.2).
const (
	infusionDate = "infusionDate"
	facilityName = "facilityName"
	insuranceNew = "haveInsuranceUpdate"
)

const longestFacility = 100

func (p *Phone) showInfusion(v *visitor) door.Answer {
	return p.infusionPage(v, http.StatusOK, nil, nil)
}

// infusionPage asks about the next infusion, and for news of the insurance.
func (p *Phone) infusionPage(v *visitor, status int, said url.Values, wrong refusals) door.Answer {
	pg := v.page(capital(v.whose())+" infusions", "Tell us when and where the next one is, and whether anything has changed with the insurance.")
	pg.Back = v.next()
	own := p.infusionControls(v, said, wrong)
	insurance := section{When: insuranceNew, Is: "yes"}
	for _, f := range v.insuranceFields() {
		insurance.Controls = append(insurance.Controls, v.control(f, said, wrong))
	}
	pg.Content = []section{{Controls: own}, insurance}
	pg.complain(lookAgain, wrong, func(r *program.Refusal) (string, string, string) {
		for _, c := range own {
			if c.Name == r.Field {
				return c.Label, c.ID, c.Error
			}
		}
		return v.whereOn(program.Insurance)(r)
	})
	return p.render(status, "infusion", pg, wrong...)
}

// insuranceFields are what the page asks for when there is news of the
// insurance. Policy: the cardholder's date of birth is no news.
func (v *visitor) insuranceFields() []*program.Field {
	return slices.DeleteFunc(slices.Clone(v.prog.FieldsOn(program.Insurance)), func(f *program.Field) bool { return isDate(f, "") })
}

// infusionControls are filled in with what was said now or, at first, with what
// was said last; a date that is over is not the next one's.
func (p *Phone) infusionControls(v *visitor, said url.Values, wrong refusals) []control {
	last, _ := p.infusion(v)
	if said == nil {
		said = url.Values{facilityName: {last.Facility}}
		if !last.Date.IsZero() && !last.Date.Before(v.now.Truncate(24*time.Hour)) {
			said.Set(infusionDate, last.Date.Format(inputDate))
		}
	}
	all := []control{
		{ID: "infusion-date", Name: infusionDate, Label: "Date of the next infusion", Type: "date", Hint: "Leave it empty if there is none."},
		{ID: "facility", Name: facilityName, Label: "Where is it?", Type: "text", Max: longestFacility, Capitals: "words", Hint: "The name of the clinic or infusion center."},
		{ID: "insurance-news", Name: insuranceNew, Label: "Is there news of your insurance?", Choices: []choice{{Value: "Yes", Label: "Yes"}, {Value: "No", Label: "No"}}},
	}
	for i := range all {
		c := &all[i]
		c.Autocomplete, c.Value = "off", strings.ToValidUTF8(said.Get(c.Name), "\uFFFD")
		if r := wrong.of(c.Name); r != nil {
			c.Error = infusionComplaint(r)
		}
		for j := range c.Choices {
			c.Choices[j].Chosen = c.Value == c.Choices[j].Value || c.Value == "" && c.Choices[j].Value == "No"
		}
		c.nameChoices()
	}
	if all[0].Error != "" { // a date input would drop what it does not understand
		all[0].Type, all[0].Hint = "text", "Month/day/year, such as 08/23/2026."
	}
	if v.patient.Accompanied() {
		all[2].Label = "Is there news of the insurance?"
	}
	return all
}

func infusionComplaint(r *program.Refusal) string {
	switch r.Field {
	case infusionDate:
		return "Please enter a real date, such as 08/23/2026."
	case insuranceNew:
		return "Please choose one of the answers shown."
	}
	return complaint(r, &program.Field{})
}

// infusion is what the patient said last.
func (p *Phone) infusion(v *visitor) (last program.Infusion, any bool) {
	v.Sandbox.View(func(r sandbox.Reader) { last, any = p.support.InfusionOf(r, v.patient.ID) })
	return last, any
}

// postInfusion takes what was said, and thanks. It is no visit to the tracker.
func (p *Phone) postInfusion(v *visitor) door.Answer {
	said, err := form(v.Call, formLimit)
	if err != nil {
		return p.turnedAway(err)
	}
	v, err = p.act(v.Call, func(tx *sandbox.Tx, v *visitor) (program.Patient, error) {
		return p.updateInfusion(tx, v, said)
	})
	if err == nil {
		return v.redirect(v.link(thanksPage))
	}
	return p.outcome(v, err, func(wrong refusals) door.Answer {
		return p.infusionPage(v, http.StatusUnprocessableEntity, said, wrong)
	})
}

// updateInfusion keeps what was said, or returns all that is wrong with it.
func (p *Phone) updateInfusion(tx *sandbox.Tx, v *visitor, said url.Values) (program.Patient, error) {
	infusion, wrong := readInfusion(said)
	about := url.Values{}
	for key, list := range said {
		f, known := v.prog.Field(key)
		switch {
		case key == infusionDate, key == facilityName, key == insuranceNew:
		case known && f.Screen == program.Insurance && !infusion.Insurance: // without a script it comes along with every No
		default:
			about[key] = list
		}
	}
	values, unreadable := v.entries(program.Insurance, about)
	patient, err := v.judge(program.Insurance, values, unreadable, func() (program.Patient, error) {
		return p.support.UpdateInfusion(tx, v.patient.ID, infusion, values)
	})
	others, judged := refusalsIn(err)
	if len(wrong) == 0 || err != nil && !judged || judged && others[0].Rule == program.NotNow {
		return patient, err
	}
	return patient, append(wrong, others...)
}

// readInfusion takes what was said of the infusion out of a form.
func readInfusion(said url.Values) (infusion program.Infusion, wrong refusals) {
	refuse := func(rule program.Rule, field, wants string) {
		wrong = append(wrong, &program.Refusal{Rule: rule, Field: field, Wants: wants, Limit: longestFacility,
			Saw: strings.ToValidUTF8(said.Get(field), "\uFFFD")})
	}
	if date := strings.TrimSpace(said.Get(infusionDate)); date != "" {
		var ok bool
		if infusion.Date, ok = readDate(date); !ok || infusion.Date.Year() < firstYear {
			refuse(program.NotAllowed, infusionDate, "a date")
		}
	}
	infusion.Facility = strings.TrimSpace(said.Get(facilityName))
	switch {
	case !utf8.ValidString(infusion.Facility):
		refuse(program.NotAllowed, facilityName, "text in UTF-8")
	case utf8.RuneCountInString(infusion.Facility) > longestFacility:
		refuse(program.TooLong, facilityName, "a shorter text")
	}
	switch said.Get(insuranceNew) {
	case "Yes":
		infusion.Insurance = true
	case "No", "":
	default:
		refuse(program.NotAllowed, insuranceNew, "Yes or No")
	}
	if len(wrong) > 0 { // the rest is judged without it, and nothing is kept
		infusion = program.Infusion{Insurance: infusion.Insurance}
	}
	return infusion, wrong
}

// firstYear is before every infusion; the calendar of a date input is older.
const firstYear = 1900

// showThanks says back what was said last. It leads to the tracker by a link
// only: being there counts.
func (p *Phone) showThanks(v *visitor) door.Answer {
	said, any := p.infusion(v)
	if !any {
		return v.redirect(v.link(infusionPage))
	}
	var lines []line
	if !said.Date.IsZero() {
		lines = append(lines, line{"When", said.Date.Format(longDate)})
	}
	if said.Facility != "" {
		lines = append(lines, line{"Where", said.Facility})
	}
	lines = append(lines, line{"Insurance", "No news"})
	if said.Insurance {
		lines[len(lines)-1].Value = "There is news"
	}
	pg := v.page("Thank you", "We have let your support team know.")
	pg.Content = struct {
		Lines             []line
		Infusion, Tracker string
	}{lines, v.link(infusionPage), v.link(trackerPage)}
	return p.render(http.StatusOK, "thanks", pg)
}
