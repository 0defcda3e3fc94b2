package control_test

import "testing"

func TestDeviationsAreListedAndArmed(t *testing.T) {
	b := start(t)
	const place, armed = base + "/deviations", `deviations.#(armed==true)#.name|@ugly`
	r := b.get(place)
	r.want(t, 200, armed, "[]", `deviations.#(name=="media.none").side`, "vendor",
		`deviations.#(name=="media.none").clauses|@ugly`, `["RX-MEDIA-001"]`, `deviations.#(name=="partner.created").side`, "partner")
	b.send("PUT", place, `{"armed":["media.none","partner.created"]}`, nil).want(t, 200, armed, `["media.none","partner.created"]`)
	b.get(place).want(t, 200, armed, `["media.none","partner.created"]`)
	b.send("PUT", place, `{"armed":["stop.untold"]}`, nil).want(t, 200, armed, `["stop.untold"]`)
	b.send("PUT", place, `{"armed":[]}`, nil).want(t, 200, armed, "[]")
	b.get(place).want(t, 200, armed, "[]")
}

func TestOnlyDeviationsThatThereAreCanBeArmed(t *testing.T) {
	b := start(t)
	for what, body := range map[string]string{
		"nothing":              `{}`,
		"a name that is none":  `{"armed":["media.some"]}`,
		"a name twice":         `{"armed":["media.none","media.none"]}`,
		"names in another key": `{"deviations":[]}`,
		"no list":              `{"armed":"media.none"}`,
	} {
		t.Run(what, func(t *testing.T) {
			if r := b.send("PUT", base+"/deviations", body, nil); r.status != 422 {
				t.Errorf("got %d, want 422", r.status)
			}
		})
	}
	b.get(base+"/deviations").want(t, 200, `deviations.#(armed==true)#.name|@ugly`, "[]")
}
