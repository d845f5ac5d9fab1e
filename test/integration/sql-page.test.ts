import { describe, expect, it } from 'vitest'
import type { Sample } from '../../src/metric/sample.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open-store.ts'
import { gaugeOf, TestAgent, timerOf } from '../support/arrived-records.ts'
import { IngestWorld, restlessClock } from '../support/ingest-world.ts'
import type { OwnDatabase } from '../support/own-database.ts'
import type { Row } from '../support/plain-sql.ts'
import { readmeStatements } from '../support/readme-blocks.ts'
import { momentOf, sqlCases, zones } from '../support/sql-cases.ts'
import { rollUpAll } from '../support/tier-history.ts'

const page = 'docs/sql.md'
const hourMs = 3_600_000
const dayMs = 24 * hourMs

function network(value: number): Sample {
  return { series: { name: 'system.network.io', unit: 'By', kind: 'counter', attributes: {} }, value }
}

function cpu(value: number): Sample {
  return gaugeOf('cpu.percent', value)
}

/** The begin of a whole hour this many hours ago. */
function hourAgo(nowMs: number, hours: number): number {
  return Math.floor(nowMs / hourMs) * hourMs - hours * hourMs
}

/** Two hosts over ten days; the hour that is under way has a reading, too. */
async function fill({ location }: OwnDatabase, nowMs: number): Promise<void> {
  await using store = await openStore(location, { durable: false })
  await migrate(store, { nowMs, rawRetentionMs: 14 * dayMs }, ignoreEvents)
  const world = new IngestWorld(store, { clock: restlessClock(nowMs) })
  const web1 = new TestAgent({ labels: { role: 'web' } })
  const agentUid = 'a0000000-0000-4000-8000-000000000002'
  const web2 = new TestAgent({ name: 'web-2', agentUid, labels: { role: 'web' } })
  const third = hourAgo(nowMs, 3)
  await world.takeRecords(
    web1.record(1, hourAgo(nowMs, 240), [cpu(20)]),
    web1.record(2, third + 60_000, [cpu(10), network(1000), timerOf('api.health', third + 60_000)]),
    web1.record(3, third + 120_000, [cpu(30), network(1600)]),
    web1.record(4, third + 660_000, [cpu(80), network(2000)]),
    web1.record(5, nowMs - 5000, [cpu(90)]),
    web2.record(1, third + 60_000, [cpu(60)]),
  )
  await rollUpAll(store, nowMs + dayMs)
}

function expectedRows(nowMs: number): Readonly<Record<string, readonly Row[]>> {
  const time = hourAgo(nowMs, 3)
  const now = hourAgo(nowMs - 5000, 0)
  return {
    "a host's CPU by the hour over the last day: mean, least and most": [
      { time, average: 40, min: 10, max: 80 },
      { time: now, average: 90, min: 90, max: 90 },
    ],
    'how much each host sent and received in the last day': [{ host: 'web-1', bytes: expect.closeTo(1000, 9) }],
    'the five busiest hosts of the last day': [
      { host: 'web-2', cpu_percent: 60 },
      { host: 'web-1', cpu_percent: 52.5 },
    ],
    'when it was at its highest in the last week, in ten minutes': [
      { time: Math.floor((nowMs - 5000) / 600_000) * 600_000, host: 'web-1', max: 90 },
    ],
    'this week against the week before': [
      { host: 'web-1', this_week: 65, week_before: 20 },
      { host: 'web-2', this_week: 60, week_before: null },
    ],
    "what a label's hosts do together": [
      { role: 'web', time, cpu_percent: 50 },
      { role: 'web', time: now, cpu_percent: 90 },
    ],
    'how many readings each host sent in the last day': [
      { host: 'web-1', readings: 4 },
      { host: 'web-2', readings: 1 },
    ],
    'the worst 99th percentile of each timer in the last day': [{ host: 'web-1', metric: 'api.health', worst: 4 }],
    'what is over a threshold now': [{ host: 'web-1', metric: 'cpu.percent', value: 90 }],
    'which metrics there are': [
      { name: 'api.health', kind: 'histogram', unit: 's' },
      { name: 'cpu.percent', kind: 'gauge', unit: '1' },
      { name: 'system.network.io', kind: 'counter', unit: 'By' },
    ],
  }
}

/** A row with its times and counts alike, whatever the driver makes of them. */
function alike(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (name === 'time') return [name, momentOf(value)]
      return [name, name === 'readings' ? Number(value) : value]
    }),
  )
}

describe.each(sqlCases('sql-page'))('the SQL of docs/sql.md on $name', ({ block, create }) => {
  it.skipIf(create === undefined)('answers ten questions rightly, in three time zones', async () => {
    if (create === undefined) return
    await using database = await create()
    const nowMs = Date.now()
    await fill(database, nowMs)
    for (const zone of zones) {
      const found: Record<string, readonly Row[]> = {}
      for (const [comment, statement] of readmeStatements(block, page)) {
        found[comment] = (await database.sql(statement, zone)).map(alike)
      }
      expect({ zone, found }).toEqual({ zone, found: expectedRows(nowMs) })
    }
  })
})
