package program

// Event is a kind of case update that a program accepts.
type Event struct {
	Name string   // such as "shipment.status"
	Text []string // the values accepted; nil accepts any, an empty one too
}

// Reaction is what a case update causes beyond the change of the status. Which
// interaction an event causes is agreed per program (HA-EVENT-003).
type Reaction struct {
	Event string
	Text  string // only for this value; empty: for every value of the event
	// SMS is the wording of a text to the patient; empty: none. {program},
	// {name}, {link} and the keys of additionalData in braces are replaced.
	SMS string
	// Finishes marks the enrollment finished, as enrollComplete does.
	Finishes bool
	// Subscribe and Unsubscribe name a campaign to start or to end.
	Subscribe, Unsubscribe string
}

// StandardEvents returns the documented status events.
func StandardEvents() []Event { return append([]Event(nil), documented...) }

// documented are the status events of section 6.3 with their texts.
// prescription.status and refill.status take any (AMB-066).
var documented = []Event{
	{"enrollment.status", []string{"enrollComplete", "needInfo", "approved", "denied", "pending"}},
	{"prescription.status", nil},
	{"insurance.status", []string{"approved", "coveredNoRestrictions", "bvProcess", "paReq", "paPending", "paProcess", "noCoverage"}},
	{"financial.support.status", []string{"coPayMember", "coPayBinNumber", "pharmacyphone", "paProcess", "approved",
		"papInvite", "papInfoMissing", "papApproved", "papDenied", "papProcess"}},
	{"shipment.status", []string{"consultationReq", "shipped", "hold"}},
	{"refill.status", nil},
}
