package phone

import (
	"net/http"

	"github.com/placebo-sim/placebo/simulator/door"
)

// voice says the door's refusals as pages.
type voice struct{ *Phone }

var faultWords = map[door.Fault]struct {
	status        int
	heading, lead string
}{
	door.NoRoute: {http.StatusNotFound, "We cannot find this page",
		"The link may have been cut short. Please open it again from the text message, or copy all of it."},
	door.NoMethod: {http.StatusMethodNotAllowed, "This page cannot do that",
		"Please go back and use the buttons on the page."},
	door.HeaderTooLarge: {http.StatusRequestHeaderFieldsTooLarge, "Your browser sent too much",
		"Please close the page, and open the link again from the text message."},
	door.BodyTooLarge: {http.StatusRequestEntityTooLarge, "That was too much at once",
		"Please go back and send less. Nothing has been changed."},
	door.BodyBroken: {http.StatusBadRequest, "That did not arrive whole",
		"Please go back and send it again. Nothing has been changed."},
	door.NoSuchSandbox: {http.StatusNotFound, "We cannot find this page",
		"The world this link belongs to is gone, or never was."},
	door.Crashed: {http.StatusInternalServerError, "Something went wrong on our side",
		"Nothing has been changed. Please try again."},
}

// Refuse implements door.Voice.
func (v voice) Refuse(f door.Fault) door.Answer { return v.refuse(f) }

func (p *Phone) refuse(f door.Fault) door.Answer {
	words := faultWords[f]
	return p.plain(words.status, words.heading, words.lead)
}
