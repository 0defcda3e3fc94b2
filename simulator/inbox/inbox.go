package inbox

import (
	"iter"
	"time"

	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Direction says which way a text went.
type Direction uint8

// The directions, seen from the phone.
const (
	ToPhone   Direction = iota // the vendor texted
	FromPhone                  // the person replied
)

func (d Direction) String() string {
	if d == FromPhone {
		return "from-phone"
	}
	return "to-phone"
}

// Text is one text message.
type Text struct {
	Subject   uint64 // whose conversation it is
	Ordinal   uint64 // its place in that conversation, from 1
	Direction Direction
	Phone     string // the person's number
	Body      string
	At        time.Time
	Failed    string // why it did not arrive; empty: it did
}

// Inbox holds the texts of every sandbox of a schema.
type Inbox struct {
	// Fails tells why a text to a number does not arrive; without it all do. It
	// is set before the first text.
	Fails func(phone string) (why string, fails bool)

	// Instead tells what is sent in the place of a text to a subject; without it
	// every text goes as it is. It is set before the first text.
	Instead func(r sandbox.Reader, subject uint64, body string) []string

	texts *sandbox.Collection[Text]
}

// New adds the inbox to a schema.
func New(schema *sandbox.Schema) *Inbox {
	return &Inbox{texts: sandbox.Define(schema, "texts",
		func(t *Text) sandbox.Key { return sandbox.Key{Subject: t.Subject, Ordinal: t.Ordinal} }, packText)}
}

func packText(t *Text, a *sandbox.Archive) {
	a.Uint(&t.Subject)
	a.Uint(&t.Ordinal)
	sandbox.Byte(a, &t.Direction)
	a.String(&t.Phone)
	a.String(&t.Body)
	a.Time(&t.At)
	a.String(&t.Failed)
}

// Send texts a phone. A text that does not arrive is kept too, and refuses
// nothing: who sends learns of it later or never.
func (x *Inbox) Send(tx *sandbox.Tx, subject uint64, to, body string) error {
	if x.Instead == nil {
		return x.add(tx, subject, ToPhone, to, body)
	}
	for _, said := range x.Instead(tx, subject, body) {
		if err := x.add(tx, subject, ToPhone, to, said); err != nil {
			return err
		}
	}
	return nil
}

// Receive keeps a text that came from a phone.
func (x *Inbox) Receive(tx *sandbox.Tx, subject uint64, from, body string) error {
	return x.add(tx, subject, FromPhone, from, body)
}

func (x *Inbox) add(tx *sandbox.Tx, subject uint64, d Direction, phone, body string) error {
	t := Text{
		Subject: subject, Ordinal: x.texts.NextOrdinal(tx, subject),
		Direction: d, Phone: phone, Body: body, At: tx.Now(),
	}
	if d == ToPhone && x.Fails != nil {
		if why, fails := x.Fails(phone); fails {
			t.Failed = why
		}
	}
	return x.texts.Put(tx, &t)
}

// Of yields one conversation, oldest text first.
func (x *Inbox) Of(r sandbox.Reader, subject uint64) iter.Seq[Text] { return x.texts.Of(r, subject) }

// All yields every text, conversation by conversation.
func (x *Inbox) All(r sandbox.Reader) iter.Seq[Text] { return x.texts.All(r) }

// Len is the number of texts.
func (x *Inbox) Len(r sandbox.Reader) int { return x.texts.Len(r) }
