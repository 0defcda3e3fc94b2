package partner

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

const (
	patience  = 10 * time.Second // wall time for one try, unless a test is in a hurry
	fileLimit = 10 << 20         // bytes, as for uploads (RX-OUR-047)
	keepLimit = 64 << 10         // bytes of an answer that the journal gets
)

func newClient() *http.Client {
	return &http.Client{
		// A redirect must not carry the credentials elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: patience, KeepAlive: 30 * time.Second}).DialContext,
			MaxIdleConnsPerHost:    256,
			IdleConnTimeout:        5 * time.Second, // sooner than any vendor closes one
			MaxResponseHeaderBytes: 64 << 10,
			DisableCompression:     true,
			WriteBufferSize:        4 << 10,
			ReadBufferSize:         32 << 10,
		},
	}
}

// attempt is one try at fetching a file.
type attempt struct {
	at        time.Time
	status    int
	mediaType string
	size      uint64
	sum       string
	failure   string // "" when the file came
	again     bool   // a failed try is worth another

	target         string
	sent, received http.Header
	body           []byte // up to keepLimit
}

// work is what the agenda does when a file is to be fetched.
func (p *Partner) work(tx *sandbox.Tx, due sandbox.Due) (func(context.Context), error) {
	k := sandbox.Key{Subject: due.Key.Subject, Ordinal: due.Ref}
	f, ok := p.files.Get(tx, k)
	if !ok || f.State != Waiting {
		return nil, nil
	}
	desk, b := p.vendor(tx), tx.Sandbox()
	if desk == nil { // taken away since
		return nil, p.settle(tx, k, &attempt{at: tx.Now(), failure: nowhere})
	}
	return func(ctx context.Context) { p.try(ctx, b, desk, &f) }, nil
}

// try makes one attempt and records what came of it.
func (p *Partner) try(ctx context.Context, b *sandbox.Sandbox, desk *Desk, f *File) {
	a := attempt{at: b.Clock().Now()}
	began := clock.Wall()
	a.run(ctx, p.client, p.patience, desk, f)
	took := clock.Since(began)
	if ctx.Err() != nil {
		return // the sandbox is closing; the file goes on waiting
	}
	x := sandbox.Exchange{
		Subject: f.Subject, Side: sandbox.FetchSide, Operation: "media", At: a.at, Took: took,
		Method: http.MethodGet, Target: a.target, RequestHeader: a.sent,
		Status: a.status, ResponseHeader: a.received, ResponseBody: a.body,
	}
	if a.status == 0 {
		x.Error = a.failure
	}
	b.Journal().Record(&x)
	k := sandbox.Key{Subject: f.Subject, Ordinal: f.Ordinal}
	if err := b.Update(func(tx *sandbox.Tx) error { return p.settle(tx, k, &a) }); err != nil {
		p.log.Error("a fetched file could not be kept", "sandbox", b.Name(), "error", err) // our bug
	}
}

// run asks the vendor for the file: E6 (HA-MEDIA-004).
func (a *attempt) run(ctx context.Context, client *http.Client, patience time.Duration, desk *Desk, f *File) {
	ctx, cancel := clock.Timeout(ctx, patience)
	defer cancel()
	for _, id := range []string{f.PatientID, f.MediaID} {
		if id == "." || id == ".." { // would name another path
			a.failure = strconv.Quote(id) + " cannot stand in a path"
			return
		}
	}
	a.target = strings.TrimRight(desk.Vendor, "/") + "/v1/patients/" + url.PathEscape(f.PatientID) + "/media/" + url.PathEscape(f.MediaID)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.target, nothing{})
	if err != nil {
		a.failure = reason(err, patience)
		return
	}
	a.target = req.URL.Redacted()
	c := desk.credential(f.ProgramID)
	if c.Key != "" {
		header := desk.KeyHeader
		if header == "" {
			header = "X-Api-Key"
		}
		req.Header.Set(header, c.Key)
	}
	if c.Bearer != "" {
		req.Header.Set("Authorization", "Bearer "+c.Bearer)
	}
	req.Header.Set("User-Agent", "Placebo")
	a.sent = req.Header
	resp, err := client.Do(req)
	if err != nil {
		a.failure, a.again = reason(err, patience), true
		return
	}
	defer resp.Body.Close()
	a.received = resp.Header
	a.read(resp, patience)
}

// nothing is an empty body. With one, and not with none, the HTTP client makes
// one call per try: a GET that it could replay it would send again, unseen, when
// a vendor drops a connection that was used before.
type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, io.EOF }

// read takes the answer in. One that breaks off is none.
func (a *attempt) read(resp *http.Response, patience time.Duration) {
	sum := sha256.New()
	start := prefix{limit: keepLimit}
	size, err := io.Copy(io.MultiWriter(sum, &start), io.LimitReader(resp.Body, fileLimit+1))
	a.body = start.kept.Bytes()
	if err != nil {
		a.failure, a.again = reason(err, patience), true
		return
	}
	a.status = resp.StatusCode
	switch {
	case a.status != http.StatusOK:
		a.failure = "HTTP " + strconv.Itoa(a.status)
		a.again = a.status == http.StatusTooManyRequests || a.status >= 500
	case size > fileLimit:
		a.failure = "the file has more than 10 MiB"
	default:
		a.mediaType, a.size, a.sum = resp.Header.Get("Content-Type"), uint64(size), hex.EncodeToString(sum.Sum(nil))
	}
}

// prefix keeps the first bytes of what is written to it.
type prefix struct {
	kept  bytes.Buffer
	limit int
}

func (p *prefix) Write(b []byte) (int, error) {
	p.kept.Write(b[:min(len(b), p.limit-p.kept.Len())])
	return len(b), nil
}

// reason says in a few words, the same in every run, why no answer came.
func reason(err error, patience time.Duration) string {
	var timeout interface{ Timeout() bool }
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return "no answer within " + patience.String()
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Op + ": " + op.Err.Error()
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return strings.TrimSpace(err.Error())
}
