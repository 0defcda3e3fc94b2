package client

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// ambiguity is a switch of the register of ambiguities that can be seen from
// outside: its entry, and the documented readings, the default first.
type ambiguity struct {
	entry, name string
	values      []string
}

// ambiguities are the switches that the suite notices. Of the others there is
// nothing to see in what a default scenario makes a vendor say.
var ambiguities = []ambiguity{
	{"AMB-001", "consentKey", []string{"consents", "consent", "both"}},
	{"AMB-002", "apartmentKey", []string{"apt", "apartment", "both"}},
	{"AMB-003", "visitLayout", []string{"nested", "envelope", "flat"}},
	{"AMB-004", "namesAt.enrollment", []string{"event", "top", "both"}},
	{"AMB-004", "namesAt.tracker", []string{"event", "top", "both"}},
	{"AMB-004", "namesAt.opt", []string{"top", "event", "both"}},
	{"AMB-004", "namesAt.infusion", []string{"event", "top", "both"}},
	{"AMB-005", "sendDate.enrollment", []string{"millisZ", "secondsOffset", "blankAfterT"}},
	{"AMB-005", "sendDate.tracker", []string{"millisZ", "secondsOffset", "blankAfterT"}},
	{"AMB-005", "sendDate.opt", []string{"secondsOffset", "millisZ", "blankAfterT"}},
	{"AMB-005", "sendDate.infusion", []string{"millisZ", "secondsOffset", "blankAfterT"}},
	{"AMB-006", "externalSource.enrollment", []string{"Partner", "partner", "Source "}},
	{"AMB-006", "externalSource.tracker", []string{"Partner", "partner", "Source "}},
	{"AMB-006", "externalSource.opt", []string{"partner", "Partner", "Source "}},
	{"AMB-006", "externalSource.infusion", []string{"Partner", "partner", "Source "}},
	{"AMB-007", "webhookDob", []string{"epochMs", "iso"}},
	{"AMB-007", "inviteDob", []string{"iso", "alsoEpoch"}},
	{"AMB-008", "primaryCardDob", []string{"epochMs", "iso", "absent"}},
	{"AMB-009", "epochUnit", []string{"ms"}},
	{"AMB-010", "insuranceCase", []string{"snake", "camel"}},
	{"AMB-011", "contactMethodCase", []string{"capitalized", "asReceived", "lower"}},
	{"AMB-012", "callTimeEmit", []string{"mapToEvening", "capitalize"}},
	{"AMB-013", "caregiverName", []string{"joined", "split"}},
	{"AMB-014", "statusMember", []string{"present", "absent"}},
	{"AMB-014", "messageMember", []string{"present", "absent"}},
	{"AMB-015", "infusionPatientId", []string{"both", "patientId", "patient.id"}},
	{"AMB-016", "infusionPath", []string{"user-enrollment", "user-action"}},
	{"AMB-017", "infusionEventName", []string{"HelpAround.Patient.UserAction"}},
	{"AMB-018", "infusionContainers", []string{"object", "arrayOfOne"}},
	{"AMB-019", "eventType", []string{"onlyOpt", "all", "none"}},
	{"AMB-027", "optValue", []string{"boolean", "string"}},
	{"AMB-029", "brand", []string{"helparound"}},
	{"AMB-030", "phoneMessage", []string{"byStage", "regexAlways", "formatAlways"}},
	{"AMB-031", "notAlignedCode", []string{"1010", "0"}},
	{"AMB-032", "phoneRule", []string{"pattern", "e164", "both"}},
	{"AMB-034", "tokenFault", []string{"perEndpoint", "all401", "all403"}},
	{"AMB-034", "credentialPair", []string{"403", "401"}},
	{"AMB-040", "hundred", []string{"max"}},
	{"AMB-043", "slash", []string{"decodedPlain", "literalBackslash"}},
	{"AMB-044", "duplicateId", []string{"_id", "patientId", "both"}},
	{"AMB-050", "secondaryDob", []string{"text100", "date"}},
	{"AMB-052", "dobFormat", []string{"strict", "anyIso8601"}},
	{"AMB-053", "missingCode", []string{"1008", "0"}},
	{"AMB-054", "naCode", []string{"absent", "null"}},
	{"AMB-067", "okBody", []string{"data.message", "message", "emptyData"}},
	{"AMB-068", "optOutMessage", []string{"Successful", "User opted out"}},
	{"AMB-069", "repeatOptOut", []string{"208", "200"}},
}

// Readings remember how a vendor was seen to read what the contract leaves open,
// and tell which readings are let pass: every documented one, or the one that
// was pinned. Nil Readings see nothing and change nothing.
type Readings struct {
	pinned map[string]string // by switch
	said   map[string]string // the pins as they were written
	mu     *sync.Mutex
	seen   map[string]map[string]bool
	raw    map[string]bool // switches that the scenario itself judges
}

// NewReadings returns readings with some pinned, by entry of the register or by
// switch.
func NewReadings(pins map[string]string) (*Readings, error) {
	r := &Readings{pinned: map[string]string{}, said: pins, mu: &sync.Mutex{}, seen: map[string]map[string]bool{}}
	keys := slices.Sorted(maps.Keys(pins))
	slices.SortStableFunc(keys, func(a, b string) int { return len(entryOf(b)) - len(entryOf(a)) }) // switches win over their entries
	for _, key := range keys {
		known, done := entryOf(key) != "", false
		for _, a := range ambiguities {
			if a.entry != key && a.name != key {
				continue
			}
			known = true
			if slices.Contains(a.values, pins[key]) {
				r.pinned[a.name], done = pins[key], true
			}
		}
		if known && !done && hasSwitch(key) { // what only tries receivers excuses no vendor
			return nil, fmt.Errorf("readings.%s: %q is no documented reading of it", key, pins[key])
		}
	}
	return r, nil
}

// entryOf is key, if it is an entry of the register.
func entryOf(key string) string {
	if strings.HasPrefix(key, "AMB-") {
		return key
	}
	return ""
}

func hasSwitch(key string) bool {
	return slices.ContainsFunc(ambiguities, func(a ambiguity) bool { return a.entry == key || a.name == key })
}

// Plays tells whether the vendor is pinned to readings exactly.
func (r *Readings) Plays(wanted map[string]string) bool {
	for key, value := range wanted {
		if got, pinned := r.said[key]; !pinned || got != value {
			return false
		}
	}
	return true
}

// Raw are the readings for a scenario that judges some itself.
func (r *Readings) Raw(judged map[string]string) *Readings {
	if len(judged) == 0 {
		return r
	}
	own := *r
	own.raw = map[string]bool{}
	for _, a := range ambiguities {
		_, entry := judged[a.entry]
		_, name := judged[a.name]
		own.raw[a.name] = entry || name
	}
	return &own
}

// Seen are the readings that the vendor was seen to play, by switch.
func (r *Readings) Seen() map[string][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := map[string][]string{}
	for name, values := range r.seen {
		all[name] = slices.Sorted(maps.Keys(values))
	}
	return all
}

// take notes a reading and tells whether it may pass.
func (r *Readings) take(name, value string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen[name] == nil {
		r.seen[name] = map[string]bool{}
	}
	r.seen[name][value] = true
	pin, pinned := r.pinned[name]
	return !r.raw[name] && (!pinned || pin == value)
}
