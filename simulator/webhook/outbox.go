package webhook

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Letter is one webhook as it leaves: it never changes.
type Letter struct {
	Subject uint64 // whom it is about; letters of one subject keep their order
	Ordinal uint64 // its place among the subject's letters, from 1
	Kind    string // what it tells of, such as "user-enrollment"
	URL     string
	Header  []Header // beyond the content type
	Body    []byte
	At      time.Time // when what it tells of happened
	Refused string    // why it may not go to that address, if it may not
	Twice   bool      // it is sent once more when it has been acknowledged
	Marks   uint8     // the vendor's own, for its [Judge]

	Carriage Carriage // how it is carried otherwise than it should be
}

// Carriage is how a letter is carried otherwise than HA-OUR-012 to 016 say: the
// deviations of a vendor, one bit each.
type Carriage uint8

// The ways.
const (
	Once      Carriage = 1 << iota // no second attempt
	Insists                        // what was refused is sent again
	Anew                           // a later attempt tells the time of the attempt
	Overtakes                      // it does not wait for earlier ones
	Impatient                      // Retry-After is not heeded
	Offended                       // refused, it waits for good, and later ones with it
	Demanding                      // only 200 acknowledges it
)

// Header is one header line of a letter.
type Header struct{ Name, Value string }

// State is what has become of a letter.
type State uint8

// The states.
const (
	Pending   State = iota // to be sent, or sent again
	Delivered              // acknowledged
	Dead                   // given up
)

var stateNames = [...]string{"pending", "delivered", "dead"}

func (s State) String() string { return stateNames[s] }

// Delivery is how far a letter has come.
type Delivery struct {
	Subject, Ordinal uint64
	State            State
	Tries            uint64    // in this round; a redelivery starts a new one
	Attempts         uint64    // in all
	Arrived          uint64    // how often it was acknowledged
	Next             time.Time // of the next attempt, while one is planned
	Why              string    // a dead letter's reason
}

// Attempt is one try at delivering a letter.
type Attempt struct {
	Subject, Ordinal, N uint64 // N counts from 1
	At                  time.Time
	Took                time.Duration // wall time
	Status              uint64        // 0 when no answer came
	Answer              []byte        // the answer's body, up to 64 KiB
	Error               string        // why no answer came
	Finding             string        // what is wrong with the answer's body, if anything
}

// Judge reads a partner's answer to a letter. finding says how the answer
// differs from what the vendor documents, if it does; message is the reason an
// error answer gives.
type Judge interface {
	Judge(l Letter, status int, answer []byte) (finding, message string)
}

// Outbox holds the webhooks of every sandbox of a schema.
type Outbox struct {
	letters    *sandbox.Collection[Letter]
	deliveries *sandbox.Collection[Delivery]
	attempts   *sandbox.Collection[Attempt]
	pending    *sandbox.Ordered[Delivery] // by subject
	due        sandbox.Kind
	post       *postman
}

// New adds the outbox to a schema.
func New(schema *sandbox.Schema, judge Judge) *Outbox {
	o := &Outbox{post: newPostman(judge)}
	o.letters = sandbox.Define(schema, "webhooks", func(l *Letter) sandbox.Key { return sandbox.Key{Subject: l.Subject, Ordinal: l.Ordinal} }, packLetter)
	o.deliveries = sandbox.Define(schema, "deliveries", func(d *Delivery) sandbox.Key { return sandbox.Key{Subject: d.Subject, Ordinal: d.Ordinal} }, packDelivery)
	o.pending = o.deliveries.Ordered("pending", func(d *Delivery) (uint64, bool) { return d.Subject, d.State == Pending })
	o.attempts = sandbox.Define(schema, "attempts", func(a *Attempt) sandbox.Key {
		return sandbox.Key{Subject: a.Subject, Ordinal: a.Ordinal<<attemptBits | a.N}
	}, packAttempt)
	o.due = schema.Handle("webhook", o.work)
	return o
}

// attemptBits leaves room for a million attempts at one letter.
const attemptBits = 20

func packLetter(l *Letter, a *sandbox.Archive) {
	a.Uint(&l.Subject)
	a.Uint(&l.Ordinal)
	a.String(&l.Kind)
	a.String(&l.URL)
	sandbox.List(a, &l.Header, func(h *Header, a *sandbox.Archive) { a.String(&h.Name); a.String(&h.Value) })
	a.Bytes(&l.Body)
	a.Time(&l.At)
	a.String(&l.Refused)
	a.Bool(&l.Twice)
	sandbox.Byte(a, &l.Marks)
	sandbox.Byte(a, &l.Carriage)
}

func packDelivery(d *Delivery, a *sandbox.Archive) {
	a.Uint(&d.Subject)
	a.Uint(&d.Ordinal)
	sandbox.Byte(a, &d.State)
	a.Uint(&d.Tries)
	a.Uint(&d.Attempts)
	a.Uint(&d.Arrived)
	a.Time(&d.Next)
	a.String(&d.Why)
}

func packAttempt(t *Attempt, a *sandbox.Archive) {
	a.Uint(&t.Subject)
	a.Uint(&t.Ordinal)
	a.Uint(&t.N)
	a.Time(&t.At)
	took := uint64(t.Took)
	a.Uint(&took)
	t.Took = time.Duration(took)
	a.Uint(&t.Status)
	a.Bytes(&t.Answer)
	a.String(&t.Error)
	a.String(&t.Finding)
}

// Post puts a letter into the outbox, as part of the update that caused it; its
// ordinal is given here. It leaves when the update is kept and the subject's
// earlier letters are done. A letter without an address, or whose address is
// refused, is dead at once, and says so.
func (o *Outbox) Post(tx *sandbox.Tx, l Letter) error {
	l.Ordinal = o.letters.NextOrdinal(tx, l.Subject)
	if err := o.letters.Put(tx, &l); err != nil {
		return err
	}
	d := Delivery{Subject: l.Subject, Ordinal: l.Ordinal}
	if l.URL == "" || l.Refused != "" {
		d.State, d.Why = Dead, cmp.Or(l.Refused, "the program has no address for this webhook")
		return o.deliveries.Put(tx, &d)
	}
	if _, waits := o.head(tx, l.Subject); !waits || l.Carriage&Overtakes != 0 {
		d.Next = tx.Now()
		tx.Schedule(o.due, d.Next, d.Subject, d.Ordinal)
	}
	return o.deliveries.Put(tx, &d)
}

// Posted tells whether a letter of a kind was posted about a subject.
func (o *Outbox) Posted(r sandbox.Reader, subject uint64, kind string) bool {
	for l := range o.letters.Of(r, subject) {
		if l.Kind == kind {
			return true
		}
	}
	return false
}

// head is the first letter of a subject that is still pending.
func (o *Outbox) head(r sandbox.Reader, subject uint64) (Delivery, bool) {
	for s, d := range o.pending.From(r, subject) {
		return d, s == subject
	}
	return Delivery{}, false
}

// advance plans the subject's first pending letter, after another was done.
func (o *Outbox) advance(tx *sandbox.Tx, subject uint64) error {
	d, any := o.head(tx, subject)
	if !any {
		return nil
	}
	d.Next = tx.Now()
	tx.Schedule(o.due, d.Next, d.Subject, d.Ordinal)
	return o.deliveries.Put(tx, &d)
}

// Parcel is a letter with all that has become of it.
type Parcel struct {
	Letter
	Delivery
	Attempts []Attempt
}

// ID names the parcel within its sandbox.
func (p *Parcel) ID() string { return ID(p.Letter.Subject, p.Letter.Ordinal) }

// ID is the name of a letter within its sandbox.
func ID(subject, ordinal uint64) string { return fmt.Sprintf("wh%x-%d", subject, ordinal) }

func parseID(id string) (k sandbox.Key, ok bool) {
	subject, ordinal, cut := strings.Cut(strings.TrimPrefix(id, "wh"), "-")
	var err, err2 error
	k.Subject, err = strconv.ParseUint(subject, 16, 64)
	k.Ordinal, err2 = strconv.ParseUint(ordinal, 10, 64)
	return k, cut && err == nil && err2 == nil && ID(k.Subject, k.Ordinal) == id
}

// Parcels yields every webhook, subject by subject in order.
func (o *Outbox) Parcels(r sandbox.Reader) iter.Seq[Parcel] {
	return o.parcels(r, o.letters.All(r))
}

// Of yields the webhooks about one subject, in order.
func (o *Outbox) Of(r sandbox.Reader, subject uint64) iter.Seq[Parcel] {
	return o.parcels(r, o.letters.Of(r, subject))
}

func (o *Outbox) parcels(r sandbox.Reader, letters iter.Seq[Letter]) iter.Seq[Parcel] {
	return func(yield func(Parcel) bool) {
		for l := range letters {
			if !yield(o.parcel(r, l)) {
				return
			}
		}
	}
}

func (o *Outbox) parcel(r sandbox.Reader, l Letter) Parcel {
	p := Parcel{Letter: l}
	p.Delivery, _ = o.deliveries.Get(r, sandbox.Key{Subject: l.Subject, Ordinal: l.Ordinal})
	first := sandbox.Key{Subject: l.Subject, Ordinal: l.Ordinal << attemptBits}
	for a := range o.attempts.From(r, first, func(k sandbox.Key) bool {
		return k.Subject == l.Subject && k.Ordinal>>attemptBits == l.Ordinal
	}) {
		p.Attempts = append(p.Attempts, a)
	}
	return p
}

// Find returns the webhook named id.
func (o *Outbox) Find(r sandbox.Reader, id string) (Parcel, bool) {
	k, ok := parseID(id)
	if !ok {
		return Parcel{}, false
	}
	l, ok := o.letters.Get(r, k)
	if !ok {
		return Parcel{}, false
	}
	return o.parcel(r, l), true
}

// Errors of Redeliver.
var (
	ErrUnknown = errors.New("no such webhook")
	ErrPending = errors.New("the webhook is on its way already")
	ErrNowhere = errors.New("the webhook has no address to go to")
)

// Redeliver sends an acknowledged or dead webhook again, body and all, in its
// place among the subject's webhooks.
func (o *Outbox) Redeliver(tx *sandbox.Tx, id string) error {
	p, ok := o.Find(tx, id)
	switch {
	case !ok:
		return ErrUnknown
	case p.State == Pending:
		return ErrPending
	case p.URL == "":
		return ErrNowhere
	case p.Refused != "":
		return fmt.Errorf("%w: %s", ErrNowhere, p.Refused)
	}
	_, busy := o.head(tx, p.Letter.Subject)
	d := p.Delivery
	d.State, d.Tries, d.Why, d.Next = Pending, 0, "", time.Time{}
	if !busy {
		d.Next = tx.Now()
		tx.Schedule(o.due, d.Next, d.Subject, d.Ordinal)
	}
	return o.deliveries.Put(tx, &d)
}
