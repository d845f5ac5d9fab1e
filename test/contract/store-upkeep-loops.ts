import { expect, it } from 'vitest'
import type { Sample } from '../../src/metric/sample.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import type { Emit, EventName } from '../../src/runtime/events.ts'
import { usualRetention } from '../../src/store/retention/keep-until.ts'
import { runRetention } from '../../src/store/retention/run-retention.ts'
import { runRollUp } from '../../src/store/rollup/run-roll-up.ts'
import { readStatus } from '../../src/query/status/status.ts'
import type { Codec, MetricStore } from '../../src/store/store.ts'
import { consumerNowMs, gaugeOf, TestAgent } from '../support/arrived-records.ts'
import { inWorld, type IngestWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const beginMs = Math.floor(consumerNowMs / hourMs) * hourMs - 3 * hourMs
const random = { bytes: (length: number) => new Uint8Array(length), unit: () => 0 }

/** What a loop did, until it had slept so often. */
interface Loop {
  readonly sleeps: readonly number[]
  readonly events: readonly { readonly name: EventName; readonly data: unknown }[]
}

/** Runs a loop on a clock that wakes at once, until it has slept so often, or longer than a look takes. */
async function watch(
  run: (parts: { clock: Clock; emit: Emit }, signal: AbortSignal) => Promise<void>,
  most: number,
  beside: (sleep: number) => Promise<void> = async () => undefined,
): Promise<Loop> {
  const stop = new AbortController()
  const sleeps: number[] = []
  const events: { name: EventName; data: unknown }[] = []
  let nowMs = consumerNowMs
  const clock: Clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      sleeps.push(ms)
      nowMs += ms
      await beside(sleeps.length)
      if (sleeps.length === most) stop.abort()
      signal?.throwIfAborted()
    },
  }
  await run({ clock, emit: (name, data) => events.push({ name, data }) }, stop.signal)
  return { sleeps, events }
}

async function rollUpFor(store: MetricStore, rounds: number, beside?: (sleep: number) => Promise<void>): Promise<Loop> {
  return watch(async (parts, signal) => runRollUp({ store, random, ...parts }, signal), rounds, beside)
}

/** A timer's interval of so many observations. */
function timing(count: number, timeMs: number): Sample {
  const histogram = { scale: 0, count, sum: 1, min: 1, max: 1, zeroCount: 0, offset: -1, counts: [count] }
  return {
    series: { name: 'wait', unit: 's', kind: 'histogram', attributes: {} },
    histogram,
    startTimeMs: timeMs - 10_000,
  }
}

const poisonRecords = 1100

/** Intervals that can each be stored, and whose sum no whole number of a database holds: their bucket never can. */
async function takePoison(world: IngestWorld, agent: TestAgent, atMs: number): Promise<void> {
  const records = Array.from({ length: poisonRecords }, (_, index) => {
    const timeMs = atMs + index * 500
    return agent.record(index + 1, timeMs, [gaugeOf('load', 1), timing(Number.MAX_SAFE_INTEGER, timeMs)])
  })
  await world.takeRecords(...records)
  expect(await world.deadLetters()).toEqual([])
}

async function tierTimes({ codec, database }: MetricStore, resolution: number): Promise<readonly string[]> {
  const rows = await database
    .selectFrom('trend')
    .select(['host', 'time'])
    .where('resolution', '=', resolution)
    .orderBy('time')
    .orderBy('host')
    .execute()
  return rows.map(({ host, time }) => `${host} ${(codec.timeMs(time) - beginMs) / 60_000}`)
}

async function marks({ database }: MetricStore): Promise<number> {
  return (await database.selectFrom('rollup_dirty').select('host_id').execute()).length
}

/** A store that trips over the first rows of which a bucket is computed, and never again. */
function failingOnce(store: MetricStore): MetricStore {
  let hasFailed = false
  const codec: Codec = {
    ...store.codec,
    numbersValue: (stored) => {
      if (hasFailed) return store.codec.numbersValue(stored)
      hasFailed = true
      throw new RangeError('too much at once')
    },
  }
  return Object.create(store, { codec: { value: codec } })
}

/** The loops that compute the tiers and drop what is old, beside ingest. */
export function describeUpkeepLoops(harness: StoreHarness): void {
  it('computes the tiers round by round, until nothing waits, and then looks every ten seconds', async () =>
    inWorld(harness, async (world) => {
      const agent = new TestAgent()
      await world.takeRecords(...[0, 10, 70].map((minute, index) => agent.record(index + 1, beginMs + minute * 60_000)))
      const { sleeps, events } = await rollUpFor(world.store, 7)
      expect(sleeps).toEqual([0, 0, 0, 0, 0, 10_000, 10_000])
      expect(events).toEqual([])
      expect(await tierTimes(world.store, 600)).toEqual(['web-1 0', 'web-1 10', 'web-1 70'])
      expect(await tierTimes(world.store, 3600)).toEqual(['web-1 0', 'web-1 60'])
    }))

  it('tells once that the tiers cannot be computed, waits longer each time, and goes on when they can', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await world.takeRecords(new TestAgent().record(1, beginMs))
      let isAway = true
      const failing: MetricStore = Object.create(store, {
        transaction: {
          value: async (...args: Parameters<MetricStore['transaction']>) => {
            if (isAway)
              await store.database
                .selectFrom('no_such_table' as 'host')
                .selectAll()
                .execute()
            return store.transaction(...args)
          },
        },
      })
      const { sleeps, events } = await rollUpFor(failing, 6, async (sleep) => {
        isAway = sleep < 3
      })
      expect(events.map(({ name }) => name)).toEqual(['rollup.failing', 'rollup.recovered'])
      const [first = 0, second = 0, third = 0] = sleeps
      expect([first < second, second < third, sleeps.at(-1)]).toEqual([true, true, 10_000])
      expect(await marks(store)).toBe(0)
    }))

  it('puts aside a bucket that can never be stored, tells it, and computes the ones behind it', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const others = ['web-0', 'web-2', 'web-3', 'web-4'].map(
        (name, index) => new TestAgent({ name, agentUid: `a0000000-0000-4000-8000-00000000010${index}` }),
      )
      for (const agent of others.slice(0, 2)) await world.takeRecords(agent.record(1, beginMs))
      const poisoned = new TestAgent()
      await takePoison(world, poisoned, beginMs)
      for (const agent of others.slice(2)) await world.takeRecords(agent.record(1, beginMs))
      await world.takeRecords(poisoned.record(poisonRecords + 1, beginMs + 600_000))
      const { events } = await rollUpFor(store, 40)

      expect(await marks(store)).toBe(0)
      expect(await tierTimes(store, 600)).toEqual(['web-0 0', 'web-2 0', 'web-3 0', 'web-4 0', 'web-1 10'])
      expect(await tierTimes(store, 3600)).toEqual(['web-0 0', 'web-1 0', 'web-2 0', 'web-3 0', 'web-4 0'])
      const told = events.filter(({ name }) => name === 'rollup.set-aside')
      expect(told.map(({ data }) => data)).toEqual([
        {
          store: store.label,
          host: 'web-1',
          resolution: 600,
          time: new Date(beginMs).toISOString(),
          reason: expect.stringMatching(/\S/),
        },
      ])
      expect(events.filter(({ name }) => name !== 'rollup.set-aside')).toEqual([])
      const { setAside } = await readStatus(store, consumerNowMs)
      expect(setAside).toEqual({ buckets: 1, reason: expect.stringMatching(/\S/) })
    }))

  it('computes as many hosts at once as before, where those that failed together passed by halves', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const agents = Array.from({ length: 10 }, (_, index) => {
        return new TestAgent({ name: `web-${index}`, agentUid: `a0000000-0000-4000-8000-00000000020${index}` })
      })
      const takeAt = async (seq: number, timeMs: number) =>
        world.takeRecords(...agents.map((agent) => agent.record(seq, timeMs)))
      for (const [index, minute] of [0, 10, 20].entries()) await takeAt(index + 1, beginMs + minute * 60_000)
      const { sleeps, events } = await rollUpFor(failingOnce(store), 8)
      // Ten fail; twice five of that bucket; five of the next, with which it is known to be another; then all at once.
      expect(sleeps).toEqual([...Array.from({ length: 7 }, () => 0), 10_000])
      expect(events).toEqual([])
      expect(await marks(store)).toBe(0)

      // In the hour of now, so that no other bucket comes between: only that nothing waits.
      await takeAt(4, consumerNowMs - 15 * 60_000)
      const later = await rollUpFor(failingOnce(store), 6, async (sleep) => {
        if (sleep === 4) await takeAt(5, consumerNowMs - 15 * 60_000 + 1000)
      })
      expect(later.sleeps).toEqual([0, 0, 0, 10_000, 0, 10_000])
      expect(later.events).toEqual([])
    }))

  it('tries it again at its next start, or when more of it comes, and forgets it once it is stored', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const agent = new TestAgent()
      await takePoison(world, agent, beginMs)
      await rollUpFor(store, 20)
      expect((await readStatus(store, consumerNowMs)).setAside?.buckets).toBe(1)
      const again = await rollUpFor(store, 20)
      expect(again.events.map(({ name }) => name)).toEqual(['rollup.set-aside'])
      // A person mends what is wrong.
      await store.database.deleteFrom('histogram').execute()
      await rollUpFor(store, 20)
      expect((await readStatus(store, consumerNowMs)).setAside).toEqual({ buckets: 0 })
      expect(await tierTimes(store, 600)).toEqual(['web-1 0'])
    }))

  it('computes the hour around it again, where it is the hour’s last bucket', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const agent = new TestAgent()
      await takePoison(world, agent, beginMs + 50 * 60_000)
      await world.takeRecords(agent.record(poisonRecords + 1, beginMs + hourMs))
      await rollUpFor(store, 20)
      expect(await tierTimes(store, 600)).toEqual(['web-1 60'])
      expect(await tierTimes(store, 3600)).toEqual(['web-1 60'])
      await store.database.deleteFrom('histogram').execute()
      await rollUpFor(store, 20)
      expect(await tierTimes(store, 600)).toEqual(['web-1 50', 'web-1 60'])
      expect(await tierTimes(store, 3600)).toEqual(['web-1 0', 'web-1 60'])
      expect(await marks(store)).toBe(0)
    }))

  it('leaves an hour before the raw floor, whose ten minutes may be gone, as it is', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const agent = new TestAgent()
      await takePoison(world, agent, beginMs + 50 * 60_000)
      await world.takeRecords(agent.record(poisonRecords + 1, beginMs))
      await rollUpFor(store, 20)
      await store.database
        .updateTable('raw_floor')
        .set({ time: store.codec.time(beginMs + dayMs) })
        .execute()
      for (const table of ['scrape', 'histogram', 'rollup_dirty'] as const)
        await store.database.deleteFrom(table).execute()
      await store.database.deleteFrom('rollup').where('resolution', '=', 600).execute()
      await rollUpFor(store, 20)
      expect(await tierTimes(store, 3600)).toEqual(['web-1 0'])
    }))

  it('moves the floor in one round and drops in a later one, tells it once, and never twice', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const agent = new TestAgent()
      const days = [12, 11, 1]
      await world.takeRecords(...days.map((ago, index) => agent.record(index + 1, consumerNowMs - ago * dayMs)))
      await rollUpFor(store, 40)
      await store.database.deleteFrom('rollup_dirty').execute()
      const rawRows = async (): Promise<number> =>
        (await store.database.selectFrom('scrape').select('seq').execute()).length
      const left: number[] = []
      const retention = { ...usualRetention, rawMs: 10 * dayMs }
      const { sleeps, events } = await watch(
        async (parts, signal) => runRetention({ store, retention, ...parts }, signal),
        6,
        async (sleep) => {
          if (sleep === 1) left.push(await rawRows())
        },
      )
      expect(left).toEqual([3])
      expect(await rawRows()).toBe(1)
      expect(sleeps.slice(0, 1)).toEqual([120_000])
      expect(events.map(({ name }) => name)).toEqual(['retention.dropped'])
    }))
}
