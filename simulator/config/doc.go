// Package config reads the file that describes a sandbox: its seed, clock,
// listeners and support programs. The same keys serve --config, the control
// API's body for a new sandbox, and, later, scenario files. What partner and
// vendor have agreed on for a program is part of it (HA-GEN-004): fields,
// formats, events and what they cause, campaigns, webhooks, and how the program
// reads what the contract leaves open.
//
// Reading is strict: an unknown key, a wrong type or a value that makes no
// sense is an error that names line and column.
//
// For editors, docs/schema has the same as a JSON Schema, made from the types
// here and their comments by this package's tests; fixtures/agreements/full.yaml
// is an example that uses every key.
//
//	file, err := config.Parse(text)
//	dir, err := file.Directory(config.World{Name: "default", Seed: 7, Partner: url})
package config
