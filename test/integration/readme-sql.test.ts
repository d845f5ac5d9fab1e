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

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const tenMinutes = 10 * minute

function memory(value: number): Sample {
  return gaugeOf('system.memory.usage', value, { 'system.memory.state': 'used' })
}

function cpu(value: number): Sample {
  return gaugeOf('cpu.percent', value)
}

/** Two hosts: web-1 was heard of a moment ago and lacks records 5 and 6, web-2 is silent and sent one that is damaged. */
async function fill({ location }: OwnDatabase, nowMs: number): Promise<void> {
  await using store = await openStore(location, { durable: false })
  await migrate(store, { nowMs, rawRetentionMs: 14 * 24 * hour }, ignoreEvents)
  const world = new IngestWorld(store, { clock: restlessClock(nowMs) })
  const web1 = new TestAgent()
  const web2 = new TestAgent({ name: 'web-2', agentUid: 'a0000000-0000-4000-8000-000000000002' })
  const at = (agent: TestAgent, seq: number, agoMs: number, ...samples: readonly Sample[]) =>
    agent.record(seq, nowMs - agoMs, samples)
  await world.takeAt(
    0n,
    at(web1, 1, 6 * hour, memory(100), timerOf('api.health', nowMs - 6 * hour)),
    at(web1, 2, 61 * minute, memory(200), cpu(90)),
    at(web1, 3, 59 * minute, memory(300), cpu(10)),
    at(web1, 4, 30 * minute, memory(400), cpu(30), timerOf('api.health', nowMs - 30 * minute)),
    at(web1, 7, 10 * second, memory(500), cpu(50)),
    at(web2, 1, 10 * minute, memory(7), cpu(70)),
    web2.poison(2),
  )
}

/** What each statement must find; times as Unix milliseconds. */
function expectedRows(nowMs: number): Readonly<Record<string, readonly Row[]>> {
  const time = nowMs - 10 * second
  return {
    'the latest value of everything, on every host': [
      { host: 'web-1', metric: 'cpu.percent', attributes: {}, value: 50, unit: '1', time },
      {
        host: 'web-1',
        metric: 'system.memory.usage',
        attributes: { 'system.memory.state': 'used' },
        value: 500,
        unit: '1',
        time,
      },
    ],
    'one metric over the last hour': [
      { time: nowMs - 59 * minute, host: 'web-1', state: 'used', value: 300 },
      { time: nowMs - 30 * minute, host: 'web-1', state: 'used', value: 400 },
      { time: nowMs - 10 * minute, host: 'web-2', state: 'used', value: 7 },
      { time: nowMs - 10 * second, host: 'web-1', state: 'used', value: 500 },
    ],
    'average CPU of each host in every 10 minutes': averages([
      ['web-1', nowMs - 61 * minute, 90],
      ['web-1', nowMs - 59 * minute, 10],
      ['web-1', nowMs - 30 * minute, 30],
      ['web-2', nowMs - 10 * minute, 70],
      ['web-1', nowMs - 10 * second, 50],
    ]),
    'hosts that have not been heard of for a minute': [
      { name: 'web-2', labels: {}, last_seen: Math.floor((nowMs - 10 * minute) / second) * second },
    ],
    'the 99th percentile of a timer, in seconds': [{ time: nowMs - 30 * minute, host: 'web-1', count: 3, p99: 4 }],
    'records that are missing, and why': [
      { host: 'web-1', from_seq: 5, to_seq: 6, state: 'open', reason: null, noted_at: nowMs },
    ],
    'records that could not be stored': [
      {
        at: nowMs,
        reason: 'undecodable',
        error: expect.any(String),
        topic: 'otlp_metrics',
        partition: 3,
        offset: 6,
        bytes: 5,
      },
    ],
  }
}

/** Buckets begin at whole ten minutes of UTC, in whatever zone they are looked at. */
function averages(readings: readonly (readonly [host: string, timeMs: number, value: number])[]): readonly Row[] {
  const buckets = Map.groupBy(readings, ([host, timeMs]) => `${Math.floor(timeMs / tenMinutes) * tenMinutes} ${host}`)
  const rows = [...buckets].map(([bucket, of]) => {
    const [begin = '', host] = bucket.split(' ')
    const sum = of.reduce((total, [, , value]) => total + value, 0)
    return { ten_minutes: Number(begin), host, cpu_percent: sum / of.length }
  })
  return rows.sort((a, b) => a.ten_minutes - b.ten_minutes || String(a.host).localeCompare(String(b.host)))
}

const times = new Set(['time', 'ten_minutes', 'last_seen', 'noted_at', 'at'])
const numbers = new Set(['count', 'from_seq', 'to_seq', 'offset', 'partition', 'bytes'])

/** A row with its times, whole numbers and JSON alike, whatever the driver makes of them. */
function alike(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (times.has(name)) return [name, momentOf(value)]
      if (numbers.has(name)) return [name, Number(value)]
      const isJson = (name === 'attributes' || name === 'labels') && typeof value === 'string'
      return [name, isJson ? (JSON.parse(value) as unknown) : value]
    }),
  )
}

describe.each(sqlCases('readme'))('the SQL of README.md on $name', ({ block, create }) => {
  it.skipIf(create === undefined).each(zones)('finds the right rows in the time zone $name', async (zone) => {
    if (create === undefined) return
    await using database = await create()
    const nowMs = Date.now()
    await fill(database, nowMs)
    const found: Record<string, readonly Row[]> = {}
    for (const [comment, statement] of readmeStatements(block)) {
      found[comment] = (await database.sql(statement, zone)).map(alike)
    }
    expect(found).toEqual(expectedRows(nowMs))
  })
})
