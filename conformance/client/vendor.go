package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/port"
)

// Credentials are the two credentials of a call; an empty one is left out.
type Credentials struct {
	Key, Bearer string
	KeyHeader   string // instead of the vendor's usual one
}

// Paths are a brand's paths on the vendor's host; {id} and {media} stand for
// ids.
type Paths struct{ Invite, Reinvite, Read, Update, Subscribe, Prefer, Media string }

// PathsOf are the paths a brand documents. RxWare's guide has no read; its
// simulator serves HelpAround's (RX-OUR-041). HelpAround's guide has neither
// re-invitation nor campaign nor preference; they are RxWare's without the
// version (HA-OUR-001).
func PathsOf(product string) Paths {
	if product == "helparound" {
		return Paths{Invite: "/patients/invite", Reinvite: "/patients/reinvite", Read: "/patient/{id}",
			Update: "/patient/{id}/event", Subscribe: "/patient/{id}/subscribe-campaign", Prefer: "/patient/{id}/update_details",
			Media: "/v1/patients/{id}/media/{media}"}
	}
	return Paths{Invite: "/v1/patients/invite", Reinvite: "/v1/patients/reinvite", Read: "/v1/patients/{id}",
		Update: "/v1/patients/{id}/event", Subscribe: "/v1/patients/{id}/subscribe-campaign", Prefer: "/v1/patients/{id}/update_details",
		Media: "/v1/patients/{id}/media/{media}"}
}

// Vendor calls an RxWare or HelpAround platform.
type Vendor struct {
	Base      string
	KeyHeader string
	Paths     Paths
	Access    map[port.Access]Credentials

	// A real vendor needs more; our own, which is the scenario's alone, does not.
	Scheme   string           // of the bearer token; Bearer when empty
	Caller   *Caller          // nil: the ordinary way
	Lacks    bool             // an access that is not in Access was not given; else it shows nothing
	Missing  map[string]error // ids that stand for programs nobody gave, which are never sent, and why
	Guise    *Guise           // nil: what scenarios say is said
	Readings *Readings        // nil: the vendor answers in the default reading
}

var _ port.Vendor = (*Vendor)(nil)

func (v *Vendor) headers(as port.Access) map[string]string {
	c := v.Access[as]
	h := map[string]string{}
	if c.Key != "" {
		h[cmp.Or(c.KeyHeader, v.KeyHeader)] = c.Key
	}
	if c.Bearer != "" {
		h["Authorization"] = cmp.Or(v.Scheme, "Bearer") + " " + c.Bearer
	}
	return h
}

// ask makes a call to the vendor as the scenario means it.
func (v *Vendor) ask(ctx context.Context, as port.Access, method, path string, h map[string]string, body []byte) port.Outcome {
	if _, given := v.Access[as]; v.Lacks && !given {
		return port.Outcome{Err: port.Lacking(port.HasAccess, "no credentials of the kind %q were given", as)}
	}
	for id, lacking := range v.Missing {
		if bytes.Contains(body, quoted(id)) {
			return port.Outcome{Err: lacking}
		}
	}
	for _, c := range v.Access {
		if log := evidence.From(ctx); log != nil {
			log.Secret(c.Key, c.Bearer)
		}
	}
	o := v.Caller.call(ctx, method, v.Base+path, h, v.Guise.Hide(body))
	if o.Valid {
		o.Body = v.Guise.Show(o.Body)
	}
	return o
}

// Invite implements port.Vendor.
func (v *Vendor) Invite(ctx context.Context, as port.Access, inv *port.Invitation) port.Outcome {
	return v.Send(ctx, as, "application/json", write(inv))
}

// Send implements port.Vendor.
func (v *Vendor) Send(ctx context.Context, as port.Access, contentType string, body []byte) port.Outcome {
	h := v.headers(as)
	if contentType != "" {
		h["Content-Type"] = contentType
	}
	o := read(v.ask(ctx, as, "POST", v.Paths.Invite, h, body))
	if o.Accepted() && o.Patient != "" {
		v.Guise.Invited(body, o.Patient)
	}
	return v.Readings.invited(body, o)
}

// Call implements port.Vendor.
func (v *Vendor) Call(ctx context.Context, as port.Access, method, path string, headers map[string]string) port.Outcome {
	h := v.headers(as)
	for name, value := range headers {
		h[name] = value
	}
	return v.Readings.answered(read(v.ask(ctx, as, method, path, h, nil)))
}

// Read implements port.Vendor.
func (v *Vendor) Read(ctx context.Context, as port.Access, patient string) port.Outcome {
	return v.Readings.answered(read(v.ask(ctx, as, "GET", strings.ReplaceAll(v.Paths.Read, "{id}", patient), v.headers(as), nil)))
}

// Media implements port.Vendor.
func (v *Vendor) Media(ctx context.Context, as port.Access, patient, media string) port.File {
	path := strings.NewReplacer("{id}", patient, "{media}", media).Replace(v.Paths.Media)
	o := v.ask(ctx, as, "GET", path, v.headers(as), nil)
	content := o.Body
	return port.File{Outcome: v.Readings.answered(read(o)), Content: content}
}

// Claims implements port.Vendor.
func (v *Vendor) Claims(as port.Access) port.Outcome {
	parts := strings.Split(v.Access[as].Bearer, ".")
	if len(parts) != 3 {
		return port.Outcome{}
	}
	claims, err := base64.RawURLEncoding.DecodeString(parts[1])
	return port.Outcome{Err: err, Body: claims, Valid: gjson.ValidBytes(claims)}
}

// write lays an invitation out as JSON, members in their order.
func write(inv *port.Invitation) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	member := func(name string, value []byte) {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.Write(quoted(name))
		b.WriteByte(':')
		b.Write(value)
	}
	for _, m := range inv.Members {
		member(m.Name, m.Value)
	}
	if !inv.NoItems {
		member("additionalData", items(inv.Items))
	}
	b.WriteByte('}')
	return b.Bytes()
}

func items(list []port.Item) []byte {
	b := []byte{'['}
	for i, it := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"key":`...)
		b = append(b, quoted(it.Key)...)
		b = append(b, `,"value":`...)
		b = append(b, it.Value...)
		if it.Editable != nil {
			b = append(b, `,"editable":`...)
			if *it.Editable {
				b = append(b, "true"...)
			} else {
				b = append(b, "false"...)
			}
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

func quoted(s string) []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return b
}

// read takes the answer of a call apart.
func read(o port.Outcome) port.Outcome {
	if o.Err != nil || !o.Valid {
		return o
	}
	body := gjson.ParseBytes(o.Body)
	o.InBody = body.Get("status").Raw
	o.Patient = body.Get("data.patientId").String()
	o.Program = body.Get("data.supportProgramId").String()
	o.Phone = body.Get("data.phoneNumber").String()
	o.Said = body.Get("data.message").String()
	refusal := body.Get("error")
	o.HasError = refusal.IsObject()
	o.Message = refusal.Get("message").String()
	o.Code = refusal.Get("code").Raw
	o.Existing = port.Existing{
		ExternalID: refusal.Get("data.externalId").String(),
		Phone:      refusal.Get("data.phoneNumber").String(),
		ID:         refusal.Get("data._id").String(),
	}
	return o
}
