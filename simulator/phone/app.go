package phone

import (
	"net/http"

	"github.com/placebo-sim/placebo/simulator/door"
)

// showApp is where a link to the app leads (AMB-055, HA-INVITE-003). There is
// no app to get: the way on is the link itself, on the web.
func (p *Phone) showApp(v *visitor) door.Answer {
	pg := v.page("Get the app", "")
	pg.Content = struct{ Brand, Enrollment string }{v.brand(), v.link()}
	return p.render(http.StatusOK, "app", pg)
}
