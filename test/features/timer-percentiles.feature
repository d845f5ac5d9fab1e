Feature: Percentiles of a timer in plain SQL
  A team asks its database how long its answers take, in SQL and without any decoder, and may rely on how exact the answer
  is: docs/kinds.md says the bound.

  Rule: It is the same whatever database the team has

    @kafka
    Scenario Outline: A thousand answers of 1 ms to 1 s, timed into <database>
      Given an empty <database> database
      And three configuration files, where the host "shop" has timed "shop.answer" a thousand times, from 0.001 to 1 seconds
      When I start "hostvitals consume"
      And I start "hostvitals produce"
      Then plain SQL soon finds 1000 observations of "shop.answer" by "shop", the least 0.001 and the largest 1 seconds
      And within the bound that the docs state the percentiles of "shop.answer" are
        | p50 | p90 | p95  | p99  |
        | 0.5 | 0.9 | 0.95 | 0.99 |
      And "hostvitals query shop.answer --step 1h" tells the same percentiles of "shop.answer"

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
