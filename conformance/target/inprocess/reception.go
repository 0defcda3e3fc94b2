package inprocess

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/simulator"
)

// Reception is our own vendor for a partner under test who invites patients
// before hearing of them. It answers what the partner calls.
type Reception struct {
	http.Handler
	sim *simulator.Simulator
}

// Receive opens a reception; Close ends it.
func Receive(seed uint64) (*Reception, error) {
	sim, err := simulator.New(simulator.WithSeed(seed), simulator.WithListener(simulator.PartnerListener, "off"))
	if err != nil {
		return nil, err
	}
	vendor, err := url.Parse(sim.URL(simulator.VendorListener))
	if err != nil {
		return nil, errors.Join(err, sim.Close(context.Background()))
	}
	return &Reception{httputil.NewSingleHostReverseProxy(vendor), sim}, nil
}

// Programs are the support programs a partner can invite to, with credentials.
func (r *Reception) Programs() []simulator.ProgramAccess { return r.sim.Programs() }

// Await returns the patients whom the partner has invited, as soon as there is
// one.
func (r *Reception) Await(ctx context.Context) ([]port.Known, error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		known, err := r.invited(ctx)
		if err != nil || len(known) > 0 {
			return known, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("nobody was invited: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// invited asks the control API, as everybody does.
func (r *Reception) invited(ctx context.Context) ([]port.Known, error) {
	address := r.sim.URL(simulator.ControlListener) + "/v1/sandboxes/" + r.sim.DefaultSandbox() + "/patients?limit=1000"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	var all struct {
		Patients []struct{ ID, Program, ExternalID, Phone string }
	}
	if err := json.NewDecoder(resp.Body).Decode(&all); err != nil {
		return nil, fmt.Errorf("asking who was invited: %w", err)
	}
	var known []port.Known
	for _, p := range all.Patients {
		known = append(known, port.Known{Program: p.Program, Patient: p.ID, External: p.ExternalID, Phone: p.Phone})
	}
	return known, nil
}

// Close ends the reception.
func (r *Reception) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return r.sim.Close(ctx)
}
