package sandbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"pgregory.net/rapid"

	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Most tests here live in a bubble of testing/synctest: its time is not real,
// so alarms ring at once, and a goroutine that outlives its test fails it.

// diary is a schema whose work writes down what was done when.
type diary struct {
	*shelf
	work  sandbox.Work // of kind; may be replaced before anything is due
	kind  sandbox.Kind
	other sandbox.Kind
	mu    sync.Mutex
	done  []entry
	log   bytes.Buffer
}

type entry struct {
	At      time.Duration // since start
	Subject uint64
	Ref     uint64
}

func newDiary() *diary {
	d := &diary{shelf: newShelf()}
	d.kind = d.schema.Handle("note", func(tx *sandbox.Tx, due sandbox.Due) (func(context.Context), error) {
		d.write(tx.Now(), due)
		if d.work == nil {
			return nil, nil
		}
		return d.work(tx, due)
	})
	d.other = d.schema.Handle("other", func(tx *sandbox.Tx, due sandbox.Due) (func(context.Context), error) {
		d.write(tx.Now(), due)
		return nil, nil
	})
	return d
}

func (d *diary) write(now time.Time, due sandbox.Due) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = append(d.done, entry{now.Sub(start), due.Key.Subject, due.Ref})
}

func (d *diary) entries() []entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.done)
}

func (d *diary) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Write(p)
}

func (d *diary) logged() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.String()
}

// still makes a sandbox whose clock stands at start.
func (d *diary) still() *sandbox.Sandbox {
	c := clock.New(start)
	c.Freeze()
	c.Set(start)
	return d.schema.New(sandbox.Options{Name: "still", Clock: c, Log: slog.New(slog.NewTextHandler(d, nil))})
}

// running makes a sandbox whose clock runs from start and wakes its agenda.
func (d *diary) running(t *testing.T) *sandbox.Sandbox {
	alarms := clock.NewAlarms()
	b := d.schema.New(sandbox.Options{Name: "running", Clock: clock.New(start), Alarms: alarms})
	t.Cleanup(func() {
		if err := b.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
		alarms.Close()
	})
	return b
}

// schedule puts an item on the agenda, so long after start.
func (d *diary) schedule(t testing.TB, b *sandbox.Sandbox, after time.Duration, subject, ref uint64) {
	t.Helper()
	must(t, b, func(tx *sandbox.Tx) error {
		tx.Schedule(d.kind, start.Add(after), subject, ref)
		return nil
	})
}

// awaitDone waits until the agenda is empty.
func awaitDone(t testing.TB, b *sandbox.Sandbox) {
	t.Helper()
	if err := b.Await(t.Context(), func(r sandbox.Reader) bool { return len(agenda(b, r)) == 0 }); err != nil {
		t.Fatal(err)
	}
}

func agenda(b *sandbox.Sandbox, r sandbox.Reader) []sandbox.Due { return slices.Collect(b.Agenda(r)) }

func look(b *sandbox.Sandbox) (due []sandbox.Due) {
	b.View(func(r sandbox.Reader) { due = agenda(b, r) })
	return due
}

func (d *diary) expect(t testing.TB, want ...entry) {
	t.Helper()
	if got := d.entries(); !slices.Equal(got, want) {
		t.Errorf("done: %v, want %v", got, want)
	}
}

func TestWorkIsDoneInOrderOfTimeThenKeyAtItsTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := newDiary()
		b := d.still()
		type item struct {
			entry
			ordinal uint64
		}
		var want []item
		next := map[uint64]uint64{}
		for ref := range rapid.IntRange(0, 30).Draw(t, "items") {
			i := item{entry: entry{
				At:      time.Duration(rapid.IntRange(1, 10).Draw(t, "hour")) * time.Hour,
				Subject: rapid.Uint64Range(0, 4).Draw(t, "subject"),
				Ref:     uint64(ref),
			}}
			next[i.Subject]++
			i.ordinal = next[i.Subject]
			want = append(want, i)
			if err := b.Update(func(tx *sandbox.Tx) error {
				tx.Schedule(d.kind, start.Add(i.At), i.Subject, i.Ref)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		slices.SortFunc(want, func(a, b item) int {
			if a.At != b.At {
				return int(a.At - b.At)
			}
			return compareKeys(key(a.Subject, a.ordinal), key(b.Subject, b.ordinal))
		})
		for n, due := range look(b) {
			if due.Ref != want[n].Ref || !due.At.Equal(start.Add(want[n].At)) || due.Kind != d.kind {
				t.Fatalf("on the agenda at place %d: %v, want %v", n, due, want[n])
			}
		}
		for !b.Clock().Now().After(start.Add(10 * time.Hour)) {
			step := time.Duration(rapid.IntRange(1, 12*60).Draw(t, "minutes")) * time.Minute
			if err := b.Advance(context.Background(), step); err != nil {
				t.Fatal(err)
			}
		}
		var entries []entry
		for _, i := range want {
			entries = append(entries, i.entry)
		}
		if got := d.entries(); !slices.Equal(got, entries) {
			t.Fatalf("done: %v, want %v", got, entries)
		}
	})
}

func TestWorkThatFailsIsDroppedUndoneAndLoggedAndTheRestGoesOn(t *testing.T) {
	for _, c := range []struct {
		name string
		fail func() error
	}{
		{"with an error", func() error { return errors.New("as meant") }},
		{"in a panic", func() error { panic("as meant") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDiary()
				d.work = func(tx *sandbox.Tx, due sandbox.Due) (func(context.Context), error) {
					s := d.shelf
					s.note.Set(tx, fmt.Sprint("note of ", due.Ref))
					if err := s.things.Put(tx, &thing{Key: key(due.Ref, 1), Name: fmt.Sprint(due.Ref)}); err != nil {
						return nil, err
					}
					tx.Schedule(d.other, tx.Now().Add(time.Hour), due.Key.Subject, 100+due.Ref)
					after := func(context.Context) { d.write(tx.Now(), sandbox.Due{Ref: 1000}) }
					if due.Ref == 2 {
						return after, c.fail()
					}
					return nil, nil
				}
				b := d.still()
				for ref := range uint64(3) {
					d.schedule(t, b, time.Minute, 7, ref+1)
				}
				if err := b.Advance(t.Context(), 10*time.Minute); err != nil {
					t.Fatal(err)
				}
				d.expect(t, entry{time.Minute, 7, 1}, entry{time.Minute, 7, 2}, entry{time.Minute, 7, 3})
				var refs []uint64
				for _, due := range look(b) {
					refs = append(refs, due.Ref)
				}
				if !slices.Equal(refs, []uint64{101, 103}) {
					t.Errorf("still on the agenda: %v, want what the first and the third scheduled", refs)
				}
				b.View(func(r sandbox.Reader) {
					if got := d.note.Get(r); got != "note of 3" {
						t.Errorf("the cell holds %q", got)
					}
					if _, ok := d.byName.Find(r, "2"); ok || d.things.Len(r) != 2 {
						t.Errorf("the failed work left a row behind: %v", slices.Collect(d.things.All(r)))
					}
				})
				if got := d.logged(); strings.Count(got, "level=ERROR") != 1 || !strings.Contains(got, "kind=note") || !strings.Contains(got, "as meant") || !strings.Contains(got, "sandbox=still") {
					t.Errorf("the log says %q", got)
				}
				if err := b.Check(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestWhatFollowsTheUpdateRunsOutsideTheLockAndSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		const many = 100
		var here atomic.Int32
		all := make(chan struct{})
		b := d.still()
		d.work = func(_ *sandbox.Tx, due sandbox.Due) (func(context.Context), error) {
			return func(context.Context) {
				if here.Add(1) == many {
					close(all)
				}
				<-all // nobody leaves before everybody is here
				d.put(t, b, thing{Key: key(due.Ref, 1)})
			}, nil
		}
		for ref := range uint64(many) {
			d.schedule(t, b, 0, ref, ref)
		}
		if err := b.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.View(func(r sandbox.Reader) {
			if n := d.things.Len(r); n != many {
				t.Errorf("%d of %d reported", n, many)
			}
		})
	})
}

func TestMoreWorkThanSlotsIsAllDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		var atOnce, most, all atomic.Int32
		d.work = func(*sandbox.Tx, sandbox.Due) (func(context.Context), error) {
			return func(context.Context) {
				if n := atOnce.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(time.Second) // of the bubble
				atOnce.Add(-1)
				all.Add(1)
			}, nil
		}
		b := d.still()
		const many = 1000
		for ref := range uint64(many) {
			d.schedule(t, b, 0, ref, ref)
		}
		if err := b.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if all.Load() != many || most.Load() != sandbox.InFlight {
			t.Errorf("%d of %d were done, %d at once, want %d", all.Load(), many, most.Load(), sandbox.InFlight)
		}
	})
}

func TestAPanicOnTheNetworkIsLoggedAndFreesItsSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		d.work = func(*sandbox.Tx, sandbox.Due) (func(context.Context), error) {
			return func(context.Context) { panic("as meant") }, nil
		}
		b := d.still()
		for ref := range uint64(3 * sandbox.InFlight) {
			d.schedule(t, b, 0, ref, ref)
		}
		if err := b.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(d.logged(), "as meant"); n != 3*sandbox.InFlight {
			t.Errorf("%d panics are logged", n)
		}
	})
}

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

func TestAForkTakesTheAgendaAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.still()
		d.schedule(t, b, time.Hour, 1, 1)
		f := b.Fork(sandbox.Options{})
		if err := f.Advance(t.Context(), 2*time.Hour); err != nil {
			t.Fatal(err)
		}
		if len(look(f)) != 0 || len(look(b)) != 1 {
			t.Errorf("the fork has %d items left, the first %d", len(look(f)), len(look(b)))
		}

		alarms := clock.NewAlarms()
		defer alarms.Close()
		c := clock.New(start)
		g := b.Fork(sandbox.Options{Clock: c, Alarms: alarms})
		awaitDone(t, g)
		if err := g.Close(t.Context()); err != nil {
			t.Error(err)
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

func TestCancelRemovesWhatIsMeantAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.still()
		must(t, b, func(tx *sandbox.Tx) error {
			for _, at := range []time.Duration{time.Hour, 2 * time.Hour} {
				tx.Schedule(d.kind, start.Add(at), 1, 1)
				tx.Schedule(d.kind, start.Add(at), 1, 2)
				tx.Schedule(d.kind, start.Add(at), 2, 1)
				tx.Schedule(d.other, start.Add(at), 1, 1)
			}
			return nil
		})
		must(t, b, func(tx *sandbox.Tx) error { tx.Cancel(d.kind, 1, 1); return nil })
		for _, due := range look(b) {
			if due.Kind == d.kind && due.Key.Subject == 1 && due.Ref == 1 {
				t.Errorf("still there: %v", due)
			}
		}
		if err := b.Advance(t.Context(), 3*time.Hour); err != nil {
			t.Fatal(err)
		}
		d.expect(t,
			entry{time.Hour, 1, 2}, entry{time.Hour, 1, 1}, entry{time.Hour, 2, 1},
			entry{2 * time.Hour, 1, 2}, entry{2 * time.Hour, 1, 1}, entry{2 * time.Hour, 2, 1})
	})
}

func TestAnUpdateThatFailsSchedulesAndCancelsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiary()
		b := d.still()
		d.schedule(t, b, time.Hour, 1, 1)
		before := look(b)
		_ = b.Update(func(tx *sandbox.Tx) error {
			tx.Cancel(d.kind, 1, 1)
			tx.Schedule(d.kind, start, 1, 2)
			return errors.New("as meant")
		})
		if err := b.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := look(b); !slices.Equal(before, after) {
			t.Errorf("on the agenda: %v, want %v", after, before)
		}
		d.expect(t)
	})
}

func TestAKindWithoutAHandlerCannotBeScheduled(t *testing.T) {
	t.Parallel()
	d := newDiary()
	defer func() {
		if recover() == nil {
			t.Error("scheduled all the same")
		}
	}()
	_ = d.still().Update(func(tx *sandbox.Tx) error {
		tx.Schedule(200, start, 1, 1)
		return nil
	})
}

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
