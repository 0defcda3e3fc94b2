package control_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// settle waits until the default sandbox has nothing left to do now.
func (b *bench) settle() {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := b.world().Settle(ctx); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) clock(body string) reply { b.t.Helper(); return b.post(base+"/clock", body) }

func TestTheInboxShowsTextsInTheOrderInWhichTheyWent(t *testing.T) {
	b := start(t)
	maya, leo := b.invite("maya"), b.invite("leo")
	b.clock(`{"do":"advance","by":"1m"}`)
	b.act(maya, `{"act":"text","body":"who is this? <b>"}`)
	b.clock(`{"do":"advance","by":"1m"}`)
	b.act(leo, `{"act":"text","body":"see http://a.test/x."}`)

	b.get(base+"/inbox").want(t, 200, "texts.#", "4", "texts.2.patient", maya, "texts.2.body", "who is this? <b>", "texts.2.link", "",
		"texts.3.patient", leo, "texts.3.link", "http://a.test/x", "texts.3.at", "2026-08-01T12:02:00.000Z", "texts.3.ordinal", "2")
	b.get(base+"/inbox?limit=1").want(t, 200, "texts.#.patient", `["`+leo+`"]`)
	b.get(base+"/inbox?patient="+maya).want(t, 200, "texts.#.direction", `["to-phone","from-phone"]`)
	b.get(base+"/inbox?direction=from-phone").want(t, 200, "texts.#", "2")
	b.get(base+"/inbox?phone=%2B12025550102&direction=to-phone").want(t, 200, "texts.#", "1", "texts.0.patient", leo)
	b.get(base+"/inbox?patient=ha0000000000000").want(t, 200, "texts", "[]")
	b.get(base+"/inbox?patient=maya").want(t, 422, "field", "patient")
	b.get(base+"/inbox?direction=up").want(t, 422, "field", "direction", "wants", "one of to-phone, from-phone")
}

func TestTheLatestTextsAreKeptOutOfMany(t *testing.T) {
	b := start(t)
	id := b.invite("a")
	for i := range 200 {
		if err := b.world().Update(func(tx *sandbox.Tx) error {
			known, _ := program.ParseID(id)
			return b.rooms.Inbox.Receive(tx, known.Subject(), "+12025550101", fmt.Sprint(i))
		}); err != nil {
			t.Fatal(err)
		}
	}
	b.get(base+"/inbox?limit=3").want(t, 200, "texts.#.body", `["197","198","199"]`)
	b.get(base+"/inbox").want(t, 200, "texts.#", "100", "texts.99.body", "199")
}

func TestAdvanceDeliversRetriesInOrderBeforeItAnswers(t *testing.T) {
	b := start(t)
	id := b.enrolling("a")
	b.receiver.answers(503, 503, 429)
	b.act(id, `{"act":"view-tracker"}`)
	b.act(id, `{"act":"text","body":"STOP"}`)
	b.settle()
	b.get(base+"/webhooks").want(t, 200, "webhooks.#.state", `["pending","pending"]`, "webhooks.0.attempts.#", "1")
	if next := b.get(base + "/clock").get("next"); next <= "2026-08-01T12:00:04" || next > "2026-08-01T12:00:06" {
		t.Errorf("next: got %s", next)
	}
	b.clock(`{"do":"advance","by":"1h"}`).want(t, 200, "now", "2026-08-01T13:00:00.000Z", "frozen", "true", "next", "")

	r := b.get(base + "/webhooks")
	r.want(t, 200, "webhooks.#.state", `["delivered","delivered"]`, "webhooks.0.attempts.#.status", "[503,503,429,200]", "webhooks.1.attempts.#.status", "[200]",
		"webhooks.0.tries", "4", "webhooks.0.kind", "user-action", "webhooks.0.patient", id, "webhooks.0.body.html", "<&>", "webhooks.0.attempts.3.answer.text", "fine",
		"webhooks.0.attempts.3.finding", "the answer is not JSON", "webhooks.0.findings", "4")
	last := ""
	for _, at := range append(gjson.Get(r.text, "webhooks.0.attempts.#.at").Array(), gjson.Get(r.text, "webhooks.1.attempts.#.at").Array()...) {
		if at.String() < last {
			t.Errorf("an attempt at %s after one at %s", at, last)
		}
		last = at.String()
	}
	b.receiver.mu.Lock()
	defer b.receiver.mu.Unlock()
	if n := len(b.receiver.got); n != 5 || b.receiver.got[3] != b.receiver.got[0] || b.receiver.got[4] == b.receiver.got[0] {
		t.Errorf("the receiver got %q", b.receiver.got)
	}
}

func TestWebhooksAreListedAndSentAgain(t *testing.T) {
	b := start(t)
	id := b.enrolling("a")
	b.receiver.answers(400, 200)
	b.act(id, `{"act":"view-tracker"}`)
	b.settle()
	b.act(id, `{"act":"finish"}`)
	b.settle()
	b.get(base+"/webhooks?state=dead").want(t, 200, "webhooks.#", "1", "webhooks.0.why", "HTTP 400")
	b.get(base+"/webhooks?kind=user-enrollment").want(t, 200, "webhooks.#", "1", "webhooks.0.state", "delivered")
	b.get(base+"/webhooks?patient="+id).want(t, 200, "webhooks.#", "2")
	b.get(base+"/webhooks?patient=ha0000000000000").want(t, 200, "webhooks", "[]")
	b.get(base+"/webhooks?limit=1").want(t, 200, "webhooks.#.ordinal", "[2]")
	b.get(base+"/webhooks?state=lost").want(t, 422, "field", "state")
	b.get(base+"/webhooks?patient=x").want(t, 422, "field", "patient")

	name := b.get(base + "/webhooks?state=dead").get("webhooks.0.id")
	b.get(base+"/webhooks/"+name).want(t, 200, "id", name, "url", b.worlds.hooks+"/webhook/user-action", "attempts.#", "1")
	b.receiver.mu.Lock()
	b.receiver.hold = make(chan struct{})
	b.receiver.mu.Unlock()
	b.post(base+"/webhooks/"+name+"/redeliver", "").want(t, 202, "id", name, "state", "pending")
	b.post(base+"/webhooks/"+name+"/redeliver", "{}").want(t, 409)
	close(b.receiver.hold)
	b.settle()
	b.get(base+"/webhooks/"+name).want(t, 200, "state", "delivered", "attempts.#.n", "[1,2]", "why", "")
	for _, unknown := range []string{"wh1-1", "wh", "x", "wh-1-1"} {
		b.get(base+"/webhooks/"+unknown).want(t, 404)
		b.post(base+"/webhooks/"+unknown+"/redeliver", "").want(t, 404)
	}
	b.post(base+"/webhooks/"+name+"/redeliver", `{"now":true}`).want(t, 422, "field", "now")
}

func TestAWebhookWithoutAnAddressCannotBeSentAgain(t *testing.T) {
	b := start(t)
	b.worlds.hooks = ""
	b.post(base+"/reset", "").want(t, 200, "programs.0.webhooks.enrollment", "")
	id := b.enrolling("a")
	name := b.act(id, `{"act":"view-tracker"}`).get("webhooks.0.id")
	b.get(base+"/webhooks/"+name).want(t, 200, "state", "dead", "why", "the program has no address for this webhook", "attempts", "[]")
	b.post(base+"/webhooks/"+name+"/redeliver", "").want(t, 409)
}

func TestThePartnersSideIsShown(t *testing.T) {
	b := start(t)
	b.get(base+"/partner").want(t, 200, "notices.#.kind", `["opt-out","enrollment"]`, "notices.0.text", "not JSON", "notices.1.body.a", "<b>", "notices.1.copies", "2",
		"files.0.media", "m1", "files.0.sha256", "ab", "files.0.size", "9")
	b.get(base+"/partner?patient=ha0000000000002").want(t, 200, "notices.#", "1", "files", "[]")
	b.get(base+"/partner?limit=x").want(t, 422)
}

func TestTheJournalShowsExchangesAndWhy(t *testing.T) {
	b := start(t)
	id := b.invite("a")
	known, _ := program.ParseID(id)
	journal := b.world().Journal()
	refused := journal.Record(&sandbox.Exchange{Subject: known.Subject(), Side: sandbox.VendorSide, Operation: "invite", At: noon, Took: 1500 * time.Microsecond,
		Method: "POST", Target: "/v1/patients/invite", RequestHeader: http.Header{"X-Api-Key": {"k"}, "Accept": {"*/*"}}, RequestBody: []byte(`{"a": 1}`),
		Status: 422, ResponseHeader: http.Header{"Content-Type": {"application/json"}}, ResponseBody: []byte("\xff\x00"),
		Why: &sandbox.Explanation{Clause: "RX-INVITE-031", Field: "f", Rule: "r", Saw: "s", Wants: "w", Near: []string{"n"}}})
	journal.Record(&sandbox.Exchange{Subject: 1 << 63, Side: sandbox.PhoneSide, At: noon, Method: "GET", Target: "/x", Error: "gone"})

	r := b.get(base + "/journal")
	r.want(t, 200, "evicted", "0", "exchanges.#", "2", "exchanges.0.id", refused, "exchanges.0.seq", "1", "exchanges.0.subject", id, "exchanges.0.patient", id,
		"exchanges.0.side", "vendor", "exchanges.0.operation", "invite", "exchanges.0.took_ms", "1.5", "exchanges.0.request.method", "POST",
		"exchanges.0.request.header.X-Api-Key.0", "[redacted]", "exchanges.0.request.header.Accept.0", "*/*", "exchanges.0.request.text", `{"a": 1}`,
		"exchanges.0.response.status", "422", "exchanges.0.response.base64", base64.StdEncoding.EncodeToString([]byte("\xff\x00")),
		"exchanges.0.why.clause", "RX-INVITE-031", "exchanges.0.why.field", "f", "exchanges.0.why.rule", "r", "exchanges.0.why.saw", "s", "exchanges.0.why.wants", "w", "exchanges.0.why.near.0", "n",
		"exchanges.1.response", "", "exchanges.1.error", "gone", "exchanges.1.subject", "x8000000000000000", "exchanges.1.patient", "")
	b.get(base+"/journal?side=phone").want(t, 200, "exchanges.#.side", `["phone"]`)
	b.get(base+"/journal?patient="+id).want(t, 200, "exchanges.#.id", `["`+refused+`"]`)
	b.get(base+"/journal?subject=x8000000000000000").want(t, 200, "exchanges.#", "1")
	b.get(base+"/journal?id="+refused).want(t, 200, "exchanges.#", "1")
	b.get(base+"/journal?id=nothing").want(t, 200, "exchanges", "[]")
	b.get(base+"/journal?limit=1").want(t, 200, "exchanges.#.seq", "[2]")
	b.get(base+"/journal?side=inside").want(t, 422, "field", "side")
	b.get(base+"/journal?patient=x").want(t, 422, "field", "patient")

	for range 2001 {
		journal.Record(&sandbox.Exchange{Subject: 5, Side: sandbox.VendorSide})
	}
	b.get(base+"/journal?limit=1").want(t, 200, "evicted", "3")
}

func TestTheClockStandsRunsAndIsMoved(t *testing.T) {
	b := start(t)
	b.get(base+"/clock").want(t, 200, "now", "2026-08-01T12:00:00.000Z", "frozen", "true")
	b.clock(`{"do":"resume"}`).want(t, 200, "frozen", "false")
	b.clock(`{"do":"freeze"}`).want(t, 200, "frozen", "true")
	b.clock(`{"do":"set","to":"2026-09-01T02:00:00+02:00"}`).want(t, 200, "now", "2026-09-01T00:00:00.000Z")
	for by, now := range map[string]string{
		"90d": "2026-11-30T00:00:00.000Z", "2h30m": "2026-09-01T02:30:00.000Z", "1w": "2026-09-08T00:00:00.000Z",
		"1w2d3h": "2026-09-10T03:00:00.000Z", "1.5d": "2026-09-02T12:00:00.000Z", "250ms": "2026-09-01T00:00:00.250Z", "0s": "2026-09-01T00:00:00.000Z",
	} {
		b.clock(`{"do":"set","to":"2026-09-01T00:00:00Z"}`)
		b.clock(fmt.Sprintf(`{"do":"advance","by":%q}`, by)).want(t, 200, "now", now)
	}
	cases := []struct{ name, body, field string }{
		{"nothing", `{}`, "do"},
		{"something else", `{"do":"stop"}`, "do"},
		{"advance by nothing", `{"do":"advance"}`, "by"},
		{"advance backwards", `{"do":"advance","by":"-1h"}`, "by"},
		{"advance without a unit", `{"do":"advance","by":"90"}`, "by"},
		{"advance by an unknown unit", `{"do":"advance","by":"1y"}`, "by"},
		{"advance by a unit alone", `{"do":"advance","by":"d"}`, "by"},
		{"advance by two dots", `{"do":"advance","by":"1..5d"}`, "by"},
		{"advance too far", `{"do":"advance","by":"999999999999d"}`, "by"},
		{"advance too far in steps", `{"do":"advance","by":"100000d100000d"}`, "by"},
		{"set to nothing", `{"do":"set"}`, "to"},
		{"set to a day", `{"do":"set","to":"2026-09-01"}`, "to"},
		{"set before 1900", `{"do":"set","to":"1899-12-31T23:59:59Z"}`, "to"},
		{"set beyond 9000", `{"do":"set","to":"9999-01-01T00:00:00Z"}`, "to"},
		{"freeze by", `{"do":"freeze","by":"1h"}`, "by"},
		{"advance to", `{"do":"advance","by":"1h","to":"2026-09-01T00:00:00Z"}`, "to"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			b.clock(c.body).want(t, 422, "field", c.field)
		})
	}
	b.t = t
	b.clock(`{"do":"set","to":"8999-01-01T00:00:00Z"}`).want(t, 200)
	b.clock(`{"do":"advance","by":"5000w"}`).want(t, 422, "field", "by")
}

func TestAdvanceOutlastsTheServersTimeLimits(t *testing.T) {
	b := startWithin(t, 500*time.Millisecond)
	b.receiver.hold = make(chan struct{})
	id := b.enrolling("a")
	b.act(id, `{"act":"view-tracker"}`)
	go func() {
		time.Sleep(900 * time.Millisecond) // longer than the server's limits
		close(b.receiver.hold)
	}()
	b.clock(`{"do":"advance","by":"1h"}`).want(t, 200, "now", "2026-08-01T13:00:00.000Z")
	b.get(base+"/webhooks").want(t, 200, "webhooks.0.state", "delivered")
}

func TestAdvanceStopsWhenTheCallerGoes(t *testing.T) {
	b := start(t)
	b.receiver.hold = make(chan struct{})
	defer close(b.receiver.hold)
	id := b.enrolling("a")
	b.act(id, `{"act":"view-tracker"}`)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "POST", b.url+base+"/clock", strings.NewReader(`{"do":"advance","by":"1h"}`))
	req.Header.Set("Content-Type", "application/json")
	if _, err := http.DefaultClient.Do(req); err == nil {
		t.Fatal("it did not wait for the delivery")
	}
	b.clock(`{"do":"freeze"}`).want(t, 200, "now", "2026-08-01T12:00:00.000Z") // verbs queue: the other one has ended
}
