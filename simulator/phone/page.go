package phone

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"html/template"
	"net/http"
	"strings"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

//go:embed templates/*.html
var templates embed.FS

//go:embed assets
var assetFiles embed.FS

// asset is one file that pages refer to by name and version.
type asset struct {
	kind    string
	content []byte
	version string
}

var assets = map[string]asset{
	"phone.css": load("phone.css", "text/css; charset=utf-8"),
	"phone.js":  load("phone.js", "text/javascript; charset=utf-8"),
	"icon.svg":  load("icon.svg", "image/svg+xml"),
}

func load(name, kind string) asset {
	content, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	sum := sha256.Sum256(content)
	return asset{kind, content, hex.EncodeToString(sum[:6])}
}

var layouts = func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range []string{"plain", "consent", "screen", "cards", "signature", "finish", "done", "tracker", "infusion", "thanks", "app"} {
		all[name] = template.Must(template.ParseFS(templates, "templates/layout.html", "templates/"+name+".html"))
	}
	return all
}()

// page is what every layout shows around its own content.
type page struct {
	Brand   string
	Title   string
	Heading string
	Lead    string
	For     string // on whose behalf the page is filled in
	CSS, JS string // addresses; empty where the style comes inline
	Icon    string
	Style   template.CSS
	Action  string // where the form goes
	Back    string
	Step    int       // 0 where there is nothing to count
	Steps   []bool    // which of them have been reached
	Alert   string    // what went wrong, as a headline
	Faults  []problem // each of it
	Content any
}

// problem is one entry of the summary of what is wrong.
type problem struct{ Text, Href string }

// page prepares a page of the patient's.
func (v *visitor) page(heading, lead string) page {
	pg := page{
		Brand: v.brand(), Heading: heading, Lead: lead, Title: heading,
		CSS: address(v.Base, "phone.css"), JS: address(v.Base, "phone.js"), Icon: address(v.Base, "icon.svg"),
		Action: v.link(v.Params.ByName("page")),
	}
	if v.patient.Accompanied() {
		pg.For = "For " + v.patient.FirstName + " " + v.patient.LastName
	}
	return pg
}

// address is where an asset is found under a sandbox's prefix.
func address(base, name string) string {
	return base + "/assets/" + name + "?v=" + assets[name].version
}

// at counts the page among the patient's steps and says where back is.
func (pg *page) at(v *visitor, here string) {
	names := []string{}
	for _, s := range v.steps() {
		names = append(names, s.String())
	}
	names = append(names, finishPage)
	if v.patient.SkipOnboarding || len(names) == 1 {
		return // nothing to count: consent was the last screen, or there is none
	}
	for i, name := range names {
		if name != here {
			continue
		}
		pg.Step = i + 1
		if i > 0 && names[i-1] != program.ConsentScreen.String() { // consent is given once
			pg.Back = v.link(names[i-1])
		}
	}
	if pg.Step == 0 { // a screen that was complete, opened on purpose
		pg.Back = v.link(finishPage)
		return
	}
	pg.Steps = make([]bool, len(names))
	for i := range pg.Step {
		pg.Steps[i] = true
	}
}

// complain puts what is wrong on top of the page. where finds the label and the
// id of what a refusal is about.
func (pg *page) complain(headline string, wrong refusals, where func(*program.Refusal) (label, id, text string)) {
	if len(wrong) == 0 {
		return
	}
	pg.Alert = headline
	for _, r := range wrong {
		label, id, text := where(r)
		one := problem{Text: text}
		if label != "" {
			one.Text = label + ": " + text
		}
		if id != "" {
			one.Href = "#" + id
		}
		pg.Faults = append(pg.Faults, one)
	}
}

// policy lets a page use our own style, script and pictures, and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// headers are those of every answer. The address is a secret, so nothing is
// told about it and nothing is kept.
func headers(csp string) http.Header {
	return http.Header{
		"Content-Security-Policy": {csp},
		"X-Content-Type-Options":  {"nosniff"},
		"Referrer-Policy":         {"no-referrer"},
		"Cache-Control":           {"no-store"},
		"X-Robots-Tag":            {"noindex, nofollow"},
	}
}

// render makes an answer of a page.
func (p *Phone) render(status int, layout string, pg page, wrong ...*program.Refusal) door.Answer {
	var b bytes.Buffer
	if err := layouts[layout].ExecuteTemplate(&b, "layout.html", pg); err != nil {
		p.log.Error("a page cannot be written", "page", layout, "error", err)
		if layout == plainLayout { // which is what a crash is said with
			return door.Answer{Status: http.StatusInternalServerError, Header: headers("default-src 'none'")}
		}
		return p.refuse(door.Crashed)
	}
	a := door.Answer{Status: status, Type: "text/html; charset=utf-8", Body: b.Bytes(), Header: headers(policy)}
	if len(wrong) > 0 && len(pg.Faults) > 0 {
		r := wrong[0]
		a.Why = &sandbox.Explanation{Field: r.Field, Rule: pg.Faults[0].Text, Saw: r.Saw, Wants: r.Wants}
	}
	return a
}

// inlinePolicy is that of pages which cannot say where their style is: who asks
// the door for something it does not know is in no sandbox.
var inlinePolicy = func() string {
	sum := sha256.Sum256(assets["phone.css"].content)
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
}()

const plainLayout = "plain"

// plain is a page that is nobody's: a headline and a few words.
func (p *Phone) plain(status int, heading, lead string) door.Answer {
	a := p.render(status, plainLayout, page{Brand: "A simulated phone", Title: heading, Heading: heading, Lead: lead,
		Style: template.CSS(assets["phone.css"].content)})
	a.Header.Set("Content-Security-Policy", inlinePolicy)
	return a
}

// home is what is behind the bare address.
func (p *Phone) home(*door.Call) door.Answer {
	return p.plain(http.StatusOK, "This is a simulated phone",
		"Invited patients get a text with a personal link. Open the inbox, and follow one of the links there.")
}

// lost is the answer to a link that leads nowhere.
func (p *Phone) lost() door.Answer {
	return p.plain(http.StatusNotFound, "We cannot find this page",
		"The link may have been cut short. Please open it again from the text message, or copy all of it.")
}

// notYet declines to fetch a page before anybody wants it.
func (p *Phone) notYet() door.Answer {
	return p.plain(http.StatusForbidden, "Not yet", "This page opens only when you go there.")
}

// asset serves a file of ours. Its address has its version, so it may be kept.
func (p *Phone) asset(c *door.Call) door.Answer {
	file, ok := assets[c.Params.ByName("name")]
	if !ok {
		return p.lost()
	}
	h := headers("default-src 'none'; style-src 'unsafe-inline'")
	if strings.HasSuffix(c.URL.RawQuery, file.version) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	return door.Answer{Status: http.StatusOK, Type: file.kind, Body: file.content, Header: h}
}
