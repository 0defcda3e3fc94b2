package partner

import (
	"iter"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Kind is what a webhook tells of.
type Kind string

// The kinds.
const (
	Enrollment Kind = "enrollment" // the patient finished enrolling
	Tracker    Kind = "tracker"    // the patient opened the tracker
	OptOut     Kind = "opt-out"    // the patient texted STOP
	OptIn      Kind = "opt-in"     // the patient texted START
	Infusion   Kind = "infusion"   // the patient updated infusion details
	Other      Kind = "other"      // an event that the documents do not name
)

// Notice is a webhook that was accepted.
type Notice struct {
	Subject    uint64 // the patient
	Ordinal    uint64 // its place among the subject's notices, from 1
	Kind       Kind
	Path       string // where it came in
	EventName  string
	Value      string // event.data.value as text, or ""
	ProgramID  string
	PatientID  string
	ExternalID string // the partner's own id of the patient, if one came
	Phone      string
	SendDate   time.Time // what the vendor says
	At         time.Time // when it came first
	Copies     uint64    // how often it came
	Body       []byte    // as it came first
}

// identity is what two deliveries of one webhook have in common (HA-OUR-014).
// STOP and START share their name, as do the user actions, so the value counts.
func (n *Notice) identity() string {
	id := strconv.FormatInt(n.SendDate.UnixMilli(), 10)
	for _, part := range []string{n.EventName, n.PatientID, n.Value} {
		id += " " + strconv.Quote(part)
	}
	return id
}

func packNotice(n *Notice, a *sandbox.Archive) {
	a.Uint(&n.Subject)
	a.Uint(&n.Ordinal)
	a.String((*string)(&n.Kind))
	a.String(&n.Path)
	a.String(&n.EventName)
	a.String(&n.Value)
	a.String(&n.ProgramID)
	a.String(&n.PatientID)
	a.String(&n.ExternalID)
	a.String(&n.Phone)
	a.Time(&n.SendDate)
	a.Time(&n.At)
	a.Uint(&n.Copies)
	a.Bytes(&n.Body)
}

// Partner is the simulated partner of every sandbox of a schema.
type Partner struct {
	patience time.Duration // for one try at fetching a file
	notices  *sandbox.Collection[Notice]
	same     *sandbox.Unique[Notice] // by identity
	files    *sandbox.Collection[File]
	waiting  *sandbox.Ordered[File] // by subject
	desk     *sandbox.Cell[*Desk]
	fetch    sandbox.Kind
	client   *http.Client
	log      *slog.Logger
}

// New adds the partner to a schema. A nil log discards.
func New(schema *sandbox.Schema, log *slog.Logger) *Partner {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	p := &Partner{client: newClient(), patience: patience, log: log}
	p.notices = sandbox.Define(schema, "notices", func(n *Notice) sandbox.Key { return sandbox.Key{Subject: n.Subject, Ordinal: n.Ordinal} }, packNotice)
	p.same = p.notices.Unique("identity", (*Notice).identity)
	p.files = sandbox.Define(schema, "files", func(f *File) sandbox.Key { return sandbox.Key{Subject: f.Subject, Ordinal: f.Ordinal} }, packFile)
	p.waiting = p.files.Ordered("waiting", func(f *File) (uint64, bool) { return f.Subject, f.State == Waiting })
	p.desk = sandbox.DefineCell[*Desk](schema, "partner desk")
	p.fetch = schema.Handle("fetch", p.work)
	return p
}

// Close drops idle connections.
func (p *Partner) Close() { p.client.CloseIdleConnections() }

// Notices yields every webhook that was accepted, patient by patient in order.
func (p *Partner) Notices(r sandbox.Reader) iter.Seq[Notice] { return p.notices.All(r) }

// Files yields every file that an enrollment mentioned, patient by patient in
// order.
func (p *Partner) Files(r sandbox.Reader) iter.Seq[File] { return p.files.All(r) }

// bodyLimit is RX-OUR-047's.
const bodyLimit = 1 << 20

// Door returns the partner's listener. Both paths take every webhook: the name
// of the event says what it is, not the path (AMB-016, HA-RESP-007).
func (p *Partner) Door(finder door.Finder) *door.Door {
	return door.New(sandbox.PartnerSide, voice{}, finder, p.log, []door.Route{
		{Method: "POST", Path: enrollmentPath, Operation: "user-enrollment", Limit: bodyLimit, Handle: p.receive},
		{Method: "POST", Path: "/webhook/user-action", Operation: "user-action", Limit: bodyLimit, Handle: p.receive},
	})
}

const enrollmentPath = "/webhook/user-enrollment"

// receive takes a webhook.
func (p *Partner) receive(c *door.Call) door.Answer {
	n, media, flaw := read(c)
	if n.PatientID != "" {
		n.Subject = subject(n.PatientID)
		c.Subject = n.Subject
	}
	desk := p.desk.Peek(c.Sandbox)
	if desk != nil && desk.Deviates.Any() {
		return p.astray(c, desk.Deviates, n, media, flaw)
	}
	if flaw != nil {
		return flaw.answer(n.PatientID)
	}
	return p.take(c, n, media)
}

// take keeps a webhook and acknowledges it.
func (p *Partner) take(c *door.Call, n Notice, media []string) door.Answer {
	if err := c.Sandbox.Update(func(tx *sandbox.Tx) error { return p.keep(tx, n, media) }); err != nil {
		panic(err) // our bug; the door says so
	}
	return acknowledge(&n)
}

// astray takes a webhook as the deviations have it.
func (p *Partner) astray(c *door.Call, set *deviation.Set, n Notice, media []string, f *flaw) door.Answer {
	again := false
	if f == nil && set.Looks() {
		c.Sandbox.View(func(r sandbox.Reader) { _, again = p.same.Find(r, n.identity()) })
	}
	if member, refused := set.Refuses(n.Path, n.Body, again); refused && f == nil {
		f = &flaw{message: member + " is not understood", field: member}
	}
	var a door.Answer
	switch {
	case f == nil:
		a = p.take(c, n, media)
	case set.Takes(n.Path, f.rule):
		a = acknowledge(&n)
	default:
		a = f.answer(n.PatientID)
	}
	a.Status, a.Body = set.Answer(n.Path, a.Status, a.Body)
	return a
}

// subject is under whom a patient's rows are kept. An id in the platform's usual
// form, "ha" and 13 hex digits, is read as the number it is, as its own side
// does, so that both sides of a sandbox show the same patient; any other id is
// as opaque as RX-GEN-005 says.
func subject(patientID string) uint64 {
	if len(patientID) == 15 && patientID[:2] == "ha" && patientID == strings.ToLower(patientID) {
		if v, err := strconv.ParseUint(patientID[2:], 16, 64); err == nil {
			return v
		}
	}
	return chance.Hash(patientID)
}

// keep stores a webhook that is new, or counts one that is not.
func (p *Partner) keep(tx *sandbox.Tx, n Notice, media []string) error {
	if first, came := p.same.Find(tx, n.identity()); came {
		first.Copies++
		return p.notices.Put(tx, &first)
	}
	n.Ordinal = p.notices.NextOrdinal(tx, n.Subject)
	n.At, n.Copies = tx.Now(), 1
	if err := p.notices.Put(tx, &n); err != nil {
		return err
	}
	fetches := deviation.Faithful
	if desk := p.desk.Get(tx); desk != nil {
		fetches = desk.Deviates.Fetches()
	}
	switch {
	case fetches == deviation.FetchesNothing, n.Kind != Enrollment && fetches != deviation.FetchesOfInfusions:
		return nil
	case fetches == deviation.FetchesFirst && len(media) > 1:
		media = media[:1]
	}
	return p.mention(tx, &n, media)
}
