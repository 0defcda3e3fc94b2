package control

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/program"
)

// Bearer tokens are minted, listed, renewed and disabled here only (RX-OUR-004).

// wish is what a new token shall be; what is absent has a default.
type wish struct {
	ID        *string  `json:"id"`
	Programs  []string `json:"programs"`
	Partner   *string  `json:"partner"`
	Scopes    []string `json:"scopes"`
	Expires   *string  `json:"expires"`
	Algorithm *string  `json:"algorithm"`
}

func (a *api) listTokens(c *call) (answer, error) {
	views := []tokenView{}
	for _, t := range a.rooms.Support.Peek(c.Sandbox).Tokens() {
		views = append(views, viewToken(t))
	}
	return ok(map[string]any{"tokens": views})
}

// mintToken issues a token.
func (a *api) mintToken(c *call) (answer, error) {
	var said wish
	if p := c.read(&said, "id", "programs", "partner", "scopes", "expires", "algorithm"); p != nil {
		return answer{}, p
	}
	return a.issue(c, func(d *program.Directory, now time.Time) (program.Token, error) {
		t := program.Token{Scopes: program.AllScopes(), Issued: now, Algorithm: "HS256"}
		var p *problem
		if t.ID, p = c.tokenID(d, said.ID); p != nil {
			return t, p
		}
		if t.Expires, p = said.expires(now); p != nil {
			return t, p
		}
		return t, said.fill(d, &t)
	})
}

// fill takes over what was said of a token's claims.
func (w *wish) fill(d *program.Directory, t *program.Token) error {
	if len(w.Programs) == 0 {
		return invalid("programs", "none", "ids of the sandbox's programs")
	}
	for _, id := range w.Programs {
		prog, known := d.Program(id)
		if !known {
			return invalid("programs", id, "ids of the sandbox's programs")
		}
		t.Partner = cmp.Or(t.Partner, prog.Partner)
		if !slices.Contains(t.Programs, id) {
			t.Programs = append(t.Programs, id)
		}
	}
	if w.Partner != nil {
		if t.Partner = *w.Partner; t.Partner == "" || len(t.Partner) > longestID {
			return invalid("partner", t.Partner, "the name of a partner, of at most 100 bytes")
		}
	}
	if w.Scopes != nil {
		t.Scopes = nil
	}
	for _, s := range w.Scopes {
		if !slices.Contains(program.AllScopes(), program.Scope(s)) {
			return invalid("scopes", s, "some of "+strings.Join(scopes(), ", "))
		}
		if !slices.Contains(t.Scopes, program.Scope(s)) {
			t.Scopes = append(t.Scopes, program.Scope(s))
		}
	}
	if w.Algorithm != nil {
		if t.Algorithm = *w.Algorithm; t.Algorithm != "HS256" && t.Algorithm != "EdDSA" {
			return invalid("algorithm", t.Algorithm, "HS256 or EdDSA")
		}
	}
	return nil
}

func scopes() (names []string) {
	for _, s := range program.AllScopes() {
		names = append(names, string(s))
	}
	return names
}

// expires is the end of a token's life, a year from now unless it was said.
// Policy: the vendor is silent about it; a past one is good for a test.
func (w *wish) expires(now time.Time) (time.Time, *problem) {
	if w.Expires == nil {
		return now.AddDate(1, 0, 0).Truncate(time.Second), nil
	}
	t, err := time.Parse(time.RFC3339, *w.Expires)
	if err != nil || t.Before(earliest) || t.After(latestTo) {
		return t, invalid("expires", *w.Expires, "a time like 2026-08-01T12:00:00Z, from 1900 to 9000")
	}
	return t.UTC().Truncate(time.Second), nil // a JWT counts seconds
}

const longestID = 100

// ownID is what the id of a token looks like; it stands in addresses.
var ownID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// tokenID is a new token's id as the sandbox marks its own: other sandboxes
// must not have it, for requests find their sandbox by it.
func (c *call) tokenID(d *program.Directory, said *string) (string, *problem) {
	if said == nil || !ownID.MatchString(*said) {
		saw := ""
		if said != nil {
			saw = *said
		}
		return "", invalid("id", saw, "1 to 100 letters, digits, '.', '_' and '-', first a letter or digit")
	}
	id := c.own(*said)
	if _, taken := token(d, id); taken {
		return "", &problem{Status: http.StatusConflict, Field: "id", Saw: id, Wants: "an id that no token has", Detail: "a token of this id exists"}
	}
	return id, nil
}

func (c *call) own(name string) string {
	return config.World{Name: c.Sandbox.Name(), Seed: c.Sandbox.Seed()}.Own(name)
}

func token(d *program.Directory, id string) (program.Token, bool) {
	all := d.Tokens()
	at := slices.IndexFunc(all, func(t program.Token) bool { return t.ID == id })
	if at < 0 {
		return program.Token{}, false
	}
	return all[at], true
}

// issue adds a token to the sandbox's and shows it.
func (a *api) issue(c *call, mint func(d *program.Directory, now time.Time) (program.Token, error)) (answer, error) {
	var id string
	err := a.worlds.SetTokens(c.Sandbox.Name(), func(d *program.Directory, now time.Time) ([]program.Token, error) {
		t, err := mint(d, now)
		id = t.ID
		return append(d.Tokens(), t), err
	})
	if err != nil {
		return answer{}, err
	}
	return a.tokenAnswer(c, http.StatusCreated, id)
}

func (a *api) tokenAnswer(c *call, status int, id string) (answer, error) {
	t, known := token(a.rooms.Support.Peek(c.Sandbox), id)
	if !known { // reset meanwhile
		return answer{}, noToken(id)
	}
	return answer{status: status, body: viewToken(t)}, nil
}

func noToken(id string) *problem { return notFound("token", "token", id) }

// renewToken issues a successor with the same claims. The old token stays what
// it is until it expires or is disabled: both may be used meanwhile.
func (a *api) renewToken(c *call) (answer, error) {
	var said wish
	if len(c.body) > 0 {
		if p := c.read(&said, "expires", "id"); p != nil {
			return answer{}, p
		}
	}
	return a.issue(c, func(d *program.Directory, now time.Time) (program.Token, error) {
		t, known := token(d, c.params.ByName("token"))
		if !known {
			return t, noToken(c.params.ByName("token"))
		}
		var p *problem
		if said.ID == nil {
			t.ID = c.successor(d, t.ID)
		} else if t.ID, p = c.tokenID(d, said.ID); p != nil {
			return t, p
		}
		t.Issued, t.Disabled = now, false
		if t.Expires, p = said.expires(now); p != nil {
			return t, p
		}
		return t, nil
	})
}

var counted = regexp.MustCompile(`^(.*)-([0-9]{1,9})$`)

// successor is an id with the next free number behind it.
func (c *call) successor(d *program.Directory, id string) string {
	name, n := strings.TrimSuffix(id, c.own("")), 1
	if parts := counted.FindStringSubmatch(name); parts != nil {
		name = parts[1]
		n, _ = strconv.Atoi(parts[2]) // nine digits
	}
	for {
		n++
		next := c.own(name + "-" + strconv.Itoa(n))
		if _, taken := token(d, next); !taken {
			return next
		}
	}
}

func (a *api) disableToken(c *call) (answer, error) { return a.switchToken(c, true) }
func (a *api) enableToken(c *call) (answer, error)  { return a.switchToken(c, false) }

func (a *api) switchToken(c *call, disabled bool) (answer, error) {
	if p := c.read(&struct{}{}); p != nil {
		return answer{}, p
	}
	id := c.params.ByName("token")
	err := a.worlds.SetTokens(c.Sandbox.Name(), func(d *program.Directory, _ time.Time) ([]program.Token, error) {
		all := d.Tokens()
		for i := range all {
			if all[i].ID == id {
				all[i].Disabled = disabled
				return all, nil
			}
		}
		return nil, noToken(id)
	})
	if err != nil {
		return answer{}, err
	}
	return a.tokenAnswer(c, http.StatusOK, id)
}
