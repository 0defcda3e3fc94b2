Feature: Calls about a case in every reading
  Pages on re-inviting, case updates and consent contradict one another. The
  sandbox plays each reading of them.

  Background:
    Given a support program on RxWare

  Rule: Which events are taken

    @uses:RX-CASE-009 @uses:RX-EV-SMS-001 @uses:RX-EV-SMS-006 @uses:RX-EV-INS-001 @uses:RX-EV-FIN-001 @uses:RX-EV-SHIP-001 @AMB-057 @AMB-058 @AMB-061 @AMB-062 @AMB-066 @AMB-079
    Scenario Outline: "<event>" "<text>" is <verdict> when <ambiguity> reads "<value>"
      Given the vendor reads "<ambiguity>" as "<value>"
      And the partner has invited Maya
      When the partner reports that Maya's "<event>" is "<text>"
      Then the call is <verdict>

      Examples:
        | ambiguity | value      | event                    | text               | verdict  |
        | AMB-057   | name       | notify.sms.shipped       |                    | accepted |
        | AMB-057   | text       | notify.sms.shipped       |                    | refused  |
        | AMB-057   | text       | shipment.status          | notify.sms.shipped | accepted |
        | AMB-057   | either     | notify.sms.shipped       |                    | accepted |
        | AMB-057   | either     | shipment.status          | notify.sms.shipped | accepted |
        | AMB-057   | name       | shipment.status          | notify.sms.shipped | refused  |
        | AMB-058   | both       | notify.sms.copay.card    |                    | accepted |
        | AMB-058   | both       | notify.sms.copaycard     |                    | accepted |
        | AMB-058   | dotted     | notify.sms.copaycard     |                    | refused  |
        | AMB-058   | joined     | notify.sms.copay.card    |                    | refused  |
        | AMB-061   | none       | insurance.status         | received           | refused  |
        | AMB-061   | received   | insurance.status         | received           | accepted |
        | AMB-062   | both       | financial.support.status | coPayMember        | accepted |
        | AMB-062   | keysOnly   | financial.support.status | coPayMember        | refused  |
        | AMB-062   | textOnly   | financial.support.status | coPayMember        | accepted |
        | AMB-066   | configured | weather.status           | sunny              | refused  |
        | AMB-066   | open       | weather.status           | sunny              | accepted |
        | AMB-066   | closed     | weather.status           | sunny              | refused  |
        | AMB-079   | refused    | shipment.status          |                    | refused  |
        | AMB-079   | accepted   | shipment.status          |                    | accepted |

    @uses:RX-EV-SMS-004 @uses:RX-EV-SMS-006 @AMB-059 @AMB-064
    Scenario Outline: Data in <member> <is said> when <ambiguity> reads "<value>"
      Given the vendor reads "<ambiguity>" as "<value>"
      And the partner has invited Maya
      And the call says "<member>" is the JSON value [{"key": "ID", "value": "ZZ-4711"}]
      When the partner asks for the text "<command>" to Maya
      Then the text <is said> "ZZ-4711"

      Examples:
        | ambiguity | value          | member                | command              | is said      |
        | AMB-059   | either         | status.additionData   | notify.sms.copaycard | says         |
        | AMB-059   | either         | status.additionalData | notify.sms.copaycard | says         |
        | AMB-059   | additionalData | status.additionData   | notify.sms.copaycard | does not say |
        | AMB-059   | additionData   | status.additionalData | notify.sms.copaycard | does not say |
        | AMB-059   | either         | status.additionData   | notify.sms.shipped   | does not say |
        | AMB-064   | documented     | additionalData        | notify.sms.shipped   | does not say |
        | AMB-064   | alsoTopLevel   | additionalData        | notify.sms.shipped   | says         |

    @uses:RX-CASE-008 @AMB-072
    Scenario Outline: "<event>" for someone who opted out is <verdict> when <value> events are blocked
      Given the vendor reads "AMB-072" as "<value>"
      And the partner has invited Maya
      And Maya has texted "STOP"
      When the partner reports that Maya's "<event>" is "<text>"
      Then the call is <verdict>

      Examples:
        | value         | event              | text    | verdict  |
        | all           | shipment.status    | shipped | refused  |
        | messagingOnly | shipment.status    | shipped | accepted |
        | messagingOnly | notify.sms.shipped |         | refused  |

  Rule: What success looks like

    @uses:RX-CASE-001 @AMB-067
    Scenario Outline: A success <has> "<member>" when that is read as "<value>"
      Given the vendor reads "AMB-067" as "<value>"
      And the partner has invited Maya
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the answer <has> "<member>"

      Examples:
        | value        | has        | member       |
        | data.message | has        | data.message |
        | message      | has        | message      |
        | message      | leaves out | data         |
        | emptyData    | has        | data         |
        | emptyData    | leaves out | data.message |

    @uses:RX-USER-001 @uses:RX-USER-002 @AMB-068 @AMB-069
    Scenario Outline: Opting out <when> is answered "<message>" and <status> when <ambiguity> reads "<value>"
      Given the vendor reads "<ambiguity>" as "<value>"
      And the partner has invited Maya
      And the partner has opted Maya <first>
      When the partner opts Maya out
      Then the vendor answers <status>
      And the answer's "data.message" reads "<message>"

      Examples:
        | ambiguity | value          | first | when  | status | message                |
        | AMB-068   | Successful     | in    | once  | 200    | Successful             |
        | AMB-068   | User opted out | in    | once  | 200    | User opted out         |
        | AMB-069   | 208            | out   | again | 208    | User already opted out |
        | AMB-069   | 200            | out   | again | 200    | User already opted out |

    @uses:RX-USER-005 @AMB-027 @AMB-028
    Scenario Outline: Opting out by <items> is <verdict> when <ambiguity> reads "<value>"
      Given the vendor reads "<ambiguity>" as "<value>"
      And the partner has invited Maya
      And the call says "action.additionalData" is the JSON value <items>
      When the partner opts Maya out
      Then the call is <verdict>

      Examples:
        | ambiguity | value                 | items                                  | verdict  |
        | optAccept | both                  | [{"key": "opt-in", "value": false}]    | accepted |
        | optAccept | string                | [{"key": "opt-in", "value": false}]    | refused  |
        | optAccept | boolean               | [{"key": "opt-in", "value": false}]    | accepted |
        | optAccept | boolean               | [{"key": "opt-in", "value": "false"}]  | refused  |
        | AMB-028   | opt-in only           | [{"key": "opt-out", "value": "true"}]  | refused  |
        | AMB-028   | opt-in, opt-out, revoke | [{"key": "opt-out", "value": "true"}]  | accepted |
        | AMB-028   | opt-in, opt-out, revoke | [{"key": "revoke", "value": "true"}]   | accepted |

    @uses:RX-REINVITE-004 @uses:RX-REINVITE-005 @AMB-071
    Scenario Outline: Of two unknown identifiers <which> is told when that is read as "<value>"
      Given the vendor reads "AMB-071" as "<value>"
      And the partner has invited Maya
      And the call says "externalId" is "nobody"
      And the call says "phoneNumber" is "+12025550177"
      When the partner re-invites Maya
      Then the refusal has code <code>

      Examples:
        | value         | which          | code |
        | externalFirst | the id         | 3017 |
        | phoneFirst    | the number     | 3014 |

  Rule: Where the calls are

    @uses:RX-GEN-001 @uses:HA-OUR-001 @AMB-021
    Scenario Outline: GET <path> is answered <status> when the paths are "<value>"
      Given the vendor reads "AMB-021" as "<value>"
      And the partner has invited Maya
      When the partner reads Maya at <path>
      Then the vendor answers <status>

      Examples:
        | value      | path              | status |
        | both       | /v1/patients/{id} | 200    |
        | both       | /patient/{id}     | 200    |
        | rxware     | /v1/patients/{id} | 200    |
        | rxware     | /patient/{id}     | 404    |
