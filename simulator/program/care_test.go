package program_test

import (
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/program"
)

// The rows of the contract's section 4.5, each in all that its "any" covers.
func TestTheDecisionTableOfMinorsAndCaregivers(t *testing.T) {
	t.Parallel()
	const accepted = program.Rule(0)
	var (
		adult, minor = born("1988-08-23"), born("2012-08-23")
		first        = with("caregiver.first.name", "Ada")
		last         = with("caregiver.last.name", "Lind")
		relation     = with("caregiver.relationship", "Parent")
		same         = with("caregiver.phone.number", "+12025550142") // the invited number
		other        = with("caregiver.phone.number", "+12025550143")
		email        = with("caregiver.email", "ada@example.com")
		nothing      = all()
		notFlagged   = func(inv *program.Invitation) { inv.IsCaregiver = program.Flag(false) }
	)
	for _, c := range []struct {
		claim string
		said  change
		want  program.Rule
		field string
	}{
		// no | false | any | any
		{"an adult needs nobody", all(adult), accepted, ""},
		{"an adult needs nobody, said aloud", all(adult, notFlagged), accepted, ""},
		{"an adult may have an incomplete caregiver", all(adult, notFlagged, first), accepted, ""},
		{"an adult's caregiver may have another number", all(adult, caregiver, other), accepted, ""},
		{"nobody's age is known", nothing, accepted, ""},
		// no | true | complete | any
		{"an adult's caregiver speaks", all(adult, byCaregiver, caregiver), accepted, ""},
		{"an adult's caregiver speaks from another number", all(adult, byCaregiver, caregiver, other), accepted, ""},
		{"an adult's caregiver speaks from the same number", all(adult, byCaregiver, caregiver, same), accepted, ""},
		{"a caregiver speaks for somebody of unknown age", all(byCaregiver, caregiver, other), accepted, ""},
		// no | true | one missing
		{"a caregiver needs a first name", all(adult, byCaregiver, last, relation), program.CaregiverIncomplete, "caregiver.first.name"},
		{"a caregiver needs a last name", all(adult, byCaregiver, first, relation), program.CaregiverIncomplete, "caregiver.last.name"},
		{"a caregiver needs a relationship", all(adult, byCaregiver, first, last), program.CaregiverIncomplete, "caregiver.relationship"},
		{"a flag alone is no caregiver", all(adult, byCaregiver), program.CaregiverIncomplete, "caregiver.first.name"},
		{"an empty name is none", all(adult, byCaregiver, caregiver, with("caregiver.last.name", "")), program.CaregiverIncomplete, "caregiver.last.name"},
		// yes | false | none
		{"a minor cannot be invited alone", all(minor), program.MinorAlone, "patient.dob"},
		{"a minor cannot be invited alone, said aloud", all(minor, notFlagged), program.MinorAlone, "patient.dob"},
		// yes | true | one missing | any
		{"a minor's caregiver needs a first name", all(minor, byCaregiver, last, relation), program.CaregiverIncomplete, "caregiver.first.name"},
		{"a minor's caregiver needs a last name", all(minor, byCaregiver, first, relation, other), program.CaregiverIncomplete, "caregiver.last.name"},
		{"a minor's caregiver needs a relationship", all(minor, byCaregiver, first, last, same), program.CaregiverIncomplete, "caregiver.relationship"},
		{"a minor's caregiver is more than a flag", all(minor, byCaregiver), program.CaregiverIncomplete, "caregiver.first.name"},
		// yes | true | complete
		{"a minor's caregiver has the invited number", all(minor, byCaregiver, caregiver, same), accepted, ""},
		{"a minor's caregiver with another number is refused", all(minor, byCaregiver, caregiver, other), program.PhoneNotAligned, "caregiver.phone.number"},
		{"a minor's caregiver without a number has the invited one", all(minor, byCaregiver, caregiver), accepted, ""},
		// yes | false | some present: as if the flag were true
		{"a caregiver's data are a caregiver", all(minor, caregiver), accepted, ""},
		{"a caregiver's data with the invited number", all(minor, notFlagged, caregiver, same), accepted, ""},
		{"a caregiver's data with another number", all(minor, notFlagged, caregiver, other), program.PhoneNotAligned, "caregiver.phone.number"},
		{"a caregiver's e-mail is a caregiver, and incomplete", all(minor, email), program.CaregiverIncomplete, "caregiver.first.name"},
		{"a caregiver's number is a caregiver, and incomplete", all(minor, same), program.CaregiverIncomplete, "caregiver.first.name"},
		{"a caregiver without a relationship is incomplete", all(minor, first, last), program.CaregiverIncomplete, "caregiver.relationship"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			before := w.box.Sizes()
			_, err := w.tryInvite(invitation(c.said))
			if c.want == accepted {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			equal(t, "the field named", refused(t, err, c.want).Field, c.field)
			equal(t, "rows", w.box.Sizes(), before)
		})
	}
}

func TestTheInvitedNumberIsTheCaregiversWhereOneActs(t *testing.T) {
	t.Parallel()
	const invited = "+12025550142"
	for _, c := range []struct {
		claim                    string
		said                     change
		patients, caregivers, to string
	}{
		{"a patient's own", all(), invited, "", "Maya"},
		{"the caregiver's, by the flag", all(byCaregiver, caregiver), "", invited, "Ada"},
		{"the caregiver's, for a minor", all(born("2012-08-23"), caregiver), "", invited, "Ada"},
		{"an adult's own, for all the caregiver's data", all(born("1988-08-23"), caregiver), invited, "", "Maya"},
		{"what was said comes first", all(byCaregiver, caregiver, with("patient.phone.number", "+12025550150"),
			with("caregiver.phone.number", "+12025550151")), "+12025550150", "+12025550151", "Ada"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			p := w.invite(c.said)
			equal(t, "the patient's number", p.Answer("patient.phone.number"), c.patients)
			equal(t, "the caregiver's number", p.Answer("caregiver.phone.number"), c.caregivers)
			var link string
			w.box.View(func(r sandboxReader) { link = w.support.Link(r, p.ID) })
			equal(t, "texts", w.texted(p.ID), []string{"to-phone " + invited + " " + c.to + ", Carewell awaits you: " + link})
		})
	}
}

func TestEighteenIsReachedOnTheBirthday(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim, now, born string
		minor            bool
	}{
		{"the birthday's first instant", "2026-05-04T00:00:00.000Z", "2008-05-04", false},
		{"the birthday's noon", "2026-05-04T12:00:00.000Z", "2008-05-04", false},
		{"the last instant before the birthday", "2026-05-03T23:59:59.999Z", "2008-05-04", true},
		{"17 years and 364 days (RX-INVITE-042)", "2026-05-03T09:30:00.000Z", "2008-05-04", true},
		{"the day after the birthday", "2026-05-05T00:00:00.000Z", "2008-05-04", false},
		{"a 29 February birth in a common year, 28 February", "2026-02-28T23:59:59.999Z", "2008-02-29", true},
		{"a 29 February birth in a common year, 1 March", "2026-03-01T00:00:00.000Z", "2008-02-29", false},
		{"a 1 March birth, 29 February of a leap year", "2028-02-29T23:59:59.999Z", "2010-03-01", true},
		{"a 1 March birth, 1 March of a leap year", "2028-03-01T00:00:00.000Z", "2010-03-01", false},
		{"a 31 December birth, New Year's Eve", "2026-12-31T00:00:00.000Z", "2008-12-31", false},
		{"a 31 December birth, the day before", "2026-12-30T23:59:59.999Z", "2008-12-31", true},
		{"a 1 January birth, New Year's Eve", "2025-12-31T23:59:59.999Z", "2008-01-01", true},
		{"a birth before 1970", "2026-05-04T00:00:00.000Z", "1931-05-05", false},
		{"a birth today", "2026-05-04T00:00:00.000Z", "2026-05-04", true},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			_, err = newWorldAt(t, now).tryInvite(invitation(born(c.born)))
			if c.minor {
				refused(t, err, program.MinorAlone)
			} else if err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}
