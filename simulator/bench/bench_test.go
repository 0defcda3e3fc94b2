package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator"
	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/program"
)

// sides are the two servers of a comparison, equally full, each in a process of
// its own: neither pays for the other's garbage.
type sides struct {
	bareAddr, addr string
	access         access
	bareIDs, ids   []string
	next           atomic.Uint64
}

// newSides starts both sides with as many patients as said.
func newSides(b *testing.B, fill int) *sides {
	b.Helper()
	file := config.Default()
	dir, err := file.Directory(config.World{Name: config.DefaultSandbox})
	if err != nil {
		b.Fatal(err)
	}
	key, token, _ := dir.Credentials(file.Programs[0].ID, time.Now())
	s := &sides{access: access{file.Programs[0].ID, key.Value, token.Signed}}
	s.bareAddr, s.addr = start(b, "bare", fill), start(b, "placebo", fill)
	for n := range uint64(fill) {
		s.bareIDs = append(s.bareIDs, bareID(n+1))
		s.ids = append(s.ids, program.IDFor(1, s.access.program, ownID(n+1)).String())
	}
	s.next.Store(uint64(fill))
	return s
}

// start runs this binary again as one of the servers and returns its address.
func start(b *testing.B, side string, fill int) string {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), sideEnv+"="+side, fillEnv+"="+strconv.Itoa(fill))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatalf("%s did not start: %v", side, err)
	}
	return strings.TrimSpace(line)
}

// The environment that makes the test binary one of the servers.
const (
	sideEnv = "PLACEBO_BENCH_SIDE"
	fillEnv = "PLACEBO_BENCH_FILL"
)

// serve is a child process: it fills a server, says where it listens, and serves
// until it is killed.
func serve(side string) error {
	fill, err := strconv.Atoi(os.Getenv(fillEnv))
	if err != nil {
		return err
	}
	sim, err := simulator.New(simulator.WithListener(simulator.PartnerListener, "off"))
	if err != nil {
		return err
	}
	p := sim.Programs()[0]
	a := access{p.ID, p.APIKey, p.Token}
	handler, addr := sim.Handler(simulator.VendorListener), strings.TrimPrefix(sim.URL(simulator.VendorListener), "http://")
	if side == "bare" {
		bare := newBare()
		handler = bare
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		addr = l.Addr().String()
		server := &http.Server{Handler: bare, ReadHeaderTimeout: 10 * time.Second}
		go func() { _ = server.Serve(l) }()
	}
	for n := range uint64(fill) {
		if err := put(handler, a, n+1); err != nil {
			return err
		}
	}
	runtime.GC()
	fmt.Println(addr)
	select {}
}

// put invites a patient without a socket.
func put(h http.Handler, a access, n uint64) error {
	_, body, _ := bytes.Cut(a.invite(n, nil), []byte("\r\n\r\n"))
	r := httptest.NewRequest("POST", "/v1/patients/invite", bytes.NewReader(body))
	r.Header["Content-Type"] = []string{"application/json"}
	r.Header["X-Api-Key"] = []string{a.key}
	r.Header["Authorization"] = []string{"Bearer " + a.bearer}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 200 {
		return fmt.Errorf("status %d, %s", w.Code, w.Body)
	}
	return nil
}

// rhythm is how a comparison alternates.
type rhythm struct {
	round  time.Duration
	rounds int
}

var (
	// Many short rounds, so that what disturbs one does not decide the median.
	brisk = rhythm{250 * time.Millisecond, 21}
	// Full heaps are collected every few seconds only; a round must hold that.
	patient = rhythm{5 * time.Second, 5}
)

// compare alternates rounds and reports the median ratio.
func compare(b *testing.B, s *sides, pace rhythm, bareCall, call func(n uint64, buf []byte) []byte) {
	b.Helper()
	var ratios, ours, theirs []float64
	for range pace.rounds {
		bare := load(b, s.bareAddr, pace.round, bareCall, &s.next)
		placebo := load(b, s.addr, pace.round, call, &s.next)
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
	b.Run("invite", func(b *testing.B) { compare(b, s, brisk, s.access.invite, s.access.invite) })
	b.Run("read", func(b *testing.B) { compare(b, s, brisk, s.access.read(s.bareIDs), s.access.read(s.ids)) })
}

// The budget: invite at least 1.0 and read at least 2.0 of bare, and a p99 of at
// most 2 ms at 200 calls a second; the bare server's p99 tells what the machine
// itself takes.
func BenchmarkAt1000000(b *testing.B) {
	s := newSides(b, 1_000_000)
	b.Run("invite", func(b *testing.B) { compare(b, s, patient, s.access.invite, s.access.invite) })
	b.Run("read", func(b *testing.B) { compare(b, s, patient, s.access.read(s.bareIDs), s.access.read(s.ids)) })
	b.Run("open-loop-200", func(b *testing.B) { openLoop(b, s, 200, 10*time.Second) })
}

// openLoop calls both sides at a fixed rate, one after the other, and reports how
// long the calls took.
func openLoop(b *testing.B, s *sides, perSecond int, d time.Duration) {
	bare := steady(b, s, s.bareAddr, s.bareIDs, perSecond, d)
	ours := steady(b, s, s.addr, s.ids, perSecond, d)
	b.ReportMetric(ours[len(ours)/2], "ms-p50")
	b.ReportMetric(ours[len(ours)*99/100], "ms-p99")
	b.ReportMetric(bare[len(bare)/2], "bare-ms-p50")
	b.ReportMetric(bare[len(bare)*99/100], "bare-ms-p99")
	b.ReportMetric(0, "ns/op")
}

// steady calls a server at a fixed rate, whether or not answers come, and
// returns how many milliseconds after each call was due it was answered, the
// quickest first.
func steady(b *testing.B, s *sides, addr string, ids []string, perSecond int, d time.Duration) []float64 {
	b.Helper()
	pool := make(chan *conn, 64)
	for range cap(pool) {
		c, err := dial(addr)
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
				request = s.access.read(ids)(uint64(i), nil)
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
	return all
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
		if err := put(sim.Handler(simulator.VendorListener), a, n+1); err != nil {
			b.Fatal(err)
		}
	}
	before := heap()
	for range patients {
		n++
		if err := put(sim.Handler(simulator.VendorListener), a, n+1); err != nil {
			b.Fatal(err)
		}
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
