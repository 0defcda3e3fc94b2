package phone_test

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// infusion is what the patient last said of their infusions.
func (g guest) infusion() (last program.Infusion, any bool) {
	g.box.View(func(r sandbox.Reader) { last, any = g.support.InfusionOf(r, g.id) })
	return last, any
}

func day(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }

func TestAPatientTellsAboutTheNextInfusion(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/_sandbox/" + worldName} {
		g := opened(t, asking(), with("insurance.carrier", "Old Mutual"), with("insurance.Dob", "1960-01-02T00:00:00+00:00"))
		g.base = base
		for _, from := range []string{"tracker", "done"} {
			if from == "done" {
				g.post("finish").leadsTo(g, "done")
			}
			equal(t, "there is a link on "+from, g.get(from).page().by("href", g.path("infusion")) != nil, true)
		}
		before := len(*g.news)
		g.get("infusion-thanks").leadsTo(g, "infusion")
		g.get("infusion").expect(http.StatusOK).says("Your infusions", "Is there news of your insurance?", "Member ID").
			saysNot("date of birth")
		g.fill("infusion", "infusionDate", "2026-06-01", "facilityName", " Elm Street Clinic ", "haveInsuranceUpdate", "Yes",
			"insurance.carrier", "New Mutual", "insurance.memberId", "M-2").leadsTo(g, "infusion-thanks")
		g.get("infusion-thanks").expect(http.StatusOK).says("Thank you", "June 1, 2026", "Elm Street Clinic", "There is news")

		equal(t, "what the partner hears of", slices.Equal((*g.news)[before:], []program.Happening{program.InfusionUpdated}), true)
		said, _ := g.infusion()
		equal(t, "infusion", said, program.Infusion{Patient: g.id, Date: day(6, 1), Facility: "Elm Street Clinic", Insurance: true, At: today})
		for key, want := range map[string]string{"insurance.carrier": "New Mutual", "insurance.memberId": "M-2",
			"insurance.groupNum": "", "insurance.Dob": "1960-01-02T00:00:00+00:00"} {
			equal(t, key, g.patient().Answer(key), want)
		}

		_, again := g.get("infusion").page().form()
		for name, want := range map[string]string{"infusionDate": "2026-06-01", "facilityName": "Elm Street Clinic",
			"haveInsuranceUpdate": "No", "insurance.carrier": "New Mutual"} {
			equal(t, name+" when seen again", again.Get(name), want)
		}
	}
}

func TestAnInfusionMayBeWithoutADateAndWithoutNews(t *testing.T) {
	t.Parallel()
	g := opened(t, asking(), with("insurance.carrier", "Old Mutual"))
	g.fill("infusion", "insurance.carrier", "Ghost").leadsTo(g, "infusion-thanks") // it comes along, and there is no news
	said, any := g.infusion()
	equal(t, "something was said", any, true)
	equal(t, "infusion", said, program.Infusion{Patient: g.id, At: today})
	equal(t, "carrier", g.patient().Answer("insurance.carrier"), "Old Mutual")
	g.get("infusion-thanks").says("No news").saysNot("When", "Where")
	g.head("infusion-thanks").expect(http.StatusOK)
	equal(t, "visits to the tracker", slices.Contains(*g.news, program.TrackerViewed), false)
}

func TestAnInfusionThatIsOverIsNotTheNext(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	for said, shown := range map[string]string{"5/3/2026": "", "5/4/2026": "2026-05-04"} {
		g.post("infusion", "infusionDate", said).leadsTo(g, "infusion-thanks")
		_, values := g.get("infusion").page().form()
		equal(t, "the date after "+said, values.Get("infusionDate"), shown)
	}
}

func TestWhatIsWrongAboutAnInfusionIsSaidAtTheFieldAndChangesNothing(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, key, typed, want string }{
		{"a date that is none", "infusionDate", "2026-02-30", "a real date"},
		{"words for a date", "infusionDate", "next spring", "a real date"},
		{"a date before anybody had infusions", "infusionDate", "0001-01-01", "a real date"},
		{"a long name of a place", "facilityName", strings.Repeat("é", 101), "100 characters"},
		{"a name that is no text", "facilityName", "\xff", "cannot be"},
		{"neither yes nor no", "haveInsuranceUpdate", "maybe", "one of the answers shown"},
		{"an insurance with accents", "insurance.carrier", "Société", "without accents"},
		{"an insurance that is too long", "insurance.cardname", strings.Repeat("x", 101), "100 characters"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := opened(t, asking())
			before := g.patient()
			said := []string{"haveInsuranceUpdate", "Yes", c.key, c.typed}
			if c.key == "haveInsuranceUpdate" {
				said = said[2:]
			}
			page := g.post("infusion", said...).expect(http.StatusUnprocessableEntity).says(c.want).page()
			sound(t, page)
			field := page.by("name", c.key)
			marked := field
			if c.key == "haveInsuranceUpdate" {
				marked = page.by("role", "radiogroup")
			} else {
				equal(t, "what was typed", field.attrs["value"], strings.ToValidUTF8(c.typed, "\uFFFD"))
			}
			equal(t, "the field is marked", marked.attrs["aria-invalid"], "true")
			if alert := page.by("role", "alert"); alert == nil || alert.by("href", "#"+field.attrs["id"]) == nil {
				t.Errorf("the summary has no link to the field")
			}
			_, any := g.infusion()
			equal(t, "something was said", any, false)
			equal(t, "nothing has changed", reflect.DeepEqual(g.patient(), before), true)
		})
	}
}

func TestAllThatIsWrongAboutAnInfusionIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	g := opened(t, asking(), fixed("insurance.groupNum", "G-1"))
	page := g.post("infusion", "infusionDate", "x", "facilityName", strings.Repeat("x", 101), "haveInsuranceUpdate", "Yes",
		"insurance.carrier", "é", "insurance.groupNum", "G-2").expect(http.StatusUnprocessableEntity).page()
	equal(t, "how many", len(page.by("role", "alert").all("li")), 4)
	equal(t, "the first is the first on the page", strings.HasPrefix(page.by("role", "alert").all("li")[0].text(), "Date of the next infusion"), true)
	g.post("infusion", "haveInsuranceUpdate", "Yes", "patient.first.name", "Mia").
		expect(http.StatusUnprocessableEntity).says("This page does not ask for that.")
	g.post("infusion", "patient.first.name", "Mia").expect(http.StatusUnprocessableEntity)
	equal(t, "name", g.patient().FirstName, "Maya")
}

func TestACaregiverTellsAboutThePatientsInfusions(t *testing.T) {
	t.Parallel()
	g := opened(t, asking(), with("caregiver.first.name", "Ada"), with("caregiver.last.name", "Lind"), with("caregiver.relationship", "spouse"))
	g.get("infusion").says("Maya’s infusions", "For Maya Lind", "Is there news of the insurance?")
}

func TestTheTrackerShowsTheCaseInPlainWords(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	g.get("tracker").saysNot("Where things stand")
	g.told("insurance.status", "bvProcess")
	g.told("insurance.status", "coveredNoRestrictions")
	g.told("shipment.status", "shipped", "trackerCode", "123456789012")
	g.told("refill.status", "soonDue")
	g.told("lab.status", "<b>ready</b>")
	g.told("prescription.status", "")
	g.told("notify.sms.no.answer", "")
	g.get("tracker").expect(http.StatusOK).says("Where things stand",
		"Insurance Covered without restrictions May 4, 2026, 9:30 AM UTC",
		"Shipment On its way May 4, 2026, 9:30 AM UTC FedEx tracking number 123456789012",
		"Refill soonDue", "lab.status <b>ready</b>", "Prescription There is news").
		saysNot("We are checking your benefits", "notify.sms")
	g.told("shipment.status", "shipped")
	g.get("tracker").says("On its way").saysNot("FedEx")
}

func TestEveryDocumentedStatusHasPlainWords(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	for _, e := range program.StandardEvents() {
		for _, text := range e.Text {
			g.told(e.Name, text)
			shown := g.get("tracker").saysNot(e.Name).page().all("dd")
			if last := shown[len(shown)-1].text(); strings.HasPrefix(last, text+" ") || strings.HasPrefix(last, text+"\n") {
				t.Errorf("%s %s is shown as it is: %s", e.Name, text, last)
			}
		}
	}
}

func TestALinkToTheAppShowsTheAppAndOpensNothing(t *testing.T) {
	t.Parallel()
	g := newWorld(t, asking()).invite(maya())
	r := httptest.NewRequest(http.MethodGet, g.path("")+program.AppPage, nil)
	page := g.do(r).expect(http.StatusOK).says("Get the app", "The Calm Start app").page()
	equal(t, "stage", g.patient().Stage(), program.Invited)
	ways := page.all("main")[0].all("a", "button")
	equal(t, "ways on", len(ways), 1)
	equal(t, "the way on", ways[0].attrs["href"], g.path(""))
	g.post("app").expect(http.StatusMethodNotAllowed)
}
