Feature: What people of the original know
  The original had three configuration files, two example metrics and a few commands; they are here.

  Scenario: From nothing to a configuration that is right
    When I run "hostvitals init"
    Then it ends with status 0
    And it prints "kafka.config.ts, producer.config.ts, consumer.config.ts"
    When I run "hostvitals check"
    Then it ends with status 78
    And it complains "consumer.config.ts:5"
    And it complains "the secret DATABASE_URL is not set"
    When I write into ".env"
      """
      DATABASE_URL=postgres://hostvitals:password@localhost/metrics
      """
    And I run "hostvitals check"
    Then it ends with status 0
    And it prints "cpu.percent"
    And it prints "producer.config.ts:10"
    And it does not print "password"

  Scenario: The two example metrics, word for word
    When I write into "producer.config.ts"
      """
      import { cpuPercent, defineProducer, diskUsage, gauge } from 'hostvitals'
      export default defineProducer({
        metrics: [
          gauge('cpu.percent', cpuPercent),
          gauge('disk.usage.percent', () => diskUsage('/').percent),
        ],
      })
      """
    And I run "hostvitals scrape --json"
    Then it ends with status 0
    And it prints the metrics
      | metric             | from | to  |
      | cpu.percent        | 0    | 100 |
      | disk.usage.percent | 0    | 100 |

  Scenario: A misspelt key
    When I write into "producer.config.ts"
      """
      import { cpuPercent, defineProducer, gauge } from 'hostvitals'
      export default defineProducer({
        intervall: '1s',
        metrics: [gauge('cpu.percent', cpuPercent)],
      })
      """
    And I run "hostvitals check"
    Then it ends with status 78
    And it prints nothing
    And it complains "producer.config.ts:3"
    And it complains "interval"
