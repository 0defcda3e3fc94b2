package evidence_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/placebo-sim/placebo/conformance/evidence"
)

func TestASecretIsTakenOutWhereverItStands(t *testing.T) {
	t.Parallel()
	log := evidence.NewLog()
	log.Secret("tk-4711-secret", "key", "") // the short ones would be found everywhere
	ctx := evidence.With(t.Context(), log)
	evidence.Note(ctx, evidence.Exchange{
		From: evidence.Suite, Method: "POST", URL: "http://vendor.example/?t=tk-4711-secret",
		Header: map[string][]string{"Authorization": {"Bearer another"}, "X-Api-Key": {"pk"}, "X-Note": {"a tk-4711-secret b"}},
		Body:   `{"token": "tk-4711-secret"}`, Content: "tk-4711-secret", Error: "no tk-4711-secret",
		Answer: map[string][]string{"Set-Cookie": {"s=1"}},
	})
	all, dropped := log.Exchanges()
	if len(all) != 1 || dropped != 0 || all[0].N != 1 {
		t.Fatalf("got %+v, %d dropped", all, dropped)
	}
	e := all[0]
	for what, got := range map[string]string{
		"address": e.URL, "body": e.Body, "answer": e.Content, "error": e.Error,
		"note": strings.Join(e.Header["X-Note"], ""), "text": log.Clean("x tk-4711-secret"),
	} {
		if strings.Contains(got, "4711") || !strings.Contains(got, evidence.Redacted) {
			t.Errorf("%s: %q", what, got)
		}
	}
	for what, got := range map[string][]string{"Authorization": e.Header["Authorization"], "X-Api-Key": e.Header["X-Api-Key"], "Set-Cookie": e.Answer["Set-Cookie"]} {
		if strings.Join(got, "") != evidence.Redacted {
			t.Errorf("%s: %q", what, got)
		}
	}
	if strings.Join(e.Header["X-Note"], "") == evidence.Redacted {
		t.Error("a header that holds more than a secret was taken away whole")
	}
}

func TestALogIsBounded(t *testing.T) {
	t.Parallel()
	log := evidence.NewLog()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				log.Note(evidence.Exchange{Body: strings.Repeat("é", 64<<10)})
			}
		})
	}
	wg.Wait()
	all, dropped := log.Exchanges()
	if len(all)+dropped != 800 || dropped == 0 || !strings.HasSuffix(all[0].Body, "[cut]") || len(all[0].Body) > 65<<10 {
		t.Errorf("%d kept, %d dropped, a body of %d bytes", len(all), dropped, len(all[0].Body))
	}
	for i, e := range all {
		if e.N != i+1 {
			t.Fatalf("exchange %d has the number %d", i+1, e.N)
		}
	}
}

func TestWithoutALogNothingIsKept(t *testing.T) {
	t.Parallel()
	evidence.Note(t.Context(), evidence.Exchange{})
	log := evidence.NewLog()
	evidence.Note(evidence.With(evidence.With(context.Background(), log), nil), evidence.Exchange{})
	if all, _ := log.Exchanges(); len(all) != 0 {
		t.Errorf("kept %v", all)
	}
	var none *evidence.Log
	if none.Clean("x") != "x" {
		t.Error("a log that is none changes a text")
	}
}
