import type { MetricStore, StoreTransaction } from '../../src/store/store.ts'

/** The store as it is, but for some of its members; whatever way it is made, object or class. */
export function changedStore(store: MetricStore, changes: Partial<MetricStore>): MetricStore {
  return {
    label: store.label,
    traits: store.traits,
    codec: store.codec,
    database: store.database,
    get connectionsLost() {
      return store.connectionsLost
    },
    migrations: store.migrations,
    ...(store.schemaName === undefined ? {} : { schemaName: store.schemaName }),
    underMigrationLock: async (work) => store.underMigrationLock(work),
    partitionStatements: async (fromMs, toMs, database) => store.partitionStatements(fromMs, toMs, database),
    oldPartitions: async (tier, beforeMs) => store.oldPartitions(tier, beforeMs),
    dropPartition: async (partition) => store.dropPartition(partition),
    ...(store.reclaimSpace === undefined ? {} : { reclaimSpace: store.reclaimSpace }),
    tableSizes: async () => store.tableSizes(),
    transaction: async (work) => store.transaction(work),
    [Symbol.asyncDispose]: async () => store[Symbol.asyncDispose](),
    ...changes,
  }
}

/** As with `changedStore`. */
export function changedTransaction(
  transaction: StoreTransaction,
  changes: Partial<StoreTransaction>,
): StoreTransaction {
  return {
    sql: transaction.sql,
    insertScrapes: async (rows) => transaction.insertScrapes(rows),
    insertHistograms: async (rows) => transaction.insertHistograms(rows),
    findScrapes: async (rows) => transaction.findScrapes(rows),
    findHistograms: async (rows) => transaction.findHistograms(rows),
    ...changes,
  }
}
