import type { MetricStore } from './store.ts'

/** Open gaps noted before this time become lost: what they wait for would be too old to keep. Returns how many. */
export async function giveUpOldGaps({ codec, database }: MetricStore, beforeMs: number): Promise<number> {
  const { numUpdatedRows } = await database
    .updateTable('ingest_gap')
    .set({ state: 'lost', reason: 'never arrived' })
    .where('state', '=', 'open')
    .where('noted_at', '<', codec.time(beforeMs))
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}
