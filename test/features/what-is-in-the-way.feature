Feature: What is in the way
  Nothing arrives. One command, typed where it should leave or where it should arrive, says which hop it is, why, and what mends it.

  Background: A host whose metrics should go over Kafka into PostgreSQL
    Given a Kafka broker of this scenario's own
    And an empty PostgreSQL database
    And three configuration files, where the host "web-1" measures
      """
      gauge('shop.carts', () => 3)
      """

  @postgres
  Scenario: From nothing to a row that came through
    When I run "hostvitals doctor"
    Then it ends with status 69
    And it prints "there is no schema of ours yet"
    And it prints "hostvitals migrate"
    And it prints "start a consumer, which creates it"
    And it prints "2 to do"
    When I start "hostvitals consume"
    Then "hostvitals consume" says "partitions"
    When I run "hostvitals doctor --send"
    Then it ends with status 0
    And it prints "this user may read and write"
    And it prints "its row was there after"
    And it prints "nothing is wrong"
    When I run "hostvitals hosts list"
    Then it does not print "doctor of web-1"
