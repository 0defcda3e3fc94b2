Feature: Inviting a patient to a support program
  A partner tells the vendor whom to invite. The vendor keeps the patient, texts
  them a personal link, and lets the partner know what becomes of it.

  Background:
    Given a support program on RxWare

  Rule: A complete and authorized invitation creates one patient

    @RX-INVITE-001 @RX-INVITE-002 @RX-GEN-001 @RX-GEN-007
    Scenario: A patient is invited with nothing but the five required details
      When the partner invites Maya
      Then Maya is invited
      And the answer gives program, phone number and patient id

    @RX-INVITE-001
    Scenario: An invitation creates one patient
      When the partner invites Maya
      Then the vendor knows one patient

    @RX-INVITE-003
    Scenario: The answer repeats program and phone number as they were sent
      When the partner invites Maya
      Then the answer repeats what the partner sent

    @RX-INVITE-004
    Scenario: Two patients get two different ids
      When the partner invites Maya
      And the partner invites Leo's mother Ana
      Then Maya and Ana have different patient ids

    @RX-GEN-005
    Scenario: A patient id looks like the published ones
      When the partner invites Maya
      Then Maya's patient id is "ha" and 13 lower-case hex digits

    @RX-GEN-003 @RX-GEN-004
    Scenario: A patient can be asked for as soon as they are invited
      When the partner invites Maya
      Then the vendor knows Maya by her patient id at once
      And the vendor knows Maya by the partner's own id

    @RX-GEN-003
    Scenario Outline: As soon as a patient is invited the partner can <call> them
      Given the partner has invited Maya
      When the partner tries to <call> Maya
      Then the call is accepted

      Examples:
        | call      |
        | report on |
        | subscribe |
        | opt out   |

    @RX-OUR-041
    Scenario: A patient can be read, although RxWare documents no call for it
      Given the partner has invited Maya
      When the partner reads Maya at /v1/patients/{id}
      Then the vendor tells about Maya

    @RX-INVITE-037
    Scenario: Nothing beyond the required details needs to be said
      Given the invitation says nothing more about Maya
      When the partner invites Maya
      Then Maya is invited

    @RX-INVITE-038
    Scenario: Further details are given by name and value
      Given the invitation says Maya's "address.city" is "Huntsville"
      When the partner invites Maya
      Then Maya is invited
      And the vendor knows Maya's "address.city" as "Huntsville"

    @RX-INVITE-040
    Scenario: Details go by their names without a prefix
      Given the invitation says Maya's "patient.prefLanguage" is "spanish"
      When the partner invites Maya
      Then the vendor knows Maya's "patient.prefLanguage" as "spanish"

    @RX-INVITE-039
    Scenario Outline: A detail may come with a word on whether it can be changed: <case>
      Given the invitation says Maya's "address.city" is "Huntsville", <case>
      When the partner invites Maya
      Then Maya is invited

      Examples:
        | case         |
        | changeable   |
        | unchangeable |

    @RX-INVITE-065
    Scenario: The patient's name may be given twice
      Given the invitation says Maya's "patient.first.name" is "Maya"
      And the invitation says Maya's "patient.last.name" is "Torres"
      When the partner invites Maya
      Then Maya is invited

    @RX-INVITE-071
    Scenario: The published sample invitation is accepted
      Given the published sample invitation
      When the partner sends it
      Then it is accepted

    @RX-GEN-008
    Scenario Outline: A program id may have any published shape: <case>
      When the partner invites Maya to the program whose id is <case>
      Then Maya is invited

      Examples:
        | case                       |
        | 15 letters and digits      |
        | 16 letters and digits      |
        | a UUID                     |

    @RX-GEN-006
    Scenario: Each program has patients of its own
      Given the partner has invited Maya
      When the partner invites Maya to its other program
      Then Maya is invited
      And Maya has a patient id of her own in each program

  Rule: The program must be named, and be one of the vendor's

    @RX-INVITE-005
    Scenario: An invitation without a program is refused
      Given the invitation leaves out "supportProgramId"
      When the partner invites Maya
      Then the invitation is refused because the program is missing
      And no patient was created

    @RX-INVITE-006
    Scenario: An invitation to an unknown program is refused and names it
      Given the invitation is for a program nobody knows
      When the partner invites Maya
      Then the invitation is refused because the program is unknown
      And no patient was created

    @RX-INVITE-013
    Scenario: A program id of 101 characters is refused
      Given the invitation says "supportProgramId" is 101 characters long
      When the partner invites Maya
      Then the invitation is refused
      And no patient was created

  Rule: What is required must be there

    @RX-INVITE-007
    Scenario Outline: The partner's own id is required: <case>
      Given the invitation <case> "externalId"
      When the partner invites Maya
      Then the invitation is refused
      And no patient was created

      Examples:
        | case       |
        | leaves out |
        | empties    |
        | nulls      |

    @RX-INVITE-008
    Scenario Outline: The phone number is required: <case>
      Given the invitation <case> "phoneNumber"
      When the partner invites Maya
      Then the invitation is refused
      And no patient was created

      Examples:
        | case       |
        | leaves out |
        | empties    |
        | nulls      |

    @RX-INVITE-009
    Scenario Outline: The first name is required: <case>
      Given the invitation <case> "firstName"
      When the partner invites Maya
      Then the invitation is refused
      And no patient was created

      Examples:
        | case       |
        | leaves out |
        | empties    |
        | nulls      |

    @RX-INVITE-010
    Scenario Outline: The last name is required: <case>
      Given the invitation <case> "lastName"
      When the partner invites Maya
      Then the invitation is refused
      And no patient was created

      Examples:
        | case       |
        | leaves out |
        | empties    |
        | nulls      |

  Rule: A patient is invited only once

    @RX-INVITE-066 @RX-INVITE-067 @RX-GEN-007
    Scenario: A second invitation for the same patient is refused and tells who it is
      Given the partner has invited Maya
      When the partner invites Maya again
      Then the invitation is refused because the patient exists already
      And the refusal tells the existing patient's own id, phone number and patient id

    @RX-INVITE-068
    Scenario: The refusal names the patient by the id of the first invitation
      Given the partner has invited Maya
      When the partner invites Maya again
      Then the refusal names Maya's patient id

    @RX-OUR-020
    Scenario Outline: Whoever shares <case> with a patient of the program counts as that patient
      Given the partner has invited Maya
      When the partner invites someone who shares <case> with Maya
      Then the invitation is refused because the patient exists already
      And the refusal names Maya's patient id

      Examples:
        | case             |
        | the phone number |
        | the partner's id |

    @RX-OUR-021
    Scenario: Of many identical invitations at once exactly one is accepted
      When the partner sends Maya's invitation 16 times at once
      Then exactly one of them is accepted and the others say the patient exists already

  Rule: A refused invitation leaves nothing behind

    @RX-OUR-009
    Scenario: Neither patient nor text nor webhook comes of a refused invitation
      Given Leo, who is 14
      When the partner invites Leo
      Then the invitation is refused because a minor needs a caregiver
      And the vendor knows nobody
      And the partner hears nothing

  Rule: What happens afterwards is told by webhook

    @RX-INVITE-069
    Scenario: An invitation brings one text to the patient's phone
      When the partner invites Maya
      Then Maya gets one text

    @RX-INVITE-070
    Scenario: The answer to the invitation does not speak of enrollment, the webhook does
      Given the partner has invited Maya
      When Maya enrolls
      Then the partner is told that Maya has enrolled
