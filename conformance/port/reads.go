package port

import "slices"

// Reads are the values that a partner claims to read, by the switch of the
// ambiguity, such as consentKey: [consents]. Of a switch that is not there, it
// reads every documented value.
type Reads map[string][]string

// Claims tells whether a partner claims to read a value of a switch.
func (r Reads) Claims(name, value string) bool {
	values, said := r[name]
	return !said || slices.Contains(values, value)
}

// Switch is a choice that the contract leaves a vendor about its webhooks.
type Switch struct {
	Name   string
	Of     string   // the kind of webhook that has it; empty: every kind
	Values []string // the documented ones; the first is the suite's, unless it is told otherwise
}

// Switches are those that a partner has to read, in the order of the
// ambiguities. A value that looks like another one's, such as the tracker's
// envelope, which is its names at the top, is not among them.
func Switches() []Switch {
	var (
		names  = []string{"event", "top", "both"}
		dates  = []string{"millisZ", "secondsOffset", "blankAfterT"}
		source = []string{"Partner", "partner", "Source "}
	)
	return []Switch{
		{"consentKey", "enrollment", []string{"consents", "consent", "both"}},
		{"apartmentKey", "enrollment", []string{"apt", "apartment", "both"}},
		{"visitLayout", "tracker", []string{"nested", "flat"}},
		{"namesAt.enrollment", "enrollment", names},
		{"namesAt.tracker", "tracker", names},
		{"namesAt.opt", "opt", []string{"top", "event", "both"}},
		{"namesAt.infusion", "infusion", names},
		{"sendDate.enrollment", "enrollment", dates},
		{"sendDate.tracker", "tracker", dates},
		{"sendDate.opt", "opt", []string{"secondsOffset", "millisZ", "blankAfterT"}},
		{"sendDate.infusion", "infusion", dates},
		{"externalSource.enrollment", "enrollment", source},
		{"externalSource.tracker", "tracker", source},
		{"externalSource.opt", "opt", []string{"partner", "Partner", "Source "}},
		{"externalSource.infusion", "infusion", source},
		{"webhookDob", "enrollment", []string{"epochMs", "iso"}},
		{"primaryCardDob", "enrollment", []string{"epochMs", "iso", "absent"}},
		{"insuranceCase", "", []string{"snake", "camel"}},
		{"contactMethodCase", "enrollment", []string{"capitalized", "lower"}},
		{"callTimeEmit", "enrollment", []string{"mapToEvening", "capitalize"}},
		{"caregiverName", "enrollment", []string{"joined", "split"}},
		{"statusMember", "", []string{"present", "absent"}},
		{"messageMember", "", []string{"present", "absent"}},
		{"infusionPatientId", "infusion", []string{"both", "patientId", "patient.id"}},
		{"infusionPath", "infusion", []string{"user-enrollment", "user-action"}},
		{"infusionContainers", "infusion", []string{"object", "arrayOfOne"}},
		{"eventType", "", []string{"onlyOpt", "all", "none"}},
		{"optValue", "opt", []string{"boolean", "string"}},
	}
}
