import { StoreBadValueError, describeError } from '../../runtime/errors.ts'
import { Catalog } from '../catalog/catalog.ts'
import { CutLogs } from '../ingest/cut-logs.ts'
import type { DeadLetter } from './dead-letter-row.ts'
import { HostSightings } from '../ingest/host-sightings.ts'
import { type BatchResult, ingestBatch } from '../ingest/ingest-batch.ts'
import { readDeadLetter } from './read-dead-letter.ts'
import type { MetricStore, StoreTransaction } from '../store.ts'
import { type Decoder, understand } from '../ingest/understand.ts'

/** What a rehearsal stands on. */
export interface Rehearsal {
  readonly store: MetricStore
  readonly decoder: Decoder
  readonly acceptForeign: boolean
  readonly nowMs: number
}

/** What would become of a dead letter. */
export interface RehearsedReplay {
  readonly records: number
  readonly samples: number
  readonly duplicates: number
  readonly deadLetters: readonly DeadLetter[]
}

/**
 * What a replay would do: all of it is done, in one transaction, which is then rolled back; even ids of hosts and series
 * that are new are not kept. Needs the same rights as a replay. Undefined when there is no such dead letter. Throws the
 * store's errors.
 */
export async function rehearseReplay(
  { store, decoder, acceptForeign, nowMs }: Rehearsal,
  deadLetterId: bigint,
): Promise<RehearsedReplay | undefined> {
  const record = await readDeadLetter(store, deadLetterId)
  if (record === undefined) return undefined
  const arrival = understand(record, decoder, acceptForeign)
  const rehearsed = new RolledBack()
  try {
    await store.transaction(async (transaction) => {
      const inside = withinTransaction(store, transaction)
      const writer = {
        store: inside,
        catalog: new Catalog(inside),
        sightings: new HostSightings(inside),
        cuts: new CutLogs(),
      }
      // Compared at once: an insert that meets a row of its key would end the transaction.
      const how = {
        nowMs,
        compare: true,
        idsAreFresh: true,
        check: () => undefined,
        beforeCommit: () => undefined,
      }
      rehearsed.result = await ingestBatch(writer, { deadLetterId, arrivals: [arrival] }, how)
      throw rehearsed
    })
  } catch (error) {
    if (error instanceof StoreBadValueError) {
      const letter = { arrival, reason: 'bad-value', error: describeError(error) } as const
      return { records: 0, samples: 0, duplicates: 0, deadLetters: [letter] }
    }
    if (error !== rehearsed) throw error
  }
  const { result } = rehearsed
  return result?.outcome === 'stored' ? result : undefined
}

/** Thrown to have the transaction rolled back; no failure. */
class RolledBack extends Error {
  override readonly name = 'RolledBack'
  result: BatchResult | undefined
}

/** The store, with everything that is written, ids too, inside the one transaction. */
function withinTransaction(store: MetricStore, transaction: StoreTransaction): MetricStore {
  return {
    label: store.label,
    traits: store.traits,
    codec: store.codec,
    database: transaction.sql,
    connectionsLost: store.connectionsLost,
    migrations: store.migrations,
    ...(store.schemaName === undefined ? {} : { schemaName: store.schemaName }),
    underMigrationLock: async (work) => store.underMigrationLock(work),
    partitionStatements: async (fromMs, toMs, database) => store.partitionStatements(fromMs, toMs, database),
    oldPartitions: async (tier, beforeMs) => store.oldPartitions(tier, beforeMs),
    dropPartition: async (partition) => store.dropPartition(partition),
    tableSizes: async () => store.tableSizes(),
    transaction: async (work) => work(transaction),
    [Symbol.asyncDispose]: async () => undefined,
  }
}
