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
	Version  int       `yaml:"version" json:"version"`
	Seed     *uint64   `yaml:"seed,omitempty" json:"seed,omitempty"`
	Clock    Clock     `yaml:"clock,omitempty" json:"clock,omitzero"`
	Listen   Listen    `yaml:"listen,omitempty" json:"listen,omitzero"`
	Sandbox  string    `yaml:"sandbox,omitempty" json:"sandbox,omitempty"` // its name
	Programs []Program `yaml:"programs,omitempty" json:"programs,omitempty"`
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
	Vendor  string `yaml:"vendor,omitempty" json:"vendor,omitempty"`
	Partner string `yaml:"partner,omitempty" json:"partner,omitempty"`
	Phone   string `yaml:"phone,omitempty" json:"phone,omitempty"`
	Control string `yaml:"control,omitempty" json:"control,omitempty"`
}

// Program is a support program and the credentials issued for it.
type Program struct {
	ID        string `yaml:"id" json:"id"`
	Product   string `yaml:"product" json:"product"` // rxware or helparound
	Name      string `yaml:"name,omitempty" json:"name,omitempty"`
	Partner   string `yaml:"partner,omitempty" json:"partner,omitempty"`
	Condition string `yaml:"condition,omitempty" json:"condition,omitempty"`
	Silent    bool   `yaml:"silent,omitempty" json:"silent,omitempty"` // no invitation text

	APIKeys []APIKey `yaml:"apiKeys,omitempty" json:"apiKeys,omitempty"` // one is made when there is none
	Tokens  []Token  `yaml:"tokens,omitempty" json:"tokens,omitempty"`   // one is made when there is none

	Webhooks      Webhooks          `yaml:"webhooks,omitempty" json:"webhooks,omitzero"`
	Consents      []Consent         `yaml:"consents,omitempty" json:"consents,omitempty"` // communication and sharePHI when absent
	RequiredItems []string          `yaml:"requiredItems,omitempty" json:"requiredItems,omitempty"`
	Fields        []Field           `yaml:"fields,omitempty" json:"fields,omitempty"`
	Dialects      map[string]string `yaml:"dialects,omitempty" json:"dialects,omitempty"`
}

// APIKey is an auth token. Its partner is the program's unless it says otherwise.
type APIKey struct {
	Value   string `yaml:"value" json:"value"`
	Partner string `yaml:"partner,omitempty" json:"partner,omitempty"`
}

// Token is a bearer token. What it does not say is the program's: its partner,
// the program itself, every scope, valid to 2100.
type Token struct {
	ID        string   `yaml:"id" json:"id"` // the JWT's jti
	Partner   string   `yaml:"partner,omitempty" json:"partner,omitempty"`
	Programs  []string `yaml:"programs,omitempty" json:"programs,omitempty"`
	Scopes    []string `yaml:"scopes,omitempty" json:"scopes,omitempty"`
	Expires   Instant  `yaml:"expires,omitempty" json:"expires,omitempty"`
	Disabled  bool     `yaml:"disabled,omitempty" json:"disabled,omitempty"`
	Algorithm string   `yaml:"algorithm,omitempty" json:"algorithm,omitempty"` // HS256 or EdDSA
}

// Webhooks says where a program's webhooks go. Without any address they go to
// the simulated partner.
type Webhooks struct {
	URL        string            `yaml:"url,omitempty" json:"url,omitempty"`               // base; /webhook/… is appended
	Enrollment string            `yaml:"enrollment,omitempty" json:"enrollment,omitempty"` // instead of the base's
	Action     string            `yaml:"action,omitempty" json:"action,omitempty"`         // instead of the base's
	Headers    map[string]string `yaml:"headers,omitempty" json:"headers,omitempty"`
}

// Consent is one thing patients are asked to agree to.
type Consent struct {
	Name     string `yaml:"name" json:"name"`
	Text     string `yaml:"text,omitempty" json:"text,omitempty"`
	Optional bool   `yaml:"optional,omitempty" json:"optional,omitempty"`
}

// Field is an enrollment field agreed on beyond the contract's.
type Field struct {
	Key     string   `yaml:"key" json:"key"`
	Label   string   `yaml:"label,omitempty" json:"label,omitempty"`
	Type    string   `yaml:"type,omitempty" json:"type,omitempty"`     // text (default), date, phone or choice
	Screen  string   `yaml:"screen,omitempty" json:"screen,omitempty"` // about when absent
	Max     int      `yaml:"max,omitempty" json:"max,omitempty"`       // characters
	Choices []string `yaml:"choices,omitempty" json:"choices,omitempty"`
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
	if err := f.check(); err != nil {
		return nil, err.at(text)
	}
	return &f, nil
}
