import type { OwnDatabase } from '../support/own-database.ts'

/** Where every partition stands, and how many runs, gaps and dead letters there are: equal as long as nothing moves. */
export async function storedSoFar({ name, sql }: Pick<OwnDatabase, 'name' | 'sql'>): Promise<string> {
  const positions = await positionsOf({ name, sql })
  const schema = name === 'PostgreSQL' ? 'hostvitals.' : ''
  const counts = ['histogram', 'dead_letter', 'ingest_gap'].map(async (table) => {
    const [row] = await sql(`SELECT count(*) AS count FROM ${schema}${table}`)
    return `${table} ${String(row?.['count'])}`
  })
  return [
    ...positions.map(({ partition, nextOffset }) => `${partition}@${nextOffset}`),
    ...(await Promise.all(counts)),
  ].join(', ')
}

/** The next offset of each partition, as the database has it. */
export async function positionsOf({
  name,
  sql,
}: Pick<OwnDatabase, 'name' | 'sql'>): Promise<readonly { readonly partition: number; readonly nextOffset: bigint }[]> {
  const schema = name === 'PostgreSQL' ? 'hostvitals.' : ''
  const column = name === 'PostgreSQL' || name === 'SQLite' ? '"partition"' : '`partition`'
  const rows = await sql(`SELECT ${column} AS place, next_offset FROM ${schema}kafka_position ORDER BY 1`)
  return rows.map((row) => ({ partition: Number(row['place']), nextOffset: BigInt(String(row['next_offset'])) }))
}
