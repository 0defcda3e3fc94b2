package port

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Target is a peer under test, or the means to get one.
type Target interface {
	// Open gives a scenario a world that answers its wishes.
	Open(ctx context.Context, w Wishes) (*World, error)
}

// World is one scenario's view of the peers.
type World struct {
	Vendor   Vendor
	Patient  Patient       // nil: nobody can act as the patient
	Ear      Ear           // where the vendor's webhooks arrive; nil: they cannot reach us
	Partner  Partner       // the partner under test; nil: none is
	Known    []Known       // patients that the partner knows; nil: none
	Reads    Reads         // what the partner claims to read; nil: every documented form
	Within   time.Duration // the time the partner has for an answer; 0: ten seconds
	Patience time.Duration // how long the peer has for what must come by itself, such as a webhook; 0: fifteen seconds
	Clock    Clock         // nil: the peer's time cannot be moved
	Tokens   Tokens        // nil: nobody here issues tokens
	Programs Programs
	Today    time.Time // the vendor's date and time
	Close    func()
}

// Programs are the support programs a scenario may use.
type Programs struct {
	Main    string   // the one invitations go to
	Other   string   // another of the same partner
	Shapes  []string // programs with ids of the published shapes
	Unknown string   // an id nobody has
}

// Access names a pair of credentials.
type Access string

// The pairs a scenario may use. What a peer was not given is absent.
const (
	Good           Access = "good"          // everything in order
	NoKey          Access = "no key"        // the auth token is left out
	NoBearer       Access = "no bearer"     // the bearer token is left out
	WrongKey       Access = "wrong key"     // an auth token nobody issued
	WrongBearer    Access = "wrong bearer"  // not a JWT at all
	BadlySigned    Access = "badly signed"  // the good token with a changed signature
	Expired        Access = "expired"       // past its date
	Disabled       Access = "disabled"      // switched off
	OtherProgram   Access = "other program" // issued for another program
	OtherPartner   Access = "other partner" // a good bearer token of another partner
	LowScope       Access = "low scope"     // may not invite
	OtherAlgorithm Access = "EdDSA"         // signed the other way
	AliasHeader    Access = "alias header"  // the auth token under its other name
)

// Vendor is the platform a partner calls.
type Vendor interface {
	Invite(ctx context.Context, as Access, inv *Invitation) Outcome
	// Send sends bytes as an invitation, whatever they are.
	Send(ctx context.Context, as Access, contentType string, body []byte) Outcome
	// Call makes any request: for paths and methods that are no operation.
	Call(ctx context.Context, as Access, method, path string, headers map[string]string) Outcome
	Read(ctx context.Context, as Access, patient string) Outcome
	Media(ctx context.Context, as Access, patient, media string) File
	// Reinvite asks for the first text again.
	Reinvite(ctx context.Context, as Access, again *Reinvitation) Outcome
	// Update tells what has become of a patient's case, or asks for a text.
	Update(ctx context.Context, as Access, u *Update) Outcome
	// Subscribe starts a campaign for a patient.
	Subscribe(ctx context.Context, as Access, s *Subscription) Outcome
	// Prefer tells whether a patient wants texts.
	Prefer(ctx context.Context, as Access, p *Preference) Outcome
	// Confirms tells how an outcome differs from the confirmation of what.
	Confirms(o Outcome, what string) error
	// Says tells how an outcome differs from a refusal for a reason; detail is
	// what the vendor inserts into its wording.
	Says(o Outcome, reason, detail string) error
	// Claims reads what a bearer token says of itself.
	Claims(as Access) Outcome
}

// Invitation is an invitation body under construction, member by member in
// order; values are JSON, so that a scenario can send what no type allows.
type Invitation struct {
	Members []Member
	Items   []Item
	NoItems bool // leave additionalData out
}

// Member is one member of a JSON object.
type Member struct {
	Name  string
	Value json.RawMessage
}

// Item is one item of additionalData.
type Item struct {
	Key      string
	Value    json.RawMessage
	Editable *bool
}

// Outcome is what a vendor said.
type Outcome struct {
	Err      error // no answer came
	Status   int
	Type     string // content type
	Body     []byte
	Valid    bool // the body is JSON
	Patient  string
	Program  string // echoed
	Phone    string // echoed
	InBody   string // the status member as written, "" when absent
	HasError bool
	Message  string
	Code     string // as written, "" when absent
	Said     string // the message of a success
	Existing Existing
	Allow    string        // the methods a 405 offers
	Took     time.Duration // from the end of the request; 0 when it was not measured
}

// Existing is the patient a duplicate was measured against.
type Existing struct{ ExternalID, Phone, ID string }

// Accepted tells whether the vendor did what it was asked to.
func (o Outcome) Accepted() bool { return o.Err == nil && o.Status == 200 }

// Refused tells whether the vendor refused, as a client's fault.
func (o Outcome) Refused() bool { return o.Err == nil && o.Status >= 400 && o.Status < 500 }

// Text reads a member of the body by path; ok is false when it is absent.
func (o Outcome) Text(path string) (value string, ok bool) { return text(o.Body, path) }

// File is what a media download brought.
type File struct {
	Outcome
	Content []byte
}

// Patient plays the patient.
type Patient interface {
	// Act does one thing a patient can do; ErrRefused is wrapped when the
	// platform does not let them.
	Act(ctx context.Context, patient string, act Act) error
	// State tells how far the patient has come.
	State(ctx context.Context, patient string) (State, error)
	// Texts returns the texts the patient got, oldest first.
	Texts(ctx context.Context, patient string) ([]Text, error)
	// Patients counts the patients the platform knows.
	Patients(ctx context.Context) (int, error)
	// Settle returns when nothing more is about to happen at the present time.
	Settle(ctx context.Context) error
}

// Text is a text as it arrived.
type Text struct{ To, Body string }

// ErrRefused is wrapped when the platform does not let the patient do something.
var ErrRefused = errors.New("the platform refuses")

// Act is one thing a patient does. What does not apply stays empty.
type Act struct {
	Do       string // open-link, consent, answer, upload-media, sign, finish, view-tracker, text, update-infusion
	Consents map[string]bool
	Screen   string
	Values   map[string]string
	Use      string
	Content  []byte
	Name     string
	Body     string
	Infusion *Infusion
}

// State is how far a patient has come.
type State struct {
	Stage    string   // invited, consenting, enrolling, finished
	Screens  []string // still to be shown
	OptedOut bool
	Link     string
	Values   map[string]string // what the screens are prefilled with

	Updates      []CaseUpdate // of the case, oldest first
	TrackingCode string       // of the last shipment
	Campaigns    []Enrolled
	Infusion     *Infusion // what the patient last said; nil: nothing
}

// CaseUpdate is a case update as the platform keeps it.
type CaseUpdate struct {
	Event, Text string
	Data        map[string]string
}

// Enrolled is a patient's place in a campaign.
type Enrolled struct {
	Campaign string
	Sent     int
	Ended    bool
}

// Infusion is what a patient says of their infusions.
type Infusion struct {
	Date      string // of the next one, yyyy-mm-dd; empty: there is none
	Facility  string
	Insurance bool // there is news of the insurance
}

// Clock moves the peer's time.
type Clock interface {
	Advance(ctx context.Context, d time.Duration) error
	Set(ctx context.Context, t time.Time) error
}

// Ear hears the vendor's webhooks.
type Ear interface {
	// Answer decides what is answered from now on; nil acknowledges in the
	// documented form.
	Answer(func(n int, h Heard) Reply)
	// Await returns the nth webhook (from 1) for which match holds.
	Await(ctx context.Context, n int, match func(Heard) bool) (Heard, error)
	// Heard returns all so far, in order of arrival.
	Heard() []Heard
}

// Heard is a webhook as it arrived.
type Heard struct {
	Path   string // on the partner's host, such as /webhook/user-enrollment
	Method string
	Header map[string][]string
	Body   []byte
	Valid  bool // the body is one JSON object
}

// Text reads a member of the webhook by path.
func (h Heard) Text(path string) (value string, ok bool) { return text(h.Body, path) }

// Reply is what the suite answers a webhook with.
type Reply struct {
	Status int
	Header map[string]string
	Body   string
	Drop   bool // hang up instead
}
