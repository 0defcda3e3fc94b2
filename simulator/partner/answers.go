package partner

import (
	"net/http"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// member is one text member of an answer.
type member struct{ name, value string }

// object appends a JSON object of the members that have a value.
func object(b []byte, members ...member) []byte {
	b = append(b, '{')
	comma := false
	for _, m := range members {
		if m.value == "" {
			continue
		}
		if comma {
			b = append(b, ',')
		}
		comma = true
		b = append(b, '"')
		b = append(b, m.name...)
		b = append(b, '"', ':')
		b = gjson.AppendJSONString(b, m.value)
	}
	return append(b, '}')
}

// acknowledge is the 200 of section 6, with what came (HA-RESP-001 to 003); a
// patient's external id only if one came (HA-OUR-019, AMB-023).
func acknowledge(n *Notice) door.Answer {
	b := append(make([]byte, 0, 192), `{"success":true,"data":`...)
	b = object(b, member{"supportProgramId", n.ProgramID}, member{"patientId", n.PatientID}, member{"externalId", n.ExternalID})
	return door.Answer{Status: http.StatusOK, Type: "application/json", Body: append(b, '}')}
}

// refuse is the 400 of section 6 (HA-RESP-004); other statuses share its form.
func refuse(status int, message string, data ...member) door.Answer {
	b := append(make([]byte, 0, 192), `{"errorMessage":`...)
	b = gjson.AppendJSONString(b, message)
	b = append(b, `,"data":`...)
	b = object(b, data...)
	return door.Answer{Status: status, Type: "application/json", Body: append(b, '}')}
}

// flaw is why a webhook cannot be processed.
type flaw struct {
	message string
	clause  string // what the sender did not keep
	field   string
	rule    string
	saw     string
	wants   string
}

// answer says the flaw, with the patient's id if it could be read (HA-RESP-005)
// and the member to look at (HA-RESP-006).
func (f *flaw) answer(patientID string) door.Answer {
	a := refuse(http.StatusBadRequest, f.message, member{"patientId", patientID}, member{"member", f.field})
	a.Why = &sandbox.Explanation{Clause: f.clause, Field: f.field, Rule: f.rule, Saw: f.saw, Wants: f.wants}
	return a
}

// faults is how the partner says what the door refuses. Policy: the statuses are
// RX-OUR-042's and RX-OUR-047's, the form is the partner's own.
var faults = map[door.Fault]struct {
	status          int
	message, clause string
}{
	door.NoRoute:        {404, "no such path", "RX-OUR-042"},
	door.NoMethod:       {405, "webhooks are posted", "RX-OUR-042"},
	door.HeaderTooLarge: {431, "the header is too large", "RX-OUR-047"},
	door.BodyTooLarge:   {413, "the body is too large", "RX-OUR-047"},
	door.BodyBroken:     {400, "the body broke off", "HA-RESP-004"},
	door.NoSuchSandbox:  {404, "no such sandbox", "RX-OUR-042"},
	door.Crashed:        {500, "internal error", ""},
}

// voice says the door's faults.
type voice struct{}

func (voice) Refuse(f door.Fault) door.Answer {
	row := faults[f]
	a := refuse(row.status, row.message)
	a.Why = &sandbox.Explanation{Clause: row.clause, Rule: http.StatusText(row.status)}
	return a
}
