import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'
import type { Codec } from '../store.ts'

/** Deletes the marks of a bucket; a batch that has one locked is waited for. */
export async function deleteMarks(
  { codec }: { readonly codec: Codec },
  sql: Kysely<Tables>,
  bucket: { readonly resolution: number; readonly hostIds: readonly number[]; readonly fromMs: number },
): Promise<void> {
  await sql
    .deleteFrom('rollup_dirty')
    .where('resolution', '=', bucket.resolution)
    .where('time', '=', codec.time(bucket.fromMs))
    .where('host_id', 'in', bucket.hostIds)
    .execute()
}
