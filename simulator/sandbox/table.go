package sandbox

import "github.com/tidwall/btree"

// Key names a row: whose it is, and which of theirs. Rows of one subject lie
// together, in order.
type Key struct {
	Subject uint64
	Ordinal uint64
}

func (k Key) less(o Key) bool {
	return k.Subject < o.Subject || k.Subject == o.Subject && k.Ordinal < o.Ordinal
}

// row is a leaf of a table's main tree.
type row struct {
	key Key
	ref ref
}

// mark is a leaf of an index: a number (an instant, or a hash of text) and the
// row that bears it.
type mark struct {
	value uint64
	key   Key
}

// highest is no lower than any mark.
var highest = mark{^uint64(0), Key{^uint64(0), ^uint64(0)}}

func lessRow(a, b row) bool { return a.key.less(b.key) }

func lessMark(a, b mark) bool {
	return a.value < b.value || a.value == b.value && a.key.less(b.key)
}

// table is a collection without its type: rows of bytes and indexes of numbers.
type table struct {
	rows    *btree.BTreeG[row]
	indexes []*btree.BTreeG[mark]
	arena   arena
	changes uint64 // counted, so that a walk notices that its trees have moved
}

// degree 16 keeps nodes near half a kilobyte: little to copy on write after a
// fork, little wasted by an idle sandbox.
var treeOptions = btree.Options{NoLocks: true, Degree: 16}

func newTable(indexes int) *table {
	t := &table{rows: btree.NewBTreeGOptions(lessRow, treeOptions), arena: newArena()}
	for range indexes {
		t.indexes = append(t.indexes, btree.NewBTreeGOptions(lessMark, treeOptions))
	}
	return t
}

// fork returns a table with the same rows; later writes to either are unseen by
// the other.
func (t *table) fork() *table {
	f := &table{rows: t.rows.Copy(), arena: t.arena.fork()}
	for _, ix := range t.indexes {
		f.indexes = append(f.indexes, ix.Copy())
	}
	return f
}

func (t *table) get(k Key) ([]byte, bool) {
	r, ok := t.rows.Get(row{key: k})
	if !ok {
		return nil, false
	}
	payload, _ := t.arena.row(r.ref)
	return payload, true
}

// walk yields a tree's leaves from one on, in the order of scan. The body of
// the loop may change the table; the walk then goes on behind the leaf it has
// come to.
func walk[T any](t *table, scan func(T, func(T) bool), same func(a, b T) bool, from T, yield func(T) bool) {
	behind := false
	for moved := true; moved; {
		moved = false
		changes := t.changes
		scan(from, func(it T) bool {
			if behind && same(it, from) {
				return true
			}
			if !yield(it) {
				return false
			}
			if t.changes != changes {
				moved, behind, from = true, true, it
			}
			return !moved
		})
	}
}

func sameRow(a, b row) bool   { return a.key == b.key }
func sameMark(a, b mark) bool { return a == b }

// compact moves the live rows out of worn chunks and gives those back. It runs
// after an update, whether that was kept or not. What it moves is bounded by
// what the update itself has buried, and a chunk; the rest is left to the next.
func (t *table) compact() {
	a := &t.arena
	budget := 4*a.buried + largestChunk
	a.buried = 0
	for len(a.worn) > 0 && budget > 0 {
		n := a.worn[len(a.worn)-1]
		a.worn = a.worn[:len(a.worn)-1]
		a.chunks[n].noted = false
		if !a.wornOut(n) {
			continue // its rows live again
		}
		b, alive := a.chunks[n].b, len(a.chunks[n].b)-a.chunks[n].dead
		budget -= alive
		for offset := 0; alive > 0 && offset < len(b); {
			k, payload, size := rowAt(b, offset)
			here := ref(n)<<32 | ref(offset)
			if r, ok := t.rows.Get(row{key: k}); ok && r.ref == here {
				t.rows.Set(row{key: k, ref: a.add(k, payload)})
				a.live -= size
				alive -= size
			}
			offset += size
		}
		a.discard(n)
	}
}
