package port

import (
	"errors"
	"fmt"
)

// Cannot is the error of a step that the peers at hand cannot take: they do not
// claim it, or nobody can do it. Its scenario is skipped, and says why.
type Cannot struct {
	Capability string // what is lacking, such as "webhooks"
	Why        string
}

func (c *Cannot) Error() string { return c.Why }

// Lacking is a Cannot.
func Lacking(capability, why string, args ...any) error {
	return &Cannot{capability, fmt.Sprintf(why, args...)}
}

// ErrTrouble is wrapped when a peer could not be asked: no answer came, or one
// that is nobody's. Its scenario is in error, whatever else it found.
var ErrTrouble = errors.New("the peer cannot be asked")

// The capabilities that a world may lack.
const (
	CanAct       = "patient"      // somebody acts as the patient
	CanHear      = "webhooks"     // webhooks reach us
	CanSeeTexts  = "texts"        // the texts a patient got can be seen
	CanSeeState  = "state"        // how far a patient has come can be seen
	CanMoveTime  = "clock"        // the peer's time can be moved
	CanIssue     = "tokens"       // tokens can be issued
	CanAgree     = "agreement"    // the program is as the scenario wishes
	CanBeSilent  = "silent"       // a program that sends no text
	HasOther     = "otherProgram" // another program of the same partner
	HasShapes    = "shapes"       // programs with ids of each published shape
	HasPartner   = "partner"      // a partner is under test
	HasReading   = "readings"     // the peer's reading can be chosen
	HasAccess    = "credentials"  // a pair of credentials of that kind
	PrivateWorld = "private"      // nobody else uses the peer
	HasPatients  = "patients"     // the partner knows a patient
	CanFetch     = "media"        // the partner fetches pictures from us
)
