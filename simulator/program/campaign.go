package program

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Campaign is a prepared series of texts (section 7.1). Which texts a name
// stands for is agreed per program.
type Campaign struct {
	Name  string
	Steps []Step // the first is the initial interaction; in order of After
}

// Step is one text of a campaign.
type Step struct {
	After time.Duration // since the subscription
	SMS   string        // as a Reaction's
}

// Pair is a variable of a message, as the partner gave it.
type Pair struct{ Key, Value string }

// Subscription is a patient's place in a campaign.
type Subscription struct {
	Patient  ID
	Ordinal  uint64
	Campaign string
	At       time.Time
	Data     []Pair
	Sent     uint64 // steps done, whether or not the patient could be texted
	Ended    bool
}

func subscriptionKey(v *Subscription) sandbox.Key {
	return sandbox.Key{Subject: v.Patient.Subject(), Ordinal: v.Ordinal}
}

func packSubscription(v *Subscription, a *sandbox.Archive) {
	id := uint64(v.Patient)
	a.Uint(&id)
	v.Patient = ID(id)
	a.Uint(&v.Ordinal)
	a.String(&v.Campaign)
	a.Time(&v.At)
	sandbox.List(a, &v.Data, packPair)
	a.Uint(&v.Sent)
	a.Bool(&v.Ended)
}

func packPair(v *Pair, a *sandbox.Archive) {
	a.String(&v.Key)
	a.String(&v.Value)
}

// Campaign finds a campaign by name.
func (p *Program) Campaign(name string) (Campaign, bool) {
	at := slices.IndexFunc(p.Campaigns, func(c Campaign) bool { return c.Name == name })
	if at < 0 {
		return Campaign{}, false
	}
	return p.Campaigns[at], true
}

// Subscriptions yields a patient's subscriptions, oldest first.
func (s *Support) Subscriptions(r sandbox.Reader, id ID) iter.Seq[Subscription] {
	return s.series.Of(r, id.Subject())
}

// subscribe starts a campaign for a patient: the initial interaction at once,
// the later ones on the agenda (RX-CAMP-002). One that runs already goes on as
// it is (RX-OUR-036).
func (s *Support) subscribe(tx *sandbox.Tx, p *Patient, prog *Program, c Campaign, data []Pair) error {
	for sub := range s.Subscriptions(tx, p.ID) {
		if sub.Campaign == c.Name && !sub.Ended {
			return nil
		}
	}
	if prog.Deviates.Any() {
		deviatePairs(data, prog.Deviates)
		data = slices.DeleteFunc(data, func(d Pair) bool { return prog.Deviates.Does(deviation.LosesValue, d) })
	}
	sub := Subscription{Patient: p.ID, Ordinal: s.series.NextOrdinal(tx, p.ID.Subject()), Campaign: c.Name, At: tx.Now(), Data: data}
	return s.step(tx, p, prog, c, &sub)
}

// unsubscribe ends a campaign; its later texts do not go out.
func (s *Support) unsubscribe(tx *sandbox.Tx, id ID, campaign string) error {
	for sub := range s.Subscriptions(tx, id) {
		if sub.Campaign == campaign && !sub.Ended {
			sub.Ended = true
			if err := s.series.Put(tx, &sub); err != nil {
				return err
			}
		}
	}
	return nil
}

// step sends what is due of a series and plans the next. A patient who has
// opted out is passed over, and is texted again after START (RX-HOOK-OPT-004).
func (s *Support) step(tx *sandbox.Tx, p *Patient, prog *Program, c Campaign, sub *Subscription) error {
	for int(sub.Sent) < len(c.Steps) {
		next := c.Steps[sub.Sent]
		if prog.does(deviation.SendsAtOnce, p) {
			next.After = 0
		}
		if due := sub.At.Add(next.After); due.After(tx.Now()) {
			if prog.does(deviation.LosesSeries, p) {
				return nil
			}
			if !prog.does(deviation.SkipsLater, p) {
				tx.Schedule(s.campaign, due, p.ID.Subject(), sub.Ordinal)
			}
			return s.series.Put(tx, sub)
		}
		if next.After == 0 && prog.does(deviation.SkipsFirst, p) {
			sub.Sent++
			continue
		}
		if err := s.send(tx, p, s.wording(tx, p, prog, next.SMS, sub.Data)); err != nil {
			return err
		}
		sub.Sent++
	}
	sub.Ended = true
	return s.series.Put(tx, sub)
}

// nextOfSeries is the agenda's work for campaigns.
func (s *Support) nextOfSeries(tx *sandbox.Tx, d sandbox.Due) (func(context.Context), error) {
	sub, ok := s.series.Get(tx, sandbox.Key{Subject: d.Key.Subject, Ordinal: d.Ref})
	if !ok || sub.Ended {
		return nil, nil
	}
	p, prog, err := s.patient(tx, ID(d.Key.Subject))
	if err != nil {
		return nil, err
	}
	c, known := prog.Campaign(sub.Campaign)
	if !known { // the agreement is gone
		return nil, s.unsubscribe(tx, p.ID, sub.Campaign)
	}
	return nil, s.step(tx, &p, prog, c, &sub)
}
