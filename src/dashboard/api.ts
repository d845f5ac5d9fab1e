import type { Attributes, Kind } from '../metric/sample.ts'

/**
 * What the dashboard's server answers and its page reads, as JSON. Times are Unix milliseconds. `null` is a gap or unknown,
 * never zero. Every address takes `from` and `to`: Unix milliseconds, ISO 8601, `now` or `now-1h`.
 * Below a proxy's path addresses begin with what `<meta name="hostvitals-base">` of the page says, else with nothing.
 */

/** How well a host does, by the age of its data against its own interval. */
export type HostState = 'up' | 'late' | 'down'

/** What a threshold says of a number. */
export type Level = 'ok' | 'warn' | 'critical'

/** When a number is a warning, and when it is critical: from there on. */
export interface Threshold {
  readonly metric: string
  readonly warn: number | null
  readonly critical: number | null
}

/** A column of the list of hosts: one number of each, with its last hour. */
export interface HostColumn {
  /** `cpu`, `memory`, `disk`, `receive`, `transmit`, or the name of a pinned metric. */
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly metric: string
  readonly isPinned: boolean
}

/** A cell of the list of hosts. */
export interface HostCell {
  /** The newest value; null where the host sends none. */
  readonly value: number | null
  /** Values of 20 equal steps over the last hour, oldest first: a counter's mean, of others a reading. */
  readonly spark: readonly (number | null)[]
  readonly level: Level
}

/** A row of the list of hosts. */
export interface HostRow {
  readonly uid: string
  readonly name: string
  /** True where another host has this name. */
  readonly isNameShared: boolean
  readonly labels: Readonly<Record<string, string>>
  readonly state: HostState
  readonly ageMs: number
  readonly intervalMs: number | null
  /** Why it is late or down, where the rest of the way is known: `its spool holds 200 records: it cannot reach Kafka`. */
  readonly cause: string | null
  /** In the order of the columns. */
  readonly cells: readonly HostCell[]
}

/** `GET /api/hosts`: the first page. */
export interface HostsAnswer {
  readonly nowMs: number
  readonly columns: readonly HostColumn[]
  /** The worst first. */
  readonly hosts: readonly HostRow[]
}

/** A chart that a host has, in the order in which its page shows them. */
export interface ChartName {
  readonly metric: string
  readonly title: string
  readonly unit: string
  readonly kind: Kind
  /** `CPU`, `Memory`, `Disk`, `Network`, `Own metrics` …: the heading it stands under. */
  readonly group: string
}

/** `GET /api/hosts/UID`: what a host is, and which charts it has. */
export interface HostAnswer {
  readonly nowMs: number
  readonly host: HostRow
  readonly resource: Attributes
  readonly firstSeenMs: number
  readonly lastSeenMs: number
  readonly charts: readonly ChartName[]
}

/** Which rows a chart was made from. */
export type Tier = 'raw' | 'tenMinutes' | 'hours'

/** One line of a chart: a value for each of the chart's times. Where a step has several readings, their mean, least and most. */
export interface ChartLine {
  readonly host: string
  readonly hostUid: string
  readonly attributes: Attributes
  /** Timers and histograms: which of their numbers it is. */
  readonly statistic?: 'p50' | 'p95' | 'p99' | 'rate'
  readonly average: readonly (number | null)[]
  readonly min: readonly (number | null)[]
  readonly max: readonly (number | null)[]
}

/** How often a timer took how long: for each time of the chart the count in each bucket. */
export interface Heatmap {
  /** The buckets' upper ends, rising; the first begins at 0. */
  readonly bounds: readonly number[]
  /** By time, then by bucket. */
  readonly counts: readonly (readonly number[])[]
}

/** A span whose data came late: the host could not send, and its spool kept it. Only what this server saw happen. */
export interface LateSpan {
  readonly hostUid: string
  readonly fromMs: number
  readonly toMs: number
}

/** A span that is lost for good, with the reason that the agent or the log gave. */
export interface LostSpan {
  readonly hostUid: string
  readonly fromMs: number
  readonly toMs: number
  readonly reason: string
}

/** One chart. */
export interface Chart {
  readonly metric: string
  /** A counter's is per second: `By/s`. */
  readonly unit: string
  readonly kind: Kind
  readonly description: string | null
  readonly threshold: Threshold | null
  /** Unix milliseconds, rising, in equal steps. */
  readonly times: readonly number[]
  readonly lines: readonly ChartLine[]
  readonly heatmap: Heatmap | null
  /** How many lines were left out, since a chart has at most 50. */
  readonly linesLeftOut: number
  readonly late: readonly LateSpan[]
  readonly lost: readonly LostSpan[]
  /** The query over the views that gives these numbers, to copy. */
  readonly sql: string
}

/**
 * `GET /api/charts?m=METRIC&m=…&host=UID&host=…&from=…&to=…&points=N`: charts of one range and one step. No `host`: all of them.
 * `top=10` keeps the hosts with the highest mean; `as=sum` adds them up (`hostUid` is then empty); `attr=KEY=VALUE` keeps the
 * series with this attribute. No `points`: about 300. `GET /api/export?format=csv` (or `json`) takes the same and answers a file.
 */
export interface ChartsAnswer {
  readonly fromMs: number
  readonly toMs: number
  readonly stepMs: number
  readonly tier: Tier
  readonly charts: readonly Chart[]
}

/** A metric of the catalogue. */
export interface CatalogueRow {
  readonly metric: string
  readonly kind: Kind
  readonly unit: string
  readonly description: string | null
  readonly hosts: number
  readonly series: number
  /** Numbers stored in the last day. */
  readonly samplesPerDay: number
  /** Their share of what a day takes on the disk; null in the first hour. */
  readonly bytesPerDay: number | null
  readonly threshold: Threshold | null
  /** Named by `dashboard.pins`: a column of the list of hosts. */
  readonly isPinned: boolean
}

/** `GET /api/metrics`. */
export interface MetricsAnswer {
  readonly nowMs: number
  readonly metrics: readonly CatalogueRow[]
}

/** A number that is known of a hop: `lag`, 0, `{record}`. */
export interface HopFact {
  readonly name: string
  /** Null: unknown. */
  readonly value: number | null
  readonly unit: string
}

/** One hop of the way from a sample to its row. */
export interface Hop {
  readonly id: 'hosts' | 'spool' | 'kafka' | 'consumer' | 'database'
  readonly title: string
  readonly level: Level | 'unknown'
  readonly facts: readonly HopFact[]
  /** What is wrong, or why nothing is known, in a sentence, and what to do; null where nothing is. */
  readonly problem: string | null
  readonly nextStep: string | null
}

/** `GET /api/pipeline`: the way, hop by hop, and which of them is the cause where something is wrong. */
export interface PipelineAnswer {
  readonly nowMs: number
  readonly hops: readonly Hop[]
  readonly cause: Hop['id'] | null
  readonly latency: { readonly p50Seconds: number; readonly p99Seconds: number } | null
}

/** What happened. */
export interface EventRow {
  readonly timeMs: number
  readonly kind: 'threshold' | 'restart' | 'reboot' | 'gap' | 'dead-letter' | 'new-host'
  readonly level: Level
  readonly host: string | null
  readonly hostUid: string | null
  readonly text: string
}

/** `GET /api/events?from=…&to=…`: newest first, at most 1 000. */
export interface EventsAnswer {
  readonly nowMs: number
  readonly events: readonly EventRow[]
  readonly isCut: boolean
}

/** A message of `GET /api/live?host=UID&m=METRIC…` (server-sent events): what came since the last one. `id` is where to go
 * on; after a reconnect a point may come once more, with the same time and value. `since=MOMENT` begins there (a page that has
 * its charts gives their `toMs`), at most 15 minutes back. What comes after `trouble` says that it is over. */
export type LiveMessage =
  | { readonly type: 'hosts'; readonly hosts: readonly Pick<HostRow, 'uid' | 'state' | 'ageMs' | 'cause'>[] }
  | { readonly type: 'points'; readonly points: readonly LivePoint[] }
  | { readonly type: 'trouble'; readonly problem: string; readonly nextStep: string }

/** A new point of a line; a counter's is its rate. */
export interface LivePoint {
  readonly metric: string
  readonly hostUid: string
  readonly attributes: Attributes
  readonly statistic?: ChartLine['statistic']
  readonly timeMs: number
  readonly value: number | null
  /** How often its host measures; after a silence of more than three of these there is a gap. Null where the host does not tell. */
  readonly intervalMs: number | null
}

/**
 * `GET /api/session`: whether a token is asked for, and whether this browser has given it. `POST /api/session` with
 * `SessionRequest` as JSON signs in (401 wrong, 429 too often), `DELETE /api/session` out. Where one must sign in, every
 * other address under `/api/` answers 401 until then.
 */
export interface SessionAnswer {
  readonly needsToken: boolean
  readonly isSignedIn: boolean
}

/** See `SessionAnswer`. */
export interface SessionRequest {
  readonly token: string
}

/** Any answer with a status of 400 or more: what is wrong, and what to do. */
export interface ErrorAnswer {
  readonly error: string
  readonly nextStep: string
  /** Names that may have been meant. */
  readonly nearest?: readonly string[]
}
