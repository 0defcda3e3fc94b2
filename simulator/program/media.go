package program

import (
	"bytes"
	"image"
	_ "image/gif"  // decoders of the accepted pictures
	_ "image/jpeg" //
	_ "image/png"  //
	"strings"

	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// Use is what a file is for.
type Use uint8

// The uses.
const (
	PrimaryFront Use = iota
	PrimaryBack
	SecondaryFront
	SecondaryBack
	SignatureImage
	useCount
)

var useNames = [...]string{"insurance.front", "insurance.back", "insurance.secondary.front", "insurance.secondary.back", "signature"}

func (u Use) String() string { return useNames[u] }

// ParseUse finds a use by name.
func ParseUse(s string) (Use, bool) {
	for i, n := range useNames {
		if n == s {
			return Use(i), true
		}
	}
	return 0, false
}

// Media is a file that a patient has produced.
type Media struct {
	Patient ID
	Ordinal uint64
	ID      string // UUID-shaped (HA-MEDIA-002)
	Use     Use
	Type    string // one of the four content types of RX-MEDIA-002
	Content []byte
}

// MediaRef is a patient's note of the file kept for a use.
type MediaRef struct {
	Use     Use
	Ordinal uint64
	ID      string
}

func mediaKey(m *Media) sandbox.Key {
	return sandbox.Key{Subject: m.Patient.Subject(), Ordinal: m.Ordinal}
}

func packMedia(m *Media, a *sandbox.Archive) {
	id := uint64(m.Patient)
	a.Uint(&id)
	m.Patient = ID(id)
	a.Uint(&m.Ordinal)
	a.String(&m.ID)
	sandbox.Byte(a, &m.Use)
	a.String(&m.Type)
	a.Bytes(&m.Content)
}

func packMediaRef(m *MediaRef, a *sandbox.Archive) {
	sandbox.Byte(a, &m.Use)
	a.Uint(&m.Ordinal)
	a.String(&m.ID)
}

// MaxMedia is the largest file accepted, in bytes (RX-OUR-047).
const MaxMedia = 10 << 20

// mostPixels bounds what a picture may unfold to; a card photographed with the
// largest phone cameras stays below it.
const mostPixels = 250_000_000

// contentType tells by content, never by name, which of the accepted types a
// file is; "" means none (RX-MEDIA-005).
func contentType(content []byte) string {
	if bytes.HasPrefix(content, []byte("%PDF-")) {
		return "application/pdf"
	}
	c, format, err := image.DecodeConfig(bytes.NewReader(content))
	switch {
	case err != nil || c.Width <= 0 || c.Height <= 0 || c.Width > mostPixels/c.Height:
		return ""
	case format != "png" && format != "jpeg" && format != "gif": // some other package registered a decoder
		return ""
	}
	return "image/" + format
}

// AddMedia stores a file for a use in place of the former one, and returns it.
// It refuses what is too large or of no accepted type (BadFile), a use that the
// patient is not asked for, and any file outside the enrollment screens.
func (s *Support) AddMedia(tx *sandbox.Tx, id ID, use Use, content []byte) (Media, error) {
	p, _, err := s.patient(tx, id)
	if err != nil {
		return Media{}, err
	}
	if r := p.may(UploadMedia); r != nil {
		return Media{}, r
	}
	if use > SecondaryBack || use > PrimaryBack && !p.HasSecondary() {
		return Media{}, &Refusal{Rule: NotAllowed, Field: "use", Saw: use.String(), Wants: useList(p.Pictures())}
	}
	m, err := s.keep(tx, &p, use, content)
	if err != nil {
		return Media{}, err
	}
	return m, s.patients.Put(tx, &p)
}

func useList(uses []Use) string {
	var names []string
	for _, u := range uses {
		names = append(names, u.String())
	}
	return "one of " + strings.Join(names, ", ")
}

// keep stores the file and notes it in p, which the caller saves.
func (s *Support) keep(tx *sandbox.Tx, p *Patient, use Use, content []byte) (Media, error) {
	if len(content) > MaxMedia {
		return Media{}, &Refusal{Rule: BadFile, Field: use.String(), Saw: "more than 10 MiB", Wants: "at most 10 MiB"}
	}
	kind := contentType(content)
	if kind == "" {
		return Media{}, &Refusal{Rule: BadFile, Field: use.String(), Saw: "another kind of file", Wants: "a PNG, JPEG, GIF or PDF"}
	}
	ordinal := uint64(1)
	for _, old := range p.Media { // never reuse an ordinal, so never an id
		ordinal = max(ordinal, old.Ordinal+1)
	}
	m := Media{Patient: p.ID, Ordinal: ordinal, Use: use, Type: kind, Content: content,
		ID: tx.Sandbox().Seed().UUID("media", p.ID.Subject(), ordinal)}
	ref := MediaRef{use, ordinal, m.ID}
	replaced := false
	for i, old := range p.Media {
		if old.Use == use {
			s.media.Delete(tx, sandbox.Key{Subject: p.ID.Subject(), Ordinal: old.Ordinal})
			p.Media[i], replaced = ref, true
		}
	}
	if !replaced {
		p.Media = append(p.Media, ref)
	}
	return m, s.media.Put(tx, &m)
}

// FindMedia returns a patient's file by its id.
func (s *Support) FindMedia(r sandbox.Reader, p *Patient, id string) (Media, bool) {
	for _, ref := range p.Media {
		if ref.ID == id {
			return s.media.Get(r, sandbox.Key{Subject: p.ID.Subject(), Ordinal: ref.Ordinal})
		}
	}
	return Media{}, false
}
