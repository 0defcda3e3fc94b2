// Package bench measures the simulator against the performance budget, as
// ratios within one run: the same calls over real HTTP to the simulator and to a
// bare net/http handler that decodes the same body, checks it and keeps it in a
// sharded map.
//
//	make bench
//
// Every comparison alternates short rounds of both sides and reports the median
// of the rounds' ratios, so that a machine that slows down slows both. The load
// comes from a client that costs next to nothing (ready-made bytes, no parsing
// beyond the length), so that what is compared is the servers.
//
// It holds benchmarks only.
package bench
