package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

func key(subject, ordinal uint64) sandbox.Key {
	return sandbox.Key{Subject: subject, Ordinal: ordinal}
}

// must makes the update and reports when it fails; any goroutine may call it.
func must(t testing.TB, b *sandbox.Sandbox, fn func(*sandbox.Tx) error) {
	t.Helper()
	if err := b.Update(fn); err != nil {
		t.Error(err)
	}
}

func (s *shelf) put(t testing.TB, b *sandbox.Sandbox, things ...thing) {
	t.Helper()
	must(t, b, func(tx *sandbox.Tx) error {
		for i := range things {
			if err := s.things.Put(tx, &things[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestATakenValueChangesNothingAndNamesTheIndex(t *testing.T) {
	t.Parallel()
	s := newShelf()
	b := s.schema.New(sandbox.Options{})
	first := thing{Key: key(1, 1), Name: "n", Alias: "a", Rank: 1, Ranked: true}
	second := thing{Key: key(2, 1), Name: "m", Alias: "b", Rank: 2, Ranked: true}
	s.put(t, b, first, second)
	model := &naive{things: map[sandbox.Key]thing{first.Key: first, second.Key: second}}
	for _, c := range []struct {
		thing thing
		index string
	}{
		{thing{Key: key(3, 1), Name: "n", Alias: "new", Rank: 9, Ranked: true}, "things.name"},
		{thing{Key: key(3, 1), Name: "new", Alias: "a", Rank: 9, Ranked: true}, "things.alias"},
		{thing{Key: key(2, 1), Name: "moved", Alias: "a", Rank: 9, Ranked: true}, "things.alias"},
	} {
		must(t, b, func(tx *sandbox.Tx) error {
			err := s.things.Put(tx, &c.thing)
			if !errors.Is(err, sandbox.ErrTaken) || !strings.Contains(err.Error(), c.index) {
				t.Errorf("Put(%v): %v, want ErrTaken of %s", c.thing, err, c.index)
			}
			return nil // the refused row leaves no trace, so the update may be kept
		})
		b.View(func(r sandbox.Reader) {
			if err := s.compare(r, model); err != nil {
				t.Errorf("after the refusal of %v: %v", c.thing, err)
			}
		})
	}
	// A row does not stand in its own way.
	second.Rank = 5
	s.put(t, b, second)
}

func TestTextsWithOneHashAreStillTwoTexts(t *testing.T) {
	t.Parallel()
	const text = "sixteen letters!"
	for _, subjects := range [][2]uint64{{1, 2}, {2, 1}} {
		s := newShelf()
		b := s.schema.New(sandbox.Options{})
		first := thing{Key: key(subjects[0], 1), Name: text}
		second := thing{Key: key(subjects[1], 1), Name: twin(text, 1)}
		s.put(t, b, first)
		b.View(func(r sandbox.Reader) {
			if v, ok := s.byName.Find(r, second.Name); ok {
				t.Errorf("found %v by its twin's name", v)
			}
		})
		s.put(t, b, second)
		b.View(func(r sandbox.Reader) {
			for _, want := range []thing{first, second} {
				if v, ok := s.byName.Find(r, want.Name); !ok || !v.equal(want) {
					t.Errorf("found %v, %v, want %v", v, ok, want)
				}
			}
		})
		if err := b.Update(func(tx *sandbox.Tx) error {
			return s.things.Put(tx, &thing{Key: key(9, 1), Name: second.Name})
		}); !errors.Is(err, sandbox.ErrTaken) {
			t.Errorf("the twin's name was given away: %v", err)
		}
		must(t, b, func(tx *sandbox.Tx) error { s.things.Delete(tx, first.Key); return nil })
		b.View(func(r sandbox.Reader) {
			if _, ok := s.byName.Find(r, first.Name); ok {
				t.Error("found a deleted row")
			}
			if _, ok := s.byName.Find(r, second.Name); !ok {
				t.Error("the twin went with the deleted row")
			}
		})
	}
}

func TestOfManyIdenticalInsertsAtOnceExactlyOneWins(t *testing.T) {
	t.Parallel()
	s := newShelf()
	b := s.schema.New(sandbox.Options{})
	errKnown := errors.New("already there")
	const rounds, callers = 50, 16
	for round := range uint64(rounds) {
		name := fmt.Sprint("name ", round)
		var won, lost atomic.Int32
		var wg sync.WaitGroup
		for caller := range uint64(callers) {
			wg.Go(func() {
				err := b.Update(func(tx *sandbox.Tx) error {
					if _, taken := s.byName.Find(tx, name); taken {
						return errKnown
					}
					return s.things.Put(tx, &thing{Key: key(caller, s.things.NextOrdinal(tx, caller)), Name: name})
				})
				switch {
				case err == nil:
					won.Add(1)
				case errors.Is(err, errKnown):
					lost.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || lost.Load() != callers-1 {
			t.Fatalf("%d won and %d lost", won.Load(), lost.Load())
		}
	}
	b.View(func(r sandbox.Reader) {
		if n := s.things.Len(r); n != rounds {
			t.Errorf("%d rows, want %d", n, rounds)
		}
	})
}

func TestViewsSeeOneStateWhileUpdatesGoOn(t *testing.T) {
	t.Parallel()
	s := newShelf()
	b := s.schema.New(sandbox.Options{})
	const accounts, total = 40, 40 * 100
	for i := range uint64(accounts) {
		s.put(t, b, thing{Key: key(i, 1), Rank: 100, Ranked: true, Name: fmt.Sprint(i), Body: make([]byte, 300)})
	}
	look := func(r sandbox.Reader) error {
		var sum, ranked uint64
		for v := range s.things.All(r) {
			sum += v.Rank
		}
		for _, v := range s.byRank.From(r, 0) {
			ranked += v.Rank
		}
		if sum != total || ranked != total || s.things.Len(r) != accounts {
			return fmt.Errorf("saw %d rows with %d, %d by rank; want %d with %d", s.things.Len(r), sum, ranked, accounts, total)
		}
		return nil
	}
	done := make(chan struct{})
	var writers, readers sync.WaitGroup
	for w := range uint64(4) {
		writers.Go(func() {
			for i := range uint64(300) {
				_ = b.Update(func(tx *sandbox.Tx) error {
					from, to := key((i*7+w)%accounts, 1), key((i*13+w*5+1)%accounts, 1)
					v, _ := s.things.Get(tx, from)
					if v.Rank == 0 || from == to {
						return nil
					}
					v.Rank--
					if err := s.things.Put(tx, &v); err != nil {
						return err
					}
					if i%5 == 0 {
						return errors.New("only half done")
					}
					v, _ = s.things.Get(tx, to)
					v.Rank++
					return s.things.Put(tx, &v)
				})
			}
		})
	}
	for range 3 {
		readers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				var err error
				if i%10 == 0 {
					b.Fork(sandbox.Options{}).View(func(r sandbox.Reader) { err = look(r) })
				} else {
					b.View(func(r sandbox.Reader) { err = look(r) })
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	if err := b.Check(); err != nil {
		t.Error(err)
	}
}

func TestAForkOfManyRowsSharesTheirMemoryAndIsIndependent(t *testing.T) {
	t.Parallel()
	s := newShelf()
	b := s.schema.New(sandbox.Options{})
	const rows = 100_000
	must(t, b, func(tx *sandbox.Tx) error {
		for i := range uint64(rows) {
			if err := s.things.Put(tx, &thing{Key: key(i, 1), Rank: i, Ranked: true, Name: fmt.Sprint(i)}); err != nil {
				return err
			}
		}
		return nil
	})
	f := b.Fork(sandbox.Options{})
	if shared, own := f.SharedWith(b); own != 0 || shared == 0 {
		t.Fatalf("the fork shares %d bytes and holds %d of its own", shared, own)
	}
	s.put(t, f, thing{Key: key(7, 1), Name: "in the fork"})
	s.put(t, b, thing{Key: key(8, 1), Name: "in the first"})
	must(t, f, func(tx *sandbox.Tx) error { s.things.Delete(tx, key(9, 1)); return nil })
	if shared, own := f.SharedWith(b); own > 1<<12 || shared == 0 {
		t.Errorf("after two writes the fork shares %d bytes and holds %d of its own", shared, own)
	}
	for _, c := range []struct {
		box         *sandbox.Sandbox
		rows        int
		has, hasNot []string
	}{
		{b, rows, []string{"in the first", "7", "9"}, []string{"in the fork", "8"}},
		{f, rows - 1, []string{"in the fork", "8"}, []string{"in the first", "7", "9"}},
	} {
		c.box.View(func(r sandbox.Reader) {
			if n := s.things.Len(r); n != c.rows {
				t.Errorf("%d rows, want %d", n, c.rows)
			}
			for _, name := range c.has {
				if _, ok := s.byName.Find(r, name); !ok {
					t.Errorf("%q is gone", name)
				}
			}
			for _, name := range c.hasNot {
				if _, ok := s.byName.Find(r, name); ok {
					t.Errorf("%q is there", name)
				}
			}
		})
		if err := c.box.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestForksMayBeWrittenAtOnce(t *testing.T) {
	t.Parallel()
	s := newShelf()
	b := s.schema.New(sandbox.Options{})
	for i := range uint64(500) {
		s.put(t, b, thing{Key: key(i, 1), Name: fmt.Sprint(i), Rank: i, Ranked: true})
	}
	var wg sync.WaitGroup
	for n := range uint64(6) {
		f := b
		if n > 0 {
			f = b.Fork(sandbox.Options{})
		}
		wg.Go(func() {
			for i := range uint64(500) {
				must(t, f, func(tx *sandbox.Tx) error {
					return s.things.Put(tx, &thing{Key: key(i, 1), Name: fmt.Sprint("of ", n, ", ", i), Rank: n, Ranked: true})
				})
			}
			f.View(func(r sandbox.Reader) {
				for v := range s.things.All(r) {
					if v.Rank != n {
						t.Errorf("fork %d sees %v", n, v)
						return
					}
				}
			})
			if err := f.Check(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestALoopMayChangeWhatItWalks(t *testing.T) {
	t.Parallel()
	s := newShelf()
	fill := func() *sandbox.Sandbox {
		b := s.schema.New(sandbox.Options{})
		for i := range uint64(300) {
			s.put(t, b, thing{Key: key(i/10, i%10), Name: fmt.Sprint(i), Rank: i, Ranked: true})
		}
		return b
	}
	left := func(b *sandbox.Sandbox) (n int) {
		b.View(func(r sandbox.Reader) { n = s.things.Len(r) })
		return n
	}
	t.Run("deleting every row", func(t *testing.T) {
		b := fill()
		must(t, b, func(tx *sandbox.Tx) error {
			for v := range s.things.All(tx) {
				s.things.Delete(tx, v.Key)
			}
			return nil
		})
		if n := left(b); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
	t.Run("deleting from the highest down", func(t *testing.T) {
		b := fill()
		must(t, b, func(tx *sandbox.Tx) error {
			want := uint64(300)
			for rank, v := range s.byRank.Down(tx) {
				if want--; rank != want {
					t.Fatalf("came to %d, want %d", rank, want)
				}
				s.things.Delete(tx, v.Key)
			}
			return nil
		})
		if n := left(b); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
	t.Run("replacing and adding rows of other subjects", func(t *testing.T) {
		b := fill()
		must(t, b, func(tx *sandbox.Tx) error {
			want := uint64(50)
			for v := range s.things.Of(tx, 5) {
				if v.Rank != want {
					t.Fatalf("came to %v, want rank %d", v, want)
				}
				want++
				v.Body = make([]byte, 3000)
				if err := s.things.Put(tx, &v); err != nil {
					return err
				}
				for i := range uint64(20) {
					if err := s.things.Put(tx, &thing{Key: key(4, 1000*want+i)}); err != nil {
						return err
					}
				}
				s.things.Delete(tx, key(6, want%10))
			}
			if want != 60 {
				t.Errorf("came to %d of 10 rows", want-50)
			}
			return nil
		})
	})
	t.Run("lowering every number", func(t *testing.T) {
		b := fill()
		must(t, b, func(tx *sandbox.Tx) error {
			want := uint64(100)
			for rank, v := range s.byRank.From(tx, 100) {
				if rank != want {
					t.Fatalf("came to %d, want %d", rank, want)
				}
				want++
				v.Rank -= 100
				if err := s.things.Put(tx, &v); err != nil {
					return err
				}
			}
			if want != 300 {
				t.Errorf("ended before %d", want)
			}
			return nil
		})
	})
}

func TestARowThatIsTooShortIsReportedWithItsCollection(t *testing.T) {
	t.Parallel()
	s := newShelf()
	defer func() {
		err, _ := recover().(error)
		if err == nil || !strings.Contains(err.Error(), "a row of things: the row ends before its last field") {
			t.Errorf("reading panicked with %v", err)
		}
	}()
	row := sandbox.Pack(&thing{Name: "n", Body: []byte("b")}, packThing)
	s.things.ReadRow(row[:len(row)-1])
}

func TestASandboxIsWhatItsOptionsSay(t *testing.T) {
	t.Parallel()
	s := newShelf()
	c := clock.New(start)
	b := s.schema.New(sandbox.Options{Name: "mine", Seed: 7, Clock: c})
	if b.Name() != "mine" || b.Seed() != chance.Seed(7) || b.Clock() != c || b.Journal() == nil {
		t.Errorf("got %q, %v, %v, %v", b.Name(), b.Seed(), b.Clock(), b.Journal())
	}
	s.put(t, b, thing{Key: key(1, 1)})
	if got, want := b.Sizes(), map[string]int{"agenda": 0, "things": 1}; !maps.Equal(got, want) {
		t.Errorf("Sizes are %v, want %v", got, want)
	}
	b.View(func(r sandbox.Reader) {
		if r.Sandbox() != b || r.Now().Before(start) {
			t.Errorf("a look at %v at %v", r.Sandbox(), r.Now())
		}
	})
}

func TestAForkHasItsOwnClockThatRunsOrStandsLikeTheFirst(t *testing.T) {
	t.Parallel()
	s := newShelf()
	b := s.schema.New(sandbox.Options{Clock: clock.New(start)})
	if f := b.Fork(sandbox.Options{}); f.Clock().Frozen() || f.Clock() == b.Clock() || f.Clock().Now().Before(start) {
		t.Errorf("the fork of a running clock is frozen: %v, shows %v", f.Clock().Frozen(), f.Clock().Now())
	}
	b.Freeze()
	f := b.Fork(sandbox.Options{Name: "f", Seed: 9})
	if !f.Clock().Frozen() || !f.Clock().Now().Equal(b.Clock().Now()) {
		t.Errorf("the fork of a standing clock is frozen: %v, shows %v, want %v", f.Clock().Frozen(), f.Clock().Now(), b.Clock().Now())
	}
	if err := f.Advance(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if d := f.Clock().Now().Sub(b.Clock().Now()); d != time.Hour {
		t.Errorf("the fork is %v ahead, want an hour", d)
	}
}

func TestAwaitReturnsAtOnceWhenItIsSoAlready(t *testing.T) {
	t.Parallel()
	b := newShelf().schema.New(sandbox.Options{})
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Await(over, func(sandbox.Reader) bool { return true }); err != nil {
		t.Error(err)
	}
}

func TestAwaitWakesOnTheChangeItWaitsFor(t *testing.T) {
	t.Parallel()
	s := newShelf()
	b := s.schema.New(sandbox.Options{})
	const waiters = 20
	var wg sync.WaitGroup
	for n := range waiters {
		wg.Go(func() {
			if err := b.Await(t.Context(), func(r sandbox.Reader) bool { return s.things.Len(r) > n }); err != nil {
				t.Errorf("waiter %d: %v", n, err)
			}
		})
	}
	for i := range uint64(waiters) {
		s.put(t, b, thing{Key: key(i, 1)})
	}
	wg.Wait()
}

func TestAwaitMissesNoChangeThatComesRightAfterItsLook(t *testing.T) {
	t.Parallel()
	s := newShelf()
	b := s.schema.New(sandbox.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var writers sync.WaitGroup
	defer writers.Wait()
	for round := range 500 {
		looks := 0
		if err := b.Await(ctx, func(r sandbox.Reader) bool {
			if looks++; looks == 1 { // somebody waits for this look to end
				writers.Go(func() { s.put(t, b, thing{Key: key(uint64(round), 1)}) })
				for range 100 {
					runtime.Gosched()
				}
			}
			return s.things.Len(r) > round
		}); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := newShelf()
	b := s.schema.New(sandbox.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	looked := make(chan struct{}, 10)
	ended := make(chan error)
	go func() {
		ended <- b.Await(ctx, func(sandbox.Reader) bool { looked <- struct{}{}; return false })
	}()
	<-looked
	s.put(t, b, thing{Key: key(1, 1)})
	<-looked
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

func TestAPanicLeavesTheSandboxUsable(t *testing.T) {
	t.Parallel()
	s := newShelf()
	b := s.schema.New(sandbox.Options{})
	for name, fn := range map[string]func(){
		"in an update": func() {
			_ = b.Update(func(tx *sandbox.Tx) error {
				_ = s.things.Put(tx, &thing{Key: key(5, 1), Name: "n", Rank: 1, Ranked: true})
				panic("an update")
			})
		},
		"in a view":   func() { b.View(func(sandbox.Reader) { panic("a view") }) },
		"in an await": func() { _ = b.Await(t.Context(), func(sandbox.Reader) bool { panic("an await") }) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("the panic %s was swallowed", name)
				}
			}()
			fn()
		}()
		s.put(t, b, thing{Key: key(1, 1)})
		b.View(func(r sandbox.Reader) {
			if all := slices.Collect(s.things.All(r)); len(all) != 1 {
				t.Errorf("after a panic %s there is %v", name, all)
			}
		})
	}
}

var start = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
