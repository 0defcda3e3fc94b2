package sandbox

import "encoding/binary"

// Sizes of an arena's chunks: the first is small, so that an idle sandbox is
// too; each next one doubles up to the largest. A bulky row gets a chunk to
// itself, so that little is wasted at the end of the others.
const (
	firstChunk   = 1 << 10
	largestChunk = 256 << 10
	bulky        = largestChunk / 8
)

// ref says where a row lies: chunk number in the high half, offset in the low.
type ref uint64

func (r ref) chunk() int  { return int(r >> 32) }
func (r ref) offset() int { return int(uint32(r)) }

// arena holds rows one after another in chunks of bytes. A written byte never
// changes, so forks share chunks; only the tail chunk grows, and a fork seals
// it on both sides.
//
// A row is laid out as: length of the rest, subject, ordinal, payload. The key
// is kept so that compaction can ask whether the row is still the current one.
type arena struct {
	chunks []chunk
	free   []int // numbers of discarded chunks, for reuse
	worn   []int // numbers of sealed chunks that wait for compaction
	tail   int   // number of the chunk that grows, or -1
	next   int   // size of the next chunk
	live   int   // bytes in use
	buried int   // bytes that died since the last compaction
}

type chunk struct {
	b     []byte
	dead  int  // bytes of rows replaced, deleted or rolled back
	noted bool // is among the worn
}

func newArena() arena { return arena{tail: -1, next: firstChunk} }

// add writes a row and returns where it lies.
func (a *arena) add(k Key, payload []byte) ref {
	var head [3 * binary.MaxVarintLen64]byte
	key := binary.AppendUvarint(head[binary.MaxVarintLen64:binary.MaxVarintLen64], k.Subject)
	key = binary.AppendUvarint(key, k.Ordinal)
	n := len(key) + len(payload)
	size := binary.PutUvarint(head[:binary.MaxVarintLen64], uint64(n))
	total := size + n
	place := a.tail
	switch {
	case total > bulky:
		place = a.chunk(total)
	case a.tail < 0 || cap(a.chunks[a.tail].b)-len(a.chunks[a.tail].b) < total:
		a.seal()
		a.tail = a.chunk(max(a.next, total))
		a.next = min(a.next*2, largestChunk)
		place = a.tail
	}
	c := &a.chunks[place]
	at := ref(place)<<32 | ref(len(c.b))
	c.b = append(c.b, head[:size]...)
	c.b = append(c.b, key...)
	c.b = append(c.b, payload...)
	a.live += total
	return at
}

// chunk makes an empty chunk and returns its number.
func (a *arena) chunk(size int) int {
	c := chunk{b: make([]byte, 0, size)}
	if n := len(a.free); n > 0 {
		place := a.free[n-1]
		a.free = a.free[:n-1]
		a.chunks[place] = c
		return place
	}
	a.chunks = append(a.chunks, c)
	return len(a.chunks) - 1
}

// seal ends the growth of the tail. What died in it so far counts from now on.
func (a *arena) seal() {
	n := a.tail
	a.tail = -1
	if n >= 0 {
		a.note(n)
	}
}

// row is the bytes of the row at r, and its total size in the arena.
func (a *arena) row(r ref) (payload []byte, size int) {
	_, payload, size = rowAt(a.chunks[r.chunk()].b, r.offset())
	return payload, size
}

func rowAt(b []byte, offset int) (k Key, payload []byte, size int) {
	b = b[offset:]
	n, head := binary.Uvarint(b)
	size = head + int(n)
	rest := b[head:size]
	var used int
	k.Subject, used = binary.Uvarint(rest)
	rest = rest[used:]
	k.Ordinal, used = binary.Uvarint(rest)
	return k, rest[used:], size
}

// drop counts the row at r as dead.
func (a *arena) drop(r ref) {
	_, size := a.row(r)
	a.chunks[r.chunk()].dead += size
	a.live -= size
	a.buried += size
	a.note(r.chunk())
}

// revive takes back a drop.
func (a *arena) revive(r ref) {
	_, size := a.row(r)
	a.chunks[r.chunk()].dead -= size
	a.live += size
}

// wornOut tells whether more than half of a sealed chunk is dead.
func (a *arena) wornOut(n int) bool {
	c := &a.chunks[n]
	return n != a.tail && c.dead*2 > len(c.b)
}

// note puts a chunk among the worn ones once it is one of them.
func (a *arena) note(n int) {
	if !a.chunks[n].noted && a.wornOut(n) {
		a.chunks[n].noted = true
		a.worn = append(a.worn, n)
	}
}

// discard gives the memory of a chunk back.
func (a *arena) discard(n int) {
	a.chunks[n] = chunk{}
	a.free = append(a.free, n)
}

// fork returns an arena that shares all that is written, and seals the tail of
// both: neither will write into a chunk the other can see. Both start small
// again, for of many forks most write little.
func (a *arena) fork() arena {
	a.seal()
	a.next = firstChunk
	f := *a
	f.chunks = append([]chunk(nil), a.chunks...)
	f.free = append([]int(nil), a.free...)
	f.worn = append([]int(nil), a.worn...)
	return f
}
