package control

import (
	"net/http"
	"time"

	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

type clockView struct {
	Now    string `json:"now"`
	Frozen bool   `json:"frozen"`
	Next   string `json:"next,omitempty"` // when something falls due
}

func (a *api) clockView(b *sandbox.Sandbox) clockView {
	v := clockView{Frozen: b.Clock().Frozen()}
	b.View(func(r sandbox.Reader) {
		v.Now = stamp(r.Now())
		for d := range b.Agenda(r) {
			v.Next = stamp(d.At)
			break
		}
	})
	return v
}

func (a *api) showClock(c *call) (answer, error) { return ok(a.clockView(c.Sandbox)) }

// Where the clock can be moved to. Policy: the years a date of an answer can
// write, less a margin for what is planned from there.
var (
	earliest = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	latestTo = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)
)

// moveClock answers when all that fell due on the way has been done.
func (a *api) moveClock(c *call) (answer, error) {
	var said struct {
		Do string `json:"do"`
		By string `json:"by"`
		To string `json:"to"`
	}
	if p := c.read(&said, "do", "by", "to"); p != nil {
		return answer{}, p
	}
	b := c.Sandbox
	switch {
	case said.By != "" && said.Do != "advance":
		return answer{}, invalid("by", said.By, "left out unless the clock is to advance")
	case said.To != "" && said.Do != "set":
		return answer{}, invalid("to", said.To, "left out unless the clock is to be set")
	}
	c.unhurried()
	switch said.Do {
	case "freeze":
		b.Freeze()
	case "resume":
		b.Resume()
	case "advance":
		by, err := config.Span(said.By)
		if err != nil || b.Clock().Now().Add(by).After(latestTo) {
			return answer{}, invalid("by", said.By, "a span like 90d, 1w12h or 2h30m that ends before the year 9000")
		}
		if err := b.Advance(c.Context(), by); err != nil {
			return answer{}, a.stopped(b, err)
		}
	case "set":
		to, err := time.Parse(time.RFC3339, said.To)
		if err != nil || to.Before(earliest) || to.After(latestTo) {
			return answer{}, invalid("to", said.To, "a time like 2026-08-01T12:00:00Z, from 1900 to 9000")
		}
		if err := b.Set(c.Context(), to); err != nil {
			return answer{}, a.stopped(b, err)
		}
	default:
		return answer{}, invalid("do", said.Do, "freeze, resume, advance or set")
	}
	return ok(a.clockView(b))
}

// stopped says where the clock has come to when the caller would not wait.
func (a *api) stopped(b *sandbox.Sandbox, err error) error {
	if fail(err).status != http.StatusRequestTimeout {
		return err
	}
	return &problem{Status: http.StatusRequestTimeout, Detail: "the call was ended before the clock had come to its goal", There: a.clockView(b)}
}
