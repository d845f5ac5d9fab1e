import type { GrafanaDatabase } from './databases.ts'

/** Numbers over time: one metric, or several that share a unit. */
export interface NumberLines {
  readonly kind: 'gauge' | 'counter'
  readonly metrics: readonly string[]
  /** Only the series whose attribute has this value. */
  readonly only?: { readonly attribute: string; readonly value: string }
  /** The attributes that tell one line of a host from another. */
  readonly by?: readonly string[]
  /** What is drawn of a gauge, where that is not the reading itself. */
  readonly drawn?: (value: string) => string
}

/** Which tier is asked: readings below ten minutes a step, the tier of that step from there on. */
const isRaw = '$step < 600'
/** Growth over a longer silence has no time that it could be drawn at; `trend` leaves it out as well. */
const longestSeconds = 600

/** Lines of a host each, or several of it by attributes; a counter as a rate a second, which outlives its restarts. */
export function numberSql(database: GrafanaDatabase, lines: NumberLines): string {
  const raw = lines.kind === 'counter' ? growth(database, lines) : readings(database, lines)
  return [
    `SELECT ${database.step} AS time, line, sum(amount) / sum(weight) AS value`,
    '  FROM (',
    indent(raw, 4),
    '    UNION ALL',
    indent(buckets(database, lines), 4),
    '  ) found',
    ' GROUP BY 1, 2',
    ' ORDER BY 1',
  ].join('\n')
}

function readings(database: GrafanaDatabase, lines: NumberLines): string {
  const drawn = lines.drawn?.('value') ?? 'value'
  return [
    `SELECT ${database.time}, ${lineOf(database, lines)} AS line, ${drawn} AS amount, 1 AS weight`,
    `  FROM ${database.schema}sample`,
    ` WHERE ${isRaw} AND ${conditions(database, lines)}`,
  ].join('\n')
}

/** What a counter grew by since the reading before; one that fell began anew at 0. */
function growth(database: GrafanaDatabase, lines: NumberLines): string {
  return [
    `SELECT ${database.time}, line, CASE WHEN value >= former THEN value - former ELSE value END AS amount, seconds AS weight`,
    '  FROM (',
    `    SELECT time, ${lineOf(database, lines)} AS line, value, lag(value) OVER w AS former,`,
    `           ${database.secondsBetween('lag(time) OVER w', 'time')} AS seconds`,
    `      FROM ${database.schema}sample`,
    `     WHERE ${isRaw} AND ${conditions(database, lines)}`,
    '    WINDOW w AS (PARTITION BY host_id, series_id ORDER BY time)',
    '  ) pairs',
    ` WHERE seconds > 0 AND seconds <= ${longestSeconds}`,
  ].join('\n')
}

function buckets(database: GrafanaDatabase, lines: NumberLines): string {
  const drawn = lines.drawn?.('average') ?? 'average'
  return [
    `SELECT ${database.time}, ${lineOf(database, lines)} AS line, ${drawn} AS amount, 1 AS weight`,
    `  FROM ${database.schema}trend`,
    ` WHERE resolution = $step AND average IS NOT NULL AND ${conditions(database, lines)}`,
  ].join('\n')
}

/** Percentiles of the chosen timer: of a tier exact, of several intervals in a step the highest. */
export function percentileSql(database: GrafanaDatabase): string {
  return timingSql(database, ['max(p50) AS p50', 'max(p95) AS p95', 'max(p99) AS p99'])
}

/** How often the chosen timer ran, a second. */
export function callsSql(database: GrafanaDatabase): string {
  return timingSql(database, ['sum(calls) / (1.0 * $step) AS value'])
}

function timingSql(database: GrafanaDatabase, columns: readonly string[]): string {
  const { schema, time, join, attributes, isShown, step } = database
  const line = join('host', attributes)
  return [
    `SELECT ${step} AS time, line, ${columns.join(', ')}`,
    '  FROM (',
    `    SELECT ${time}, ${line} AS line, p50, p95, p99, count AS calls`,
    `      FROM ${schema}timing`,
    `     WHERE ${isRaw} AND series_id IN (\${timer:csv}) AND host_id IN (\${host:csv}) AND ${isShown('time')}`,
    '    UNION ALL',
    `    SELECT ${time}, ${join('h.name', attributes)} AS line, p50, p95, p99, count AS calls`,
    `      FROM ${schema}histogram_rollup b JOIN ${schema}series r ON r.series_id = b.series_id JOIN ${schema}host h ON h.host_id = b.host_id`,
    `     WHERE resolution = $step AND b.series_id IN (\${timer:csv}) AND b.host_id IN (\${host:csv}) AND ${isShown('time')}`,
    '  ) found',
    ' GROUP BY 1, 2',
    ' ORDER BY 1',
  ].join('\n')
}

function conditions(database: GrafanaDatabase, { metrics, only }: NumberLines): string {
  const names = metrics.map((metric) => `'${metric}'`).join(', ')
  return [
    metrics.length === 1 ? `metric = ${names}` : `metric IN (${names})`,
    ...(only === undefined ? [] : [`${database.attribute(only.attribute)} = '${only.value}'`]),
    'host_id IN (${host:csv})',
    database.isShown('time'),
  ].join(' AND ')
}

function lineOf(database: GrafanaDatabase, { metrics, by = [] }: NumberLines): string {
  return database.join('host', ...by.map((name) => database.attribute(name)), ...(metrics.length > 1 ? ['metric'] : []))
}

function indent(text: string, by: number): string {
  return text.replaceAll(/^/gm, ' '.repeat(by))
}
