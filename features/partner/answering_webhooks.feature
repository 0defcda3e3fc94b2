Feature: A partner answers webhooks
  A partner acknowledges what it can use, says clearly what it cannot, and reads
  every form that the vendor's documents allow.

  Background:
    Given a partner that takes webhooks

  Rule: What can be used is acknowledged and echoed

    @HA-RESP-001 @HA-RESP-002 @HA-RESP-007
    Scenario Outline: A webhook about <case> is acknowledged
      When the vendor tells of <case>
      Then the partner acknowledges with program, patient and its own id

      Examples:
        | case                   |
        | a finished enrollment  |
        | a visit to the tracker |
        | an opt-out             |
        | an opt-in              |

    @HA-RESP-003
    Scenario Outline: The acknowledgement of <case> repeats what was sent
      When the vendor tells of <case>
      Then the acknowledgement repeats what was sent

      Examples:
        | case                   |
        | a finished enrollment  |
        | a visit to the tracker |
        | an opt-out             |

    @HA-HOOK-VISIT-007
    Scenario: A visit with nothing but what is required is acknowledged
      When the vendor tells of a visit to the tracker with required members only
      Then the partner acknowledges

    @HA-HOOK-ENROLL-006
    Scenario: An enrollment with nothing but what is required is acknowledged
      When the vendor tells of a finished enrollment with required members only
      Then the partner acknowledges

    @HA-HOOK-VISIT-011
    Scenario: Visits and opt-outs on one address are told apart by name
      When the vendor tells of a visit to the tracker
      And the vendor tells of an opt-out
      Then the partner acknowledges both

    @HA-OUR-014
    Scenario: A webhook that comes twice is acknowledged twice
      When the vendor tells of a finished enrollment
      And the vendor tells of the same again
      Then the partner acknowledges both

  Rule: What cannot be used is refused with a reason

    @HA-RESP-004
    Scenario Outline: <case> is refused
      When the vendor sends <case>
      Then the partner refuses with a reason

      Examples:
        | case                              |
        | broken JSON                       |
        | a JSON list                       |
        | nothing                           |
        | the invalid printed example       |
        | an enrollment without a program   |
        | an enrollment without a patient   |
        | an enrollment without a name      |
        | a visit without its action        |

    @HA-RESP-005
    Scenario: The refusal names the patient when that could be read
      When the vendor sends an enrollment without a program
      Then the refusal names the patient

  Rule: Every documented reading is understood

    @HA-RESP-001 @uses:HA-HOOK-ENROLL-002
    Scenario Outline: An enrollment with <reading> is understood
      When the vendor tells of a finished enrollment with <reading>
      Then the partner acknowledges

      Examples:
        | reading                                     |
        | consent instead of consents                 |
        | apartment instead of apt                    |
        | names at the top level                      |
        | names in both places                        |
        | seconds and an offset in sendDate           |
        | a blank in sendDate                         |
        | "Source " as the source                     |
        | dates of birth as text                      |
        | insurance members in camel case             |
        | the caregiver's name in two parts           |
        | neither message nor status                  |
        | unknown members                             |

    @HA-RESP-001 @uses:HA-HOOK-VISIT-009
    Scenario Outline: A visit laid out <layout> is understood
      When the vendor tells of a visit to the tracker laid out <layout>
      Then the partner acknowledges

      Examples:
        | layout                               |
        | with everything inside the event     |
        | with names beside the event          |
        | with the patient beside the event    |

  Rule: Pictures are fetched by their ids

    @uses:HA-MEDIA-001
    Scenario: The pictures of an enrollment are fetched
      When the vendor tells of a finished enrollment
      Then the partner fetches every picture that was named
