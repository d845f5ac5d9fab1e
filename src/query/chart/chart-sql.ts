import type { MetricStore } from '../../store/store.ts'
import type { KnownHost } from '../host/hosts.ts'
import type { DescribedMetric } from '../known-metrics.ts'
import { toTimeText } from '../../store/utc-text.ts'

/** Names that need no thought about quoting, in whatever database; another is asked for by the ids of its series. */
const plainName = /^[\w./-]+$/

/** What the query is about. */
export interface SqlScope {
  readonly hosts: ReadonlyMap<number, KnownHost>
  readonly isEveryHost: boolean
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The query over the views that gives a chart's readings, for a person to copy. Hosts are asked for by id and times said in
 * UTC; what a stranger may have named never stands in it.
 */
export function chartSql(store: MetricStore, metric: DescribedMetric, scope: SqlScope): string {
  const { hosts, isEveryHost, fromMs, toMs } = scope
  const isPostgres = store.schemaName !== undefined
  const isServer = store.traits.hasPartitions
  const schema = isPostgres ? `${store.schemaName}.` : ''
  const time = (ms: number): string => `'${toTimeText(ms)}${isPostgres ? '+00' : ''}'`
  const isTiming = metric.kind === 'histogram'
  const which = plainName.test(metric.name)
    ? `metric = '${metric.name}'`
    : `series_id IN (${[...metric.series.keys()].slice(0, 1000).join(', ') || 'NULL'})`
  const host = isEveryHost ? [] : [`   AND host_id IN (${[...hosts.keys()].join(', ') || 'NULL'})`]
  return [
    // MySQL and MariaDB understand a time in the session's own zone.
    ...(isServer && !isPostgres ? ["SET time_zone = '+00:00';"] : []),
    `SELECT time, host, attributes, ${isTiming ? 'count, p50, p95, p99' : 'value'}`,
    `  FROM ${schema}${isTiming ? 'timing' : 'sample'}`,
    ` WHERE ${which}`,
    ...host,
    `   AND time >= ${time(fromMs)} AND time < ${time(toMs)}`,
    ' ORDER BY host, time;',
  ].join('\n')
}
