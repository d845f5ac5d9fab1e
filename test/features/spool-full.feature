Feature: The spool has no room left
  Kafka stays away for longer than the disk has room for: the oldest readings go, the host lives on, and the database says which are missing.

  Scenario: Kafka is away until the spool of 16 MiB is full
    Given a Kafka broker of this scenario's own
    And an empty SQLite database
    And three configuration files, where a host counts its readings, of 400 KB each, and keeps at most 16 MiB
    When Kafka is killed
    And I start "hostvitals consume"
    And I start "hostvitals produce"
    Then "hostvitals produce" says "spool is full: the oldest"
    And 20 more readings are taken
    When Kafka is started again
    Then "hostvitals produce" says "connected"
    When I stop "hostvitals produce" by Ctrl-C
    Then it prints "all sent"
    And it does not print ", 0 lost"
    And every reading is soon in the database, once, or in a lost gap that says "full"
    And there is no dead letter
