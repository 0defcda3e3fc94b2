package phone

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Phone serves the pages of every patient.
type Phone struct {
	support *program.Support
	log     *slog.Logger
}

// New returns the pages over a domain.
func New(support *program.Support, log *slog.Logger) *Phone {
	return &Phone{support: support, log: log}
}

// Door returns the phone's listener.
//
// The posting route reads its body itself (Limit 0), for one path serves small
// forms and large uploads: a fixed word may not stand beside a parameter.
func (p *Phone) Door(finder door.Finder) *door.Door {
	routes := []door.Route{{Method: http.MethodPost, Path: "/l/:token/:page", Operation: "act", Handle: p.post}}
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		routes = append(routes,
			door.Route{Method: method, Path: "/", Operation: "home", Handle: p.home},
			door.Route{Method: method, Path: "/assets/:name", Operation: "asset", Handle: p.asset},
			door.Route{Method: method, Path: "/l/:token", Operation: "open-link", Handle: p.open},
			door.Route{Method: method, Path: "/l/:token/:page", Operation: "page", Handle: p.show},
			door.Route{Method: method, Path: "/l/:token/:page/:id", Operation: "media", Handle: p.media},
		)
	}
	return door.New(sandbox.PhoneSide, voice{p}, finder, p.log, routes)
}

// The pages that are no screens.
const (
	finishPage  = "finish"
	donePage    = "done"
	trackerPage = "tracker"
	mediaFolder = "media"

	infusionPage = "infusion"
	thanksPage   = "infusion-thanks"
)

// appPage is where the links of programs with an app lead.
var appPage = strings.TrimPrefix(program.AppPage, "/")

// leaf is one page of a patient.
type leaf struct {
	open func(*visitor) bool        // whether it is shown to the patient as they are now
	show func(*visitor) door.Answer // GET
	post func(*visitor) door.Answer // POST; nil where there is nothing to post
}

func (p *Phone) leaf(name string) (leaf, bool) {
	switch name {
	case finishPage:
		return leaf{enrolling, p.showFinish, p.postFinish}, true
	case donePage:
		return leaf{finished, p.showDone, nil}, true
	case trackerPage: // what shows it is an act of its own
		return leaf{nil, nil, nil}, true
	case infusionPage:
		return leaf{admitted, p.showInfusion, p.postInfusion}, true
	case thanksPage:
		return leaf{admitted, p.showThanks, nil}, true
	case appPage:
		return leaf{func(*visitor) bool { return true }, p.showApp, nil}, true
	}
	s, ok := program.ParseScreen(name)
	if !ok {
		return leaf{}, false
	}
	asked := func(v *visitor) bool { return enrolling(v) && v.asked(s) }
	switch s {
	case program.ConsentScreen:
		return leaf{consenting, p.showConsent, p.postConsent}, true
	case program.Cards:
		return leaf{asked, p.showCards, p.postCards}, true
	case program.Signature:
		return leaf{asked, p.showSignature, p.postSignature}, true
	}
	return leaf{asked,
		func(v *visitor) door.Answer { return p.showScreen(v, s) },
		func(v *visitor) door.Answer { return p.postScreen(v, s) }}, true
}

func consenting(v *visitor) bool { return v.patient.Stage() == program.Consenting }
func enrolling(v *visitor) bool  { return v.patient.Stage() == program.Enrolling }
func finished(v *visitor) bool   { return v.patient.Stage() == program.Finished }
func admitted(v *visitor) bool   { return enrolling(v) || finished(v) }

// open is the link itself: the patient opens it and is led on.
func (p *Phone) open(c *door.Call) door.Answer {
	if c.Method == http.MethodHead {
		return p.withVisitor(c, func(v *visitor) door.Answer { return v.lead() })
	}
	if ahead(c.Request) {
		return p.notYet()
	}
	v, err := p.act(c, func(tx *sandbox.Tx, v *visitor) (program.Patient, error) {
		return p.support.Open(tx, v.patient.ID)
	})
	return p.outcome(v, err, func(refusals) door.Answer { return p.lost() })
}

// show is any page behind the link. What the patient is past, or has not come
// to yet, leads to where they are.
func (p *Phone) show(c *door.Call) door.Answer {
	name := c.Params.ByName("page")
	page, known := p.leaf(name)
	switch {
	case !known:
		return p.lost()
	case name == trackerPage:
		return p.tracker(c)
	}
	return p.withVisitor(c, func(v *visitor) door.Answer {
		if !page.open(v) {
			return v.lead()
		}
		return page.show(v)
	})
}

// post is what a form sends. What is not asked for any more leads to where the
// patient is; the domain has the last word, in the update that does it.
func (p *Phone) post(c *door.Call) door.Answer {
	page, known := p.leaf(c.Params.ByName("page"))
	if !known {
		return p.lost()
	}
	return p.withVisitor(c, func(v *visitor) door.Answer {
		if page.post == nil {
			a := p.refuse(door.NoMethod)
			a.Header.Set("Allow", "GET, HEAD")
			return a
		}
		if !page.open(v) {
			drain(c)
			return v.lead()
		}
		return page.post(v)
	})
}

// media shows a patient one of their own files.
func (p *Phone) media(c *door.Call) door.Answer {
	var m program.Media
	found := false
	if c.Params.ByName("page") == mediaFolder {
		c.Sandbox.View(func(r sandbox.Reader) {
			if v, ok := p.visitor(c, r); ok {
				m, found = p.support.FindMedia(r, &v.patient, c.Params.ByName("id"))
			}
		})
	}
	if !found {
		return p.lost()
	}
	h := headers("default-src 'none'; sandbox")
	if m.Type == pdf { // a sandboxed page shows no PDF: hand it to the phone
		h.Set("Content-Disposition", `attachment; filename="card.pdf"`)
	}
	return door.Answer{Status: http.StatusOK, Type: m.Type, Body: m.Content, Header: h}
}

const pdf = "application/pdf"

// ahead tells whether a browser only fetches a page in case it will be wanted.
// Such a look must not count as the patient's.
func ahead(r *http.Request) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		switch value := r.Header.Get(name); {
		case value == "":
		case name == "Sec-Purpose", value == "prefetch", value == "preview":
			return true
		}
	}
	return false
}
