// Package clock is the only place that knows the real time.
//
// A [Clock] is the time of one sandbox: it runs with the wall, stands still,
// or is moved. Everything a contract names (ages, expiries, webhook times,
// retries) reads it. [Alarms] turns "at this sandbox time" into a wake-up, with
// one timer for the whole process. [Wall], [Since] and [Timeout] are for what
// really takes time: sockets and limits.
//
//	c := clock.New(time.Time{}) // runs from the real now
//	c.Freeze()
//	c.Advance(8 * 24 * time.Hour)
//
// A test keeps the rest of simulator/ free of package time's clocks and timers.
package clock
