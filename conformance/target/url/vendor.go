package url

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	neturl "net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/placebo-sim/placebo/conformance/client"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/settings"
)

// Vendor is a vendor at an address.
type Vendor struct {
	settings *settings.Vendor
	access   map[port.Access]client.Credentials
	caller   *client.Caller
	cast     *client.Cast
	readings *client.Readings
	line     *client.Line // nil: webhooks do not reach us
	callback string
	server   *http.Server
	crew     *crew // nil: nobody acts as the patient
	kind     string
	made     atomic.Int64
}

var (
	_ port.Target    = (*Vendor)(nil)
	_ port.Prober    = (*Vendor)(nil)
	_ port.Described = (*Vendor)(nil)
	_ port.Witness   = (*Vendor)(nil)
)

// maxRunID leaves room for a scenario's number and an id of its own.
const maxRunID = 40

// NewVendor makes a target of the vendor that the settings describe. It runs the
// commands that print credentials and listens for webhooks; the vendor is not
// called yet.
func NewVendor(ctx context.Context, s *settings.Vendor, runID string, seed uint64) (*Vendor, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if runID == "" || len(runID) > maxRunID {
		return nil, fmt.Errorf("the run's id must have 1 to %d signs, for it stands in ids of patients: %q", maxRunID, runID)
	}
	v := &Vendor{settings: s, kind: "url", cast: client.NewCast(runID, seed, s.Phones == "us")}
	var err error
	if v.readings, err = client.NewReadings(s.Readings); err != nil {
		return nil, err
	}
	if v.caller, err = callerOf(s); err != nil {
		return nil, err
	}
	if v.access, err = accesses(ctx, s); err != nil {
		return nil, err
	}
	v.crew = crewOf(s, v.caller)
	if err := v.listen(); err != nil {
		return nil, err
	}
	return v, nil
}

// callerOf is how the vendor is called.
func callerOf(s *settings.Vendor) (*client.Caller, error) {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second,
		DisableCompression: true, ForceAttemptHTTP2: true}
	if s.CAFile != "" {
		text, err := os.ReadFile(s.CAFile)
		if err != nil {
			return nil, fmt.Errorf("caFile: %w", err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("caFile: %s has no certificate", s.CAFile)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &client.Caller{
		HTTP: &http.Client{Timeout: cmp.Or(s.Timeout.Duration(), 20*time.Second), CheckRedirect: client.Redirects, Transport: transport},
		Rate: client.NewRate(s.Rate.PerSecond, s.Rate.Burst),
	}, nil
}

// listen opens the address at which webhooks arrive.
func (v *Vendor) listen() error {
	c := v.settings.Callback
	if c == nil {
		return nil
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("callback.listen: %w", err)
	}
	address := l.Addr().(*net.TCPAddr)
	v.callback = cmp.Or(c.URL, "http://"+address.String())
	v.callback = strings.ReplaceAll(v.callback, "{port}", strconv.Itoa(address.Port))
	base, err := neturl.Parse(v.callback)
	if err != nil {
		_ = l.Close()
		return fmt.Errorf("callback.url: %w", err)
	}
	documented := map[string]string{}
	for path, as := range map[string]string{v.settings.WebhookPaths.Enrollment: "/webhook/user-enrollment", v.settings.WebhookPaths.Action: "/webhook/user-action"} {
		if path != "" {
			documented[path] = as
		}
	}
	v.line = client.NewLine(base.Path, documented)
	v.server = &http.Server{Handler: v.line, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = v.server.Serve(l) }() // ends with Close
	return nil
}

// Callback is the address under which the vendor reaches us, or nothing.
func (v *Vendor) Callback() string { return v.callback }

// As says what the target is, if it is more than an address: "container".
func (v *Vendor) As(kind string) { v.kind = kind }

// Close stops listening.
func (v *Vendor) Close() error {
	v.caller.HTTP.CloseIdleConnections()
	if v.server == nil {
		return nil
	}
	return v.server.Close()
}

// Open implements port.Target.
func (v *Vendor) Open(ctx context.Context, w port.Wishes) (*port.World, error) {
	if w.Product == "" {
		return &port.World{}, nil // no vendor's scenario
	}
	if err := v.lacks(&w); err != nil {
		return nil, err
	}
	readings := v.readings.Raw(w.Dialects)
	var ear *client.Ear
	if v.line != nil {
		ear = client.NewEar()
	}
	guise := v.cast.Guise(strconv.FormatInt(v.made.Add(1), 36), v.line, ear)
	programs, missing := v.programs()
	vendor := &client.Vendor{Base: strings.TrimSuffix(v.settings.BaseURL, "/"), KeyHeader: cmp.Or(v.settings.KeyHeader, "x-api-key"),
		Paths: client.PathsOf(w.Product), Access: v.access, Scheme: v.settings.BearerScheme,
		Caller: v.caller, Lacks: true, Missing: missing, Guise: guise, Readings: readings}
	world := &port.World{Vendor: vendor, Programs: programs, Today: time.Now().UTC(), Close: func() {}}
	if ear != nil {
		v.line.Listen(ctx, ear, guise, readings)
		world.Ear, world.Close = ear, func() { v.line.Leave(ear) }
	}
	if v.crew != nil {
		world.Patient = v.crew.patient(w.Name, guise, ear, slices.Contains(v.settings.Capabilities, port.PrivateWorld))
		today, err := v.crew.today(ctx)
		if err != nil {
			world.Close()
			return nil, err
		}
		if !today.IsZero() {
			world.Today = today
		}
	}
	return world, nil
}

// lacks tells what a scenario wishes that nobody has agreed on with the vendor.
func (v *Vendor) lacks(w *port.Wishes) error {
	claims := func(capability string) bool { return slices.Contains(v.settings.Capabilities, capability) }
	beyond := len(w.Required) + len(w.Headers) + len(w.Fields) + len(w.Formats) + len(w.Consents) + len(w.Events) +
		len(w.Reactions) + len(w.Campaigns) + len(w.Webhooks)
	switch {
	case beyond > 0 && !claims(port.CanAgree):
		return port.Lacking(port.CanAgree, "the scenario's program has agreements of its own, and the vendor does not claim %q", port.CanAgree)
	case w.Silent && !claims(port.CanBeSilent):
		return port.Lacking(port.CanBeSilent, "the scenario needs a program that sends no text, and the vendor does not claim %q", port.CanBeSilent)
	case timed(w.Dialects):
		return port.Lacking(port.CanMoveTime, "the scenario says what time it is, and the vendor has a clock of its own")
	case !v.readings.Plays(w.Dialects):
		return port.Lacking(port.HasReading, "the scenario is for vendors that are pinned to a reading of the contract which this one is not")
	}
	return nil
}

// timed tells whether a scenario judges how a certain time is written (AMB-005).
func timed(judged map[string]string) bool {
	for key := range judged {
		if key == "AMB-005" || strings.HasPrefix(key, "sendDate") {
			return true
		}
	}
	return false
}

// programs are those of the settings. What was not given is stood for by ids that
// are never sent.
func (v *Vendor) programs() (p port.Programs, missing map[string]error) {
	given := v.settings.Programs
	p = port.Programs{Main: given.Main, Other: given.Other, Shapes: append([]string{given.Main}, given.Shapes...), Unknown: "nobodys-program"}
	missing = map[string]error{}
	if p.Other == "" {
		p.Other = "(programs.other)"
		missing[p.Other] = port.Lacking(port.HasOther, "no other program of the partner was given")
	}
	for _, signs := range []int{15, 16, 36} {
		id := "(" + strings.Repeat("?", signs-2) + ")"
		if !slices.ContainsFunc(p.Shapes, func(has string) bool { return len(has) == signs }) {
			p.Shapes = append(p.Shapes, id)
			missing[id] = port.Lacking(port.HasShapes, "no program was given whose id has %d signs", signs)
		}
	}
	return p, missing
}

// Describe implements port.Described.
func (v *Vendor) Describe() port.Description {
	s := v.settings
	can := slices.Clone(s.Capabilities)
	add := func(capability string, has bool) {
		if has && !slices.Contains(can, capability) {
			can = append(can, capability)
		}
	}
	add(port.CanHear, v.line != nil)
	add(port.CanAct, v.crew != nil)
	add(port.CanSeeState, v.crew != nil && v.crew.seesState())
	add(port.CanSeeTexts, v.crew != nil && v.crew.seesTexts())
	add(port.HasOther, s.Programs.Other != "")
	add(port.HasReading, len(s.Readings) > 0)
	slices.Sort(can)
	return port.Description{Kind: v.kind, Address: s.BaseURL, Name: s.Name, Version: s.Version, Capabilities: can}
}

// Readings implements port.Witness.
func (v *Vendor) Readings() map[string][]string { return v.readings.Seen() }

// Left implements port.Witness.
func (v *Vendor) Left() []string { return v.cast.Left() }

// probing is how long the vendor may take to answer at all.
const probing = 10 * time.Second

// Probe implements port.Prober: it invites nobody, without credentials, which
// every vendor refuses.
func (v *Vendor) Probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, min(probing, v.caller.HTTP.Timeout))
	defer cancel()
	products := []string{"rxware", "helparound"}
	if v.settings.Product != "" {
		products = []string{v.settings.Product}
	}
	var err error
	for _, product := range products {
		address := strings.TrimSuffix(v.settings.BaseURL, "/") + client.PathsOf(product).Invite
		o := v.caller.Do(ctx, "POST", address, map[string]string{"Content-Type": "application/json"}, []byte("{}"))
		if err = present(address, o); err == nil || o.Status != http.StatusNotFound {
			break
		}
	}
	return err
}

// present tells what is wrong with the answer to a call without credentials.
func present(address string, o port.Outcome) error {
	if o.Err != nil {
		return fmt.Errorf("%w: POST %s: %s", port.ErrTrouble, address, reasonOf(o.Err))
	}
	says := ""
	switch {
	case !o.Valid || o.Kind("@this") != "object":
		says = "where JSON was expected"
	case o.Status >= 500:
		says = "which is no refusal"
	case o.Status == http.StatusNotFound, o.Status == http.StatusMethodNotAllowed:
		says = "so the API is not at this address"
	case o.Status < 400:
		says = "to a call without credentials, which every vendor refuses"
	default:
		return nil
	}
	return fmt.Errorf("%w: POST %s: answered %d, %s, %s: %s", port.ErrTrouble, address, o.Status,
		cmp.Or(o.Type, "of no type"), says, beginning(o.Body))
}

// reasonOf says in a few words why no answer came.
func reasonOf(err error) string {
	var asked *neturl.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &asked) && asked.Timeout():
		return "no answer came in time"
	case asked != nil && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)):
		return "the connection was closed before an answer came"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the answer broke off"
	case asked != nil:
		return asked.Err.Error()
	}
	return strings.TrimPrefix(err.Error(), port.ErrTrouble.Error()+": ")
}

// beginning is how a body begins, on one line.
func beginning(body []byte) string {
	const most = 80
	line := strings.Join(strings.Fields(strings.ToValidUTF8(string(body[:min(len(body), 4*most)]), "")), " ")
	if len(line) > most {
		line = strings.ToValidUTF8(line[:most], "") + "..."
	}
	return strconv.Quote(line)
}
