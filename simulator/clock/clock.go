package clock

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Wall returns the machine's own time.
func Wall() time.Time { return time.Now() }

// Since returns the wall time that has passed since t.
func Since(t time.Time) time.Duration { return time.Since(t) }

// Timeout bounds ctx by d of wall time; sockets and waiting callers use it.
func Timeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d)
}

// Clock is the time of one sandbox, in UTC and whole milliseconds, which is the
// finest any of the contracts writes. It is safe for concurrent use; readings
// cost one atomic load.
type Clock struct {
	mu    sync.Mutex // orders the verbs
	state atomic.Pointer[state]
}

type state struct {
	base   time.Time // what the clock showed at anchor
	anchor time.Time // wall time, with its monotonic reading
	frozen bool
}

func (s *state) now() time.Time {
	if s.frozen {
		return s.base
	}
	return s.base.Add(time.Since(s.anchor)).Truncate(time.Millisecond)
}

// New returns a clock that runs from start, or from the real now when start is
// zero.
func New(start time.Time) *Clock {
	c := &Clock{}
	now := time.Now()
	if start.IsZero() {
		start = now
	}
	c.state.Store(&state{base: tidy(start), anchor: now})
	return c
}

// NewFrozen returns a clock that stands still at the given time, or at the real
// now when that is zero.
func NewFrozen(at time.Time) *Clock {
	c := New(at)
	s := *c.state.Load()
	s.frozen = true
	c.state.Store(&s)
	return c
}

func tidy(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Now returns the sandbox's time.
func (c *Clock) Now() time.Time { return c.state.Load().now() }

// Frozen tells whether the clock stands still.
func (c *Clock) Frozen() bool { return c.state.Load().frozen }

// Freeze makes the clock stand still at its present reading.
func (c *Clock) Freeze() { c.change(func(s *state) { s.frozen = true }) }

// Resume lets the clock run again from its present reading.
func (c *Clock) Resume() { c.change(func(s *state) { s.frozen = false }) }

// Set moves the clock to t, backwards too; it keeps running or standing still.
func (c *Clock) Set(t time.Time) { c.change(func(s *state) { s.base = tidy(t) }) }

// Advance moves the clock by d.
func (c *Clock) Advance(d time.Duration) {
	c.change(func(s *state) { s.base = tidy(s.base.Add(d)) })
}

func (c *Clock) change(verb func(*state)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.state.Load()
	next := &state{base: old.now(), anchor: time.Now(), frozen: old.frozen}
	verb(next)
	c.state.Store(next)
}

// Until returns how much wall time passes before the clock shows t: zero when
// it already does, and false while the clock stands still before t.
func (c *Clock) Until(t time.Time) (time.Duration, bool) {
	s := c.state.Load()
	left := t.Sub(s.now())
	switch {
	case left <= 0:
		return 0, true
	case s.frozen:
		return 0, false
	}
	return left, true
}
