package main

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// version is set when the program is built for release.
var version = ""

func newRoot(getenv func(string) string) *cobra.Command {
	root := &cobra.Command{
		Use:   "placebo",
		Short: "A patient-support vendor, partner and phone with no active ingredient",
		Long: "Placebo stands in for patient-support vendors (RxWare, HelpAround) and for the partner\n" +
			"at the other end of their webhooks: no real patients, no real texts, no real vendor.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage{err} })
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return fromEnvironment(cmd, getenv) }
	root.AddCommand(newServe(), newConform(getenv), newCertificate(), newDialects(), newDeviations(), newNumbers(), &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		Run:   func(cmd *cobra.Command, _ []string) { fmt.Fprintln(cmd.OutOrStdout(), "placebo", versionText()) },
	})
	return root
}

// strict lets the commands that cobra brings refuse words that they do not
// know; by themselves they show a help text and call it a success. It comes
// after SetOut: completion remembers where it is to write.
func strict(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Args = func(_ *cobra.Command, topic []string) error {
				if _, rest, err := root.Find(topic); err != nil || len(rest) > 0 {
					return usage{fmt.Errorf("unknown help topic %q", strings.Join(topic, " "))}
				}
				return nil
			}
		case "completion": // its shells are commands below it
			cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
}

func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "from source"
}

// fromEnvironment gives every flag that was not said its PLACEBO_* variable.
func fromEnvironment(cmd *cobra.Command, getenv func(string) string) error {
	var wrong error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		value := getenv(envName(f.Name))
		if f.Changed || value == "" || wrong != nil || f.Name == "help" {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			wrong = usage{fmt.Errorf("%s: %w", envName(f.Name), err)}
		}
	})
	return wrong
}

func envName(flag string) string {
	return "PLACEBO_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// usage is an error in how the program was called.
type usage struct{ error }

func (u usage) Unwrap() error { return u.error }

// complain tells what went wrong and returns the exit code.
func complain(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	var e ended
	if errors.As(err, &e) {
		if e.why != nil {
			fmt.Fprintln(stderr, "placebo:", e.why)
		}
		return e.code
	}
	fmt.Fprintln(stderr, "placebo:", err)
	var u usage
	if errors.As(err, &u) || strings.HasPrefix(err.Error(), "unknown command") || strings.HasPrefix(err.Error(), "accepts ") {
		fmt.Fprintln(stderr, "Try: placebo --help")
		return 2
	}
	return 1
}
