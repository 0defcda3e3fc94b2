package fake

import (
	"image"
	"image/color"
	"image/draw"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/font/inconsolata"
	"golang.org/x/image/math/fixed"
)

// The size of a character at scale 1, in pixels. The faces are bitmaps on
// purpose: outlines are rasterized in floating point, whose last bit differs
// between processors, and a picture must be the same bytes everywhere.
const (
	charWidth  = 8
	charHeight = 16
	charAscent = 12
)

// The two weights of text.
var (
	regular = inconsolata.Regular8x16
	bold    = inconsolata.Bold8x16
)

// textWidth is how many pixels s needs.
func textWidth(s string, scale int) int {
	return len(printable(cut(s, CardWidth))) * charWidth * scale
}

// fit spells s in printable ASCII and cuts it to width pixels, with three dots
// where something is missing.
func fit(s string, scale, width int) string {
	room := max(width/(charWidth*scale), 0)
	s = printable(cut(s, room+1))
	if len(s) <= room {
		return s
	}
	if room < 3 {
		return s[:room]
	}
	return s[:room-3] + "..."
}

// write draws s with its top left corner at (x, y), in at most width pixels.
func write(img draw.Image, face *basicfont.Face, s string, x, y, scale, width int, ink color.Color) {
	s = fit(s, scale, width)
	if s == "" {
		return
	}
	// One pixel more on the right: glyphs are wider than their advance.
	mask := image.NewAlpha(image.Rect(0, 0, len(s)*charWidth+1, charHeight))
	pen := font.Drawer{Dst: mask, Src: image.Opaque, Face: face, Dot: fixed.P(0, charAscent)}
	pen.DrawString(s)
	big := enlarge(mask, scale)
	at := image.Rect(x, y, x+big.Rect.Dx(), y+big.Rect.Dy())
	draw.DrawMask(img, at, image.NewUniform(ink), image.Point{}, big, image.Point{}, draw.Over)
}

// enlarge scales a mask by a whole number: a linear blend between pixels, then
// more contrast, which leaves edges smooth but not blurred.
func enlarge(mask *image.Alpha, scale int) *image.Alpha {
	if scale <= 1 {
		return mask
	}
	w, h := mask.Rect.Dx(), mask.Rect.Dy()
	big := image.NewAlpha(image.Rect(0, 0, w*scale, h*scale))
	unit := 2 * scale
	for y := range h * scale {
		// The centre of a pixel, in 1/unit of a source pixel.
		y0, fy := floorDiv(2*y+1-scale, unit)
		for x := range w * scale {
			x0, fx := floorDiv(2*x+1-scale, unit)
			top := int(mask.AlphaAt(x0, y0).A)*(unit-fx) + int(mask.AlphaAt(x0+1, y0).A)*fx
			low := int(mask.AlphaAt(x0, y0+1).A)*(unit-fx) + int(mask.AlphaAt(x0+1, y0+1).A)*fx
			a := (top*(unit-fy) + low*fy) / (unit * unit)
			a = (a-128)*scale + 150
			big.Pix[y*big.Stride+x] = uint8(min(max(a, 0), 255))
		}
	}
	return big
}

// floorDiv divides and rounds down, and returns the remainder too.
func floorDiv(a, b int) (quotient, remainder int) {
	quotient = a / b
	if a%b < 0 {
		quotient--
	}
	return quotient, a - quotient*b
}

// fill paints a rectangle.
func fill(img draw.Image, x0, y0, x1, y1 int, c color.Color) {
	draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
}
