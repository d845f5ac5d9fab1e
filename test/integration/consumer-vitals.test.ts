import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { consumerUid, storeConsumerVitals } from '../../src/consumer-vitals.ts'
import { nodeDisk } from '../../src/runtime/node-disk.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { ensureSchema } from '../../src/store/migrate.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { Vitals } from '../../src/vitals/vitals.ts'
import { EventLog } from '../support/event-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const machine = {
  name: 'web-1',
  resource: { 'os.type': 'linux', 'host.id': 'h' },
  marks: { 'machine-id': 'm' },
} as const
const identity = { group: 'hostvitals', clientId: 'hostvitals-consume', machine }

async function setUp() {
  const folder = await temporaryFolder('consumer-vitals')
  const file = join(folder.path, 'metrics.db')
  const store = await openSqliteStore({ file, durable: false })
  const clock = new VirtualClock()
  const events = new EventLog()
  const noticed = new EventLog()
  const seams = { clock, disk: nodeDisk, random: systemRandom, emit: events.emit }
  await ensureSchema(store, 'auto', { nowMs: clock.now(), rawRetentionMs: 14 * 86_400_000 }, events.emit)
  /** Runs them until this is true, moving the clock on as they wait for it. */
  async function runUntil(what: string, isDone: () => Promise<boolean>): Promise<void> {
    const vitals = new Vitals({ startedAtMs: clock.now(), parts: ['ingest'] })
    vitals.observe('ingest.stored', { records: 5, samples: 9, duplicates: 1, ms: 3 })
    const stop = new AbortController()
    const running = storeConsumerVitals({ ...identity, vitals, notice: noticed.emit }, store, seams, stop.signal)
    await until(what, async () => {
      if (await isDone()) return true
      if (clock.isSleptOn) await clock.advance(10_000)
      return undefined
    })
    stop.abort(new Error('enough'))
    await running
  }
  async function stored() {
    const { database } = store
    return {
      hosts: await database.selectFrom('host').select(['name', 'agent_uid']).execute(),
      seqs: await database.selectFrom('scrape').select(['run_id', 'seq']).orderBy('run_id').orderBy('seq').execute(),
      gaps: await database.selectFrom('ingest_gap').select('state').execute(),
      letters: await database.selectFrom('dead_letter').select('reason').execute(),
    }
  }
  return {
    file,
    store,
    events,
    noticed,
    runUntil,
    stored,
    [Symbol.asyncDispose]: async () => {
      await store[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

it('a lone consumer stores its vitals as a host of its own that is the same at each start, in runs without a gap', async () => {
  await using consumer = await setUp()
  await consumer.runUntil('three records', async () => (await consumer.stored()).seqs.length >= 3)
  await consumer.runUntil('five records', async () => (await consumer.stored()).seqs.length >= 5)
  const { hosts, seqs, gaps, letters } = await consumer.stored()
  expect(hosts).toHaveLength(1)
  expect(hosts[0]?.name).toBe('web-1 (consumer)')
  const byRun = [...Map.groupBy(seqs, ({ run_id: run }) => run).values()]
  expect(byRun).toHaveLength(2)
  for (const of of byRun) expect(of.map(({ seq }) => Number(seq))).toEqual(of.map((_, at) => at + 1))
  expect({ gaps, letters }).toEqual({ gaps: [], letters: [] })
  const accepted = await consumer.store.database
    .selectFrom('sample')
    .select('value')
    .where('metric', '=', 'hostvitals.ingest.accepted')
    .execute()
  // Its own records are not counted among the hosts'.
  expect(new Set(accepted.map(({ value }) => value))).toEqual(new Set([5]))
  expect(consumer.events.all('ingest.stored')).toEqual([])
})

it('is patient with a database that fails: one word of it, no second record meanwhile, no gap afterwards', async () => {
  await using consumer = await setUp()
  {
    using lock = new DatabaseSync(consumer.file)
    lock.exec('BEGIN IMMEDIATE')
    await consumer.runUntil('the failure', async () => consumer.noticed.all('store.failing').length > 0)
    lock.exec('ROLLBACK')
  }
  await consumer.runUntil('two records', async () => (await consumer.stored()).seqs.length >= 2)
  const { seqs, gaps } = await consumer.stored()
  expect(new Set(seqs.map(({ seq }) => Number(seq)))).toEqual(new Set([1, 2]))
  expect(gaps).toEqual([])
  expect(consumer.noticed.all('store.failing')).toHaveLength(1)
  expect(consumer.events.all('store.failing')).toEqual([])
})

it('says once why they cannot be stored where a person must act, and that they are again', async () => {
  await using consumer = await setUp()
  using database = new DatabaseSync(consumer.file)
  database.exec('ALTER TABLE scrape RENAME TO elsewhere')
  let isMended = false
  await consumer.runUntil('the recovery', async () => {
    if (!isMended && consumer.events.all('metric.failed').length > 0) {
      database.exec('ALTER TABLE elsewhere RENAME TO scrape')
      isMended = true
    }
    return consumer.events.all('metric.recovered').length > 0
  })
  expect(consumer.events.all('metric.failed').map(({ data }) => data)).toEqual([
    { metric: 'hostvitals.ingest', reason: expect.stringContaining('scrape') },
  ])
  const { seqs, gaps } = await consumer.stored()
  expect(seqs.map(({ seq }) => Number(seq))).toEqual(seqs.map((_, at) => at + 1))
  expect(gaps).toEqual([])
})

it('another group, client or machine is another host', () => {
  const uid = consumerUid(identity)
  expect(consumerUid({ ...identity })).toBe(uid)
  expect(uid).toMatch(/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/)
  const others = [
    consumerUid({ ...identity, group: 'other' }),
    consumerUid({ ...identity, clientId: 'second' }),
    consumerUid({ ...identity, machine: { ...machine, marks: { 'machine-id': 'n' } } }),
    consumerUid({ ...identity, machine: { ...machine, marks: {} } }),
  ]
  expect(new Set([uid, ...others]).size).toBe(5)
})
