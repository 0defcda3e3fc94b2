// Package phone is the patient's phone: the pages behind the personal link in
// an invitation text. They are plain forms, rendered on the server, made for a
// phone's width, and complete without a script; drawing a signature is the one
// thing that needs one, and a typed name does instead.
//
//	pages := phone.New(support, log)
//	http.Serve(listener, pages.Door(finder))
//
// A link is <phone base>[/_sandbox/<name>]/l/<token>. Opening it leads to the
// next thing to do; every page answers a form with a redirect to the next one,
// or with itself and what is wrong:
//
//	/l/:token ─▶ consent ─▶ about ─▶ … ─▶ signature ─▶ finish ─▶ done ─▶ tracker
//
// Beside that way lie infusion, where patients tell about their infusions
// whenever they like once there is no consent left to give, and app, where the
// links of programs with an app lead first. Looking at the latter is not opening
// the link.
//
// Which screens there are, who may do what and when, and which answers will do
// is the domain's to say (package program); this package has words, forms and
// status codes. What is refused leaves no trace, with one exception that is the
// domain's: declining a consent is recorded.
//
// Nothing here remembers anything: two requests never depend on a session, and
// the secret that lets somebody in is the link.
package phone
