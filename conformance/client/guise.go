package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/placebo-sim/placebo/conformance/port"
)

// Cast gives the people of a run ids and numbers of their own: scenarios speak of
// a few, and a vendor that others use, or that was tested before, knows them.
type Cast struct {
	run  string
	us   bool // numbers of eleven digits are American
	mu   sync.Mutex
	at   map[string]uint64 // the next number of a pool
	seed uint64
	left []string
}

// NewCast returns the cast of a run. Runs of other names or seeds begin elsewhere
// among the numbers.
func NewCast(runID string, seed uint64, us bool) *Cast {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", runID, seed)
	return &Cast{run: runID, us: us, at: map[string]uint64{}, seed: h.Sum64()}
}

// Left are the partner's ids of the patients that were invited.
func (c *Cast) Left() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.left)
}

// The pools of fictional numbers. Nobody has a number of country 999; of the
// American ones, 0100 to 0199 of exchange 555 are kept free in every area. The
// numbers 90 to 99 of an area are left out: simulators use them for tricks.
const (
	eightDigits = 100_000_000
	nineDigits  = 1_000_000_000
	areas       = 800
	perArea     = 90
)

// phone is a number that nobody else of the run has, of as many digits.
func (c *Cast) phone(digits int) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := func(pool string, size uint64) uint64 {
		at, begun := c.at[pool]
		if !begun {
			at = c.seed
		}
		c.at[pool] = at%size + 1
		return at % size
	}
	switch {
	case digits == 12:
		return fmt.Sprintf("+999%09d", next("nine", nineDigits))
	case c.us:
		n := next("us", areas*perArea)
		return fmt.Sprintf("+1%03d55501%02d", 200+n/perArea, n%perArea)
	}
	return fmt.Sprintf("+999%08d", next("eight", eightDigits))
}

// Guise is what one scenario's people are called outside. A nil Guise changes
// nothing.
type Guise struct {
	cast *Cast
	line *Line
	ear  *Ear
	mark string // before the partner's ids

	mu   sync.Mutex
	out  map[string]string // as the scenario says it: as it goes out
	back []string          // old and new, for a replacer
	show *strings.Replacer
}

// Guise makes a scenario's guise. What goes out under it is told to the line, so
// that webhooks about it reach the ear; both may be nil.
func (c *Cast) Guise(scenario string, line *Line, ear *Ear) *Guise {
	return &Guise{cast: c, line: line, ear: ear, mark: c.run + "-" + scenario + "-", out: map[string]string{}, show: strings.NewReplacer()}
}

var (
	externalIDs = regexp.MustCompile(`("externalId"\s*:\s*)("(?:[^"\\]|\\.)*")`)
	usable      = regexp.MustCompile(`"\+[1-9]\d{10,11}"`) // as the contract's pattern has it
)

// mostID is how long a partner's id may be (RX-INVITE-011).
const mostID = 100

// Hide is a body as it goes out. Only what a vendor could take is changed: ids of
// the partner, which keep their length where it matters, and usable numbers.
func (g *Guise) Hide(body []byte) []byte {
	if g == nil || len(body) == 0 {
		return body
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	body = externalIDs.ReplaceAllFunc(body, func(member []byte) []byte {
		parts := externalIDs.FindSubmatch(member)
		var id string
		if json.Unmarshal(parts[2], &id) != nil || id == "" {
			return member
		}
		return append(bytes.Clone(parts[1]), quoted(g.name(id, g.id))...)
	})
	return usable.ReplaceAllFunc(body, func(number []byte) []byte {
		return quoted(g.name(string(number[1:len(number)-1]), func(n string) string { return g.cast.phone(len(n) - 1) }))
	})
}

// id is a partner's id with the scenario's mark; one that would be too long
// gives its beginning for it.
func (g *Guise) id(id string) string {
	signs := []rune(id)
	if len(signs)+len(g.mark) > mostID {
		return g.mark + string(signs[min(len(g.mark), len(signs)):])
	}
	return g.mark + id
}

// name is what something is called outside. The caller holds g.mu.
func (g *Guise) name(inside string, make func(string) string) string {
	if outside, known := g.out[inside]; known {
		return outside
	}
	outside := make(inside)
	g.out[inside] = outside
	g.back = append(g.back, outside, inside)
	if plus, ok := strings.CutPrefix(outside, "+"); ok { // some write a plus sign so
		g.back = append(g.back, `\u002b`+plus, inside, `\u002B`+plus, inside)
	}
	g.show = strings.NewReplacer(g.back...)
	g.line.learn(outside, g.ear)
	return outside
}

// Show is what came in as the scenario says it.
func (g *Guise) Show(body []byte) []byte {
	if g == nil || len(body) == 0 {
		return body
	}
	return []byte(g.ShowText(string(body)))
}

// ShowText is a text that came in as the scenario says it.
func (g *Guise) ShowText(s string) string {
	if g == nil {
		return s
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.show.Replace(s)
}

// HideText is a value of its own as it goes out.
func (g *Guise) HideText(s string) string {
	var v string
	if g == nil || json.Unmarshal(g.Hide(quoted(s)), &v) != nil {
		return s
	}
	return v
}

// Invited notes the patient that an invitation made.
func (g *Guise) Invited(body []byte, patient string) {
	if g == nil {
		return
	}
	g.line.learn(patient, g.ear)
	h := port.Outcome{Body: g.Hide(body)}
	if id, ok := h.Text("externalId"); ok {
		g.cast.mu.Lock()
		defer g.cast.mu.Unlock()
		g.cast.left = append(g.cast.left, id)
	}
}
