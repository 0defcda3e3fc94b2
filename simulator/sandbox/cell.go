package sandbox

// Cell holds one immutable value per sandbox, such as its configuration, as it
// is: reading costs nothing. Whoever sets it must never change what it points
// to afterwards, for forks and views share it.
type Cell[T any] struct{ slot int }

// DefineCell adds a cell to the schema; until set it holds T's zero value.
func DefineCell[T any](s *Schema, name string) *Cell[T] {
	s.cells = append(s.cells, name)
	return &Cell[T]{len(s.cells) - 1}
}

// Get returns the cell's value.
func (c *Cell[T]) Get(r Reader) T {
	v, _ := r.cell(c.slot).(T)
	return v
}

// Peek returns the cell's value as the last update left it, without waiting for
// one that is under way.
func (c *Cell[T]) Peek(b *Sandbox) T {
	var none T
	p := b.published[c.slot].Load()
	if p == nil {
		return none
	}
	v, _ := (*p).(T)
	return v
}

// Set replaces the cell's value, as part of the update.
func (c *Cell[T]) Set(tx *Tx, v T) { tx.setCell(c.slot, v) }
