package door

import (
	"net/http"

	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// dateLine is a Date header, kept for as long as its second lasts.
type dateLine struct {
	second int64
	value  []string
}

// dateOf is the Date header of a sandbox's time.
func (d *Door) dateOf(b *sandbox.Sandbox) []string {
	now := b.Clock().Now()
	if line := d.date.Load(); line != nil && line.second == now.Unix() {
		return line.value
	}
	line := &dateLine{now.Unix(), []string{now.Format(http.TimeFormat)}}
	d.date.Store(line)
	return line.value
}
