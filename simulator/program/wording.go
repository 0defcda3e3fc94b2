package program

import (
	"strings"

	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Command is a direct-to-SMS command of section 6.4.
type Command struct {
	Name string
	SMS  string // Policy: the vendor prints no wordings
}

// Both spellings of the copay card command are one (AMB-058); which of them is
// listed where is in the names.
const (
	copayDotted = "notify.sms.copay.card"
	copayJoined = "notify.sms.copaycard"
)

// commands are all that the documents list.
var commands = []Command{
	{"notify.sms.no.answer", "{program}: Hi {name}, we tried to call you and could not reach you. Please call us back."},
	{"notify.sms.next.call", "{program}: Hi {name}, we are going to call you[ on {date}]."},
	{"notify.sms.missed.call", "{program}: Hi {name}, you missed our call. We will try again."},
	{"notify.sms.next.appointment", "{program}: Hi {name}, this is a reminder of your next appointment[ on {date}]."},
	{"notify.sms.pap.end", "{program}: Hi {name}, your patient assistance is about to end."},
	{"notify.sms.pap.renew", "{program}: Hi {name}, it is time to renew your application for patient assistance: {link}"},
	{"notify.sms.claims.pa.denied", "{program}: Hi {name}, your insurance did not grant the prior authorization. We will be in touch."},
	{"notify.sms.claims.pareq", "{program}: Hi {name}, your insurance asks for a prior authorization. We are on it."},
	{"notify.sms.claims.pa.approved", "{program}: Hi {name}, your insurance granted the prior authorization."},
	{"notify.sms.claims.update", "{program}: Hi {name}, there is news of your claim: {link}"},
	{"notify.sms.claims.paid.pending", "{program}: Hi {name}, the payment of your claim is pending."},
	{"notify.sms.claims.paid", "{program}: Hi {name}, your claim was paid."},
	{"notify.sms.insurance.bv.process", "{program}: Hi {name}, we are checking the benefits of your insurance."},
	{"notify.sms.insurance.approved", "{program}: Hi {name}, your insurance approved your prescription."},
	{"notify.sms.insurance.nocoverage", "{program}: Hi {name}, your insurance seems to be inactive. Please let us know about changes: {link}"},
	{copayDotted, copayWords},
	{"notify.sms.copay.enroll", "{program}: Hi {name}, you can enroll for a copay card: {link}"},
	{"notify.sms.tracker.update", "{program}: Hi {name}, there is news on your tracker: {link}"},
	{"notify.sms.shipped", "{program}: Hi {name}, your order was shipped. Follow it here: {link}"},
	{"notify.sms.shipment", "{program}: Hi {name}, there is news of your shipment: {link}"},
	{"notify.sms.shipment.issue", "{program}: Hi {name}, there is a problem with your shipment. We will be in touch."},
	{"notify.sms.program.terms", "{program}: Hi {name}, these are the terms of the program: {link}"},
	{copayJoined, copayWords},
}

const copayWords = "{program}: Hi {name}, here is your copay card.[ ID {ID}][, group {GroupNum}]"

// Commands returns the documented commands, in the order of the documents.
func Commands() []Command { return append([]Command(nil), commands...) }

// wording fills a text: {program}, {name}, {link} and the keys of data in
// braces. A part in brackets is left out when one of its keys was not given.
// Values are inserted unread (RX-EV-SMS-003); one for which the wording has no
// place follows at the end, so that none is lost.
func (s *Support) wording(r sandbox.Reader, p *Patient, prog *Program, text string, data []Pair) string {
	f := filler{used: map[string]bool{}, values: map[string]string{
		"program": prog.Name, "name": p.addressee(), "link": s.Link(r, p.ID),
	}}
	for _, d := range data {
		f.values[d.Key] = d.Value
	}
	var out strings.Builder
	for text != "" {
		before, rest, open := strings.Cut(text, "[")
		out.WriteString(f.fill(before))
		if !open {
			break
		}
		part, after, closed := strings.Cut(rest, "]")
		if !closed {
			out.WriteString(f.fill("[" + rest))
			break
		}
		if f.has(part) {
			out.WriteString(f.fill(part))
		}
		text = after
	}
	for _, d := range data {
		if !f.used[d.Key] {
			f.used[d.Key] = true
			out.WriteString(" " + d.Key + ": " + f.values[d.Key])
		}
	}
	return out.String()
}

// filler puts values into braces.
type filler struct {
	values map[string]string
	used   map[string]bool
}

// has tells whether every key of a part was given.
func (f *filler) has(part string) bool {
	for {
		_, rest, open := strings.Cut(part, "{")
		key, after, closed := strings.Cut(rest, "}")
		if !open || !closed {
			return true
		}
		if _, given := f.values[key]; !given {
			return false
		}
		part = after
	}
}

// fill replaces the keys that were given; braces around anything else stay.
func (f *filler) fill(part string) string {
	var out strings.Builder
	for {
		before, rest, open := strings.Cut(part, "{")
		out.WriteString(before)
		if !open {
			return out.String()
		}
		key, after, closed := strings.Cut(rest, "}")
		value, given := f.values[key]
		if !closed || !given {
			out.WriteByte('{')
			part = rest
			continue
		}
		f.used[key] = true
		out.WriteString(value)
		part = after
	}
}

// addressee is whom texts speak to: the caregiver where there is one (AMB-048).
func (p *Patient) addressee() string {
	if p.IsCaregiver {
		return p.Answer(keyCaregiverFirst)
	}
	return p.FirstName
}
