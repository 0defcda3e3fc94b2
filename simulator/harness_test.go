package simulator_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator"
)

// lab is a running simulator and a client of its own.
type lab struct {
	testing.TB
	*simulator.Server
	client *http.Client
}

func start(t testing.TB, opts ...simulator.Option) lab {
	t.Helper()
	return lab{t, simulator.NewServer(t, opts...), newClient(t)}
}

// aside is the lab for a goroutine beside the test's own, which alone may end
// the test.
func (l lab) aside() lab { l.TB = aside{l.TB}; return l }

type aside struct{ testing.TB }

func (a aside) Fatalf(format string, args ...any) {
	a.Helper()
	a.Errorf(format, args...)
	runtime.Goexit()
}

// newClient returns a client that shares no connection with other tests, and
// holds none when the server closes.
func newClient(t testing.TB) *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
}

func (r reply) get(path string) gjson.Result { return gjson.Get(r.body, path) }

// headers are given as names and values in turn.
func (l lab) send(method, url, body string, headers ...string) reply {
	l.Helper()
	r, err := l.try(method, url, body, headers...)
	if err != nil {
		l.Fatalf("%s %s: %v", method, url, err)
	}
	return r
}

// try is send for goroutines beside the test's own.
func (l lab) try(method, url, body string, headers ...string) (reply, error) {
	req, err := http.NewRequestWithContext(l.Context(), method, url, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := l.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return reply{}, err
	}
	return reply{resp.StatusCode, resp.Header, string(text)}, nil
}

// box is one sandbox: where it is, and a program of it with its credentials.
type box struct {
	lab
	name                 string
	vendor, partner, api string
	program, key, bearer string
}

// box looks at a sandbox that is there.
func (l lab) box(name string) box {
	l.Helper()
	return l.boxOf(l.send("GET", l.URL(simulator.ControlListener)+"/v1/sandboxes/"+name, ""), http.StatusOK)
}

// makeBox makes a sandbox from a configuration in JSON.
func (l lab) makeBox(spec string) box {
	l.Helper()
	return l.boxOf(l.send("POST", l.URL(simulator.ControlListener)+"/v1/sandboxes", spec), http.StatusCreated)
}

func (l lab) boxOf(r reply, status int) box {
	l.Helper()
	equal(l, "status of the sandbox", r.status, status)
	name := r.get("name").Str
	p := r.get("programs.0")
	return box{
		lab: l, name: name, vendor: r.get("addresses.vendor").Str, partner: r.get("addresses.partner").Str,
		api:     l.URL(simulator.ControlListener) + "/v1/sandboxes/" + name,
		program: p.Get("id").Str, key: p.Get("apiKey").Str, bearer: p.Get("token").Str,
	}
}

// in is the same sandbox for a test within the test.
func (b box) in(t testing.TB) box { b.TB = t; return b }

// credentials are the headers with which a partner calls.
func (b box) credentials() []string {
	return []string{"X-Api-Key", b.key, "Authorization", "Bearer " + b.bearer}
}

// object is a JSON object.
type object = map[string]any

func encoded(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps of plain values
	}
	return string(text)
}

// maya is an invitation with the five fields, as the n-th patient.
func (b box) maya(n int) object {
	return object{
		"externalId": fmt.Sprintf("crm-%d", n), "phoneNumber": fmt.Sprintf("+1202555%04d", 100+n), "supportProgramId": b.program,
		"firstName": "Maya", "lastName": "Torres",
	}
}

// ask calls the vendor's API of the sandbox as its partner.
func (b box) ask(method, path, body string) reply {
	b.Helper()
	return b.send(method, b.vendor+path, body, b.credentials()...)
}

// invite invites and returns the patient's id.
func (b box) invite(who object) string {
	b.Helper()
	r := b.ask("POST", "/v1/patients/invite", encoded(who))
	if r.status != http.StatusOK {
		b.Fatalf("inviting: got %d: %s", r.status, r.body)
	}
	return r.get("data.patientId").Str
}

// act lets a patient act and returns the patient afterwards.
func (b box) act(id string, act object) reply {
	b.Helper()
	r := b.send("POST", b.api+"/patients/"+id+"/acts", encoded(act))
	if r.status != http.StatusOK {
		b.Fatalf("%v: got %d: %s", act["act"], r.status, r.body)
	}
	return r
}

// acts lets a patient do what takes no more than a name.
func (b box) acts(id string, names ...string) {
	b.Helper()
	for _, name := range names {
		b.act(id, object{"act": name})
	}
}

// look asks the control API about the sandbox.
func (b box) look(path string) reply {
	b.Helper()
	r := b.send("GET", b.api+path, "")
	if r.status != http.StatusOK {
		b.Fatalf("%s: got %d: %s", path, r.status, r.body)
	}
	return r
}

// dot is a small PNG in base64, for when the drawing of a picture would take
// longer than all the rest.
var dot = func() string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}()

// delivered waits until a patient's webhook of an ordinal has been answered.
func (b box) delivered(id string, ordinal int) gjson.Result {
	b.Helper()
	r := b.look(fmt.Sprintf("/await?for=webhook&patient=%s&after=%d&timeout=20s", id, ordinal-1))
	equal(b, "state of the webhook", r.get("state").Str, "delivered")
	return gjson.Parse(r.body)
}

// settle waits until nothing is under way any more.
func (b box) settle() {
	b.Helper()
	r := b.send("POST", b.api+"/clock", `{"do":"advance","by":"0s"}`)
	equal(b, "status of the clock", r.status, http.StatusOK)
}

// names lists the members of a JSON value by path, with their types; items of a
// list share a path.
func names(v gjson.Result) map[string]string {
	found := map[string]string{}
	var walk func(path string, v gjson.Result)
	walk = func(path string, v gjson.Result) {
		kind := v.Type.String()
		switch {
		case v.IsArray():
			kind = "Array"
		case v.IsObject():
			kind = "Object"
		case v.IsBool():
			kind = "Boolean"
		}
		found[path] = kind
		v.ForEach(func(name, member gjson.Result) bool {
			switch {
			case v.IsArray():
				walk(path+"[]", member)
			case v.IsObject():
				walk(strings.TrimPrefix(path+"."+name.Str, "."), member)
			}
			return v.IsArray() || v.IsObject()
		})
	}
	walk("", v)
	delete(found, "")
	return found
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}
