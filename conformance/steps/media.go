package steps

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"regexp"
	"slices"
	"strings"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// pictures draws a small file of each accepted kind.
var pictures = map[string]func() []byte{
	"PNG": func() []byte { return drawn(func(b *bytes.Buffer, m image.Image) error { return png.Encode(b, m) }) },
	"JPEG": func() []byte {
		return drawn(func(b *bytes.Buffer, m image.Image) error { return jpeg.Encode(b, m, nil) })
	},
	"GIF": func() []byte {
		return drawn(func(b *bytes.Buffer, m image.Image) error { return gif.Encode(b, m, nil) })
	},
	"PDF": func() []byte {
		return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	},
}

func drawn(encode func(*bytes.Buffer, image.Image) error) []byte {
	m := image.NewRGBA(image.Rect(0, 0, 24, 16))
	for i := range 24 {
		m.Set(i, i*2/3, color.RGBA{R: uint8(10 * i), G: 90, B: 160, A: 255})
	}
	var b bytes.Buffer
	if err := encode(&b, m); err != nil {
		panic(err) // to memory
	}
	return b.Bytes()
}

// notPictures are uploads that are none.
var notPictures = map[string]func() []byte{
	"a text":          func() []byte { return []byte("my card is in the other wallet") },
	"a page of HTML":  func() []byte { return []byte("<html><body><script>alert(1)</script></body></html>") },
	"nothing":         func() []byte { return []byte{} },
	"a PNG cut short": func() []byte { return pictures["PNG"]()[:12] },
}

// mediaPaths are where an enrollment names files.
var mediaPaths = []string{
	"event.patient.insurance.primaryInsurance.front_picture_image", "event.patient.insurance.primaryInsurance.back_picture_image",
	"event.patient.insurance.secondaryInsurance.front_picture_image", "event.patient.insurance.secondaryInsurance.back_picture_image",
	"event.patient.signature.image",
}

func (s *Scenario) media(sc *godog.ScenarioContext) {
	sc.Given(re(`^(\w+) has sent a picture of (?:his|her) insurance card$`), func(ctx context.Context, name string) error {
		if err := s.hasInvited(ctx, name); err != nil {
			return err
		}
		return s.enroll(ctx, name, port.Act{Do: "upload-media", Use: "insurance.front"})
	})
	sc.When(re(`^(\w+) photographs (?:his|her) insurance card$`), func(ctx context.Context, name string) error {
		return s.must(ctx, name, port.Act{Do: "upload-media", Use: "insurance.front"})
	})
	sc.When(re(`^(\w+) uploads a (PNG|JPEG|GIF|PDF) of (?:his|her) insurance card$`), func(ctx context.Context, name, kind string) error {
		s.sent = pictures[kind]()
		if err := s.must(ctx, name, port.Act{Do: "upload-media", Use: "insurance.front", Content: s.sent}); err != nil {
			return err
		}
		return s.must(ctx, name, port.Act{Do: "finish"})
	})
	sc.When(re(`^(\w+) uploads (.+) as (?:his|her) insurance card$`), func(ctx context.Context, name, what string) error {
		make, ok := notPictures[what]
		if !ok {
			return errors.New("the suite has no file that is " + what)
		}
		return s.try(ctx, name, port.Act{Do: "upload-media", Use: "insurance.front", Content: make()})
	})
	sc.When(re(`^the partner fetches (.+)$`), s.fetches)

	sc.Then(re(`^the partner can fetch it as "([^"]+)"$`), func(ctx context.Context, kind string) error {
		if err := s.fetchFirst(ctx); err != nil {
			return err
		}
		if s.file.Type != kind {
			return fmt.Errorf("it came as %q", s.file.Type)
		}
		return nil
	})
	sc.Then(re(`^the partner gets the very bytes that (\w+) uploaded$`), func(ctx context.Context, _ string) error {
		if err := s.fetchFirst(ctx); err != nil {
			return err
		}
		if !bytes.Equal(s.file.Content, s.sent) {
			return fmt.Errorf("%d bytes came, %d were uploaded", len(s.file.Content), len(s.sent))
		}
		return nil
	})
	sc.Then(re(`^the webhook names (\d+) pictures$`), func(ctx context.Context, n int) error {
		ids, err := s.mediaIDs(ctx)
		if err == nil && len(ids) != n {
			err = fmt.Errorf("it names %q", ids)
		}
		return err
	})
	sc.Then(re(`^the partner can fetch each of them$`), func(ctx context.Context) error {
		ids, err := s.mediaIDs(ctx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := s.fetch(ctx, s.who.id, id); err != nil {
				return err
			}
		}
		return nil
	})
	sc.Then(re(`^the webhook names pictures by id and sends none of their content$`), func(ctx context.Context) error {
		ids, err := s.mediaIDs(ctx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if len(id) > 100 || strings.Contains(id, "base64") {
				return fmt.Errorf("%q is no id", id)
			}
			if err := s.fetch(ctx, s.who.id, id); err != nil {
				return err
			}
		}
		if len(ids) == 0 {
			return errors.New("it names none")
		}
		return nil
	})
	sc.Then(re(`^the media ids are UUIDs that differ$`), func(ctx context.Context) error {
		ids, err := s.mediaIDs(ctx)
		if err != nil {
			return err
		}
		uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
		for i, id := range ids {
			if !uuid.MatchString(id) || slices.Contains(ids[:i], id) {
				return fmt.Errorf("ids %q", ids)
			}
		}
		if len(ids) < 2 {
			return fmt.Errorf("ids %q: too few to differ", ids)
		}
		return nil
	})
}

// mediaIDs are the files the enrollment webhook names.
func (s *Scenario) mediaIDs(ctx context.Context) (ids []string, err error) {
	if err := s.await(ctx, s.who.name, "has enrolled", 1); err != nil {
		return nil, err
	}
	for _, path := range mediaPaths {
		if id, ok := s.heard.Text(path); ok {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// fetch gets a file, which must come.
func (s *Scenario) fetch(ctx context.Context, patient, id string) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	s.file = w.Vendor.Media(ctx, port.Good, patient, id)
	s.outcome = s.file.Outcome
	if !s.file.Accepted() || len(s.file.Content) == 0 {
		return s.unexpected("the file "+id, s.file.Outcome)
	}
	return nil
}

func (s *Scenario) fetchFirst(ctx context.Context) error {
	ids, err := s.mediaIDs(ctx)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return errors.New("the webhook names no picture")
	}
	return s.fetch(ctx, s.who.id, ids[0])
}

// fetches asks for files in ways that may fail.
func (s *Scenario) fetches(ctx context.Context, what string) error {
	w, err := s.open(ctx)
	if err != nil {
		return err
	}
	ids, err := s.mediaIDs(ctx)
	if err != nil {
		return err
	}
	patient, media, as := s.who.id, ids[0], port.Good
	switch {
	case what == "a picture nobody has sent":
		media = "00000000-0000-4000-8000-000000000000"
	case what == "Maya's picture as another patient's":
		me := s.who
		if err := s.hasInvited(ctx, "Ana"); err != nil {
			return err
		}
		patient = s.meet("Ana").id
		s.who = me
	case what == "a picture of nobody":
		patient = nobody
	case strings.HasPrefix(what, "the picture with "):
		if as, err = access(strings.TrimPrefix(what, "the picture with ")); err != nil {
			return err
		}
	default:
		return errors.New("the suite does not know " + what)
	}
	s.file = w.Vendor.Media(ctx, as, patient, media)
	s.outcome = s.file.Outcome
	return nil
}
