Feature: The database is restored from a backup
  The position of the consumer lies in the database and goes back with it: what the backup lacks is read from Kafka again.

  @kafka @postgres
  Scenario Outline: A backup of <database> is put back
    Given an empty <database> database
    And three configuration files, where a host counts its readings
    When I start "hostvitals consume"
    And I start "hostvitals produce"
    Then 5 readings are soon in the database
    When "hostvitals consume" is killed
    And the database is backed up
    And I start "hostvitals consume"
    And 10 more readings are taken
    Then 15 readings are soon in the database
    When "hostvitals consume" is killed
    And the database is restored from its backup
    And I start "hostvitals consume"
    And I stop "hostvitals produce" by Ctrl-C
    Then it prints "all sent, 0 lost"
    And every reading is soon in the database, once
    And there is no gap and no dead letter

    Examples: databases
      | database   |
      | SQLite     |
      | PostgreSQL |
