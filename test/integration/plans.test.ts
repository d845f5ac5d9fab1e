import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { readDashboard } from '../support/grafana-dashboard.ts'
import { grafanaSql } from '../support/grafana-macros.ts'
import { fillLargeHistory } from '../support/large-history.ts'
import type { OwnDatabase } from '../support/own-database.ts'
import { readmeStatements } from '../support/readme-blocks.ts'
import { largeReads } from '../support/rows-read.ts'
import { sqlCases } from '../support/sql-cases.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** 100 000 records of 100 numbers are 10 million samples. */
const history = { hosts: 100, records: 1000, days: { tenMinutes: 60, hours: 365 }, tierHosts: 20 }
const recordMs = (10 * dayMs) / history.records

/** How many rows of a large table a question is about. */
interface Scope {
  readonly hosts: number
  readonly sinceMs: number
  readonly everyMs: number
  /** MySQL and MariaDB read the tier as a whole, once for each layout that the metric stands in. */
  readonly mysqlReadsTier?: true
}

const all = history.hosts
const hours = { hosts: history.tierHosts, everyMs: hourMs }
const questions: Readonly<Record<string, Scope | undefined>> = {
  "a host's CPU by the hour over the last day: mean, least and most": { ...hours, hosts: 1, sinceMs: dayMs },
  'how much each host sent and received in the last day': { ...hours, sinceMs: dayMs },
  'the five busiest hosts of the last day': { ...hours, sinceMs: dayMs },
  'when it was at its highest in the last week, in ten minutes': {
    hosts: history.tierHosts,
    sinceMs: 7 * dayMs,
    everyMs: 10 * minuteMs,
    // Told by STRAIGHT_JOIN to begin with the tier, they read it once, and took 6.2 s instead of 1.1.
    mysqlReadsTier: true,
  },
  'this week against the week before': { ...hours, sinceMs: 14 * dayMs },
  "what a label's hosts do together": { ...hours, sinceMs: dayMs },
  'how many readings each host sent in the last day': { ...hours, sinceMs: dayMs },
  'the worst 99th percentile of each timer in the last day': { hosts: all, sinceMs: dayMs, everyMs: recordMs },
  'what is over a threshold now': { hosts: all, sinceMs: 5 * minuteMs, everyMs: recordMs },
  'which metrics there are': undefined,
}

/** All that it is about, a few times over, since a plan may look again for each series; and room for the least. */
function mostRows({ hosts, sinceMs, everyMs, mysqlReadsTier }: Scope, name: string): number {
  const reads =
    mysqlReadsTier === true && ['MySQL', 'MariaDB'].includes(name) ? history.days.tenMinutes * dayMs : sinceMs
  return 200 + 4 * hosts * (reads / everyMs)
}

/** 'little', or else what was read. */
async function readOf(database: OwnDatabase, statement: string, scope: Scope | undefined): Promise<unknown> {
  const reads = await largeReads(database, statement)
  const rows = reads.reduce((sum, read) => sum + read.rows, 0)
  const most = scope === undefined ? 0 : mostRows(scope, database.name)
  return rows <= most ? 'little' : { rows, most, reads }
}

describe.each(sqlCases('plans'))('over 10 million samples on $name', ({ block, create }) => {
  const nowMs = Date.now()
  let database: OwnDatabase | undefined

  beforeAll(async () => {
    database = await create?.()
    if (database === undefined) return
    await using store = await openStore(database.location, { durable: false })
    await fillLargeHistory(store, history, nowMs)
  })

  afterAll(async () => database?.[Symbol.asyncDispose]())

  it.skipIf(create === undefined).each([...readmeStatements(block, 'docs/sql.md')])(
    'reads of the large tables little more than it is about: %s',
    async (question, statement) => {
      if (database === undefined) return
      if (!(question in questions)) throw new Error(`what ${question} is about is not said here`)
      expect(await readOf(database, statement, questions[question])).toBe('little')
    },
  )

  const dashboard = readDashboard(`hostvitals-${block === 'mariadb' ? 'mysql' : block}.json`)
  const asked = [60, 600, 3600].flatMap((step) => dashboard.panels.map(({ title, sql }) => ({ title, sql, step })))

  it.skipIf(create === undefined).each(asked)(
    'reads little more than it shows: $title, six hours of a host by $step s',
    async ({ sql, step }) => {
      if (database === undefined) return
      const [timer] = await database.sql(
        grafanaSql(dashboard.choices[1]?.sql ?? '', dashboard.plugin, { fromMs: 0, toMs: 0, variables: {} }),
      )
      const series = String(timer?.['timer']).split(' # ')[1] ?? ''
      const variables = { host: ['7'], timer: [series], step: [String(step)] }
      const sinceMs = 6 * hourMs
      const statement = grafanaSql(sql, dashboard.plugin, { fromMs: nowMs - sinceMs, toMs: nowMs, variables })
      const scope = { hosts: 1, sinceMs, everyMs: step < 600 ? recordMs : step * 1000 }
      expect(await readOf(database, statement, scope)).toBe('little')
    },
  )
})
