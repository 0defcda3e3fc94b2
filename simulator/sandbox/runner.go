package sandbox

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/placebo-sim/placebo/simulator/clock"
)

// inFlight bounds how much network work of one sandbox is under way at once.
const inFlight = 128

// ErrClosed is returned by what waits for the agenda of a closed sandbox.
var ErrClosed = errors.New("sandbox: closed")

var errNothingDue = errors.New("sandbox: nothing is due")

// runner does what falls due. It has a goroutine only while there is something
// to do. Its mutex may be taken under the sandbox's, never the other way round.
type runner struct {
	b       *Sandbox
	ctx     context.Context
	stop    context.CancelFunc
	slots   chan struct{}
	verbs   chan struct{} // holds a token while a clock verb is at work
	alarm   *clock.Alarm
	awaited time.Time // what the alarm is set for; guarded by the sandbox's mutex

	mu     sync.Mutex
	idle   *sync.Cond
	active bool // the goroutine runs
	again  bool // something came while it was about to end
	flying int  // network work under way
	moving bool // the clock stands only while a verb moves it
	closed bool
}

func (r *runner) open(b *Sandbox, alarms *clock.Alarms) {
	r.b = b
	r.ctx, r.stop = context.WithCancel(context.Background())
	r.slots = make(chan struct{}, inFlight)
	r.verbs = make(chan struct{}, 1)
	r.idle = sync.NewCond(&r.mu)
	if alarms != nil {
		r.alarm = alarms.New(r.kick)
	}
}

// expect looks at the earliest due time after every update. It sets the alarm
// only when that has changed. The caller holds the sandbox's lock, so that the
// alarm follows the agenda and not whichever update comes to it last.
func (r *runner) expect() {
	due, any := r.b.schema.agenda.first(r.b)
	if !any {
		return
	}
	wait, comes := r.b.clock.Until(due)
	switch {
	case !comes:
	case wait == 0:
		r.kick()
	case r.alarm != nil && !r.awaited.Equal(due) && r.ctx.Err() == nil:
		r.awaited = due
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

// plan sets the alarm for the next item that is not yet due. It does so afresh,
// for the alarm may have rung and the clock may have been moved.
func (r *runner) plan() {
	r.b.mu.Lock()
	defer r.b.mu.Unlock()
	r.awaited = time.Time{}
	r.expect()
}

// step does the first item that is due and tells whether there was one.
func (r *runner) step() bool {
	if r.ctx.Err() != nil {
		return false
	}
	var d Due
	var after func(context.Context)
	var failed error
	b := r.b
	if err := b.Update(func(tx *Tx) error {
		var found bool
		if d, found = b.schema.agenda.pop(tx); !found {
			return errNothingDue
		}
		popped := len(tx.undo)
		after, failed = attempt(b.schema.workers[d.Kind].work, tx, d)
		if failed != nil {
			tx.rollback(popped)
		}
		return nil
	}); err != nil {
		return false
	}
	if failed != nil {
		b.log.Error("due work failed", "kind", b.schema.workers[d.Kind].name, "subject", d.Key.Subject, "error", failed)
	} else if after != nil {
		r.launch(b.schema.workers[d.Kind].name, after)
	}
	return true
}

// attempt does work and turns a panic into an error.
func attempt(work Work, tx *Tx, d Due) (after func(context.Context), err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return work(tx, d)
}

// launch runs what is left to do on the network, and waits for a slot first.
func (r *runner) launch(kind string, after func(context.Context)) {
	r.mu.Lock()
	r.flying++
	r.mu.Unlock()
	r.slots <- struct{}{}
	go func() {
		defer func() {
			if p := recover(); p != nil {
				r.b.log.Error("due work panicked on the network", "kind", kind, "panic", p, "stack", string(debug.Stack()))
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
	b.runner.kick()
	if err := b.runner.rest(ctx); err != nil {
		return err
	}
	if b.runner.ctx.Err() != nil {
		return ErrClosed
	}
	return nil
}

// rest waits until the runner has nothing to do, or ctx ends.
func (r *runner) rest(ctx context.Context) error {
	ended := context.AfterFunc(ctx, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.idle.Broadcast()
	})
	defer ended()
	r.mu.Lock()
	defer r.mu.Unlock()
	for (r.active || r.flying > 0) && ctx.Err() == nil {
		r.idle.Wait()
	}
	return ctx.Err()
}

// Freeze makes the sandbox's clock stand still.
func (b *Sandbox) Freeze() {
	b.runner.verbs <- struct{}{}
	defer func() { <-b.runner.verbs }()
	b.clock.Freeze()
}

// Resume lets the sandbox's clock run again; what has fallen due is done.
func (b *Sandbox) Resume() {
	b.runner.verbs <- struct{}{}
	defer func() { <-b.runner.verbs }()
	b.clock.Resume()
	b.runner.kick()
}

// Set moves the clock to t. Forwards it is Advance; backwards nothing is undone
// and nothing falls due.
func (b *Sandbox) Set(ctx context.Context, t time.Time) error {
	return b.move(ctx, func(time.Time) time.Time { return t })
}

// Advance moves the clock by d. It stops at every due time on the way, does
// what is due there and waits until that has been answered or has timed out, so
// that ninety days pass in the order in which they would have. When ctx ends
// first, the clock stays where it has come to and ctx's error is returned. Verbs
// queue; work must not wait for one.
func (b *Sandbox) Advance(ctx context.Context, d time.Duration) error {
	return b.move(ctx, func(now time.Time) time.Time { return now.Add(d) })
}

func (b *Sandbox) move(ctx context.Context, to func(now time.Time) time.Time) error {
	r := &b.runner
	select {
	case r.verbs <- struct{}{}:
		defer func() { <-r.verbs }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if !b.clock.Frozen() {
		r.hold(true)
		defer func() {
			r.hold(false)
			r.kick()
		}()
	}
	now := b.clock.Now()
	target := to(now)
	if target.Before(now) {
		b.clock.Set(target)
		return nil
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

// hold makes a running clock stand while it is moved, and lets it run again.
func (r *runner) hold(still bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.moving = still
	if still {
		r.b.clock.Freeze()
	} else {
		r.b.clock.Resume()
	}
}

// stands tells whether the clock stands still, and not just while it is moved.
func (r *runner) stands() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.clock.Frozen() && !r.moving
}

func (r *runner) close(ctx context.Context) error {
	r.stop()
	r.b.mu.Lock()
	if r.alarm != nil {
		r.alarm.Stop() // expect sets it no more
	}
	r.b.mu.Unlock()
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	return r.rest(ctx)
}
