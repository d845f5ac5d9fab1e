import { Client } from 'pg'
import { systemClock } from '../src/runtime/clock.ts'

/** When a database was filled by somebody who says nothing of it. */
export interface FilledSpan {
  /** When its tables began to grow, and when they last grew; of `performance.now()`, to `lookEveryMs`. */
  readonly beganMs: number
  readonly endedMs: number
  /** All tables with their indexes. */
  readonly bytes: number
}

const lookEveryMs = 50
/** So long without growth: then the rows are counted. */
const quietMs = 1500
const patienceMs = 120_000

/**
 * Watches the files of a PostgreSQL database grow until its tables of this schema, but those of tags, have so many rows. What is
 * looked at often is the length of files, which costs the server next to nothing; rows are counted when nothing grows any more.
 * Throws where there are more rows, or where nothing grows for two minutes.
 */
export async function untilFilled(url: string, rows: number): Promise<FilledSpan> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const number = async (sql: string): Promise<number> =>
    Number((await client.query<{ n: string | null }>(sql)).rows[0]?.n ?? 0)
  try {
    let [beganMs, endedMs, bytes, counted] = [Number.NaN, performance.now(), 0, 0]
    for (;;) {
      const now = await number(sizeSql)
      if (now > bytes) {
        endedMs = performance.now()
        if (bytes === 0) beganMs = endedMs
        bytes = now
      } else if (bytes > 0 && performance.now() - endedMs > quietMs) {
        counted = await number(await countSql(client))
        if (counted === rows) return { beganMs, endedMs, bytes: await number(totalSizeSql) }
        if (counted > rows) throw new Error(`${counted} rows are stored of ${rows} that were sent`)
      }
      if (performance.now() - endedMs > patienceMs)
        throw new Error(`nothing was stored for two minutes; ${counted} of ${rows} rows are`)
      await systemClock.sleep(lookEveryMs)
    }
  } finally {
    await client.end()
  }
}

const tables = `pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`
const sizeSql = `select sum(pg_relation_size(oid)) as n from ${tables}`
const totalSizeSql = `select sum(pg_total_relation_size(oid)) as n from ${tables}`

async function countSql(client: Client): Promise<string> {
  const names = await client.query<{ name: string }>(
    `select quote_ident(relname) as name from ${tables} and relname not like '%\\_tag'`,
  )
  const counts = names.rows.map(({ name }) => `(select count(*) from public.${name})`)
  return `select ${counts.join(' + ') || '0'} as n`
}
