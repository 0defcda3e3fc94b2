package control

import (
	"slices"

	"github.com/placebo-sim/placebo/simulator/deviation"
)

// deviationView is a wrong behaviour that the sandbox could have, or has.
type deviationView struct {
	Name    string   `json:"name"`
	Side    string   `json:"side"`
	Does    string   `json:"does"`
	Clauses []string `json:"clauses"`            // that it breaks; the first is the one it is made for
	Armed   bool     `json:"armed"`              // for the whole sandbox
	In      []string `json:"programs,omitempty"` // that have it, by their ids
}

func (a *api) listDeviations(c *call) (answer, error) {
	d := a.rooms.Support.Peek(c.Sandbox)
	all := []deviationView{}
	armed := d.Deviates().Names()
	for _, one := range deviation.All() {
		v := deviationView{Name: one.Name, Side: string(one.Side), Does: one.Does, Clauses: one.Clauses, Armed: slices.Contains(armed, one.Name)}
		for _, p := range d.Programs() {
			if slices.Contains(p.Deviates.Names(), one.Name) {
				v.In = append(v.In, p.ID)
			}
		}
		all = append(all, v)
	}
	return ok(map[string]any{"deviations": all})
}

// armDeviations takes the names of what shall be armed from now on; those that
// only a program was configured with stay with it.
func (a *api) armDeviations(c *call) (answer, error) {
	var said struct {
		Armed *[]string `json:"armed"`
	}
	if p := c.read(&said, "armed"); p != nil {
		return answer{}, p
	}
	if said.Armed == nil {
		return answer{}, invalid("armed", "nothing", "a list of names, which may be empty")
	}
	for i, name := range *said.Armed {
		if _, err := deviation.Arm(name); err != nil || slices.Contains((*said.Armed)[:i], name) {
			return answer{}, invalid("armed", name, "names of deviations, each once; GET lists them")
		}
	}
	if err := a.worlds.SetDeviations(c.Sandbox.Name(), *said.Armed); err != nil {
		return answer{}, err
	}
	return a.listDeviations(c)
}
