Feature: A disk is cloned
  A copy of a machine cannot be told from the machine itself where both look alike; nothing is lost and nothing doubled even then.

  Scenario: A machine is cloned with readings that still wait in its spool, and both go on
    Given a Kafka broker of this scenario's own
    And an empty SQLite database
    And three configuration files, where a host counts its readings
    When Kafka is killed
    And I start "hostvitals produce"
    And 5 more readings are taken
    And I stop "hostvitals produce" by Ctrl-C
    Then it prints "records wait in the spool for the next start, 0 lost"
    When the folder is cloned as "clone"
    And Kafka is started again
    And I start "hostvitals consume"
    And I start "hostvitals produce"
    And I start "hostvitals produce --config clone"
    Then 10 more readings are taken
    And 10 more readings are taken by the clone
    When I stop "hostvitals produce --config clone" by Ctrl-C
    Then it prints "all sent, 0 lost"
    When I stop "hostvitals produce" by Ctrl-C
    Then it prints "all sent, 0 lost"
    And what was read before the cloning is soon in the database once, and what each read after it as well
    And there is no gap and no dead letter
