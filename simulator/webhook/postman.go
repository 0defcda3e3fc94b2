package webhook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// The schedule of HA-OUR-013.
var pauses = [...]time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute}

const (
	patience    = 10 * time.Second // wall time for one attempt (HA-OUR-013)
	jitter      = 0.1              // each pause is up to this much shorter or longer
	answerLimit = 64 << 10         // bytes of an answer that are kept
	// longestWait bounds what a Retry-After can ask for. Policy: a partner may
	// not stop a patient's webhooks for good.
	longestWait = 24 * time.Hour
)

// postman carries letters. One serves all sandboxes.
type postman struct {
	// A client would follow redirects, or fail over one that leads nowhere; an
	// answer is taken as it comes.
	transport *http.Transport
	judge     Judge
	patience  time.Duration
}

func newPostman(judge Judge) *postman {
	return &postman{judge: judge, patience: patience, transport: &http.Transport{
		DialContext:         (&net.Dialer{Timeout: patience, KeepAlive: 30 * time.Second}).DialContext,
		MaxIdleConns:        0,
		MaxIdleConnsPerHost: 256,
		IdleConnTimeout:     90 * time.Second,
		DisableCompression:  true,
		WriteBufferSize:     4 << 10,
		ReadBufferSize:      4 << 10,
	}}
}

// Close drops idle connections.
func (o *Outbox) Close() { o.post.transport.CloseIdleConnections() }

// work is what the agenda does when a letter is due.
func (o *Outbox) work(tx *sandbox.Tx, due sandbox.Due) (func(context.Context), error) {
	k := sandbox.Key{Subject: due.Key.Subject, Ordinal: due.Ref}
	d, _ := o.deliveries.Get(tx, k)
	l, ok := o.letters.Get(tx, k)
	if !ok || d.State != Pending {
		return nil, nil
	}
	b := tx.Sandbox()
	return func(ctx context.Context) { o.deliver(ctx, b, l, d.Attempts+1) }, nil
}

// deliver makes one attempt and records what came of it.
func (o *Outbox) deliver(ctx context.Context, b *sandbox.Sandbox, l Letter, n uint64) {
	a := Attempt{Subject: l.Subject, Ordinal: l.Ordinal, N: n, At: b.Clock().Now()}
	if n > 1 && l.Carriage&Anew != 0 {
		l.Body = bytes.ReplaceAll(l.Body, []byte(l.At.UTC().Format(bySeconds)), []byte(a.At.UTC().Format(bySeconds)))
	}
	began := clock.Wall()
	header, sent := o.post.carry(ctx, &l, &a)
	a.Took = clock.Since(began)
	if ctx.Err() != nil {
		return // the sandbox is closing; the letter stays pending
	}
	message := ""
	if a.Status != 0 {
		a.Finding, message = o.post.judge.Judge(l, int(a.Status), a.Answer)
	}
	b.Journal().Record(&sandbox.Exchange{
		Subject: l.Subject, Side: sandbox.WebhookSide, Operation: l.Kind, At: a.At, Took: a.Took,
		Method: http.MethodPost, Target: l.URL, RequestHeader: sent, RequestBody: l.Body,
		Status: int(a.Status), ResponseHeader: header, ResponseBody: a.Answer, Error: a.Error,
	})
	// The update cannot fail but for a bug, which the runner would have logged;
	// here the letter would stay pending and be seen as such.
	_ = b.Update(func(tx *sandbox.Tx) error { return o.settle(tx, &l, &a, header.Get("Retry-After"), message) })
}

// bySeconds is what the forms of a date and time have in common.
const bySeconds = "2006-01-02T15:04:05"

// carry sends the letter and notes in a what came back.
func (p *postman) carry(ctx context.Context, l *Letter, a *Attempt) (answer, sent http.Header) {
	ctx, cancel := clock.Timeout(ctx, p.patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.URL, bytes.NewReader(l.Body))
	if err != nil {
		a.Error = err.Error()
		return nil, nil
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8") // HA-OUR-011
	req.Header.Set("User-Agent", "Placebo")
	if u := req.URL.User; u != nil {
		password, _ := u.Password()
		req.SetBasicAuth(u.Username(), password)
	}
	for _, h := range l.Header {
		req.Header.Set(h.Name, h.Value)
	}
	resp, err := p.transport.RoundTrip(req)
	if err != nil {
		a.Error = p.reason(err)
		return nil, req.Header
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// Its body is the bare connection, which neither ends nor heeds ctx.
		a.Status = uint64(resp.StatusCode)
		return resp.Header, req.Header
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil {
		// An answer that breaks off acknowledges nothing.
		a.Error, a.Answer = p.reason(err), body
		return resp.Header, req.Header
	}
	a.Status, a.Answer = uint64(resp.StatusCode), body
	return resp.Header, req.Header
}

// reason says in a few words why no answer came.
func (p *postman) reason(err error) string {
	var timeout interface{ Timeout() bool }
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return "no answer within " + p.patience.String()
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Op + ": " + op.Err.Error()
	}
	return strings.TrimSpace(err.Error())
}

// settle records an attempt and decides what becomes of the letter.
func (o *Outbox) settle(tx *sandbox.Tx, l *Letter, a *Attempt, retryAfter, message string) error {
	d, ok := o.deliveries.Get(tx, sandbox.Key{Subject: a.Subject, Ordinal: a.Ordinal})
	if !ok {
		return nil // the sandbox was reset meanwhile
	}
	if err := o.attempts.Put(tx, a); err != nil {
		return err
	}
	d.Attempts = a.N
	d.Tries++
	d.Next = time.Time{}
	tried := d.Tries
	if l.Carriage != 0 {
		a, tried, retryAfter = astray(l.Carriage, a, tried, retryAfter)
	}
	switch {
	case l.Carriage&Offended != 0 && a.Status == http.StatusBadRequest: // pending for good
	case a.Status >= 200 && a.Status < 300:
		if d.Arrived++; l.Twice && d.Arrived == 1 { // the other of the two, at once
			d.Tries, d.Next = 0, tx.Now()
			tx.Schedule(o.due, d.Next, d.Subject, d.Ordinal)
		} else {
			d.State = Delivered
		}
	case !again(a.Status):
		d.State, d.Why = Dead, why(a, message)
	case tried > uint64(len(pauses)):
		d.State, d.Why = Dead, "given up after "+strconv.FormatUint(d.Tries, 10)+" attempts: "+why(a, message)
	default:
		d.Next = tx.Now().Add(o.pause(tx, &d, retryAfter))
		tx.Schedule(o.due, d.Next, d.Subject, d.Ordinal)
	}
	if err := o.deliveries.Put(tx, &d); err != nil {
		return err
	}
	if d.State == Pending {
		return nil
	}
	return o.advance(tx, d.Subject)
}

// astray is an attempt as a deviating postman sees it: what became of it, how
// many there were, and what the partner asked for.
func astray(c Carriage, a *Attempt, tries uint64, retryAfter string) (*Attempt, uint64, string) {
	seen := *a
	switch {
	case c&Demanding != 0 && a.Status > 200 && a.Status < 300, c&Insists != 0 && a.Status >= 300 && a.Status < 500:
		seen.Status = http.StatusServiceUnavailable
	}
	if c&Once != 0 {
		tries = uint64(len(pauses)) + 1
	}
	if c&Impatient != 0 {
		retryAfter = ""
	}
	return &seen, tries, retryAfter
}

// again tells whether a failed attempt is worth another.
func again(status uint64) bool {
	return status == 0 || status == http.StatusTooManyRequests || status >= 500
}

func why(a *Attempt, message string) string {
	switch {
	case a.Status == 0:
		return a.Error
	case message != "":
		return "HTTP " + strconv.FormatUint(a.Status, 10) + ": " + message
	default:
		return "HTTP " + strconv.FormatUint(a.Status, 10)
	}
}

// pause is the sandbox time until the next attempt, after d.Tries of them.
func (o *Outbox) pause(tx *sandbox.Tx, d *Delivery, retryAfter string) time.Duration {
	base := pauses[d.Tries-1]
	draw := tx.Sandbox().Seed().Float("webhook jitter", d.Subject, d.Ordinal<<attemptBits|d.Attempts)
	wait := base + time.Duration((2*draw-1)*jitter*float64(base))
	return max(wait, asked(retryAfter, tx.Now()))
}

// asked reads a Retry-After: seconds, or a date on the sandbox's clock.
func asked(retryAfter string, now time.Time) time.Duration {
	if retryAfter == "" {
		return 0
	}
	seconds, err := strconv.ParseUint(retryAfter, 10, 32)
	switch {
	case err == nil:
		return min(time.Duration(seconds)*time.Second, longestWait)
	case errors.Is(err, strconv.ErrRange): // digits all the same
		return longestWait
	}
	if at, err := http.ParseTime(retryAfter); err == nil {
		return min(max(at.Sub(now), 0), longestWait)
	}
	return 0
}
