package sandbox

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/clock"
)

// Sandbox is one sealed world. All its methods are safe for concurrent use.
type Sandbox struct {
	schema  *Schema
	name    string
	seed    chance.Seed
	clock   *clock.Clock
	log     *slog.Logger
	journal *Journal
	runner  runner

	mu     sync.RWMutex
	tables []*table
	cells  []any
	// published are the cells as the last update left them, for whoever does not
	// want to wait for the next.
	published []atomic.Pointer[any]
	tx        Tx // the one update under way; its undo log is reused
	watch     watch

	scratch []byte // where rows are packed before they are copied into an arena
}

// largestScratch bounds the packing buffer that is kept between updates.
const largestScratch = 64 << 10

func (b *Sandbox) keepScratch(buf []byte) {
	if cap(buf) <= largestScratch {
		b.scratch = buf
	}
}

// Name is the sandbox's name, unique in its process.
func (b *Sandbox) Name() string { return b.name }

// Seed decides every draw of this sandbox.
func (b *Sandbox) Seed() chance.Seed { return b.seed }

// Clock is the sandbox's time. Read it freely; move it by Freeze, Resume, Set
// and Advance of the sandbox, which also run what falls due.
func (b *Sandbox) Clock() *clock.Clock { return b.clock }

// Journal remembers the sandbox's last exchanges.
func (b *Sandbox) Journal() *Journal { return b.journal }

// Reader is a consistent look at the state: a [View] or a [Tx].
type Reader interface {
	// Now is the sandbox's time when the look began.
	Now() time.Time
	// Sandbox is the world looked at.
	Sandbox() *Sandbox

	table(slot int) *table
	cell(slot int) any
}

type view struct {
	b   *Sandbox
	now time.Time
}

func (v *view) Now() time.Time        { return v.now }
func (v *view) Sandbox() *Sandbox     { return v.b }
func (v *view) table(slot int) *table { return v.b.tables[slot] }
func (v *view) cell(slot int) any     { return v.b.cells[slot] }

// Tx is an update under way. It must not outlive the function it was given to.
type Tx struct {
	view
	undo    []undo
	touched []int // tables to compact after the update
	celled  bool  // a cell was set
}

// View calls fn with a look at the state that no update disturbs. fn must not
// call Update or View of the same sandbox.
func (b *Sandbox) View(fn func(Reader)) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	fn(&view{b: b, now: b.clock.Now()})
}

// Update calls fn and keeps all it did, or, when fn returns an error or panics,
// nothing of it. The error is returned, the panic goes on.
func (b *Sandbox) Update(fn func(*Tx) error) error {
	kept := false
	b.mu.Lock()
	defer func() {
		if !kept {
			b.tx.rollback(0)
			b.tx.end()
			b.mu.Unlock()
		}
	}()
	b.tx.now = b.clock.Now()
	if err := fn(&b.tx); err != nil {
		return err
	}
	kept = true
	if b.tx.celled {
		b.publish()
	}
	b.tx.end()
	b.runner.expect()
	wake := b.watch.take()
	b.mu.Unlock()
	if wake != nil {
		close(wake)
	}
	return nil
}

func (b *Sandbox) publish() {
	for i := range b.cells {
		v := b.cells[i]
		b.published[i].Store(&v)
	}
}

// Fork returns a sandbox with the same state under another name, seed and
// journal. Its clock shows the same time and runs or stands as this one does,
// unless it brings one. The state is shared until either side writes; the cost
// does not depend on its size. Network work under way is not part of the state:
// it goes on here and reports here.
func (b *Sandbox) Fork(o Options) *Sandbox {
	b.mu.Lock()
	tables := make([]*table, len(b.tables))
	for i, t := range b.tables {
		tables[i] = t.fork()
	}
	cells := append([]any(nil), b.cells...)
	if o.Clock == nil {
		now := b.clock.Now()
		o.Clock = clock.New(now)
		if b.runner.stands() {
			o.Clock.Freeze()
			o.Clock.Set(now)
		}
	}
	b.mu.Unlock()
	f := b.schema.open(o, tables, cells)
	f.mu.Lock()
	f.runner.expect()
	f.mu.Unlock()
	return f
}

// Close ends the sandbox's own work: nothing further falls due, and what is
// under way is told to stop and waited for, as long as ctx allows.
func (b *Sandbox) Close(ctx context.Context) error { return b.runner.close(ctx) }

// Sizes counts the rows of every collection by name.
func (b *Sandbox) Sizes() map[string]int {
	sizes := map[string]int{}
	b.View(func(r Reader) {
		for i, d := range b.schema.tables {
			sizes[d.name] = r.table(i).rows.Len()
		}
	})
	return sizes
}
