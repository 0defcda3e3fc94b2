Feature: What the details of an invitation may look like
  Partners send what their systems hold. What the vendor cannot use is refused
  before anyone is texted.

  Background:
    Given a support program on RxWare

  Rule: Lengths are limits, not suggestions

    @RX-INVITE-011
    Scenario: The partner's own id may have 100 characters
      Given the invitation says "externalId" is 100 characters long
      When the partner invites Maya
      Then Maya is invited

    @RX-INVITE-012
    Scenario: The partner's own id may not have 101 characters
      Given the invitation says "externalId" is 101 characters long
      When the partner invites Maya
      Then the invitation is refused
      And no patient was created

    @RX-INVITE-014
    Scenario Outline: A first name of <length> characters is <verdict>
      Given the invitation says "firstName" is <length> characters long
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | length | verdict  |
        | 100    | accepted |
        | 101    | refused  |

    @RX-INVITE-015
    Scenario Outline: A last name of <length> characters is <verdict>
      Given the invitation says "lastName" is <length> characters long
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | length | verdict  |
        | 100    | accepted |
        | 101    | refused  |

    @RX-INVITE-054
    Scenario Outline: A preferred language of <length> characters is <verdict>
      Given the invitation says Maya's "patient.prefLanguage" is <length> characters long
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | length | verdict  |
        | 50     | accepted |
        | 51     | refused  |

    @RX-INVITE-055
    Scenario Outline: <detail> of <length> characters is <verdict>
      Given the invitation says Maya's "<detail>" is <length> characters long
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | detail          | length | verdict  |
        | patient.email   | 50     | accepted |
        | patient.email   | 51     | refused  |
        | caregiver.email | 50     | accepted |
        | caregiver.email | 51     | refused  |

    @RX-INVITE-056
    Scenario Outline: <detail> of <length> characters is <verdict>
      Given the invitation says Maya's "<detail>" is <length> characters long
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | detail               | length | verdict  |
        | patient.first.name   | 100    | accepted |
        | patient.first.name   | 101    | refused  |
        | patient.last.name    | 100    | accepted |
        | patient.last.name    | 101    | refused  |
        | caregiver.first.name | 100    | accepted |
        | caregiver.first.name | 101    | refused  |
        | caregiver.last.name  | 100    | accepted |
        | caregiver.last.name  | 101    | refused  |

    @RX-INVITE-057
    Scenario Outline: <detail> of <length> characters is <verdict>
      Given the invitation says Maya's "<detail>" is <length> characters long
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | detail         | length | verdict  |
        | address.street | 50     | accepted |
        | address.street | 51     | refused  |
        | address.apt    | 50     | accepted |
        | address.apt    | 51     | refused  |
        | address.city   | 50     | accepted |
        | address.city   | 51     | refused  |

    @RX-INVITE-058
    Scenario Outline: A state of <length> characters is <verdict>
      Given the invitation says Maya's "address.state" is <length> characters long
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | length | verdict  |
        | 2      | accepted |
        | 3      | refused  |

    @RX-INVITE-059
    Scenario Outline: The ZIP code "<zip>" is <verdict>
      Given the invitation says Maya's "address.zip" is "<zip>"
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | zip        | verdict  |
        | 35803      | accepted |
        | 358031     | refused  |
        | 35803-1234 | refused  |

    @RX-INVITE-060
    Scenario Outline: <detail> of <length> characters is <verdict>
      Given Maya has a second insurance
      And the invitation says Maya's "<detail>" is <length> characters long
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | detail                       | length | verdict  |
        | insurance.carrier            | 100    | accepted |
        | insurance.carrier            | 101    | refused  |
        | insurance.memberId           | 100    | accepted |
        | insurance.memberId           | 101    | refused  |
        | insurance.groupNum           | 100    | accepted |
        | insurance.groupNum           | 101    | refused  |
        | insurance.cardname           | 100    | accepted |
        | insurance.cardname           | 101    | refused  |
        | insurance.secondary.carrier  | 100    | accepted |
        | insurance.secondary.carrier  | 101    | refused  |
        | insurance.secondary.memberid | 100    | accepted |
        | insurance.secondary.memberid | 101    | refused  |
        | insurance.secondary.groupNum | 100    | accepted |
        | insurance.secondary.groupNum | 101    | refused  |
        | insurance.secondary.cardname | 100    | accepted |
        | insurance.secondary.cardname | 101    | refused  |
        | insurance.secondary.cardDob  | 100    | accepted |
        | insurance.secondary.cardDob  | 101    | refused  |

  Rule: Names and addresses are plain ASCII

    @RX-INVITE-016
    Scenario Outline: A <name> with an accent is refused
      Given the invitation says "<name>" is "Renée"
      When the partner invites Maya
      Then the invitation is refused
      And no patient was created

      Examples:
        | name      |
        | firstName |
        | lastName  |

    @RX-INVITE-064
    Scenario Outline: <detail> beyond ASCII is refused
      Given the invitation says Maya's "<detail>" is "Ñandú"
      When the partner invites Maya
      Then the invitation is refused
      And no patient was created

      Examples:
        | detail                       |
        | patient.first.name           |
        | patient.last.name            |
        | patient.prefLanguage         |
        | patient.email                |
        | caregiver.first.name         |
        | caregiver.last.name          |
        | caregiver.email              |
        | address.street               |
        | address.apt                  |
        | address.city                 |
        | insurance.carrier            |
        | insurance.memberId           |
        | insurance.groupNum           |
        | insurance.cardname           |
        | insurance.secondary.status   |
        | insurance.secondary.carrier  |
        | insurance.secondary.memberid |
        | insurance.secondary.groupNum |
        | insurance.secondary.cardname |
        | insurance.secondary.cardDob  |

  Rule: A phone number is a plus sign and 11 or 12 digits

    @RX-INVITE-017
    Scenario: Eleven digits are accepted
      Given the invitation says "phoneNumber" is "+12025550142"
      When the partner invites Maya
      Then Maya is invited

    @RX-INVITE-018
    Scenario: Twelve digits are accepted
      Given the invitation says "phoneNumber" is "+999123456789"
      When the partner invites Maya
      Then Maya is invited

    @RX-INVITE-019
    Scenario: Ten digits are refused
      Given the invitation says "phoneNumber" is "+2025550142"
      When the partner invites Maya
      Then the invitation is refused because the phone number is malformed
      And no patient was created

    @RX-INVITE-020
    Scenario: Thirteen digits are refused, although E.164 would allow them
      Given the invitation says "phoneNumber" is "+9991234567890"
      When the partner invites Maya
      Then the invitation is refused because the phone number is malformed
      And no patient was created

    @RX-INVITE-021
    Scenario: A number without the plus sign is refused
      Given the invitation says "phoneNumber" is "12025550142"
      When the partner invites Maya
      Then the invitation is refused because the phone number is malformed
      And no patient was created

    @RX-INVITE-022
    Scenario Outline: A number with <case> is refused
      Given the invitation says "phoneNumber" is "<number>"
      When the partner invites Maya
      Then the invitation is refused because the phone number is malformed
      And no patient was created

      Examples:
        | case              | number            |
        | spaces            | +1 202 555 0142   |
        | hyphens           | +1202-555-0142    |
        | parentheses       | +1(202)5550142    |
        | letters           | +1202555HELP      |

    @RX-OUR-044
    Scenario Outline: A number with <case> is refused
      Given the invitation says "phoneNumber" is JSON "<number>"
      When the partner invites Maya
      Then the invitation is refused because the phone number is malformed
      And no patient was created

      Examples:
        | case                   | number                                                 |
        | a line break at the end | +12025550142\\n                                       |
        | digits of another script | +\u0661\u0662\u0660\u0662\u0665\u0665\u0665\u0660\u0661\u0664\u0662 |

    @RX-INVITE-023
    Scenario: The refusal shows the pattern unchanged
      Given the invitation says "phoneNumber" is "202-555-0142"
      When the partner invites Maya
      Then the invitation is refused because the phone number fails the pattern

    @RX-OUR-015
    Scenario: The invited phone number is held against the pattern
      Given the invitation says "phoneNumber" is "2025550142"
      When the partner invites Maya
      Then the invitation is refused because the phone number fails the pattern

    @RX-OUR-015
    Scenario Outline: <detail> is called not a valid format
      Given the partner knows everything about Maya's caregiver
      And the invitation leaves out Maya's "<detail>"
      And the invitation says Maya's "<detail>" is "2025550142"
      When the partner invites Maya
      Then the invitation is refused because another phone number is malformed

      Examples:
        | detail                 |
        | patient.phone.number   |
        | caregiver.phone.number |

    @RX-INVITE-024
    Scenario: Another phone number that is unusable is called not a valid format
      Given the invitation says Maya's "patient.phone.number" is "2025550142"
      When the partner invites Maya
      Then the invitation is refused because another phone number is malformed
      And no patient was created

    @RX-INVITE-053
    Scenario Outline: <detail> that is <case> is <verdict>
      Given the invitation says Maya's "<detail>" is "<number>"
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | detail                 | case                  | number          | verdict  |
        | patient.phone.number   | plus and digits       | +12025550143    | accepted |
        | patient.phone.number   | digits without a plus | 12025550143     | refused  |
        | patient.phone.number   | written for people    | +1 202 555 0143 | refused  |
        | caregiver.phone.number | plus and digits       | +12025550143    | accepted |
        | caregiver.phone.number | digits without a plus | 12025550143     | refused  |
        | caregiver.phone.number | written for people    | (202) 555-0143  | refused  |

  Rule: Some details have a fixed set of values, in any letter case

    @RX-INVITE-048
    Scenario Outline: The gender "<value>" is accepted
      Given the invitation says Maya's "patient.gender" is "<value>"
      When the partner invites Maya
      Then Maya is invited

      Examples:
        | value  |
        | male   |
        | female |
        | FEMALE |
        | Male   |

    @RX-INVITE-049
    Scenario Outline: The gender "<value>" is refused
      Given the invitation says Maya's "patient.gender" is "<value>"
      When the partner invites Maya
      Then the invitation is refused
      And no patient was created

      Examples:
        | value   |
        | unknown |
        | M       |
        | females |

    @RX-INVITE-050
    Scenario Outline: Maya may be contacted by "<value>"
      Given the invitation says Maya's "patient.contact.method" is "<value>"
      When the partner invites Maya
      Then Maya is invited

      Examples:
        | value |
        | phone |
        | email |
        | Phone |
        | EMAIL |

    @RX-INVITE-051
    Scenario Outline: Maya may be called in the "<value>"
      Given the invitation says Maya's "patient.callTime" is "<value>"
      When the partner invites Maya
      Then Maya is invited

      Examples:
        | value     |
        | morning   |
        | afternoon |
        | Morning   |
        | AFTERNOON |

    @RX-INVITE-052
    Scenario Outline: A caregiver may be a "<value>"
      Given Maya's caregiver is her "<value>"
      When the partner invites Maya
      Then Maya is invited

      Examples:
        | value             |
        | Parent            |
        | Legal Guardian    |
        | Power of Attorney |
        | Spouse            |
        | parent            |
        | LEGAL GUARDIAN    |

    @RX-INVITE-062
    Scenario Outline: The second insurance's status "<value>" is <verdict>
      Given the invitation says Maya's "insurance.secondary.status" is "<value>"
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | value    | verdict  |
        | active   | accepted |
        | inactive | accepted |
        | dormant  | refused  |

    @RX-OUR-013
    Scenario Outline: A value outside the set names the detail: <detail>
      Given the invitation says Maya's "<detail>" is "<value>"
      When the partner invites Maya
      Then the invitation is refused because "<detail>" is not valid
      And no patient was created

      Examples:
        | detail                 | value   |
        | patient.gender         | unknown |
        | patient.contact.method | fax     |
        | patient.callTime       | evening |
        | caregiver.relationship | Friend  |
        | address.city           | Cancún  |

    @RX-INVITE-063
    Scenario: Details of the second insurance go with an active one
      Given Maya has a second insurance
      And the invitation says Maya's "insurance.secondary.carrier" is "Blue Lake Mutual"
      When the partner invites Maya
      Then Maya is invited

    @RX-OUR-024
    Scenario: Details of an inactive second insurance are kept but not told
      Given the invitation says Maya's "insurance.secondary.status" is "inactive"
      And the invitation says Maya's "insurance.secondary.carrier" is "Blue Lake Mutual"
      And the partner has invited Maya
      When Maya enrolls
      Then the partner is told that Maya has enrolled
      And the webhook leaves out "event.patient.insurance.secondaryInsurance.carrier"

  Rule: Dates of birth have one form

    @RX-INVITE-041
    Scenario Outline: A date of birth that is <case> is refused
      Given the invitation says Maya's "patient.dob" is "<value>"
      When the partner invites Maya
      Then the invitation is refused because the date of birth is malformed
      And no patient was created

      Examples:
        | case                     | value                         |
        | only a date              | 1988-08-23                    |
        | written the American way | 08/23/1988                    |
        | no date at all           | yesterday                     |
        | without an offset        | 1988-08-23T00:00:00           |

    @RX-OUR-019
    Scenario Outline: A date of birth that is <case> is refused
      Given the invitation says Maya's "patient.dob" is "<value>"
      When the partner invites Maya
      Then the invitation is refused because the date of birth is malformed
      And no patient was created

      Examples:
        | case                  | value                         |
        | in the future         | 2150-01-01T00:00:00+00:00     |
        | on no calendar        | 1989-02-29T00:00:00+00:00     |
        | at another time       | 1988-08-23T12:00:00+00:00     |
        | at another offset     | 1988-08-23T00:00:00-05:00     |
        | in Zulu time          | 1988-08-23T00:00:00Z          |

    @RX-INVITE-061
    Scenario Outline: A cardholder's date of birth that is <case> is <verdict>
      Given the invitation says Maya's "insurance.Dob" is "<value>"
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | case             | value                     | verdict  |
        | in the one form  | 1987-08-13T00:00:00+00:00 | accepted |
        | only a date      | 1987-08-13                | refused  |

  Rule: What the contract leaves open is answered in one family of messages

    @RX-OUR-010
    Scenario Outline: A missing "<property>" is named
      Given the invitation leaves out "<property>"
      When the partner invites Maya
      Then the invitation is refused because "<property>" is required

      Examples:
        | property    |
        | externalId  |
        | phoneNumber |
        | firstName   |
        | lastName    |

    @RX-OUR-011
    Scenario: An over-long text is told its limit
      Given the invitation says "firstName" is 101 characters long
      When the partner invites Maya
      Then the invitation is refused because it may be at most 100 characters long

    @RX-OUR-012
    Scenario Outline: "<property>" as <value> is told what it must be
      Given the invitation says "<property>" is the JSON value <value>
      When the partner invites Maya
      Then the invitation is refused because <found> was found where <wanted> is required
      And no patient was created

      Examples:
        | property         | value          | found   | wanted    |
        | externalId       | 7              | Integer | a string  |
        | phoneNumber      | 12025550142    | Integer | a string  |
        | supportProgramId | ["a"]          | Array   | a string  |
        | firstName        | true           | Boolean | a string  |
        | lastName         | {"a": 1}       | Object  | a string  |
        | requiredConsent  | "yes"          | String  | a boolean |
        | isCaregiver      | 1              | Integer | a boolean |
        | skipOnboarding   | 0.5            | Double  | a boolean |
        | additionalData   | "address.city" | String  | an array  |
        | additionalData   | {"a": "b"}     | Object  | an array  |
        | additionalData   | ["a"]          | String  | an object |

    @RX-OUR-022
    Scenario: Unknown details are kept, repeated ones count once, unknown members are ignored
      Given the invitation says Maya's "shoe.size" is "38"
      And the invitation says Maya's "address.city" is "Mobile"
      And the invitation says Maya's "address.city" is "Huntsville"
      And the invitation says "favouriteColour" is "green"
      When the partner invites Maya
      Then Maya is invited
      And the vendor knows Maya's "shoe.size" as "38"
      And the vendor knows Maya's "address.city" as "Huntsville"

    @RX-OUR-023
    Scenario: Of two different first names the one at the top counts
      Given the invitation says Maya's "patient.first.name" is "Maja"
      When the partner invites Maya
      Then Maya is invited
      And the vendor knows Maya's "firstName" as "Maya"
