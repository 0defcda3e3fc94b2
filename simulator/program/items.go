package program

import (
	"strconv"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/dialect"
)

// Item is one entry of additionalData.
type Item struct {
	Kind     Kind // Object, or what came instead
	Key      Given
	Value    Given
	Editable Given
}

// judgeItems looks at the shape of additionalData; its values come later.
func (inv *Invitation) judgeItems(d *dialect.Set) *Refusal {
	switch kind := inv.Additional.Kind; {
	case kind == Absent, kind == Null: // RX-INVITE-037
		return nil
	case kind == List, kind == Object && d.Is(dialect.AdditionalData, "alsoMap"):
	default: // AMB-038, arrayOfObjects
		return &Refusal{Rule: WrongKind, Field: propAdditional, Got: kind, Want: List}
	}
	for i := range inv.Items {
		r := inv.Items[i].judge()
		if r == nil && inv.Additional.Kind == List {
			r = inv.Items[i].judgeEditable(d)
		}
		if r != nil {
			r.Field = propAdditional + "[" + strconv.Itoa(i) + "]" + r.Field
			return r
		}
	}
	return nil
}

// judge looks at one item's shape; it names the part of the item only.
func (it *Item) judge() *Refusal {
	if it.Kind != Object {
		return &Refusal{Rule: WrongKind, Got: it.Kind, Want: Object}
	}
	key := property{name: ".key", given: &it.Key}
	if r := key.required(); r != nil {
		return r
	}
	if r := key.kind(); r != nil {
		return r
	}
	return flag(".editable", it.Editable) // RX-INVITE-039
}

// judgeEditable applies the readings of AMB-039.
func (it *Item) judgeEditable(d *dialect.Set) *Refusal {
	given := !it.Editable.missing()
	switch {
	case !given && d.Is(dialect.Editable, "required"):
		return &Refusal{Rule: Required, Field: ".editable", Wants: "true or false"}
	case given && d.Is(dialect.Editable, "refused"):
		return &Refusal{Rule: NotAllowed, Field: ".editable", Saw: it.Editable.Text, Wants: "no such member"}
	}
	return nil
}

// keys gives the items' keys the spelling of the program's fields, where a
// prefix (AMB-037) or another letter case (AMB-010) was read as no fault.
func (inv *Invitation) keys(prog *Program) {
	strip, fold := prog.Dialect.Is(dialect.KeyPrefix, "tolerated"), prog.Dialect.Is(dialect.InviteKeyCase, "insensitive")
	if !strip && !fold {
		return
	}
	for i := range inv.Items {
		key := &inv.Items[i].Key.Text
		if strip {
			*key = strings.TrimPrefix(*key, "key.")
		}
		if known, ok := prog.byFold[strings.ToLower(*key)]; ok && fold {
			*key = known
		}
	}
}

// judgeValue looks at what an item says of a field that both sides know, and
// returns it as it is kept.
func (it *Item) judgeValue(prog *Program, now time.Time) (string, Kind, *Refusal) {
	f, known := prog.Field(it.Key.Text)
	if !known {
		return it.Value.Text, it.Value.Kind, nil
	}
	value, r := f.judge(it.Value, &prog.Dialect, now)
	if f.Agreed && f.Format >= Number {
		return value, it.Value.Kind, r
	}
	return value, Text, r
}

// fewItems is how many are compared one by one. A body of 1 MiB has room for
// tens of thousands, where that would take seconds.
const fewItems = 48

// lastOfKeys is the place of the last item of every key, or nil when there are
// few.
func (inv *Invitation) lastOfKeys() map[string]int {
	if len(inv.Items) <= fewItems {
		return nil
	}
	last := make(map[string]int, len(inv.Items))
	for i := range inv.Items {
		last[inv.Items[i].Key.Text] = i
	}
	return last
}

// replaced tells whether a later item has the key of item i.
func (inv *Invitation) replaced(i int, last map[string]int) bool {
	key := inv.Items[i].Key.Text
	if last != nil {
		return last[key] != i
	}
	for later := i + 1; later < len(inv.Items); later++ {
		if inv.Items[later].Key.Text == key {
			return true
		}
	}
	return false
}
