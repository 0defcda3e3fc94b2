Feature: Inviting a patient again
  A patient who has not finished can be reminded: the vendor sends the text of
  the invitation once more. The partner names the patient as it did at first.

  Background:
    Given a support program on RxWare
    And the partner has invited Maya

  Rule: The first text goes out again, to the same patient

    @RX-REINVITE-001 @RX-GEN-001
    Scenario: A patient who has not finished is re-invited
      When the partner re-invites Maya
      Then the vendor confirms the re-invitation

    @RX-REINVITE-001
    Scenario: A patient who has begun to enroll is re-invited
      Given Maya has opened her link and given consent
      When the partner re-invites Maya
      Then the vendor confirms the re-invitation

    @RX-REINVITE-002
    Scenario: The patient gets the very text of the invitation
      When the partner re-invites Maya
      Then Maya gets one more text
      And the text is the invitation's, word for word, to the same number

    @RX-REINVITE-002
    Scenario: A caregiver who got the first text gets this one too
      Given Leo, who is 14
      And Leo's mother Ana cares for him
      And the partner has invited Leo
      When the partner re-invites Leo
      Then Leo gets one more text
      And the text is the invitation's, word for word, to the same number

    @RX-REINVITE-003
    Scenario: Nobody new comes of it
      When the partner re-invites Maya
      Then the vendor knows one patient
      And the vendor knows Maya by her patient id at once

    @RX-REINVITE-008
    Scenario: An empty list of details does no harm
      When the partner re-invites Maya with an empty list of details
      Then the vendor confirms the re-invitation

    @RX-REINVITE-009
    Scenario: The patient is found by what the partner says, without a patient id
      Given the partner has invited Ana
      When the partner re-invites Ana
      Then the vendor confirms the re-invitation
      And Ana gets one more text

    @RX-OUR-026
    Scenario: Each re-invitation brings one text
      Given the partner has invited Ana
      When the partner re-invites Maya
      And the partner re-invites Maya again
      Then Maya gets one more text
      And Ana gets no more text

    @HA-OUR-021
    Scenario: The link stays the same
      When the partner re-invites Maya
      Then Maya's link is the one in her text
      And the text is the invitation's, word for word, to the same number

    @RX-OUR-008
    Scenario: The answer gives message, program and patient id
      When the partner re-invites Maya
      Then the answer gives message, program and patient id

  Rule: The partner has to name one patient, and name them right

    @RX-REINVITE-004
    Scenario: An unknown id of the partner is refused
      Given the call says "externalId" is "placebo-nobody"
      When the partner re-invites Maya
      Then the call is refused because the partner's id is nobody's
      And nothing comes of it

    @RX-REINVITE-005
    Scenario: A phone number that is nobody's is refused
      Given the call says "phoneNumber" is "+12025550199"
      When the partner re-invites Maya
      Then the call is refused because the phone number is nobody's
      And nothing comes of it

    @RX-REINVITE-006
    Scenario: One patient's id with another's phone number is refused
      Given the partner has invited Ana
      And the call names Ana's phone number
      When the partner re-invites Maya
      Then the call is refused because phone number and partner's id are two patients'
      And nothing comes of it

    @RX-REINVITE-007
    Scenario: A patient who has enrolled is not invited again
      Given Maya has enrolled
      When the partner re-invites Maya
      Then the call is refused because the patient has finished enrollment
      And nothing comes of it

    @RX-OUR-027
    Scenario: A patient who does not want texts is not invited again
      Given Maya has texted "STOP"
      When the partner re-invites Maya
      Then the call is refused because the patient has unsubscribed
      And nothing comes of it

    @RX-OUR-027
    Scenario: A patient who wants texts again is invited again
      Given Maya has texted "STOP"
      And Maya has texted "START"
      When the partner re-invites Maya
      Then the vendor confirms the re-invitation
      And Maya gets one more text

    @RX-OUR-027
    Scenario: An unknown program is refused
      Given the call names a program nobody knows
      When the partner re-invites Maya
      Then the call is refused because the program is invalid
      And nothing comes of it

    @RX-OUR-020
    Scenario: A patient of one program is nobody in another
      Given the call names the partner's other program
      When the partner tries to re-invite Maya with a bearer token of another program
      Then the call is refused because the partner's id is nobody's
      And nothing comes of it

  Rule: Of several faults the first in order is told

    @RX-OUR-030
    Scenario Outline: <first> is told before <then>
      Given the call about Maya has the faults "<then>" and "<first>"
      When the partner re-invites Maya
      Then the call is refused because <reason>
      And nothing comes of it

      Examples:
        | first                    | then                     | reason                                       |
        | unknown auth token       | broken JSON              | the credentials are wrong                    |
        | lesser scope             | broken JSON              | the caller is forbidden                      |
        | unknown auth token       | missing phone number     | the credentials are wrong                    |
        | lesser scope             | missing phone number     | the caller is forbidden                      |
        | missing phone number     | unknown program          | "phoneNumber" is required                    |
        | unknown program          | disabled token           | the program is invalid                       |
        | unknown program          | token of another program | the program is invalid                       |
        | disabled token           | unknown partner's id     | the token is invalid                         |
        | token of another program | unknown partner's id     | the token is invalid                         |
        | unknown partner's id     | unknown phone number     | the partner's id is nobody's                 |
        | unknown phone number     | finished enrollment      | the phone number is nobody's                 |
        | another's phone number   | finished enrollment      | phone number and partner's id are two patients' |
        | finished enrollment      | unsubscribed patient     | the patient has finished enrollment          |

  Rule: What is required must be there, and be of the right kind

    @RX-OUR-010
    Scenario Outline: A re-invitation whose "<member>" is <value> lacks it
      Given the call says "<member>" is the JSON value <value>
      When the partner re-invites Maya
      Then the call is refused because "<member>" is required
      And nothing comes of it

      Examples:
        | member           | value |
        | externalId       | null  |
        | externalId       | ""    |
        | phoneNumber      | null  |
        | phoneNumber      | ""    |
        | supportProgramId | null  |
        | supportProgramId | ""    |

    @RX-OUR-010
    Scenario Outline: A re-invitation without "<member>" is refused
      Given the call leaves out "<member>"
      When the partner re-invites Maya
      Then the call is refused because "<member>" is required
      And nothing comes of it

      Examples:
        | member           |
        | externalId       |
        | phoneNumber      |
        | supportProgramId |

    @RX-OUR-012
    Scenario Outline: "<member>" cannot be <value>
      Given the call says "<member>" is the JSON value <value>
      When the partner re-invites Maya
      Then the call is refused because <reason>
      And nothing comes of it

      Examples:
        | member           | value              | reason                                         |
        | externalId       | 7                  | Integer was found where a string is required   |
        | externalId       | true               | Boolean was found where a string is required   |
        | phoneNumber      | 12025550142        | Integer was found where a string is required   |
        | phoneNumber      | ["+12025550142"]   | Array was found where a string is required     |
        | supportProgramId | {}                 | Object was found where a string is required    |
        | supportProgramId | 1.5                | Double was found where a string is required    |
        | additionalData   | "none"             | String was found where an array is required    |
        | additionalData   | {}                 | Object was found where an array is required    |
        | additionalData   | [7]                | Integer was found where an object is required  |

    @RX-OUR-022
    Scenario: What else is said is ignored
      Given the call says "firstName" is the JSON value 7
      And the call says "id" is "org-77"
      When the partner re-invites Maya
      Then the vendor confirms the re-invitation

    @RX-OUR-014
    Scenario Outline: A body that is <case> is refused
      Given the call's body is <case>
      When the partner re-invites Maya
      Then the call is refused because the body cannot be read
      And nothing comes of it

      Examples:
        | case                     |
        | nothing                  |
        | broken JSON              |
        | truncated JSON           |
        | a JSON list              |
        | a JSON text              |
        | two JSON objects         |
        | bytes that are no UTF-8  |
        | of no type               |
        | nested 33 levels deep    |

    @RX-OUR-014
    Scenario Outline: A body that comes <case> is refused
      Given the call's body comes <case>
      When the partner re-invites Maya
      Then the call is refused because the body cannot be read
      And nothing comes of it

      Examples:
        | case          |
        | as a form     |
        | as plain text |

    @RX-OUR-047
    Scenario: A body that is too large is refused
      Given the call's body is of more than a mebibyte
      When the partner re-invites Maya
      Then the vendor answers 413 in its own form
      And nothing comes of it

  Rule: Re-inviting is a word of its own among the addresses

    @RX-OUR-049
    Scenario Outline: <method> <path> is answered with <status>
      When someone calls <method> <path>
      Then the vendor answers <status> in its own form

      Examples:
        | method | path                  | status |
        | GET    | /v1/patients/reinvite | 405    |
        | PUT    | /v1/patients/reinvite | 405    |
        | DELETE | /v1/patients/reinvite | 405    |
        | GET    | /patients/reinvite    | 405    |

    @RX-OUR-049
    Scenario: A wrong method is told the right one
      When someone calls GET /v1/patients/reinvite
      Then the vendor offers the method POST
