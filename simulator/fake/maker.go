package fake

import (
	"fmt"
	"math/rand"
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v6"
	"github.com/placebo-sim/placebo/simulator/chance"
)

// The limits that every text of a Person keeps, in characters. They are the
// narrowest of the vendors we stand in for.
const (
	maxName   = 100
	maxStreet = 50
	maxMail   = 50
)

// The ages of a drawn person, in completed years, both included.
const (
	youngest = 18
	oldest   = 89
)

// Maker makes the people of one sandbox. It is a value without state: makers
// of one seed are alike, and one may be used from many goroutines.
type Maker struct{ seed chance.Seed }

// New returns the maker of the sandbox with this seed.
func New(seed chance.Seed) Maker { return Maker{seed} }

// Person is an invented adult. Every text is ASCII, except a name that the
// caller of Named chose, and none but Apt is empty.
type Person struct {
	FirstName   string    // at most 100 characters
	LastName    string    // at most 100 characters
	Email       string    // first.last@example.com in lower case, at most 50 characters
	Phone       string    // E.164, see Maker.Phone
	Gender      string    // Male or Female, to go with the first name
	Street      string    // number and street, at most 50 characters
	Apt         string    // such as "Apt 12B"; empty for two people in three
	City        string    // at most 50 characters
	State       string    // two letters
	Zip         string    // five digits that belong to City and State
	Carrier     string    // an invented insurer
	MemberID    string    // ZZX and nine digits
	GroupNumber string    // ZZG and six digits
	Born        time.Time // midnight UTC
}

// Name returns first and last name with a space between them.
func (p Person) Name() string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

// CardHolder returns what the insurance card of p says.
func (p Person) CardHolder() CardHolder {
	return CardHolder{
		Name: p.Name(), Carrier: p.Carrier, MemberID: p.MemberID, GroupNumber: p.GroupNumber, Born: p.Born,
	}
}

// Person returns the person that subject is, aged 18 to 89 on the UTC date of
// today, which is the sandbox's time. Only Born depends on today: keep the
// person rather than ask again a sandbox month later.
func (m Maker) Person(subject uint64, today time.Time) Person {
	return m.Named("", "", subject, today)
}

// Named is Person for someone whose name is already known: mail and gender
// follow the name, all else is as Person draws it. The name is kept as given,
// accents included, up to 100 characters for each part; an empty part is drawn.
func (m Maker) Named(first, last string, subject uint64, today time.Time) Person {
	if first == "" {
		first = m.faker("first name", subject).FirstName()
	}
	if last == "" {
		last = m.faker("last name", subject).LastName()
	}
	home := places[m.seed.Below(uint64(len(places)), "fake: place", subject, 0)]
	p := Person{
		FirstName:   cut(first, maxName),
		LastName:    cut(last, maxName),
		Phone:       m.Phone(subject, 0),
		Street:      cut(m.faker("street", subject).Street(), maxStreet),
		Apt:         m.apt(subject),
		City:        home.city,
		State:       home.state,
		Zip:         home.zip,
		Carrier:     carriers[m.seed.Below(uint64(len(carriers)), "fake: carrier", subject, 0)],
		MemberID:    fmt.Sprintf("ZZX%09d", m.seed.Below(1_000_000_000, "fake: member id", subject, 0)),
		GroupNumber: fmt.Sprintf("ZZG%06d", m.seed.Below(1_000_000, "fake: group number", subject, 0)),
		Born:        m.born(subject, today),
	}
	p.Email = mail(p.FirstName, p.LastName)
	p.Gender = genderOf(p.FirstName)
	return p
}

// apt is empty for most, since a second address line is where clients differ.
func (m Maker) apt(subject uint64) string {
	if m.seed.Below(3, "fake: has apt", subject, 0) != 0 {
		return ""
	}
	n := m.seed.Below(40*4, "fake: apt", subject, 0)
	return fmt.Sprintf("Apt %d%c", n/4+1, 'A'+rune(n%4))
}

// born draws an age, and how long ago that birthday was.
func (m Maker) born(subject uint64, today time.Time) time.Time {
	age := youngest + int(m.seed.Below(oldest-youngest+1, "fake: age", subject, 0))
	year, month, day := today.UTC().Date()
	if month == time.February && day == 29 {
		// Most years have no such day, and 1 March would be a day too young.
		day = 28
	}
	since := int(m.seed.Below(365, "fake: days since birthday", subject, 0))
	return time.Date(year-age, month, day-since, 0, 0, 0, 0, time.UTC)
}

// mail is an address that no one can receive: example.com is reserved (RFC
// 2606). A name with no letter of the alphabet gets a number of its own, so
// that two of them still differ.
func mail(first, last string) string {
	part := func(name string) string {
		if s := mailPart(name); s != "" {
			return s
		}
		return fmt.Sprintf("p%06d", chance.Hash("fake: mail", name)%1_000_000)
	}
	const domain = "@example.com"
	const room = maxMail - len(domain) - len(".")
	first, last = part(first), part(last)
	// The shorter part is kept whole where it can be.
	first = first[:min(len(first), max(room/2, room-len(last)))]
	last = last[:min(len(last), room-len(first))]
	return first + "." + last + domain
}

// faker answers the one question what about subject. A faker of its own for
// each field keeps the fields independent.
func (m Maker) faker(what string, subject uint64) *gofakeit.Faker {
	return gofakeit.NewCustom(&source{seed: m.seed, what: "fake: " + what, subject: subject})
}

// source is a rand.Source64 of keyed draws; the ordinal counts those that
// gofakeit makes for one field.
type source struct {
	seed    chance.Seed
	what    string
	subject uint64
	ordinal uint64
}

var _ rand.Source64 = (*source)(nil)

func (s *source) Uint64() uint64 {
	s.ordinal++
	return s.seed.Draw(s.what, s.subject, s.ordinal)
}

func (s *source) Int63() int64 { return int64(s.Uint64() >> 1) }

// Seed does nothing: the draws are keyed by subject.
func (s *source) Seed(int64) {}
