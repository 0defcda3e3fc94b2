package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/placebo-sim/placebo/conformance/certificate"
)

func newCertificate() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "certificate",
		Short: "Check what was certified, and make the keys for it",
		Long: "A certificate is what placebo conform --certificate writes: a signed statement of one result.json,\n" +
			"which says what a peer was held to and what it kept. It is checked offline, with this program or\n" +
			"with any verifier of DSSE envelopes.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeygen(), newVerify(), newShow())
	return cmd
}

func newKeygen() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "keygen --out DIR | PREFIX",
		Short: "Draw a pair of keys to sign certificates with",
		Long: "Draw a pair of Ed25519 keys and write them as PEM: private.pem and public.pem into a directory that\n" +
			"is there, PREFIX-private.pem and PREFIX-public.pem otherwise. Nothing is ever overwritten.",
		Example: "  placebo certificate keygen --out .\n  placebo certificate keygen --out keys/acme",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return usage{errors.New("--out: say where the keys are to be")}
			}
			private, public := keyFiles(out)
			key, err := certificate.WriteKeys(private, public)
			if err != nil {
				return fmt.Errorf("writing the keys: %w", err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "key      %s\nprivate  %s: keep it to yourself; placebo conform --key signs with it\n"+
				"public   %s: for whoever checks your certificates\n", certificate.KeyID(key), private, public)
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "a `DIR` that is there, or the beginning of the two files' names")
	return cmd
}

func keyFiles(out string) (private, public string) {
	prefix := out + "-"
	if info, err := os.Stat(out); err == nil && info.IsDir() || strings.HasSuffix(out, string(filepath.Separator)) {
		prefix = filepath.Clean(out) + string(filepath.Separator)
	}
	return prefix + "private.pem", prefix + "public.pem"
}

func newVerify() *cobra.Command {
	var resultPath, key string
	cmd := &cobra.Command{
		Use:   "verify FILE --result FILE --key FILE",
		Short: "Check a certificate",
		Long: "Check, offline, that the key signed the certificate, that it speaks of this result.json and that all\n" +
			"it says is in there. Whose key it is, you must know from elsewhere.\n\n" +
			"Exit codes: 0 it is valid, 1 it is not, 2 wrong usage, 3 there is nothing to check: a file cannot be\n" +
			"read, or is no certificate or no key.",
		Example: "  placebo certificate verify certificate.json --result report/result.json --key public.pem",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if resultPath == "" || key == "" {
				return usage{errors.New("--result and --key: both are needed")}
			}
			public, err := certificate.ReadPublic(key)
			if err != nil {
				return ended{notCarriedOut, fmt.Errorf("--key: %w", err)}
			}
			text, err := os.ReadFile(resultPath)
			if err != nil {
				return ended{notCarriedOut, fmt.Errorf("--result: %w", err)}
			}
			envelope, err := os.ReadFile(args[0])
			if err != nil {
				return ended{notCarriedOut, err}
			}
			says, err := certificate.Verify(envelope, text, public)
			switch {
			case errors.Is(err, certificate.ErrUnreadable):
				return ended{notCarriedOut, fmt.Errorf("%s: %w", args[0], err)}
			case err != nil:
				return fmt.Errorf("%s is not valid: %w", args[0], err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s is valid\n\n", args[0])
			return says.Write(cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&resultPath, "result", "", "the result.json, a `FILE`, that is certified")
	cmd.Flags().StringVar(&key, "key", "", "the signer's public key, a `FILE`")
	return cmd
}

func newShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show FILE",
		Short: "Print what a certificate says, unchecked",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			envelope, err := os.ReadFile(args[0])
			if err != nil {
				return ended{notCarriedOut, err}
			}
			if err := certificate.Show(cmd.OutOrStdout(), envelope); err != nil {
				return ended{notCarriedOut, fmt.Errorf("%s: %w", args[0], err)}
			}
			fmt.Fprintln(cmd.OutOrStdout(), "\nNothing of this was checked: placebo certificate verify does that.")
			return nil
		},
	}
}
