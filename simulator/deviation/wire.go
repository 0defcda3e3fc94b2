package deviation

// Wire is what a deviation does on the wire and in the texts.
type Wire struct{}
