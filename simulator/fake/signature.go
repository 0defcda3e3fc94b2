package fake

import (
	"image"
	"image/color"

	"github.com/placebo-sim/placebo/simulator/chance"
)

// The size of every picture Signature makes, in pixels.
const (
	SignatureWidth  = 400
	SignatureHeight = 140
)

// A signature is drawn in cells, fine of them to a pixel and direction; how
// many of a pixel's cells are inked is its darkness. All of it is arithmetic on
// integers, so that the bytes are the same on every processor.
const (
	fine        = 4
	cellsAcross = SignatureWidth * fine
	cellsDown   = SignatureHeight * fine
	baseline    = 88 * fine
	edge        = 24 * fine // kept free at either end of the line

	// longest is how many letters are written; who has more scribbles less.
	longest = 22
)

// shades runs from white paper to blue-black ink.
var shades = func() color.Palette {
	const steps = fine * fine
	paper, ink := [3]int{255, 255, 255}, [3]int{24, 34, 92}
	palette := make(color.Palette, steps+1)
	for i := range palette {
		var c [3]uint8
		for k := range c {
			c[k] = uint8(paper[k] + (ink[k]-paper[k])*i/steps)
		}
		palette[i] = color.NRGBA{c[0], c[1], c[2], 0xff}
	}
	return palette
}()

// point is a place on the sheet, in cells from its top left corner.
type point struct{ x, y int }

// Signature returns a PNG of SignatureWidth by SignatureHeight pixels, under
// 40 KB: dark ink on white, in a running hand. The name alone decides it, to
// the byte; a name without any letters, even "", is signed with three letters
// of its own.
func Signature(name string) []byte {
	h := hand{seed: chance.Seed(chance.Hash("fake: signature", name))}
	for _, line := range h.lines(name) {
		h.trace(line)
	}
	return encode(h.picture())
}

// hand holds the pen: the seed is its character, sheet the inked cells.
type hand struct {
	seed  chance.Seed
	sheet [cellsAcross * cellsDown]bool
}

// letters are the letters of a name as 0 to 25, with -1 between words. A rune
// of another script is given some letter.
func (h *hand) letters(name string) []int {
	var out []int
	for _, r := range folds.Replace(cut(name, longest)) {
		switch {
		case len(out) == longest:
		case r >= 'a' && r <= 'z':
			out = append(out, int(r-'a'))
		case r >= 'A' && r <= 'Z':
			out = append(out, int(r-'A'))
		case r >= 0x80:
			out = append(out, int(h.seed.Below(26, "rune", uint64(r), 0)))
		case len(out) > 0 && out[len(out)-1] >= 0:
			out = append(out, -1)
		}
	}
	if len(out) == 0 {
		for i := range uint64(3) {
			out = append(out, int(h.seed.Below(26, "nameless", i, 0)))
		}
	}
	return out
}

// lines are the strokes of a signature: one for each word, then the flourish.
func (h *hand) lines(name string) [][]point {
	letters := h.letters(name)
	slant := 20 + h.about(14, "slant", 0) // percent
	rise := 5 + h.about(4, "rise", 0)     // percent
	tall := 100 + h.about(20, "tall", 0)  // percent
	grid := min((cellsAcross-2*edge)/h.columns(letters), 5*fine)
	place := func(x, y int) point {
		return point{edge + x + y*slant/100, baseline - y*tall/100 - x*rise/100}
	}

	var lines [][]point
	var line []point
	x, first := 0, true
	for i, letter := range letters {
		if letter < 0 {
			lines, line = append(lines, line), nil
			x, first = x+2*grid, true
			continue
		}
		for k, p := range strokes[letter] {
			id := uint64(i*100 + k)
			wide, high := grid, grid
			if first {
				wide, high = grid*15/10, grid*capital(letter)/10
			}
			line = append(line, place(
				x+p[0]*wide+h.about(grid/3, "x", id),
				p[1]*high+h.about(grid/2, "y", id)))
		}
		x += advance(letter, first) * grid / 10
		first = false
	}
	lines = append(lines, line)

	// The flourish runs back under the name and out again.
	low := -7*grid/2 - 2*fine
	return append(lines, []point{
		place(x+grid, low/2+h.about(grid, "flourish", 0)),
		place(x*3/4, low+h.about(grid, "flourish", 1)),
		place(x/6+h.about(3*grid, "flourish", 2), low+h.about(grid, "flourish", 3)),
		place(x/4, low-grid),
		place(x*2/3, low-grid/2+h.about(grid, "flourish", 4)),
		place(x+grid+h.about(2*grid, "flourish", 5), low/2+grid),
	})
}

// columns is how many grid columns the letters take.
func (h *hand) columns(letters []int) int {
	tenths, first := 60, true // room for the slant and the end of the flourish
	for _, letter := range letters {
		if letter < 0 {
			tenths, first = tenths+20, true
			continue
		}
		tenths += advance(letter, first)
		first = false
	}
	return tenths/10 + 1
}

// advance is the width of a letter in tenths of a grid column.
func advance(letter int, first bool) int {
	points := strokes[letter]
	width := points[len(points)-1][0] * 10
	if first {
		return width * 15 / 10
	}
	return width
}

// capital is how many tenths taller a letter is at the start of a word: short
// ones grow to about the height of the tall ones.
func capital(letter int) int {
	top := 0
	for _, p := range strokes[letter] {
		top = max(top, p[1])
	}
	return 110 / top
}

// about draws from -most to most.
func (h *hand) about(most int, what string, id uint64) int {
	return int(h.seed.Below(uint64(2*max(most, 0)+1), what, id, 0)) - most
}

// trace inks a smooth curve through the points (a Catmull-Rom spline).
func (h *hand) trace(line []point) {
	for i := 0; i+1 < len(line); i++ {
		a, b, c, d := line[max(i-1, 0)], line[i], line[i+1], line[min(i+2, len(line)-1)]
		steps := max(c.x-b.x, b.x-c.x, c.y-b.y, b.y-c.y) + 1
		for s := range steps {
			h.dot(
				spline(a.x, b.x, c.x, d.x, s, steps),
				spline(a.y, b.y, c.y, d.y, s, steps),
				// A nib: down strokes are broader than up strokes.
				5+3*(c.y-b.y)/(2*steps)+1)
		}
	}
}

// spline is the coordinate at s/n of the way from b to c, where a comes before
// and d after.
func spline(a, b, c, d, s, n int) int {
	return b + (s*(c-a)*n*n+s*s*(2*a-5*b+4*c-d)*n+s*s*s*(3*b-a-3*c+d))/(2*n*n*n)
}

// dot inks a disc; what falls off the sheet is lost.
func (h *hand) dot(x, y, radius int) {
	for dy := -radius; dy <= radius; dy++ {
		for dx := -radius; dx <= radius; dx++ {
			px, py := x+dx, y+dy
			if dx*dx+dy*dy > radius*radius || px < 0 || py < 0 || px >= cellsAcross || py >= cellsDown {
				continue
			}
			h.sheet[py*cellsAcross+px] = true
		}
	}
}

// picture counts the inked cells of each pixel.
func (h *hand) picture() image.Image {
	img := image.NewPaletted(image.Rect(0, 0, SignatureWidth, SignatureHeight), shades)
	for i, inked := range h.sheet {
		if inked {
			img.Pix[i/cellsAcross/fine*img.Stride+i%cellsAcross/fine]++
		}
	}
	return img
}
