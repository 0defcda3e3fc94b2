package config

import (
	"errors"
	"strings"
	"time"
)

// errSpan is why a text is no span of time.
var errSpan = errors.New("no span of time")

// Span reads a span of time as Go writes it, with d for days and w for weeks
// too: 90d, 1w12h, 2h30m.
func Span(s string) (time.Duration, error) {
	var total time.Duration
	for rest := s; rest != "" || s == ""; {
		digits := strings.IndexFunc(rest, func(c rune) bool { return (c < '0' || c > '9') && c != '.' })
		if digits <= 0 {
			return 0, errSpan
		}
		end := digits + strings.IndexFunc(rest[digits:]+"0", func(c rune) bool { return c >= '0' && c <= '9' || c == '.' })
		number, unit, times := rest[:digits], rest[digits:end], time.Duration(1)
		switch unit {
		case "d":
			unit, times = "h", 24
		case "w":
			unit, times = "h", 7*24
		}
		part, err := time.ParseDuration(number + unit)
		if err != nil || part > (1<<63-1-total)/times {
			return 0, errSpan
		}
		total += part * times
		rest = rest[end:]
	}
	return total, nil
}
