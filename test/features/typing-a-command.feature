Feature: Typing a command
  Somebody who has just installed hostvitals finds the way without the documentation, and nothing happens by a slip.

  Scenario: Asking what there is
    When I run "hostvitals --help"
    Then it ends with status 0
    And it prints "measure this host and keep it here"
    And it complains about nothing

  Scenario: A slip of the finger
    When I run "hostvitals scrape --jsno"
    Then it ends with status 2
    And it prints nothing
    And it complains "unknown option '--jsno'"

  Scenario: Measuring this host once
    When I run "hostvitals scrape"
    Then it ends with status 0
    And it prints "system.memory.usage"
