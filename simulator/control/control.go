package control

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"net/http"
	"time"

	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/inbox"
	"github.com/placebo-sim/placebo/simulator/partner"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

// World is a sandbox and the configuration it was made from.
type World struct {
	Sandbox *sandbox.Sandbox
	Config  *config.File
}

// Worlds is what the API asks of the process. Any error but the three below
// explains what cannot be done with the configuration that was given.
type Worlds interface {
	// List returns the sandboxes by name.
	List() []World
	Find(name string) (World, bool)
	// Create makes a sandbox; spec.Sandbox is its name, and one is made up when
	// that is empty. It returns ErrTaken when another bears the name.
	Create(spec *config.File) (World, error)
	// Drop returns ErrNone, or ErrDefault for the sandbox that always is.
	Drop(ctx context.Context, name string) error
	// Reset puts the sandbox back to what it was when made, or returns ErrNone.
	Reset(ctx context.Context, name string) (World, error)
	// SetTokens replaces a sandbox's bearer tokens by what change makes of those
	// there are, in one update. It returns ErrNone or change's error.
	SetTokens(name string, change func(d *program.Directory, now time.Time) ([]program.Token, error)) error
	// SetDeviations replaces what the whole sandbox is made to do wrong. What a
	// single program was configured to stays. It returns ErrNone, or what is wrong
	// with the names.
	SetDeviations(name string, deviations []string) error
}

// Errors of [Worlds].
var (
	ErrTaken   = errors.New("a sandbox of this name exists")
	ErrNone    = errors.New("there is no sandbox of this name")
	ErrDefault = errors.New("the default sandbox can be reset, but not dropped")
)

// Partner is what the simulated partner has received and fetched.
type Partner interface {
	Notices(r sandbox.Reader) iter.Seq[partner.Notice]
	Files(r sandbox.Reader) iter.Seq[partner.File]
}

// Rooms are the rooms of the sandboxes' schema that the API shows.
type Rooms struct {
	Support *program.Support
	Inbox   *inbox.Inbox
	Outbox  *webhook.Outbox
	Partner Partner // nil: none is simulated
}

// Options are the API's settings.
type Options struct {
	// Token is the bearer token that every call but the probes must bring. When
	// it is empty none is asked for, and only loopback callers are answered.
	Token string
	// Addresses are the base URLs of the listeners vendor, partner, phone and
	// control; "" means off. They may be filled in until the first call.
	Addresses map[string]string
	// Default is the sandbox that needs no naming; config.DefaultSandbox when
	// empty.
	Default string
	// Ready tells why the process is not ready yet; nil means it always is.
	Ready func() error
	// Log gets what is our own fault; nil discards.
	Log *slog.Logger
}

// New returns the API.
func New(worlds Worlds, rooms Rooms, o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Default == "" {
		o.Default = config.DefaultSandbox
	}
	a := &api{worlds: worlds, rooms: rooms, Options: o}
	a.router = a.newRouter()
	return a
}
