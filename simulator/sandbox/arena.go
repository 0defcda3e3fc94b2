package sandbox

import "encoding/binary"

// Sizes of an arena's chunks: the first is small, so that an idle sandbox is
// too; each next one doubles up to the largest, and a row larger than that gets
// a chunk to itself.
const (
	firstChunk   = 1 << 10
	largestChunk = 256 << 10
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
	free   []int // numbers of dropped chunks, for reuse
	tail   int   // number of the chunk that grows, or -1
	next   int   // size of the next chunk
	live   int   // bytes in use
}

type chunk struct {
	b    []byte
	dead int // bytes of rows replaced, deleted or rolled back
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
	if a.tail < 0 || cap(a.chunks[a.tail].b)-len(a.chunks[a.tail].b) < total {
		a.grow(total)
	}
	c := &a.chunks[a.tail]
	at := ref(a.tail)<<32 | ref(len(c.b))
	c.b = append(c.b, head[:size]...)
	c.b = append(c.b, key...)
	c.b = append(c.b, payload...)
	a.live += total
	return at
}

func (a *arena) grow(need int) {
	size := a.next
	a.next = min(a.next*2, largestChunk)
	b := make([]byte, 0, max(size, need))
	if n := len(a.free); n > 0 {
		a.tail = a.free[n-1]
		a.free = a.free[:n-1]
		a.chunks[a.tail] = chunk{b: b}
		return
	}
	a.tail = len(a.chunks)
	a.chunks = append(a.chunks, chunk{b: b})
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
}

// worn returns a sealed chunk of which more than half is dead, if any, among
// the one that holds r: the caller has just dropped r.
func (a *arena) worn(r ref) (int, bool) {
	n := r.chunk()
	c := &a.chunks[n]
	return n, n != a.tail && c.b != nil && c.dead*2 > len(c.b)
}

// discard gives the memory of a chunk back.
func (a *arena) discard(n int) {
	a.chunks[n] = chunk{}
	a.free = append(a.free, n)
}

// fork returns an arena that shares all that is written, and seals the tail of
// both: neither will write into a chunk the other can see.
func (a *arena) fork() arena {
	a.tail = -1
	return arena{
		chunks: append([]chunk(nil), a.chunks...),
		free:   append([]int(nil), a.free...),
		tail:   -1,
		next:   a.next,
		live:   a.live,
	}
}
