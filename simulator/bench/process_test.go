package bench

import (
	"bufio"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// build makes the program as it is released.
func build(b *testing.B) string {
	b.Helper()
	bin := filepath.Join(b.TempDir(), "placebo")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "github.com/placebo-sim/placebo/cmd/placebo")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return bin
}

// The budget: the first answer within 50 ms of exec, and at most 35 MiB idle.
func BenchmarkStart(b *testing.B) {
	bin := build(b)
	var starts []float64
	var idle int
	for range 9 {
		addr := free(b)
		cmd := exec.Command(bin, "serve", "--vendor", addr, "--partner", "127.0.0.1:0", "--phone", "127.0.0.1:0", "--control", "127.0.0.1:0")
		began := time.Now()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		for !answers(addr) {
			if time.Since(began) > 10*time.Second {
				b.Fatal("no answer")
			}
		}
		starts = append(starts, float64(time.Since(began).Microseconds())/1000)
		time.Sleep(200 * time.Millisecond) // let it come to rest
		idle = residentKiB(b, cmd.Process.Pid)
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	}
	b.ReportMetric(median(starts), "ms-to-answer")
	b.ReportMetric(float64(idle)/1024, "MiB-idle")
	b.ReportMetric(0, "ns/op")
}

func free(b *testing.B) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func answers(addr string) bool {
	resp, err := http.Get("http://" + addr + "/v1/patients/invite")
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return true
}

func residentKiB(b *testing.B, pid int) int {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		b.Skipf("memory at rest is read from /proc: %v", err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			return n
		}
	}
	return 0
}
