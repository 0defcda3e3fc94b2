package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// bare is what everything is measured against: the least server that does the
// job with the standard library's means.
type bare struct {
	shards [64]struct {
		sync.RWMutex
		byID  map[string]*barePatient
		byOwn map[string]*barePatient
	}
	next atomic.Uint64
}

type barePatient struct {
	ID string `json:"id"`
	bareInvite
}

type bareInvite struct {
	ExternalID       string     `json:"externalId"`
	PhoneNumber      string     `json:"phoneNumber"`
	SupportProgramID string     `json:"supportProgramId"`
	FirstName        string     `json:"firstName"`
	LastName         string     `json:"lastName"`
	RequiredConsent  bool       `json:"requiredConsent"`
	IsCaregiver      bool       `json:"isCaregiver"`
	SkipOnboarding   bool       `json:"skipOnboarding"`
	AdditionalData   []bareItem `json:"additionalData,omitempty"`
}

type bareItem struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func newBare() *bare {
	b := &bare{}
	for i := range b.shards {
		b.shards[i].byID = map[string]*barePatient{}
		b.shards[i].byOwn = map[string]*barePatient{}
	}
	return b
}

func shardOf(key string) int {
	h := uint32(2166136261)
	for i := range len(key) {
		h = (h ^ uint32(key[i])) * 16777619
	}
	return int(h % 64)
}

func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Api-Key") == "" || !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		b.say(w, http.StatusUnauthorized, map[string]string{"message": "Unauthorized"})
		return
	}
	if r.Method == http.MethodPost {
		b.invite(w, r)
		return
	}
	id := strings.TrimPrefix(r.URL.Path, "/v1/patients/")
	s := &b.shards[shardOf(id)]
	s.RLock()
	p, ok := s.byID[id]
	s.RUnlock()
	if !ok {
		b.say(w, http.StatusBadRequest, map[string]string{"message": "Patient Not Found"})
		return
	}
	b.say(w, http.StatusOK, p)
}

func (b *bare) invite(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	var inv bareInvite
	if err != nil || json.Unmarshal(body, &inv) != nil || !inv.valid() {
		b.say(w, http.StatusBadRequest, map[string]string{"message": "invalid"})
		return
	}
	p := &barePatient{ID: bareID(b.next.Add(1)), bareInvite: inv}
	if !b.keep(p) {
		b.say(w, http.StatusUnprocessableEntity, map[string]string{"message": "exists"})
		return
	}
	b.say(w, http.StatusOK, map[string]string{"supportProgramId": inv.SupportProgramID, "phoneNumber": inv.PhoneNumber, "patientId": p.ID})
}

func bareID(n uint64) string { return fmt.Sprintf("ha%013x", n) }

func (i *bareInvite) valid() bool {
	for _, s := range []string{i.ExternalID, i.PhoneNumber, i.SupportProgramID, i.FirstName, i.LastName} {
		if s == "" || len(s) > 100 {
			return false
		}
	}
	return i.PhoneNumber[0] == '+'
}

func (b *bare) keep(p *barePatient) bool {
	own := &b.shards[shardOf(p.ExternalID)]
	own.Lock()
	_, taken := own.byOwn[p.ExternalID]
	if !taken {
		own.byOwn[p.ExternalID] = p
	}
	own.Unlock()
	if taken {
		return false
	}
	s := &b.shards[shardOf(p.ID)]
	s.Lock()
	s.byID[p.ID] = p
	s.Unlock()
	return true
}

func (b *bare) say(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"data": v, "status": status})
}
