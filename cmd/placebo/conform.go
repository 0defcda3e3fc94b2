package main

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/certificate"
	"github.com/placebo-sim/placebo/conformance/port"
	"github.com/placebo-sim/placebo/conformance/report"
	"github.com/placebo-sim/placebo/conformance/result"
)

// The exit codes of placebo conform, beside 2 for wrong usage.
const (
	conformant    = 0
	notConformant = 1
	notCarriedOut = 3
)

// ended is the end of a command whose exit codes say more than success or
// failure. Without a reason all has been told.
type ended struct {
	code int
	why  error
}

func (e ended) Error() string {
	if e.why == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.why.Error()
}

func (e ended) Unwrap() error { return e.why }

type conformFlags struct {
	peer
	getenv      func(string) string
	profile     conformance.Profile
	policy      bool
	clauses     []string
	features    []string
	list        bool
	failFast    bool
	timeout     time.Duration
	seed        uint64
	parallel    int
	out         string
	baseline    string
	certificate string
	key         string
	known       []string // what the baseline lists
}

func newConform(getenv func(string) string) *cobra.Command {
	f := conformFlags{getenv: getenv}
	cmd := &cobra.Command{
		Use:   "conform PROFILE",
		Short: "Tell whether a vendor or a partner keeps the contract",
		Long: "Hold a peer to the contract, clause by clause, and keep the evidence. The profiles:\n\n" + profileList() + "\n" +
			"The peer is the one at --target, or in a container of --image or --dockerfile, as --config describes\n" +
			"it. Without any of these it is our own simulator, and our own choices are judged as well.\n\n" +
			"Exit codes: 0 the peer keeps the contract, 1 it does not, 2 wrong usage, 3 the run could not be\n" +
			"carried out: the peer cannot be reached, nothing ran, or somebody ended it with Ctrl-C.\n\n" +
			"Every flag can be given as an environment variable too: --fail-fast as PLACEBO_FAIL_FAST.",
		Example: "  placebo conform rxware\n" +
			"  placebo conform rxware --target https://sandbox.vendor.example --config vendor.yaml --out report\n" +
			"  placebo conform partner --target http://localhost:3000\n" +
			"  placebo conform rxware --list --clause RX-INVITE-014",
		Args:      cobra.ExactArgs(1),
		ValidArgs: profileNames(),
		RunE: func(cmd *cobra.Command, args []string) error {
			var known bool
			if f.profile, known = conformance.FindProfile(args[0]); !known {
				return usage{fmt.Errorf("there is no profile %q, only %s", args[0], strings.Join(profileNames(), ", "))}
			}
			return f.run(cmd)
		},
	}
	cmd.AddCommand(newProve())
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringVar(&f.target, "target", "", "the peer at this base `URL`")
	fl.StringVar(&f.config, "config", "", "what the peer is like, in this YAML `FILE`: vendor.yaml or partner.yaml")
	fl.StringVar(&f.image, "image", "", "the peer in a container of this image `REF`")
	fl.StringVar(&f.dockerfile, "dockerfile", "", "the peer in a container that is built in this `DIR`")
	fl.Uint16Var(&f.port, "port", 0, "the `PORT` that the peer listens on in its container")
	fl.StringArrayVar(&f.env, "env", nil, "a variable of the container as `NAME=VALUE`; may be repeated. A vendor's {callback} is\nwhere we hear webhooks; a partner's {vendor}, {program}, {key} and {bearer} are our vendor's")
	fl.StringVar(&f.vendor, "vendor", "", "for a partner: our vendor's `ADDRESS`, that the partner calls")
	fl.StringVar(&f.announce, "announce", "", "for a partner: write our vendor's URL and tokens to this `FILE`")
	fl.BoolVar(&f.policy, "policy", false, "judge our own choices too, where the contract is silent")
	fl.StringSliceVar(&f.clauses, "clause", nil, "only scenarios that prove this clause `ID`; may be repeated")
	fl.StringSliceVar(&f.features, "feature", nil, "only features whose name matches this `PATTERN`; may be repeated")
	fl.BoolVar(&f.list, "list", false, "list what would run, and run nothing")
	fl.BoolVar(&f.failFast, "fail-fast", false, "end with the first failure or error")
	fl.DurationVar(&f.timeout, "timeout", time.Minute, "the longest `TIME` that a scenario may take")
	fl.Uint64Var(&f.seed, "seed", 0, "decide order and inventions by this `NUMBER` (drawn and printed when absent)")
	fl.IntVar(&f.parallel, "parallel", 4, "this `NUMBER` of scenarios at once")
	fl.StringVar(&f.out, "out", "", "write result.json, report.html, junit.xml and cucumber.json into this `DIR`")
	fl.StringVar(&f.baseline, "baseline", "", "the known failures, in this `FILE`: red is what fails and is not listed, or is listed and does not")
	fl.StringVar(&f.certificate, "certificate", "", "certify what --out says, in this `FILE`")
	fl.StringVar(&f.key, "key", "", "sign the certificate by this private key `FILE`")
	return cmd
}

func profileNames() (names []string) {
	for _, p := range conformance.Profiles() {
		names = append(names, p.Name)
	}
	return names
}

func profileList() string {
	var b strings.Builder
	for _, p := range conformance.Profiles() {
		fmt.Fprintf(&b, "  %-12s%s\n", p.Name, p.Does)
	}
	return b.String()
}

func (f *conformFlags) run(cmd *cobra.Command) error {
	if err := f.check(); err != nil {
		return usage{err}
	}
	if !f.list || f.config != "" {
		if err := f.load(f.profile); err != nil {
			return usage{err}
		}
	}
	f.complete(cmd)
	o := conformance.Options{Profile: f.profile, Policy: f.policy || f.ours(), Clauses: f.clauses, Features: f.features, FailFast: f.failFast,
		Timeout: f.timeout, Seed: f.seed, Parallel: f.parallel, RunID: runID(), Version: versionText()}
	plan, err := conformance.Plan(o)
	switch {
	case err != nil:
		return usage{err}
	case len(plan) == 0:
		return ended{notCarriedOut, fmt.Errorf("nothing was chosen: the profile %s has no such scenario", f.profile.Name)}
	case f.list:
		return listPlan(cmd.OutOrStdout(), &o, plan)
	}
	if err := f.prepare(); err != nil {
		return usage{err}
	}
	target, end, err := f.open(cmd.Context(), &o)
	if err != nil {
		return ended{notCarriedOut, err}
	}
	defer end()
	return f.hold(cmd, target, o)
}

// complete decides what was not said.
func (f *conformFlags) complete(cmd *cobra.Command) {
	said := cmd.Flags().Changed
	if !said("seed") {
		f.seed = freshSeed()
	}
	if f.attended() { // a person has two hands, and takes their time
		if !said("parallel") {
			f.parallel = 1
		}
		if !said("timeout") {
			f.timeout = 15 * time.Minute
		}
	}
	f.in, f.peer.out = cmd.InOrStdin(), cmd.ErrOrStderr()
}

// hold runs what was chosen against the target and tells what was found.
func (f *conformFlags) hold(cmd *cobra.Command, target port.Target, o conformance.Options) error {
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	fmt.Fprintf(out, "Placebo %s, profile %s, %s, seed %d, run %s\n", o.Version, f.profile.Name, addressOf(target), o.Seed, o.RunID)
	progress, done := f.progress(cmd.ErrOrStderr())
	o.Progress = progress
	r, err := conformance.Execute(ctx, target, o)
	done()
	if err != nil {
		return usage{err}
	}
	if f.baseline != "" {
		r.Compare(f.baseline, f.known)
	}
	if f.out != "" {
		if err := errors.Join(report.Write(f.out, r), f.keepLog(f.out)); err != nil {
			return ended{notCarriedOut, fmt.Errorf("writing the report: %w", err)}
		}
	}
	page := ""
	if f.out != "" {
		page = filepath.Join(f.out, report.HTMLFile)
	}
	f.summary(out, r, page)
	code := r.Exit()
	switch {
	case ctx.Err() != nil:
		return ended{notCarriedOut, errors.New(r.Note)}
	case r.Note != "":
		return ended{cmp.Or(code, notCarriedOut), errors.New(r.Note)}
	case f.certificate != "":
		verdict, err := certificate.WriteFile(f.certificate, filepath.Join(f.out, report.ResultFile), r, f.profile.Needs, f.key, time.Now())
		if err != nil {
			return ended{cmp.Or(code, notConformant), fmt.Errorf("there is no certificate: %w", err)}
		}
		fmt.Fprintf(out, "The certificate, %s, is in %s\n", verdict, f.certificate)
	}
	if code != conformant {
		return ended{code: code}
	}
	return nil
}

// addressOf says who is judged.
func addressOf(target port.Target) string {
	d, ok := target.(port.Described)
	if !ok {
		return "a target"
	}
	is := d.Describe()
	return strings.TrimSpace(is.Kind + " " + is.Address)
}

// check finds what is wrong or contradictory in the flags, and reads the
// baseline.
func (f *conformFlags) check() error {
	for _, pattern := range f.features {
		if _, err := path.Match(pattern, ""); err != nil {
			return fmt.Errorf("--feature: %q is no pattern: %w", pattern, err)
		}
	}
	switch {
	case f.timeout <= 0:
		return fmt.Errorf("--timeout: must be more than nothing, is %v", f.timeout)
	case f.parallel < 1:
		return fmt.Errorf("--parallel: must be 1 or more, is %d", f.parallel)
	case (f.certificate == "") != (f.key == ""):
		return errors.New("--certificate and --key go together")
	case f.certificate != "" && len(f.clauses)+len(f.features) > 0:
		return errors.New("--certificate is for the whole profile: leave --clause and --feature out")
	case f.certificate != "" && f.out == "":
		return errors.New("--certificate needs --out: it certifies what is written there")
	}
	if f.baseline != "" {
		var err error
		if f.known, err = result.LoadBaseline(f.baseline); err != nil {
			return fmt.Errorf("--baseline: %w", err)
		}
	}
	return f.peer.check(f.profile)
}

// prepare finds out before the run what could not be written after it.
func (f *conformFlags) prepare() error {
	if f.key != "" {
		if _, err := certificate.ReadPrivate(f.key); err != nil {
			return fmt.Errorf("--key: %w", err)
		}
	}
	if f.out != "" {
		if err := os.MkdirAll(f.out, 0o755); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	return nil
}

// runID names a run: what two runs leave at a peer must differ.
func runID() string { return strings.ToLower(rand.Text()[:8]) }

// listPlan tells what would run.
func listPlan(w io.Writer, o *conformance.Options, plan []conformance.Scenario) error {
	file, runs, proved := "", 0, map[string]bool{}
	for _, s := range plan {
		if s.File != file {
			file = s.File
			fmt.Fprintf(w, "%s\n", file)
		}
		runs += s.Examples
		times := ""
		if s.Outline {
			times = fmt.Sprintf(" (%d examples)", s.Examples)
		}
		ids := o.Profile.Proves(&s, o.Policy)
		for _, id := range ids {
			proved[id] = true
		}
		fmt.Fprintf(w, "  %s%s\n", s.Title, times)
		fmt.Fprintf(w, "%6s", "")
		wrap(w, 6, 6, " ", ids)
	}
	_, err := fmt.Fprintf(w, "\n%d scenarios, %d with their examples, prove %d clauses of the profile %s\n", len(plan), runs, len(proved), o.Profile.Name)
	return err
}
