import { inChunks } from '../../store/insert-missing.ts'
import type { MetricStore } from '../../store/store.ts'

/** When counters began anew, by host and series; rising. */
export async function readCounterStarts(
  { codec, database }: MetricStore,
  question: {
    /** Undefined: of all hosts. */
    readonly hostIds: readonly number[] | undefined
    readonly seriesIds: readonly number[]
    readonly toMs: number
  },
): Promise<(hostId: number, seriesId: number) => readonly number[]> {
  const starts = new Map<string, number[]>()
  for (const chunk of inChunks(question.seriesIds, 1000)) {
    if (question.hostIds?.length === 0) break
    let query = database
      .selectFrom('counter_start')
      .select(['host_id', 'series_id', 'start_time'])
      .where('series_id', 'in', chunk)
      .where('start_time', '<', codec.time(question.toMs))
    if (question.hostIds !== undefined) query = query.where('host_id', 'in', question.hostIds)
    for (const row of await query.orderBy('start_time').execute()) {
      const key = `${row.host_id}/${row.series_id}`
      const known = starts.get(key)
      if (known === undefined) starts.set(key, [codec.timeMs(row.start_time)])
      else known.push(codec.timeMs(row.start_time))
    }
  }
  return (hostId, seriesId) => starts.get(`${hostId}/${seriesId}`) ?? []
}
