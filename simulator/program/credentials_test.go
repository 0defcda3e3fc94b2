package program_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// verdict is what the finding comes to when its caller invites.
func (w world) verdict(c program.Caller) (rule program.Rule, why string) {
	err := w.box.Update(func(tx *sandbox.Tx) error {
		if _, err := w.support.Invite(tx, c, invitation()); err != nil {
			return err
		}
		return errBroken // keep nothing
	})
	var r *program.Refusal
	if errors.As(err, &r) {
		return r.Rule, r.Saw
	}
	return 0, ""
}

func b64(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// forge writes a token by hand.
func forge(alg string, claims map[string]any, sign func(text string) []byte) string {
	text := b64(map[string]string{"alg": alg, "typ": "JWT"}) + "." + b64(claims)
	return text + "." + base64.RawURLEncoding.EncodeToString(sign(text))
}

func hs256(secret []byte) func(string) []byte {
	return func(text string) []byte {
		m := hmac.New(sha256.New, secret)
		m.Write([]byte(text))
		return m.Sum(nil)
	}
}

func unsigned(string) []byte { return nil }

func TestOnlyGenuineCredentialsAreRecognized(t *testing.T) {
	t.Parallel()
	const accepted, unauthorized = program.Rule(0), program.Unauthorized
	curve := token("curve")
	curve.Algorithm = "EdDSA"
	off := token("off")
	off.Disabled = true
	w := newHouse().open(t, "meadow", 7, today, directory(t, "meadow", []program.Program{plain()}, curve, off))
	signed := map[string]string{}
	for _, k := range w.dir.Tokens() {
		signed[k.ID] = k.Signed
	}
	good := signed["tk"]
	if !strings.HasPrefix(good, b64(map[string]string{"alg": "HS256", "typ": "JWT"})+".") {
		t.Errorf("the default is not HS256: %s", good)
	}
	keys := keysOf("meadow")
	claims := map[string]any{"jti": "tk", "sub": "hub", "exp": today.AddDate(1, 0, 0).Unix(), "programs": []string{programID}}
	public := keys.EdDSA.Public().(ed25519.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	armoured := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	other := directory(t, "forest", []program.Program{plain()})
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	spare := good[:len(good)-1] + string(alphabet[strings.IndexByte(alphabet, good[len(good)-1])+1]) // the same 32 bytes
	head, tail, _ := strings.Cut(good, ".")
	for _, c := range []struct {
		claim, key, bearer string
		want               program.Rule
		why                string
	}{
		{"both as issued", keyValue, good, accepted, ""},
		{"signed by EdDSA", keyValue, signed["curve"], accepted, ""},
		{"the same once more", keyValue, good, accepted, ""},
		{"no auth token", "", good, unauthorized, "the auth token is missing"},
		{"an unknown auth token", "pk_nobody", good, unauthorized, "the auth token is unknown"},
		{"an auth token in another case", "PK_HUB", good, unauthorized, "the auth token is unknown"},
		{"no bearer token", keyValue, "", unauthorized, "the bearer token is missing"},
		{"another partner's auth token", "pk_other", good, program.OtherPartner, ""},
		{"a disabled token", keyValue, signed["off"], program.TokenDisabled, ""},

		{"no token at all", keyValue, "tk", unauthorized, ""},
		{"two parts only", keyValue, head + "." + strings.Split(tail, ".")[0], unauthorized, ""},
		{"four parts", keyValue, good + ".x", unauthorized, ""},
		{"no signature", keyValue, good[:strings.LastIndex(good, ".")+1], unauthorized, ""},
		{"in another case", keyValue, strings.ToUpper(good), unauthorized, ""},
		{"a signature in another case", keyValue, head + "." + strings.Split(tail, ".")[0] + "." + swapCase(strings.Split(tail, ".")[1]), unauthorized, ""},
		{"with padding", keyValue, good + "=", unauthorized, ""},
		{"with the spare bits of the signature set", keyValue, spare, unauthorized, ""},
		{"with a line break", keyValue, good[:len(good)-4] + "\n" + good[len(good)-4:], unauthorized, ""},
		{"with a blank", keyValue, " " + good, unauthorized, ""},

		{"alg none", keyValue, forge("none", claims, unsigned), unauthorized, ""},
		{"alg None", keyValue, forge("None", claims, unsigned), unauthorized, ""},
		{"alg none, signed", keyValue, forge("none", claims, hs256(keys.HMAC)), unauthorized, ""},
		{"alg empty", keyValue, forge("", claims, unsigned), unauthorized, ""},
		{"alg HS512", keyValue, forge("HS512", claims, hs256(keys.HMAC)), unauthorized, ""},
		{"alg EdDSA, signed with the secret", keyValue, forge("EdDSA", claims, hs256(keys.HMAC)), unauthorized, ""},
		{"the public key as a secret", keyValue, forge("HS256", claims, hs256(public)), unauthorized, ""},
		{"the public key in DER as a secret", keyValue, forge("HS256", claims, hs256(der)), unauthorized, ""},
		{"the public key in PEM as a secret", keyValue, forge("HS256", claims, hs256(armoured)), unauthorized, ""},
		{"an empty secret", keyValue, forge("HS256", claims, hs256(nil)), unauthorized, ""},
		{"well signed, of nobody", keyValue, forge("HS256", map[string]any{"jti": "nobody"}, hs256(keys.HMAC)), unauthorized, ""},
		{"well signed, without a jti", keyValue, forge("HS256", map[string]any{}, hs256(keys.HMAC)), unauthorized, ""},
		{"another sandbox's token of the same name", keyValue, other.Tokens()[0].Signed, unauthorized, ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			rule, why := w.verdict(w.dir.Caller(c.key, c.bearer, today))
			equal(t, "rule", rule, c.want)
			if c.why != "" {
				equal(t, "why", why, c.why)
			}
		})
	}
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if up := strings.ToUpper(string(r)); up != string(r) {
			return rune(up[0])
		}
		return rune(strings.ToLower(string(r))[0])
	}, s)
}

// What the token itself claims does not count: what the directory knows does.
func TestATokenIsAsGoodAsTheDirectorySays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	boast := forge("HS256", map[string]any{"jti": "tk", "sub": "other", "exp": 1, "scope": "everything", "programs": []string{"all"}}, hs256(keysOf("meadow").HMAC))
	if rule, why := w.verdict(w.dir.Caller(keyValue, boast, today)); rule != 0 {
		t.Errorf("refused by rule %d: %s", rule, why)
	}
}

func TestAlgorithmsWithoutAKeyAreRefused(t *testing.T) {
	t.Parallel()
	claims := map[string]any{"jti": "tk"}
	curve := token("tk")
	curve.Algorithm = "EdDSA"
	for claim, c := range map[string]struct {
		keys   program.Keys
		token  program.Token
		bearer string
	}{
		"HS256 by an empty secret where there is none": {program.Keys{EdDSA: keysOf("meadow").EdDSA}, curve, forge("HS256", claims, hs256(nil))},
		"EdDSA where there is no key":                  {program.Keys{HMAC: keysOf("meadow").HMAC}, token("tk"), forge("EdDSA", claims, hs256(keysOf("meadow").HMAC))},
	} {
		d, err := program.NewDirectory(c.keys, []program.Program{plain()}, []program.Key{{Value: keyValue, Partner: "hub"}}, []program.Token{c.token})
		if err != nil {
			t.Fatal(err)
		}
		w := newHouse().open(t, "meadow", 7, today, d)
		if rule, _ := w.verdict(d.Caller(keyValue, c.bearer, today)); rule != program.Unauthorized {
			t.Errorf("%s: rule %d", claim, rule)
		}
		if rule, why := w.verdict(d.Caller(keyValue, d.Tokens()[0].Signed, today)); rule != 0 {
			t.Errorf("%s: the issued one is refused by rule %d: %s", claim, rule, why)
		}
	}
}

func TestATokenExpiresOnTheSandboxsClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := w.dir.Tokens()[0]
	for _, c := range []struct {
		claim string
		now   time.Time
		want  program.Rule
	}{
		{"long before", today, 0},
		{"the last millisecond", good.Expires.Add(-time.Millisecond), 0},
		{"the instant of expiry", good.Expires, program.Unauthorized},
		{"long after", good.Expires.AddDate(10, 0, 0), program.Unauthorized},
		{"long before, again", today, 0},
		{"before it was issued", good.Issued.AddDate(-1, 0, 0), 0}, // Policy: only the end counts
	} {
		if rule, why := w.verdict(w.dir.Caller(keyValue, good.Signed, c.now)); rule != c.want {
			t.Errorf("%s: rule %d (%s), want %d", c.claim, rule, why, c.want)
		}
	}
	w.box.Clock().Set(good.Expires)
	_, err := w.tryInvite(invitation())
	refused(t, err, program.Unauthorized)
}

func TestACallerIsRecognizedByManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				w.dir.Caller(keyValue, w.dir.Tokens()[0].Signed, today)
			}
		})
	}
	group.Wait()
}

func TestADirectoryIsWellFormed(t *testing.T) {
	t.Parallel()
	for claim, c := range map[string]struct {
		programs []program.Program
		keys     []program.Key
		tokens   []program.Token
	}{
		"two programs of one id":      {programs: []program.Program{plain(), plain()}},
		"two keys alike":              {keys: []program.Key{{Value: "k"}, {Value: "k", Partner: "x"}}},
		"two tokens of one id":        {tokens: []program.Token{token("t"), token("t")}},
		"an algorithm nobody knows":   {tokens: []program.Token{{ID: "t", Algorithm: "RS256"}}},
		"an algorithm without a key":  {tokens: []program.Token{{ID: "t", Algorithm: "EdDSA"}}},
		"an algorithm named in small": {tokens: []program.Token{{ID: "t", Algorithm: "hs256"}}},
	} {
		if _, err := program.NewDirectory(program.Keys{HMAC: []byte("x")}, c.programs, c.keys, c.tokens); err == nil {
			t.Errorf("%s: accepted", claim)
		}
	}
}

func TestCredentialsAreThoseThatMayDoTheMost(t *testing.T) {
	t.Parallel()
	lesser, off, late, far, strange := token("lesser"), token("off"), token("late"), token("far"), token("strange")
	lesser.Scopes = []program.Scope{program.ScopeRead}
	off.Disabled, late.Expires, far.Programs, strange.Partner = true, today, []string{elsewhere}, "nobody"
	d, err := program.NewDirectory(keysOf("x"), []program.Program{plain()},
		[]program.Key{{Value: "a", Partner: "other"}, {Value: "b", Partner: "hub"}, {Value: "c", Partner: "hub"}},
		[]program.Token{off, late, far, lesser, token("best"), strange})
	if err != nil {
		t.Fatal(err)
	}
	k, best, ok := d.Credentials(programID, today)
	if !ok || k.Value != "b" || best.ID != "best" {
		t.Errorf("credentials: %v, %v, %v", k, best.ID, ok)
	}
	if _, _, ok := d.Credentials("nowhere", today); ok {
		t.Error("there are credentials for a program that is not there")
	}
	equal(t, "keys in order", len(d.Keys()), 3)
	equal(t, "the first", d.Keys()[0].Value, "a")
	equal(t, "tokens in order", d.Tokens()[3].ID, "lesser")
	equal(t, "programs in order", d.Programs()[0].ID, programID)
}
