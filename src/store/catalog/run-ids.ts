import type { DecodedRun } from '../../wire/decoded-record.ts'
import type { IdSource } from './id-cache.ts'
import { inChunks, insertMissing } from '../insert-missing.ts'
import { storableTime } from './storable-time.ts'
import type { MetricStore } from '../store.ts'

/** A run of a host, and the time by the consumer's clock. */
export interface RunOfHost {
  readonly hostId: number
  readonly run: DecodedRun
  readonly nowMs: number
}

/** Ids of runs: `agent_run`. */
export function runSource({ codec, database, traits }: MetricStore): IdSource<RunOfHost> {
  return {
    keyOf: ({ hostId, run }) => `${hostId}/${run.run}`,
    read: async (runs) => {
      const found = new Map<string, number>()
      for (const chunk of inChunks(runs)) {
        const rows = await database
          .selectFrom('agent_run')
          .select(['host_id', 'run', 'run_id'])
          .where(
            'host_id',
            'in',
            chunk.map(({ hostId }) => hostId),
          )
          .where(
            'run',
            'in',
            chunk.map(({ run }) => codec.bigint(run.run)),
          )
          .execute()
        for (const row of rows) found.set(`${row.host_id}/${codec.bigintValue(row.run)}`, row.run_id)
      }
      return found
    },
    insert: async (runs) => {
      for (const chunk of inChunks(runs)) {
        const rows = chunk.map(({ hostId, run, nowMs }) => ({
          host_id: hostId,
          run: codec.bigint(run.run),
          started_at: codec.time(storableTime(run.startedAtMs, nowMs)),
          booted_at: run.bootedAtMs === undefined ? null : codec.time(storableTime(run.bootedAtMs, nowMs)),
          high_seq: codec.bigint(0),
        }))
        await insertMissing(database.insertInto('agent_run').values(rows), traits, 'run')
      }
    },
  }
}
