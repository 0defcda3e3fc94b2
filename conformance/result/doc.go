// Package result is what a conformance run found, in the form in which it is
// kept: result.json. Everything else that a run writes is made from it.
//
// A verdict is never shown as another. A clause is as bad as its worst scenario;
// it is skipped only when all its scenarios are.
package result
