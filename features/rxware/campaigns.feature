Feature: Subscribing a patient to a series of texts
  A campaign is a prepared series: the first text goes out when a partner
  subscribes the patient, the later ones when their day has come. What a
  campaign's name stands for is agreed per program.

  Rule: A subscription starts the series

    Background:
      Given a support program on RxWare
      And the partner has invited Maya

    @RX-CAMP-001 @RX-GEN-001
    Scenario: A subscription is confirmed and kept
      When the partner subscribes Maya to "onboarding"
      Then the vendor confirms the subscription
      And Maya follows "onboarding"

    @RX-CAMP-002
    Scenario: The first text comes at once
      When the partner subscribes Maya to "onboarding"
      Then Maya gets one more text

    @RX-CAMP-002
    Scenario Outline: The later texts come in time: <days> days later <texts> more
      Given the partner has subscribed Maya to "onboarding"
      When <days> days pass
      Then Maya gets <texts> more texts

      Examples:
        | days | texts |
        | 6    | no    |
        | 8    | one   |
        | 29   | one   |
        | 31   | 2     |
        | 365  | 2     |

    @RX-CAMP-002
    Scenario: A series that is over is not followed any more
      Given the partner has subscribed Maya to "onboarding"
      When 31 days pass
      Then Maya follows no campaign

    @RX-CAMP-003
    Scenario: The campaign's name stands beside whom the call is about
      When the partner subscribes Maya to "onboarding", with:
        | nurse | Joan |
      Then the vendor confirms the subscription

    @RX-CAMP-007
    Scenario: Any number of values may be given, under any name
      When the partner subscribes Maya to "onboarding", with:
        | nurse                   | Joan        |
        | first.delivery          | 04/01/2026  |
        | shoe size (US, women's) | 7 1/2       |
        | Ñandú                   | ja, bitte   |
        | empty                   |             |
      Then the vendor confirms the subscription
      And Maya follows "onboarding"

    @RX-OUR-008
    Scenario: The answer gives message, program and patient id
      When the partner subscribes Maya to "onboarding"
      Then the answer gives message, program and patient id

    @RX-OUR-036
    Scenario: A patient who is subscribed twice follows the series once
      Given the partner has subscribed Maya to "onboarding"
      When the partner subscribes Maya to "onboarding" again
      Then the vendor confirms the subscription
      And Maya gets no more text
      And Maya follows "onboarding" once

    @RX-OUR-036
    Scenario Outline: An unknown campaign is refused: "<name>"
      When the partner subscribes Maya to "<name>"
      Then the call is refused because "name" is not valid
      And nothing comes of it

      Examples:
        | name       |
        | lottery    |
        | Onboarding |
        | ONBOARDING |

  Rule: What a campaign says, and when, was agreed

    Background:
      Given a support program on RxWare
      And the program has the campaign "welcome":
        | at once       | Welcome {name}, I am {nurse}.   |
        | after 2 days  | {nurse} here. How are you?      |
        | after 10 days | It was a pleasure, yours {nurse} |
      And the partner has invited Maya

    @HA-EVENT-003
    Scenario: A campaign's texts are the agreed ones
      When the partner subscribes Maya to "welcome", with:
        | nurse | Joan |
      Then Maya gets one more text
      And the text says "Welcome Maya, I am Joan."
      When 3 days pass
      Then Maya gets one more text
      And the text says "Joan here. How are you?"
      When 8 days pass
      Then Maya gets one more text
      And the text says "It was a pleasure, yours Joan"

    @RX-OUR-022
    Scenario: Of a value given twice the last counts
      When the partner subscribes Maya to "welcome", with:
        | nurse | Joan |
        | nurse | Ines |
      Then the text says "Welcome Maya, I am Ines."

    @HA-EVENT-003
    Scenario: Each patient has a series of their own
      Given the partner has invited Ana
      And the partner has subscribed Maya to "welcome"
      When 1 day passes
      And the partner subscribes Ana to "welcome", with:
        | nurse | Ines |
      Then Ana gets one more text
      And Maya gets no more text
      When 2 days pass
      Then Ana gets one more text
      And the text says "Ines here. How are you?"
      And Maya gets one more text

    @RX-OUR-036
    Scenario: A program knows its own campaigns alone
      When the partner subscribes Maya to "onboarding"
      Then the call is refused because "name" is not valid

  Rule: Nobody is subscribed who must not be

    Background:
      Given a support program on RxWare
      And the partner has invited Maya

    @RX-CAMP-004
    Scenario: An unknown patient is told so
      Given the call is about a patient nobody knows
      When the partner tries to subscribe Maya
      Then the call is refused because the patient is unknown
      And nothing comes of it

    @RX-CAMP-005
    Scenario: An unknown program is told so
      Given the call names a program nobody knows
      When the partner tries to subscribe Maya
      Then the call is refused because the program is invalid
      And nothing comes of it

    @RX-CAMP-006
    Scenario: A patient who has unsubscribed from texts is told so
      Given Maya has texted "STOP"
      When the partner tries to subscribe Maya
      Then the call is refused because the patient has unsubscribed
      And nothing comes of it

    @RX-OUR-032
    Scenario Outline: A call whose <what> is another patient's is about nobody
      Given the partner has invited Ana
      And the call names Ana's <what>
      When the partner tries to subscribe Maya
      Then the call is refused because the patient is unknown
      And nothing comes of it

      Examples:
        | what         |
        | phone number |
        | partner's id |

    @RX-OUR-031
    Scenario Outline: <first> is told before <then>
      Given the call about Maya has the faults "<then>" and "<first>"
      When the partner tries to subscribe Maya
      Then the call is refused because <reason>
      And nothing comes of it

      Examples:
        | first                    | then                     | reason                       |
        | unknown auth token       | broken JSON              | the credentials are wrong    |
        | lesser scope             | missing name             | the caller is forbidden      |
        | broken JSON              | disabled token           | the body cannot be read      |
        | missing name             | unknown program          | "name" is required           |
        | unknown program          | disabled token           | the program is invalid       |
        | unknown program          | token of another program | the program is invalid       |
        | disabled token           | unknown patient          | the token is invalid         |
        | token of another program | unknown patient          | the token is invalid         |
        | unknown phone number     | unsubscribed patient     | the patient is unknown       |
        | unsubscribed patient     | unknown campaign         | the patient has unsubscribed |

    @RX-OUR-010
    Scenario Outline: A campaign's name that is <value> is missing
      Given the call says "name" is the JSON value <value>
      When the partner tries to subscribe Maya
      Then the call is refused because "name" is required
      And nothing comes of it

      Examples:
        | value |
        | null  |
        | ""    |

    @RX-OUR-012
    Scenario Outline: "<member>" cannot be <value>
      Given the call says "<member>" is the JSON value <value>
      When the partner tries to subscribe Maya
      Then the call is refused because <reason>
      And nothing comes of it

      Examples:
        | member           | value       | reason                                        |
        | name             | 7           | Integer was found where a string is required  |
        | name             | true        | Boolean was found where a string is required  |
        | name             | {}          | Object was found where a string is required   |
        | additionalData   | "none"      | String was found where an array is required   |
        | additionalData   | {}          | Object was found where an array is required   |
        | additionalData   | [true]      | Boolean was found where an object is required |
        | phoneNumber      | 12025550142 | Integer was found where a string is required  |
        | externalId       | 7           | Integer was found where a string is required  |
        | supportProgramId | {}          | Object was found where a string is required   |

    @RX-OUR-014
    Scenario Outline: A body that is <case> is refused
      Given the call's body is <case>
      When the partner tries to subscribe Maya
      Then the call is refused because the body cannot be read
      And nothing comes of it

      Examples:
        | case                    |
        | nothing                 |
        | broken JSON             |
        | a JSON list             |
        | two JSON objects        |
        | bytes that are no UTF-8 |
        | of no type              |
