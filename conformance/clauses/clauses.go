package clauses

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// Level says how binding a clause is.
type Level string

// The levels, in the usual sense of the words.
const (
	Must   Level = "MUST"
	Should Level = "SHOULD"
	May    Level = "MAY"
)

// Kind says who made a clause, and so which peers it can judge.
type Kind string

const (
	// Vendor clauses come from the vendor's contract and judge real peers.
	Vendor Kind = "vendor"
	// VendorOnOurWire clauses are the vendor's, but can only be judged on a
	// detail of the wire that the vendor leaves open and we chose.
	VendorOnOurWire Kind = "vendor-on-our-wire"
	// Policy clauses are our own choices where the vendor is silent; they judge
	// only our simulator unless asked for.
	Policy Kind = "policy"
)

// Binds says who can break a clause.
type Binds string

const (
	// BindsVendor marks what the platform owes.
	BindsVendor Binds = "vendor"
	// BindsReceiver marks what the partner's webhook endpoint owes.
	BindsReceiver Binds = "receiver"
	// BindsCaller marks what the partner owes when it calls the API.
	BindsCaller Binds = "caller"
)

// Clause is one testable sentence of a contract.
type Clause struct {
	ID          string   // stable, such as "RX-INVITE-014"; the Gherkin tag is "@" and this
	Product     string   // the file it stands in: "rxware" or "helparound"
	Level       Level    // how binding it is
	Text        string   // the sentence itself; a policy reads "silent point: our choice"
	Source      string   // where the contract says so; "ours" for a policy
	Kind        Kind     // who made it
	Binds       Binds    // who can break it
	Ambiguities []string // entries of the ambiguity register that touch it, such as "AMB-041"
	Untested    string   // why no scenario proves it; empty when one does
}

// All lists every clause, product by product, in the order of the contract.
func All() []Clause {
	all := slices.Clone(load().list)
	for i := range all {
		all[i].Ambiguities = slices.Clone(all[i].Ambiguities)
	}
	return all
}

// Find looks a clause up by its id.
func Find(id string) (Clause, bool) {
	c := load()
	i, ok := c.at[id]
	if !ok {
		return Clause{}, false
	}
	found := c.list[i]
	found.Ambiguities = slices.Clone(found.Ambiguities)
	return found, true
}

//go:embed *.yaml
var files embed.FS

type catalogue struct {
	list []Clause
	at   map[string]int // id to place in list
}

// load reads the embedded files once. They are part of the program, so a file
// that cannot be read is a programming error.
var load = sync.OnceValue(func() catalogue {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		panic(fmt.Sprintf("clauses: %v", err))
	}
	c := catalogue{at: map[string]int{}}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			panic(fmt.Sprintf("clauses: %v", err))
		}
		list, err := parse(strings.TrimSuffix(name, ".yaml"), data)
		if err != nil {
			panic(fmt.Sprintf("clauses: %s: %v", name, err))
		}
		c.list = append(c.list, list...)
	}
	for i, clause := range c.list {
		c.at[clause.ID] = i
	}
	return c
})

// parse reads one product's file: a single document, no unknown key.
func parse(product string, data []byte) ([]Clause, error) {
	var entries []struct {
		ID          string   `yaml:"id"`
		Level       Level    `yaml:"level"`
		Text        string   `yaml:"text"`
		Source      string   `yaml:"source"`
		Kind        Kind     `yaml:"kind"`
		Binds       Binds    `yaml:"binds"`
		Ambiguities []string `yaml:"ambiguities"`
		Untested    string   `yaml:"untested"`
	}
	d := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := d.Decode(&entries); err != nil {
		return nil, err
	}
	var more any
	if err := d.Decode(&more); err != io.EOF {
		return nil, fmt.Errorf("more than one document")
	}
	list := make([]Clause, len(entries))
	for i, e := range entries {
		list[i] = Clause{e.ID, product, e.Level, e.Text, e.Source, e.Kind, e.Binds, e.Ambiguities, e.Untested}
	}
	return list, nil
}
