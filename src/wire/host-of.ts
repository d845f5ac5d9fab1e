import { createHash } from 'node:crypto'
import type { Attributes } from '../metric/sample.ts'
import type { TopicOrigin } from '../metric/record.ts'
import { uuidText } from '../runtime/uuid.ts'
import type { DecodedHost, DecodedRun } from './decoded-record.ts'
import { resourceKeys } from './resource-keys.ts'

/** Resource attributes that speak of something on the host, not of the host: they join the series' attributes. */
const notOfHost =
  /^(?:process|container|k8s\.(?:pod|container|namespace|deployment|job|replicaset|statefulset|daemonset))\./

/** A resource's attributes, parted into the host's and the series'. */
export function partResource(attributes: Attributes): { readonly ofHost: Attributes; readonly ofSeries: Attributes } {
  const entries = Object.entries(attributes)
  return {
    ofHost: Object.fromEntries(entries.filter(([key]) => !notOfHost.test(key))),
    ofSeries: Object.fromEntries(entries.filter(([key]) => notOfHost.test(key))),
  }
}

/** The host of a record of ours: the uid is the header's, the rest what the resource says. */
export function ownHost(agentUid: string, resource: Attributes): DecodedHost {
  const labels: Record<string, string> = {}
  const others: Record<string, Attributes[string]> = {}
  for (const [key, value] of Object.entries(resource)) {
    if (key.startsWith(resourceKeys.labelPrefix))
      labels[key.slice(resourceKeys.labelPrefix.length)] = textOf(value) ?? ''
    else if (!key.startsWith('hostvitals.')) others[key] = value
  }
  const intervalMs = resource[resourceKeys.intervalMs]
  const replaces = resource[resourceKeys.replaces]
  return {
    agentUid,
    name: textOf(resource['host.name']) ?? agentUid,
    labels,
    resource: others,
    ...(typeof intervalMs === 'number' ? { intervalMs } : {}),
    ...(typeof replaces === 'string' ? { replacesUid: replaces } : {}),
  }
}

/** The run of a record of ours. */
export function ownRun(run: bigint, resource: Attributes, fallbackMs: number): DecodedRun {
  const startedAtMs = resource[resourceKeys.startedAtMs]
  const bootedAtMs = resource[resourceKeys.bootedAtMs]
  return {
    run,
    foreign: false,
    startedAtMs: typeof startedAtMs === 'number' ? startedAtMs : fallbackMs,
    ...(typeof bootedAtMs === 'number' ? { bootedAtMs } : {}),
  }
}

/**
 * A foreign agent's host: known by service.instance.id, else host.id, else host.name, hashed with the cluster's id. What
 * names no host at all is kept under one host 'unnamed' per cluster.
 */
export function foreignHost(cluster: string, resource: Attributes): DecodedHost {
  const key = ['service.instance.id', 'host.id', 'host.name'].find((name) => textOf(resource[name]) !== undefined)
  const identity = key === undefined ? '' : `${key}=${textOf(resource[key])}`
  return {
    agentUid: uuidText(digest('foreign host', cluster, identity)),
    name:
      textOf(resource['host.name']) ??
      textOf(resource['service.name']) ??
      (key === undefined ? 'unnamed' : textOf(resource[key])) ??
      'unnamed',
    labels: {},
    resource,
  }
}

/** The run of foreign records: one per partition, so that offsets are its seqs. */
export function foreignRun(origin: TopicOrigin, startedAtMs: number): DecodedRun {
  const bytes = digest('foreign run', origin.cluster, origin.topicId ?? origin.topic, String(origin.partition))
  return { run: bytes.readBigUInt64BE(0) >> 1n, foreign: true, startedAtMs }
}

function digest(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest()
}

function textOf(value: Attributes[string] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
