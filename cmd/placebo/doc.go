// Command placebo stands in for a patient-support vendor, for the partner at the
// other end of its webhooks and for the patient's phone.
//
//	placebo serve
//
// It has flags, environment variables and exit codes, and no rules of its own:
// 0 is success, 1 a failure, 2 wrong usage.
package main
