package inprocess

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/client"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/simulator"
)

// Target is our own simulator: one as the vendor, another as the partner, which
// fetches media from the suite.
type Target struct {
	Options
	*house
}

// house is what all targets of one start share.
type house struct {
	vendor  *simulator.Simulator
	partner *simulator.Simulator
	ears    *client.Ears
	earsURL string
	media   *client.Media
	servers []*http.Server
	made    atomic.Int64
}

// Options change what the target is like. The zero value is right.
type Options struct {
	Seed       uint64   // of every sandbox; 7 when 0
	Deviations []string // armed in every sandbox, by name
	Version    string   // of the program
	// Patience is how long scenarios wait for what must come by itself.
	Patience time.Duration
}

var (
	_ port.Target    = (*Target)(nil)
	_ port.Described = (*Target)(nil)
)

// T is what New asks of a test.
type T = simulator.T

// New starts the target for a test, with which it ends. The test fails when the
// vendor gives a reply that is not in its format.
func New(t T) *Target {
	t.Helper()
	g, err := start(Options{}, func(opts ...simulator.Option) (*simulator.Simulator, error) {
		return simulator.NewServer(t, opts...).Simulator, nil // which closes by itself
	})
	if err != nil {
		t.Fatalf("starting the target: %v", err)
	}
	t.Cleanup(g.hangUp)
	return g
}

// Start starts the target; Close ends it.
func Start(o Options) (*Target, error) { return start(o, simulator.New) }

func start(o Options, simulate func(...simulator.Option) (*simulator.Simulator, error)) (*Target, error) {
	h := &house{ears: client.NewEars(), media: &client.Media{}}
	g := &Target{Options: o, house: h}
	mediaURL := ""
	err := errors.Join(h.serve(&h.earsURL, h.ears), h.serve(&mediaURL, h.media))
	if err == nil {
		h.vendor, err = simulate()
	}
	if err == nil {
		h.partner, err = simulate(simulator.WithListener(simulator.VendorListener, "off"), simulator.WithMediaFrom(mediaURL))
	}
	if err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return g, nil
}

func (h *house) serve(url *string, with http.Handler) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s := &http.Server{Handler: with, ReadHeaderTimeout: 10 * time.Second}
	h.servers = append(h.servers, s)
	*url = "http://" + l.Addr().String()
	go func() { _ = s.Serve(l) }() // ends with Close
	return nil
}

func (h *house) hangUp() {
	for _, s := range h.servers {
		_ = s.Close()
	}
}

// Close ends the target and all its sandboxes.
func (g *Target) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var errs []error
	for _, sim := range []*simulator.Simulator{g.vendor, g.partner} {
		if sim != nil {
			errs = append(errs, sim.Close(ctx))
		}
	}
	g.hangUp()
	return errors.Join(errs...)
}

// Deviating is the same target with other deviations armed in the sandboxes that
// are opened through it. Both can be used at once, and end together.
func (g *Target) Deviating(names ...string) *Target {
	other := *g
	other.Deviations = names
	return &other
}

// Describe implements port.Described.
func (g *Target) Describe() port.Description {
	return port.Description{Kind: "in-process", Address: g.vendor.URL(simulator.VendorListener), Name: "Placebo", Version: g.Version,
		Capabilities: []string{port.CanAct, port.CanHear, port.CanSeeTexts, port.CanSeeState, port.CanMoveTime, port.CanIssue, port.CanAgree,
			port.CanBeSilent, port.HasOther, port.HasShapes, port.HasPartner, port.HasReading, port.HasAccess, port.PrivateWorld}}
}

// The programs of a scenario's sandbox, their ids in the published shapes.
const (
	mainProgram    = "q7Kx200mvd83nw1b"
	uuidProgram    = "4aadb997-e9fd-3909-a2f0-833b821544bd"
	shortProgram   = "c2nUb111eta65su"
	otherProgram   = "zz9Other00000001"
	foreignProgram = "yy8Foreign000001"
	unknownProgram = "nobodys-program"
)

// today is the frozen time of a scenario's sandbox.
var today = time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)

// Open makes a sandbox for the scenario.
func (g *Target) Open(ctx context.Context, w port.Wishes) (*port.World, error) {
	if w.Product == "" {
		return g.openPartner(ctx)
	}
	name := fmt.Sprintf("s%d", g.made.Add(1))
	control := g.vendor.URL(simulator.ControlListener)
	view, err := client.Create(ctx, control, "", g.arm(spec(name, w, g.earsURL+"/"+name)))
	if err != nil {
		return nil, err
	}
	ear := g.ears.Open(name)
	driver := &client.Driver{Base: control + "/v1/sandboxes/" + name}
	vendor := &client.Vendor{
		Base:      g.vendor.URL(simulator.VendorListener) + "/_sandbox/" + name,
		KeyHeader: "x-api-key", Paths: client.PathsOf(w.Product), Access: accesses(view),
	}
	return &port.World{
		Patience: g.Patience,
		Vendor:   vendor, Patient: driver, Clock: driver, Ear: ear, Today: today,
		Tokens: &client.Tokens{Driver: driver, Vendor: vendor, Key: vendor.Access[port.Good].Key},
		Programs: port.Programs{Main: mainProgram, Other: otherProgram, Unknown: unknownProgram,
			Shapes: []string{mainProgram, uuidProgram, shortProgram}},
		Close: func() {
			g.ears.Close(name)
			_ = driver.Drop(context.WithoutCancel(ctx)) // the process ends soon in any case
		},
	}, nil
}

func (g *Target) openPartner(ctx context.Context) (*port.World, error) {
	n := g.made.Add(1)
	name := fmt.Sprintf("p%d", n)
	control := g.partner.URL(simulator.ControlListener)
	if _, err := client.Create(ctx, control, "", g.arm(object{"version": 1, "sandbox": name})); err != nil {
		return nil, err
	}
	driver := &client.Driver{Base: control + "/v1/sandboxes/" + name}
	return &port.World{
		Patience: g.Patience,
		Partner:  &client.Partner{Base: g.partner.URL(simulator.PartnerListener) + "/_sandbox/" + name, Media: g.media},
		Known:    []port.Known{{Program: mainProgram, Patient: "ha65a1c0ffee012", External: "crm-88412", Phone: "+12025550142"}},
		Today:    time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC).Add(time.Duration(n) * time.Second), // all fetch from one place
		Close:    func() { _ = driver.Drop(context.WithoutCancel(ctx)) },
	}, nil
}

// object is a JSON object of the control API.
type object = map[string]any

// arm writes the target's options into a sandbox's configuration.
func (o Options) arm(file object) object {
	file["seed"] = cmp.Or(o.Seed, 7)
	if len(o.Deviations) > 0 {
		file["deviations"] = o.Deviations
	}
	return file
}

// spec is the configuration of a scenario's sandbox.
func spec(name string, w port.Wishes, ear string) object {
	hooks := hooks(w, ear)
	theirs := []string{mainProgram, uuidProgram, shortProgram}
	main := object{
		"id": mainProgram, "product": w.Product, "name": "Carewell Support", "partner": "acme-hub", "condition": "Plaque psoriasis",
		"silent": w.Silent, "requiredItems": append([]string{}, w.Required...), "webhooks": hooks,
		"apiKeys": []object{{"value": "pk_acme"}},
		"tokens": []object{
			{"id": "tk_good", "programs": theirs},
			{"id": "tk_expired", "programs": theirs, "expires": "2026-03-10T08:59:59Z"},
			{"id": "tk_disabled", "programs": theirs, "disabled": true},
			{"id": "tk_low", "programs": theirs, "scopes": []string{"patients:read"}},
			{"id": "tk_eddsa", "programs": theirs, "algorithm": "EdDSA"},
		},
	}
	agree(main, w)
	also := func(id, partner, key, token string) object {
		return object{"id": id, "product": w.Product, "partner": partner, "webhooks": hooks,
			"apiKeys": []object{{"value": key}}, "tokens": []object{{"id": token}}}
	}
	file := object{
		"version": 1, "sandbox": name, "clock": object{"at": today.Format(time.RFC3339), "frozen": true},
		"programs": []object{main,
			also(uuidProgram, "acme-hub", "pk_acme", "tk_uuid"), also(shortProgram, "acme-hub", "pk_acme", "tk_short"),
			also(otherProgram, "acme-hub", "pk_acme", "tk_other"), also(foreignProgram, "beta-hub", "pk_beta", "tk_foreign"),
		},
	}
	if len(w.Dialects) > 0 {
		file["dialects"] = w.Dialects
	}
	return file
}

// accesses are the credentials of a sandbox as the control API shows them. Ids
// and keys are the ones asked for with the sandbox's own mark behind them.
func accesses(view gjson.Result) map[port.Access]client.Credentials {
	key := ""
	for _, k := range view.Get("apiKeys").Array() {
		if strings.HasPrefix(k.Get("value").String(), "pk_acme") {
			key = k.Get("value").String()
		}
	}
	token := func(id string) string {
		for _, t := range view.Get("tokens").Array() {
			if strings.HasPrefix(t.Get("id").String(), id) {
				return t.Get("token").String()
			}
		}
		return ""
	}
	good := token("tk_good")
	return map[port.Access]client.Credentials{
		port.Good:           {Key: key, Bearer: good},
		port.NoKey:          {Bearer: good},
		port.NoBearer:       {Key: key},
		port.WrongKey:       {Key: "pk_nobody", Bearer: good},
		port.WrongBearer:    {Key: key, Bearer: "not.a.token"},
		port.BadlySigned:    {Key: key, Bearer: badlySigned(good)},
		port.Expired:        {Key: key, Bearer: token("tk_expired")},
		port.Disabled:       {Key: key, Bearer: token("tk_disabled")},
		port.LowScope:       {Key: key, Bearer: token("tk_low")},
		port.OtherProgram:   {Key: key, Bearer: token("tk_other")},
		port.OtherPartner:   {Key: key, Bearer: token("tk_foreign")},
		port.OtherAlgorithm: {Key: key, Bearer: token("tk_eddsa")},
		port.AliasHeader:    {Key: key, Bearer: good, KeyHeader: "X-Auth-Token"},
	}
}

// badlySigned is the token with the first sign of its signature changed.
func badlySigned(token string) string {
	at := strings.LastIndexByte(token, '.') + 1
	if at <= 0 || at >= len(token) {
		return token
	}
	other := byte('A')
	if token[at] == other {
		other = 'B'
	}
	return token[:at] + string(other) + token[at+1:]
}
