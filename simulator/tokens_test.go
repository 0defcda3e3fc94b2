package simulator_test

import (
	"net/http"
	"testing"

	"github.com/placebo-sim/placebo/simulator"
)

// mint issues a token for the box's program and calls with it from then on.
func (b box) mint(id string) box {
	b.Helper()
	r := b.send("POST", b.api+"/tokens", encoded(object{"id": id, "programs": []string{b.program}}))
	equal(b, "status of the token "+id, r.status, http.StatusCreated)
	b.bearer = r.get("token").Str
	return b
}

func TestASandboxIsFoundByATokenThatWasIssuedLater(t *testing.T) {
	t.Parallel()
	first, meadow, _ := twoWorlds(t)
	read := func(b box) int {
		return b.send("GET", first.URL(simulator.VendorListener)+"/v1/patients/ha0000000000000", "",
			"X-Api-Key", b.key, "Authorization", "Bearer "+b.bearer).status
	}
	found := func(b box) string { // without a key, by the jti alone
		r := b.send("GET", first.URL(simulator.VendorListener)+"/v1/patients/ha0000000000000", "", "Authorization", "Bearer "+b.bearer)
		for _, box := range []box{first, meadow} {
			if len(box.look("/journal?id="+r.header.Get("Placebo-Request")).get("exchanges").Array()) == 1 {
				return box.name
			}
		}
		return "none"
	}
	for _, b := range []box{first, meadow} {
		later := b.mint("nurse")
		equal(t, "who answers", found(later), b.name)
		equal(t, "an unknown patient, of "+b.name, read(later), http.StatusBadRequest)
		equal(t, "the old token of "+b.name, read(b), http.StatusBadRequest)
	}
	later := meadow.mint("doctor")
	equal(t, "resetting", first.send("POST", meadow.api+"/reset", "").status, http.StatusOK)
	equal(t, "who answers after the reset", found(later), "default")
	equal(t, "the token after the reset", read(later), http.StatusUnauthorized)
	equal(t, "the configured token after it", read(meadow), http.StatusBadRequest)
	later = meadow.mint("doctor")
	equal(t, "who answers for the same id issued again", found(later), "meadow")
	equal(t, "dropping", first.send("DELETE", meadow.api, "").status, http.StatusNoContent)
	equal(t, "the token after it", read(later), http.StatusUnauthorized)
	equal(t, "minting in a sandbox that is gone", first.send("POST", meadow.api+"/tokens", `{"id":"x","programs":["`+meadow.program+`"]}`).status, http.StatusNotFound)
}

func TestThePartnerFetchesWithTheTokenThatIsGood(t *testing.T) {
	t.Parallel()
	b := start(t).makeBox(`{"sandbox":"meadow","seed":7,"clock":{"at":"2026-03-10T09:00:00Z","frozen":true}}`)
	old := b.look("/tokens").get("tokens.0.id").Str
	later := b.mint("nurse")
	equal(t, "disabling", b.send("POST", b.api+"/tokens/"+old+"/disable", "").status, http.StatusOK)
	id := later.invite(later.maya(1))
	later.acts(id, "open-link", "consent")
	later.act(id, object{"act": "sign", "content": dot})
	later.acts(id, "finish")
	later.delivered(id, 1)
	later.settle()
	equal(t, "the signature at the partner", later.look("/partner").get("files.0.state").Str, "fetched")
}

func TestATextToANumberThatCannotBeReachedFails(t *testing.T) {
	t.Parallel()
	b := start(t).box("default")
	who := b.maya(1)
	who["phoneNumber"] = "+12025550190"
	id := b.invite(who)
	equal(t, "why", b.look("/inbox?patient="+id).get("texts.0.failed").Str, "the number cannot be reached")
}
