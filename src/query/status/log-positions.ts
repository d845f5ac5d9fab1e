import type { MetricStore } from '../../store/store.ts'

/** How far one partition has been stored. */
export interface LogPosition {
  readonly cluster: string
  readonly topic: string
  readonly partition: number
  readonly nextOffset: bigint
  /** When it was moved last, Unix milliseconds by the consumer's clock. */
  readonly updatedMs: number
}

const most = 10_000

/** The positions of all partitions; none where records come straight from a spool (`up`). */
export async function readLogPositions({ codec, database }: MetricStore): Promise<readonly LogPosition[]> {
  const rows = await database
    .selectFrom('kafka_position')
    .select(['cluster', 'topic', 'partition', 'next_offset', 'updated_at'])
    .orderBy('cluster')
    .orderBy('topic')
    .orderBy('partition')
    .limit(most)
    .execute()
  return rows.map((row) => ({
    cluster: row.cluster,
    topic: row.topic,
    partition: row.partition,
    nextOffset: codec.bigintValue(row.next_offset),
    updatedMs: codec.timeMs(row.updated_at),
  }))
}
