Feature: The first start, without any file
  Somebody types one command in an empty folder and has the host's figures in a database.

  Scenario: Three seconds in an empty folder
    When I run "hostvitals up --for 3s --data vitals"
    Then it ends with status 0
    And it prints "0 lost"
    And it complains about nothing
    When I run "hostvitals query system.memory.usage --store sqlite:vitals/metrics.db"
    Then it ends with status 0
    And it prints "system.memory.state=used"
    When I run "hostvitals query system.memory.usage --store sqlite:vitals/metrics.db --json"
    Then it prints an answer in "By" with at least 2 points
    And plain SQL finds "system.memory.usage" in the file "vitals/metrics.db"
