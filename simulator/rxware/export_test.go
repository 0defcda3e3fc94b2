package rxware

import (
	"github.com/placebo-sim/placebo/simulator/door"
	"github.com/placebo-sim/placebo/simulator/program"
)

// Row is a row of the error table; Code is -1 where the vendor gives none.
type Row struct {
	Status, Code int
	Message      string
	Clause       string
}

var families = map[string]family{"invitation": invitation, "reading": reading, "reinviting": reinviting, "updating": updating, "preferring": preferring}

// Families are the error tables by name.
func Families() map[string]map[program.Rule]Row {
	all := map[string]map[program.Rule]Row{}
	for name, f := range families {
		all[name] = map[program.Rule]Row{}
		for rule, r := range f {
			all[name][rule] = Row{r.status, r.code, r.message, r.clause}
		}
	}
	return all
}

// Faults are the rows of the door's faults.
func Faults() map[door.Fault]Row {
	all := map[door.Fault]Row{}
	for f, r := range faults {
		all[f] = Row{r.status, r.code, r.message, r.clause}
	}
	return all
}

// Refuse says err as the family would.
func Refuse(name string, err error) door.Answer {
	return families[name].refuse(err, &documented)
}
