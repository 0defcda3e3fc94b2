package program_test

import (
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/program"
)

// In every row the same invitation is judged by the default and by another
// reading; 0 means accepted.
func TestAnInvitationIsJudgedByTheProgramsReading(t *testing.T) {
	t.Parallel()
	said := func(key string, v program.Given) change {
		return item(program.Item{Kind: program.Object, Key: program.Said(key), Value: v})
	}
	number := func(text string) program.Given { return program.Given{Kind: program.Integer, Text: text} }
	phone := func(s string) change { return func(inv *program.Invitation) { inv.Phone = program.Said(s) } }
	asMap := func(inv *program.Invitation) { inv.Additional.Kind = program.Object }
	organization := func(id string) change {
		return func(inv *program.Invitation) { inv.Organization = program.Said(id) }
	}
	externalID := func(n int) change {
		return func(inv *program.Invitation) { inv.ExternalID = program.Said(strings.Repeat("x", n)) }
	}
	minor := born("2012-08-23")
	for _, c := range []struct {
		claim, key, reading string
		said                change
		byDefault, then     program.Rule
	}{
		{"a number of 15 digits", "AMB-032", "e164", phone("+999123456789012"), program.PhonePattern, 0},
		{"a number that begins with 0", "AMB-032", "e164", phone("+02025550142"), 0, program.PhonePattern},
		{"a number that begins with 0, by both", "AMB-032", "both", phone("+02025550142"), 0, program.PhonePattern},
		{"a number of 10 digits, by both", "AMB-032", "both", phone("+1202555014"), program.PhonePattern, program.PhonePattern},
		{"a number of 10 digits elsewhere", "AMB-032", "e164", with("caregiver.phone.number", "+4420255501"), program.PhoneFormat, 0},
		{"a prefixed key", "AMB-037", "tolerated", with("key.patient.gender", "M"), 0, program.NotAllowed},
		{"a key in another case", "inviteKeyCase", "insensitive", with("PATIENT.GENDER", "M"), 0, program.NotAllowed},
		{"a map", "AMB-038", "alsoMap", all(with("patient.gender", "male"), asMap), program.WrongKind, 0},
		{"a map with a wrong value", "AMB-038", "alsoMap", all(with("patient.gender", "M"), asMap), program.WrongKind, program.NotAllowed},
		{"an item without editable", "AMB-039", "required", with("patient.gender", "male"), 0, program.Required},
		{"an item with editable", "AMB-039", "required", fixed("patient.gender", "male"), 0, 0},
		{"an item with editable, refused", "AMB-039", "refused", fixed("patient.gender", "male"), 0, program.NotAllowed},
		{"a short id", "AMB-040", "exact", externalID(7), 0, program.WrongLength},
		{"an id of 101 characters", "AMB-040", "exact", externalID(101), program.TooLong, program.WrongLength},
		{"a control character in a name", "AMB-041", "printable", func(inv *program.Invitation) { inv.FirstName = program.Said("Ma\tya") }, 0, program.NotASCII},
		{"a control character in a city", "AMB-041", "printable", with("address.city", "Hunts\x7fville"), 0, program.NotASCII},
		{"a minor with a caregiver's keys alone", "AMB-046", "flagOnly", all(minor, caregiver), 0, program.MinorAlone},
		{"a minor with flag and keys", "AMB-046", "flagOnly", all(minor, caregiver, byCaregiver), 0, 0},
		{"a minor's caregiver without a number", "AMB-047", "notAligned", all(minor, caregiver, byCaregiver), 0, program.PhoneNotAligned},
		{"a second cardholder born in words", "AMB-050", "date", all(with("insurance.secondary.status", "active"), with("insurance.secondary.cardDob", "in May")), 0, program.NotAllowed},
		{"a second cardholder's date", "AMB-050", "date", all(with("insurance.secondary.status", "active"), with("insurance.secondary.cardDob", "1988-08-23T00:00:00+00:00")), 0, 0},
		{"a state in small letters", "AMB-051", "usStrict", with("address.state", "al"), 0, program.NotAllowed},
		{"a short ZIP code", "AMB-051", "usStrict", with("address.zip", "3580"), 0, program.NotAllowed},
		{"a plain ZIP code", "AMB-051", "usStrict", with("address.zip", "35803"), 0, 0},
		{"a date of birth in Zulu time", "AMB-052", "anyIso8601", with("patient.dob", "1988-08-23T00:00:00Z"), program.BadBirthDate, 0},
		{"a day of birth", "AMB-052", "anyIso8601", with("patient.dob", "1988-08-23"), program.BadBirthDate, 0},
		{"a minor's day of birth", "AMB-052", "anyIso8601", with("patient.dob", "2012-08-23"), program.BadBirthDate, program.MinorAlone},
		{"no calendar's day", "AMB-052", "anyIso8601", with("patient.dob", "1989-02-29"), program.BadBirthDate, program.BadBirthDate},
		{"a date of birth in milliseconds", "inviteDob", "alsoEpoch", said("patient.dob", number("557712000000")), program.BadBirthDate, 0},
		{"a future in milliseconds", "inviteDob", "alsoEpoch", said("patient.dob", number("5577120000000")), program.BadBirthDate, program.BadBirthDate},
		{"more milliseconds than time has", "inviteDob", "alsoEpoch", said("patient.dob", number("99999999999999999999")), program.BadBirthDate, program.BadBirthDate},
		{"another relationship", "AMB-074", "open", all(byCaregiver, caregiver, with("caregiver.relationship", "Friend")), program.NotAllowed, 0},
		{"a call in the evening", "callTimeAccept", "union", with("patient.callTime", "Evening"), program.NotAllowed, 0},
		{"a call at night", "callTimeAccept", "union", with("patient.callTime", "night"), program.NotAllowed, program.NotAllowed},
		{"another organization", "AMB-076", "checked", organization("org-2"), 0, program.NotAllowed},
		{"the partner's organization", "AMB-076", "checked", organization("org-1"), 0, 0},
		{"details of an inactive insurance", "RX-OUR-024", "refused", with("insurance.secondary.carrier", "x"), 0, program.NotAllowed},
		{"details of an active insurance", "RX-OUR-024", "refused", all(with("insurance.secondary.status", "Active"), with("insurance.secondary.carrier", "x")), 0, 0},
	} {
		t.Run(c.claim, func(t *testing.T) {
			for _, side := range []struct {
				prog program.Program
				rule program.Rule
			}{{plain(), c.byDefault}, {speaking(t, c.key, c.reading), c.then}} {
				side.prog.Organization = "org-1"
				_, err := newWorld(t, side.prog).tryInvite(invitation(c.said))
				if side.rule == 0 && err != nil {
					t.Error(err)
				} else if side.rule != 0 {
					refused(t, err, side.rule)
				}
			}
		})
	}
}

func TestAProgramsIdMayHaveToLookLikeOne(t *testing.T) {
	t.Parallel()
	for shape, rule := range map[string]program.Rule{"any": 0, "alnum16": 0, "uuid": program.UnknownProgram} {
		w := newWorld(t)
		set := speaking(t, "AMB-020", shape).Dialect
		w.dir.Speaking(set)
		_, err := w.tryInvite(invitation())
		if rule == 0 && err != nil {
			t.Errorf("%s: %v", shape, err)
		} else if rule != 0 {
			refused(t, err, rule)
		}
	}
}

func TestDatesAreKeptInTheContractsForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ key, reading, given string }{
		{"AMB-052", "strict", "1988-08-23T00:00:00+00:00"}, {"AMB-052", "anyIso8601", "1988-08-23"},
		{"AMB-052", "anyIso8601", "1988-08-23T23:59:59-11:00"}, {"AMB-052", "anyIso8601", "19880823"},
	} {
		p := newWorld(t, speaking(t, c.key, c.reading)).invite(with("patient.dob", c.given))
		equal(t, c.given, p.Answer("patient.dob"), "1988-08-23T00:00:00+00:00")
	}
}

func TestAgreedFieldsAndFormats(t *testing.T) {
	t.Parallel()
	prog := plain()
	prog.Agreed = []program.Field{
		{Key: "weight", Screen: program.About, Format: program.Number, Agreed: true},
		{Key: "smoker", Screen: program.About, Format: program.Yes, Agreed: true},
		{Key: "since", Screen: program.About, Format: program.Day, Agreed: true},
		{Key: "referral", Screen: program.About, Max: 5, ASCII: true, Agreed: true, Wanted: true},
	}
	prog.Formats = []program.Field{
		{Key: "patient.dob", Screen: program.About, Format: program.USDay},
		{Key: "address.zip", Screen: program.Address, Max: 10},
	}
	w := newWorld(t, prog)
	said := func(key string, kind program.Kind, text string) change {
		return item(program.Item{Kind: program.Object, Key: program.Said(key), Value: program.Given{Kind: kind, Text: text}})
	}
	wanted := with("referral", "abc")
	for _, c := range []struct {
		claim string
		said  change
		rule  program.Rule
	}{
		{"all there is", all(wanted, said("weight", program.Fraction, "71.5"), said("smoker", program.Truth, "false"), with("since", "2020-02-29"),
			with("patient.dob", "08/23/1988"), with("address.zip", "35803-1234")), 0},
		{"numbers and truths as texts", all(wanted, with("weight", "71"), with("smoker", "true")), 0},
		{"a wanted field missing", with("weight", "71"), program.Required},
		{"a wanted field too long", with("referral", "abcdef"), program.TooLong},
		{"words for a number", all(wanted, with("weight", "heavy")), program.NotAllowed},
		{"a hexadecimal number", all(wanted, with("weight", "0x10")), program.NotAllowed},
		{"no number at all", all(wanted, with("weight", "NaN")), program.NotAllowed},
		{"a truth value for a number", all(wanted, said("weight", program.Truth, "true")), program.NotAllowed},
		{"words for a truth value", all(wanted, with("smoker", "sometimes")), program.NotAllowed},
		{"no calendar's day", all(wanted, with("since", "2021-02-29")), program.NotAllowed},
		{"a number for a day", all(wanted, said("since", program.Integer, "2021")), program.WrongKind},
		{"the contract's form of a date that was agreed otherwise", all(wanted, born("1988-08-23")), program.BadBirthDate},
		{"a longer ZIP code than agreed", all(wanted, with("address.zip", "35803-12345")), program.TooLong},
	} {
		t.Run(c.claim, func(t *testing.T) {
			p, err := w.tryInvite(invitation(named(c.claim, "+1302555"+digits4(c.claim)), c.said))
			if c.rule != 0 {
				refused(t, err, c.rule)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.claim == "all there is" {
				equal(t, "date of birth", p.Answer("patient.dob"), "1988-08-23T00:00:00+00:00")
				equal(t, "since", p.Answer("since"), "2020-02-29")
				equal(t, "kinds", []program.Kind{p.Custom()[1].Kind, p.Custom()[2].Kind}, []program.Kind{program.Fraction, program.Truth})
			}
		})
	}
}

func TestAPatientsNumbersAndTruthValuesAreKeptAsSuch(t *testing.T) {
	t.Parallel()
	prog := plain()
	prog.Agreed = []program.Field{{Key: "weight", Screen: program.About, Format: program.Number, Agreed: true},
		{Key: "smoker", Screen: program.About, Format: program.Yes, Agreed: true}}
	w := newWorld(t, prog)
	p := w.opened(noConsent)
	for value, kind := range map[string]program.Kind{"71.5": program.Fraction, "071": program.Text, "-0": program.Fraction} {
		after, err := w.answer(p.ID, program.About, map[string]string{"weight": value, "smoker": "true"})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range after.Custom() {
			equal(t, a.Key+" "+a.Value, a.Kind, map[string]program.Kind{"weight": kind, "smoker": program.Truth}[a.Key])
		}
	}
}

// digits4 makes a number of its own for a claim.
func digits4(s string) string {
	n := 0
	for _, c := range s {
		n = (n*31 + int(c)) % 9000
	}
	return string([]byte{byte('1' + n/1000%9), byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10)})
}
