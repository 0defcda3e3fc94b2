package program_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

type sandboxReader = sandbox.Reader

func TestTheDefaultsOfAnInvitation(t *testing.T) {
	t.Parallel()
	null := program.Given{Kind: program.Null}
	for claim, said := range map[string]change{
		"left out": all(),
		"null": func(inv *program.Invitation) {
			inv.RequiredConsent, inv.IsCaregiver, inv.SkipOnboarding, inv.Additional = null, null, null, null
		},
		"said aloud": func(inv *program.Invitation) {
			inv.RequiredConsent, inv.IsCaregiver, inv.SkipOnboarding = program.Flag(true), program.Flag(false), program.Flag(false)
		},
	} {
		p := newWorld(t).invite(said)
		p.ID = 0
		equal(t, claim, p, program.Patient{Program: programID, ExternalID: "maya-1", Phone: "+12025550142",
			FirstName: "Maya", LastName: "Lind", NeedsConsent: true, InvitedAt: today})
	}
}

func TestAPropertyOfTheWrongFormIsRefused(t *testing.T) {
	t.Parallel()
	said, null, empty := program.Said, program.Given{Kind: program.Null}, program.Said("")
	number := program.Given{Kind: program.Integer, Text: "7"}
	list := func(kind program.Kind) change {
		return func(inv *program.Invitation) { inv.Additional.Kind = kind }
	}
	long := strings.Repeat("x", 101)
	properties := map[string]func(*program.Invitation) *program.Given{
		"externalId":       func(inv *program.Invitation) *program.Given { return &inv.ExternalID },
		"phoneNumber":      func(inv *program.Invitation) *program.Given { return &inv.Phone },
		"supportProgramId": func(inv *program.Invitation) *program.Given { return &inv.ProgramID },
		"firstName":        func(inv *program.Invitation) *program.Given { return &inv.FirstName },
		"lastName":         func(inv *program.Invitation) *program.Given { return &inv.LastName },
		"requiredConsent":  func(inv *program.Invitation) *program.Given { return &inv.RequiredConsent },
		"isCaregiver":      func(inv *program.Invitation) *program.Given { return &inv.IsCaregiver },
		"skipOnboarding":   func(inv *program.Invitation) *program.Given { return &inv.SkipOnboarding },
	}
	set := func(name string, g program.Given) change {
		return func(inv *program.Invitation) { *properties[name](inv) = g }
	}
	type row struct {
		claim string
		said  change
		rule  program.Rule
		field string
	}
	var rows []row
	for _, name := range []string{"externalId", "phoneNumber", "supportProgramId", "firstName", "lastName"} {
		rows = append(rows,
			row{name + " is left out", set(name, program.Given{}), program.Required, name},
			row{name + " is null", set(name, null), program.Required, name},
			row{name + " is empty", set(name, empty), program.Required, name},
			row{name + " is a number", set(name, number), program.WrongKind, name},
			row{name + " is a truth value", set(name, program.Flag(true)), program.WrongKind, name})
		if name != "phoneNumber" {
			rows = append(rows, row{name + " is too long", set(name, said(long)), program.TooLong, name})
		}
	}
	for _, name := range []string{"firstName", "lastName"} {
		rows = append(rows, row{name + " has an accent", set(name, said("Zoé")), program.NotASCII, name})
	}
	for _, name := range []string{"requiredConsent", "isCaregiver", "skipOnboarding"} {
		rows = append(rows,
			row{name + " is a text", set(name, said("true")), program.WrongKind, name},
			row{name + " is a number", set(name, number), program.WrongKind, name})
	}
	for _, bad := range []string{"+1202555014", "+1234567890123", "12025550142", "+1 202 555 014", "+1-2025550142", "+(202)5550142",
		"+1202555014x", "+12025550142\n", "+1202555014\u0662", "+", "+12025550142+12025550142"} {
		rows = append(rows, row{fmt.Sprintf("phoneNumber is %q", bad), set("phoneNumber", said(bad)), program.PhonePattern, "phoneNumber"})
	}
	obj := func(it program.Item) change {
		it.Kind = program.Object
		return all(with("address.city", "Mobile"), item(it))
	}
	rows = append(rows,
		row{"additionalData is an object (AMB-038)", list(program.Object), program.WrongKind, "additionalData"},
		row{"additionalData is a text", list(program.Text), program.WrongKind, "additionalData"},
		row{"an item is a text", item(program.Item{Kind: program.Text}), program.WrongKind, "additionalData[0]"},
		row{"an item is null", all(with("a", "b"), item(program.Item{Kind: program.Null})), program.WrongKind, "additionalData[1]"},
		row{"an item has no key", obj(program.Item{Value: said("x")}), program.Required, "additionalData[1].key"},
		row{"an item has an empty key", obj(program.Item{Key: empty, Value: said("x")}), program.Required, "additionalData[1].key"},
		row{"an item's key is a number", obj(program.Item{Key: number}), program.WrongKind, "additionalData[1].key"},
		row{"editable is a text", obj(program.Item{Key: said("a"), Editable: said("false")}), program.WrongKind, "additionalData[1].editable"},
		row{"a known value is a number", obj(program.Item{Key: said("address.zip"), Value: number}), program.WrongKind, "address.zip"},
		row{"a date of birth is a number (RX-INVITE-041)", obj(program.Item{Key: said("patient.dob"), Value: number}), program.BadBirthDate, "patient.dob"},
		row{"the program is unknown", set("supportProgramId", said("nowhere")), program.UnknownProgram, "supportProgramId"},
		row{"a key has the prefix of the printed table (AMB-037 none)", all(with("key.patient.gender", "sometimes"), with("patient.gender", "x")), program.NotAllowed, "patient.gender"})
	for _, c := range rows {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			before := w.box.Sizes()
			_, err := w.tryInvite(invitation(c.said))
			r := refused(t, err, c.rule)
			equal(t, "the field named", r.Field, c.field)
			if r.Rule == program.UnknownProgram {
				equal(t, "the program named", r.Program, "nowhere")
			}
			equal(t, "rows", w.box.Sizes(), before)
		})
	}
}

func TestWhatFillsTheLimitsIsAccepted(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100)
	for claim, said := range map[string]change{
		"an external id of 100 characters":     func(inv *program.Invitation) { inv.ExternalID = program.Said(long) },
		"an external id of 100 wide ones":      func(inv *program.Invitation) { inv.ExternalID = program.Said(strings.Repeat("日", 100)) },
		"names of 100 characters":              func(inv *program.Invitation) { inv.FirstName, inv.LastName = program.Said(long), program.Said(long) },
		"a number of 12 digits":                func(inv *program.Invitation) { inv.Phone = program.Said("+442025550142") },
		"a number that begins with 0":          func(inv *program.Invitation) { inv.Phone = program.Said("+02025550142") },
		"names of control characters":          func(inv *program.Invitation) { inv.FirstName = program.Said("\x00\x7f\n") },
		"an empty list":                        func(inv *program.Invitation) { inv.Additional.Kind = program.List },
		"an item without a value":              item(program.Item{Kind: program.Object, Key: program.Said("patient.dob")}),
		"an item whose value is null":          item(program.Item{Kind: program.Object, Key: program.Said("patient.dob"), Value: program.Given{Kind: program.Null}}),
		"an unknown key of a thousand letters": with(strings.Repeat("k", 1000), "v"),
		"details of an inactive insurance":     all(noSecond, with("insurance.secondary.carrier", "x")),
	} {
		if _, err := newWorld(t).tryInvite(invitation(said)); err != nil {
			t.Errorf("%s: refused: %v", claim, err)
		}
	}
}

// attempt is an invitation with faults put into it.
type attempt struct {
	inv   program.Invitation
	key   string
	token struct{ foreign, narrow, disabled, misplaced bool }
}

// A fault sits in a slot; two faults of one slot cannot be had together.
type fault struct {
	name, slot string
	rule       program.Rule
	put        func(*attempt)
}

// faults are in the order of RX-OUR-029.
var faults = []fault{
	{"unknown auth token", "key", program.Unauthorized, func(a *attempt) { a.key = "pk_nobody" }},
	{"other partner's bearer token", "partner", program.OtherPartner, func(a *attempt) { a.token.foreign = true }},
	{"lesser scope", "scope", program.OutOfScope, func(a *attempt) { a.token.narrow = true }},
	{"disabled token", "able", program.TokenDisabled, func(a *attempt) { a.token.disabled = true }},
	{"no first name", "first", program.Required, func(a *attempt) { a.inv.FirstName = program.Given{} }},
	{"consent as a text", "consent", program.WrongKind, func(a *attempt) { a.inv.RequiredConsent = program.Said("yes") }},
	{"item without a key", "items", program.Required, func(a *attempt) { item(program.Item{Kind: program.Object})(&a.inv) }},
	{"long external id", "external", program.TooLong, func(a *attempt) { a.inv.ExternalID = program.Said(strings.Repeat("x", 101)) }},
	{"malformed phone number", "phone", program.PhonePattern, func(a *attempt) { a.inv.Phone = program.Said("5550142") }},
	{"accent in the last name", "last", program.NotASCII, func(a *attempt) { a.inv.LastName = program.Said("Löf") }},
	{"unknown program", "program", program.UnknownProgram, func(a *attempt) { a.inv.ProgramID = program.Said("nowhere") }},
	{"token of another program", "misplaced", program.WrongProgram, func(a *attempt) { a.token.misplaced = true }},
	{"wrong gender", "gender", program.NotAllowed, func(a *attempt) { with("patient.gender", "x")(&a.inv) }},
	{"malformed date of birth", "care", program.BadBirthDate, func(a *attempt) { with("patient.dob", "1988")(&a.inv) }},
	{"minor alone", "care", program.MinorAlone, func(a *attempt) { born("2012-08-23")(&a.inv) }},
	{"incomplete caregiver", "care", program.CaregiverIncomplete, func(a *attempt) {
		all(born("2012-08-23"), with("caregiver.first.name", "Ada"), with("caregiver.phone.number", "+12025550199"))(&a.inv)
	}},
	{"caregiver's other number", "care", program.PhoneNotAligned, func(a *attempt) {
		all(born("2012-08-23"), caregiver, with("caregiver.phone.number", "+12025550199"))(&a.inv)
	}},
	{"existing patient", "", program.AlreadyInvited, nil}, // always there
}

func TestOfTwoFaultsTheFirstInTheDocumentedOrderIsTold(t *testing.T) {
	t.Parallel()
	var tokens []program.Token
	name := func(a *attempt) string { return fmt.Sprint(a.token) }
	for bits := range 16 {
		var a attempt
		a.token.foreign, a.token.narrow, a.token.disabled, a.token.misplaced = bits&1 > 0, bits&2 > 0, bits&4 > 0, bits&8 > 0
		k := token(name(&a))
		k.Disabled = a.token.disabled
		if a.token.foreign {
			k.Partner = "other"
		}
		if a.token.narrow {
			k.Scopes = []program.Scope{program.ScopeRead, program.ScopeMedia, program.ScopeUpdate}
		}
		if a.token.misplaced {
			k.Programs = []string{elsewhere}
		}
		tokens = append(tokens, k)
	}
	second := plain()
	second.ID = elsewhere
	for i, first := range faults {
		for _, then := range faults[i:] {
			if first.slot == then.slot && first.name != then.name {
				continue
			}
			if first.rule == program.NotAllowed && then.rule == program.BadBirthDate {
				continue // of two values the first in the list is told
			}
			t.Run(first.name+" before "+then.name, func(t *testing.T) {
				t.Parallel()
				w := newHouse().open(t, "meadow", 7, today, directory(t, "meadow", []program.Program{plain(), second}, tokens...))
				w.invite()
				a := attempt{inv: invitation(), key: keyValue}
				for _, f := range []fault{then, first} {
					if f.put != nil {
						f.put(&a)
					}
				}
				before := w.box.Sizes()
				err := w.box.Update(func(tx *sandbox.Tx) error {
					_, err := w.support.Invite(tx, w.callerWith(a.key, name(&a)), a.inv)
					return err
				})
				refused(t, err, first.rule)
				equal(t, "rows", w.box.Sizes(), before)
			})
		}
	}
}

// Inside the fourth place, what is missing comes before what is of the wrong
// kind, that before what is too long, and the pattern last, whatever property
// has the fault.
func TestTheFourthPlaceIsJudgedByKindOfFaultNotByProperty(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim string
		said  change
		want  program.Rule
	}{
		{"a missing program before a malformed number", func(inv *program.Invitation) {
			inv.Phone, inv.ProgramID = program.Said("555"), program.Given{}
		}, program.Required},
		{"a missing last name before an external id of the wrong kind", func(inv *program.Invitation) {
			inv.ExternalID, inv.LastName = program.Given{Kind: program.Integer, Text: "7"}, program.Given{}
		}, program.Required},
		{"a last name of the wrong kind before a long external id", func(inv *program.Invitation) {
			inv.ExternalID, inv.LastName = program.Said(strings.Repeat("x", 101)), program.Flag(true)
		}, program.WrongKind},
		{"a long last name before a malformed number", func(inv *program.Invitation) {
			inv.Phone, inv.LastName = program.Said("555"), program.Said(strings.Repeat("x", 101))
		}, program.TooLong},
	} {
		_, err := newWorld(t).tryInvite(invitation(c.said))
		t.Log(c.claim)
		refused(t, err, c.want)
	}
}

func TestAPatientIsInvitedOncePerProgram(t *testing.T) {
	t.Parallel()
	second := plain()
	second.ID = elsewhere
	both := token("both")
	both.Programs = []string{programID, elsewhere}
	w := newHouse().open(t, "meadow", 7, today, directory(t, "meadow", []program.Program{plain(), second}, both))
	maya := w.invite()
	leo := w.invite(named("leo-1", "+12025550143"))
	for _, c := range []struct {
		claim, externalID, phone, field string
		existing                        program.Patient
	}{
		{"the same call again", "maya-1", "+12025550142", "externalId", maya},
		{"the same external id", "maya-1", "+12025550150", "externalId", maya},
		{"the same number", "maya-2", "+12025550142", "phoneNumber", maya},
		{"one patient's external id, another's number", "maya-1", "+12025550143", "externalId", maya},
		{"and the other way round", "leo-1", "+12025550142", "externalId", leo},
	} {
		before := w.box.Sizes()
		_, err := w.tryInvite(invitation(named(c.externalID, c.phone)))
		t.Log(c.claim)
		r := refused(t, err, program.AlreadyInvited)
		equal(t, "the field named", r.Field, c.field)
		equal(t, "who exists", *r.Existing, c.existing)
		equal(t, "rows", w.box.Sizes(), before)
	}
	inv := invitation()
	inv.ProgramID = program.Said(elsewhere)
	w.update(func(tx *sandbox.Tx) error {
		p, err := w.support.Invite(tx, w.callerWith(keyValue, "both"), inv)
		if p.ID == maya.ID {
			t.Error("one person has one id in two programs")
		}
		return err
	})
	for _, other := range []change{named("Maya-1", "+12025550160"), named("maya-1 ", "+12025550161")} {
		w.invite(other) // ids are compared as they are
	}
}

func TestAnIDDependsOnTheProgramAndTheExternalIDAlone(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^ha[0-9a-f]{13}$`)
	const people = 200
	ids := func(w world, order []int) []program.ID {
		all := make([]program.ID, people)
		for _, i := range order {
			all[i] = w.invite(named(fmt.Sprintf("p-%d", i), fmt.Sprintf("+1302555%04d", i))).ID
		}
		return all
	}
	forwards := make([]int, people)
	for i := range forwards {
		forwards[i] = i
	}
	backwards := slices.Clone(forwards)
	slices.Reverse(backwards)
	first := ids(newWorld(t), forwards)
	equal(t, "ids in another order", ids(newWorld(t), backwards), first)
	other := newHouse().open(t, "meadow", 8, today, directory(t, "meadow", []program.Program{plain()}))
	again := ids(other, forwards)
	seen := map[program.ID]bool{}
	for i, id := range first {
		if !shape.MatchString(id.String()) {
			t.Errorf("%s has not the published shape (RX-GEN-005)", id)
		}
		if back, ok := program.ParseID(id.String()); !ok || back != id {
			t.Errorf("%s reads as %v, %v", id, back, ok)
		}
		if seen[id] {
			t.Errorf("%s is given twice", id)
		}
		seen[id] = true
		if id == again[i] {
			t.Errorf("%s does not depend on the seed", id)
		}
		equal(t, "the id foretold", program.IDFor(7, programID, fmt.Sprintf("p-%d", i)), id)
	}
}

func TestOnlyWhatAnIDLooksLikeIsRead(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "ha", "ha000000000000", "ha00000000000000", "HA0000000000000", "ha000000000000A", "ha000000000000g", "xx0000000000000", "ha 000000000000", "ha00000000000é"} {
		if id, ok := program.ParseID(s); ok {
			t.Errorf("%q reads as %v", s, id)
		}
	}
	if id, ok := program.ParseID("haffffffffffff9"); !ok || id.String() != "haffffffffffff9" {
		t.Errorf("the largest id reads as %v, %v", id, ok)
	}
	equal(t, "the smallest id", program.ID(0).String(), "ha0000000000000")
}

func TestTheTopLevelNamesAreAuthoritative(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.opened(noConsent, with("patient.first.name", "Maja"), fixed("patient.last.name", "Lindh"))
	equal(t, "first name", p.Answer("patient.first.name"), "Maya")
	equal(t, "last name", p.Answer("patient.last.name"), "Lind")
	equal(t, "the first name may be changed", p.Editable("patient.first.name"), true)
	equal(t, "the last name may be changed", p.Editable("patient.last.name"), false)
}

// A value is what the last item of its key says, however many there are.
func TestTheLastOfRepeatedKeysWins(t *testing.T) {
	t.Parallel()
	h := newHouse()
	dir := directory(t, "meadow", []program.Program{plain()})
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOf(rapid.SampledFrom([]string{"", "a", "b", "c"}))
		keys := rapid.SampledFrom([]string{"address.city", "shoe", "hat", "patient.first.name", "insurance.secondary.cardDob"})
		filler := rapid.SampledFrom([]int{0, 1, program.FewItems - 5, program.FewItems + 5}).Draw(rt, "filler")
		var items []program.Item
		want := map[string]program.Answer{}
		for i, v := range values.Draw(rt, "values") {
			k := keys.Draw(rt, "key")
			locked := i%3 == 0
			it := program.Item{Kind: program.Object, Key: program.Said(k), Value: program.Said(v)}
			if locked {
				it.Editable = program.Flag(false)
			}
			items = append(items, it)
			delete(want, k)
			if v != "" {
				a := program.Answer{Key: k, Value: v, Kind: program.Text, Locked: locked}
				if k == "patient.first.name" {
					a.Value = "Maya"
				}
				want[k] = a
			}
		}
		for i := range filler {
			k := fmt.Sprintf("filler-%d", i)
			items = append(items, program.Item{Kind: program.Object, Key: program.Said(k), Value: program.Given{Kind: program.Integer, Text: "1"}})
			want[k] = program.Answer{Key: k, Value: "1", Kind: program.Integer}
		}
		w := h.open(t, "meadow", 7, today, dir)
		p := w.invite(func(inv *program.Invitation) { inv.Additional.Kind, inv.Items = program.List, items })
		got := map[string]program.Answer{}
		for _, a := range p.Answers {
			if _, twice := got[a.Key]; twice {
				rt.Fatalf("%s is there twice", a.Key)
			}
			got[a.Key] = a
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			rt.Fatalf("kept %v, want %v", got, want)
		}
	})
}

func TestAnInvitationIsTextedOnceUnlessTheProgramIsSilent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.invite()
	equal(t, "texts", len(w.texted(p.ID)), 1)
	silent := plain()
	silent.Silent = true
	w = newWorld(t, silent)
	p = w.invite()
	equal(t, "texts of a silent program", len(w.texted(p.ID)), 0)
}

func TestATextIsFilledInOnceOnly(t *testing.T) {
	t.Parallel()
	prog := plain()
	prog.Name, prog.Invitation = "{link}", "{name}{program} {other} {name"
	w := newWorld(t, prog)
	p := w.invite(func(inv *program.Invitation) { inv.FirstName = program.Said("{program}") })
	equal(t, "texts", w.texted(p.ID), []string{"to-phone +12025550142 {program}{link} {other} {name"})
}

func TestNothingIsKeptOfAnInvitationThatCannotBeToldOf(t *testing.T) {
	t.Parallel()
	for claim, breakIt := range map[string]func(world){
		"the texter fails": func(w world) { w.texts.broken = errBroken },
		"the herald fails": func(w world) { w.ears.broken = errBroken },
	} {
		w := newWorld(t)
		before := w.box.Sizes()
		breakIt(w)
		if _, err := w.tryInvite(invitation(skipping, noConsent)); err != errBroken {
			t.Errorf("%s: %v", claim, err)
		}
		equal(t, claim, w.box.Sizes(), before)
		w.texts.broken, w.ears.broken = nil, nil
		p := w.invite(skipping, noConsent) // and nobody stands in the way
		equal(t, claim+"; then", w.heard(p.ID), []program.Happening{program.EnrollmentCompleted})
	}
}

func TestSkippingWithNothingToCollectFinishesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.invite(skipping, noConsent)
	equal(t, "stage", p.Stage(), program.Finished)
	equal(t, "news", w.heard(p.ID), []program.Happening{program.EnrollmentCompleted})
	equal(t, "the news' patient", w.ears.last.Patient, p)
	equal(t, "the news' time", w.ears.last.At, today)
	kept, _ := w.patient(p.ID)
	equal(t, "what is kept", kept, p)
	equal(t, "texts", len(w.texted(p.ID)), 1)
}
