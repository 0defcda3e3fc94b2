package container

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
)

// Spec is what to start.
type Spec struct {
	Image      string
	Context    string // a folder to build from instead
	Dockerfile string // in it; Dockerfile when empty
	Port       int    // on which the peer serves
	Ports      []int  // further ones that must be reached
	Env        map[string]string
	Args       []string
	Wait       Wait
}

// Wait says when a container is ready: when a path is answered, when a line was
// printed, or, if nothing is said, when anything at all is answered on its port.
type Wait struct {
	Path string        // that is answered with success
	Port int           // where; the spec's port when 0
	Log  string        // or what has been printed
	Most time.Duration // how long that may take; a minute when 0
}

// Box is a container that runs.
type Box struct {
	c    *testcontainers.DockerContainer
	url  string
	mu   sync.Mutex
	kept string // what it had printed when it was closed
	gone bool
}

// Host is the name under which a container reaches this machine.
const Host = "host.docker.internal"

// ending is how long stopping a container and reading its log may take.
const ending = 30 * time.Second

// quiet is a logger that says nothing: errors are returned. The library has one
// of its own, beside a container's, for what it finds out about Docker.
type quiet struct{}

func (quiet) Printf(string, ...any) {}

var hush = sync.OnceFunc(func() { log.SetDefault(quiet{}) })

// Start starts a container and waits until it is ready. The error of one that
// does not become so has the end of what it printed.
func Start(ctx context.Context, s Spec) (*Box, error) {
	if s.Port == 0 || (s.Image == "") == (s.Context == "") {
		return nil, errors.New("a container needs a port, and either an image or a folder to build one from")
	}
	hush()
	options := []testcontainers.ContainerCustomizer{
		testcontainers.WithLogger(quiet{}),
		testcontainers.WithEnv(s.Env),
		testcontainers.WithHostConfigModifier(func(h *container.HostConfig) { h.ExtraHosts = append(h.ExtraHosts, Host+":host-gateway") }),
		testcontainers.WithWaitStrategy(s.ready()),
	}
	for _, port := range append([]int{s.Port}, s.Ports...) {
		options = append(options, testcontainers.WithExposedPorts(tcp(port)))
	}
	if len(s.Args) > 0 {
		options = append(options, testcontainers.WithCmd(s.Args...))
	}
	if s.Context != "" {
		options = append(options, testcontainers.WithDockerfile(testcontainers.FromDockerfile{Context: s.Context, Dockerfile: cmp.Or(s.Dockerfile, "Dockerfile")}))
	}
	c, err := testcontainers.Run(ctx, s.Image, options...)
	b := &Box{c: c}
	if err == nil {
		b.url, err = c.PortEndpoint(ctx, tcp(s.Port), "http")
	}
	if err == nil {
		return b, nil
	}
	if c == nil {
		return nil, fmt.Errorf("starting a container: %w", err)
	}
	_ = b.Close() // the error is that it did not start
	return nil, fmt.Errorf("starting a container: %w; it printed: %s", err, end(b.Logs()))
}

func (s *Spec) ready() wait.Strategy {
	most := cmp.Or(s.Wait.Most, time.Minute)
	port := tcp(cmp.Or(s.Wait.Port, s.Port))
	switch {
	case s.Wait.Path != "":
		return wait.ForHTTP(s.Wait.Path).WithPort(port).WithStartupTimeout(most)
	case s.Wait.Log != "":
		return wait.ForLog(s.Wait.Log).WithStartupTimeout(most)
	}
	// That the port is open says nothing: Docker opens it itself.
	return wait.ForHTTP("/").WithPort(port).WithStatusCodeMatcher(func(int) bool { return true }).WithStartupTimeout(most)
}

func tcp(port int) string { return fmt.Sprintf("%d/tcp", port) }

// end is the last lines of a log.
func end(log string) string {
	const most = 2000
	if len(log) > most {
		log = "..." + strings.ToValidUTF8(log[len(log)-most:], "")
	}
	return strings.TrimSpace(log)
}

// URL is the address of the peer.
func (b *Box) URL() string { return b.url }

// Address is where a published port is reached, as host:port.
func (b *Box) Address(ctx context.Context, port int) (string, error) {
	return b.c.PortEndpoint(ctx, tcp(port), "")
}

// Logs are what the container has printed. They stay when it is closed.
func (b *Box) Logs() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		return b.kept
	}
	return b.read()
}

// read reads the log; why it cannot be read stands in its place. The caller
// holds b.mu.
func (b *Box) read() string {
	ctx, cancel := context.WithTimeout(context.Background(), ending)
	defer cancel()
	r, err := b.c.Logs(ctx)
	if err != nil {
		return err.Error()
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		return string(text) + "\n" + err.Error()
	}
	return string(text)
}

// Close stops the container and removes it.
func (b *Box) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		return nil
	}
	b.kept, b.gone = b.read(), true
	ctx, cancel := context.WithTimeout(context.Background(), ending)
	defer cancel()
	return b.c.Terminate(ctx)
}
