package client

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"strings"
	"sync"

	"github.com/placebo-sim/placebo/conformance/port"
)

// Partner posts webhooks to a partner.
type Partner struct {
	Base  string // /webhook/… is appended
	Media *Media // where the partner fetches what we name; nil: nowhere
}

var _ port.Partner = (*Partner)(nil)

// Tell implements port.Partner.
func (p *Partner) Tell(ctx context.Context, path, contentType string, body []byte) port.Outcome {
	return call(ctx, "POST", p.Base+path, map[string]string{"Content-Type": contentType}, body)
}

// Fetched implements port.Partner.
func (p *Partner) Fetched() []string {
	if p.Media == nil {
		return nil
	}
	return p.Media.fetched()
}

// Media is the suite's own vendor, as far as a partner needs one: it serves a
// small picture under every media id and remembers which were asked for.
type Media struct {
	mu    sync.Mutex
	asked []string
}

// ServeHTTP serves GET /v1/patients/{id}/media/{media}.
func (m *Media) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if r.Method != http.MethodGet || len(parts) != 5 || parts[1] != "patients" || parts[3] != "media" {
		http.NotFound(w, r)
		return
	}
	m.mu.Lock()
	m.asked = append(m.asked, parts[4])
	m.mu.Unlock()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		panic(err) // to memory
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(b.Bytes()) // the partner has gone away if this fails
}

func (m *Media) fetched() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.asked...)
}
