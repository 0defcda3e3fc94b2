package phone_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// colours reads the custom properties of both colour schemes.
func colours(t *testing.T) (schemes map[string]map[string]string, rest string) {
	t.Helper()
	css, err := os.ReadFile("assets/phone.css")
	must(t, err)
	root := regexp.MustCompile(`(?s):root \{(.*?)\}`)
	property := regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`)
	schemes = map[string]map[string]string{}
	for i, block := range root.FindAllStringSubmatch(string(css), -1) {
		scheme := map[string]string{}
		for _, p := range property.FindAllStringSubmatch(block[1], -1) {
			scheme[p[1]] = p[2]
		}
		schemes[[]string{"light", "dark"}[i]] = scheme
	}
	return schemes, root.ReplaceAllString(string(css), "")
}

// luminance and contrast are WCAG 2's.
func luminance(colour string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, _ := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestColoursCanBeToldApart(t *testing.T) {
	t.Parallel()
	schemes, rest := colours(t)
	if stray := regexp.MustCompile(`#[0-9a-f]{3,8}\b|rgb|hsl|\b(?:color|background): [a-z]+;`).FindAllString(rest, -1); stray != nil {
		t.Errorf("colours that are no properties cannot be checked: %v", stray)
	}
	used := map[string]bool{}
	for _, v := range regexp.MustCompile(`var\(--([a-z-]+)\)`).FindAllStringSubmatch(rest, -1) {
		used[v[1]] = true
	}
	// What is written on what, and (below) what only has to be seen.
	text := []string{
		"ink on paper", "ink on card", "ink on tint", "quiet on paper", "quiet on card",
		"accent on card", "accent on paper", "accent on tint", "on-accent on accent",
		"bad on card", "bad on bad-tint", "good on good-tint",
	}
	shapes := []string{"edge on card", "accent on card", "bad on card", "focus on card", "focus on paper", "focus on bad-tint"}
	for name, scheme := range schemes {
		equal(t, "colours of both schemes", len(scheme), len(schemes["light"]))
		for colour := range used {
			if scheme[colour] == "" {
				t.Errorf("%s has no --%s", name, colour)
			}
		}
		for _, list := range []struct {
			pairs []string
			least float64
		}{{text, 4.5}, {shapes, 3}} {
			for _, pair := range list.pairs {
				front, back, _ := strings.Cut(pair, " on ")
				if got := contrast(scheme[front], scheme[back]); got < list.least {
					t.Errorf("%s: %s has a contrast of %s, less than %v", name, pair, fmt.Sprintf("%.2f", got), list.least)
				}
			}
		}
	}
	equal(t, "schemes", len(schemes), 2)
}
