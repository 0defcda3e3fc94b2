package program_test

import (
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/program"
)

// wanted is a row of the contract's section 4.2, taken over by hand.
type wanted struct {
	key     string
	format  program.Format
	max     int
	ascii   bool
	choices string // separated by |
	onlyIf  string
}

const (
	words  = program.Words
	date   = program.BirthDate
	phone  = program.Phone
	choice = program.Choice
	active = "insurance.secondary.status=active"
)

var section42 = []wanted{
	{"patient.first.name", words, 100, true, "", ""},
	{"patient.last.name", words, 100, true, "", ""},
	{"patient.dob", date, 0, false, "", ""},
	{"patient.gender", choice, 0, false, "male|female", ""},
	{"patient.phone.number", phone, 0, false, "", ""},
	{"patient.contact.method", choice, 0, false, "phone|email", ""},
	{"patient.prefLanguage", words, 50, true, "", ""},
	{"patient.email", words, 50, true, "", ""},
	{"patient.callTime", choice, 0, false, "morning|afternoon", ""},
	{"caregiver.first.name", words, 100, true, "", ""},
	{"caregiver.last.name", words, 100, true, "", ""},
	{"caregiver.relationship", choice, 0, false, "Parent|Legal Guardian|Power of Attorney|Spouse", ""},
	{"caregiver.phone.number", phone, 0, false, "", ""},
	{"caregiver.email", words, 50, true, "", ""},
	{"address.street", words, 50, true, "", ""},
	{"address.apt", words, 50, true, "", ""},
	{"address.city", words, 50, true, "", ""},
	{"address.state", words, 2, false, "", ""},
	{"address.zip", words, 5, false, "", ""},
	{"insurance.carrier", words, 100, true, "", ""},
	{"insurance.memberId", words, 100, true, "", ""},
	{"insurance.groupNum", words, 100, true, "", ""},
	{"insurance.cardname", words, 100, true, "", ""},
	{"insurance.Dob", date, 0, false, "", ""},
	{"insurance.secondary.status", choice, 100, true, "active|inactive", ""},
	{"insurance.secondary.carrier", words, 100, true, "", active},
	{"insurance.secondary.memberid", words, 100, true, "", active},
	{"insurance.secondary.groupNum", words, 100, true, "", active},
	{"insurance.secondary.cardname", words, 100, true, "", active},
	{"insurance.secondary.cardDob", words, 100, true, "", active},
}

func TestTheFieldsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	fields := program.StandardFields()
	equal(t, "how many", len(fields), len(section42))
	for i, want := range section42 {
		f := fields[i]
		got := wanted{f.Key, f.Format, f.Max, f.ASCII, strings.Join(f.Choices, "|"), ""}
		if f.OnlyIf != "" {
			got.onlyIf = f.OnlyIf + "=" + f.OnlyIfValue
		}
		equal(t, want.key, got, want)
		if f.Label == "" || f.Screen == program.ConsentScreen || f.Agreed {
			t.Errorf("%s: label %q on the screen %v, agreed %v", f.Key, f.Label, f.Screen, f.Agreed)
		}
	}
}

func TestAFieldTakesWhatTheContractAllowsAndNothingElse(t *testing.T) {
	t.Parallel()
	const accepted = program.Rule(0)
	type try struct {
		value string
		want  program.Rule
	}
	for _, row := range section42 {
		var tries []try
		switch row.format {
		case words:
			tries = []try{{strings.Repeat("x", row.max), accepted}, {strings.Repeat("x", row.max+1), program.TooLong}}
			if row.ascii {
				tries = append(tries, try{"é", program.NotASCII}, try{"\x00\t\x7f"[:min(3, row.max)], accepted}, try{"\u0080", program.NotASCII})
			} else {
				tries = append(tries, try{strings.Repeat("é", row.max), accepted}, try{strings.Repeat("é", row.max+1), program.TooLong})
			}
		case date:
			bad := program.NotAllowed
			if row.key == "patient.dob" {
				bad = program.BadBirthDate
			}
			tries = []try{
				{"1987-08-13T00:00:00+00:00", accepted}, {"1987-08-13", bad}, {"1987-08-13T00:00:00Z", bad}, {"1987-08-13T00:00:00.000+00:00", bad},
				{"1987-08-13T00:00:01+00:00", bad}, {"1987-08-13T00:00:00+01:00", bad}, {"1987-08-13T00:00:00-00:00", bad},
				{"1987-13-08T00:00:00+00:00", bad}, {"1989-02-29T00:00:00+00:00", bad}, {"1988-02-29T00:00:00+00:00", accepted},
				{"2026-05-05T00:00:00+00:00", bad}, {" 1987-08-13T00:00:00+00:00", bad}, {"1987-08-13T00:00:00+00:00 ", bad},
				{"1987-8-13T00:00:00+00:00", bad}, {"１987-08-13T00:00:00+00:00", bad}, {"0001-01-01T00:00:00+00:00", accepted},
			}
		case phone:
			tries = []try{
				{"+12025550142", accepted}, {"+442025550142", accepted}, {"+1202555014", program.PhoneFormat}, {"+1234567890123", program.PhoneFormat},
				{"12025550142", program.PhoneFormat}, {"+1202555014x", program.PhoneFormat}, {"+1 2025550142", program.PhoneFormat},
				{"+12025550142\n", program.PhoneFormat}, {"+1202555014٢", program.PhoneFormat}, {"++2025550142", program.PhoneFormat},
			}
		case choice:
			for _, c := range strings.Split(row.choices, "|") {
				tries = append(tries, try{c, accepted}, try{strings.ToUpper(c), accepted}, try{strings.ToLower(c), accepted},
					try{c + " ", program.NotAllowed}, try{c[:1], program.NotAllowed}, try{`"` + c + `"`, program.NotAllowed})
			}
			tries = append(tries, try{"unknown", program.NotAllowed})
		}
		t.Run(row.key, func(t *testing.T) {
			t.Parallel()
			for _, try := range tries {
				_, err := newWorld(t).tryInvite(invitation(with(row.key, try.value)))
				if try.want == accepted {
					if err != nil {
						t.Errorf("%q is refused: %v", try.value, err)
					}
					continue
				}
				r := refused(t, err, try.want)
				equal(t, "the field named", r.Field, row.key)
				if r.Rule == program.TooLong {
					equal(t, "the limit named", r.Limit, row.max)
				}
			}
		})
	}
}

func TestAnAgreedFieldIsJudgedLikeAnyOther(t *testing.T) {
	t.Parallel()
	prog := plain()
	prog.Agreed = []program.Field{
		{Key: "shoe.size", Screen: program.About, Max: 2, Agreed: true},
		{Key: "shoe.kind", Screen: program.About, Format: program.Choice, Choices: []string{"Boot", "Clog"}, Agreed: true},
	}
	for value, want := range map[string]program.Rule{"Sandal": program.NotAllowed, "clog": 0, "BOOT": 0} {
		_, err := newWorld(t, prog).tryInvite(invitation(with("shoe.kind", value)))
		if want == 0 && err == nil {
			continue
		}
		refused(t, err, want)
	}
	_, err := newWorld(t, prog).tryInvite(invitation(with("shoe.size", "381")))
	refused(t, err, program.TooLong)
	p := newWorld(t, prog).invite(with("shoe.size", "38"), with("hat", "6"))
	equal(t, "fields beyond the contract", p.Custom(), []program.Answer{
		{Key: "shoe.size", Value: "38", Kind: program.Text}, {Key: "hat", Value: "6", Kind: program.Text}})
}

func TestAChoiceIsListedAsTheContractSpellsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	prog, _ := w.dir.Program(programID)
	f, _ := prog.Field("caregiver.relationship")
	for said, want := range map[string]string{"power OF attorney": "Power of Attorney", "SPOUSE": "Spouse", "aunt": "aunt", "": ""} {
		equal(t, said, f.Listed(said), want)
	}
}
