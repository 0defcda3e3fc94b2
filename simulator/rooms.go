package simulator

import (
	"errors"
	"fmt"
	"log/slog"
	"net"

	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/inbox"
	"github.com/placebo-sim/placebo/simulator/partner"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/rxware"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

// rooms are what every sandbox of a process shares: the addresses, and the rooms
// that bring records and work to the schema.
type rooms struct {
	opts    options
	log     *slog.Logger
	bound   map[Listener]net.Listener
	schema  *sandbox.Schema
	alarms  *clock.Alarms
	support *program.Support
	inbox   *inbox.Inbox
	outbox  *webhook.Outbox
	partner *partner.Partner
	vendor  *rxware.Vendor
}

func newRooms(o options) rooms {
	return rooms{opts: o, log: o.log, bound: map[Listener]net.Listener{}, schema: sandbox.NewSchema(), alarms: clock.NewAlarms()}
}

// wire makes the rooms and the doors between them.
func (r *rooms) wire(links program.Links) {
	r.inbox = inbox.New(r.schema)
	r.inbox.Fails = program.Undeliverable
	herald := &rxware.Herald{}
	r.outbox = webhook.New(r.schema, herald)
	herald.Outbox = r.outbox
	r.support = program.New(r.schema, r.inbox, herald, links)
	r.inbox.Instead = r.instead
	r.partner = partner.New(r.schema, r.log)
	r.vendor = rxware.New(r.support, r.opts.keyHeader)
}

// instead is what is sent in the place of a text, as the deviations of the
// subject's program have it. Who is no patient yet has the sandbox's.
func (r *rooms) instead(tx sandbox.Reader, subject uint64, body string) []string {
	dir := r.support.Directory(tx)
	if !dir.Strays() {
		return []string{body}
	}
	if p, known := r.support.Patient(tx, program.ID(subject)); known {
		if prog, running := dir.Program(p.Program); running {
			return prog.Deviates.Say(body)
		}
	}
	return dir.Deviates().Say(body)
}

// ErrOpen is returned, wrapped, when a listener would reach beyond loopback while
// nothing guards the control API.
var ErrOpen = errors.New("beyond loopback: set a control token first")

// listen binds every address, so that a taken one is noticed before anything
// else happens.
func (r *rooms) listen() error {
	for _, l := range Listeners() {
		addr := r.opts.listen[l]
		if addr == "off" {
			continue
		}
		if r.opts.controlToken == "" && !loopback(addr) {
			return fmt.Errorf("%s would listen on %s, %w", l, addr, ErrOpen)
		}
		bound, err := net.Listen("tcp", addr)
		if err != nil {
			return fmt.Errorf("%s cannot listen on %s: %w", l, addr, cause(err))
		}
		r.bound[l] = bound
	}
	return nil
}

// cause is the part of a listening error that says what is wrong.
func cause(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return true // Listen will say what is wrong with it
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// url is the base address of a listener, or "" when it is off.
func (r *rooms) url(l Listener) string {
	bound := r.bound[l]
	if bound == nil {
		return ""
	}
	host, port, _ := net.SplitHostPort(bound.Addr().String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
