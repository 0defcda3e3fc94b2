package fake

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
)

// The size of every picture Card makes, in pixels: a bank card's proportions.
const (
	CardWidth  = 480
	CardHeight = 300
)

// Side is a side of an insurance card.
type Side int

// The two sides. Any other value is taken for Front.
const (
	Front Side = iota
	Back
)

// CardHolder is what an insurance card says. Any field may hold any text: what
// does not fit is cut, and what is not ASCII is spelled in ASCII or as "?".
type CardHolder struct {
	Name        string // first and last
	Carrier     string
	MemberID    string
	GroupNumber string
	Born        time.Time // printed as 01/02/2006; the zero time is left out
}

// The colours of a card; the header's is the carrier's own.
var (
	paper     = color.NRGBA{0xfb, 0xfc, 0xfe, 0xff}
	ink       = color.NRGBA{0x1b, 0x22, 0x30, 0xff}
	label     = color.NRGBA{0x68, 0x72, 0x84, 0xff}
	watermark = color.NRGBA{0xec, 0xee, 0xf3, 0xff}
	warning   = color.NRGBA{0xb3, 0x26, 0x1e, 0xff}
	white     = color.NRGBA{0xff, 0xff, 0xff, 0xff}

	headers = [...]color.NRGBA{
		{0x1f, 0x4e, 0x8c, 0xff}, {0x0f, 0x6b, 0x5c, 0xff}, {0x6a, 0x3d, 0x8f, 0xff}, {0x8a, 0x3a, 0x2b, 0xff},
		{0x2b, 0x5d, 0x34, 0xff}, {0x3c, 0x44, 0x55, 0xff}, {0x8a, 0x5a, 0x0b, 0xff}, {0x0d, 0x66, 0x85, 0xff},
	}
)

// margin is the free space at the left and right of a card.
const margin = 24

// Card returns one side of a health insurance card as a PNG of CardWidth by
// CardHeight pixels, under 40 KB, which says in large letters that it is not
// real. The same holder and side give the same bytes.
func Card(holder CardHolder, side Side) []byte {
	img := image.NewRGBA(image.Rect(0, 0, CardWidth, CardHeight))
	fill(img, 0, 0, CardWidth, CardHeight, paper)
	header(img, holder.Carrier)
	write(img, bold, "SAMPLE", 120, 160, 5, CardWidth, watermark)
	if side == Back {
		back(img, holder)
	} else {
		front(img, holder)
	}
	fill(img, 0, 262, CardWidth, CardHeight, warning)
	centre(img, "FICTIONAL * SAMPLE - NOT A REAL CARD", 273, white)
	return encode(img)
}

// header paints the carrier's band across the top.
func header(img *image.RGBA, carrier string) {
	band := headers[chance.Hash("fake: card colour", carrier)%uint64(len(headers))]
	fill(img, 0, 0, CardWidth, 68, band)
	// The sign is a plain white cross: no organisation owns it, unlike a red one.
	fill(img, margin+10, 20, margin+20, 50, white)
	fill(img, margin, 30, margin+30, 40, white)

	const left = margin + 46
	scale, top := 2, 8
	if textWidth(carrier, 2) > CardWidth-margin-left {
		scale, top = 1, 20
	}
	write(img, bold, carrier, left, top, scale, CardWidth-margin-left, white)
	write(img, regular, "Health insurance card", left, 44, 1, CardWidth-margin-left, white)
}

func front(img *image.RGBA, holder CardHolder) {
	const left, right, column = margin, 262, 262 - margin - 16
	field(img, "MEMBER NAME", holder.Name, left, 84, CardWidth-2*margin, true)
	field(img, "MEMBER ID", holder.MemberID, left, 148, column, false)
	field(img, "GROUP NUMBER", holder.GroupNumber, right, 148, CardWidth-margin-right, false)
	field(img, "DATE OF BIRTH", birthday(holder.Born), left, 204, column, false)
	field(img, "PLAN", "EXAMPLE PPO", right, 204, CardWidth-margin-right, false)
}

func back(img *image.RGBA, holder CardHolder) {
	fill(img, 0, 84, CardWidth, 116, ink)
	lines := []string{
		"Show this card to no one: it pays for nothing.",
		"Members   members@example.com",
		"Providers providers@example.com",
	}
	for i, line := range lines {
		write(img, regular, line, margin, 130+20*i, 1, CardWidth-2*margin, ink)
	}
	field(img, "MEMBER ID", holder.MemberID, margin, 204, 222, false)
	field(img, "GROUP NUMBER", holder.GroupNumber, 262, 204, CardWidth-margin-262, false)
}

// field writes a small label and its value below, larger where it should stand
// out and fits.
func field(img *image.RGBA, name, value string, x, y, width int, large bool) {
	write(img, regular, name, x, y, 1, width, label)
	scale := 1
	if large && textWidth(value, 2) <= width {
		scale = 2
	}
	write(img, bold, value, x, y+18, scale, width, ink)
}

func birthday(born time.Time) string {
	if born.IsZero() {
		return ""
	}
	return born.Format("01/02/2006")
}

func centre(img *image.RGBA, s string, y int, c color.Color) {
	write(img, bold, s, (CardWidth-textWidth(s, 1))/2, y, 1, CardWidth, c)
}

// encode writes img as a PNG. Encoding a picture of sensible size to memory
// cannot fail.
func encode(img image.Image) []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, img)
	return out.Bytes()
}
