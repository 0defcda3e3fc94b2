package phone_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/fake"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// fill sends a page's form as a browser without a script would, after the
// person has typed.
func (g guest) fill(page string, typed ...string) answer {
	g.t.Helper()
	action, values := g.get(page).expect(http.StatusOK).page().form()
	equal(g.t, "where the form goes", action, g.path(page))
	for i := 0; i < len(typed); i += 2 {
		values.Set(typed[i], typed[i+1])
	}
	return g.postBody(page, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
}

func TestTheWholeJourneyWorksWithoutAScript(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/_sandbox/" + worldName} {
		g := newWorld(t, asking()).invite(maya())
		g.base = base
		g.journey(t)
	}
}

func (g guest) journey(t *testing.T) {
	g.get("").leadsTo(g, "consent")
	g.get("consent").expect(http.StatusOK).says("Calm Start", "Step 1 of 9", "share my health information", "Optional")
	consents := url.Values{"consent": {"sharePHI", "terms"}}
	g.postBody("consent", "application/x-www-form-urlencoded", strings.NewReader(consents.Encode())).leadsTo(g, "about")

	g.get("about").says("Step 2 of 9")
	g.fill("about", "patient.dob", "1988-08-23", "patient.gender", "female", "patient.prefLanguage", "English").leadsTo(g, "contact")
	g.fill("contact", "patient.contact.method", "email", "patient.email", "maya@example.com").leadsTo(g, "address")
	g.fill("address", "address.street", "12 Elm Street", "address.state", "MA", "address.zip", "02139").leadsTo(g, "insurance")
	g.fill("insurance", "insurance.memberId", "M-1", "insurance.Dob", "08/23/1988").leadsTo(g, "secondary-insurance")
	g.fill("secondary-insurance", "insurance.secondary.status", "active",
		"insurance.secondary.carrier", "Second Example", "insurance.secondary.cardDob", "1950-01-02").leadsTo(g, "cards")

	g.get("cards").says("Front of your insurance card", "Back of your second insurance card")
	front := fake.Card(fake.CardHolder{Name: "Maya Lind"}, fake.Front)
	g.send(part{"insurance.front", front}, part{"insurance.secondary.back", front}).leadsTo(g, "signature")
	shown := g.get("cards").expect(http.StatusOK).page().all("img")
	equal(t, "thumbnails", len(shown), 2)
	picture := g.do(httptest.NewRequest(http.MethodGet, shown[0].attrs["src"], nil)).expect(http.StatusOK)
	equal(t, "type of the picture", picture.Header().Get("Content-Type"), "image/png")
	equal(t, "the picture", picture.Body.String(), string(front))

	g.fill("signature", "typed", "Maya Lind").leadsTo(g, "finish")
	g.get("finish").says("Step 9 of 9", "August 23, 1988", "12 Elm Street", "M-1", "January 2, 1950")
	g.fill("finish").leadsTo(g, "done")
	g.get("").leadsTo(g, "done")
	done := g.get("done").expect(http.StatusOK).says("Thank you, Maya")
	tracker := slices.IndexFunc(done.page().all("a"), func(n *node) bool { return n.attrs["href"] == g.path("tracker") })
	equal(t, "there is a link to the tracker", tracker >= 0, true)
	equal(t, "news before the tracker", len(*g.news), 1)
	g.get("tracker").expect(http.StatusOK).says("Invitation sent", "Signature given", "May 4, 2026, 9:30 AM UTC", "Text messages are on")
	equal(t, "the news", slices.Equal(*g.news, []program.Happening{program.EnrollmentCompleted, program.TrackerViewed}), true)

	p := g.patient()
	for key, want := range map[string]string{
		"patient.dob":                  "1988-08-23T00:00:00+00:00",
		"patient.gender":               "female",
		"patient.phone.number":         "+12025550142",
		"insurance.Dob":                "1988-08-23T00:00:00+00:00",
		"insurance.secondary.cardDob":  "1950-01-02T00:00:00+00:00",
		"insurance.secondary.memberid": "",
		"insurance.secondary.groupNum": "",
		"insurance.secondary.cardname": "",
		"insurance.secondary.carrier":  "Second Example",
		"patient.last.name":            "Lind",
		"patient.callTime":             "",
		"insurance.secondary.status":   "active",
		"caregiver.first.name":         "",
		"patient.contact.method":       "email",
		"shoe.size":                    "",
	} {
		equal(t, key, p.Answer(key), want)
	}
	equal(t, "files kept", len(p.Media), 3)
	equal(t, "signature", p.MediaID(program.SignatureImage) != "", true)
}

func TestEveryScreenCanBePassedEmpty(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	page := "about"
	for _, next := range []string{"contact", "address", "insurance", "secondary-insurance", "cards", "signature", "finish", "done"} {
		g.post(page).leadsTo(g, next)
		page = next
	}
	equal(t, "stage", g.patient().Stage(), program.Finished)
}

func TestCompleteScreensAreSkipped(t *testing.T) {
	t.Parallel()
	g := opened(t, asking(), with("address.street", "1 Elm"), with("address.city", "Boston"), with("address.state", "MA"), with("address.zip", "02139"))
	g.post("about").leadsTo(g, "contact")
	g.get("contact").says("Step 2 of 7")
	g.post("contact").leadsTo(g, "insurance")
	g.get("address").expect(http.StatusOK).saysNot("Step") // opened on purpose, it is not among the steps
}

func TestSkippingOnboardingLeavesConsentOnly(t *testing.T) {
	t.Parallel()
	g := newWorld(t, asking()).invite(maya(skipOnboarding))
	g.get("").leadsTo(g, "consent")
	g.get("consent").saysNot("Step")
	g.get("about").leadsTo(g, "consent")
	g.post("consent", "consent", "sharePHI", "consent", "terms").leadsTo(g, "done")
	g.get("about").leadsTo(g, "done")

	without := newWorld(t, asking()).invite(maya(skipOnboarding, noConsent))
	without.get("").leadsTo(without, "done")
}

func TestDecliningANeededConsentIsRecordedAndTheDoorStaysOpen(t *testing.T) {
	t.Parallel()
	g := newWorld(t, asking()).invite(maya())
	g.get("")
	g.post("consent", "consent", "terms", "consent", "marketing").leadsTo(g, "consent")
	p := g.patient()
	equal(t, "answers recorded", len(p.Consents), 3)
	equal(t, "sharePHI", p.Consents[0].Value, false)
	equal(t, "terms", p.Consents[1].Value, true)
	equal(t, "stage", p.Stage(), program.Consenting)
	again := g.get("consent").expect(http.StatusOK).says("That is all right", "by the same link")
	_, kept := again.page().form()
	equal(t, "what stays ticked", strings.Join(kept["consent"], " "), "terms marketing")
	g.post("consent", "consent", "sharePHI", "consent", "terms").leadsTo(g, "about")
	g.get("consent").leadsTo(g, "about")
	g.post("consent", "consent", "terms").leadsTo(g, "about") // too late to decline
	equal(t, "consent stands", g.patient().ConsentedAt.IsZero(), false)
}

func TestAConsentTheProgramDoesNotAskForIsRefused(t *testing.T) {
	t.Parallel()
	g := newWorld(t, asking()).invite(maya())
	g.get("")
	g.post("consent", "consent", "soul").expect(http.StatusUnprocessableEntity).says("This page does not ask for that.")
	equal(t, "nothing is recorded", len(g.patient().Consents), 0)
}

func TestEveryPageLeadsToWhereThePatientIs(t *testing.T) {
	t.Parallel()
	pages := []string{"consent", "about", "contact", "address", "caregiver", "insurance", "secondary-insurance", "cards", "signature", "finish", "done", "tracker", "infusion", "app"}
	cases := []struct {
		name  string
		bring func(g guest)
		to    string
		shows []string // pages that are there instead
	}{
		{"before the link was opened", func(guest) {}, "", []string{"app"}},
		{"while consent is to be given", func(g guest) { g.get("") }, "consent", []string{"consent", "app"}},
		{"while enrolling", func(g guest) {
			g.get("")
			g.post("consent", "consent", "sharePHI", "consent", "terms")
		}, "about", []string{"about", "contact", "address", "insurance", "secondary-insurance", "cards", "signature", "finish", "tracker", "infusion", "app"}},
		{"after the end", func(g guest) {
			g.get("")
			g.post("consent", "consent", "sharePHI", "consent", "terms")
			g.post("finish")
		}, "done", []string{"done", "tracker", "infusion", "app"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newWorld(t, asking()).invite(maya())
			c.bring(g)
			for _, page := range pages {
				if slices.Contains(c.shows, page) {
					g.get(page).expect(http.StatusOK)
					g.head(page).expect(http.StatusOK)
					continue
				}
				g.get(page).leadsTo(g, c.to)
				g.head(page).leadsTo(g, c.to)
				if page != "done" && page != "tracker" {
					g.post(page).leadsTo(g, c.to)
				}
			}
		})
	}
}

func TestTheTrackerCountsOncePerEntry(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	visits := func() int {
		n := 0
		for _, what := range *g.news {
			if what == program.TrackerViewed {
				n++
			}
		}
		return n
	}
	g.get("tracker").expect(http.StatusOK).says("Still to come", "Continue your enrollment")
	equal(t, "after one entry", visits(), 1)
	g.get("tracker")
	equal(t, "after two", visits(), 2)
	g.head("tracker").expect(http.StatusOK)
	for name, value := range map[string]string{"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch", "X-Moz": "prefetch"} {
		r := httptest.NewRequest(http.MethodGet, g.path("tracker"), nil)
		r.Header.Set(name, value)
		g.do(r).expect(http.StatusForbidden)
	}
	g.post("tracker").expect(http.StatusMethodNotAllowed)
	for _, page := range []string{"", "about", "finish", "done", "nothing"} {
		g.get(page)
	}
	equal(t, "after everything that is no entry", visits(), 2)
}

func TestTheTrackerTellsWhetherTextsAreOn(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	text := func(body string) {
		must(t, g.box.Update(func(tx *sandbox.Tx) error {
			_, err := g.support.Text(tx, g.id, body)
			return err
		}))
	}
	text("STOP")
	g.get("tracker").says("Text messages are off Since May 4, 2026, 9:30 AM UTC", "Reply START")
	text("START")
	g.get("tracker").says("Text messages are on")
}

func TestLookingAheadDoesNotOpenTheLink(t *testing.T) {
	t.Parallel()
	g := newWorld(t, asking()).invite(maya())
	g.head("").leadsTo(g, "consent")
	r := httptest.NewRequest(http.MethodGet, g.path(""), nil)
	r.Header.Set("Sec-Purpose", "prefetch")
	g.do(r).expect(http.StatusForbidden)
	equal(t, "stage", g.patient().Stage(), program.Invited)
}

func TestFinishListsWhatTheProgramStillNeeds(t *testing.T) {
	t.Parallel()
	prog := asking()
	prog.Required = []string{"patient.dob", "insurance.front", "signature", "caregiver.first.name"}
	g := opened(t, prog)
	g.get("about").says("Date of birth Required")
	refused := g.post("finish").expect(http.StatusUnprocessableEntity).
		says("We cannot finish yet", "Date of birth", "Front of your insurance card", "Your signature", "Caregiver's first name")
	alert := refused.page().by("role", "alert")
	equal(t, "the summary can be focused", alert.attrs["tabindex"], "-1")
	for _, a := range alert.all("a") {
		address, _, _ := strings.Cut(a.attrs["href"], "#")
		g.do(httptest.NewRequest(http.MethodGet, address, nil)).expect(http.StatusOK)
	}
	equal(t, "links in the summary", len(alert.all("a")), 4)
	g.post("about", "patient.dob", "1988-08-23")
	g.send(part{"insurance.front", fake.Card(fake.CardHolder{}, fake.Front)})
	g.post("caregiver", "caregiver.first.name", "Ada")
	g.post("signature", "typed", "Maya Lind")
	g.post("finish").leadsTo(g, "done")
}

func TestACaregiverIsSpokenToAsSuch(t *testing.T) {
	t.Parallel()
	g := opened(t, asking(),
		with("patient.dob", "2012-01-01T00:00:00+00:00"), with("caregiver.first.name", "Ada"),
		with("caregiver.last.name", "Lind"), with("caregiver.relationship", "parent"))
	g.get("about").says("About Maya", "For Maya Lind")
	page := g.get("caregiver").expect(http.StatusOK).says("About the caregiver").page()
	_, values := page.form()
	equal(t, "the relationship stays as it was said", values.Get("caregiver.relationship"), "parent")
	g.post("finish")
	g.get("done").says("Thank you, Ada")

	alone := opened(t, asking())
	alone.get("caregiver").leadsTo(alone, "about")
	alone.post("caregiver", "caregiver.first.name", "Ada").leadsTo(alone, "about")
	equal(t, "nobody became a caregiver", alone.patient().Accompanied(), false)
}
