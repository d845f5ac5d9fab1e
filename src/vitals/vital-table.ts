import type { EventName, Events } from '../runtime/events.ts'

/** How much an event adds to a counter, or what a histogram observes in it, for each event that matters. */
export type Source = { readonly [Name in EventName]?: (data: Events[Name]) => number }

/** Which half of the pipeline a vital is about: an agent and its spool, or what stores. `up` is both. */
export type VitalPart = 'agent' | 'ingest'

/** The name of a vital, dotted, as it is stored. Those that are stored are a promise. */
export type VitalName =
  | 'hostvitals.spool.records'
  | 'hostvitals.spool.bytes'
  | 'hostvitals.spool.oldest_age'
  | 'hostvitals.spool.dropped'
  | 'hostvitals.spool.accepted'
  | 'hostvitals.spool.failures'
  | 'hostvitals.spool.refused'
  | 'hostvitals.spool.damaged'
  | 'hostvitals.scrape.duration'
  | 'hostvitals.scrape.skipped'
  | 'hostvitals.scrape.failures'
  | 'hostvitals.scrape.inexact'
  | 'hostvitals.scrape.overflow'
  | 'hostvitals.ingest.accepted'
  | 'hostvitals.ingest.samples'
  | 'hostvitals.ingest.duplicate'
  | 'hostvitals.ingest.gaps'
  | 'hostvitals.ingest.dead_letters'
  | 'hostvitals.ingest.lag'
  | 'hostvitals.ingest.latency'
  | 'hostvitals.ingest.batch_duration'
  | 'hostvitals.ingest.stale_batches'
  | 'hostvitals.ingest.store_failures'
  | 'hostvitals.ingest.not_finite'
  | 'hostvitals.ingest.inexact'
  | 'hostvitals.ingest.unsupported'

/** One number that a role knows of itself. */
export interface Vital {
  readonly name: VitalName
  /** UCUM, as OpenTelemetry writes it. */
  readonly unit: string
  readonly kind: 'counter' | 'gauge' | 'histogram'
  /** One sentence without a full stop: HELP of Prometheus, and the table of docs/operations.md. */
  readonly description: string
  readonly part: VitalPart
  /** True: it travels through the pipeline too, beside the host's metrics. */
  readonly isStored: boolean
  /** Absent: a live reading, or recorded by who knows it. */
  readonly from?: Source
}

const one = (): number => 1

/** Every vital, once, in the order in which it is shown. */
export const vitalTable: readonly Vital[] = [
  {
    name: 'hostvitals.spool.records',
    unit: '{record}',
    kind: 'gauge',
    description: 'Records that wait in the spool',
    part: 'agent',
    isStored: true,
  },
  {
    name: 'hostvitals.spool.bytes',
    unit: 'By',
    kind: 'gauge',
    description: 'Bytes of the records that wait in the spool',
    part: 'agent',
    isStored: true,
  },
  {
    name: 'hostvitals.spool.oldest_age',
    unit: 's',
    kind: 'gauge',
    description: 'Age of the oldest record that waits in the spool, 0 when none waits',
    part: 'agent',
    isStored: true,
  },
  {
    name: 'hostvitals.spool.dropped',
    unit: '{record}',
    kind: 'counter',
    description: 'Records that were dropped because the spool or its disk was full; each is in a gap',
    part: 'agent',
    isStored: true,
    from: { 'spool.dropped': ({ records }) => records },
  },
  {
    name: 'hostvitals.spool.accepted',
    unit: '{record}',
    kind: 'counter',
    description: 'Records that the spool accepted',
    part: 'agent',
    isStored: false,
    from: { 'spool.accepted': ({ records }) => records },
  },
  {
    name: 'hostvitals.spool.failures',
    unit: '{failure}',
    kind: 'counter',
    description: 'Times that the spool could not be read or written',
    part: 'agent',
    isStored: false,
    from: { 'spool.failed': one },
  },
  {
    name: 'hostvitals.spool.refused',
    unit: '{record}',
    kind: 'counter',
    description: 'Records that Kafka refused for themselves; each is kept aside and in a gap',
    part: 'agent',
    isStored: false,
    from: { 'kafka.refused-record': one },
  },
  {
    name: 'hostvitals.spool.damaged',
    unit: '{record}',
    kind: 'counter',
    description: 'Records that the disk gave back damaged, as far as can be told; each is in a gap',
    part: 'agent',
    isStored: false,
    from: { 'spool.damaged': ({ fromSeq, toSeq }) => Math.max(0, toSeq - fromSeq + 1) },
  },
  {
    name: 'hostvitals.scrape.duration',
    unit: 's',
    kind: 'histogram',
    description: 'How long a round of measuring took',
    part: 'agent',
    isStored: true,
    from: { 'scrape.done': ({ ms }) => ms / 1000 },
  },
  {
    name: 'hostvitals.scrape.skipped',
    unit: '{round}',
    kind: 'counter',
    description: 'Rounds that were left out because the former one took too long',
    part: 'agent',
    isStored: false,
    from: { 'scrape.skipped': ({ missedRounds }) => missedRounds },
  },
  {
    name: 'hostvitals.scrape.failures',
    unit: '{failure}',
    kind: 'counter',
    description: 'Metrics that gave nothing in a round',
    part: 'agent',
    isStored: false,
    from: { 'scrape.done': ({ failures }) => failures },
  },
  {
    name: 'hostvitals.scrape.inexact',
    unit: '{value}',
    kind: 'counter',
    description: 'Whole numbers beyond 2^53, which travel as the nearest double',
    part: 'agent',
    isStored: false,
    from: { 'scrape.inexact': ({ values }) => values },
  },
  {
    name: 'hostvitals.scrape.overflow',
    unit: '{series}',
    kind: 'counter',
    description: 'Series of the rounds that shared an overflow series because of the limit',
    part: 'agent',
    isStored: false,
    from: { 'scrape.overflow': ({ series }) => series },
  },
  {
    name: 'hostvitals.ingest.accepted',
    unit: '{record}',
    kind: 'counter',
    description: 'Records that were stored',
    part: 'ingest',
    isStored: true,
    from: { 'ingest.stored': ({ records }) => records },
  },
  {
    name: 'hostvitals.ingest.samples',
    unit: '{sample}',
    kind: 'counter',
    description: 'Samples that were stored',
    part: 'ingest',
    isStored: false,
    from: { 'ingest.stored': ({ samples }) => samples },
  },
  {
    name: 'hostvitals.ingest.duplicate',
    unit: '{record}',
    kind: 'counter',
    description: 'Records that came again and were found equal',
    part: 'ingest',
    isStored: true,
    from: { 'ingest.stored': ({ duplicates }) => duplicates },
  },
  {
    name: 'hostvitals.ingest.gaps',
    unit: '{gap}',
    kind: 'counter',
    description: 'Gaps that were noted or grew',
    part: 'ingest',
    isStored: true,
    from: { 'ingest.gap': one },
  },
  {
    name: 'hostvitals.ingest.dead_letters',
    unit: '{record}',
    kind: 'counter',
    description: 'Records that could not be stored and are kept as dead letters',
    part: 'ingest',
    isStored: true,
    from: { 'ingest.dead-letter': one },
  },
  {
    name: 'hostvitals.ingest.lag',
    unit: '{record}',
    kind: 'gauge',
    description: 'Records of a partition that are on the topic and not stored yet',
    part: 'ingest',
    isStored: true,
  },
  {
    name: 'hostvitals.ingest.latency',
    unit: 's',
    kind: 'histogram',
    description: 'From the time of a record to its committed row',
    part: 'ingest',
    isStored: true,
  },
  {
    name: 'hostvitals.ingest.batch_duration',
    unit: 's',
    kind: 'histogram',
    description: 'How long a batch took from its arrival to its commit',
    part: 'ingest',
    isStored: false,
    from: { 'ingest.stored': ({ ms }) => ms / 1000 },
  },
  {
    name: 'hostvitals.ingest.stale_batches',
    unit: '{batch}',
    kind: 'counter',
    description: 'Batches that another consumer had stored already',
    part: 'ingest',
    isStored: false,
    from: { 'ingest.stale-batch': one },
  },
  {
    name: 'hostvitals.ingest.store_failures',
    unit: '{failure}',
    kind: 'counter',
    description: 'Times that the database began to fail',
    part: 'ingest',
    isStored: false,
    from: { 'store.failing': one },
  },
  {
    name: 'hostvitals.ingest.not_finite',
    unit: '{value}',
    kind: 'counter',
    description: 'Values that arrived as NaN, infinite or missing and are kept as missing',
    part: 'ingest',
    isStored: false,
    from: { 'ingest.odd-values': ({ notFinite }) => notFinite },
  },
  {
    name: 'hostvitals.ingest.inexact',
    unit: '{value}',
    kind: 'counter',
    description: 'Whole numbers beyond 2^53, which are kept as the nearest double',
    part: 'ingest',
    isStored: false,
    from: { 'ingest.odd-values': ({ inexact }) => inexact },
  },
  {
    name: 'hostvitals.ingest.unsupported',
    unit: '{point}',
    kind: 'counter',
    description: 'Points of kinds that are not kept: summaries, bucket histograms, delta sums',
    part: 'ingest',
    isStored: false,
    from: { 'ingest.odd-values': ({ unsupported }) => unsupported },
  },
]

/** The vitals of these parts, as plain rows. */
export function vitalsOf(parts: readonly VitalPart[]): readonly Vital[] {
  return vitalTable.filter(({ part }) => parts.includes(part))
}
