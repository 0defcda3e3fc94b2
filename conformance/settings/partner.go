package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/placebo-sim/placebo/conformance/port"
)

// Partner tells where a partner's webhook endpoints are, whom it knows and what
// it claims to read. Zero fields mean "not said".
type Partner struct {
	Name    string            `yaml:"name,omitempty" json:"name,omitempty"`       // of the partner, for reports
	Version string            `yaml:"version,omitempty" json:"version,omitempty"` // of what is under test, for reports
	BaseURL string            `yaml:"baseURL,omitempty" json:"baseURL,omitempty"` // /webhook/user-enrollment and /webhook/user-action are appended
	URLs    WebhookURLs       `yaml:"urls,omitempty" json:"urls,omitzero"`        // instead of the base's
	Headers map[string]string `yaml:"headers,omitempty" json:"headers,omitempty"` // sent with every webhook, such as one that lets us in; reports do not show their values

	Program  string           `yaml:"program,omitempty" json:"program,omitempty"`   // supportProgramId of the patients; required with any of the three that follow
	Patients []PartnerPatient `yaml:"patients,omitempty" json:"patients,omitempty"` // that the partner knows
	Seed     *Seed            `yaml:"seed,omitempty" json:"seed,omitempty"`         // makes patients that the partner knows
	Invites  bool             `yaml:"invites,omitempty" json:"invites,omitempty"`   // the partner knows those whom it invites at our vendor first

	Media    *PartnerMedia       `yaml:"media,omitempty" json:"media,omitempty"`       // where the partner fetches pictures from us; without it nothing of pictures is tried
	Readings map[string][]string `yaml:"readings,omitempty" json:"readings,omitempty"` // what the partner claims to read, by switch, such as consentKey: [consents]; every documented value when absent

	Timeout Span   `yaml:"timeout,omitempty" json:"timeout,omitempty"` // within which the partner must answer; 10s when absent
	CAFile  string `yaml:"caFile,omitempty" json:"caFile,omitempty"`   // PEM certificates to trust beside the system's
	Rate    Rate   `yaml:"rate,omitempty" json:"rate,omitzero"`        // how fast webhooks may be sent
}

// WebhookURLs are the addresses of a partner's two endpoints.
type WebhookURLs struct {
	Enrollment string `yaml:"enrollment,omitempty" json:"enrollment,omitempty"` // of enrollments and infusion updates
	Action     string `yaml:"action,omitempty" json:"action,omitempty"`         // of what patients do: visits, STOP and START
}

// PartnerPatient is a patient that the partner knows.
type PartnerPatient struct {
	ExternalID string `yaml:"externalId" json:"externalId"`                   // the partner's own id
	Phone      string `yaml:"phone" json:"phone"`                             // with the country code, such as +12025550142
	PatientID  string `yaml:"patientId,omitempty" json:"patientId,omitempty"` // the vendor's id; one is made when absent
}

// Seed is how patients are made at the partner.
type Seed struct {
	Command []string `yaml:"command" json:"command"` // a program and its arguments; it prints the patients as a JSON list with externalId, phone and, if there is one, patientId
}

// PartnerMedia is where a partner fetches pictures from us.
type PartnerMedia struct {
	Listen string `yaml:"listen" json:"listen"`               // host:port on this machine; port 0 is any
	URL    string `yaml:"url,omitempty" json:"url,omitempty"` // under which the partner reaches it, {port} being the port; http:// and the address when absent
}

// LoadPartner reads partner.yaml.
func LoadPartner(path string) (*Partner, error) {
	var p Partner
	if err := load(path, &p); err != nil {
		return nil, err
	}
	return &p, nil
}

// ParsePartner reads the text of partner.yaml.
func ParsePartner(text []byte) (*Partner, error) {
	var p Partner
	if err := parse(text, &p); err != nil {
		return nil, err
	}
	return &p, nil
}

// Check tells the first thing that makes no sense in settings that were not
// read from a file.
func (p *Partner) Check() error {
	if w := p.check(); w != nil {
		return w
	}
	return nil
}

var (
	headerName  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	phoneNumber = regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`)
)

func (p *Partner) check() *wrong {
	if w := first(p.checkAddresses(), p.Timeout.check(place{"timeout"}), p.checkPatients(), p.checkReadings()); w != nil {
		return w
	}
	switch {
	case p.Rate.PerSecond < 0:
		return bad(place{"rate", "perSecond"}, "must not be negative")
	case p.Rate.Burst < 0:
		return bad(place{"rate", "burst"}, "must not be negative")
	}
	return nil
}

func (p *Partner) checkAddresses() *wrong {
	for _, one := range []struct {
		at      place
		address string
	}{{place{"baseURL"}, p.BaseURL}, {place{"urls", "enrollment"}, p.URLs.Enrollment}, {place{"urls", "action"}, p.URLs.Action}} {
		if one.address == "" {
			continue
		}
		if w := checkURL(one.at, one.address); w != nil {
			return w
		}
	}
	if p.BaseURL == "" && (p.URLs.Enrollment == "" || p.URLs.Action == "") {
		return bad(place{"baseURL"}, "must be said, or both of urls")
	}
	for _, name := range slices.Sorted(maps.Keys(p.Headers)) {
		if !headerName.MatchString(name) || strings.ContainsAny(p.Headers[name], "\r\n\x00") {
			return bad(place{"headers", name}, "must be a header's name and a value of one line")
		}
	}
	if m := p.Media; m != nil {
		if w := checkListen(place{"media", "listen"}, m.Listen); w != nil {
			return w
		}
		if w := checkURL(place{"media", "url"}, m.URL); m.URL != "" && w != nil {
			return w
		}
	}
	return nil
}

func (p *Partner) checkPatients() *wrong {
	ways := 0
	for _, said := range []bool{len(p.Patients) > 0, p.Seed != nil, p.Invites} {
		if said {
			ways++
		}
	}
	switch {
	case ways > 1:
		at := place{"invites"}
		if !p.Invites {
			at = place{"seed"}
		}
		return bad(at, "must stand alone: the patients are listed, made by a command, or invited")
	case p.Seed != nil && len(p.Seed.Command) == 0:
		return bad(place{"seed", "command"}, "must be a program and its arguments")
	case p.Program == "" && len(p.Patients) > 0:
		return bad(place{"program"}, "must be the id of the patients' support program")
	case p.Program == "" && p.Seed != nil:
		return bad(place{"program"}, "must be the id of the patients' support program")
	}
	for i := range p.Patients {
		if key, why := p.Patients[i].flaw(); why != "" {
			return bad(place{"patients", i, key}, "%s", why)
		}
	}
	return nil
}

// flaw is the member that makes no sense, and why.
func (p *PartnerPatient) flaw() (key, why string) {
	switch {
	case p.ExternalID == "":
		return "externalId", "must be the partner's own id of the patient"
	case !phoneNumber.MatchString(p.Phone):
		return "phone", "must be a number with its country code, such as +12025550142"
	}
	return "", ""
}

// Check tells what makes no sense about a patient.
func (p *PartnerPatient) Check() error {
	if key, why := p.flaw(); why != "" {
		return fmt.Errorf("%s %s", key, why)
	}
	return nil
}

func (p *Partner) checkReadings() *wrong {
	known := map[string][]string{}
	for _, s := range port.Switches() {
		known[s.Name] = s.Values
	}
	for _, name := range slices.Sorted(maps.Keys(p.Readings)) {
		values := p.Readings[name]
		documented, ok := known[name]
		switch {
		case !ok:
			return bad(place{"readings", name}, "is no switch of webhooks")
		case len(values) == 0:
			return bad(place{"readings", name}, "must have a value, one of %s", strings.Join(documented, ", "))
		}
		for i, v := range values {
			if !slices.Contains(documented, v) {
				return bad(place{"readings", name, i}, "must be one of %s", strings.Join(documented, ", "))
			}
		}
	}
	return nil
}
