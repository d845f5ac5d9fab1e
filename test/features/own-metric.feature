Feature: A number that only the team knows, from its host to its database
  A team fills three files, starts one program on its hosts and another beside its database, and reads its numbers with
  plain SQL.

  Rule: It is the same whatever database the team has

    @kafka
    Scenario Outline: The level of a tank reaches <database>
      Given an empty <database> database
      And three configuration files, where the host "boiler-house" measures
        """
        gauge('tank.level', () => 42.5, { unit: 'L', attributes: { tank: 'north' } }),
        counter('tank.fillings', () => 7, { unit: '{filling}' }),
        timer('tank.inspection', () => {}),
        """
      When I start "hostvitals consume"
      And I start "hostvitals produce"
      Then plain SQL soon finds that "boiler-house" has a "tank.level" of 42.5 "L"
      And plain SQL soon finds that "boiler-house" has a "tank.fillings" of 7 "{filling}"
      And plain SQL soon finds that "boiler-house" has timed "tank.inspection"
      And "hostvitals query tank.level --host boiler-house" answers 42.5
      And "hostvitals query tank.level --attr tank=north" answers 42.5
      When I stop "hostvitals produce" by Ctrl-C
      Then it ends with status 130
      And it prints "all sent, 0 lost"
      When I stop "hostvitals consume" by Ctrl-C
      Then it ends with status 130
      And it prints "duplicates, 0 dead letters"

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
