package sandbox

// undo is one step back. A tree other than a table's rows is named by its
// index; cells are undone by their old content.
type undo struct {
	table *table
	index int // -1: the rows themselves; -2: a cell
	add   bool
	row   row
	mark  mark
	slot  int
	was   any
}

const (
	rowsOf  = -1
	oneCell = -2
)

// put writes a row's bytes in place of its former ones.
func (tx *Tx) put(slot int, k Key, payload []byte) {
	t := tx.touch(slot)
	fresh := row{key: k, ref: t.arena.add(k, payload)}
	old, replaced := t.rows.Set(fresh)
	tx.undo = append(tx.undo, undo{table: t, index: rowsOf, add: replaced, row: old, mark: mark{key: k}})
	if replaced {
		t.arena.drop(old.ref)
	}
}

// remove takes a row away.
func (tx *Tx) remove(slot int, k Key) {
	t := tx.touch(slot)
	old, was := t.rows.Delete(row{key: k})
	if !was {
		return
	}
	tx.undo = append(tx.undo, undo{table: t, index: rowsOf, add: true, row: old, mark: mark{key: k}})
	t.arena.drop(old.ref)
}

func (tx *Tx) addMark(slot, index int, m mark) {
	t := tx.touch(slot)
	t.indexes[index].Set(m)
	tx.undo = append(tx.undo, undo{table: t, index: index, mark: m})
}

func (tx *Tx) dropMark(slot, index int, m mark) {
	t := tx.touch(slot)
	t.indexes[index].Delete(m)
	tx.undo = append(tx.undo, undo{table: t, index: index, add: true, mark: m})
}

func (tx *Tx) setCell(slot int, v any) {
	tx.undo = append(tx.undo, undo{index: oneCell, slot: slot, was: tx.b.cells[slot]})
	tx.b.cells[slot] = v
	tx.celled = true
}

// touch returns a table that is about to change.
func (tx *Tx) touch(slot int) *table {
	t := tx.table(slot)
	t.changes++
	for _, s := range tx.touched {
		if s == slot {
			return t
		}
	}
	tx.touched = append(tx.touched, slot)
	return t
}

// rollback takes the steps after the first ones back, last first. Bytes that
// were written stay in the arena as dead; bytes that were counted dead live
// again.
func (tx *Tx) rollback(first int) {
	for i := len(tx.undo) - 1; i >= first; i-- {
		u := &tx.undo[i]
		switch {
		case u.index == oneCell:
			tx.b.cells[u.slot] = u.was
		case u.index == rowsOf:
			if now, ok := u.table.rows.Get(row{key: u.mark.key}); ok {
				u.table.arena.drop(now.ref)
			}
			if u.add {
				u.table.rows.Set(u.row)
				u.table.arena.revive(u.row.ref)
			} else {
				u.table.rows.Delete(row{key: u.mark.key})
			}
		case u.add:
			u.table.indexes[u.index].Set(u.mark)
		default:
			u.table.indexes[u.index].Delete(u.mark)
		}
	}
	clear(tx.undo[first:])
	tx.undo = tx.undo[:first]
}

// end closes the update: what is not rolled back by now is kept.
func (tx *Tx) end() {
	for _, slot := range tx.touched {
		tx.b.tables[slot].compact()
	}
	tx.clear()
}

// largestUndo bounds the log that is kept for reuse between updates.
const largestUndo = 1024

func (tx *Tx) clear() {
	if cap(tx.undo) > largestUndo {
		tx.undo = nil
	}
	clear(tx.undo)
	tx.undo = tx.undo[:0]
	tx.touched = tx.touched[:0]
	tx.celled = false
}
