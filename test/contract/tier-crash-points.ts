import { expect, it } from 'vitest'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { usualRetention } from '../../src/store/retention/keep-until.ts'
import { pruneOnce } from '../../src/store/retention/prune-once.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { consumerNowMs } from '../support/arrived-records.ts'
import { IngestWorld, restlessClock, testDays } from '../support/ingest-world.ts'
import { type Cut, SteppingProxy } from '../support/stepping-proxy.ts'
import { rollUpAll, storedTiers, tierNowMs, tierRecords } from '../support/tier-history.ts'
import type { ServerHarness } from './cut-line.ts'

const dayMs = 86_400_000
/** Long enough to say that no cut at any step was missed. */
const fewestSteps = 20

/** Tiers and retention that are crashed at each thing that is said to the server: the next round ends in the same. */
export function describeTierCrashPoints({ freshDatabase, open }: ServerHarness): void {
  it.each<Cut>(['unheard', 'unanswered', 'abandoned'])('computing the tiers, at every step: it is %s', async (cut) => {
    await using database = await freshDatabase()
    await using proxy = await SteppingProxy.to(database.url)
    await using store = await open(proxy.through(database.url))
    await migrate(store, testDays, ignoreEvents)
    // A while of one host, in which it restarts and its layouts change.
    await new IngestWorld(store).takeRecords(...tierRecords().slice(70, 90))
    const marks = await store.database.selectFrom('rollup_dirty').selectAll().execute()
    expect(marks.length).toBeGreaterThan(3)
    await rollUpAll(store)
    const expected = await storedTiers(store)
    expect(expected.length).toBeGreaterThan(10)
    let step = 1
    for (; ; step++) {
      await store.database.deleteFrom('rollup').execute()
      await store.database.deleteFrom('histogram_rollup').execute()
      await store.database.deleteFrom('rollup_dirty').execute()
      await store.database.insertInto('rollup_dirty').values(marks).execute()
      proxy.begin({ step, cut })
      // What was cut ends so; whether it ended well is seen by what is stored after the next round.
      const failure = await rollUpAll(store, tierNowMs, 1).then(
        () => undefined,
        (error: unknown) => error,
      )
      const isOver = proxy.isWhole
      expect(failure !== undefined, `step ${step}`).toBe(!isOver)
      proxy.begin()
      await rollUpAllInTheEnd(store)
      expect(await storedTiers(store), `${cut} at step ${step}`).toEqual(expected)
      expect(await store.database.selectFrom('rollup_dirty').selectAll().execute()).toEqual([])
      if (isOver) break
    }
    expect(step).toBeGreaterThan(fewestSteps)
  })

  it('dropping what is old, at every step', async () => {
    await using database = await freshDatabase()
    await using proxy = await SteppingProxy.to(database.url)
    await using store = await open(proxy.through(database.url))
    await migrate(store, testDays, ignoreEvents)
    await new IngestWorld(store).takeRecords(...tierRecords().slice(0, 10))
    await rollUpAll(store)
    const floor = await store.database.selectFrom('raw_floor').select('time').executeTakeFirstOrThrow()
    let kept = 14
    let step = 1
    for (; ; step++) {
      // A day more each time, and some old rows of a tier.
      kept = Math.max(2, kept - 1)
      const retention = { ...usualRetention, rawMs: kept * dayMs, tenMinutesMs: kept * dayMs }
      proxy.begin({ step, cut: 'unanswered' })
      const clock = restlessClock(consumerNowMs)
      const options = { store, retention, clock, signal: new AbortController().signal, waiting: () => undefined }
      const failure = await pruneOnce(options).then(
        () => undefined,
        (error: unknown) => error,
      )
      const isOver = proxy.isWhole
      expect(failure !== undefined, `step ${step}`).toBe(!isOver)
      proxy.begin()
      await pruneOnce(options)
      expect(await store.oldPartitions('raw', consumerNowMs - kept * dayMs)).toEqual([])
      const now = await store.database.selectFrom('raw_floor').select('time').executeTakeFirstOrThrow()
      expect(store.codec.timeMs(now.time)).toBeGreaterThan(store.codec.timeMs(floor.time))
      if (isOver) break
    }
    expect(step).toBeGreaterThan(5)
  })
}

/** A server may need a moment to see that a connection with locks is gone. */
async function rollUpAllInTheEnd(store: MetricStore): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await rollUpAll(store)
      return
    } catch (error) {
      if (tries >= 10_000) throw error
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
