package control_test

import (
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

const rxware, helparound = "b1mTa000dsa54rt", "78ef982b-00ea-39c2-a875-f549c40e92ad"

// may is what a bearer token of the default sandbox is good for now: reading a
// patient of the first program, or the rule that refuses it.
func (b *bench) may(signed string) (refused program.Rule) {
	b.t.Helper()
	d := b.rooms.Support.Peek(b.world())
	caller := d.Caller(d.Keys()[0].Value, signed, b.world().Clock().Now())
	b.world().View(func(r sandbox.Reader) {
		_, _, err := b.rooms.Support.Read(r, caller, program.ScopeRead, "ha0000000000000")
		if refusal, ok := err.(*program.Refusal); ok {
			refused = refusal.Rule
		}
	})
	return refused
}

func (b *bench) mayIs(what, signed string, want program.Rule) {
	b.t.Helper()
	if got := b.may(signed); got != want {
		b.t.Errorf("%s: got rule %d, want %d", what, got, want)
	}
}

const known = program.UnknownPatient // whom nobody is, but the token is good

func TestATokenIsMinted(t *testing.T) {
	b := start(t)
	before := b.get(base + "/tokens")
	before.want(t, 200, "tokens.#.id", `["tk_placebo_rxware","tk_placebo_helparound"]`)
	r := b.post(base+"/tokens", `{"id":"nurse","programs":["`+rxware+`"]}`)
	r.want(t, 201, "id", "nurse", "partner", "acme-hub", "programs|@ugly", `["`+rxware+`"]`, "scopes.#", "4", "issued", "2026-08-01T12:00:00.000Z",
		"expires", "2027-08-01T12:00:00.000Z", "disabled", "false", "algorithm", "HS256")
	b.mayIs("the new token", r.get("token"), known)
	other := b.post(base+"/tokens", `{"id":"reader","programs":["`+rxware+`","`+helparound+`","`+rxware+`"],"partner":"rival","scopes":["media:read"],
		"expires":"2026-08-02T02:00:00.5+02:00","algorithm":"EdDSA"}`)
	other.want(t, 201, "partner", "rival", "programs.#", "2", "scopes|@ugly", `["media:read"]`, "expires", "2026-08-02T00:00:00.000Z", "algorithm", "EdDSA")
	b.mayIs("another partner's", other.get("token"), program.OtherPartner)
	none := b.post(base+"/tokens", `{"id":"none","programs":["`+rxware+`"],"scopes":[]}`)
	none.want(t, 201, "scopes", "[]")
	b.mayIs("one without a scope", none.get("token"), program.OutOfScope)
	b.clock(`{"do":"advance","by":"12h"}`)
	b.mayIs("one that has expired", other.get("token"), program.Unauthorized)

	after := b.get(base + "/tokens")
	after.want(t, 200, "tokens.#.id", `["tk_placebo_rxware","tk_placebo_helparound","nurse","reader","none"]`)
	for _, path := range []string{"tokens.0", "tokens.1"} {
		if after.get(path) != before.get(path) {
			t.Errorf("%s is now %s, was %s", path, after.get(path), before.get(path))
		}
	}
	b.get(base).want(t, 200, "tokens.#", "5", "programs.0.tokens.#", "4", "programs.0.token", after.get("tokens.0.token"))
	b.post(base+"/reset", "").want(t, 200, "tokens.#", "2")
}

func TestATokenIsRenewedAndBothAreGood(t *testing.T) {
	b := start(t)
	old := b.post(base+"/tokens", `{"id":"nurse","programs":["`+rxware+`"],"scopes":["patients:read"],"expires":"2026-08-02T00:00:00Z","algorithm":"EdDSA"}`)
	b.clock(`{"do":"advance","by":"1h"}`)
	next := b.post(base+"/tokens/nurse/renew", "")
	next.want(t, 201, "id", "nurse-2", "programs", old.get("programs"), "scopes|@ugly", `["patients:read"]`, "partner", "acme-hub", "algorithm", "EdDSA",
		"issued", "2026-08-01T13:00:00.000Z", "expires", "2027-08-01T13:00:00.000Z", "disabled", "false")
	b.mayIs("the old one", old.get("token"), known)
	b.mayIs("the new one", next.get("token"), known)
	b.post(base+"/tokens/nurse-2/renew", "{}").want(t, 201, "id", "nurse-3")
	b.post(base+"/tokens/nurse/renew", "").want(t, 201, "id", "nurse-4")
	b.post(base+"/tokens/nurse/renew", `{"id":"doctor","expires":"2030-01-01T00:00:00Z"}`).want(t, 201, "id", "doctor", "expires", "2030-01-01T00:00:00.000Z")
	b.clock(`{"do":"advance","by":"11h"}`)
	b.mayIs("the old one, expired", old.get("token"), program.Unauthorized)
	b.mayIs("the new one then", next.get("token"), known)

	b.post(base+"/tokens/nurse-2/disable", "").want(t, 200, "id", "nurse-2", "disabled", "true", "token", next.get("token"))
	b.mayIs("a disabled one", next.get("token"), program.TokenDisabled)
	b.post(base+"/tokens/nurse-2/disable", "{}").want(t, 200, "disabled", "true")
	b.post(base+"/tokens/nurse-2/renew", `{"id":"back"}`).want(t, 201, "disabled", "false")
	b.post(base+"/tokens/nurse-2/enable", "").want(t, 200, "disabled", "false")
	b.mayIs("an enabled one", next.get("token"), known)
}

func TestTokensOfOtherSandboxesBearTheirMark(t *testing.T) {
	b := start(t)
	made := b.post("/v1/sandboxes", `{"sandbox":"mine","programs":[{"id":"p","product":"rxware","tokens":[{"id":"tk"}]}]}`)
	mark := strings.TrimPrefix(made.get("tokens.0.id"), "tk")
	if len(mark) != 13 {
		t.Fatalf("the mark is %q", mark)
	}
	at := "/v1/sandboxes/mine/tokens"
	b.post(at, `{"id":"nurse","programs":["p"]}`).want(t, 201, "id", "nurse"+mark)
	b.post(at, `{"id":"tk","programs":["p"]}`).want(t, 409, "field", "id", "saw", "tk"+mark)
	b.post(at+"/nurse"+mark+"/renew", "").want(t, 201, "id", "nurse-2"+mark)
	b.post(at+"/nurse-2"+mark+"/renew", "").want(t, 201, "id", "nurse-3"+mark)
	b.post(at+"/nurse/disable", "").want(t, 404, "field", "token", "saw", "nurse")
	b.get(base+"/tokens").want(t, 200, "tokens.#", "2")
}

func TestATokenThatCannotBeIsRefused(t *testing.T) {
	b := start(t)
	before := b.get(base + "/tokens").text
	const good = `"programs":["` + rxware + `"]`
	for _, c := range []struct {
		name, path, body string
		want             int
		field            string
	}{
		{"nothing", "", "", 400, "body"},
		{"without an id", "", `{` + good + `}`, 422, "id"},
		{"with an empty id", "", `{"id":"",` + good + `}`, 422, "id"},
		{"with an id that no address can have", "", `{"id":"a/b",` + good + `}`, 422, "id"},
		{"with an id that is too long", "", `{"id":"` + strings.Repeat("x", 101) + `",` + good + `}`, 422, "id"},
		{"with an id that is taken", "", `{"id":"tk_placebo_rxware",` + good + `}`, 409, "id"},
		{"for no program", "", `{"id":"x"}`, 422, "programs"},
		{"for an empty list", "", `{"id":"x","programs":[]}`, 422, "programs"},
		{"for an unknown program", "", `{"id":"x","programs":["p9"]}`, 422, "programs"},
		{"for a program that is no list", "", `{"id":"x","programs":"` + rxware + `"}`, 422, "programs"},
		{"of nobody", "", `{"id":"x","partner":"",` + good + `}`, 422, "partner"},
		{"for an unknown scope", "", `{"id":"x","scopes":["all"],` + good + `}`, 422, "scopes"},
		{"to end on a day", "", `{"id":"x","expires":"2027-01-01",` + good + `}`, 422, "expires"},
		{"to end beyond 9000", "", `{"id":"x","expires":"9999-01-01T00:00:00Z",` + good + `}`, 422, "expires"},
		{"signed by nothing", "", `{"id":"x","algorithm":"none",` + good + `}`, 422, "algorithm"},
		{"with an unknown member", "", `{"id":"x","name":"y",` + good + `}`, 422, "name"},
		{"a successor of none", "/tk_x/renew", "", 404, "token"},
		{"a successor of a taken id", "/tk_placebo_rxware/renew", `{"id":"tk_placebo_rxware"}`, 409, "id"},
		{"a successor that ends on a day", "/tk_placebo_rxware/renew", `{"expires":"2027-01-01"}`, 422, "expires"},
		{"a successor with other programs", "/tk_placebo_rxware/renew", `{"programs":["x"]}`, 422, "programs"},
		{"none to disable", "/tk_x/disable", "", 404, "token"},
		{"none to enable", "/tk_x/enable", "", 404, "token"},
		{"to disable until", "/tk_placebo_rxware/disable", `{"until":"tomorrow"}`, 422, "until"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			b.post(base+"/tokens"+c.path, c.body).want(t, c.want, "field", c.field)
			if after := b.get(base + "/tokens").text; after != before {
				t.Errorf("it left a trace: %s", after)
			}
		})
	}
}

func TestSigningAgainIsTheSame(t *testing.T) {
	b := start(t)
	first := b.get(base + "/tokens").text
	for range 3 {
		b.clock(`{"do":"advance","by":"1h"}`)
		b.post(base+"/tokens/tk_placebo_rxware/disable", "").want(t, 200)
		b.post(base+"/tokens/tk_placebo_rxware/enable", "").want(t, 200)
	}
	if again := b.get(base + "/tokens").text; again != first {
		t.Errorf("got %s, want %s", again, first)
	}
}
