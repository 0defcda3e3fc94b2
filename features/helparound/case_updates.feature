Feature: Case updates on HelpAround
  HelpAround's guide has the call under its own address. What it takes and does
  is what RxWare's pages tell.

  Background:
    Given a support program on HelpAround
    And the partner has invited Maya

  Rule: An update changes the patient's status

    @HA-EVENT-001
    Scenario: The patient's status is the one told
      When the partner reports that Maya's "shipment.status" is "shipped"
      Then the vendor confirms the update
      And the vendor knows Maya's status "shipment.status" as "shipped"

    @HA-EVENT-002
    Scenario: An update may bring the patient a text
      When the partner asks for the text "notify.sms.tracker.update" to Maya
      Then the vendor confirms the update
      And Maya gets one more text

    @HA-EVENT-003
    Scenario: A status without an agreement brings no text
      When the partner reports that Maya's "shipment.status" is "shipped"
      Then Maya gets no more text

    @HA-OUR-005
    Scenario: The body is that of RxWare's call
      When the partner reports that Maya's "financial.support.status" is "approved", with:
        | coPayMember | 1234567890 |
      Then the vendor confirms the update
      And Maya's case keeps:
        | coPayMember | 1234567890 |

    @HA-OUR-005
    Scenario: Refusals are those of RxWare's call
      Given the call is about a patient nobody knows
      When the partner tries to report on Maya
      Then the call is refused because the patient is unknown
      And nothing comes of it

    @HA-OUR-003
    Scenario: A read shows the latest status of each event
      Given the partner has reported that Maya's "insurance.status" is "paReq"
      And the partner has reported that Maya's "insurance.status" is "approved"
      And the partner has reported that Maya's "shipment.status" is "hold"
      When the partner reads Maya
      Then the vendor tells about Maya:
        | data.status.insurance\.status | approved |
        | data.status.shipment\.status  | hold     |

    @HA-OUR-003
    Scenario: A patient of whom nothing was told has no status
      When the partner reads Maya
      Then the answer leaves out "data.status.shipment\.status"

    @HA-OUR-003
    Scenario: What was texted is no status
      When the partner asks for the text "notify.sms.shipped" to Maya
      And the partner reads Maya
      Then the answer leaves out "data.status.notify\.sms\.shipped"

  Rule: Every spelling of the address leads to the same patients

    @HA-OUR-001
    Scenario Outline: A case is updated at <path>
      Given the call goes to <path>
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the vendor confirms the update
      And the vendor knows Maya's status "shipment.status" as "hold"

      Examples:
        | path                    |
        | /patient/{id}/event     |
        | /patients/{id}/event    |
        | /v1/patient/{id}/event  |
        | /v1/patients/{id}/event |

    @HA-OUR-001
    Scenario Outline: A patient is re-invited at <path>
      Given the call goes to <path>
      When the partner re-invites Maya
      Then the vendor confirms the re-invitation
      And Maya gets one more text

      Examples:
        | path                  |
        | /patient/reinvite     |
        | /patients/reinvite    |
        | /v1/patient/reinvite  |
        | /v1/patients/reinvite |

    @HA-OUR-001
    Scenario Outline: A patient is subscribed at <path>
      Given the call goes to <path>
      When the partner subscribes Maya to "onboarding"
      Then the vendor confirms the subscription
      And Maya follows "onboarding"

      Examples:
        | path                                 |
        | /patient/{id}/subscribe-campaign     |
        | /patients/{id}/subscribe-campaign    |
        | /v1/patient/{id}/subscribe-campaign  |
        | /v1/patients/{id}/subscribe-campaign |

    @HA-OUR-001
    Scenario Outline: A patient is opted out at <path>
      Given the call goes to <path>
      When the partner opts Maya out
      Then the vendor confirms the wish
      And Maya does not want texts

      Examples:
        | path                             |
        | /patient/{id}/update_details     |
        | /patients/{id}/update_details    |
        | /v1/patient/{id}/update_details  |
        | /v1/patients/{id}/update_details |

    @HA-OUR-020
    Scenario: An organization id in an update is accepted and ignored
      Given the call says "id" is "org-77"
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the vendor confirms the update

  Rule: Tokens are judged as on every call

    @HA-AUTH-003
    Scenario: A token past its end is refused
      Given the vendor has issued the token "short" for 7 days
      When 8 days pass
      And the partner tries to report on Maya with the token "short"
      Then the call is refused
      And nothing comes of it

    @HA-AUTH-004
    Scenario: A token is refused outside its scope
      When the partner tries to report on Maya with a bearer token of a lesser scope
      Then the call is refused
      And nothing comes of it

    @HA-AUTH-005
    Scenario: A token issued for one program cannot act on another
      When the partner tries to report on Maya with a bearer token of another program
      Then the call is refused
      And nothing comes of it

    @HA-AUTH-002
    Scenario: A token is renewed before it ends
      Given the vendor has issued the token "old" for 7 days
      When the vendor renews the token "old" as "new" for 30 days
      And 8 days pass
      And the partner tries to report on Maya with the token "new"
      Then the call is accepted

    @HA-OUR-002
    Scenario: A token that has ended is told as unknown
      Given the vendor has issued the token "short" for 7 days
      When 8 days pass
      And the partner tries to report on Maya with the token "short"
      Then the call is refused because the credentials are wrong
