// Command placebo stands in for a patient-support vendor, for the partner at the
// other end of its webhooks and for the patient's phone.
//
//	placebo serve
//	placebo conform rxware
//
// It has flags, environment variables and exit codes, and no rules of its own:
// 0 is success, 1 a failure, 2 wrong usage, 3 a run of conform that could not be
// carried out.
package main
