package partner

import (
	"maps"
	"time"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Desk is where the partner fetches files, and with what.
type Desk struct {
	Vendor      string // base URL with any /_sandbox/ prefix; when empty, nothing is fetched
	KeyHeader   string // of the auth token; empty means X-Api-Key (RX-OUR-002)
	Credentials map[string]Credential
	Deviates    *deviation.Set // what the partner is made to do wrong; nil: nothing
}

// Credential is the pair of tokens of a support program.
type Credential struct{ Key, Bearer string }

// credential is the one for a program; under "" stands the one for all others.
func (d *Desk) credential(programID string) Credential {
	if c, ok := d.Credentials[programID]; ok {
		return c
	}
	return d.Credentials[""]
}

// SetDesk says where files are fetched from now on. What waits for another try
// makes it there.
func (p *Partner) SetDesk(tx *sandbox.Tx, d *Desk) {
	own := *d
	own.Credentials = maps.Clone(d.Credentials)
	p.desk.Set(tx, &own)
}

// vendor is the desk, or nil where there is nothing to fetch from.
func (p *Partner) vendor(r sandbox.Reader) *Desk {
	if d := p.desk.Get(r); d != nil && d.Vendor != "" {
		return d
	}
	return nil
}

// State is how far a file has come.
type State uint8

// The states.
const (
	Waiting State = iota // to be fetched, or to be tried again
	Fetched
	Failed // given up
)

var stateNames = [...]string{"waiting", "fetched", "failed"}

func (s State) String() string { return stateNames[s] }

// File is a file that an enrollment mentioned.
type File struct {
	Subject   uint64 // the patient
	Ordinal   uint64 // its place among the subject's files, from 1
	ProgramID string
	PatientID string
	MediaID   string
	State     State
	Status    uint64    // of the last answer; 0 when none came
	Type      string    // of a fetched file
	Size      uint64    // of a fetched file, in bytes
	SHA256    string    // of a fetched file, in hex
	At        time.Time // of the last try, or of the mention before the first
	Next      time.Time // of the next try, while one is to come
	Tries     uint64
	Error     string // what was wrong with the last try
}

func packFile(f *File, a *sandbox.Archive) {
	a.Uint(&f.Subject)
	a.Uint(&f.Ordinal)
	a.String(&f.ProgramID)
	a.String(&f.PatientID)
	a.String(&f.MediaID)
	sandbox.Byte(a, &f.State)
	a.Uint(&f.Status)
	a.String(&f.Type)
	a.Uint(&f.Size)
	a.String(&f.SHA256)
	a.Time(&f.At)
	a.Time(&f.Next)
	a.Uint(&f.Tries)
	a.String(&f.Error)
}

// mostFiles bounds what one enrollment can make the partner fetch. Policy: five
// are documented; a hostile list must not become a flood of calls.
const mostFiles = 32

const nowhere = "no vendor is set to fetch from"

// mention notes the files of a new enrollment, to be fetched (HA-MEDIA-001).
func (p *Partner) mention(tx *sandbox.Tx, n *Notice, ids []string) error {
	if len(ids) > mostFiles {
		p.log.Warn("an enrollment mentions more files than are fetched",
			"sandbox", tx.Sandbox().Name(), "mentioned", len(ids), "fetched", mostFiles)
		ids = ids[:mostFiles]
	}
	_, busy := p.next(tx, n.Subject)
	for _, id := range ids {
		f := File{
			Subject: n.Subject, Ordinal: p.files.NextOrdinal(tx, n.Subject),
			ProgramID: n.ProgramID, PatientID: n.PatientID, MediaID: id,
			At: tx.Now(), Next: tx.Now(),
		}
		if p.vendor(tx) == nil {
			f.fail(nowhere)
		}
		if err := p.files.Put(tx, &f); err != nil {
			return err
		}
	}
	if !busy {
		p.plan(tx, n.Subject)
	}
	return nil
}

func (f *File) fail(why string) { f.State, f.Next, f.Error = Failed, time.Time{}, why }

// next is the file of a subject whose turn comes first.
func (p *Partner) next(r sandbox.Reader, subject uint64) (first File, any bool) {
	for s, f := range p.waiting.From(r, subject) {
		if s != subject {
			break
		}
		if !any || f.Next.Before(first.Next) {
			first, any = f, true
		}
	}
	return first, any
}

// plan puts the subject's next file on the agenda. A subject has one there, or
// on its way, at most: a patient's calls keep one order in every run, which
// fetching side by side would not.
func (p *Partner) plan(tx *sandbox.Tx, subject uint64) {
	if f, any := p.next(tx, subject); any {
		tx.Schedule(p.fetch, f.Next, subject, f.Ordinal)
	}
}

// pauses are how long after a failed try the next ones come. Policy: the same
// patience as the vendor has with the partner (HA-OUR-013).
var pauses = [...]time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute}

// settle keeps what came of a try and plans the next one.
func (p *Partner) settle(tx *sandbox.Tx, k sandbox.Key, a *attempt) error {
	f, ok := p.files.Get(tx, k)
	if !ok || f.State != Waiting {
		return nil // the sandbox was reset meanwhile
	}
	f.At, f.Next, f.Error = a.at, time.Time{}, a.failure
	f.Status, f.Type, f.Size, f.SHA256 = uint64(a.status), a.mediaType, a.size, a.sum
	f.Tries++
	switch {
	case a.failure == "":
		f.State = Fetched
	case !a.again:
		f.State = Failed
	case f.Tries > uint64(len(pauses)):
		f.fail("given up: " + a.failure)
	default:
		f.Next = tx.Now().Add(pauses[f.Tries-1])
	}
	if err := p.files.Put(tx, &f); err != nil {
		return err
	}
	p.plan(tx, f.Subject)
	return nil
}
