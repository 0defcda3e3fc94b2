// Package report tells people and programs what a conformance run found.
//
//	progress := report.NewTerminal(os.Stderr, report.StyleOf(os.Stderr, os.Getenv))
//	r, err := conformance.Execute(ctx, target, conformance.Options{Profile: p, Progress: progress})
//	progress.Done()
//	err = report.Write("report", r)
//	report.Summary(os.Stdout, r, report.StyleOf(os.Stdout, os.Getenv), "report/report.html")
//
// [Write] leaves result.json, from which the others can be made again, and
// junit.xml, cucumber.json and report.html. Neither JUnit nor Cucumber knows a
// warning: there it is a passed scenario that says so.
//
// Whatever a peer said is shown, and is never obeyed: not by a browser, a
// terminal, a shell or an XML parser.
package report
