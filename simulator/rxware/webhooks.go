package rxware

import (
	"cmp"
	"slices"
	"strings"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/dialect"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
	"github.com/placebo-sim/placebo/simulator/webhook"
)

// The two webhooks, as the paths on the partner's host are called.
const (
	UserEnrollment = "user-enrollment"
	UserAction     = "user-action"
)

// outbox is where letters are left.
type outbox interface {
	Post(tx *sandbox.Tx, l webhook.Letter) error
	// Posted tells whether a letter of the kind was posted about the subject.
	Posted(r sandbox.Reader, subject uint64, kind string) bool
}

// Herald writes the platform's webhooks W1 to W5.
type Herald struct{ Outbox outbox }

// Tell posts the webhook that news calls for, as part of the update. A kind that
// was agreed not to be sent makes none.
func (h *Herald) Tell(tx *sandbox.Tx, n program.News) error {
	hooks, d := &n.Program.Hooks, &n.Program.Dialect
	own := hooks.Kinds[n.What]
	if own.Off {
		return nil
	}
	l := webhook.Letter{Subject: n.Patient.ID.Subject(), At: n.At, Kind: UserAction, URL: hooks.Action,
		Twice: program.ArriveTwice(n.Patient.Phone), Marks: marks(n.What, d), Body: compose(&n)}
	if n.What == program.EnrollmentCompleted || n.What == program.InfusionUpdated && d.Is(dialect.InfusionPath, UserEnrollment) { // AMB-016
		l.Kind, l.URL = UserEnrollment, hooks.Enrollment
	}
	l.URL = cmp.Or(own.URL, l.URL)
	if d.Is(dialect.WebhookScheme, "httpsOnly") && !secure(l.URL) { // AMB-024
		l.Refused = "the address is not https, and this program's webhooks go nowhere else (AMB-024)"
	}
	l.Header = headers(hooks.Headers, own.Headers)
	if n.Program.Deviates.Any() {
		return h.astray(tx, &n, l)
	}
	return h.Outbox.Post(tx, l)
}

// astray posts a webhook as the program's deviations have it.
func (h *Herald) astray(tx *sandbox.Tx, n *program.News, l webhook.Letter) error {
	p := deviation.Posting{Kind: nameOf(n.What), Body: l.Body}
	for whose, so := range map[deviation.Whose]bool{
		deviation.Returners: h.Outbox.Posted(tx, l.Subject, l.Kind), deviation.Silenced: n.Patient.OptedOut(), deviation.Skippers: n.Patient.SkipOnboarding,
	} {
		if so {
			p.From = append(p.From, whose)
		}
	}
	n.Program.Deviates.Post(&p)
	l.Body, l.Carriage = p.Body, carriage(p.Carriage)
	if p.Elsewhere {
		hooks := &n.Program.Hooks
		if l.Kind == UserAction {
			l.Kind, l.URL = UserEnrollment, hooks.Enrollment
		} else {
			l.Kind, l.URL = UserAction, hooks.Action
		}
	}
	if p.Headerless {
		l.Header = nil
	}
	for range p.Copies {
		if err := h.Outbox.Post(tx, l); err != nil {
			return err
		}
	}
	return nil
}

// carriages are the ways to carry a letter wrongly, as the outbox calls them.
var carriages = map[deviation.Carriage]webhook.Carriage{
	deviation.Once: webhook.Once, deviation.Insists: webhook.Insists, deviation.Anew: webhook.Anew,
	deviation.Overtakes: webhook.Overtakes, deviation.Impatient: webhook.Impatient,
	deviation.Offended: webhook.Offended, deviation.Demanding: webhook.Demanding,
}

func carriage(d deviation.Carriage) (c webhook.Carriage) {
	for one, same := range carriages {
		if d&one != 0 {
			c |= same
		}
	}
	return c
}

// nameOf is a happening as configurations name it.
func nameOf(what program.Happening) string {
	for name, h := range program.Happenings() {
		if h == what {
			return name
		}
	}
	return ""
}

// secure tells whether an address is https. What is no address at all is not
// refused: there is a better reason for it.
func secure(url string) bool {
	const scheme = "https://"
	return url == "" || len(url) > len(scheme) && strings.EqualFold(url[:len(scheme)], scheme)
}

// headers are the program's, and the kind's own beside or instead of them, in
// order. Names differ by more than their letter case.
func headers(shared, own map[string]string) (all []webhook.Header) {
	for name, value := range own {
		all = append(all, webhook.Header{Name: name, Value: value})
	}
	for name, value := range shared {
		if !slices.ContainsFunc(all[:len(own)], func(h webhook.Header) bool { return strings.EqualFold(h.Name, name) }) {
			all = append(all, webhook.Header{Name: name, Value: value})
		}
	}
	slices.SortFunc(all, func(a, b webhook.Header) int { return strings.Compare(a.Name, b.Name) })
	return all
}
