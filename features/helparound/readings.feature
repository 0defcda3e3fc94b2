Feature: HelpAround's own addresses in every reading
  HelpAround's guide and RxWare's pages spell the addresses of one platform in two
  ways. A vendor may serve both or its own alone.

  @uses:RX-GEN-001 @uses:HA-GET-001 @uses:HA-OUR-001 @AMB-021
  Scenario Outline: GET <path> is answered <status> when the paths are "<value>"
    Given a support program on HelpAround
    And the vendor reads "AMB-021" as "<value>"
    And the partner has invited Maya
    When the partner reads Maya at <path>
    Then the vendor answers <status>

    Examples:
      | value      | path              | status |
      | both       | /patient/{id}     | 200    |
      | both       | /v1/patients/{id} | 200    |
      | helparound | /patient/{id}     | 200    |
      | helparound | /v1/patients/{id} | 404    |
      | helparound | /patients/{id}    | 404    |

  @uses:HA-EVENT-001 @AMB-021
  Scenario: Events go to the guide's address when that alone is served
    Given a support program on HelpAround
    And the vendor reads "AMB-021" as "helparound"
    And the partner has invited Maya
    When the partner reports that Maya's "shipment.status" is "hold"
    Then the vendor confirms the update
