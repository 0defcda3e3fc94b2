Feature: Inviting and reading patients on HelpAround
  HelpAround is the platform under its earlier brand: the same protocol, its own
  addresses, and a call that reads a patient.

  Background:
    Given a support program on HelpAround

  Rule: An invitation creates a patient and texts them a link of their own

    @HA-INVITE-001 @HA-GEN-001
    Scenario: An invitation creates a patient
      When the partner invites Maya
      Then Maya is invited
      And the vendor knows Maya by her patient id at once

    @HA-INVITE-002 @HA-INVITE-003
    Scenario: The patient gets one text with a personal link
      When the partner invites Maya
      Then Maya gets one text
      And the text has a link

    @HA-INVITE-002
    Scenario: The text goes to the number of the invitation
      When the partner invites Maya
      Then Maya gets one text
      And the text went to Maya's number

    @HA-INVITE-002
    Scenario: A number of twelve digits gets the text too
      Given the invitation says "phoneNumber" is "+999123456789"
      When the partner invites Maya
      Then Maya gets one text

    @HA-INVITE-004
    Scenario: Two patients get two different links
      When the partner invites Maya
      And the partner invites Leo's mother Ana
      Then the links of Maya and Ana differ

    @HA-INVITE-005
    Scenario: What the patient does afterwards reaches the partner by webhook
      Given the partner has invited Maya
      When Maya enrolls
      Then the partner is told that Maya has enrolled

    @RX-OUR-026
    Scenario: A program may be silent
      Given a silent support program on HelpAround
      When the partner invites Maya
      Then Maya is invited
      And Maya gets no text

    @HA-OUR-021
    Scenario: The link stays the same
      Given the partner has invited Maya
      When Maya enrolls
      Then Maya's link is the one in her text

    @HA-OUR-001
    Scenario Outline: The same patients are reached at <path>
      Given the partner has invited Maya
      When the partner reads Maya at <path>
      Then the vendor tells about Maya

      Examples:
        | path              |
        | /patient/{id}     |
        | /patients/{id}    |
        | /v1/patient/{id}  |
        | /v1/patients/{id} |

    @HA-OUR-020
    Scenario: An organization id in the invitation is accepted and ignored
      Given the invitation says "id" is "org-77"
      When the partner invites Maya
      Then Maya is invited

  Rule: A patient can be read

    @HA-GET-001 @HA-GET-002
    Scenario: Reading tells personal details, medical condition and custom fields
      Given the partner knows everything about Maya
      And the invitation says Maya's "shoe.size" is "38"
      And the partner has invited Maya
      When the partner reads Maya
      Then the vendor tells about Maya:
        | data.firstName           | Maya                    |
        | data.lastName            | Torres                  |
        | data.email               | maya.torres@example.com |
        | data.address.city        | Huntsville              |
        | data.customData.shoe\.size | 38                    |
      And the answer has "data.medicalCondition"

    @HA-GET-003
    Scenario: Reading changes nothing and tells nobody
      Given the partner has invited Maya
      When the partner reads Maya
      And the partner reads Maya
      Then both answers are the same
      And Maya gets one text
      And the partner hears nothing

    @HA-GEN-002
    Scenario: A patient belongs to one program
      Given the partner has invited Maya
      When the partner reads Maya
      Then the vendor tells about Maya with the program she was invited to

    @HA-GEN-004
    Scenario: A program may agree on a field of its own
      Given a support program on HelpAround that also asks for "injection.site" on the "about" screen
      And the partner has invited Maya
      And Maya has opened her link and given consent
      When Maya answers "injection.site" with "left arm"
      Then the vendor knows Maya's "injection.site" as "left arm"

    @HA-OUR-003
    Scenario: What is not known is left out of the answer
      Given the partner has invited Maya
      When the partner reads Maya
      Then the answer leaves out "data.address"
      And the answer leaves out "data.insurance"
      And the answer leaves out "data.caregiver"

    @HA-OUR-004
    Scenario: An unknown patient cannot be read
      When the partner reads a patient nobody knows
      Then the read is refused because the patient is unknown

    @HA-OUR-004
    Scenario: Another program's token cannot read a patient
      Given the partner has invited Maya
      When the partner reads Maya with a bearer token of another program
      Then the read is refused because the token is invalid

    @RX-OUR-041
    Scenario: RxWare's addresses serve the read too
      Given the partner has invited Maya
      When the partner reads Maya at /v1/patients/{id}
      Then the vendor tells about Maya

  Rule: Tokens are issued for a program, with a scope and an end

    @HA-AUTH-001
    Scenario: The token issued for a program works for it
      When the partner invites Maya
      Then Maya is invited

    @HA-AUTH-005
    Scenario: A token issued for one program cannot act on another
      When the partner invites Maya with a bearer token of another program
      Then the invitation is refused
      And no patient was created

    @HA-AUTH-002
    Scenario: A token names its scope and its end
      Then the good bearer token says its scope, its programs and when it ends

    @HA-AUTH-003
    Scenario: A token past its end is refused
      When the partner invites Maya with an expired bearer token
      Then the invitation is refused
      And no patient was created

    @HA-AUTH-004
    Scenario: A token is refused outside its scope
      When the partner invites Maya with a bearer token of a lesser scope
      Then the invitation is refused
      And no patient was created

    @HA-OUR-002
    Scenario: A token ends on the sandbox's clock
      Given the partner has invited Maya
      When 100 years pass
      And the partner invites Leo's mother Ana
      Then the invitation is refused because the credentials are wrong
