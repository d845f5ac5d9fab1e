Feature: A disk is cloned
  A copy on a machine that differs in all that can be seen is a host of its own. One that looks alike cannot be told from its original;
  nothing is lost and nothing doubled even then.

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

  Scenario: The copy runs on a machine that differs in all that can be seen
    Given a Kafka broker of this scenario's own
    And an empty SQLite database
    And three configuration files, where a host counts its readings
    And the machines "old" and "new"
    When Kafka is killed
    And I start "hostvitals produce --sysfs old/sys --rootfs old"
    And 5 more readings are taken
    And I stop "hostvitals produce --sysfs old/sys --rootfs old" by Ctrl-C
    Then it prints "records wait in the spool for the next start, 0 lost"
    When the folder is cloned as "clone"
    And Kafka is started again
    And I start "hostvitals consume"
    And I start "hostvitals produce --sysfs old/sys --rootfs old"
    And I start "hostvitals produce --config clone --sysfs new/sys --rootfs new"
    Then "hostvitals produce --config clone --sysfs new/sys --rootfs new" says "was copied from another machine"
    And 10 more readings are taken
    And 10 more readings are taken by the clone
    When I stop "hostvitals produce --config clone --sysfs new/sys --rootfs new" by Ctrl-C
    Then it prints "all sent, 0 lost"
    When I stop "hostvitals produce --sysfs old/sys --rootfs old" by Ctrl-C
    Then it prints "all sent, 0 lost"
    And what was read before the cloning is soon in the database once, and what each read after it as well
    And what was read before the cloning is all the original's
    And there is no gap and no dead letter
    And the copy is listed as a host that replaces the original
    And no host has two runs at once

  Scenario: The machine gets another network card, and much later another machine-id
    Given an empty SQLite database
    And the machines "old" and "new"
    When I run "hostvitals up --for 1s --data state --sysfs old/sys --rootfs old"
    And the network card of "old" is the one of "new"
    And I run "hostvitals up --for 1s --data state --sysfs old/sys --rootfs old"
    Then it prints "the machine's mac differs from the last start; the identity is kept"
    When I run "hostvitals up --for 1s --data state --sysfs old/sys --rootfs old"
    Then it does not print "differs"
    When the machine-id of "old" is the one of "new"
    And I run "hostvitals up --for 1s --data state --sysfs old/sys --rootfs old"
    Then it prints "the machine's machine-id differs from the last start; the identity is kept"
    When I run "hostvitals hosts list --store sqlite:state/metrics.db"
    Then it prints "  1 host"
