package program

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// CaseUpdate is an event of a patient's case, as a partner told it.
type CaseUpdate struct {
	Patient ID
	Ordinal uint64
	Name    string // such as "shipment.status"
	Text    string // such as "shipped"
	Data    []Pair
	At      time.Time
}

func updateKey(v *CaseUpdate) sandbox.Key {
	return sandbox.Key{Subject: v.Patient.Subject(), Ordinal: v.Ordinal}
}

func packUpdate(v *CaseUpdate, a *sandbox.Archive) {
	id := uint64(v.Patient)
	a.Uint(&id)
	v.Patient = ID(id)
	a.Uint(&v.Ordinal)
	a.String(&v.Name)
	a.String(&v.Text)
	sandbox.List(a, &v.Data, packPair)
	a.Time(&v.At)
}

// History yields a patient's case updates, oldest first.
func (s *Support) History(r sandbox.Reader, id ID) iter.Seq[CaseUpdate] {
	return s.updates.Of(r, id.Subject())
}

// Statuses returns the latest case update of each event, in the order in which
// the events were first heard of. Commands to text are no statuses.
func (s *Support) Statuses(r sandbox.Reader, id ID) []CaseUpdate {
	var latest []CaseUpdate
	for u := range s.History(r, id) {
		if isCommand(u.Name) {
			continue
		}
		if at := slices.IndexFunc(latest, func(l CaseUpdate) bool { return l.Name == u.Name }); at >= 0 {
			latest[at] = u
		} else {
			latest = append(latest, u)
		}
	}
	return latest
}

// TrackingCode is the number under which the patient's last shipment can be
// followed (RX-EV-TRACK-001), or "".
func (s *Support) TrackingCode(r sandbox.Reader, id ID) string {
	code := ""
	for u := range s.History(r, id) {
		if u.Name != "shipment.status" || u.Text != "shipped" {
			continue
		}
		code = "" // an older shipment's number is not this one's
		for _, d := range u.Data {
			if d.Key == "trackerCode" {
				code = d.Value
			}
		}
	}
	return code
}

// Told is what a partner says of a case, as given: section 6.1 of the contract.
type Told struct {
	Whom
	Status     Given // Object, or what came instead
	Name, Text Given
	Additional Given // status.additionalData
	Items      []Item
}

// The names of the parts of a case update.
const (
	propStatus     = "status"
	propStatusName = "status.name"
	propStatusText = "status.text"
	propStatusData = "status.additionalData"
)

// Update takes a case update: the status changes, and what was agreed for the
// event is done. It is judged in the order of RX-OUR-031; then come the texts
// that the program accepts (RX-OUR-033).
func (s *Support) Update(tx *sandbox.Tx, caller Caller, told Told) (Patient, error) {
	d := s.Dialect(tx, &told.Whom)
	p, prog, err := s.locate(tx, caller, ScopeUpdate, &told.Whom, func() *Refusal { return told.judge(d) })
	if err != nil {
		return p, err
	}
	u, unknown := told.update(prog)
	dev := prog.Deviates
	var facts deviation.Facts
	if dev.Any() {
		facts = told.facts(&p, tx.Now())
		if r := demanded(dev, deviation.Update, facts); r != nil {
			return p, r
		}
		unknown = unless(dev, unknown, facts)
	}
	blocks := prog.Dialect.Is(dialect.UnsubscribedBlocks, "all") || unknown == nil && prog.texts(&u) // RX-OUR-035, AMB-072
	var unwanted *Refusal
	if p.OptedOut() && blocks {
		unwanted = unless(dev, optedOut("patientId"), facts)
	}
	switch {
	case unwanted != nil && dev.Does(deviation.TextsRefused, facts):
		return p, cmp.Or[error](s.texts.Send(tx, p.ID.Subject(), p.Phone, s.wording(tx, &p, prog, "{program}: {link}", nil)), unwanted)
	case unwanted != nil:
		return p, unwanted
	case unknown != nil:
		return p, unknown
	}
	u.Patient, u.Ordinal, u.At = p.ID, s.updates.NextOrdinal(tx, p.ID.Subject()), tx.Now()
	keep := true
	if dev.Any() {
		keep = s.deviate(tx, &u, dev, facts)
	}
	if keep {
		if err := s.updates.Put(tx, &u); err != nil {
			return p, err
		}
	}
	return p, s.react(tx, &p, prog, &u)
}

// facts are those of an update.
func (t *Told) facts(p *Patient, now time.Time) deviation.Facts {
	return askedOf(p, now, t.Items, map[string]string{propStatusName: t.Name.said(), propStatusText: t.Text.said()})
}

// judge looks at the body's own parts.
func (t *Told) judge(d *dialect.Set) *Refusal {
	inText := !d.Is(dialect.SMSCommandIn, "name") && isCommand(t.Text.Text)
	switch {
	case t.Status.missing():
		return &Refusal{Rule: Required, Field: propStatus, Wants: "an object"}
	case t.Status.Kind != Object:
		return &Refusal{Rule: WrongKind, Field: propStatus, Got: t.Status.Kind, Want: Object, Saw: t.Status.Text}
	case t.Name.missing() && !inText:
		return &Refusal{Rule: Required, Field: propStatusName, Wants: "the name of an event"}
	case !t.Name.missing() && t.Name.Kind != Text:
		return &Refusal{Rule: WrongKind, Field: propStatusName, Got: t.Name.Kind, Want: Text, Saw: t.Name.Text}
	case t.Text.Kind != Absent && t.Text.Kind != Null && t.Text.Kind != Text:
		return &Refusal{Rule: WrongKind, Field: propStatusText, Got: t.Text.Kind, Want: Text, Saw: t.Text.Text}
	}
	return judgeItems(propStatusData, t.Additional, t.Items)
}

// update is the event that was told, whichever member a command stands in
// (AMB-057), and why the program does not take it, if it does not.
func (t *Told) update(prog *Program) (CaseUpdate, *Refusal) {
	u := CaseUpdate{Name: t.Name.Text, Text: t.Text.Text, Data: pairs(t.Items)}
	switch d := &prog.Dialect; {
	case !d.Is(dialect.SMSCommandIn, "name") && isCommand(u.Text):
		u.Name, u.Text = u.Text, ""
	case d.Is(dialect.SMSCommandIn, "text") && isCommand(u.Name):
		return u, &Refusal{Rule: NotAllowed, Field: propStatusName, Saw: u.Name, Wants: "a command in " + propStatusText}
	}
	return u, prog.accepts(&u)
}

func optedOut(field string) *Refusal {
	return &Refusal{Rule: Unsubscribed, Field: field, Saw: "a patient who has opted out", Wants: "one who gets texts"}
}

func isCommand(name string) bool { return strings.HasPrefix(name, "notify.sms.") }

// accepts tells whether the program takes an event: its name and its text.
func (p *Program) accepts(u *CaseUpdate) *Refusal {
	d := &p.Dialect
	if d.Is(dialect.EventVocabulary, "open") {
		return nil
	}
	known, texts := false, []string{}
	note := func(e Event) bool { // whether e settles it
		if e.Name != u.Name {
			return false
		}
		known = true
		texts = append(texts, e.Text...)
		return e.Text == nil || slices.Contains(e.Text, u.Text)
	}
	for _, e := range documented {
		if note(p.reading(e)) {
			return p.copayForm(u)
		}
	}
	if !d.Is(dialect.EventVocabulary, "closed") {
		for _, e := range p.Events {
			if note(e) {
				return nil
			}
		}
	}
	if p.command(u.Name) != nil {
		if known, texts = true, []string{`""`}; u.Text == "" {
			return nil
		}
	}
	if strings.HasSuffix(u.Name, ".status") && known && u.Text == "" && d.Is(dialect.EmptyStatusText, "accepted") {
		return nil
	}
	if !known {
		return &Refusal{Rule: NotAllowed, Field: propStatusName, Saw: u.Name, Wants: "an event that the program knows"}
	}
	return &Refusal{Rule: NotAllowed, Field: propStatusText, Saw: u.Text, Wants: "one of " + strings.Join(texts, ", ")}
}

// reading is a documented event as the program's dialect has it.
func (p *Program) reading(e Event) Event {
	switch d := &p.Dialect; {
	case e.Name == "insurance.status" && d.Is(dialect.InsuranceExtra, "received"): // AMB-061
		e.Text = append(slices.Clone(e.Text), "received")
	case e.Name == "financial.support.status" && d.Is(dialect.CopayForm, "keysOnly"): // AMB-062
		e.Text = slices.DeleteFunc(slices.Clone(e.Text), func(t string) bool { return slices.Contains(copayKeys, t) })
	}
	return e
}

var copayKeys = []string{"coPayMember", "coPayBinNumber", "pharmacyphone"}

// copayForm refuses copay data as items where only texts carry it (AMB-062).
func (p *Program) copayForm(u *CaseUpdate) *Refusal {
	if u.Name != "financial.support.status" || !p.Dialect.Is(dialect.CopayForm, "textOnly") {
		return nil
	}
	for _, d := range u.Data {
		if slices.Contains(copayKeys, d.Key) {
			return &Refusal{Rule: NotAllowed, Field: propStatusData, Saw: d.Key, Wants: "copay data as texts of the status"}
		}
	}
	return nil
}

// command finds a command that the program's dialect knows.
func (p *Program) command(name string) *Command {
	d := &p.Dialect
	if name == copayDotted && d.Is(dialect.CopayCommand, "joined") || name == copayJoined && d.Is(dialect.CopayCommand, "dotted") {
		return nil
	}
	at := slices.IndexFunc(commands, func(c Command) bool { return c.Name == name })
	if at < 0 {
		return nil
	}
	return &commands[at]
}

// reactions are what was agreed for an event, in order.
func (p *Program) reactions(u *CaseUpdate) []Reaction {
	var all []Reaction
	for _, r := range p.Reactions {
		if r.Event == u.Name && (r.Text == "" || r.Text == u.Text) {
			all = append(all, r)
		}
	}
	return all
}

// texts tells whether an event would text the patient (AMB-072).
func (p *Program) texts(u *CaseUpdate) bool {
	return isCommand(u.Name) || slices.ContainsFunc(p.reactions(u), func(r Reaction) bool { return r.SMS != "" || r.Subscribe != "" })
}

// react does what an event causes: a command's text, unless the program has
// agreed on another, and what was agreed for the event (HA-EVENT-003).
func (s *Support) react(tx *sandbox.Tx, p *Patient, prog *Program, u *CaseUpdate) error {
	if u.Name == "enrollment.status" && u.Text == "enrollComplete" { // RX-OUR-028, RX-OUR-045
		if err := s.finishFor(tx, p, prog); err != nil {
			return err
		}
	}
	agreed := prog.reactions(u)
	if prog.does(deviation.TextsEverything, p) && !isCommand(u.Name) {
		if err := s.send(tx, p, s.wording(tx, p, prog, "{program}: {link}", nil)); err != nil {
			return err
		}
	}
	if c := prog.command(u.Name); c != nil && !prog.does(deviation.TextsNothing, p) && !slices.ContainsFunc(agreed, func(r Reaction) bool { return r.SMS != "" }) {
		if err := s.send(tx, p, s.wording(tx, p, prog, c.SMS, u.Data)); err != nil {
			return err
		}
	}
	for _, r := range agreed {
		if err := s.carryOut(tx, p, prog, r, u.Data); err != nil {
			return err
		}
	}
	return nil
}

func (s *Support) carryOut(tx *sandbox.Tx, p *Patient, prog *Program, r Reaction, data []Pair) error {
	if r.SMS != "" {
		if err := s.send(tx, p, s.wording(tx, p, prog, r.SMS, data)); err != nil {
			return err
		}
	}
	if r.Finishes {
		if err := s.finishFor(tx, p, prog); err != nil {
			return err
		}
	}
	if c, known := prog.Campaign(r.Subscribe); known {
		if err := s.subscribe(tx, p, prog, c, data); err != nil {
			return err
		}
	}
	if r.Unsubscribe != "" {
		return s.unsubscribe(tx, p.ID, r.Unsubscribe)
	}
	return nil
}

// finishFor marks the enrollment finished because the partner says so. The
// partner knows already, and hears of it only where that was read so (AMB-080).
func (s *Support) finishFor(tx *sandbox.Tx, p *Patient, prog *Program) error {
	if p.Stage() == Finished {
		return nil
	}
	p.FinishedAt = tx.Now()
	if err := s.patients.Put(tx, p); err != nil {
		return err
	}
	if prog.Dialect.Is(dialect.EnrollCompleteEcho, "yes") {
		return s.announce(tx, EnrollmentCompleted, p, prog)
	}
	return nil
}
