Feature: The partner learns that a patient has enrolled
  When a patient has finished, everything gathered on the way is posted to the
  partner, with ids under which pictures can be fetched.

  Background:
    Given a support program on RxWare

  Rule: Finishing is told once, and only finishing

    @HA-HOOK-ENROLL-001
    Scenario: A finished enrollment is told
      Given the partner has invited Maya
      When Maya enrolls
      Then the partner is told that Maya has enrolled

    @HA-HOOK-ENROLL-004
    Scenario: The event has its documented name, to the letter
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook says:
        | event.eventName | HelpAround.Patient.CompleteEnrollment |

    @HA-HOOK-ENROLL-001
    Scenario: An unfinished enrollment is not told
      Given the partner has invited Maya
      When Maya opens her link and gives consent
      Then the partner hears nothing

    @HA-OUR-018
    Scenario: Finishing twice is told once
      Given the partner has invited Maya
      And Maya has enrolled
      When Maya finishes
      Then the platform refuses
      And the partner is told once that Maya has enrolled

    @HA-OUR-017 @RX-OUR-028
    Scenario: A patient of whom nothing is wanted has enrolled with the invitation
      Given the partner holds Maya's consent already
      And the partner wants no onboarding for Maya
      When the partner invites Maya
      Then the partner is told once that Maya has enrolled

    @RX-OUR-028
    Scenario: Consent is the last screen where there is no onboarding
      Given the partner wants no onboarding for Maya
      And the partner has invited Maya
      When Maya opens her link and gives consent
      Then the partner is told once that Maya has enrolled

    @HA-HOOK-ENROLL-020
    Scenario: The webhook goes to the partner's own address
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook arrives at "/webhook/user-enrollment"

    @HA-OUR-011
    Scenario: The webhook is JSON and carries what the program has agreed on
      Given the program's webhooks carry the header "X-Partner-Secret" with "open sesame"
      And the partner has invited Maya
      When Maya enrolls
      Then the webhook is JSON in UTF-8
      And the webhook carries the header "X-Partner-Secret" with "open sesame"

  Rule: It carries what was gathered

    @HA-HOOK-ENROLL-003
    Scenario: The seven required members are always there
      Given the partner holds Maya's consent already
      And the partner wants no onboarding for Maya
      When the partner invites Maya
      Then the webhook has "event.supportProgramId"
      And the webhook has "event.sendDate"
      And the webhook has "event.patient.id"
      And the webhook has "event.patient.phoneNumber"
      And the webhook has "event.patient.firstName"
      And the webhook has "event.patient.lastName"
      And the webhook has "event.eventName"

    @HA-HOOK-ENROLL-002 @HA-HOOK-ENROLL-017
    Scenario: What the partner knew and what Maya added arrive together
      Given the partner knows everything about Maya
      And the partner has invited Maya
      And Maya has opened her link and given consent
      When Maya answers "address.city" with "Mobile"
      And Maya photographs her insurance card
      And Maya signs
      And Maya finishes
      Then the webhook says:
        | event.patient.gender                                    | female                  |
        | event.patient.contact_method                            | Phone                   |
        | event.patient.pref_language                             | English                 |
        | event.patient.email                                     | maya.torres@example.com |
        | event.patient.address.street                            | 512 Oak St.             |
        | event.patient.address.city                              | Mobile                  |
        | event.patient.address.state                             | AL                      |
        | event.patient.address.zip                               | 35803                   |
        | event.patient.caregiver.name                            | Ana Torres              |
        | event.patient.caregiver.relationship                    | Parent                  |
        | event.patient.caregiver.email                           | ana.torres@example.com  |
        | event.patient.insurance.primaryInsurance.carrier        | Blue Lake Mutual        |
        | event.patient.insurance.primaryInsurance.member_id      | ZZX000000001            |
        | event.patient.insurance.primaryInsurance.group_num      | ZZG000001               |
        | event.patient.insurance.primaryInsurance.cardname       | Maya Torres             |
        | event.patient.insurance.secondaryInsurance.status       | active                  |
        | event.patient.insurance.secondaryInsurance.carrier      | Northwind Health        |
        | event.patient.insurance.secondaryInsurance.member_id    | ZZX000000002            |
        | event.patient.insurance.secondaryInsurance.group_num    | ZZG000002               |
        | event.patient.insurance.secondaryInsurance.cardname     | Maya Torres             |

    @HA-OUR-010
    Scenario: The caregiver's first and last name are joined with a space
      Given the partner knows everything about Maya
      And the partner has invited Maya
      When Maya enrolls
      Then the webhook says:
        | event.patient.caregiver.name | Ana Torres |

    @HA-OUR-006
    Scenario: Enrollments are told as successes
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook says:
        | event.status | success |

    @HA-HOOK-ENROLL-007
    Scenario: Phone numbers carry the country code
      Given the partner knows everything about Maya
      And the partner has invited Maya
      When Maya enrolls
      Then the webhook's "event.patient.phoneNumber" is a number with country code
      And the webhook's "event.patient.caregiver.phone" is a number with country code

    @HA-HOOK-ENROLL-008 @HA-HOOK-ENROLL-010
    Scenario: Dates and times are numbers of milliseconds since 1970
      Given the partner knows everything about Maya
      And the partner has invited Maya
      When Maya enrolls with a signature
      Then the webhook's "event.patient.dob" is the number 557712000000
      And the webhook's "event.patient.insurance.secondaryInsurance.card_dob" is the number 557712000000
      And the webhook's "event.patient.signature.timestamp" is a number of milliseconds
      And the webhook's "event.patient.consents.0.timestamp" is a number of milliseconds

    @HA-HOOK-ENROLL-011
    Scenario: The first insurance's date of birth is a number too
      Given the partner knows everything about Maya
      And the partner has invited Maya
      When Maya enrolls
      Then the webhook's "event.patient.insurance.primaryInsurance.card_dob" is the number 557712000000

    @HA-HOOK-ENROLL-009
    Scenario: A birth before 1970 is a negative number
      Given the invitation says Maya's "patient.dob" is "1952-11-09T00:00:00+00:00"
      And the partner has invited Maya
      When Maya enrolls
      Then the webhook's "event.patient.dob" is the number -541036800000

    @HA-HOOK-ENROLL-012
    Scenario: Consents have name, value and time
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook's "event.patient.consents" is a list of names, truth values and times

    @HA-OUR-007
    Scenario: The consents are the program's
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook says:
        | event.patient.consents.0.name | communication |
        | event.patient.consents.1.name | sharePHI      |

    @HA-OUR-008
    Scenario: Without consent to collect there are none to tell
      Given the partner holds Maya's consent already
      And the partner has invited Maya
      When Maya enrolls
      Then the webhook leaves out "event.patient.consents"

    @HA-HOOK-ENROLL-013
    Scenario: Pictures are named by id, not sent along
      Given the partner has invited Maya
      When Maya enrolls with a signature and a picture of her insurance card
      Then the webhook names pictures by id and sends none of their content

    @HA-HOOK-ENROLL-014
    Scenario: The partner's own id is among the external ids
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook's "event.patient.externalIds" lists the partner's own id with its source

    @HA-HOOK-ENROLL-021
    Scenario: Patient id and partner's id are those of the invitation
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook names Maya as the invitation did

    @HA-HOOK-ENROLL-015
    Scenario: The time of the event has milliseconds and ends in Z
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook's "event.sendDate" is a time with milliseconds that ends in Z

    @HA-HOOK-ENROLL-016
    Scenario Outline: A patient to be called in the <time> is told as <told>
      Given the invitation says Maya's "patient.callTime" is "<time>"
      And the partner has invited Maya
      When Maya enrolls
      Then the webhook says:
        | event.patient.call_time | <told> |

      Examples:
        | time      | told    |
        | morning   | Morning |
        | AFTERNOON | Evening |

    @HA-HOOK-ENROLL-005
    Scenario: The source is the platform's earlier name
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook says:
        | event.sourceName | helparound |

    @HA-HOOK-ENROLL-018
    Scenario: Only the second insurance has a status
      Given the partner knows everything about Maya
      And the partner has invited Maya
      When Maya enrolls
      Then the webhook has "event.patient.insurance.secondaryInsurance.status"
      And the webhook leaves out "event.patient.insurance.primaryInsurance.status"

    @HA-HOOK-ENROLL-019
    Scenario: Message and status are the documented ones
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook says:
        | event.message | Patient complete enrollment. |
        | event.status  | success                      |

    @HA-HOOK-ENROLL-022
    Scenario: Source and name stand inside the event
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook has "event.sourceName"
      And the webhook has "event.eventName"
      And the webhook leaves out "sourceName"
      And the webhook leaves out "eventName"

    @HA-OUR-009
    Scenario: What was not collected is left out, not sent empty
      Given the partner has invited Maya
      When Maya enrolls
      Then the webhook leaves out "event.patient.caregiver"
      And the webhook leaves out "event.patient.insurance"
      And the webhook leaves out "event.patient.signature"
      And the webhook leaves out "event.patient.address"

  Rule: Pictures can be fetched once the webhook is there

    @RX-MEDIA-001 @RX-MEDIA-003 @RX-GEN-001 @HA-MEDIA-001 @HA-MEDIA-003
    Scenario: Every picture the webhook names can be fetched
      Given the partner knows everything about Maya
      And the partner has invited Maya
      When Maya enrolls with a signature and pictures of both insurance cards
      Then the webhook names 5 pictures
      And the partner can fetch each of them

    @HA-MEDIA-002
    Scenario: Media ids are UUIDs, each its own
      Given the partner has invited Maya
      When Maya enrolls with a signature and a picture of her insurance card
      Then the media ids are UUIDs that differ

    @RX-MEDIA-002 @RX-MEDIA-005
    Scenario Outline: A <kind> comes back as <type>
      Given the partner has invited Maya
      And Maya has opened her link and given consent
      When Maya uploads a <kind> of her insurance card
      Then the partner can fetch it as "<type>"

      Examples:
        | kind | type            |
        | JPEG | image/jpeg      |
        | GIF  | image/gif       |
        | PNG  | image/png       |
        | PDF  | application/pdf |

    @RX-MEDIA-006 @RX-MEDIA-004 @HA-MEDIA-004
    Scenario: The file comes back byte for byte, under the id of the invitation
      Given the partner has invited Maya
      And Maya has opened her link and given consent
      When Maya uploads a PNG of her insurance card
      Then the partner gets the very bytes that Maya uploaded

    @RX-OUR-040
    Scenario Outline: <case> cannot be fetched
      Given Maya has sent a picture of her insurance card
      When the partner fetches <case>
      Then the fetch is refused because <reason>

      Examples:
        | case                                 | reason                 |
        | a picture nobody has sent            | the file is unknown    |
        | Maya's picture as another patient's  | the file is unknown    |
        | a picture of nobody                  | the patient is unknown |

    @uses:RX-MEDIA-005
    Scenario Outline: An upload that is <case> is refused
      Given the partner has invited Maya
      And Maya has opened her link and given consent
      When Maya uploads <case> as her insurance card
      Then the platform refuses

      Examples:
        | case                       |
        | a text                     |
        | a page of HTML             |
        | nothing                    |
        | a PNG cut short            |
