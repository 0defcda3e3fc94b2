package deviation

// onWire are the deviations of answers, webhooks, files, texts and of the
// partner.
var onWire []Deviation
