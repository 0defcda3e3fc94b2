package sandbox_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

func TestAdvanceVisitsEveryDueTimeAlsoThoseThatComeUpOnTheWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.still()
		var answered []entry
		d.work = func(tx *sandbox.Tx, due sandbox.Due) (func(context.Context), error) {
			if due.Ref < 3 { // every day a next one, and one an hour later that is only known after an answer
				tx.Schedule(d.kind, due.At.Add(24*time.Hour), due.Key.Subject, due.Ref+1)
			}
			return func(context.Context) {
				time.Sleep(time.Second) // of the bubble: the answer takes its time
				must(t, b, func(tx *sandbox.Tx) error {
					answered = append(answered, entry{tx.Now().Sub(start), due.Key.Subject, due.Ref})
					if due.Ref < 10 {
						tx.Schedule(d.kind, due.At.Add(time.Hour), due.Key.Subject, due.Ref+10)
					}
					return nil
				})
			}, nil
		}
		day := 24 * time.Hour
		d.schedule(t, b, day, 7, 1)
		d.schedule(t, b, 10*day, 8, 9)
		if err := b.Advance(t.Context(), 5*day); err != nil {
			t.Fatal(err)
		}
		want := []entry{
			{day, 7, 1}, {day + time.Hour, 7, 11}, {2 * day, 7, 2}, {2*day + time.Hour, 7, 12}, {3 * day, 7, 3}, {3*day + time.Hour, 7, 13},
		}
		d.expect(t, want...)
		if !slices.Equal(answered, want) {
			t.Errorf("answered: %v, want %v", answered, want)
		}
		if got := b.Clock().Now().Sub(start); got != 5*day || !b.Clock().Frozen() {
			t.Errorf("the clock has come to %v, frozen: %v", got, b.Clock().Frozen())
		}
		if due := look(b); len(due) != 1 || due[0].Ref != 9 {
			t.Errorf("left on the agenda: %v", due)
		}
	})
}

func TestAdvanceStopsWithItsContextWhereItHasComeTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		release := make(chan struct{})
		d.work = func(_ *sandbox.Tx, due sandbox.Due) (func(context.Context), error) {
			if due.Ref != 2 {
				return nil, nil
			}
			return func(context.Context) { <-release }, nil
		}
		b := d.still()
		for ref := range uint64(3) {
			d.schedule(t, b, time.Duration(ref+1)*time.Hour, 7, ref+1)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := b.Advance(ctx, 24*time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Advance returned %v", err)
		}
		if got := b.Clock().Now().Sub(start); got != 2*time.Hour {
			t.Errorf("the clock has come to %v", got)
		}
		d.expect(t, entry{time.Hour, 7, 1}, entry{2 * time.Hour, 7, 2})
		close(release)
		if err := b.Advance(t.Context(), 22*time.Hour); err != nil {
			t.Fatal(err)
		}
		d.expect(t, entry{time.Hour, 7, 1}, entry{2 * time.Hour, 7, 2}, entry{3 * time.Hour, 7, 3})
	})
}

func TestAStandingClockStillDoesWhatIsDueNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.still()
		d.schedule(t, b, -time.Hour, 1, 1)
		awaitDone(t, b)
		d.schedule(t, b, 0, 1, 2)
		awaitDone(t, b)
		d.schedule(t, b, time.Millisecond, 1, 3)
		if err := b.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.expect(t, entry{0, 1, 1}, entry{0, 1, 2})
	})
}

func TestARunningClockWakesByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.running(t)
		for _, days := range []time.Duration{90, 1, 30, 2} {
			d.schedule(t, b, days*24*time.Hour, 1, uint64(days))
		}
		awaitDone(t, b)
		for n, days := range []uint64{1, 2, 30, 90} {
			e := d.entries()[n]
			if late := e.At - time.Duration(days)*24*time.Hour; e.Ref != days || late < 0 || late > 2*time.Millisecond {
				t.Errorf("in place %d: %v", n, e)
			}
		}
	})
}

func TestAnEarlierItemIsNeverForgottenOverALaterOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.running(t)
		for round := range uint64(200) {
			now := b.Clock().Now().Sub(start)
			var wg sync.WaitGroup
			for _, in := range []time.Duration{time.Second, time.Hour, time.Minute, 30 * time.Minute} {
				wg.Go(func() { d.schedule(t, b, now+in, uint64(in), round) })
			}
			wg.Wait()
			awaitDone(t, b)
			for _, e := range d.entries()[4*round:] {
				if late := e.At - now - time.Duration(e.Subject); late < 0 || late > 10*time.Millisecond {
					t.Fatalf("in round %d: %v was late by %v", round, e, late)
				}
			}
		}
	})
}

func TestATimeThatComesAgainWakesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.running(t)
		for ref := range uint64(3) {
			d.schedule(t, b, time.Hour, 1, ref)
			awaitDone(t, b)
			if err := b.Set(t.Context(), start); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(d.entries()); n != 3 {
			t.Errorf("%d items were done, want 3", n)
		}
	})
}

func TestFreezeStopsAnAlarmThatIsSetAndResumeSetsItAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.running(t)
		d.schedule(t, b, time.Hour, 1, 1)
		b.Freeze()
		time.Sleep(10 * time.Hour) // of the bubble
		synctest.Wait()
		d.expect(t)
		b.Resume()
		time.Sleep(59 * time.Minute)
		synctest.Wait()
		d.expect(t)
		awaitDone(t, b)
	})
}

func TestAnItemScheduledWhileTheClockStandsIsDoneAfterResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.running(t)
		b.Freeze()
		d.schedule(t, b, time.Hour, 1, 1)
		b.Resume()
		awaitDone(t, b)
	})
}

func TestAClockMovedForwardsDoesWhatItPassesAndKeepsRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.running(t)
		d.schedule(t, b, time.Hour, 1, 1)
		d.schedule(t, b, 3*time.Hour, 1, 2)
		if err := b.Set(t.Context(), start.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
		d.expect(t, entry{time.Hour, 1, 1})
		if b.Clock().Frozen() {
			t.Error("the clock stands")
		}
		awaitDone(t, b)
	})
}

func TestAClockMovedBackwardsUndoesNothingAndWaitsLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.running(t)
		d.schedule(t, b, time.Hour, 1, 1)
		if err := b.Set(t.Context(), start.Add(-48*time.Hour)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(48 * time.Hour) // of the bubble
		synctest.Wait()
		d.expect(t)
		awaitDone(t, b)
		if err := b.Advance(t.Context(), -time.Hour); err != nil {
			t.Fatal(err)
		}
		if got := b.Clock().Now().Sub(start); got >= time.Hour {
			t.Errorf("the clock shows %v", got)
		}
		if n := len(d.entries()); n != 1 {
			t.Errorf("%d items were done", n)
		}
	})
}

func TestAForkTakenWhileARunningClockIsMovedRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.running(t)
		var f *sandbox.Sandbox
		d.work = func(*sandbox.Tx, sandbox.Due) (func(context.Context), error) {
			return func(context.Context) { f = b.Fork(sandbox.Options{}) }, nil
		}
		d.schedule(t, b, time.Hour, 1, 1)
		if err := b.Advance(t.Context(), 2*time.Hour); err != nil {
			t.Fatal(err)
		}
		if f.Clock().Frozen() {
			t.Error("the clock of the fork stands")
		}
		time.Sleep(time.Minute)
		if got := f.Clock().Now().Sub(start); got != time.Hour+time.Minute {
			t.Errorf("the clock of the fork shows %v", got)
		}
	})
}

func TestVerbsQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.still()
		release := make(chan struct{})
		d.work = func(*sandbox.Tx, sandbox.Due) (func(context.Context), error) {
			return func(context.Context) { <-release }, nil
		}
		d.schedule(t, b, time.Hour, 1, 1)
		var verbs sync.WaitGroup
		verbs.Go(func() {
			if err := b.Advance(t.Context(), 2*time.Hour); err != nil {
				t.Error(err)
			}
			if got := b.Clock().Now().Sub(start); got < 2*time.Hour {
				t.Errorf("after the first verb the clock shows %v", got)
			}
		})
		synctest.Wait() // the first verb is under way, and waits for an answer
		verbs.Go(func() {
			if err := b.Advance(t.Context(), 3*time.Hour); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		if got := b.Clock().Now().Sub(start); got != time.Hour {
			t.Errorf("while the first verb waits the clock shows %v", got)
		}
		over, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := b.Advance(over, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a verb that waited in vain returned %v", err)
		}
		close(release)
		verbs.Wait()
		if got := b.Clock().Now().Sub(start); got != 5*time.Hour {
			t.Errorf("after both verbs the clock shows %v", got)
		}
	})
}

// Everything at once, for the race detector and for deadlocks.
func TestVerbsUpdatesForksAndSettlesGetAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.running(t)
		d.work = func(tx *sandbox.Tx, due sandbox.Due) (func(context.Context), error) {
			switch due.Ref % 5 {
			case 0:
				return nil, errors.New("as meant")
			case 1:
				tx.Schedule(d.other, due.At.Add(time.Minute), due.Key.Subject, 0)
			case 2:
				return func(context.Context) {
					time.Sleep(time.Millisecond)
					_ = b.Update(func(tx *sandbox.Tx) error {
						tx.Schedule(d.other, tx.Now(), due.Key.Subject, 0)
						return nil
					})
				}, nil
			}
			return nil, nil
		}
		var wg sync.WaitGroup
		for n := range uint64(4) {
			wg.Go(func() {
				for i := range uint64(100) {
					at := b.Clock().Now().Add(time.Duration(i%7) * time.Second).Sub(start)
					d.schedule(t, b, at, n, i)
					switch (i + n) % 10 {
					case 0:
						b.Freeze()
						b.Resume()
					case 1:
						if err := b.Advance(t.Context(), time.Second); err != nil {
							t.Error(err)
						}
					case 2:
						if err := b.Settle(t.Context()); err != nil {
							t.Error(err)
						}
					case 3:
						if err := b.Set(t.Context(), b.Clock().Now().Add(-time.Second)); err != nil {
							t.Error(err)
						}
					case 4:
						f := b.Fork(sandbox.Options{Clock: clock.New(start)})
						f.Freeze()
						if err := f.Close(t.Context()); err != nil {
							t.Error(err)
						}
					case 5:
						must(t, b, func(tx *sandbox.Tx) error { tx.Cancel(d.kind, n, i); return nil })
					}
				}
			})
		}
		wg.Wait()
		if err := b.Advance(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
		if due := look(b); len(due) != 0 {
			t.Errorf("left on the agenda: %v", due)
		}
		if err := b.Check(); err != nil {
			t.Error(err)
		}
	})
}
