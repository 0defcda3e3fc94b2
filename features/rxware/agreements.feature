Feature: What partner and vendor agree on for a program
  Before a program starts both sides agree on more fields, on other formats, on
  events of their own, and on what each event causes.

  Rule: Fields of the program's own are asked for, told and read

    @HA-GEN-004
    Scenario: A field of the program's own is asked for on its screen
      Given a support program on RxWare
      And the program has the field "injection.site":
        | screen | about |
      And the partner has invited Maya
      And Maya has opened her link and given consent
      When Maya answers "injection.site" with "left arm"
      Then the vendor knows Maya's "injection.site" as "left arm"

    @HA-GEN-004
    Scenario: A field may be shown under a name of its own
      Given a support program on RxWare
      And the program has the field "injection.site":
        | screen  | about          |
        | told as | injection_site |
        | read as | injectionSite  |
      And the invitation says Maya's "injection.site" is "left arm"
      And the partner has invited Maya
      When Maya enrolls
      Then the partner is told that Maya has enrolled
      And the webhook says:
        | event.patient.injection_site | left arm |
      When the partner reads Maya
      Then the vendor tells about Maya:
        | data.injectionSite | left arm |

    @HA-GEN-004
    Scenario: A field that is needed to finish keeps the patient from finishing without it
      Given a support program on RxWare
      And the program has the field "injection.site":
        | screen    | about  |
        | needed to | finish |
      And the partner has invited Maya
      And Maya has opened her link and given consent
      When Maya finishes
      Then the platform refuses

    @HA-GEN-004
    Scenario: A field that is needed to invite keeps the partner from inviting without it
      Given a support program on RxWare
      And the program has the field "injection.site":
        | screen    | about  |
        | needed to | invite |
      When the partner invites Maya
      Then the invitation is refused because "injection.site" is required
      And the vendor knows nobody

    @HA-GEN-004
    Scenario Outline: A field's own limits are kept: "<value>" is <verdict>
      Given a support program on RxWare
      And the program has the field "injection.site":
        | type    | choice              |
        | choices | left arm, right arm |
      And the invitation says Maya's "injection.site" is "<value>"
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | value    | verdict  |
        | left arm | accepted |
        | belly    | refused  |

    @HA-GEN-004
    Scenario Outline: A field's own length is kept: <length> characters are <verdict>
      Given a support program on RxWare
      And the program has the field "injection.site":
        | characters | 12 |
      And the invitation says Maya's "injection.site" is <length> characters long
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | length | verdict  |
        | 12     | accepted |
        | 13     | refused  |

  Rule: The contract's own fields may have another format

    @HA-GEN-004
    Scenario Outline: A ZIP code may have more characters where that was agreed: "<zip>"
      Given a support program on RxWare
      And the program takes "address.zip" in another form:
        | characters | 10 |
      And the invitation says Maya's "address.zip" is "<zip>"
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | zip         | verdict  |
        | 35803-1234  | accepted |
        | 35803-12345 | refused  |

    @HA-GEN-004
    Scenario Outline: A date of birth may be written as was agreed: "<date>"
      Given a support program on RxWare
      And the program takes "patient.dob" in another form:
        | type | <type> |
      And the invitation says Maya's "patient.dob" is "<date>"
      When the partner invites Maya
      Then the invitation is <verdict>

      Examples:
        | type    | date                      | verdict  |
        | day     | 1987-09-04                | accepted |
        | day     | 1987-09-04T00:00:00+00:00 | refused  |
        | day     | 09/04/1987                | refused  |
        | us-date | 09/04/1987                | accepted |
        | us-date | 1987-09-04                | refused  |

  Rule: Events of the program's own are taken

    @HA-GEN-004
    Scenario Outline: An agreed event is taken: "<text>"
      Given a support program on RxWare
      And the program knows the event "lab.status" with "drawn" and "done"
      And the partner has invited Maya
      When the partner reports that Maya's "lab.status" is "<text>"
      Then the vendor confirms the update
      And the vendor knows Maya's status "lab.status" as "<text>"

      Examples:
        | text  |
        | drawn |
        | done  |

    @RX-OUR-033
    Scenario: Of an agreed event nothing but the agreed is taken
      Given a support program on RxWare
      And the program knows the event "lab.status" with "drawn" and "done"
      And the partner has invited Maya
      When the partner reports that Maya's "lab.status" is "lost"
      Then the call is refused because "status.text" is not valid
      And nothing comes of it

    @HA-GEN-004
    Scenario: A documented event may have further values
      Given a support program on RxWare
      And the program knows the event "shipment.status" with "delivered"
      And the partner has invited Maya
      When the partner reports that Maya's "shipment.status" is "delivered"
      Then the vendor confirms the update

  Rule: What an event causes is agreed, not fixed by its name

    @HA-EVENT-003
    Scenario: Without an agreement a status texts nobody
      Given a support program on RxWare
      And the partner has invited Maya
      When the partner reports that Maya's "shipment.status" is "shipped"
      Then Maya gets no more text

    @HA-EVENT-003
    Scenario: A status may text the patient, with what the partner gave
      Given a support program on RxWare
      And the program answers "shipment.status" "shipped" with the text "{name}, follow your parcel with {trackerCode}"
      And the partner has invited Maya
      When the partner reports that Maya's "shipment.status" is "shipped", with:
        | trackerCode | 794612345678 |
      Then Maya gets one more text
      And the text says "Maya, follow your parcel with 794612345678"

    @HA-EVENT-003
    Scenario: A text agreed for one value does not go out for another
      Given a support program on RxWare
      And the program answers "shipment.status" "shipped" with the text "It is on its way."
      And the partner has invited Maya
      When the partner reports that Maya's "shipment.status" is "hold"
      Then Maya gets no more text

    @HA-EVENT-003
    Scenario: A text may be agreed for every value of an event
      Given a support program on RxWare
      And the program answers "shipment.status" "" with the text "There is news of your parcel."
      And the partner has invited Maya
      When the partner reports that Maya's "shipment.status" is "hold"
      Then the text says "There is news of your parcel."

    @HA-EVENT-003
    Scenario: A command may have a wording of the program's own
      Given a support program on RxWare
      And the program answers "notify.sms.shipped" "" with the text "Off it goes, {name}!"
      And the partner has invited Maya
      When the partner asks for the text "notify.sms.shipped" to Maya
      Then Maya gets one more text
      And the text says "Off it goes, Maya!"

    @HA-EVENT-003
    Scenario: A status may finish the enrollment
      Given a support program on RxWare
      And the program answers "enrollment.status" "approved" by finishing the enrollment
      And the partner has invited Maya
      When the partner reports that Maya's "enrollment.status" is "approved"
      Then Maya counts as enrolled

    @HA-EVENT-003
    Scenario: A status may start a series of texts
      Given a support program on RxWare
      And the program has the campaign "welcome":
        | at once      | Your medicine is here. |
        | after 7 days | How are you?           |
      And the program answers "shipment.status" "shipped" by starting "welcome"
      And the partner has invited Maya
      When the partner reports that Maya's "shipment.status" is "shipped"
      Then Maya gets one more text
      And Maya follows "welcome"

    @HA-EVENT-003
    Scenario: A status may end a series of texts
      Given a support program on RxWare
      And the program has the campaign "welcome":
        | at once      | Your medicine is here. |
        | after 7 days | How are you?           |
      And the program answers "shipment.status" "hold" by ending "welcome"
      And the partner has invited Maya
      And the partner has subscribed Maya to "welcome"
      When the partner reports that Maya's "shipment.status" is "hold"
      Then Maya follows no campaign
      When 8 days pass
      Then Maya gets no more text

  Rule: Consents are the program's own

    @HA-OUR-007
    Scenario: Unless agreed otherwise, patients agree to being contacted and to sharing
      Given a support program on RxWare
      And the partner has invited Maya
      When Maya opens her link
      Then Maya is asked to agree to "communication" and "sharePHI"

    @HA-OUR-007
    Scenario: A program may ask for other consents
      Given a support program on RxWare
      And the program asks for these consents:
        | communication | needed   |
        | marketing     | needed   |
      And the partner has invited Maya
      When Maya opens her link
      Then Maya is asked to agree to "communication" and "marketing"

    @HA-OUR-007
    Scenario: A consent may be optional
      Given a support program on RxWare
      And the program asks for these consents:
        | communication | needed   |
        | marketing     | optional |
      And the partner has invited Maya
      When Maya opens her link
      Then Maya may go on without agreeing to "marketing"

  Rule: Webhooks may be agreed on kind by kind

    @HA-OUR-011
    Scenario: A kind of webhook may go to an address of its own
      Given a support program on RxWare
      And the program's webhooks of visits go to "/visits"
      And the partner has invited Maya
      And Maya has enrolled
      When Maya visits the tracker
      Then the partner is told that Maya visited the tracker
      And the webhook arrives at "/visits"

    @HA-OUR-011
    Scenario: The other kinds go where they always go
      Given a support program on RxWare
      And the program's webhooks of visits go to "/visits"
      And the partner has invited Maya
      When Maya texts "STOP"
      Then the partner is told that Maya opted out
      And the webhook arrives at "/webhook/user-action"

    @HA-OUR-011
    Scenario Outline: Webhooks of <kind> may carry a header of their own
      Given a support program on RxWare
      And the program's webhooks of <kind> carry the header "X-Of-Its-Own" with "yes"
      And the partner has invited Maya
      And Maya has enrolled
      When Maya <does>
      Then the partner is told that Maya <what>
      And the webhook carries the header "X-Of-Its-Own" with "yes"

      Examples:
        | kind        | does                       | what                 |
        | visits      | visits the tracker         | visited the tracker  |
        | opting out  | texts "STOP"               | opted out            |
        | infusions   | tells of her next infusion | updated her infusion |

    @HA-OUR-011
    Scenario: A header of one kind's own stands beside the program's
      Given a support program on RxWare
      And the program's webhooks carry the header "X-Program" with "carewell"
      And the program's webhooks of visits carry the header "X-Of-Its-Own" with "yes"
      And the partner has invited Maya
      And Maya has enrolled
      When Maya visits the tracker
      Then the partner is told that Maya visited the tracker
      And the webhook carries the header "X-Program" with "carewell"
      And the webhook carries the header "X-Of-Its-Own" with "yes"

    @HA-OUR-011
    Scenario: A kind of webhook may not be sent at all
      Given a support program on RxWare
      And the program has no webhooks of visits
      And the partner has invited Maya
      And Maya has enrolled
      When Maya visits the tracker
      And Maya texts "STOP"
      Then the partner is told never that Maya visited the tracker
      And the partner is told once that Maya opted out
