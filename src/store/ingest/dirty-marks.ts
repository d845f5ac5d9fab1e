import { sql } from 'kysely'
import { inChunks } from '../insert-missing.ts'
import type { HistogramRow, MetricStore, ScrapeRow, StoreTransaction } from '../store.ts'

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
  for (const chunk of inChunks(marksOf(rows))) {
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

interface Mark {
  readonly resolution: number
  readonly hostId: number
  readonly bucketMs: number
}

/** Each touched bucket once, in the one order of locks. */
function marksOf(rows: readonly (ScrapeRow | HistogramRow)[]): readonly Mark[] {
  return resolutions.flatMap((resolution) => {
    const buckets = new Map<number, Set<number>>()
    for (const { hostId, timeMs } of rows) {
      const ofHost = buckets.get(hostId) ?? new Set()
      ofHost.add(Math.floor(timeMs / (resolution * 1000)) * resolution * 1000)
      buckets.set(hostId, ofHost)
    }
    const byHost = [...buckets].sort(([a], [b]) => a - b)
    return byHost.flatMap(([hostId, ofHost]) =>
      [...ofHost].sort((a, b) => a - b).map((bucketMs) => ({ resolution, hostId, bucketMs })),
    )
  })
}
