package simulator

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/rxware"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// T is what NewServer asks of a test; *testing.T and *testing.B have it.
type T interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
}

// Server is a simulator for one Go test.
type Server struct {
	*Simulator
	t T
}

// NewServer returns a simulator on free ports of loopback that closes with the
// test. It fails the test when the vendor gives a reply that is not in the
// vendor's format, unless deviations are armed there, and shows its log with the
// test's.
func NewServer(t T, opts ...Option) *Server {
	t.Helper()
	police := func(a door.Answer) {
		if err := rxware.Inspect(a); err != nil {
			t.Errorf("the vendor gave a reply that is not in its format: %v", err)
		}
	}
	base := []Option{
		WithLogger(slog.New(slog.NewTextHandler(testLog{t}, nil))),
		func(o *options) { o.inspect = police },
	}
	sim, err := New(append(base, opts...)...)
	if err != nil {
		t.Fatalf("starting Placebo: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := clock.Timeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := sim.Close(ctx); err != nil {
			t.Errorf("closing Placebo: %v", err)
		}
	})
	return &Server{Simulator: sim, t: t}
}

// Credentials returns a program of the default sandbox by product, with an auth
// token and a bearer token that may call for it.
func (s *Server) Credentials(product string) (programID, key, bearer string) {
	s.t.Helper()
	for _, p := range s.Programs() {
		if p.Product == product {
			return p.ID, p.APIKey, p.Token
		}
	}
	s.t.Fatalf("there is no program of %q", product)
	return "", "", ""
}

// Advance moves the default sandbox's clock, doing all that falls due on the
// way.
func (s *Server) Advance(d time.Duration) {
	s.t.Helper()
	b, _ := s.worlds.Sandbox(s.worlds.first)
	if err := b.Advance(context.Background(), d); err != nil {
		s.t.Fatalf("moving the clock: %v", err)
	}
}

// ProgramAccess is a program of the default sandbox and how to call for it.
type ProgramAccess struct {
	Product string `json:"product"`
	ID      string `json:"id"`
	APIKey  string `json:"apiKey"`
	Token   string `json:"token"`
	// Details are values for the fields without which the program refuses an
	// invitation.
	Details map[string]string `json:"details,omitempty"`
}

// Programs returns the default sandbox's programs with working credentials.
func (s *Simulator) Programs() []ProgramAccess {
	b, ok := s.worlds.Sandbox(s.worlds.first)
	if !ok {
		return nil
	}
	var all []ProgramAccess
	b.View(func(r sandbox.Reader) {
		dir := s.support.Directory(r)
		for _, p := range dir.Programs() {
			key, token, _ := dir.Credentials(p.ID, r.Now())
			all = append(all, access(p, key, token))
		}
	})
	return all
}

func access(p *program.Program, key program.Key, token program.Token) ProgramAccess {
	a := ProgramAccess{Product: p.Product, ID: p.ID, APIKey: key.Value, Token: token.Signed}
	for _, f := range p.Wanted() {
		if a.Details == nil {
			a.Details = map[string]string{}
		}
		a.Details[f.Key] = f.Example()
	}
	return a
}

// DefaultSandbox is the name of the sandbox that needs no naming.
func (s *Simulator) DefaultSandbox() string { return s.worlds.first }

// testLog writes log lines to a test's log.
type testLog struct{ t T }

func (l testLog) Write(line []byte) (int, error) {
	l.t.Logf("%s", strings.TrimSpace(string(line)))
	return len(line), nil
}
