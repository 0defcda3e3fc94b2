package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/settings"
	"github.com/placebo-sim/placebo/conformance/target/container"
	"github.com/placebo-sim/placebo/conformance/target/inprocess"
	"github.com/placebo-sim/placebo/conformance/target/url"
	"github.com/placebo-sim/placebo/simulator"
	"github.com/placebo-sim/placebo/simulator/config"
)

// peer says who is judged, and how we reach each other.
type peer struct {
	target     string
	config     string
	image      string
	dockerfile string
	port       uint16
	env        []string
	vendor     string
	announce   string

	asVendor  *settings.Vendor
	asPartner *settings.Partner
	in        io.Reader // the terminal of a person who acts as the patient
	out       io.Writer
	printed   func() string // what a container has printed; nil: there is none
}

// ours tells whether it is our own simulator.
func (p *peer) ours() bool {
	return p.target == "" && p.config == "" && p.image == "" && p.dockerfile == ""
}

func (p *peer) contained() bool { return p.image != "" || p.dockerfile != "" }

// ways are the flags that say where the peer is.
func (p *peer) ways() (flags []string) {
	for _, way := range []struct{ flag, value string }{{"--target", p.target}, {"--image", p.image}, {"--dockerfile", p.dockerfile}} {
		if way.value != "" {
			flags = append(flags, way.flag)
		}
	}
	return flags
}

// check finds what is wrong or contradictory.
func (p *peer) check(profile conformance.Profile) error {
	ways := p.ways()
	switch {
	case len(ways) > 1:
		return fmt.Errorf("%s contradict each other: there is one peer", strings.Join(ways, " and "))
	case p.port == 0 && p.contained():
		return fmt.Errorf("%s needs --port: where the peer listens in its container", ways[0])
	case p.port != 0 && !p.contained():
		return errors.New("--port is for --image and --dockerfile")
	case len(p.env) > 0 && !p.contained():
		return errors.New("--env is for --image and --dockerfile")
	case (p.vendor != "" || p.announce != "") && !receives(profile):
		return errors.New("--vendor and --announce are for the profile partner")
	case (p.vendor != "" || p.announce != "") && p.ours():
		return errors.New("--vendor and --announce are for a partner of yours: --target, --image or --dockerfile")
	}
	for _, e := range p.env {
		if name, _, ok := strings.Cut(e, "="); !ok || name == "" {
			return fmt.Errorf("--env: must be NAME=VALUE, is %q", e)
		}
	}
	if p.vendor != "" {
		if err := config.CheckAddress(p.vendor); err != nil {
			return fmt.Errorf("--vendor: %w", err)
		}
	}
	return checkBase("target", p.target)
}

// receives tells whether the peers of a profile are partners, who receive.
func receives(p conformance.Profile) bool { return p.Name == "partner" }

// load reads what the peer is like; a flag wins over the file.
func (p *peer) load(profile conformance.Profile) (err error) {
	switch {
	case p.ours():
		return nil
	case receives(profile):
		return p.loadPartner()
	case p.config == "":
		return fmt.Errorf("--config: a vendor's credentials and support program must be in a file; %s does not say enough", p.ways()[0])
	}
	if p.asVendor, err = settings.LoadVendor(p.config); err != nil {
		return fmt.Errorf("--config: %w", err)
	}
	p.asVendor.BaseURL = strings.TrimSuffix(cmp.Or(p.target, p.asVendor.BaseURL), "/")
	p.asVendor.Product = cmp.Or(p.asVendor.Product, profile.Product)
	if p.asVendor.Product != profile.Product {
		return fmt.Errorf("--config: the vendor is %s, and the profile %s", p.asVendor.Product, profile.Name)
	}
	return nil
}

func (p *peer) loadPartner() (err error) {
	p.asPartner = &settings.Partner{}
	if p.config != "" {
		if p.asPartner, err = settings.LoadPartner(p.config); err != nil {
			return fmt.Errorf("--config: %w", err)
		}
	}
	p.asPartner.BaseURL = strings.TrimSuffix(cmp.Or(p.target, p.asPartner.BaseURL), "/")
	return nil
}

// open gives the peer, and a way to end what was started for it.
func (p *peer) open(ctx context.Context, o *conformance.Options) (target port.Target, end func(), err error) {
	var started closers
	switch {
	case p.ours():
		target, err = begin(&started, func() (*inprocess.Target, error) {
			return inprocess.Start(inprocess.Options{Seed: o.Seed, Version: o.Version})
		})
	case p.asVendor != nil:
		target, err = p.openVendor(ctx, o, &started)
	default:
		target, err = p.openPartner(ctx, o, &started)
	}
	if err != nil {
		started.close()
		return nil, nil, err
	}
	return target, started.close, nil
}

// closers end what was started, the last first. What cannot be ended ends with
// the program.
type closers []func() error

func (c *closers) close() {
	for _, end := range slices.Backward(*c) {
		_ = end()
	}
}

// begin starts something that is to be closed.
func begin[T interface{ Close() error }](c *closers, with func() (T, error)) (T, error) {
	made, err := with()
	if err == nil {
		*c = append(*c, made.Close)
	}
	return made, err
}

func (p *peer) openVendor(ctx context.Context, o *conformance.Options, started *closers) (port.Target, error) {
	if p.contained() {
		boxed, err := begin(started, func() (*container.Target, error) {
			return container.Vendor(ctx, p.spec(strings.NewReplacer()), p.asVendor, o.RunID, o.Seed)
		})
		if err == nil {
			boxed.Attend(p.in, p.out)
			p.printed = boxed.Box.Logs
		}
		return boxed, err
	}
	vendor, err := begin(started, func() (*url.Vendor, error) { return url.NewVendor(ctx, p.asVendor, o.RunID, o.Seed) })
	if err == nil {
		vendor.Attend(p.in, p.out)
	}
	return vendor, err
}

// attended tells whether a person acts as the patient.
func (p *peer) attended() bool { return p.asVendor != nil && p.asVendor.Driver.Attended }

// spec is the container of the peer.
func (p *peer) spec(fill *strings.Replacer) container.Spec {
	env := map[string]string{}
	for _, e := range p.env {
		name, value, _ := strings.Cut(e, "=")
		env[name] = fill.Replace(value)
	}
	return container.Spec{Image: p.image, Context: p.dockerfile, Port: int(p.port), Env: env}
}

// calls tells whether the partner calls our vendor.
func (p *peer) calls() bool {
	return p.vendor != "" || p.announce != "" || p.asPartner.Invites || strings.Contains(strings.Join(p.env, " "), "{vendor}")
}

// openPartner prepares a partner, and the vendor that it may call.
func (p *peer) openPartner(ctx context.Context, o *conformance.Options, started *closers) (port.Target, error) {
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	var opts []url.PartnerOption
	fill := strings.NewReplacer()
	if p.calls() {
		ours, err := begin(started, func() (*inprocess.Reception, error) { return inprocess.Receive(o.Seed) })
		if err != nil {
			return nil, fmt.Errorf("starting our vendor: %w", err)
		}
		opts = []url.PartnerOption{url.WithVendor(ours), url.WithInvited(ours)}
		if err := p.place(); err != nil {
			return nil, err
		}
		if err := p.tell(ours, o.Seed); err != nil {
			return nil, err
		}
		program := ours.Programs()[0]
		fill = strings.NewReplacer("{vendor}", p.asPartner.Media.URL, "{program}", program.ID, "{key}", program.APIKey, "{bearer}", program.Token)
	}
	if p.contained() {
		box, err := begin(started, func() (*container.Box, error) { return container.Start(ctx, p.spec(fill)) })
		if err != nil {
			return nil, err
		}
		p.asPartner.BaseURL, p.printed = box.URL(), box.Logs
	}
	made, err := begin(started, func() (*url.Partner, error) { return url.NewPartner(ctx, p.asPartner, o.RunID, o.Seed, opts...) })
	return &partner{made, p.announce != "", p.contained()}, err
}

// place decides where our vendor listens, and under which URL the partner
// reaches it.
func (p *peer) place() error {
	media := settings.PartnerMedia{}
	if p.asPartner.Media != nil {
		media = *p.asPartner.Media
	}
	anywhere := "127.0.0.1:0"
	if p.contained() {
		anywhere = "0.0.0.0:0" // a container comes in from a bridge
	}
	host, number, err := net.SplitHostPort(cmp.Or(p.vendor, media.Listen, anywhere))
	if err != nil {
		return err
	}
	if number == "0" { // which has to be known before anybody listens
		if number, err = freePort(host); err != nil {
			return fmt.Errorf("--vendor: %w", err)
		}
	}
	media.Listen = net.JoinHostPort(host, number)
	switch ip := net.ParseIP(host); {
	case p.contained():
		host = container.Host
	case host == "" || ip != nil && ip.IsUnspecified():
		host = "127.0.0.1"
	}
	media.URL = cmp.Or(media.URL, "http://"+net.JoinHostPort(host, number))
	p.asPartner.Media = &media
	return nil
}

// tell announces our vendor.
func (p *peer) tell(ours *inprocess.Reception, seed uint64) error {
	if p.announce == "" {
		return nil
	}
	err := announce(p.announce, struct {
		Vendor   string                    `json:"vendor"`
		Seed     uint64                    `json:"seed"`
		Programs []simulator.ProgramAccess `json:"programs"`
	}{p.asPartner.Media.URL, seed, ours.Programs()})
	if err != nil {
		return fmt.Errorf("announcing: %w", err)
	}
	return nil
}

func freePort(host string) (string, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }() // for another to listen
	_, number, err := net.SplitHostPort(l.Addr().String())
	return number, err
}

// partner is a partner under test.
type partner struct {
	*url.Partner
	told  bool // it starts when it has read the announcement, and is waited for
	boxed bool
}

// Describe implements port.Described.
func (p *partner) Describe() port.Description {
	is := p.Partner.Describe()
	if p.boxed {
		is.Kind = "container"
	}
	return is
}

// Probe implements port.Prober.
func (p *partner) Probe(ctx context.Context) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		err := p.Partner.Probe(ctx)
		if err == nil || !p.told {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// keepLog keeps what a container has printed, beside the report, without the
// secrets that were given to it.
func (p *peer) keepLog(dir string) error {
	if p.printed == nil {
		return nil
	}
	log := evidence.NewLog()
	if p.asVendor != nil {
		for _, pair := range p.asVendor.Credentials.ByAccess() {
			log.Secret(pair.Key, pair.Bearer)
		}
	}
	return os.WriteFile(filepath.Join(dir, "container.log"), []byte(log.Clean(p.printed())), 0o644)
}
