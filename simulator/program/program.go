package program

import (
	"slices"
	"strings"

	"github.com/placebo-sim/placebo/simulator/deviation"
	"github.com/placebo-sim/placebo/simulator/dialect"
)

// Program is one drug's or service's support program. It is configuration:
// once in a [Directory] it is not changed any more.
type Program struct {
	ID        string
	Name      string // how texts and pages call it
	Product   string // the brand it is run under, such as "rxware"
	Partner   string // whose program it is
	Condition string // what its patients are treated for
	Silent    bool   // no text on invitation (RX-OUR-026)

	// Organization is the id the vendor gave the partner (HA-GEN-003).
	Organization string

	// Invitation is the text that goes out with an invitation. {program},
	// {name} and {link} are replaced.
	Invitation string
	// OwnInvitation tells that the wording is the program's own (AMB-055).
	OwnInvitation bool

	Consents  []ConsentTerm
	Required  []string // keys of fields, or names of uses, that finish asks for
	Agreed    []Field  // fields added to the standard ones
	Formats   []Field  // standard fields whose format was agreed otherwise, whole
	Events    []Event  // beyond, or instead of, the documented ones
	Reactions []Reaction
	Campaigns []Campaign

	Hooks    Hooks
	Dialect  dialect.Set
	Deviates *deviation.Set // what it is made to do wrong; nil: nothing

	fields   []*Field // standard, then agreed
	byKey    map[string]*Field
	byFold   map[string]string // keys by their lower case (AMB-010 insensitive)
	wanted   []*Field          // without which an invitation is refused
	byScreen [screenCount][]*Field

	invitation template
}

// ConsentTerm is one thing a program asks its patients to agree to.
type ConsentTerm struct {
	Name     string // on the wire, such as "sharePHI"
	Text     string // on the page
	Optional bool   // may be declined without ending the enrollment
}

// Hooks says where a program's webhooks go.
type Hooks struct {
	Enrollment string            // URL; empty: there is nobody to tell
	Action     string            // URL
	Headers    map[string]string // sent with each (HA-OUR-011)
	Kinds      map[Happening]Hook
	Source     string // the source of the partner's ids, instead of the dialect's (AMB-006)
}

// Hook is where the webhooks of one kind go, where that was agreed.
type Hook struct {
	URL     string            // instead of the address of the kind's path
	Headers map[string]string // beside the program's, or instead of them
	Off     bool              // not sent at all
}

func (p *Program) seal() {
	p.invitation = parseTemplate(p.Invitation)
	p.fields = nil
	p.byKey = make(map[string]*Field, len(standard)+len(p.Agreed))
	p.byFold = make(map[string]string, len(standard)+len(p.Agreed))
	p.wanted = nil
	p.byScreen = [screenCount][]*Field{}
	for _, list := range [][]Field{standard, p.Agreed} {
		for i := range list {
			f := &list[i]
			if at := slices.IndexFunc(p.Formats, func(o Field) bool { return o.Key == f.Key }); at >= 0 {
				f = &p.Formats[at]
			}
			p.fields = append(p.fields, f)
			p.byKey[f.Key] = f
			p.byFold[strings.ToLower(f.Key)] = f.Key
			if f.Wanted {
				p.wanted = append(p.wanted, f)
			}
			p.byScreen[f.Screen] = append(p.byScreen[f.Screen], f)
		}
	}
}

// FieldsOn returns the fields a screen asks for, in order.
func (p *Program) FieldsOn(s Screen) []*Field { return p.byScreen[s] }

// Wanted are the fields without which an invitation is refused.
func (p *Program) Wanted() []*Field { return p.wanted }

// Field finds a field by its key.
func (p *Program) Field(key string) (*Field, bool) {
	f, ok := p.byKey[key]
	return f, ok
}

func (p *Program) requires(item string) bool { return slices.Contains(p.Required, item) }

// Missing returns the required items that a patient has not supplied. Policy:
// what does not apply, such as the card of a second insurance that there is
// not, is not missing; otherwise nobody without it could finish.
func (p *Program) Missing(patient *Patient) []string {
	var gone []string
	for _, item := range p.Required {
		if use, isUse := ParseUse(item); isUse {
			if patient.MediaID(use) == "" && (use == SignatureImage || slices.Contains(patient.Pictures(), use)) {
				gone = append(gone, item)
			}
			continue
		}
		f, known := p.Field(item)
		if patient.Answer(item) == "" && (!known || patient.Applies(f)) {
			gone = append(gone, item)
		}
	}
	return gone
}
