Feature: The partner learns of a patient's infusions
  Patients who are infused tell on the mobile web when and where the next
  infusion is, and whether their insurance has changed. The partner hears of it.

  Background:
    Given a support program on RxWare
    And the partner has invited Maya
    And Maya has enrolled

  Rule: Every update is told

    @RX-HOOK-INFUSION-001
    Scenario: An infusion update is told once, where enrollments are told
      When Maya tells of her next infusion
      Then the partner is told once that Maya updated her infusion
      And the webhook arrives at "/webhook/user-enrollment"

    @RX-HOOK-INFUSION-001
    Scenario: Two updates are told twice
      When Maya tells of her next infusion
      And Maya tells of her next infusion
      Then the partner is told 2 times that Maya updated her infusion

    @RX-HOOK-INFUSION-002 @RX-HOOK-INFUSION-004
    Scenario: The webhook says what it tells of
      When Maya tells of her next infusion
      Then the partner is told that Maya updated her infusion
      And the webhook says:
        | event.data.key   | userAction                    |
        | event.data.value | infusionUpdated               |
        | event.sourceName | helparound                    |
        | event.eventName  | HelpAround.Patient.UserAction |

    @RX-HOOK-INFUSION-003
    Scenario Outline: The webhook always has its required members: <case>
      When Maya <case>
      Then the partner is told that Maya updated her infusion
      And the webhook says:
        | event.message | patient infusion update |
        | event.status  | success                 |
      And the webhook has "event.supportProgramId"
      And the webhook has "event.sendDate"
      And the webhook has "event.data"
      And the webhook has "event.patientId"
      And the webhook has "event.patient.phoneNumber"
      And the webhook's "event.patient.externalIds" lists the partner's own id with its source
      And the webhook has "event.sourceName"
      And the webhook has "event.eventName"

      Examples:
        | case                                 |
        | tells of her next infusion           |
        | tells that there is no next infusion |

    @RX-HOOK-INFUSION-005
    Scenario: The next infusion has a date
      When Maya tells of her next infusion:
        | date     | 2026-04-01                 |
        | facility | Huntsville Infusion Center |
      Then the partner is told that Maya updated her infusion
      And the webhook's "event.patient.infusion.infusionDate" is a time in UTC
      And the webhook says:
        | event.patient.infusion.facilityName | Huntsville Infusion Center |

    @RX-HOOK-INFUSION-005
    Scenario: Where there is no next infusion the date is null
      When Maya tells that there is no next infusion
      Then the partner is told that Maya updated her infusion
      And the webhook's "event.patient.infusion.infusionDate" is null

    @RX-HOOK-INFUSION-006
    Scenario Outline: News of the insurance are told in words: <news>
      When Maya tells of her next infusion:
        | news of the insurance | <news> |
      Then the partner is told that Maya updated her infusion
      And the webhook says:
        | event.patient.infusion.haveInsuranceUpdate | <word> |

      Examples:
        | news | word |
        | yes  | Yes  |
        | no   | No   |

    @RX-HOOK-INFUSION-007
    Scenario: The time of the update is told in UTC
      When Maya tells of her next infusion
      Then the partner is told that Maya updated her infusion
      And the webhook's "event.sendDate" is a time in UTC

    @RX-HOOK-INFUSION-008
    Scenario: Texts keep to their limits
      When Maya tells of her next infusion
      Then the partner is told that Maya updated her infusion
      And no text of the webhook is longer than 100 characters

    @RX-HOOK-INFUSION-009
    Scenario: Without news of the insurance nothing is told of it
      When Maya tells of her next infusion
      Then the partner is told that Maya updated her infusion
      And the webhook leaves out "event.patient.insurance"

  Rule: News of the insurance come along, and are kept

    @RX-HOOK-INFUSION-009
    Scenario: A new insurance is told
      When Maya tells of her next infusion:
        | news of the insurance | yes              |
        | insurance.carrier     | Blue Lake Mutual |
      Then the partner is told that Maya updated her infusion
      And the webhook says:
        | event.patient.insurance.primaryInsurance.carrier | Blue Lake Mutual |

    @HA-OUR-015
    Scenario: What the webhook tells of is kept already
      When Maya tells of her next infusion:
        | date     | 2026-04-15   |
        | facility | Oak St. Site |
      Then the partner is told that Maya updated her infusion
      And the platform keeps Maya's next infusion on "2026-04-15" at "Oak St. Site"

    @RX-GEN-004
    Scenario: The webhook names the patient as the answer to the invitation did
      When Maya tells of her next infusion
      Then the partner is told that Maya updated her infusion
      And the webhook has "event.supportProgramId"
      And the webhook's "event.patient.externalIds" lists the partner's own id with its source

    @HA-OUR-022
    Scenario: An update is told even when texts are not wanted
      Given Maya has texted "STOP"
      When Maya tells of her next infusion
      Then the partner is told once that Maya updated her infusion

    @HA-OUR-013 @HA-OUR-014
    Scenario: A partner that is down is told again, the very same
      Given the partner is down for 2 calls
      When Maya tells of her next infusion
      And 1 minute passes
      Then the partner was called 3 times with the very same webhook
