package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/port"
)

// answerLimit bounds what is read of an answer: the largest file and more.
const answerLimit = 16 << 20

// caller is shared by every scenario of a process.
var caller = &http.Client{
	Timeout:       20 * time.Second,
	CheckRedirect: Redirects,
	Transport:     &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second, DisableCompression: true},
}

// call makes one request, reads its answer and writes both down. No answer is
// trouble, not a verdict.
func (c *Caller) call(ctx context.Context, method, url string, headers map[string]string, body []byte) port.Outcome {
	if err := c.wait(ctx); err != nil {
		return port.Outcome{Err: fmt.Errorf("%w: waiting for the rate that was agreed on: %w", port.ErrTrouble, err)}
	}
	began := time.Now()
	o, sent, got := c.ask(ctx, method, url, headers, body)
	e := evidence.Exchange{At: began, From: evidence.Suite, Method: method, URL: url, Header: sent, Body: string(body),
		Status: o.Status, Answer: got, Content: string(o.Body), Took: float64(time.Since(began).Microseconds()) / 1000}
	if o.Err != nil {
		e.Error = o.Err.Error()
		o.Err = fmt.Errorf("%w: %w", port.ErrTrouble, o.Err)
	}
	evidence.Note(ctx, e)
	return o
}

// call makes a request the ordinary way.
func call(ctx context.Context, method, url string, headers map[string]string, body []byte) port.Outcome {
	return (*Caller)(nil).call(ctx, method, url, headers, body)
}

func (c *Caller) ask(ctx context.Context, method, url string, headers map[string]string, body []byte) (o port.Outcome, sent, got http.Header) {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return port.Outcome{Err: err}, nil, nil
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	req.Host = req.Header.Get("Host") // Go sends the host from here alone; empty means the address's
	resp, err := c.client().Do(req)
	if err != nil {
		return port.Outcome{Err: err}, req.Header, nil
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil {
		return port.Outcome{Err: err}, req.Header, nil
	}
	return port.Outcome{Status: resp.StatusCode, Type: resp.Header.Get("Content-Type"), Body: b,
		Valid: gjson.ValidBytes(b), Allow: resp.Header.Get("Allow")}, req.Header, resp.Header
}
