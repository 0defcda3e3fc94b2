Feature: A partner reads every form that the documents allow
  The vendor's tables, examples and pages do not agree on what a webhook looks
  like. A partner that reads one form alone loses patients of a vendor that chose
  another, so it reads them all.

  Background:
    Given a partner that takes webhooks

  Rule: An enrollment is understood in every form

    @HA-RESP-001 @uses:HA-HOOK-ENROLL-002
    Scenario Outline: An enrollment with <reading> is understood
      When the vendor tells of a finished enrollment with <reading>
      Then the partner acknowledges

      Examples:
        | reading                                |
        | consent instead of consents            |
        | consent beside consents                |
        | apartment instead of apt               |
        | apartment beside apt                   |
        | names beside the event                 |
        | names inside and beside the event      |
        | seconds and an offset in sendDate      |
        | a blank in sendDate                    |
        | "partner" as the source                |
        | "Source " as the source                |
        | a date of birth as text                |
        | the cardholder's date of birth as text |
        | no date of birth of the cardholder     |
        | insurance members in camel case        |
        | phone in small letters                 |
        | Afternoon as the time to call          |
        | Evening as the time to call            |
        | the caregiver's name in two parts      |
        | no status                              |
        | no message                             |
        | eventType                              |
        | unknown members                        |

    @HA-RESP-001 @uses:HA-HOOK-ENROLL-002
    Scenario Outline: An enrollment as <source> is understood
      When the vendor tells of a finished enrollment with <readings>
      Then the partner acknowledges

      Examples:
        | source                | readings |
        | the table has it      | consent instead of consents, apartment instead of apt, a blank in sendDate |
        | all else together     | consent beside consents, apartment beside apt, names inside and beside the event, seconds and an offset in sendDate, "partner" as the source, a date of birth as text, the cardholder's date of birth as text, insurance members in camel case, the caregiver's name in two parts, no status, no message, eventType |

    @HA-OUR-007
    Scenario: A consent of a name that is new is no reason to refuse
      When the vendor tells of a finished enrollment with a consent of another name
      Then the partner acknowledges

  Rule: A visit to the tracker is understood in every form

    @HA-RESP-001 @uses:HA-HOOK-VISIT-009
    Scenario Outline: A visit with <reading> is understood
      When the vendor tells of a visit to the tracker with <reading>
      Then the partner acknowledges

      Examples:
        | reading                                              |
        | names beside the event                               |
        | names inside and beside the event                    |
        | the patient beside the event, names beside the event |
        | seconds and an offset in sendDate                    |
        | a blank in sendDate                                  |
        | "partner" as the source                              |
        | "Source " as the source                              |
        | no status                                            |
        | no message                                           |
        | eventType                                            |
        | unknown members                                      |

    @HA-RESP-001 @uses:HA-HOOK-VISIT-009
    Scenario Outline: A visit as <source> is understood
      When the vendor tells of a visit to the tracker with <readings>
      Then the partner acknowledges

      Examples:
        | source                | readings |
        | the example means it  | the patient beside the event, names beside the event, "partner" as the source |
        | all else together     | the patient beside the event, names inside and beside the event, seconds and an offset in sendDate, "Source " as the source, no status, no message, eventType |

    @HA-RESP-004 @uses:AMB-003
    Scenario: A visit as the example prints it is no JSON, and is refused
      When the vendor sends the invalid printed example to "/webhook/user-action"
      Then the partner refuses with a reason

  Rule: Opting out and in is understood in every form

    @HA-RESP-001 @uses:RX-HOOK-OPT-006
    Scenario Outline: <case> with <reading> is understood
      When the vendor tells of <case> with <reading>
      Then the partner acknowledges

      Examples: Opting out
        | case       | reading                           |
        | an opt-out | names inside the event            |
        | an opt-out | names inside and beside the event |
        | an opt-out | milliseconds and a Z in sendDate  |
        | an opt-out | a blank in sendDate               |
        | an opt-out | "Partner" as the source           |
        | an opt-out | "Source " as the source           |
        | an opt-out | the answer as text                |
        | an opt-out | no eventType                      |
        | an opt-out | no status                         |
        | an opt-out | no message                        |
        | an opt-out | unknown members                   |

      Examples: Opting in
        | case      | reading                           |
        | an opt-in | names inside the event            |
        | an opt-in | names inside and beside the event |
        | an opt-in | milliseconds and a Z in sendDate  |
        | an opt-in | a blank in sendDate               |
        | an opt-in | "Partner" as the source           |
        | an opt-in | "Source " as the source           |
        | an opt-in | the answer as text                |
        | an opt-in | no eventType                      |
        | an opt-in | no status                         |
        | an opt-in | no message                        |
        | an opt-in | unknown members                   |

    @HA-RESP-001 @uses:RX-HOOK-OPT-006
    Scenario Outline: <case> in all other forms together is understood
      When the vendor tells of <case> with names inside the event, milliseconds and a Z in sendDate, "Source " as the source, the answer as text, no eventType, no status, no message
      Then the partner acknowledges

      Examples:
        | case       |
        | an opt-out |
        | an opt-in  |

  Rule: An infusion update is understood in every form

    @HA-RESP-001 @uses:RX-HOOK-INFUSION-003
    Scenario Outline: An infusion update with <reading> is understood at "<address>"
      When the vendor tells of an infusion update with <reading> at "<address>"
      Then the partner acknowledges

      Examples: At the address of the page
        | reading                           | address                  |
        | the id beside the patient alone   | /webhook/user-enrollment |
        | the id in the patient alone       | /webhook/user-enrollment |
        | names beside the event            | /webhook/user-enrollment |
        | names inside and beside the event | /webhook/user-enrollment |
        | seconds and an offset in sendDate | /webhook/user-enrollment |
        | a blank in sendDate               | /webhook/user-enrollment |
        | "partner" as the source           | /webhook/user-enrollment |
        | "Source " as the source           | /webhook/user-enrollment |
        | insurance and infusion in lists   | /webhook/user-enrollment |
        | insurance members in camel case   | /webhook/user-enrollment |
        | no next date                      | /webhook/user-enrollment |
        | no status                         | /webhook/user-enrollment |
        | no message                        | /webhook/user-enrollment |
        | eventType                         | /webhook/user-enrollment |
        | unknown members                   | /webhook/user-enrollment |

      Examples: At the address of user actions
        | reading                           | address              |
        | the id beside the patient alone   | /webhook/user-action |
        | the id in the patient alone       | /webhook/user-action |
        | names beside the event            | /webhook/user-action |
        | insurance and infusion in lists   | /webhook/user-action |
        | no next date                      | /webhook/user-action |

    @HA-RESP-001 @uses:RX-HOOK-INFUSION-003
    Scenario Outline: An infusion update as <source> is understood
      When the vendor tells of an infusion update with <readings>
      Then the partner acknowledges

      Examples:
        | source                | readings |
        | the table has it      | the id beside the patient alone, insurance and infusion in lists, seconds and an offset in sendDate |
        | its siblings have it  | the id in the patient alone, names beside the event, "partner" as the source |

  Rule: Whatever form it had, the right ids are read from it

    @HA-RESP-003
    Scenario Outline: The acknowledgement of <case> with <reading> repeats what was sent
      When the vendor tells of <case> with <reading>
      Then the acknowledgement repeats what was sent

      Examples:
        | case                   | reading                                              |
        | a finished enrollment  | "Source " as the source                              |
        | a visit to the tracker | the patient beside the event, names beside the event |
        | a visit to the tracker | "partner" as the source                              |
        | an opt-out             | names inside the event                               |
        | an opt-in              | "Source " as the source                              |
        | an infusion update     | the id beside the patient alone                      |
        | an infusion update     | the id in the patient alone                          |
        | an infusion update     | insurance and infusion in lists                      |

  Rule: What no document supports is answered in the documented form too

    @HA-RESP-001 @HA-RESP-004 @uses:AMB-009 @uses:AMB-017 @uses:AMB-029
    Scenario Outline: <case> with <oddity> is taken, or refused with a reason
      When the vendor tells of <case> with <oddity>
      Then the partner acknowledges or refuses with a reason

      Examples:
        | case                   | oddity                 |
        | a finished enrollment  | RxWare as the brand    |
        | a finished enrollment  | times in seconds       |
        | a finished enrollment  | a name nobody knows    |
        | a visit to the tracker | RxWare as the brand    |
        | a visit to the tracker | an action nobody knows |
        | an opt-out             | RxWare as the brand    |
        | an opt-in              | a name nobody knows    |
        | an infusion update     | RxWare as the brand    |
        | an infusion update     | the action in its name |
        | an infusion update     | an action nobody knows |
