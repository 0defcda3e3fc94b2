package program

import (
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/dialect"
)

// Scope is an operation a token may be used for.
type Scope string

// The scopes. Policy: the vendor says tokens have a scope and names none.
const (
	ScopeInvite Scope = "patients:invite"
	ScopeRead   Scope = "patients:read"
	ScopeMedia  Scope = "media:read"
	ScopeUpdate Scope = "patients:update"
)

// AllScopes returns every scope.
func AllScopes() []Scope { return []Scope{ScopeInvite, ScopeRead, ScopeMedia, ScopeUpdate} }

// Key is an auth token: the first of the two credentials, which names the
// partner.
type Key struct {
	Value   string
	Partner string
}

// Token is a bearer token: the second credential, a signed JWT (RX-OUR-003).
type Token struct {
	ID        string // jti
	Partner   string // sub
	Programs  []string
	Scopes    []Scope
	Issued    time.Time
	Expires   time.Time
	Disabled  bool
	Algorithm string // HS256 or EdDSA
	Signed    string // the token as a caller presents it; set by NewDirectory
}

// Keys signs and verifies the bearer tokens of one sandbox.
type Keys struct {
	Issuer string
	HMAC   []byte
	EdDSA  ed25519.PrivateKey
}

// Directory is a sandbox's programs and credentials. It does not change; a
// changed one takes its place.
type Directory struct {
	programs map[string]*Program
	order    []string
	keys     map[string]Key
	tokens   map[string]Token // by jti
	keyOrder []string
	tokOrder []string
	sign     Keys
	verified sync.Map // signed token -> jti; only tokens that were verified
	dialect  dialect.Set
	deviates *deviation.Set
	strays   bool // the sandbox deviates, or one of its programs
}

var emptyDirectory = &Directory{}

// NewDirectory seals the programs, signs the tokens and returns the directory.
// Ids, key values and jtis must be unique.
func NewDirectory(sign Keys, programs []Program, keys []Key, tokens []Token) (*Directory, error) {
	d := &Directory{
		programs: map[string]*Program{}, keys: map[string]Key{}, tokens: map[string]Token{}, sign: sign,
	}
	bare := false
	for _, p := range programs {
		bare = bare || p.Deviates.Does(deviation.NamesNothing, nil)
		if _, taken := d.programs[p.ID]; taken {
			return nil, errors.New("two programs have the id " + p.ID)
		}
		p.seal()
		d.strays = d.strays || p.Deviates.Any()
		d.programs[p.ID] = &p
		d.order = append(d.order, p.ID)
	}
	for _, k := range keys {
		if _, taken := d.keys[k.Value]; taken {
			return nil, errors.New("two API keys are alike: " + k.Value)
		}
		d.keys[k.Value] = k
		d.keyOrder = append(d.keyOrder, k.Value)
	}
	for _, t := range tokens {
		if _, taken := d.tokens[t.ID]; taken {
			return nil, errors.New("two tokens have the id " + t.ID)
		}
		signed, err := sign.sign(t, bare)
		if err != nil {
			return nil, err
		}
		t.Signed = signed
		d.tokens[t.ID] = t
		d.tokOrder = append(d.tokOrder, t.ID)
	}
	return d, nil
}

// Speaking returns the directory with the sandbox's own dialect, in which calls
// for programs that it does not know are judged. It is for a directory that
// nobody uses yet.
func (d *Directory) Speaking(s dialect.Set) *Directory {
	d.dialect = s
	return d
}

// Deviating returns the directory with what the whole sandbox is made to do
// wrong, for calls whose program is not known. It is for a directory that nobody
// uses yet.
func (d *Directory) Deviating(s *deviation.Set) *Directory {
	d.deviates = s
	d.strays = d.strays || s.Any()
	return d
}

// Deviates is what the whole sandbox is made to do wrong; nil: nothing.
func (d *Directory) Deviates() *deviation.Set { return d.deviates }

// Strays tells whether the sandbox or one of its programs deviates at all.
func (d *Directory) Strays() bool { return d.strays }

// Dialect is the sandbox's own.
func (d *Directory) Dialect() *dialect.Set { return &d.dialect }

// DialectOf is a program's dialect, or the sandbox's for one that is not known.
func (d *Directory) DialectOf(programID string) *dialect.Set {
	if p, ok := d.programs[programID]; ok {
		return &p.Dialect
	}
	return &d.dialect
}

// DeviatesOf is what a program is made to do wrong, or the sandbox for one that
// is not known.
func (d *Directory) DeviatesOf(programID string) *deviation.Set {
	if p, ok := d.programs[programID]; ok {
		return p.Deviates
	}
	return d.deviates
}

// named finds the program that a call names. Where it is overlooked that there
// is none, any will do.
func (d *Directory) named(id string, s *deviation.Set, facts deviation.Facts) (*Program, *Refusal) {
	p, ok := d.Program(id)
	if ok && shaped(&d.dialect, id) {
		return p, nil
	}
	r := unless(s, unknownProgram(id), facts)
	if r == nil && len(d.order) > 0 {
		p = d.programs[d.order[0]]
	}
	return p, r
}

// WithTokens returns a directory of the same programs and auth tokens with
// other bearer tokens; those that stay what they were keep their signature.
func (d *Directory) WithTokens(tokens []Token) (*Directory, error) {
	var programs []Program
	for _, p := range d.Programs() {
		programs = append(programs, *p)
	}
	next, err := NewDirectory(d.sign, programs, d.Keys(), tokens)
	if err != nil {
		return nil, err
	}
	return next.Speaking(d.dialect).Deviating(d.deviates), nil
}

// claims are what a token says (RX-OUR-003).
type claims struct {
	jwt.RegisteredClaims
	Scope    string   `json:"scope"` // separated by blanks (RFC 8693)
	Programs []string `json:"programs"`
}

// sign makes the token, a bare one with neither scope nor end.
func (k Keys) sign(t Token, bare bool) (string, error) {
	var method jwt.SigningMethod
	var key any
	switch {
	case (t.Algorithm == "" || t.Algorithm == "HS256") && k.hasHMAC():
		method, key = jwt.SigningMethodHS256, k.HMAC
	case t.Algorithm == "EdDSA" && k.hasEdDSA():
		method, key = jwt.SigningMethodEdDSA, k.EdDSA
	default:
		return "", errors.New("no key to sign with " + t.Algorithm)
	}
	says := claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: k.Issuer, Subject: t.Partner, ID: t.ID,
			IssuedAt: jwt.NewNumericDate(t.Issued), ExpiresAt: jwt.NewNumericDate(t.Expires),
		},
		Scope: joined(t.Scopes), Programs: t.Programs,
	}
	if bare {
		says.Scope, says.ExpiresAt = "", nil
	}
	return jwt.NewWithClaims(method, says).SignedString(key)
}

// check returns the key for a token's algorithm. An algorithm without a key is
// refused: anybody can sign with an empty secret.
func (k Keys) check(t *jwt.Token) (any, error) {
	switch {
	case t.Method == jwt.SigningMethodEdDSA && k.hasEdDSA():
		return k.EdDSA.Public(), nil
	case t.Method == jwt.SigningMethodHS256 && k.hasHMAC():
		return k.HMAC, nil
	}
	return nil, jwt.ErrTokenUnverifiable
}

func (k Keys) hasHMAC() bool  { return len(k.HMAC) > 0 }
func (k Keys) hasEdDSA() bool { return len(k.EdDSA) == ed25519.PrivateKeySize }

func joined(scopes []Scope) string {
	var words []string
	for _, s := range scopes {
		words = append(words, string(s))
	}
	return strings.Join(words, " ")
}

// Program finds a program by id.
func (d *Directory) Program(id string) (*Program, bool) {
	p, ok := d.programs[id]
	return p, ok
}

// Programs returns the programs in the order of the configuration.
func (d *Directory) Programs() []*Program {
	var all []*Program
	for _, id := range d.order {
		all = append(all, d.programs[id])
	}
	return all
}

// Keys returns the auth tokens in the order of the configuration.
func (d *Directory) Keys() []Key {
	var all []Key
	for _, v := range d.keyOrder {
		all = append(all, d.keys[v])
	}
	return all
}

// Tokens returns the bearer tokens in the order of the configuration.
func (d *Directory) Tokens() []Token {
	var all []Token
	for _, id := range d.tokOrder {
		all = append(all, d.tokens[id])
	}
	return all
}

// Credentials returns a pair that may call for a program at the time now: the
// partner's first auth token and a bearer token that is enabled, not expired,
// issued for the program and good for the most.
func (d *Directory) Credentials(programID string, now time.Time) (Key, Token, bool) {
	var best Token
	for _, id := range d.tokOrder {
		t := d.tokens[id]
		if !t.Disabled && now.Before(t.Expires) && slices.Contains(t.Programs, programID) && len(t.Scopes) > len(best.Scopes) {
			best = t
		}
	}
	for _, v := range d.keyOrder {
		if k := d.keys[v]; best.ID != "" && k.Partner == best.Partner {
			return k, best, true
		}
	}
	return Key{}, Token{}, false
}

// Caller is the finding about a caller's two credentials: who they are, or what
// is wrong. Each operation judges it at its own documented place.
type Caller struct {
	key      Key
	token    Token
	fault    string // why nobody could be recognized
	deviates *deviation.Set
}

// Caller looks up the credentials a caller presented, at the time now. It never
// fails: what is wrong is part of the finding.
func (d *Directory) Caller(key, bearer string, now time.Time) Caller {
	c := Caller{deviates: d.deviates}
	k, known := d.keys[key]
	switch {
	case key == "":
		c.fault = "the auth token is missing"
		return c
	case !known:
		c.fault = "the auth token is unknown"
		return c
	case bearer == "":
		c.fault = "the bearer token is missing"
		return c
	}
	t, ok := d.verify(bearer)
	switch {
	case !ok:
		c.fault = "the bearer token is not one of ours, or badly signed"
	case !now.Before(t.Expires):
		c.fault = "the bearer token expired at " + t.Expires.Format(time.RFC3339)
	default:
		c.key, c.token = k, t
	}
	return c
}

// verify checks the signature of a bearer token, once per token: only tokens
// exactly as they were issued are remembered, so that memory is bounded by how
// many there are.
func (d *Directory) verify(bearer string) (Token, bool) {
	if jti, ok := d.verified.Load(bearer); ok {
		return d.tokens[jti.(string)], true
	}
	if strings.ContainsAny(bearer, "\r\n") { // the decoder would skip them
		return Token{}, false
	}
	var c claims
	// Strict: a signature whose spare bits were changed is not the one given out.
	_, err := jwt.ParseWithClaims(bearer, &c, d.sign.check,
		jwt.WithValidMethods([]string{"HS256", "EdDSA"}), jwt.WithoutClaimsValidation(), jwt.WithStrictDecoding())
	if err != nil {
		return Token{}, false
	}
	t, ok := d.tokens[c.ID]
	if !ok {
		return Token{}, false
	}
	if t.Signed == bearer {
		d.verified.Store(bearer, c.ID)
	}
	return t, true
}

// May judges the finding for an operation that judges it before it reads the
// body (RX-OUR-031).
func (c *Caller) May(s Scope) error {
	if r := c.refuse(s); r != nil {
		return r
	}
	return nil
}

// refuse judges the finding for an operation: 401 and 403 of RX-OUR-005.
func (c *Caller) refuse(s Scope) *Refusal { return unless(c.deviates, c.known(s), nil) }

func (c *Caller) known(s Scope) *Refusal {
	switch {
	case c.fault != "":
		return &Refusal{Rule: Unauthorized, Field: "credentials", Saw: c.fault, Wants: "a known auth token and a valid bearer token"}
	case c.key.Partner != c.token.Partner:
		return &Refusal{Rule: OtherPartner, Field: "credentials", Saw: "an auth token of " + c.key.Partner + ", a bearer token of " + c.token.Partner, Wants: "two credentials of one partner"}
	case !slices.Contains(c.token.Scopes, s):
		return &Refusal{Rule: OutOfScope, Field: "credentials", Saw: "a token without the scope " + string(s), Wants: "a token with it"}
	}
	return nil
}

// disabled judges whether the token was disabled.
func (c *Caller) disabled() *Refusal {
	if !c.token.Disabled {
		return nil
	}
	return unless(c.deviates, &Refusal{Rule: TokenDisabled, Field: "credentials", Saw: "token " + c.token.ID + ", which is disabled", Wants: "an enabled token"}, nil)
}

// mayUse judges whether the token was issued for a program.
func (c *Caller) mayUse(program string) *Refusal {
	if slices.Contains(c.token.Programs, program) {
		return nil
	}
	return unless(c.deviates, &Refusal{Rule: WrongProgram, Field: "credentials", Saw: "a token that was not issued for " + program, Wants: "a token issued for it"}, nil)
}
