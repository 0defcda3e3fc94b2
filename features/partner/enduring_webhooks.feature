Feature: A partner endures what comes over the wire
  Networks are slow, callers hang up, and bodies are now and then nothing that
  anybody agreed on. A partner answers in the one form it has for all of that, in
  time, and is there for the next webhook.

  Background:
    Given a partner that takes webhooks

  Rule: A webhook is read however its bytes travel

    @HA-RESP-001
    Scenario Outline: A webhook about <case> that comes drop by drop is acknowledged
      When the vendor slowly tells of <case>
      Then the partner acknowledges

      Examples:
        | case                   |
        | a finished enrollment  |
        | a visit to the tracker |

    @HA-RESP-001
    Scenario Outline: A webhook about <case> that does not say its length is acknowledged
      When the vendor tells in chunks of <case>
      Then the partner acknowledges

      Examples:
        | case                   |
        | a finished enrollment  |
        | an opt-out             |

    @HA-RESP-001 @uses:HA-OUR-011
    Scenario Outline: A webhook that comes as "<type>" is acknowledged
      When the vendor labels a visit to the tracker as "<type>"
      Then the partner acknowledges

      Examples:
        | type                            |
        | application/json                |
        | application/json; charset=utf-8 |
        | application/json;charset=UTF-8  |

  Rule: What is out of the ordinary is taken, or refused with a reason

    @HA-RESP-001 @HA-RESP-004 @uses:HA-OUR-011
    Scenario Outline: <case> that comes as "<type>" is taken, or refused with a reason
      When the vendor labels <case> as "<type>"
      Then the partner acknowledges or refuses with a reason

      Examples:
        | case                   | type                              |
        | a visit to the tracker | text/plain                        |
        | a visit to the tracker | application/x-www-form-urlencoded |
        | a finished enrollment  | application/xml                   |
        | an opt-out             | not a type                        |
        | a finished enrollment  |                                   |

    @HA-RESP-001 @HA-RESP-004
    Scenario Outline: <case> with <oddity> is taken, or refused with a reason
      When the vendor tells of <case> with <oddity>
      Then the partner acknowledges or refuses with a reason

      Examples:
        | case                   | oddity                          |
        | a finished enrollment  | 900 KiB in an unknown member    |
        | a visit to the tracker | 900 KiB in an unknown member    |
        | a finished enrollment  | unknown members 500 levels deep |
        | an opt-out             | unknown members 500 levels deep |
        | a finished enrollment  | a patient nobody knows          |
        | a visit to the tracker | a patient nobody knows          |
        | an opt-out             | a patient nobody knows          |
        | an infusion update     | a patient nobody knows          |

    @RX-OUR-047
    Scenario Outline: <case> with <burden> is taken, refused with a reason, or too much
      When the vendor tells of <case> with <burden>
      Then the partner acknowledges, refuses with a reason or says that it is too much

      Examples:
        | case                   | burden                                    |
        | a finished enrollment  | more than a mebibyte in an unknown member |
        | a visit to the tracker | more than a mebibyte in an unknown member |

    @HA-RESP-001 @HA-RESP-007
    Scenario Outline: After <trouble>, the next webhook is acknowledged
      When the vendor sends <trouble> to "/webhook/user-action"
      Then the partner refuses with a reason
      When the vendor tells of a visit to the tracker
      Then the partner acknowledges a webhook again

      Examples:
        | trouble                 |
        | broken JSON             |
        | nothing                 |
        | bytes that are no UTF-8 |

  Rule: Answers come in time

    @HA-OUR-013
    Scenario Outline: A webhook about <case> is answered before the vendor gives up
      When the vendor tells of <case>
      Then the partner has answered in time

      Examples:
        | case                   |
        | a finished enrollment  |
        | a visit to the tracker |
        | an opt-out             |
        | an opt-in              |
        | an infusion update     |

    @HA-OUR-013
    Scenario: What cannot be used is answered before the vendor gives up
      When the vendor sends broken JSON to "/webhook/user-enrollment"
      Then the partner has answered in time

    @HA-OUR-013
    Scenario: Pictures that cannot be had do not delay the answer
      Given the vendor has lost a picture of the enrollment
      When the vendor tells of a finished enrollment
      Then the partner has answered in time
