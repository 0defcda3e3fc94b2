package deviation

import "testing"

func TestAnEditChangesOneMember(t *testing.T) {
	const body = `{"a":{"n":557712000000,"s":"+12025550142","t":true,"l":[{"x":1}]},"z":-5}`
	for _, c := range []struct {
		name string
		edit Edit
		want string
	}{
		{"a member is dropped", Edit{Path: "a.n"}, `{"a":{"s":"+12025550142","t":true,"l":[{"x":1}]},"z":-5}`},
		{"one that is not there stays away", Edit{Path: "a.q", Do: Replace, With: "1"}, body},
		{"one that is put need not be there", Edit{Path: "q", Do: Put, With: "null"}, body[:len(body)-1] + `,"q":null}`},
		{"a number becomes text", Edit{Path: "a.n", Do: AsText}, `{"a":{"n":"557712000000","s":"+12025550142","t":true,"l":[{"x":1}]},"z":-5}`},
		{"a truth becomes text", Edit{Path: "a.t", Do: AsText}, `{"a":{"n":557712000000,"s":"+12025550142","t":"true","l":[{"x":1}]},"z":-5}`},
		{"a text stays text", Edit{Path: "a.s", Do: AsText}, body},
		{"a value becomes a list", Edit{Path: "z", Do: AsList}, `{"a":{"n":557712000000,"s":"+12025550142","t":true,"l":[{"x":1}]},"z":[-5]}`},
		{"a beginning is cut off", Edit{Path: "a.s", Do: Cut, With: "+1"}, `{"a":{"n":557712000000,"s":"2025550142","t":true,"l":[{"x":1}]},"z":-5}`},
		{"milliseconds become seconds", Edit{Path: "a.n", Do: Round}, `{"a":{"n":557712000,"s":"+12025550142","t":true,"l":[{"x":1}]},"z":-5}`},
		{"a sign is lost", Edit{Path: "z", Do: Unsign}, `{"a":{"n":557712000000,"s":"+12025550142","t":true,"l":[{"x":1}]},"z":5}`},
		{"a member moves", Edit{Path: "z", Do: Move, With: "a.y"}, `{"a":{"n":557712000000,"s":"+12025550142","t":true,"l":[{"x":1}],"y":-5}}`},
		{"a member is copied", Edit{Path: "z", Do: Copy, With: "a.l.0.x"}, `{"a":{"n":557712000000,"s":"+12025550142","t":true,"l":[{"x":1}]},"z":1}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(edited([]byte(body), []Edit{c.edit})); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	if got := string(edited([]byte("no JSON"), []Edit{{Path: "a"}})); got != "no JSON" {
		t.Errorf("what is no JSON became %q", got)
	}
}

func TestNothingArmedChangesNothing(t *testing.T) {
	var none *Set
	a := Amending{Operation: "invite", Status: 200, Type: "application/json", Body: []byte(`{"status":200}`)}
	none.Amend(&a)
	p := Posting{Kind: "optOut", Body: []byte(`{"event":{}}`)}
	none.Post(&p)
	status, body := none.Answer("/webhook/user-action", 400, []byte("x"))
	_, refused := none.Refuses("/webhook/user-action", []byte(`{}`), true)
	switch {
	case a.Status != 200 || string(a.Body) != `{"status":200}` || a.Instead != Itself || a.Texts:
		t.Errorf("an answer became %+v", a)
	case p.Copies != 1 || string(p.Body) != `{"event":{}}` || p.Elsewhere || p.Headerless || p.Carriage != 0:
		t.Errorf("a webhook became %+v", p)
	case status != 400 || string(body) != "x" || refused || none.Takes("/", "type") || none.Fetches() != Faithful:
		t.Error("the partner deviates")
	case len(none.Say("a https://b/c")) != 1 || none.Say("a https://b/c")[0] != "a https://b/c":
		t.Errorf("a text became %q", none.Say("a https://b/c"))
	}
}
