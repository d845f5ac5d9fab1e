/**
 * Every event the product emits, in one typed table: a log line, a counter and a status are three readers of it.
 * Messages are the event's name; data stands beside. A dropped measurement always has an event with its reason.
 */
export interface Events {
  // roles
  'role.started': { readonly role: string; readonly version: string; readonly facts: string }
  'role.stopped': { readonly role: string; readonly facts: string }
  'role.failed': { readonly role: string; readonly reason: string; readonly nextStep: string }
  'health.listening': { readonly url: string }
  'dashboard.listening': { readonly url: string }
  /** A fault of ours: what a question could not be answered for. */
  'dashboard.failed': { readonly address: string; readonly reason: string }
  'host.figures': Readonly<Record<string, number>>
  // agent
  'metric.failed': { readonly metric: string; readonly definedAt?: string; readonly reason: string }
  'metric.recovered': { readonly metric: string }
  /** One mount, sensor or battery of a group is a gap: told when it begins. `silent` with the error that is read instead, `unasked` with why nobody could ask. */
  'metric.hung': { readonly metric: string; readonly what: string }
  'metric.silent': { readonly metric: string; readonly what: string; readonly reason: string }
  'metric.unasked': { readonly metric: string; readonly what: string; readonly reason: string }
  'metric.answered': { readonly metric: string; readonly what: string }
  /** A whole number beyond 2^53, once for each series; each that travels is counted in `scrape.inexact`. */
  'metric.inexact': { readonly metric: string; readonly attributes: string; readonly value: number }
  'scrape.inexact': { readonly values: number }
  /** A metric's further series share one, told once for each metric; how many did in a round is in `scrape.overflow`. */
  'metric.overflow': { readonly metric: string; readonly limit: number }
  'scrape.overflow': { readonly series: number }
  'scrape.stalled': { readonly metric: string; readonly blockedMs: number }
  'scrape.skipped': { readonly missedRounds: number }
  /** A round of measuring ended, whether or not it can be kept. */
  'scrape.done': { readonly samples: number; readonly failures: number; readonly ms: number }
  'spool.opened': { readonly folder: string; readonly records: number; readonly bytes: number }
  'spool.accepted': { readonly records: number }
  'spool.damaged': {
    readonly segment: string
    readonly fromSeq: number
    readonly toSeq: number
    readonly reason: string
  }
  'spool.dropped': { readonly records: number; readonly bytes: number; readonly reason: 'full' | 'disk-full' }
  /** With `isScrapeLost` what was measured could not be written; else something that it can live without, or that is tried again. */
  'spool.failed': { readonly reason: string; readonly isScrapeLost?: true }
  'identity.changed': { readonly agentUid: string; readonly replaces: string; readonly reason: string }
  'identity.noted': { readonly component: string }
  /** What was seen of this machine could not be written down: the next start compares with what was seen before. */
  'identity.unkept': { readonly reason: string }
  /** The cloud's metadata service was asked, and has not said what it should. */
  'identity.cloud-silent': { readonly reason: string }
  /** The state folder goes with the container, and nothing else says who this host is. */
  'identity.ephemeral': { readonly folder: string }
  // Kafka
  'kafka.connected': { readonly brokers: string; readonly topic: string; readonly spooledRecords?: number }
  'kafka.failing': { readonly reason: string; readonly nextStep?: string; readonly spooledRecords?: number }
  'kafka.refused-record': { readonly seq: number; readonly reason: string }
  'kafka.assigned': { readonly topic: string; readonly partitions: readonly number[] }
  /** Assigned, and not read: no broker leads them or answers for them. None: all are read again. */
  'kafka.partitions-waiting': { readonly topic: string; readonly partitions: readonly number[] }
  'kafka.truncated': { readonly topic: string; readonly partition: number; readonly from: string; readonly to: string }
  'kafka.insecure': { readonly brokers: string }
  'kafka.topic-created': { readonly topic: string }
  // consumer
  'ingest.stored': {
    readonly records: number
    readonly samples: number
    readonly duplicates: number
    readonly ms: number
  }
  /** Of a stored batch: numbers kept as missing, whole numbers kept as the nearest double, points of kinds that are not kept. */
  'ingest.odd-values': { readonly notFinite: number; readonly inexact: number; readonly unsupported: number }
  /** Once for each series of a host. */
  'ingest.inexact': { readonly host: string; readonly metric: string; readonly attributes: string }
  'ingest.dead-letter': {
    readonly reason: string
    readonly error: string
    readonly topic?: string
    readonly partition?: number
    readonly offset?: string
  }
  'ingest.gap': {
    readonly host: string
    readonly fromSeq: number
    readonly toSeq: number
    readonly state: 'open' | 'lost' | 'expired'
    readonly reason?: string
  }
  /** It was forgotten, and sends again. */
  'ingest.host-returned': { readonly host: string; readonly agentUid: string }
  'ingest.stale-batch': { readonly topic: string; readonly partition: number; readonly position: string }
  /** The reason names the store. */
  'store.failing': { readonly store: string; readonly reason: string; readonly nextStep?: string }
  'store.undurable': { readonly store: string; readonly reason: string; readonly nextStep: string }
  'store.recovered': { readonly store: string }
  'upkeep.due': { readonly store: string; readonly days: number }
  'upkeep.failing': { readonly store: string; readonly reason: string; readonly nextStep?: string }
  'upkeep.gaps-given-up': { readonly store: string; readonly gaps: number }
  /** The tiers wait; nobody else does. */
  'rollup.failing': { readonly store: string; readonly reason: string; readonly nextStep?: string }
  /** A bucket of a tier can never be stored; the others go on. `resolution` in seconds, `time` its begin, ISO 8601. */
  'rollup.set-aside': {
    readonly store: string
    readonly host: string
    readonly resolution: number
    readonly time: string
    readonly reason: string
  }
  'rollup.recovered': { readonly store: string }
  /** What was older than what is kept is gone: parts of tables, and rows of these tables. */
  'retention.dropped': { readonly store: string; readonly partitions: number; readonly tables: readonly string[] }
  'store.migrated': { readonly store: string; readonly applied: readonly string[] }
}

/** Events that a person should act upon or at least know; the others are the normal course. */
export type EventName = keyof Events

/** Hands an event on. Never throws, never blocks. */
export type Emit = <Name extends EventName>(name: Name, data: Events[Name]) => void

/** Where events go that nobody reads. */
export const ignoreEvents: Emit = () => undefined
