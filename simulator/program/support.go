package program

import (
	"iter"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Texter sends a text to a phone, as part of an update.
type Texter interface {
	Send(tx *sandbox.Tx, subject uint64, to, body string) error
	Receive(tx *sandbox.Tx, subject uint64, from, body string) error
}

// Herald is told, within the update that caused it, what a partner wants to
// hear about.
type Herald interface {
	Tell(tx *sandbox.Tx, n News) error
}

// News is something a patient did.
type News struct {
	What    Happening
	At      time.Time
	Patient Patient
	Program *Program

	Infusion Infusion // InfusionUpdated: what the patient said
}

// Happening is what a patient did.
type Happening uint8

// The happenings.
const (
	EnrollmentCompleted Happening = iota
	TrackerViewed
	OptedOut
	OptedIn
	InfusionUpdated
)

// Happenings returns all, with the words of the configuration.
func Happenings() map[string]Happening {
	return map[string]Happening{"enrollment": EnrollmentCompleted, "tracker": TrackerViewed,
		"optOut": OptedOut, "optIn": OptedIn, "infusion": InfusionUpdated}
}

// Links makes the address of a patient's own page in a sandbox.
type Links func(sandboxName, token string) string

// Support offers the calls of the domain over the sandboxes of one schema. It
// holds no state of its own.
type Support struct {
	directory *sandbox.Cell[*Directory]
	patients  *sandbox.Collection[Patient]
	media     *sandbox.Collection[Media]
	updates   *sandbox.Collection[CaseUpdate]
	series    *sandbox.Collection[Subscription]
	infusions *sandbox.Collection[Infusion]
	campaign  sandbox.Kind
	byOwnID   *sandbox.Unique[Patient]
	byPhone   *sandbox.Unique[Patient]
	byTime    *sandbox.Ordered[Patient]

	texts  Texter
	herald Herald
	links  Links
}

// New adds the domain's collections to a schema.
func New(schema *sandbox.Schema, texts Texter, herald Herald, links Links) *Support {
	s := &Support{texts: texts, herald: herald, links: links}
	s.directory = sandbox.DefineCell[*Directory](schema, "programs")
	s.patients = sandbox.Define(schema, "patients", patientKey, packPatient)
	// What makes a duplicate, within one program (RX-OUR-020).
	s.byOwnID = s.patients.Unique("externalId", ownID)
	s.byPhone = s.patients.Unique("phone", ownPhone)
	s.byTime = s.patients.Ordered("invited", func(p *Patient) (uint64, bool) { return uint64(p.InvitedAt.UnixMilli()) + 1<<62, true })
	s.media = sandbox.Define(schema, "media", mediaKey, packMedia)
	s.updates = sandbox.Define(schema, "caseUpdates", updateKey, packUpdate)
	s.series = sandbox.Define(schema, "subscriptions", subscriptionKey, packSubscription)
	s.infusions = sandbox.Define(schema, "infusions", infusionKey, packInfusion)
	s.campaign = schema.Handle("campaign", s.nextOfSeries)
	return s
}

func ownID(p *Patient) string {
	if p.Shared&SharedExternalID != 0 {
		return ""
	}
	return p.Program + "\x00" + p.ExternalID
}

func ownPhone(p *Patient) string {
	if p.Shared&SharedPhone != 0 {
		return ""
	}
	return p.Program + "\x00" + p.Phone
}

// Directory returns the sandbox's programs and credentials; never nil.
func (s *Support) Directory(r sandbox.Reader) *Directory {
	if d := s.directory.Get(r); d != nil {
		return d
	}
	return emptyDirectory
}

// Peek returns the programs and credentials as the last update left them,
// without waiting for one that is under way; never nil.
func (s *Support) Peek(b *sandbox.Sandbox) *Directory {
	if d := s.directory.Peek(b); d != nil {
		return d
	}
	return emptyDirectory
}

// SetDirectory replaces the sandbox's programs and credentials.
func (s *Support) SetDirectory(tx *sandbox.Tx, d *Directory) { s.directory.Set(tx, d) }

// Patient returns a patient by id.
func (s *Support) Patient(r sandbox.Reader, id ID) (Patient, bool) {
	return s.patients.Get(r, sandbox.Key{Subject: id.Subject()})
}

// Patients yields all patients, the latest invited first.
func (s *Support) Patients(r sandbox.Reader) iter.Seq[Patient] {
	return func(yield func(Patient) bool) {
		for _, p := range s.byTime.Down(r) {
			if !yield(p) {
				return
			}
		}
	}
}

// Count is the number of patients.
func (s *Support) Count(r sandbox.Reader) int { return s.patients.Len(r) }

// patient finds a patient and the program they are in.
func (s *Support) patient(r sandbox.Reader, id ID) (Patient, *Program, error) {
	p, ok := s.Patient(r, id)
	if !ok {
		return p, nil, &Refusal{Rule: UnknownPatient, Field: "patient", Saw: id.String()}
	}
	prog, ok := s.Directory(r).Program(p.Program)
	if !ok {
		return p, nil, &Refusal{Rule: UnknownProgram, Program: p.Program}
	}
	return p, prog, nil
}

// Link is the address of a patient's own pages. It is the same for as long as
// the patient exists (HA-OUR-021) and different for every patient
// (HA-INVITE-004).
func (s *Support) Link(r sandbox.Reader, id ID) string {
	return s.links(r.Sandbox().Name(), linkToken(r, id))
}

// The token of a link is the patient's id and a check that cannot be guessed
// from other links, in an alphabet without look-alikes.
const (
	tokenAlphabet = "23456789abcdefghjkmnpqrstuvwxyz_" // 32 signs
	tokenIDSigns  = 11                                 // 55 bits for the 52 of an id
	tokenSigns    = tokenIDSigns + 10                  // and 50 of check
)

func linkToken(r sandbox.Reader, id ID) string {
	var b [tokenSigns]byte
	sign := func(part []byte, v uint64) {
		for i := range part {
			part[i] = tokenAlphabet[v&31]
			v >>= 5
		}
	}
	sign(b[:tokenIDSigns], uint64(id))
	// Sandboxes often share a seed; a link of one must not open the other.
	sign(b[tokenIDSigns:], r.Sandbox().Seed().Draw("link", uint64(id), chance.Hash(r.Sandbox().Name())))
	return string(b[:])
}

// ByLink finds the patient whose link bears the token.
func (s *Support) ByLink(r sandbox.Reader, token string) (Patient, bool) {
	if len(token) != tokenSigns {
		return Patient{}, false
	}
	var id uint64
	for i := tokenIDSigns - 1; i >= 0; i-- {
		v := strings.IndexByte(tokenAlphabet, token[i])
		if v < 0 {
			return Patient{}, false
		}
		id = id<<5 | uint64(v)
	}
	if id >= 1<<52 || linkToken(r, ID(id)) != token {
		return Patient{}, false
	}
	return s.Patient(r, ID(id))
}
