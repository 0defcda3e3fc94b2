package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestVersionIsOneLine(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := call(t, nil, "version")
	if code != 0 || !strings.HasPrefix(stdout, "placebo ") || strings.Count(stdout, "\n") != 1 || stderr != "" {
		t.Errorf("got %d, %q, %q, want 0 and one line that starts with placebo", code, stdout, stderr)
	}
}

func TestHelpIsSuccess(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"", "help", "--help", "-h", "serve --help", "serve -h", "help serve", "version --help", "dialects --help", "completion", "help completion bash"} {
		t.Run("placebo "+line, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := call(t, nil, strings.Fields(line)...)
			if code != 0 || !strings.Contains(stdout, "Usage:") || stderr != "" {
				t.Errorf("got %d, %q, %q, want 0 and a help text", code, stdout, stderr)
			}
		})
	}
}

func TestHelpNamesEveryFlagAndItsVariable(t *testing.T) {
	t.Parallel()
	_, stdout, _ := call(t, nil, "serve", "--help")
	eachFlag(func(f *pflag.Flag) {
		if !strings.Contains(stdout, "--"+f.Name+" ") {
			t.Errorf("--%s is not in the help text", f.Name)
		}
	})
	if !strings.Contains(stdout, "PLACEBO_CONTROL_TOKEN") {
		t.Error("the help text has no example of a variable")
	}
}

// eachFlag visits what serve can be told.
func eachFlag(visit func(*pflag.Flag)) {
	newServe().Flags().VisitAll(visit)
}

func TestWrongUsageIsExitCode2WithAHint(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, line string
		env        environment
		want       string
	}{
		{"an unknown flag", "--colour", nil, "--colour"},
		{"an unknown flag of serve", "serve --vendr off", nil, "--vendr"},
		{"an unknown command", "srve", nil, `"srve"`},
		{"an argument too many for serve", "serve now", nil, `"now"`},
		{"an argument too many for version", "version 2", nil, `"2"`},
		{"an unknown help topic", "help srve", nil, `"srve"`},
		{"an unknown shell", "completion tcl", nil, `"tcl"`},
		{"an argument too many for a shell", "completion bash now", nil, `"now"`},
		{"a flag without its value", "serve --seed", nil, "--seed"},
		{"a seed that is no number", "serve --seed seven", nil, "--seed"},
		{"a variable that is no number", "serve", environment{"PLACEBO_SEED": "seven"}, "PLACEBO_SEED"},
		{"a variable that is neither true nor false", "serve", environment{"PLACEBO_VERBOSE": "loud"}, "PLACEBO_VERBOSE"},
		{"an address without a port", "serve --phone localhost", nil, "--phone"},
		{"an address without a port in a variable", "serve", environment{"PLACEBO_CONTROL": "localhost"}, "--control"},
		{"webhooks to something else than a URL", "serve --webhooks localhost:9000", nil, "--webhooks"},
		{"webhooks to a URL that no path can be appended to", "serve --webhooks http://localhost:9000/?a=b", nil, "--webhooks"},
		{"media from something else than a URL", "serve --media-from ftp://localhost", nil, "--media-from"},
		{"media from a URL that no path can be appended to", "serve --media-from http://localhost/#a", nil, "--media-from"},
		{"a key header that no header can have as its name", "serve --key-header x:y", nil, "--key-header"},
		{"an entry that the register does not have", "dialects AMB-081", nil, `"AMB-081"`},
		{"an argument too many for dialects", "dialects AMB-001 AMB-002", nil, "received 2"},
		{"a format that there is not", "dialects --format yaml", nil, "--format"},
		{"a configuration that is not there", "serve --config nowhere.yaml", nil, "nowhere.yaml"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := call(t, c.env, strings.Fields(c.line)...)
			if code != 2 || stdout != "" {
				t.Errorf("got %d, %q, want 2 and nothing on stdout", code, stdout)
			}
			if !strings.Contains(stderr, c.want) || !strings.Contains(stderr, "--help") {
				t.Errorf("got %q, want %s and a hint at --help", stderr, c.want)
			}
		})
	}
}

func TestAWrongConfigurationIsNamedWithItsPlace(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, text, place, what string }{
		{"an unknown key", "version: 1\nlistn: {}\n", "2:1", "listn"},
		{"a value that makes no sense", "version: 1\nprograms:\n  - id: one\n    product: other\n", "4:14", "product"},
		{"an address without a port", "version: 1\nlisten:\n  phone: localhost\n", "3:10", "phone"},
		{"a value of another type", "version: 1\nseed: seven\n", "2:7", "Seed"},
		{"text that is no YAML", "version: 1\nprograms: [\n", "2:11", "]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := call(t, nil, "serve", "--config", write(t, c.text))
			if code != 2 || stdout != "" {
				t.Errorf("got %d, %q, want 2 and nothing on stdout", code, stdout)
			}
			for _, want := range []string{"sandbox.yaml", "[" + c.place + "]", c.what, "--help"} {
				if !strings.Contains(stderr, want) {
					t.Errorf("got %q, want it to contain %s", stderr, want)
				}
			}
		})
	}
}

// write puts a configuration into a file.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sandbox.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCompletionPrintsAScript(t *testing.T) {
	t.Parallel()
	for shell, want := range map[string]string{"bash": "complete -o", "zsh": "#compdef placebo", "fish": "complete -c placebo", "powershell": "Register-ArgumentCompleter"} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := call(t, nil, "completion", shell)
			if code != 0 || !strings.Contains(stdout, want) || stderr != "" {
				t.Errorf("got %d, %d bytes without %q, %q, want 0 and a script", code, len(stdout), want, stderr)
			}
		})
	}
}

func TestEveryFlagCanBeGivenAsAVariable(t *testing.T) {
	t.Parallel()
	eachFlag(func(f *pflag.Flag) {
		said, ok := map[string]string{"string": "said", "uint64": "9", "bool": "true"}[f.Value.Type()]
		if !ok {
			t.Errorf("--%s is a %s, which this test does not know: give it a value here", f.Name, f.Value.Type())
			return
		}
		variable := "PLACEBO_" + strings.ReplaceAll(strings.ToUpper(f.Name), "-", "_")
		t.Run(variable, func(t *testing.T) {
			t.Parallel()
			root := newRoot(environment{variable: said}.get)
			root.SetArgs([]string{"serve"})
			ran := false
			serve, _, err := root.Find([]string{"serve"})
			if err != nil {
				t.Fatal(err)
			}
			serve.RunE = func(cmd *cobra.Command, _ []string) error {
				ran = true
				cmd.Flags().VisitAll(func(g *pflag.Flag) {
					want := g.DefValue
					if g.Name == f.Name {
						want = said
					}
					if got := g.Value.String(); got != want {
						t.Errorf("--%s: got %q, want %q", g.Name, got, want)
					}
				})
				return nil
			}
			if err := root.ExecuteContext(t.Context()); err != nil || !ran {
				t.Errorf("serve did not run: %v", err)
			}
		})
	})
}

func TestAnEmptyVariableSaysNothing(t *testing.T) {
	t.Parallel()
	env := environment{}
	eachFlag(func(f *pflag.Flag) { env[envName(f.Name)] = "" })
	code, _, stderr := call(t, env, "serve", "--config", "nowhere.yaml")
	if code != 2 || !strings.Contains(stderr, "nowhere.yaml") {
		t.Errorf("got %d, %q, want empty variables to be passed over", code, stderr)
	}
}
