import type { Attributes } from '../../metric/sample.ts'
import { StoreUnavailableError } from '../../runtime/errors.ts'
import type { DecodedHost, DecodedPart } from '../../wire/decoded-record.ts'
import { canonicalAttributes } from '../../wire/series-key.ts'
import { inChunks, insertMissing } from '../insert-missing.ts'
import { storableTime } from './storable-time.ts'
import type { MetricStore } from '../store.ts'

interface KnownHost {
  readonly hostId: number
  /** What the host says of itself, as canonical JSON: name, labels, resource, interval. */
  readonly described: string
  /** Whether it is stored which host this one took the place of; that one may be heard of later. */
  readonly hasReplaced: boolean
  /** When the description was compared last, by the record's time, and which run it was. */
  readonly checkedAtMs: number
  readonly checkedRun: bigint
}

const most = 100_000
/** A host describes itself anew when its agent starts; foreign ones may at any time. */
const checkEveryMs = 60_000
const largestInterval = 2 ** 31 - 1

/** Ids of hosts by `agent_uid`, and what hosts say of themselves, kept up to date. */
export class HostCatalog {
  readonly #store: MetricStore
  #hosts = new Map<string, KnownHost>()

  constructor(store: MetricStore) {
    this.#store = store
  }

  forget(): void {
    this.#hosts = new Map()
  }

  /** Of a host that may not be there. */
  async find(agentUid: string): Promise<number | undefined> {
    return this.#hosts.get(agentUid)?.hostId ?? (await this.#read([agentUid])).get(agentUid)?.hostId
  }

  /** The hosts' ids, index by index; new hosts are inserted, changed ones updated. */
  async idsOf(parts: readonly DecodedPart[], nowMs: number): Promise<readonly number[]> {
    const hosts = this.#hosts
    const unknown = earliestOf(
      parts.filter(({ host }) => !hosts.has(host.agentUid)),
      nowMs,
    )
    // Those of this batch apart from those that are remembered, since a batch may hold more than are.
    const own = unknown.size === 0 ? new Map<string, KnownHost>() : await this.#fetch(unknown, nowMs)
    const result: number[] = []
    for (const part of parts) {
      const { agentUid } = part.host
      const known = own.get(agentUid) ?? hosts.get(agentUid)
      if (known === undefined) throw new StoreUnavailableError(`the database gave no id for the host ${agentUid}`)
      result.push(known.hostId)
      const atMs = timeOf(part, nowMs)
      if (known.checkedRun === part.run.run && Math.abs(atMs - known.checkedAtMs) < checkEveryMs) continue
      const checked = await this.#update(known, part, atMs)
      own.set(agentUid, checked)
      remember(hosts, agentUid, checked)
    }
    return result
  }

  async #fetch(unknown: ReadonlyMap<string, DecodedPart>, nowMs: number): Promise<Map<string, KnownHost>> {
    const found = await this.#read([...unknown.keys()])
    const missing = [...unknown.keys()].filter((agentUid) => !found.has(agentUid)).sort()
    for (const chunk of inChunks(missing)) {
      const parts = chunk.flatMap((agentUid) => unknown.get(agentUid) ?? [])
      const rows = await Promise.all(parts.map(async (part) => this.#toRow(part, nowMs)))
      const { database, traits } = this.#store
      await insertMissing(database.insertInto('host').values(rows), traits, 'name')
    }
    return new Map([...found, ...(missing.length === 0 ? [] : await this.#read(missing))])
  }

  async #toRow(part: DecodedPart, nowMs: number) {
    const { codec } = this.#store
    const { agentUid, replacesUid } = part.host
    const seen = codec.time(timeOf(part, nowMs))
    const replaces = replacesUid === undefined ? undefined : await this.find(replacesUid)
    return {
      agent_uid: codec.uid(agentUid),
      ...this.#description(part.host),
      first_seen: seen,
      last_seen: seen,
      replaces: replaces ?? null,
    }
  }

  async #read(agentUids: readonly string[]): Promise<Map<string, KnownHost>> {
    const { codec, database } = this.#store
    const found = new Map<string, KnownHost>()
    for (const chunk of inChunks(agentUids)) {
      const rows = await database
        .selectFrom('host')
        .select(['host_id', 'agent_uid', 'name', 'labels', 'resource', 'interval_ms', 'replaces'])
        .where('agent_uid', 'in', chunk.map(codec.uid))
        .execute()
      for (const row of rows) {
        const described = canonicalAttributes({
          name: row.name,
          intervalMs: row.interval_ms,
          // Written by us from Attributes.
          labels: codec.jsonValue(row.labels) as Attributes,
          resource: codec.jsonValue(row.resource) as Attributes,
        })
        const unchecked = { checkedAtMs: Number.NEGATIVE_INFINITY, checkedRun: -1n }
        const hasReplaced = row.replaces !== null
        found.set(codec.uidText(row.agent_uid), { hostId: row.host_id, described, hasReplaced, ...unchecked })
      }
    }
    return found
  }

  async #update(known: KnownHost, { host, run }: DecodedPart, atMs: number): Promise<KnownHost> {
    const { codec, database } = this.#store
    // A note says nothing of its host: the run's first record of numbers will.
    if (host.name === '') return known
    const described = describedBy(host)
    if (described !== known.described) {
      // A record of an older time, read again, does not bring back what the host was then.
      await database
        .updateTable('host')
        .set(this.#description(host))
        .where('host_id', '=', known.hostId)
        // A database that was restored meanwhile may have given the id to another host.
        .where('agent_uid', '=', codec.uid(host.agentUid))
        .where('last_seen', '<=', codec.time(atMs))
        .execute()
    }
    const hasReplaced = known.hasReplaced || (await this.#setReplaced(known.hostId, host))
    return { hostId: known.hostId, described, hasReplaced, checkedAtMs: atMs, checkedRun: run.run }
  }

  /** The host that this one took the place of may stand in another partition, and come later. */
  async #setReplaced(hostId: number, { agentUid, replacesUid }: DecodedHost): Promise<boolean> {
    if (replacesUid === undefined || replacesUid === agentUid) return false
    const replaces = await this.find(replacesUid)
    if (replaces === undefined) return false
    const { database } = this.#store
    await database.updateTable('host').set({ replaces }).where('host_id', '=', hostId).execute()
    return true
  }

  #description(host: DecodedHost) {
    const { codec } = this.#store
    return {
      name: host.name,
      labels: codec.json(host.labels),
      resource: codec.json(host.resource),
      interval_ms: intervalOf(host),
    }
  }
}

function describedBy(host: DecodedHost): string {
  const { name, labels, resource } = host
  return canonicalAttributes({ name, intervalMs: intervalOf(host), labels, resource })
}

function intervalOf({ intervalMs }: DecodedHost): number | null {
  if (intervalMs === undefined || !(intervalMs >= 1 && intervalMs <= largestInterval)) return null
  return Math.round(intervalMs)
}

/** When this part was measured, at most now, to the second: what `last_seen` is told in. */
function timeOf({ scrapes, histograms }: DecodedPart, nowMs: number): number {
  const timeMs = scrapes[0]?.timeMs ?? histograms[0]?.timeMs ?? nowMs
  return Math.floor(storableTime(timeMs, nowMs) / 1000) * 1000
}

/** Of each host the part that was measured first, and one that says what the host is before a note, which does not. */
function earliestOf(parts: readonly DecodedPart[], nowMs: number): ReadonlyMap<string, DecodedPart> {
  const earliest = new Map<string, DecodedPart>()
  for (const part of parts) {
    const former = earliest.get(part.host.agentUid)
    const isBetter =
      former === undefined ||
      (former.host.name === '' && part.host.name !== '') ||
      (part.host.name !== '' && timeOf(part, nowMs) < timeOf(former, nowMs))
    if (isBetter) earliest.set(part.host.agentUid, part)
  }
  return earliest
}

function remember(hosts: Map<string, KnownHost>, agentUid: string, known: KnownHost): void {
  if (hosts.size >= most && !hosts.has(agentUid)) {
    const [oldest] = hosts.keys()
    if (oldest !== undefined) hosts.delete(oldest)
  }
  hosts.set(agentUid, known)
}
