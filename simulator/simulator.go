package simulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/placebo-sim/placebo/simulator/control"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/phone"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Simulator is a running Placebo.
type Simulator struct {
	rooms
	worlds *worlds

	handlers map[Listener]http.Handler
	servers  []*http.Server
	unused   unused
	failed   chan error
	closing  context.CancelFunc // tells calls that only wait to end
}

// New returns a simulator that listens and is ready. It fails when an address
// is taken, when one reaches beyond loopback without a control token, and when
// the configuration makes no sense.
func New(opts ...Option) (*Simulator, error) {
	s := &Simulator{rooms: newRooms(gather(opts)), failed: make(chan error, len(Listeners()))}
	if err := s.listen(); err != nil {
		s.hangUp()
		return nil, err
	}
	s.worlds = newWorlds(&s.rooms)
	s.wire(s.worlds.link)
	if _, err := s.worlds.open(s.opts.file, defaultName(s.opts.file), *s.opts.seed); err != nil {
		s.hangUp()
		return nil, err
	}
	s.serve()
	return s, nil
}

// Limits of the listeners in wall time. A slow client is cut off, not waited
// for.
const (
	headerPatience = 10 * time.Second
	bodyPatience   = 30 * time.Second
	answerPatience = 2 * time.Minute
	idlePatience   = 2 * time.Minute
	// headerRoom is where the HTTP library draws its own line; the vendor's, at
	// 16 KiB, lies well below and is answered in the vendor's form.
	headerRoom = 64 << 10
)

func (s *Simulator) serve() {
	s.handlers = map[Listener]http.Handler{
		VendorListener:  s.vendorDoor(),
		PartnerListener: s.partner.Door(s.worlds),
		PhoneListener:   phone.New(s.support, s.log).Door(s.worlds),
		ControlListener: s.controlHandler(),
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.closing = cancel
	for _, l := range Listeners() {
		bound := s.bound[l]
		if bound == nil {
			continue
		}
		server := &http.Server{
			BaseContext:       func(net.Listener) context.Context { return ctx },
			Handler:           s.handlers[l],
			ReadHeaderTimeout: headerPatience,
			ReadTimeout:       bodyPatience,
			WriteTimeout:      answerPatience,
			IdleTimeout:       idlePatience,
			MaxHeaderBytes:    headerRoom,
			ConnState:         s.unused.note,
			ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		}
		s.servers = append(s.servers, server)
		go func() {
			if err := server.Serve(bound); !errors.Is(err, http.ErrServerClosed) {
				s.failed <- fmt.Errorf("%s stopped: %w", l, err)
			}
		}()
	}
}

func (s *Simulator) vendorDoor() http.Handler {
	d := s.vendor.Door(s.worlds, s.log)
	if s.opts.inspect != nil {
		d.Inspect = s.police
	}
	return d
}

// police shows an answer to whoever checks its format, unless the sandbox is made
// to deviate.
func (s *Simulator) police(b *sandbox.Sandbox, a door.Answer) {
	if b == nil || !s.support.Peek(b).Strays() {
		s.opts.inspect(a)
	}
}

func (s *Simulator) controlHandler() http.Handler {
	addresses := map[string]string{}
	for _, l := range Listeners() {
		addresses[string(l)] = s.URL(l)
	}
	return control.New(s.worlds, control.Rooms{
		Support: s.support, Inbox: s.inbox, Outbox: s.outbox, Partner: s.partner,
	}, control.Options{
		Token: s.opts.controlToken, Addresses: addresses, Log: s.log, Ready: func() error { return nil }, Default: s.worlds.first,
	})
}

// Handler serves what a listener serves, for mounting elsewhere.
func (s *Simulator) Handler(l Listener) http.Handler { return s.handlers[l] }

// URL is the base address of a listener, or "" when it is off.
func (s *Simulator) URL(l Listener) string { return s.url(l) }

// Seed decides the draws of the default sandbox, and is the seed of others that
// name none.
func (s *Simulator) Seed() uint64 { return uint64(*s.opts.seed) }

// Failed tells when a listener has stopped by itself.
func (s *Simulator) Failed() <-chan error { return s.failed }

// Close stops taking calls, waits for those under way as long as ctx allows,
// and ends every sandbox.
func (s *Simulator) Close(ctx context.Context) error {
	s.closing()
	s.unused.close()
	var errs []error
	for _, server := range s.servers {
		if err := server.Shutdown(ctx); err != nil {
			errs = append(errs, err, server.Close())
		}
	}
	errs = append(errs, s.worlds.close(ctx))
	s.hangUp()
	return errors.Join(errs...)
}

// unused are the connections on which nothing has been asked yet. Clients open
// them in advance, and a server that shuts down would wait five seconds for each
// of them to be used.
type unused struct {
	conns   sync.Map // net.Conn -> nothing
	closing atomic.Bool
}

func (u *unused) note(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		u.conns.Store(c, nil)
		if u.closing.Load() {
			_ = c.Close()
		}
	case http.StateActive, http.StateClosed:
		u.conns.Delete(c)
	}
}

func (u *unused) close() {
	u.closing.Store(true)
	u.conns.Range(func(c, _ any) bool {
		_ = c.(net.Conn).Close() // its client may have done so
		return true
	})
}

func (s *Simulator) hangUp() {
	for _, bound := range s.bound {
		_ = bound.Close() // closed already when it was served
	}
	if s.outbox != nil {
		s.outbox.Close()
		s.partner.Close()
	}
	s.alarms.Close()
}
