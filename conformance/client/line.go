package client

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/port"
)

// Line is the one address at which a real vendor reaches every scenario. A
// webhook goes to the scenario of which it names something: a patient, an id of
// the partner's or a number.
type Line struct {
	// Base is the path of the callback's own address, before /webhook/….
	Base string
	// Paths are where webhooks arrive, and where they would as documented.
	Paths map[string]string
	// Patience is how long a webhook is held that names nobody known: its patient
	// may be about to be.
	Patience time.Duration

	mu      sync.Mutex
	ears    map[string]*Ear // by what webhooks may name
	open    map[*Ear]*listener
	changed chan struct{}
	aside   []port.Heard
}

// listener is what a scenario makes of its webhooks.
type listener struct {
	guise    *Guise
	readings *Readings
	log      *evidence.Log
}

// NewLine returns a line on which nobody listens.
func NewLine(base string, paths map[string]string) *Line {
	return &Line{Base: strings.TrimSuffix(base, "/"), Paths: paths, Patience: 2 * time.Second,
		ears: map[string]*Ear{}, open: map[*Ear]*listener{}, changed: make(chan struct{})}
}

// NewEar returns an ear that hears nothing yet.
func NewEar() *Ear { return &Ear{changed: make(chan struct{})} }

// Listen opens the line for a scenario's ear.
func (l *Line) Listen(ctx context.Context, ear *Ear, g *Guise, r *Readings) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[ear] = &listener{g, r, evidence.From(ctx)}
}

// Leave closes it. Webhooks that come late are acknowledged, and nobody hears
// them.
func (l *Line) Leave(ear *Ear) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, ear)
}

// learn remembers whose something is that webhooks may name.
func (l *Line) learn(name string, ear *Ear) {
	if l == nil || ear == nil || name == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ears[name] = ear
	close(l.changed)
	l.changed = make(chan struct{})
}

// Aside are the webhooks that named nobody of the run.
func (l *Line) Aside() []port.Heard {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]port.Heard(nil), l.aside...)
}

var quotedText = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// whose finds the ear that a body names; the body need not be JSON.
func (l *Line) whose(body []byte) (ear *Ear, changed chan struct{}) {
	texts := quotedText.FindAll(body, -1)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range texts {
		var name string
		if json.Unmarshal(t, &name) == nil && l.ears[name] != nil {
			return l.ears[name], nil
		}
	}
	return nil, l.changed
}

// ServeHTTP hears a webhook.
func (l *Line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	body, err := io.ReadAll(io.LimitReader(r.Body, answerLimit))
	if err != nil {
		return
	}
	h := port.Heard{Path: l.path(r.URL.Path), Method: r.Method, Header: r.Header, Body: body,
		Valid: gjson.ValidBytes(body) && gjson.ParseBytes(body).IsObject()}
	reply, to := l.deliver(r.Context(), h)
	to.note(r, began, body, reply)
	answerWith(w, reply)
}

// path is where a webhook would have come as documented.
func (l *Line) path(p string) string {
	if inside, ok := strings.CutPrefix(p, l.Base+"/"); ok && l.Base != "" {
		p = "/" + inside
	}
	if documented, ok := l.Paths[p]; ok {
		return documented
	}
	return p
}

// deliver takes a webhook to the scenario it belongs to, if there is one.
func (l *Line) deliver(ctx context.Context, h port.Heard) (port.Reply, *listener) {
	held := time.NewTimer(l.Patience)
	defer held.Stop()
	for {
		ear, changed := l.whose(h.Body)
		if ear == nil {
			select {
			case <-changed:
				continue
			case <-held.C:
			case <-ctx.Done():
			}
			l.mu.Lock()
			l.aside = append(l.aside, h)
			l.mu.Unlock()
			return Acknowledgement(h), nil
		}
		l.mu.Lock()
		to := l.open[ear]
		l.mu.Unlock()
		if to == nil {
			return Acknowledgement(h), nil
		}
		seen := h
		seen.Body = to.guise.Show(h.Body)
		return ear.hear(to.readings.Normal(seen), h), to
	}
}

// note writes the exchange down as it was on the wire.
func (to *listener) note(r *http.Request, began time.Time, body []byte, reply port.Reply) {
	if to == nil {
		return
	}
	e := evidence.Exchange{At: began, From: evidence.Peer, Method: r.Method, URL: r.URL.String(), Header: r.Header, Body: string(body),
		Status: reply.Status, Content: reply.Body, Took: float64(time.Since(began).Microseconds()) / 1000}
	if reply.Drop {
		e.Status, e.Content, e.Error = 0, "", "the suite hung up, as the scenario says"
	}
	to.log.Note(e)
}
