Feature: Kafka goes away and comes back
  The hosts go on measuring and keep what they read on their disks; what was read meanwhile arrives when Kafka is back.

  Background: A host that counts its readings, and everything it needs
    Given a Kafka broker of this scenario's own
    And an empty SQLite database
    And three configuration files, where a host counts its readings

  Scenario: Kafka is killed in the middle of the work
    When I start "hostvitals consume"
    And I start "hostvitals produce"
    Then 5 readings are soon in the database
    When Kafka is killed
    Then within 5 seconds "hostvitals produce" says "spooled, trying again"
    And within 5 seconds "hostvitals consume" says "trying again"
    And 10 more readings are taken
    When Kafka is started again
    Then "hostvitals produce" says "connected"
    And 10 more readings are taken
    When I stop "hostvitals produce" by Ctrl-C
    Then it prints "all sent, 0 lost"
    And every reading is soon in the database, once
    And there is no gap and no dead letter

  Scenario: Kafka is away when the programs start
    When Kafka is killed
    And I start "hostvitals consume"
    And I start "hostvitals produce"
    Then within 5 seconds "hostvitals produce" says "nobody listens at the broker’s address"
    And within 5 seconds "hostvitals consume" says "nobody listens at the broker’s address"
    And 5 more readings are taken
    When Kafka is started again
    Then every reading is soon in the database, once
    And there is no gap and no dead letter

  Scenario: A host is stopped while Kafka is away, and started again when it is back
    When I start "hostvitals consume"
    And I start "hostvitals produce"
    Then 5 readings are soon in the database
    When Kafka is killed
    And 5 more readings are taken
    And I stop "hostvitals produce" by Ctrl-C
    Then it prints "records wait in the spool for the next start, 0 lost"
    When Kafka is started again
    And I start "hostvitals produce"
    Then 5 more readings are taken
    When I stop "hostvitals produce" by Ctrl-C
    Then it prints "all sent, 0 lost"
    And every reading is soon in the database, once
    And there is no gap and no dead letter
