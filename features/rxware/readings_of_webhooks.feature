Feature: Webhooks in every reading
  The vendor's documents contradict themselves about what webhooks look like. A
  partner must be ready for each documented form, so the sandbox can send each:
  the members that are required are there, wherever that reading puts them.

  Background:
    Given a support program on RxWare

  Rule: An enrollment has all that is required, in every form

    @HA-HOOK-ENROLL-002 @HA-HOOK-ENROLL-003 @AMB-001 @AMB-002 @AMB-004 @AMB-008 @AMB-010 @AMB-013 @AMB-014 @AMB-019
    Scenario Outline: <ambiguity> as <value>: an enrollment has "<member>"
      Given the vendor reads "<ambiguity>" as "<value>"
      And the partner knows everything about Maya
      And the partner has invited Maya
      When Maya enrolls with a signature and pictures of both insurance cards
      Then the partner is told that Maya has enrolled
      And the webhook has all that an enrollment requires
      And the webhook has "<member>"
      And the webhook leaves out "<other>"

      Examples:
        | ambiguity | value    | member                                                    | other                                                      |
        | AMB-001   | consents | event.patient.consents                                    | event.patient.consent                                      |
        | AMB-001   | consent  | event.patient.consent                                     | event.patient.consents                                     |
        | AMB-001   | both     | event.patient.consent                                     | consents                                                   |
        | AMB-002   | apt       | event.patient.address.apt                                | event.patient.address.apartment                            |
        | AMB-002   | apartment | event.patient.address.apartment                          | event.patient.address.apt                                  |
        | AMB-002   | both      | event.patient.address.apartment                          | apt                                                        |
        | AMB-004   | event    | event.eventName                                           | eventName                                                  |
        | AMB-004   | top      | eventName                                                 | event.eventName                                            |
        | AMB-004   | both     | eventName                                                 | event.patient.eventName                                    |
        | AMB-008   | absent   | event.patient.insurance.secondaryInsurance.card_dob       | event.patient.insurance.primaryInsurance.card_dob          |
        | AMB-010   | camel    | event.patient.insurance.primaryInsurance.frontPictureImage | event.patient.insurance.primaryInsurance.front_picture_image |
        | AMB-010   | snake    | event.patient.insurance.primaryInsurance.front_picture_image | event.patient.insurance.primaryInsurance.frontPictureImage |
        | AMB-013   | joined   | event.patient.caregiver.name                              | event.patient.caregiver.firstName                          |
        | AMB-013   | split    | event.patient.caregiver.firstName                         | event.patient.caregiver.name                               |
        | AMB-014   | absent   | event.sendDate                                            | event.status                                               |
        | AMB-019   | all      | eventType                                                 | event.eventType                                            |

    @HA-HOOK-ENROLL-002 @HA-HOOK-ENROLL-003 @AMB-005 @AMB-006 @AMB-007 @AMB-008 @AMB-009 @AMB-011 @AMB-012 @AMB-029
    Scenario Outline: <ambiguity> as <value>: an enrollment says <text>
      Given the vendor reads "<ambiguity>" as "<value>"
      And the partner knows everything about Maya
      And the invitation says Maya's "<key>" is "<given>"
      And the partner has invited Maya
      When Maya enrolls with a signature
      Then the webhook has all that an enrollment requires
      And the webhook's "<member>" reads "<text>"

      Examples:
        | ambiguity | value         | key                    | given                     | member                                            | text                          |
        | AMB-005   | millisZ       | shoe.size              | 38                        | event.sendDate                                    | 2026-03-10T09:00:00.000Z      |
        | AMB-005   | secondsOffset | shoe.size              | 38                        | event.sendDate                                    | 2026-03-10T09:00:00+00:00     |
        | AMB-005   | blankAfterT   | shoe.size              | 38                        | event.sendDate                                    | 2026-03-10T 09:00:00.000Z     |
        | AMB-006   | Partner       | shoe.size              | 38                        | event.patient.externalIds.0.source                | Partner                       |
        | AMB-006   | partner       | shoe.size              | 38                        | event.patient.externalIds.0.source                | partner                       |
        | webhookDob | epochMs      | patient.dob            | 1987-09-04T00:00:00+00:00 | event.patient.dob                                 | 557712000000                  |
        | webhookDob | iso          | patient.dob            | 1987-09-04T00:00:00+00:00 | event.patient.dob                                 | 1987-09-04T00:00:00+00:00     |
        | AMB-008   | iso           | insurance.Dob          | 1987-09-04T00:00:00+00:00 | event.patient.insurance.primaryInsurance.card_dob | 1987-09-04T00:00:00+00:00     |
        | AMB-009   | s             | patient.dob            | 1987-09-04T00:00:00+00:00 | event.patient.dob                                 | 557712000                     |
        | AMB-029   | rxware        | shoe.size              | 38                        | event.eventName                                   | RxWare.Patient.CompleteEnrollment |
        | AMB-011   | capitalized   | patient.contact.method | email                     | event.patient.contact_method                      | Email                         |
        | AMB-011   | asReceived    | patient.contact.method | eMail                     | event.patient.contact_method                      | eMail                         |
        | AMB-011   | lower         | patient.contact.method | EMAIL                     | event.patient.contact_method                      | email                         |
        | callTimeEmit | mapToEvening | patient.callTime     | afternoon                 | event.patient.call_time                           | Evening                       |
        | callTimeEmit | capitalize | patient.callTime       | afternoon                 | event.patient.call_time                           | Afternoon                     |
        | callTimeAccept | union    | patient.callTime       | evening                   | event.patient.call_time                           | Evening                       |

  Rule: A visit has all that is required, in every layout

    @HA-HOOK-VISIT-003 @HA-HOOK-VISIT-009 @AMB-003 @AMB-004 @AMB-005 @AMB-006 @AMB-014 @AMB-019
    Scenario Outline: <ambiguity> as <value>: a visit has "<member>"
      Given the vendor reads "<ambiguity>" as "<value>"
      And the partner has invited Maya
      And Maya has enrolled
      When Maya visits the tracker
      Then the partner is told that Maya visited the tracker
      And the webhook has all that a visit requires
      And the webhook has "<member>"
      And the webhook leaves out "<other>"

      Examples:
        | ambiguity    | value         | member           | other           |
        | AMB-003      | nested        | event.patient.id | patient         |
        | AMB-003      | envelope      | eventName        | event.eventName |
        | AMB-003      | flat          | patient.id       | event.patient   |
        | namesAt.tracker | top        | eventName        | event.eventName |
        | namesAt.tracker | both       | eventName        | patient         |
        | sendDate.tracker | secondsOffset | event.sendDate | sendDate       |
        | sendDate.tracker | blankAfterT | event.sendDate | sendDate         |
        | externalSource.tracker | partner | event.patient.externalIds.0.source | event.source |
        | AMB-014      | absent        | event.data.key   | event.message   |
        | AMB-019      | all           | eventType        | event.eventType |

  Rule: STOP and START have all that is required, in every layout

    @RX-HOOK-OPT-001 @RX-HOOK-OPT-007 @AMB-004 @AMB-005 @AMB-006 @AMB-014 @AMB-019 @AMB-027
    Scenario Outline: <ambiguity> as <value>: an opt-out's "<member>" reads <text>
      Given the vendor reads "<ambiguity>" as "<value>"
      And the partner has invited Maya
      When Maya texts "STOP"
      Then the partner is told once that Maya opted out
      And the webhook names Maya as the invitation did
      And the webhook's "<member>" reads "<text>"
      And the webhook leaves out "<other>"

      Examples:
        | ambiguity    | value     | member                             | text                       | other           |
        | AMB-004      | top       | eventName                          | HelpAround.Patient.Consent | event.eventName |
        | AMB-004      | event     | event.eventName                    | HelpAround.Patient.Consent | eventName       |
        | AMB-004      | both      | event.eventName                    | HelpAround.Patient.Consent | patient         |
        | AMB-005      | millisZ   | event.sendDate                     | 2026-03-10T09:00:00.000Z   | sendDate        |
        | AMB-006      | Partner   | event.patient.externalIds.0.source | Partner                    | source          |
        | AMB-014      | absent    | event.data.key                     | opt-in                     | event.message   |
        | AMB-019      | none      | event.data.key                     | opt-in                     | eventType       |
        | AMB-027      | string    | event.data.value                   | false                      | event.value     |

    @uses:RX-HOOK-OPT-001 @AMB-026
    Scenario Outline: Read exactly, "<text>" is <word>
      Given the vendor reads "AMB-026" as "exact"
      And the partner has invited Maya
      When Maya texts "<text>"
      Then the partner is told <times> that Maya opted out

      Examples:
        | text  | word    | times |
        | STOP  | STOP    | once  |
        | stop  | nothing | never |
        | STOP! | nothing | never |

  Rule: An infusion update has all that is required, in every layout

    @RX-HOOK-INFUSION-001 @RX-HOOK-INFUSION-003 @AMB-004 @AMB-005 @AMB-006 @AMB-015 @AMB-016 @AMB-017 @AMB-018 @AMB-019
    Scenario Outline: <ambiguity> as <value>: an infusion update has "<member>"
      Given the vendor reads "<ambiguity>" as "<value>"
      And the partner knows everything about Maya
      And the partner has invited Maya
      And Maya has enrolled
      When Maya tells of her next infusion
      Then the partner is told that Maya updated her infusion
      And the webhook has all that an infusion update requires
      And the webhook has "<member>"
      And the webhook leaves out "<other>"
      And the webhook arrives at "<path>"

      Examples:
        | ambiguity        | value         | member                                      | other                                     | path                     |
        | AMB-004          | top           | eventName                                   | event.eventName                           | /webhook/user-enrollment |
        | sendDate.infusion | secondsOffset | event.sendDate                             | sendDate                                  | /webhook/user-enrollment |
        | externalSource.infusion | partner | event.patient.externalIds.0.source          | event.source                              | /webhook/user-enrollment |
        | AMB-015          | both          | event.patientId                             | event.id                                  | /webhook/user-enrollment |
        | AMB-015          | patientId     | event.patientId                             | event.patient.id                          | /webhook/user-enrollment |
        | AMB-015          | patient.id    | event.patient.id                            | event.patientId                           | /webhook/user-enrollment |
        | AMB-016          | user-action   | event.data.value                            | data                                      | /webhook/user-action     |
        | AMB-017          | HelpAround.Patient.UserAction.InfusionUpdated | event.eventName              | eventName                                 | /webhook/user-enrollment |
        | AMB-018          | arrayOfOne    | event.patient.infusion.0.haveInsuranceUpdate | event.patient.infusion.haveInsuranceUpdate | /webhook/user-enrollment |
        | AMB-018          | object        | event.patient.infusion.haveInsuranceUpdate  | event.patient.infusion.0                  | /webhook/user-enrollment |
        | AMB-019          | all           | eventType                                   | event.eventType                           | /webhook/user-enrollment |

  Rule: Who is told, and where

    @uses:RX-HOOK-OPT-001 @AMB-025
    Scenario Outline: A partner that opts a patient out hears of it <times> when that is read as "<value>"
      Given the vendor reads "AMB-025" as "<value>"
      And the partner has invited Maya
      When the partner opts Maya out
      Then the partner is told <times> that Maya opted out

      Examples:
        | value | times |
        | no    | never |
        | yes   | once  |

    @uses:HA-HOOK-ENROLL-001 @AMB-080
    Scenario Outline: A partner that reports a complete enrollment hears of it <times> when that is read as "<value>"
      Given the vendor reads "AMB-080" as "<value>"
      And the partner has invited Maya
      When the partner reports that Maya's "enrollment.status" is "enrollComplete"
      Then the partner is told <times> that Maya has enrolled

      Examples:
        | value | times |
        | no    | never |
        | yes   | once  |

  Rule: A whole reading is chosen by one name

    @HA-HOOK-ENROLL-002 @HA-HOOK-ENROLL-003 @uses:HA-HOOK-VISIT-003 @AMB-001 @AMB-002
    Scenario Outline: The documents' <set> alone: an enrollment has "<member>"
      Given the vendor reads "set" as "<set>"
      And the partner knows everything about Maya
      And the partner has invited Maya
      When Maya enrolls
      Then the webhook has all that an enrollment requires
      And the webhook has "<member>"

      Examples:
        | set     | member                          |
        | table   | event.patient.address.apartment |
        | table   | event.patient.consent           |
        | example | event.patient.address.apt       |
        | example | event.patient.consents          |
        | pages   | event.patient.consents          |
