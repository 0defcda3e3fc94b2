package deviation

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// Wire is what a deviation does on the wire and in the texts.
type Wire struct {
	Answers  Answers
	Webhooks Webhooks
	Texts    Texts
	Partner  Answering
}

// Answers are changes of the vendor's answers to some operations.
type Answers struct {
	To     []string      // operations, by their names in the journal; none: nothing is changed
	Of     int           // only answers of this status; 0: every success
	Within time.Duration // only so soon after the invitation, of a file after the enrollment
	Under  string        // only of calls whose path begins so
	If     []Match       // only answers of which all of this is true
	Instead
	Edits  []Edit
	Status int    // instead of its own
	Type   string // instead of its own
	Base64 bool   // the body
	Spoilt bool   // the body's last byte is another one
	Texts  bool   // the call sends the first text again
}

// Instead is a refusal that a good call gets.
type Instead uint8

// The refusals.
const (
	Itself    Instead = iota // none
	NoPatient                // there is no such patient
	NoFile                   // there is no such file
	NoPath                   // there is no such path
)

// Webhooks are changes of the webhooks of some kinds.
type Webhooks struct {
	Of        []string // kinds as configurations name them, or every one; none: nothing is changed
	From      Whose
	Edits     []Edit
	Lost      bool
	Doubled   bool
	Elsewhere bool // to the other of the two addresses
	Broken    bool // a brace too many: no JSON
	// Headerless leaves out the headers that were agreed on.
	Headerless bool
	Carriage   Carriage
}

// Whose says of which patients webhooks are changed.
type Whose uint8

// The patients.
const (
	Anybody   Whose = iota
	Returners       // whose first webhook to this path it is not
	Silenced        // who want no texts
	Skippers        // who had no onboarding
)

// Every is every kind of webhook.
const Every = "every"

// Carriage is how webhooks are carried otherwise than they should be.
type Carriage uint8

// The ways, one bit each.
const (
	Once      Carriage = 1 << iota // no second attempt
	Insists                        // what was refused is sent again
	Anew                           // a later attempt tells the time of the attempt
	Overtakes                      // nobody waits for an earlier one
	Impatient                      // Retry-After is not heeded
	Offended                       // after a refusal the patient's others wait for good
	Demanding                      // only 200 acknowledges
)

// Texts are changes of the texts to patients.
type Texts struct {
	Linkless bool   // no link in them
	Link     string // the last part of every link
	Doubled  bool
}

// Answering is what a partner does wrong with webhooks.
type Answering struct {
	At      string // only on this path
	Refuses []Match
	Again   bool   // what came before is refused
	Takes   string // acknowledges what is wrong by this rule; any is all of them
	Yes, No Saying // how it acknowledges and refuses
	Fetches Fetching
}

// Match is true of bodies of which it is said rightly.
type Match struct {
	Path string
	Is   string // there, missing, a type such as string, = and a text, or ~ and a part of one
}

// Saying changes an answer of the partner.
type Saying struct {
	Status int // instead of its own
	Edits  []Edit
	Empty  bool   // no body at all
	Body   string // instead of its own
}

// Fetching is how a partner fetches files otherwise than it should.
type Fetching uint8

// The ways.
const (
	Faithful Fetching = iota
	FetchesNothing
	FetchesFirst       // the first of several only
	FetchesOfInfusions // what infusion updates mention too
)

// each yields what is armed that pick takes.
func (s *Set) each(do func(d *Deviation)) {
	if s == nil {
		return
	}
	for i := range s.armed {
		do(&s.armed[i])
	}
}

// Amending is an answer as deviations change it.
type Amending struct {
	Operation, Path string
	Since           time.Duration // since the invitation, of a file since the enrollment
	Status          int
	Type            string
	Body            []byte
	Instead         Instead
	Texts           bool
}

// Amend changes an answer.
func (s *Set) Amend(a *Amending) {
	s.each(func(d *Deviation) {
		w := &d.Answers
		if !slices.Contains(w.To, a.Operation) || !strings.HasPrefix(a.Path, w.Under) || w.Within > 0 && a.Since >= w.Within {
			return
		}
		if slices.ContainsFunc(w.If, func(m Match) bool { return !m.of(a.Body) }) {
			return
		}
		if w.Of != a.Status && (w.Of != 0 || a.Status < 200 || a.Status > 299) {
			return
		}
		a.Instead = max(a.Instead, w.Instead)
		a.Texts = a.Texts || w.Texts
		a.Body = edited(a.Body, w.Edits)
		if w.Status != 0 {
			a.Status = w.Status
		}
		if w.Type != "" {
			a.Type = w.Type
		}
		if w.Base64 {
			a.Body = []byte(base64.StdEncoding.EncodeToString(a.Body))
		}
		if w.Spoilt && len(a.Body) > 0 {
			a.Body = slices.Clone(a.Body)
			a.Body[len(a.Body)-1] ^= 1
		}
	})
}

// Posting is a webhook as deviations change it.
type Posting struct {
	Kind       string
	From       []Whose // what is true of the patient
	Body       []byte
	Copies     int
	Elsewhere  bool
	Headerless bool
	Carriage   Carriage
}

// Post changes a webhook before it is left with the outbox.
func (s *Set) Post(p *Posting) {
	p.Copies = 1
	s.each(func(d *Deviation) {
		w := &d.Webhooks
		if !slices.Contains(w.Of, p.Kind) && !slices.Contains(w.Of, Every) ||
			w.From != Anybody && !slices.Contains(p.From, w.From) {
			return
		}
		p.Body = edited(p.Body, w.Edits)
		if w.Broken {
			p.Body = append(slices.Clip(p.Body), '}')
		}
		switch {
		case w.Lost:
			p.Copies = 0
		case w.Doubled:
			p.Copies = 2
		}
		p.Elsewhere = p.Elsewhere || w.Elsewhere
		p.Headerless = p.Headerless || w.Headerless
		p.Carriage |= w.Carriage
	})
}

// Say is what is sent in the place of a text.
func (s *Set) Say(text string) []string {
	texts := []string{text}
	s.each(func(d *Deviation) {
		w := &d.Texts
		for i, t := range texts {
			texts[i] = w.on(t)
		}
		if w.Doubled {
			texts = append(texts, texts[0])
		}
	})
	return texts
}

func (w *Texts) on(text string) string {
	if !w.Linkless && w.Link == "" {
		return text
	}
	words := strings.Split(text, " ")
	words = slices.DeleteFunc(words, func(word string) bool { return w.Linkless && strings.Contains(word, "://") })
	for i, word := range words {
		if at := strings.LastIndexByte(word, '/'); w.Link != "" && strings.Contains(word, "://") {
			words[i] = word[:at+1] + w.Link
		}
	}
	return strings.Join(words, " ")
}

// Refuses names the member for which a partner refuses a webhook that it should
// understand.
func (s *Set) Refuses(path string, body []byte, again bool) (member string, refused bool) {
	s.each(func(d *Deviation) {
		w := &d.Partner
		if !strings.HasPrefix(path, w.At) {
			return
		}
		if w.Again && again {
			member, refused = "event", true
		}
		if len(w.Refuses) > 0 && !slices.ContainsFunc(w.Refuses, func(m Match) bool { return !m.of(body) }) {
			member, refused = w.Refuses[0].Path, true
		}
	})
	return member, refused
}

// Looks tells whether it matters to a partner that a webhook came before.
func (s *Set) Looks() (looks bool) {
	s.each(func(d *Deviation) { looks = looks || d.Partner.Again })
	return looks
}

func (m *Match) of(body []byte) bool {
	v := gjson.GetBytes(body, m.Path)
	switch m.Is {
	case "there":
		return v.Exists()
	case "missing":
		return !v.Exists()
	case "null":
		return v.Exists() && v.Type == gjson.Null
	case "string":
		return v.Type == gjson.String
	case "number":
		return v.Type == gjson.Number
	case "boolean":
		return v.IsBool()
	case "array":
		return v.IsArray()
	}
	is, text := strings.CutPrefix(m.Is, "=")
	part, within := strings.CutPrefix(m.Is, "~")
	return text && v.Exists() && v.String() == is || within && strings.Contains(v.String(), part)
}

// Takes tells whether a partner acknowledges what is wrong by a rule.
func (s *Set) Takes(path, rule string) (takes bool) {
	s.each(func(d *Deviation) {
		w := &d.Partner
		takes = takes || strings.HasPrefix(path, w.At) && (w.Takes == "any" || w.Takes == rule && rule != "")
	})
	return takes
}

// Answer changes a partner's answer.
func (s *Set) Answer(path string, status int, body []byte) (int, []byte) {
	s.each(func(d *Deviation) {
		w := &d.Partner
		say := &w.No
		if status == 200 {
			say = &w.Yes
		}
		if !strings.HasPrefix(path, w.At) {
			return
		}
		body = edited(body, say.Edits)
		if say.Status != 0 {
			status = say.Status
		}
		if say.Empty || say.Body != "" {
			body = []byte(say.Body)
		}
	})
	return status, body
}

// Fetches is how a partner fetches files.
func (s *Set) Fetches() (f Fetching) {
	s.each(func(d *Deviation) { f = max(f, d.Partner.Fetches) })
	return f
}
