import type { HostState } from '../../query/host/host-state.ts'
import { recentMs } from '../../query/status/recent-activity.ts'
import type { StoreStatus } from '../../query/status/status.ts'
import type { StorageFigures } from '../../query/status/storage.ts'
import { type AskedKafka, toLags } from './lag.ts'
import type { StatusFacts } from './status-facts.ts'
import { type Problem, problemsOf } from './status-problems.ts'

/** The document of `status --json`. */
export interface StatusDocument extends StatusFacts {
  /** Errors first. */
  readonly problems: readonly Problem[]
}

/** What a person may see at once. */
export interface StatusParts {
  readonly store: string
  readonly nowMs: number
  readonly status: StoreStatus
  readonly asked: AskedKafka
  /** Undefined where it could not be read. */
  readonly storage: StorageFigures | undefined
}

/** Puts the parts together, and says what is wrong with them. */
export function toDocument(parts: StatusParts): StatusDocument {
  const { store, nowMs, status, asked, storage } = parts
  const count = (state: HostState): number => status.hosts.filter((host) => host.state === state).length
  const { activity } = status
  const document = {
    store,
    time: new Date(nowMs).toISOString(),
    hosts: {
      total: status.hosts.length,
      up: count('up'),
      late: count('late'),
      down: count('down'),
      list: status.hosts,
    },
    rates:
      activity === undefined
        ? null
        : {
            windowSeconds: activity.windowMs / 1000,
            recordsPerSecond: perSecond(activity.records, activity.windowMs),
            samplesPerSecond: perSecond(activity.samples, activity.windowMs),
          },
    latency:
      status.latency === undefined
        ? null
        : {
            windowSeconds: recentMs / 1000,
            records: status.latency.records,
            p50Seconds: status.latency.p50,
            p99Seconds: status.latency.p99,
          },
    consumers: status.consumers ?? null,
    gaps: status.gaps ?? null,
    deadLetters: status.deadLetters ?? null,
    setAside: status.setAside ?? null,
    kafka: toKafka(status, asked),
    storage: storage ?? null,
    sizes: status.sizes.map(({ table, bytes }) => ({ table: table ?? null, bytes })),
    unreadable: status.unreadable,
  }
  return { ...document, problems: problemsOf(document, nowMs) }
}

/** Null where nothing came from Kafka and none is configured: `up`. */
function toKafka({ positions, toldLags }: StoreStatus, asked: AskedKafka): StatusFacts['kafka'] {
  const { source, partitions } = toLags(positions ?? [], asked, toldLags)
  const problem = 'problem' in asked ? (asked.problem ?? null) : null
  if (partitions.length === 0 && problem === null) return null
  const known = partitions.flatMap(({ lagRecords }) => lagRecords ?? [])
  const lagRecords = known.length === 0 ? null : known.reduce((sum, lag) => sum + lag, 0)
  return { lagSource: source, lagRecords, problem, partitions }
}

function perSecond(counted: number, windowMs: number): number {
  return Math.round((counted * 100_000) / windowMs) / 100
}
