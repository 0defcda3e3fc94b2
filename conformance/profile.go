package conformance

import (
	"slices"
	"strings"

	"github.com/placebo-sim/placebo/conformance/clauses"
	"github.com/placebo-sim/placebo/features"
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
	// Needs are the capabilities without which a peer cannot be certified.
	Needs []string
}

var profiles = []Profile{
	{Name: "rxware", Does: "an RxWare vendor: its calls, texts and webhooks", Product: "rxware", Folders: []string{"rxware"},
		Families: []string{"RX-", "HA-"}, Binds: []clauses.Binds{clauses.BindsVendor, clauses.BindsCaller}, Needs: []string{"webhooks", "patient"}},
	{Name: "helparound", Does: "a HelpAround vendor: PatientSupport.api and its webhooks", Product: "helparound", Folders: []string{"helparound", "rxware"},
		Families: []string{"HA-"}, Binds: []clauses.Binds{clauses.BindsVendor, clauses.BindsCaller}, Needs: []string{"webhooks", "patient"}},
	{Name: "partner", Does: "a partner's webhook endpoints", Folders: []string{"partner"},
		Families: []string{"RX-", "HA-"}, Binds: []clauses.Binds{clauses.BindsReceiver}, Needs: []string{"partner"}},
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
	return slices.ContainsFunc(p.Families, func(f string) bool { return strings.HasPrefix(c.ID, f) }) &&
		slices.Contains(p.Binds, c.Binds) && (policy || c.Kind != clauses.Policy)
}

// plays tells whether a scenario is one of the profile's: it is in its folders
// and proves a clause that the profile judges.
func (p *Profile) plays(s *Scenario, policy bool) bool {
	folder, _, _ := strings.Cut(s.File, "/")
	return slices.Contains(p.Folders, folder) && len(p.proves(s, policy)) > 0
}

// clauses are those that a peer of the profile is held to: the ones that its
// features prove, and those of its own families that nothing can prove.
func (p *Profile) clauses(policy bool) (all []clauses.Clause) {
	proved := map[string]bool{}
	scenarios, _ := Scenarios(features.FS) // a plan was made of them
	for _, s := range scenarios {
		if p.plays(&s, policy) {
			for _, id := range p.proves(&s, policy) {
				proved[id] = true
			}
		}
	}
	for _, c := range clauses.All() {
		own := strings.HasPrefix(c.ID, p.Families[0]) && p.judges(c, policy) && c.Untested != ""
		if proved[c.ID] || own {
			all = append(all, c)
		}
	}
	return all
}

// proves are the clauses that a scenario's verdict counts for.
func (p *Profile) proves(s *Scenario, policy bool) (ids []string) {
	for _, tag := range s.Tags {
		if c, ok := clauses.Find(strings.TrimPrefix(tag, "@")); ok && p.judges(c, policy) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
