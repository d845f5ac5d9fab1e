import { createHash } from 'node:crypto'
import type { TopicOrigin } from '../metric/record.ts'
import type { Attributes, AttributeValue } from '../metric/sample.ts'
import { RecordError } from '../runtime/errors.ts'
import { uuidBytes, uuidText } from '../runtime/uuid.ts'
import type { DecodedHost, DecodedRun } from './decoded-record.ts'
import { limits } from './limits.ts'
import { resourceKeys } from './resource-keys.ts'

/** Resource attributes that speak of something on the host, not of the host: they join the series' attributes. */
const notOfHost =
  /^(?:process|container|k8s\.(?:pod|container|namespace|deployment|job|cronjob|replicaset|statefulset|daemonset))\./
const ofService = /^service\./
const instance = 'service.instance.id'
const int4 = 2_147_483_647

/** What a record of ours says of its host and run, beside the identity in its header. */
export interface OwnResource {
  readonly host: DecodedHost
  /** Absent in a note. */
  readonly startedAtMs?: number
  readonly bootedAtMs?: number
}

/** Reads our own resource; throws RecordError for what no database could keep. */
export function ownResource(agentUid: string, resource: Attributes): OwnResource {
  const labels: Record<string, string> = {}
  const others: Record<string, AttributeValue> = {}
  for (const [key, value] of Object.entries(resource)) {
    if (key.startsWith(resourceKeys.labelPrefix))
      labels[key.slice(resourceKeys.labelPrefix.length)] = textOf(value) ?? ''
    else if (!key.startsWith('hostvitals.') || key === resourceKeys.ephemeral) others[key] = value
  }
  const intervalMs = wholeOf(resource, resourceKeys.intervalMs, int4)
  const startedAtMs = wholeOf(resource, resourceKeys.startedAtMs, limits.timeMs)
  const bootedAtMs = wholeOf(resource, resourceKeys.bootedAtMs, limits.timeMs)
  const replacesUid = textOf(resource[resourceKeys.replaces])
  return {
    host: {
      agentUid,
      name: nameOf(textOf(resource['host.name']) ?? ''),
      labels,
      resource: others,
      ...(intervalMs === undefined ? {} : { intervalMs }),
      ...(replacesUid === undefined ? {} : { replacesUid: uuidOf(replacesUid) }),
    },
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(bootedAtMs === undefined ? {} : { bootedAtMs }),
  }
}

/** The run of a record of ours. A note says nothing of its start: it counts from its sending. */
export function ownRun(run: bigint, { startedAtMs, bootedAtMs }: OwnResource, sentAtMs: number): DecodedRun {
  return {
    run,
    foreign: false,
    startedAtMs: startedAtMs ?? sentAtMs,
    ...(bootedAtMs === undefined ? {} : { bootedAtMs }),
  }
}

/** The attributes of a foreign resource that belong to its series; the service's too, where it is not what names the host. */
export function joinsSeries(resource: Attributes): Attributes {
  return Object.fromEntries(Object.entries(resource).filter(([key]) => isOfSeries(key, resource)))
}

/**
 * A foreign agent's host: known by service.instance.id, else host.id, else host.name, hashed with the cluster's id. What
 * names no host at all is kept under one host 'unnamed' per cluster.
 */
export function foreignHost(cluster: string, resource: Attributes): DecodedHost {
  const identity = [instance, 'host.id', 'host.name']
    .map((key) => [key, textOf(resource[key])] as const)
    .find(([, value]) => value !== undefined)
  return {
    agentUid: uuidText(digest('foreign host', cluster, ...(identity ?? []))),
    name: nameOf(textOf(resource['host.name']) ?? identity?.[1] ?? 'unnamed'),
    labels: {},
    resource: Object.fromEntries(Object.entries(resource).filter(([key]) => !isOfSeries(key, resource))),
  }
}

/** The run of foreign records: one per partition, so that offsets are its seqs. */
export function foreignRun(origin: TopicOrigin, timestampMs: number): DecodedRun {
  const bytes = digest('foreign run', origin.cluster, origin.topicId ?? origin.topic, String(origin.partition))
  const startedAtMs = Math.min(Math.max(0, timestampMs), limits.timeMs)
  return { run: bytes.readBigUInt64BE(0) >> 1n, foreign: true, startedAtMs }
}

function isOfSeries(key: string, resource: Attributes): boolean {
  return notOfHost.test(key) || (ofService.test(key) && textOf(resource[instance]) === undefined)
}

function digest(...parts: readonly (string | undefined)[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest()
}

function textOf(value: AttributeValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A name is a label only, so a long one is cut. */
function nameOf(text: string): string {
  return text.slice(0, limits.name).toWellFormed()
}

function wholeOf(resource: Attributes, key: string, most: number): number | undefined {
  const value = resource[key]
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new RecordError(`the resource's ${key} is ${JSON.stringify(value)}, not a whole number up to ${most}`)
}

function uuidOf(text: string): string {
  try {
    return uuidText(uuidBytes(text))
  } catch (error) {
    throw new RecordError(`the resource's ${resourceKeys.replaces} is no UUID`, { cause: error })
  }
}
