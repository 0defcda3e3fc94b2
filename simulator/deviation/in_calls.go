package deviation

// inCalls are the deviations of the domain's calls.
var inCalls []Deviation
