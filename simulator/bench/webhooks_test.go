package bench

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

// receiverEnv makes the test binary a webhook receiver instead: one that lives
// in a process of its own, so that what is measured is the sender's core.
const receiverEnv = "PLACEBO_BENCH_RECEIVER"

func TestMain(m *testing.M) {
	if addr := os.Getenv(receiverEnv); addr != "" {
		answer := []byte(`{"success":true,"data":{}}`)
		err := http.ListenAndServe(addr, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = w.Write(answer)
		}))
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if side := os.Getenv(sideEnv); side != "" {
		fmt.Fprintln(os.Stderr, serve(side))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

type noJudge struct{}

func (noJudge) Judge(webhook.Letter, int, []byte) (string, string) { return "", "" }

// The budget: at least 16,000 webhooks a second from one core.
func BenchmarkWebhooksFromOneCore(b *testing.B) {
	addr := free(b)
	receiver := exec.Command(os.Args[0])
	receiver.Env = append(os.Environ(), receiverEnv+"="+addr)
	if err := receiver.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = receiver.Process.Kill(); _ = receiver.Wait() }()
	for !answers(addr) {
		time.Sleep(10 * time.Millisecond)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	schema := sandbox.NewSchema()
	outbox := webhook.New(schema, noJudge{})
	defer outbox.Close()
	box := schema.New(sandbox.Options{Name: "bench", Seed: 1})
	body := []byte(`{"event":{"supportProgramId":"q7Kx200mvd83nw1b","note":"` + strings.Repeat("x", 900) + `"}}`)
	const webhooks = 40_000
	var rates []float64
	for r := range 5 {
		began := time.Now()
		for i := range uint64(webhooks) {
			if err := box.Update(func(tx *sandbox.Tx) error {
				return outbox.Post(tx, webhook.Letter{Subject: i, Kind: "user-enrollment", URL: "http://" + addr + "/webhook/user-enrollment", Body: body, At: tx.Now()})
			}); err != nil {
				b.Fatal(err)
			}
		}
		if err := box.Settle(b.Context()); err != nil {
			b.Fatal(err)
		}
		rates = append(rates, webhooks/time.Since(began).Seconds())
		delivered := 0
		box.View(func(rd sandbox.Reader) {
			for p := range outbox.Parcels(rd) {
				if p.State == webhook.Delivered {
					delivered++
				}
			}
		})
		if want := (r + 1) * webhooks; delivered != want {
			b.Fatalf("%d delivered of %d", delivered, want)
		}
	}
	b.ReportMetric(median(rates), "webhooks/s")
	b.ReportMetric(0, "ns/op")
}
