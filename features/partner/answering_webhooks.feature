Feature: A partner answers webhooks
  A partner acknowledges what it can use and says clearly what it cannot, in one
  form for all that comes.

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
        | an infusion update     |

    @HA-RESP-003
    Scenario Outline: The acknowledgement of <case> repeats what was sent
      When the vendor tells of <case>
      Then the acknowledgement repeats what was sent

      Examples:
        | case                   |
        | a finished enrollment  |
        | a visit to the tracker |
        | an opt-out             |
        | an opt-in              |
        | an infusion update     |

    @HA-OUR-019
    Scenario Outline: The acknowledgement of <case> with no external id has none either
      When the vendor tells of <case> with no external id
      Then the acknowledgement leaves out the partner's own id

      Examples:
        | case                   |
        | a finished enrollment  |
        | a visit to the tracker |
        | an opt-out             |
        | an infusion update     |

    @HA-HOOK-ENROLL-006
    Scenario: An enrollment with nothing but what is required is acknowledged
      When the vendor tells of a finished enrollment with required members only
      Then the partner acknowledges

    @HA-RESP-001 @uses:HA-HOOK-ENROLL-009
    Scenario Outline: An enrollment with <case> is acknowledged
      When the vendor tells of a finished enrollment with <case>
      Then the partner acknowledges

      Examples:
        | case                          |
        | a date of birth before 1970   |
        | a date of birth of zero       |
        | a cardholder born before 1970 |

    @HA-HOOK-VISIT-007
    Scenario: A visit with nothing but what is required is acknowledged
      When the vendor tells of a visit to the tracker with required members only
      Then the partner acknowledges

    @RX-HOOK-INFUSION-009
    Scenario Outline: An infusion update with <case> is acknowledged
      When the vendor tells of an infusion update with <case>
      Then the partner acknowledges

      Examples:
        | case                       |
        | no insurance               |
        | no infusion                |
        | no insurance, no infusion  |
        | required members only      |

  Rule: The name of an event and what it says tell what it is

    @HA-HOOK-VISIT-011
    Scenario: Visits and opt-outs on one address are told apart by name
      When the vendor tells of a visit to the tracker
      And the vendor tells of an opt-out
      And the vendor tells of an opt-in
      Then the partner acknowledges all

    @HA-HOOK-VISIT-011
    Scenario: An opt-out must say what the patient wants, although a visit with as little would do
      When the vendor tells of a visit to the tracker with required members only
      Then the partner acknowledges
      When the vendor sends an opt-out without the patient's wish
      Then the partner refuses with a reason

    @RX-HOOK-INFUSION-010
    Scenario: An infusion update needs no last name, although an enrollment does
      When the vendor tells of an infusion update
      Then the partner acknowledges
      When the vendor sends a finished enrollment without a last name
      Then the partner refuses with a reason

    @RX-HOOK-INFUSION-010
    Scenario Outline: An infusion update at "<address>" is not taken for an enrollment
      When the vendor tells of an infusion update at "<address>"
      And the vendor tells of a finished enrollment
      Then the partner asks for every picture of the enrollment
      And the partner has asked for no picture of the infusion update

      Examples:
        | address                  |
        | /webhook/user-enrollment |
        | /webhook/user-action     |

  Rule: Webhooks may come twice, together, and late

    @HA-RESP-001 @HA-RESP-007 @uses:HA-OUR-014
    Scenario Outline: A webhook about <case> that comes twice is acknowledged twice
      When the vendor tells of <case>
      And the vendor tells the same again
      Then the partner acknowledges both

      Examples:
        | case                   |
        | a finished enrollment  |
        | a visit to the tracker |
        | an opt-out             |
        | an opt-in              |
        | an infusion update     |

    @HA-RESP-001 @uses:HA-OUR-013 @uses:HA-OUR-014
    Scenario Outline: A webhook about <case> that comes again later is acknowledged again
      When the vendor tells of <case>
      And the vendor tells the same again a second later
      Then the partner acknowledges both

      Examples:
        | case                  |
        | a finished enrollment |
        | an opt-out            |

    @HA-RESP-001 @uses:HA-OUR-013 @uses:HA-OUR-014
    Scenario Outline: A webhook about <case> is acknowledged after a call that ended before its answer
      When the vendor hangs up after telling of <case>
      And the vendor tells the same again
      Then the partner acknowledges

      Examples:
        | case                   |
        | a finished enrollment  |
        | a visit to the tracker |
        | an opt-out             |

    @HA-OUR-014
    Scenario: An enrollment that comes twice is one enrollment
      When the vendor tells of a finished enrollment
      And the vendor tells the same again
      Then the partner asks for every picture of the enrollment
      And the partner has asked for no picture twice

    @HA-OUR-014
    Scenario: An enrollment whose first call ended before its answer is one enrollment
      When the vendor hangs up after telling of a finished enrollment
      And the vendor tells the same again
      Then the partner asks for every picture of the enrollment
      And the partner has asked for no picture twice

    @HA-RESP-001 @HA-RESP-007
    Scenario Outline: <one> and <another> of one patient may come at the same time
      When the vendor tells at once of <one> and of <another>
      Then the partner acknowledges both

      Examples:
        | one                    | another                |
        | a finished enrollment  | a visit to the tracker |
        | a visit to the tracker | a visit to the tracker |
        | an opt-out             | an infusion update     |

    @HA-RESP-001 @HA-RESP-007
    Scenario Outline: <later> is acknowledged after <sooner>, which happened later
      When the vendor tells of <sooner>
      And the vendor tells of <later> with an earlier sendDate
      Then the partner acknowledges both

      Examples:
        | sooner                 | later                  |
        | an opt-in              | an opt-out             |
        | an opt-out             | an opt-in              |
        | a visit to the tracker | a finished enrollment  |
        | an opt-out             | a finished enrollment  |
        | an infusion update     | a finished enrollment  |
        | an infusion update     | an infusion update     |

  Rule: What cannot be used is refused with a reason

    @HA-RESP-004 @HA-RESP-007
    Scenario Outline: <case> is refused at "<address>"
      When the vendor sends <case> to "<address>"
      Then the partner refuses with a reason

      Examples:
        | case                        | address                  |
        | broken JSON                 | /webhook/user-enrollment |
        | broken JSON                 | /webhook/user-action     |
        | a JSON list                 | /webhook/user-enrollment |
        | a JSON list                 | /webhook/user-action     |
        | a JSON text                 | /webhook/user-enrollment |
        | a JSON text                 | /webhook/user-action     |
        | nothing                     | /webhook/user-enrollment |
        | nothing                     | /webhook/user-action     |
        | bytes that are no UTF-8     | /webhook/user-action     |
        | an event that is no object  | /webhook/user-enrollment |

    @HA-RESP-004 @HA-RESP-007
    Scenario Outline: <case> without <what> is refused
      When the vendor sends <case> without <what>
      Then the partner refuses with a reason

      Examples:
        | case                   | what               |
        | a finished enrollment  | an event           |
        | a finished enrollment  | a program          |
        | a finished enrollment  | a patient          |
        | a finished enrollment  | a last name        |
        | a visit to the tracker | an event           |
        | a visit to the tracker | a program          |
        | a visit to the tracker | a patient          |
        | a visit to the tracker | its action         |
        | an opt-out             | a program          |
        | an opt-out             | a patient          |
        | an opt-out             | the patient's wish |
        | an infusion update     | a program          |
        | an infusion update     | a patient          |
        | an infusion update     | its action         |

    @HA-RESP-005
    Scenario Outline: The refusal of <case> names the patient when that could be read
      When the vendor sends <case> without a program
      Then the refusal names the patient

      Examples:
        | case                   |
        | a finished enrollment  |
        | a visit to the tracker |
        | an opt-out             |
        | an infusion update     |

  Rule: Pictures are fetched by their ids

    @HA-MEDIA-001
    Scenario: The pictures of an enrollment are fetched
      When the vendor tells of a finished enrollment
      Then the partner asks for every picture of the enrollment

    @HA-MEDIA-001
    Scenario: Pictures are found under the other spelling too
      When the vendor tells of a finished enrollment with insurance members in camel case
      Then the partner asks for every picture of the enrollment

    @HA-MEDIA-001
    Scenario: A picture that cannot be had keeps no other from being fetched
      Given the vendor has lost a picture of the enrollment
      When the vendor tells of a finished enrollment
      Then the partner asks for every picture of the enrollment

    @HA-RESP-001 @uses:HA-MEDIA-001
    Scenario: A picture that cannot be had is no reason to refuse
      Given the vendor has lost a picture of the enrollment
      When the vendor tells of a finished enrollment
      And the vendor tells the same again
      Then the partner acknowledges both
