package client

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/port"
)

// Partner posts webhooks to a partner.
type Partner struct {
	Base    string            // /webhook/… is appended
	URLs    map[string]string // instead of the base's, by path
	Headers map[string]string // sent with every webhook; their values are secret
	Caller  *Caller           // nil: the ordinary way
	Within  time.Duration     // the time the partner has for an answer; 0: ten seconds
	Media   *Media            // where the partner fetches what we name; nil: nowhere
}

var _ port.Partner = (*Partner)(nil)

// PartnerHTTP is a client for a partner's endpoints; nil trusts whom the system
// trusts. It does not keep connections for long: one that the partner closes
// while a webhook is on its way would look like a partner that hangs up.
func PartnerHTTP(trust *tls.Config) *http.Client {
	return &http.Client{
		CheckRedirect: Redirects,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: trust, TLSHandshakeTimeout: 10 * time.Second,
			MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Second, DisableCompression: true},
	}
}

var toPartners = PartnerHTTP(nil)

// Tell implements port.Partner. That no answer comes is trouble where nobody
// could be reached; once the partner has taken the call, it owes one.
func (p *Partner) Tell(ctx context.Context, path string, body []byte, m port.Manner) port.Outcome {
	target, ok := p.URLs[path]
	if !ok {
		target = p.Base + path
	}
	log := evidence.From(ctx)
	if log != nil {
		for _, value := range p.Headers {
			log.Secret(value, value[strings.LastIndexByte(value, ' ')+1:]) // the token alone too
		}
	}
	if err := p.Caller.wait(ctx); err != nil {
		return port.Outcome{Err: fmt.Errorf("%w: waiting for the rate that was agreed on: %w", port.ErrTrouble, err)}
	}
	t := telling{began: time.Now()}
	o := t.post(ctx, p, target, body, m)
	e := evidence.Exchange{At: t.began, From: evidence.Suite, Method: http.MethodPost, URL: target, Header: t.sent, Body: string(body),
		Status: o.Status, Answer: t.got, Content: string(o.Body), Took: float64(time.Since(t.began).Microseconds()) / 1000}
	switch {
	case o.Err != nil:
		e.Error = o.Err.Error()
	case m.HangUp:
		e.Error = "the suite hung up before the answer"
	}
	log.Note(e)
	return o
}

// telling is one webhook under way.
type telling struct {
	began     time.Time
	connected atomic.Bool
	written   atomic.Pointer[time.Time]
	sent, got http.Header
}

func (t *telling) post(ctx context.Context, p *Partner, target string, body []byte, m port.Manner) port.Outcome {
	within := p.Within
	if within == 0 {
		within = 10 * time.Second // HA-OUR-013
	}
	calling, cancel := context.WithTimeout(ctx, within+m.Drip)
	defer cancel()
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(calling, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { t.connected.Store(true) },
		WroteRequest: func(httptrace.WroteRequestInfo) {
			now := time.Now()
			if t.written.Store(&now); m.HangUp {
				cancel()
			}
		},
	}), http.MethodPost, target, nil)
	if err != nil {
		return port.Outcome{Err: fmt.Errorf("%w: %w", port.ErrTrouble, err)}
	}
	carry(calling, req, body, m)
	for name, value := range p.Headers {
		req.Header.Set(name, value)
	}
	t.sent = req.Header
	client := toPartners
	if p.Caller != nil && p.Caller.HTTP != nil {
		client = p.Caller.HTTP
	}
	resp, err := client.Do(req)
	var content []byte
	if err == nil {
		defer resp.Body.Close()
		content, err = io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	}
	switch {
	case m.HangUp && t.connected.Load() && ctx.Err() == nil:
		return port.Outcome{}
	case err == nil:
	case ctx.Err() != nil || !t.connected.Load():
		return port.Outcome{Err: fmt.Errorf("%w: %w", port.ErrTrouble, err)}
	case errors.Is(err, context.DeadlineExceeded):
		return port.Outcome{Err: fmt.Errorf("the partner gave no answer within %s", within)}
	default:
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err // the rest is known
		}
		return port.Outcome{Err: fmt.Errorf("the partner hung up without an answer that is one: %w", err)}
	}
	t.got = resp.Header
	o := port.Outcome{Status: resp.StatusCode, Type: resp.Header.Get("Content-Type"), Body: content,
		Valid: gjson.ValidBytes(content), Allow: resp.Header.Get("Allow")}
	if end := t.written.Load(); end != nil { // a partner may answer before it has heard all
		o.Took = time.Since(*end)
	}
	return o
}

// carry loads a request with a body in the manner wanted.
func carry(ctx context.Context, req *http.Request, body []byte, m port.Manner) {
	var r io.Reader = bytes.NewReader(body)
	if m.Drip > 0 {
		r = &drops{ctx: ctx, rest: body, size: max(1, len(body)/dropCount), pause: m.Drip / dropCount}
	}
	req.Body, req.ContentLength = io.NopCloser(r), int64(len(body))
	switch {
	case m.Chunked:
		req.ContentLength = -1
	case len(body) == 0:
		req.Body = http.NoBody
	}
	switch {
	case m.Type != "":
		req.Header.Set("Content-Type", m.Type)
	case !m.Untyped:
		req.Header.Set("Content-Type", "application/json; charset=utf-8") // HA-OUR-011
	}
	req.Header.Set("User-Agent", "Placebo")
}

// dropCount is how many pieces a dripping body comes in.
const dropCount = 20

// drops is a body that comes in pieces.
type drops struct {
	ctx   context.Context
	rest  []byte
	size  int
	pause time.Duration
}

func (d *drops) Read(b []byte) (int, error) {
	if len(d.rest) == 0 {
		return 0, io.EOF
	}
	select {
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	case <-time.After(d.pause): // it is what is tried here
	}
	n := copy(b, d.rest[:min(d.size, len(d.rest))])
	d.rest = d.rest[n:]
	return n, nil
}

// Lose implements port.Partner.
func (p *Partner) Lose(media ...string) {
	if p.Media != nil {
		p.Media.lose(media)
	}
}

// Fetched implements port.Partner.
func (p *Partner) Fetched() ([]port.Fetch, error) {
	if p.Media == nil {
		return nil, port.Lacking(port.CanFetch, "the partner fetches no pictures from us")
	}
	return p.Media.fetched(), nil
}

// Media is the suite's own vendor, as far as a partner needs one: it serves a
// small picture under every media id, unless that one is lost, and remembers
// which were asked for.
type Media struct {
	Else http.Handler // answers whatever else is asked; nil: nothing is found

	mu    sync.Mutex
	asked []port.Fetch
	lost  map[string]bool
}

// ServeHTTP serves GET /v1/patients/{id}/media/{media}.
func (m *Media) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if r.Method != http.MethodGet || len(parts) != 5 || parts[1] != "patients" || parts[3] != "media" {
		if m.Else != nil {
			m.Else.ServeHTTP(w, r)
			return
		}
		http.NotFound(w, r)
		return
	}
	if m.ask(port.Fetch{Patient: parts[2], Media: parts[4]}) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":{"message":"Media Not Found"},"status":404}`) // RX-OUR-040; the partner has gone away if this fails
		return
	}
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		panic(err) // to memory
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(b.Bytes()) // the partner has gone away if this fails
}

// ask writes down what was asked for, and tells whether it is lost.
func (m *Media) ask(f port.Fetch) (lost bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked = append(m.asked, f)
	return m.lost[f.Media]
}

func (m *Media) lose(ids []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lost == nil {
		m.lost = map[string]bool{}
	}
	for _, id := range ids {
		m.lost[id] = true
	}
}

func (m *Media) fetched() []port.Fetch {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.asked)
}
