// Package rxware speaks the protocol of the RxWare platform and of HelpAround,
// its earlier brand: one protocol, two brands. It has paths, field names,
// status codes and wording, and no rules; those are in package program.
//
//   - routes.go: the operations, and the door's faults in the vendor's form
//   - read.go: JSON in
//   - errors.go: the one table of refusals
//   - invitations.go, patients.go, media.go: the calls E1, H2 and E6 / H4
//   - updates.go: the calls E2, E3 / H3, E4 and E5
//   - webhooks.go: where the webhooks go
//   - bodies.go, layout.go: the bodies of W1 to W5, and what is around them
//   - person.go, forms.go: what bodies and reads say of a patient, in every
//     reading of the documents
//   - judge.go: what partners answer to a webhook
//   - json.go: JSON out
//
// Bodies, codes and wording are the vendor's own; what the contract leaves open
// follows the RX-OUR and HA-OUR rows, and comments say which.
package rxware
