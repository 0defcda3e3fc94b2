package container_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	pixels "image"
	"image/png"
	"io"
	"io/fs"
	"net"
	"net/http"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/result"
	"github.com/placebo-sim/placebo/conformance/settings"
	"github.com/placebo-sim/placebo/conformance/target/url"
	"github.com/placebo-sim/placebo/simulator"
)

const (
	exampleImage = "placebo-example-partner:test"
	examplePort  = "3000/tcp"
	ownToken     = "Authorization: Bearer our-own"
)

func TestTheExamplePartnerLivesThroughAPatientsJourney(t *testing.T) {
	needDocker(t)
	buildExample(t)

	front := newFront(t)
	sim := simulator.NewServer(t,
		simulator.WithListener(simulator.VendorListener, "0.0.0.0:0"), // a container comes in from the bridge
		simulator.WithControlToken(secret),
		simulator.WithWebhooks(front.url()))
	program, key, bearer := sim.Credentials("rxware")
	vendorURL, err := neturl.Parse(sim.URL(simulator.VendorListener))
	if err != nil {
		t.Fatal(err)
	}
	partner := runExample(t, map[string]string{
		"VENDOR_URL": "http://host.docker.internal:" + vendorURL.Port(), "API_KEY": key, "BEARER": bearer, "ADMIN_TOKEN": "our-own",
	})
	front.open(partner.address(t).Host)
	hand := hand{t, sim.URL(simulator.ControlListener) + "/v1/sandboxes/" + sim.DefaultSandbox()}

	status, invited := partner.call(t, examplePort, "/invite", fmt.Sprintf(`{"externalId": "crm-1001", "phoneNumber": "+12025550142",
		"supportProgramId": %q, "firstName": "Maya", "lastName": "Torres"}`, program), ownToken)
	if status != http.StatusOK {
		t.Fatalf("inviting through the partner: got %d %s, want 200", status, invited)
	}
	id := invited.Get("patientId").Str
	knows := func() gjson.Result {
		t.Helper()
		status, known := partner.call(t, examplePort, "/patients/"+id, "", ownToken)
		if status != http.StatusOK {
			t.Fatalf("asking the partner: got %d %s, want 200", status, known)
		}
		return known
	}
	expect(t, knows(), `invited: true, enrolled: false, externalId: crm-1001`)

	card := picture(t)
	hand.act(id, `{"act": "open-link"}`)
	hand.act(id, `{"act": "consent"}`)
	hand.act(id, `{"act": "answer", "values": {"patient.dob": "1988-08-23"}}`)
	hand.act(id, `{"act": "answer", "values": {"address.city": "Springfield"}}`)
	hand.act(id, fmt.Sprintf(`{"act": "upload-media", "use": "insurance.front", "content": %q}`, base64.StdEncoding.EncodeToString(card)))
	hand.act(id, `{"act": "sign"}`)
	hand.act(id, `{"act": "finish"}`)
	hand.delivered(id, 1)
	hand.act(id, `{"act": "view-tracker"}`)
	sim.Advance(time.Minute) // two visits within a millisecond would be one to whoever receives them
	hand.act(id, `{"act": "view-tracker"}`)
	hand.act(id, `{"act": "update-infusion", "date": "2031-03-01", "facility": "Blue Lake Infusions", "insuranceUpdate": true}`)
	again := hand.delivered(id, 3).Get("id").Str
	hand.delivered(id, 4)
	expect(t, knows(), `firstName: Maya, details.dob: 1988-08-23, details.address.city: Springfield, details.consents.0.given: true,
		trackerVisits: 2, infusion.facility: Blue Lake Infusions, optedOut: false`)
	hand.act(id, `{"act": "text", "body": "STOP"}`)
	hand.delivered(id, 5)

	t.Run("it fetches the card and the signature", func(t *testing.T) {
		files := gjson.Result{}
		for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) { // it gives no sign when it has
			if files = knows().Get("files"); len(files.Get(`#(state=="fetched")#`).Array()) == 2 {
				break
			}
			if time.Now().After(end) {
				t.Fatalf("got %s, want two fetched files", files)
			}
		}
		front := files.Get(`#(use=="primary insurance, front").id`).Str
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, partner.address(t).String()+"/patients/"+id+"/files/"+front, nil)
		if err != nil {
			t.Fatal(err)
		}
		name, value, _ := strings.Cut(ownToken, ": ")
		req.Header.Set(name, value)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if got, err := io.ReadAll(resp.Body); err != nil || !bytes.Equal(got, card) {
			t.Errorf("got %d bytes of %s, %v, want the card as it was taken", len(got), resp.Header.Get("Content-Type"), err)
		}
	})

	t.Run("a webhook that comes again changes nothing", func(t *testing.T) {
		before := knows().Raw
		hand := hand
		hand.T = t
		hand.call(http.MethodPost, "/webhooks/"+again+"/redeliver", "")
		hand.delivered(id, 3)
		if after := knows().Raw; after != before {
			t.Errorf("got %s, want %s", after, before)
		}
	})

	t.Run("it knows the same after a restart", func(t *testing.T) {
		before := knows()
		expect(t, before, `optedOut: true, trackerVisits: 2, enrolled: true`)
		ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
		defer cancel()
		given := grace
		if err := partner.Stop(ctx, &given); err != nil {
			t.Fatal(err)
		}
		if state, err := partner.State(ctx); err != nil || state.ExitCode != 0 {
			t.Errorf("got %+v, %v, want it to end with success", state, err)
		}
		if err := partner.Start(ctx); err != nil {
			t.Fatal(err)
		}
		if after := knows().Raw; after != before.Raw {
			t.Errorf("got %s, want %s", after, before.Raw)
		}
	})

	t.Run("its log tells nothing of the patient", func(t *testing.T) {
		text := logs(partner.DockerContainer)
		for _, what := range []string{id, "12025550142", "Maya", "Torres", "crm-1001", bearer} {
			if strings.Contains(text, what) {
				t.Errorf("the log tells %s:\n%s", what, text)
			}
		}
		if !strings.Contains(text, `"kind":"enrollment"`) {
			t.Errorf("the log tells too little:\n%s", text)
		}
	})
}

func TestTheExamplePartnerKeepsTheContract(t *testing.T) {
	needDocker(t)
	buildExample(t)
	profile, ok := conformance.FindProfile("partner")
	if !ok {
		t.Fatal("there is no profile partner")
	}
	front := newFront(t)
	target, err := url.NewPartner(t.Context(), &settings.Partner{
		BaseURL: front.url(), Program: "b1mTa000dsa54rt", Patients: []settings.PartnerPatient{{ExternalID: "crm-1001", Phone: "+12025550142"}},
		Media: &settings.PartnerMedia{Listen: "0.0.0.0:0", URL: "http://host.docker.internal:{port}"},
	}, "example", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = target.Close() }()
	partner := runExample(t, map[string]string{"VENDOR_URL": target.Media(), "API_KEY": "pk", "BEARER": "jwt"})
	front.open(partner.address(t).Host)

	r, err := conformance.Execute(t.Context(), target, conformance.Options{
		Profile: profile, Seed: 1, RunID: "example", Parallel: 4, Timeout: patience,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range r.Scenarios {
		if s.Verdict != result.Passed {
			t.Errorf("%s: %s: %s", s.Verdict, s.Title, s.Reason)
		}
	}
	if r.Verdict != result.Passed || len(r.Scenarios) == 0 {
		t.Errorf("the verdict of %d scenarios is %s %s, want passed", len(r.Scenarios), r.Verdict, r.Note)
	}
}

// front is an address that is known before the partner behind it: partner and
// vendor must be told of each other when they start.
type front struct{ net.Listener }

func newFront(t *testing.T) front {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return front{l}
}

func (f front) url() string { return "http://" + f.Addr().String() }

// open lets through who comes, and who has waited.
func (f front) open(to string) {
	go func() {
		for {
			in, err := f.Accept()
			if err != nil {
				return // it was closed
			}
			go func() {
				defer in.Close()
				out, err := net.Dial("tcp", to)
				if err != nil {
					return // which whoever came in takes for a partner that hangs up
				}
				defer out.Close()
				go func() {
					_, _ = io.Copy(out, in)
					_ = out.(*net.TCPConn).CloseWrite()
				}()
				_, _ = io.Copy(in, out)
			}()
		}
	}()
}

// hand is the patient's: what they do, they do through the control API.
type hand struct {
	*testing.T
	sandbox string
}

func (h hand) call(method, path, body string) gjson.Result {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), method, h.sandbox+path, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+secret)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode/100 != 2 {
		h.Fatalf("%s %s %s: got %d %s, %v", method, path, body, resp.StatusCode, text, err)
	}
	return gjson.ParseBytes(text)
}

func (h hand) act(id, body string) {
	h.Helper()
	h.call(http.MethodPost, "/patients/"+id+"/acts", body)
}

// delivered waits until the partner has acknowledged a patient's nth webhook.
func (h hand) delivered(id string, n int) gjson.Result {
	h.Helper()
	hook := h.call(http.MethodGet, fmt.Sprintf("/await?for=webhook&patient=%s&after=%d&timeout=%s", id, n-1, patience), "")
	if hook.Get("state").Str != "delivered" {
		h.Errorf("webhook %d: got %s, want it delivered", n, hook)
	}
	return hook
}

// expect compares members by path, given as "path: value, path: value"; for what
// is not a text or a number, true means that it is there.
func expect(t *testing.T, got gjson.Result, want string) {
	t.Helper()
	for pair := range strings.SplitSeq(want, ",") {
		path, value, _ := strings.Cut(strings.TrimSpace(pair), ": ")
		m := got.Get(path)
		is := m.String()
		if path == "invited" || path == "enrolled" {
			is = fmt.Sprint(m.Exists())
		}
		if is != value {
			t.Errorf("%s: got %q, want %q, in %s", path, is, value, got)
		}
	}
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, pixels.NewGray(pixels.Rect(0, 0, 320, 200))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// buildExample makes the image as the example's README says.
func buildExample(t *testing.T) {
	t.Helper()
	home, err := filepath.Abs("../../../examples/partner")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(home, func(_ string, _ fs.DirEntry, err error) error { return err }) // as look does
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute) // it compiles
	defer cancel()
	command := func(name string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = home
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", cmd, err, out)
		}
	}
	command("go", "build", "-o", filepath.Join(dir, "partner"), ".")
	if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS(filepath.Join(home, "data"))); err != nil {
		t.Fatal(err)
	}
	command("docker", "build", "-q", "-t", exampleImage, "-f", "Dockerfile", dir)
	t.Cleanup(func() { _ = exec.Command("docker", "image", "rm", exampleImage).Run() })
}

// runExample starts the example; it is removed with the test.
func runExample(t *testing.T, env map[string]string) box {
	t.Helper()
	for name, value := range map[string]string{"TESTCONTAINERS_RYUK_DISABLED": "true", "TESTCONTAINERS_HOST_OVERRIDE": "127.0.0.1"} { // as run does
		if os.Getenv(name) == "" {
			t.Setenv(name, value)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	c, err := testcontainers.Run(ctx, exampleImage,
		testcontainers.WithLogger(log.TestLogger(t)),
		testcontainers.WithEnv(env),
		testcontainers.WithExposedPorts(examplePort),
		testcontainers.WithHostConfigModifier(func(h *container.HostConfig) {
			h.ExtraHosts = append(h.ExtraHosts, "host.docker.internal:host-gateway")
		}),
		testcontainers.WithWaitStrategy(wait.ForHTTP("/healthz").WithPort(examplePort).WithStartupTimeout(patience)),
	)
	testcontainers.CleanupContainer(t, c)
	if err != nil {
		if c != nil {
			t.Logf("the container's log:\n%s", logs(c))
		}
		t.Fatalf("starting the container: %v", err)
	}
	t.Cleanup(func() { // before it is removed
		if t.Failed() {
			t.Logf("the partner's log:\n%s", logs(c))
		}
	})
	return box{c}
}

// address is where the example is reached from here.
func (b box) address(t *testing.T) *neturl.URL {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	base, err := b.PortEndpoint(ctx, examplePort, "http")
	if err != nil {
		t.Fatal(err)
	}
	u, err := neturl.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
