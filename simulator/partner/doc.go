// Package partner is the simulated partner: the endpoints at which a vendor's
// webhooks arrive, and the fetching of the files that an enrollment mentions.
//
//	schema := sandbox.NewSchema()
//	p := partner.New(schema, log)
//	listener := p.Door(finder) // POST /webhook/user-enrollment, /webhook/user-action
//
//	world.Update(func(tx *sandbox.Tx) error {
//		p.SetDesk(tx, &partner.Desk{Vendor: "http://127.0.0.1:8080", Credentials: …})
//		return nil
//	})
//
// What holds:
//
//   - Every reading of the contract is understood (part A of the ambiguity
//     register), whichever the vendor has chosen: where the patient and the names
//     stand, how instants are written, how members are spelled. Only the members
//     that the tables call required are demanded, and what is not needed is not
//     read: a date of birth, a caregiver or an address may have any form.
//   - An event whose name is not known is acknowledged and kept too (HA-GEN-004).
//   - What cannot be processed is answered with 400 and changes nothing
//     (HA-RESP-004).
//   - A webhook that comes again is acknowledged again, and only counted
//     (HA-OUR-014).
//   - The files of a new enrollment are fetched from the vendor, those of one
//     patient one after another, and tried again 5 s, 30 s and 2 min (sandbox
//     time) after a connection failure, a 429 or a 5xx.
//
// It does not keep the content of files, only their size, type and hash, and it
// knows nothing of the vendor's side of this process: it is a peer like any other.
package partner
