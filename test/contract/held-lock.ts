import { expect, it } from 'vitest'
import { systemClock } from '../../src/runtime/clock.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { runDailyUpkeep } from '../../src/store/daily-upkeep.ts'
import { migrate } from '../../src/store/migrate.ts'
import { changedStore } from '../support/changed-store.ts'
import { testDays } from '../support/ingest-world.ts'
import type { ServerHarness } from './cut-line.ts'

const monthMs = 30 * 86_400_000

/** A migration of another program, which may take hours. */
export function describeHeldLock({ freshDatabase, open }: ServerHarness): void {
  it('holds up the making of days, and not the end of the program', async () => {
    await using database = await freshDatabase()
    await using holder = await open(database.url)
    await migrate(holder, testDays, ignoreEvents)
    await using store = await open(database.url)
    const waits = Promise.withResolvers<void>()
    const watched = changedStore(store, {
      underMigrationLock: async (work) => {
        waits.resolve()
        return store.underMigrationLock(work)
      },
    })
    await holder.underMigrationLock(async () => {
      const stop = new AbortController()
      const clock = { ...systemClock, now: () => testDays.nowMs + monthMs }
      const options = { ...testDays, store: watched, migrate: 'auto', clock, random: systemRandom } as const
      const upkeep = runDailyUpkeep({ ...options, emit: ignoreEvents }, stop.signal)
      await waits.promise
      const begun = performance.now()
      stop.abort(new Error('enough'))
      await upkeep
      await store[Symbol.asyncDispose]()
      expect(performance.now() - begun).toBeLessThan(3000)
    })
  })
}
