package sandbox

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
)

// Limits bound a journal. Zero fields mean the defaults.
type Limits struct {
	Exchanges int // how many are kept; 2,000 by default
	Bytes     int // of all their bodies and headers together; 16 MiB by default
}

// Side is the door an exchange went through.
type Side string

// The sides of a sandbox.
const (
	VendorSide  Side = "vendor"  // a partner called the vendor
	PartnerSide Side = "partner" // a webhook came in at the simulated partner
	PhoneSide   Side = "phone"   // a person opened a page
	WebhookSide Side = "webhook" // the vendor called a partner
	FetchSide   Side = "fetch"   // the simulated partner called a vendor
)

// Exchange is one request and its answer.
type Exchange struct {
	ID        string // names the exchange; set by Record
	Seq       uint64 // order of arrival; set by Record
	Ordinal   uint64 // which of its subject's exchanges on this side; set by Record
	Subject   uint64 // whom it was about: a patient, or a kind of call
	Side      Side
	Operation string // "invite", "media", …; empty when no route was found
	At        time.Time
	Took      time.Duration // wall time from reading to answering

	Method, Target string
	RequestHeader  map[string][]string
	HeaderBytes    int // size of the request's header block, where it is known already
	RequestBody    []byte
	Status         int // 0 when no answer came
	ResponseHeader map[string][]string
	ResponseBody   []byte // up to 64 KiB
	Cut            int    // bytes of the answer that were left out
	Error          string // why no answer came

	Why *Explanation // of a refusal

	weight int // in bytes; set by Record
}

// Explanation says of a refusal what its body does not.
type Explanation struct {
	Clause string   // the clause it follows, such as RX-INVITE-031
	Field  string   // the field judged, if one was
	Rule   string   // the rule it broke
	Saw    string   // what was there
	Wants  string   // what would have passed
	Near   []string // known routes closest to one that is not
}

// Journal remembers a sandbox's last exchanges. It keeps what it is given as it
// is and tidies up when read: header values that are secrets come out redacted,
// and there is no other way out. The newest exchange is kept whatever its size.
//
// Of every subject, on every side, a counter stays when its exchanges are gone:
// a name that depended on what else happened would not be the same in the next
// run. The counters are bounded too; beyond mostCounted those without an
// exchange are forgotten, and count anew.
type Journal struct {
	seed   chance.Seed
	limits Limits
	// secrets are headers to redact beyond those whose names say so.
	secrets []string

	mu      sync.Mutex
	ring    []*Exchange // the kept ones begin at start
	start   int
	bytes   int
	seq     uint64
	evicted uint64
	counts  map[uint64]uint32 // exchanges so far, by subject and side
}

const (
	// mostCounted bounds the counters to some 50 MB.
	mostCounted = 2 << 20
	// largestAnswer is how much of an answer is kept: a file a patient has sent
	// is to be had elsewhere, and a few of them would push out all else.
	largestAnswer = 64 << 10
)

func newJournal(seed chance.Seed, l Limits, secrets []string) *Journal {
	if l.Exchanges <= 0 {
		l.Exchanges = 2000
	}
	if l.Bytes <= 0 {
		l.Bytes = 16 << 20
	}
	return &Journal{seed: seed, limits: l, secrets: secrets, counts: map[uint64]uint32{}}
}

// Record keeps e, which the caller must not change any more, and names it. The
// name depends on the subject and the ordinal alone, so that the same calls are
// named alike in every run.
func (j *Journal) Record(e *Exchange) (id string) {
	if len(e.ResponseBody) > largestAnswer {
		e.Cut = len(e.ResponseBody) - largestAnswer
		e.ResponseBody = bytes.Clone(e.ResponseBody[:largestAnswer])
	}
	e.weight = e.weigh()
	counter := j.counter(e)
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.counts) >= mostCounted {
		j.forget()
	}
	j.counts[counter]++
	e.Ordinal = uint64(j.counts[counter])
	j.seq++
	e.Seq = j.seq
	e.ID = requestID(j.seed.Draw("request id", counter, e.Ordinal))
	j.bytes += e.weight
	for len(j.ring)-j.start > 0 && (len(j.ring)-j.start >= j.limits.Exchanges || j.bytes > j.limits.Bytes) {
		j.evict()
	}
	if j.start > 0 && j.start*2 >= len(j.ring) {
		n := copy(j.ring, j.ring[j.start:])
		clear(j.ring[n:])
		j.ring = j.ring[:n]
		j.start = 0
	}
	j.ring = append(j.ring, e)
	return e.ID
}

// counter is the key under which an exchange is counted. Sides count apart, for
// they work at once: a webhook and what the partner fetches because of it.
func (j *Journal) counter(e *Exchange) uint64 { return j.seed.Draw(string(e.Side), e.Subject, 0) }

// forget drops the counters of subjects that have no exchange left.
func (j *Journal) forget() {
	kept := make(map[uint64]uint32, len(j.ring))
	for _, e := range j.ring[j.start:] {
		c := j.counter(e)
		kept[c] = j.counts[c]
	}
	j.counts = kept
}

func requestID(v uint64) string {
	var b [20]byte
	id := strconv.AppendUint(b[:0], v, 36)
	return "r" + string(id)
}

func (e *Exchange) weigh() int {
	n := len(e.RequestBody) + len(e.ResponseBody) + len(e.Target) + len(e.Error) + headerBytes(e.ResponseHeader)
	if e.HeaderBytes > 0 {
		return n + e.HeaderBytes
	}
	return n + headerBytes(e.RequestHeader)
}

func headerBytes(h map[string][]string) (n int) {
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v)
		}
	}
	return n
}

func (j *Journal) evict() {
	e := j.ring[j.start]
	j.ring[j.start] = nil
	j.start++
	j.bytes -= e.weight
	j.evicted++
}

// Exchanges returns copies of what is kept, oldest first, and how many have
// been evicted before them. The bodies are shared: read them only.
func (j *Journal) Exchanges() (kept []Exchange, evicted uint64) {
	j.mu.Lock()
	held := append([]*Exchange(nil), j.ring[j.start:]...)
	evicted = j.evicted
	j.mu.Unlock()
	for _, e := range held {
		kept = append(kept, j.redacted(e))
	}
	return kept, evicted
}

// Find returns the exchange named id while it is kept. Its bodies are shared:
// read them only.
func (j *Journal) Find(id string) (Exchange, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range j.ring[j.start:] {
		if e.ID == id {
			return j.redacted(e), true
		}
	}
	return Exchange{}, false
}

func (j *Journal) redacted(e *Exchange) Exchange {
	c := *e
	c.RequestHeader = j.redact(e.RequestHeader)
	c.ResponseHeader = j.redact(e.ResponseHeader)
	return c
}

// Redacted stands where a secret was.
const Redacted = "[redacted]"

func (j *Journal) redact(h map[string][]string) map[string][]string {
	if h == nil {
		return nil
	}
	out := make(map[string][]string, len(h))
	for name, values := range h {
		if secret(name) || slices.ContainsFunc(j.secrets, func(s string) bool { return strings.EqualFold(s, name) }) {
			values = []string{Redacted}
		}
		out[name] = append([]string(nil), values...)
	}
	return out
}

// secret goes by what header names commonly say.
func secret(header string) bool {
	h := strings.ToLower(header)
	for _, word := range []string{"authorization", "key", "token", "secret", "cookie", "password"} {
		if strings.Contains(h, word) {
			return true
		}
	}
	return false
}
