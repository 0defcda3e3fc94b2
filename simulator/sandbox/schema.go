package sandbox

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/clock"
)

// Schema is what every sandbox of a process is made of. It is filled once, by
// the rooms that bring records and work, before the first sandbox is made.
type Schema struct {
	tables  []definition
	cells   []string
	workers []worker
	agenda  *agenda
}

type definition struct {
	name    string
	indexes int
}

type worker struct {
	name string
	work Work
}

// NewSchema returns a schema that has nothing but the agenda.
func NewSchema() *Schema {
	s := &Schema{}
	s.agenda = defineAgenda(s)
	return s
}

// Work is what a kind of due work does when its time has come. It runs inside
// an update of its own, which also takes the item off the agenda. What needs
// the network goes into the returned function: it runs after the update, beside
// others, and reports by an update of its own.
//
// An error rolls the update back and is logged; the item is taken off all the
// same, so that one bad item cannot block all that comes after it.
type Work func(tx *Tx, d Due) (after func(context.Context), err error)

// Kind names a registered kind of due work.
type Kind uint8

// Handle registers a kind of due work.
func (s *Schema) Handle(name string, work Work) Kind {
	s.workers = append(s.workers, worker{name, work})
	return Kind(len(s.workers) - 1)
}

// Options describe a new sandbox.
type Options struct {
	Name   string
	Seed   chance.Seed
	Clock  *clock.Clock  // runs from the real now when nil
	Alarms *clock.Alarms // wakes the agenda; without it only verbs and commits do
	Log    *slog.Logger  // discards when nil
	Limits Limits        // of the journal; zero fields take defaults
	// Secrets are headers whose values never leave the journal, beyond those
	// whose names say that they are secret.
	Secrets []string
}

// New returns an empty sandbox.
func (s *Schema) New(o Options) *Sandbox {
	tables := make([]*table, len(s.tables))
	for i, d := range s.tables {
		tables[i] = newTable(d.indexes)
	}
	return s.open(o, tables, make([]any, len(s.cells)))
}

func (s *Schema) open(o Options, tables []*table, cells []any) *Sandbox {
	if o.Clock == nil {
		o.Clock = clock.New(time.Time{})
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	b := &Sandbox{
		schema: s, name: o.Name, seed: o.Seed, clock: o.Clock,
		log:     o.Log.With("sandbox", o.Name),
		tables:  tables,
		cells:   cells,
		journal: newJournal(o.Seed, o.Limits, o.Secrets),
	}
	b.published = make([]atomic.Pointer[any], len(cells))
	b.publish()
	b.tx = Tx{view: view{b: b}}
	b.runner.open(b, o.Alarms)
	return b
}
