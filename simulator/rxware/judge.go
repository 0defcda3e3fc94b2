package rxware

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

// What a letter's marks tell the judge of the dialect in which it was written.
const (
	strict400   = 1 << iota // a 400 has the documented members (AMB-022)
	externalID              // an acknowledgement names the partner's id (AMB-023)
	notReadable             // the body is no JSON: a 400 is the right answer (AMB-003)
)

func marks(what program.Happening, d *dialect.Set) (m uint8) {
	if d.Is(dialect.Partner400, "strictMembers") {
		m |= strict400
	}
	if d.Is(dialect.AckExternalID, "required") {
		m |= externalID
	}
	if what == program.TrackerViewed && d.Is(dialect.VisitLayout, "literal-broken") {
		m |= notReadable
	}
	return m
}

// Judge reads a partner's answer by section 6. Any 2xx acknowledges; a body
// that differs is a finding, no reason to send again (HA-OUR-012). Section 6
// says nothing of the bodies of other answers, so nothing is found in them. The
// documented example of a 400 is no JSON itself, so such a body is borne with
// unless its members were read to be strict (AMB-022).
func (h *Herald) Judge(l webhook.Letter, status int, answer []byte) (finding, message string) {
	acknowledges, strict := status >= 200 && status < 300, status == 400 && l.Marks&strict400 != 0
	if acknowledges && l.Marks&notReadable != 0 { // HA-RESP-004
		return "a body that is not JSON was acknowledged", ""
	}
	if !gjson.ValidBytes(answer) {
		if acknowledges || strict {
			finding = "the answer is not JSON"
		}
		return finding, ""
	}
	got := gjson.ParseBytes(answer)
	message = got.Get("errorMessage").String()
	switch {
	case acknowledges:
		return strings.Join(acknowledged(&l, got), "; "), message
	case status == 400 && (!got.Get("errorMessage").Exists() || !got.Get("data").IsObject()): // HA-RESP-004
		return "the answer lacks errorMessage or data", message
	}
	return "", message
}

// echoes are the members that an acknowledgement repeats, and where they stand
// in the readings of a webhook (AMB-003, AMB-015).
var echoes = []struct {
	member string
	places []string
}{
	{"externalId", []string{"event.patient.externalIds.0.sourceId", "patient.externalIds.0.sourceId"}},
	{"patientId", []string{"event.patient.id", "event.patientId", "patient.id"}},
	{"supportProgramId", []string{"event.supportProgramId"}},
}

// acknowledged lists how an acknowledgement differs from HA-RESP-001 to 003.
func acknowledged(l *webhook.Letter, got gjson.Result) (findings []string) {
	for _, e := range echoes {
		want, have := sent(l, e.places), got.Get("data."+e.member).String()
		switch {
		case want != "" && have != want:
			findings = append(findings, "data."+e.member+" is not the one that was sent")
		case want == "" && have == "" && e.member == "externalId" && l.Marks&externalID != 0:
			findings = append(findings, "data.externalId is missing")
		}
	}
	if got.Get("success").Type != gjson.True {
		findings = append(findings, "success is not true")
	}
	return findings
}

// sent is what a letter has in the first of some places that has anything.
func sent(l *webhook.Letter, places []string) string {
	for _, place := range places {
		if v := gjson.GetBytes(l.Body, place); v.Exists() {
			return v.String()
		}
	}
	return ""
}
