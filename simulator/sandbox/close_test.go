package sandbox_test

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

func TestCloseStopsWhatIsUnderWayAndWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		var ended atomic.Int32
		d.work = func(*sandbox.Tx, sandbox.Due) (func(context.Context), error) {
			return func(ctx context.Context) {
				<-ctx.Done()
				time.Sleep(time.Second) // of the bubble: it does not stop at once
				ended.Add(1)
			}, nil
		}
		b := d.still()
		const many = sandbox.InFlight + 20 // so that the runner waits for a slot
		for ref := range uint64(many) {
			d.schedule(t, b, 0, ref, ref)
		}
		d.schedule(t, b, time.Hour, 1, 1)
		synctest.Wait()
		if err := b.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		started := len(d.entries())
		if got := int(ended.Load()); got != started || got < sandbox.InFlight {
			t.Errorf("%d pieces of work have ended of %d that were begun", got, started)
		}
		for name, verb := range map[string]func() error{
			"Advance": func() error { return b.Advance(t.Context(), 2*time.Hour) },
			"Set":     func() error { return b.Set(t.Context(), start.Add(3*time.Hour)) },
			"Settle":  func() error { return b.Settle(t.Context()) },
		} {
			if err := verb(); !errors.Is(err, sandbox.ErrClosed) {
				t.Errorf("after Close %s returns %v", name, err)
			}
		}
		d.schedule(t, b, 0, 1, 1)
		synctest.Wait()
		if got := len(d.entries()); got != started {
			t.Errorf("%d pieces of work were begun after Close", got-started)
		}
		if err := b.Close(t.Context()); err != nil {
			t.Errorf("closed again: %v", err)
		}
	})
}

func TestCloseWaitsNoLongerThanItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		release := make(chan struct{})
		d.work = func(*sandbox.Tx, sandbox.Due) (func(context.Context), error) {
			return func(context.Context) { <-release }, nil
		}
		b := d.still()
		d.schedule(t, b, 0, 1, 1)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := b.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close returned %v", err)
		}
		close(release)
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestCloseEndsAnAdvanceThatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.still()
		d.work = func(tx *sandbox.Tx, due sandbox.Due) (func(context.Context), error) {
			tx.Schedule(d.kind, due.At.Add(time.Hour), 1, due.Ref+1)
			return func(ctx context.Context) { <-ctx.Done() }, nil
		}
		d.schedule(t, b, time.Hour, 1, 1)
		ended := make(chan error)
		go func() { ended <- b.Advance(t.Context(), 24*time.Hour) }()
		synctest.Wait()
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, sandbox.ErrClosed) {
			t.Errorf("Advance returned %v", err)
		}
	})
}

func TestAClosedSandboxSetsNoAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.running(t)
		d.schedule(t, b, time.Hour, 1, 1)
		if err := b.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.schedule(t, b, time.Minute, 1, 2)
		time.Sleep(2 * time.Hour) // of the bubble
		synctest.Wait()
		d.expect(t)
	})
}

func TestAlarmsForgetAClosedSandbox(t *testing.T) {
	t.Parallel()
	d := newDiary()
	alarms := clock.NewAlarms()
	defer alarms.Close()
	forgotten := func() weak.Pointer[sandbox.Sandbox] {
		b := d.schema.New(sandbox.Options{Clock: clock.New(start), Alarms: alarms})
		d.schedule(t, b, 1000*time.Hour, 1, 1)
		if err := b.Close(t.Context()); err != nil {
			t.Error(err)
		}
		d.schedule(t, b, 500*time.Hour, 1, 1) // too late
		return weak.Make(b)
	}()
	for range 10 {
		runtime.GC()
		if forgotten.Value() == nil {
			return
		}
	}
	t.Error("the closed sandbox is still held")
}
