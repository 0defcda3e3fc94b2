//go:build !race

package inprocess_test

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/placebo-sim/placebo/conformance"
	"github.com/placebo-sim/placebo/conformance/target/inprocess"
	"github.com/placebo-sim/placebo/simulator/deviation"
)

var update = flag.Bool("update", false, "write docs/kill-matrix.* anew")

const (
	matrixJSON = "../../../docs/kill-matrix.json"
	matrixText = "../../../docs/kill-matrix.md"
)

// spared are deviations that the suite does not notice by their own clause, and
// why.
var spared = map[string]string{}

// The suite is itself on trial: what a deviation breaks is noticed by a scenario
// of the very clause.
func TestEveryDeviationIsNoticedByItsOwnClause(t *testing.T) {
	target := inprocess.New(t)
	m, err := target.Prove(t.Context(), 4, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range m.Kills {
		why, excused := spared[k.Deviation]
		switch {
		case k.Fate != inprocess.Own && !excused:
			t.Errorf("%s (%s) %s: %s; noticed by %v", k.Deviation, k.Does, k.Fate, k.Clauses[0], k.By)
		case k.Fate == inprocess.Own && excused:
			t.Errorf("%s is noticed; its reason is out of date: %s", k.Deviation, why)
		}
	}
	t.Logf("%d deviations: %d noticed by their own clause, %d elsewhere, %d survived; %d MUSTs have none",
		len(m.Kills), m.Count(inprocess.Own), m.Count(inprocess.Elsewhere), m.Count(inprocess.Survived), len(m.Unbroken))
	if *update {
		data, err := json.MarshalIndent(m, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string][]byte{matrixJSON: append(data, '\n'), matrixText: []byte(m.Markdown(spared))} {
			if err := os.WriteFile(name, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// The committed matrix is of this suite and of these deviations.
func TestTheKillMatrixIsFresh(t *testing.T) {
	if *update {
		t.Skip("it is written anew")
	}
	data, err := os.ReadFile(matrixJSON)
	if err != nil {
		t.Fatal(err)
	}
	var m inprocess.Matrix
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(matrixText)
	if err != nil {
		t.Fatal(err)
	}
	var proved []string
	for _, k := range m.Kills {
		proved = append(proved, k.Deviation)
	}
	var all []string
	for _, d := range deviation.All() {
		all = append(all, d.Name)
	}
	if m.Suite != conformance.Digest() || !slices.Equal(proved, all) || string(text) != m.Markdown(spared) {
		t.Error("docs/kill-matrix.* are stale; write them anew with: make prove")
	}
}
