package webhook_test

import (
	"errors"
	"net/http"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

func TestALetterOfARefusedUpdateNeverLeaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.box.Sizes()
	broken := errors.New("no")
	err := w.box.Update(func(tx *sandbox.Tx) error {
		if err := w.outbox.Post(tx, w.letter(1, "{}")); err != nil {
			return err
		}
		return broken
	})
	equal(t, "error", err, broken)
	w.settle()
	equal(t, "rows", w.box.Sizes(), before)
	equal(t, "calls", len(w.partner.bodies()), 0)
}

func TestALetterWithoutAnAddressIsDeadAtOnceAndHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nowhere := w.letter(1, "nowhere")
	nowhere.URL = ""
	w.post(nowhere, w.letter(1, "somewhere"))
	w.settle()
	p := w.parcel(1, 1)
	equal(t, "state", p.State, webhook.Dead)
	equal(t, "why", p.Why, "the program has no address for this webhook")
	equal(t, "the next", w.parcel(1, 2).State, webhook.Delivered)
	equal(t, "received", w.partner.bodies(), []string{"somewhere"})
	equal(t, "redelivering it", w.redeliver(p.ID()), webhook.ErrNowhere)
}

func TestALetterWhoseAddressIsRefusedIsDeadAtOnceAndStaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refused := w.letter(1, "refused")
	refused.Refused = "that address will not do"
	w.post(refused, w.letter(1, "fine"))
	w.settle()
	p := w.parcel(1, 1)
	equal(t, "state", p.State, webhook.Dead)
	equal(t, "why", p.Why, "that address will not do")
	equal(t, "attempts", len(p.Attempts), 0)
	equal(t, "the next", w.parcel(1, 2).State, webhook.Delivered)
	err := w.redeliver(p.ID())
	equal(t, "redelivering it", errors.Is(err, webhook.ErrNowhere), true)
	equal(t, "and why not", err.Error(), "the webhook has no address to go to: that address will not do")
	equal(t, "received", w.partner.bodies(), []string{"fine"})
}

func TestALetterThatArrivesTwiceIsSentAgainBeforeTheNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.partner.says(status(503, ""))
	twice := w.letter(1, "a")
	twice.Twice = true
	w.post(twice, w.letter(1, "b"))
	w.settle() // a has failed once
	w.partner.says(status(200, "fine"))
	w.advance(time.Minute)
	equal(t, "received", w.partner.bodies(), []string{"a", "a", "a", "b"})
	p := w.parcel(1, 1)
	equal(t, "state", p.State, webhook.Delivered)
	equal(t, "attempts", len(p.Attempts), 3)
	equal(t, "the second comes right after the first", p.Attempts[2].At, p.Attempts[1].At)
	equal(t, "arrivals", p.Arrived, uint64(2))
	equal(t, "the next arrives once", len(w.parcel(1, 2).Attempts), 1)

	if err := w.redeliver(p.ID()); err != nil {
		t.Fatal(err)
	}
	w.settle()
	equal(t, "by hand, it goes once", len(w.parcel(1, 1).Attempts), 4)
	equal(t, "agenda", w.box.Sizes()["agenda"], 0)
}

func TestTheSecondOfTwoIsTriedAndGivenUpLikeAnyOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	calls := 0
	w.partner.says(func(rw http.ResponseWriter, r *http.Request) {
		if calls++; calls == 1 {
			status(200, "fine")(rw, r)
			return
		}
		status(503, "")(rw, r)
	})
	twice := w.letter(1, "a")
	twice.Twice = true
	w.post(twice)
	w.settle()
	w.advance(time.Hour)
	p := w.parcel(1, 1)
	equal(t, "attempts", len(p.Attempts), 5)
	equal(t, "state", p.State, webhook.Dead)
	equal(t, "why", p.Why, "given up after 4 attempts: HTTP 503")
}

func TestAWebhookIsSentAgainByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.partner.says(status(400, "no"))
	w.post(w.letter(1, `{"n":1}`))
	w.settle()
	dead := w.parcel(1, 1)
	equal(t, "state", dead.State, webhook.Dead)

	w.advance(time.Hour)
	w.partner.says(status(200, "fine"))
	if err := w.redeliver(dead.ID()); err != nil {
		t.Fatal(err)
	}
	w.settle()
	p := w.parcel(1, 1)
	equal(t, "state of the dead one", p.State, webhook.Delivered)
	equal(t, "why", p.Why, "")
	equal(t, "attempts kept", len(p.Attempts), 2)
	equal(t, "their numbers", []uint64{p.Attempts[0].N, p.Attempts[1].N}, []uint64{1, 2})
	equal(t, "the time of what it tells", p.Letter.At, today)

	if err := w.redeliver(p.ID()); err != nil { // an acknowledged one
		t.Fatal(err)
	}
	w.settle()
	equal(t, "attempts", len(w.parcel(1, 1).Attempts), 3)
	equal(t, "received", w.partner.bodies(), []string{`{"n":1}`, `{"n":1}`, `{"n":1}`})
}

func TestARedeliveryStartsANewRoundOfAttempts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.partner.says(status(503, ""))
	w.post(w.letter(1, "{}"))
	w.settle()
	w.advance(time.Hour)
	equal(t, "attempts of the first round", len(w.parcel(1, 1).Attempts), 4)
	if err := w.redeliver(webhook.ID(1, 1)); err != nil {
		t.Fatal(err)
	}
	w.settle()
	w.advance(time.Hour)
	p := w.parcel(1, 1)
	equal(t, "attempts", len(p.Attempts), 8)
	equal(t, "tries of the second round", p.Tries, uint64(4))
	equal(t, "state", p.State, webhook.Dead)
	for i, a := range p.Attempts {
		equal(t, "number", a.N, uint64(i+1))
	}
	if p.Attempts[1].At.Sub(p.Attempts[0].At) == p.Attempts[5].At.Sub(p.Attempts[4].At) {
		t.Error("both rounds draw the same jitter")
	}
}

func TestARedeliveryIsRefusedWhereItMakesNoSense(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.partner.says(status(503, ""))
	w.post(w.letter(1, "{}"))
	w.settle()
	equal(t, "one on its way", w.redeliver(webhook.ID(1, 1)), webhook.ErrPending)
	for _, id := range []string{"", "wh", "wh1", "wh1-", "wh-1", "wh1-2", "wh2-1", "1-1", "whwh1-1", "wh01-1", "wh1-01", "WH1-1", "wh1-1 ", "wh1-99999999999999999999", "wh+1-1"} {
		equal(t, id, w.redeliver(id), webhook.ErrUnknown)
	}
}

// A redelivered letter takes its place before the later ones that still wait,
// and after one that is under way.
func TestARedeliveredLetterTakesItsPlaceAmongTheOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(w.letter(1, "a"))
	w.settle()
	w.partner.says(status(503, ""))
	w.post(w.letter(1, "b"), w.letter(1, "c"))
	w.settle() // b has failed once, c waits
	if err := w.redeliver(webhook.ID(1, 1)); err != nil {
		t.Fatal(err)
	}
	w.settle()
	equal(t, "received", w.partner.bodies(), []string{"a", "b"})
	w.partner.says(status(200, "fine"))
	w.advance(time.Minute)
	equal(t, "received", w.partner.bodies(), []string{"a", "b", "b", "a", "c"})
	for n := range uint64(3) {
		equal(t, "state", w.parcel(1, n+1).State, webhook.Delivered)
	}
	equal(t, "agenda", w.box.Sizes()["agenda"], 0)
}

func TestParcelsAreListedSubjectBySubjectInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.partner.says(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusOK) })
	w.post(w.letter(2, "c"), w.letter(1, "a"), w.letter(2, "d"), w.letter(1, "b"))
	w.settle()
	var all, one []string
	w.box.View(func(r sandbox.Reader) {
		for p := range w.outbox.Parcels(r) {
			all = append(all, p.ID()+string(p.Body))
		}
		for p := range w.outbox.Of(r, 2) {
			one = append(one, string(p.Body))
			if len(p.Attempts) != 1 || p.Attempts[0].Subject != 2 || p.Attempts[0].Ordinal != p.Letter.Ordinal {
				t.Errorf("attempts of %s: %v", p.ID(), p.Attempts)
			}
		}
		for range w.outbox.Parcels(r) {
			break
		}
	})
	equal(t, "all", all, []string{"wh1-1a", "wh1-2b", "wh2-1c", "wh2-2d"})
	equal(t, "of one", one, []string{"c", "d"})
	equal(t, "states", []string{webhook.Pending.String(), webhook.Delivered.String(), webhook.Dead.String()}, []string{"pending", "delivered", "dead"})
}

func roundTrip[T any](t *testing.T, rows *rapid.Generator[T], pack func(*T, *sandbox.Archive)) {
	schema := sandbox.NewSchema()
	c := sandbox.Define(schema, "rows", func(*T) sandbox.Key { return sandbox.Key{Subject: 1} }, pack)
	box := schema.New(sandbox.Options{Name: "meadow", Seed: 1})
	rapid.Check(t, func(t *rapid.T) {
		row := rows.Draw(t, "row")
		if err := box.Update(func(tx *sandbox.Tx) error { return c.Put(tx, &row) }); err != nil {
			t.Fatal(err)
		}
		box.View(func(r sandbox.Reader) {
			if got, _ := c.Get(r, sandbox.Key{Subject: 1}); !reflect.DeepEqual(got, row) {
				t.Fatalf("read %+v, wrote %+v", got, row)
			}
		})
	})
}

var (
	instants = rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "never") {
			return time.Time{}
		}
		return time.UnixMilli(rapid.Int64Range(-1<<45, 1<<47).Draw(t, "ms")).UTC()
	})
	text   = rapid.String()
	number = rapid.Uint64()
)

func bytesOf(t *rapid.T, name string) []byte {
	if b := rapid.SliceOf(rapid.Byte()).Draw(t, name); len(b) > 0 {
		return b
	}
	return nil // nothing comes back as nil
}

func TestRowsComeBackAsTheyWereKept(t *testing.T) {
	t.Parallel()
	roundTrip(t, rapid.Custom(func(t *rapid.T) webhook.Letter {
		l := webhook.Letter{Subject: number.Draw(t, "s"), Ordinal: number.Draw(t, "o"), Kind: text.Draw(t, "k"), URL: text.Draw(t, "u"),
			Body: bytesOf(t, "b"), At: instants.Draw(t, "at"), Refused: text.Draw(t, "r"), Twice: rapid.Bool().Draw(t, "tw"), Marks: rapid.Uint8().Draw(t, "m")}
		for range rapid.IntRange(0, 3).Draw(t, "headers") {
			l.Header = append(l.Header, webhook.Header{Name: text.Draw(t, "n"), Value: text.Draw(t, "v")})
		}
		return l
	}), webhook.PackLetter)
	roundTrip(t, rapid.Custom(func(t *rapid.T) webhook.Delivery {
		return webhook.Delivery{Subject: number.Draw(t, "s"), Ordinal: number.Draw(t, "o"), State: webhook.State(rapid.Uint8Range(0, 2).Draw(t, "st")),
			Tries: number.Draw(t, "t"), Attempts: number.Draw(t, "a"), Arrived: number.Draw(t, "ar"), Next: instants.Draw(t, "n"), Why: text.Draw(t, "w")}
	}), webhook.PackDelivery)
	roundTrip(t, rapid.Custom(func(t *rapid.T) webhook.Attempt {
		return webhook.Attempt{Subject: number.Draw(t, "s"), Ordinal: number.Draw(t, "o"), N: number.Draw(t, "n"), At: instants.Draw(t, "at"),
			Took: time.Duration(rapid.Int64().Draw(t, "took")), Status: number.Draw(t, "st"), Answer: bytesOf(t, "a"),
			Error: text.Draw(t, "e"), Finding: text.Draw(t, "f")}
	}), webhook.PackAttempt)
}
