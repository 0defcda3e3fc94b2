package sandbox_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain plays fewer random histories than rapid would by itself: each is long.
// More are played with -rapid.checks.
func TestMain(m *testing.M) {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "rapid.checks" })
	if !said {
		_ = flag.Set("rapid.checks", "25") // rapid has registered it
	}
	os.Exit(m.Run())
}
