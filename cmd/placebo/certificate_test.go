package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/conformance/certificate"
	"github.com/placebo-sim/placebo/conformance/result"
)

// certified is a folder with a run, its certificate and the keys.
func certified(t *testing.T) (at func(name string) string) {
	t.Helper()
	dir := t.TempDir()
	at = func(name string) string { return filepath.Join(dir, name) }
	if code, stdout, stderr := call(t, nil, "certificate", "keygen", "--out", dir); code != 0 || stderr != "" || !strings.Contains(stdout, at("private.pem")) {
		t.Fatalf("keygen: got %d, %q, %q, want 0 and the files", code, stdout, stderr)
	}
	r := &result.Result{Version: result.Version, Profile: "rxware", Verdict: result.Passed,
		Suite:     result.Suite{Name: "placebo", Version: "v1", Digest: "sha256:" + strings.Repeat("ab", 32)},
		Target:    result.Target{Kind: "in-process", Name: "our own simulator"},
		Clauses:   []result.Clause{{ID: "RX-INVITE-001", Verdict: result.Passed}},
		Scenarios: []result.Scenario{{ID: "rxware/inviting.feature:3", Verdict: result.Passed, Started: time.Now()}}}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	put(t, at("result.json"), text)
	if verdict, err := certificate.WriteFile(at("certificate.json"), at("result.json"), r, []string{"webhooks"}, at("private.pem"), time.Now()); err != nil || verdict != certificate.Passed {
		t.Fatalf("got %q, %v, want a certificate", verdict, err)
	}
	return at
}

func put(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestACertificateIsCheckedAndShown(t *testing.T) {
	t.Parallel()
	at := certified(t)
	code, stdout, stderr := call(t, nil, "certificate", "verify", at("certificate.json"), "--result", at("result.json"), "--key", at("public.pem"))
	if code != 0 || stderr != "" || !strings.Contains(stdout, "is valid") || !strings.Contains(stdout, "our own simulator") {
		t.Errorf("verify: got %d, %q, %q, want 0 and what is certified", code, stdout, stderr)
	}
	code, stdout, stderr = call(t, nil, "certificate", "show", at("certificate.json"))
	if code != 0 || stderr != "" || !strings.Contains(stdout, "1 passed") || !strings.Contains(stdout, "Nothing of this was checked") {
		t.Errorf("show: got %d, %q, %q, want 0 and what it says", code, stdout, stderr)
	}
	code, stdout, _ = call(t, nil, "certificate")
	if code != 0 || !strings.Contains(stdout, "keygen") {
		t.Errorf("got %d, %q, want 0 and the commands", code, stdout)
	}
}

func TestExitCodesOfACertificate(t *testing.T) {
	t.Parallel()
	at := certified(t)
	if code, _, _ := call(t, nil, "certificate", "keygen", "--out", at("other")); code != 0 {
		t.Fatalf("keygen with a prefix: got %d, want 0", code)
	}
	text, err := os.ReadFile(at("result.json"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, at("changed.json"), bytes.Replace(text, []byte("RX-INVITE-001"), []byte("RX-INVITE-002"), 1))
	for _, c := range []struct {
		claim string
		code  int
		args  []string
		want  string
	}{
		{"another key", 1, []string{"verify", at("certificate.json"), "--result", at("result.json"), "--key", at("other-public.pem")}, "is not valid: its signature"},
		{"a changed result", 1, []string{"verify", at("certificate.json"), "--result", at("changed.json"), "--key", at("public.pem")}, "another result"},
		{"no key said", 2, []string{"verify", at("certificate.json"), "--result", at("result.json")}, "--key"},
		{"no result said", 2, []string{"verify", at("certificate.json"), "--key", at("public.pem")}, "--result"},
		{"no certificate said", 2, []string{"verify"}, "received 0"},
		{"an unknown command", 2, []string{"issue"}, `"issue"`},
		{"nowhere to put the keys", 2, []string{"keygen"}, "--out"},
		{"a private key to check with", 3, []string{"verify", at("certificate.json"), "--result", at("result.json"), "--key", at("private.pem")}, "PUBLIC KEY"},
		{"a result that is not there", 3, []string{"verify", at("certificate.json"), "--result", at("nowhere.json"), "--key", at("public.pem")}, "nowhere.json"},
		{"a certificate that is not there", 3, []string{"verify", at("nowhere.json"), "--result", at("result.json"), "--key", at("public.pem")}, "nowhere.json"},
		{"a certificate that is none", 3, []string{"verify", at("result.json"), "--result", at("result.json"), "--key", at("public.pem")}, "no certificate"},
		{"to show one that is none", 3, []string{"show", at("result.json")}, "no certificate"},
		{"to show one that is not there", 3, []string{"show", at("nowhere.json")}, "nowhere.json"},
		{"keys where there are some", 1, []string{"keygen", "--out", at("other")}, "exists"},
		{"keys in a directory that is not there", 1, []string{"keygen", "--out", at("nowhere") + "/"}, "nowhere"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := call(t, nil, append([]string{"certificate"}, c.args...)...)
			if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) {
				t.Errorf("got %d, %q, %q, want %d and %s", code, stdout, stderr, c.code, c.want)
			}
		})
	}
}
