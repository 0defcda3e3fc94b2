package simulator_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/placebo-sim/placebo/simulator/fake"
)

// The phone of the tests, and the narrowest one that is sold.
const (
	phoneWidth, phoneHeight = 390, 844
	narrowest               = 320
)

// browser is a Chromium with one page.
type browser struct {
	t     testing.TB
	ctx   context.Context
	shots string // where pictures of the pages go
	taken int

	watched bool // somebody will look at them

	mu       sync.Mutex
	requests int
	trouble  []string // what the console says, and requests that leave
}

// openBrowser starts a browser that ends with the test and holds no connection
// when the server closes.
func openBrowser(t testing.TB) *browser {
	t.Helper()
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		const why = "no Chromium on PATH (chromium, chromium-browser or google-chrome): the phone was not tried in a browser"
		if os.Getenv("PLACEBO_CI") == "1" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	b := &browser{t: t, shots: os.Getenv("PLACEBO_SCREENSHOTS")}
	if b.watched = b.shots != ""; !b.watched {
		b.shots = t.TempDir()
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	// Without a directory of ours it makes one for the user's data, and removes it.
	ctx, cancel = chromedp.NewExecAllocator(ctx, chromedp.ExecPath(program),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("lang", "en-US"), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.WindowSize(phoneWidth, phoneHeight))
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(t.Logf))
	t.Cleanup(cancel)
	b.ctx = ctx
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatalf("starting %s: %v", program, err)
	}
	b.width(phoneWidth)
	b.dark(false)
	return b
}

// hear notes what must not happen.
func (b *browser) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	note := func(format string, args ...any) { b.trouble = append(b.trouble, fmt.Sprintf(format, args...)) }
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests++
		u, err := url.Parse(e.Request.URL)
		if err != nil || u.Scheme != "data" && u.Hostname() != "127.0.0.1" {
			note("a request leaves for %s", e.Request.URL)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 500 || e.Response.Status == http.StatusNotFound {
			note("%s is answered with %d", e.Response.URL, e.Response.Status)
		}
	case *cdpruntime.EventConsoleAPICalled:
		if e.Type == cdpruntime.ConsoleAPICalledTypeError || e.Type == cdpruntime.ConsoleAPICalledTypeWarning {
			note("the console has a %s", e.Type)
		}
	case *cdpruntime.EventExceptionThrown:
		note("an exception: %s", e.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded:
		// What the vendor refuses the browser reports too; the test asks for it.
		if e.Entry.Level == cdplog.EntryLevelError && !strings.Contains(e.Entry.Text, "status of 422") || e.Entry.Level == cdplog.EntryLevelWarning {
			note("the log says: %s (%s)", e.Entry.Text, e.Entry.URL)
		}
	}
}

func (b *browser) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatalf("%s, on %s: %v", what, b.page(), err)
	}
}

// tell returns what an expression is on the page.
func tell[V any](b *browser, expression string) V {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[V](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// page is the last part of the page's address.
func (b *browser) page() string {
	at, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil {
		return "no page: " + err.Error()
	}
	u, err := url.Parse(at)
	if err != nil {
		return at
	}
	return path.Base(u.Path)
}

func (b *browser) width(w int64) {
	b.t.Helper()
	b.do("setting the width", chromedp.EmulateViewport(w, phoneHeight, chromedp.EmulateMobile, chromedp.EmulatePortrait, chromedp.EmulateScale(2)))
}

// follow does what leads to another page and waits for that.
func (b *browser) follow(what, to string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if _, err := chromedp.RunResponse(b.ctx, steps...); err != nil {
		b.t.Fatalf("%s, from %s: %v", what, b.page(), err)
	}
	equal(b.t, what+" leads to", b.page(), to)
	if fault := tell[string](b, `document.getElementById("alert")?.innerText ?? ""`); fault != "" {
		b.t.Logf("%s: the page complains: %s", to, fault)
	}
}

// submit sends the page's first form.
func (b *browser) submit(to string) {
	b.t.Helper()
	b.follow("sending "+b.page(), to, chromedp.Click(chromedp.CSS("form button[type=submit]:not(.quiet)")))
}

func named(name string) chromedp.CSS { return chromedp.CSS(`[name="` + name + `"]`) }

// write types into a field, as a person would.
func (b *browser) write(name, text string) {
	b.t.Helper()
	b.do("typing "+name, chromedp.SendKeys(named(name), text))
}

func (b *browser) tick(name, value string) {
	b.t.Helper()
	id := tell[string](b, fmt.Sprintf(`document.querySelector('[name=%q][value=%q]')?.id ?? ""`, name, value))
	if id == "" {
		b.t.Fatalf("%s has no %s to choose", name, value)
	}
	b.do("choosing "+name, chromedp.Click(chromedp.CSS(`label[for="`+id+`"]`))) // people touch the words, not the circle
}

// inspect looks at a page as a whole: that it fits, that the focus shows, and
// what it looks like.
func (b *browser) inspect() {
	b.t.Helper()
	b.taken++
	name := fmt.Sprintf("%s-%02d-%s", b.t.Name(), b.taken, b.page())
	for _, w := range []int64{narrowest, phoneWidth} {
		b.width(w)
		if wide := tell[[]string](b, tooWide); len(wide) > 0 {
			b.t.Errorf("%s at %d pixels: too wide: %s", b.page(), w, strings.Join(wide, ", "))
		}
		if w == phoneWidth || b.watched {
			b.shoot(fmt.Sprintf("%s-%d", name, w))
		}
	}
	b.focus()
	if b.watched {
		b.dark(true)
		b.shoot(name + "-dark")
		b.dark(false)
	}
	if lang := tell[string](b, `document.documentElement.lang`); lang != "en" {
		b.t.Errorf("%s: the page's language is %q", b.page(), lang)
	}
}

// tooWide names what stands out of the page on the right, and the page itself
// if it scrolls sideways.
const tooWide = `(() => {
	const wide = document.documentElement.clientWidth;
	const out = document.documentElement.scrollWidth > wide || document.body.scrollWidth > wide ? ["the page"] : [];
	for (const e of document.querySelectorAll("body *")) {
		const box = e.getBoundingClientRect();
		if (box.width > 0 && box.right > wide + 0.5 && !e.closest(".unseen")) out.push(e.tagName + "." + e.className);
	}
	return out;
})()`

// dark chooses the colours; nothing moves, so that pictures are sharp.
func (b *browser) dark(on bool) {
	b.t.Helper()
	value := "light"
	if on {
		value = "dark"
	}
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) shoot(name string) {
	b.t.Helper()
	shot, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatalf("picture of %s: %v", name, err)
	}
	if err := os.WriteFile(filepath.Join(b.shots, name+".png"), shot, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// focus goes through the page by the Tab key: everything that can be used is
// reached, and where one is can be seen.
func (b *browser) focus() {
	b.t.Helper()
	stops := tell[int](b, `(() => {
		document.body.tabIndex = -1; // from the top of the page
		document.body.focus();
		document.body.removeAttribute("tabindex");
		window.scrollTo(0, 0);
		window.reached = new Set();
		return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select")].filter((e) => e.offsetParent).length;
	})()`)
	// A date takes four keys, a run of radio buttons one; the rest is spare.
	for range 4*stops + 4 {
		b.do("going on by key", chromedp.KeyEvent(kb.Tab))
		where := tell[string](b, `(() => {
			const e = document.activeElement;
			if (e === document.body) return "";
			reached.add(e);
			const seen = (e) => { const s = getComputedStyle(e); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2; };
			return seen(e) || e.closest("label") && seen(e.closest("label")) ? "seen" : e.outerHTML;
		})()`)
		if where == "" { // beyond the end
			break
		}
		if where != "seen" {
			b.t.Errorf("%s: nobody sees that the focus is on %s", b.page(), where)
		}
	}
	if missed := tell[[]string](b, `[...document.querySelectorAll("a[href], button, input:not([type=hidden]), select")]
		.filter((e) => e.offsetParent && !reached.has(e) && ![...reached].some((r) => r.type === "radio" && r.name === e.name))
		.map((e) => e.outerHTML)`); len(missed) > 0 {
		b.t.Errorf("%s: by key nobody gets to %s", b.page(), strings.Join(missed, " "))
	}
	tell[bool](b, `(document.activeElement.blur(), true)`)
}

// done checks what the browser noticed on the way.
func (b *browser) done() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.requests == 0 {
		b.t.Error("no request was noticed")
	}
	for _, what := range b.trouble {
		b.t.Error(what)
	}
}

// invited invites Maya and returns her id and the link in her text.
func (b box) invited(more object) (id, link string) {
	b.Helper()
	who := b.maya(42)
	for name, value := range more {
		who[name] = value
	}
	id = b.invite(who)
	link = b.look("/await?for=text&patient=" + id).get("link").Str
	return id, link
}

func TestAPatientEnrollsInABrowser(t *testing.T) {
	t.Parallel()
	box := start(t).box("default")
	b := openBrowser(t)
	id, link := box.invited(nil)

	b.follow("opening the link", "consent", chromedp.Navigate(link))
	b.inspect()
	b.tick("consent", "communication")
	b.submit("consent") // one of two is not enough
	equal(t, "the page goes on about it", tell[string](b, `document.querySelector("[role=status] h2").innerText`), "That is all right")
	b.inspect()
	b.tick("consent", "sharePHI")
	b.submit("about")

	b.inspect()
	b.write("patient.dob", "08231988")
	b.tick("patient.gender", "female")
	b.write("patient.prefLanguage", "English")
	b.submit("contact")

	b.inspect()
	b.do("emptying the number", chromedp.Clear(named("patient.phone.number")))
	b.write("patient.phone.number", "12")
	b.submit("contact")
	equal(t, "where the focus is", tell[string](b, `document.activeElement.id`), "alert")
	b.inspect()
	b.do("emptying the number", chromedp.Clear(named("patient.phone.number")))
	b.write("patient.phone.number", "(202) 555-0142")
	b.tick("patient.contact.method", "email")
	b.write("patient.email", "maya.torres@example.com")
	b.tick("patient.callTime", "afternoon")
	b.submit("address")

	b.inspect()
	b.write("address.street", "12 Elm Street")
	b.write("address.apt", "4")
	b.write("address.city", "Springfield")
	b.write("address.state", "IL")
	b.write("address.zip", "62701")
	b.submit("insurance")

	b.inspect()
	b.write("insurance.carrier", "Example Mutual")
	b.write("insurance.memberId", "EXM-0042")
	b.write("insurance.groupNum", "G-7")
	b.write("insurance.cardname", "Maya Torres")
	b.write("insurance.Dob", "08231988")
	b.submit("secondary-insurance")

	const hidden = `document.querySelector(".dependents").hidden`
	equal(t, "what hangs on the answer is hidden at first", tell[bool](b, hidden), true)
	b.inspect()
	b.tick("insurance.secondary.status", "active")
	equal(t, "what hangs on the answer is hidden after Yes", tell[bool](b, hidden), false)
	b.inspect()
	b.tick("insurance.secondary.status", "inactive")
	equal(t, "what hangs on the answer is hidden after No", tell[bool](b, hidden), true)
	b.submit("cards")

	b.inspect()
	front := fake.Card(fake.CardHolder{Name: "Maya Torres", Carrier: "Example Mutual", MemberID: "EXM-0042", GroupNumber: "G-7"}, fake.Front)
	file := filepath.Join(t.TempDir(), "front of the card.png")
	if err := os.WriteFile(file, front, 0o600); err != nil {
		t.Fatal(err)
	}
	b.do("choosing the picture", chromedp.SetUploadFiles(named("insurance.front"), []string{file}))
	b.submit("signature")
	b.follow("going back", "cards", chromedp.Click(chromedp.CSS("a.back")))
	b.inspect() // the picture shows
	equal(t, "width of the picture that shows", tell[bool](b, `document.querySelector(".kept img").naturalWidth > 0`), true)
	b.submit("signature")

	b.inspect()
	b.draw()
	b.do("clearing", chromedp.Click(chromedp.ID("clear")))
	equal(t, "the drawing after it was cleared", tell[string](b, `document.getElementById("drawing").value`), "")
	b.draw()
	b.inspect()
	b.submit("finish")

	b.inspect()
	said := tell[string](b, `document.querySelector("main").innerText`)
	for _, want := range []string{"August 23, 1988", "Female", "+12025550142", "maya.torres@example.com", "12 Elm Street", "EXM-0042"} {
		if !strings.Contains(said, want) {
			t.Errorf("the last look does not show %q:\n%s", want, said)
		}
	}
	b.submit("done")
	equal(t, "the page says", tell[string](b, `document.querySelector("h1").innerText`), "Thank you, Maya")
	b.inspect()
	b.follow("going to the tracker", "tracker", chromedp.Click(chromedp.CSS("main a.button")))
	b.inspect()
	b.done()

	box.delivered(id, 2)
	box.settle()
	equal(t, "stage", box.look("/patients/"+id).get("stage").Str, "finished")
	webhooks := box.look("/webhooks?patient=" + id).get("webhooks").Array()
	equal(t, "webhooks", len(webhooks), 2)
	for i, kind := range []string{"HelpAround.Patient.CompleteEnrollment", "HelpAround.Patient.UserAction.ViewedTracker"} {
		w := webhooks[i]
		equal(t, "webhook", w.Get("body.event.eventName").Str, kind)
		equal(t, "its state", w.Get("state").Str, "delivered")
		equal(t, "attempts at it", len(w.Get("attempts").Array()), 1)
		equal(t, "findings about the answer", w.Get("findings").Int(), 0)
	}
	told := webhooks[0].Get("body.event.patient")
	for path, want := range map[string]string{
		"dob": "588297600000", "gender": "female", "phoneNumber": "+12025550142", "contact_method": "Email", "call_time": "Evening",
		"address.apt": "4", "insurance.primaryInsurance.member_id": "EXM-0042", "insurance.secondaryInsurance.status": "inactive",
		"consents.0.value": "true", "consents.1.value": "true",
	} {
		equal(t, path, told.Get(path).String(), want)
	}
	got := box.ask("GET", "/v1/patients/"+id+"/media/"+told.Get("insurance.primaryInsurance.front_picture_image").Str, "")
	equal(t, "the front of the card came as it was sent", got.body == string(front), true)
	got = box.ask("GET", "/v1/patients/"+id+"/media/"+told.Get("signature.image").Str, "")
	equal(t, "the signature is drawn", ink(t, got.body) > 200, true)

	seen := box.look("/partner?patient=" + id)
	equal(t, "notices", len(seen.get("notices").Array()), 2)
	equal(t, "copies of the tracker's", seen.get("notices.1.copies").Int(), 1)
	equal(t, "files the partner fetched", len(seen.get(`files.#(state=="fetched")#`).Array()), 2)
	equal(t, "files the partner asked for", len(seen.get("files").Array()), 2)
}

// draw writes on the pad with the mouse.
func (b *browser) draw() {
	b.t.Helper()
	b.do("looking at the pad", chromedp.ScrollIntoView(chromedp.ID("canvas")))
	pad := tell[struct{ X, Y, Width, Height float64 }](b, `document.getElementById("canvas").getBoundingClientRect().toJSON()`)
	at := func(x, y float64) (float64, float64) { return pad.X + x*pad.Width, pad.Y + y*pad.Height }
	for _, stroke := range [][][2]float64{
		{{.10, .80}, {.15, .20}, {.22, .70}, {.30, .20}, {.35, .80}},
		{{.45, .45}, {.40, .65}, {.50, .70}, {.55, .45}, {.58, .75}, {.68, .50}, {.74, .75}, {.88, .35}},
	} {
		x, y := at(stroke[0][0], stroke[0][1])
		steps := []chromedp.Action[chromedp.Void]{chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x, y, chromedp.ButtonLeft, chromedp.ClickCount(1))}
		for _, p := range stroke[1:] {
			x, y = at(p[0], p[1])
			steps = append(steps, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y, chromedp.ButtonLeft))
		}
		steps = append(steps, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x, y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
		b.do("drawing", steps...)
	}
	drawn := tell[string](b, `document.getElementById("drawing").value`)
	picture, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(drawn, "data:image/png;base64,"))
	if err != nil || ink(b.t, string(picture)) < 200 {
		b.t.Fatalf("nothing was drawn: %.60q, %v", drawn, err)
	}
}

// ink counts the dark dots of a picture.
func ink(t testing.TB, text string) int {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatalf("no PNG: %v", err)
	}
	dots := 0
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if r, g, _, _ := picture.At(picture.Bounds().Min.Add(image.Pt(x, y)).X, picture.Bounds().Min.Add(image.Pt(x, y)).Y).RGBA(); r+g < 0x8000 {
				dots++
			}
		}
	}
	return dots
}

func TestAPatientSignsWithoutAScript(t *testing.T) {
	t.Parallel()
	box := start(t).box("default")
	b := openBrowser(t)
	id, link := box.invited(object{"requiredConsent": false})
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	b.follow("opening the link", "about", chromedp.Navigate(link))
	b.follow("going to the signature", "signature", chromedp.Navigate(link+"/signature"))
	equal(t, "the pad is hidden", tell[bool](b, `document.getElementById("pad").hidden`), true)
	b.inspect()
	b.write("typed", "Maya Torres")
	b.submit("about")
	b.follow("going to the end", "finish", chromedp.Navigate(link+"/finish"))
	b.inspect()
	b.submit("done")
	b.done()
	told := box.delivered(id, 1).Get("body.event.patient.signature.image").Str
	got := box.ask("GET", "/v1/patients/"+id+"/media/"+told, "")
	equal(t, "status of the signature", got.status, http.StatusOK)
	equal(t, "the signature is written", ink(t, got.body) > 200, true)
}

func TestAPatientTellsAboutAnInfusionInABrowser(t *testing.T) {
	t.Parallel()
	box := start(t).makeBox(encoded(object{"sandbox": "meadow", "seed": 7, "clock": object{"at": "2026-05-04T09:30:00Z", "frozen": true},
		"dialects": object{"linkTarget": "app"}, "programs": []object{{"id": "b1mTa000dsa54rt", "product": "rxware", "name": "Carewell Support",
			"events": []object{{"name": "home.infusion.nurse.visit.status"}}}}}))
	b := openBrowser(t)
	id, link := box.invited(object{"additionalData": []object{{"key": "insurance.carrier", "value": "Example Mutual"}}})

	b.follow("opening the link to the app", "app", chromedp.Navigate(link))
	b.inspect()
	equal(t, "stage", box.look("/patients/"+id).get("stage").Str, "invited")
	b.follow("going on", "consent", chromedp.Click(chromedp.CSS("main a.button")))
	b.tick("consent", "communication")
	b.tick("consent", "sharePHI")
	b.submit("about")

	box.told(id, "prescription.status", "received")
	box.told(id, "insurance.status", "coveredNoRestrictions")
	box.told(id, "shipment.status", "shipped", object{"key": "trackerCode", "value": "123456789012"})
	box.told(id, "home.infusion.nurse.visit.status", "anUnknownTextThatIsFarTooLongForOneLineOfAPhone")
	b.follow("going to the tracker", "tracker", chromedp.Navigate(strings.TrimSuffix(link, "app")+"tracker"))
	b.inspect()
	b.follow("going to the infusions", "infusion", chromedp.Click(chromedp.CSS("a.change")))

	const hidden = `document.querySelector(".dependents").hidden`
	equal(t, "the insurance is hidden at first", tell[bool](b, hidden), true)
	b.inspect()
	b.write("infusionDate", "06012026")
	b.write("facilityName", "Elm Street Infusion Center")
	b.tick("haveInsuranceUpdate", "Yes")
	equal(t, "the insurance is hidden after Yes", tell[bool](b, hidden), false)
	b.do("emptying the insurance", chromedp.Clear(named("insurance.carrier")))
	b.write("insurance.carrier", "Société Mutuelle")
	b.submit("infusion")
	equal(t, "where the focus is", tell[string](b, `document.activeElement.id`), "alert")
	b.inspect()
	b.do("emptying the insurance", chromedp.Clear(named("insurance.carrier")))
	b.write("insurance.carrier", "New Mutual")
	b.submit("infusion-thanks")
	b.inspect()
	b.done()

	equal(t, "what is known", box.look("/patients/"+id).get("infusion|@ugly").Raw,
		`{"date":"2026-06-01","facility":"Elm Street Infusion Center","insuranceUpdate":true,"at":"2026-05-04T09:30:00.000Z"}`)
	box.settle()
	equal(t, "webhooks", len(box.look("/webhooks?patient="+id).get("webhooks").Array()), 2) // the tracker's, and this one's
	told := box.delivered(id, 2).Get("body.event")
	equal(t, "what it tells of", told.Get("data.value").Str, "infusionUpdated")
	equal(t, "news of the insurance", told.Get("patient.infusion.haveInsuranceUpdate").Str, "Yes")
	equal(t, "carrier", told.Get("patient.insurance.primaryInsurance.carrier").Str, "New Mutual")
	equal(t, "the partner's notice", box.look("/partner?patient="+id).get("notices.1.kind").Str, "infusion")
}

// told is the partner telling of a patient's case.
func (b box) told(id, name, text string, data ...object) {
	b.Helper()
	r := b.ask("POST", "/v1/patients/"+id+"/event", encoded(object{"status": object{"name": name, "text": text, "additionalData": append([]object{}, data...)}}))
	equal(b, "status of the case update", r.status, http.StatusOK)
}
