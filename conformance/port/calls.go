package port

import (
	"context"
	"encoding/json"
	"time"
)

// About is what calls about a patient have in common: how they name the patient,
// and how they differ from what they should be.
type About struct {
	Patient string   // the id in the address
	Repeats []Member // of the invitation, in the body
	// Instead says members of the body otherwise, by path, whatever their type;
	// nil leaves one out.
	Instead []Member
	Path    string // instead of the vendor's own; {id} stands for the patient
	Form    *Form  // nil: a body as it should be
}

// Form is how a body travels that is not as it should be.
type Form struct {
	Type  string // content type; empty: none
	Spoil func(whole []byte) []byte
}

// Reinvitation asks for the first text again.
type Reinvitation struct {
	About        // but for the address, which names nobody
	Items []Item // nil leaves them out
}

// Update tells what has become of a patient's case: an event and its value.
type Update struct {
	About
	Event, Text string
	Data        []Item // nil leaves them out
}

// Subscription starts a campaign.
type Subscription struct {
	About
	Campaign string
	Data     []Item
}

// Preference tells whether a patient wants texts.
type Preference struct {
	About
	Texts json.RawMessage // the contract's example writes "false", as a text
}

// Tokens issues bearer tokens, as an operator does by hand.
type Tokens interface {
	// Mint issues a token; from then on it can be called with.
	Mint(ctx context.Context, t Token) error
	// Renew issues a successor of a token with the same claims.
	Renew(ctx context.Context, name, successor string, ends time.Time) error
	Disable(ctx context.Context, name string) error
	// List tells of every token there is, by name where it was issued here, and
	// whether it was disabled.
	List(ctx context.Context) ([]Token, error)
}

// Token is a bearer token by the name that a scenario gives it.
type Token struct {
	Name     string
	Programs []string
	Scopes   []string // empty: every one
	Ends     time.Time
	Disabled bool
}

// With is the access that shows a token issued in the scenario.
func With(token string) Access { return Access("token " + token) }
