package sandbox_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

func newJournal(seed chance.Seed, l sandbox.Limits) *sandbox.Journal {
	return sandbox.NewSchema().New(sandbox.Options{Seed: seed, Limits: l}).Journal()
}

func TestAJournalKeepsTheLastExchangesAndCountsTheRest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 20).Draw(t, "limit")
		bytes := rapid.IntRange(1, 2000).Draw(t, "bytes")
		j := newJournal(1, sandbox.Limits{Exchanges: limit, Bytes: bytes})
		var weights []int
		for n := range rapid.IntRange(0, 100).Draw(t, "exchanges") {
			e := &sandbox.Exchange{
				Subject:        rapid.Uint64Range(0, 3).Draw(t, "subject"),
				RequestBody:    make([]byte, rapid.IntRange(0, 300).Draw(t, "request")),
				ResponseBody:   make([]byte, rapid.IntRange(0, 300).Draw(t, "response")),
				ResponseHeader: map[string][]string{"X": {strings.Repeat("x", rapid.IntRange(0, 300).Draw(t, "header"))}},
			}
			weights = append(weights, len(e.RequestBody)+len(e.ResponseBody)+1+len(e.ResponseHeader["X"][0]))
			j.Record(e)

			kept, evicted := j.Exchanges()
			if len(kept)+int(evicted) != n+1 {
				t.Fatalf("%d kept and %d evicted of %d", len(kept), evicted, n+1)
			}
			want, sum := 0, 0
			for want < limit && want <= n && (want == 0 || sum+weights[n-want] <= bytes) {
				sum += weights[n-want]
				want++
			}
			// Evicting the oldest first, the journal never holds more than fits.
			if len(kept) > want {
				t.Fatalf("kept %d, which is more than %d", len(kept), want)
			}
			if len(kept) == 0 || kept[len(kept)-1].ID != e.ID {
				t.Fatal("the newest is not kept")
			}
			for i, k := range kept {
				if k.Seq != evicted+uint64(i)+1 {
					t.Fatalf("place %d holds exchange %d, %d are evicted", i, k.Seq, evicted)
				}
				if found, ok := j.Find(k.ID); !ok || found.Seq != k.Seq {
					t.Fatalf("Find(%q) is %d, %v, want %d", k.ID, found.Seq, ok, k.Seq)
				}
			}
		}
	})
}

func TestAJournalEvictsNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	j := newJournal(1, sandbox.Limits{Exchanges: 5, Bytes: 100})
	for range 7 {
		j.Record(&sandbox.Exchange{RequestBody: make([]byte, 20)})
	}
	if kept, evicted := j.Exchanges(); len(kept) != 5 || evicted != 2 {
		t.Errorf("%d kept, %d evicted", len(kept), evicted)
	}
	j.Record(&sandbox.Exchange{RequestBody: make([]byte, 50)})
	if kept, evicted := j.Exchanges(); len(kept) != 3 || evicted != 5 {
		t.Errorf("after a larger one: %d kept, %d evicted", len(kept), evicted)
	}
}

func TestAnExchangeThatIsNotKeptIsNotFound(t *testing.T) {
	t.Parallel()
	j := newJournal(1, sandbox.Limits{Exchanges: 1})
	first := j.Record(&sandbox.Exchange{})
	j.Record(&sandbox.Exchange{})
	for _, id := range []string{first, "", "r0"} {
		if e, ok := j.Find(id); ok {
			t.Errorf("Find(%q) is %v", id, e)
		}
	}
}

func TestIDsDependOnSubjectAndOrdinalAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		calls := rapid.SliceOfN(rapid.Uint64Range(0, 4), 1, 60).Draw(t, "calls by subject")
		seed := chance.Seed(rapid.Uint64().Draw(t, "seed"))
		// Two runs: the subjects interleave anyhow, and the journals are small.
		run := func(calls []uint64, limit int) map[string]string {
			j := newJournal(seed, sandbox.Limits{Exchanges: limit})
			ids, nth := map[string]string{}, map[uint64]int{}
			for _, subject := range calls {
				nth[subject]++
				e := &sandbox.Exchange{Subject: subject}
				id := j.Record(e)
				if id != e.ID || e.Ordinal != uint64(nth[subject]) {
					t.Fatalf("call %d of subject %d: %q, %q, ordinal %d", nth[subject], subject, id, e.ID, e.Ordinal)
				}
				ids[fmt.Sprint("call ", nth[subject], " of subject ", subject)] = id
			}
			return ids
		}
		one := run(calls, 2)
		other := run(rapid.Permutation(calls).Draw(t, "calls in another order"), 3)
		seen := map[string]bool{}
		for call, id := range one {
			if other[call] != id {
				t.Fatalf("%s is named %q here and %q there", call, id, other[call])
			}
			if seen[id] {
				t.Fatalf("%q names two exchanges", id)
			}
			seen[id] = true
		}
	})
}

func TestSecretsComeOutRedacted(t *testing.T) {
	t.Parallel()
	j := newJournal(1, sandbox.Limits{})
	const secret = "s3cr3t"
	secrets := []string{"Authorization", "authorization", "X-Api-Key", "apikey", "X-Auth-Token", "Cookie", "Set-Cookie", "X-Client-Secret", "Proxy-Authorization", "Password"}
	header := map[string][]string{"Content-Type": {"text/plain", "second"}, "Webhook-Id": {"1"}}
	for _, name := range secrets {
		header[name] = []string{secret, secret}
	}
	id := j.Record(&sandbox.Exchange{RequestHeader: header, ResponseHeader: header})
	kept, _ := j.Exchanges()
	found, _ := j.Find(id)
	for _, e := range []sandbox.Exchange{kept[0], found} {
		if said := fmt.Sprint(e); strings.Contains(said, secret) {
			t.Errorf("a secret came out: %s", said)
		}
		for _, h := range []map[string][]string{e.RequestHeader, e.ResponseHeader} {
			if got := h["Content-Type"]; !slices.Equal(got, header["Content-Type"]) || len(h) != len(header) {
				t.Errorf("headers came out as %v", h)
			}
			for _, name := range secrets {
				if got := h[name]; !slices.Equal(got, []string{sandbox.Redacted}) {
					t.Errorf("%s came out as %v", name, got)
				}
			}
			h["Content-Type"][0] = "changed by the reader"
		}
	}
	if again, _ := j.Find(id); again.RequestHeader["Content-Type"][0] != "text/plain" || header["Cookie"][0] != secret {
		t.Error("a reader changed what is kept")
	}
	if bare, _ := j.Find(j.Record(&sandbox.Exchange{})); bare.RequestHeader != nil {
		t.Errorf("no header came out as %v", bare.RequestHeader)
	}
}

func TestAJournalMayBeReadAndWrittenAtOnce(t *testing.T) {
	t.Parallel()
	j := newJournal(1, sandbox.Limits{Exchanges: 10, Bytes: 500})
	var wg sync.WaitGroup
	for n := range uint64(4) {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(n, 0))
			for range 300 {
				id := j.Record(&sandbox.Exchange{Subject: n, RequestBody: make([]byte, r.IntN(100))})
				j.Find(id)
				if kept, _ := j.Exchanges(); len(kept) > 10 {
					t.Errorf("%d are kept", len(kept))
				}
			}
		})
	}
	wg.Wait()
	if kept, evicted := j.Exchanges(); uint64(len(kept))+evicted != 1200 {
		t.Errorf("%d kept and %d evicted of 1200", len(kept), evicted)
	}
}

func TestTheSidesOfASubjectCountApart(t *testing.T) {
	alone, beside := newJournal(1, sandbox.Limits{}), newJournal(1, sandbox.Limits{})
	a := alone.Record(&sandbox.Exchange{Subject: 7, Side: sandbox.WebhookSide})
	beside.Record(&sandbox.Exchange{Subject: 7, Side: sandbox.FetchSide})
	b := beside.Record(&sandbox.Exchange{Subject: 7, Side: sandbox.WebhookSide})
	if a != b {
		t.Errorf("named %s alone, %s beside another side's", a, b)
	}
}

func TestALongAnswerIsCut(t *testing.T) {
	j := newJournal(1, sandbox.Limits{})
	whole := bytes.Repeat([]byte("x"), 100_000)
	j.Record(&sandbox.Exchange{Subject: 1, ResponseBody: whole, RequestBody: whole})
	kept, _ := j.Exchanges()
	if got := len(kept[0].ResponseBody); got+kept[0].Cut != len(whole) || got != 64<<10 {
		t.Errorf("%d bytes kept, %d cut", got, kept[0].Cut)
	}
	if len(kept[0].RequestBody) != len(whole) {
		t.Errorf("%d bytes of the request kept", len(kept[0].RequestBody))
	}
}

func TestAHeaderThatWasNamedASecretIsRedacted(t *testing.T) {
	j := sandbox.NewSchema().New(sandbox.Options{Secrets: []string{"x-partner-id"}}).Journal()
	j.Record(&sandbox.Exchange{RequestHeader: map[string][]string{"X-Partner-Id": {"pk_acme"}, "Accept": {"*/*"}}})
	kept, _ := j.Exchanges()
	h := kept[0].RequestHeader
	if h["X-Partner-Id"][0] != sandbox.Redacted || h["Accept"][0] != "*/*" {
		t.Errorf("headers %v", h)
	}
}
