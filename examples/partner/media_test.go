package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

const printedInvitation = `{"externalId": "crm-88412", "phoneNumber": "+12025550142", "supportProgramId": "b1mTa000dsa54rt",
	"firstName": "Maya", "lastName": "Torres", "additionalData": [{"key": "patient.email", "value": "maya.torres@example.com"}]}`

// vendor is a vendor whose answers a test decides.
type vendor struct {
	Vendor
	mu     sync.Mutex
	asked  []string // paths and bodies
	answer func(n int, w http.ResponseWriter)
}

func newVendor(t *testing.T, answer func(n int, w http.ResponseWriter)) *vendor {
	t.Helper()
	v := &vendor{answer: answer}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Partner-Key") != "pk" || r.Header.Get("Authorization") != "Bearer jwt" {
			t.Errorf("%s came with %v", r.URL.Path, r.Header)
		}
		body, _ := io.ReadAll(r.Body)
		v.mu.Lock()
		defer v.mu.Unlock()
		v.asked = append(v.asked, r.Method+" "+r.URL.EscapedPath()+string(body))
		v.answer(len(v.asked), w)
	}))
	t.Cleanup(s.Close)
	v.Vendor = Vendor{URL: s.URL, KeyHeader: "X-Partner-Key", Key: "pk", Bearer: "jwt"}
	return v
}

// calls are the requests that came so far.
func (v *vendor) calls() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]string(nil), v.asked...)
}

func png(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "image/png")
	fmt.Fprint(w, "\x89PNG")
}

// oneFile is an enrollment that names one file.
var oneFile = swap(printedEnrollment, "front_picture_image", "x", "back_picture_image", "y")

// run runs the fetcher until no file waits any more.
func (d *desk) run() []KeptFile {
	d.Helper()
	ctx, cancel := context.WithTimeout(d.Context(), 10*time.Second)
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.fetch.Run(ctx)
	}()
	defer func() { cancel(); <-done }()
	for {
		p, _, err := d.store.Patient(ctx, maya)
		if err != nil {
			d.Fatal(err)
		}
		waiting := false
		for _, f := range p.Files {
			waiting = waiting || f.State == "waiting"
		}
		if !waiting {
			return p.Files
		}
		time.Sleep(5 * time.Millisecond) // the fetcher gives no sign
	}
}

func TestEveryFileOfAnEnrollmentIsFetched(t *testing.T) {
	v := newVendor(t, func(_ int, w http.ResponseWriter) { png(w) })
	d := newDesk(t, v.Vendor)
	d.call("/webhook/user-enrollment", printedEnrollment)
	d.call("/webhook/user-enrollment", printedEnrollment) // again
	d.call("/webhook/user-enrollment", printedInfusion)   // of no enrollment
	for _, f := range d.run() {
		equal(t, f.Use, fmt.Sprint(f.State, " ", f.Type, " ", f.Size, " ", f.Tries), "fetched image/png 4 1")
		status, content := d.call("/patients/"+maya+"/files/"+f.ID, "", "Authorization", admin)
		equal(t, "content", fmt.Sprint(status, content), "200\x89PNG")
	}
	equal(t, "calls", len(v.calls()), 5)
	equal(t, "the first", v.calls()[0], "GET /v1/patients/ha65a1c0ffee012/media/0d2f4c1e-0000-4000-8000-000000000001")
}

func TestAFileIsTriedAgainWhileThereIsHope(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(n int, w http.ResponseWriter)
		tries  int
		state  string
	}{
		{"a vendor that is down for a while", func(n int, w http.ResponseWriter) {
			if n < 4 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			png(w)
		}, 4, "fetched"},
		{"a token that is renewed", func(n int, w http.ResponseWriter) {
			if n == 1 {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			png(w)
		}, 2, "fetched"},
		{"an answer that is cut off", func(n int, w http.ResponseWriter) {
			if n == 1 {
				w.Header().Set("Content-Length", "100")
			}
			png(w)
		}, 2, "fetched"},
		{"a vendor that never recovers", func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) }, tries, "failed"},
		{"a file that is not there", func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) }, 1, "failed"},
		{"a file that has moved", func(_ int, w http.ResponseWriter) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusFound)
		}, 1, "failed"},
		{"an answer that is a page", func(_ int, w http.ResponseWriter) { fmt.Fprint(w, "<html>") }, 1, "failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := newVendor(t, c.answer)
			d := newDesk(t, v.Vendor)
			d.fetch.pause = time.Millisecond
			d.fetch.longest = 5 * time.Millisecond
			d.call("/webhook/user-enrollment", oneFile)
			files := d.run()
			equal(t, "files", len(files), 1)
			equal(t, "state", files[0].State, c.state)
			equal(t, "tries", files[0].Tries, c.tries)
			equal(t, "calls", len(v.calls()), c.tries)
		})
	}
}

func TestTheVendorsRetryAfterHolds(t *testing.T) {
	v := newVendor(t, func(_ int, w http.ResponseWriter) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	d := newDesk(t, v.Vendor)
	d.call("/webhook/user-enrollment", printedEnrollment)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.fetch.Run(ctx)
	}()
	for len(v.calls()) == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	d.fetch.Wake()
	time.Sleep(50 * time.Millisecond) // in which nothing may happen
	cancel()
	<-done
	equal(t, "calls, of five files together", len(v.calls()), 1)

	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	for given, want := range map[string]time.Duration{
		"7": 7 * time.Second, "Tue, 03 Feb 2026 04:06:06 GMT": time.Minute,
		"": 0, "-1": 0, "soon": 0, "Tue, 03 Feb 2026 04:05:00 GMT": 0, "999999999": 24 * time.Hour,
	} {
		a := answer{header: http.Header{"Retry-After": {given}}}
		equal(t, given, a.retryAfter(now), want)
	}
}

func TestAnIdIsNeverAnotherPath(t *testing.T) {
	v := newVendor(t, func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) })
	for _, c := range []struct{ patient, id, asked string }{
		{"../x", "a/b?c", "GET /v1/patients/..%2Fx/media/a%2Fb%3Fc"},
		{"..", "x", ""},
		{"x", ".", ""},
	} {
		before := len(v.calls())
		_, err := v.Media(t.Context(), c.patient, c.id)
		if c.asked == "" {
			equal(t, "error", err, errNoID)
			equal(t, "calls", len(v.calls()), before)
			continue
		}
		equal(t, "asked", v.calls()[before], c.asked)
	}
}

func TestAPatientIsInvited(t *testing.T) {
	v := newVendor(t, func(n int, w http.ResponseWriter) {
		switch n {
		case 1:
			w.WriteHeader(http.StatusBadGateway)
		case 2:
			fmt.Fprint(w, `{"data": {"supportProgramId": "b1mTa000dsa54rt", "phoneNumber": "+12025550142", "patientId": "ha65a1c0ffee012"}, "status": 200}`)
		case 3:
			w.WriteHeader(http.StatusUnprocessableEntity)
			fmt.Fprint(w, `{"error": {"message": "patient already created\/invited.", "code": 1015, "data": {"_id": "ha65a1c0ffee012"}}, "status": 422}`)
		default:
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error": {"message": "Token disabled", "code": 1006}, "status": 400}`)
		}
	})
	d := newDesk(t, v.Vendor)
	for _, want := range []string{
		`502 {"error":"the vendor cannot be asked; try again"}`,
		`200 {"patientId":"ha65a1c0ffee012"}`,
		`200 {"patientId":"ha65a1c0ffee012"}`,
		`422 {"error":"the vendor refused","vendor":{"status":400,"code":1006,"message":"Token disabled"}}`,
	} {
		status, text := d.call("/invite", printedInvitation, "Authorization", admin)
		equal(t, "answer", fmt.Sprint(status, " ", text), want)
	}
	equal(t, "what was asked", v.calls()[1], "POST /v1/patients/invite"+printedInvitation)
	if p := known(t, d.store, maya); !strings.Contains(p, `"invited":"`) || !strings.Contains(p, `"externalId":"crm-88412"`) {
		t.Errorf("got %s, want them invited", p)
	}
	status, _ := d.call("/invite", `{"externalId": "crm-1"}`, "Authorization", admin)
	equal(t, "without what the vendor needs", status, http.StatusBadRequest)
	status, _ = d.call("/invite", printedInvitation)
	equal(t, "without the token", status, http.StatusUnauthorized)
	equal(t, "calls", len(v.calls()), 4)
}
