package sandbox

import (
	"fmt"
	"unsafe"
)

// Pack writes v as a collection would.
func Pack[T any](v *T, pack func(*T, *Archive)) []byte {
	var a Archive
	pack(v, &a)
	return a.out
}

// Unpack reads what Pack wrote.
func Unpack[T any](b []byte, pack func(*T, *Archive)) (T, error) {
	var v T
	a := Archive{reading: true, in: string(b)}
	pack(&v, &a)
	return v, a.err
}

// ReadRow reads as a collection reads its rows.
func (c *Collection[T]) ReadRow(b []byte) T { return c.read(b) }

// Memory is what the rows of all collections need, and what is held for them.
func (b *Sandbox) Memory() (live, held int) {
	b.View(func(r Reader) {
		for _, t := range b.tables {
			live += t.arena.live
			for _, c := range t.arena.chunks {
				held += cap(c.b)
			}
		}
	})
	return live, held
}

// InFlight is how much network work may be under way at once.
const InFlight = inFlight

// LargestChunk is the slack that Memory may have.
const LargestChunk = largestChunk

// KeepChunksSmall starts the chunks of all collections over at the smallest
// size, so that even few rows fill many.
func (b *Sandbox) KeepChunksSmall() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.tables {
		t.arena.next = firstChunk
	}
}

// SharedWith counts the bytes of chunks that both sandboxes hold, and those that
// only b does.
func (b *Sandbox) SharedWith(o *Sandbox) (shared, own int) {
	theirs := map[*byte]bool{}
	for _, t := range o.tables {
		for _, c := range t.arena.chunks {
			theirs[unsafe.SliceData(c.b)] = true
		}
	}
	for _, t := range b.tables {
		for _, c := range t.arena.chunks {
			if theirs[unsafe.SliceData(c.b)] {
				shared += cap(c.b)
			} else {
				own += cap(c.b)
			}
		}
	}
	return shared, own
}

// Check recounts what the tables keep count of.
func (b *Sandbox) Check() error {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if len(b.tx.undo) != 0 || len(b.tx.touched) != 0 {
		return fmt.Errorf("%d steps to undo and %d touched tables outlive their update", len(b.tx.undo), len(b.tx.touched))
	}
	for i, t := range b.tables {
		if err := t.check(); err != nil {
			return fmt.Errorf("%s: %w", b.schema.tables[i].name, err)
		}
	}
	return nil
}

func (t *table) check() error {
	a := &t.arena
	alive := make([]int, len(a.chunks))
	live := 0
	var err error
	t.rows.Scan(func(r row) bool {
		k, _, size := rowAt(a.chunks[r.ref.chunk()].b, r.ref.offset())
		if k != r.key {
			err = fmt.Errorf("row %v points at the bytes of %v", r.key, k)
		}
		alive[r.ref.chunk()] += size
		live += size
		return err == nil
	})
	if err != nil {
		return err
	}
	if live != a.live {
		return fmt.Errorf("%d bytes are alive, %d are counted", live, a.live)
	}
	waiting := map[int]bool{}
	for _, n := range a.worn {
		if waiting[n] {
			return fmt.Errorf("chunk %d is twice among the worn", n)
		}
		waiting[n] = true
	}
	for n, c := range a.chunks {
		if got := len(c.b) - c.dead; got != alive[n] {
			return fmt.Errorf("chunk %d: %d bytes are alive, %d are counted", n, alive[n], got)
		}
		if c.noted != waiting[n] {
			return fmt.Errorf("chunk %d: noted is %v, waiting is %v", n, c.noted, waiting[n])
		}
		if a.wornOut(n) && !c.noted {
			return fmt.Errorf("chunk %d is worn and forgotten", n)
		}
	}
	for _, n := range a.free {
		if a.chunks[n].b != nil {
			return fmt.Errorf("chunk %d is free and in use", n)
		}
	}
	return nil
}
