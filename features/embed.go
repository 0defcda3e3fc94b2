package features

import "embed"

// FS is every feature file.
//
//go:embed */*.feature
var FS embed.FS
