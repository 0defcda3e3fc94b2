package sandbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

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
