import { toTimeText } from '../../src/store/utc-text.ts'
import type { History } from './history.ts'

/** Retention as docs/delivery.md has it: first the floor, and in a later round, which no batch under way meets, the rows. */
export function moveFloor(history: History, floorMs: number): void {
  const { database, time } = history.universe
  const floor = toTimeText(floorMs)
  database.whenFree(() => {
    database.ask('UPDATE raw_floor SET time = ? WHERE time < ?', [floor, floor])
    history.floorMs = Math.max(history.floorMs, floorMs)
    time.after(120_000, () =>
      database.whenFree(() => {
        history.droppedBeforeMs = Math.max(history.droppedBeforeMs, floorMs)
        for (const table of ['scrape', 'histogram']) database.ask(`DELETE FROM ${table} WHERE time < ?`, [floor])
      }),
    )
  })
}

/** An older state takes the database's place; retention then finds the older floor, and moves it again. */
export function restore(history: History, snapshot: Uint8Array): void {
  const { universe } = history
  // What was to happen some steps later may come when no fault is due any more.
  if (!universe.isSampling) return
  const before = positionsOf(universe)
  universe.database.restore(snapshot)
  universe.trace('fault', 'restored', {})
  const after = positionsOf(universe)
  for (const [at, offset] of before) universe.tally.rereadable += Math.max(0, offset - (after.get(at) ?? 0))
  // The next round of retention finds the older floor.
  moveFloor(history, history.floorMs)
}

/** Each partition's stored offset. */
export function positionsOf({ database }: History['universe']): ReadonlyMap<string, number> {
  const rows = database.ask('SELECT topic_id, partition, next_offset FROM kafka_position')
  return new Map(
    rows.map((row) => [`${String(row?.['topic_id'])}/${String(row?.['partition'])}`, Number(row?.['next_offset'])]),
  )
}
