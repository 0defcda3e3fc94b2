package report

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/placebo-sim/placebo/conformance/evidence"
)

// diagram is who said what to whom, from top to bottom. It is drawn narrow, to
// be read on a phone.
type diagram struct {
	Width, Height int
	Suite, Peer   string
	Left, Right   int // the lifelines
	Bottom        int
	Arrows        []arrow
	Said          string // for those who do not see it
	More          int    // exchanges that are not drawn
}

// arrow is one message.
type arrow struct {
	Y, From, To int
	Head        string // the points of its head
	Label, Full string
	Look        string // of an answer: good, bad, none; empty for a request
}

const (
	drawn      = 40 // exchanges
	laneLeft   = 16
	laneRight  = 384
	laneHeight = 56
	labelSigns = 46
)

func draw(all []evidence.Exchange, peer string) *diagram {
	if len(all) == 0 {
		return nil
	}
	d := &diagram{Width: 400, Suite: "suite", Peer: middle(peer, 30), Left: laneLeft, Right: laneRight}
	if len(all) > drawn {
		all, d.More = all[:drawn], len(all)-drawn
	}
	y := 28
	for _, e := range all {
		from, to := laneLeft, laneRight
		if e.From == evidence.Peer {
			from, to = to, from
		}
		full := fmt.Sprintf("%d %s %s", e.N, e.Method, place(e.URL))
		d.Arrows = append(d.Arrows, arrow{Y: y + 20, From: from, To: to, Head: head(to, y+20, to > from), Label: middle(full, labelSigns), Full: full})
		back := arrow{Y: y + 44, From: to, To: from, Head: head(from, y+44, from > to), Label: middle(answered(e), labelSigns), Full: answered(e), Look: look(e)}
		d.Arrows = append(d.Arrows, back)
		d.Said += full + ": " + answered(e) + ". "
		y += laneHeight
	}
	d.Bottom = y
	d.Height = y + 8
	return d
}

func head(x, y int, toRight bool) string {
	back := x - 7
	if !toRight {
		back = x + 7
	}
	return fmt.Sprintf("%d,%d %d,%d %d,%d", x, y, back, y-4, back, y+4)
}

// place is a URL without its host.
func place(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return raw
	}
	return u.RequestURI()
}

// answered is an answer in a few words.
func answered(e evidence.Exchange) string {
	switch {
	case e.Status == 0 && e.Error != "":
		return "no answer: " + firstLine(e.Error, 200)
	case e.Status == 0:
		return "no answer"
	}
	words := fmt.Sprint(e.Status)
	if text := http.StatusText(e.Status); text != "" {
		words += " " + text
	}
	return words + ", " + lasted(e.Took)
}

func look(e evidence.Exchange) string {
	switch {
	case e.Status == 0:
		return "none"
	case e.Status >= 400:
		return "bad"
	}
	return "good"
}
