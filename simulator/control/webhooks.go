package control

import (
	"cmp"
	"net/http"

	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

// webhookRef is what a patient's view says of a webhook.
type webhookRef struct {
	ID       string `json:"id"`
	Patient  string `json:"patient"`
	Ordinal  uint64 `json:"ordinal"` // its place among the patient's webhooks
	Kind     string `json:"kind"`
	State    string `json:"state"`
	At       string `json:"at"` // when what it tells of happened
	Tries    uint64 `json:"tries"`
	Next     string `json:"next,omitempty"` // when the next attempt is due
	Why      string `json:"why,omitempty"`  // of a dead one
	Findings int    `json:"findings"`       // attempts whose answer was not as documented
}

type webhookView struct {
	webhookRef
	URL string `json:"url"`
	content
	Attempts []attemptView `json:"attempts"`
}

type attemptView struct {
	N       uint64  `json:"n"`
	At      string  `json:"at"`
	TookMS  float64 `json:"took_ms"` // wall time
	Status  uint64  `json:"status"`  // 0: no answer came
	Answer  content `json:"answer"`
	Error   string  `json:"error,omitempty"`
	Finding string  `json:"finding,omitempty"` // what is wrong with the answer's body
}

func refWebhook(p *webhook.Parcel) webhookRef {
	ref := webhookRef{ID: p.ID(), Patient: subjectName(p.Letter.Subject), Ordinal: p.Letter.Ordinal, Kind: p.Kind,
		State: p.State.String(), At: stamp(p.At), Tries: p.Delivery.Attempts, Next: stamp(p.Next), Why: p.Why}
	for _, t := range p.Attempts {
		if t.Finding != "" {
			ref.Findings++
		}
	}
	return ref
}

func viewWebhook(p *webhook.Parcel) webhookView {
	v := webhookView{webhookRef: refWebhook(p), URL: p.URL, content: contentOf(p.Body), Attempts: []attemptView{}}
	for _, t := range p.Attempts {
		v.Attempts = append(v.Attempts, attemptView{t.N, stamp(t.At), millis(t.Took), t.Status, contentOf(t.Answer), t.Error, t.Finding})
	}
	return v
}

// webhookStates are the words for what can have become of a webhook.
var webhookStates = []string{webhook.Pending.String(), webhook.Delivered.String(), webhook.Dead.String()}

func (a *api) listWebhooks(c *call) (answer, error) {
	limit, p := c.query.limit()
	if p != nil {
		return answer{}, p
	}
	if p := c.query.oneOf("state", webhookStates...); p != nil {
		return answer{}, p
	}
	patient, one, p := c.query.patientParam()
	if p != nil {
		return answer{}, p
	}
	kept := latest[webhook.Parcel]{limit: limit, compare: func(x, y webhook.Parcel) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Letter.Subject, y.Letter.Subject), cmp.Compare(x.Letter.Ordinal, y.Letter.Ordinal))
	}}
	c.view(func(r sandbox.Reader) {
		parcels := a.rooms.Outbox.Parcels(r)
		if one {
			parcels = a.rooms.Outbox.Of(r, patient.Subject())
		}
		for p := range parcels {
			if c.query.passes("state", p.State.String()) && c.query.passes("kind", p.Kind) {
				kept.add(p)
			}
		}
	})
	views := []webhookView{}
	for _, p := range kept.list() {
		views = append(views, viewWebhook(&p))
	}
	return ok(map[string]any{"webhooks": views})
}

func (a *api) showWebhook(c *call) (answer, error) {
	v, found := a.webhook(c)
	if !found {
		return answer{}, webhook.ErrUnknown
	}
	return ok(v)
}

func (a *api) webhook(c *call) (v webhookView, found bool) {
	c.view(func(r sandbox.Reader) {
		var p webhook.Parcel
		if p, found = a.rooms.Outbox.Find(r, c.params.ByName("webhook")); found {
			v = viewWebhook(&p)
		}
	})
	return v, found
}

func (a *api) redeliver(c *call) (answer, error) {
	if p := c.read(&struct{}{}); p != nil {
		return answer{}, p
	}
	err := c.Sandbox.Update(func(tx *sandbox.Tx) error {
		return a.rooms.Outbox.Redeliver(tx, c.params.ByName("webhook"))
	})
	if err != nil {
		return answer{}, err
	}
	v, _ := a.webhook(c)
	return answer{status: http.StatusAccepted, body: v}, nil
}
