package sandbox

import (
	"encoding/binary"
	"errors"
	"time"
)

// Archive carries a row to bytes or back. One function per record type names
// the fields in order and serves both directions, so that writing and reading
// cannot drift apart:
//
//	func packPatient(p *Patient, a *sandbox.Archive) {
//		a.String(&p.Phone)
//		a.Time(&p.InvitedAt)
//	}
type Archive struct {
	out     []byte // writing
	in      string // reading
	reading bool
	err     error
}

var errShort = errors.New("the row ends before its last field")

// Reading tells which way the fields travel.
func (a *Archive) Reading() bool { return a.reading }

// Uint carries an unsigned number; small ones take one byte.
func (a *Archive) Uint(v *uint64) {
	if !a.reading {
		a.out = binary.AppendUvarint(a.out, *v)
		return
	}
	*v = a.uvarint()
}

func (a *Archive) uvarint() uint64 {
	var v uint64
	for i := 0; i < len(a.in) && i < binary.MaxVarintLen64; i++ {
		b := a.in[i]
		if i == binary.MaxVarintLen64-1 && b > 1 {
			break // more than 64 bits: nobody wrote this
		}
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			a.in = a.in[i+1:]
			return v
		}
	}
	a.fail()
	return 0
}

func (a *Archive) fail() {
	a.in = ""
	if a.err == nil {
		a.err = errShort
	}
}

// Byte carries one byte; enumerations use it.
func Byte[T ~uint8](a *Archive, v *T) {
	if !a.reading {
		a.out = append(a.out, byte(*v))
		return
	}
	if a.in == "" {
		a.fail()
		return
	}
	*v = T(a.in[0])
	a.in = a.in[1:]
}

// Bool carries a truth value.
func (a *Archive) Bool(v *bool) {
	var b uint8
	if *v {
		b = 1
	}
	Byte(a, &b)
	*v = b == 1
}

// String carries text.
func (a *Archive) String(v *string) {
	if !a.reading {
		a.out = binary.AppendUvarint(a.out, uint64(len(*v)))
		a.out = append(a.out, *v...)
		return
	}
	*v = a.take()
}

func (a *Archive) take() string {
	n := a.uvarint()
	if n > uint64(len(a.in)) {
		a.fail()
		return ""
	}
	s := a.in[:n]
	a.in = a.in[n:]
	return s
}

// Bytes carries raw content; the reader owns what it gets. An empty slice comes
// out as nil.
func (a *Archive) Bytes(v *[]byte) {
	if !a.reading {
		a.out = binary.AppendUvarint(a.out, uint64(len(*v)))
		a.out = append(a.out, *v...)
		return
	}
	*v = append([]byte(nil), a.take()...)
}

// Time carries an instant in whole milliseconds, UTC; the zero time stays zero.
func (a *Archive) Time(v *time.Time) {
	if !a.reading {
		var n uint64
		if !v.IsZero() {
			ms := v.UnixMilli()
			n = (uint64(ms)<<1 ^ uint64(ms>>63)) + 1
		}
		a.out = binary.AppendUvarint(a.out, n)
		return
	}
	n := a.uvarint()
	if n == 0 {
		*v = time.Time{}
		return
	}
	n--
	*v = time.UnixMilli(int64(n>>1) ^ -int64(n&1)).UTC()
}

// List carries a slice, item by item. An empty slice comes out as nil; an item
// has at least one field.
func List[T any](a *Archive, v *[]T, item func(*T, *Archive)) {
	n := uint64(len(*v))
	a.Uint(&n)
	if !a.reading {
		for i := range *v {
			item(&(*v)[i], a)
		}
		return
	}
	if n > uint64(len(a.in)) { // every item takes a byte at least
		a.fail()
		return
	}
	if n == 0 {
		*v = nil
		return
	}
	*v = make([]T, n)
	for i := range *v {
		item(&(*v)[i], a)
	}
}
