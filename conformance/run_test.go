package conformance_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/port"
)

// A program that holds its own vendor to the contract links neither our vendor
// nor what starts containers.
func TestTheSuiteBringsNeitherTheSimulatorNorDocker(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !strings.Contains(string(out), "/conformance/steps\n") {
		t.Errorf("got %s, want the packages that the suite needs", out)
	}
	for name := range strings.Lines(string(out)) {
		for _, not := range []string{"placebo/simulator", "conformance/target/", "testcontainers", "moby", "docker"} {
			if strings.Contains(name, not) {
				t.Errorf("the suite needs %s", name)
			}
		}
	}
}

// inside tells which target TestInside is to judge.
const inside = "PLACEBO_TEST_INSIDE"

// TestInside is what the other tests call go test with; by itself it does
// nothing.
func TestInside(t *testing.T) {
	target := &deaf{}
	switch os.Getenv(inside) {
	case "fails":
		target.why = func(n int) error {
			switch n {
			case 1:
				return port.Lacking(port.CanAct, "nobody acts here")
			case 2:
				return fmt.Errorf("opening: %w", port.ErrTrouble)
			}
			return fmt.Errorf("the answer was another one")
		}
	case "unreachable":
		target.probe = context.DeadlineExceeded
	default:
		t.Skip("it is for other tests to call")
	}
	p, _ := conformance.FindProfile("partner")
	conformance.Run(t, target, p)
}

func TestRunMakesEveryScenarioASubtest(t *testing.T) {
	t.Parallel()
	plan, err := conformance.Plan(conformance.Options{Profile: conformance.Profiles()[2]})
	if err != nil {
		t.Fatal(err)
	}
	all, one := 0, ""
	for _, s := range plan {
		all += s.Examples
		if !s.Outline {
			one = s.Title
		}
	}
	for _, c := range []struct {
		claim, run, target string
		passes             bool
		ran                int
		says               []string
	}{
		{"what breaks a MUST fails, and what nobody can do is skipped", "TestInside/partner", "fails", false, all,
			[]string{deep + "FAIL", deep + "SKIP", "nobody acts here", "a SHOULD is broken", "the peer cannot be asked"}},
		{"go test chooses among them", "TestInside/partner/" + strings.ReplaceAll(one, " ", "_"), "fails", true, 1, []string{deep + "SKIP", "skipped:"}},
		{"a target that is not there fails at once", "TestInside", "unreachable", false, 0, []string{"deadline exceeded"}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.v", "-test.run", c.run)
			cmd.Env = append(os.Environ(), inside+"="+c.target)
			text, err := cmd.CombinedOutput()
			out := string(text)
			if ran := strings.Count(out, deep); (err == nil) != c.passes || ran != c.ran {
				t.Errorf("got %v and %d subtests, want %v and %d: %s", err, ran, c.passes, c.ran, out)
			}
			for _, want := range c.says {
				if !strings.Contains(out, want) {
					t.Errorf("got %s\nwant it to contain %q", out, want)
				}
			}
		})
	}
}

// deep is where go test tells how a scenario ended.
const deep = "\n        --- "
