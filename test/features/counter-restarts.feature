Feature: A counter through a restart and a reboot
  What a machine has counted is right, whatever became of the agent that read it: its restart loses nothing and doubles
  nothing, and a machine that counts from nought again is never told as if it had run backwards.

  Rule: It is the same whatever database the team has

    @kafka
    Scenario Outline: A mill's wheel is counted into <database>
      Given an empty <database> database
      And three configuration files, where a mill counts the turns of its wheel and the sacks in its book
      And the wheel has turned 1000 times since the mill was started
      And the book says 500 sacks
      When I start "hostvitals consume"
      And I start "hostvitals produce"
      Then a total of 1000 turns is soon in the database
      When the wheel turns 10 times more
      And the book says 501 sacks
      Then a total of 1010 turns is soon in the database
      # The agent is restarted; the wheel goes on meanwhile.
      When I stop "hostvitals produce" by Ctrl-C
      And the wheel turns 5 times more
      And I start "hostvitals produce"
      Then a total of 1015 turns is soon in the database
      # The mill is started anew, and turns more often than ever before its agent sees it; a new book is begun.
      When I stop "hostvitals produce" by Ctrl-C
      And the mill is started anew, and its wheel turns 2000 times
      And the book says 2 sacks
      And I start "hostvitals produce"
      Then a total of 2000 turns is soon in the database
      When the wheel turns 7 times more
      Then a total of 2007 turns is soon in the database
      When I stop "hostvitals produce" by Ctrl-C
      Then it prints "all sent, 0 lost"
      And "hostvitals query mill.turns --increase" adds up to 2022
      And "hostvitals query mill.turns --increase --step 1m" adds up to 2022
      And "hostvitals query mill.sacks --increase" adds up to 3
      And "hostvitals query mill.turns" answers nothing below 0
      And "hostvitals query mill.sacks --step 1m" answers nothing below 0

      Examples: in a file
        | database |
        | SQLite   |

      @postgres
      Examples: on a PostgreSQL server
        | database   |
        | PostgreSQL |

      @mysql
      Examples: on a MySQL server
        | database |
        | MySQL    |

      @mariadb
      Examples: on a MariaDB server
        | database |
        | MariaDB  |

  Rule: What the kernel counts begins anew with a boot, and its boot time tells

    Scenario: A machine is started anew, and counts further than ever before its agent sees it
      Given an empty SQLite database
      And a machine "metal", up for a day, whose threads have changed 1000 times since
      When I measure the machine "metal" for 2 seconds
      And the threads of "metal" have changed 1010 times
      And I measure the machine "metal" for 2 seconds
      And the machine "metal" is started anew, and its threads change 5000 times
      And I measure the machine "metal" for 2 seconds
      Then "hostvitals query hostvitals.cpu.context_switches --increase" adds up to 5010
      When the threads of "metal" have changed 5007 times
      And I measure the machine "metal" for 2 seconds
      Then "hostvitals query hostvitals.cpu.context_switches --increase" adds up to 5017
      And "hostvitals query hostvitals.cpu.context_switches --increase --step 1m" adds up to 5017
      And "hostvitals query hostvitals.cpu.context_switches" answers nothing below 0
