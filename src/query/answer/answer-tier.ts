import { readRawFloor } from '../../store/partitions.ts'
import type { MetricStore, Tier } from '../../store/store.ts'
import { firstWaitingMs, resolutionOf } from '../first-waiting.ts'

/** What the choice hangs on. */
export interface TierQuestion {
  readonly fromMs: number
  readonly toMs: number
  /** Undefined: every reading is asked for. */
  readonly stepMs: number | undefined
  /** No raw row is older. */
  readonly floorMs: number
}

/** From which rows a question is answered, in which steps. */
export interface ChosenTier {
  readonly tier: Tier
  readonly stepMs: number | undefined
}

const widths = { tenMinutes: 600_000, hours: 3_600_000 } as const

/** A shorter range is answered from raw, which is as fast then and tells more. */
const leastTierMs = 6 * 3_600_000
/** More points than this of ten minutes are given as hours, where nobody asked for a step. */
const mostPoints = 5000

/**
 * The coarsest tier whose buckets make up the steps, where the range is long or begins before the oldest raw row. What raw
 * no longer tells comes from a tier whatever was asked: then the steps are the tier's where they were shorter or not said.
 */
export function pickAnswerTier({ fromMs, toMs, stepMs, floorMs }: TierQuestion): ChosenTier {
  const isBeforeRaw = fromMs < floorMs
  const rangeMs = toMs - fromMs
  if (!isBeforeRaw && (stepMs === undefined || rangeMs < leastTierMs)) return { tier: 'raw', stepMs }
  if (stepMs === undefined) {
    return rangeMs / widths.tenMinutes > mostPoints
      ? { tier: 'hours', stepMs: widths.hours }
      : { tier: 'tenMinutes', stepMs: widths.tenMinutes }
  }
  if (stepMs % widths.hours === 0) return { tier: 'hours', stepMs }
  if (stepMs % widths.tenMinutes === 0) return { tier: 'tenMinutes', stepMs }
  return isBeforeRaw ? { tier: 'tenMinutes', stepMs: Math.max(stepMs, widths.tenMinutes) } : { tier: 'raw', stepMs }
}

/**
 * The step for groups of hosts, where nobody asked for one: about a hundredth of the range, and of a longer one such that a
 * tier can answer it, since the raw rows of a whole fleet are too many.
 */
export function groupStep(rangeMs: number): number {
  const stepMs = Math.max(1000, rangeMs / 100)
  if (rangeMs < leastTierMs) return stepMs
  const widthMs = stepMs < widths.hours ? widths.tenMinutes : widths.hours
  return Math.max(1, Math.round(stepMs / widthMs)) * widthMs
}

/** A range in up to three parts, each Unix milliseconds from begin to end: the middle one is of a tier, the others of raw. */
export interface SplitRange {
  /** Seconds; undefined where all is raw. */
  readonly resolution: 600 | 3600 | undefined
  readonly tierFromMs: number
  readonly tierToMs: number
  readonly raw: readonly { readonly fromMs: number; readonly toMs: number }[]
}

/**
 * Which part of the range the tier answers: its whole buckets up to the first that waits to be computed. What is before the
 * first whole bucket and after the last comes from raw, as long as raw reaches so far back.
 */
export async function splitRange(
  store: MetricStore,
  range: { readonly fromMs: number; readonly toMs: number; readonly hostIds: readonly number[] },
  tier: Tier,
): Promise<SplitRange> {
  const { fromMs, toMs, hostIds } = range
  if (tier === 'raw' || hostIds.length === 0) return allRaw(fromMs, toMs)
  const widthMs = widths[tier]
  const isBeforeRaw = fromMs < ((await readRawFloor(store)) ?? fromMs)
  const tierFromMs = (isBeforeRaw ? Math.floor(fromMs / widthMs) : Math.ceil(fromMs / widthMs)) * widthMs
  const waitingMs = (await firstWaitingMs(store, { tier, fromMs: tierFromMs, hostIds })) ?? Number.POSITIVE_INFINITY
  const tierToMs = Math.min(Math.floor(toMs / widthMs) * widthMs, waitingMs)
  if (tierToMs <= tierFromMs) return allRaw(fromMs, toMs)
  const raw = [
    { fromMs, toMs: tierFromMs },
    { fromMs: tierToMs, toMs },
  ].filter((part) => part.toMs > part.fromMs)
  return { resolution: resolutionOf[tier], tierFromMs, tierToMs, raw }
}

function allRaw(fromMs: number, toMs: number): SplitRange {
  return { resolution: undefined, tierFromMs: fromMs, tierToMs: fromMs, raw: [{ fromMs, toMs }] }
}
