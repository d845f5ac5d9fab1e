import type { Clock } from '../../runtime/clock.ts'
import { describeError, HostvitalsError } from '../../runtime/errors.ts'
import type { Emit } from '../../runtime/events.ts'
import { backOffMs, type BackOff } from '../../runtime/retry.ts'
import type { Random } from '../../runtime/random.ts'
import { untilAborted } from '../../runtime/until-aborted.ts'
import type { MetricStore } from '../store.ts'
import { rollUp, type RollUpOutcome } from './roll-up.ts'
import { type MarkedBucket, markSetAside, setAside, UnstorableBucketError } from './set-aside.ts'

/** What the tiers are computed with. */
export interface RollUpOptions {
  readonly store: MetricStore
  readonly clock: Clock
  readonly random: Random
  readonly emit: Emit
}

/** Looked at this often whether a bucket has ended, or came late. */
const lookEveryMs = 10_000
const backOff: BackOff = { firstMs: 5000, mostMs: 300_000 }
/** Numbers that a transaction reads at about: of SQLite the whole file is locked meanwhile. */
const numbersAtOnce = 500_000
const mostHosts = 200
const firstHosts = 10

/**
 * Computes the tiers beside ingest, until the signal aborts: the oldest bucket first, in transactions of bounded work, with
 * as long a pause after each as it took, so that ingest has the database half of the time at least. A failure is told once
 * and tried again, and harms nobody else. A bucket that can never be stored is looked for by halves, put aside and told, so
 * that those behind it are computed; it is tried once more at the next start. Resolves as soon as the signal aborts, and never
 * rejects: a transaction that is under way then ends with the store's connections, which undoes it.
 */
export async function runRollUp(options: RollUpOptions, signal: AbortSignal): Promise<void> {
  const { store, clock, random, emit } = options
  let hostsAtOnce = firstHosts
  let suspected: SuspectedBucket | undefined
  let isMarked = false
  let failures = 0
  let toldReason: string | undefined
  while (!signal.aborted) {
    let pauseMs = lookEveryMs
    try {
      const beganMs = clock.monotonic()
      if (!isMarked) await untilAborted(markSetAside(store), signal)
      isMarked = true
      const result = await untilAborted(
        roundOf(options, Math.min(hostsAtOnce, suspected?.hostsAtMost ?? mostHosts)),
        signal,
      )
      if (result.outcome === 'done') {
        hostsAtOnce = nextHosts(result.numbersRead / Math.max(1, result.bucket.hostIds.length))
      }
      suspected = suspectedAfter(result, suspected)
      if (result.outcome === 'done' || result.outcome === 'unstorable') pauseMs = clock.monotonic() - beganMs
      if (toldReason !== undefined) emit('rollup.recovered', { store: store.label })
      failures = 0
      toldReason = undefined
    } catch (error) {
      if (signal.aborted) return
      const reason = describeError(error)
      const nextStep = error instanceof HostvitalsError ? error.nextStep : undefined
      if (reason !== toldReason)
        emit('rollup.failing', { store: store.label, reason, ...(nextStep === undefined ? {} : { nextStep }) })
      toldReason = reason
      hostsAtOnce = 1
      pauseMs = backOffMs(backOff, failures++, random)
    }
    try {
      await clock.sleep(pauseMs, signal)
    } catch {
      // The signal alone ends a wait.
      return
    }
  }
}

type Round = RollUpOutcome | { readonly outcome: 'unstorable'; readonly bucket: MarkedBucket }

/** A bucket that some hosts together could not be stored of: of it, half as many are computed at once. */
interface SuspectedBucket {
  readonly resolution: number
  readonly fromMs: number
  readonly hostsAtMost: number
}

/** Until the one host is found, or none fails any more: then another bucket is taken, or nothing waits. */
function suspectedAfter(round: Round, suspected: SuspectedBucket | undefined): SuspectedBucket | undefined {
  if (round.outcome === 'busy') return suspected
  if (round.outcome === 'idle') return undefined
  const { resolution, hostIds, fromMs } = round.bucket
  if (round.outcome === 'unstorable') {
    return hostIds.length === 1 ? undefined : { resolution, fromMs, hostsAtMost: Math.ceil(hostIds.length / 2) }
  }
  return suspected?.resolution === resolution && suspected.fromMs === fromMs ? suspected : undefined
}

/** One round; a bucket of a single host that cannot be stored is put aside in it. */
async function roundOf({ store, clock, emit }: RollUpOptions, hostsAtOnce: number): Promise<Round> {
  try {
    return await rollUp(store, { nowMs: clock.now(), hostsAtOnce })
  } catch (error) {
    if (!(error instanceof UnstorableBucketError)) throw error
    const { bucket } = error
    if (bucket.hostIds.length === 1) {
      const reason = describeError(error.cause)
      const names = await setAside(store, bucket, reason, clock.now())
      const { resolution, fromMs } = bucket
      const time = new Date(fromMs).toISOString()
      emit('rollup.set-aside', { store: store.label, host: names.join(', '), resolution, time, reason })
    }
    return { outcome: 'unstorable', bucket }
  }
}

function nextHosts(numbersOfHost: number): number {
  return Math.max(1, Math.min(mostHosts, Math.floor(numbersAtOnce / Math.max(1, numbersOfHost))))
}
