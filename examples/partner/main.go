// Command partner is a small partner of a patient-support vendor, RxWare or
// HelpAround: it takes the vendor's webhooks, keeps what they say in a SQLite
// file, fetches the pictures that an enrollment names, and invites patients.
//
//	VENDOR_URL=http://127.0.0.1:8080 API_KEY=… BEARER=… ADMIN_TOKEN=secret partner
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stderr)
	stop()
	os.Exit(code)
}

// settings are what a partner is started with.
type settings struct {
	listen string
	db     string
	admin  string // the token of our own API; without one it is off
	vendor Vendor
}

const usage = `partner takes a vendor's webhooks and keeps what they say.

Each flag is an environment variable too. Secrets are taken from the environment
alone, for other users of a machine can read flags:
  API_KEY      the vendor's auth token
  BEARER       the vendor's bearer token
  ADMIN_TOKEN  bearer token of POST /invite and GET /patients/…, which are off without

`

// configure reads flags and environment. Its error has been told to stderr.
func configure(args []string, getenv func(string) string, stderr io.Writer) (settings, error) {
	s := settings{admin: getenv("ADMIN_TOKEN"), vendor: Vendor{Key: getenv("API_KEY"), Bearer: getenv("BEARER")}}
	flags := flag.NewFlagSet("partner", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&s.listen, "listen", cmp.Or(getenv("LISTEN"), "127.0.0.1:3000"), "LISTEN: `address` to listen on")
	flags.StringVar(&s.db, "db", cmp.Or(getenv("DB"), "partner.db"), "DB: SQLite `file`")
	flags.StringVar(&s.vendor.URL, "vendor-url", getenv("VENDOR_URL"), "VENDOR_URL: the vendor's `URL`, up to and without /v1")
	flags.StringVar(&s.vendor.KeyHeader, "key-header", cmp.Or(getenv("KEY_HEADER"), "x-api-key"), "KEY_HEADER: `header` of the auth token")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	err := s.vendor.check()
	if flags.NArg() > 0 {
		err = fmt.Errorf("unknown argument %q", flags.Arg(0))
	}
	if err != nil {
		fmt.Fprintf(stderr, "partner: %v\n", err)
	}
	return s, err
}

// run is the program: 0 after a signal, 1 if it cannot serve, 2 for wrong usage.
func run(ctx context.Context, args []string, getenv func(string) string, stderr io.Writer) int {
	s, err := configure(args, getenv, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	if err := serve(ctx, s, log); err != nil {
		log.Error("the end", "error", err.Error())
		return 1
	}
	return 0
}

// grace is for requests that are under way when the end comes. Docker kills
// after 10 s.
const grace = 8 * time.Second

// serve serves until ctx is done.
func serve(ctx context.Context, s settings, log *slog.Logger) error {
	store, err := Open(ctx, s.db)
	if err != nil {
		return err
	}
	defer store.Close()
	listener, err := net.Listen("tcp", s.listen)
	if err != nil {
		return err
	}

	fetcher := NewFetcher(store, &s.vendor, log)
	fetching, stopFetching := context.WithCancel(ctx)
	fetched := make(chan struct{})
	go func() {
		defer close(fetched)
		fetcher.Run(fetching)
	}()
	defer func() { // before the store is closed; what is not fetched yet is next time
		stopFetching()
		<-fetched
	}()

	server := &http.Server{
		Handler:           NewHandler(store, fetcher, &s.vendor, s.admin, log),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      40 * time.Second, // an invitation waits for the vendor
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	log.Info("listening", "address", listener.Addr().String(), "vendor", s.vendor.URL != "", "api", s.admin != "")

	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping")
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return errors.Join(fmt.Errorf("requests were cut off: %w", err), server.Close())
	}
	return nil
}
