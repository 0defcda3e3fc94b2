package sandbox_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// member is a record of the size and with the indexes of an invited patient.
type member struct {
	Key       sandbox.Key
	First     string
	Last      string
	Phone     string
	ID        string
	State     uint8
	InvitedAt time.Time
}

func packMember(m *member, a *sandbox.Archive) {
	a.Uint(&m.Key.Subject)
	a.Uint(&m.Key.Ordinal)
	a.String(&m.First)
	a.String(&m.Last)
	a.String(&m.Phone)
	a.String(&m.ID)
	sandbox.Byte(a, &m.State)
	a.Time(&m.InvitedAt)
}

type club struct {
	schema  *sandbox.Schema
	members *sandbox.Collection[member]
	byPhone *sandbox.Unique[member]
	byID    *sandbox.Unique[member]
	byTime  *sandbox.Ordered[member]
}

func newClub() *club {
	s := sandbox.NewSchema()
	members := sandbox.Define(s, "members", func(m *member) sandbox.Key { return m.Key }, packMember)
	return &club{
		schema:  s,
		members: members,
		byPhone: members.Unique("phone", func(m *member) string { return m.Phone }),
		byID:    members.Unique("id", func(m *member) string { return m.ID }),
		byTime:  members.Ordered("invited", func(m *member) (uint64, bool) { return uint64(m.InvitedAt.UnixMilli()), true }),
	}
}

func number(n int) member {
	phone := fmt.Sprintf("+1%010d", n)
	subject := chance.Hash(phone)
	return member{
		Key: sandbox.Key{Subject: subject, Ordinal: 1}, First: "Alexandra", Last: "Featherstone",
		Phone: phone, ID: fmt.Sprintf("%016x", chance.Seed(1).Draw("id", subject, 1)),
		InvitedAt: start.Add(time.Duration(n) * time.Millisecond),
	}
}

// insert is what an invitation does: look whether the phone is known, and put.
func (c *club) insert(b *testing.B, box *sandbox.Sandbox, m *member) {
	if err := box.Update(func(tx *sandbox.Tx) error {
		if _, taken := c.byPhone.Find(tx, m.Phone); taken {
			return sandbox.ErrTaken
		}
		return c.members.Put(tx, m)
	}); err != nil {
		b.Fatal(err)
	}
}

func (c *club) filled(b *testing.B, rows int) *sandbox.Sandbox {
	box := c.schema.New(sandbox.Options{Name: "bench"})
	for n := range rows {
		m := number(n)
		c.insert(b, box, &m)
	}
	return box
}

const million = 1_000_000

func BenchmarkInsert(b *testing.B) {
	const batch = 1000
	b.Run("rows=0", func(b *testing.B) {
		b.ReportAllocs()
		c := newClub()
		members := make([]member, batch)
		for n := range members {
			members[n] = number(n)
		}
		b.ResetTimer()
		var box *sandbox.Sandbox
		for n := range b.N {
			if n%batch == 0 { // a new sandbox for every batch
				box = c.schema.New(sandbox.Options{Name: "bench"})
			}
			c.insert(b, box, &members[n%batch])
		}
	})
	c := newClub()
	box, rows := c.filled(b, million), million
	for _, forked := range []bool{false, true} {
		name := "rows=1000000"
		if forked {
			name += ",forked"
			box = box.Fork(sandbox.Options{})
		}
		b.Run(name, func(b *testing.B) {
			fresh := make([]member, b.N)
			for n := range fresh {
				fresh[n] = number(rows)
				rows++
			}
			runtime.GC()
			b.ReportAllocs()
			b.ResetTimer()
			for n := range fresh {
				c.insert(b, box, &fresh[n])
			}
		})
	}
}

func BenchmarkGet(b *testing.B) {
	for _, rows := range []int{1000, million} {
		c := newClub()
		box := c.filled(b, rows)
		keys := make([]sandbox.Key, rows)
		phones := make([]string, rows)
		for n := range keys {
			m := number(n * 7919 % rows)
			keys[n], phones[n] = m.Key, m.Phone
		}
		b.Run(fmt.Sprintf("by=key,rows=%d", rows), func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				box.View(func(r sandbox.Reader) {
					if _, ok := c.members.Get(r, keys[n%rows]); !ok {
						b.Fatal("not there")
					}
				})
				n++
			}
		})
		b.Run(fmt.Sprintf("by=phone,rows=%d", rows), func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				box.View(func(r sandbox.Reader) {
					if _, ok := c.byPhone.Find(r, phones[n%rows]); !ok {
						b.Fatal("not there")
					}
				})
				n++
			}
		})
	}
}

func BenchmarkReplace(b *testing.B) {
	c := newClub()
	box := c.filled(b, million)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		m := number(n * 7919 % million)
		m.State = uint8(n)
		if err := box.Update(func(tx *sandbox.Tx) error { return c.members.Put(tx, &m) }); err != nil {
			b.Fatal(err)
		}
		n++
	}
	live, held := box.Memory()
	b.ReportMetric(float64(held)/float64(live), "held/live")
}

func BenchmarkFork(b *testing.B) {
	c := newClub()
	box := c.filled(b, million)
	b.ReportAllocs()
	for b.Loop() {
		box.Fork(sandbox.Options{Name: "fork"})
	}
}

// BenchmarkMemory tells what a row and its three places in indexes need, and how
// long a full collection takes then.
func BenchmarkMemory(b *testing.B) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for b.Loop() {
		c := newClub()
		before := heap()
		box := c.filled(b, million)
		grown := heap() - before
		began := time.Now()
		runtime.GC()
		took := time.Since(began)
		live, _ := box.Memory()
		b.ReportMetric(float64(grown)/million, "B/row")
		b.ReportMetric(float64(live)/million, "payload-B/row")
		b.ReportMetric(float64(took.Microseconds())/1000, "ms/GC")
	}
}

func BenchmarkEmptySandbox(b *testing.B) {
	c := newClub()
	b.ReportAllocs()
	for b.Loop() {
		c.schema.New(sandbox.Options{Name: "one of many"})
	}
}
