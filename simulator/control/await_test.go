package control_test

import (
	"fmt"
	"testing"
	"time"
)

func TestAwaitReturnsWhatIsThereAlready(t *testing.T) {
	b := start(t)
	id := b.enrolling("a")
	b.act(id, `{"act":"view-tracker"}`)
	b.settle()
	b.act(id, `{"act":"text","body":"START"}`)
	at := base + "/await?patient=" + id
	b.get(at+"&for=text").want(t, 200, "ordinal", "1", "direction", "to-phone", "link", b.get(base+"/patients/"+id).get("link"))
	b.get(at+"&for=text&direction=from-phone&after=1").want(t, 200, "ordinal", "2", "body", "START")
	b.get(at+"&for=webhook").want(t, 200, "state", "delivered", "kind", "user-action", "attempts.#", "1")
	b.get(at+"&for=webhook&state=delivered&kind=user-action&timeout=0s").want(t, 200, "ordinal", "1")
	b.get(at+"&for=state&state=enrolling").want(t, 200, "id", id, "stage", "enrolling")
	b.get(at+"&for=state&state=opted-in").want(t, 200, "optedOut", "false")
}

func TestAwaitWaitsForWhatIsToCome(t *testing.T) {
	cases := []struct {
		name, query, act string
		want             []string
	}{
		{"a text from the phone", "for=text&direction=from-phone&after=1", `{"act":"text","body":"hi"}`, []string{"body", "hi"}},
		{"a delivered webhook", "for=webhook", `{"act":"view-tracker"}`, []string{"state", "delivered", "kind", "user-action"}},
		{"a webhook of a kind", "for=webhook&kind=user-enrollment", `{"act":"finish"}`, []string{"kind", "user-enrollment"}},
		{"a stage", "for=state&state=finished", `{"act":"finish"}`, []string{"stage", "finished"}},
		{"an opt-out", "for=state&state=opted-out", `{"act":"text","body":"STOP"}`, []string{"optedOut", "true"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := start(t)
			id := b.enrolling("a")
			come := make(chan reply)
			go func() { come <- b.get(base + "/await?patient=" + id + "&" + c.query) }()
			select {
			case r := <-come:
				t.Fatalf("it did not wait: %s", r.text)
			case <-time.After(50 * time.Millisecond): // it is under way
			}
			b.act(id, c.act)
			r := <-come
			r.want(t, 200, c.want...)
		})
	}
}

func TestAwaitReturnsADeadWebhookToo(t *testing.T) {
	b := start(t)
	id := b.enrolling("a")
	b.receiver.answers(400)
	b.act(id, `{"act":"view-tracker"}`)
	b.get(base+"/await?for=webhook&patient="+id).want(t, 200, "state", "dead")
}

func TestAwaitSaysAfterItsTimeWhatThereIsInstead(t *testing.T) {
	b := start(t)
	id := b.enrolling("a")
	b.receiver.answers(503)
	b.act(id, `{"act":"view-tracker"}`)
	b.settle()
	at := base + "/await?timeout=20ms&patient=" + id
	b.get(at+"&for=text&after=1").want(t, 408, "there.#.ordinal", "[1]", "detail", "there was no text to-phone within 20ms")
	b.get(at+"&for=webhook").want(t, 408, "there.#.state", `["pending"]`)
	b.get(at+"&for=webhook&state=dead").want(t, 408, "there.0.tries", "1")
	b.get(at+"&for=state&state=finished").want(t, 408, "there.0", "enrolling", "there.1", "opted-in")
}

func TestAwaitRefusesWhatItCannotWaitFor(t *testing.T) {
	b := start(t)
	id := b.invite("a")
	cases := []struct {
		name, query, field string
		want               int
	}{
		{"nothing", "patient=" + id, "for", 422},
		{"something unknown", "for=rain&patient=" + id, "for", 422},
		{"nobody", "for=text", "patient", 422},
		{"no id", "for=text&patient=x", "patient", 422},
		{"a patient who is not there", "for=text&patient=ha0000000000000", "patient", 404},
		{"longer than a minute", "for=text&timeout=61s&patient=" + id, "timeout", 422},
		{"no time", "for=text&timeout=soon&patient=" + id, "timeout", 422},
		{"a bad ordinal", "for=text&after=-1&patient=" + id, "after", 422},
		{"a bad direction", "for=text&direction=up&patient=" + id, "direction", 422},
		{"a bad webhook state", "for=webhook&state=finished&patient=" + id, "state", 422},
		{"no state", "for=state&patient=" + id, "state", 422},
		{"a bad state", "for=state&state=dead&patient=" + id, "state", 422},
		{"a text of a kind", "for=text&kind=x&patient=" + id, "kind", 422},
		{"a state after something", "for=state&state=finished&after=1&patient=" + id, "after", 422},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			b.get(base+"/await?"+c.query).want(t, c.want, "field", c.field)
		})
	}
}

func TestManyCanAwaitAtOnce(t *testing.T) {
	b := start(t)
	id := b.enrolling("a")
	const n = 20
	come := make(chan reply, n)
	for range n {
		go func() { come <- b.get(base + "/await?for=webhook&patient=" + id) }()
	}
	b.act(id, `{"act":"finish"}`)
	for range n {
		r := <-come
		r.want(t, 200, "ordinal", "1")
	}
	b.get(fmt.Sprintf("%s/await?for=webhook&timeout=1ms&after=1&patient=%s", base, id)).want(t, 408)
}

func TestAwaitOutlastsTheServersTimeLimits(t *testing.T) {
	b := startWithin(t, 500*time.Millisecond)
	id := b.enrolling("a")
	b.get(base+"/await?for=webhook&timeout=900ms&patient="+id).want(t, 408, "there", "[]")
	b.get(base+"/clock").want(t, 200) // the connection is as good as before
}
