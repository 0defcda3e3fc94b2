Feature: Calls that go astray
  Whatever a caller sends, it gets the vendor's own answer, and nothing comes of
  it.

  Background:
    Given a support program on RxWare

  Rule: What is no invitation is refused as invalid data

    @RX-OUR-014
    Scenario Outline: A body that is <case> is refused
      When the partner sends <case> as an invitation
      Then the invitation is refused because the body cannot be read
      And the vendor knows nobody
      And the partner hears nothing

      Examples:
        | case                            |
        | nothing                         |
        | broken JSON                     |
        | truncated JSON                  |
        | a JSON list                     |
        | a JSON text                     |
        | two JSON objects                |
        | bytes that are no UTF-8         |
        | an invitation as a form         |
        | an invitation as plain text     |
        | an invitation of no type        |

    @RX-OUR-047
    Scenario Outline: <case> is refused with <status>
      When the partner sends <case>
      Then the vendor answers <status> in its own form
      And the vendor knows nobody

      Examples:
        | case                                    | status |
        | an invitation of more than a mebibyte   | 413    |
        | an invitation nested 33 levels deep     | 400    |
        | an invitation with 17 KiB of headers    | 431    |

    @RX-OUR-047
    Scenario: An invitation nested 32 levels deep is read
      When the partner sends an invitation nested 32 levels deep
      Then it is accepted

  Rule: Unknown addresses and methods are answered in the vendor's form

    @RX-OUR-042 @RX-OUR-049
    Scenario Outline: <method> <path> is answered with <status>
      When someone calls <method> <path>
      Then the vendor answers <status> in its own form

      Examples:
        | method  | path                      | status |
        | GET     | /                         | 404    |
        | GET     | /v1/doctors               | 404    |
        | POST    | //v1/patients/invite      | 404    |
        | POST    | /v1//patients/invite      | 404    |
        | POST    | /v1/patients/invite/      | 404    |
        | POST    | /V1/Patients/Invite       | 404    |
        | GET     | /v1/patients//media/x     | 404    |
        | GET     | /v1/patients/invite       | 405    |
        | PUT     | /v1/patients/invite       | 405    |
        | DELETE  | /v1/patients/invite       | 405    |
        | OPTIONS | /v1/patients/invite       | 405    |
        | DELETE  | /v1/patients/ha0000000000000 | 405 |

    @RX-OUR-049
    Scenario: A wrong method is told the right one
      When someone calls GET /v1/patients/invite
      Then the vendor offers the method POST

    @RX-OUR-001
    Scenario Outline: The platform is served whatever its host is called: <host>
      When someone calls GET /v1/patients/invite at the host "<host>"
      Then the vendor answers 405 in its own form

      Examples:
        | host                |
        | api.vendor.example  |
        | API.VENDOR.EXAMPLE  |
        | vendor.example:8443 |

  Rule: Refusals have one form

    @RX-OUR-007
    Scenario Outline: A refusal with a code tells message, code and status: <case>
      Given <case>
      When the partner invites Maya
      Then the answer has "error.message"
      And the answer has "error.code"
      And the answer has "status"
      And the answer leaves out "error.data"
      And the answer leaves out "data"

      Examples:
        | case                                           |
        | the invitation leaves out "firstName"          |
        | the invitation leaves out "supportProgramId"   |
        | the invitation says "phoneNumber" is "202"     |
        | the invitation is for a program nobody knows   |

    @RX-OUR-007
    Scenario: A refusal without a code leaves the code out
      When the partner invites Maya with another partner's bearer token
      Then the answer has "error.message"
      And the answer has "status"
      And the answer leaves out "error.code"
      And the answer leaves out "error.data"

    @RX-OUR-007
    Scenario: Only the refusal of a patient who exists tells more
      Given the partner has invited Maya
      When the partner invites Maya again
      Then the answer has "error.message"
      And the answer has "error.code"
      And the answer has "error.data"
      And the answer has "status"
