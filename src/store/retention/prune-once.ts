import type { Clock } from '../../runtime/clock.ts'
import type { MetricStore } from '../store.ts'
import { dropOld, type OldPart, oldParts } from './drop-old.ts'
import type { Retention } from './keep-until.ts'
import { moveRawFloor } from './move-floor.ts'
import { settledMs } from './run-retention.ts'

/** What a single round is made with. */
export interface PruneOptions {
  readonly store: MetricStore
  readonly retention: Retention
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told before the wait, if there is one. */
  readonly waiting: (seconds: number) => void
}

/**
 * Moves the floor and drops what is old, for a person or a schedule; where raw rows go, a minute after the floor was moved,
 * since nobody knows whether it was moved just now. Returns what went. Throws the store's errors, and the signal's reason.
 */
export async function pruneOnce(options: PruneOptions): Promise<readonly OldPart[]> {
  const { store, retention, clock, signal, waiting } = options
  const floorMs = await moveRawFloor(store, retention, clock.now())
  if (floorMs === undefined) return []
  let parts = await oldParts(store, retention, { nowMs: clock.now(), floorMs })
  if (parts.some(({ tier }) => tier === 'raw')) {
    waiting(settledMs / 1000)
    await clock.sleep(settledMs, signal)
    // A batch that was under way may have marked a bucket meanwhile.
    parts = await oldParts(store, retention, { nowMs: clock.now(), floorMs })
  }
  for (const part of parts) await dropOld(store, part, clock, signal)
  return parts
}
