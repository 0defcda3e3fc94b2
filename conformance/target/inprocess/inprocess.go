package inprocess

import (
	"context"
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
	vendor  *simulator.Server
	partner *simulator.Server
	ears    *client.Ears
	earsURL string
	media   *client.Media
	made    atomic.Int64
}

var _ port.Target = (*Target)(nil)

// T is what New asks of a test.
type T = simulator.T

// New starts the target; it ends with the test.
func New(t T) *Target {
	t.Helper()
	g := &Target{ears: client.NewEars(), media: &client.Media{}}
	g.earsURL = serve(t, g.ears)
	g.vendor = simulator.NewServer(t)
	g.partner = simulator.NewServer(t, simulator.WithListener(simulator.VendorListener, "off"), simulator.WithMediaFrom(serve(t, g.media)))
	return g
}

func serve(t T, h http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listening: %v", err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	t.Cleanup(func() { _ = s.Close() })
	go func() { _ = s.Serve(l) }() // ends with Close
	return "http://" + l.Addr().String()
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
	view, err := client.Create(ctx, control, "", spec(name, w, g.earsURL+"/"+name))
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
		Vendor: vendor, Patient: driver, Clock: driver, Ear: ear, Today: today,
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
	name := fmt.Sprintf("p%d", g.made.Add(1))
	control := g.partner.URL(simulator.ControlListener)
	if _, err := client.Create(ctx, control, "", map[string]any{"version": 1, "sandbox": name}); err != nil {
		return nil, err
	}
	driver := &client.Driver{Base: control + "/v1/sandboxes/" + name}
	return &port.World{
		Partner: &client.Partner{Base: g.partner.URL(simulator.PartnerListener) + "/_sandbox/" + name, Media: g.media},
		Close:   func() { _ = driver.Drop(context.WithoutCancel(ctx)) },
	}, nil
}

// object is a JSON object of the control API.
type object = map[string]any

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
		"version": 1, "sandbox": name, "seed": 7, "clock": object{"at": today.Format(time.RFC3339), "frozen": true},
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
