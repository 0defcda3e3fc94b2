package program

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Reinvitation asks for the first text again: section 5 of the contract. What
// else it brings is looked at for its shape and not read.
type Reinvitation struct {
	ExternalID   Given
	Phone        Given
	ProgramID    Given
	Organization Given
	Additional   Given
	Items        []Item
}

// Reinvite sends the invitation's text again to a patient who has not finished
// (RX-REINVITE-001 to 003). It is judged in the order of RX-OUR-030, the token
// after the program as in RX-OUR-031.
func (s *Support) Reinvite(tx *sandbox.Tx, caller Caller, again Reinvitation) (Patient, error) {
	var none Patient
	if r := caller.refuse(ScopeInvite); r != nil {
		return none, r
	}
	if r := again.judge(); r != nil {
		return none, r
	}
	d := s.Directory(tx)
	prog, r := d.named(again.ProgramID.Text, d.deviates, nil)
	if r != nil {
		return none, r
	}
	if r := caller.disabled(); r != nil {
		return none, r
	}
	if r := caller.mayUse(prog.ID); r != nil {
		return none, r
	}
	addr := Whom{Organization: again.Organization}
	if r := addr.organization(prog); r != nil {
		return none, r
	}
	p, err := s.again(tx, prog, again.ExternalID.Text, again.Phone.Text)
	if err != nil {
		return none, err
	}
	if prog.Deviates.Any() {
		facts := askedOf(&p, tx.Now(), again.Items, map[string]string{propAdditional: again.Additional.Text})
		if r := demanded(prog.Deviates, deviation.Reinvite, facts); r != nil {
			return none, r
		}
	}
	if p.Stage() == Finished {
		finished := &Refusal{Rule: FinishedAlready, Field: propExternalID, Saw: "a finished enrollment", Wants: "an unfinished one"}
		if r := unless(prog.Deviates, finished, nil); r != nil {
			return none, r
		}
	}
	switch {
	case p.OptedOut(): // RX-OUR-027
		return none, optedOut(propPhone)
	case !s.invites(prog):
		return p, nil
	case prog.Deviates.Any():
		return s.remind(tx, p, prog)
	}
	return p, s.send(tx, &p, s.invitationText(tx, &p, prog))
}

func (again *Reinvitation) judge() *Refusal {
	texts := [...]property{
		{name: propExternalID, given: &again.ExternalID}, {name: propPhone, given: &again.Phone}, {name: propProgram, given: &again.ProgramID},
	}
	for i := range texts {
		if r := texts[i].required(); r != nil {
			return r
		}
	}
	for i := range texts {
		if r := texts[i].kind(); r != nil {
			return r
		}
	}
	return judgeItems(propAdditional, again.Additional, again.Items)
}

// again finds the patient of both identifiers (AMB-071): each must exist, and
// both must be of one patient.
func (s *Support) again(r sandbox.Reader, prog *Program, externalID, phone string) (Patient, error) {
	byID, hasID := s.byOwnID.Find(r, ownID(&Patient{Program: prog.ID, ExternalID: externalID}))
	byPhone, hasPhone := s.byPhone.Find(r, ownPhone(&Patient{Program: prog.ID, Phone: phone}))
	noID := &Refusal{Rule: UnknownExternalID, Field: propExternalID, Saw: externalID, Wants: "the id of an invited patient"}
	noPhone := &Refusal{Rule: UnknownPhone, Field: propPhone, Saw: phone, Wants: "the number of an invited patient"}
	first, second, none := hasID, hasPhone, []*Refusal{noID, noPhone}
	if prog.Dialect.Is(dialect.ReinviteOrder, "phoneFirst") {
		first, second, none = hasPhone, hasID, []*Refusal{noPhone, noID}
	}
	switch {
	case !first:
		return Patient{}, none[0]
	case !second:
		return Patient{}, none[1]
	case byID.Phone == phone:
		return byID, nil
	case byPhone.ExternalID == externalID:
		return byPhone, nil
	}
	for p := range s.sharing(r, prog.ID, externalID) { // where one id may be several patients' (AMB-045)
		if p.Phone == phone {
			return p, nil
		}
	}
	if r := unless(prog.Deviates, &Refusal{Rule: IDsApart, Field: propExternalID, Saw: externalID, Wants: byPhone.ExternalID}, nil); r != nil {
		return Patient{}, r
	}
	return byID, nil
}

// Enlisting asks for a campaign: section 7.1.
type Enlisting struct {
	Whom
	Name       Given
	Additional Given
	Items      []Item
}

const propName = "name"

// Subscribe starts a campaign for a patient (RX-CAMP-001, 002).
func (s *Support) Subscribe(tx *sandbox.Tx, caller Caller, e Enlisting) (Patient, error) {
	p, prog, err := s.locate(tx, caller, ScopeUpdate, &e.Whom, func() *Refusal {
		name := property{name: propName, given: &e.Name}
		if r := name.required(); r != nil {
			return r
		}
		if r := name.kind(); r != nil {
			return r
		}
		return judgeItems(propAdditional, e.Additional, e.Items)
	})
	if err != nil {
		return p, err
	}
	if prog.Deviates.Any() {
		facts := askedOf(&p, tx.Now(), e.Items, map[string]string{propName: e.Name.said()})
		if r := demanded(prog.Deviates, deviation.Subscribe, facts); r != nil {
			return p, r
		}
	}
	if p.OptedOut() { // RX-CAMP-006
		if r := unless(prog.Deviates, optedOut("patientId"), nil); r != nil {
			return p, r
		}
	}
	c, known := prog.Campaign(e.Name.Text)
	if !known { // RX-OUR-036
		return p, &Refusal{Rule: NotAllowed, Field: propName, Saw: e.Name.Text, Wants: "a campaign of the program"}
	}
	return p, s.subscribe(tx, &p, prog, c, pairs(e.Items))
}

// Preference is a change of what a patient agreed to: section 7.2.
type Preference struct {
	Whom
	Action      Given // Object, or what came instead
	Name, Value Given
	Additional  Given // action.additionalData
	Items       []Item
}

// The names of the parts of a preference.
const (
	propAction      = "action"
	propActionName  = "action.name"
	propActionValue = "action.value"
	propActionData  = "action.additionalData"
)

// Prefer records that a patient wants texts or does not. changed is false when
// that was so already (RX-USER-002). The partner hears of its own call only
// where that was read so (AMB-025).
func (s *Support) Prefer(tx *sandbox.Tx, caller Caller, said Preference) (p Patient, in, changed bool, err error) {
	p, prog, err := s.locate(tx, caller, ScopeUpdate, &said.Whom, said.judge)
	if err != nil {
		return p, false, false, err
	}
	if prog.Deviates.Any() {
		facts := askedOf(&p, tx.Now(), said.Items, map[string]string{propActionName: said.Name.said(), propActionValue: said.Value.said()})
		if r := demanded(prog.Deviates, deviation.Prefer, facts); r != nil {
			return p, false, false, r
		}
	}
	in, r := said.optIn(&prog.Dialect)
	if r != nil {
		return p, false, false, r
	}
	if in == !p.OptedOut() {
		if !in && prog.does(deviation.TurnsWish, &p) {
			p.OptedOutAt = time.Time{}
			return p, in, false, s.patients.Put(tx, &p)
		}
		return p, in, false, nil
	}
	if prog.does(deviation.LosesWish, &p) {
		return p, in, true, nil
	}
	what := OptedIn
	if p.OptedOutAt = (time.Time{}); !in {
		p.OptedOutAt, what = tx.Now(), OptedOut
	}
	if err := s.patients.Put(tx, &p); err != nil {
		return p, in, true, err
	}
	if prog.Dialect.Is(dialect.OptWebhookOnAPI, "yes") {
		return p, in, true, s.announce(tx, what, &p, prog)
	}
	return p, in, true, nil
}

func (said *Preference) judge() *Refusal {
	if said.Action.missing() {
		return &Refusal{Rule: Required, Field: propAction, Wants: "an object"}
	}
	if said.Action.Kind != Object {
		return &Refusal{Rule: WrongKind, Field: propAction, Got: said.Action.Kind, Want: Object, Saw: said.Action.Text}
	}
	for _, p := range []property{{name: propActionName, given: &said.Name}, {name: propActionValue, given: &said.Value}} {
		if r := p.required(); r != nil {
			return r
		}
		if r := p.kind(); r != nil {
			return r
		}
	}
	return judgeItems(propActionData, said.Additional, said.Items)
}

// optIn reads the one preference there is: consent to texts (RX-USER-005, 006).
func (said *Preference) optIn(d *dialect.Set) (in bool, r *Refusal) {
	unsupported := func(field, saw, wants string) (bool, *Refusal) {
		return false, &Refusal{Rule: Unsupported, Field: field, Saw: saw, Wants: wants}
	}
	switch {
	case said.Name.Text != "consent":
		return unsupported(propActionName, said.Name.Text, "consent")
	case said.Value.Text != "sms":
		return unsupported(propActionValue, said.Value.Text, "sms")
	}
	keys := []string{"opt-in"}
	if d.Is(dialect.OptKeys, "opt-in, opt-out, revoke") { // AMB-028
		keys = append(keys, "opt-out", "revoke")
	}
	for i := len(said.Items) - 1; i >= 0; i-- { // of repeated ones the last counts
		it := &said.Items[i]
		if !slices.Contains(keys, it.Key.Text) {
			continue
		}
		yes, err := it.truth(d)
		if err != nil {
			return unsupported(it.Key.Text, it.Value.Text, err.Error())
		}
		return yes == (it.Key.Text == "opt-in"), nil
	}
	return unsupported(propActionData, "none of them", "an item with the key "+strings.Join(keys, " or "))
}

// truth reads a flag that is a string or a boolean (AMB-027, RX-OUR-037).
func (it *Item) truth(d *dialect.Set) (bool, error) {
	word := strings.ToLower(it.Value.Text)
	switch {
	case it.Value.Kind == Truth && !d.Is(dialect.OptAccept, "string"):
		return it.Value.Truth, nil
	case it.Value.Kind == Text && !d.Is(dialect.OptAccept, "boolean") && (word == "true" || word == "false"):
		return word == "true", nil
	}
	return false, errors.New(`"true" or "false"`)
}
