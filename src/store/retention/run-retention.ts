import { describeError, HostvitalsError, StoreUnavailableError } from '../../runtime/errors.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Emit } from '../../runtime/events.ts'
import { untilAborted } from '../../runtime/until-aborted.ts'
import type { MetricStore } from '../store.ts'
import { dropOld, type OldPart, oldParts } from './drop-old.ts'
import type { Retention } from './keep-until.ts'
import { moveRawFloor } from './move-floor.ts'

/** What old rows are dropped with. */
export interface RetentionOptions {
  readonly store: MetricStore
  readonly retention: Retention
  readonly clock: Clock
  readonly emit: Emit
}

/** A batch that began before the floor was moved is over by then. */
export const settledMs = 60_000
const lookEveryMs = 120_000
const tellAfter = 3

/**
 * Drops what is older than what is kept, until the signal aborts: the floor is moved in one round, and what is before it
 * goes in a later one, once the floor has stood for a minute. A failure is told once and tried again, and harms nobody else.
 * Resolves as soon as the signal aborts, and never rejects.
 */
export async function runRetention(options: RetentionOptions, signal: AbortSignal): Promise<void> {
  const { store, clock, emit } = options
  let stood: { readonly floorMs: number; readonly sinceMs: number } | undefined
  let toldReason: string | undefined
  let failures = 0
  while (!signal.aborted) {
    try {
      const floorMs = await untilAborted(moveRawFloor(store, options.retention, clock.now()), signal)
      if (floorMs !== stood?.floorMs) {
        stood = floorMs === undefined ? undefined : { floorMs, sinceMs: clock.monotonic() }
      } else if (stood !== undefined && clock.monotonic() - stood.sinceMs >= settledMs) {
        const dropped = await untilAborted(dropAll(options, stood.floorMs, signal), signal)
        if (dropped.length > 0) emit('retention.dropped', { store: store.label, ...countParts(dropped) })
        toldReason = undefined
        failures = 0
      }
    } catch (error) {
      if (signal.aborted) return
      const reason = describeError(error)
      const nextStep = error instanceof HostvitalsError ? error.nextStep : undefined
      failures++
      // A table that somebody reads is tried again before it is told.
      const isWorthTelling = !(error instanceof StoreUnavailableError) || failures >= tellAfter
      if (isWorthTelling && reason !== toldReason) {
        emit('upkeep.failing', { store: store.label, reason, ...(nextStep === undefined ? {} : { nextStep }) })
        toldReason = reason
      }
    }
    try {
      await clock.sleep(lookEveryMs, signal)
    } catch {
      // The signal alone ends a wait.
      return
    }
  }
}

/** Drops all that is old, part by part. */
export async function dropAll(
  { store, retention, clock }: RetentionOptions,
  floorMs: number,
  signal: AbortSignal,
): Promise<readonly OldPart[]> {
  const parts = await oldParts(store, retention, { nowMs: clock.now(), floorMs })
  for (const part of parts) {
    signal.throwIfAborted()
    await dropOld(store, part, clock, signal)
  }
  return parts
}

function countParts(parts: readonly OldPart[]): { readonly partitions: number; readonly tables: readonly string[] } {
  const tables = parts.flatMap((part) => (part.kind === 'rows' ? [part.table] : []))
  return { partitions: parts.length - tables.length, tables: [...new Set(tables)] }
}
