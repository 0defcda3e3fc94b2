package sandbox

import (
	"iter"
	"time"
)

// Due is one item of a sandbox's future: at its time, the work of its kind is
// done for its subject. Key.Subject says whom it is for; Ref is the work's own,
// usually the ordinal of the row it is about.
type Due struct {
	Key  Key
	At   time.Time
	Kind Kind
	Ref  uint64
}

// agenda is the collection of what is due, in every schema.
type agenda struct {
	items *Collection[Due]
	byDue *Ordered[Due]
}

func defineAgenda(s *Schema) *agenda {
	a := &agenda{items: Define(s, "agenda", func(d *Due) Key { return d.Key }, packDue)}
	a.byDue = a.items.Ordered("due", func(d *Due) (uint64, bool) { return instant(d.At), true })
	return a
}

func packDue(d *Due, a *Archive) {
	a.Uint(&d.Key.Subject)
	a.Uint(&d.Key.Ordinal)
	a.Time(&d.At)
	Byte(a, &d.Kind)
	a.Uint(&d.Ref)
}

// instant maps times to numbers of the same order; it knows no year before 1.
func instant(t time.Time) uint64 { return uint64(t.UnixMilli() + 1<<62) }

func fromInstant(v uint64) time.Time { return time.UnixMilli(int64(v) - 1<<62).UTC() }

// Schedule puts work on the agenda: at the given time, for the subject, about
// what ref names. The time may have come already; the work is then done right
// after the update.
func (tx *Tx) Schedule(kind Kind, at time.Time, subject, ref uint64) {
	if int(kind) >= len(tx.b.schema.workers) {
		panic("sandbox: this kind of work has no handler")
	}
	items := tx.b.schema.agenda.items
	d := Due{Key: Key{subject, items.NextOrdinal(tx, subject)}, At: at, Kind: kind, Ref: ref}
	if err := items.Put(tx, &d); err != nil {
		panic(err) // the agenda has no unique index
	}
}

// Cancel takes every item of that kind about ref off the subject's agenda.
func (tx *Tx) Cancel(kind Kind, subject, ref uint64) {
	items := tx.b.schema.agenda.items
	var gone []Key
	for d := range items.Of(tx, subject) {
		if d.Kind == kind && d.Ref == ref {
			gone = append(gone, d.Key)
		}
	}
	for _, k := range gone {
		items.Delete(tx, k)
	}
}

// Agenda yields what is due, earliest first.
func (b *Sandbox) Agenda(r Reader) iter.Seq[Due] {
	return func(yield func(Due) bool) {
		for _, d := range b.schema.agenda.byDue.From(r, 0) {
			if !yield(d) {
				return
			}
		}
	}
}

// first returns the earliest due time. The caller holds the sandbox's lock.
func (a *agenda) first(b *Sandbox) (time.Time, bool) {
	m, ok := b.tables[a.items.slot].indexes[a.byDue.at].Min()
	return fromInstant(m.value), ok
}
