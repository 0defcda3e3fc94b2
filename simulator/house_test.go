package simulator_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "github.com/placebo-sim/placebo"

// house says which packages of this module a package may import; tests are
// exempt. A name that ends in /... stands for everything below it too. A row
// for a package that is not built yet is fine; a package without a row is not:
// what it may know is decided here, on purpose.
var house = map[string][]string{
	"cmd/placebo": {"conformance/...", "simulator", "simulator/config", "simulator/clock", "simulator/deviation", "simulator/dialect"},

	"simulator":           {"simulator/..."},
	"simulator/bench":     {},
	"simulator/clock":     {},
	"simulator/chance":    {},
	"simulator/fake":      {"simulator/chance"},
	"simulator/deviation": {},
	"simulator/dialect":   {},
	"simulator/sandbox":   {"simulator/clock", "simulator/chance"},
	"simulator/inbox":     {"simulator/sandbox"},
	"simulator/webhook":   {"simulator/sandbox", "simulator/clock", "simulator/chance"},
	"simulator/program":   {"simulator/deviation", "simulator/sandbox", "simulator/clock", "simulator/chance", "simulator/fake", "simulator/dialect"},
	"simulator/door":      {"simulator/deviation", "simulator/sandbox", "simulator/clock", "simulator/chance"},
	"simulator/rxware":    {"simulator/deviation", "simulator/program", "simulator/sandbox", "simulator/door", "simulator/webhook", "simulator/clock", "simulator/dialect"},
	"simulator/partner":   {"simulator/deviation", "simulator/sandbox", "simulator/door", "simulator/clock", "simulator/chance"},
	"simulator/phone":     {"simulator/deviation", "simulator/program", "simulator/sandbox", "simulator/inbox", "simulator/door", "simulator/fake", "simulator/clock", "simulator/dialect"},
	"simulator/config":    {"simulator/deviation", "simulator/program", "simulator/chance", "simulator/dialect"},
	"simulator/control": {"simulator/deviation",
		"simulator/program", "simulator/sandbox", "simulator/inbox", "simulator/webhook", "simulator/partner",
		"simulator/config", "simulator/door", "simulator/fake", "simulator/clock", "simulator/chance", "simulator/dialect",
	},

	"features":  {},
	"scenarios": {},
	"fixtures":  {},

	"conformance":                  {"conformance/...", "features/..."},
	"conformance/clauses":          {},
	"conformance/evidence":         {},
	"conformance/result":           {"conformance/evidence"},
	"conformance/port":             {},
	"conformance/client":           {"conformance/port", "conformance/evidence"},
	"conformance/steps":            {"conformance/port", "conformance/clauses"},
	"conformance/report":           {"conformance/result", "conformance/evidence"},
	"conformance/certificate":      {"conformance/result"},
	"conformance/settings":         {"conformance/port"},
	"conformance/target/inprocess": {"conformance", "conformance/port", "conformance/client", "conformance/clauses", "conformance/result", "simulator/..."},
	"conformance/target/url":       {"conformance/port", "conformance/client", "conformance/evidence", "conformance/settings"},
	"conformance/target/container": {"conformance/port", "conformance/client", "conformance/evidence", "conformance/settings", "conformance/target/url"},
}

// law is a rule of imports that no row of house may lift; a package's own
// parts are always its own to use. Packages of this
// module are written without the module's path, all others as imported.
type law struct {
	why     string
	who     []string
	except  []string
	mayNot  []string
	instead string // what to do
}

var (
	vendors  = []string{"simulator/rxware/...", "simulator/community/..."}
	domain   = []string{"simulator/program/...", "simulator/portal/..."}
	testOnly = []string{
		"testing/...", "github.com/cucumber/...", "github.com/testcontainers/...",
		"github.com/chromedp/...", "pgregory.net/rapid/...",
	}
)

var laws = []law{
	{
		why:     "the domain knows no HTTP and no JSON",
		who:     domain,
		mayNot:  []string{"net/http/...", "encoding/json/...", "github.com/go-json-experiment/json/...", "github.com/julienschmidt/httprouter/...", "github.com/tidwall/gjson/..."},
		instead: "paths, field names and status codes belong to the vendor's package",
	},
	{
		why:     "the sandbox is generic",
		who:     []string{"simulator/sandbox/..."},
		mayNot:  domain,
		instead: "the domain brings its records and indexes to the sandbox",
	},
	{
		why:     "only simulator wires, and vendors do not know one another",
		who:     []string{"simulator/...", "cmd/..."},
		except:  []string{"simulator"},
		mayNot:  vendors,
		instead: "pass what is needed as a small interface of the consumer",
	},
	{
		why:     "the simulator does not know the suite that judges it",
		who:     []string{"simulator/..."},
		mayNot:  []string{"conformance/...", "features/..."},
		instead: "the two halves meet in conformance/target/inprocess",
	},
	{
		why:     "the suite does not know the simulator",
		who:     []string{"conformance/...", "features/..."},
		except:  []string{"conformance/target/inprocess"},
		mayNot:  []string{"simulator/..."},
		instead: "the two halves meet in conformance/target/inprocess",
	},
	{
		why:     "the program links no test library",
		who:     []string{"simulator/...", "cmd/..."},
		mayNot:  testOnly,
		instead: "declare the two or three methods you need of a test as an interface",
	},
	{
		why:     "only the container target knows containers",
		who:     []string{"conformance/..."},
		except:  []string{"conformance/target/container"},
		mayNot:  []string{"github.com/testcontainers/..."},
		instead: "put it into conformance/target/container",
	},
}

// wild says what must not be used of a package under simulator/, because it
// reads the wall clock or draws from chance that no seed governs.
type wild struct {
	name   string         // the package's own name, for imports without an alias
	banned *regexp.Regexp // matched against the whole selector
	but    []string       // allowed although banned matches
}

var wilds = map[string]wild{
	"time":                   {"time", exactly("Now|Sleep|After|AfterFunc|Tick|NewTimer|NewTicker|Since|Until"), nil},
	"context":                {"context", exactly("With(Timeout|Deadline)(Cause)?"), nil},
	"math/rand":              {"rand", exactly(".*"), []string{"New", "NewSource", "NewZipf", "Rand", "Source", "Source64", "Zipf"}},
	"math/rand/v2":           {"rand", exactly(".*"), []string{"New", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "Source", "PCG", "ChaCha8", "Zipf"}},
	"crypto/rand":            {"rand", exactly(".*"), nil},
	"hash/maphash":           {"maphash", exactly(".*"), nil}, // even the zero Hash seeds itself
	"crypto/ecdh":            {"ecdh", exactly("GenerateKey"), nil},
	"crypto/ecdsa":           {"ecdsa", exactly("GenerateKey"), nil},
	"crypto/ed25519":         {"ed25519", exactly("GenerateKey"), nil}, // NewKeyFromSeed is the way
	"crypto/rsa":             {"rsa", exactly("Generate.*Key"), nil},
	"github.com/google/uuid": {"uuid", exactly("New.*"), []string{"NewHash", "NewMD5", "NewSHA1"}},
	gofakeit:                 {"gofakeit", exactly(".*"), []string{"New", "NewUnlocked", "NewCustom", "Faker", "Info", "MapParams", "PersonInfo", "AddressInfo", "JobInfo"}},
}

const gofakeit = "github.com/brianvoe/gofakeit/v6"

// These methods of a seeded gofakeit.Faker still look at the wall clock.
var fakerReadsClock = exactly("PastDate|FutureDate|CreditCardExp")

func exactly(re string) *regexp.Regexp { return regexp.MustCompile("^(?:" + re + ")$") }

// under tells whether name is matched by one of the patterns.
func under(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		below, open := strings.CutSuffix(p, "/...")
		return name == below || open && strings.HasPrefix(name, below+"/")
	})
}

// source is one parsed file that is not a test.
type source struct {
	dir  string
	name string
	ast  *ast.File
}

// checker collects what is wrong with a tree.
type checker struct {
	rows     map[string][]string
	files    *token.FileSet
	problems []string
}

func (c *checker) say(at token.Pos, format string, args ...any) {
	p := c.files.Position(at)
	c.problems = append(c.problems, fmt.Sprintf("%s:%d: ", p.Filename, p.Line)+fmt.Sprintf(format, args...))
}

// check returns what is wrong with the tree, sorted, and the packages it saw.
func check(tree fs.FS, rows map[string][]string) (problems, packages []string, err error) {
	c := &checker{rows: rows, files: token.NewFileSet()}
	rooms, err := c.read(tree)
	if err != nil {
		return nil, nil, err
	}
	packages = slices.Sorted(maps.Keys(rooms))
	for _, dir := range packages {
		if _, known := rows[dir]; !known {
			c.problems = append(c.problems, dir+": this package has no row in the table of the house: add one in simulator/house_test.go, on purpose")
		}
		c.hasComment(dir, rooms[dir])
		for _, src := range rooms[dir] {
			c.imports(src)
			if under(dir, []string{"simulator/..."}) && dir != "simulator/clock" {
				c.timeAndChance(src)
			}
		}
	}
	slices.Sort(c.problems)
	return slices.Compact(c.problems), packages, nil
}

// read parses every Go file that is not a test, by directory. What the go
// command leaves out (testdata, hidden folders, modules within) it leaves out.
func (c *checker) read(tree fs.FS) (map[string][]source, error) {
	rooms := map[string][]source{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case d.IsDir():
			if name == "." {
				return nil
			}
			if _, err := fs.Stat(tree, path.Join(name, "go.mod")); err == nil || base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
				return fs.SkipDir
			}
			return nil
		case !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go") || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_"):
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(c.files, name, text, parser.ParseComments)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		rooms[dir] = append(rooms[dir], source{dir, path.Base(name), file})
		return nil
	})
	return rooms, err
}

func (c *checker) hasComment(dir string, sources []source) {
	for _, src := range sources {
		if src.name != "doc.go" {
			continue
		}
		want := "Package " + src.ast.Name.Name + " "
		if src.ast.Name.Name == "main" {
			want = "" // a command's comment starts with the command
		}
		if text := src.ast.Doc.Text(); text == "" || !strings.HasPrefix(text, want) {
			c.say(src.ast.Package, "the package comment is missing or does not start with %q", want)
		}
		return
	}
	c.problems = append(c.problems, dir+": no doc.go with a package comment")
}

func (c *checker) imports(src source) {
	row, known := c.rows[src.dir]
	for _, imp := range src.ast.Imports {
		what := importPath(imp)
		inside, ours := strings.CutPrefix(what, module+"/")
		if ours {
			what = inside
		}
		for _, l := range laws {
			if under(src.dir, l.who) && !under(src.dir, l.except) && under(what, l.mayNot) && !under(what, []string{src.dir + "/..."}) {
				c.say(imp.Pos(), "%s may not import %s: %s; %s", src.dir, what, l.why, l.instead)
			}
		}
		if ours && known && !under(what, row) {
			c.say(imp.Pos(), "%s may not import %s: its row allows %s", src.dir, what, cmp.Or(strings.Join(row, ", "), "nothing of this module"))
		}
	}
}

func (c *checker) timeAndChance(src source) {
	named := map[string]string{} // the name in this file -> import path, of the wild ones
	faker := false
	for _, imp := range src.ast.Imports {
		what := importPath(imp)
		w, watched := wilds[what]
		if !watched {
			continue
		}
		faker = faker || what == gofakeit
		switch {
		case imp.Name == nil:
			named[w.name] = what
		case imp.Name.Name == ".":
			c.say(imp.Pos(), "a dot import of %s hides where time and chance come from", what)
		default:
			named[imp.Name.Name] = what
		}
	}
	ast.Inspect(src.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			what, ok := packageOf(n, named)
			if !ok {
				if faker && fakerReadsClock.MatchString(n.Sel.Name) {
					c.say(n.Pos(), "gofakeit's %s follows the wall clock: take dates from the sandbox's clock", n.Sel.Name)
				}
				return true
			}
			if w := wilds[what]; w.banned.MatchString(n.Sel.Name) && !slices.Contains(w.but, n.Sel.Name) {
				c.say(n.Pos(), "%s.%s: time and chance come from simulator/clock and simulator/chance only", what, n.Sel.Name)
			}
		case *ast.CallExpr:
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && len(n.Args) > 0 && isZero(n.Args[0]) {
				if what, ok := packageOf(sel, named); ok && what == gofakeit {
					c.say(n.Pos(), "to gofakeit.%s the seed 0 means a random one: give it a seed", sel.Sel.Name)
				}
			}
		}
		return true
	})
}

// packageOf returns the import path a selector starts at. A local variable
// that shadows the package is not the package.
func packageOf(sel *ast.SelectorExpr, named map[string]string) (string, bool) {
	id, ok := sel.X.(*ast.Ident)
	if !ok || id.Obj != nil {
		return "", false
	}
	what, ok := named[id.Name]
	return what, ok
}

// isZero sees 0 and nil, also in brackets or behind a conversion.
func isZero(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		n, err := strconv.ParseInt(e.Value, 0, 64)
		return err == nil && n == 0
	case *ast.Ident:
		return e.Name == "nil"
	case *ast.ParenExpr:
		return isZero(e.X)
	case *ast.CallExpr:
		_, conversion := e.Fun.(*ast.Ident)
		return conversion && len(e.Args) == 1 && isZero(e.Args[0])
	}
	return false
}

func importPath(imp *ast.ImportSpec) string {
	p, _ := strconv.Unquote(imp.Path.Value) // the parser has checked it
	return p
}

func TestTheHouseIsInOrder(t *testing.T) {
	t.Parallel()
	problems, packages, err := check(os.DirFS(".."), house)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(packages, "simulator/chance") {
		t.Fatalf("looked at the wrong tree: found only %v", packages)
	}
	for _, p := range problems {
		t.Error(p)
	}
}

// A row that a law forbids would be dead: it reads as a permission, and is none.
func TestNoRowOfTheHouseBreaksALaw(t *testing.T) {
	t.Parallel()
	for who, row := range house {
		for _, what := range row {
			for _, l := range laws {
				if under(who, l.who) && !under(who, l.except) && under(strings.TrimSuffix(what, "/..."), l.mayNot) {
					t.Errorf("the row of %s names %s, but %s", who, what, l.why)
				}
			}
		}
	}
}

func TestTheHouseRefuses(t *testing.T) {
	t.Parallel()
	const ours = `"` + module + `/`
	// in builds the text of a file that imports and does something.
	in := func(imports, body string) string {
		return "package x\n\nimport (" + strings.ReplaceAll(imports, "; ", "\n") + ")\n\nfunc f() {" + body + "}\n"
	}
	cases := []struct {
		name, file, text, want string
	}{
		{"an arrow that is not in the row", "simulator/fake/a.go", in(ours+`simulator/sandbox"`, ""), "its row allows simulator/chance"},
		{"any arrow from an empty row", "simulator/clock/a.go", in(ours+`simulator/chance"`, ""), "nothing of this module"},
		{"a package without a row", "simulator/attic/a.go", in("", ""), "simulator/attic: this package has no row"},
		{"a package without a row at the top", "a.go", in("", ""), ".: this package has no row"},
		{"HTTP in the domain", "simulator/program/a.go", in(`"net/http"`, ""), "the domain knows no HTTP"},
		{"JSON in the domain", "simulator/program/a.go", in(`"encoding/json"`, ""), "the domain knows no HTTP and no JSON"},
		{"a part of HTTP in the domain", "simulator/program/a.go", in(`"net/http/httputil"`, ""), "the domain knows no HTTP"},
		{"a vendor in a vendor", "simulator/rxware/a.go", in(ours+`simulator/community"`, ""), "vendors do not know one another"},
		{"a vendor in the control", "simulator/control/a.go", in(ours+`simulator/rxware"`, ""), "only simulator wires"},
		{"a vendor in the command", "cmd/placebo/a.go", in(ours+`simulator/rxware"`, ""), "only simulator wires"},
		{"the domain in the sandbox", "simulator/sandbox/a.go", in(ours+`simulator/program"`, ""), "the sandbox is generic"},
		{"the suite in the simulator", "simulator/a.go", in(ours+`conformance/port"`, ""), "does not know the suite"},
		{"the features in the simulator", "simulator/a.go", in(ours+`features"`, ""), "does not know the suite"},
		{"the simulator in the suite", "conformance/client/a.go", in(ours+`simulator/rxware"`, ""), "does not know the simulator"},
		{"containers in the suite", "conformance/a.go", in(`"github.com/testcontainers/testcontainers-go"`, ""), "only the container target"},
		{"testing in production", "simulator/a.go", in(`"testing"`, ""), "links no test library"},
		{"a part of testing in production", "simulator/a.go", in(`"testing/fstest"`, ""), "links no test library"},
		{"godog in production", "simulator/a.go", in(`"github.com/cucumber/godog"`, ""), "links no test library"},
		{"testcontainers in production", "cmd/placebo/a.go", in(`"github.com/testcontainers/testcontainers-go/wait"`, ""), "links no test library"},
		{"chromedp in production", "simulator/phone/a.go", in(`"github.com/chromedp/chromedp"`, ""), "links no test library"},
		{"rapid in production", "simulator/sandbox/a.go", in(`"pgregory.net/rapid"`, ""), "links no test library"},

		{"the wall clock", "simulator/a.go", in(`"time"`, "time.Now()"), "a.go:5: time.Now"},
		{"the wall clock as a value", "simulator/a.go", in(`"time"`, "g := time.Now; g()"), "time.Now"},
		{"the wall clock under another name", "simulator/a.go", in(`wall "time"`, "wall.Sleep(1)"), "time.Sleep"},
		{"the wall clock under no name", "simulator/a.go", in(`. "time"`, "Now()"), "dot import of time"},
		{"a timer", "simulator/webhook/a.go", in(`"time"`, "time.NewTimer(1)"), "time.NewTimer"},
		{"a ticker", "simulator/webhook/a.go", in(`"time"`, "time.Tick(1)"), "time.Tick"},
		{"an age by the wall clock", "simulator/a.go", in(`"time"`, "time.Since(time.Time{})"), "time.Since"},
		{"a time-out", "simulator/a.go", in(`"context"`, "context.WithTimeout(nil, 1)"), "context.WithTimeout"},
		{"a deadline with a cause", "simulator/a.go", in(`"context"`, "context.WithDeadlineCause()"), "context.WithDeadlineCause"},
		{"the shared generator", "simulator/a.go", in(`"math/rand"`, "rand.Intn(3)"), "math/rand.Intn"},
		{"the shared generator, second version", "simulator/a.go", in(`"math/rand/v2"`, "rand.N(3)"), "math/rand/v2.N"},
		{"the system's randomness", "simulator/a.go", in(`crand "crypto/rand"`, "crand.Read(nil)"), "crypto/rand.Read"},
		{"a random hash seed", "simulator/a.go", in(`"hash/maphash"`, "maphash.MakeSeed()"), "hash/maphash.MakeSeed"},
		{"a hash that seeds itself", "simulator/a.go", in(`"hash/maphash"`, "var h maphash.Hash"), "hash/maphash.Hash"},
		{"a random key", "simulator/a.go", in(`"crypto/ed25519"`, "ed25519.GenerateKey(nil)"), "crypto/ed25519.GenerateKey"},
		{"a random id", "simulator/a.go", in(`"github.com/google/uuid"`, "uuid.NewString()"), "uuid.NewString"},
		{"the shared faker", "simulator/fake/a.go", in(`"`+gofakeit+`"`, "gofakeit.Name()"), "gofakeit/v6.Name"},
		{"a faker that seeds itself", "simulator/fake/a.go", in(`"`+gofakeit+`"`, "gofakeit.New(0)"), "the seed 0"},
		{"a faker that seeds itself behind a conversion", "simulator/fake/a.go", in(`g "`+gofakeit+`"`, "g.NewUnlocked(int64(0))"), "the seed 0"},
		{"a faker without a source", "simulator/fake/a.go", in(`"`+gofakeit+`"`, "gofakeit.NewCustom(nil)"), "the seed 0"},
		{"a faker from the system's randomness", "simulator/fake/a.go", in(`"`+gofakeit+`"`, "gofakeit.NewCrypto()"), "NewCrypto"},
		{"a faker's date by the wall clock", "simulator/fake/a.go", in(`"`+gofakeit+`"`, "gofakeit.New(7).PastDate()"), "follows the wall clock"},

		{"a package without doc.go", "simulator/clock/doc.go", "", "simulator/clock: no doc.go"},
		{"a doc.go without a comment", "simulator/clock/doc.go", "package clock\n", "package comment is missing"},
		{"a comment that does not name the package", "simulator/clock/doc.go", "// Tells the time.\npackage clock\n", "package comment is missing"},
		{"a command without a comment", "cmd/placebo/doc.go", "package main\n", "package comment is missing"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tree := goodTree()
			tree[c.file] = &fstest.MapFile{Data: []byte(c.text)}
			if c.text == "" { // the file is taken away, and the package stays
				delete(tree, c.file)
				tree[path.Join(path.Dir(c.file), "b.go")] = &fstest.MapFile{Data: []byte("package x\n")}
			}
			problems, _, err := check(tree, house)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, c.want) }) {
				t.Errorf("got %q, want a problem with %q", problems, c.want)
			}
		})
	}
}

func TestTheHouseAllows(t *testing.T) {
	t.Parallel()
	problems, packages, err := check(goodTree(), house)
	if err != nil || len(problems) != 0 {
		t.Errorf("got %q, %v, want no problem", problems, err)
	}
	if want := []string{"cmd/placebo", "conformance/target/inprocess", "simulator", "simulator/clock", "simulator/fake"}; !slices.Equal(packages, want) {
		t.Errorf("got packages %v, want %v", packages, want)
	}
}

func TestAHouseThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	if _, _, err := check(fstest.MapFS{"simulator/a.go": {Data: []byte("package")}}, house); err == nil {
		t.Error("got no error for a file that does not parse")
	}
}

// goodTree holds what the rules must let through.
func goodTree() fstest.MapFS {
	tree := fstest.MapFS{}
	for name, text := range map[string]string{
		"cmd/placebo/doc.go":                  "// Placebo simulates.\npackage main\n",
		"cmd/placebo/main.go":                 "package main\n\nimport (\"crypto/rand\"; \"time\"; \"" + module + "/simulator\")\n\nvar _, _ = time.Now, rand.Read\n",
		"conformance/target/inprocess/doc.go": "// Package inprocess meets.\npackage inprocess\n\nimport _ \"" + module + "/simulator\"\n",
		"simulator/doc.go":                    "// Package simulator wires.\npackage simulator\n\nimport _ \"" + module + "/simulator/rxware\"\n",
		"simulator/shadow.go":                 "package simulator\n\nimport \"time\"\n\nfunc g(t time.Time) { time := t; time.Now() }\n",
		"simulator/seeded.go":                 "package simulator\n\nimport \"math/rand/v2\"\n\nvar r *rand.Rand = rand.New(rand.NewPCG(1, 2))\n\nfunc h() { r.IntN(3) }\n",
		"simulator/a_test.go":                 "package simulator\n\nimport (\"testing\"; \"time\"; \"" + module + "/conformance\")\n\nfunc Test(*testing.T) { time.Sleep(1) }\n",
		"simulator/testdata/bad.go":           "package",
		"simulator/clock/doc.go":              "// Package clock tells the time.\npackage clock\n",
		"simulator/clock/clock.go":            "package clock\n\nimport \"time\"\n\nvar now = time.Now\n",
		"simulator/fake/doc.go":               "// Package fake invents.\npackage fake\n\nimport (\"" + module + "/simulator/chance\"; \"" + gofakeit + "\")\n\nvar f *gofakeit.Faker = gofakeit.New(7)\n",
		"attic/_old/a.go":                     "package",
		".build/a.go":                         "package",
		"examples/own/go.mod":                 "module own\n",
		"examples/own/main.go":                "package main\n",
	} {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return tree
}
