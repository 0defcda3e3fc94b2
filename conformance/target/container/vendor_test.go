package container_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/result"
	"github.com/placebo-sim/placebo/conformance/settings"
	"github.com/placebo-sim/placebo/conformance/target/container"
	"github.com/placebo-sim/placebo/simulator"
)

func TestTheImageIsAVendorLikeAnyOther(t *testing.T) {
	needDocker(t)
	build(t)
	environ(t)
	program, key, bearer := simulator.NewServer(t).Credentials("rxware") // constants of the default sandbox
	s, err := settings.ParseVendor([]byte(`
baseURL: http://container
credentials: {good: {key: ` + key + `, bearer: ` + bearer + `}}
programs: {main: ` + program + `}
driver: {control: {url: "http://{address:8090}", token: ` + secret + `}}
`))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	v, err := container.Vendor(ctx, container.Spec{Image: image, Port: 8080,
		Env:  map[string]string{"PLACEBO_CONTROL_TOKEN": secret, "PLACEBO_WEBHOOKS": "{callback}"},
		Wait: container.Wait{Path: "/readyz", Port: 8090, Most: patience},
	}, s, "image", 7)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	p, _ := conformance.FindProfile("rxware")
	r, err := conformance.Execute(t.Context(), v, conformance.Options{Profile: p, RunID: "image",
		Clauses: []string{"RX-INVITE-001", "RX-INVITE-066", "RX-HOOK-OPT-001", "HA-HOOK-ENROLL-001", "HA-HOOK-ENROLL-021", "RX-MEDIA-006"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v %s", r.Totals.Scenarios, r.Note)
	if r.Exit() != 0 || r.Target.Kind != "container" || r.Totals.Scenarios[result.Passed] < 6 {
		t.Errorf("got exit %d, kind %s, %v", r.Exit(), r.Target.Kind, r.Totals.Scenarios)
		t.Log(v.Box.Logs())
	}
	for _, s := range r.Scenarios {
		if s.Verdict != result.Passed && s.Verdict != result.Skipped {
			t.Errorf("%s %s: %s: %s", s.ID, s.Title, s.Verdict, s.Reason)
		}
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	if v.Box.Logs() == "" {
		t.Error("what the container printed is lost")
	}
}

func TestAContainerThatDoesNotStartSaysWhatItPrinted(t *testing.T) {
	needDocker(t)
	build(t)
	environ(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err := container.Start(ctx, container.Spec{Image: image, Port: 8080, Args: []string{"dance"}, Wait: container.Wait{Most: patience}})
	if err == nil || !strings.Contains(err.Error(), "dance") {
		t.Errorf("got %v, want what it printed of dance", err)
	}
}

func TestAFolderIsBuiltAndStarted(t *testing.T) {
	needDocker(t)
	build(t)
	environ(t)
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "Dockerfile.vendor"), []byte("FROM "+image+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	b, err := container.Start(ctx, container.Spec{Context: folder, Dockerfile: "Dockerfile.vendor", Port: 8080,
		Env: map[string]string{"PLACEBO_CONTROL_TOKEN": secret}, Wait: container.Wait{Log: "phone", Most: patience}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.Logs(), "phone") {
		t.Errorf("the log is %s", b.Logs())
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(b.Logs(), "phone") {
		t.Error("the log is gone with the container")
	}
}
