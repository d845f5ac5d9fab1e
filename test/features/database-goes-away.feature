Feature: The database goes away and comes back
  The consumer waits for its database, as long as it takes, and goes on where the database itself says it was.

  @kafka
  Scenario Outline: <database> is killed in the middle of the work
    Given an empty database on a <database> server of this scenario's own
    And three configuration files, where a host counts its readings
    When I start "hostvitals consume"
    And I start "hostvitals produce"
    Then 5 readings are soon in the database
    When the database server is killed
    Then within 5 seconds "hostvitals consume" says "nothing is lost, trying again"
    And 10 more readings are taken
    When the database server is started again
    Then "hostvitals consume" says "storing again"
    When I stop "hostvitals produce" by Ctrl-C
    Then it prints "all sent, 0 lost"
    And every reading is soon in the database, once
    And there is no gap and no dead letter

    Examples: database servers
      | database   |
      | PostgreSQL |
      | MariaDB    |
      | MySQL      |

  @kafka
  Scenario Outline: <database> is away when the consumer starts
    Given an empty database on a <database> server of this scenario's own
    And three configuration files, where a host counts its readings
    When the database server is killed
    And I start "hostvitals consume"
    Then within 5 seconds "hostvitals consume" says "trying again"
    When I start "hostvitals produce"
    And the database server is started again
    Then "hostvitals consume" says "storing again"
    And 5 readings are soon in the database
    When I stop "hostvitals produce" by Ctrl-C
    Then every reading is soon in the database, once
    And there is no gap and no dead letter

    Examples: database servers
      | database   |
      | PostgreSQL |
      | MariaDB    |
      | MySQL      |

  @kafka
  Scenario: Somebody else locks the SQLite file for a while
    Given an empty SQLite database
    And three configuration files, where a host counts its readings
    When I start "hostvitals consume"
    And I start "hostvitals produce"
    Then 5 readings are soon in the database
    When another program locks the database
    Then "hostvitals consume" says "nothing is lost, trying again"
    And 10 more readings are taken
    When the other program is done with it
    Then "hostvitals consume" says "storing again"
    When I stop "hostvitals produce" by Ctrl-C
    Then it prints "all sent, 0 lost"
    And every reading is soon in the database, once
    And there is no gap and no dead letter

  @kafka
  Scenario: The consumer itself is killed, again and again
    Given an empty SQLite database
    And three configuration files, where a host counts its readings
    When I start "hostvitals consume"
    And I start "hostvitals produce"
    Then 5 readings are soon in the database
    When "hostvitals consume" is killed
    And 5 more readings are taken
    And I start "hostvitals consume"
    Then 10 readings are soon in the database
    When "hostvitals consume" is killed
    And I start "hostvitals consume"
    And I stop "hostvitals produce" by Ctrl-C
    Then it prints "all sent, 0 lost"
    And every reading is soon in the database, once
    And there is no gap and no dead letter
