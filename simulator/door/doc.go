// Package door is what every listener of a sandbox does around its handlers:
// it finds the sandbox, keeps the limits, reads the body, routes, answers in
// the voice of the house behind it, and writes the journal.
//
//	listener → sandbox found → limits → route → body read → handler → journal → answer
//
// A handler makes three moves, read, call, answer: it gets a [Call] and returns
// an [Answer]. What a refusal's body may not say goes beside it: the headers
// Placebo-Clause and Placebo-Request, and the journal's entry.
//
// The door knows no vendor and no domain. Each side brings its [Voice]: how it
// says that something is too large, unknown, or not meant for it.
package door
