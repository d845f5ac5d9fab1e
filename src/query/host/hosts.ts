import { UnknownNameError } from '../asked-errors.ts'
import { UsageError } from '../../runtime/errors.ts'
import { nearest } from '../../runtime/nearest.ts'
import type { MetricStore } from '../../store/store.ts'

/** A host as the database knows it. */
export interface KnownHost {
  readonly hostId: number
  readonly agentUid: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** What its agent says of itself; absent for foreign hosts. */
  readonly intervalMs: number | undefined
  readonly firstSeenMs: number
  readonly lastSeenMs: number
  /** Our time minus its own when it sent a record, the way included; undefined for foreign hosts. */
  readonly skewMs: number | undefined
  /** The host that it took the place of: its disk was a copy. */
  readonly replacesId: number | undefined
  /** Its identity goes with the container that its agent runs in. */
  readonly isEphemeral: boolean
  /** Since when it is on no list. */
  readonly forgottenMs: number | undefined
}

/** Which hosts a question is about; everything absent means all. */
export interface HostFilter {
  /** A name or a uid. */
  readonly host?: string
  readonly labels?: Readonly<Record<string, string>>
}

/** All hosts, forgotten ones too, by name; or those of these uids that there are. */
export async function readHosts(
  { codec, database }: MetricStore,
  uids?: readonly string[],
): Promise<readonly KnownHost[]> {
  const all = database.selectFrom('host').selectAll().orderBy('name').orderBy('host_id')
  const wanted = uids === undefined ? all : all.where('agent_uid', 'in', uids.map(codec.uid))
  const rows = await wanted.execute()
  return rows.map((row) => ({
    hostId: row.host_id,
    agentUid: codec.uidText(row.agent_uid),
    name: row.name,
    labels: parseLabels(codec.jsonValue(row.labels)),
    intervalMs: row.interval_ms ?? undefined,
    firstSeenMs: codec.timeMs(row.first_seen),
    lastSeenMs: codec.timeMs(row.last_seen),
    skewMs: row.skew_ms ?? undefined,
    replacesId: row.replaces ?? undefined,
    isEphemeral: isEphemeral(codec.jsonValue(row.resource)),
    forgottenMs: row.forgotten_at === null ? undefined : codec.timeMs(row.forgotten_at),
  }))
}

/**
 * The hosts that the filter means, by name; forgotten ones only where one is asked for by its uid. Throws UsageError when the
 * host is unknown (with the nearest names) or when two hosts have that name (with their uids): two machines are never
 * answered for as one.
 */
export async function findHosts(store: MetricStore, filter: HostFilter): Promise<readonly KnownHost[]> {
  const hosts = (await readHosts(store)).filter(({ labels }) =>
    Object.entries(filter.labels ?? {}).every(([key, value]) => labels[key] === value),
  )
  return filter.host === undefined
    ? hosts.filter(({ forgottenMs }) => forgottenMs === undefined)
    : namedHosts(filter.host, hosts)
}

/** The one host of that uid or name. Throws UnknownNameError, and UsageError where two hosts have the name. */
export function namedHosts(host: string, hosts: readonly KnownHost[]): readonly KnownHost[] {
  const byUid = hosts.filter(({ agentUid }) => agentUid === host.toLowerCase())
  if (byUid.length > 0) return byUid
  const listed = hosts.filter(({ forgottenMs }) => forgottenMs === undefined)
  const found = listed.filter(({ name }) => name === host)
  if (found.length === 0) throw unknownHost(host, hosts, listed)
  if (found.length > 1) {
    throw ambiguousHost(
      host,
      found.map(({ agentUid }) => agentUid),
    )
  }
  return found
}

function unknownHost(host: string, hosts: readonly KnownHost[], listed: readonly KnownHost[]): UsageError {
  const forgotten = hosts.filter(({ name }) => name === host).map(({ agentUid }) => agentUid)
  if (forgotten.length > 0) {
    return new UsageError(`'${host}' is forgotten: ${forgotten.join(', ')}`, {
      nextStep: 'its readings can be asked for by the uid, while they are kept',
    })
  }
  const near = nearest(
    host,
    listed.map(({ name }) => name),
  )
  return new UnknownNameError(`no host is called '${host}'`, {
    nearest: near,
    nextStep: near.length > 0 ? `did you mean ${near.join(' or ')}?` : '`hostvitals hosts list` says which there are',
  })
}

/** A name that several hosts have: whoever asks must say which. */
export function ambiguousHost(host: string, uids: readonly string[]): UsageError {
  return new UsageError(`${uids.length} hosts are called '${host}': ${uids.join(', ')}`, {
    nextStep: 'give one of the uids instead',
  })
}

function parseLabels(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([key, label]) => [key, String(label)]))
}

/** As it travels: `resourceKeys.ephemeral` of the wire. */
function isEphemeral(resource: unknown): boolean {
  return (
    typeof resource === 'object' &&
    resource !== null &&
    'hostvitals.ephemeral' in resource &&
    resource['hostvitals.ephemeral'] === true
  )
}
