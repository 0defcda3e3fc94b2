package program_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"regexp"
	"testing"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

func encoded(encode func(io.Writer, image.Image) error) []byte {
	m := image.NewPaletted(image.Rect(0, 0, 3, 2), color.Palette{color.White, color.Black})
	var b bytes.Buffer
	if err := encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

var (
	picture = encoded(png.Encode)
	photo   = encoded(func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) })
	moving  = encoded(func(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) })
	pdf     = []byte("%PDF-1.7\n%%EOF\n")
)

// sizedPNG is a picture that claims another size.
func sizedPNG(width, height uint32) []byte {
	b := bytes.Clone(picture)
	binary.BigEndian.PutUint32(b[16:], width)
	binary.BigEndian.PutUint32(b[20:], height)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func sizedGIF(width, height uint16) []byte {
	b := bytes.Clone(moving)
	binary.LittleEndian.PutUint16(b[6:], width)
	binary.LittleEndian.PutUint16(b[8:], height)
	return b
}

// foreign is a format that somebody else in the process knows how to decode.
func init() {
	image.RegisterFormat("webp", "RIFF????WEBP",
		func(io.Reader) (image.Image, error) { return nil, io.EOF },
		func(io.Reader) (image.Config, error) { return image.Config{Width: 1, Height: 1}, nil })
}

func (w world) upload(id program.ID, use program.Use, content []byte) (m program.Media, err error) {
	err = w.box.Update(func(tx *sandbox.Tx) (err error) {
		m, err = w.support.AddMedia(tx, id, use, content)
		return err
	})
	return m, err
}

func TestAFileIsWhatItsContentSays(t *testing.T) {
	t.Parallel()
	const none = ""
	large := func(n int) []byte { return append(bytes.Clone(picture), make([]byte, n-len(picture))...) }
	for _, c := range []struct {
		claim   string
		content []byte
		want    string
	}{
		{"a PNG", picture, "image/png"},
		{"a JPEG", photo, "image/jpeg"},
		{"a GIF", moving, "image/gif"},
		{"a PDF", pdf, "application/pdf"},
		{"a PNG of 10 MiB", large(10 << 20), "image/png"},
		{"a PNG of one byte more", large(10<<20 + 1), none},
		{"nothing", nil, none},
		{"a text", []byte("hello"), none},
		{"a web page", []byte("<html>%PDF-1.7"), none},
		{"a drawing", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), none},
		{"a format that only others accept (RX-MEDIA-005)", []byte("RIFF\x00\x00\x00\x00WEBPVP8 "), none},
		{"a PNG's first bytes", picture[:12], none},
		{"a JPEG's first bytes", photo[:3], none},
		{"a picture of 250 million pixels", sizedPNG(25000, 10000), "image/png"},
		{"a picture that unfolds to more", sizedPNG(25000, 10001), none},
		{"a picture of which sides the product overflows", sizedPNG(1<<31-1, 1<<31-1), none},
		{"a picture without width", sizedPNG(0, 5), none},
		{"a GIF of the largest screen", sizedGIF(65535, 65535), none},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.opened(noConsent).ID
			m, err := w.upload(id, program.PrimaryFront, c.content)
			p, _ := w.patient(id)
			if c.want == none {
				equal(t, "the use named", refused(t, err, program.BadFile).Field, "insurance.front")
				equal(t, "files noted", len(p.Media), 0)
				equal(t, "files kept", w.box.Sizes()["media"], 0)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "type", m.Type, c.want)
			w.box.View(func(r sandbox.Reader) {
				kept, ok := w.support.FindMedia(r, &p, m.ID)
				if !ok || !bytes.Equal(kept.Content, c.content) || kept.Type != c.want || kept.Use != program.PrimaryFront || kept.Patient != id {
					t.Errorf("kept %d bytes of %q for %v (%v)", len(kept.Content), kept.Type, kept.Use, ok)
				}
			})
		})
	}
}

func TestAReplacedFileIsGoneAndItsIDIsNeverReused(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	w := newWorld(t)
	id := w.opened(noConsent).ID
	seen := map[string]bool{}
	latest := map[program.Use]string{}
	for i, use := range []program.Use{0, 1, 1, 0, 0, 1, 0, 1, 1} {
		m, err := w.upload(id, use, append(bytes.Clone(pdf), byte(i)))
		if err != nil {
			t.Fatal(err)
		}
		if seen[m.ID] || !shape.MatchString(m.ID) {
			t.Errorf("file %d is called %q", i, m.ID)
		}
		seen[m.ID] = true
		latest[use] = m.ID
	}
	signed := w.act(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Sign(tx, id, picture) })
	signed = w.act(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Sign(tx, signed.ID, photo) })
	latest[program.SignatureImage] = signed.MediaID(program.SignatureImage)
	equal(t, "files kept", w.box.Sizes()["media"], 3)
	equal(t, "files noted", len(signed.Media), 3)
	w.box.View(func(r sandbox.Reader) {
		for use, want := range latest {
			equal(t, use.String(), signed.MediaID(use), want)
			if _, ok := w.support.FindMedia(r, &signed, want); !ok {
				t.Errorf("%v is not found", use)
			}
			delete(seen, want)
		}
		for gone := range seen {
			if _, ok := w.support.FindMedia(r, &signed, gone); ok {
				t.Errorf("the replaced %s is still found", gone)
			}
		}
	})
}

func TestAFileIsTakenOnlyForWhatThePatientIsAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(noConsent).ID
	for _, use := range []program.Use{program.SecondaryFront, program.SecondaryBack, program.SignatureImage} {
		_, err := w.upload(id, use, picture)
		r := refused(t, err, program.NotAllowed)
		equal(t, "the use seen", r.Saw, use.String())
		equal(t, "what would do", r.Wants, "one of insurance.front, insurance.back")
	}
	if _, err := w.answer(id, program.SecondaryInsurance, map[string]string{"insurance.secondary.status": "active"}); err != nil {
		t.Fatal(err)
	}
	for _, use := range []program.Use{program.SecondaryFront, program.SecondaryBack} {
		if _, err := w.upload(id, use, picture); err != nil {
			t.Errorf("%v: %v", use, err)
		}
	}
}

func TestABadSignatureSignsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.opened(noConsent).ID
	_, err := w.tryAct(func(tx *sandbox.Tx) (program.Patient, error) { return w.support.Sign(tx, id, []byte("Maya")) })
	refused(t, err, program.BadFile)
	p, _ := w.patient(id)
	equal(t, "signed", p.SignedAt.IsZero(), true)
}

func TestAFileIsReadByWhoMaySeeItsPatient(t *testing.T) {
	t.Parallel()
	second := plain()
	second.ID = elsewhere
	narrow, off, far := token("narrow"), token("off"), token("far")
	narrow.Scopes, off.Disabled, far.Programs = []program.Scope{program.ScopeInvite, program.ScopeRead}, true, []string{elsewhere}
	w := newHouse().open(t, "meadow", 7, today, directory(t, "meadow", []program.Program{plain(), second}, narrow, off, far))
	maya, leo := w.opened(noConsent), w.opened(noConsent, named("leo-1", "+12025550143"))
	m, err := w.upload(maya.ID, program.PrimaryFront, pdf)
	if err != nil {
		t.Fatal(err)
	}
	const fine = program.Rule(0)
	for _, c := range []struct {
		claim      string
		caller     program.Caller
		id, media  string
		rule, read program.Rule // of the file, of the patient
	}{
		{"its patient's file", w.caller(), maya.ID.String(), m.ID, fine, fine},
		{"another patient's file", w.caller(), leo.ID.String(), m.ID, program.UnknownMedia, fine},
		{"no file", w.caller(), maya.ID.String(), "", program.UnknownMedia, fine},
		{"no patient", w.caller(), "ha0000000000000", m.ID, program.UnknownPatient, program.UnknownPatient},
		{"no id", w.caller(), "invite", m.ID, program.UnknownPatient, program.UnknownPatient},
		{"nobody", program.Caller{}, maya.ID.String(), m.ID, program.OutOfScope, program.OutOfScope},
		{"an unknown caller, before an unknown patient", w.callerWith("x", "tk"), "ha0000000000000", m.ID, program.Unauthorized, program.Unauthorized},
		{"another partner's key", w.callerWith("pk_other", "tk"), maya.ID.String(), m.ID, program.OtherPartner, program.OtherPartner},
		{"a lesser scope", w.callerWith(keyValue, "narrow"), maya.ID.String(), m.ID, program.OutOfScope, fine},
		{"a disabled token, before an unknown patient", w.callerWith(keyValue, "off"), "x", m.ID, program.TokenDisabled, program.TokenDisabled},
		{"another program's token", w.callerWith(keyValue, "far"), maya.ID.String(), m.ID, program.WrongProgram, program.WrongProgram},
		{"another program's token, after an unknown patient", w.callerWith(keyValue, "far"), "x", m.ID, program.UnknownPatient, program.UnknownPatient},
	} {
		t.Run(c.claim, func(t *testing.T) {
			w.box.View(func(r sandbox.Reader) {
				got, err := w.support.ReadMedia(r, c.caller, c.id, c.media)
				if c.rule != fine {
					refused(t, err, c.rule)
				} else if err != nil || !bytes.Equal(got.Content, pdf) {
					t.Errorf("read %q: %v", got.Content, err)
				}
				_, _, err = w.support.Read(r, c.caller, program.ScopeRead, c.id)
				if c.read != fine {
					refused(t, err, c.read)
				} else if err != nil {
					t.Errorf("reading the patient: %v", err)
				}
			})
		})
	}
}
