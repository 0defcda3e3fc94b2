Feature: Telling the vendor what becomes of a case
  A hub or pharmacy tells the vendor how a patient's case goes on: what the
  insurance says, when the medicine is shipped. The vendor keeps it, and texts
  the patient where that was asked for.

  Background:
    Given a support program on RxWare
    And the partner has invited Maya

  Rule: An update changes the status of the patient's case

    @RX-CASE-001 @RX-CASE-004 @RX-GEN-001
    Scenario: A documented update is confirmed
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the vendor confirms the update

    @RX-CASE-002
    Scenario: The patient's status is the last one told
      Given the partner has reported that Maya's "insurance.status" is "bvProcess"
      When the partner reports that Maya's "insurance.status" is "approved"
      Then the vendor knows Maya's status "insurance.status" as "approved"

    @RX-CASE-002
    Scenario: Each event has a status of its own, and each patient
      Given the partner has invited Ana
      And the partner has reported that Ana's "insurance.status" is "noCoverage"
      And the partner has reported that Maya's "insurance.status" is "approved"
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the vendor knows Maya's status "insurance.status" as "approved"
      And the vendor knows Maya's status "shipment.status" as "hold"
      And the vendor knows Ana's status "insurance.status" as "noCoverage"

    @RX-CASE-003
    Scenario: An update may bring the patient a text
      When the partner asks for the text "notify.sms.shipped" to Maya
      Then the vendor confirms the update
      And Maya gets one more text

    @RX-CASE-005
    Scenario: Every update repeats whom the invitation named
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the vendor confirms the update
      And the answer gives message, program and patient id

    @RX-CASE-009
    Scenario Outline: The event "<event>" is known
      When the partner reports that Maya's "<event>" is "<text>"
      Then the vendor confirms the update
      And the vendor knows Maya's status "<event>" as "<text>"

      Examples:
        | event                    | text     |
        | enrollment.status        | pending  |
        | prescription.status      | received |
        | insurance.status         | approved |
        | financial.support.status | approved |
        | shipment.status          | shipped  |
        | refill.status            | due      |

    @RX-OUR-008
    Scenario: The answer gives message, program and patient id
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the answer gives message, program and patient id

    @RX-OUR-034
    Scenario: An update told twice is kept twice
      Given the partner has reported that Maya's "shipment.status" is "hold"
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the vendor confirms the update
      And Maya's case reads:
        | shipment.status | hold |
        | shipment.status | hold |

    @RX-OUR-034
    Scenario: A text asked for twice is sent twice
      When the partner asks for the text "notify.sms.shipped" to Maya
      And the partner asks for the text "notify.sms.shipped" to Maya
      Then the vendor confirms the update
      And Maya gets one more text
      And Maya's case reads:
        | notify.sms.shipped | |
        | notify.sms.shipped | |

  Rule: Every documented status is taken

    @RX-EV-ENROLL-001
    Scenario Outline: An enrollment may be "<text>"
      When the partner reports that Maya's "enrollment.status" is "<text>"
      Then the vendor confirms the update
      And the vendor knows Maya's status "enrollment.status" as "<text>"

      Examples:
        | text           |
        | enrollComplete |
        | needInfo       |
        | approved       |
        | denied         |
        | pending        |

    @RX-EV-ENROLL-002
    Scenario Outline: A pending enrollment is "<text>" later
      Given the partner has reported that Maya's "enrollment.status" is "pending"
      When the partner reports that Maya's "enrollment.status" is "<text>"
      Then the vendor confirms the update
      And the vendor knows Maya's status "enrollment.status" as "<text>"

      Examples:
        | text     |
        | approved |
        | denied   |

    @RX-EV-INS-001
    Scenario Outline: An insurance may be "<text>"
      When the partner reports that Maya's "insurance.status" is "<text>"
      Then the vendor confirms the update
      And the vendor knows Maya's status "insurance.status" as "<text>"

      Examples:
        | text                  |
        | approved              |
        | coveredNoRestrictions |
        | bvProcess             |
        | paReq                 |
        | paPending             |
        | paProcess             |
        | noCoverage            |

    @RX-EV-RX-001
    Scenario: A prescription may be "received"
      When the partner reports that Maya's "prescription.status" is "received"
      Then the vendor confirms the update
      And the vendor knows Maya's status "prescription.status" as "received"

    @RX-EV-FIN-001
    Scenario Outline: Financial support may be "<text>"
      When the partner reports that Maya's "financial.support.status" is "<text>"
      Then the vendor confirms the update
      And the vendor knows Maya's status "financial.support.status" as "<text>"

      Examples:
        | text           |
        | coPayMember    |
        | coPayBinNumber |
        | pharmacyphone  |
        | paProcess      |
        | approved       |
        | papInvite      |
        | papInfoMissing |
        | papApproved    |
        | papDenied      |
        | papProcess     |

    @RX-EV-FIN-002 @RX-EV-FIN-003
    Scenario: An approved copay card comes with its data, the phone number as people write it
      When the partner reports that Maya's "financial.support.status" is "approved", with:
        | coPayMember    | 1234567890     |
        | coPayBinNumber | 610020         |
        | pharmacyphone  | (202) 555-0143 |
      Then the vendor confirms the update
      And Maya's case keeps:
        | coPayMember    | 1234567890     |
        | coPayBinNumber | 610020         |
        | pharmacyphone  | (202) 555-0143 |

    @RX-EV-SHIP-001
    Scenario Outline: A shipment may be "<text>"
      When the partner reports that Maya's "shipment.status" is "<text>"
      Then the vendor confirms the update
      And the vendor knows Maya's status "shipment.status" as "<text>"

      Examples:
        | text            |
        | consultationReq |
        | shipped         |
        | hold            |

    @RX-EV-TRACK-001
    Scenario: A shipment with a tracking number can be followed
      When the partner reports that Maya's "shipment.status" is "shipped", with:
        | trackerCode | 794612345678 |
      Then the vendor confirms the update
      And Maya's shipment can be followed by "794612345678"

    @RX-EV-TRACK-001
    Scenario: The number of the last shipment counts
      Given the partner has reported that Maya's "shipment.status" is "shipped"
      When the partner reports that Maya's "shipment.status" is "shipped", with:
        | trackerCode | 794612345679 |
      Then Maya's shipment can be followed by "794612345679"

    @RX-EV-TRACK-002
    Scenario: A shipment without a tracking number is taken too
      When the partner reports that Maya's "shipment.status" is "shipped"
      Then the vendor confirms the update
      And Maya's shipment can be followed by ""

  Rule: Every documented text can be asked for

    @RX-EV-SMS-001 @RX-EV-SMS-002
    Scenario Outline: "<command>" texts the patient
      When the partner asks for the text "<command>" to Maya
      Then the vendor confirms the update
      And Maya gets one more text

      Examples:
        | command                          |
        | notify.sms.no.answer             |
        | notify.sms.next.call             |
        | notify.sms.missed.call           |
        | notify.sms.next.appointment      |
        | notify.sms.pap.end               |
        | notify.sms.pap.renew             |
        | notify.sms.claims.pa.denied      |
        | notify.sms.claims.pareq          |
        | notify.sms.claims.pa.approved    |
        | notify.sms.claims.update         |
        | notify.sms.claims.paid.pending   |
        | notify.sms.claims.paid           |
        | notify.sms.insurance.bv.process  |
        | notify.sms.insurance.approved    |
        | notify.sms.insurance.nocoverage  |
        | notify.sms.copay.card            |
        | notify.sms.copay.enroll          |
        | notify.sms.tracker.update        |
        | notify.sms.shipped               |
        | notify.sms.shipment              |
        | notify.sms.shipment.issue        |
        | notify.sms.program.terms         |
        | notify.sms.copaycard             |

    @RX-EV-SMS-003 @RX-EV-SMS-004
    Scenario Outline: What the partner gives is put into the text as it is: <value>
      When the partner asks for the text "notify.sms.next.call" to Maya, with:
        | date | <value> |
      Then Maya gets one more text
      And the text says "<value>"

      Examples:
        | value                  |
        | 07/12/2026             |
        | 31/31/0000             |
        | next Tuesday, 5pm      |
        | <b>{name} & {link}</b> |
        | [soon]                 |
        | 100 %s                 |
        | mañana                 |

    @RX-EV-SMS-003 @RX-EV-SMS-004
    Scenario Outline: A value is put into the text under whatever name it comes: <name>
      When the partner asks for the text "notify.sms.shipped" to Maya, with:
        | <name> | 794612345678 |
      Then Maya gets one more text
      And the text says "794612345678"

      Examples:
        | name             |
        | trackerCode      |
        | date             |
        | Your order, nº 7 |

    @RX-EV-SMS-005
    Scenario: A coming call is announced with its date
      When the partner asks for the text "notify.sms.next.call" to Maya, with:
        | date | 07/12/2026 |
      Then Maya gets one more text
      And the text says "07/12/2026"

    @RX-EV-SMS-006
    Scenario: A copay card is sent with group and id
      When the partner asks for the text "notify.sms.copaycard" to Maya, with:
        | GroupNum | GRP-0042   |
        | ID       | CP 1234567 |
      Then Maya gets one more text
      And the text says "GRP-0042"
      And the text says "CP 1234567"

    @RX-OUR-022
    Scenario: Of a value given twice the last counts
      When the partner asks for the text "notify.sms.next.call" to Maya, with:
        | date | 07/12/2026 |
        | date | 07/13/2026 |
      Then the text says "07/13/2026"
      And the text does not say "07/12/2026"

    @RX-OUR-033
    Scenario Outline: A text asked for takes no value such as "<text>"
      When the partner reports that Maya's "notify.sms.shipped" is "<text>"
      Then the call is refused because "status.text" is not valid
      And nothing comes of it

      Examples:
        | text    |
        | shipped |
        | today   |

  Rule: What the program does not know is refused

    @RX-OUR-033
    Scenario Outline: The event "<event>" is not known
      When the partner reports that Maya's "<event>" is "approved"
      Then the call is refused because "status.name" is not valid
      And nothing comes of it

      Examples:
        | event                 |
        | weather.status        |
        | Shipment.Status       |
        | shipment              |
        | notify.sms.everything |
        | notify.sms            |
        | NOTIFY.SMS.SHIPPED    |

    @RX-OUR-033
    Scenario Outline: "<event>" cannot be "<text>"
      When the partner reports that Maya's "<event>" is "<text>"
      Then the call is refused because "status.text" is not valid
      And nothing comes of it

      Examples:
        | event                    | text           |
        | enrollment.status        | enrollcomplete |
        | enrollment.status        | shipped        |
        | insurance.status         | APPROVED       |
        | insurance.status         | received       |
        | financial.support.status | papReq         |
        | shipment.status          | SHIPPED        |
        | shipment.status          | shipped now    |

    @RX-OUR-033
    Scenario Outline: "<event>" takes any value, such as "<text>"
      When the partner reports that Maya's "<event>" is "<text>"
      Then the vendor confirms the update

      Examples:
        | event               | text        |
        | prescription.status | transferred |
        | refill.status       | tooSoon     |

  Rule: Whom the vendor does not know, or must not text, is told apart

    @RX-CASE-006
    Scenario: An unknown patient is told so
      Given the call is about a patient nobody knows
      When the partner tries to report on Maya
      Then the call is refused because the patient is unknown
      And nothing comes of it

    @RX-CASE-007
    Scenario: An unknown program is told so
      Given the call names a program nobody knows
      When the partner tries to report on Maya
      Then the call is refused because the program is invalid
      And nothing comes of it

    @RX-CASE-008
    Scenario: A patient who has unsubscribed is told so
      Given Maya has texted "STOP"
      When the partner asks for the text "notify.sms.shipped" to Maya
      Then the call is refused because the patient has unsubscribed
      And nothing comes of it

    @RX-OUR-035
    Scenario: Even what would text nobody is refused for a patient who has unsubscribed
      Given Maya has texted "STOP"
      When the partner reports that Maya's "insurance.status" is "approved"
      Then the call is refused because the patient has unsubscribed
      And nothing comes of it

    @RX-OUR-035
    Scenario: A patient who wants texts again has updates again
      Given Maya has texted "STOP"
      And Maya has texted "START"
      When the partner reports that Maya's "insurance.status" is "approved"
      Then the vendor confirms the update

    @RX-CASE-010
    Scenario Outline: A call with <access> is told neither "unsubscribed" nor "not found"
      When the partner tries to report on Maya with <access>
      Then the call is refused because the token is invalid
      And nothing comes of it

      Examples:
        | access                            |
        | a disabled bearer token           |
        | a bearer token of another program |

    @RX-AUTH-006
    Scenario Outline: A token that is not valid for the program is told so when the partner tries to <call>
      When the partner tries to <call> Maya with a bearer token of another program
      Then the call is refused because the token is invalid
      And nothing comes of it

      Examples:
        | call      |
        | report on |
        | subscribe |

    @RX-AUTH-007
    Scenario Outline: A caller with <access> is not known when it tries to <call>
      When the partner tries to <call> Maya with <access>
      Then the call is refused because the credentials are wrong
      And nothing comes of it

      Examples:
        | call      | access                 |
        | report on | no auth token          |
        | report on | no bearer token        |
        | report on | an unknown auth token  |
        | report on | a garbled bearer token |
        | subscribe | no auth token          |
        | subscribe | no bearer token        |
        | subscribe | an unknown auth token  |
        | subscribe | a garbled bearer token |

    @RX-OUR-032
    Scenario Outline: A call whose <what> is another patient's is about nobody
      Given the partner has invited Ana
      And the call names Ana's <what>
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the call is refused because the patient is unknown
      And nothing comes of it

      Examples:
        | what         |
        | phone number |
        | partner's id |

    @RX-OUR-032
    Scenario Outline: What a call does not repeat is not compared: <member> <how>
      Given the call <how> "<member>"
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the vendor confirms the update

      Examples:
        | member           | how        |
        | phoneNumber      | leaves out |
        | externalId       | leaves out |
        | supportProgramId | leaves out |

    @RX-OUR-032
    Scenario Outline: What a call repeats as null is not compared: <member>
      Given the call says "<member>" is the JSON value null
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the vendor confirms the update

      Examples:
        | member           |
        | phoneNumber      |
        | externalId       |
        | supportProgramId |

    @RX-OUR-032
    Scenario: A patient of another program is nobody in the named one
      Given the call names the partner's other program
      When the partner tries to report on Maya with a bearer token of another program
      Then the call is refused because the patient is unknown
      And nothing comes of it

    @RX-OUR-031
    Scenario: Where no program is named the patient's own is meant
      Given the call leaves out "supportProgramId"
      When the partner tries to report on Maya with a bearer token of another program
      Then the call is refused because the token is invalid
      And nothing comes of it

  Rule: A refused call leaves nothing behind

    @RX-OUR-009
    Scenario Outline: Nothing comes of trying to <call> a patient of a program nobody knows
      Given the call names a program nobody knows
      When the partner tries to <call> Maya
      Then the call is refused
      And nothing comes of it
      And the partner hears nothing

      Examples:
        | call      |
        | re-invite |
        | report on |
        | subscribe |
        | opt out   |

  Rule: Of several faults the first in order is told

    @RX-OUR-031
    Scenario Outline: <first> is told before <then>
      Given the call about Maya has the faults "<then>" and "<first>"
      When the partner tries to report on Maya
      Then the call is refused because <reason>
      And nothing comes of it

      Examples:
        | first                    | then                     | reason                       |
        | unknown auth token       | broken JSON              | the credentials are wrong    |
        | lesser scope             | broken JSON              | the caller is forbidden      |
        | unknown auth token       | missing status           | the credentials are wrong    |
        | lesser scope             | missing status           | the caller is forbidden      |
        | broken JSON              | disabled token           | the body cannot be read      |
        | missing status           | unknown program          | "status" is required         |
        | missing status           | disabled token           | "status" is required         |
        | unknown program          | disabled token           | the program is invalid       |
        | unknown program          | token of another program | the program is invalid       |
        | unknown program          | unknown patient          | the program is invalid       |
        | disabled token           | unknown patient          | the token is invalid         |
        | token of another program | unknown patient          | the token is invalid         |
        | unknown phone number     | unsubscribed patient     | the patient is unknown       |
        | unknown patient          | unknown event            | the patient is unknown       |
        | unsubscribed patient     | unknown event            | the patient has unsubscribed |

  Rule: A partner may tell that enrollment is complete

    @RX-OUR-045 @RX-OUR-028
    Scenario: A patient whom the partner reports as enrolled counts as enrolled
      When the partner reports that Maya's "enrollment.status" is "enrollComplete"
      Then Maya counts as enrolled
      And the partner hears nothing

    @RX-OUR-045
    Scenario: A patient whom the partner reports as enrolled is not invited again
      Given the partner has reported that Maya's "enrollment.status" is "enrollComplete"
      When the partner re-invites Maya
      Then the call is refused because the patient has finished enrollment

    @RX-OUR-028
    Scenario Outline: An enrollment that is "<text>" is not finished by that
      When the partner reports that Maya's "enrollment.status" is "<text>"
      Then Maya does not count as enrolled

      Examples:
        | text     |
        | needInfo |
        | approved |
        | denied   |
        | pending  |

  Rule: What is required must be there, and be of the right kind

    @RX-OUR-010
    Scenario Outline: An update whose "<member>" is <value> lacks it
      Given the call says "<member>" is the JSON value <value>
      When the partner tries to report on Maya
      Then the call is refused because "<member>" is required
      And nothing comes of it

      Examples:
        | member      | value |
        | status      | null  |
        | status.name | null  |
        | status.name | ""    |

    @RX-OUR-010
    Scenario Outline: An update without "<member>" is refused
      Given the call leaves out "<member>"
      When the partner tries to report on Maya
      Then the call is refused because "<member>" is required
      And nothing comes of it

      Examples:
        | member      |
        | status      |
        | status.name |

    @RX-OUR-033
    Scenario Outline: A status without a value is none that the program knows: <value>
      Given the call says "status.text" is the JSON value <value>
      When the partner tries to report on Maya
      Then the call is refused because "status.text" is not valid
      And nothing comes of it

      Examples:
        | value |
        | null  |
        | ""    |

    @RX-OUR-033
    Scenario: A text is asked for without a value
      Given the call leaves out "status.text"
      When the partner asks for the text "notify.sms.shipped" to Maya
      Then the vendor confirms the update

    @RX-OUR-012
    Scenario Outline: "<member>" cannot be <value>
      Given the call says "<member>" is the JSON value <value>
      When the partner tries to report on Maya
      Then the call is refused because <reason>
      And nothing comes of it

      Examples:
        | member                | value            | reason                                        |
        | status                | 7                | Integer was found where an object is required |
        | status                | "hold"           | String was found where an object is required  |
        | status                | ["hold"]         | Array was found where an object is required   |
        | status.name           | 7                | Integer was found where a string is required  |
        | status.name           | true             | Boolean was found where a string is required  |
        | status.name           | {}               | Object was found where a string is required   |
        | status.text           | 7                | Integer was found where a string is required  |
        | status.text           | false            | Boolean was found where a string is required  |
        | status.text           | ["hold"]         | Array was found where a string is required    |
        | status.additionalData | "none"           | String was found where an array is required   |
        | status.additionalData | {}               | Object was found where an array is required   |
        | status.additionalData | [7]              | Integer was found where an object is required |
        | status.additionalData | [{"key": 7, "value": "x"}] | Integer was found where a string is required |
        | phoneNumber           | 12025550142      | Integer was found where a string is required  |
        | externalId            | {}               | Object was found where a string is required   |
        | supportProgramId      | ["q7Kx200mvd83nw1b"] | Array was found where a string is required |

    @RX-OUR-022
    Scenario: What else is said is ignored
      Given the call says "weather" is the JSON value {"sunny": true}
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the vendor confirms the update

    @RX-OUR-014
    Scenario Outline: A body that is <case> is refused
      Given the call's body is <case>
      When the partner tries to report on Maya
      Then the call is refused because the body cannot be read
      And nothing comes of it

      Examples:
        | case                     |
        | nothing                  |
        | broken JSON              |
        | truncated JSON           |
        | a JSON list              |
        | a JSON text              |
        | two JSON objects         |
        | bytes that are no UTF-8  |
        | of no type               |
        | nested 33 levels deep    |

    @RX-OUR-047
    Scenario: A body nested 32 levels deep is read
      Given the call's body is nested 32 levels deep
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the vendor confirms the update

    @RX-OUR-047
    Scenario: A body that is too large is refused
      Given the call's body is of more than a mebibyte
      When the partner tries to report on Maya
      Then the vendor answers 413 in its own form
      And nothing comes of it

    @RX-OUR-042 @RX-OUR-049
    Scenario Outline: <method> <path> is answered with <status>
      When someone calls <method> <path>
      Then the vendor answers <status> in its own form

      Examples:
        | method | path                                      | status |
        | GET    | /v1/patients/ha0000000000000/event        | 405    |
        | PUT    | /v1/patients/ha0000000000000/event        | 405    |
        | POST   | /v1/patients//event                       | 404    |
        | POST   | /v1/patients/ha0000000000000/events       | 404    |
        | GET    | /v1/patients/ha0000000000000/subscribe-campaign | 405 |
        | POST   | /v1/patients//subscribe-campaign          | 404    |
        | DELETE | /v1/patients/ha0000000000000/update_details | 405  |
        | POST   | /v1/patients//update_details              | 404    |
