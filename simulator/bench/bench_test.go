package bench

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator"
)

// sides are the two servers of a comparison, equally full.
type sides struct {
	bareAddr, addr string
	access         access
	bareIDs, ids   []string
	next           atomic.Uint64
	sim            *simulator.Simulator
}

// fill is how many patients each side holds before anything is measured.
func newSides(b *testing.B, fill int) *sides {
	b.Helper()
	sim, err := simulator.New(simulator.WithWebhooks("http://127.0.0.1:1"), simulator.WithListener(simulator.PartnerListener, "off"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = sim.Close(b.Context()) })
	p := sim.Programs()[0]
	s := &sides{sim: sim, access: access{p.ID, p.APIKey, p.Token}}
	s.addr = strings.TrimPrefix(sim.URL(simulator.VendorListener), "http://")

	handler := newBare()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	b.Cleanup(func() { _ = server.Close() })
	go func() { _ = server.Serve(l) }()
	s.bareAddr = l.Addr().String()

	for range fill {
		n := s.next.Add(1)
		s.ids = append(s.ids, put(b, sim.Handler(simulator.VendorListener), s.access, n))
		s.bareIDs = append(s.bareIDs, put(b, handler, s.access, n))
	}
	runtime.GC()
	return s
}

// put invites a patient without a socket.
func put(b *testing.B, h http.Handler, a access, n uint64) string {
	request := a.invite(n, nil)
	head, body, _ := bytes.Cut(request, []byte("\r\n\r\n"))
	_ = head
	r := httptest.NewRequest("POST", "/v1/patients/invite", bytes.NewReader(body))
	r.Header["Content-Type"] = []string{"application/json"}
	r.Header["X-Api-Key"] = []string{a.key}
	r.Header["Authorization"] = []string{"Bearer " + a.bearer}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	id := gjson.GetBytes(w.Body.Bytes(), "data.patientId").String()
	if w.Code != 200 || id == "" {
		b.Fatalf("status %d, %s", w.Code, w.Body)
	}
	return id
}

// round is long enough to hold several garbage collections.
const (
	round  = 300 * time.Millisecond
	rounds = 25
)

// compare alternates rounds and reports the median ratio.
func compare(b *testing.B, s *sides, bareCall, call func(n uint64, buf []byte) []byte) {
	b.Helper()
	var ratios, ours, theirs []float64
	for range rounds {
		bare := load(b, s.bareAddr, round, bareCall, &s.next)
		placebo := load(b, s.addr, round, call, &s.next)
		theirs, ours, ratios = append(theirs, bare), append(ours, placebo), append(ratios, placebo/bare)
	}
	b.ReportMetric(median(ratios), "of-bare")
	b.ReportMetric(slices.Min(ratios), "of-bare-worst")
	b.ReportMetric(median(ours), "calls/s")
	b.ReportMetric(median(theirs), "bare-calls/s")
	b.ReportMetric(0, "ns/op")
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

// The budget: invite at least 0.85 and read at least 0.9 of bare.
func BenchmarkAt1000(b *testing.B) {
	s := newSides(b, 1000)
	b.Run("invite", func(b *testing.B) { compare(b, s, s.access.invite, s.access.invite) })
	b.Run("read", func(b *testing.B) { compare(b, s, s.access.read(s.bareIDs), s.access.read(s.ids)) })
}

// The budget: invite at least 1.0 and read at least 2.0 of bare, and a p99 of at
// most 2 ms at 200 calls a second.
func BenchmarkAt1000000(b *testing.B) {
	s := newSides(b, 1_000_000)
	b.Run("invite", func(b *testing.B) { compare(b, s, s.access.invite, s.access.invite) })
	b.Run("read", func(b *testing.B) { compare(b, s, s.access.read(s.bareIDs), s.access.read(s.ids)) })
	b.Run("open-loop-200", func(b *testing.B) { openLoop(b, s, 200, 10*time.Second) })
}

// openLoop calls at a fixed rate, whether or not answers come, and reports how
// long they took from the time at which each was due.
func openLoop(b *testing.B, s *sides, perSecond int, d time.Duration) {
	pool := make(chan *conn, 64)
	for range cap(pool) {
		c, err := dial(s.addr)
		if err != nil {
			b.Fatal(err)
		}
		defer c.close()
		pool <- c
	}
	total := int(d.Seconds()) * perSecond
	took := make(chan time.Duration, total)
	began := time.Now()
	for i := range total {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		time.Sleep(time.Until(due))
		go func() {
			c := <-pool
			defer func() { pool <- c }()
			var request []byte
			if i%2 == 0 {
				request = s.access.invite(s.next.Add(1), nil)
			} else {
				request = s.access.read(s.ids)(uint64(i), nil)
			}
			if status, err := c.call(request); err != nil || status != 200 {
				b.Errorf("status %d, %v", status, err)
			}
			took <- time.Since(due)
		}()
	}
	var all []float64
	for range total {
		all = append(all, float64((<-took).Microseconds())/1000)
	}
	slices.Sort(all)
	b.ReportMetric(all[len(all)/2], "ms-p50")
	b.ReportMetric(all[len(all)*99/100], "ms-p99")
	b.ReportMetric(all[len(all)-1], "ms-max")
	b.ReportMetric(0, "ns/op")
}

// The budget: at most 600 bytes per invited patient beyond the bounded journal.
func BenchmarkMemory(b *testing.B) {
	const patients = 1_000_000
	sim, err := simulator.New(simulator.WithListener(simulator.PartnerListener, "off"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = sim.Close(b.Context()) })
	p := sim.Programs()[0]
	a := access{p.ID, p.APIKey, p.Token}
	var n uint64
	for n = range 10_000 { // fills the journal
		put(b, sim.Handler(simulator.VendorListener), a, n+1)
	}
	before := heap()
	for range patients {
		n++
		put(b, sim.Handler(simulator.VendorListener), a, n+1)
	}
	b.ReportMetric(float64(heap()-before)/patients, "B/patient")
	b.ReportMetric(0, "ns/op")
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
