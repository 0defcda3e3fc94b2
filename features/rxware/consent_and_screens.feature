Feature: What the patient is asked
  The partner decides with the invitation what the vendor still has to ask: for
  consent, and for whatever is missing.

  Rule: Consent is asked for unless the partner holds it

    @RX-INVITE-026
    Scenario: A patient whose consent is to be collected is asked for it
      Given a support program on RxWare
      And the invitation sets to true "requiredConsent"
      And the partner has invited Maya
      When Maya opens her link
      Then Maya is asked for consent

    @RX-INVITE-025
    Scenario: Not saying anything about consent means that it is collected
      Given a support program on RxWare
      And the invitation leaves out "requiredConsent"
      And the partner has invited Maya
      When Maya opens her link
      Then Maya is asked for consent

    @RX-INVITE-027
    Scenario: A patient whose consent the partner holds is never asked for it
      Given a support program on RxWare
      And the partner holds Maya's consent already
      And the partner has invited Maya
      When Maya opens her link
      Then Maya is not asked for consent
      And Maya cannot give consent

  Rule: Only what is missing is asked for

    @RX-INVITE-034
    Scenario: Without onboarding no enrollment screen is shown
      Given a support program on RxWare
      And the partner wants no onboarding for Maya
      And the partner has invited Maya
      When Maya opens her link
      Then Maya is shown nothing but consent

    @RX-OUR-025
    Scenario: Not saying anything about onboarding means that there is some
      Given a support program on RxWare
      And the invitation leaves out "skipOnboarding"
      And the partner has invited Maya
      When Maya opens her link
      Then Maya is shown the "address" screen

    @RX-INVITE-035
    Scenario: A screen on which something is missing is shown, and filled in as far as known
      Given a support program on RxWare that requires "address.zip"
      And the invitation says Maya's "address.city" is "Huntsville"
      And the partner has invited Maya
      When Maya opens her link
      Then Maya is shown the "address" screen
      And "address.city" is filled in as "Huntsville"

    @RX-INVITE-036
    Scenario Outline: The <screen> screen is not shown when all of it is known
      Given a support program on RxWare
      And the partner knows everything about Maya's <screen>
      And the partner has invited Maya
      When Maya opens her link
      Then Maya is not shown the "<screen>" screen

      Examples:
        | screen    |
        | about     |
        | contact   |
        | address   |
        | caregiver |
        | insurance |

  Rule: What the partner fixed stays as it is

    @uses:RX-INVITE-039
    Scenario: A detail that is not to be changed is not changed
      Given a support program on RxWare
      And the invitation says Maya's "address.city" is "Huntsville", unchangeable
      And the partner has invited Maya
      And Maya has opened her link and given consent
      When Maya answers "address.city" with "Mobile"
      Then the platform refuses
      And the vendor knows Maya's "address.city" as "Huntsville"

    @uses:HA-HOOK-ENROLL-001
    Scenario: Enrollment is not finished while something required is missing
      Given a support program on RxWare that requires "address.zip"
      And the partner has invited Maya
      And Maya has opened her link and given consent
      When Maya finishes
      Then the platform refuses
      And the partner hears nothing

    @uses:HA-HOOK-ENROLL-001
    Scenario: A patient who declines a needed consent does not get on
      Given a support program on RxWare
      And the partner has invited Maya
      And Maya has opened her link
      When Maya declines to share her health information
      Then Maya is asked for consent
      And the partner hears nothing
