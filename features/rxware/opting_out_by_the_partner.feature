Feature: A partner passes on that a patient wants no texts
  Patients tell a nurse on the phone that they want no texts. The partner tells
  the vendor, which stops at once and says so in words of its own, without codes.

  Background:
    Given a support program on RxWare
    And the partner has invited Maya

  Rule: The partner opts a patient out, and in again

    @RX-USER-001 @RX-USER-005 @RX-GEN-001
    Scenario: A patient is opted out
      When the partner opts Maya out
      Then the vendor confirms the wish
      And Maya does not want texts

    @RX-USER-002
    Scenario: A patient who is opted out already stays so
      Given the partner has opted Maya out
      When the partner opts Maya out again
      Then the vendor confirms the wish, which was known
      And nothing comes of it

    @RX-USER-002
    Scenario: A patient who has texted STOP is opted out already
      Given Maya has texted "STOP"
      When the partner opts Maya out
      Then the vendor confirms the wish, which was known
      And nothing comes of it

    @RX-USER-006
    Scenario: A patient is opted in again
      Given the partner has opted Maya out
      When the partner opts Maya in
      Then the vendor confirms the wish
      And Maya wants texts

    @RX-USER-006
    Scenario: A patient who has texted STOP is opted in by the partner
      Given Maya has texted "STOP"
      When the partner opts Maya in
      Then the vendor confirms the wish
      And Maya wants texts

    @RX-USER-007
    Scenario Outline: After that the partner cannot <call> her any more
      Given the partner has opted Maya out
      When the partner tries to <call> Maya
      Then the call is refused because the patient has unsubscribed
      And nothing comes of it

      Examples:
        | call      |
        | report on |
        | subscribe |

    @RX-USER-007
    Scenario: A patient who is opted in again can be texted again
      Given the partner has opted Maya out
      And the partner has opted Maya in
      When the partner asks for the text "notify.sms.shipped" to Maya
      Then Maya gets one more text

    @RX-OUR-008
    Scenario: The answer gives message, program and patient id
      When the partner opts Maya out
      Then the answer gives message, program and patient id

    @RX-OUR-008
    Scenario: The answer that nothing was new gives message, program and patient id
      Given the partner has opted Maya out
      When the partner opts Maya out again
      Then the answer gives message, program and patient id

    @RX-OUR-037
    Scenario: A patient who is opted in already stays so
      When the partner opts Maya in
      Then the vendor confirms the wish
      And nothing comes of it

    @RX-OUR-037
    Scenario Outline: Opting out may be written <value>
      When the partner opts Maya out by the JSON value <value>
      Then the vendor confirms the wish
      And Maya does not want texts

      Examples:
        | value   |
        | "false" |
        | "False" |
        | "FALSE" |
        | false   |

    @RX-OUR-037
    Scenario Outline: Opting in may be written <value>
      Given the partner has opted Maya out
      When the partner opts Maya in by the JSON value <value>
      Then the vendor confirms the wish
      And Maya wants texts

      Examples:
        | value  |
        | "true" |
        | "True" |
        | "TRUE" |
        | true   |

    @RX-OUR-038
    Scenario: The partner is not told what it said itself
      Given the partner has opted Maya out
      When the partner opts Maya in
      Then the partner hears nothing

    @RX-OUR-038
    Scenario: The patient's own STOP is still told, once there is something to stop
      Given the partner has opted Maya out
      And the partner has opted Maya in
      When Maya texts "STOP"
      Then the partner is told once that Maya opted out

  Rule: Texts stop, and go on

    @RX-USER-001
    Scenario: A series of texts stops with the patient's wish
      Given the partner has subscribed Maya to "onboarding"
      And the partner has opted Maya out
      When 8 days pass
      Then Maya gets no more text

  Rule: Refusals of user updates carry no code

    @RX-USER-003
    Scenario: An unknown program is named
      Given the call names a program nobody knows
      When the partner opts Maya out
      Then the call is refused without a code because the program is unknown
      And nothing comes of it

    @RX-USER-004
    Scenario: An unknown patient is told so
      Given the call is about a patient nobody knows
      When the partner opts Maya out
      Then the call is refused without a code because the patient is unknown
      And nothing comes of it

    @RX-OUR-032
    Scenario Outline: A call whose <what> is another patient's is about nobody
      Given the partner has invited Ana
      And the call names Ana's <what>
      When the partner opts Maya out
      Then the call is refused without a code because the patient is unknown
      And nothing comes of it

      Examples:
        | what         |
        | phone number |
        | partner's id |

    @RX-OUR-037
    Scenario Outline: "<member>" as <value> is not supported
      Given the call says "<member>" is the JSON value <value>
      When the partner opts Maya out
      Then the call is refused without a code because the change is not supported
      And nothing comes of it

      Examples:
        | member                | value                                    |
        | action.name           | "address"                                |
        | action.name           | "Consent"                                |
        | action.value          | "email"                                  |
        | action.value          | "SMS"                                    |
        | action.additionalData | []                                       |
        | action.additionalData | [{"key": "Opt-In", "value": "false"}]    |
        | action.additionalData | [{"key": "opt-in", "value": "no"}]       |
        | action.additionalData | [{"key": "opt-in", "value": ""}]         |
        | action.additionalData | [{"key": "opt-in", "value": " false "}]  |
        | action.additionalData | [{"key": "opt-in", "value": 0}]          |
        | action.additionalData | [{"key": "opt-in", "value": null}]       |

    @RX-OUR-022
    Scenario: Of a wish told twice the last counts
      Given the call says "action.additionalData" is the JSON value [{"key": "opt-in", "value": "true"}, {"key": "opt-in", "value": "false"}]
      When the partner opts Maya out
      Then the vendor confirms the wish
      And Maya does not want texts

    @RX-OUR-031
    Scenario Outline: <first> is told before <then>
      Given the call about Maya has the faults "<then>" and "<first>"
      When the partner opts Maya out
      Then the call is refused without a code because <reason>
      And nothing comes of it

      Examples:
        | first                | then                     | reason                 |
        | missing action       | unknown program          | "action" is required   |
        | unknown program      | disabled token           | the program is unknown |
        | unknown program      | token of another program | the program is unknown |
        | unknown program      | unknown patient          | the program is unknown |
        | unknown phone number | unsupported action       | the patient is unknown |

    @RX-OUR-031
    Scenario Outline: <first> is told before <then>, as of every call
      Given the call about Maya has the faults "<then>" and "<first>"
      When the partner opts Maya out
      Then the call is refused because <reason>
      And nothing comes of it

      Examples:
        | first                    | then            | reason                    |
        | unknown auth token       | broken JSON     | the credentials are wrong |
        | lesser scope             | missing action  | the caller is forbidden   |
        | disabled token           | unknown patient | the token is invalid      |
        | token of another program | unknown patient | the token is invalid      |

    @RX-OUR-010
    Scenario Outline: A wish whose "<member>" is <value> lacks it
      Given the call says "<member>" is the JSON value <value>
      When the partner opts Maya out
      Then the call is refused without a code because "<member>" is required
      And nothing comes of it

      Examples:
        | member       | value |
        | action       | null  |
        | action.name  | null  |
        | action.name  | ""    |
        | action.value | null  |
        | action.value | ""    |

    @RX-OUR-010
    Scenario Outline: A wish without "<member>" is refused
      Given the call leaves out "<member>"
      When the partner opts Maya out
      Then the call is refused without a code because "<member>" is required
      And nothing comes of it

      Examples:
        | member       |
        | action       |
        | action.name  |
        | action.value |

    @RX-OUR-012
    Scenario Outline: "<member>" cannot be <value>
      Given the call says "<member>" is the JSON value <value>
      When the partner opts Maya out
      Then the call is refused without a code because <reason>
      And nothing comes of it

      Examples:
        | member                | value       | reason                                        |
        | action                | 7           | Integer was found where an object is required |
        | action                | "stop"      | String was found where an object is required  |
        | action                | []          | Array was found where an object is required   |
        | action.name           | 7           | Integer was found where a string is required  |
        | action.value          | true        | Boolean was found where a string is required  |
        | action.additionalData | "opt-in"    | String was found where an array is required   |
        | action.additionalData | {}          | Object was found where an array is required   |
        | action.additionalData | [false]     | Boolean was found where an object is required |
        | phoneNumber           | 12025550142 | Integer was found where a string is required  |
        | externalId            | 7           | Integer was found where a string is required  |
        | supportProgramId      | {}          | Object was found where a string is required   |

    @RX-OUR-014
    Scenario Outline: A body that is <case> is refused
      Given the call's body is <case>
      When the partner opts Maya out
      Then the call is refused without a code because the body cannot be read
      And nothing comes of it

      Examples:
        | case                    |
        | nothing                 |
        | broken JSON             |
        | a JSON list             |
        | two JSON objects        |
        | bytes that are no UTF-8 |
        | of no type              |
