package sandbox_test

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"testing"

	"github.com/cespare/xxhash/v2"
	"pgregory.net/rapid"

	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// thing is a record with everything a collection knows: a unique text, a second
// one, an order that not every row has, and content of any size.
type thing struct {
	Key    sandbox.Key
	Name   string
	Alias  string
	Rank   uint64
	Ranked bool
	Body   []byte
}

func packThing(v *thing, a *sandbox.Archive) {
	a.Uint(&v.Key.Subject)
	a.Uint(&v.Key.Ordinal)
	a.String(&v.Name)
	a.String(&v.Alias)
	a.Uint(&v.Rank)
	a.Bool(&v.Ranked)
	a.Bytes(&v.Body)
}

func (v thing) equal(o thing) bool {
	return v.Key == o.Key && v.Name == o.Name && v.Alias == o.Alias &&
		v.Rank == o.Rank && v.Ranked == o.Ranked && bytes.Equal(v.Body, o.Body)
}

func (v thing) String() string {
	return fmt.Sprintf("{%v %q %q %d %v, %d bytes}", v.Key, v.Name, v.Alias, v.Rank, v.Ranked, len(v.Body))
}

// shelf is a schema of things.
type shelf struct {
	schema  *sandbox.Schema
	things  *sandbox.Collection[thing]
	byName  *sandbox.Unique[thing]
	byAlias *sandbox.Unique[thing]
	byRank  *sandbox.Ordered[thing]
	note    *sandbox.Cell[string]
}

func newShelf() *shelf {
	s := sandbox.NewSchema()
	things := sandbox.Define(s, "things", func(v *thing) sandbox.Key { return v.Key }, packThing)
	return &shelf{
		schema:  s,
		things:  things,
		byName:  things.Unique("name", func(v *thing) string { return v.Name }),
		byAlias: things.Unique("alias", func(v *thing) string { return v.Alias }),
		byRank:  things.Ordered("rank", func(v *thing) (uint64, bool) { return v.Rank, v.Ranked }),
		note:    sandbox.DefineCell[string](s, "note"),
	}
}

// twin returns a text with the hash of t, which is 16 bytes long. For texts of
// that length xxhash can be run backwards.
func twin(t string, variant uint64) string {
	const (
		prime1 = 11400714785074694791
		prime2 = 14029467366897019727
		prime4 = 9650029242287828579
		prime5 = 2870177450012600261
	)
	inverse := func(odd uint64) uint64 {
		x := odd
		for range 6 {
			x *= 2 - odd*x
		}
		return x
	}
	p1, p2, p4, p5 := uint64(prime1), uint64(prime2), uint64(prime4), uint64(prime5)
	round := func(lane uint64) uint64 { return bits.RotateLeft64(lane*p2, 31) * p1 }
	back := func(r uint64) uint64 { return bits.RotateLeft64(r*inverse(p1), -31) * inverse(p2) }
	after := func(lane uint64) uint64 { return bits.RotateLeft64((p5+16)^round(lane), 27)*p1 + p4 }

	lane1 := binary.LittleEndian.Uint64([]byte(t[:8]))
	lane2 := binary.LittleEndian.Uint64([]byte(t[8:]))
	other := lane1 ^ variant
	b := binary.LittleEndian.AppendUint64(nil, other)
	b = binary.LittleEndian.AppendUint64(b, back(after(lane1)^round(lane2)^after(other)))
	return string(b)
}

func TestTwinsShareTheirHash(t *testing.T) {
	t.Parallel()
	const text = "sixteen letters!"
	for variant := uint64(1); variant < 10; variant++ {
		other := twin(text, variant)
		if other == text || xxhash.Sum64String(other) != xxhash.Sum64String(text) {
			t.Errorf("%q is no twin of %q", other, text)
		}
	}
}

// naive is the same state, kept in the plainest way.
type naive struct {
	things map[sandbox.Key]thing
	note   string
}

func (m *naive) copy() *naive { return &naive{maps.Clone(m.things), m.note} }

func (m *naive) takes(v thing) bool {
	for k, o := range m.things {
		if k != v.Key && (v.Name != "" && o.Name == v.Name || v.Alias != "" && o.Alias == v.Alias) {
			return true
		}
	}
	return false
}

func (m *naive) all() []thing {
	return slices.SortedFunc(maps.Values(m.things), func(a, b thing) int { return compareKeys(a.Key, b.Key) })
}

func (m *naive) ranked() []thing {
	all := slices.DeleteFunc(m.all(), func(v thing) bool { return !v.Ranked })
	slices.SortStableFunc(all, func(a, b thing) int { return cmp.Compare(a.Rank, b.Rank) })
	return all
}

func compareKeys(a, b sandbox.Key) int {
	return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Ordinal, b.Ordinal))
}

var (
	subjects = []uint64{0, 1, 2, 1 << 40, ^uint64(0)}
	ordinals = []uint64{1, 2, 3, 1 << 60}
	names    = []string{
		"", "a", "b", "c", "a name that is somewhat longer than the others",
		"sixteen letters!", twin("sixteen letters!", 1), twin("sixteen letters!", 2), twin("sixteen letters!", 3),
	}
)

// compare tells how the sandbox, seen by r, differs from m.
func (s *shelf) compare(r sandbox.Reader, m *naive) error {
	if got := s.things.Len(r); got != len(m.things) {
		return fmt.Errorf("Len is %d, want %d", got, len(m.things))
	}
	if got := s.note.Get(r); got != m.note {
		return fmt.Errorf("the cell holds %q, want %q", got, m.note)
	}
	if got := slices.Collect(s.things.All(r)); !slices.EqualFunc(got, m.all(), thing.equal) {
		return fmt.Errorf("All yields %v, want %v", got, m.all())
	}
	for _, subject := range subjects {
		var want []thing
		next := uint64(1)
		for _, v := range m.all() {
			if v.Key.Subject == subject {
				want = append(want, v)
				next = v.Key.Ordinal + 1
			}
		}
		if got := slices.Collect(s.things.Of(r, subject)); !slices.EqualFunc(got, want, thing.equal) {
			return fmt.Errorf("Of(%d) yields %v, want %v", subject, got, want)
		}
		if got := s.things.NextOrdinal(r, subject); got != next {
			return fmt.Errorf("NextOrdinal(%d) is %d, want %d", subject, got, next)
		}
		for _, ordinal := range ordinals {
			k := sandbox.Key{Subject: subject, Ordinal: ordinal}
			want, there := m.things[k]
			if got, ok := s.things.Get(r, k); ok != there || !got.equal(want) {
				return fmt.Errorf("Get(%v) is %v, %v, want %v, %v", k, got, ok, want, there)
			}
		}
	}
	for _, name := range names {
		for which, find := range map[string]func(sandbox.Reader, string) (thing, bool){"name": s.byName.Find, "alias": s.byAlias.Find} {
			var want thing
			there := false
			for _, v := range m.things {
				if name != "" && (which == "name" && v.Name == name || which == "alias" && v.Alias == name) {
					want, there = v, true
				}
			}
			if got, ok := find(r, name); ok != there || !got.equal(want) {
				return fmt.Errorf("Find by %s of %q is %v, %v, want %v, %v", which, name, got, ok, want, there)
			}
		}
	}
	ranked := m.ranked()
	for _, from := range []uint64{0, 2, ^uint64(0)} {
		var got []thing
		for rank, v := range s.byRank.From(r, from) {
			if rank != v.Rank {
				return fmt.Errorf("From says %d of %v", rank, v)
			}
			got = append(got, v)
		}
		want := slices.DeleteFunc(slices.Clone(ranked), func(v thing) bool { return v.Rank < from })
		if !slices.EqualFunc(got, want, thing.equal) {
			return fmt.Errorf("From(%d) yields %v, want %v", from, got, want)
		}
	}
	var down []thing
	for _, v := range s.byRank.Down(r) {
		down = append(down, v)
	}
	slices.Reverse(down)
	if !slices.EqualFunc(down, ranked, thing.equal) {
		return fmt.Errorf("Down yields, read backwards, %v, want %v", down, ranked)
	}
	return nil
}

// world is a sandbox beside its model.
type world struct {
	box   *sandbox.Sandbox
	model *naive
}

func drawThing(t *rapid.T, sizes []int) thing {
	size := rapid.SampledFrom(sizes).Draw(t, "size")
	return thing{
		Key: sandbox.Key{
			Subject: rapid.SampledFrom(subjects).Draw(t, "subject"),
			Ordinal: rapid.SampledFrom(ordinals).Draw(t, "ordinal"),
		},
		Name:   rapid.SampledFrom(names).Draw(t, "name"),
		Alias:  rapid.SampledFrom(names).Draw(t, "alias"),
		Rank:   rapid.SampledFrom([]uint64{0, 1, 2, 3, ^uint64(0)}).Draw(t, "rank"),
		Ranked: rapid.Bool().Draw(t, "ranked"),
		Body:   bytes.Repeat([]byte{rapid.Byte().Draw(t, "content")}, size),
	}
}

// update changes both, or, when the update ends badly, neither.
func (s *shelf) update(t *rapid.T, w *world, sizes []int) {
	bad := errors.New("as drawn")
	end := rapid.SampledFrom([]string{"well", "well", "well", "in an error", "in a panic"}).Draw(t, "end")
	next := w.model.copy()
	steps := rapid.IntRange(1, 8).Draw(t, "steps")
	err := func() (err error) {
		defer func() {
			if p := recover(); p != nil && p != any(bad) {
				panic(p)
			} else if p != nil {
				err = bad
			}
		}()
		return w.box.Update(func(tx *sandbox.Tx) error {
			for range steps {
				switch rapid.SampledFrom([]string{"put", "put", "put", "insert", "delete", "cell", "look"}).Draw(t, "step") {
				case "put":
					v := drawThing(t, sizes)
					taken := next.takes(v)
					if err := s.things.Put(tx, &v); errors.Is(err, sandbox.ErrTaken) != taken || (err != nil) != taken {
						t.Fatalf("Put(%v): %v, want taken: %v", v, err, taken)
					}
					if !taken {
						next.things[v.Key] = v
					}
				case "insert":
					v := drawThing(t, sizes)
					_, exists := next.things[v.Key]
					taken := next.takes(v)
					err := s.things.Insert(tx, &v)
					if errors.Is(err, sandbox.ErrTaken) != taken || errors.Is(err, sandbox.ErrExists) != (exists && !taken) || (err != nil) != (taken || exists) {
						t.Fatalf("Insert(%v): %v, want taken: %v, exists: %v", v, err, taken, exists)
					}
					if err == nil {
						next.things[v.Key] = v
					}
				case "delete":
					k := drawThing(t, []int{0}).Key
					s.things.Delete(tx, k)
					delete(next.things, k)
				case "cell":
					next.note = rapid.SampledFrom(names).Draw(t, "note")
					s.note.Set(tx, next.note)
				case "look":
					if err := s.compare(tx, next); err != nil {
						t.Fatalf("within an update: %v", err)
					}
				}
			}
			switch end {
			case "in an error":
				return bad
			case "in a panic":
				panic(bad)
			}
			return nil
		})
	}()
	if (err != nil) != (end != "well") {
		t.Fatalf("the update ended %s: %v", end, err)
	}
	if err == nil {
		w.model = next
	}
}

func TestASandboxIsItsModelWhateverHappensAndForksLiveSideBySide(t *testing.T) {
	t.Parallel()
	few := []int{0, 1, 30, 400}
	for name, sizes := range map[string][]int{
		// The large ones stand in the middle: what is drawn leans to the ends.
		"rows of all sizes": slices.Concat(slices.Repeat(few, 30), []int{5_000, 40_000, 270_000}, slices.Repeat(few, 30)),
		"small rows":        few,
		"middling rows":     {500, 900, 1_300, 2_000, 3_000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShelf()
			rapid.Check(t, func(t *rapid.T) {
				worlds := []*world{{s.schema.New(sandbox.Options{Name: "first"}), &naive{things: map[sandbox.Key]thing{}}}}
				pick := func(t *rapid.T) int { return rapid.IntRange(0, len(worlds)-1).Draw(t, "world") }
				update := func(t *rapid.T) { s.update(t, worlds[pick(t)], sizes) }
				t.Repeat(map[string]func(*rapid.T){
					"update":      update,
					"update more": update,
					"update yet":  update,
					"fork": func(t *rapid.T) {
						w := worlds[pick(t)]
						f := &world{w.box.Fork(sandbox.Options{Name: "fork"}), w.model.copy()}
						if len(worlds) < 4 {
							worlds = append(worlds, f)
						} else {
							worlds[pick(t)] = f
						}
					},
					"small chunks": func(t *rapid.T) { worlds[pick(t)].box.KeepChunksSmall() },
					"": func(t *rapid.T) {
						for i, w := range worlds {
							if err := w.box.Check(); err != nil {
								t.Fatalf("sandbox %d: %v", i, err)
							}
							w.box.View(func(r sandbox.Reader) {
								if err := s.compare(r, w.model); err != nil {
									t.Fatalf("sandbox %d: %v", i, err)
								}
							})
						}
					},
				})
			})
		})
	}
}

func TestHeldMemoryStaysNearWhatIsAlive(t *testing.T) {
	t.Parallel()
	sizes := map[string]func(i int) int{
		"small":           func(i int) int { return 40 + i%200 },
		"sizeable":        func(i int) int { return 28_000 + i%4_000 },
		"middling":        func(i int) int { return 3_000 + i%4_000 },
		"large":           func(i int) int { return 20_000 + i*7919%100_000 },
		"huge":            func(i int) int { return 260_000 + i%50_000 },
		"huge and small":  func(i int) int { return []int{300_000, 10}[i%2] },
		"tiny and middle": func(i int) int { return []int{5_000, 1}[i%2] },
	}
	endings := map[string]func(i int) bool{
		"all kept":            func(int) bool { return true },
		"half rolled back":    func(i int) bool { return i%2 == 0 },
		"nearly none is kept": func(i int) bool { return i < 20 },
	}
	for size, sizeOf := range sizes {
		for ending, keep := range endings {
			for _, forking := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s rows, %s, forking %v", size, ending, forking), func(t *testing.T) {
					t.Parallel()
					s := newShelf()
					box := s.schema.New(sandbox.Options{})
					const subjects, perUpdate = 60, 25
					i, written := 0, 0
					for update := range 600 {
						_ = box.Update(func(tx *sandbox.Tx) error {
							for range perUpdate {
								i++
								v := thing{Key: sandbox.Key{Subject: uint64(i * 31 % subjects), Ordinal: 1}, Body: make([]byte, sizeOf(i*13%997))}
								if i%17 == 0 {
									s.things.Delete(tx, v.Key)
									continue
								}
								if err := s.things.Put(tx, &v); err != nil {
									return err
								}
							}
							if !keep(update) {
								return errors.New("rolled back")
							}
							return nil
						})
						if forking && update%50 == 0 {
							box.Fork(sandbox.Options{})
						}
						if written += perUpdate * sizeOf(update); written > 12<<20 {
							break
						}
						if live, held := box.Memory(); held > 2*live+live/4+2*sandbox.LargestChunk {
							t.Fatalf("after %d updates %d bytes are alive and %d held", update, live, held)
						}
					}
					if err := box.Check(); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

func TestBulkyRowsWasteLittle(t *testing.T) {
	t.Parallel()
	for _, size := range []int{33_000, 90_000, 140_000, 270_000} {
		s := newShelf()
		box := s.schema.New(sandbox.Options{})
		for i := range uint64(20) {
			s.put(t, box, thing{Key: key(i, 1), Body: make([]byte, size)}, thing{Key: key(i, 2)})
		}
		if live, held := box.Memory(); held > live+live/10 {
			t.Errorf("rows of %d: %d bytes are alive and %d held", size, live, held)
		}
	}
}

func TestManyForksThatWriteLittleHoldLittle(t *testing.T) {
	t.Parallel()
	s := newShelf()
	box := s.schema.New(sandbox.Options{})
	put := func(b *sandbox.Sandbox, subject uint64, size int) {
		if err := b.Update(func(tx *sandbox.Tx) error {
			return s.things.Put(tx, &thing{Key: sandbox.Key{Subject: subject, Ordinal: 1}, Body: make([]byte, size)})
		}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range uint64(3000) {
		put(box, i, 500)
	}
	_, before := box.Memory()
	for i := range uint64(300) {
		fork := box.Fork(sandbox.Options{})
		put(box, 10_000+i, 50)
		put(fork, i, 50)
		if _, own := fork.SharedWith(box); own > 2_000 {
			t.Fatalf("fork %d holds %d bytes of its own for one row of 50", i, own)
		}
	}
	if _, after := box.Memory(); after-before > 300*2_000 {
		t.Errorf("the forked sandbox grew by %d bytes for 300 rows of 50", after-before)
	}
}
