package config

import (
	"bytes"
	_ "embed" // the default sandbox
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Version is the only version of the format there is.
const Version = 1

// File is a configuration. Zero fields mean "not said".
type File struct {
	Version    int       `yaml:"version" json:"version"`                         // of the format; 1 is the only one
	Seed       *uint64   `yaml:"seed,omitempty" json:"seed,omitempty"`           // decides every id and choice; drawn and printed when absent
	Clock      Clock     `yaml:"clock,omitempty" json:"clock,omitzero"`          // what time it is at first
	Listen     Listen    `yaml:"listen,omitempty" json:"listen,omitzero"`        // addresses, host:port or off
	Sandbox    string    `yaml:"sandbox,omitempty" json:"sandbox,omitempty"`     // the sandbox's name; it stands in addresses
	Dialects   Dialects  `yaml:"dialects,omitempty" json:"dialects,omitempty"`   // how the sandbox reads what the contract leaves open; programs start from it
	Deviations []string  `yaml:"deviations,omitzero" json:"deviations,omitzero"` // wrong behaviours of the vendor and the partner, by name; every program has them
	Programs   []Program `yaml:"programs,omitempty" json:"programs,omitempty"`   // the support programs
}

// Clock says what time it is in the sandbox at first.
type Clock struct {
	At     Instant `yaml:"at,omitempty" json:"at,omitempty"`         // RFC 3339; the real time when absent
	Frozen bool    `yaml:"frozen,omitempty" json:"frozen,omitempty"` // stands still
}

// Instant is a time as it was written, in RFC 3339; empty when it was not.
type Instant string

// Time reads the instant; ok is false when there is none, or it is none.
func (i Instant) Time() (t time.Time, ok bool) {
	t, err := time.Parse(time.RFC3339, string(i))
	return t, err == nil
}

// Listen holds addresses, host:port or off.
type Listen struct {
	Vendor  string `yaml:"vendor,omitempty" json:"vendor,omitempty"`   // the vendor's API
	Partner string `yaml:"partner,omitempty" json:"partner,omitempty"` // the simulated partner
	Phone   string `yaml:"phone,omitempty" json:"phone,omitempty"`     // the patients' pages
	Control string `yaml:"control,omitempty" json:"control,omitempty"` // the operator's API
}

// Program is a support program as partner and vendor have agreed on it
// (HA-GEN-004), and the credentials issued for it.
type Program struct {
	ID           string `yaml:"id" json:"id"`                                         // supportProgramId in every call and webhook (HA-GEN-001)
	Product      string `yaml:"product" json:"product"`                               // the brand it is run under: rxware or helparound
	Name         string `yaml:"name,omitempty" json:"name,omitempty"`                 // how texts and pages call it
	Partner      string `yaml:"partner,omitempty" json:"partner,omitempty"`           // whose program it is; acme-hub when absent
	Organization string `yaml:"organization,omitempty" json:"organization,omitempty"` // the id the vendor gave the partner (HA-GEN-003); the partner's name when absent
	Condition    string `yaml:"condition,omitempty" json:"condition,omitempty"`       // what its patients are treated for
	Silent       bool   `yaml:"silent,omitempty" json:"silent,omitempty"`             // no text on invitation (RX-OUR-026)
	Invitation   string `yaml:"invitation,omitempty" json:"invitation,omitempty"`     // the first text; {program}, {name} and {link} are replaced, {link} must be in it

	APIKeys []APIKey `yaml:"apiKeys,omitzero" json:"apiKeys,omitzero"` // one is made when absent
	Tokens  []Token  `yaml:"tokens,omitzero" json:"tokens,omitzero"`   // one is made when absent

	Webhooks      Webhooks   `yaml:"webhooks,omitempty" json:"webhooks,omitzero"`            // where they go; to the simulated partner when no address is given
	Consents      []Consent  `yaml:"consents,omitzero" json:"consents,omitzero"`             // communication and sharePHI when absent (HA-OUR-007)
	RequiredItems []string   `yaml:"requiredItems,omitempty" json:"requiredItems,omitempty"` // fields, card pictures and the signature without which nobody finishes
	Fields        []Field    `yaml:"fields,omitempty" json:"fields,omitempty"`               // enrollment fields beyond the contract's
	Formats       []Format   `yaml:"formats,omitempty" json:"formats,omitempty"`             // changes to the contract's fields; what is not said stays
	Events        []Event    `yaml:"events,omitempty" json:"events,omitempty"`               // case updates beyond the documented ones, or with other texts
	Reactions     []Reaction `yaml:"reactions,omitempty" json:"reactions,omitempty"`         // what case updates cause (HA-EVENT-003)
	Campaigns     []Campaign `yaml:"campaigns,omitzero" json:"campaigns,omitzero"`           // prepared series of texts; one named onboarding when absent
	Dialects      Dialects   `yaml:"dialects,omitempty" json:"dialects,omitempty"`           // how the program reads what the contract leaves open, where it differs from the sandbox
	Deviations    []string   `yaml:"deviations,omitzero" json:"deviations,omitzero"`         // wrong behaviours in this program, beside the sandbox's
}

// APIKey is an auth token.
type APIKey struct {
	Value   string `yaml:"value" json:"value"`                         // as callers present it
	Partner string `yaml:"partner,omitempty" json:"partner,omitempty"` // whose it is; the program's partner when absent
}

// Token is a bearer token. What it does not say is the program's.
type Token struct {
	ID        string   `yaml:"id" json:"id"`                                   // the JWT's jti
	Partner   string   `yaml:"partner,omitempty" json:"partner,omitempty"`     // whose it is; the program's partner when absent
	Programs  []string `yaml:"programs,omitzero" json:"programs,omitzero"`     // ids of the programs it is issued for; this one when absent
	Scopes    []string `yaml:"scopes,omitzero" json:"scopes,omitzero"`         // what it may be used for; everything when absent
	Expires   Instant  `yaml:"expires,omitempty" json:"expires,omitempty"`     // RFC 3339; 2100 when absent
	Disabled  bool     `yaml:"disabled,omitempty" json:"disabled,omitempty"`   // issued, and switched off
	Algorithm string   `yaml:"algorithm,omitempty" json:"algorithm,omitempty"` // HS256 (default) or EdDSA
}

// Webhooks says where a program's webhooks go. Without any address they go to
// the simulated partner.
type Webhooks struct {
	URL        string            `yaml:"url,omitempty" json:"url,omitempty"`               // base; /webhook/… is appended
	Enrollment string            `yaml:"enrollment,omitempty" json:"enrollment,omitempty"` // of user-enrollment, instead of the base's
	Action     string            `yaml:"action,omitempty" json:"action,omitempty"`         // of user-action, instead of the base's
	Headers    map[string]string `yaml:"headers,omitempty" json:"headers,omitempty"`       // sent with each (HA-OUR-011)
	Source     string            `yaml:"source,omitempty" json:"source,omitempty"`         // the source of the partner's ids, instead of the dialect's (AMB-006)
	Kinds      map[string]Hook   `yaml:"kinds,omitempty" json:"kinds,omitempty"`           // what was agreed for one kind of webhook
}

// Hook is what was agreed for one kind of webhook.
type Hook struct {
	URL     string            `yaml:"url,omitempty" json:"url,omitempty"`         // instead of the address of the kind's path, whole
	Headers map[string]string `yaml:"headers,omitempty" json:"headers,omitempty"` // beside the program's, or instead of them
	Off     bool              `yaml:"off,omitempty" json:"off,omitempty"`         // not sent at all
}

// Consent is one thing patients are asked to agree to.
type Consent struct {
	Name     string `yaml:"name" json:"name"`                             // on the wire, such as sharePHI
	Text     string `yaml:"text,omitempty" json:"text,omitempty"`         // on the page
	Optional bool   `yaml:"optional,omitempty" json:"optional,omitempty"` // may be declined without ending the enrollment
}

// Field is an enrollment field agreed on beyond the contract's.
type Field struct {
	Key      string   `yaml:"key" json:"key"`                               // in additionalData
	Label    string   `yaml:"label,omitempty" json:"label,omitempty"`       // what the screen calls it; the key when absent
	Type     string   `yaml:"type,omitempty" json:"type,omitempty"`         // the form of its value; text when absent
	Max      int      `yaml:"max,omitempty" json:"max,omitempty"`           // characters; no limit of its own when absent
	ASCII    bool     `yaml:"ascii,omitempty" json:"ascii,omitempty"`       // ASCII characters only (AMB-041)
	Choices  []string `yaml:"choices,omitempty" json:"choices,omitempty"`   // of a choice
	Screen   string   `yaml:"screen,omitempty" json:"screen,omitempty"`     // that asks for it; about when absent, none when only the partner supplies it
	Required string   `yaml:"required,omitempty" json:"required,omitempty"` // finish: nobody finishes without it; invite: an invitation without it is refused
	Webhook  string   `yaml:"webhook,omitempty" json:"webhook,omitempty"`   // the member of the enrollment webhook's patient that shows it; customData when absent, none to hide it
	Read     string   `yaml:"read,omitempty" json:"read,omitempty"`         // the member of a read patient that shows it; customData when absent, none to hide it
}

// Format is a change to one of the contract's fields. What it does not say
// stays as the contract has it.
type Format struct {
	Key     string   `yaml:"key" json:"key"`                             // of the contract's field, such as patient.email
	Label   string   `yaml:"label,omitempty" json:"label,omitempty"`     // what the screen calls it
	Type    string   `yaml:"type,omitempty" json:"type,omitempty"`       // the form of its value
	Max     *int     `yaml:"max,omitempty" json:"max,omitempty"`         // characters; 0 lifts the limit
	ASCII   *bool    `yaml:"ascii,omitempty" json:"ascii,omitempty"`     // ASCII characters only (AMB-041), or not
	Choices []string `yaml:"choices,omitempty" json:"choices,omitempty"` // of a choice, instead of the contract's
}

// Event is a kind of case update that the program accepts.
type Event struct {
	Name  string        `yaml:"name" json:"name"`                       // such as shipment.status, in status.name
	Texts []string      `yaml:"texts,omitzero" json:"texts,omitzero"`   // the values of status.text; any when absent
	React []Interaction `yaml:"react,omitempty" json:"react,omitempty"` // what the event causes; the same as reactions of this event
}

// Reaction is what a case update causes beyond the change of the status
// (HA-EVENT-003).
type Reaction struct {
	Event       string `yaml:"event" json:"event"` // a documented event, one of the program's, or a direct-to-SMS command
	Interaction `yaml:",inline"`
}

// Interaction is what one value of an event causes: at least one thing.
type Interaction struct {
	Text        string `yaml:"text,omitempty" json:"text,omitempty"`               // only for this value of status.text; for every one when absent
	SMS         string `yaml:"sms,omitempty" json:"sms,omitempty"`                 // a text to the patient; {program}, {name}, {link} and the keys of additionalData in braces are replaced
	Finishes    bool   `yaml:"finishes,omitempty" json:"finishes,omitempty"`       // the enrollment counts as finished
	Subscribe   string `yaml:"subscribe,omitempty" json:"subscribe,omitempty"`     // a campaign that starts
	Unsubscribe string `yaml:"unsubscribe,omitempty" json:"unsubscribe,omitempty"` // a campaign that ends
}

// Campaign is a prepared series of texts.
type Campaign struct {
	Name  string `yaml:"name" json:"name"`   // by which partners subscribe patients
	Steps []Step `yaml:"steps" json:"steps"` // in the order in which they fall due
}

// Step is one text of a campaign.
type Step struct {
	After string `yaml:"after,omitempty" json:"after,omitempty"` // since the subscription, such as 90m, 7d or 1w12h; at once when absent
	SMS   string `yaml:"sms" json:"sms"`                         // {program}, {name}, {link} and the keys of additionalData in braces are replaced
}

//go:embed default.yaml
var defaultText []byte

// Default is the embedded configuration: one program per product, with
// credentials that never change.
func Default() *File {
	f, err := Parse(defaultText)
	if err != nil {
		panic(err) // a test reads it
	}
	return f
}

// Load reads the file at path.
func Load(path string) (*File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// Parse reads a configuration in YAML, of which JSON is a part.
func Parse(text []byte) (*File, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, errors.New("the configuration is empty")
	}
	var f File
	dec := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict())
	if err := dec.Decode(&f); err != nil {
		return nil, fmt.Errorf("line %s", strings.TrimSpace(yaml.FormatError(err, false, false)))
	}
	if w := f.check(); w != nil {
		return nil, w.in(text)
	}
	return &f, nil
}
