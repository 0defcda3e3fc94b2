package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// conns is how many connections a load uses: enough to keep both cores busy.
const conns = 16

// load calls a server with ready-made requests for a while and returns calls
// per second. Any status but the wanted one fails the benchmark.
func load(b *testing.B, addr string, d time.Duration, request func(n uint64, buf []byte) []byte, from *atomic.Uint64) float64 {
	b.Helper()
	var calls atomic.Uint64
	var wg sync.WaitGroup
	began := time.Now()
	for range conns {
		wg.Go(func() {
			c, err := dial(addr)
			if err != nil {
				b.Error(err)
				return
			}
			defer c.close()
			var buf []byte
			for time.Since(began) < d {
				buf = request(from.Add(1), buf[:0])
				if status, err := c.call(buf); err != nil || status != 200 {
					b.Errorf("status %d, %v", status, err)
					return
				}
				calls.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(calls.Load()) / time.Since(began).Seconds()
}

// conn is the cheapest HTTP client there is: it writes bytes and reads as many
// as the answer says it has.
type conn struct {
	c net.Conn
	r *bufio.Reader
}

func dial(addr string) (*conn, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &conn{c, bufio.NewReaderSize(c, 8<<10)}, nil
}

func (c *conn) close() { _ = c.c.Close() }

var lengthHeader = []byte("Content-Length: ")

func (c *conn) call(request []byte) (status int, err error) {
	if _, err := c.c.Write(request); err != nil {
		return 0, err
	}
	line, err := c.r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	status, err = strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, err
	}
	length := -1
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) <= 2 {
			break
		}
		if bytes.HasPrefix(line, lengthHeader) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(lengthHeader):]))); err != nil {
				return 0, err
			}
		}
	}
	if length < 0 {
		return 0, fmt.Errorf("an answer without a length")
	}
	_, err = c.r.Discard(length)
	return status, err
}

// access is how to call either side.
type access struct{ program, key, bearer string }

// ownID is the partner's own id of the nth patient.
func ownID(n uint64) string { return "crm-" + strconv.FormatUint(n, 10) }

func (a access) invite(n uint64, buf []byte) []byte {
	var body [512]byte
	b := append(body[:0], `{"externalId":"`...)
	b = append(b, ownID(n)...)
	b = append(b, `","phoneNumber":"+9`...)
	b = strconv.AppendUint(b, 10_000_000_000+n, 10)
	b = append(b, `","supportProgramId":"`...)
	b = append(b, a.program...)
	b = append(b, `","firstName":"Maya","lastName":"Torres","requiredConsent":true,"isCaregiver":false,"skipOnboarding":false,"additionalData":[{"key":"patient.gender","value":"female"},{"key":"address.city","value":"Huntsville"}]}`...)
	buf = append(buf, "POST /v1/patients/invite HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"...)
	buf = a.credentials(buf)
	buf = append(buf, "Content-Length: "...)
	buf = strconv.AppendInt(buf, int64(len(b)), 10)
	buf = append(buf, "\r\n\r\n"...)
	return append(buf, b...)
}

func (a access) credentials(buf []byte) []byte {
	buf = append(buf, "X-Api-Key: "...)
	buf = append(buf, a.key...)
	buf = append(buf, "\r\nAuthorization: Bearer "...)
	buf = append(buf, a.bearer...)
	return append(buf, "\r\n"...)
}

// read asks for patients in an order that no cache likes.
func (a access) read(ids []string) func(n uint64, buf []byte) []byte {
	return func(n uint64, buf []byte) []byte {
		buf = append(buf, "GET /v1/patients/"...)
		buf = append(buf, ids[n*0x9e3779b97f4a7c15%uint64(len(ids))]...)
		buf = append(buf, " HTTP/1.1\r\nHost: x\r\n"...)
		buf = a.credentials(buf)
		return append(buf, "\r\n"...)
	}
}
