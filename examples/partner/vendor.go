package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Vendor is how we call the vendor.
type Vendor struct {
	URL       string // what stands before /v1
	KeyHeader string // of the auth token; no document names it
	Key       string
	Bearer    string
}

var errNoVendor = errors.New("there is no VENDOR_URL")

func (v *Vendor) check() error {
	if v.URL == "" {
		return nil
	}
	u, err := url.Parse(v.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("the vendor's URL must be like https://vendor.example")
	}
	v.URL = strings.TrimRight(v.URL, "/")
	return nil
}

// calls has limits of its own, and never carries our credentials to where a
// redirect points.
var calls = &http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// most is the longest answer of the vendor that we read. A picture taken with a
// phone is some 5 MB.
const most = 20 << 20

// answer is what the vendor said.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// call calls the vendor. Its error does not tell the address, which has the
// patient's id in it.
func (v *Vendor) call(ctx context.Context, method, path string, body []byte) (*answer, error) {
	if v.URL == "" {
		return nil, errNoVendor
	}
	req, err := http.NewRequestWithContext(ctx, method, v.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("this is no address")
	}
	req.Header.Set(v.KeyHeader, v.Key)
	req.Header.Set("Authorization", "Bearer "+v.Bearer)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := calls.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err != nil {
		return nil, err
	}
	if len(text) > most {
		return nil, errTooLong
	}
	return &answer{resp.StatusCode, resp.Header, text}, nil
}

var errTooLong = fmt.Errorf("the answer is longer than %d bytes", most)

// retryAfter is how long the vendor asks us to wait: a number of seconds or a
// date.
func (a *answer) retryAfter(now time.Time) time.Duration {
	given := a.header.Get("Retry-After")
	if seconds, err := strconv.Atoi(given); err == nil && seconds > 0 {
		return time.Duration(min(seconds, 24*60*60)) * time.Second
	}
	if at, err := http.ParseTime(given); err == nil {
		return min(max(at.Sub(now), 0), 24*time.Hour)
	}
	return 0
}

// picture returns the type of a picture, or false for what the vendor never
// sends as one.
func (a *answer) picture() (string, bool) {
	t, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	return t, err == nil && slices.Contains([]string{"image/jpeg", "image/png", "image/gif", "application/pdf"}, t)
}

// Media asks for a file of a patient.
func (v *Vendor) Media(ctx context.Context, patient, id string) (*answer, error) {
	for _, s := range []string{patient, id} {
		if s == "." || s == ".." { // which would make another path
			return nil, errNoID
		}
	}
	return v.call(ctx, http.MethodGet, "/v1/patients/"+url.PathEscape(patient)+"/media/"+url.PathEscape(id), nil)
}

var errNoID = errors.New("this is no id of a file")

// Invitation is what we must know to invite somebody. What else the body has,
// such as additionalData, is passed on as it is.
type Invitation struct {
	ExternalID string `json:"externalId"`
	Phone      string `json:"phoneNumber"`
	Program    string `json:"supportProgramId"`
	FirstName  string `json:"firstName"`
	LastName   string `json:"lastName"`
}

// VendorRefusal is an invitation that the vendor did not take.
type VendorRefusal struct {
	Status  int    `json:"status"`
	Code    any    `json:"code,omitempty"`
	Message string `json:"message"`
}

func (r *VendorRefusal) Error() string { return fmt.Sprintf("the vendor answered %d", r.Status) }

// Invite invites a patient and returns the vendor's id of them, of those who
// were invited before too: an invitation whose answer was lost can be repeated.
func (v *Vendor) Invite(ctx context.Context, body []byte) (string, error) {
	a, err := v.call(ctx, http.MethodPost, "/v1/patients/invite", body)
	if err != nil {
		return "", err
	}
	var said struct {
		Data  struct{ PatientID string }
		Error struct {
			Message string
			Code    any
			Data    struct {
				ID string `json:"_id"`
			}
		}
	}
	err = json.Unmarshal(a.body, &said)
	switch id := said.Error.Data.ID; {
	case a.status == http.StatusOK && err == nil && said.Data.PatientID != "":
		return said.Data.PatientID, nil
	case a.status == http.StatusUnprocessableEntity && err == nil && id != "":
		return id, nil
	}
	return "", &VendorRefusal{a.status, said.Error.Code, said.Error.Message}
}
