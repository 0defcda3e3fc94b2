package client

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/placebo-sim/placebo/conformance/port"
)

// Caller is how requests reach one peer. Nil is the ordinary way, which all
// scenarios of a process share.
type Caller struct {
	HTTP *http.Client // nil: the shared one
	Rate *Rate        // nil: as fast as one likes
}

func (c *Caller) client() *http.Client {
	if c == nil || c.HTTP == nil {
		return caller
	}
	return c.HTTP
}

// wait waits until the rate lets a call go.
func (c *Caller) wait(ctx context.Context) error {
	if c == nil || c.Rate == nil {
		return nil
	}
	return c.Rate.wait(ctx)
}

// Rate lets calls go at a steady pace, and some at once after a rest.
type Rate struct {
	every time.Duration
	burst int
	mu    sync.Mutex
	next  time.Time // when a call may go, were there no burst
}

// NewRate returns a rate; nil where there is no bound.
func NewRate(perSecond float64, burst int) *Rate {
	if perSecond <= 0 {
		return nil
	}
	return &Rate{every: time.Duration(float64(time.Second) / perSecond), burst: max(burst, 1)}
}

func (r *Rate) wait(ctx context.Context) error {
	r.mu.Lock()
	now := time.Now()
	if saved := now.Add(-time.Duration(r.burst-1) * r.every); r.next.Before(saved) {
		r.next = saved
	}
	pause := r.next.Sub(now)
	r.next = r.next.Add(r.every)
	r.mu.Unlock()
	if pause <= 0 {
		return nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Redirects are never followed: what a peer answers is what is judged.
func Redirects(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Do makes a request that is no peer's business to be judged by, such as one to
// a driver of the patient.
func (c *Caller) Do(ctx context.Context, method, url string, headers map[string]string, body []byte) port.Outcome {
	return c.call(ctx, method, url, headers, body)
}
