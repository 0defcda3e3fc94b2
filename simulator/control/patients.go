package control

import (
	"encoding/json"
	"time"
	"unicode/utf8"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// patientRef is what a list says of a patient.
type patientRef struct {
	ID         string `json:"id"`
	Program    string `json:"program"`
	ExternalID string `json:"externalId"`
	Phone      string `json:"phone"`
	FirstName  string `json:"firstName"`
	LastName   string `json:"lastName"`
	Stage      string `json:"stage"`
	OptedOut   bool   `json:"optedOut"`
	InvitedAt  string `json:"invitedAt"`
	Link       string `json:"link"`
}

type patientView struct {
	patientRef
	RequiredConsent bool `json:"requiredConsent"`
	IsCaregiver     bool `json:"isCaregiver"`
	SkipOnboarding  bool `json:"skipOnboarding"`

	OpenedAt    string `json:"openedAt,omitempty"`
	ConsentedAt string `json:"consentedAt,omitempty"`
	SignedAt    string `json:"signedAt,omitempty"`
	FinishedAt  string `json:"finishedAt,omitempty"`
	OptedOutAt  string `json:"optedOutAt,omitempty"`

	Screens  []string      `json:"screens"` // still to be shown
	Consents []consentView `json:"consents"`
	Answers  []answerView  `json:"answers"`
	Media    []mediaView   `json:"media"`
	Texts    []textView    `json:"texts"`
	Webhooks []webhookRef  `json:"webhooks"`

	CaseUpdates  []caseUpdateView   `json:"caseUpdates"`
	Statuses     map[string]string  `json:"statuses"` // the latest text of each event
	TrackingCode string             `json:"trackingCode,omitempty"`
	Campaigns    []subscriptionView `json:"campaigns"`
	Infusion     *infusionView      `json:"infusion,omitempty"`
}

// caseUpdateView is an event of the patient's case, as the partner told it.
type caseUpdateView struct {
	Event string            `json:"event"`
	Text  string            `json:"text"`
	Data  map[string]string `json:"data"`
	At    string            `json:"at"`
}

type subscriptionView struct {
	Name  string `json:"name"`
	At    string `json:"at"`
	Sent  uint64 `json:"sent"` // steps done
	Ended bool   `json:"ended"`
}

type infusionView struct {
	Date            string `json:"date,omitempty"`
	Facility        string `json:"facility"`
	InsuranceUpdate bool   `json:"insuranceUpdate"`
	At              string `json:"at"`
}

type consentView struct {
	Name  string `json:"name"`
	Value bool   `json:"value"`
	At    string `json:"at"`
}

type answerView struct {
	Key      string `json:"key"`
	Value    any    `json:"value"`
	Editable bool   `json:"editable"`
}

type mediaView struct {
	ID  string `json:"id"`
	Use string `json:"use"`
	URL string `json:"url,omitempty"` // on the vendor, which asks for credentials
}

func (a *api) refPatient(r sandbox.Reader, p *program.Patient) patientRef {
	return patientRef{ID: p.ID.String(), Program: p.Program, ExternalID: p.ExternalID, Phone: p.Phone,
		FirstName: p.FirstName, LastName: p.LastName, Stage: p.Stage().String(), OptedOut: p.OptedOut(),
		InvitedAt: stamp(p.InvitedAt), Link: a.rooms.Support.Link(r, p.ID)}
}

func (a *api) viewPatient(r sandbox.Reader, p *program.Patient) patientView {
	v := patientView{patientRef: a.refPatient(r, p),
		RequiredConsent: p.NeedsConsent, IsCaregiver: p.IsCaregiver, SkipOnboarding: p.SkipOnboarding,
		OpenedAt: stamp(p.OpenedAt), ConsentedAt: stamp(p.ConsentedAt), SignedAt: stamp(p.SignedAt),
		FinishedAt: stamp(p.FinishedAt), OptedOutAt: stamp(p.OptedOutAt),
		Screens: []string{}, Consents: []consentView{}, Answers: []answerView{}, Media: []mediaView{},
		Texts: []textView{}, Webhooks: []webhookRef{}}
	if prog, known := a.rooms.Support.Directory(r).Program(p.Program); known {
		for _, s := range p.Screens(prog) {
			v.Screens = append(v.Screens, s.String())
		}
	}
	for _, c := range p.Consents {
		v.Consents = append(v.Consents, consentView{c.Name, c.Value, stamp(c.At)})
	}
	for _, given := range p.Answers {
		v.Answers = append(v.Answers, answerView{given.Key, valueOf(given), !given.Locked})
	}
	for _, m := range p.Media {
		v.Media = append(v.Media, mediaView{m.ID, m.Use.String(), a.mediaURL(r, p, m.ID)})
	}
	for t := range a.rooms.Inbox.Of(r, p.ID.Subject()) {
		v.Texts = append(v.Texts, viewText(t))
	}
	for w := range a.rooms.Outbox.Of(r, p.ID.Subject()) {
		v.Webhooks = append(v.Webhooks, refWebhook(&w))
	}
	a.viewCase(r, p.ID, &v)
	return v
}

// viewCase shows what partner and patient have told about the case.
func (a *api) viewCase(r sandbox.Reader, id program.ID, v *patientView) {
	support := a.rooms.Support
	v.CaseUpdates, v.Statuses, v.Campaigns = []caseUpdateView{}, map[string]string{}, []subscriptionView{}
	for u := range support.History(r, id) {
		data := map[string]string{}
		for _, d := range u.Data {
			data[d.Key] = d.Value
		}
		v.CaseUpdates = append(v.CaseUpdates, caseUpdateView{u.Name, u.Text, data, stamp(u.At)})
	}
	for _, u := range support.Statuses(r, id) {
		v.Statuses[u.Name] = u.Text
	}
	v.TrackingCode = support.TrackingCode(r, id)
	for s := range support.Subscriptions(r, id) {
		v.Campaigns = append(v.Campaigns, subscriptionView{s.Campaign, stamp(s.At), s.Sent, s.Ended})
	}
	if said, any := support.InfusionOf(r, id); any {
		v.Infusion = &infusionView{Facility: said.Facility, InsuranceUpdate: said.Insurance, At: stamp(said.At)}
		if !said.Date.IsZero() {
			v.Infusion.Date = said.Date.Format(time.DateOnly)
		}
	}
}

// valueOf is an answer as the partner gave it: unknown keys keep their kind.
func valueOf(given program.Answer) any {
	raw := json.RawMessage(given.Value)
	if given.Kind != program.Text && utf8.Valid(raw) && json.Valid(raw) {
		return raw
	}
	return given.Value
}

func (a *api) mediaURL(r sandbox.Reader, p *program.Patient, media string) string {
	base := a.base("vendor", r.Sandbox().Name())
	if base == "" {
		return ""
	}
	return base + "/v1/patients/" + p.ID.String() + "/media/" + media
}

func (a *api) listPatients(c *call) (answer, error) {
	limit, p := c.query.limit()
	if p != nil {
		return answer{}, p
	}
	after, behind := c.query["after"]
	if _, isID := program.ParseID(after); behind && !isID {
		return answer{}, invalid("after", after, "the id of a patient")
	}
	found, next := []patientRef{}, ""
	c.view(func(r sandbox.Reader) {
		for p := range a.rooms.Support.Patients(r) {
			switch {
			case behind:
				behind = p.ID.String() != after
			case !c.query.passes("externalId", p.ExternalID), !c.query.passes("phone", p.Phone), !c.query.passes("program", p.Program):
			case len(found) == limit:
				next = found[limit-1].ID
				return
			default:
				found = append(found, a.refPatient(r, &p))
			}
		}
	})
	if behind {
		return answer{}, notFound("patient", "after", after)
	}
	body := map[string]any{"patients": found}
	if next != "" {
		body["next"] = next
	}
	return ok(body)
}

func (a *api) showPatient(c *call) (answer, error) {
	id, err := c.patient()
	if err != nil {
		return answer{}, err
	}
	return a.patientAnswer(c, id)
}

// patient reads the patient of the path.
func (c *call) patient() (program.ID, error) {
	said := c.params.ByName("patient")
	id, ok := program.ParseID(said)
	if !ok {
		return 0, notFound("patient", "patient", said)
	}
	return id, nil
}

// patientAnswer is a patient as they are now.
func (a *api) patientAnswer(c *call, id program.ID) (answer, error) {
	var v patientView
	found := false
	c.view(func(r sandbox.Reader) {
		var p program.Patient
		if p, found = a.rooms.Support.Patient(r, id); found {
			v = a.viewPatient(r, &p)
		}
	})
	if !found {
		return answer{}, notFound("patient", "patient", id.String())
	}
	return ok(v)
}
