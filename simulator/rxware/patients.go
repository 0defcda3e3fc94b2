package rxware

import (
	"net/http"
	"slices"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// read is H2: what is known of a patient (HA-GET-001 to 003, HA-OUR-003), in the
// names and forms of W1.
func (v *Vendor) read(c *door.Call) door.Answer {
	if slices.Contains(reserved, c.Params.ByName("id")) {
		return notThat(c)
	}
	var p program.Patient
	var prog *program.Program
	var statuses []program.CaseUpdate
	var err error
	c.Sandbox.View(func(r sandbox.Reader) {
		c.Subject = subject(c)
		p, prog, err = v.support.Read(r, v.caller(v.support.Directory(r), c, r.Now()), program.ScopeRead, c.Params.ByName("id"))
		if err == nil {
			statuses = v.support.Statuses(r, p.ID)
		}
	})
	if err != nil {
		return reading.refuse(err, v.dialect(c))
	}
	return say(http.StatusOK, func(w *writer) {
		o := about(w, &p, prog)
		w.object("data", func() {
			w.must("id", p.ID.String())
			w.must("supportProgramId", p.Program)
			o.personal()
			o.consents()
			o.externalIDs(dialect.SourceEnrollment)
			o.medicalCondition()
			w.object("status", func() {
				for _, u := range statuses {
					w.foreign(u.Name, u.Text, program.Text)
				}
			})
			o.extras(inRead)
		})
	})
}

// medicalCondition is what the program treats, unless the partner said
// otherwise.
func (o person) medicalCondition() {
	condition := o.prog.Condition
	for _, a := range o.p.Answers {
		if a.Key == "medicalCondition" && a.Kind == program.Text && o.member(&a, inRead) != program.NotShown {
			condition = a.Value
		}
	}
	if condition == "" {
		o.raw("medicalCondition", "null")
		return
	}
	o.must("medicalCondition", condition)
}
