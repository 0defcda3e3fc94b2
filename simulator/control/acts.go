package control

import (
	"cmp"
	"encoding/base64"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/fake"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// said is the body of an act; which members it may have depends on the act.
type said struct {
	Act      string            `json:"act"`
	Consents map[string]bool   `json:"consents"`
	Screen   *string           `json:"screen"`
	Values   map[string]string `json:"values"`
	Use      string            `json:"use"`
	Content  *string           `json:"content"` // base64
	Name     *string           `json:"name"`
	Body     *string           `json:"body"`

	Date            *string `json:"date"` // yyyy-mm-dd
	Facility        string  `json:"facility"`
	InsuranceUpdate bool    `json:"insuranceUpdate"`

	file []byte // the content
}

// kind is one kind of act.
type kind struct {
	members []string // that its body may have
	// draw makes the picture that was not given, before the update: pictures
	// take longer than anything an update should wait for.
	draw func(b *sandbox.Sandbox, p *program.Patient, s *said) *problem
	do   func(a *api, tx *sandbox.Tx, p *program.Patient, s *said) error
}

// kinds are what a patient can be made to do.
var kinds = map[string]kind{
	"open-link":    {do: openLink},
	"consent":      {do: consent, members: []string{"consents"}},
	"answer":       {do: answerScreen, members: []string{"screen", "values"}},
	"upload-media": {do: uploadMedia, members: []string{"use", "content"}, draw: drawCard},
	"sign":         {do: sign, members: []string{"name", "content"}, draw: drawSignature},
	"finish":       {do: finish},
	"view-tracker": {do: viewTracker},
	"text":         {do: text, members: []string{"body"}},

	"update-infusion": {do: updateInfusion, members: []string{"date", "facility", "insuranceUpdate", "values"}},
}

// act lets a patient act and answers with the patient as they are afterwards.
func (a *api) act(c *call) (answer, error) {
	id, err := c.patient()
	if err != nil {
		return answer{}, err
	}
	s, act, refused := c.readAct()
	if refused != nil {
		return answer{}, refused
	}
	var p program.Patient
	known := false
	c.view(func(r sandbox.Reader) { p, known = a.rooms.Support.Patient(r, id) })
	if !known {
		return answer{}, notFound("patient", "patient", id.String())
	}
	if act.draw != nil {
		if refused := act.draw(c.Sandbox, &p, s); refused != nil {
			return answer{}, refused
		}
	}
	if err := c.Sandbox.Update(func(tx *sandbox.Tx) error { return act.do(a, tx, &p, s) }); err != nil {
		return answer{}, err
	}
	return a.patientAnswer(c, id)
}

// readAct reads the body: first which act, then what that act takes.
func (c *call) readAct() (*said, kind, *problem) {
	name := gjson.GetBytes(c.body, "act")
	act, known := kinds[name.Str]
	if len(c.body) > 0 && !known {
		return nil, kind{}, invalid("act", cmp.Or(name.Str, name.Raw), either(slices.Sorted(maps.Keys(kinds))))
	}
	var s said
	if p := c.read(&s, append([]string{"act"}, act.members...)...); p != nil {
		return nil, kind{}, p
	}
	if s.Content != nil {
		var err error
		if s.file, err = base64.StdEncoding.DecodeString(*s.Content); err != nil {
			return nil, kind{}, invalid("content", *s.Content, "bytes in standard base64")
		}
	}
	return &s, act, nil
}

func openLink(a *api, tx *sandbox.Tx, p *program.Patient, _ *said) error {
	_, err := a.rooms.Support.Open(tx, p.ID)
	return err
}

func finish(a *api, tx *sandbox.Tx, p *program.Patient, _ *said) error {
	_, err := a.rooms.Support.Finish(tx, p.ID)
	return err
}

func viewTracker(a *api, tx *sandbox.Tx, p *program.Patient, _ *said) error {
	_, err := a.rooms.Support.ViewTracker(tx, p.ID)
	return err
}

// consent says yes to everything unless told what to say.
func consent(a *api, tx *sandbox.Tx, p *program.Patient, s *said) error {
	says := s.Consents
	if says == nil {
		says = map[string]bool{}
		if prog, known := a.rooms.Support.Directory(tx).Program(p.Program); known {
			for _, term := range prog.Consents {
				says[term.Name] = true
			}
		}
	}
	_, err := a.rooms.Support.Consent(tx, p.ID, says)
	return err
}

// answerScreen fills in a screen, which may be told from the values' keys.
func answerScreen(a *api, tx *sandbox.Tx, p *program.Patient, s *said) error {
	prog, known := a.rooms.Support.Directory(tx).Program(p.Program)
	if !known {
		return &program.Refusal{Rule: program.UnknownProgram, Field: "program", Saw: p.Program}
	}
	screen, refused := s.screen(prog)
	if refused != nil {
		return refused
	}
	_, err := a.rooms.Support.Answer(tx, p.ID, screen, s.dated(prog))
	return err
}

// dated are the values with the days among them as the domain wants them.
func (s *said) dated(prog *program.Program) map[string]string {
	values := maps.Clone(s.Values)
	for key, value := range values {
		f, known := prog.Field(key)
		day, err := time.Parse(time.DateOnly, value)
		switch {
		case !known || err != nil:
		case f.Format == program.BirthDate:
			values[key] = program.WriteBirthDate(day)
		case f.Format == program.USDay:
			values[key] = day.Format("01/02/2006")
		}
	}
	return values
}

// updateInfusion tells about infusions. Whatever is not said is not there.
func updateInfusion(a *api, tx *sandbox.Tx, p *program.Patient, s *said) error {
	prog, known := a.rooms.Support.Directory(tx).Program(p.Program)
	if !known {
		return &program.Refusal{Rule: program.UnknownProgram, Field: "program", Saw: p.Program}
	}
	told := program.Infusion{Facility: s.Facility, Insurance: s.InsuranceUpdate}
	if s.Date != nil {
		var err error
		if told.Date, err = time.Parse(time.DateOnly, *s.Date); err != nil || told.Date.Before(earliest) || told.Date.After(latestTo) {
			return invalid("date", *s.Date, "a day like 2026-09-01, from 1900 to 9000, or left out")
		}
	}
	_, err := a.rooms.Support.UpdateInfusion(tx, p.ID, told, s.dated(prog))
	var refusal *program.Refusal
	if errors.As(err, &refusal) && refusal.Field == "facilityName" {
		refusal.Field = "facility" // as this API calls it
	}
	return err
}

func (s *said) screen(prog *program.Program) (program.Screen, *problem) {
	if s.Screen != nil {
		screen, known := program.ParseScreen(*s.Screen)
		if !known || screen == program.ConsentScreen {
			return 0, invalid("screen", *s.Screen, "an enrollment screen, such as about")
		}
		return screen, nil
	}
	var screens []program.Screen
	for _, key := range slices.Sorted(maps.Keys(s.Values)) {
		f, known := prog.Field(key)
		if !known || f.Screen == program.ConsentScreen { // the consent's has no fields
			return 0, invalid(shown(key), key, "the key of a field that a screen asks for")
		}
		if !slices.Contains(screens, f.Screen) {
			screens = append(screens, f.Screen)
		}
	}
	switch len(screens) {
	case 0:
		return 0, invalid("values", "nothing", "the values of a screen, or come with the name of one")
	case 1:
		return screens[0], nil
	}
	var names []string
	for _, screen := range screens {
		names = append(names, screen.String())
	}
	return 0, invalid("values", strings.Join(names, ", "), "of one screen")
}

func uploadMedia(a *api, tx *sandbox.Tx, p *program.Patient, s *said) error {
	use, _ := program.ParseUse(s.Use)
	_, err := a.rooms.Support.AddMedia(tx, p.ID, use, s.file)
	return err
}

// drawCard draws a side of the patient's insurance card from what they have
// answered; what is not known is the invented person's they could be.
func drawCard(b *sandbox.Sandbox, p *program.Patient, s *said) *problem {
	side, insurance, memberID, born := fake.Front, "insurance.", "memberId", "Dob"
	use, known := program.ParseUse(s.Use)
	switch use {
	case program.PrimaryBack:
		side = fake.Back
	case program.SecondaryFront, program.SecondaryBack:
		insurance, memberID, born = "insurance.secondary.", "memberid", "cardDob"
		if use == program.SecondaryBack {
			side = fake.Back
		}
	}
	switch {
	case !known || use == program.SignatureImage:
		return invalid("use", s.Use, "one of insurance.front, insurance.back, insurance.secondary.front, insurance.secondary.back")
	case s.Content != nil:
		return nil
	}
	h := fake.New(b.Seed()).Named(p.FirstName, p.LastName, p.ID.Subject(), b.Clock().Now()).CardHolder()
	h.Name = cmp.Or(p.Answer(insurance+"cardname"), h.Name)
	h.Carrier = cmp.Or(p.Answer(insurance+"carrier"), h.Carrier)
	h.MemberID = cmp.Or(p.Answer(insurance+memberID), h.MemberID)
	h.GroupNumber = cmp.Or(p.Answer(insurance+"groupNum"), h.GroupNumber)
	for _, key := range []string{program.KeyBirthDate, insurance + born} {
		if day, ok := program.ParseBirthDate(p.Answer(key)); ok {
			h.Born = day
		}
	}
	s.file = fake.Card(h, side)
	return nil
}

func sign(a *api, tx *sandbox.Tx, p *program.Patient, s *said) error {
	_, err := a.rooms.Support.Sign(tx, p.ID, s.file)
	return err
}

// drawSignature writes a name: the one given, or the patient's.
func drawSignature(_ *sandbox.Sandbox, p *program.Patient, s *said) *problem {
	switch {
	case s.Content != nil && s.Name != nil:
		return invalid("content", "a name too", "alone, or left out for a name to be written")
	case s.Content != nil:
	case s.Name != nil:
		s.file = fake.Signature(*s.Name)
	default:
		s.file = fake.Signature(strings.TrimSpace(p.FirstName + " " + p.LastName))
	}
	return nil
}

// longestText bounds a text. Policy: ten parts of a concatenated SMS.
const longestText = 1530

func text(a *api, tx *sandbox.Tx, p *program.Patient, s *said) error {
	if s.Body == nil || len(*s.Body) > longestText {
		return invalid("body", "none, or too much", "the text, of at most 1530 bytes")
	}
	_, err := a.rooms.Support.Text(tx, p.ID, *s.Body)
	return err
}
