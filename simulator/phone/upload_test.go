package phone_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/fake"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

var card = fake.Card(fake.CardHolder{Name: "Maya Lind"}, fake.Front)

// padded is a picture with something behind it, up to a size.
func padded(size int) []byte { return append(bytes.Clone(card), make([]byte, size-len(card))...) }

func TestBadUploadsAreExplainedAndLeaveNoTrace(t *testing.T) {
	t.Parallel()
	kind, whole := multi(part{"insurance.front", card})
	many := make([]part, 65)
	for i := range many {
		many[i] = part{"insurance.front", card[:8]}
	}
	manyKind, manyBody := multi(many...)
	upload := func(parts ...part) func(guest) answer {
		return func(g guest) answer { return g.send(parts...) }
	}
	raw := func(kind string, body []byte) func(guest) answer {
		return func(g guest) answer { return g.postBody("cards", kind, bytes.NewReader(body)) }
	}
	cases := []struct {
		name   string
		do     func(guest) answer
		status int
		says   string
	}{
		{"a file that is no picture", upload(part{"insurance.front", []byte("hello")}), http.StatusUnprocessableEntity, "This is not a picture"},
		{"an empty file", upload(part{"insurance.front", nil}), http.StatusUnprocessableEntity, "This is not a picture"},
		{"one good file and one bad", upload(part{"insurance.front", card}, part{"insurance.back", []byte("hello")}), http.StatusUnprocessableEntity, "Nothing was saved yet"},
		{"one byte more than 10 MiB", upload(part{"insurance.front", padded(program.MaxMedia + 1)}), http.StatusRequestEntityTooLarge, "larger than 10 MB"},
		{"more than fits at all", upload(part{"insurance.front", padded(45 << 20)}), http.StatusRequestEntityTooLarge, "The files are too large"},
		{"a card of an insurance there is none of", upload(part{"insurance.secondary.front", card}), http.StatusUnprocessableEntity, "does not ask for that"},
		{"a signature among the cards", upload(part{"signature", card}), http.StatusUnprocessableEntity, "does not ask for that"},
		{"a file for nothing we know", upload(part{"passport", card}), http.StatusUnprocessableEntity, "does not ask for that"},
		{"too many parts", raw(manyKind, manyBody), http.StatusBadRequest, "did not arrive whole"},
		{"a body that broke off", raw(kind, whole[:len(whole)/2]), http.StatusBadRequest, "did not arrive whole"},
		{"garbage", raw(kind, []byte("garbage")), http.StatusBadRequest, "did not arrive whole"},
		{"no boundary", raw("multipart/form-data", whole), http.StatusBadRequest, "did not arrive whole"},
		{"another kind of body", raw("application/json", []byte("{}")), http.StatusUnsupportedMediaType, "not a form"},
		{"a kind that is none", raw("; ;", whole), http.StatusUnsupportedMediaType, "not a form"},
		{"a bare text that is too long", raw(kind, multiText(kind, 70<<10)), http.StatusRequestEntityTooLarge, "too large"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := opened(t, asking())
			before, sizes := g.patient(), g.box.Sizes()
			c.do(g).expect(c.status).says(c.says)
			equal(t, "the patient is as before", reflect.DeepEqual(g.patient(), before), true)
			equal(t, "the sandbox is as before", reflect.DeepEqual(g.box.Sizes(), sizes), true)
		})
	}
}

// multiText is an upload with one long text and no file.
func multiText(kind string, size int) []byte {
	_, boundary, _ := strings.Cut(kind, "boundary=")
	return []byte("--" + boundary + "\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n" +
		strings.Repeat("x", size) + "\r\n--" + boundary + "--\r\n")
}

func TestAFileOfExactlyTenMebibytesIsTaken(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	g.send(part{"insurance.front", padded(program.MaxMedia)}).expect(http.StatusSeeOther)
	equal(t, "files", len(g.patient().Media), 1)
}

func TestCardsCanBeSkippedAndReplaced(t *testing.T) {
	t.Parallel()
	g := opened(t, asking())
	g.post("cards").leadsTo(g, "about")
	equal(t, "files", len(g.patient().Media), 0)
	g.send(part{"insurance.front", card})
	first := g.patient().MediaID(program.PrimaryFront)
	g.send(part{"insurance.front", []byte("%PDF-1.7")})
	equal(t, "files", len(g.patient().Media), 1)
	g.get("cards").says("The PDF you sent")
	equal(t, "the former one is gone", g.get("media/"+first).Code, http.StatusNotFound)
}

func TestAFileIsSafeToLookAtAndItsOwnersOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, asking())
	g := w.invite(maya(noConsent))
	other := w.invite(maya(noConsent, func(inv *program.Invitation) {
		inv.ExternalID, inv.Phone = program.Said("leo"), program.Said("+12025550143")
	}))
	g.get("")
	other.get("")
	g.send(part{"insurance.front", card}, part{"insurance.back", []byte("%PDF-1.7")})
	p := g.patient()
	front := g.get("media/" + p.MediaID(program.PrimaryFront)).expect(http.StatusOK)
	equal(t, "sandboxed", front.Header().Get("Content-Security-Policy"), "default-src 'none'; sandbox")
	equal(t, "not guessed at", front.Header().Get("X-Content-Type-Options"), "nosniff")
	back := g.get("media/" + p.MediaID(program.PrimaryBack)).expect(http.StatusOK)
	equal(t, "a PDF is handed over", strings.HasPrefix(back.Header().Get("Content-Disposition"), "attachment"), true)
	other.get("media/" + p.MediaID(program.PrimaryFront)).expect(http.StatusNotFound)
	g.get("about/" + p.MediaID(program.PrimaryFront)).expect(http.StatusNotFound)
	g.get("media/none").expect(http.StatusNotFound)
}

func TestASignatureIsDrawnOrTypedOrNeither(t *testing.T) {
	t.Parallel()
	const drawn = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
	cases := []struct {
		name           string
		drawing, typed string
		status         int
		signed         bool
	}{
		{"a drawing is kept", drawn, "", http.StatusSeeOther, true},
		{"a drawing counts before a name", drawn, "Maya", http.StatusSeeOther, true},
		{"a typed name is kept", "", " Maya Lind ", http.StatusSeeOther, true},
		{"a name in another script is kept", "", "Майя", http.StatusSeeOther, true},
		{"neither passes the screen", "", "", http.StatusSeeOther, false},
		{"a blank name is none", "", "  ", http.StatusSeeOther, false},
		{"a drawing that is none is refused", "data:image/png;base64,????", "", http.StatusUnprocessableEntity, false},
		{"a drawing that is no picture is refused", "data:image/png;base64,aGVsbG8=", "", http.StatusUnprocessableEntity, false},
		{"another kind of address is refused", "https://example.com/a.png", "", http.StatusUnprocessableEntity, false},
		{"a name of 101 characters is refused", "", strings.Repeat("é", 101), http.StatusUnprocessableEntity, false},
		{"bytes that are no text are refused", "", "\xff", http.StatusUnprocessableEntity, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := opened(t, asking())
			if c.status != http.StatusSeeOther {
				done := opened(t, asking())
				done.post("finish")
				done.post("signature", "drawing", c.drawing, "typed", c.typed).leadsTo(done, "done") // too late to be wrong
			}
			g.post("signature", "drawing", c.drawing, "typed", c.typed).expect(c.status)
			p := g.patient()
			equal(t, "signed", !p.SignedAt.IsZero(), c.signed)
			equal(t, "passed", p.Passed&(1<<program.Signature) != 0, c.status == http.StatusSeeOther)
			if !c.signed {
				return
			}
			var m program.Media
			g.box.View(func(r sandbox.Reader) { m, _ = g.support.FindMedia(r, p, p.MediaID(program.SignatureImage)) })
			equal(t, "type", m.Type, "image/png")
			if c.drawing == "" {
				equal(t, "a running hand", bytes.Equal(m.Content, fake.Signature(strings.TrimSpace(c.typed))), true)
			}
		})
	}
}

// Whatever is uploaded, the phone stays up, answers as a phone does, and keeps
// either all of it or nothing.
func FuzzUpload(f *testing.F) {
	kind, good := multi(part{"insurance.front", card[:2000]}, part{"insurance.back", []byte("%PDF-1.7")})
	f.Add(kind, good)
	f.Add(kind, good[:len(good)-10])
	kind, bad := multi(part{"insurance.front", []byte("hello")}, part{"insurance.secondary.back", card[:100]}, part{"x", nil})
	f.Add(kind, bad)
	f.Add(kind, multiText(kind, 20))
	f.Add("multipart/form-data; boundary=a", []byte("--a\r\nContent-Disposition: form-data; name=\"insurance.front\"; filename=\"\"\r\n\r\n\r\n--a--"))
	f.Add("multipart/form-data; boundary=a", []byte("--a\nContent-Disposition: form-data; name=signature; filename=x\n\n%PDF-\n--a--"))
	f.Add("multipart/form-data; boundary=", []byte("--\r\n\r\n----"))
	f.Add("application/x-www-form-urlencoded", []byte("patient.dob=1988-08-23&%zz"))
	f.Add("application/x-www-form-urlencoded", []byte("a=1&a=2;b"))
	f.Add("", []byte{})
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		g := opened(t, asking())
		before, sizes := g.patient(), g.box.Sizes()
		r := httptest.NewRequest(http.MethodPost, g.path("cards"), bytes.NewReader(body))
		r.Header["Content-Type"] = []string{kind}
		a := g.do(r)
		after := g.patient()
		switch {
		case a.Code == http.StatusSeeOther:
			equal(t, "files are noted once each", g.box.Sizes()["media"], len(after.Media))
			for _, ref := range after.Media {
				g.box.View(func(r sandbox.Reader) {
					if m, ok := g.support.FindMedia(r, after, ref.ID); !ok || m.Use != ref.Use || len(m.Content) == 0 {
						t.Errorf("a file is noted and not kept: %+v", ref)
					}
				})
			}
		case a.Code >= 400 && a.Code < 500:
			equal(t, "the patient is as before", reflect.DeepEqual(after, before), true)
			equal(t, "the sandbox is as before", reflect.DeepEqual(g.box.Sizes(), sizes), true)
			sound(t, a.page())
		default:
			t.Errorf("got status %d", a.Code)
		}
	})
}
