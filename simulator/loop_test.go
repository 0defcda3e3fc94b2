package simulator_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator"
	"github.com/placebo-sim/placebo/simulator/config"
)

func TestWhatAWebhookTellsOfCanBeReadBeforeItLeaves(t *testing.T) {
	t.Parallel()
	var b box // the receiver may use it once it is open
	open := make(chan struct{})
	var heard []string
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-open
		text, _ := io.ReadAll(r.Body)
		event := gjson.GetBytes(text, "event")
		id := event.Get("patient.id").Str
		switch known := b.ask("GET", "/v1/patients/"+id, ""); {
		case known.status != http.StatusOK:
			t.Errorf("%s: reading the patient: got %d: %s", r.URL.Path, known.status, known.body)
		case event.Get("patient.address").Exists() && known.get("data.address.city").Str != event.Get("patient.address.city").Str:
			t.Errorf("%s: the vendor says %s", r.URL.Path, known.body)
		}
		for _, path := range []string{"insurance.primaryInsurance.front_picture_image", "signature.image"} {
			file := event.Get("patient." + path)
			if !file.Exists() {
				continue
			}
			got := b.ask("GET", "/v1/patients/"+id+"/media/"+file.Str, "")
			if got.status != http.StatusOK || got.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(got.body, "\x89PNG") {
				t.Errorf("%s: reading %s: got %d %s", r.URL.Path, path, got.status, got.header.Get("Content-Type"))
			}
			heard = append(heard, path)
		}
		now := b.look("/patients/" + id)
		heard = append(heard, event.Get("data.value").String()+" "+now.get("stage").Str+" "+now.get("optedOut").Raw)
	}))
	defer receiver.Close()
	b = start(t, simulator.WithWebhooks(receiver.URL)).box("default")
	b.TB = aside{t}
	close(open)

	id := b.invite(b.maya(1))
	b.acts(id, "open-link", "consent")
	b.act(id, object{"act": "answer", "values": object{"address.city": "Springfield"}})
	b.act(id, object{"act": "upload-media", "use": "insurance.front", "content": dot})
	b.act(id, object{"act": "sign", "content": dot})
	b.acts(id, "finish")
	b.delivered(id, 1)
	b.acts(id, "view-tracker")
	b.delivered(id, 2)
	b.act(id, object{"act": "text", "body": "STOP"})
	b.delivered(id, 3)
	equal(t, "what was there when the webhooks came", strings.Join(heard, "; "),
		"insurance.primaryInsurance.front_picture_image; signature.image;  finished false; viewedTracker finished false; false finished true")
}

func TestARefusalExplainsItselfBesideTheBody(t *testing.T) {
	t.Parallel()
	b := start(t).box("default")
	b.invite(b.maya(1))
	born := func(day string) object {
		return object{"additionalData": []object{{"key": "patient.dob", "value": day}}}
	}
	for _, c := range []struct {
		name   string
		change object
		status int
		body   string
		clause string
		field  string
		saw    string
		wants  string
	}{
		{"a number of the wrong form", object{"phoneNumber": "2025550142"}, 400,
			`{"error":{"message":"Does not match the regex pattern (^\\+\\d{11}$)|(^\\+\\d{12}$)","code":1008},"status":400}`,
			"RX-INVITE-023", "phoneNumber", "2025550142", "+ and 11 or 12 digits"},
		{"a name that is missing", object{"lastName": nil}, 400,
			`{"error":{"message":"The property lastName is required","code":1008},"status":400}`,
			"RX-INVITE-010", "lastName", "", "a value"},
		{"a name that is too long", object{"firstName": strings.Repeat("a", 101)}, 400,
			`{"error":{"message":"Must be at most 100 characters long","code":1008},"status":400}`,
			"RX-INVITE-014", "firstName", "101 characters", "at most 100 characters"},
		{"a program nobody knows", object{"supportProgramId": "p-404"}, 400,
			`{"error":{"message":"Support program with id: p-404 not found","code":1004},"status":400}`,
			"RX-INVITE-006", "supportProgramId", "p-404", "the id of a support program"},
		{"a birthday that is none", born("1988-02-30T00:00:00+00:00"), 400,
			`{"error":{"message":"patient.dob is not valid format.","code":1002},"status":400}`,
			"RX-INVITE-041", "patient.dob", "1988-02-30T00:00:00+00:00", "a past date like 1988-08-23T00:00:00+00:00"},
		{"somebody who was invited before", object{"externalId": "crm-1"}, 422, "", "RX-INVITE-066", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			who := b.maya(2)
			maps.Copy(who, c.change)
			maps.DeleteFunc(who, func(_ string, v any) bool { return v == nil })
			r := b.in(t).ask("POST", "/v1/patients/invite", encoded(who))
			equal(t, "status", r.status, c.status)
			if c.body != "" {
				equal(t, "body", r.body, c.body)
			}
			if strings.Contains(strings.ToLower(r.body), "placebo") || strings.Contains(r.body, c.clause) {
				t.Errorf("the body is not the vendor's alone: %s", r.body)
			}
			equal(t, "Placebo-Clause", r.header.Get("Placebo-Clause"), c.clause)
			entries := b.in(t).look("/journal?id=" + r.header.Get("Placebo-Request")).get("exchanges").Array()
			equal(t, "entries in the journal", len(entries), 1)
			e := entries[0]
			equal(t, "operation", e.Get("operation").Str, "invite")
			equal(t, "what went out", e.Get("response.text").Str, r.body)
			equal(t, "the clause in the journal", e.Get("why.clause").Str, c.clause)
			if c.field != "" {
				equal(t, "field", e.Get("why.field").Str, c.field)
				equal(t, "saw", e.Get("why.saw").Str, c.saw)
				equal(t, "wants", e.Get("why.wants").Str, c.wants)
			}
			if strings.Contains(e.Raw, b.key) || strings.Contains(e.Raw, b.bearer) {
				t.Errorf("the journal tells a credential: %s", e.Raw)
			}
		})
	}
	t.Run("credentials that are none", func(t *testing.T) {
		r := b.send("POST", b.vendor+"/v1/patients/invite", encoded(b.maya(2)), "X-Api-Key", "pk_nobody")
		equal(t, "body", r.body, `{"error":{"message":"Unauthorized","code":0},"status":401}`)
		equal(t, "Placebo-Clause", r.header.Get("Placebo-Clause"), "RX-AUTH-002")
		why := b.look("/journal?id=" + r.header.Get("Placebo-Request")).get("exchanges.0.why")
		equal(t, "saw", why.Get("saw").Str, "the auth token is unknown")
	})
	t.Run("a path that is none", func(t *testing.T) {
		r := b.ask("POST", "/v1/patients/invites", "{}")
		equal(t, "body", r.body, `{"error":{"message":"Method Not Allowed"},"status":405}`)
		r = b.ask("POST", "/v2/patients/invite", "{}")
		equal(t, "body", r.body, `{"error":{"message":"Not Found"},"status":404}`)
		near := b.look("/journal?id=" + r.header.Get("Placebo-Request")).get("exchanges.0.why.near.0").Str
		equal(t, "the nearest route", near, "POST /v1/patients/:id")
	})
	t.Run("what is no refusal explains nothing", func(t *testing.T) {
		r := b.ask("POST", "/v1/patients/invite", encoded(b.maya(3)))
		equal(t, "Placebo-Clause", r.header.Get("Placebo-Clause"), "")
		equal(t, "Placebo-Request", r.header.Get("Placebo-Request"), "")
	})
	equal(t, "patients", len(b.look("/patients").get("patients").Array()), 2)
}

// run is what two runs must have in common: everything but ports, credentials
// and wall time.
type run struct {
	patients string
	webhooks string
	files    string
	texts    string
	// By subject and side. The sides of one subject run beside one another: the
	// partner fetches a file while the vendor still reads its answer.
	journal map[string][]string
}

// play lets four patients live in a sandbox whose clock stands; at once or one
// after the other.
func play(t *testing.T, seed uint64, atOnce bool) run {
	at := config.Clock{At: "2026-03-10T09:00:00Z", Frozen: true}
	file := config.Default()
	file.Clock = at
	l := start(t, simulator.WithSeed(seed), simulator.WithConfig(file))
	b := l.aside().box("default")
	const patients = 4
	live := func(n int) {
		b.ask("POST", "/v1/patients/invite", encoded(object{"externalId": fmt.Sprintf("crm-%d", n)})) // refused
		id := b.invite(b.maya(n))
		b.ask("POST", "/v1/patients/invite", encoded(b.maya(n))) // refused
		b.acts(id, "open-link", "consent")
		b.act(id, object{"act": "answer", "values": object{"patient.dob": "1988-08-23", "patient.gender": "female"}})
		b.act(id, object{"act": "upload-media", "use": "insurance.front", "content": dot})
		b.act(id, object{"act": "sign", "content": dot})
		b.acts(id, "finish")
		b.delivered(id, 1)
		b.settle() // the partner has fetched the files: it calls the vendor too
		b.ask("GET", "/v1/patients/"+id, "")
		b.acts(id, "view-tracker")
		b.delivered(id, 2)
		b.act(id, object{"act": "text", "body": "stop"})
		b.delivered(id, 3)
	}
	var wg sync.WaitGroup
	for n := range patients {
		if atOnce {
			wg.Go(func() { live(n) })
		} else {
			live(n)
		}
	}
	wg.Wait()
	b.settle()
	if t.Failed() {
		t.FailNow()
	}

	got := run{journal: map[string][]string{}}
	lines := func(r gjson.Result, members ...string) string {
		var all []string
		r.ForEach(func(_, one gjson.Result) bool {
			var line []string
			for _, m := range members {
				line = append(line, one.Get(m).Raw)
			}
			all = append(all, strings.Join(line, " "))
			return true
		})
		slices.Sort(all)
		return strings.Join(all, "\n")
	}
	got.patients = lines(b.look("/patients").get("patients"), "id", "externalId", "stage", "optedOut", "invitedAt")
	got.webhooks = lines(b.look("/webhooks").get("webhooks"), "id", "ordinal", "kind", "state", "at", "body")
	got.texts = lines(b.look("/inbox").get("texts"), "patient", "ordinal", "direction", "at")
	got.files = lines(b.look("/partner").get("files"), "patient", "media", "state", "sha256")
	b.look("/journal?limit=1000").get("exchanges").ForEach(func(_, e gjson.Result) bool {
		who := e.Get("subject").Str + " " + e.Get("side").Str
		got.journal[who] = append(got.journal[who], strings.Join([]string{
			e.Get("operation").Str, e.Get("request.method").Str, e.Get("request.text").Str,
			e.Get("response.status").Raw, e.Get("response.text").Str, e.Get("at").Str, e.Get("why").Raw}, " | "))
		return true
	})
	return got
}

func TestTheSameSeedAndCallsGiveTheSameRun(t *testing.T) {
	t.Parallel()
	one := play(t, 42, false)
	for name, again := range map[string]run{"again": play(t, 42, false), "all at once": play(t, 42, true)} {
		equal(t, name+": patients", again.patients, one.patients)
		equal(t, name+": webhooks", again.webhooks, one.webhooks)
		equal(t, name+": texts", again.texts, one.texts)
		equal(t, name+": files", again.files, one.files)
		equal(t, name+": subjects in the journal", strings.Join(slices.Sorted(maps.Keys(again.journal)), ", "), strings.Join(slices.Sorted(maps.Keys(one.journal)), ", "))
		for who, entries := range one.journal {
			equal(t, name+": journal of "+who, strings.Join(again.journal[who], "\n"), strings.Join(entries, "\n"))
		}
	}
	if other := play(t, 43, false); other.patients == one.patients || other.webhooks == one.webhooks {
		t.Error("another seed gives the same run")
	}
}
