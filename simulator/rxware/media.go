package rxware

import (
	"net/http"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// media is E6 and H4: a patient's file, as raw bytes (RX-MEDIA-001, 002, 006).
func (v *Vendor) media(c *door.Call) door.Answer {
	var m program.Media
	var err error
	c.Sandbox.View(func(r sandbox.Reader) {
		c.Subject = subject(c)
		m, err = v.support.ReadMedia(r, v.caller(v.support.Directory(r), c, r.Now()), c.Params.ByName("id"), c.Params.ByName("media"))
	})
	if err != nil {
		return reading.refuse(err, v.dialect(c))
	}
	return door.Answer{Status: http.StatusOK, Type: m.Type, Body: m.Content}
}

// subject is the patient a path names, or nobody.
func subject(c *door.Call) uint64 {
	id, _ := program.ParseID(c.Params.ByName("id"))
	return id.Subject()
}
