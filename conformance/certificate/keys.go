package certificate

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// The kinds of PEM blocks that keys are kept in: PKCS #8 and PKIX.
const (
	privateBlock = "PRIVATE KEY"
	publicBlock  = "PUBLIC KEY"
)

// WriteKeys draws a pair of keys and writes them to two files, which must not be
// there yet. Only their owner may read the private one.
func WriteKeys(privatePath, publicPath string) (ed25519.PublicKey, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	if err := create(privatePath, 0o600, privateBlock, secret); err != nil {
		return nil, err
	}
	if err := create(publicPath, 0o644, publicBlock, pkix(public)); err != nil {
		return nil, errors.Join(err, os.Remove(privatePath)) // a key that nobody can check is none
	}
	return public, nil
}

// create writes a file that was not there.
func create(path string, mode os.FileMode, kind string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if err := errors.Join(pem.Encode(f, &pem.Block{Type: kind, Bytes: content}), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// ReadPrivate reads a private Ed25519 key from a PEM file.
func ReadPrivate(path string) (ed25519.PrivateKey, error) {
	content, err := block(path, privateBlock)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: must be an Ed25519 key, is a %T", path, key)
	}
	return private, nil
}

// ReadPublic reads a public Ed25519 key from a PEM file.
func ReadPublic(path string) (ed25519.PublicKey, error) {
	content, err := block(path, publicBlock)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKIXPublicKey(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	public, ok := key.(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%s: must be an Ed25519 key, is a %T", path, key)
	}
	return public, nil
}

func block(path, kind string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b, _ := pem.Decode(text)
	switch {
	case b == nil:
		return nil, fmt.Errorf("%s: must be PEM with a %s", path, kind)
	case b.Type != kind:
		return nil, fmt.Errorf("%s: must be a %s, is a %s", path, kind, b.Type)
	}
	return b.Bytes, nil
}

// KeyID names a public key: the sha256 of its PKIX form, in hexadecimal digits.
func KeyID(public ed25519.PublicKey) string {
	sum := sha256.Sum256(pkix(public))
	return hex.EncodeToString(sum[:])
}

func pkix(public ed25519.PublicKey) []byte {
	content, _ := x509.MarshalPKIXPublicKey(public) // an Ed25519 key can be marshalled
	return content
}

// signature signs for dsse.
//
// The envelope does not name the key, as cosign's does not. The name there is a
// hint that nothing protects, and verifiers that call a key otherwise, cosign
// among them, take a name they do not know for another key. The signed statement
// names it.
type signature struct{ private ed25519.PrivateKey }

func (s signature) Sign(_ context.Context, data []byte) ([]byte, error) {
	return ed25519.Sign(s.private, data), nil
}

func (s signature) KeyID() (string, error) { return "", nil }

// verifier checks signatures for dsse.
type verifier struct{ public ed25519.PublicKey }

func (v verifier) Verify(_ context.Context, data, sig []byte) error {
	if !ed25519.Verify(v.public, data, sig) {
		return errors.New("the signature is not of this key")
	}
	return nil
}

func (v verifier) KeyID() (string, error)   { return KeyID(v.public), nil }
func (v verifier) Public() crypto.PublicKey { return v.public }
