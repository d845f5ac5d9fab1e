import type { Clock } from '../runtime/clock.ts'
import { describeError, HostvitalsError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import type { Random } from '../runtime/random.ts'
import { type BackOff, retry } from '../runtime/retry.ts'
import { untilAborted } from '../runtime/until-aborted.ts'
import { dropOldStarts } from './catalog/counter-starts.ts'
import { dropOldSetAside } from './rollup/set-aside.ts'
import { giveUpOldGaps } from './old-gaps.ts'
import { makePartitions, missingPartitions, startOfDay, type RawDays } from './partitions.ts'
import type { MetricStore } from './store.ts'

/** What a database is kept in order with. */
export interface DailyUpkeepOptions {
  readonly store: MetricStore
  /** `check` makes no partition: it tells the command when tomorrow's is missing. */
  readonly migrate: 'auto' | 'check'
  readonly rawRetentionMs: number
  readonly clock: Clock
  readonly random: Random
  readonly emit: Emit
}

/** Looked at this often whether a new day has begun: a machine that slept through midnight is not a day late. */
const lookEveryMs = 3_600_000
const dayMs = 86_400_000
const backOff: BackOff = { firstMs: 60_000, mostMs: 3_600_000 }

/**
 * Makes the days to come and gives up gaps that are too old to be filled: now, and again on each new day (UTC). A failure
 * is told once and tried again, and harms nobody else. Resolves as soon as the signal aborts, and never rejects: what is
 * under way then, maybe behind a migration of hours, ends with the store's connections.
 */
export async function runDailyUpkeep(options: DailyUpkeepOptions, signal: AbortSignal): Promise<void> {
  const { store, clock, random, emit } = options
  let doneDayMs: number | undefined
  let toldReason: string | undefined
  const shouldRetry = (error: unknown): boolean => {
    const reason = describeError(error)
    const nextStep = error instanceof HostvitalsError ? error.nextStep : undefined
    if (reason !== toldReason)
      emit('upkeep.failing', { store: store.label, reason, ...(nextStep === undefined ? {} : { nextStep }) })
    toldReason = reason
    return true
  }
  while (!signal.aborted) {
    try {
      if (startOfDay(clock.now()) !== doneDayMs) {
        doneDayMs = await retry(async () => untilAborted(keepUp(options), signal), {
          clock,
          random,
          backOff,
          signal,
          shouldRetry,
        })
        toldReason = undefined
      }
      await clock.sleep(lookEveryMs, signal)
    } catch {
      // Every failure is tried again, so what ends a wait here is the signal alone.
      return
    }
  }
}

/** Does it once; returns the day that it was done for. */
async function keepUp({ store, migrate, rawRetentionMs, clock, emit }: DailyUpkeepOptions): Promise<number> {
  const days: RawDays = { nowMs: clock.now(), rawRetentionMs }
  if (migrate === 'check') {
    const missing = await missingPartitions(store, days, 1)
    if (missing.length > 0) emit('upkeep.due', { store: store.label, days: missing.length })
  } else if ((await missingPartitions(store, days)).length > 0) {
    await makePartitions(store, days)
  }
  const gaps = await giveUpOldGaps(store, days.nowMs - rawRetentionMs)
  if (gaps > 0) emit('upkeep.gaps-given-up', { store: store.label, gaps })
  // A day more: the first reading that is kept is compared with the one before it.
  await dropOldStarts(store, days.nowMs - rawRetentionMs - dayMs)
  await dropOldSetAside(store, days.nowMs - rawRetentionMs - dayMs)
  return startOfDay(days.nowMs)
}
