package port

import "time"

// Wishes say what a scenario's support program is like, beyond what every
// program is: what partner and vendor have agreed on.
type Wishes struct {
	Name     string            // of the scenario
	Product  string            // rxware or helparound
	Required []string          // items without which enrollment cannot be finished
	Headers  map[string]string // agreed for webhooks
	Silent   bool              // no text on invitation

	Fields    []Field // beyond the contract
	Formats   []Field // the contract's own fields in another form
	Consents  []Consent
	Events    []Event
	Reactions []Reaction
	Campaigns []Campaign
	Webhooks  map[string]Webhook // by what they tell of: enrollment, tracker, optOut, optIn, infusion

	// Dialects are the readings of a contract that contradicts itself, by the
	// number of the contradiction.
	Dialects map[string]string
}

// Field is an enrollment field as it was agreed on. What was not is empty.
type Field struct {
	Key, Screen, Type string
	Required          string // when it must be there: finish or invite
	Max               int    // characters
	Choices           []string
	Webhook, Read     string // the member that shows it
}

// Consent is something patients are asked to agree to.
type Consent struct {
	Name, Text string
	Optional   bool
}

// Event is a case update that the program takes beyond the documented ones.
type Event struct {
	Name  string
	Texts []string
}

// Reaction is what a case update causes. An empty Text means every value of the
// event.
type Reaction struct {
	Event, Text            string
	SMS                    string // a text to the patient
	Finishes               bool   // the enrollment
	Subscribe, Unsubscribe string // a campaign
}

// Campaign is a series of texts.
type Campaign struct {
	Name  string
	Steps []Step
}

// Step is one text of a campaign.
type Step struct {
	After time.Duration // since the subscription
	SMS   string
}

// Webhook is what was agreed for the webhooks of one kind.
type Webhook struct {
	Path    string // on the partner's host, instead of the documented one
	Headers map[string]string
	Off     bool // they are not sent
}
