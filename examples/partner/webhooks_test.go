package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// desk is a partner under test.
type desk struct {
	*testing.T
	store *Store
	fetch *Fetcher
	url   string
	log   *bytes.Buffer
}

const admin = "Bearer our-own"

func newDesk(t *testing.T, vendor Vendor) *desk {
	t.Helper()
	d := &desk{T: t, store: fresh(t), log: &bytes.Buffer{}}
	log := slog.New(slog.NewJSONHandler(d.log, nil))
	d.fetch = NewFetcher(d.store, &vendor, log)
	s := httptest.NewServer(NewHandler(d.store, d.fetch, &vendor, "our-own", log))
	t.Cleanup(s.Close)
	d.url = s.URL
	return d
}

// call sends a request; one with a body is a POST.
func (d *desk) call(path, body string, headers ...string) (int, string) {
	d.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(d.Context(), method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestAWebhookIsAnsweredAsDocumented(t *testing.T) {
	d := newDesk(t, Vendor{})
	const echo = `{"data":{"externalId":"crm-88412","patientId":"ha65a1c0ffee012","supportProgramId":"3f9d2c51-7a44-4c0e-9b1d-5a2e8c7f6b10"},"success":true}`
	for _, path := range []string{"/webhook/user-enrollment", "/webhook/user-action"} {
		for _, body := range []string{printedEnrollment, printedTracker, printedStop, printedInfusion} {
			status, text := d.call(path, body)
			equal(t, "status", status, http.StatusOK)
			equal(t, "answer", text, echo)
		}
		status, text := d.call(path, swap(printedEnrollment, "lastName", "surname"))
		equal(t, "status", status, http.StatusBadRequest)
		equal(t, "answer", text, `{"data":{"member":"event.patient.lastName","patientId":"ha65a1c0ffee012"},"errorMessage":"event.patient.lastName is required"}`)
		status, text = d.call(path, brokenTracker)
		equal(t, "status", status, http.StatusBadRequest)
		equal(t, "answer", text, `{"data":{},"errorMessage":"the body must be one JSON object and nothing more"}`)
	}
	nobody := swap(printedTracker, maya, "ha65a1c0ffee099", `"externalIds": [{"source": "partner", "sourceId": "crm-88412"}]`, `"externalIds": []`)
	_, text := d.call("/webhook/user-action", nobody)
	equal(t, "answer about somebody new", text, `{"data":{"patientId":"ha65a1c0ffee099","supportProgramId":"3f9d2c51-7a44-4c0e-9b1d-5a2e8c7f6b10"},"success":true}`)
}

func TestABodyThatIsNotTakenIsRefused(t *testing.T) {
	d := newDesk(t, Vendor{})
	status, text := d.call("/webhook/user-action", printedStop, "Content-Type", "text/plain")
	equal(t, "status of another type", status, http.StatusBadRequest)
	equal(t, "answer", text, `{"data":{"patientId":"ha65a1c0ffee012"},"errorMessage":"the Content-Type must be application/json"}`)
	status, text = d.call("/webhook/user-action", `{"event": "`+strings.Repeat("x", limit)+`"}`)
	equal(t, "status of a huge one", status, http.StatusBadRequest)
	equal(t, "answer", text, `{"data":{},"errorMessage":"the body is longer than 1 MiB"}`)
	if status, _ = d.call("/patients/"+maya, "", "Authorization", admin); status != http.StatusNotFound {
		t.Errorf("got %d, want nothing to be known of a patient", status)
	}
}

func TestWhenNothingCanBeKeptTheVendorShallComeAgain(t *testing.T) {
	d := newDesk(t, Vendor{})
	if err := d.store.Close(); err != nil {
		t.Fatal(err)
	}
	status, _ := d.call("/webhook/user-action", printedStop)
	equal(t, "status", status, http.StatusServiceUnavailable)
	status, _ = d.call("/healthz", "")
	equal(t, "health", status, http.StatusServiceUnavailable)
}

func TestOurOwnAPIWantsTheToken(t *testing.T) {
	d := newDesk(t, Vendor{})
	d.call("/webhook/user-action", printedStop)
	for _, path := range []string{"/patients/" + maya, "/patients/" + maya + "/files/x"} {
		for _, given := range []string{"", "Bearer guessed", "Bearer"} {
			status, text := d.call(path, "", "Authorization", given)
			equal(t, path+" with "+given, status, http.StatusUnauthorized)
			if strings.Contains(text, "crm-88412") {
				t.Errorf("got %s", text)
			}
		}
	}
	status, text := d.call("/patients/"+maya, "", "Authorization", admin)
	equal(t, "status", status, http.StatusOK)
	equal(t, "patient", text, `{"id":"ha65a1c0ffee012","supportProgramId":"3f9d2c51-7a44-4c0e-9b1d-5a2e8c7f6b10","externalId":"crm-88412",`+
		`"phoneNumber":"+12025550142","optedOut":true,"opted":"2026-02-05T06:00:00Z","trackerVisits":0,"files":[]}`)
	status, _ = d.call("/healthz", "")
	equal(t, "health", status, http.StatusOK)

	off := httptest.NewServer(NewHandler(d.store, d.fetch, &Vendor{}, "", slog.New(slog.DiscardHandler)))
	defer off.Close()
	d.url = off.URL
	status, _ = d.call("/patients/"+maya, "", "Authorization", "Bearer ")
	equal(t, "without ADMIN_TOKEN", status, http.StatusNotFound)
}

func TestTheLogTellsNothingOfPatients(t *testing.T) {
	d := newDesk(t, Vendor{URL: "http://127.0.0.1:1", Key: "pk_secret", Bearer: "bearer-secret"})
	for _, body := range []string{printedEnrollment, printedTracker, printedStop, printedInfusion, brokenTracker,
		swap(printedEnrollment, `"Torres"`, "7"), swap(printedStop, `"value": false`, `"value": "+12025550142"`)} {
		d.call("/webhook/user-enrollment", body)
	}
	d.call("/invite", printedInvitation, "Authorization", admin)
	d.call("/patients/"+maya, "", "Authorization", admin)
	job, _, _ := d.store.NextJob(t.Context())
	if _, err := d.fetch.fetch(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	log := d.log.String()
	for _, what := range []string{maya, "12025550142", "Maya", "Torres", "crm-88412", "1987", "557712", "Blue Lake", "0d2f4c1e", "secret"} {
		if strings.Contains(log, what) {
			t.Errorf("the log tells %q:\n%s", what, log)
		}
	}
	if !strings.Contains(log, `"kind":"enrollment"`) || !strings.Contains(log, "a file is not there yet") {
		t.Errorf("the log tells too little:\n%s", log)
	}
}
