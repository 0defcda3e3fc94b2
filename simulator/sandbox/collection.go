package sandbox

import (
	"errors"
	"fmt"
	"iter"

	"github.com/cespare/xxhash/v2"
)

// ErrTaken is returned by Put when another row already bears a value that an
// index holds unique.
var ErrTaken = errors.New("the value is taken")

// ErrExists is returned by Insert when there is a row of that key already.
var ErrExists = errors.New("the row exists")

// Collection is the typed handle of one table of every sandbox of a schema.
type Collection[T any] struct {
	name    string
	slot    int
	key     func(*T) Key
	pack    func(*T, *Archive)
	indexes []index[T]
	schema  *Schema
}

// index derives a number from a row; ok is false when the row has no place in
// it. Unique indexes hash a text, which settles what a hash cannot.
type index[T any] struct {
	name  string
	value func(*T) (v uint64, ok bool)
	text  func(*T) string // unique indexes only
}

// Define adds a collection to the schema. key names a row, pack carries its
// fields to bytes and back.
func Define[T any](s *Schema, name string, key func(*T) Key, pack func(*T, *Archive)) *Collection[T] {
	s.tables = append(s.tables, definition{name: name})
	return &Collection[T]{name: name, slot: len(s.tables) - 1, key: key, pack: pack, schema: s}
}

func (c *Collection[T]) index(ix index[T]) int {
	c.indexes = append(c.indexes, ix)
	c.schema.tables[c.slot].indexes++
	return len(c.indexes) - 1
}

// Unique is an index by a text that no two rows share. Rows with an empty text
// are not in it.
type Unique[T any] struct {
	c  *Collection[T]
	at int
}

// Unique adds a unique index to the collection.
func (c *Collection[T]) Unique(name string, text func(*T) string) *Unique[T] {
	at := c.index(index[T]{name: name, text: text, value: func(v *T) (uint64, bool) {
		s := text(v)
		return xxhash.Sum64String(s), s != ""
	}})
	return &Unique[T]{c, at}
}

// Ordered is an index by a number, such as an instant; rows with the same
// number follow in order of their keys.
type Ordered[T any] struct {
	c  *Collection[T]
	at int
}

// Ordered adds an ordered index to the collection. A row for which ok is false
// is not in it.
func (c *Collection[T]) Ordered(name string, value func(*T) (v uint64, ok bool)) *Ordered[T] {
	return &Ordered[T]{c, c.index(index[T]{name: name, value: value})}
}

func (c *Collection[T]) read(payload []byte) T {
	var v T
	a := Archive{reading: true, in: string(payload)}
	c.pack(&v, &a)
	if a.err != nil {
		panic(fmt.Errorf("sandbox: reading a row of %s: %w", c.name, a.err))
	}
	return v
}

// Get returns the row named k.
func (c *Collection[T]) Get(r Reader, k Key) (T, bool) {
	payload, ok := r.table(c.slot).get(k)
	if !ok {
		var none T
		return none, false
	}
	return c.read(payload), true
}

// Len returns how many rows there are.
func (c *Collection[T]) Len(r Reader) int { return r.table(c.slot).rows.Len() }

// Put stores v in place of the row of the same key, if there was one. It
// returns ErrTaken, wrapped with the index's name, and changes nothing, when a
// unique value belongs to another row.
func (c *Collection[T]) Put(tx *Tx, v *T) error { return c.store(tx, v, true) }

// Insert stores v as a new row. It returns ErrExists, and changes nothing, when
// there is a row of the same key, and ErrTaken as Put does.
func (c *Collection[T]) Insert(tx *Tx, v *T) error { return c.store(tx, v, false) }

func (c *Collection[T]) store(tx *Tx, v *T, replace bool) error {
	k := c.key(v)
	t := tx.table(c.slot)
	for i, ix := range c.indexes {
		if ix.text == nil {
			continue
		}
		if holder, _, taken := c.find(t, i, ix.text(v)); taken && holder != k {
			return fmt.Errorf("sandbox: %s.%s: %w", c.name, ix.name, ErrTaken)
		}
	}
	old, replaces := t.get(k)
	if replaces && !replace {
		return fmt.Errorf("sandbox: %s: %w", c.name, ErrExists)
	}
	var was T
	if replaces && len(c.indexes) > 0 {
		was = c.read(old)
	}
	for i, ix := range c.indexes {
		before, had := uint64(0), false
		if replaces {
			before, had = ix.value(&was)
		}
		after, has := ix.value(v)
		if had && has && before == after {
			continue
		}
		if had {
			tx.dropMark(c.slot, i, mark{before, k})
		}
		if has {
			tx.addMark(c.slot, i, mark{after, k})
		}
	}
	a := Archive{out: tx.b.scratch[:0]}
	c.pack(v, &a)
	tx.put(c.slot, k, a.out)
	tx.b.keepScratch(a.out)
	return nil
}

// Delete takes the row named k away, if it is there.
func (c *Collection[T]) Delete(tx *Tx, k Key) {
	payload, ok := tx.table(c.slot).get(k)
	if !ok {
		return
	}
	if len(c.indexes) > 0 {
		was := c.read(payload)
		for i, ix := range c.indexes {
			if v, had := ix.value(&was); had {
				tx.dropMark(c.slot, i, mark{v, k})
			}
		}
	}
	tx.remove(c.slot, k)
}

// NextOrdinal is one more than the highest ordinal in use for subject.
func (c *Collection[T]) NextOrdinal(r Reader, subject uint64) uint64 {
	next := uint64(1)
	r.table(c.slot).rows.Descend(row{key: Key{subject, ^uint64(0)}}, func(it row) bool {
		if it.key.Subject == subject {
			next = it.key.Ordinal + 1
		}
		return false
	})
	return next
}

// Of yields the rows of one subject in order of their ordinals.
func (c *Collection[T]) Of(r Reader, subject uint64) iter.Seq[T] {
	return c.From(r, Key{Subject: subject}, func(k Key) bool { return k.Subject == subject })
}

// All yields every row in order of the keys.
func (c *Collection[T]) All(r Reader) iter.Seq[T] {
	return c.From(r, Key{}, func(Key) bool { return true })
}

// From yields the rows from the key on, for as long as within says so. In an
// update the body of the loop may change the collection: each row is seen, or
// not, as it is when its turn comes.
func (c *Collection[T]) From(r Reader, from Key, within func(Key) bool) iter.Seq[T] {
	t := r.table(c.slot)
	return func(yield func(T) bool) {
		walk(t, t.rows.Ascend, sameRow, row{key: from}, func(it row) bool {
			if !within(it.key) {
				return false
			}
			payload, _ := t.arena.row(it.ref)
			return yield(c.read(payload))
		})
	}
}

// find looks text up among the rows that share its hash.
func (c *Collection[T]) find(t *table, at int, text string) (k Key, v T, ok bool) {
	if text == "" {
		return k, v, false
	}
	h := xxhash.Sum64String(text)
	t.indexes[at].Ascend(mark{value: h}, func(m mark) bool {
		if m.value != h {
			return false
		}
		payload, _ := t.get(m.key)
		if row := c.read(payload); c.indexes[at].text(&row) == text {
			k, v, ok = m.key, row, true
			return false
		}
		return true
	})
	return k, v, ok
}

// Find returns the row that bears text.
func (u *Unique[T]) Find(r Reader, text string) (T, bool) {
	_, v, ok := u.c.find(r.table(u.c.slot), u.at, text)
	return v, ok
}

// From yields the rows whose number is at least from, in order. In an update
// the body of the loop may change the collection; a row that gets a higher
// number on the way comes again.
func (o *Ordered[T]) From(r Reader, from uint64) iter.Seq2[uint64, T] {
	t := r.table(o.c.slot)
	return func(yield func(uint64, T) bool) {
		walk(t, t.indexes[o.at].Ascend, sameMark, mark{value: from}, func(m mark) bool {
			payload, _ := t.get(m.key)
			return yield(m.value, o.c.read(payload))
		})
	}
}

// Down yields the rows from the one with the highest number down, with From's
// word on changes.
func (o *Ordered[T]) Down(r Reader) iter.Seq2[uint64, T] {
	t := r.table(o.c.slot)
	return func(yield func(uint64, T) bool) {
		walk(t, t.indexes[o.at].Descend, sameMark, highest, func(m mark) bool {
			payload, _ := t.get(m.key)
			return yield(m.value, o.c.read(payload))
		})
	}
}
