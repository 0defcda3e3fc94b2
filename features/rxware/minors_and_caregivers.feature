Feature: Minors and their caregivers
  Nobody under 18 is invited alone: a caregiver must be named, and texts must go
  to the caregiver's phone.

  Background:
    Given a support program on RxWare

  Rule: A patient under 18 needs a caregiver

    @RX-INVITE-042
    Scenario: A patient who turns 18 tomorrow is not invited alone
      Given Leo, who turns 18 tomorrow
      When the partner invites Leo
      Then the invitation is refused because a minor needs a caregiver
      And no patient was created

    @RX-INVITE-043
    Scenario: A patient who turns 18 today is invited alone
      Given Leo, who turns 18 today
      When the partner invites Leo
      Then Leo is invited

    @RX-OUR-017
    Scenario Outline: Born on 29 February 2008, Leo is <verdict> on <today>
      Given today is <today>
      And the invitation says Leo's "patient.dob" is "2008-02-29T00:00:00+00:00"
      When the partner invites Leo
      Then the invitation is <verdict>

      Examples:
        | today            | verdict  |
        | 28 February 2026 | refused  |
        | 1 March 2026     | accepted |

    @RX-OUR-018
    Scenario: Without a date of birth nobody counts as a minor
      Given the invitation says nothing more about Leo
      When the partner invites Leo
      Then Leo is invited

    @RX-INVITE-044
    Scenario: A minor with a caregiver on the invited phone is invited
      Given Leo, who is 14
      And Leo's mother Ana cares for him
      When the partner invites Leo
      Then Leo is invited

    @RX-INVITE-045
    Scenario: A minor whose caregiver has another phone is refused
      Given Leo, who is 14
      And Leo's mother Ana cares for him
      And the invitation says Leo's "caregiver.phone.number" is "+12025550177"
      When the partner invites Leo
      Then the invitation is refused because the phone is not the caregiver's
      And no patient was created

    @RX-OUR-016
    Scenario: The refusal for another phone has a code of its own
      Given Leo, who is 14
      And Leo's mother Ana cares for him
      And the invitation says Leo's "caregiver.phone.number" is "+12025550177"
      When the partner invites Leo
      Then the refusal has code 1010

    @RX-INVITE-046
    Scenario: An adult's caregiver may have another phone
      Given Maya's caregiver is her "Spouse"
      And the invitation says Maya's "patient.dob" is "1971-05-04T00:00:00+00:00"
      And the invitation says Maya's "caregiver.phone.number" is "+12025550177"
      When the partner invites Maya
      Then Maya is invited

    @RX-INVITE-047
    Scenario Outline: A minor's caregiver is refused without <detail>
      Given Leo, who is 14
      And Leo's mother Ana cares for him
      But the invitation leaves out Leo's "<detail>"
      When the partner invites Leo
      Then the invitation is refused because the caregiver is incomplete
      And no patient was created

      Examples:
        | detail                 |
        | caregiver.first.name   |
        | caregiver.last.name    |
        | caregiver.relationship |

  Rule: Whoever is invited as a caregiver must say who they are

    @RX-INVITE-029
    Scenario: A caregiver without a first name is refused
      Given Maya's caregiver is her "Spouse"
      But the invitation leaves out Maya's "caregiver.first.name"
      When the partner invites Maya
      Then the invitation is refused because the caregiver is incomplete
      And no patient was created

    @RX-INVITE-030
    Scenario: A caregiver without a last name is refused
      Given Maya's caregiver is her "Spouse"
      But the invitation leaves out Maya's "caregiver.last.name"
      When the partner invites Maya
      Then the invitation is refused because the caregiver is incomplete
      And no patient was created

    @RX-INVITE-031
    Scenario: A caregiver without a relationship is refused
      Given Maya's caregiver is her "Spouse"
      But the invitation leaves out Maya's "caregiver.relationship"
      When the partner invites Maya
      Then the invitation is refused because the caregiver is incomplete
      And no patient was created

    @RX-INVITE-032
    Scenario: A caregiver needs neither phone nor e-mail
      Given Maya's caregiver is her "Spouse"
      But the invitation leaves out Maya's "caregiver.phone.number"
      And the invitation leaves out Maya's "caregiver.email"
      When the partner invites Maya
      Then Maya is invited

    @RX-INVITE-028
    Scenario Outline: Not saying that a caregiver is invited means that none is: <case>
      Given the invitation <case> "isCaregiver"
      And Leo, who is 14
      When the partner invites Leo
      Then the invitation is refused because a minor needs a caregiver

      Examples:
        | case          |
        | leaves out    |
        | sets to false |

    @RX-INVITE-033
    Scenario: A patient who speaks for themselves needs no caregiver
      Given the invitation sets to false "isCaregiver"
      When the partner invites Maya
      Then Maya is invited
