package fake

import "fmt"

// domesticOrdinals is how many different American numbers one subject is
// offered before Phone turns to the larger pool.
const domesticOrdinals = 8

// areaCodes lists the area codes a phone may start with. Codes that end in the
// same digit twice are left out: N11 are services (911), and the others are
// never places but toll-free and the like, where 555-01XX is not kept for
// fiction. 202 is left out because +12025550190 to +12025550197 are the
// reserved magic numbers, which must only ever appear on purpose.
var areaCodes = func() []int {
	var codes []int
	for code := 200; code <= 999; code++ {
		if code%10 == code/10%10 || code == 202 {
			continue
		}
		codes = append(codes, code)
	}
	return codes
}()

// Phone returns a number nobody has, in E.164, and never a magic number.
// Ordinals 0 to 7 of a subject are eight different numbers +1NXX55501XX, which
// are kept for fiction. They are few (about 72,000), so different subjects do
// collide; from ordinal 8 on the numbers are +999 and nine digits, a country
// code that is not assigned.
func (m Maker) Phone(subject, ordinal uint64) string {
	if ordinal < domesticOrdinals {
		// A stride that shares no factor with the pool keeps the ordinals of
		// one subject apart.
		const lines, stride = 100, 7919
		pool := uint64(len(areaCodes)) * lines
		n := (m.seed.Below(pool, "fake: phone", subject, 0) + ordinal*stride) % pool
		return fmt.Sprintf("+1%03d55501%02d", areaCodes[n/lines], n%lines)
	}
	const pool, stride = 900_000_000, 15_485_863
	n := m.seed.Below(pool, "fake: phone abroad", subject, 0) + ordinal%pool*stride
	return fmt.Sprintf("+999%09d", 100_000_000+n%pool)
}
