package container

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	neturl "net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/placebo-sim/placebo/conformance/settings"
	"github.com/placebo-sim/placebo/conformance/target/url"
)

// Target is a vendor in a container.
type Target struct {
	*url.Vendor
	Box *Box
}

// published is where a port of the container is named in settings.
var published = regexp.MustCompile(`\{address:(\d+)\}`)

// Vendor starts a vendor and makes a target of it. In the settings, {address:80}
// stands for the host and port at which the container's port 80 is reached; the
// base URL's own host does not matter where it is none. In the environment,
// {callback} stands for the address under which the vendor reaches the suite.
func Vendor(ctx context.Context, spec Spec, s *settings.Vendor, runID string, seed uint64) (*Target, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	for _, found := range published.FindAllStringSubmatch(string(text), -1) {
		port, err := strconv.Atoi(found[1])
		if err == nil && port != spec.Port && !slices.Contains(spec.Ports, port) {
			spec.Ports = append(spec.Ports, port)
		}
	}
	callback, err := reached()
	if err != nil {
		return nil, err
	}
	if s.Callback != nil && s.Callback.URL != "" {
		callback = s.Callback // somebody knows better
	}
	spec.Env = maps.Clone(spec.Env)
	for name, value := range spec.Env {
		spec.Env[name] = strings.ReplaceAll(value, "{callback}", callback.URL)
	}
	box, err := Start(ctx, spec)
	if err != nil {
		return nil, err
	}
	own, err := at(ctx, box, text, s.BaseURL)
	if err != nil {
		return nil, errors.Join(err, box.Close())
	}
	own.Callback = callback
	v, err := url.NewVendor(ctx, own, runID, seed)
	if err != nil {
		return nil, errors.Join(err, box.Close())
	}
	v.As("container")
	return &Target{v, box}, nil
}

// reached is a free port of this machine, on every address: the container comes
// in from a bridge.
func reached() (*settings.Callback, error) {
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		return nil, fmt.Errorf("looking for a free port: %w", err)
	}
	defer l.Close()
	port := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	return &settings.Callback{Listen: "0.0.0.0:" + port, URL: "http://" + Host + ":" + port}, nil
}

// at are the settings with the addresses of the container in them; given is the
// base URL as it was written.
func at(ctx context.Context, box *Box, text []byte, given string) (*settings.Vendor, error) {
	var failed error
	filled := published.ReplaceAllFunc(text, func(place []byte) []byte {
		port, err := strconv.Atoi(string(published.FindSubmatch(place)[1]))
		address := ""
		if err == nil {
			address, err = box.Address(ctx, port)
		}
		failed = errors.Join(failed, err)
		return []byte(address)
	})
	var s settings.Vendor
	if err := errors.Join(failed, json.Unmarshal(filled, &s)); err != nil {
		return nil, err
	}
	if !published.MatchString(given) {
		base, err := neturl.Parse(s.BaseURL)
		if err != nil {
			return nil, fmt.Errorf("baseURL: %w", err)
		}
		s.BaseURL = box.URL() + strings.TrimSuffix(base.Path, "/")
	}
	return &s, nil
}

// Close stops listening and the vendor.
func (t *Target) Close() error { return errors.Join(t.Vendor.Close(), t.Box.Close()) }
