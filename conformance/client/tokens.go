package client

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/port"
)

// Tokens issues bearer tokens through the control API of our own simulator, and
// hands them to the vendor's client.
type Tokens struct {
	Driver *Driver
	Vendor *Vendor
	Key    string // the auth token that is shown with them
	ids    map[string]string
}

var _ port.Tokens = (*Tokens)(nil)

// Mint implements port.Tokens.
func (t *Tokens) Mint(ctx context.Context, token port.Token) error {
	body := map[string]any{"id": token.Name, "programs": token.Programs, "expires": token.Ends.UTC().Format(time.RFC3339)}
	if len(token.Scopes) > 0 {
		body["scopes"] = token.Scopes
	}
	v, err := t.Driver.do(ctx, "POST", "/tokens", body)
	if err != nil {
		return err
	}
	return t.keep(token.Name, v)
}

// Renew implements port.Tokens.
func (t *Tokens) Renew(ctx context.Context, name, successor string, ends time.Time) error {
	v, err := t.Driver.do(ctx, "POST", "/tokens/"+t.ids[name]+"/renew", map[string]string{"expires": ends.UTC().Format(time.RFC3339)})
	if err != nil {
		return err
	}
	return t.keep(successor, v)
}

// keep remembers a token, with which the vendor can be called from now on.
func (t *Tokens) keep(name string, v gjson.Result) error {
	if t.ids == nil {
		t.ids = map[string]string{}
	}
	bearer := v.Get("token").String()
	if t.ids[name] = v.Get("id").String(); bearer == "" || t.ids[name] == "" {
		return fmt.Errorf("no token came: %s", v.Raw)
	}
	t.Vendor.Access[port.With(name)] = Credentials{Key: t.Key, Bearer: bearer}
	return nil
}

// Disable implements port.Tokens.
func (t *Tokens) Disable(ctx context.Context, name string) error {
	_, err := t.Driver.do(ctx, "POST", "/tokens/"+t.ids[name]+"/disable", nil)
	return err
}

// List implements port.Tokens.
func (t *Tokens) List(ctx context.Context) ([]port.Token, error) {
	v, err := t.Driver.do(ctx, "GET", "/tokens", nil)
	if err != nil {
		return nil, err
	}
	var all []port.Token
	for _, one := range v.Get("tokens").Array() {
		token := port.Token{Disabled: one.Get("disabled").Bool()}
		for name, id := range t.ids {
			if id == one.Get("id").String() {
				token.Name = name
			}
		}
		all = append(all, token)
	}
	return all, nil
}

// BadlySigned is a bearer token with the first sign of its signature changed.
// What is no JWT comes back as it is.
func BadlySigned(token string) string {
	at := strings.LastIndexByte(token, '.') + 1
	if at <= 0 || at >= len(token) {
		return token
	}
	other := byte('A')
	if token[at] == other {
		other = 'B'
	}
	return token[:at] + string(other) + token[at+1:]
}
