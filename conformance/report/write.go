package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/placebo-sim/placebo/conformance/result"
)

// The files that Write leaves.
const (
	ResultFile   = "result.json"
	JUnitFile    = "junit.xml"
	CucumberFile = "cucumber.json"
	HTMLFile     = "report.html"
)

var files = []struct {
	name string
	make func(*result.Result) ([]byte, error)
}{
	{ResultFile, encode},
	{JUnitFile, junit},
	{CucumberFile, cucumber},
	{HTMLFile, page},
}

// Write writes all reports of a result to a directory, which it makes. Each file
// is whole or, after an error, as it was before.
func Write(dir string, r *result.Result) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	r = whole(r)
	for _, f := range files {
		text, err := f.make(r)
		if err == nil {
			err = replace(filepath.Join(dir, f.name), text)
		}
		if err != nil {
			return fmt.Errorf("writing %s: %w", f.name, err)
		}
	}
	return nil
}

// replace puts a file in another's place, at once.
func replace(path string, text []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // it is gone when all went well
	_, err = tmp.Write(text)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

// whole is the result with empty lists where there were none: null is no list.
func whole(r *result.Result) *result.Result {
	some := *r
	some.Clauses, some.Scenarios = list(slices.Clone(r.Clauses)), list(slices.Clone(r.Scenarios))
	for i := range some.Clauses {
		c := &some.Clauses[i]
		c.Scenarios = list(c.Scenarios)
	}
	for i := range some.Scenarios {
		s := &some.Scenarios[i]
		s.Tags, s.Clauses, s.Steps = list(s.Tags), list(s.Clauses), list(s.Steps)
	}
	for _, m := range []*map[result.Verdict]int{&some.Totals.Scenarios, &some.Totals.Clauses} {
		if *m == nil {
			*m = map[result.Verdict]int{}
		}
	}
	return &some
}

func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func encode(r *result.Result) ([]byte, error) { return indented(r) }

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	to.SetIndent("", "  ")
	err := to.Encode(v)
	return b.Bytes(), err
}

// Read reads a result.json, or the one of a directory. It refuses another
// version, and whatever this one does not know.
func Read(path string) (*result.Result, error) {
	text, err := os.ReadFile(path)
	if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
		path = filepath.Join(path, ResultFile)
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	r, err := decode(text)
	if err != nil {
		return nil, &fs.PathError{Op: "reading", Path: path, Err: err}
	}
	return r, nil
}

func decode(text []byte) (*result.Result, error) {
	var is struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(text, &is); err != nil {
		return nil, err
	}
	if is.Version != result.Version {
		return nil, fmt.Errorf("it is of version %d; this program reads version %d", is.Version, result.Version)
	}
	from := json.NewDecoder(bytes.NewReader(text))
	from.DisallowUnknownFields()
	r := &result.Result{}
	if err := from.Decode(r); err != nil {
		return nil, err
	}
	if _, err := from.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the result")
	}
	return r, known(r)
}

// known refuses verdicts that are none.
func known(r *result.Result) error {
	check := func(where string, v result.Verdict) error {
		if !slices.Contains(result.Verdicts(), v) {
			return fmt.Errorf("%s: there is no verdict %q", where, v)
		}
		return nil
	}
	err := check("the run", r.Verdict)
	for _, totals := range []map[result.Verdict]int{r.Totals.Scenarios, r.Totals.Clauses} {
		for v := range totals {
			err = errors.Join(err, check("the totals", v))
		}
	}
	for _, c := range r.Clauses {
		err = errors.Join(err, check(c.ID, c.Verdict))
	}
	for _, s := range r.Scenarios {
		err = errors.Join(err, check(s.ID, s.Verdict))
		for _, st := range s.Steps {
			err = errors.Join(err, check(s.ID, st.Verdict))
		}
	}
	return err
}
