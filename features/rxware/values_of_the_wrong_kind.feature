Feature: Values of the wrong kind
  Partners' systems send numbers for texts, texts for truth values and lists for
  either. Each is refused by name of what it is, and nobody is invited by half.

  Background:
    Given a support program on RxWare

  Rule: Every detail is a text

    @RX-OUR-012
    Scenario Outline: "<detail>" as <value> is told that it must be a text
      Given the invitation says Maya's "<detail>" is the JSON value <value>
      When the partner invites Maya
      Then the invitation is refused because <found> was found where a string is required
      And no patient was created

      Examples:
        | detail                       | value      | found   |
        | patient.first.name           | 7          | Integer |
        | patient.first.name           | true       | Boolean |
        | patient.last.name            | 1.5        | Double  |
        | patient.last.name            | ["x"]      | Array   |
        | patient.gender               | true       | Boolean |
        | patient.gender               | {"x": "y"} | Object  |
        | patient.phone.number         | ["x"]      | Array   |
        | patient.phone.number         | 7          | Integer |
        | patient.contact.method       | {"x": "y"} | Object  |
        | patient.contact.method       | 1.5        | Double  |
        | patient.prefLanguage         | 7          | Integer |
        | patient.prefLanguage         | true       | Boolean |
        | patient.email                | 1.5        | Double  |
        | patient.email                | ["x"]      | Array   |
        | patient.callTime             | true       | Boolean |
        | patient.callTime             | {"x": "y"} | Object  |
        | caregiver.first.name         | ["x"]      | Array   |
        | caregiver.first.name         | 7          | Integer |
        | caregiver.last.name          | {"x": "y"} | Object  |
        | caregiver.last.name          | 1.5        | Double  |
        | caregiver.relationship       | 7          | Integer |
        | caregiver.relationship       | true       | Boolean |
        | caregiver.phone.number       | 1.5        | Double  |
        | caregiver.phone.number       | ["x"]      | Array   |
        | caregiver.email              | true       | Boolean |
        | caregiver.email              | {"x": "y"} | Object  |
        | address.street               | ["x"]      | Array   |
        | address.street               | 7          | Integer |
        | address.apt                  | {"x": "y"} | Object  |
        | address.apt                  | 1.5        | Double  |
        | address.city                 | 7          | Integer |
        | address.city                 | true       | Boolean |
        | address.state                | 1.5        | Double  |
        | address.state                | ["x"]      | Array   |
        | address.zip                  | true       | Boolean |
        | address.zip                  | {"x": "y"} | Object  |
        | insurance.carrier            | ["x"]      | Array   |
        | insurance.carrier            | 7          | Integer |
        | insurance.memberId           | {"x": "y"} | Object  |
        | insurance.memberId           | 1.5        | Double  |
        | insurance.groupNum           | 7          | Integer |
        | insurance.groupNum           | true       | Boolean |
        | insurance.cardname           | 1.5        | Double  |
        | insurance.cardname           | ["x"]      | Array   |
        | insurance.Dob                | true       | Boolean |
        | insurance.Dob                | {"x": "y"} | Object  |
        | insurance.secondary.status   | ["x"]      | Array   |
        | insurance.secondary.status   | 7          | Integer |
        | insurance.secondary.carrier  | {"x": "y"} | Object  |
        | insurance.secondary.carrier  | 1.5        | Double  |
        | insurance.secondary.memberid | 7          | Integer |
        | insurance.secondary.memberid | true       | Boolean |
        | insurance.secondary.groupNum | 1.5        | Double  |
        | insurance.secondary.groupNum | ["x"]      | Array   |
        | insurance.secondary.cardname | true       | Boolean |
        | insurance.secondary.cardname | {"x": "y"} | Object  |
        | insurance.secondary.cardDob  | ["x"]      | Array   |
        | insurance.secondary.cardDob  | 7          | Integer |

    @RX-INVITE-041
    Scenario Outline: A date of birth as <value> is no date of birth
      Given the invitation says Maya's "patient.dob" is the JSON value <value>
      When the partner invites Maya
      Then the invitation is refused because the date of birth is malformed
      And no patient was created

      Examples:
        | value        |
        | 588297600000 |
        | 1988.5       |
        | true         |
        | ["1988"]     |
        | {"y": 1988}  |

    @RX-OUR-010
    Scenario Outline: "<detail>" as <value> says nothing
      Given the invitation says Maya's "<detail>" is the JSON value <value>
      When the partner invites Maya
      Then Maya is invited

      Examples:
        | detail                 | value |
        | patient.gender         | null  |
        | patient.gender         | ""    |
        | patient.dob            | null  |
        | patient.dob            | ""    |
        | patient.phone.number   | null  |
        | patient.phone.number   | ""    |
        | caregiver.relationship | null  |
        | caregiver.relationship | ""    |
        | address.zip            | ""    |

  Rule: Upper case is as good where the contract says so, and only there

    @RX-OUR-013
    Scenario Outline: "<detail>" as "<value>" is <verdict>
      Given the invitation says Maya's "insurance.carrier" is "Blue Lake Mutual"
      And Maya's caregiver is her "SPOUSE"
      And the invitation leaves out Maya's "<detail>"
      And the invitation says Maya's "<detail>" is "<value>"
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | detail                     | value             | verdict  |
        | patient.gender             | FEMALE            | accepted |
        | patient.contact.method     | PHONE             | accepted |
        | patient.callTime           | MORNING           | accepted |
        | caregiver.relationship     | POWER OF ATTORNEY | accepted |
        | insurance.secondary.status | ACTIVE            | accepted |
        | patient.gender             | FEMALES           | refused  |
        | caregiver.relationship     | POWER-OF-ATTORNEY | refused  |

  Rule: Of what is said twice, the last counts

    @RX-OUR-022
    Scenario: Of two dates of birth the last counts
      Given the invitation says Maya's "patient.dob" is "1988-08-23T00:00:00+00:00"
      And the invitation says Maya's "patient.dob" is "2020-08-23T00:00:00+00:00"
      When the partner invites Maya
      Then the invitation is refused because a minor needs a caregiver

    @RX-OUR-022
    Scenario: A wrong value is told even when a later one would do
      Given the invitation says Maya's "patient.gender" is "robot"
      And the invitation says Maya's "patient.gender" is "female"
      When the partner invites Maya
      Then the invitation is refused because "patient.gender" is not valid
