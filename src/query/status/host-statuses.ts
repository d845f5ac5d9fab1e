import { hostState, type HostState } from '../host/host-state.ts'
import type { KnownHost } from '../host/hosts.ts'
import type { NewestReading } from './newest-readings.ts'

/** What an agent tells of its spool; null where it does not tell it. */
export interface SpoolStatus {
  /** Records that wait to be sent. */
  readonly records: number | null
  readonly bytes: number | null
  /** How long the oldest of them waits. */
  readonly oldestAgeSeconds: number | null
  /** Records that had to be dropped since the agent's start. */
  readonly droppedRecords: number | null
}

/**
 * What is to be looked at: two programs write under one identity; its clock, or the way, is half a minute off; its identity
 * goes with the container that its agent runs in.
 */
export type HostFlag = 'two-runs' | 'clock' | 'ephemeral'

/** One host as `status --json` lists it. */
export interface HostStatus {
  readonly name: string
  readonly agentUid: string
  readonly state: HostState
  /** Since its newest reading, by the clock of who asks and that of the host. */
  readonly ageMs: number
  /** ISO 8601. */
  readonly lastSeen: string
  /** Null for foreign hosts, which tell none. */
  readonly intervalMs: number | null
  /** Consumer's or broker's time minus the host's at sending, the way included. */
  readonly skewMs: number | null
  readonly flags: readonly HostFlag[]
  /** Null: unknown, since its agent sends nothing of it, or nothing now. */
  readonly spool: SpoolStatus | null
}

/** What agents tell of their spools, by the metrics' names. */
export const spoolMetrics: Readonly<Record<keyof SpoolStatus, string>> = {
  records: 'hostvitals.spool.records',
  bytes: 'hostvitals.spool.bytes',
  oldestAgeSeconds: 'hostvitals.spool.oldest_age',
  droppedRecords: 'hostvitals.spool.dropped',
}

const largeSkewMs = 30_000
const ranks: Readonly<Record<HostState, number>> = { down: 0, late: 1, up: 2 }

/** The hosts, the worst first: down, late, flagged, and then by name. */
export function toHostStatuses(
  hosts: readonly KnownHost[],
  seen: {
    readonly nowMs: number
    readonly interleaved: ReadonlySet<number>
    readonly newest: readonly NewestReading[]
  },
): readonly HostStatus[] {
  const readings = Map.groupBy(seen.newest, ({ hostId }) => hostId)
  const statuses = hosts.map((host): HostStatus => {
    const ageMs = Math.max(0, seen.nowMs - host.lastSeenMs)
    const isOff = Math.abs(host.skewMs ?? 0) >= largeSkewMs
    return {
      name: host.name,
      agentUid: host.agentUid,
      state: hostState(ageMs, host.intervalMs),
      ageMs,
      lastSeen: new Date(host.lastSeenMs).toISOString(),
      intervalMs: host.intervalMs ?? null,
      skewMs: host.skewMs ?? null,
      flags: [
        ...(seen.interleaved.has(host.hostId) ? (['two-runs'] as const) : []),
        ...(isOff ? (['clock'] as const) : []),
        ...(host.isEphemeral ? (['ephemeral'] as const) : []),
      ],
      spool: spoolOf(readings.get(host.hostId) ?? []),
    }
  })
  return statuses.toSorted(
    (a, b) =>
      ranks[a.state] - ranks[b.state] ||
      b.flags.length - a.flags.length ||
      (a.state === 'up' ? 0 : b.ageMs - a.ageMs) ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  )
}

function spoolOf(readings: readonly NewestReading[]): SpoolStatus | null {
  const newest = (metric: string): number | null =>
    readings.filter((each) => each.metric === metric).reduce<NewestReading | undefined>(later, undefined)?.value ?? null
  const spool = {
    records: newest(spoolMetrics.records),
    bytes: newest(spoolMetrics.bytes),
    oldestAgeSeconds: newest(spoolMetrics.oldestAgeSeconds),
    droppedRecords: droppedOf(readings),
  }
  return Object.values(spool).every((value) => value === null) ? null : spool
}

/** Told for each reason apart, or as one. */
function droppedOf(readings: readonly NewestReading[]): number | null {
  const dropped = readings.filter(({ metric }) => metric === spoolMetrics.droppedRecords)
  return dropped.length === 0 ? null : dropped.reduce((sum, { value }) => sum + value, 0)
}

function later(a: NewestReading | undefined, b: NewestReading): NewestReading {
  return a === undefined || b.timeMs >= a.timeMs ? b : a
}
