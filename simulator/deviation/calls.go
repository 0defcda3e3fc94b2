package deviation

// Calls is what a deviation does in the domain's calls.
type Calls struct{}
