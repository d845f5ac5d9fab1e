import { readRawFloor } from '../../store/partitions.ts'
import type { MetricStore, Tier } from '../../store/store.ts'
import { firstWaitingMs, resolutionOf } from '../first-waiting.ts'
import type { KnownHost } from '../host/hosts.ts'
import { niceStep } from './step-grid.ts'

/** What the choice hangs on. */
export interface TierQuestion {
  readonly rangeMs: number
  /** How many points are asked for; undefined: as many as look well, about 300. */
  readonly points: number | undefined
  /** The range begins before the oldest raw row. */
  readonly isBeforeRaw: boolean
  /** The tiers that have rows at the begin of the range. */
  readonly filled: ReadonlySet<Tier>
}

const usualPoints = 300

/**
 * The tier and the step: the coarsest tier whose buckets fit into the step. Where nobody asked for a number of points, a
 * step of five minutes gives way to ten, since half as many points show the same and cost a sixtieth; what raw rows no
 * longer tell comes from a tier, whatever was asked.
 */
export function pickTier({ rangeMs, points, isBeforeRaw, filled }: TierQuestion): {
  readonly tier: Tier
  readonly stepMs: number
} {
  const stepMs = niceStep(rangeMs, points ?? usualPoints)
  const hourMs = 3_600_000
  const tenMs = 600_000
  if (filled.has('hours') && (stepMs >= hourMs || (isBeforeRaw && !filled.has('tenMinutes')))) {
    return { tier: 'hours', stepMs: Math.max(stepMs, hourMs) }
  }
  const isNear = points === undefined && stepMs >= tenMs / 2
  if (filled.has('tenMinutes') && (stepMs >= tenMs || isNear || isBeforeRaw)) {
    return { tier: 'tenMinutes', stepMs: Math.max(stepMs, tenMs) }
  }
  return { tier: 'raw', stepMs }
}

/** Where the tiers stand for a range. */
export interface TierState {
  /** No raw row is older; undefined where nothing was ever stored. */
  readonly rawFloorMs: number | undefined
  readonly filled: ReadonlySet<Tier>
}

/** Data of a host may be somewhat older than what was told first of it. */
const aheadOfFirstSeenMs = 86_400_000
/** The widest look at a tier's begin. */
const lookMs = 3 * 86_400_000

/** Looks at the begin of the range, or of what these hosts have of it: a tier that no longer reaches so far has nothing there. */
export async function readTierState(
  store: MetricStore,
  { fromMs, hosts }: { readonly fromMs: number; readonly hosts: readonly KnownHost[] },
): Promise<TierState> {
  const { codec, database } = store
  const firstMs = hosts.reduce((least, { firstSeenMs }) => Math.min(least, firstSeenMs), Number.POSITIVE_INFINITY)
  const lookFromMs = Number.isFinite(firstMs) ? Math.max(fromMs, firstMs - aheadOfFirstSeenMs) : fromMs
  const hasRows = async (tier: Exclude<Tier, 'raw'>): Promise<readonly Tier[]> => {
    let query = database
      .selectFrom('rollup')
      .select('time')
      .where('resolution', '=', resolutionOf[tier])
      .where('time', '>=', codec.time(lookFromMs))
      .where('time', '<', codec.time(lookFromMs + lookMs))
      .limit(1)
    if (hosts.length <= 200)
      query = query.where(
        'host_id',
        'in',
        hosts.map(({ hostId }) => hostId),
      )
    return hosts.length > 0 && (await query.executeTakeFirst()) !== undefined ? [tier] : []
  }
  const [tenMinutes, hours, rawFloorMs] = await Promise.all([
    hasRows('tenMinutes'),
    hasRows('hours'),
    readRawFloor(store),
  ])
  return { filled: new Set<Tier>(['raw', ...tenMinutes, ...hours]), rawFloorMs }
}

/**
 * From where on raw rows must be read, since the tier is not there yet: the first bucket that waits to be computed (again),
 * else the one under way. A multiple of the tier's resolution.
 */
export async function readTierEnd(
  store: MetricStore,
  question: {
    readonly tier: Exclude<Tier, 'raw'>
    readonly fromMs: number
    readonly nowMs: number
    readonly hostIds: readonly number[] | undefined
  },
): Promise<number> {
  const { tier, fromMs, nowMs, hostIds } = question
  const bucketMs = resolutionOf[tier] * 1000
  const beginMs = Math.floor(fromMs / bucketMs) * bucketMs
  const current = Math.floor(nowMs / bucketMs) * bucketMs
  const waitingMs = (await firstWaitingMs(store, { tier, fromMs: beginMs, hostIds })) ?? current
  return Math.max(beginMs, Math.min(waitingMs, current))
}
