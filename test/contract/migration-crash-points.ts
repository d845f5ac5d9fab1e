import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { StoreUnavailableError } from '../../src/runtime/errors.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { runDailyUpkeep } from '../../src/store/daily-upkeep.ts'
import { migrate, migrationPlan } from '../../src/store/migrate.ts'
import { giveUpOldGaps } from '../../src/store/old-gaps.ts'
import { consumerNowMs, TestAgent } from '../support/arrived-records.ts'
import { crashDays, stillClock } from '../support/crash-history.ts'
import { IngestWorld } from '../support/ingest-world.ts'
import { type Cut, SteppingProxy } from '../support/stepping-proxy.ts'
import type { StoreHarness } from './store.ts'
import type { ServerHarness } from './cut-line.ts'

const dayMs = 86_400_000
const cuts: readonly Cut[] = ['unheard', 'unanswered', 'abandoned']

/** What the suite needs besides a server. */
export interface MigrationHarness extends ServerHarness, Pick<StoreHarness, 'dumpSchema' | 'golden'> {
  /** Takes away all that a migration made, as the server's administrator. */
  readonly empty: (url: string) => Promise<void>
}

/** Migrations and the daily upkeep, killed at each thing that is said to the server: the next one ends in the same schema. */
export function describeMigrationCrashPoints({
  freshDatabase,
  open,
  dumpSchema,
  golden,
  empty,
}: MigrationHarness): void {
  it('a migration at every step, while another waits for it', async () => {
    await using database = await freshDatabase()
    await using proxy = await SteppingProxy.to(database.url)
    await using other = await open(database.url)
    let crashed = 0
    for (let step = 1; ; step++) {
      await using store = await open(proxy.through(database.url))
      // In turn, since a migration of each step in each way takes too long.
      const cut = cutOf(step)
      proxy.begin({ step, cut })
      const [first, second] = await Promise.allSettled([
        migrate(store, crashDays, ignoreEvents),
        // Every other time, so that the crash is met both by a waiting program and by a later one.
        ...(step % 2 === 0 ? [migrate(other, crashDays, ignoreEvents)] : []),
      ])
      // Where the other was first there was nothing left to crash in.
      const isOver = proxy.isWhole && second === undefined
      proxy.begin()
      const failure: unknown = first.status === 'rejected' ? first.reason : undefined
      if (failure !== undefined) crashed++
      expect(failure === undefined || failure instanceof StoreUnavailableError, `${cut} at step ${step}`).toBe(true)
      expect(second?.status ?? 'fulfilled', `${cut} at step ${step}`).toBe('fulfilled')
      await migrate(other, crashDays, ignoreEvents)
      expect(await dumpSchema(other), `${cut} at step ${step}`).toBe(readFileSync(golden, 'utf8'))
      expect(await migrationPlan(other, crashDays), `${cut} at step ${step}`).toEqual([])
      if (isOver) break
      await empty(database.url)
    }
    expect(crashed).toBeGreaterThan(20)
  })

  it('the daily upkeep at every step: the days are made and old gaps given up', async () => {
    await using database = await freshDatabase()
    await using proxy = await SteppingProxy.to(database.url)
    await using other = await open(database.url)
    await migrate(other, crashDays, ignoreEvents)
    const world = new IngestWorld(other, { clock: stillClock })
    await using store = await open(proxy.through(database.url))
    let isOver = false
    for (let step = 1; !isOver; step++) {
      const days = { ...crashDays, nowMs: consumerNowMs + step * dayMs }
      const agent = new TestAgent({ run: BigInt(step) })
      await world.takeRecords(agent.record(1), agent.record(3))
      const stop = new AbortController()
      // The tries follow one another at once, and the wait for the next day ends it.
      const sleep = async (ms: number): Promise<void> => {
        if (ms === 3_600_000) stop.abort(new Error('done'))
      }
      const clock = { ...stillClock, now: () => days.nowMs, sleep }
      proxy.begin({ step, cut: cutOf(step) })
      const random = { bytes: (length: number) => new Uint8Array(length), unit: () => 1 }
      await runDailyUpkeep({ ...days, store, migrate: 'auto', clock, random, emit: ignoreEvents }, stop.signal)
      isOver = proxy.isWhole
      proxy.begin()
      expect(await migrationPlan(other, days), `at step ${step}`).toEqual([])
      expect(await giveUpOldGaps(other, days.nowMs - days.rawRetentionMs), `at step ${step}`).toBe(0)
    }
    expect(new Set(await world.gaps())).toEqual(new Set(['2-2 lost never arrived']))
  })
}

function cutOf(step: number): Cut {
  return cuts[step % cuts.length] ?? 'unheard'
}
