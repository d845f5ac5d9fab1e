Feature: Two hosts have one name
  A host is what its agent knows it as, not what it is called: two machines of one name are never taken for one.

  @kafka
  Scenario: Two machines that are both called "web-1"
    Given an empty SQLite database
    And three configuration files, where the host "web-1" measures
      """
      gauge('shelf', () => 1),
      """
    And another folder "elsewhere" with three configuration files, where the host "web-1" measures
      """
      gauge('shelf', () => 2),
      """
    When I start "hostvitals consume"
    And I start "hostvitals produce"
    And I start "hostvitals produce --config elsewhere"
    Then plain SQL soon finds 2 hosts of the name "web-1", with the numbers 1 and 2
    When I ask for "shelf" of the host "web-1"
    Then it ends with status 2
    And it complains "2 hosts are called 'web-1'"
    And it complains of the uids of both
    And asking for "shelf" by uid answers 1 and 2
    When I ask to forget the host "web-1"
    Then it ends with status 2
    And it complains of the uids of both
    When I run "hostvitals tail --limit 1 --host web-1"
    Then it ends with status 2
    And it complains of the uids of both
