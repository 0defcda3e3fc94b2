package simulator

import (
	"log/slog"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/door"
)

// Listener is one of the four addresses of a simulator.
type Listener string

// The listeners.
const (
	VendorListener  Listener = "vendor"
	PartnerListener Listener = "partner"
	PhoneListener   Listener = "phone"
	ControlListener Listener = "control"
)

// Listeners returns all four, in the order in which they are announced.
func Listeners() []Listener {
	return []Listener{VendorListener, PartnerListener, PhoneListener, ControlListener}
}

type options struct {
	seed         *chance.Seed
	file         *config.File
	listen       map[Listener]string
	controlToken string
	webhooks     string
	mediaFrom    string
	keyHeader    string
	log          *slog.Logger
	inspect      func(door.Answer) // of a vendor that is not made to do anything wrong
}

// Option changes how a simulator is made.
type Option func(*options)

// WithSeed decides every draw; without it the seed is the file's, or 1.
func WithSeed(seed uint64) Option {
	return func(o *options) { s := chance.Seed(seed); o.seed = &s }
}

// WithConfig takes the default sandbox from a file instead of the embedded one.
func WithConfig(f *config.File) Option { return func(o *options) { o.file = f } }

// WithListener puts a listener on addr, host:port; port 0 takes a free one and
// "off" leaves the listener out. Without it each takes a free port of loopback.
func WithListener(l Listener, addr string) Option { return func(o *options) { o.listen[l] = addr } }

// WithControlToken demands a bearer token on the control listener. Without one
// control may only listen on loopback, and nothing else may listen wider.
func WithControlToken(token string) Option { return func(o *options) { o.controlToken = token } }

// WithWebhooks sends the webhooks of programs that name no address of their own
// to base, with /webhook/… appended, instead of to the simulated partner.
func WithWebhooks(base string) Option { return func(o *options) { o.webhooks = base } }

// WithMediaFrom makes the simulated partner fetch media from a vendor elsewhere,
// instead of from the simulated one.
func WithMediaFrom(base string) Option { return func(o *options) { o.mediaFrom = base } }

// WithKeyHeader names the header of the auth token (RX-OUR-002).
func WithKeyHeader(name string) Option { return func(o *options) { o.keyHeader = name } }

// WithLogger takes the log; without it nothing is logged.
func WithLogger(log *slog.Logger) Option { return func(o *options) { o.log = log } }

func gather(opts []Option) options {
	o := options{listen: map[Listener]string{}, log: slog.New(slog.DiscardHandler)}
	for _, l := range Listeners() {
		o.listen[l] = "127.0.0.1:0"
	}
	for _, opt := range opts {
		opt(&o)
	}
	if o.file == nil {
		o.file = config.Default()
	}
	if o.seed == nil {
		s := chance.Seed(1)
		if o.file.Seed != nil {
			s = chance.Seed(*o.file.Seed)
		}
		o.seed = &s
	}
	return o
}
