package container_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
	"github.com/tidwall/gjson"
)

const (
	image   = "placebo:dev" // what .ci/image.sh builds
	secret  = "open-sesame"
	vendor  = "8080/tcp"
	partner = "8081/tcp"
	phone   = "8082/tcp"
	control = "8090/tcp"

	patience = 30 * time.Second // for anything but the build; only a failure uses it up
	grace    = 10 * time.Second // what docker stop gives a process
)

func TestTheImageServesAndStopsAsPromised(t *testing.T) {
	needDocker(t)
	build(t)
	partners := listen(t)
	box := run(t, map[string]string{
		"PLACEBO_CONTROL_TOKEN": secret,
		"PLACEBO_WEBHOOKS":      "http://host.docker.internal:" + strconv.Itoa(partners.port),
	})

	t.Run("the control API keeps out who has no token", func(t *testing.T) {
		for _, header := range []string{"", "Authorization: Bearer guessed"} {
			if status, body := box.call(t, control, "/v1/sandboxes/default", "", header); status != http.StatusUnauthorized {
				t.Errorf("with %q: got %d %s, want 401", header, status, body)
			}
		}
	})

	t.Run("a patient is invited from outside, and the webhook comes out", func(t *testing.T) {
		status, sandbox := box.call(t, control, "/v1/sandboxes/default", "", "Authorization: Bearer "+secret)
		if status != http.StatusOK {
			t.Fatalf("the control API: got %d %s, want 200", status, sandbox)
		}
		program := sandbox.Get("programs.0")
		status, invited := box.call(t, vendor, "/v1/patients/invite", fmt.Sprintf(`{"externalId": "crm-1001", "phoneNumber": "+12025550142",
			"supportProgramId": %q, "firstName": "Maya", "lastName": "Torres", "skipOnboarding": true, "requiredConsent": false}`, program.Get("id").Str),
			"x-api-key: "+program.Get("apiKey").Str, "Authorization: Bearer "+program.Get("token").Str)
		if status != http.StatusOK {
			t.Fatalf("the vendor: got %d %s, want 200", status, invited)
		}
		id := invited.Get("data.patientId").Str
		select {
		case got := <-partners.heard:
			if got.path != "/webhook/user-enrollment" || id == "" || got.body.Get("event.patient.id").Str != id {
				t.Errorf("got %s at %s, want the enrollment of %q", got.body, got.path, id)
			}
		case <-time.After(patience):
			_, hooks := box.call(t, control, "/v1/sandboxes/default/webhooks", "", "Authorization: Bearer "+secret)
			t.Errorf("no webhook within %v: %s", patience, hooks)
		}
	})

	t.Run("partner and phone are served too", func(t *testing.T) {
		if status, body := box.call(t, partner, "/webhook/user-enrollment", "{}"); status != http.StatusBadRequest {
			t.Errorf("the partner: got %d %s, want a 400 to an empty webhook", status, body)
		}
		if status, _ := box.call(t, phone, "/l/no-such-link", ""); status < 200 || status >= 500 {
			t.Errorf("the phone: got %d, want an answer", status)
		}
	})

	t.Run("it is not root", func(t *testing.T) {
		top := docker(t, "top", box.GetContainerID(), "-eo", "uid,gid,pid")
		lines := strings.Split(strings.TrimSpace(top), "\n")
		if len(lines) != 2 {
			t.Fatalf("got %q, want a heading and one process", top)
		}
		if ids := strings.Fields(lines[1]); ids[0] == "0" || ids[1] == "0" {
			t.Errorf("it runs as user %s of group %s, want neither to be root's", ids[0], ids[1])
		}
	})

	t.Run("docker stop ends it with success", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		given, began := grace, time.Now()
		if err := box.Stop(ctx, &given); err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		state, err := box.State(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if state.Running || state.ExitCode != 0 || state.OOMKilled || took >= grace {
			t.Errorf("got exit code %d after %v, running: %v, want 0 before %v", state.ExitCode, took, state.Running, grace)
		}
	})
}

// needDocker skips the test where there is no Docker, unless nothing may be
// skipped.
func needDocker(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "docker", "version").CombinedOutput()
	if err == nil {
		return
	}
	why := fmt.Sprintf("docker version does not answer: %v: %s", err, out)
	if os.Getenv("PLACEBO_CI") == "1" || os.Getenv("CI") != "" {
		t.Fatalf("PLACEBO_CI and CI demand everything, and %s", why)
	}
	t.Skip(why)
}

// build makes the image as make image does.
func build(t *testing.T) {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	look(t, root)
	before := imageID(t)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute) // it compiles
	defer cancel()
	out, err := exec.CommandContext(ctx, filepath.Join(root, ".ci", "image.sh")).CombinedOutput()
	if err != nil {
		t.Fatalf("building the image: %v: %s", err, out)
	}
	if before != "" && before != imageID(t) {
		// Nobody can name the older one any more. It stays where it is in use.
		_ = exec.CommandContext(ctx, "docker", "image", "rm", before).Run()
	}
}

// look looks at what the image is made from: the go command takes a result from
// its cache until something changes that the test itself has looked at.
func look(t *testing.T, root string) {
	t.Helper()
	for _, name := range []string{"cmd", "simulator", ".ci", "Dockerfile", "go.mod", "go.sum"} {
		err := filepath.WalkDir(filepath.Join(root, name), func(_ string, _ fs.DirEntry, err error) error { return err })
		if err != nil {
			t.Fatal(err)
		}
	}
}

func imageID(t *testing.T) string {
	t.Helper()
	return strings.TrimSpace(docker(t, "image", "ls", "--quiet", "--no-trunc", image))
}

func docker(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "docker", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("docker %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// box is a container with its ports published.
type box struct {
	*testcontainers.DockerContainer
}

// run starts the image with nothing but an environment; it is removed with the
// test.
func run(t *testing.T, env map[string]string) box {
	t.Helper()
	environ(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	c, err := testcontainers.Run(ctx, image,
		testcontainers.WithLogger(log.TestLogger(t)),
		testcontainers.WithEnv(env),
		testcontainers.WithExposedPorts(vendor, partner, phone, control),
		testcontainers.WithHostConfigModifier(func(h *container.HostConfig) {
			h.ExtraHosts = append(h.ExtraHosts, "host.docker.internal:host-gateway")
		}),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/readyz").WithPort(control).WithStartupTimeout(patience)),
	)
	testcontainers.CleanupContainer(t, c)
	if err != nil {
		t.Fatalf("starting the container: %v", err)
	}
	t.Cleanup(func() { // before it is removed
		if t.Failed() {
			t.Logf("the container's log:\n%s", logs(c))
		}
	})
	return box{c}
}

// environ sets testcontainers up: its cleaner would have to be pulled; and the
// address of a published port is this machine's.
func environ(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{"TESTCONTAINERS_RYUK_DISABLED": "true", "TESTCONTAINERS_HOST_OVERRIDE": "127.0.0.1"} {
		if os.Getenv(name) == "" {
			t.Setenv(name, value)
		}
	}
}

func logs(c *testcontainers.DockerContainer) string {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r, err := c.Logs(ctx)
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// call sends a request to a published port; one with a body is a POST.
func (b box) call(t *testing.T, port, path, body string, header ...string) (status int, answer gjson.Result) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	base, err := b.PortEndpoint(ctx, port, "http")
	if err != nil {
		t.Fatal(err)
	}
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for _, line := range header {
		if name, value, cut := strings.Cut(line, ": "); cut {
			req.Header.Set(name, value)
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, gjson.ParseBytes(text)
}

// ear is a partner on this machine that a container can reach.
type ear struct {
	port  int
	heard chan heard
}

type heard struct {
	path string
	body gjson.Result
}

func listen(t *testing.T) *ear {
	t.Helper()
	l, err := net.Listen("tcp4", "0.0.0.0:0") // a container comes in from the bridge
	if err != nil {
		t.Fatal(err)
	}
	e := &ear{port: l.Addr().(*net.TCPAddr).Port, heard: make(chan heard, 16)}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"success":true,"data":{}}`)
		e.heard <- heard{r.URL.Path, gjson.ParseBytes(body)}
	}))
	_ = s.Listener.Close() // the one of loopback
	s.Listener = l
	s.Start()
	t.Cleanup(s.Close)
	return e
}
