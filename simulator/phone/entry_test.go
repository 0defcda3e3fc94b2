package phone_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/program"
)

func TestWhatIsWrongIsSaidAtTheFieldAndOnTopAndChangesNothing(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 101)
	cases := []struct{ name, page, key, typed, want string }{
		{"a text with accents", "about", "patient.last.name", "Lindström", "without accents"},
		{"a text that is too long", "about", "patient.first.name", long, "100 characters"},
		{"an agreed field that is too long", "about", "shoe.size", "1234", "3 characters"},
		{"a name that was taken out", "about", "patient.first.name", "", "do not leave this empty"},
		{"a date that is none", "about", "patient.dob", "1988-02-30", "a real date"},
		{"a date in the future", "about", "patient.dob", "2026-05-05", "a real date"},
		{"another date in the future", "insurance", "insurance.Dob", "2026-05-05", "a real date"},
		{"words for a date", "about", "patient.dob", "last spring", "a real date"},
		{"a choice that is none", "about", "patient.gender", "maybe", "one of the answers shown"},
		{"a number that is too short", "contact", "patient.phone.number", "555-0142", "with its country code"},
		{"a number with letters", "contact", "patient.phone.number", "+1202555CALL", "with its country code"},
		{"a state of three letters", "address", "address.state", "Mas", "2 characters"},
		{"bytes that are no text", "address", "address.state", "\xff", "cannot be read"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := opened(t, asking())
			before := g.patient()
			page := g.post(c.page, c.key, c.typed).expect(http.StatusUnprocessableEntity).says(c.want).page()
			field := page.by("name", c.key)
			marked := field
			if c.key == "patient.gender" {
				marked = page.by("role", "radiogroup")
			} else {
				equal(t, "what was typed", field.attrs["value"], strings.ToValidUTF8(c.typed, "\uFFFD"))
			}
			equal(t, "the field is marked", marked.attrs["aria-invalid"], "true")
			described := strings.Fields(marked.attrs["aria-describedby"])
			if len(described) == 0 || !strings.Contains(page.by("id", described[0]).text(), c.want) {
				t.Errorf("the field is not described by its error: %v", described)
			}
			alert := page.by("role", "alert")
			if alert == nil || alert.by("href", "#"+field.attrs["id"]) == nil {
				t.Errorf("the summary has no link to the field")
			}
			equal(t, "nothing has changed", reflect.DeepEqual(g.patient(), before), true)
		})
	}
}

func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	page := g.post("about", "shoe.size", "1234", "patient.last.name", "Ö", "patient.dob", "x", "patient.first.name", "Mia").
		expect(http.StatusUnprocessableEntity).page()
	links := page.by("role", "alert").all("a")
	equal(t, "how many", len(links), 3)
	equal(t, "the first is the first on the page", strings.HasPrefix(links[0].text(), "Last name"), true)
	equal(t, "what was right stays typed", page.by("name", "patient.first.name").attrs["value"], "Mia")
	equal(t, "and is not kept", g.patient().FirstName, "Maya")
}

func TestPhonesAreTidied(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"(202) 555-0143":    "+12025550143",
		"202.555.0143":      "+12025550143",
		"1-202-555-0143":    "+12025550143",
		" +1 202 555 0143 ": "+12025550143",
		"+999 1234 56789":   "+999123456789",
		"":                  "+12025550142", // taken back: the invited number answers
	} {
		g := opened(t, asking())
		g.post("contact", "patient.phone.number", typed).expect(http.StatusSeeOther)
		equal(t, typed, g.patient().Answer("patient.phone.number"), want)
	}
}

func TestFieldsThePartnerFixedAreTextAndCannotBePosted(t *testing.T) {
	t.Parallel()
	g := opened(t, asking(), fixed("patient.dob", "1988-08-23T00:00:00+00:00"), fixed("patient.gender", "Female"),
		fixed("patient.last.name", "Lind"), with("shoe.size", "42"))
	page := g.get("about").says("August 23, 1988", "Female", "It cannot be changed here").page()
	for _, key := range []string{"patient.dob", "patient.gender", "patient.last.name"} {
		if page.by("name", key) != nil {
			t.Errorf("%s is fixed, and an input", key)
		}
	}
	equal(t, "a prefilled field", page.by("name", "shoe.size").attrs["value"], "42")
	g.post("about", "patient.dob", "1990-01-01").expect(http.StatusUnprocessableEntity).says("Date of birth: This was filled in for you")
	g.post("about", "patient.dob", "1988-08-23").leadsTo(g, "contact") // the same again changes nothing
}

func TestSendingAPageAsItIsChangesNoAnswer(t *testing.T) {
	t.Parallel()
	g := opened(t, asking(), with("patient.dob", "1960-02-29T00:00:00+00:00"), with("patient.gender", "FEMALE"),
		with("address.street", "  12 Elm\nStreet "), with("address.city", "Boston"), with("insurance.secondary.status", "Active"),
		with("insurance.secondary.cardDob", "spring 1960"))
	before := g.patient()
	for _, page := range []string{"about", "contact", "address", "insurance", "secondary-insurance"} {
		g.fill(page).expect(http.StatusSeeOther)
	}
	after := g.patient()
	equal(t, "answers", reflect.DeepEqual(after.Answers, before.Answers), true)
}

func TestAnEmptyInputTakesAnAnswerBack(t *testing.T) {
	t.Parallel()
	g := opened(t, asking(), with("address.city", "Boston"), with("patient.gender", "female"))
	g.fill("address", "address.city", "").expect(http.StatusSeeOther)
	equal(t, "city", g.patient().Answer("address.city"), "")
	g.get("about").says("No answer")
	g.fill("about", "patient.gender", "").expect(http.StatusSeeOther)
	equal(t, "gender", g.patient().Answer("patient.gender"), "")
}

func TestTheSecondInsuranceIsLeftOutUnlessThereIsOne(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	group := g.get("secondary-insurance").page().by("data-when", "insurance.secondary.status")
	equal(t, "without a script it is shown", len(group.all("input")), 5)
	g.post("secondary-insurance", "insurance.secondary.status", "inactive", "insurance.secondary.carrier", "Ghost").leadsTo(g, "about")
	equal(t, "carrier", g.patient().Answer("insurance.secondary.carrier"), "")
	g.post("secondary-insurance", "insurance.secondary.carrier", "Ghost")
	equal(t, "carrier", g.patient().Answer("insurance.secondary.carrier"), "")
	g.post("secondary-insurance", "insurance.secondary.status", "active", "insurance.secondary.carrier", "Real")
	equal(t, "carrier", g.patient().Answer("insurance.secondary.carrier"), "Real")
	g.post("secondary-insurance", "insurance.secondary.cardDob", "soon").expect(http.StatusUnprocessableEntity).says("a real date")

	no := opened(t, asking(), fixed("insurance.secondary.status", "inactive"))
	equal(t, "a fixed no leaves nothing to ask", no.get("secondary-insurance").page().by("data-when", "insurance.secondary.status") == nil, true)
}

func TestAManyValuedChoiceIsAList(t *testing.T) {
	t.Parallel()
	prog := asking()
	prog.Agreed = append(prog.Agreed, program.Field{Key: "day", Screen: program.Contact, Format: program.Choice,
		Choices: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}})
	g := opened(t, prog)
	equal(t, "options", len(g.get("contact").says("day").page().by("name", "day").all("option")), 8)
	g.fill("contact", "day", "tue").expect(http.StatusSeeOther)
	equal(t, "answer", g.patient().Answer("day"), "tue")
	_, values := g.get("contact").page().form()
	equal(t, "is chosen when seen again", values.Get("day"), "tue")
}

func TestWhatAScreenDoesNotAskForIsRefused(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	for range 20 { // always the same one, for the journal's sake
		g.post("about", "zeal", "1", "address.city", "Boston", "answer", "2").
			expect(http.StatusUnprocessableEntity).says("This page does not ask for that.")
	}
	kept, _ := g.box.Journal().Exchanges()
	for _, e := range kept[len(kept)-20:] {
		equal(t, "field explained", e.Why.Field, "address.city")
		equal(t, "subject", e.Subject, g.id.Subject())
	}
}
