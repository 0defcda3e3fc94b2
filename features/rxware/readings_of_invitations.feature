Feature: Invitations in every reading
  Where the documents on invitations contradict themselves or stop short, vendors
  may have taken either side. The sandbox plays each, so that a partner sees what
  its invitations would meet.

  Background:
    Given a support program on RxWare

  Rule: What is accepted

    @uses:RX-INVITE-020 @AMB-032
    Scenario Outline: The number <number> is <verdict> when "<value>" is the rule
      Given the vendor reads "AMB-032" as "<value>"
      And the invitation says "phoneNumber" is "<number>"
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | value          | number           | verdict  |
        | pattern        | +9991234567890   | refused  |
        | e164           | +9991234567890   | accepted |
        | both | +9991234567890   | refused  |
        | pattern        | +02025550142     | accepted |
        | e164           | +02025550142     | refused  |
        | both | +02025550142     | refused  |

    @uses:RX-INVITE-041 @uses:RX-INVITE-064 @uses:RX-INVITE-058 @uses:RX-INVITE-059 @uses:RX-INVITE-051 @uses:RX-INVITE-052 @uses:RX-INVITE-040 @AMB-007 @AMB-010 @AMB-012 @AMB-037 @AMB-041 @AMB-050 @AMB-051 @AMB-052 @AMB-074
    Scenario Outline: "<key>" as "<given>" is <verdict> when <ambiguity> reads "<value>"
      Given the vendor reads "<ambiguity>" as "<value>"
      And Maya's caregiver is her "Parent"
      And Maya has a second insurance
      And the invitation leaves out Maya's "<key>"
      And the invitation says Maya's "<key>" is "<given>"
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | ambiguity | value       | key                         | given                     | verdict  |
        | inviteKeyCase | exact   | PATIENT.GENDER              | robot                     | accepted |
        | inviteKeyCase | insensitive | PATIENT.GENDER          | robot                     | refused  |
        | callTimeAccept | documented | patient.callTime        | evening                   | refused  |
        | callTimeAccept | union  | patient.callTime            | evening                   | accepted |
        | AMB-037   | none        | key.patient.gender          | robot                     | accepted |
        | AMB-037   | tolerated   | key.patient.gender          | robot                     | refused  |
        | AMB-050   | text100     | insurance.secondary.cardDob | last May                  | accepted |
        | AMB-050   | date        | insurance.secondary.cardDob | last May                  | refused  |
        | AMB-051   | lengthOnly  | address.state               | al                        | accepted |
        | AMB-051   | usStrict    | address.state               | al                        | refused  |
        | AMB-051   | usStrict    | address.zip                 | 3580                      | refused  |
        | AMB-051   | usStrict    | address.zip                 | 35803                     | accepted |
        | AMB-052   | strict      | patient.dob                 | 1988-08-23T00:00:00Z      | refused  |
        | AMB-052   | anyIso8601  | patient.dob                 | 1988-08-23T00:00:00Z      | accepted |
        | AMB-052   | anyIso8601  | patient.dob                 | 1988-08-23                | accepted |
        | AMB-052   | anyIso8601  | patient.dob                 | 08/23/1988                | refused  |
        | AMB-074   | closed      | caregiver.relationship      | Friend                    | refused  |
        | AMB-074   | open        | caregiver.relationship      | Friend                    | accepted |

    @uses:RX-INVITE-014 @uses:RX-INVITE-012 @uses:RX-INVITE-038 @uses:RX-INVITE-039 @uses:RX-GEN-008 @uses:HA-GEN-003 @AMB-020 @AMB-038 @AMB-039 @AMB-040 @AMB-041 @AMB-076
    Scenario Outline: "<property>" as <given> is <verdict> when <ambiguity> reads "<value>"
      Given the vendor reads "<ambiguity>" as "<value>"
      And the invitation says "<property>" is the JSON value <given>
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | ambiguity | value           | property       | given                                                          | verdict  |
        | AMB-020   | uuid            | isCaregiver    | false                                                          | refused  |
        | AMB-020   | alnum16         | isCaregiver    | false                                                          | accepted |
        | AMB-038   | arrayOfObjects  | additionalData | {"patient.gender": "male"}                                     | refused  |
        | AMB-038   | alsoMap         | additionalData | {"patient.gender": "male"}                                     | accepted |
        | AMB-038   | alsoMap         | additionalData | {"patient.gender": "robot"}                                    | refused  |
        | AMB-039   | optional        | additionalData | [{"key": "patient.gender", "value": "male"}]                   | accepted |
        | AMB-039   | required        | additionalData | [{"key": "patient.gender", "value": "male"}]                   | refused  |
        | AMB-039   | required        | additionalData | [{"key": "patient.gender", "value": "male", "editable": true}] | accepted |
        | AMB-039   | refused         | additionalData | [{"key": "patient.gender", "value": "male", "editable": true}] | refused  |
        | AMB-040   | exact           | externalId     | "crm-1"                                                        | refused  |
        | AMB-041   | 7bit            | firstName      | "Ma\\u0001ya"                                                  | accepted |
        | AMB-041   | printable       | firstName      | "Ma\\u0001ya"                                                  | refused  |
        | AMB-076   | ignored         | id             | "another-organization"                                         | accepted |
        | AMB-076   | checked         | id             | "another-organization"                                         | refused  |
        | AMB-076   | checked         | id             | "acme-hub"                                                     | accepted |

    @uses:RX-INVITE-044 @AMB-046 @AMB-047
    Scenario Outline: A minor with <case> is <verdict> when <ambiguity> reads "<value>"
      Given the vendor reads "<ambiguity>" as "<value>"
      And Leo, who is 14
      And Leo's mother Ana cares for him
      And the invitation sets to <flag> "isCaregiver"
      And the invitation leaves out Leo's "<left out>"
      When the partner invites Leo
      Then the invitation is <verdict>

      Examples:
        | case                  | ambiguity | value      | flag  | left out               | verdict  |
        | a caregiver, unflagged | AMB-046  | flagOrKeys | false | caregiver.email        | accepted |
        | a caregiver, unflagged | AMB-046  | flagOnly   | false | caregiver.email        | refused  |
        | a flagged caregiver   | AMB-046   | flagOnly   | true  | caregiver.email        | accepted |
        | no caregiver's number | AMB-047   | aligned    | true  | caregiver.phone.number | accepted |
        | no caregiver's number | AMB-047   | notAligned | true  | caregiver.phone.number | refused  |

    @uses:RX-INVITE-063 @uses:RX-OUR-024
    Scenario Outline: Details of an inactive second insurance are <verdict> when they are "<value>"
      Given the vendor reads "RX-OUR-024" as "<value>"
      And the invitation says Maya's "insurance.secondary.status" is "inactive"
      And the invitation says Maya's "insurance.secondary.carrier" is "Blue Lake Mutual"
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | value   | verdict  |
        | kept    | accepted |
        | refused | refused  |

    @uses:RX-INVITE-066 @AMB-045
    Scenario Outline: Sharing <what> with Maya is <verdict> when "<value>" makes a duplicate
      Given the vendor reads "AMB-045" as "<value>"
      And the partner has invited Maya
      When the partner invites someone who shares <what> with Maya
      Then the invitation is <verdict>

      Examples:
        | what              | value              | verdict  |
        | the phone number  | externalIdOrPhone  | refused  |
        | the phone number  | externalId         | accepted |
        | the phone number  | phone              | refused  |
        | the phone number  | externalIdAndPhone | accepted |
        | the partner's id  | externalIdOrPhone  | refused  |
        | the partner's id  | externalId         | refused  |
        | the partner's id  | phone              | accepted |
        | the partner's id  | externalIdAndPhone | accepted |

  Rule: What is said

    @uses:RX-INVITE-045 @AMB-031
    Scenario Outline: A minor's other number has code <code> when that is read so
      Given the vendor reads "AMB-031" as "<code>"
      And Leo, who is 14
      And Leo's mother Ana cares for him
      And the invitation leaves out Leo's "caregiver.phone.number"
      And the invitation says Leo's "caregiver.phone.number" is "+12025550177"
      When the partner invites Leo
      Then the invitation is refused because the phone is not the caregiver's
      And the refusal has code <code>

      Examples:
        | code |
        | 1010 |
        | 0    |

    @uses:RX-INVITE-024 @uses:RX-INVITE-023 @AMB-030
    Scenario Outline: A bad number is told by <message> when that is read as "<value>"
      Given the vendor reads "AMB-030" as "<value>"
      And the invitation says "phoneNumber" is "2025550142"
      When the partner invites Maya
      Then the invitation is refused because <reason>

      Examples:
        | value        | message     | reason                             |
        | byStage      | its pattern | the phone number fails the pattern |
        | regexAlways  | its pattern | the phone number fails the pattern |
        | formatAlways | its format  | another phone number is malformed  |

    @uses:RX-INVITE-007 @uses:RX-INVITE-012 @AMB-053
    Scenario Outline: A missing name has code <code> when that is read so
      Given the vendor reads "AMB-053" as "<code>"
      And the invitation leaves out "firstName"
      When the partner invites Maya
      Then the invitation is refused
      And the refusal has code <code>

      Examples:
        | code |
        | 1008 |
        | 0    |

    @uses:RX-INVITE-066 @uses:RX-INVITE-067 @AMB-043 @AMB-044
    Scenario Outline: A duplicate's "<member>" reads <text> when <ambiguity> reads "<value>"
      Given the vendor reads "<ambiguity>" as "<value>"
      And the partner has invited Maya
      When the partner invites Maya again
      Then the invitation is refused
      And the answer <has> "<member>"

      Examples:
        | ambiguity | value            | has        | member               | text    |
        | AMB-044   | _id              | has        | error.data._id       | an id   |
        | AMB-044   | _id              | leaves out | error.data.patientId | nothing |
        | AMB-044   | patientId        | leaves out | error.data._id       | nothing |
        | AMB-044   | patientId        | has        | error.data.patientId | an id   |
        | AMB-044   | both             | has        | error.data._id       | an id   |
        | AMB-044   | both             | has        | error.data.patientId | an id   |

    @uses:RX-INVITE-066 @AMB-043
    Scenario Outline: The duplicate's message is <message> when that is read as "<value>"
      Given the vendor reads "AMB-043" as "<value>"
      And the partner has invited Maya
      When the partner invites Maya again
      Then the answer's "error.message" reads "<message>"

      Examples:
        | value            | message                            |
        | decodedPlain     | patient already created/invited.   |
        | literalBackslash | patient already created\\/invited. |

    @uses:RX-AUTH-001 @AMB-034 @AMB-054
    Scenario Outline: A caller with <access> is answered <status> when <ambiguity> reads "<value>"
      Given the vendor reads "<ambiguity>" as "<value>"
      When the partner invites Maya with <access>
      Then the vendor answers <status> in its own form

      Examples:
        | ambiguity      | value       | access                            | status |
        | tokenFault     | perEndpoint | a disabled bearer token           | 400    |
        | tokenFault     | all401      | a disabled bearer token           | 401    |
        | tokenFault     | all403      | a disabled bearer token           | 403    |
        | tokenFault     | all401      | another partner's bearer token    | 401    |
        | tokenFault     | all401      | a bearer token of another program | 401    |
        | tokenFault     | all403      | an unknown auth token             | 403    |
        | credentialPair | 403         | another partner's bearer token    | 403    |
        | credentialPair | 401         | another partner's bearer token    | 401    |
        | credentialPair | 401         | a bearer token of a lesser scope  | 403    |

    @uses:RX-AUTH-003 @AMB-054
    Scenario Outline: "No code" is <how> when that is read as "<value>"
      Given the vendor reads "AMB-054" as "<value>"
      When the partner invites Maya with another partner's bearer token
      Then the answer <has> "error.code"

      Examples:
        | value  | how      | has        |
        | absent | left out | leaves out |
        | null   | null     | has        |

  Rule: What the patient gets

    @uses:HA-INVITE-002 @AMB-055
    Scenario Outline: An invitation is texted <how> when that is read as "<value>"
      Given the vendor reads "inviteSms" as "<value>"
      When the partner invites Maya
      Then Maya gets <texts> text

      Examples:
        | value      | how                                     | texts |
        | always     | by every program                        | one   |
        | perProgram | by programs with words of their own only | no    |

    @uses:HA-INVITE-003 @AMB-055
    Scenario Outline: The link leads to the <target> when that is read so
      Given the vendor reads "linkTarget" as "<target>"
      When the partner invites Maya
      Then the text has a link to the <target>

      Examples:
        | target |
        | web    |
        | app    |
