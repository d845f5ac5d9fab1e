Feature: Something else than our records is on the topic
  A record that cannot be understood is kept, whole, for a person to look at; it never stands in the way of its neighbours.

  Background: A host that counts its readings, and a consumer
    Given an empty SQLite database
    And three configuration files, where a host counts its readings and nothing is ever too old
    When I start "hostvitals consume"
    And I start "hostvitals produce"
    Then 3 readings are soon in the database

  @kafka
  Scenario: Garbage arrives between good records
    When somebody writes "this is no record of anybody" to the topic
    And 3 more readings are taken
    And I stop "hostvitals produce" by Ctrl-C
    Then every reading is soon in the database, once
    And the only dead letter is "this is no record of anybody"
    And "hostvitals consume" says "became a dead letter"

  @kafka
  Scenario Outline: <agent> writes to the same topic
    When somebody writes what <agent> wrote to the topic
    And 3 more readings are taken
    And I stop "hostvitals produce" by Ctrl-C
    Then every reading is soon in the database, once
    And each message of <agent> is soon a dead letter, byte for byte

    Examples: agents that speak no OTLP
      | agent                 |
      | Telegraf as JSON      |
      | Telegraf as lines     |
      | collectd              |
      | the original producer |

  @kafka
  Scenario: The OpenTelemetry Collector writes to the same topic
    When somebody writes what the OpenTelemetry Collector wrote to the topic
    And 3 more readings are taken
    And I stop "hostvitals produce" by Ctrl-C
    Then every reading is soon in the database, once
    And each number of the OpenTelemetry Collector is soon in the database, once
    And there is no gap and no dead letter
