package control

import (
	"cmp"

	"github.com/placebo-sim/placebo/simulator/partner"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

type noticeView struct {
	Kind       string `json:"kind"`
	EventName  string `json:"eventName"`
	Path       string `json:"path"`
	Program    string `json:"program"`
	Patient    string `json:"patient"`
	ExternalID string `json:"externalId,omitempty"`
	Phone      string `json:"phone,omitempty"`
	Ordinal    uint64 `json:"ordinal"` // its place among the patient's notices
	SendDate   string `json:"sendDate"`
	At         string `json:"at"`     // when it came first
	Copies     uint64 `json:"copies"` // how often it came
	content
}

type fileView struct {
	Patient string `json:"patient"`
	Media   string `json:"media"`
	Program string `json:"program"`
	State   string `json:"state"`
	Status  uint64 `json:"status"` // of the last answer; 0: none came
	Type    string `json:"type,omitempty"`
	Size    uint64 `json:"size"`
	SHA256  string `json:"sha256,omitempty"`
	At      string `json:"at"` // of the last try
	Next    string `json:"next,omitempty"`
	Tries   uint64 `json:"tries"`
	Error   string `json:"error,omitempty"`
}

func (a *api) showPartner(c *call) (answer, error) {
	limit, p := c.query.limit()
	if p != nil {
		return answer{}, p
	}
	notices := latest[partner.Notice]{limit: limit, compare: func(x, y partner.Notice) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Subject, y.Subject), cmp.Compare(x.Ordinal, y.Ordinal))
	}}
	files := latest[partner.File]{limit: limit, compare: func(x, y partner.File) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Subject, y.Subject), cmp.Compare(x.Ordinal, y.Ordinal))
	}}
	if a.rooms.Partner != nil {
		c.view(func(r sandbox.Reader) {
			for n := range a.rooms.Partner.Notices(r) {
				if c.query.passes("patient", n.PatientID) {
					notices.add(n)
				}
			}
			for f := range a.rooms.Partner.Files(r) {
				if c.query.passes("patient", f.PatientID) {
					files.add(f)
				}
			}
		})
	}
	received, fetched := []noticeView{}, []fileView{}
	for _, n := range notices.list() {
		received = append(received, noticeView{Kind: string(n.Kind), EventName: n.EventName, Path: n.Path, Program: n.ProgramID,
			Patient: n.PatientID, ExternalID: n.ExternalID, Phone: n.Phone, Ordinal: n.Ordinal, SendDate: stamp(n.SendDate),
			At: stamp(n.At), Copies: n.Copies, content: contentOf(n.Body)})
	}
	for _, f := range files.list() {
		fetched = append(fetched, fileView{f.PatientID, f.MediaID, f.ProgramID, f.State.String(), f.Status, f.Type, f.Size, f.SHA256,
			stamp(f.At), stamp(f.Next), f.Tries, f.Error})
	}
	return ok(map[string]any{"notices": received, "files": fetched})
}
