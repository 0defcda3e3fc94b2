package sandbox

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/placebo-sim/placebo/simulator/clock"
)

// inFlight bounds how much network work of one sandbox is under way at once.
const inFlight = 128

// runner does what falls due. It has a goroutine only while there is something
// to do.
type runner struct {
	b       *Sandbox
	alarm   *clock.Alarm
	awaited atomic.Int64 // the due time the alarm is set for, in milliseconds
	ctx     context.Context
	stop    context.CancelFunc
	slots   chan struct{}
	verbs   sync.Mutex // one clock verb after another
	mu      sync.Mutex
	idle    *sync.Cond
	active  bool // the goroutine runs
	again   bool // something came while it was about to end
	flying  int  // network work under way
	closed  bool
}

func (r *runner) open(b *Sandbox, alarms *clock.Alarms) {
	r.b = b
	r.ctx, r.stop = context.WithCancel(context.Background())
	r.slots = make(chan struct{}, inFlight)
	r.idle = sync.NewCond(&r.mu)
	if alarms != nil {
		r.alarm = alarms.New(r.kick)
	}
}

// expect is told the earliest due time after every update. It sets the alarm
// only when that has changed.
func (r *runner) expect(due time.Time) {
	wait, comes := r.b.clock.Until(due)
	switch {
	case comes && wait == 0:
		r.kick()
	case comes && r.alarm != nil && r.awaited.Swap(due.UnixMilli()) != due.UnixMilli():
		r.alarm.Set(wait)
	}
}

// kick makes sure that what is due gets done.
func (r *runner) kick() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.again = true
	if !r.active {
		r.active = true
		go r.run()
	}
}

func (r *runner) run() {
	for {
		r.mu.Lock()
		if !r.again || r.closed {
			r.active = false
			r.idle.Broadcast()
			r.mu.Unlock()
			return
		}
		r.again = false
		r.mu.Unlock()
		for r.step() {
		}
		r.plan()
	}
}

// plan sets the alarm for the next item that is not yet due.
func (r *runner) plan() {
	r.b.mu.RLock()
	due, any := r.b.schema.agenda.first(r.b)
	r.b.mu.RUnlock()
	if any {
		r.awaited.Store(0) // the clock may have been moved: set the alarm afresh
		r.expect(due)
	}
}

// step does the first item that is due and tells whether there was one.
func (r *runner) step() bool {
	if r.ctx.Err() != nil {
		return false
	}
	var d Due
	var after func(context.Context)
	found := false
	b := r.b
	err := b.quietly(func(tx *Tx) (err error) {
		d, found = b.schema.agenda.pop(tx)
		if !found {
			return nil
		}
		after, err = b.schema.workers[d.Kind].work(tx, d)
		return err
	})
	if !found {
		return false
	}
	if err != nil {
		b.log.Error("due work failed", "kind", b.schema.workers[d.Kind].name, "subject", d.Key.Subject, "error", err)
		_ = b.quietly(func(tx *Tx) error { b.schema.agenda.items.Delete(tx, d.Key); return nil })
		return true
	}
	if after != nil {
		r.launch(after)
	}
	return true
}

// quietly is Update for the runner's own steps: it turns a panic of the work
// into an error, and does not kick the runner that is already running.
func (b *Sandbox) quietly(fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return b.Update(fn)
}

func (r *runner) launch(after func(context.Context)) {
	r.mu.Lock()
	r.flying++
	r.mu.Unlock()
	r.slots <- struct{}{}
	go func() {
		defer func() {
			if p := recover(); p != nil {
				r.b.log.Error("due work panicked on the network", "panic", p)
			}
			<-r.slots
			r.mu.Lock()
			r.flying--
			if r.flying == 0 {
				r.idle.Broadcast()
			}
			r.mu.Unlock()
		}()
		after(r.ctx)
	}()
}

// pop takes the first due item off the agenda.
func (a *agenda) pop(tx *Tx) (Due, bool) {
	m, any := tx.table(a.items.slot).indexes[a.byDue.at].Min()
	if !any || fromInstant(m.value).After(tx.now) {
		return Due{}, false
	}
	d, _ := a.items.Get(tx, m.key)
	a.items.Delete(tx, m.key)
	return d, true
}

// Settle waits until nothing is due at the present time and no work is under
// way, or ctx ends.
func (b *Sandbox) Settle(ctx context.Context) error {
	r := &b.runner
	ended := context.AfterFunc(ctx, func() {
		r.mu.Lock()
		r.idle.Broadcast()
		r.mu.Unlock()
	})
	defer ended()
	r.kick()
	r.mu.Lock()
	defer r.mu.Unlock()
	for (r.active || r.flying > 0) && ctx.Err() == nil {
		r.idle.Wait()
	}
	return ctx.Err()
}

// Freeze makes the sandbox's clock stand still.
func (b *Sandbox) Freeze() {
	b.runner.verbs.Lock()
	defer b.runner.verbs.Unlock()
	b.clock.Freeze()
}

// Resume lets the sandbox's clock run again; what has fallen due is done.
func (b *Sandbox) Resume() {
	b.runner.verbs.Lock()
	defer b.runner.verbs.Unlock()
	b.clock.Resume()
	b.runner.kick()
}

// Set moves the clock to t. Forwards it is Advance; backwards nothing is undone
// and nothing falls due.
func (b *Sandbox) Set(ctx context.Context, t time.Time) error {
	b.runner.verbs.Lock()
	defer b.runner.verbs.Unlock()
	if t.Before(b.clock.Now()) {
		b.clock.Set(t)
		return nil
	}
	return b.advance(ctx, t)
}

// Advance moves the clock by d. It stops at every due time on the way, does
// what is due there and waits until that has been answered or has timed out, so
// that ninety days pass in the order in which they would have. When ctx ends
// first, the clock stays where it has come to and ctx's error is returned.
func (b *Sandbox) Advance(ctx context.Context, d time.Duration) error {
	b.runner.verbs.Lock()
	defer b.runner.verbs.Unlock()
	return b.advance(ctx, b.clock.Now().Add(d))
}

func (b *Sandbox) advance(ctx context.Context, target time.Time) error {
	if !b.clock.Frozen() {
		b.clock.Freeze()
		defer func() {
			b.clock.Resume()
			b.runner.kick()
		}()
	}
	for {
		if err := b.Settle(ctx); err != nil {
			return err
		}
		b.mu.RLock()
		due, any := b.schema.agenda.first(b)
		b.mu.RUnlock()
		if !any || due.After(target) {
			break
		}
		if due.After(b.clock.Now()) {
			b.clock.Set(due)
		}
	}
	b.clock.Set(target)
	return b.Settle(ctx)
}

func (r *runner) close(ctx context.Context) error {
	if r.alarm != nil {
		r.alarm.Stop()
	}
	r.stop()
	ended := context.AfterFunc(ctx, func() {
		r.mu.Lock()
		r.idle.Broadcast()
		r.mu.Unlock()
	})
	defer ended()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for (r.active || r.flying > 0) && ctx.Err() == nil {
		r.idle.Wait()
	}
	return ctx.Err()
}
