package program

// Kind is what sort of value a caller gave.
type Kind uint8

// The kinds of value.
const (
	Absent Kind = iota
	Null
	Text
	Truth
	Integer
	Fraction
	List
	Object
)

// Given is one value as a caller gave it, before anyone has judged it. The
// domain judges kinds too, because the contract says in which order.
type Given struct {
	Kind  Kind
	Text  string // the text, or how the value was written when it is no text
	Truth bool
}

// Said is a text that was given.
func Said(s string) Given { return Given{Kind: Text, Text: s} }

// Flag is a truth value that was given.
func Flag(v bool) Given { return Given{Kind: Truth, Truth: v} }

// missing tells whether the value counts as not given: an empty text and null
// do (RX-OUR-010).
func (g Given) missing() bool {
	return g.Kind == Absent || g.Kind == Null || g.Kind == Text && g.Text == ""
}

// or is the truth value given, or the default.
func (g Given) or(d bool) bool {
	if g.Kind == Truth {
		return g.Truth
	}
	return d
}
