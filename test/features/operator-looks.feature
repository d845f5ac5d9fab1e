Feature: An operator looks how it goes
  One command says which host is late and what was set aside; another gives back what was set aside, once the cause is mended.

  Background: A database with a late host and a record that was set aside
    Given an empty database of "hostvitals up" in this folder
    And the host "web-1" measured last 40 seconds ago
    And the host "web-2" measured last 1 seconds ago
    And a record of "web-2" was set aside while the database's machine had a slow clock

  Scenario: Looking, trying, and giving it back
    When I run "hostvitals status"
    Then it ends with status 0
    And it prints "1 host late: web-1 (4"
    And it prints "1 record set aside as dead letters (ahead 1)"
    When I run "hostvitals dead-letters list"
    Then it prints "more than an hour ahead"
    When I run "hostvitals dead-letters replay --all --dry-run"
    Then it ends with status 0
    And it prints "would be stored: 1 sample"
    When I run "hostvitals dead-letters list"
    Then it prints "more than an hour ahead"
    When I run "hostvitals dead-letters replay --all"
    Then it ends with status 0
    And it prints "1 dead letter: 1 stored"
    When I run "hostvitals status"
    Then it prints "no letters"
    And it prints "1 late"

  Scenario: A host that is gone for good, and one that was not
    When I run "hostvitals hosts list"
    Then it ends with status 0
    And it prints "2 hosts"
    When I run "hostvitals hosts forget web-1"
    Then it ends with status 2
    And it complains "give --yes"
    When I run "hostvitals hosts forget web-1 --yes"
    Then it ends with status 0
    And it prints "is forgotten"
    When I run "hostvitals hosts list"
    Then it does not print "web-1"
    When I run "hostvitals status"
    Then it prints "1 up, 0 late, 0 down"
    And it does not print "web-1"
    When I run "hostvitals query load --host web-1"
    Then it ends with status 2
    And it complains "'web-1' is forgotten"
    When the host "web-1" measures again
    And I run "hostvitals hosts list"
    Then it prints "web-1"
    And it prints "2 hosts"

  Scenario: A record that never came
    Given the host "web-2" skipped 3 records
    When I run "hostvitals gaps list"
    Then it ends with status 0
    And it prints "not arrived yet"
    When I run "hostvitals status --json"
    Then the document says that 3 records are missing
