Feature: Tokens end, are renewed and are switched off
  Bearer tokens are issued by hand, for programs, with a scope and an end. Before
  one ends a successor is issued, and both work for a while.

  Background:
    Given a support program on RxWare
    And the partner has invited Maya

  Rule: A token works as long as it lasts

    @RX-OUR-004
    Scenario Outline: A token that was just issued can <call>
      Given the vendor has issued the token "spare"
      When the partner tries to <call> Maya with the token "spare"
      Then the call is accepted

      Examples:
        | call      |
        | re-invite |
        | report on |
        | subscribe |
        | opt out   |
        | read      |

    @RX-OUR-005
    Scenario Outline: A token that has ended can no longer <call>
      Given the vendor has issued the token "short" for 7 days
      When 8 days pass
      And the partner tries to <call> Maya with the token "short"
      Then the call is refused because the credentials are wrong
      And nothing comes of it

      Examples:
        | call           |
        | invite         |
        | re-invite      |
        | report on      |
        | subscribe      |
        | opt out        |
        | read           |
        | fetch a file of |

    @RX-OUR-005
    Scenario: A token works until it ends
      Given the vendor has issued the token "short" for 7 days
      When 6 days pass
      And the partner tries to report on Maya with the token "short"
      Then the call is accepted

    @RX-OUR-004
    Scenario Outline: There is no address to get a token from: <method> <path>
      When someone calls <method> <path>
      Then the vendor answers 404 in its own form

      Examples:
        | method | path            |
        | POST   | /v1/token       |
        | POST   | /v1/tokens      |
        | POST   | /oauth/token    |
        | POST   | /v1/tokens/renew |

  Rule: A successor overlaps with the token it renews

    @RX-OUR-004
    Scenario Outline: While both last, the token "<token>" works
      Given the vendor has issued the token "old" for 7 days
      When the vendor renews the token "old" as "new" for 30 days
      And the partner tries to report on Maya with the token "<token>"
      Then the call is accepted

      Examples:
        | token |
        | old   |
        | new   |

    @RX-OUR-004
    Scenario: The successor outlives the token it renews
      Given the vendor has issued the token "old" for 7 days
      When the vendor renews the token "old" as "new" for 30 days
      And 8 days pass
      And the partner tries to report on Maya with the token "old"
      Then the call is refused because the credentials are wrong
      When the partner tries to report on Maya with the token "new"
      Then the call is accepted

    @RX-OUR-004
    Scenario: The successor ends too
      Given the vendor has issued the token "old" for 7 days
      When the vendor renews the token "old" as "new" for 30 days
      And 31 days pass
      And the partner tries to report on Maya with the token "new"
      Then the call is refused because the credentials are wrong

    @RX-OUR-004
    Scenario: The successor may do what its predecessor may
      Given the vendor has issued the token "reader" for nothing but "patients:read"
      When the vendor renews the token "reader" as "next reader" for 30 days
      Then the token "next reader" says the same scope and programs as "reader"
      When the partner tries to read Maya with the token "next reader"
      Then the call is accepted
      When the partner tries to report on Maya with the token "next reader"
      Then the call is refused because the caller is forbidden

    @RX-OUR-004
    Scenario: Switching off a token leaves its successor alone
      Given the vendor has issued the token "old"
      When the vendor renews the token "old" as "new" for 30 days
      And the vendor disables the token "old"
      Then the vendor lists the token "old" as disabled
      And the vendor lists the token "new" as in use
      When the partner tries to report on Maya with the token "old"
      Then the call is refused because the token is invalid
      When the partner tries to report on Maya with the token "new"
      Then the call is accepted

  Rule: A token that is switched off, or another program's, is invalid

    @RX-AUTH-005
    Scenario: An invitation with a token that was switched off is told so
      Given the vendor has issued the token "spare"
      When the vendor disables the token "spare"
      And the partner tries to invite Ana with the token "spare"
      Then the call is refused because the token is disabled

    @RX-OUR-006
    Scenario Outline: A call with <access> is told that it is invalid when it tries to <call>
      When the partner tries to <call> Maya with <access>
      Then the call is refused because the token is invalid
      And nothing comes of it

      Examples:
        | call            | access                            |
        | re-invite       | a disabled bearer token           |
        | re-invite       | a bearer token of another program |
        | report on       | a disabled bearer token           |
        | subscribe       | a disabled bearer token           |
        | opt out         | a disabled bearer token           |
        | opt out         | a bearer token of another program |
        | read            | a disabled bearer token           |
        | read            | a bearer token of another program |
        | fetch a file of | a disabled bearer token           |
        | fetch a file of | a bearer token of another program |

    @RX-OUR-006
    Scenario Outline: A token that is switched off is invalid when it tries to <call>
      Given the vendor has issued the token "spare"
      When the vendor disables the token "spare"
      And the partner tries to <call> Maya with the token "spare"
      Then the call is refused because the token is invalid
      And nothing comes of it

      Examples:
        | call            |
        | re-invite       |
        | report on       |
        | subscribe       |
        | opt out         |
        | read            |
        | fetch a file of |

  Rule: A token does nothing beyond its scope

    @RX-OUR-005
    Scenario Outline: A token for "<scope>" alone cannot <call>
      Given the vendor has issued the token "narrow" for nothing but "<scope>"
      When the partner tries to <call> Maya with the token "narrow"
      Then the call is refused because the caller is forbidden
      And nothing comes of it

      Examples:
        | scope           | call            |
        | patients:update | invite          |
        | patients:read   | re-invite       |
        | patients:update | re-invite       |
        | patients:invite | report on       |
        | patients:read   | report on       |
        | patients:invite | subscribe       |
        | patients:read   | subscribe       |
        | patients:invite | opt out         |
        | patients:read   | opt out         |
        | patients:update | read            |
        | patients:invite | read            |
        | patients:update | fetch a file of |

    @RX-OUR-005
    Scenario Outline: A token for "<scope>" alone can <call>
      Given the vendor has issued the token "narrow" for nothing but "<scope>"
      When the partner tries to <call> Maya with the token "narrow"
      Then the call is accepted

      Examples:
        | scope           | call      |
        | patients:invite | re-invite |
        | patients:update | report on |
        | patients:update | subscribe |
        | patients:update | opt out   |
        | patients:read   | read      |

    @RX-OUR-005
    Scenario Outline: A caller with <access> is turned away when it tries to <call>
      When the partner tries to <call> Maya with <access>
      Then the call is refused because <reason>
      And nothing comes of it

      Examples:
        | call      | access                         | reason                    |
        | re-invite | no auth token                  | the credentials are wrong |
        | re-invite | no bearer token                | the credentials are wrong |
        | re-invite | a badly signed bearer token    | the credentials are wrong |
        | re-invite | an expired bearer token        | the credentials are wrong |
        | re-invite | another partner's bearer token | the caller is forbidden   |
        | report on | a badly signed bearer token    | the credentials are wrong |
        | report on | an expired bearer token        | the credentials are wrong |
        | report on | another partner's bearer token | the caller is forbidden   |
        | subscribe | a badly signed bearer token    | the credentials are wrong |
        | subscribe | an expired bearer token        | the credentials are wrong |
        | subscribe | another partner's bearer token | the caller is forbidden   |
        | opt out   | no auth token                  | the credentials are wrong |
        | opt out   | no bearer token                | the credentials are wrong |
        | opt out   | a badly signed bearer token    | the credentials are wrong |
        | opt out   | an expired bearer token        | the credentials are wrong |
        | opt out   | another partner's bearer token | the caller is forbidden   |
        | read      | no auth token                  | the credentials are wrong |
        | read      | an expired bearer token        | the credentials are wrong |
        | read      | another partner's bearer token | the caller is forbidden   |

    @RX-OUR-002 @RX-OUR-003
    Scenario Outline: A call with <access> is as good as any when it tries to <call>
      When the partner tries to <call> Maya with <access>
      Then the call is accepted

      Examples:
        | call      | access                           |
        | re-invite | the auth token in "X-Auth-Token" |
        | report on | a bearer token signed by EdDSA   |
        | subscribe | the auth token in "X-Auth-Token" |
        | opt out   | a bearer token signed by EdDSA   |
