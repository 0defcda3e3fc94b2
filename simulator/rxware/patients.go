package rxware

import (
	"net/http"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// read is H2: what is known of a patient (HA-GET-001 to 003, HA-OUR-003).
func (v *Vendor) read(c *door.Call) door.Answer {
	if slices.Contains(reserved, c.Params.ByName("id")) {
		return notThat(c)
	}
	var p program.Patient
	var prog *program.Program
	var err error
	c.Sandbox.View(func(r sandbox.Reader) {
		c.Subject = subject(c)
		p, prog, err = v.support.Read(r, v.caller(v.support.Directory(r), c, r.Now()), program.ScopeRead, c.Params.ByName("id"))
	})
	if err != nil {
		return reading.refuse(err, v.dialect(c))
	}
	return say(http.StatusOK, func(w *writer) {
		w.object("data", func() {
			w.must("id", p.ID.String())
			w.must("supportProgramId", p.Program)
			w.personal(&p, prog)
			w.consents(&p)
			w.externalIDs(&p, "Partner")
			w.medicalCondition(&p, prog)
			w.object("customData", func() { w.custom(&p) }) // HA-GET-002
		})
	})
}

// medicalCondition is what the program treats, unless the partner said
// otherwise.
func (w *writer) medicalCondition(p *program.Patient, prog *program.Program) {
	condition := prog.Condition
	for _, a := range p.Custom() {
		if a.Key == "medicalCondition" && a.Kind == program.Text {
			condition = a.Value
		}
	}
	if condition == "" {
		w.raw("medicalCondition", "null")
		return
	}
	w.must("medicalCondition", condition)
}

// custom writes the fields that the contract does not know, as they came.
func (w *writer) custom(p *program.Patient) {
	for _, a := range p.Custom() {
		name := string(gjson.AppendJSONString(nil, a.Key))
		name = name[1 : len(name)-1] // the writer puts the quotes
		if a.Kind == program.Text {
			w.must(name, a.Value)
		} else {
			w.raw(name, a.Value)
		}
	}
}

// personal writes what webhooks and reads say of a patient, from the number to
// the insurance, in the names and forms of section 5.1 (AMB-001 consents, AMB-002 apt, AMB-007
// and 008 epochMs, AMB-010 snake, AMB-011 capitalized, AMB-012 mapToEvening,
// AMB-013 joined).
func (w *writer) personal(p *program.Patient, prog *program.Program) {
	a := answers{p, prog}
	w.must("phoneNumber", p.Phone)
	w.must("firstName", p.FirstName)
	w.must("lastName", p.LastName)
	w.date("dob", a.of("patient.dob"))
	w.text("gender", a.of("patient.gender"))
	w.text("contact_method", capitalized(a.of("patient.contact.method")))
	w.text("pref_language", capitalized(a.of("patient.prefLanguage")))
	w.text("email", a.of("patient.email"))
	w.text("call_time", callTime(a.of("patient.callTime")))
	if p.Accompanied() { // HA-OUR-009
		w.object("caregiver", func() {
			w.text("name", strings.TrimSpace(a.of("caregiver.first.name")+" "+a.of("caregiver.last.name"))) // HA-OUR-010
			w.text("relationship", a.of("caregiver.relationship"))
			w.text("phone", a.of("caregiver.phone.number"))
			w.text("email", a.of("caregiver.email"))
		})
	}
	w.object("address", func() {
		for _, part := range []string{"street", "apt", "city", "state", "zip"} {
			w.text(part, a.of("address."+part))
		}
	})
	w.object("insurance", func() {
		w.object("primaryInsurance", func() {
			w.text("carrier", a.of("insurance.carrier"))
			w.text("member_id", a.of("insurance.memberId"))
			w.text("group_num", a.of("insurance.groupNum"))
			w.text("cardname", a.of("insurance.cardname"))
			w.date("card_dob", a.of("insurance.Dob"))
			w.text("front_picture_image", p.MediaID(program.PrimaryFront))
			w.text("back_picture_image", p.MediaID(program.PrimaryBack))
		})
		w.object("secondaryInsurance", func() {
			w.text("status", a.of("insurance.secondary.status"))
			if !p.HasSecondary() { // RX-OUR-024
				return
			}
			w.text("carrier", a.of("insurance.secondary.carrier"))
			w.text("member_id", a.of("insurance.secondary.memberid"))
			w.text("group_num", a.of("insurance.secondary.groupNum"))
			w.text("cardname", a.of("insurance.secondary.cardname"))
			w.date("card_dob", a.of("insurance.secondary.cardDob")) // AMB-050: only if it is a date
			w.text("front_picture_image", p.MediaID(program.SecondaryFront))
			w.text("back_picture_image", p.MediaID(program.SecondaryBack))
		})
	})
}

func (w *writer) signature(p *program.Patient) {
	if !p.SignedAt.IsZero() {
		w.object("signature", func() {
			w.number("timestamp", p.SignedAt.UnixMilli())
			w.text("image", p.MediaID(program.SignatureImage))
		})
	}
}

func (w *writer) consents(p *program.Patient) {
	if p.NeedsConsent && len(p.Consents) > 0 { // HA-OUR-008
		w.list("consents", func() {
			for _, c := range p.Consents {
				w.object("", func() {
					w.must("name", c.Name)
					w.truth("value", c.Value)
					w.number("timestamp", c.At.UnixMilli())
				})
			}
		})
	}
}

func (w *writer) externalIDs(p *program.Patient, source string) {
	w.list("externalIds", func() {
		w.object("", func() {
			w.must("source", source)
			w.must("sourceId", p.ExternalID)
		})
	})
}

// date writes a date of birth as milliseconds since 1970, negative before
// (HA-HOOK-ENROLL-008 to 011), if the value is one.
func (w *writer) date(name, value string) {
	if t, ok := program.ParseBirthDate(value); ok {
		w.number(name, t.UnixMilli())
	}
}

// answers reads a patient's answers, choices in the vendor's spelling.
type answers struct {
	p    *program.Patient
	prog *program.Program
}

func (a answers) of(key string) string {
	value := a.p.Answer(key)
	if f, ok := a.prog.Field(key); ok {
		return f.Listed(value)
	}
	return value
}

func capitalized(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// callTime is Morning or Evening, which are all the webhook knows
// (HA-HOOK-ENROLL-016); the invitation's afternoon is its evening.
func callTime(s string) string {
	if s == "afternoon" {
		return "Evening"
	}
	return capitalized(s)
}
