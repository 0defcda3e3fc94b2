package fake_test

import (
	"bytes"
	"image/png"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/fake"
)

var today = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var (
	fictional   = regexp.MustCompile(`^\+1[2-9]\d\d55501\d\d$|^\+999\d{8,9}$`)
	serviceCode = regexp.MustCompile(`^\+1[2-9]11`)
	magic       = regexp.MustCompile(`^\+1202555019[0-7]$`)
	member      = regexp.MustCompile(`^ZZX\d{9}$`)
	state       = regexp.MustCompile(`^[A-Z]{2}$`)
	zip         = regexp.MustCompile(`^\d{5}$`)
)

func TestTheSamePersonIsDrawnEveryTime(t *testing.T) {
	for subject := range uint64(100) {
		a, b := fake.New(7).Person(subject, today), fake.New(7).Person(subject, today)
		if a != b {
			t.Fatalf("subject %d is %+v and %+v", subject, a, b)
		}
	}
	if fake.New(7).Person(1, today) == fake.New(8).Person(1, today) {
		t.Error("two seeds draw one person")
	}
}

func TestTenThousandPeopleStayInTheReservedRanges(t *testing.T) {
	names := map[string]bool{}
	for subject := range uint64(10_000) {
		p := fake.New(3).Person(subject, today)
		names[p.Name()] = true
		switch {
		case !fictional.MatchString(p.Phone) || serviceCode.MatchString(p.Phone) || magic.MatchString(p.Phone):
			t.Errorf("phone %s", p.Phone)
		case !strings.HasSuffix(p.Email, "@example.com") || len(p.Email) > 50:
			t.Errorf("mail %s", p.Email)
		case !member.MatchString(p.MemberID) || !state.MatchString(p.State) || !zip.MatchString(p.Zip):
			t.Errorf("member %s, state %s, zip %s", p.MemberID, p.State, p.Zip)
		case p.FirstName == "" || p.LastName == "" || len(p.FirstName) > 100 || len(p.LastName) > 100 || len(p.Street) > 50 || len(p.City) > 50:
			t.Errorf("%+v", p)
		case p.Gender != fake.Male && p.Gender != fake.Female:
			t.Errorf("gender %s", p.Gender)
		}
		if years := today.Sub(p.Born).Hours() / 24 / 365.25; years < 18 || years > 90 || p.Born.Hour() != 0 {
			t.Errorf("born %v", p.Born)
		}
		for _, text := range []string{p.FirstName, p.LastName, p.Street, p.Apt, p.City, p.Carrier, p.GroupNumber} {
			for _, c := range []byte(text) {
				if c < ' ' || c > '~' {
					t.Errorf("%q is not plain", text)
				}
			}
		}
	}
	if len(names) < 5000 {
		t.Errorf("only %d names among ten thousand people", len(names))
	}
}

func TestCityStateAndZipBelongTogether(t *testing.T) {
	homes := map[string]string{}
	for subject := range uint64(5_000) {
		p := fake.New(1).Person(subject, today)
		home := p.City + ", " + p.State
		if other, known := homes[p.Zip]; known && other != home {
			t.Errorf("%s is in %s and in %s", p.Zip, home, other)
		}
		homes[p.Zip] = home
	}
	if len(homes) < 20 {
		t.Errorf("only %d places", len(homes))
	}
}

func TestSomeoneWithANameKeepsIt(t *testing.T) {
	p := fake.New(7).Named("Maya", "Torres", 5, today)
	if p.Name() != "Maya Torres" || p.Email != "maya.torres@example.com" {
		t.Errorf("%+v", p)
	}
	q := fake.New(7).Person(5, today)
	if p.Born != q.Born || p.Zip != q.Zip || p.Phone != q.Phone {
		t.Error("the name changed what it has nothing to do with")
	}
}

func TestPhonesOfOneSubjectDiffer(t *testing.T) {
	m := fake.New(1)
	if a, b := m.Phone(1, 0), m.Phone(1, 1); a == b {
		t.Errorf("both %s", a)
	}
}

// oddNames are names that drawing must survive.
var oddNames = []string{"", " ", "X", "José 山田", "\x00\xff", strings.Repeat("Wolfeschlegelsteinhausen", 20), "🙂 🙂", "-'."}

func TestACardIsAPictureOfItsSizeWhateverTheName(t *testing.T) {
	for _, name := range oddNames {
		for _, side := range []fake.Side{fake.Front, fake.Back, 99} {
			holder := fake.CardHolder{Name: name, Carrier: name, MemberID: name, GroupNumber: name}
			content := fake.Card(holder, side)
			c, err := png.DecodeConfig(bytes.NewReader(content))
			if err != nil || c.Width != fake.CardWidth || c.Height != fake.CardHeight || len(content) > 40<<10 {
				t.Errorf("%q, side %d: %d bytes, %+v, %v", name, side, len(content), c, err)
			}
			if !bytes.Equal(content, fake.Card(holder, side)) {
				t.Errorf("%q is drawn in two ways", name)
			}
		}
	}
}

func TestFrontAndBackDiffer(t *testing.T) {
	h := fake.New(1).Person(1, today).CardHolder()
	if bytes.Equal(fake.Card(h, fake.Front), fake.Card(h, fake.Back)) {
		t.Error("they are one picture")
	}
}

func TestASignatureIsItsNames(t *testing.T) {
	seen := map[string]string{}
	for _, name := range append(oddNames, "Maya Torres", "Leo Torres", "maya torres") {
		content := fake.Signature(name)
		c, err := png.DecodeConfig(bytes.NewReader(content))
		if err != nil || c.Width != fake.SignatureWidth || c.Height != fake.SignatureHeight || len(content) > 40<<10 {
			t.Errorf("%q: %d bytes, %+v, %v", name, len(content), c, err)
		}
		if !bytes.Equal(content, fake.Signature(name)) {
			t.Errorf("%q signs in two ways", name)
		}
		if other, taken := seen[string(content)]; taken {
			t.Errorf("%q signs like %q", name, other)
		}
		seen[string(content)] = name
	}
}

func BenchmarkPerson(b *testing.B) {
	m := fake.New(chance.Seed(1))
	for i := range uint64(b.N) {
		m.Person(i, today)
	}
}
