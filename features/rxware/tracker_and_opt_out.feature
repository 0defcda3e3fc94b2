Feature: The partner learns of visits and of opting out
  After enrolling, patients follow their treatment in the tracker, and stop or
  resume texts by texting STOP or START. The partner hears of each.

  Background:
    Given a support program on RxWare
    And the partner has invited Maya
    And Maya has enrolled

  Rule: Every visit to the tracker is told

    @HA-HOOK-VISIT-001 @HA-HOOK-VISIT-002
    Scenario: Three visits are told three times
      When Maya visits the tracker 3 times
      Then the partner is told 3 times that Maya visited the tracker

    @HA-HOOK-VISIT-003 @HA-HOOK-VISIT-004 @HA-HOOK-VISIT-005 @HA-HOOK-VISIT-009
    Scenario: A visit is told with program, time, action, patient and name
      When Maya visits the tracker
      Then the webhook arrives at "/webhook/user-action"
      And the webhook has "event.supportProgramId"
      And the webhook has "event.sendDate"
      And the webhook has "event.patient.id"
      And the webhook says:
        | event.data.key   | userAction                                   |
        | event.data.value | viewedTracker                                |
        | event.eventName  | HelpAround.Patient.UserAction.ViewedTracker  |

    @HA-HOOK-VISIT-006 @HA-HOOK-VISIT-010
    Scenario: A visit is told by the platform's earlier name, with the full number
      When Maya visits the tracker
      Then the webhook says:
        | event.sourceName | helparound |
      And the webhook's "event.patient.phoneNumber" is a number with country code

    @HA-HOOK-VISIT-008
    Scenario: Message and status of a visit are the documented ones
      When Maya visits the tracker
      Then the webhook says:
        | event.message | Patient visited a tracker. |
        | event.status  | success                    |

    @HA-OUR-022
    Scenario: A visit is told even when texts are not wanted
      Given Maya has texted "STOP"
      When Maya visits the tracker
      Then the partner is told once that Maya visited the tracker

  Rule: STOP and START are told

    @RX-HOOK-OPT-001 @RX-HOOK-OPT-005
    Scenario: STOP is told as opting out
      When Maya texts "STOP"
      Then the partner is told once that Maya opted out
      And the webhook's "event.data.value" is false
      And the webhook says:
        | event.data.key | opt-in               |
        | event.message  | patient replied STOP |

    @RX-HOOK-OPT-002 @RX-HOOK-OPT-005
    Scenario: START is told as opting in
      Given Maya has texted "STOP"
      When Maya texts "START"
      Then the partner is told once that Maya opted in
      And the webhook's "event.data.value" is true
      And the webhook says:
        | event.data.key | opt-in                |
        | event.message  | patient replied START |

    @RX-HOOK-OPT-006 @RX-HOOK-OPT-007
    Scenario: Opting out names its source beside the event and the patient inside it
      When Maya texts "STOP"
      Then the webhook arrives at "/webhook/user-action"
      And the webhook says:
        | sourceName | helparound                 |
        | eventType  | sms                        |
        | eventName  | HelpAround.Patient.Consent |
      And the webhook has "event.patient.id"
      And the webhook has "event.patient.phoneNumber"
      And the webhook's "event.patient.externalIds" lists the partner's own id with its source

    @RX-HOOK-OPT-008
    Scenario: Opting out and in differ in value and message alone
      Given Maya has texted "STOP"
      When Maya texts "START"
      Then the two webhooks differ in "event.data.value", "event.message" and "event.sendDate" alone

    @RX-OUR-039
    Scenario Outline: "<text>" counts as <word>
      When Maya texts "<text>"
      Then the partner is told <times> that Maya opted out

      Examples:
        | text            | word    | times |
        | stop            | STOP    | once  |
        | Stop            | STOP    | once  |
        | please stop     | nothing | never |
        | STOPPED         | nothing | never |

    @RX-OUR-039
    Scenario: A repeated STOP is told once
      When Maya texts "STOP"
      And Maya texts "STOP"
      Then the partner is told once that Maya opted out

    @HA-OUR-006
    Scenario Outline: What Maya does is told as a success: she <does>
      When Maya <does>
      Then the partner is told that Maya <what>
      And the webhook says:
        | event.status | success |

      Examples:
        | does                       | what                 |
        | visits the tracker         | visited the tracker  |
        | texts "STOP"               | opted out            |
        | tells of her next infusion | updated her infusion |

  Rule: Texts stop with STOP and go on with START

    @RX-HOOK-OPT-003
    Scenario: After STOP a series of texts does not go on
      Given the partner has subscribed Maya to "onboarding"
      And Maya has texted "STOP"
      When 8 days pass
      Then Maya gets no more text

    @RX-HOOK-OPT-003
    Scenario: After STOP no text can be asked for
      Given Maya has texted "STOP"
      When the partner asks for the text "notify.sms.shipped" to Maya
      Then Maya gets no more text

    @RX-HOOK-OPT-004
    Scenario: After START a series of texts goes on
      Given the partner has subscribed Maya to "onboarding"
      And Maya has texted "STOP"
      And Maya has texted "START"
      When 8 days pass
      Then Maya gets one more text

    @RX-HOOK-OPT-004
    Scenario: A series goes on after START with what is still to come
      Given the partner has subscribed Maya to "onboarding"
      And Maya has texted "STOP"
      When 8 days pass
      Then Maya gets no more text
      When Maya texts "START"
      And 23 days pass
      Then Maya gets one more text

    @RX-HOOK-OPT-004
    Scenario: After START texts can be asked for again
      Given Maya has texted "STOP"
      And Maya has texted "START"
      When the partner asks for the text "notify.sms.shipped" to Maya
      Then Maya gets one more text

  Rule: Webhooks keep coming until somebody takes them

    @HA-OUR-013 @HA-OUR-014 @HA-OUR-016
    Scenario: A partner that is down is told again, the very same
      Given the partner is down for 2 calls
      When Maya texts "STOP"
      And 1 minute passes
      Then the partner was called 3 times with the very same webhook

    @HA-OUR-013
    Scenario: After four attempts the vendor gives up
      Given the partner is down for 99 calls
      When Maya texts "STOP"
      And 1 day passes
      Then the partner was called 4 times with the very same webhook

    @HA-OUR-013
    Scenario: A partner that asks for more time gets it
      Given the partner asks to be called again after 10 minutes
      When Maya texts "STOP"
      And 9 minutes pass
      Then the partner was called 1 time with the very same webhook
      When 2 minutes pass
      Then the partner was called 2 times with the very same webhook

    @HA-OUR-013
    Scenario Outline: A partner that answers <answer> is not called again
      Given the partner answers <answer>
      When Maya texts "STOP"
      And 1 day passes
      Then the partner was called 1 time with the very same webhook

      Examples:
        | answer            |
        | 400 with a reason |
        | 404 with a reason |
        | 302 to elsewhere  |

    @HA-RESP-008
    Scenario Outline: The vendor lives with a refusal that is <case>
      Given the partner refuses once with <case>
      When Maya texts "STOP"
      And Maya visits the tracker
      Then the partner is told once that Maya visited the tracker

      Examples:
        | case                    |
        | the documented form     |
        | the documented example  |
        | more than is documented |
        | nothing at all          |

    @HA-OUR-012
    Scenario: Any success acknowledges, whatever its body
      Given the partner answers 204 with ""
      When Maya texts "STOP"
      And 1 day passes
      Then the partner was called 1 time with the very same webhook

    @HA-OUR-015
    Scenario: A patient's webhooks arrive in order even when the first fails at first
      Given the partner is down for 1 call
      When Maya texts "STOP"
      And Maya texts "START"
      And Maya visits the tracker
      And 1 minute passes
      Then the partner takes "opted out", "opted in" and "visited the tracker" in that order
