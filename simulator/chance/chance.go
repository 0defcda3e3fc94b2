package chance

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"github.com/cespare/xxhash/v2"
)

// Seed decides every draw of one sandbox.
type Seed uint64

// Hash returns a stable 64-bit hash of parts; the border between two parts
// counts, so ("ab", "c") and ("a", "bc") differ. Use it to name a subject.
func Hash(parts ...string) uint64 {
	var h uint64 = 14695981039346656037
	for _, p := range parts {
		h = mix(h ^ xxhash.Sum64String(p))
	}
	return h
}

// Draw answers the question what for the ordinal-th time it is asked about
// subject. The 64 bits are uniform.
func (s Seed) Draw(what string, subject, ordinal uint64) uint64 {
	h := mix(uint64(s) ^ xxhash.Sum64String(what))
	h = mix(h ^ subject)
	return mix(h ^ (ordinal + 0x9e3779b97f4a7c15))
}

// Below is Draw reduced to 0 … n-1. n must not be 0.
func (s Seed) Below(n uint64, what string, subject, ordinal uint64) uint64 {
	return s.Draw(what, subject, ordinal) % n
}

// Float is Draw as a number in [0, 1).
func (s Seed) Float(what string, subject, ordinal uint64) float64 {
	return float64(s.Draw(what, subject, ordinal)>>11) / (1 << 53)
}

// UUID is a draw in the shape of a random (version 4) UUID.
func (s Seed) UUID(what string, subject, ordinal uint64) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], s.Draw(what, subject, ordinal))
	binary.BigEndian.PutUint64(b[8:], s.Draw(what+"/low", subject, ordinal))
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	var t [36]byte
	hex.Encode(t[:8], b[:4])
	hex.Encode(t[9:13], b[4:6])
	hex.Encode(t[14:18], b[6:8])
	hex.Encode(t[19:23], b[8:10])
	hex.Encode(t[24:], b[10:])
	t[8], t[13], t[18], t[23] = '-', '-', '-', '-'
	return string(t[:])
}

// Secret derives 32 bytes for a purpose, such as a signing key, from the seed
// and the parts.
func (s Seed) Secret(purpose string, parts ...string) [32]byte {
	var key [8]byte
	binary.BigEndian.PutUint64(key[:], uint64(s))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(purpose))
	for _, p := range parts {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(p)))
		mac.Write(n[:])
		mac.Write([]byte(p))
	}
	var out [32]byte
	mac.Sum(out[:0])
	return out
}

// mix is the finalizer of splitmix64: every input bit reaches every output bit.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
