package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/certificate"
)

// conform runs placebo conform to its end.
func conform(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return call(t, nil, append([]string{"conform"}, args...)...)
}

// resultIn reads what a run has left.
func resultIn(t *testing.T, dir string) gjson.Result {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !gjson.ValidBytes(text) {
		t.Fatalf("result.json is no JSON: %s", text)
	}
	return gjson.ParseBytes(text)
}

func TestOurSimulatorConforms(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "not", "yet", "there")
	code, stdout, stderr := conform(t, "rxware", "--feature", "reinviting", "--out", dir, "--seed", "11")
	if code != 0 {
		t.Fatalf("got %d, want 0: %s%s", code, stdout, stderr)
	}
	for _, want := range []string{"seed 11", "in-process", "profile rxware"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("got %s, want it to say %q", stdout, want)
		}
	}
	for _, file := range []string{"result.json", "report.html", "junit.xml", "cucumber.json"} {
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Size() == 0 {
			t.Errorf("%s: got %v, want it to be written", file, err)
		}
	}
	r := resultIn(t, dir)
	for path, want := range map[string]string{"verdict": "passed", "profile": "rxware", "policy": "true", "run.seed": "11",
		"target.kind": "in-process", "target.name": "Placebo", "suite.version": versionText()} {
		if got := r.Get(path).String(); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestAClauseIsHeldAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	code, stdout, stderr := conform(t, "rxware", "--clause", "RX-REINVITE-004,RX-REINVITE-005", "--clause", "RX-REINVITE-001", "--out", dir)
	if code != 0 {
		t.Fatalf("got %d, want 0: %s%s", code, stdout, stderr)
	}
	var ids []string
	for _, c := range resultIn(t, dir).Get("clauses").Array() {
		ids = append(ids, c.Get("id").Str)
	}
	if want := []string{"RX-REINVITE-001", "RX-REINVITE-004", "RX-REINVITE-005"}; !slices.Equal(ids, want) {
		t.Errorf("got verdicts on %v, want on %v", ids, want)
	}
}

func TestASeedIsDrawnAndPrinted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, stdout, _ := conform(t, "rxware", "--clause", "RX-REINVITE-004", "--out", dir)
	seed := resultIn(t, dir).Get("run.seed").Uint()
	if seed == 0 || !strings.Contains(stdout, fmt.Sprintf("seed %d,", seed)) {
		t.Errorf("got seed %d and %q, want one that is printed", seed, stdout)
	}
}

func TestWhatWouldRunIsListed(t *testing.T) {
	t.Parallel()
	// Nobody is there, and nobody is asked.
	code, stdout, stderr := conform(t, "rxware", "--list", "--target", "http://127.0.0.1:1", "--feature", "reinviting")
	if code != 0 || stderr != "" {
		t.Fatalf("got %d, %q, want 0", code, stderr)
	}
	for _, want := range []string{"rxware/reinviting.feature\n", "RX-REINVITE-004", " clauses of the profile rxware\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("got %s, want it to contain %q", stdout, want)
		}
	}
	if strings.Contains(stdout, "-OUR-") {
		t.Errorf("got %s, want nothing of our own choices", stdout)
	}
	for _, args := range [][]string{{}, {"--target", "http://127.0.0.1:1", "--policy"}} {
		_, stdout, _ = conform(t, append([]string{"rxware", "--list", "--feature", "reinviting"}, args...)...)
		if !strings.Contains(stdout, "-OUR-") {
			t.Errorf("%v: got %s, want our own choices as well", args, stdout)
		}
	}
}

func TestARunOfNothingIsNoSuccess(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"a feature that there is not":               {"--feature", "nothing-of-the-kind"},
		"so it is when it is listed":                {"--feature", "nothing-of-the-kind", "--list"},
		"a clause that another profile is about":    {"--clause", "HA-RESP-001"},
		"a clause that nothing in a feature proves": {"--clause", "RX-REINVITE-004", "--feature", "inviting"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, _, stderr := conform(t, append([]string{"rxware"}, args...)...)
			if code != 3 || !strings.Contains(stderr, "nothing was chosen") {
				t.Errorf("got %d, %q, want 3 and the reason", code, stderr)
			}
		})
	}
}

func TestWrongUsageOfConformIsExitCode2WithAHint(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("what is this?\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, line, want string }{
		{"no profile", "", "received 0"},
		{"an unknown profile", "rxwere", `"rxwere", only rxware, helparound, partner`},
		{"two profiles", "rxware helparound", "received 2"},
		{"an unknown flag", "rxware --targt x", "--targt"},
		{"an unknown clause", "rxware --clause RX-INVITE-999", "RX-INVITE-999"},
		{"an unknown clause beside a known one", "rxware --clause RX-REINVITE-004,RX-NO-1", "RX-NO-1"},
		{"a pattern that is none", "rxware --feature [", "--feature"},
		{"a target that is no URL", "rxware --target localhost:8080", "--target"},
		{"two peers", "rxware --target http://localhost --image one", "--target and --image contradict"},
		{"three peers", "rxware --target http://localhost --image one --dockerfile .", "--target and --image and --dockerfile contradict"},
		{"a port without a container", "rxware --port 80", "--port"},
		{"a port that is none", "rxware --image one --port 70000", "--port"},
		{"a variable without a container", "rxware --env A=B", "--env"},
		{"a variable without a value", "rxware --image one --port 80 --env A", "--env"},
		{"a container without a port", "rxware --image one", "--port"},
		{"our vendor for a vendor", "rxware --vendor 127.0.0.1:0", "--vendor"},
		{"our vendor for our own partner", "partner --announce a.json", "--announce"},
		{"our vendor at no address", "partner --target http://localhost --vendor localhost", "--vendor"},
		{"no time at all", "rxware --timeout 0s", "--timeout"},
		{"nothing at once", "rxware --parallel 0", "--parallel"},
		{"a seed that is no number", "rxware --seed x", "--seed"},
		{"a certificate without a key", "rxware --certificate c.json --out o", "--key"},
		{"a certificate of a part", "rxware --clause RX-INVITE-001 --certificate c --key k.pem --out o", "whole profile"},
		{"a key without a certificate", "rxware --key k.pem --out o", "--certificate"},
		{"a certificate of nothing that is written", "rxware --certificate c.json --key k.pem", "--out"},
		{"a key that is not there", "rxware --certificate c.json --out " + dir + " --key nowhere.pem", "nowhere.pem"},
		{"a key that is none", "rxware --certificate c.json --out " + dir + " --key " + file, "--key"},
		{"a report where a file is", "rxware --out " + file, "--out"},
		{"a baseline that is not there", "rxware --baseline nowhere.txt", "nowhere.txt"},
		{"a baseline that is none", "rxware --baseline " + file, file + ":1"},
		{"a configuration that is not there", "rxware --config nowhere.yaml", "nowhere.yaml"},
		{"a partner's configuration that is not there", "partner --config nowhere.yaml", "nowhere.yaml"},
		{"a vendor of which too little is known", "rxware --target http://127.0.0.1:1", "--config"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := conform(t, strings.Fields(c.line)...)
			if code != 2 || stdout != "" {
				t.Errorf("got %d, %q, want 2 and nothing on stdout", code, stdout)
			}
			if !strings.Contains(stderr, c.want) || !strings.Contains(stderr, "--help") {
				t.Errorf("got %q, want %s and a hint at --help", stderr, c.want)
			}
		})
	}
}

func TestAWrongDescriptionOfAPeerIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ profile, text, place, what string }{
		{"rxware", "baseURL: http://localhost\nkeyHeadr: x\n", "2:1", "keyHeadr"},
		{"partner", "baseURL: http://localhost\nsecrets: x\n", "2:1", "secrets"},
	} {
		t.Run(c.profile, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := conform(t, c.profile, "--config", write(t, c.text))
			if code != 2 || stdout != "" {
				t.Errorf("got %d, %q, want 2 and nothing on stdout", code, stdout)
			}
			for _, want := range []string{"sandbox.yaml", "[" + c.place + "]", c.what, "--help"} {
				if !strings.Contains(stderr, want) {
					t.Errorf("got %q, want it to contain %s", stderr, want)
				}
			}
		})
	}
}

// vendorAt describes a vendor as little as can be.
func vendorAt(t *testing.T, address string) string {
	t.Helper()
	return write(t, "baseURL: "+address+"\ncredentials: {good: {key: a-key, bearer: a-token}}\nprograms: {main: a-program}\ntimeout: 2s\n")
}

func TestAPeerThatCannotBeAskedIsNoVerdict(t *testing.T) {
	t.Parallel()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<!DOCTYPE html><title>Welcome</title>")
	}))
	t.Cleanup(page.Close)
	shut := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	t.Cleanup(shut.Close)
	hanging := newHanging(t)
	for name, address := range map[string]string{"nobody listens": "http://127.0.0.1:1", "a web page": page.URL, "it hangs up": shut.URL,
		"it never answers": hanging.URL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			began := time.Now()
			code, stdout, stderr := conform(t, "rxware", "--config", vendorAt(t, address), "--feature", "reinviting", "--out", dir)
			if code != 3 || !strings.HasPrefix(stderr, "placebo: ") && !strings.Contains(stderr, "\nplacebo: ") {
				t.Errorf("got %d, %q, %q, want 3 and the reason", code, stdout, stderr)
			}
			if took := time.Since(began); took > soon {
				t.Errorf("it took %v, want less than %v", took, soon)
			}
			if got := resultIn(t, dir).Get("verdict").Str; got != "error" {
				t.Errorf("the result says %q, want error", got)
			}
			t.Log(stderr)
		})
	}
}

// agreeing is a peer that says 200 {} to everything.
func agreeing(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestAVendorThatAgreesToEverythingDoesNotConform(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := conform(t, "rxware", "--config", vendorAt(t, agreeing(t)), "--feature", "reinviting")
	if code != 1 && code != 3 {
		t.Errorf("got %d, %s%s, want no success", code, stdout, stderr)
	}
	t.Log(code, stdout, stderr)
}

// indulgent is our own partner, made to agree to whatever it refuses.
func indulgent(t *testing.T) string {
	t.Helper()
	ours, err := url.Parse(serve(t, nil).url("partner"))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(ours)
	proxy.ModifyResponse = func(r *http.Response) error {
		if r.StatusCode == http.StatusBadRequest {
			r.StatusCode, r.ContentLength, r.Body = http.StatusOK, 2, io.NopCloser(strings.NewReader("{}"))
			r.Header.Set("Content-Length", "2")
		}
		return nil
	}
	s := httptest.NewServer(proxy)
	t.Cleanup(s.Close)
	return s.URL
}

func TestABaselineIsRedBothWays(t *testing.T) {
	t.Parallel()
	described := write(t, "baseURL: "+indulgent(t)+"\nprogram: one\npatients: [{externalId: crm-1, phone: \"+12025550142\"}]\n")
	dir := t.TempDir()
	hold := func(baseline ...string) (int, string) {
		t.Helper()
		args := []string{"partner", "--config", described, "--feature", "answering*", "--out", dir}
		if baseline != nil {
			file := filepath.Join(dir, "known.txt")
			if err := os.WriteFile(file, []byte(strings.Join(baseline, "\n")), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, "--baseline", file)
		}
		code, stdout, stderr := conform(t, args...)
		return code, stdout + stderr
	}
	code, text := hold()
	if code != 1 {
		t.Fatalf("got %d, %s, want 1", code, text)
	}
	var failed, passed []string
	for _, s := range resultIn(t, dir).Get("scenarios").Array() {
		switch s.Get("verdict").Str {
		case "failed":
			failed = append(failed, s.Get("id").Str)
		case "passed":
			passed = append(passed, s.Get("id").Str)
		}
	}
	if len(failed) < 2 || len(passed) == 0 {
		t.Fatalf("got %d failures and %d passes, want some of both", len(failed), len(passed))
	}
	for name, c := range map[string]struct {
		baseline []string
		code     int
	}{
		"every failure is known":          {failed, 0},
		"a failure is new":                {failed[1:], 1},
		"a failure does not happen":       {append(slices.Clone(failed), passed[0]), 1},
		"an empty baseline knows nothing": {[]string{}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if code, text := hold(c.baseline...); code != c.code {
				t.Errorf("got %d, want %d: %s", code, c.code, text)
			}
		})
	}
}

func TestARunCanBeCertified(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key, public, file := filepath.Join(dir, "key.pem"), filepath.Join(dir, "public.pem"), filepath.Join(dir, "certificate.json")
	if _, err := certificate.WriteKeys(key, public); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := conform(t, "partner", "--out", filepath.Join(dir, "report"), "--certificate", file, "--key", key)
	if code != 0 || !strings.Contains(stdout, file) {
		t.Fatalf("got %d, %s%s, want 0 and where the certificate is", code, stdout, stderr)
	}
	envelope, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "report", "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	by, err := certificate.ReadPublic(public)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := certificate.Verify(envelope, text, by); err != nil {
		t.Errorf("the certificate does not hold: %v", err)
	}
	if _, err := certificate.Verify(envelope, bytes.Replace(text, []byte(`"passed"`), []byte(`"Passed"`), 1), by); err == nil {
		t.Error("the certificate holds for another result")
	}
}

func TestWhatDoesNotConformIsNotCertified(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key, file := filepath.Join(dir, "key.pem"), filepath.Join(dir, "certificate.json")
	if _, err := certificate.WriteKeys(key, filepath.Join(dir, "public.pem")); err != nil {
		t.Fatal(err)
	}
	code, _, stderr := conform(t, "partner", "--target", agreeing(t), "--out", dir, "--certificate", file, "--key", key)
	if code != 1 || !strings.Contains(stderr, "no certificate") {
		t.Errorf("got %d, %q, want 1 and the reason", code, stderr)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("there is a certificate")
	}
}

func TestCtrlCEndsTheRunAndKeepsWhatThereIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	partner := newHanging(t)
	var probed atomic.Bool
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if probed.CompareAndSwap(false, true) {
			http.Error(w, "{}", http.StatusBadRequest)
			return
		}
		partner.Config.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	var stdout, stderr output
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"conform", "partner", "--target", front.URL, "--out", dir}, environment{}.get, &stdout, &stderr)
	}()
	within(t, "the first webhook", partner.reached)
	cancel()
	if code := within(t, "the end of the run", ended); code != 3 || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("got %d, %q, want 3 and the reason", code, stderr.String())
	}
	if r := resultIn(t, dir); r.Get("verdict").Str != "error" || r.Get("scenarios.#").Int() == 0 {
		t.Errorf("the result says %q of %d scenarios, want error", r.Get("verdict").Str, r.Get("scenarios.#").Int())
	}
}

func TestFailFastEndsWithTheFirstFailure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	code, stdout, stderr := conform(t, "partner", "--target", agreeing(t), "--fail-fast", "--parallel", "1", "--out", dir)
	if code != 1 {
		t.Fatalf("got %d, want 1: %s%s", code, stdout, stderr)
	}
	if failed := resultIn(t, dir).Get("totals.scenarios.failed").Int(); failed != 1 {
		t.Errorf("got %d failures, want the first alone", failed)
	}
}

func TestTheHelpOfConformNamesEveryFlag(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := conform(t, "--help")
	if code != 0 || stderr != "" {
		t.Errorf("got %d, %q, want 0", code, stderr)
	}
	newConform(nil).Flags().VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(stdout, "--"+f.Name+" ") {
			t.Errorf("--%s is not in the help text", f.Name)
		}
	})
	for _, want := range []string{"PLACEBO_FAIL_FAST", "rxware ", "helparound ", "partner ", "Exit codes"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in the help text", want)
		}
	}
}

func TestEveryFlagOfConformCanBeGivenAsAVariable(t *testing.T) {
	t.Parallel()
	newConform(nil).Flags().VisitAll(func(f *pflag.Flag) {
		said, ok := map[string]string{"string": "said", "uint64": "9", "bool": "true", "uint16": "99", "int": "3", "duration": "5s",
			"stringArray": "A=B", "stringSlice": "one,two"}[f.Value.Type()]
		if !ok {
			t.Errorf("--%s is a %s, which this test does not know: give it a value here", f.Name, f.Value.Type())
			return
		}
		root := newRoot(environment{envName(f.Name): said}.get)
		root.SetArgs([]string{"conform", "rxware"})
		conform, _, err := root.Find([]string{"conform"})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		conform.RunE = func(cmd *cobra.Command, _ []string) error {
			got = strings.Trim(cmd.Flags().Lookup(f.Name).Value.String(), "[]")
			return nil
		}
		if err := root.ExecuteContext(t.Context()); err != nil || got != said {
			t.Errorf("--%s: got %q, %v, want %q", f.Name, got, err, said)
		}
	})
}

// A partner that invites first is told where, starts, invites, and is then held
// to the contract about the patient it invited.
func TestAPartnerThatInvitesFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var ours atomic.Pointer[httputil.ReverseProxy]
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		partner := ours.Load()
		if partner == nil {
			panic(http.ErrAbortHandler) // it has not started yet
		}
		partner.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	config := write(t, "baseURL: "+front.URL+"\ninvites: true\n")
	file := filepath.Join(dir, "vendor.json")
	var stdout, stderr output
	ended := make(chan int, 1)
	go func() {
		ended <- run(t.Context(), []string{"conform", "partner", "--config", config, "--vendor", "127.0.0.1:0", "--announce", file,
			"--feature", "answering*", "--timeout", "20s", "--out", dir}, environment{}.get, &stdout, &stderr)
	}()
	told := served{file: file}
	never := make(chan struct{})
	told.await(t, never)
	if got, want := keys(told.Result), []string{"vendor", "seed", "programs"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	partner, err := url.Parse(serve(t, nil, "--vendor", "off", "--phone", "off", "--media-from", told.url("vendor")).url("partner"))
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "an invitation", func() error { // as soon as our vendor listens
		_, err := told.invite(1)
		return err
	})
	ours.Store(httputil.NewSingleHostReverseProxy(partner))
	if code := within(t, "the end of the run", ended); code != 0 {
		t.Errorf("got %d, want 0: %s%s", code, stdout.String(), stderr.String())
	}
	r := resultIn(t, dir)
	if r.Get("left.0").Str != "crm-1" || r.Get("totals.scenarios.skipped").Int() > 0 || r.Get("totals.scenarios.passed").Int() == 0 {
		t.Errorf("got %s, left %s, want what the partner invited to be played", r.Get("totals"), r.Get("left"))
	}
}

// What the documents show must work when it is copied.
func TestTheYAMLInTheDocumentsCanBeUsed(t *testing.T) {
	t.Parallel()
	profiles := map[string]string{"# vendor.yaml": "rxware", "# partner.yaml": "partner"}
	for _, name := range []string{"conformance.md", "ci.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		blocks := strings.Split(string(text), "```yaml\n")[1:]
		if len(blocks) == 0 {
			t.Errorf("%s shows no YAML", name)
		}
		for _, block := range blocks {
			block, _, _ = strings.Cut(block, "```")
			title, _, _ := strings.Cut(block, "\n")
			var any map[string]any
			if err := yaml.Unmarshal([]byte(block), &any); err != nil {
				t.Errorf("%s, %s: %v", name, title, err)
			}
			profile, ok := profiles[title]
			if !ok {
				continue
			}
			delete(profiles, title)
			if code, _, stderr := conform(t, profile, "--list", "--config", write(t, block)); code != 0 {
				t.Errorf("%s, %s: got %d, %s, want it to be accepted", name, title, code, stderr)
			}
		}
	}
	if len(profiles) > 0 {
		t.Errorf("the documents do not show %v", profiles)
	}
}
