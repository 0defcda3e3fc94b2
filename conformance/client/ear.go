package client

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/port"
)

// Ears is the suite's own partner: one HTTP handler on which every scenario
// hears its vendor's webhooks under a path of its own.
type Ears struct {
	mu  sync.Mutex
	all map[string]*Ear
}

// NewEars returns a handler without scenarios.
func NewEars() *Ears { return &Ears{all: map[string]*Ear{}} }

// Open returns the ear of a scenario; its webhooks come to base/{name}/webhook/….
func (e *Ears) Open(name string) *Ear {
	e.mu.Lock()
	defer e.mu.Unlock()
	ear := NewEar()
	e.all[name] = ear
	return ear
}

// Close forgets a scenario.
func (e *Ears) Close(name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.all, name)
}

// ServeHTTP hears a webhook.
func (e *Ears) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	e.mu.Lock()
	ear := e.all[name]
	e.mu.Unlock()
	if ear == nil {
		http.Error(w, "nobody listens here", http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, answerLimit))
	if err != nil {
		return
	}
	h := port.Heard{Path: "/" + path, Method: r.Method, Header: r.Header, Body: body,
		Valid: gjson.ValidBytes(body) && gjson.ParseBytes(body).IsObject()}
	answerWith(w, ear.hear(h, h))
}

// answerWith gives the suite's answer to a webhook.
func answerWith(w http.ResponseWriter, reply port.Reply) {
	if reply.Drop {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "application/json")
	for name, value := range reply.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(reply.Status)
	_, _ = io.WriteString(w, reply.Body)
}

// Ear is one scenario's partner.
type Ear struct {
	mu      sync.Mutex
	heard   []port.Heard
	answer  func(int, port.Heard) port.Reply
	changed chan struct{}
}

var _ port.Ear = (*Ear)(nil)

// hear takes a webhook in, and answers what was sent: h is how the scenario sees
// it.
func (e *Ear) hear(h, sent port.Heard) port.Reply {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, h)
	close(e.changed)
	e.changed = make(chan struct{})
	if e.answer != nil {
		return e.answer(len(e.heard), h)
	}
	return Acknowledgement(sent)
}

// Acknowledgement is the documented answer to a webhook (HA-RESP-001, 002).
func Acknowledgement(h port.Heard) port.Reply {
	data := map[string]string{}
	for name, paths := range map[string][]string{
		"supportProgramId": {"event.supportProgramId"},
		"patientId":        {"event.patient.id", "event.patientId", "patient.id"},
		"externalId":       {"event.patient.externalIds.0.sourceId", "patient.externalIds.0.sourceId"},
	} {
		for _, path := range paths {
			if v, ok := h.Text(path); ok {
				data[name] = v
				break
			}
		}
	}
	body, _ := json.Marshal(map[string]any{"success": true, "data": data}) // a map of strings always marshals
	return port.Reply{Status: 200, Body: string(body)}
}

// Answer implements port.Ear.
func (e *Ear) Answer(answer func(n int, h port.Heard) port.Reply) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer = answer
}

// Heard implements port.Ear.
func (e *Ear) Heard() []port.Heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]port.Heard(nil), e.heard...)
}

// Await implements port.Ear.
func (e *Ear) Await(ctx context.Context, n int, match func(port.Heard) bool) (port.Heard, error) {
	for {
		e.mu.Lock()
		seen := 0
		for _, h := range e.heard {
			if match(h) {
				if seen++; seen == n {
					e.mu.Unlock()
					return h, nil
				}
			}
		}
		changed, all := e.changed, len(e.heard)
		e.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return port.Heard{}, fmt.Errorf("heard %d matching of %d webhooks: %w", seen, all, ctx.Err())
		}
	}
}
