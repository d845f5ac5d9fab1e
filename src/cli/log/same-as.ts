import type { EventName, Events } from '../../runtime/events.ts'

/** What makes two events of a name equal to a person who reads the log, and which trouble an event is the end of. */
export interface Sameness<Name extends EventName> {
  /** Absent: the whole line. */
  readonly key?: (data: Events[Name]) => string
  /** Whose trouble or recovery it is; absent: there is only one. */
  readonly subject?: (data: Events[Name]) => string
  /** The trouble that this is the end of. */
  readonly ends?: EventName
}

/** Of events that are not here the whole line counts. Numbers that grow, such as a count or a seq, make no difference. */
export const sameAs: { readonly [Name in EventName]?: Sameness<Name> } = {
  'metric.failed': { key: ({ metric, reason }) => `${metric} ${reason}`, subject: ({ metric }) => metric },
  'metric.recovered': { subject: ({ metric }) => metric, ends: 'metric.failed' },
  'metric.hung': { subject: ({ metric, what }) => `${metric} ${what}` },
  'metric.unasked': { key: ({ metric, what }) => `${metric} ${what}` },
  'metric.answered': { subject: ({ metric, what }) => `${metric} ${what}`, ends: 'metric.hung' },
  'scrape.stalled': { key: ({ metric }) => metric },
  'scrape.skipped': { key: () => '' },
  'spool.dropped': { key: ({ reason }) => reason },
  'spool.accepted': { ends: 'spool.failed' },
  'kafka.connected': { ends: 'kafka.failing' },
  'kafka.failing': { key: ({ reason }) => reason },
  'kafka.refused-record': { key: ({ reason }) => reason },
  'ingest.dead-letter': { key: ({ reason, error }) => `${reason} ${error}` },
  'ingest.gap': { key: ({ host, state, reason }) => JSON.stringify([host, state, reason]) },
  'store.failing': { subject: ({ store }) => store },
  'store.recovered': { subject: ({ store }) => store, ends: 'store.failing' },
}
