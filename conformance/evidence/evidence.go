package evidence

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Exchange is one request and its answer.
type Exchange struct {
	N       int       `json:"n"` // from 1, in the order of their ends
	At      time.Time `json:"at"`
	From    string    `json:"from"` // "suite" or "peer": a webhook comes from the peer
	Method  string    `json:"method"`
	URL     string    `json:"url"`
	Header  http      `json:"header,omitempty"`
	Body    string    `json:"body,omitempty"`
	Status  int       `json:"status,omitempty"` // 0 when no answer came
	Answer  http      `json:"answerHeader,omitempty"`
	Content string    `json:"answer,omitempty"`
	Took    float64   `json:"tookMs"`
	Error   string    `json:"error,omitempty"` // why no answer came
}

// http is the header of a message.
type http = map[string][]string

// The two sides of an exchange.
const (
	Suite = "suite"
	Peer  = "peer"
)

// mostBody is how much of a body is kept; mostExchanges how many exchanges.
const (
	mostBody      = 64 << 10
	mostExchanges = 500
)

// Log is what one scenario has seen.
type Log struct {
	mu      sync.Mutex
	all     []Exchange
	secrets []string
	dropped int
}

// NewLog returns an empty log.
func NewLog() *Log { return &Log{} }

// Secret takes values out of everything that is written from now on. Values of
// fewer than four signs are left alone: they would be found everywhere.
func (l *Log) Secret(values ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, v := range values {
		if len(v) >= 4 && !slices.Contains(l.secrets, v) {
			l.secrets = append(l.secrets, v)
		}
	}
}

// Redacted stands where a secret stood.
const Redacted = "[redacted]"

// secretHeaders are never written down, whatever they hold.
var secretHeaders = []string{"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token", "api-key"}

func (l *Log) add(e Exchange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) >= mostExchanges {
		l.dropped++
		return
	}
	e.N = len(l.all) + 1
	e.URL, e.Error = l.clean(e.URL), l.clean(e.Error)
	e.Body, e.Content = l.clean(text(e.Body)), l.clean(text(e.Content))
	e.Header, e.Answer = l.headers(e.Header), l.headers(e.Answer)
	l.all = append(l.all, e)
}

// Clean takes the secrets out of a text that is to be shown.
func (l *Log) Clean(s string) string {
	if l == nil {
		return s
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clean(s)
}

func (l *Log) clean(s string) string {
	for _, secret := range l.secrets {
		s = strings.ReplaceAll(s, secret, Redacted)
	}
	return s
}

func (l *Log) headers(h http) http {
	clean := http{}
	for name, values := range h {
		if slices.Contains(secretHeaders, strings.ToLower(name)) {
			clean[name] = []string{Redacted}
			continue
		}
		for _, v := range values {
			clean[name] = append(clean[name], l.clean(v))
		}
	}
	return clean
}

// text is a body as a report can show it.
func text(s string) string {
	if !utf8.ValidString(s) {
		return "[bytes that are no text]"
	}
	if len(s) > mostBody {
		return strings.ToValidUTF8(s[:mostBody], "") + "[cut]"
	}
	return s
}

// Exchanges returns what was written, and how many exchanges were too many.
func (l *Log) Exchanges() (all []Exchange, dropped int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all), l.dropped
}

type key struct{}

// With lets Note write to the log; nil stops it.
func With(ctx context.Context, l *Log) context.Context { return context.WithValue(ctx, key{}, l) }

// From is the context's log, or nil.
func From(ctx context.Context) *Log {
	l, _ := ctx.Value(key{}).(*Log)
	return l
}

// Note writes an exchange to the context's log, if it has one.
func Note(ctx context.Context, e Exchange) { From(ctx).Note(e) }

// Note writes an exchange; a nil log does not keep it.
func (l *Log) Note(e Exchange) {
	if l != nil {
		l.add(e)
	}
}
