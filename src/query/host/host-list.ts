import { StoreConfigurationError } from '../../runtime/errors.ts'
import type { MetricStore } from '../../store/store.ts'
import { hostState, type HostState } from './host-state.ts'
import { type KnownHost, readHosts } from './hosts.ts'
import { readRecentActivity } from '../status/recent-activity.ts'

/** Another host, as one is told of. */
export interface HostName {
  readonly name: string
  readonly agentUid: string
}

/** One host as `hosts list --json` has it. */
export interface ListedHost extends HostName {
  readonly labels: Readonly<Record<string, string>>
  readonly state: HostState
  /** ISO 8601, as all times. */
  readonly firstSeen: string
  readonly lastSeen: string
  /** Null for foreign hosts, which tell none. */
  readonly intervalMs: number | null
  /** The host whose disk it is a copy of. */
  readonly replaces: HostName | null
  /** The hosts that are copies of its disk. */
  readonly replacedBy: readonly HostName[]
  /** Its identity goes with the container that its agent runs in. */
  readonly isEphemeral: boolean
  /** Two programs write under its identity; null where that cannot be read. */
  readonly hasTwoRuns: boolean | null
  readonly forgottenAt: string | null
}

/** Every host with what there is to know of who it is, by name; forgotten ones only where they are wanted. */
export async function listHosts(
  store: MetricStore,
  nowMs: number,
  { forgotten }: { readonly forgotten: boolean },
): Promise<readonly ListedHost[]> {
  const all = await readHosts(store)
  const interleaved = await readInterleaved(store, nowMs)
  const byId = new Map(all.map((host) => [host.hostId, host]))
  const copies = Map.groupBy(all, ({ replacesId }) => replacesId)
  return all
    .filter(({ forgottenMs }) => forgotten || forgottenMs === undefined)
    .map((host) => {
      const replaced = host.replacesId === undefined ? undefined : byId.get(host.replacesId)
      return {
        name: host.name,
        agentUid: host.agentUid,
        labels: host.labels,
        state: hostState(Math.max(0, nowMs - host.lastSeenMs), host.intervalMs),
        firstSeen: new Date(host.firstSeenMs).toISOString(),
        lastSeen: new Date(host.lastSeenMs).toISOString(),
        intervalMs: host.intervalMs ?? null,
        replaces: replaced === undefined ? null : nameOf(replaced),
        replacedBy: (copies.get(host.hostId) ?? []).map(nameOf),
        isEphemeral: host.isEphemeral,
        hasTwoRuns: interleaved?.has(host.hostId) ?? null,
        forgottenAt: host.forgottenMs === undefined ? null : new Date(host.forgottenMs).toISOString(),
      }
    })
}

/** Undefined where this user may not read the rows. */
async function readInterleaved(store: MetricStore, nowMs: number): Promise<ReadonlySet<number> | undefined> {
  try {
    return (await readRecentActivity(store, nowMs)).interleaved
  } catch (error) {
    if (error instanceof StoreConfigurationError) return undefined
    throw error
  }
}

function nameOf({ name, agentUid }: KnownHost): HostName {
  return { name, agentUid }
}
