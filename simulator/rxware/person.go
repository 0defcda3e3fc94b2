package rxware

import (
	"strings"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
)

// person writes what webhooks and reads say of a patient, in the names and forms
// of section 5.1 as the program's dialect has them.
type person struct {
	*writer
	p    *program.Patient
	prog *program.Program
	d    *dialect.Set
}

func about(w *writer, p *program.Patient, prog *program.Program) person {
	return person{w, p, prog, &prog.Dialect}
}

// answer is what the patient answered, choices in the vendor's spelling.
func (o person) answer(key string) string {
	value := o.p.Answer(key)
	if f, ok := o.prog.Field(key); ok {
		return f.Listed(value)
	}
	return value
}

// personal writes what there is from the number to the insurance.
func (o person) personal() {
	born := o.d.Of(dialect.WebhookDob)
	o.must("phoneNumber", o.p.Phone)
	o.must("firstName", o.p.FirstName)
	o.must("lastName", o.p.LastName)
	o.date("dob", o.answer("patient.dob"), born)
	o.text("gender", o.answer("patient.gender"))
	o.text("contact_method", o.contactMethod())
	o.text("pref_language", capitalized(o.answer("patient.prefLanguage")))
	o.text("email", o.answer("patient.email"))
	o.text("call_time", o.callTime())
	o.caregiver()
	o.address()
	o.insurance(false, o.d.Of(dialect.PrimaryCardDob), born)
}

func (o person) caregiver() {
	if !o.p.Accompanied() { // HA-OUR-009
		return
	}
	o.object("caregiver", func() {
		given, family := o.answer("caregiver.first.name"), o.answer("caregiver.last.name")
		if o.d.Is(dialect.CaregiverName, "split") { // AMB-013. Policy: named as the patient's
			o.text("firstName", given)
			o.text("lastName", family)
		} else {
			o.text("name", strings.TrimSpace(given+" "+family)) // HA-OUR-010
		}
		o.text("relationship", o.answer("caregiver.relationship"))
		o.text("phone", o.answer("caregiver.phone.number"))
		o.text("email", o.answer("caregiver.email"))
	})
}

func (o person) address() {
	o.object("address", func() {
		o.text("street", o.answer("address.street"))
		apartment := o.answer("address.apt") // AMB-002
		if !o.d.Is(dialect.ApartmentKey, "apartment") {
			o.text("apt", apartment)
		}
		if !o.d.Is(dialect.ApartmentKey, "apt") {
			o.text("apartment", apartment)
		}
		o.text("city", o.answer("address.city"))
		o.text("state", o.answer("address.state"))
		o.text("zip", o.answer("address.zip"))
	})
}

// card is one insurance: the keys of its answers and the uses of its pictures.
type card struct {
	carrier, member, group, holder, born string
	front, back                          program.Use
}

var (
	firstCard = card{"insurance.carrier", "insurance.memberId", "insurance.groupNum", "insurance.cardname", "insurance.Dob",
		program.PrimaryFront, program.PrimaryBack}
	secondCard = card{"insurance.secondary.carrier", "insurance.secondary.memberid", "insurance.secondary.groupNum",
		"insurance.secondary.cardname", "insurance.secondary.cardDob", program.SecondaryFront, program.SecondaryBack}
)

// cardNames are the members of an insurance whose spelling is in doubt (AMB-010).
type cardNames struct{ member, group, born, front, back string }

var (
	snake = cardNames{"member_id", "group_num", "card_dob", "front_picture_image", "back_picture_image"}
	camel = cardNames{"memberId", "groupNum", "cardDob", "frontPictureImage", "backPictureImage"}
)

// insurance writes both insurances (HA-HOOK-ENROLL-017), in lists of one if need
// be, each cardholder's date of birth in its form.
func (o person) insurance(listed bool, firstBorn, secondBorn string) {
	o.container("insurance", listed, func() {
		o.container("primaryInsurance", listed, func() { o.card(&firstCard, firstBorn) })
		o.container("secondaryInsurance", listed, func() {
			o.text("status", o.answer("insurance.secondary.status"))
			if o.p.HasSecondary() { // RX-OUR-024
				o.card(&secondCard, secondBorn)
			}
		})
	})
}

func (o person) card(c *card, form string) {
	names := &snake
	if o.d.Is(dialect.InsuranceCase, "camel") {
		names = &camel
	}
	o.text("carrier", o.answer(c.carrier))
	o.text(names.member, o.answer(c.member))
	o.text(names.group, o.answer(c.group))
	o.text("cardname", o.answer(c.holder))
	o.date(names.born, o.answer(c.born), form)
	o.text(names.front, o.p.MediaID(c.front))
	o.text(names.back, o.p.MediaID(c.back))
}

func (o person) signature() {
	if !o.p.SignedAt.IsZero() {
		o.object("signature", func() {
			o.epoch("timestamp", o.p.SignedAt)
			o.text("image", o.p.MediaID(program.SignatureImage))
		})
	}
}

// consents writes the list under its name, or under both (AMB-001).
func (o person) consents() {
	if !o.p.NeedsConsent || len(o.p.Consents) == 0 { // HA-OUR-008
		return
	}
	if !o.d.Is(dialect.ConsentKey, "consent") {
		o.list("consents", o.eachConsent)
	}
	if !o.d.Is(dialect.ConsentKey, "consents") {
		o.list("consent", o.eachConsent)
	}
}

func (o person) eachConsent() {
	for _, c := range o.p.Consents {
		o.object("", func() {
			o.must("name", c.Name)
			o.truth("value", c.Value)
			o.epoch("timestamp", c.At)
		})
	}
}

// externalIDs writes the partner's id, whose source was agreed or is the
// switch's (AMB-006). Without an id, the list is empty (HA-OUR-019).
func (o person) externalIDs(source dialect.Switch) {
	if o.p.ExternalID == "" {
		o.raw("externalIds", "[]")
		return
	}
	name := o.prog.Hooks.Source
	if name == "" {
		name = o.d.Of(source)
	}
	o.list("externalIds", func() {
		o.object("", func() {
			o.must("source", name)
			o.must("sourceId", o.p.ExternalID)
		})
	})
}

// Where an agreed field is shown.
func inWebhook(f *program.Field) string { return f.Webhook }
func inRead(f *program.Field) string    { return f.Read }

// extras writes the answers that the contract does not know, as they came: those
// that were agreed to have a member of their own, then the others as customData
// (HA-GET-002).
func (o person) extras(place func(*program.Field) string) {
	all := o.p.Custom()
	for _, a := range all {
		if member := o.member(&a, place); member != "" && member != program.NotShown {
			o.foreign(member, a.Value, a.Kind)
		}
	}
	o.object("customData", func() {
		for _, a := range all {
			if o.member(&a, place) == "" {
				o.foreign(a.Key, a.Value, a.Kind)
			}
		}
	})
}

func (o person) member(a *program.Answer, place func(*program.Field) string) string {
	if f, known := o.prog.Field(a.Key); known {
		return place(f)
	}
	return ""
}
