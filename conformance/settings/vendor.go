package settings

import (
	"maps"
	"slices"
	"strings"

	"github.com/placebo-sim/placebo/conformance/port"
)

// Vendor tells how a vendor at an address is reached, what it was given for the
// suite, and what it claims to do. Zero fields mean "not said".
type Vendor struct {
	BaseURL string `yaml:"baseURL" json:"baseURL"`                     // of the vendor's API, without the paths of the contract
	Name    string `yaml:"name,omitempty" json:"name,omitempty"`       // of the vendor, for reports
	Version string `yaml:"version,omitempty" json:"version,omitempty"` // of what is under test, for reports
	Product string `yaml:"product,omitempty" json:"product,omitempty"` // rxware or helparound; the profile's when absent

	KeyHeader    string      `yaml:"keyHeader,omitempty" json:"keyHeader,omitempty"`       // that carries the auth token; x-api-key when absent
	BearerScheme string      `yaml:"bearerScheme,omitempty" json:"bearerScheme,omitempty"` // before the bearer token; Bearer when absent
	Credentials  Credentials `yaml:"credentials" json:"credentials"`                       // that the vendor has issued for the suite
	Programs     Programs    `yaml:"programs" json:"programs"`                             // support programs of the vendor
	Capabilities []string    `yaml:"capabilities,omitempty" json:"capabilities,omitempty"` // what is claimed beyond what these settings say by themselves
	Phones       string      `yaml:"phones,omitempty" json:"phones,omitempty"`             // the range of invented numbers: reserved (+999, the default) or us (+1 NXX 555 01XX, of which there are few)

	CAFile  string `yaml:"caFile,omitempty" json:"caFile,omitempty"`   // PEM certificates to trust beside the system's
	Timeout Span   `yaml:"timeout,omitempty" json:"timeout,omitempty"` // of one call; 20s when absent
	Rate    Rate   `yaml:"rate,omitempty" json:"rate,omitzero"`        // how fast the vendor may be called

	Callback     *Callback    `yaml:"callback,omitempty" json:"callback,omitempty"`        // where the vendor's webhooks reach the suite; without it nothing of webhooks is tried
	WebhookPaths WebhookPaths `yaml:"webhookPaths,omitempty" json:"webhookPaths,omitzero"` // where webhooks arrive, if not at the documented paths
	Driver       Driver       `yaml:"driver,omitempty" json:"driver,omitzero"`             // who acts as the patient; nobody when absent
	Observe      Observe      `yaml:"observe,omitempty" json:"observe,omitzero"`           // what the vendor shows beyond the contract

	// How the vendor reads what the contract leaves open, by entry (AMB-001) or
	// switch (consentKey). What is not pinned may be any documented reading.
	Readings map[string]string `yaml:"readings,omitempty" json:"readings,omitempty"`
}

// Credentials are what the vendor has issued. Scenarios that need absent ones are
// skipped.
type Credentials struct {
	Good         Credential  `yaml:"good" json:"good"`                                     // everything in order
	Expired      *Credential `yaml:"expired,omitempty" json:"expired,omitempty"`           // past its date
	Disabled     *Credential `yaml:"disabled,omitempty" json:"disabled,omitempty"`         // switched off
	OtherProgram *Credential `yaml:"otherProgram,omitempty" json:"otherProgram,omitempty"` // issued for programs.other alone
	OtherPartner *Credential `yaml:"otherPartner,omitempty" json:"otherPartner,omitempty"` // a good bearer token of another partner
	LowScope     *Credential `yaml:"lowScope,omitempty" json:"lowScope,omitempty"`         // may read and not invite
	EdDSA        *Credential `yaml:"eddsa,omitempty" json:"eddsa,omitempty"`               // in order, and signed by EdDSA
}

// ByAccess are the credentials that were given.
func (c *Credentials) ByAccess() map[port.Access]Credential {
	all := map[port.Access]Credential{port.Good: c.Good}
	for as, one := range map[port.Access]*Credential{port.Expired: c.Expired, port.Disabled: c.Disabled, port.OtherProgram: c.OtherProgram,
		port.OtherPartner: c.OtherPartner, port.LowScope: c.LowScope, port.OtherAlgorithm: c.EdDSA} {
		if one != nil {
			all[as] = *one
		}
	}
	return all
}

// Credential is a pair of credentials, or a command that prints it: as JSON with
// key and bearer, or on two lines.
type Credential struct {
	Key     string   `yaml:"key,omitempty" json:"key,omitempty"`         // the auth token; that of good when absent
	Bearer  string   `yaml:"bearer,omitempty" json:"bearer,omitempty"`   // the bearer token
	Command []string `yaml:"command,omitempty" json:"command,omitempty"` // a program and its arguments, instead of the two
}

// Programs are ids of support programs.
type Programs struct {
	Main   string   `yaml:"main" json:"main"`                         // the one that patients are invited to
	Other  string   `yaml:"other,omitempty" json:"other,omitempty"`   // another of the same partner
	Shapes []string `yaml:"shapes,omitempty" json:"shapes,omitempty"` // programs with ids of the published shapes: 15 signs, 16 signs, a UUID
}

// Rate bounds how fast the vendor is called.
type Rate struct {
	PerSecond float64 `yaml:"perSecond,omitempty" json:"perSecond,omitempty"` // calls; no bound when absent
	Burst     int     `yaml:"burst,omitempty" json:"burst,omitempty"`         // calls that may go at once; one when absent
}

// Callback is where webhooks reach the suite.
type Callback struct {
	Listen string `yaml:"listen" json:"listen"`               // host:port on this machine; port 0 is any
	URL    string `yaml:"url,omitempty" json:"url,omitempty"` // under which the vendor reaches it; http:// and the address when absent
}

// WebhookPaths are paths under the callback's address.
type WebhookPaths struct {
	Enrollment string `yaml:"enrollment,omitempty" json:"enrollment,omitempty"` // instead of /webhook/user-enrollment
	Action     string `yaml:"action,omitempty" json:"action,omitempty"`         // instead of /webhook/user-action
}

// Driver is who acts as the patient: one of the three, or nobody.
type Driver struct {
	Control  *Control    `yaml:"control,omitempty" json:"control,omitempty"`   // the control API of a Placebo
	HTTP     *HTTPDriver `yaml:"http,omitempty" json:"http,omitempty"`         // requests of the vendor's own
	Attended bool        `yaml:"attended,omitempty" json:"attended,omitempty"` // a person, who is told what to do
}

// Control is a control API.
type Control struct {
	URL     string `yaml:"url" json:"url"`                             // its address
	Token   string `yaml:"token,omitempty" json:"token,omitempty"`     // if it asks for one
	Sandbox string `yaml:"sandbox,omitempty" json:"sandbox,omitempty"` // default when absent
}

// HTTPDriver has a request for each act it can do. In addresses, headers and
// bodies {patient} stands for the patient's id; in bodies, {act} for the whole
// act as JSON, and {text}, {name}, {use}, {screen}, {date}, {facility},
// {values}, {consents}, {content} and {insuranceUpdate} for its parts.
type HTTPDriver struct {
	Acts  map[string]Request `yaml:"acts" json:"acts"`                       // by act: open-link, consent, answer, upload-media, sign, finish, view-tracker, text, update-infusion
	State *StateRequest      `yaml:"state,omitempty" json:"state,omitempty"` // that tells how far a patient has come
}

// Request is a call of the vendor's own.
type Request struct {
	Method  string            `yaml:"method,omitempty" json:"method,omitempty"`   // POST when absent, GET for what is observed
	URL     string            `yaml:"url" json:"url"`                             // whole
	Headers map[string]string `yaml:"headers,omitempty" json:"headers,omitempty"` // sent with it
	Body    string            `yaml:"body,omitempty" json:"body,omitempty"`       // the body, as a template
}

// StateRequest is a call whose answer has the state of a patient, by paths into
// its JSON. What has no path is not known.
type StateRequest struct {
	Request  `yaml:",inline"`
	Stage    string `yaml:"stage" json:"stage"`                           // path of the stage: invited, consenting, enrolling or finished
	Screens  string `yaml:"screens,omitempty" json:"screens,omitempty"`   // path of the list of screens still to be shown
	OptedOut string `yaml:"optedOut,omitempty" json:"optedOut,omitempty"` // path of whether texts are not wanted
	Link     string `yaml:"link,omitempty" json:"link,omitempty"`         // path of the personal link
	Values   string `yaml:"values,omitempty" json:"values,omitempty"`     // path of an object of what is filled in, by key
}

// Observe is what the vendor shows.
type Observe struct {
	Texts *TextsRequest `yaml:"texts,omitempty" json:"texts,omitempty"` // that a patient got
}

// TextsRequest is a call whose answer lists the texts a patient got, oldest
// first.
type TextsRequest struct {
	Request `yaml:",inline"`
	Path    string `yaml:"path" json:"path"`                 // of the list of texts in the answer's JSON
	To      string `yaml:"to,omitempty" json:"to,omitempty"` // path of the list of numbers they went to, in the same order
}

// LoadVendor reads vendor.yaml.
func LoadVendor(path string) (*Vendor, error) {
	var v Vendor
	if err := load(path, &v); err != nil {
		return nil, err
	}
	return &v, nil
}

// ParseVendor reads the text of vendor.yaml.
func ParseVendor(text []byte) (*Vendor, error) {
	var v Vendor
	if err := parse(text, &v); err != nil {
		return nil, err
	}
	return &v, nil
}

// Check tells the first thing that makes no sense in settings that were not
// read from a file.
func (v *Vendor) Check() error {
	if w := v.check(); w != nil {
		return w
	}
	return nil
}

// Claimable are the capabilities that can be claimed. The others follow from
// what the settings say.
var Claimable = []string{port.CanAgree, port.CanBeSilent, port.PrivateWorld}

// Acts are what a patient can do.
var Acts = []string{"open-link", "consent", "answer", "upload-media", "sign", "finish", "view-tracker", "text", "update-infusion"}

func (v *Vendor) check() *wrong {
	if w := first(checkURL(place{"baseURL"}, v.BaseURL), v.Credentials.check(), v.Timeout.check(place{"timeout"}), v.Driver.check()); w != nil {
		return w
	}
	for i, c := range v.Capabilities {
		if !slices.Contains(Claimable, c) {
			return bad(place{"capabilities", i}, "can be claimed: %s", strings.Join(Claimable, ", "))
		}
	}
	switch {
	case !slices.Contains([]string{"", "rxware", "helparound"}, v.Product):
		return bad(place{"product"}, "must be rxware or helparound")
	case !slices.Contains([]string{"", "reserved", "us"}, v.Phones):
		return bad(place{"phones"}, "must be reserved or us")
	case v.Programs.Main == "":
		return bad(place{"programs", "main"}, "must be the id of a support program")
	case v.Rate.PerSecond < 0:
		return bad(place{"rate", "perSecond"}, "must not be negative")
	case v.Rate.Burst < 0:
		return bad(place{"rate", "burst"}, "must not be negative")
	}
	if c := v.Callback; c != nil {
		if w := checkListen(place{"callback", "listen"}, c.Listen); w != nil {
			return w
		}
		if w := checkURL(place{"callback", "url"}, c.URL); c.URL != "" && w != nil {
			return w
		}
	}
	for key, path := range map[string]string{"enrollment": v.WebhookPaths.Enrollment, "action": v.WebhookPaths.Action} {
		if path != "" && !strings.HasPrefix(path, "/") {
			return bad(place{"webhookPaths", key}, "must begin with a slash")
		}
	}
	if t := v.Observe.Texts; t != nil {
		at := place{"observe", "texts"}
		if w := checkURL(at.of("url"), t.URL); w != nil {
			return w
		}
		if t.Path == "" {
			return bad(at.of("path"), "must lead to a list of texts")
		}
	}
	return nil
}

func (c *Credentials) check() *wrong {
	at := place{"credentials"}
	if g := c.Good; len(g.Command) == 0 && (g.Key == "" || g.Bearer == "") {
		return bad(at.of("good"), "must have key and bearer, or a command that prints them")
	}
	for _, one := range []struct {
		key  string
		pair *Credential
	}{{"good", &c.Good}, {"expired", c.Expired}, {"disabled", c.Disabled}, {"otherProgram", c.OtherProgram},
		{"otherPartner", c.OtherPartner}, {"lowScope", c.LowScope}, {"eddsa", c.EdDSA}} {
		switch p := one.pair; {
		case p == nil:
		case len(p.Command) > 0 && (p.Key != "" || p.Bearer != ""):
			return bad(at.of(one.key, "command"), "must stand alone")
		case len(p.Command) == 0 && p.Bearer == "":
			return bad(at.of(one.key), "must have a bearer token, or a command that prints it")
		}
	}
	return nil
}

func (d *Driver) check() *wrong {
	at, ways := place{"driver"}, 0
	if d.Attended {
		ways++
	}
	if c := d.Control; c != nil {
		ways++
		if w := checkURL(at.of("control", "url"), c.URL); w != nil {
			return w
		}
	}
	if h := d.HTTP; h != nil {
		ways++
		if len(h.Acts) == 0 {
			return bad(at.of("http", "acts"), "must have a request for an act")
		}
		for _, act := range slices.Sorted(maps.Keys(h.Acts)) {
			if !slices.Contains(Acts, act) {
				return bad(at.of("http", "acts", act), "must be one of %s", strings.Join(Acts, ", "))
			}
			if w := checkURL(at.of("http", "acts", act, "url"), h.Acts[act].URL); w != nil {
				return w
			}
		}
		if s := h.State; s != nil {
			if w := checkURL(at.of("http", "state", "url"), s.URL); w != nil {
				return w
			}
			if s.Stage == "" {
				return bad(at.of("http", "state", "stage"), "must lead to the stage")
			}
		}
	}
	if ways > 1 {
		return bad(at, "must be one of control, http and attended")
	}
	return nil
}
