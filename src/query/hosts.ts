import { UsageError } from '../runtime/errors.ts'
import { nearest } from '../runtime/nearest.ts'
import type { MetricStore } from '../store/store.ts'

/** A host as the database knows it. */
export interface KnownHost {
  readonly hostId: number
  readonly agentUid: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** What its agent says of itself; absent for foreign hosts. */
  readonly intervalMs: number | undefined
  readonly lastSeenMs: number
  /** Our time minus its own when it sent a record, the way included; undefined for foreign hosts. */
  readonly skewMs: number | undefined
}

/** Which hosts a question is about; everything absent means all. */
export interface HostFilter {
  /** A name or a uid. */
  readonly host?: string
  readonly labels?: Readonly<Record<string, string>>
}

/**
 * The hosts that the filter means, forgotten ones excluded, by name. Throws UsageError when the host is unknown (with the
 * nearest names) or when two hosts have that name (with their uids): two machines are never answered for as one.
 */
export async function findHosts(store: MetricStore, filter: HostFilter): Promise<readonly KnownHost[]> {
  const rows = await store.database
    .selectFrom('host')
    .select(['host_id', 'agent_uid', 'name', 'labels', 'interval_ms', 'last_seen', 'skew_ms'])
    .where('forgotten_at', 'is', null)
    .orderBy('name')
    .orderBy('host_id')
    .execute()
  const hosts = rows.map((row) => ({
    hostId: row.host_id,
    agentUid: store.codec.uidText(row.agent_uid),
    name: row.name,
    labels: parseLabels(store.codec.jsonValue(row.labels)),
    intervalMs: row.interval_ms ?? undefined,
    lastSeenMs: store.codec.timeMs(row.last_seen),
    skewMs: row.skew_ms ?? undefined,
  }))
  const labelled = hosts.filter(({ labels }) =>
    Object.entries(filter.labels ?? {}).every(([key, value]) => labels[key] === value),
  )
  return filter.host === undefined ? labelled : named(filter.host, labelled)
}

function named(host: string, hosts: readonly KnownHost[]): readonly KnownHost[] {
  const byUid = hosts.filter(({ agentUid }) => agentUid === host.toLowerCase())
  const found = byUid.length > 0 ? byUid : hosts.filter(({ name }) => name === host)
  if (found.length === 0) {
    const near = nearest(
      host,
      hosts.map(({ name }) => name),
    )
    throw new UsageError(`no host is called '${host}'`, {
      nextStep: near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'leave --host out to see all hosts',
    })
  }
  if (found.length > 1) {
    const uids = found.map(({ agentUid }) => agentUid).join(', ')
    throw new UsageError(`${found.length} hosts are called '${host}': ${uids}`, {
      nextStep: 'give one of the uids to --host',
    })
  }
  return found
}

function parseLabels(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([key, label]) => [key, String(label)]))
}
