import type { GrafanaDatabase } from './databases.ts'

/** Every host that is not forgotten, how long ago it was heard, and what that says of it. */
export function hostsSql(database: GrafanaDatabase): string {
  return [
    `SELECT name AS host, host_id, ${state} AS state, seen, seconds AS interval_seconds`,
    '  FROM (',
    ages(database),
    '  ) a',
    ' ORDER BY age DESC, name',
  ].join('\n')
}

/** How many are up, late and down. */
export function stateCountsSql(database: GrafanaDatabase): string {
  return [`SELECT ${['up', 'late', 'down'].map(countOf).join(', ')}`, '  FROM (', ages(database), '  ) a'].join('\n')
}

/** The hosts to choose from, each as `NAME # ID`: the panels ask by id, so that no name stands in their SQL. */
export function hostChoiceSql({ schema, join }: GrafanaDatabase): string {
  return `SELECT ${join('name', "'#'", 'host_id')} AS host FROM ${schema}host WHERE forgotten_at IS NULL ORDER BY name, host_id`
}

/** The timers to choose from, each as `NAME # IDS`: of its series, so that the database need not look for them first. */
export function timerChoiceSql({ schema, join, list }: GrafanaDatabase): string {
  return [
    `SELECT ${join('name', "'#'", list('series_id'))} AS timer`,
    `  FROM ${schema}metric m JOIN ${schema}series r ON r.metric_id = m.metric_id`,
    " WHERE kind = 'histogram'",
    ' GROUP BY m.metric_id, name',
    ' ORDER BY name, m.metric_id',
  ].join('\n')
}

/** Takes such a text apart. */
export const choicePattern = '/^(?<text>.*) # (?<value>[0-9,]+)$/'

/** As the program itself says it: late after three of its intervals, at least 15 s; down after ten, at least 2 min. */
const state = "CASE WHEN age > down_after THEN 'down' WHEN age > late_after THEN 'late' ELSE 'up' END"

function countOf(of: string): string {
  return `coalesce(sum(CASE WHEN ${state} = '${of}' THEN 1 ELSE 0 END), 0) AS ${of}`
}

function ages({ schema, secondsBetween, now, milliseconds, greatest }: GrafanaDatabase): string {
  // An agent of somebody else tells no interval: a minute is usual.
  const seconds = 'coalesce(interval_ms, 60000) / 1000.0'
  return [
    `    SELECT name, host_id, ${milliseconds('last_seen')} AS seen, ${seconds} AS seconds,`,
    `           ${secondsBetween('last_seen', now)} AS age,`,
    `           ${greatest}(3 * ${seconds}, 15) AS late_after, ${greatest}(10 * ${seconds}, 120) AS down_after`,
    `      FROM ${schema}host`,
    '     WHERE forgotten_at IS NULL',
  ].join('\n')
}
