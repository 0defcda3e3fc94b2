package program_test

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/inbox"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

var today = time.Date(2026, 5, 4, 9, 30, 0, 0, time.UTC)

const (
	programID = "q7Kx200mvd83nw1b"
	elsewhere = "c3b1a7de90f25468"
	keyValue  = "pk_hub"
)

// house is the schema with everybody who listens.
type house struct {
	schema  *sandbox.Schema
	support *program.Support
	texts   *texter
	ears    *ears
}

// world is one sandbox of a house.
type world struct {
	*house
	t   testing.TB
	box *sandbox.Sandbox
	dir *program.Directory
}

// texter is the inbox, out of order when a test says so.
type texter struct {
	*inbox.Inbox
	broken error
}

func (x *texter) Send(tx *sandbox.Tx, subject uint64, to, body string) error {
	if x.broken != nil {
		return x.broken
	}
	return x.Inbox.Send(tx, subject, to, body)
}

func (x *texter) Receive(tx *sandbox.Tx, subject uint64, from, body string) error {
	if x.broken != nil {
		return x.broken
	}
	return x.Inbox.Receive(tx, subject, from, body)
}

// ears keeps what it is told in the sandbox, as an outbox would, so that a
// refused act takes it back; last is what it was told last.
type ears struct {
	heard  *sandbox.Collection[hearing]
	last   program.News
	broken error
}

type hearing struct {
	Subject, Ordinal uint64
	What             program.Happening
}

func (e *ears) Tell(tx *sandbox.Tx, n program.News) error {
	if e.broken != nil {
		return e.broken
	}
	e.last = n
	subject := n.Patient.ID.Subject()
	return e.heard.Put(tx, &hearing{subject, e.heard.NextOrdinal(tx, subject), n.What})
}

var errBroken = errors.New("out of order")

func newHouse() *house {
	h := &house{schema: sandbox.NewSchema(), texts: &texter{}, ears: &ears{}}
	h.texts.Inbox = inbox.New(h.schema)
	h.ears.heard = sandbox.Define(h.schema, "news",
		func(v *hearing) sandbox.Key { return sandbox.Key{Subject: v.Subject, Ordinal: v.Ordinal} },
		func(v *hearing, a *sandbox.Archive) {
			a.Uint(&v.Subject)
			a.Uint(&v.Ordinal)
			sandbox.Byte(a, &v.What)
		})
	h.support = program.New(h.schema, h.texts, h.ears, func(name, token string) string { return name + "/" + token })
	return h
}

// plain is a program that asks for nothing beyond the contract.
func plain() program.Program {
	return program.Program{
		ID: programID, Name: "Carewell", Partner: "hub", Invitation: "{name}, {program} awaits you: {link}",
		Consents: []program.ConsentTerm{
			{Name: "communication", Text: "Texts."}, {Name: "sharePHI", Text: "Data."},
			{Name: "marketing", Text: "News.", Optional: true},
		},
	}
}

func token(id string) program.Token {
	return program.Token{ID: id, Partner: "hub", Programs: []string{programID}, Scopes: program.AllScopes(),
		Issued: today.AddDate(-1, 0, 0), Expires: today.AddDate(50, 0, 0)}
}

func keysOf(name string) program.Keys {
	hmac, ed := chance.Seed(1).Secret("hmac", name), chance.Seed(1).Secret("ed", name)
	return program.Keys{Issuer: "placebo", HMAC: hmac[:], EdDSA: ed25519.NewKeyFromSeed(ed[:])}
}

func directory(t testing.TB, name string, progs []program.Program, tokens ...program.Token) *program.Directory {
	t.Helper()
	d, err := program.NewDirectory(keysOf(name), progs,
		[]program.Key{{Value: keyValue, Partner: "hub"}, {Value: "pk_other", Partner: "other"}},
		append([]program.Token{token("tk")}, tokens...))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// open makes a sandbox whose clock stands still.
func (h *house) open(t testing.TB, name string, seed chance.Seed, at time.Time, d *program.Directory) world {
	t.Helper()
	w := world{house: h, t: t, dir: d,
		box: h.schema.New(sandbox.Options{Name: name, Seed: seed, Clock: clock.NewFrozen(at)})}
	w.update(func(tx *sandbox.Tx) error {
		h.support.SetDirectory(tx, d)
		return nil
	})
	return w
}

func newWorldAt(t testing.TB, at time.Time, progs ...program.Program) world {
	t.Helper()
	if len(progs) == 0 {
		progs = []program.Program{plain()}
	}
	return newHouse().open(t, "meadow", 7, at, directory(t, "meadow", progs))
}

func newWorld(t testing.TB, progs ...program.Program) world {
	t.Helper()
	return newWorldAt(t, today, progs...)
}

func (w world) caller() program.Caller { return w.callerWith(keyValue, "tk") }

func (w world) callerWith(key, tokenID string) program.Caller {
	for _, k := range w.dir.Tokens() {
		if k.ID == tokenID {
			return w.dir.Caller(key, k.Signed, w.box.Clock().Now())
		}
	}
	w.t.Fatalf("no token %s", tokenID)
	return program.Caller{}
}

func (w world) update(fn func(*sandbox.Tx) error) {
	w.t.Helper()
	if err := w.box.Update(fn); err != nil {
		w.t.Fatal(err)
	}
}

// invitation is one with the five required properties, changed as a test needs.
func invitation(change ...func(*program.Invitation)) program.Invitation {
	inv := program.Invitation{
		ExternalID: program.Said("maya-1"), Phone: program.Said("+12025550142"), ProgramID: program.Said(programID),
		FirstName: program.Said("Maya"), LastName: program.Said("Lind"),
	}
	for _, c := range change {
		c(&inv)
	}
	return inv
}

type change = func(*program.Invitation)

// with adds an item to additionalData.
func with(key, value string) change {
	return item(program.Item{Kind: program.Object, Key: program.Said(key), Value: program.Said(value)})
}

// fixed adds an item that the patient may not change.
func fixed(key, value string) change {
	return item(program.Item{Kind: program.Object, Key: program.Said(key), Value: program.Said(value), Editable: program.Flag(false)})
}

func item(it program.Item) change {
	return func(inv *program.Invitation) {
		inv.Additional.Kind = program.List
		inv.Items = append(inv.Items, it)
	}
}

func all(changes ...change) change {
	return func(inv *program.Invitation) {
		for _, c := range changes {
			c(inv)
		}
	}
}

func named(externalID, phone string) change {
	return func(inv *program.Invitation) {
		inv.ExternalID, inv.Phone = program.Said(externalID), program.Said(phone)
	}
}

func noConsent(inv *program.Invitation)   { inv.RequiredConsent = program.Flag(false) }
func skipping(inv *program.Invitation)    { inv.SkipOnboarding = program.Flag(true) }
func byCaregiver(inv *program.Invitation) { inv.IsCaregiver = program.Flag(true) }

func born(day string) change { return with("patient.dob", day+"T00:00:00+00:00") }

var caregiver = all(with("caregiver.first.name", "Ada"), with("caregiver.last.name", "Lind"), with("caregiver.relationship", "Parent"))

// tryInvite invites and keeps nothing of a refused call.
func (w world) tryInvite(inv program.Invitation) (p program.Patient, err error) {
	err = w.box.Update(func(tx *sandbox.Tx) (err error) {
		p, err = w.support.Invite(tx, w.caller(), inv)
		return err
	})
	return p, err
}

func (w world) invite(change ...change) program.Patient {
	w.t.Helper()
	p, err := w.tryInvite(invitation(change...))
	if err != nil {
		w.t.Fatalf("inviting: %v", err)
	}
	return p
}

// opened is a patient who has opened the link.
func (w world) opened(change ...change) program.Patient {
	w.t.Helper()
	p := w.invite(change...)
	return w.act(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Open(tx, p.ID) })
}

func (w world) tryAct(fn func(*sandbox.Tx) (program.Patient, error)) (p program.Patient, err error) {
	err = w.box.Update(func(tx *sandbox.Tx) (err error) {
		p, err = fn(tx)
		return err
	})
	return p, err
}

func (w world) act(fn func(*sandbox.Tx) (program.Patient, error)) program.Patient {
	w.t.Helper()
	p, err := w.tryAct(fn)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w world) patient(id program.ID) (p program.Patient, found bool) {
	w.box.View(func(r sandbox.Reader) { p, found = w.support.Patient(r, id) })
	return p, found
}

// heard is what the partner was told of a patient.
func (w world) heard(id program.ID) (all []program.Happening) {
	w.box.View(func(r sandbox.Reader) {
		for n := range w.ears.heard.Of(r, id.Subject()) {
			all = append(all, n.What)
		}
	})
	return all
}

func (w world) texted(id program.ID) (all []string) {
	w.box.View(func(r sandbox.Reader) {
		for text := range w.texts.Of(r, id.Subject()) {
			all = append(all, fmt.Sprintf("%s %s %s", text.Direction, text.Phone, text.Body))
		}
	})
	return all
}

// refused checks that err is a refusal by rule and returns it.
func refused(t testing.TB, err error, rule program.Rule) *program.Refusal {
	t.Helper()
	var r *program.Refusal
	switch {
	case !errors.As(err, &r):
		t.Fatalf("got %v, want a refusal by rule %d", err, rule)
	case r.Rule != rule:
		t.Fatalf("refused by rule %d (%v), want rule %d", r.Rule, r, rule)
	}
	return r
}

func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
