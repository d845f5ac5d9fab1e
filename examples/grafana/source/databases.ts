/** How a database and Grafana's data source for it say what the panels ask. */
export interface GrafanaDatabase {
  /** The file that its dashboard is written to. */
  readonly file: string
  /** The data source's id and name in Grafana. */
  readonly plugin: { readonly id: string; readonly name: string }
  /** Before the name of a table or view. */
  readonly schema: string
  /** The column `time` of a row, as the grouping below takes it. */
  readonly time: string
  /** The step that a column `time` lies in, as seconds since 1970; steps without a row become NULL, so that no line joins them. */
  readonly step: string
  /** Whether a row's `time` is in the range that is shown; it uses the index. */
  readonly isShown: (column: string) => string
  /** An attribute as text. */
  readonly attribute: (name: string) => string
  /** All attributes as text, NULL where there are none. */
  readonly attributes: string
  /** Texts in a row, the last of them left out where it is NULL. */
  readonly join: (first: string, ...others: readonly string[]) => string
  /** All values of a group, separated by commas. */
  readonly list: (column: string) => string
  /** Seconds from one time to a later one. */
  readonly secondsBetween: (from: string, to: string) => string
  readonly now: string
  /** A time as milliseconds since 1970. */
  readonly milliseconds: (column: string) => string
  readonly greatest: string
  /** What a query is in this data source's model. */
  readonly query: (sql: string, format: 'table' | 'time series') => Readonly<Record<string, unknown>>
}

const postgres: GrafanaDatabase = {
  file: 'hostvitals-postgres.json',
  plugin: { id: 'grafana-postgresql-datasource', name: 'PostgreSQL' },
  schema: 'hostvitals.',
  time: 'time',
  step: "$__timeGroup(time, '${step}s', NULL)",
  isShown: (column) => `$__timeFilter(${column})`,
  attribute: (name) => `attributes ->> '${name}'`,
  attributes: "nullif(attributes::text, '{}')",
  join: (...texts) => `concat_ws(' ', ${texts.join(', ')})`,
  list: (column) => `string_agg(${column}::text, ',')`,
  secondsBetween: (from, to) => `extract(epoch FROM ${to} - ${from})`,
  now: 'now()',
  milliseconds: (column) => `extract(epoch FROM ${column}) * 1000`,
  greatest: 'greatest',
  query: sqlQuery,
}

const mysql: GrafanaDatabase = {
  file: 'hostvitals-mysql.json',
  plugin: { id: 'mysql', name: 'MySQL' },
  schema: '',
  time: 'time',
  step: "$__timeGroup(time, '${step}s', NULL)",
  isShown: (column) => `$__timeFilter(${column})`,
  attribute: (name) => `json_value(attributes, '$."${name}"')`,
  attributes: "nullif(cast(attributes AS char), '{}')",
  // MariaDB joins no texts of different orders, and what stands in JSON has another than names have.
  join: (first, ...others) => `concat_ws(' ', ${[`${first} COLLATE utf8mb4_bin`, ...others].join(', ')})`,
  list: groupConcat,
  secondsBetween: (from, to) => `timestampdiff(MICROSECOND, ${from}, ${to}) / 1000000`,
  now: 'now(6)',
  milliseconds: (column) => `unix_timestamp(${column}) * 1000`,
  greatest: 'greatest',
  query: sqlQuery,
}

/** The plugin's own filter by time would read the whole table, and what it groups may have no parenthesis in it. */
const sqlite: GrafanaDatabase = {
  file: 'hostvitals-sqlite.json',
  plugin: { id: 'frser-sqlite-datasource', name: 'SQLite' },
  schema: '',
  time: "CAST(strftime('%s', time) AS INTEGER) AS time",
  step: '$__unixEpochGroupSeconds(time, $step, NULL)',
  isShown: (column) => `${column} >= ${sqliteTime('$__from')} AND ${column} <= ${sqliteTime('$__to')}`,
  attribute: (name) => `attributes ->> '$."${name}"'`,
  attributes: "nullif(attributes, '{}')",
  join: (first, ...others) => [first, ...others.map((text) => `coalesce(' ' || ${bracketed(text)}, '')`)].join(' || '),
  list: groupConcat,
  // Days as a double are right to a twentieth of a millisecond.
  secondsBetween: (from, to) => `round((julianday(${to}) - julianday(${from})) * 86400, 3)`,
  now: "'now'",
  milliseconds: (column) => `strftime('%s', ${column}) * 1000`,
  greatest: 'max',
  query: (sql, format) => ({ queryText: sql, rawQueryText: sql, queryType: format, timeColumns: ['time'] }),
}

/** A dashboard for each; MySQL's is MariaDB's too. */
export const grafanaDatabases: readonly GrafanaDatabase[] = [postgres, mysql, sqlite]

function sqlQuery(sql: string, format: 'table' | 'time series'): Readonly<Record<string, unknown>> {
  return { rawSql: sql, rawQuery: true, editorMode: 'code', format: format === 'table' ? 'table' : 'time_series' }
}

function groupConcat(column: string): string {
  return `group_concat(${column})`
}

function sqliteTime(variable: string): string {
  return `strftime('%Y-%m-%d %H:%M:%f', ${variable} / 1000.0, 'unixepoch')`
}

/** `||` binds closer than anything but `->>`, which it equals. */
function bracketed(text: string): string {
  return text.includes('->>') ? `(${text})` : text
}
