package url

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/placebo-sim/placebo/conformance/client"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/settings"
)

// Partner is a partner whose webhook endpoints have addresses.
type Partner struct {
	settings *settings.Partner
	teller   client.Partner
	known    []port.Known
	began    time.Time // of what webhooks tell
	opened   atomic.Int64

	media   *client.Media
	server  *http.Server
	address string // under which pictures are fetched
	kind    string
}

var (
	_ port.Target    = (*Partner)(nil)
	_ port.Prober    = (*Partner)(nil)
	_ port.Described = (*Partner)(nil)
	_ port.Witness   = (*Partner)(nil)
)

// Invited are the patients whom a partner invites at our vendor.
type Invited interface {
	// Await returns when the partner has invited somebody.
	Await(ctx context.Context) ([]port.Known, error)
}

// PartnerOption changes what a partner can rely on.
type PartnerOption func(*partnerOptions)

type partnerOptions struct {
	invited Invited
	vendor  http.Handler
}

// WithInvited tells who the patients are of a partner that invites them first.
func WithInvited(i Invited) PartnerOption { return func(o *partnerOptions) { o.invited = i } }

// WithVendor answers what a partner asks beyond pictures at the address where it
// fetches them, so that one address can be the whole vendor to it.
func WithVendor(h http.Handler) PartnerOption { return func(o *partnerOptions) { o.vendor = h } }

// NewPartner prepares a partner: it opens the address where pictures are fetched
// and learns whom the partner knows, which may take as long as the context
// lasts. Run and seed tell the webhooks of a run from those of another.
func NewPartner(ctx context.Context, s *settings.Partner, runID string, seed uint64, opts ...PartnerOption) (*Partner, error) {
	var o partnerOptions
	for _, opt := range opts {
		opt(&o)
	}
	p := &Partner{settings: s, began: tellingSince(runID, seed), kind: "url"}
	p.teller = client.Partner{Base: strings.TrimRight(s.BaseURL, "/"), Headers: s.Headers, Within: cmp.Or(s.Timeout.Duration(), 10*time.Second),
		URLs: map[string]string{}, Caller: &client.Caller{Rate: client.NewRate(s.Rate.PerSecond, s.Rate.Burst)}}
	for path, address := range map[string]string{enrollmentPath: s.URLs.Enrollment, actionPath: s.URLs.Action} {
		if address != "" {
			p.teller.URLs[path] = address
		}
	}
	if s.CAFile != "" {
		trust, err := trusting(s.CAFile)
		if err != nil {
			return nil, err
		}
		p.teller.Caller.HTTP = client.PartnerHTTP(trust)
	}
	if err := p.listen(o.vendor); err != nil {
		return nil, err
	}
	known, err := acquainted(ctx, s, o.invited)
	if err != nil {
		_ = p.Close() // it is not used any more
		return nil, err
	}
	p.known = known
	return p, nil
}

// The documented paths.
const (
	enrollmentPath = "/webhook/user-enrollment"
	actionPath     = "/webhook/user-action"
)

// tellingSince is when what the webhooks tell of happened: some hours ago, and at a
// time of the run's own, because a partner that has heard of it before may take
// it for the same.
func tellingSince(runID string, seed uint64) time.Time {
	h := fnv.New32a()
	fmt.Fprint(h, runID, seed)
	return time.Now().UTC().Add(-6 * time.Hour).Truncate(time.Second).Add(time.Duration(h.Sum32()%1000) * time.Millisecond)
}

// trusting trusts the certificates of a file beside the system's.
func trusting(file string) (*tls.Config, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("caFile: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("caFile: there is no certificate in %s", file)
	}
	return &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, nil
}

// listen opens the address where the partner fetches pictures, if it does.
func (p *Partner) listen(vendor http.Handler) error {
	m := p.settings.Media
	if m == nil {
		return nil
	}
	l, err := net.Listen("tcp", m.Listen)
	if err != nil {
		return fmt.Errorf("media.listen: %w", err)
	}
	p.media = &client.Media{Else: vendor}
	p.teller.Media = p.media
	p.server = &http.Server{Handler: p.media, ReadHeaderTimeout: 10 * time.Second}
	at := l.Addr().(*net.TCPAddr)
	p.address = strings.ReplaceAll(cmp.Or(m.URL, "http://"+at.String()), "{port}", strconv.Itoa(at.Port))
	go func() { _ = p.server.Serve(l) }() // ends with Close
	return nil
}

// As says what kind of target the partner is, if it is more than an address.
func (p *Partner) As(kind string) { p.kind = kind }

// Media is the address under which the partner fetches pictures; empty where it
// does not.
func (p *Partner) Media() string { return p.address }

// acquainted returns the patients whom the partner knows.
func acquainted(ctx context.Context, s *settings.Partner, invited Invited) ([]port.Known, error) {
	patients := s.Patients
	switch {
	case s.Invites && invited == nil:
		return nil, errors.New("invites: there is no vendor here to invite at")
	case s.Invites:
		known, err := invited.Await(ctx)
		if err != nil {
			return nil, fmt.Errorf("waiting for the partner to invite a patient: %w", err)
		}
		return known, nil
	case s.Seed != nil:
		made, err := seeded(ctx, s.Seed.Command)
		if err != nil {
			return nil, fmt.Errorf("seed.command: %w", err)
		}
		patients = made
	}
	var known []port.Known
	for _, one := range patients {
		known = append(known, port.Known{Program: s.Program, Patient: cmp.Or(one.PatientID, idOf(one.ExternalID)),
			External: one.ExternalID, Phone: one.Phone})
	}
	return known, nil
}

// idOf makes an id of the platform's form for a patient who has none.
func idOf(external string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(external)) // never fails
	return fmt.Sprintf("ha%013x", h.Sum64()&(1<<52-1))
}

// seeded runs the command that makes patients, and reads what it prints.
func seeded(ctx context.Context, argv []string) ([]settings.PartnerPatient, error) {
	var printed, complained bytes.Buffer
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdout, cmd.Stderr = &printed, &complained
	if err := cmd.Run(); err != nil {
		said, _, _ := strings.Cut(strings.TrimSpace(complained.String()), "\n")
		return nil, fmt.Errorf("%w: %s", err, cmp.Or(said, "it says nothing"))
	}
	var patients []settings.PartnerPatient
	dec := json.NewDecoder(&printed)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&patients); err != nil {
		return nil, fmt.Errorf("what it prints is no list of patients: %w", err)
	}
	if len(patients) == 0 {
		return nil, errors.New("it prints no patient")
	}
	for i := range patients {
		if err := patients[i].Check(); err != nil {
			return nil, fmt.Errorf("patient %d: %w", i+1, err)
		}
	}
	return patients, nil
}

// Open implements port.Target. All scenarios share the partner, each with a time
// of its own.
func (p *Partner) Open(_ context.Context, w port.Wishes) (*port.World, error) {
	if w.Product != "" {
		return nil, port.Lacking("vendor", "a partner is under test, and no vendor")
	}
	return &port.World{Partner: &p.teller, Known: p.known, Reads: p.settings.Readings, Within: p.teller.Within,
		Today: p.began.Add(time.Duration(p.opened.Add(1)) * time.Second)}, nil
}

// Probe implements port.Prober: a webhook that says nothing must be answered, by
// somebody who takes webhooks. How well is for the scenarios to judge.
func (p *Partner) Probe(ctx context.Context) error {
	o := p.teller.Tell(ctx, enrollmentPath, []byte("{}"), port.Manner{})
	why := ""
	switch {
	case errors.Is(o.Err, port.ErrTrouble):
		return o.Err
	case o.Err != nil:
		why = o.Err.Error()
	case o.Status < 300 && !o.Valid:
		why = fmt.Sprintf("the answer is %d with %s and no JSON: is this the address of a webhook endpoint?", o.Status, cmp.Or(o.Type, "no content type"))
	case o.Status >= 300 && o.Status < 400:
		why = fmt.Sprintf("the answer is %d: vendors do not follow redirects", o.Status)
	case o.Status == http.StatusUnauthorized || o.Status == http.StatusForbidden:
		why = fmt.Sprintf("the answer is %d: say in headers what lets a vendor in", o.Status)
	case o.Status == http.StatusNotFound || o.Status == http.StatusMethodNotAllowed:
		why = fmt.Sprintf("the answer is %d: nobody takes webhooks at this address", o.Status)
	case o.Status == http.StatusTooManyRequests:
		why = "the answer is 429: say a rate that the partner bears"
	case o.Status >= 502 && o.Status <= 504:
		why = fmt.Sprintf("the answer is %d: somebody stands before a partner that is not there", o.Status)
	default:
		return nil
	}
	return fmt.Errorf("%w: POST %s: %s", port.ErrTrouble, shown(p.enrollment()), why)
}

func (p *Partner) enrollment() string {
	return cmp.Or(p.settings.URLs.Enrollment, p.teller.Base+enrollmentPath)
}

// shown is an address without its password.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Redacted()
}

// Describe implements port.Described.
func (p *Partner) Describe() port.Description {
	d := port.Description{Kind: p.kind, Address: shown(cmp.Or(p.settings.BaseURL, p.settings.URLs.Enrollment)),
		Name: p.settings.Name, Version: p.settings.Version, Capabilities: []string{port.HasPartner}}
	if len(p.known) > 0 {
		d.Capabilities = append(d.Capabilities, port.HasPatients)
	}
	if p.media != nil {
		d.Capabilities = append(d.Capabilities, port.CanFetch)
	}
	return d
}

// Readings implements port.Witness: a partner plays none, it reads them.
func (p *Partner) Readings() map[string][]string { return nil }

// Left implements port.Witness: what was told of these patients stays with the
// partner.
func (p *Partner) Left() (ids []string) {
	for _, k := range p.known {
		ids = append(ids, k.External)
	}
	return ids
}

// Close ends what the partner can fetch.
func (p *Partner) Close() error {
	if h := p.teller.Caller.HTTP; h != nil {
		h.CloseIdleConnections()
	}
	if p.server == nil {
		return nil
	}
	return p.server.Close()
}
