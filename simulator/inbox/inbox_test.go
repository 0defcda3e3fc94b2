package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/inbox"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

var today = time.Date(2026, 2, 3, 4, 5, 6, 789_000_000, time.UTC)

func newWorld() (*inbox.Inbox, *sandbox.Sandbox) {
	schema := sandbox.NewSchema()
	x := inbox.New(schema)
	return x, schema.New(sandbox.Options{Name: "meadow", Seed: 7, Clock: clock.NewFrozen(today)})
}

func update(t testing.TB, b *sandbox.Sandbox, fn func(*sandbox.Tx) error) {
	t.Helper()
	if err := b.Update(fn); err != nil {
		t.Fatal(err)
	}
}

func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestAConversationKeepsItsOrderAndItsOwnCount(t *testing.T) {
	t.Parallel()
	x, b := newWorld()
	update(t, b, func(tx *sandbox.Tx) error {
		return errors.Join(x.Send(tx, 2, "+12025550143", "hello Leo"), x.Send(tx, 1, "+12025550142", "hello Maya"))
	})
	if err := b.Advance(context.Background(), time.Minute); err != nil {
		t.Fatal(err)
	}
	update(t, b, func(tx *sandbox.Tx) error { return x.Receive(tx, 1, "+12025550142", " STOP\n") })
	maya := []inbox.Text{
		{Subject: 1, Ordinal: 1, Direction: inbox.ToPhone, Phone: "+12025550142", Body: "hello Maya", At: today},
		{Subject: 1, Ordinal: 2, Direction: inbox.FromPhone, Phone: "+12025550142", Body: " STOP\n", At: today.Add(time.Minute)},
	}
	leo := []inbox.Text{{Subject: 2, Ordinal: 1, Direction: inbox.ToPhone, Phone: "+12025550143", Body: "hello Leo", At: today}}
	b.View(func(r sandbox.Reader) {
		equal(t, "Maya's", slices.Collect(x.Of(r, 1)), maya)
		equal(t, "Leo's", slices.Collect(x.Of(r, 2)), leo)
		equal(t, "nobody's", len(slices.Collect(x.Of(r, 3))), 0)
		equal(t, "all", slices.Collect(x.All(r)), append(slices.Clone(maya), leo...))
		equal(t, "how many", x.Len(r), 3)
	})
	equal(t, "directions", fmt.Sprint(inbox.ToPhone, inbox.FromPhone), "to-phone from-phone")
}

func TestARefusedUpdateHasSentNothing(t *testing.T) {
	t.Parallel()
	x, b := newWorld()
	refused := errors.New("refused")
	err := b.Update(func(tx *sandbox.Tx) error {
		if err := x.Send(tx, 1, "+12025550142", "hello"); err != nil {
			return err
		}
		return refused
	})
	equal(t, "error", err, refused)
	update(t, b, func(tx *sandbox.Tx) error { return x.Send(tx, 1, "+12025550142", "hello again") })
	b.View(func(r sandbox.Reader) {
		equal(t, "texts", slices.Collect(x.All(r)), []inbox.Text{
			{Subject: 1, Ordinal: 1, Phone: "+12025550142", Body: "hello again", At: today}})
	})
}

func TestATextThatDoesNotArriveIsKeptWithTheReason(t *testing.T) {
	t.Parallel()
	x, b := newWorld()
	x.Fails = func(phone string) (string, bool) { return "nobody there", phone == "+12025550142" }
	update(t, b, func(tx *sandbox.Tx) error {
		return errors.Join(x.Send(tx, 1, "+12025550142", "hello"), x.Receive(tx, 1, "+12025550142", "hello?"), x.Send(tx, 2, "+12025550143", "hello"))
	})
	var why []string
	b.View(func(r sandbox.Reader) {
		for text := range x.All(r) {
			why = append(why, text.Failed)
		}
	})
	equal(t, "why each failed", why, []string{"nobody there", "", ""})
}

func TestATextComesBackAsItWasSent(t *testing.T) {
	t.Parallel()
	x, b := newWorld()
	var ordinal uint64
	rapid.Check(t, func(rt *rapid.T) {
		phone, body := rapid.String().Draw(rt, "phone"), rapid.String().Draw(rt, "body")
		ordinal++
		update(t, b, func(tx *sandbox.Tx) error { return x.Receive(tx, 1, phone, body) })
		want := inbox.Text{Subject: 1, Ordinal: ordinal, Direction: inbox.FromPhone, Phone: phone, Body: body, At: today}
		b.View(func(r sandbox.Reader) {
			all := slices.Collect(x.Of(r, 1))
			if got := all[len(all)-1]; got != want {
				rt.Fatalf("read %+v, sent %+v", got, want)
			}
		})
	})
}
