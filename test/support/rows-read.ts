import { z } from 'zod'
import type { OwnDatabase } from './own-database.ts'

/** The tables that grow with what is measured, by the names that the views and the dashboards give them. */
const largeTables: Readonly<Record<string, string>> = {
  s: 'scrape',
  t: 'histogram',
  u: 'rollup',
  b: 'histogram_rollup',
}

/** How a statement went about one of the large tables. */
export interface LargeRead {
  readonly table: string
  /** Rows that were read, kept or not, over all rounds; Infinity where the whole table or index was walked, however few fit. */
  readonly rows: number
  /** The database's own words. */
  readonly how: string
}

/** Runs the statement under the database's EXPLAIN, and tells what it read of the large tables. */
export async function largeReads(database: OwnDatabase, statement: string): Promise<readonly LargeRead[]> {
  switch (database.name) {
    case 'PostgreSQL':
      return postgresReads(database, statement)
    case 'MySQL':
      return mysqlReads(await database.sql(`EXPLAIN ANALYZE ${statement}`))
    case 'MariaDB':
      return mariadbReads(await database.sql(`ANALYZE FORMAT=JSON ${statement}`))
    case 'SQLite':
      return sqliteReads(await database.sql(`EXPLAIN QUERY PLAN ${statement}`))
  }
}

interface PostgresNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string | undefined
  readonly 'Index Name'?: string | undefined
  readonly 'Index Cond'?: string | undefined
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number | undefined
  readonly 'Rows Removed by Index Recheck'?: number | undefined
  readonly Plans?: readonly PostgresNode[] | undefined
}

const postgresNode: z.ZodType<PostgresNode> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    'Index Cond': z.string().optional(),
    'Actual Rows': z.number(),
    'Actual Loops': z.number(),
    'Rows Removed by Filter': z.number().optional(),
    'Rows Removed by Index Recheck': z.number().optional(),
    Plans: z.array(postgresNode).optional(),
  }),
)

async function postgresReads(database: OwnDatabase, statement: string): Promise<readonly LargeRead[]> {
  const [row] = await database.sql(`EXPLAIN (ANALYZE, FORMAT JSON) ${statement}`)
  const [{ Plan: root }] = z.tuple([z.object({ Plan: postgresNode })]).parse(row?.['QUERY PLAN'])
  const indexes = new Map(
    (
      await database.sql(`
      SELECT i.relname AS name, array_agg(a.attname::text ORDER BY k.at) AS columns
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace
        CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k (number, at)
        JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number
       WHERE n.nspname = 'hostvitals' GROUP BY i.relname`)
    ).map((each) => [String(each['name']), z.array(z.string()).parse(each['columns'])]),
  )
  return nodesOf(root).flatMap((node) => {
    const table = /^(scrape|histogram_rollup|histogram|rollup)(?:_\d+)*$/.exec(node['Relation Name'] ?? '')?.[1]
    if (table === undefined) return []
    const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
    const walks = [node, ...(node.Plans ?? [])].some((each) => isWalk(each, indexes.get(each['Index Name'] ?? '')))
    const rows = walks ? Number.POSITIVE_INFINITY : (node['Actual Rows'] + removed) * node['Actual Loops']
    return [{ table, rows, how: `${node['Node Type']} ${node['Relation Name']} ${conditionOf(node)}` }]
  })
}

function nodesOf(node: PostgresNode): readonly PostgresNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

function conditionOf(node: PostgresNode): string {
  return node['Index Cond'] ?? node.Plans?.[0]?.['Index Cond'] ?? ''
}

/** A condition on a later column alone does not shorten the way through an index: what was passed over is counted nowhere. */
function isWalk(node: PostgresNode, columns: readonly string[] | undefined): boolean {
  const condition = node['Index Cond']
  if (node['Actual Loops'] === 0 || columns === undefined || condition === undefined) return false
  const time = columns.indexOf('time')
  return columns.slice(0, Math.max(time, 1)).some((column) => !new RegExp(`\\b${column}"? (?:=|>|<)`).test(condition))
}

function mysqlReads(rows: readonly Readonly<Record<string, unknown>>[]): readonly LargeRead[] {
  const text = String(rows[0]?.['EXPLAIN'])
  return [
    ...text.matchAll(/-> (.*? on (\w+)\b.*?) *\((?:cost=[^)]*\) \()?actual time=\S+ rows=(\S+) loops=(\S+)\)/g),
  ].flatMap(([, how = '', alias = '', each, loops]) => {
    const table = largeTables[alias]
    return table === undefined ? [] : [{ table, rows: Number(each) * Number(loops), how }]
  })
}

/** Line by line: the server does not escape the quotes in a condition that it shows, so that its JSON is none. */
function mariadbReads(rows: readonly Readonly<Record<string, unknown>>[]): readonly LargeRead[] {
  const tables = String(rows[0]?.['ANALYZE'])
    .split(/^ *"table_name": /m)
    .slice(1)
  return tables.flatMap((text) => {
    const alias = /^"(\w+)"/.exec(text)?.[1] ?? ''
    const table = largeTables[alias]
    const said = (name: string): string => new RegExp(`^ *"${name}": (.*?),?$`, 'm').exec(text)?.[1] ?? ''
    // What is never executed says null.
    const rows = (Number(said('r_rows')) || 0) * (Number(said('r_loops')) || 0)
    return table === undefined
      ? []
      : [{ table, rows, how: `${said('access_type')} ${alias} ${said('key')} ${said('used_key_parts')}` }]
  })
}

/** SQLite counts no rows: what it searches by time it reads no further. */
function sqliteReads(rows: readonly Readonly<Record<string, unknown>>[]): readonly LargeRead[] {
  return rows.flatMap((row) => {
    const how = String(row['detail'])
    const [, verb, alias = '', conditions = ''] = /^(SEARCH|SCAN) (\w+)\b[^(]*(?:\((.*)\))?/.exec(how) ?? []
    const table = largeTables[alias]
    if (table === undefined) return []
    return [{ table, rows: verb === 'SEARCH' && conditions.includes('time>') ? 0 : Number.POSITIVE_INFINITY, how }]
  })
}
