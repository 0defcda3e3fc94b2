// Package sandbox keeps the state of one sealed world and changes it one
// atomic update at a time.
//
// It is generic: a [Schema] names the collections, cells and kinds of due work
// that the domain brings, once per process; every [Sandbox] made from it holds
// its own rows.
//
//	schema := sandbox.NewSchema()
//	patients := sandbox.Define(schema, "patients", patientKey, packPatient)
//	byPhone := patients.Unique("phone", func(p *Patient) string { return p.Phone })
//
//	world := schema.New(sandbox.Options{Name: "default", Seed: 7})
//	err := world.Update(func(tx *sandbox.Tx) error {
//		if _, taken := byPhone.Find(tx, p.Phone); taken {
//			return errTaken
//		}
//		return patients.Put(tx, &p)
//	})
//
// What holds:
//
//   - Update is all or nothing, also when fn panics; updates of one sandbox run
//     one after another, views beside one another.
//   - Values go in and come out; no pointer into the state is ever shared.
//   - Inside, a row is a run of bytes without pointers, in an arena, found
//     through copy-on-write trees: the garbage collector has nothing to follow,
//     and [Sandbox.Fork] costs the same for ten rows and for ten million.
//   - A row's [Key] is a subject and an ordinal, so that rows, like draws, do not
//     depend on the order in which different subjects were served.
//   - All the sandbox's future is one agenda ("due" work), run in order of due
//     time by the sandbox's clock; Advance and friends move that clock.
//   - The [Journal] remembers the last exchanges, bounded in number and bytes.
//
// It knows no vendor, no patient and no HTTP.
package sandbox
