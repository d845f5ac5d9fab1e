import { sql } from 'kysely'
import { inChunks } from './insert-missing.ts'
import type { HistogramRow, MetricStore, ScrapeRow, StoreTransaction } from './store.ts'

/** The widths of the buckets that are kept longer than raw, seconds. */
export const resolutions = [600, 3600] as const

/**
 * Marks the buckets that these rows lie in. A mark that is there already is locked all the same: whoever computes the
 * bucket deletes the mark first and reads the rows then, so that it waits for this transaction and sees its rows.
 */
export async function markDirty(
  { codec, traits }: MetricStore,
  transaction: StoreTransaction,
  rows: readonly (ScrapeRow | HistogramRow)[],
): Promise<void> {
  const marks = new Map<string, { resolution: number; hostId: number; bucketMs: number }>()
  for (const { hostId, timeMs } of rows) {
    for (const resolution of resolutions) {
      const bucketMs = Math.floor(timeMs / (resolution * 1000)) * resolution * 1000
      marks.set(`${resolution}/${hostId}/${bucketMs}`, { resolution, hostId, bucketMs })
    }
  }
  const ordered = [...marks.values()].sort(
    (a, b) => a.resolution - b.resolution || a.hostId - b.hostId || a.bucketMs - b.bucketMs,
  )
  for (const chunk of inChunks(ordered)) {
    const insert = transaction.sql
      .insertInto('rollup_dirty')
      .values(
        chunk.map(({ resolution, hostId, bucketMs }) => ({ resolution, host_id: hostId, time: codec.time(bucketMs) })),
      )
    const query = traits.supportsOnConflict
      ? insert.onConflict((conflict) =>
          conflict
            .columns(['resolution', 'host_id', 'time'])
            .doUpdateSet({ resolution: (set) => set.ref('excluded.resolution') })
            // Locks the row without writing it anew.
            .where(sql<boolean>`1 = 0`),
        )
      : insert.modifyEnd(sql`on duplicate key update ${sql.ref('resolution')} = ${sql.ref('resolution')}`)
    await query.execute()
  }
}
