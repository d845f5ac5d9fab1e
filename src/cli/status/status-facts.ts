import type { BucketsSetAside } from '../../query/status/buckets-set-aside.ts'
import type { ConsumerFigures } from '../../query/status/consumer-figures.ts'
import type { DeadLetterCounts } from '../../query/status/dead-letters.ts'
import type { GapCounts } from '../../query/status/gaps.ts'
import type { HostState } from '../../query/host/host-state.ts'
import type { HostStatus } from '../../query/status/host-statuses.ts'
import type { StorageFigures } from '../../query/status/storage.ts'
import type { Unreadable } from '../../query/status/status.ts'
import type { LagSource, PartitionLag } from './lag.ts'

/** What `status --json` tells, but for what is wrong with it: docs/status.md describes each key. Null is unknown. */
export interface StatusFacts {
  /** The database, without any secret. */
  readonly store: string
  /** When it was asked, ISO 8601. */
  readonly time: string
  readonly hosts: Readonly<Record<HostState, number>> & { readonly total: number; readonly list: readonly HostStatus[] }
  readonly rates: {
    readonly windowSeconds: number
    readonly recordsPerSecond: number
    readonly samplesPerSecond: number
  } | null
  readonly latency: {
    readonly windowSeconds: number
    readonly records: number
    readonly p50Seconds: number
    readonly p99Seconds: number
  } | null
  readonly consumers: ConsumerFigures | null
  readonly gaps: GapCounts | null
  readonly deadLetters: DeadLetterCounts | null
  readonly setAside: BucketsSetAside | null
  readonly kafka: {
    readonly lagSource: LagSource
    /** Over all partitions whose lag is known; null where none is. */
    readonly lagRecords: number | null
    /** Why Kafka could not be asked. */
    readonly problem: string | null
    readonly partitions: readonly PartitionLag[]
  } | null
  readonly storage: StorageFigures | null
  readonly sizes: readonly { readonly table: string | null; readonly bytes: number }[]
  readonly unreadable: readonly Unreadable[]
}
