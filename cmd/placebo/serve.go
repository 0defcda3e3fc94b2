package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/placebo-sim/placebo/simulator"
	"github.com/placebo-sim/placebo/simulator/config"
)

// The addresses without a flag, variable or file.
var defaultListen = map[simulator.Listener]string{
	simulator.VendorListener:  "127.0.0.1:8080",
	simulator.PartnerListener: "127.0.0.1:8081",
	simulator.PhoneListener:   "127.0.0.1:8082",
	simulator.ControlListener: "127.0.0.1:8090",
}

// what each listener is, on the screen.
var listenerText = map[simulator.Listener]string{
	simulator.VendorListener:  "what partners call: RxWare and HelpAround",
	simulator.PartnerListener: "the partner that webhooks go to",
	simulator.PhoneListener:   "the patient's phone: pages behind the links in texts",
	simulator.ControlListener: "for you: inbox, webhooks, journal, clock, acts",
}

type serveFlags struct {
	listen       map[simulator.Listener]*string
	webhooks     string
	mediaFrom    string
	keyHeader    string
	seed         uint64
	config       string
	announce     string
	controlToken string
	verbose      bool
}

func newServe() *cobra.Command {
	f := serveFlags{listen: map[simulator.Listener]*string{}}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the sandbox",
		Long: "Run a vendor, its partner, a phone and the control API until interrupted.\n\n" +
			"Addresses are host:port; port 0 takes a free one, off leaves the listener out.\n" +
			"Every flag can be given as an environment variable too: --control-token as PLACEBO_CONTROL_TOKEN.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	for _, l := range simulator.Listeners() {
		f.listen[l] = fl.String(string(l), defaultListen[l], listenerText[l])
	}
	fl.StringVar(&f.webhooks, "webhooks", "", "send webhooks to your own partner at this base `URL`")
	fl.StringVar(&f.mediaFrom, "media-from", "", "let the simulated partner fetch media from a vendor at this base `URL`")
	fl.StringVar(&f.keyHeader, "key-header", "", "header `NAME` of the auth token (x-api-key)")
	fl.Uint64Var(&f.seed, "seed", 0, "decide all ids and choices by this `NUMBER` (drawn and printed when absent)")
	fl.StringVar(&f.config, "config", "", "describe the sandbox in this YAML `FILE`")
	fl.StringVar(&f.announce, "announce", "", "write addresses and credentials to this `FILE` when ready")
	fl.StringVar(&f.controlToken, "control-token", "", "demand this bearer `TOKEN` on the control API; needed beyond loopback")
	fl.BoolVar(&f.verbose, "verbose", false, "log more")
	return cmd
}

func (f *serveFlags) run(cmd *cobra.Command) error {
	opts, err := f.options(cmd)
	if err != nil {
		return err
	}
	sim, err := simulator.New(opts...)
	if errors.Is(err, simulator.ErrOpen) {
		return fmt.Errorf("%w (--control-token)", err)
	}
	if err != nil {
		return err
	}
	defer f.stop(cmd, sim)
	if f.announce != "" {
		if err := announce(f.announce, announcementOf(sim)); err != nil {
			return fmt.Errorf("announcing: %w", err)
		}
	}
	f.greet(cmd.OutOrStdout(), sim)
	select {
	case <-cmd.Context().Done():
		return nil
	case err := <-sim.Failed():
		return err
	}
}

func (f *serveFlags) stop(cmd *cobra.Command, sim *simulator.Simulator) {
	fmt.Fprintln(cmd.ErrOrStderr(), "stopping")
	// What has not ended by then is cut off; it is no failure of the run.
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Second)
	defer cancel()
	if err := sim.Close(ctx); err != nil && f.verbose {
		fmt.Fprintln(cmd.ErrOrStderr(), "while stopping:", err)
	}
}

// options are defaults, then the file, then the environment, then flags.
func (f *serveFlags) options(cmd *cobra.Command) ([]simulator.Option, error) {
	file := config.Default()
	if f.config != "" {
		var err error
		if file, err = config.Load(f.config); err != nil {
			return nil, usage{fmt.Errorf("--config: %w", err)}
		}
	}
	level := slog.LevelWarn
	if f.verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: level}))
	opts := []simulator.Option{simulator.WithConfig(file), simulator.WithLogger(log), simulator.WithControlToken(f.controlToken), simulator.WithKeyHeader(f.keyHeader)}
	inFile := map[simulator.Listener]string{
		simulator.VendorListener: file.Listen.Vendor, simulator.PartnerListener: file.Listen.Partner,
		simulator.PhoneListener: file.Listen.Phone, simulator.ControlListener: file.Listen.Control,
	}
	for _, l := range simulator.Listeners() {
		addr := *f.listen[l]
		if !cmd.Flags().Changed(string(l)) {
			addr = cmp.Or(inFile[l], addr)
		}
		if err := config.CheckAddress(addr); err != nil {
			return nil, usage{fmt.Errorf("--%s: %w", l, err)}
		}
		opts = append(opts, simulator.WithListener(l, addr))
	}
	if err := errors.Join(checkBase("webhooks", f.webhooks), checkBase("media-from", f.mediaFrom)); err != nil {
		return nil, usage{err}
	}
	if f.keyHeader != "" && !headerName.MatchString(f.keyHeader) {
		return nil, usage{fmt.Errorf("--key-header: must be the name of a header, is %q", f.keyHeader)}
	}
	if f.webhooks != "" {
		opts = append(opts, simulator.WithWebhooks(f.webhooks))
	}
	if f.mediaFrom != "" {
		opts = append(opts, simulator.WithMediaFrom(strings.TrimSuffix(f.mediaFrom, "/")))
	}
	switch {
	case cmd.Flags().Changed("seed"):
		opts = append(opts, simulator.WithSeed(f.seed))
	case file.Seed == nil:
		opts = append(opts, simulator.WithSeed(freshSeed()))
	}
	return opts, nil
}

// headerName is what HTTP calls a token.
var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// checkBase tells whether paths can be appended to base.
func checkBase(flag, base string) error {
	if base != "" && (!config.IsURL(base) || strings.ContainsAny(base, "?#")) {
		return fmt.Errorf("--%s: must be an http or https URL without a query, is %q", flag, base)
	}
	return nil
}

// freshSeed draws a seed that is easy to type again.
func freshSeed() uint64 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return uint64(binary.BigEndian.Uint32(b[:]))%999_999 + 1
}

// announcement is what --announce writes.
type announcement struct {
	Vendor   string                    `json:"vendor"`
	Partner  string                    `json:"partner"`
	Phone    string                    `json:"phone"`
	Control  string                    `json:"control"`
	Sandbox  string                    `json:"sandbox"`
	Seed     uint64                    `json:"seed"`
	Programs []simulator.ProgramAccess `json:"programs"`
}

func announcementOf(sim *simulator.Simulator) announcement {
	return announcement{
		Vendor: sim.URL(simulator.VendorListener), Partner: sim.URL(simulator.PartnerListener),
		Phone: sim.URL(simulator.PhoneListener), Control: sim.URL(simulator.ControlListener),
		Sandbox: sim.DefaultSandbox(), Seed: sim.Seed(), Programs: sim.Programs(),
	}
}

// announce writes a file of JSON in one piece: whoever sees it sees all of it.
func announce(path string, what any) error {
	text, err := json.MarshalIndent(what, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".announce-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone already once renamed
	if _, err := tmp.Write(append(text, '\n')); err != nil {
		_ = tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// greet says where everything is and what to type next.
func (f *serveFlags) greet(w io.Writer, sim *simulator.Simulator) {
	fmt.Fprintf(w, "Placebo %s, seed %d\n\n", versionText(), sim.Seed())
	for _, l := range simulator.Listeners() {
		address := cmp.Or(sim.URL(l), "off")
		fmt.Fprintf(w, "  %-8s %-24s %s\n", l, address, listenerText[l])
	}
	next := "See what the partner heard"
	programs := sim.Programs()
	callable := slices.IndexFunc(programs, func(p simulator.ProgramAccess) bool { return p.Token != "" })
	if vendor := sim.URL(simulator.VendorListener); vendor != "" && callable >= 0 {
		fmt.Fprintf(w, "\nInvite a patient:\n\n%s\n", inviteCommand(vendor, cmp.Or(f.keyHeader, "x-api-key"), programs[callable]))
		next = "Then open the link in the text, and see what the partner heard"
	}
	if control := sim.URL(simulator.ControlListener); control != "" {
		curl := "curl -sS"
		if f.controlToken != "" { // which is not for the screen
			next += ", with the control token in PLACEBO_CONTROL_TOKEN"
			curl += ` -H "Authorization: Bearer $PLACEBO_CONTROL_TOKEN"`
		}
		box, _ := url.JoinPath(control, "v1/sandboxes", sim.DefaultSandbox())
		fmt.Fprintf(w, "\n%s:\n\n  %[2]s %[3]s/inbox\n  %[2]s %[3]s/webhooks\n  %[2]s %[3]s/partner\n", next, curl, box)
	}
	fmt.Fprintln(w, "\nCtrl-C stops it.")
}

// inviteCommand is for pasting into a shell; the program's id and key can hold
// any character.
func inviteCommand(vendor, keyHeader string, p simulator.ProgramAccess) string {
	id, _ := json.Marshal(p.ID) // a string can be marshalled
	return fmt.Sprintf(`  curl -sS %s/v1/patients/invite \
    -H %s \
    -H %s \
    -H 'Content-Type: application/json' \
    -d %s`, vendor, quote(keyHeader+": "+p.APIKey), quote("Authorization: Bearer "+p.Token),
		quote(fmt.Sprintf(`{"externalId": "crm-1001", "phoneNumber": "+12025550142", "supportProgramId": %s,
         "firstName": "Maya", "lastName": "Torres"%s}`, id, details(p.Details))))
}

// details are the member that an invitation to the program cannot do without,
// if there is one.
func details(of map[string]string) string {
	type item struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	}
	var items []item
	for _, key := range slices.Sorted(maps.Keys(of)) {
		items = append(items, item{key, of[key]})
	}
	if items == nil {
		return ""
	}
	list, _ := json.Marshal(items) // strings can be marshalled
	return `,
         "additionalData": ` + string(list)
}

// quote makes one word of a shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
