package dialect_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/placebo-sim/placebo/simulator/dialect"
)

const home = "github.com/placebo-sim/placebo/simulator/dialect"

// usage is what the sources outside this package do with the switches.
type usage struct {
	used     map[string]bool // by the name of the constant
	problems []string        // values that a switch does not have
}

// constants returns the switches by the names of their constants.
func constants(t *testing.T) map[string]dialect.Switch {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "switches.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]dialect.Switch{}
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
			for i, spec := range g.Specs {
				if name := spec.(*ast.ValueSpec).Names[0].Name; ast.IsExported(name) {
					names[name] = dialect.Switch(i)
				}
			}
		}
	}
	if len(names) != len(dialect.Switches("")) {
		t.Fatalf("got %d constants, want one for each of %d switches", len(names), len(dialect.Switches("")))
	}
	return names
}

// scan reads the Go sources of a tree that are no tests.
func scan(tree fs.FS, names map[string]dialect.Switch) (*usage, error) {
	u := &usage{used: map[string]bool{}}
	files := token.NewFileSet()
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := path.Base(name); base == "testdata" || name == "simulator/dialect" || name != "." && strings.HasPrefix(base, ".") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		if !strings.Contains(string(text), home) {
			return nil
		}
		file, err := parser.ParseFile(files, name, text, 0)
		if err != nil {
			return err
		}
		u.read(files, file, names)
		return nil
	})
	return u, err
}

func (u *usage) read(files *token.FileSet, file *ast.File, names map[string]dialect.Switch) {
	local := ""
	for _, spec := range file.Imports {
		if spec.Path.Value == strconv.Quote(home) {
			local = "dialect"
			if spec.Name != nil {
				local = spec.Name.Name
			}
		}
	}
	if local == "" {
		return
	}
	// named is the switch that an expression is.
	named := func(e ast.Expr) (string, bool) {
		s, ok := e.(*ast.SelectorExpr)
		if !ok {
			return "", false
		}
		x, ok := s.X.(*ast.Ident)
		if !ok || x.Name != local {
			return "", false
		}
		_, known := names[s.Sel.Name]
		return s.Sel.Name, known
	}
	// asked is the switch whose value an expression is.
	asked := func(e ast.Expr) (string, bool) {
		call, ok := e.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return "", false
		}
		if s, ok := call.Fun.(*ast.SelectorExpr); !ok || s.Sel.Name != "Of" {
			return "", false
		}
		return named(call.Args[0])
	}
	// against compares a literal with the values of the switch; a switch without
	// a name is known only when the code runs, and may be any.
	against := func(name string, value ast.Expr) {
		literal, ok := value.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return
		}
		text, _ := strconv.Unquote(literal.Value)
		candidates, who := dialect.Switches(""), "no switch has the"
		if name != "" {
			candidates, who = candidates[names[name]:names[name]+1], name+" has no"
		}
		if !slices.ContainsFunc(candidates, func(w dialect.Info) bool { return has(w, text) }) {
			u.problems = append(u.problems, fmt.Sprintf("%v: %s value %q", files.Position(value.Pos()), who, text))
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if name, ok := named(n); ok {
				u.used[name] = true
			}
		case *ast.CallExpr: // s.Is(dialect.X, "value"), or a function like it
			for i, arg := range n.Args[:max(len(n.Args)-1, 0)] {
				if name, ok := named(arg); ok {
					against(name, n.Args[i+1])
				} else if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Is" && len(n.Args) == 2 {
					against("", n.Args[1])
				}
			}
		case *ast.BinaryExpr: // s.Of(dialect.X) == "value"
			if name, ok := asked(n.X); ok {
				against(name, n.Y)
			}
		case *ast.SwitchStmt: // switch s.Of(dialect.X) { case "value": }
			if name, ok := asked(n.Tag); ok {
				for _, c := range n.Body.List {
					for _, value := range c.(*ast.CaseClause).List {
						against(name, value)
					}
				}
			}
		}
		return true
	})
}

func has(w dialect.Info, value string) bool {
	return slices.ContainsFunc(w.Values, func(v dialect.Value) bool { return v.Name == value })
}

func TestTheCodeAsksForValuesThatThereAre(t *testing.T) {
	t.Parallel()
	u, err := scan(os.DirFS("../.."), constants(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range u.problems {
		t.Error(p)
	}
}

func TestEverySwitchIsPlayed(t *testing.T) {
	t.Parallel()
	names := constants(t)
	u, err := scan(os.DirFS("../.."), names)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		t.Run(name, func(t *testing.T) {
			if !u.used[name] {
				t.Errorf("no code outside this package looks at %s", name)
			}
		})
	}
}

func TestTheScannerFindsWrongValues(t *testing.T) {
	t.Parallel()
	names := constants(t)
	cases := []struct{ name, text, want string }{
		{"a call", `var _ = s.Is(dialect.ConsentKey, "consentz")`, `ConsentKey has no value "consentz"`},
		{"a call of a function like it", `var _ = is(dialect.NamesAtOpt, "bottom")`, `NamesAtOpt has no value "bottom"`},
		{"a comparison", `var _ = s.Of(dialect.Slash) != "none"`, `Slash has no value "none"`},
		{"a case", `func f() { switch s.Of(dialect.NACode) { case "null", "zero": } }`, `NACode has no value "zero"`},
		{"a call for a switch in a variable", `var _ = s.Is(w, "consentz")`, `no switch has the value "consentz"`},
		{"a right call for a switch in a variable", `var _ = s.Is(w, "consent")`, ""},
		{"a right call", `var _ = s.Is(dialect.ConsentKey, "consent")`, ""},
		{"a right case", `func f() { switch s.Of(dialect.NACode) { case "null": default: } }`, ""},
		{"a switch without a tag", `func f() { switch { case true: } }`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tree := fstest.MapFS{"simulator/a.go": {Data: []byte("package a\n\nimport \"" + home + "\"\n\n" + c.text + "\n")}}
			u, err := scan(tree, names)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(u.problems, "\n")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
