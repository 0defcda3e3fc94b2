package sandbox_test

import (
	"bytes"
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/placebo-sim/placebo/simulator/sandbox"
)

type suit uint8

type card struct {
	Suit suit
	Name string
}

// hand has a field of every type that an archive carries.
type hand struct {
	Number  uint64
	Suit    suit
	Open    bool
	Text    string
	Content []byte
	At      time.Time
	Cards   []card
	Notes   []string
}

func packCard(c *card, a *sandbox.Archive) {
	sandbox.Byte(a, &c.Suit)
	a.String(&c.Name)
}

func packHand(h *hand, a *sandbox.Archive) {
	a.Uint(&h.Number)
	sandbox.Byte(a, &h.Suit)
	a.Bool(&h.Open)
	a.String(&h.Text)
	a.Bytes(&h.Content)
	a.Time(&h.At)
	sandbox.List(a, &h.Cards, packCard)
	sandbox.List(a, &h.Notes, func(s *string, a *sandbox.Archive) { a.String(s) })
}

func drawHand(t *rapid.T) hand {
	const year = 366 * 24 * 3600 * 1000
	at := rapid.OneOf(
		rapid.Just(time.Time{}),
		rapid.Just(time.UnixMilli(0)),
		rapid.Just(time.UnixMilli(-1)),
		rapid.Custom(func(t *rapid.T) time.Time {
			return time.UnixMilli(rapid.Int64Range(-1970*year, 8000*year).Draw(t, "ms"))
		}),
	)
	return hand{
		Number:  rapid.OneOf(rapid.Uint64(), rapid.SampledFrom([]uint64{0, 127, 128, math.MaxUint64})).Draw(t, "number"),
		Suit:    suit(rapid.Byte().Draw(t, "suit")),
		Open:    rapid.Bool().Draw(t, "open"),
		Text:    rapid.String().Draw(t, "text"),
		Content: rapid.SliceOf(rapid.Byte()).Draw(t, "content"),
		At:      at.Draw(t, "at"),
		Cards: rapid.SliceOf(rapid.Custom(func(t *rapid.T) card {
			return card{suit(rapid.Byte().Draw(t, "suit")), rapid.String().Draw(t, "name")}
		})).Draw(t, "cards"),
		Notes: rapid.SliceOf(rapid.String()).Draw(t, "notes"),
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHand(t)
		written := sandbox.Pack(&h, packHand)
		got, err := sandbox.Unpack(written, packHand)
		if err != nil {
			t.Fatal(err)
		}
		if !got.At.Equal(h.At) || got.At.IsZero() != h.At.IsZero() || got.At.Location() != time.UTC {
			t.Errorf("time %v came back as %v", h.At, got.At)
		}
		if !bytes.Equal(got.Content, h.Content) || len(h.Content) == 0 && got.Content != nil {
			t.Errorf("content %q came back as %#v", h.Content, got.Content)
		}
		if len(h.Cards) == 0 && got.Cards != nil || len(h.Notes) == 0 && got.Notes != nil {
			t.Errorf("empty lists came back as %#v and %#v", got.Cards, got.Notes)
		}
		h.At, got.At = time.Time{}, time.Time{}
		if fmt.Sprint(got) != fmt.Sprint(h) {
			t.Errorf("%v came back as %v", h, got)
		}
		if again := sandbox.Pack(&h, packHand); len(again) > len(written) {
			t.Errorf("written again: %d bytes, at first %d", len(again), len(written))
		}
	})
}

func TestTimesAreKeptInWholeMillisecondsRoundedDown(t *testing.T) {
	t.Parallel()
	pack := func(v *time.Time, a *sandbox.Archive) { a.Time(v) }
	for _, c := range []struct{ in, want string }{
		{"2026-02-03T04:05:06.789999999Z", "2026-02-03T04:05:06.789Z"},
		{"2026-02-03T04:05:06.789+02:00", "2026-02-03T02:05:06.789Z"},
		{"1969-12-31T23:59:59.9995Z", "1969-12-31T23:59:59.999Z"},
		{"1931-02-28T00:00:00Z", "1931-02-28T00:00:00Z"},
		{"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
	} {
		in, err := time.Parse(time.RFC3339Nano, c.in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := sandbox.Unpack(sandbox.Pack(&in, pack), pack)
		if err != nil || got.Format(time.RFC3339Nano) != c.want {
			t.Errorf("%s came back as %v, %v, want %s", c.in, got, err, c.want)
		}
	}
}

func TestWhatWasReadBelongsToTheReader(t *testing.T) {
	t.Parallel()
	h := hand{Content: []byte("content"), Cards: []card{{1, "one"}}}
	written := sandbox.Pack(&h, packHand)
	first, _ := sandbox.Unpack(written, packHand)
	first.Content[0] = 'X'
	first.Cards[0].Name = "changed"
	if again, _ := sandbox.Unpack(written, packHand); string(again.Content) != "content" || again.Cards[0].Name != "one" {
		t.Errorf("read again: %v", again)
	}
}

func TestAShortRowIsAnErrorAndNoPanic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHand(t)
		written := sandbox.Pack(&h, packHand)
		for n := range written {
			if got, err := sandbox.Unpack(written[:n], packHand); err == nil {
				t.Fatalf("%d of %d bytes were read as %v", n, len(written), got)
			}
		}
	})
}

func TestRubbishIsNeverAPanic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, _ = sandbox.Unpack(rapid.SliceOf(rapid.Byte()).Draw(t, "rubbish"), packHand)
	})
}

func TestANumberOfMoreThan64BitsIsAnError(t *testing.T) {
	t.Parallel()
	pack := func(v *uint64, a *sandbox.Archive) { a.Uint(v) }
	nines := bytes.Repeat([]byte{0xff}, 9)
	if got, err := sandbox.Unpack(append(nines, 1), pack); err != nil || got != math.MaxUint64 {
		t.Errorf("the largest number was read as %d, %v", got, err)
	}
	for _, last := range [][]byte{{2}, {0xff, 1}} {
		if got, err := sandbox.Unpack(append(nines[:9:9], last...), pack); err == nil {
			t.Errorf("a larger number was read as %d", got)
		}
	}
}

func TestAnArchiveKnowsItsDirection(t *testing.T) {
	t.Parallel()
	var reading []bool
	pack := func(v *uint64, a *sandbox.Archive) { reading = append(reading, a.Reading()); a.Uint(v) }
	v := uint64(3)
	_, _ = sandbox.Unpack(sandbox.Pack(&v, pack), pack)
	if fmt.Sprint(reading) != "[false true]" {
		t.Errorf("reading is %v", reading)
	}
}
