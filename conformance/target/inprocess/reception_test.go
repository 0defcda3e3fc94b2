package inprocess_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/conformance/target/inprocess"
)

func TestAPartnerIsKnownByWhomItInvites(t *testing.T) {
	t.Parallel()
	r, err := inprocess.Receive(7)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if known, err := r.Await(soon); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, %v, want nobody within the time", known, err)
	}
	vendor := httptest.NewServer(r)
	defer vendor.Close()
	access := r.Programs()[0]
	req, err := http.NewRequest("POST", vendor.URL+"/v1/patients/invite", strings.NewReader(`{"externalId": "crm-7", "phoneNumber": "+12025550142",
		"supportProgramId": "`+access.ID+`", "firstName": "Maya", "lastName": "Torres"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Content-Type": {"application/json"}, "X-Api-Key": {access.APIKey}, "Authorization": {"Bearer " + access.Token}}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		t.Fatalf("got %s %s, %v, want the invitation to be taken", resp.Status, body, err)
	}
	known, err := r.Await(t.Context())
	if err != nil || len(known) != 1 || known[0].External != "crm-7" || known[0].Phone != "+12025550142" || known[0].Program != access.ID || known[0].Patient == "" {
		t.Errorf("got %+v, %v, want the one who was invited", known, err)
	}
}
