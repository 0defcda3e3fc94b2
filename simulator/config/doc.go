// Package config reads the file that describes a sandbox: its seed, clock,
// listeners and support programs. The same keys serve --config, the control
// API's body for a new sandbox, and, later, scenario files.
//
// Reading is strict: an unknown key, a wrong type or a value that makes no
// sense is an error that names line and column.
//
//	file, err := config.Parse(text)
//	dir, err := file.Directory(config.World{Name: "default", Seed: 7, Partner: url})
package config
