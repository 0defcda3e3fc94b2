package clauses_test

import (
	"embed"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/conformance/clauses"
)

//go:embed testdata
var testdata embed.FS

// products is what the contract holds: how many clauses of the vendor's and how many of ours.
var products = map[string]struct {
	prefix       string
	vendor, ours int
}{
	"rxware":     {prefix: "RX", vendor: 159, ours: 49},
	"helparound": {prefix: "HA", vendor: 65, ours: 22},
}

func isOurs(c clauses.Clause) bool { return strings.Contains(c.ID, "-OUR-") }

func TestTheCatalogueHoldsTheWholeContract(t *testing.T) {
	vendor, ours := map[string]int{}, map[string]int{}
	for _, c := range clauses.All() {
		if _, known := products[c.Product]; !known {
			t.Errorf("%s: product %q is not in the table of this test", c.ID, c.Product)
		}
		if isOurs(c) {
			ours[c.Product]++
		} else {
			vendor[c.Product]++
		}
	}
	for product, want := range products {
		if got := vendor[product]; got != want.vendor {
			t.Errorf("%s: %d clauses of the vendor's, want %d", product, got, want.vendor)
		}
		if got := ours[product]; got != want.ours {
			t.Errorf("%s: %d clauses of ours, want %d", product, got, want.ours)
		}
	}
}

// lines returns the words of each line of a file of testdata.
func lines(t *testing.T, name string) (all [][]string) {
	t.Helper()
	text, err := testdata.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		all = append(all, strings.Fields(line))
	}
	if len(all) == 0 {
		t.Fatalf("%s is empty", name)
	}
	return all
}

// The list of the contract's clauses is taken from its tables, and taken again
// when the contract changes:
//
//	grep -ohE '^\| (RX|HA)-[A-Z-]+-[0-9]{3} \|( (MUST|SHOULD|MAY) \|)?' rxware.md helparound.md |
//		awk '{print $2, $4}' | sed 's/ $//' > testdata/contract.txt
func TestIDsAndLevelsAreTheContracts(t *testing.T) {
	contract := map[string]clauses.Level{}
	for _, line := range lines(t, "contract.txt") {
		level := clauses.Must // of our choices, for which the contract gives none
		if len(line) == 2 {
			level = clauses.Level(line[1])
		}
		if _, twice := contract[line[0]]; twice {
			t.Errorf("%s stands in the contract twice", line[0])
		}
		contract[line[0]] = level
	}
	for _, c := range clauses.All() {
		switch level, ok := contract[c.ID]; {
		case !ok:
			t.Errorf("%s is not in the contract", c.ID)
		case level != c.Level:
			t.Errorf("%s: level %s, want %s", c.ID, c.Level, level)
		}
		delete(contract, c.ID)
	}
	for id := range contract {
		t.Errorf("%s is missing", id)
	}
}

// The list of the register's entries, each with the clauses it names, is taken
// again when the register changes:
//
//	awk '/^### AMB-/ {a = $2} sub(/^- Clauses: /, "") {gsub(/,/, ""); print a, $0}' \
//		ambiguities-rxware-helparound.md > testdata/ambiguities.txt
func TestClausesAndAmbiguitiesNameOneAnother(t *testing.T) {
	register := map[string][]string{}
	for _, line := range lines(t, "ambiguities.txt") {
		for _, id := range line[1:] {
			register[id] = append(register[id], line[0])
		}
	}
	for _, c := range clauses.All() {
		if want := register[c.ID]; !slices.Equal(c.Ambiguities, want) {
			t.Errorf("%s names %v, and is named by %v", c.ID, c.Ambiguities, want)
		}
		delete(register, c.ID)
	}
	for id, entries := range register {
		t.Errorf("%v name %s, which does not exist", entries, id)
	}
}

func TestWhatIsUntestedSaysWhyInOneOfThreeWays(t *testing.T) {
	why := regexp.MustCompile(`^(not testable: |needs a person: |no scenario because )\S[^\n|<]*[^.\s]$`)
	for _, c := range clauses.All() {
		if c.Untested != "" && !why.MatchString(c.Untested) {
			t.Errorf("%s: untested %q does not match %s", c.ID, c.Untested, why)
		}
	}
}

func TestAnIDIsUniqueAndSaysItsProduct(t *testing.T) {
	shape := regexp.MustCompile(`^(RX|HA)-[A-Z-]+-\d{3}$`)
	seen := map[string]bool{}
	for _, c := range clauses.All() {
		if !shape.MatchString(c.ID) {
			t.Errorf("id %q does not match %s", c.ID, shape)
		}
		if want := products[c.Product].prefix + "-"; !strings.HasPrefix(c.ID, want) {
			t.Errorf("%s stands in the file of %s, whose ids begin with %s", c.ID, c.Product, want)
		}
		if seen[c.ID] {
			t.Errorf("%s occurs twice", c.ID)
		}
		seen[c.ID] = true
	}
}

func TestAFamilyIsNumberedInOrderWithoutAGap(t *testing.T) {
	last := map[string]int{}
	for _, c := range clauses.All() {
		cut := strings.LastIndex(c.ID, "-")
		family := c.ID[:max(cut, 0)]
		number, err := strconv.Atoi(c.ID[cut+1:])
		if err != nil {
			t.Errorf("%s has no number", c.ID)
			continue
		}
		if want := last[family] + 1; number != want {
			t.Errorf("%s follows %s-%03d, want number %03d", c.ID, family, last[family], want)
		}
		last[family] = number
	}
}

func TestEveryFieldHoldsAValueWeKnow(t *testing.T) {
	levels := []clauses.Level{clauses.Must, clauses.Should, clauses.May}
	kinds := []clauses.Kind{clauses.Vendor, clauses.VendorOnOurWire, clauses.Policy}
	binds := []clauses.Binds{clauses.BindsVendor, clauses.BindsReceiver, clauses.BindsCaller}
	source := regexp.MustCompile(`^(ours|(seed 00[013]|page /\S+[^\s;])(; (seed 00[013]|page /\S+[^\s;]))*)$`)
	for _, c := range clauses.All() {
		if !slices.Contains(levels, c.Level) {
			t.Errorf("%s: level %q", c.ID, c.Level)
		}
		if !slices.Contains(kinds, c.Kind) {
			t.Errorf("%s: kind %q", c.ID, c.Kind)
		}
		if !slices.Contains(binds, c.Binds) {
			t.Errorf("%s: binds %q", c.ID, c.Binds)
		}
		if !source.MatchString(c.Source) {
			t.Errorf("%s: source %q", c.ID, c.Source)
		}
	}
}

func TestEveryTextIsASentence(t *testing.T) {
	sentence := regexp.MustCompile(`^\S[^\n]*(\.|[.!?]["')])$`)
	for _, c := range clauses.All() {
		if !sentence.MatchString(c.Text) {
			t.Errorf("%s: %q is not one line that ends like a sentence", c.ID, c.Text)
		}
		if strings.ContainsAny(c.Text, "`|") && !strings.Contains(c.Text, `$)|(^`) || strings.Contains(c.Text, "  ") {
			t.Errorf("%s: %q still carries marks of a table", c.ID, c.Text)
		}
		if isOurs(c) && !strings.Contains(c.Text, ": ") {
			t.Errorf("%s: %q does not name the silent point and our choice", c.ID, c.Text)
		}
	}
}

func TestOurChoicesArePolicyAndNothingElseIs(t *testing.T) {
	for _, c := range clauses.All() {
		ours := isOurs(c)
		if got := c.Kind == clauses.Policy; got != ours {
			t.Errorf("%s: kind %s", c.ID, c.Kind)
		}
		if got := c.Source == "ours"; got != ours {
			t.Errorf("%s: source %q", c.ID, c.Source)
		}
		if ours && c.Level != clauses.Must {
			t.Errorf("%s: level %s, want %s", c.ID, c.Level, clauses.Must)
		}
	}
}

func TestAnAmbiguityIsAnEntryOfTheRegisterNamedOnce(t *testing.T) {
	entry := regexp.MustCompile(`^AMB-\d{3}$`)
	named := map[string]bool{}
	for _, c := range clauses.All() {
		for _, a := range c.Ambiguities {
			if !entry.MatchString(a) || a < "AMB-001" || a > "AMB-080" {
				t.Errorf("%s names %q, which is not in the register", c.ID, a)
			}
			named[a] = true
		}
		if !slices.IsSorted(c.Ambiguities) || len(slices.Compact(slices.Clone(c.Ambiguities))) != len(c.Ambiguities) {
			t.Errorf("%s: ambiguities %v are not in order, each once", c.ID, c.Ambiguities)
		}
	}
	if got, want := len(named), 80; got != want {
		t.Errorf("the clauses name %d entries of the register, want all %d", got, want)
	}
}

func TestAClauseIsFoundByItsID(t *testing.T) {
	got, ok := clauses.Find("RX-INVITE-014")
	want := clauses.Clause{
		ID:          "RX-INVITE-014",
		Product:     "rxware",
		Level:       clauses.Must,
		Text:        "firstName of exactly 100 ASCII characters is accepted and of 101 is refused.",
		Source:      "seed 003",
		Kind:        clauses.Vendor,
		Binds:       clauses.BindsVendor,
		Ambiguities: []string{"AMB-041", "AMB-053"},
	}
	if !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("found %+v, %v, want %+v", got, ok, want)
	}
	for _, c := range clauses.All() {
		if got, ok := clauses.Find(c.ID); !ok || !reflect.DeepEqual(got, c) {
			t.Errorf("%s: found %+v, %v", c.ID, got, ok)
		}
	}
	if got, ok := clauses.Find("RX-INVITE-000"); ok {
		t.Errorf("RX-INVITE-000 does not exist, yet found %+v", got)
	}
}

func TestACallerCannotChangeTheCatalogue(t *testing.T) {
	first := clauses.All()
	for i := range first {
		for j := range first[i].Ambiguities {
			first[i].Ambiguities[j] = "spoiled"
		}
		first[i] = clauses.Clause{}
	}
	found, _ := clauses.Find("RX-INVITE-014")
	found.Ambiguities[0] = "spoiled"
	for _, c := range clauses.All() {
		if c.ID == "" || slices.Contains(c.Ambiguities, "spoiled") {
			t.Fatalf("a caller's change is seen by the next: %+v", c)
		}
	}
}

func TestAFileIsReadStrictly(t *testing.T) {
	const good = "- id: RX-GEN-001\n  level: MUST\n  text: A sentence.\n"
	if list, err := clauses.Parse("rxware", []byte(good)); err != nil || len(list) != 1 || list[0].Product != "rxware" {
		t.Fatalf("a good file: %+v, %v", list, err)
	}
	for name, bad := range map[string]string{
		"an unknown key":    good + "  levle: MUST\n",
		"a key twice":       good + "  level: MAY\n",
		"a second document": good + "---\n" + good,
		"a map of clauses":  "RX-GEN-001:\n  level: MUST\n",
	} {
		if list, err := clauses.Parse("rxware", []byte(bad)); err == nil {
			t.Errorf("a file with %s was read: %+v", name, list)
		}
	}
}
