package dialect

// The switches.
const (
	ConsentKey            Switch = iota // AMB-001: what the enrollment webhook calls the list of consents
	ApartmentKey                        // AMB-002: what the enrollment webhook calls the apartment
	VisitLayout                         // AMB-003: where the tracker webhook puts the patient and the names
	NamesAtEnrollment                   // AMB-004: where the enrollment webhook puts sourceName and eventName
	NamesAtTracker                      // AMB-004: where the tracker webhook puts sourceName and eventName
	NamesAtOpt                          // AMB-004: where the STOP and START webhooks put sourceName and eventName
	NamesAtInfusion                     // AMB-004: where the infusion webhook puts sourceName and eventName
	SendDateEnrollment                  // AMB-005: how the enrollment webhook writes sendDate
	SendDateTracker                     // AMB-005: how the tracker webhook writes sendDate
	SendDateOpt                         // AMB-005: how the STOP and START webhooks write sendDate
	SendDateInfusion                    // AMB-005: how the infusion webhook writes sendDate
	SourceEnrollment                    // AMB-006: what the enrollment webhook calls the source of the partner's id
	SourceTracker                       // AMB-006: what the tracker webhook calls the source of the partner's id
	SourceOpt                           // AMB-006: what the STOP and START webhooks call the source of the partner's id
	SourceInfusion                      // AMB-006: what the infusion webhook calls the source of the partner's id
	WebhookDob                          // AMB-007: how webhooks write a date of birth
	InviteDob                           // AMB-007: whether an invitation may give a date of birth as a number of milliseconds
	PrimaryCardDob                      // AMB-008: how webhooks write the first cardholder's date of birth
	EpochUnit                           // AMB-009: the unit of numeric times in webhooks
	InsuranceCase                       // AMB-010: how webhooks spell the members of an insurance
	InviteKeyCase                       // AMB-010: whether an invitation's keys may be in another letter case
	ContactMethodCase                   // AMB-011: in which letter case webhooks write the contact method
	CallTimeAccept                      // AMB-012: whether an invitation may say evening too
	CallTimeEmit                        // AMB-012: what webhooks make of afternoon
	CaregiverName                       // AMB-013: whether webhooks give the caregiver one name or two
	StatusMember                        // AMB-014: whether webhooks have event.status
	MessageMember                       // AMB-014: whether webhooks have event.message
	InfusionPatientID                   // AMB-015: where the infusion webhook puts the patient's id
	InfusionPath                        // AMB-016: which address the infusion webhook goes to
	InfusionEventName                   // AMB-017: the name of the infusion webhook
	InfusionContainers                  // AMB-018: whether the infusion webhook wraps insurance and infusion in lists
	EventType                           // AMB-019: which webhooks have eventType
	ProgramIDShape                      // AMB-020: what a program's id may look like
	Paths                               // AMB-021: which spelling of the paths is served, for a whole sandbox
	Partner400                          // AMB-022: what is checked of a partner's 400
	AckExternalID                       // AMB-023: whether an acknowledgement must repeat the partner's id
	WebhookScheme                       // AMB-024: where webhooks may go
	OptWebhookOnAPI                     // AMB-025: whether a user update that opts out causes the STOP webhook
	KeywordMatch                        // AMB-026: how STOP and START are recognized
	OptValue                            // AMB-027: how the STOP and START webhooks write the flag
	OptAccept                           // AMB-027: how a user update may write the flag
	OptKeys                             // AMB-028: which keys a user update may use
	Brand                               // AMB-029: the brand in webhooks
	PhoneMessage                        // AMB-030: which of the two messages a bad number gets
	NotAlignedCode                      // AMB-031: the code of a minor's number that is not the caregiver's
	PhoneRule                           // AMB-032: what a phone number must be
	TokenFault                          // AMB-034: how a bad token is answered
	CredentialPair                      // AMB-034: how two genuine credentials that do not belong together are answered
	KeyPrefix                           // AMB-037: whether a leading "key." is stripped from a key
	AdditionalData                      // AMB-038: what the additionalData of an invitation may be
	Editable                            // AMB-039: whether items of additionalData have editable
	Hundred                             // AMB-040: whether "100 characters" is a limit or a length
	ASCII                               // AMB-041: which characters "ASCII 128" means
	Slash                               // AMB-043: whether the duplicate's message has a backslash
	DuplicateID                         // AMB-044: what the duplicate's id is called
	DuplicateBy                         // AMB-045: what makes a duplicate
	MinorCaregiver                      // AMB-046: what shows that a minor is accompanied
	AbsentCaregiverPhone                // AMB-047: whether a caregiver without a number counts as having phoneNumber
	SecondaryDob                        // AMB-050: what the second cardholder's date of birth may be
	StateZip                            // AMB-051: what a state and a ZIP code may be
	DobFormat                           // AMB-052: how strictly a date of birth is read
	MissingCode                         // AMB-053: the code of a missing property or a wrong length
	NACode                              // AMB-054: how "no code" is written
	InviteSMS                           // AMB-055: whether every program texts its invitations
	LinkTarget                          // AMB-055: where the invitation's link leads
	SMSCommandIn                        // AMB-057: where a text command stands in a case update
	CopayCommand                        // AMB-058: how the copay card command is spelled
	CopayDataMember                     // AMB-059: where the copay card's data stands
	InsuranceExtra                      // AMB-061: whether insurance.status may be received, as in the sample
	CopayForm                           // AMB-062: how copay card data is sent
	AdditionalDataPlace                 // AMB-064: where additionalData may stand
	EventVocabulary                     // AMB-066: which events and texts a case update may name
	OKBody                              // AMB-067: what the 200 of a call other than the invitation holds
	OptOutMessage                       // AMB-068: the message of a recorded opt-out
	RepeatOptOut                        // AMB-069: the status of a repeated opt-out
	ReinviteOrder                       // AMB-071: which unknown identifier a re-invite tells first
	UnsubscribedBlocks                  // AMB-072: which events an opted-out patient blocks
	Relationship                        // AMB-074: whether a relationship that is not listed is accepted
	OrganizationID                      // AMB-076: whether the organization's id is looked at
	EmptyStatusText                     // AMB-079: whether a *.status event may come without a text
	EnrollCompleteEcho                  // AMB-080: whether a partner's enrollComplete causes the enrollment webhook
	SecondaryWhenInactive               // RX-OUR-024: what becomes of the details of an inactive second insurance

	switchCount
)

func reads(names ...string) []Value {
	values := make([]Value, len(names))
	for i, n := range names {
		values[i] = Value{Name: n}
	}
	return values
}

// robust adds a value that no document supports.
func robust(values []Value, name string) []Value {
	return append(values, Value{Name: name, Robustness: true})
}

// switches are all there are, by their number.
var switches = func() (all [switchCount]Info) {
	for _, chapter := range [][]Info{ofWebhooks, ofInvitations, ofUpdates} {
		for _, w := range chapter {
			all[w.Switch] = w
		}
	}
	return all
}()
