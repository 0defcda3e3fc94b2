package main

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"time"
)

// limit is the longest body that is read; an enrollment with everything in it
// has some 2 kB.
const limit = 1 << 20

// patience is how long the store may take. The vendor waits 10 s for us.
const patience = 5 * time.Second

type handler struct {
	store   *Store
	fetcher *Fetcher
	vendor  *Vendor
	admin   string
	log     *slog.Logger
}

// NewHandler serves the vendor's webhooks and our own API. The latter tells
// what we know of patients, so it wants the token admin, and is off without one.
func NewHandler(store *Store, fetcher *Fetcher, vendor *Vendor, admin string, log *slog.Logger) http.Handler {
	h := &handler{store, fetcher, vendor, admin, log}
	mux := http.NewServeMux()
	// Both addresses take everything: infusion updates come to either.
	mux.HandleFunc("POST /webhook/user-enrollment", h.webhook)
	mux.HandleFunc("POST /webhook/user-action", h.webhook)
	mux.HandleFunc("GET /healthz", h.health)
	mux.HandleFunc("POST /invite", h.ours(h.invite))
	mux.HandleFunc("GET /patients/{patient}", h.ours(h.patient))
	mux.HandleFunc("GET /patients/{patient}/files/{file}", h.ours(h.file))
	return mux
}

type members map[string]any

// reply answers with JSON.
func reply(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(text) // who has gone will come again
}

// webhook takes a webhook: 200 once it is on the disk, 400 if it cannot be
// used, 503 if it should come again.
func (h *handler) webhook(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	n, err := readNotice(w, r)
	if err != nil {
		h.log.Warn("refused a webhook", "address", r.Pattern, "why", err.Error())
		data := members{}
		if n.Patient != "" {
			data["patientId"] = n.Patient
		}
		var refusal *Refusal
		if errors.As(err, &refusal) && refusal.Member != "" {
			data["member"] = refusal.Member
		}
		reply(w, http.StatusBadRequest, members{"errorMessage": err.Error(), "data": data})
		return
	}
	// It is read: it is kept even if the vendor does not wait for the answer.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), patience)
	defer cancel()
	taken, err := h.store.Take(ctx, &n)
	if err != nil {
		h.log.Error("a webhook was not kept", "kind", n.Kind, "error", err.Error())
		w.Header().Set("Retry-After", "5")
		reply(w, http.StatusServiceUnavailable, members{"errorMessage": "try again later", "data": members{"patientId": n.Patient}})
		return
	}
	h.log.Info("took a webhook", "kind", n.Kind, "event", taken.Seq, "times", taken.Times, "took", time.Since(began).String())
	if len(n.Files) > 0 {
		h.fetcher.Wake()
	}
	data := members{"supportProgramId": n.Program, "patientId": n.Patient}
	if taken.ExternalID != "" {
		data["externalId"] = taken.ExternalID
	}
	reply(w, http.StatusOK, members{"success": true, "data": data})
}

// readNotice reads the request. Its error can be told to the vendor.
func readNotice(w http.ResponseWriter, r *http.Request) (Notice, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return Notice{}, errors.New("the body is longer than 1 MiB")
	case err != nil:
		return Notice{}, errors.New("the body did not come whole")
	}
	n, err := Read(body)
	if err != nil {
		return n, err
	}
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return n, errors.New("the Content-Type must be application/json")
	}
	return n, nil
}

func (h *handler) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	if err := h.store.Ping(ctx); err != nil {
		h.log.Error("the store cannot be read", "error", err.Error())
		reply(w, http.StatusServiceUnavailable, members{"ok": false})
		return
	}
	reply(w, http.StatusOK, members{"ok": true})
}

// ours lets in who has the token.
func (h *handler) ours(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given := []byte(r.Header.Get("Authorization"))
		switch {
		case h.admin == "":
			reply(w, http.StatusNotFound, members{"error": "this is off without ADMIN_TOKEN"})
		case subtle.ConstantTimeCompare(given, []byte("Bearer "+h.admin)) != 1:
			reply(w, http.StatusUnauthorized, members{"error": "the bearer token is missing or wrong"})
		default:
			next(w, r)
		}
	}
}

func (h *handler) patient(w http.ResponseWriter, r *http.Request) {
	p, known, err := h.store.Patient(r.Context(), r.PathValue("patient"))
	h.found(w, known, err, func() { reply(w, http.StatusOK, p) })
}

func (h *handler) file(w http.ResponseWriter, r *http.Request) {
	content, mediaType, known, err := h.store.Content(r.Context(), r.PathValue("patient"), r.PathValue("file"))
	h.found(w, known, err, func() {
		w.Header().Set("Content-Type", mediaType)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(content)
	})
}

func (h *handler) found(w http.ResponseWriter, known bool, err error, answer func()) {
	switch {
	case err != nil:
		h.log.Error("reading the store", "error", err.Error())
		reply(w, http.StatusInternalServerError, members{"error": "the store cannot be read"})
	case !known:
		reply(w, http.StatusNotFound, members{"error": "not known"})
	default:
		answer()
	}
}

// invite invites a patient at the vendor: its body is the vendor's.
func (h *handler) invite(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var i Invitation
	if err == nil {
		err = json.Unmarshal(body, &i)
	}
	if err != nil || i.ExternalID == "" || i.Phone == "" || i.Program == "" || i.FirstName == "" || i.LastName == "" {
		reply(w, http.StatusBadRequest, members{"error": "the body must be JSON with externalId, phoneNumber, supportProgramId, firstName and lastName"})
		return
	}
	ctx := context.WithoutCancel(r.Context()) // whoever is invited is kept; the call has its own time-out
	id, err := h.vendor.Invite(ctx, body)
	var refusal *VendorRefusal
	switch {
	case errors.As(err, &refusal) && refusal.Status >= 400 && refusal.Status < 500:
		h.log.Warn("an invitation was refused", "status", refusal.Status, "code", refusal.Code)
		reply(w, http.StatusUnprocessableEntity, members{"error": "the vendor refused", "vendor": refusal})
		return
	case err != nil:
		h.log.Error("the vendor cannot be asked", "error", err.Error())
		reply(w, http.StatusBadGateway, members{"error": "the vendor cannot be asked; try again"})
		return
	}
	if err := h.store.Invited(ctx, id, &i); err != nil {
		h.log.Error("an invitation was not kept", "error", err.Error())
		reply(w, http.StatusInternalServerError, members{"error": "invited, but not kept; try again"})
		return
	}
	h.log.Info("invited a patient")
	reply(w, http.StatusOK, members{"patientId": id})
}
