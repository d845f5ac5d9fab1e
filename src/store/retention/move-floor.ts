import type { MetricStore } from '../store.ts'
import { keptSince, type Retention } from './keep-until.ts'

/**
 * Moves the raw floor up to the oldest day that is kept, in a transaction of its own; never back, and never beyond a bucket
 * that waits. Returns where it stands. What is before it may be dropped a minute later, when no batch is under way that
 * still saw the old one. Whoever computes the tiers is waited for.
 */
export async function moveRawFloor(
  store: MetricStore,
  retention: Retention,
  nowMs: number,
): Promise<number | undefined> {
  const { codec, traits } = store
  return store.transaction(async ({ sql }) => {
    const query = sql.selectFrom('raw_floor').select('time')
    const row = await (traits.supportsRowLocks ? query.forUpdate() : query).executeTakeFirst()
    if (row === undefined) return undefined
    const floorMs = codec.timeMs(row.time)
    const { raw } = await keptSince({ codec, database: sql }, retention, nowMs)
    if (raw === undefined || raw <= floorMs) return floorMs
    await sql
      .updateTable('raw_floor')
      .set({ time: codec.time(raw) })
      .execute()
    return raw
  })
}
