package phone

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// picture is one side of a card: what to ask for, and what is there.
type picture struct {
	ID, Name, Label string
	Required        bool
	Error           string
	Address         string // of the file that is there
	PDF             bool
}

// DescribedBy names what explains the input, for who cannot see it.
func (x picture) DescribedBy() string {
	if x.Error != "" {
		return x.ID + "-error"
	}
	return ""
}

// pictures are the card pictures the patient is asked for.
func (p *Phone) pictures(v *visitor, wrong refusals) []picture {
	var out []picture
	v.Sandbox.View(func(r sandbox.Reader) {
		for i, use := range v.patient.Pictures() {
			x := picture{ID: "picture-" + strconv.Itoa(i+1), Name: use.String(),
				Label: v.pictureLabel(use), Required: v.requires(use.String())}
			if fault := wrong.of(use.String()); fault != nil {
				x.Error = pictureComplaint(fault)
			}
			if m, ok := p.support.FindMedia(r, &v.patient, v.patient.MediaID(use)); ok {
				x.Address, x.PDF = v.link(mediaFolder, m.ID), m.Type == pdf
			}
			out = append(out, x)
		}
	})
	return out
}

// oversized refuses a file in the one way that has a status of its own.
func oversized(name string) refusals {
	return refusals{{Rule: program.BadFile, Field: name, Saw: "more than 10 MiB", Wants: "at most 10 MiB", Limit: program.MaxMedia}}
}

func isOversized(r *program.Refusal) bool {
	return r.Rule == program.BadFile && r.Limit == program.MaxMedia
}

func pictureComplaint(r *program.Refusal) string {
	if isOversized(r) {
		return fileTooLarge
	}
	return complaint(r, nil)
}

func (p *Phone) showCards(v *visitor) door.Answer {
	return p.cardsPage(v, http.StatusOK, nil, nil)
}

func (p *Phone) cardsPage(v *visitor, status int, said url.Values, wrong refusals) door.Answer {
	const here = program.Cards
	pg := v.page(v.heading(here), leads[here])
	pg.at(v, here.String())
	pictures := p.pictures(v, wrong)
	pg.Content = struct {
		Pictures []picture
		Sections []section
		Most     int
		TooLarge string
	}{pictures, v.sections(here, said, wrong), program.MaxMedia, fileTooLarge}
	pg.complain("Nothing was saved yet. Please choose the pictures again", wrong, func(r *program.Refusal) (string, string, string) {
		for _, x := range pictures {
			if x.Name == r.Field {
				return x.Label, x.ID, x.Error
			}
		}
		if isOversized(r) { // all of it together
			return "", "", "The files are too large. Each may have up to 10 MB."
		}
		return v.whereOn(here)(r)
	})
	return p.render(status, "cards", pg, wrong...)
}

// postCards keeps the pictures that were chosen, all or none, and passes the
// screen: a picture can be sent later, or never.
func (p *Phone) postCards(v *visitor) door.Answer {
	sent, err := receive(v.Call)
	switch err {
	case nil:
	case errTooMuch:
		return p.cardsPage(v, http.StatusRequestEntityTooLarge, nil, oversized(""))
	default:
		return p.turnedAway(err)
	}
	v, err = p.act(v.Call, func(tx *sandbox.Tx, v *visitor) (program.Patient, error) {
		if wrong, err := p.keep(tx, v, sent.files); err != nil || len(wrong) > 0 {
			return v.patient, firstOf(err, wrong)
		}
		return p.answer(tx, v, program.Cards, sent.values)
	})
	return p.outcome(v, err, func(wrong refusals) door.Answer {
		status := http.StatusUnprocessableEntity
		for _, r := range wrong {
			if isOversized(r) {
				status = http.StatusRequestEntityTooLarge
			}
		}
		return p.cardsPage(v, status, sent.values, wrong)
	})
}

// keep stores files and collects what is wrong with them.
func (p *Phone) keep(tx *sandbox.Tx, v *visitor, files []file) (refusals, error) {
	var wrong refusals
	for _, f := range files {
		use, known := program.ParseUse(f.name)
		if !known {
			wrong = append(wrong, &program.Refusal{Rule: program.NotAllowed, Field: f.name,
				Saw: "a file", Wants: "a picture of a card"})
			continue
		}
		_, err := p.support.AddMedia(tx, v.patient.ID, use, f.content)
		if err == nil {
			continue
		}
		one, ok := refusalsIn(err)
		if !ok {
			return nil, err
		}
		if one[0].Rule == program.BadFile && f.tooLarge() {
			one = oversized(f.name)
		}
		wrong = append(wrong, one...)
	}
	return wrong, nil
}

func firstOf(err error, wrong refusals) error {
	if err != nil {
		return err
	}
	return wrong
}
