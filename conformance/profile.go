package conformance

import (
	"slices"
	"strings"

	"github.com/placebo-sim/placebo/conformance/clauses"
)

// Profile is the clauses that one kind of peer can be held to.
type Profile struct {
	Name string
	Does string // in a few words
	// Product is the brand that the peer is; empty leaves it to the scenarios.
	Product string
	// Folders of features, and the beginnings of the clauses that are judged.
	Folders, Families []string
	Binds             []clauses.Binds
	// Also are clauses that bind another side, and say what this one does.
	Also []string
	// Needs are the capabilities without which a peer cannot be certified.
	Needs []string

	every bool // every scenario and every clause, whoever it binds
}

var profiles = []Profile{
	{Name: "rxware", Does: "an RxWare vendor: its calls, texts and webhooks", Product: "rxware", Folders: []string{"rxware"},
		Families: []string{"RX-", "HA-"}, Binds: []clauses.Binds{clauses.BindsVendor, clauses.BindsCaller}, Needs: []string{"webhooks", "patient"}},
	{Name: "helparound", Does: "a HelpAround vendor: PatientSupport.api and its webhooks", Product: "helparound", Folders: []string{"helparound", "rxware"},
		Families: []string{"HA-"}, Binds: []clauses.Binds{clauses.BindsVendor, clauses.BindsCaller}, Needs: []string{"webhooks", "patient"}},
	{Name: "partner", Does: "a partner's webhook endpoints", Folders: []string{"partner"},
		Families: []string{"RX-", "HA-"}, Binds: []clauses.Binds{clauses.BindsReceiver}, Needs: []string{"partner"},
		Also: []string{"HA-MEDIA-001", "HA-OUR-007", "HA-OUR-013", "HA-OUR-014", "HA-OUR-019", "RX-OUR-047"}},
}

// Profiles returns all, in order.
func Profiles() []Profile { return slices.Clone(profiles) }

// FindProfile finds a profile by name.
func FindProfile(name string) (Profile, bool) {
	at := slices.IndexFunc(profiles, func(p Profile) bool { return p.Name == name })
	if at < 0 {
		return Profile{}, false
	}
	return profiles[at], true
}

// judges tells whether the profile holds its peers to a clause.
func (p *Profile) judges(c clauses.Clause, policy bool) bool {
	return p.every || slices.ContainsFunc(p.Families, func(f string) bool { return strings.HasPrefix(c.ID, f) }) &&
		(slices.Contains(p.Binds, c.Binds) || slices.Contains(p.Also, c.ID)) && (policy || c.Kind != clauses.Policy)
}

// plays tells whether a scenario is one of the profile's: it is in its folders
// and proves a clause that the profile judges.
func (p *Profile) plays(s *Scenario, policy bool) bool {
	folder, _, _ := strings.Cut(s.File, "/")
	return p.every || slices.Contains(p.Folders, folder) && len(p.Proves(s, policy)) > 0
}

// clauses are those that a peer of the profile is held to: the ones that its
// features prove, and those of its own families that nothing can prove.
func (p *Profile) clauses(policy bool) (all []clauses.Clause) {
	proved := map[string]bool{}
	scenarios, _ := embedded() // a plan was made of them
	for _, s := range scenarios {
		if p.plays(&s, policy) {
			for _, id := range p.Proves(&s, policy) {
				proved[id] = true
			}
		}
	}
	for _, c := range clauses.All() {
		own := !p.every && strings.HasPrefix(c.ID, p.Families[0]) && p.judges(c, policy) && c.Untested != ""
		if proved[c.ID] || own {
			all = append(all, c)
		}
	}
	return all
}

// Proves are the clauses that a scenario's verdict counts for.
func (p *Profile) Proves(s *Scenario, policy bool) (ids []string) {
	for _, tag := range s.Tags {
		if c, ok := clauses.Find(strings.TrimPrefix(tag, "@")); ok && p.judges(c, policy) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
