package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// Fetcher fetches the files that enrollments name, one after another. What is
// to be fetched is in the store, so a restart forgets nothing.
type Fetcher struct {
	store  *Store
	vendor *Vendor
	log    *slog.Logger
	wake   chan struct{}
	// The pause after the first failure, after which each is twice as long, up to
	// the longest.
	pause, longest time.Duration
}

// tries is how often a file is asked for, over some five hours.
const tries = 15

// NewFetcher returns a fetcher that does nothing until it runs.
func NewFetcher(store *Store, vendor *Vendor, log *slog.Logger) *Fetcher {
	return &Fetcher{store, vendor, log, make(chan struct{}, 1), 5 * time.Second, time.Hour}
}

// Wake tells that there is something new to fetch.
func (f *Fetcher) Wake() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Run fetches until ctx is done.
func (f *Fetcher) Run(ctx context.Context) {
	if f.vendor.URL == "" {
		f.log.Warn("there is no VENDOR_URL: files wait until there is one")
		return
	}
	var quiet time.Time // until then the vendor wants to hear nothing from us
	for ctx.Err() == nil {
		job, any, err := f.store.NextJob(ctx)
		wait := time.Minute
		switch {
		case err != nil:
			f.log.Error("reading what to fetch", "error", err.Error())
		case any:
			if job.At.Before(quiet) {
				job.At = quiet
			}
			if wait = time.Until(job.At); wait <= 0 {
				asked, err := f.fetch(ctx, job)
				if err == nil {
					quiet = time.Now().Add(asked)
					continue
				}
				f.log.Error("keeping what was fetched", "error", err.Error())
				wait = f.pause
			}
		}
		select {
		case <-ctx.Done():
		case <-f.wake:
		case <-time.After(wait):
		}
	}
}

// fetch asks for a file and keeps what came of it: the file, another try, or
// that there will be none. It returns how long the vendor asked us to wait.
func (f *Fetcher) fetch(ctx context.Context, job Job) (time.Duration, error) {
	a, err := f.vendor.Media(ctx, job.Patient, job.ID)
	if ctx.Err() != nil {
		return 0, nil // next time
	}
	why, again := "", false
	var asked time.Duration
	switch {
	case err != nil:
		why, again = err.Error(), !errors.Is(err, errNoID) && !errors.Is(err, errTooLong)
	case a.status == http.StatusOK:
		t, ok := a.picture()
		if ok && len(a.body) > 0 {
			f.log.Info("fetched a file", "type", t, "bytes", len(a.body), "try", job.Tries+1)
			return 0, f.store.Keep(ctx, job, t, a.body)
		}
		why = "the answer is no picture"
	default:
		asked = a.retryAfter(time.Now())
		why, again = fmt.Sprintf("the vendor answered %d", a.status), worthAnotherTry(a.status)
	}
	if !again || job.Tries+1 >= tries {
		f.log.Error("a file cannot be had", "why", why, "try", job.Tries+1)
		return asked, f.store.GiveUp(ctx, job, why)
	}
	pause := max(min(f.pause<<job.Tries, f.longest), asked)
	f.log.Warn("a file is not there yet", "why", why, "try", job.Tries+1, "again", pause.String())
	return asked, f.store.Later(ctx, job, time.Now().Add(pause), why)
}

// worthAnotherTry tells which refusals may pass. Credentials are among them:
// somebody will renew the token.
func worthAnotherTry(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return status >= 500
}
