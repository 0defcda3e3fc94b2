package phone_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/dialect"
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

// agreeing is a program with a field of every newer form, agreed and changed.
func agreeing() program.Program {
	prog := asking()
	prog.Agreed = append(prog.Agreed,
		program.Field{Key: "scan", Label: "Last scan", Screen: program.About, Format: program.Day, Agreed: true},
		program.Field{Key: "visit", Label: "Last visit", Screen: program.About, Format: program.USDay, Agreed: true},
		program.Field{Key: "weight", Label: "Weight in pounds", Screen: program.About, Format: program.Number, Agreed: true},
		program.Field{Key: "smokes", Label: "Do you smoke?", Screen: program.About, Format: program.Yes, Agreed: true},
		program.Field{Key: "ward", Label: "Ward", Screen: program.ConsentScreen, Agreed: true})
	for _, f := range program.StandardFields() {
		switch f.Key {
		case program.KeyBirthDate:
			f.Format = program.USDay
		case "insurance.Dob", "insurance.secondary.cardDob":
			f.Format = program.Day
		case "patient.prefLanguage":
			f.Format, f.Choices = program.Choice, []string{"english", "spanish"}
		default:
			continue
		}
		prog.Formats = append(prog.Formats, f)
	}
	return prog
}

func TestFieldsOfEveryFormAreAskedAndKeptAsAgreed(t *testing.T) {
	t.Parallel()
	g := opened(t, agreeing())
	page := g.get("about").says("Do you smoke? Yes No").saysNot("Ward").page()
	for _, key := range []string{"scan", "visit", "patient.dob"} {
		equal(t, "type of "+key, page.by("name", key).attrs["type"], "date")
	}
	equal(t, "keyboard for a number", page.by("name", "weight").attrs["inputmode"], "decimal")
	g.fill("about", "scan", "2026-01-31", "visit", "2026-02-28", "weight", " 140.5 ", "smokes", "false",
		"patient.dob", "1988-08-23", "patient.prefLanguage", "spanish").leadsTo(g, "contact")
	g.fill("insurance", "insurance.Dob", "8/23/1988").expect(http.StatusSeeOther)
	g.fill("secondary-insurance", "insurance.secondary.status", "active", "insurance.secondary.cardDob", "1950-01-02").expect(http.StatusSeeOther)
	for key, want := range map[string]string{
		"scan": "2026-01-31", "visit": "02/28/2026", "weight": "140.5", "smokes": "false", "patient.prefLanguage": "spanish",
		"patient.dob": "1988-08-23T00:00:00+00:00", "insurance.Dob": "1988-08-23T00:00:00+00:00",
		"insurance.secondary.cardDob": "1950-01-02T00:00:00+00:00",
	} {
		equal(t, key, g.patient().Answer(key), want)
	}
	g.get("finish").says("January 31, 2026", "February 28, 2026", "140.5", "Do you smoke? No", "August 23, 1988", "Spanish")

	before := g.patient()
	_, values := g.get("about").page().form()
	for key, want := range map[string]string{"scan": "2026-01-31", "visit": "2026-02-28", "smokes": "false", "patient.dob": "1988-08-23"} {
		equal(t, key+" when seen again", values.Get(key), want)
	}
	for _, screen := range []string{"about", "insurance", "secondary-insurance"} {
		g.fill(screen).expect(http.StatusSeeOther)
	}
	equal(t, "answers after sending all as it is", reflect.DeepEqual(g.patient().Answers, before.Answers), true)
}

func TestFieldsOfEveryFormAreJudged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, screen, key, typed, want string }{
		{"a day that is none", "about", "scan", "2026-02-30", "a real date"},
		{"a day in the future", "about", "visit", "2026-05-05", "a real date"},
		{"a birth date in the future", "about", "patient.dob", "5/5/2026", "a real date"},
		{"a cardholder's birth date in the future", "insurance", "insurance.Dob", "2026-05-05", "a real date"},
		{"words for a number", "about", "weight", "heavy", "Please enter a number"},
		{"neither yes nor no", "about", "smokes", "maybe", "one of the answers shown"},
		{"a field that the partner brings", "about", "ward", "3", "does not ask"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := opened(t, agreeing())
			page := g.post(c.screen, c.key, c.typed).expect(http.StatusUnprocessableEntity).says(c.want).page()
			sound(t, page)
			equal(t, "answer", g.patient().Answer(c.key), "")
		})
	}
}

func TestWhatOnlyThePartnerCanBringIsNamedWithoutALink(t *testing.T) {
	t.Parallel()
	prog := agreeing()
	prog.Required = []string{"ward"}
	g := opened(t, prog)
	wants := g.get("finish").says("Ward").page().all("main")[0].all("ul")[0]
	equal(t, "links to it", len(wants.all("a")), 0)
	g.post("finish").expect(http.StatusUnprocessableEntity).says("We cannot finish yet", "Ward")
}

func TestAReadingThatNarrowsAFieldIsExplained(t *testing.T) {
	t.Parallel()
	prog := asking()
	prog.Dialect = choose(t, "AMB-051", "usStrict")
	g := opened(t, prog)
	g.post("address", "address.state", "ma").expect(http.StatusUnprocessableEntity).says("State: This does not look right. Two letters, such as MA.")
	g.post("address", "address.zip", "2139").expect(http.StatusUnprocessableEntity).says("Five digits.")
}

func TestAChoiceThatOnlyThePartnerMayMakeStays(t *testing.T) {
	t.Parallel()
	prog := asking()
	prog.Dialect = choose(t, "AMB-012", "union")
	g := opened(t, prog, with("patient.callTime", "Evening"))
	g.get("contact").says("Evening")
	g.fill("contact").expect(http.StatusSeeOther)
	equal(t, "answer", g.patient().Answer("patient.callTime"), "Evening")
}

func choose(t testing.TB, key, value string) dialect.Set {
	t.Helper()
	set, err := dialect.Choose(dialect.Set{}, key, value)
	must(t, err)
	return set
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
