package certificate_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/conformance/certificate"
)

func TestKeysAreKeptForTheirOwner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret, open := filepath.Join(dir, "private.pem"), filepath.Join(dir, "public.pem")
	made, err := certificate.WriteKeys(secret, open)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{secret: 0o600, open: 0o644} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&^want != 0 {
			t.Errorf("%s: got %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
	private, err := certificate.ReadPrivate(secret)
	if err != nil {
		t.Fatal(err)
	}
	read, err := certificate.ReadPublic(open)
	if err != nil || !read.Equal(made) || !read.Equal(private.Public()) {
		t.Errorf("got %v, %v, want the key that was made", read, err)
	}
	text, err := os.ReadFile(open)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := pem.Decode(text)
	if certificate.KeyID(read) != sum(b.Bytes) {
		t.Errorf("got %s, want the digest of the PKIX form", certificate.KeyID(read))
	}
}

func TestKeysAreNeverOverwritten(t *testing.T) {
	t.Parallel()
	for _, there := range []string{"private.pem", "public.pem"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, there), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := certificate.WriteKeys(filepath.Join(dir, "private.pem"), filepath.Join(dir, "public.pem")); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: got %v, want it to be refused", there, err)
		}
		left, err := os.ReadDir(dir)
		if err != nil || len(left) != 1 {
			t.Errorf("%s: got %v, %v, want no other file", there, left, err)
		}
		if text, err := os.ReadFile(filepath.Join(dir, there)); err != nil || !bytes.Equal(text, []byte("mine")) {
			t.Errorf("%s: got %q, %v, want it as it was", there, text, err)
		}
	}
}

func TestOnlyAKeyIsAKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	if _, err := certificate.WriteKeys(at("private.pem"), at("public.pem")); err != nil {
		t.Fatal(err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(other)
	if err != nil {
		t.Fatal(err)
	}
	open, err := x509.MarshalPKIXPublicKey(other.Public())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{
		"text.pem":          []byte("a key"),
		"empty-private.pem": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY"}),
		"empty-public.pem":  pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY"}),
		"ec-private.pem":    pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}),
		"ec-public.pem":     pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: open}),
	} {
		if err := os.WriteFile(at(name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	private := func(path string) error { _, err := certificate.ReadPrivate(path); return err }
	public := func(path string) error { _, err := certificate.ReadPublic(path); return err }
	for _, c := range []struct {
		read       func(string) error
		name, want string
	}{
		{private, "public.pem", "is a PUBLIC KEY"}, {public, "private.pem", "is a PRIVATE KEY"},
		{private, "text.pem", "must be PEM"}, {public, "text.pem", "must be PEM"},
		{private, "empty-private.pem", "empty-private.pem"}, {public, "empty-public.pem", "empty-public.pem"},
		{private, "ec-private.pem", "must be an Ed25519 key"}, {public, "ec-public.pem", "must be an Ed25519 key"},
		{private, "nowhere.pem", "no such file"}, {public, "nowhere.pem", "no such file"},
	} {
		if err := c.read(at(c.name)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error that says %q", c.name, err, c.want)
		}
	}
}
