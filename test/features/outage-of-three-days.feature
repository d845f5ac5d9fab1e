Feature: Kafka is away for three days
  An outage over a long weekend costs disk and nothing else. The scenario moves the host's clock, so that three days take some seconds.

  Scenario: A host that measures every ten minutes, and three days without Kafka
    Given a Kafka broker of this scenario's own
    And an empty SQLite database
    And a host that measures every ten minutes, three days ago
    When Kafka is killed
    And three days go by
    Then the host has 432 readings in its spool
    When Kafka is started again
    And a consumer starts
    Then all readings are soon in the database, once, each under the time when it was taken
    And there is no gap and no dead letter
