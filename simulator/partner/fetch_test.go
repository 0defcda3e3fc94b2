package partner_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/partner"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// vendor is a vendor's media endpoint.
type vendor struct {
	*httptest.Server
	mu    sync.Mutex
	calls []call
	busy  int
	most  int // calls under way at once, at most
}

type call struct{ path, key, bearer string }

// newVendor answers the n-th call, from 1, with answer.
func newVendor(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, n int)) *vendor {
	t.Helper()
	v := &vendor{}
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.mu.Lock()
		v.calls = append(v.calls, call{r.URL.EscapedPath(), r.Header.Get("X-Api-Key"), r.Header.Get("Authorization")})
		n := len(v.calls)
		v.busy++
		v.most = max(v.most, v.busy)
		v.mu.Unlock()
		defer func() {
			v.mu.Lock()
			v.busy--
			v.mu.Unlock()
		}()
		answer(w, r, n)
	}))
	t.Cleanup(v.Close)
	return v
}

func (v *vendor) called() []call {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]call(nil), v.calls...)
}

func (v *vendor) desk() *partner.Desk {
	return &partner.Desk{Vendor: v.URL, Credentials: map[string]partner.Credential{"": {Key: "k", Bearer: "b"}}}
}

// picture answers with a picture that names its path.
func picture(w http.ResponseWriter, r *http.Request, _ int) {
	w.Header().Set("Content-Type", "image/png")
	fmt.Fprint(w, "picture of ", r.URL.Path)
}

// one is an enrollment that mentions one file.
func one(id string) object {
	return enrollment().with("event.patient.insurance", absent).with("event.patient.signature", object{"image": id})
}

func TestTheFilesOfANewEnrollmentAreFetched(t *testing.T) {
	t.Parallel()
	v := newVendor(t, picture)
	w := newWorld(t)
	w.desk(t, &partner.Desk{Vendor: v.URL + "/_sandbox/a/", Credentials: map[string]partner.Credential{
		program: {Key: "key of the program", Bearer: "jwt"}, "": {Key: "another"},
	}})
	w.accepted(t, enrollmentPath, enrollment())
	equal(t, "duplicate", w.post(enrollmentPath, enrollment()).Code, 200)
	w.advance(t, 0)

	files, calls := w.files(), v.called()
	equal(t, "files", len(files), 5)
	equal(t, "calls", len(calls), 5)
	equal(t, "calls at once", v.most, 1)
	for i, f := range files {
		path := "/_sandbox/a/v1/patients/" + ana + "/media/" + f.MediaID
		content := "picture of " + path
		sum := sha256.Sum256([]byte(content))
		equal(t, "call", calls[i], call{path, "key of the program", "Bearer jwt"})
		equal(t, "file", f, partner.File{
			Subject: anaSelf, Ordinal: uint64(i + 1), ProgramID: program, PatientID: ana, MediaID: f.MediaID,
			State: partner.Fetched, Status: 200, Type: "image/png", Size: uint64(len(content)),
			SHA256: hex.EncodeToString(sum[:]), At: w.Clock().Now(), Tries: 1,
		})
	}
	var fetches []sandbox.Exchange
	kept, _ := w.Journal().Exchanges()
	for _, x := range kept {
		if x.Side == sandbox.FetchSide {
			fetches = append(fetches, x)
		}
	}
	equal(t, "journal entries", len(fetches), 5)
	x := fetches[0]
	equal(t, "operation", x.Operation, "media")
	equal(t, "subject", x.Subject, anaSelf)
	equal(t, "target", x.Target, v.URL+calls[0].path)
	equal(t, "status", x.Status, 200)
	equal(t, "body", string(x.ResponseBody), "picture of "+calls[0].path)
	equal(t, "key", x.RequestHeader["X-Api-Key"][0], sandbox.Redacted)
	equal(t, "bearer", x.RequestHeader["Authorization"][0], sandbox.Redacted)
}

func TestCredentialsFollowTheProgram(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		credentials map[string]partner.Credential
		want        call
	}{
		"its own":       {map[string]partner.Credential{program: {"k1", "b1"}, "": {"k2", "b2"}}, call{key: "k1", bearer: "Bearer b1"}},
		"the fallback":  {map[string]partner.Credential{"other": {"k1", "b1"}, "": {"k2", "b2"}}, call{key: "k2", bearer: "Bearer b2"}},
		"a key alone":   {map[string]partner.Credential{program: {Key: "k1"}}, call{key: "k1"}},
		"none that fit": {map[string]partner.Credential{"other": {"k1", "b1"}}, call{}},
		"none":          {nil, call{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVendor(t, picture)
			w := newWorld(t)
			w.desk(t, &partner.Desk{Vendor: v.URL, Credentials: c.credentials})
			w.accepted(t, enrollmentPath, one("m"))
			w.advance(t, 0)
			c.want.path = "/v1/patients/" + ana + "/media/m"
			equal(t, "call", v.called()[0], c.want)
		})
	}
}

func TestTheHeaderOfTheKeyCanBeChosen(t *testing.T) {
	t.Parallel()
	var got string
	v := newVendor(t, func(w http.ResponseWriter, r *http.Request, n int) {
		got = r.Header.Get("X-Auth-Token")
		picture(w, r, n)
	})
	w := newWorld(t)
	d := v.desk()
	d.KeyHeader = "x-auth-token"
	w.desk(t, d)
	w.accepted(t, enrollmentPath, one("m"))
	w.advance(t, 0)
	equal(t, "key", got, "k")
	equal(t, "key in the other header", v.called()[0].key, "")
}

func TestOtherWebhooksFetchNothing(t *testing.T) {
	t.Parallel()
	v := newVendor(t, picture)
	w := newWorld(t)
	w.desk(t, v.desk())
	equal(t, "status", w.post(enrollmentPath, infusion().with("event.patient.signature", object{"image": "m"})).Code, 200)
	equal(t, "status", w.post(enrollmentPath, enrollment().with("event.sendDate", 0)).Code, 400)
	w.advance(t, time.Hour)
	equal(t, "files", len(w.files()), 0)
	equal(t, "calls", len(v.called()), 0)
}

func TestWithoutAVendorAFileSaysSo(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]*partner.Desk{"no desk": nil, "a desk without vendor": {Credentials: map[string]partner.Credential{"": {"k", "b"}}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if d != nil {
				w.desk(t, d)
			}
			w.accepted(t, enrollmentPath, one("m"))
			w.advance(t, time.Hour)
			f := w.files()[0]
			equal(t, "state", f.State, partner.Failed)
			equal(t, "error", f.Error, "no vendor is set to fetch from")
			equal(t, "tries", f.Tries, 0)
		})
	}
}

func TestADeskCanBeChangedBetweenTries(t *testing.T) {
	t.Parallel()
	v := newVendor(t, func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(503) })
	good := newVendor(t, picture)
	w := newWorld(t)
	d := v.desk()
	w.desk(t, d)
	d.Vendor = "http://changed afterwards"
	d.Credentials[""] = partner.Credential{Key: "changed afterwards"}
	w.accepted(t, enrollmentPath, enrollment())
	w.advance(t, 0)
	equal(t, "calls", len(v.called()), 5)
	equal(t, "key", v.called()[0].key, "k")
	w.desk(t, good.desk())
	w.advance(t, 5*time.Second)
	equal(t, "calls of the new one", len(good.called()), 5)
	equal(t, "state", w.files()[4].State, partner.Fetched)

	equal(t, "status", w.post(enrollmentPath, one("m").with("event.sendDate", "2026-03-03T04:05:06.789Z")).Code, 200)
	w.advance(t, 0)
	equal(t, "state", w.files()[5].State, partner.Fetched)
}

func TestAVendorThatIsTakenAwayIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	v := newVendor(t, func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(503) })
	w := newWorld(t)
	w.desk(t, v.desk())
	w.accepted(t, enrollmentPath, enrollment())
	w.advance(t, 0)
	w.desk(t, &partner.Desk{})
	w.advance(t, time.Hour)
	for _, f := range w.files() {
		equal(t, "state", f.State, partner.Failed)
		equal(t, "error", f.Error, "no vendor is set to fetch from")
	}
	equal(t, "calls", len(v.called()), 5)
}

func TestAFileIsTriedAgainOnTheSandboxsClock(t *testing.T) {
	t.Parallel()
	hang := func(w http.ResponseWriter, _ *http.Request, _ int) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}
	for name, fail := range map[string]func(http.ResponseWriter, *http.Request, int){
		"429":                          func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(429) },
		"500":                          func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(500) },
		"503":                          func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(503) },
		"a connection that is dropped": hang,
		"an answer that breaks off": func(w http.ResponseWriter, r *http.Request, n int) {
			w.Header().Set("Content-Length", "1000")
			picture(w, r, n)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			healthy := 0 // the call that is answered well
			v := newVendor(t, func(w http.ResponseWriter, r *http.Request, n int) {
				if n == healthy || n == 1 { // the first opens the connection, which is used again
					picture(w, r, n)
					return
				}
				fail(w, r, n)
			})
			w := newWorld(t)
			w.desk(t, v.desk())
			w.accepted(t, enrollmentPath, one("warm"))
			w.advance(t, 0)
			file := func() partner.File { return w.files()[1] }
			equal(t, "status", w.post(enrollmentPath, one("m").with("event.sendDate", "2026-03-03T04:05:06.789Z")).Code, 200)
			calls := 1
			for i, pause := range []time.Duration{0, 5 * time.Second, 30 * time.Second, 2 * time.Minute} {
				if pause > 0 {
					w.advance(t, pause-time.Millisecond)
					equal(t, "calls before the time", len(v.called()), calls)
					w.advance(t, time.Millisecond)
				} else {
					w.advance(t, 0)
				}
				calls++
				equal(t, "calls", len(v.called()), calls)
				f := file()
				equal(t, "tries", f.Tries, uint64(i+1))
				equal(t, "at", f.At, w.Clock().Now())
				if f.Error == "" || f.SHA256 != "" || f.Size != 0 || f.Type != "" {
					t.Errorf("got %+v, want an error and no content", f)
				}
			}
			f := file()
			equal(t, "state", f.State, partner.Failed)
			equal(t, "next", f.Next, time.Time{})
			if !strings.HasPrefix(f.Error, "given up: ") {
				t.Errorf("got the error %q", f.Error)
			}
			w.advance(t, 24*time.Hour)
			equal(t, "calls in the end", len(v.called()), calls)

			healthy = calls + 2
			equal(t, "status", w.post(enrollmentPath, one("m").with("event.sendDate", "2026-04-03T04:05:06.789Z")).Code, 200)
			w.advance(t, 5*time.Second)
			f = w.files()[2]
			equal(t, "state after recovery", f.State, partner.Fetched)
			equal(t, "tries after recovery", f.Tries, 2)
			equal(t, "error after recovery", f.Error, "")
		})
	}
}

func TestOtherAnswersAreFinal(t *testing.T) {
	t.Parallel()
	for _, status := range []int{204, 301, 302, 400, 401, 403, 404} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			v := newVendor(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(status)
			})
			w := newWorld(t)
			w.desk(t, v.desk())
			w.accepted(t, enrollmentPath, one("m"))
			w.advance(t, time.Hour)
			f := w.files()[0]
			equal(t, "state", f.State, partner.Failed)
			equal(t, "status", f.Status, uint64(status))
			equal(t, "error", f.Error, fmt.Sprintf("HTTP %d", status))
			equal(t, "calls", len(v.called()), 1)
		})
	}
}

func TestAVendorThatCannotBeReachedIsTriedAgain(t *testing.T) {
	t.Parallel()
	v := newVendor(t, picture)
	v.Close()
	w := newWorld(t)
	w.desk(t, v.desk())
	w.accepted(t, enrollmentPath, one("m"))
	w.advance(t, 0)
	f := w.files()[0]
	equal(t, "state", f.State.String(), "waiting")
	equal(t, "next", f.Next, w.Clock().Now().Add(5*time.Second))
	equal(t, "status", f.Status, 0)
	if !strings.Contains(f.Error, "refused") {
		t.Errorf("got the error %q", f.Error)
	}
	kept, _ := w.Journal().Exchanges()
	equal(t, "error in the journal", kept[len(kept)-1].Error, f.Error)
}

func TestAnAddressThatIsNoneIsFinal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.desk(t, &partner.Desk{Vendor: "http://a b\x7f"})
	w.accepted(t, enrollmentPath, one("m"))
	w.advance(t, time.Hour)
	equal(t, "state", w.files()[0].State, partner.Failed)
	equal(t, "tries", w.files()[0].Tries, 1)
}

func TestAFileMayHaveTenMegabytes(t *testing.T) {
	t.Parallel()
	for extra, state := range map[int]partner.State{0: partner.Fetched, 1: partner.Failed} {
		v := newVendor(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
			block := make([]byte, 1<<20)
			for range 10 {
				_, _ = w.Write(block)
			}
			_, _ = w.Write(block[:extra])
		})
		w := newWorld(t)
		w.desk(t, v.desk())
		w.accepted(t, enrollmentPath, one("m"))
		w.advance(t, time.Hour)
		f := w.files()[0]
		equal(t, "state", f.State, state)
		equal(t, "calls", len(v.called()), 1)
		if state == partner.Fetched {
			equal(t, "size", f.Size, 10<<20)
		}
		kept, _ := w.Journal().Exchanges()
		equal(t, "bytes in the journal", len(kept[len(kept)-1].ResponseBody), 64<<10)
	}
}

func TestAnIDStaysInItsPlaceInThePath(t *testing.T) {
	t.Parallel()
	for id, path := range map[string]string{
		"../../x": "..%2F..%2Fx", "a?b#c": "a%3Fb%23c", "é ": "%C3%A9%20", "%2e%2e": "%252e%252e", "..": "", ".": "",
	} {
		v := newVendor(t, picture)
		w := newWorld(t)
		w.desk(t, v.desk())
		w.accepted(t, enrollmentPath, one(id))
		w.advance(t, time.Hour)
		calls := v.called()
		if path == "" {
			equal(t, "calls", len(calls), 0)
			equal(t, "state", w.files()[0].State, partner.Failed)
			continue
		}
		equal(t, "calls", len(calls), 1)
		equal(t, "path", calls[0].path, "/v1/patients/"+ana+"/media/"+path)
	}
}

func TestAListOfFilesIsNoFlood(t *testing.T) {
	t.Parallel()
	var cards []any
	for i := range 1000 {
		cards = append(cards, object{"primaryInsurance": object{"front_picture_image": fmt.Sprint("m", i)}})
	}
	w := newWorld(t)
	w.accepted(t, enrollmentPath, enrollment().with("event.patient.insurance", cards))
	equal(t, "files", len(w.files()), 32)
}

func TestPatientsAreServedSideBySide(t *testing.T) {
	t.Parallel()
	const patients = 8
	var all sync.WaitGroup
	all.Add(patients)
	v := newVendor(t, func(w http.ResponseWriter, r *http.Request, n int) {
		all.Done()
		all.Wait() // ends only if all come at once
		picture(w, r, n)
	})
	w := newWorld(t)
	w.desk(t, v.desk())
	for i := range patients {
		equal(t, "status", w.post(enrollmentPath, one("m").with("event.patient.id", fmt.Sprintf("ha%013x", i+1))).Code, 200)
	}
	w.advance(t, 0)
	for _, f := range w.files() {
		equal(t, "state", f.State, partner.Fetched)
	}
}

func TestASlowVendorIsLeftWhenPatienceEnds(t *testing.T) {
	t.Parallel()
	v := newVendor(t, func(_ http.ResponseWriter, r *http.Request, _ int) { <-r.Context().Done() })
	w := newWorld(t)
	w.partner.Hurry(50 * time.Millisecond)
	w.desk(t, v.desk())
	w.accepted(t, enrollmentPath, one("m"))
	w.advance(t, 0)
	f := w.files()[0]
	equal(t, "state", f.State, partner.Waiting)
	equal(t, "error", f.Error, "no answer within 50ms")
}

func TestAClosingSandboxLeavesItsFilesWaiting(t *testing.T) {
	t.Parallel()
	came := make(chan struct{})
	v := newVendor(t, func(_ http.ResponseWriter, r *http.Request, _ int) {
		close(came)
		<-r.Context().Done()
	})
	w := newWorld(t)
	w.desk(t, v.desk())
	w.accepted(t, enrollmentPath, one("m"))
	<-came
	if err := w.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	f := w.files()[0]
	equal(t, "state", f.State, partner.Waiting)
	equal(t, "tries", f.Tries, 0)
}
