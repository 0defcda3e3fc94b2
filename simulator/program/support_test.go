package program_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

func (w world) link(id program.ID) (token string) {
	w.box.View(func(r sandbox.Reader) { token = strings.TrimPrefix(w.support.Link(r, id), w.box.Name()+"/") })
	return token
}

func (w world) byLink(token string) (p program.Patient, ok bool) {
	w.box.View(func(r sandbox.Reader) { p, ok = w.support.ByLink(r, token) })
	return p, ok
}

func TestALinkLeadsToItsPatient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen := map[string]bool{}
	for i := range 100 {
		p := w.invite(named(fmt.Sprint("p", i), fmt.Sprintf("+1202555%04d", i)))
		token := w.link(p.ID)
		if seen[token] {
			t.Errorf("%s leads to two patients", token)
		}
		seen[token] = true
		if got, ok := w.byLink(token); !ok || got.ID != p.ID {
			t.Errorf("the link of %v leads to %v, %v", p.ID, got.ID, ok)
		}
		equal(t, "the link later", w.link(p.ID), token) // HA-OUR-021
	}
}

func TestAForgedLinkLeadsNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.invite()
	token := w.link(p.ID)
	const signs = "23456789abcdefghjkmnpqrstuvwxyz_"
	for i := range token {
		for _, sign := range []byte(signs + "0-A\x00\xff") {
			forged := token[:i] + string([]byte{sign}) + token[i+1:]
			if _, ok := w.byLink(forged); ok != (forged == token) {
				t.Fatalf("%q, for %q: %v", forged, token, ok)
			}
		}
	}
	for _, forged := range []string{"", token[1:], token + "2", strings.ToUpper(token), " " + token[1:], strings.Repeat("2", len(token)), strings.Repeat("é", len(token)/2) + "a",
		w.link(p.ID + 1), w.link(0)} {
		if _, ok := w.byLink(forged); ok {
			t.Errorf("%q leads somewhere", forged)
		}
	}
}

func TestALinkOfAnotherSandboxLeadsNowhere(t *testing.T) {
	t.Parallel()
	h := newHouse()
	d := directory(t, "meadow", []program.Program{plain()})
	here := h.open(t, "meadow", 7, today, d)
	id := here.invite().ID
	for claim, there := range map[string]world{
		"of another name": h.open(t, "forest", 7, today, d),
		"of another seed": h.open(t, "meadow", 8, today, d),
		"a fork":          {house: h, t: t, dir: d, box: here.box.Fork(sandbox.Options{Name: "fork", Seed: 7})},
	} {
		if claim != "a fork" {
			there.invite()
		}
		if _, ok := there.byLink(here.link(id)); ok {
			t.Errorf("%s: the link of the one opens the other", claim)
		}
		var twin program.Patient
		there.box.View(func(r sandbox.Reader) {
			for p := range there.support.Patients(r) {
				twin = p
			}
		})
		if _, ok := there.byLink(there.link(twin.ID)); !ok {
			t.Errorf("%s: its own link leads nowhere", claim)
		}
	}
}

func TestPatientsAreListedLatestFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var want []string
	for i := range 5 {
		w.box.Clock().Set(today.Add(time.Duration(i) * time.Hour))
		p := w.invite(named(fmt.Sprint("p", i), fmt.Sprintf("+1202555%04d", i)))
		want = slices.Insert(want, 0, p.ExternalID)
	}
	var got []string
	w.box.View(func(r sandbox.Reader) {
		for p := range w.support.Patients(r) {
			got = append(got, p.ExternalID)
		}
		equal(t, "count", w.support.Count(r), 5)
	})
	equal(t, "listed", got, want)
	w.box.View(func(r sandbox.Reader) {
		for p := range w.support.Patients(r) {
			equal(t, "the first", p.ExternalID, "p4")
			break
		}
	})
}

func TestASandboxWithoutADirectoryKnowsNobody(t *testing.T) {
	t.Parallel()
	h := newHouse()
	box := h.schema.New(sandbox.Options{Name: "empty", Seed: 1})
	box.View(func(r sandbox.Reader) {
		d := h.support.Directory(r)
		if d == nil || len(d.Programs()) != 0 || len(d.Keys()) != 0 || len(d.Tokens()) != 0 {
			t.Errorf("the directory is %v", d)
		}
		if _, ok := d.Program(""); ok {
			t.Error("there is a program without an id")
		}
		_, _, err := h.support.Read(r, d.Caller("k", "t", r.Now()), program.ScopeRead, "ha0000000000000")
		refused(t, err, program.Unauthorized)
	})
}
