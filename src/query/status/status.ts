import { StoreConfigurationError } from '../../runtime/errors.ts'
import type { MetricStore, TableSize } from '../../store/store.ts'
import { type BucketsSetAside, countSetAside } from './buckets-set-aside.ts'
import {
  type ConsumerFigures,
  consumerMetrics,
  toConsumerFigures,
  type ToldLags,
  toToldLags,
} from './consumer-figures.ts'
import { countDeadLetters, type DeadLetterCounts } from './dead-letters.ts'
import { countGaps, type GapCounts } from './gaps.ts'
import { findHosts } from '../host/hosts.ts'
import { type HostStatus, spoolMetrics, toHostStatuses } from './host-statuses.ts'
import { type IngestLatency, readIngestLatency } from './ingest-latency.ts'
import { type LogPosition, readLogPositions } from './log-positions.ts'
import { type NewestReading, readNewest } from './newest-readings.ts'
import { readRecentActivity, recentMs, type RecentActivity } from './recent-activity.ts'

/** A part that this user may not read, or that the database does not have. */
export interface Unreadable {
  readonly part: string
  readonly reason: string
}

/** What the database itself knows of the whole way. Undefined: could not be read, or nobody tells it. */
export interface StoreStatus {
  /** The worst first. */
  readonly hosts: readonly HostStatus[]
  readonly activity: Pick<RecentActivity, 'windowMs' | 'records' | 'samples'> | undefined
  readonly latency: IngestLatency | undefined
  readonly consumers: ConsumerFigures | undefined
  readonly toldLags: ToldLags
  readonly gaps: GapCounts | undefined
  readonly deadLetters: DeadLetterCounts | undefined
  readonly setAside: BucketsSetAside | undefined
  readonly positions: readonly LogPosition[] | undefined
  readonly sizes: readonly TableSize[]
  readonly unreadable: readonly Unreadable[]
}

/**
 * Reads what there is to know, each part by itself: what this user may not read is told and hides nothing else. Throws
 * StoreUnavailableError when the database is away, and StoreConfigurationError when not even the hosts can be read.
 */
export async function readStatus(store: MetricStore, nowMs: number): Promise<StoreStatus> {
  const unreadable: Unreadable[] = []
  const attempt = async <T>(part: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof StoreConfigurationError)) throw error
      unreadable.push({ part, reason: error.message })
      return undefined
    }
  }
  const hosts = await findHosts(store, {})
  const activity = await attempt('rates', async () => readRecentActivity(store, nowMs))
  const metrics = [...Object.values(spoolMetrics), ...consumerMetrics]
  const newest: readonly NewestReading[] =
    (await attempt('self-telemetry', async () => readNewest(store, metrics, nowMs - recentMs))) ?? []
  return {
    hosts: toHostStatuses(hosts, { nowMs, newest, interleaved: activity?.interleaved ?? new Set() }),
    activity,
    latency: await attempt('latency', async () => readIngestLatency(store, nowMs)),
    consumers: toConsumerFigures(newest),
    toldLags: toToldLags(newest),
    gaps: await attempt('gaps', async () => countGaps(store)),
    deadLetters: await attempt('dead letters', async () => countDeadLetters(store)),
    setAside: await attempt('buckets set aside', async () => countSetAside(store)),
    positions: await attempt('positions', async () => readLogPositions(store)),
    sizes: (await attempt('sizes', async () => store.tableSizes())) ?? [],
    unreadable,
  }
}
