package phone

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/fake"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// The inputs of the signature page.
const (
	typedName = "typed"
	drawing   = "drawing"
)

// longestName is how long a typed signature may be, in characters.
const longestName = 100

func (p *Phone) showSignature(v *visitor) door.Answer {
	return p.signaturePage(v, http.StatusOK, nil, nil)
}

func (p *Phone) signaturePage(v *visitor, status int, said url.Values, wrong refusals) door.Answer {
	const here = program.Signature
	pg := v.page(v.heading(here), leads[here])
	pg.at(v, here.String())
	content := struct {
		Signed   string // the address of the signature that is there
		Typed    string
		Error    string
		Required bool
		Longest  int
		Sections []section
	}{
		Typed: strings.ToValidUTF8(said.Get(typedName), "\uFFFD"), Required: v.requires(program.SignatureImage.String()),
		Longest: longestName, Sections: v.sections(here, said, wrong),
	}
	if id := v.patient.MediaID(program.SignatureImage); id != "" {
		content.Signed = v.link(mediaFolder, id)
	}
	if r := wrong.of(program.SignatureImage.String()); r != nil {
		content.Error = signatureComplaint(r)
	}
	pg.Content = content
	pg.complain(lookAgain, wrong, func(r *program.Refusal) (string, string, string) {
		if r.Field == program.SignatureImage.String() {
			return "Signature", typedName, content.Error
		}
		return v.whereOn(here)(r)
	})
	return p.render(status, "signature", pg, wrong...)
}

func signatureComplaint(r *program.Refusal) string {
	if r.Rule == program.BadFile {
		return "The drawing did not arrive whole. Please draw it again, or type your name."
	}
	return complaint(r, &program.Field{})
}

// postSignature keeps what was drawn or, without a script, what was typed, in a
// running hand. Neither passes the screen unsigned.
func (p *Phone) postSignature(v *visitor) door.Answer {
	said, err := form(v.Call, signatureLimit)
	if err != nil {
		return p.turnedAway(err)
	}
	v, err = p.act(v.Call, func(tx *sandbox.Tx, v *visitor) (program.Patient, error) {
		written, refusal := signed(said)
		if refusal != nil {
			return v.patient, refusal
		}
		if written != nil {
			if patient, err := p.support.Sign(tx, v.patient.ID, written); err != nil {
				return patient, err
			}
		}
		others := url.Values{}
		for key, list := range said {
			if key != typedName && key != drawing {
				others[key] = list
			}
		}
		return p.answer(tx, v, program.Signature, others)
	})
	return p.outcome(v, err, func(wrong refusals) door.Answer {
		return p.signaturePage(v, http.StatusUnprocessableEntity, said, wrong)
	})
}

// signed is the picture of the signature, or nil when nobody signed.
func signed(said url.Values) ([]byte, *program.Refusal) {
	item := program.SignatureImage.String()
	if drawn := said.Get(drawing); drawn != "" {
		const form = "data:image/png;base64,"
		encoded, ok := strings.CutPrefix(drawn, form)
		picture, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || err != nil || len(picture) == 0 {
			return nil, &program.Refusal{Rule: program.BadFile, Field: item, Saw: "no drawing", Wants: "a PNG"}
		}
		return picture, nil
	}
	switch name := strings.TrimSpace(said.Get(typedName)); {
	case name == "":
		return nil, nil
	case !utf8.ValidString(name):
		return nil, &program.Refusal{Rule: program.NotAllowed, Field: item,
			Saw: strings.ToValidUTF8(name, "\uFFFD"), Wants: "text in UTF-8"}
	case utf8.RuneCountInString(name) > longestName:
		return nil, &program.Refusal{Rule: program.TooLong, Field: item, Limit: longestName}
	default:
		return fake.Signature(name), nil
	}
}
