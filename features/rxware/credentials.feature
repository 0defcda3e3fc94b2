Feature: Who may call
  A partner shows two credentials, an auth token and a bearer token, issued for
  its programs. The vendor tells what is wrong with them and does nothing else.

  Background:
    Given a support program on RxWare

  Rule: Both credentials are needed, and must be right

    @RX-AUTH-001 @RX-AUTH-002
    Scenario Outline: A caller with <access> is not known
      When the partner invites Maya with <access>
      Then the invitation is refused because the credentials are wrong
      And no patient was created

      Examples:
        | access               |
        | no auth token        |
        | no bearer token      |
        | an unknown auth token |
        | a garbled bearer token |

    @RX-OUR-005
    Scenario Outline: A caller with <access> is not known
      When the partner invites Maya with <access>
      Then the invitation is refused because the credentials are wrong
      And no patient was created

      Examples:
        | access                       |
        | an expired bearer token      |
        | a badly signed bearer token  |

    @RX-AUTH-003
    Scenario Outline: A caller with <access> is turned away
      When the partner invites Maya with <access>
      Then the invitation is refused because the caller is forbidden
      And no patient was created

      Examples:
        | access                            |
        | another partner's bearer token    |
        | a bearer token of a lesser scope  |

    @RX-AUTH-004
    Scenario: A bearer token of another program is told so
      When the partner invites Maya with a bearer token of another program
      Then the invitation is refused because the token is for another program
      And no patient was created

    @RX-AUTH-005
    Scenario: A disabled bearer token is told so
      When the partner invites Maya with a disabled bearer token
      Then the invitation is refused because the token is disabled
      And no patient was created

    @RX-OUR-002
    Scenario: The auth token may come under its other name
      When the partner invites Maya with the auth token in "X-Auth-Token"
      Then Maya is invited

    @RX-OUR-003
    Scenario: A bearer token may be signed with an elliptic curve
      When the partner invites Maya with a bearer token signed by EdDSA
      Then Maya is invited

  Rule: Of several faults the first in the documented order is told

    @RX-OUR-029
    Scenario Outline: <first> is told before <then>
      Given the invitation has the faults "<then>" and "<first>"
      When the partner invites Leo
      Then the invitation is refused because <reason>

      Examples:
        | first                   | then                    | reason                                    |
        | broken JSON             | unknown auth token      | the body cannot be read                   |
        | unknown auth token      | disabled token          | the credentials are wrong                 |
        | lesser scope            | missing first name      | the caller is forbidden                   |
        | disabled token          | missing first name      | the token is disabled                     |
        | missing first name      | unknown program         | "firstName" is required                   |
        | malformed phone number  | unknown program         | the phone number is malformed             |
        | unknown program         | malformed date of birth | the program is unknown                    |
        | token of another program | malformed date of birth | the token is for another program         |
        | malformed date of birth | minor alone             | the date of birth is malformed            |
        | minor alone             | existing patient        | a minor needs a caregiver                 |
        | incomplete caregiver    | existing patient        | the caregiver is incomplete               |
        | caregiver's other phone | existing patient        | the phone is not the caregiver's          |

  Rule: Reading is judged like writing

    @RX-OUR-006
    Scenario Outline: Reading a file with <access> is refused as an invalid token
      Given Maya has sent a picture of her insurance card
      When the partner fetches the picture with <access>
      Then the fetch is refused because the token is invalid

      Examples:
        | access                             |
        | a disabled bearer token            |
        | a bearer token of another program  |

    @RX-OUR-005
    Scenario: Reading a file without credentials is refused
      Given Maya has sent a picture of her insurance card
      When the partner fetches the picture with no auth token
      Then the fetch is refused because the credentials are wrong
