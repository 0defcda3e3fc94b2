package sandbox

import (
	"cmp"

	"github.com/tidwall/btree"
)

// Key names a row: whose it is, and which of theirs. Rows of one subject lie
// together, in order.
type Key struct {
	Subject uint64
	Ordinal uint64
}

func (k Key) compare(o Key) int {
	if c := cmp.Compare(k.Subject, o.Subject); c != 0 {
		return c
	}
	return cmp.Compare(k.Ordinal, o.Ordinal)
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

func lessRow(a, b row) bool { return a.key.less(b.key) }

func lessMark(a, b mark) bool {
	return a.value < b.value || a.value == b.value && a.key.less(b.key)
}

// table is a collection without its type: rows of bytes and indexes of numbers.
type table struct {
	rows    *btree.BTreeG[row]
	indexes []*btree.BTreeG[mark]
	arena   arena
	worn    []int // sealed chunks to compact once the update has been kept
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
	f := &table{rows: t.rows.Copy(), arena: t.arena.fork(), worn: append([]int(nil), t.worn...)}
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

// bury counts the row at r as dead, and notes its chunk when that is worn.
func (t *table) bury(r ref) {
	t.arena.drop(r)
	if n, worn := t.arena.worn(r); worn {
		t.worn = append(t.worn, n)
	}
}

// compact moves the live rows out of one worn chunk and gives it back. It runs
// between updates; one chunk at a time bounds what a single update can cost.
func (t *table) compact() {
	for len(t.worn) > 0 {
		n := t.worn[len(t.worn)-1]
		t.worn = t.worn[:len(t.worn)-1]
		b := t.arena.chunks[n].b
		if b == nil || n == t.arena.tail {
			continue // noted twice, and already done
		}
		for offset := 0; offset < len(b); {
			k, payload, size := rowAt(b, offset)
			here := ref(n)<<32 | ref(offset)
			if r, ok := t.rows.Get(row{key: k}); ok && r.ref == here {
				t.rows.Set(row{key: k, ref: t.arena.add(k, payload)})
				t.arena.live -= size
			}
			offset += size
		}
		t.arena.discard(n)
		return
	}
}
