import type { MetricStore } from './store.ts'

/**
 * Takes a host off every list, from this moment on, until it sends again. Nothing is deleted: its row keeps its id, which no
 * other host ever gets, and its readings stay as long as any. False where it was forgotten already.
 */
export async function forgetHost({ codec, database }: MetricStore, hostId: number, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('host')
    .set({ forgotten_at: codec.time(nowMs) })
    .where('host_id', '=', hostId)
    .where('forgotten_at', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}
