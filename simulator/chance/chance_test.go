package chance_test

import (
	"regexp"
	"testing"

	"github.com/placebo-sim/placebo/simulator/chance"
)

func TestADrawIsTheSameWheneverItIsAsked(t *testing.T) {
	first := chance.Seed(7).Draw("patient id", 42, 1)
	for range 100 {
		chance.Seed(7).Draw("something else", 42, 1)
		if got := chance.Seed(7).Draw("patient id", 42, 1); got != first {
			t.Fatalf("asked again: %x, want %x", got, first)
		}
	}
}

func TestEveryPartOfTheQuestionCounts(t *testing.T) {
	seen := map[uint64]string{}
	note := func(name string, v uint64) {
		if other, taken := seen[v]; taken {
			t.Errorf("%s and %s draw the same %x", name, other, v)
		}
		seen[v] = name
	}
	note("base", chance.Seed(7).Draw("a", 1, 1))
	note("another seed", chance.Seed(8).Draw("a", 1, 1))
	note("another question", chance.Seed(7).Draw("b", 1, 1))
	note("another subject", chance.Seed(7).Draw("a", 2, 1))
	note("another ordinal", chance.Seed(7).Draw("a", 1, 2))
}

func TestDrawsSpreadEvenly(t *testing.T) {
	const n, buckets = 100_000, 10
	var count [buckets]int
	for i := range uint64(n) {
		count[int(chance.Seed(1).Float("spread", i, 0)*buckets)]++
	}
	for b, c := range count {
		if c < n/buckets*95/100 || c > n/buckets*105/100 {
			t.Errorf("bucket %d holds %d of %d", b, c, n)
		}
	}
}

func TestTheBorderBetweenPartsCounts(t *testing.T) {
	if chance.Hash("ab", "c") == chance.Hash("a", "bc") {
		t.Error("(ab, c) and (a, bc) hash alike")
	}
	if chance.Seed(1).Secret("k", "ab", "c") == chance.Seed(1).Secret("k", "a", "bc") {
		t.Error("(ab, c) and (a, bc) derive one secret")
	}
}

func TestAUUIDHasTheShapeOfAVersion4(t *testing.T) {
	shape := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	for i := range uint64(1000) {
		if id := chance.Seed(3).UUID("media", i, 0); !shape.MatchString(id) {
			t.Fatalf("%q is not shaped like a version 4 UUID", id)
		}
	}
}
