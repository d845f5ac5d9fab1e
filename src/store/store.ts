import type { Kysely, RawBuilder } from 'kysely'
import type { ExponentialHistogram } from '../metric/sample.ts'
import type { StoredBigint, StoredBytes, StoredJson, StoredTime, StoredUid, Tables } from './schema.ts'

/**
 * The seam of the store room: what a database must be able to do. Everything above it (`catalog`, `ingest`, `migrate`,
 * `query/`) is written once. Each dialect folder has one implementation, which passes `test/contract/store.ts` on a real
 * server. Every method translates the driver's errors into StoreUnavailableError, StoreConfigurationError,
 * StoreBadValueError or DuplicateRowError (by the table in `<dialect>-error.ts`), keeping the cause.
 */
export interface MetricStore extends AsyncDisposable {
  /** For a person: `postgres metrics@db1:5432/vitals`, without any secret. */
  readonly label: string
  readonly traits: StoreTraits
  readonly codec: Codec
  /** Reads and the cold writes outside the ingest transaction, over a pool where the database has one. */
  readonly database: Kysely<Tables>
  /** The schema (namespace) that the tables live in; absent where the database itself is it. Statements name it or set it. */
  readonly schemaName?: string
  /**
   * How many connections have ended since the store was opened, for whatever reason, also while nobody used them. When it
   * grows, the next ones may lead to another server, or to the same one restored: what was read before may not be so.
   */
  readonly connectionsLost: number
  /**
   * Why a commit may not be on the server's disk when it returns, where that was asked for and only the server's
   * administrator can change it; absent where it is. To be asked once the database was reached.
   */
  readonly undurable?: { readonly reason: string; readonly nextStep: string } | undefined
  /** What server answers, and its clock; absent where there is no server. */
  readonly askServer?: () => Promise<ServerAnswer>
  /** The schema's history, oldest first. Names never change once released. */
  readonly migrations: readonly Migration[]
  /** Runs `work` alone under a lock of this database that every program version takes, whatever machine it runs on. */
  readonly underMigrationLock: <T>(work: (database: Kysely<Tables>) => Promise<T>) => Promise<T>
  /**
   * The statements that make sure of raw partitions for each day of the range; empty where there are none to make. Under the
   * migration lock they are asked for over the `database` that has it: a second connection may have to wait for the lock.
   */
  readonly partitionStatements: (fromMs: number, toMs: number, database?: Kysely<Tables>) => Promise<readonly string[]>
  /** The parts of a tier's tables that hold nothing from `beforeMs` on, oldest first; empty where tables have no parts. */
  readonly oldPartitions: (tier: Tier, beforeMs: number) => Promise<readonly OldPartition[]>
  /**
   * Drops one, with its rows. Waits a second at most for whoever reads or writes the table, since everybody else waits behind:
   * then it throws StoreUnavailableError, and is to be tried again.
   */
  readonly dropPartition: (partition: OldPartition) => Promise<void>
  /** Gives some of what deleted rows took back to the disk; true where there is more to give. Absent where nobody need ask. */
  readonly reclaimSpace?: () => Promise<boolean>
  /** What the tables take on the disk, from what the database keeps of itself anyway; no row is read. */
  readonly tableSizes: () => Promise<readonly TableSize[]>
  /**
   * One transaction, READ COMMITTED or stricter, where a read after a lock sees what others committed before it (so not
   * MySQL's REPEATABLE READ): commits when `work` resolves, rolls back when it rejects. When COMMIT's answer is lost it throws
   * StoreUnavailableError; the position, or else the row keys, then tell what happened.
   */
  readonly transaction: <T>(work: (transaction: StoreTransaction) => Promise<T>) => Promise<T>
}

/** A database's server, as it tells of itself. */
export interface ServerAnswer {
  /** As the server writes it: `17.6`, `10.11.19-MariaDB`. */
  readonly version: string
  /** Its own clock, Unix milliseconds. */
  readonly nowMs: number
}

/** How fine what is kept is: every reading, one value for ten minutes, one for an hour. */
export type Tier = 'raw' | 'tenMinutes' | 'hours'

/** The tables that have what was measured. */
export type TierTable = 'scrape' | 'histogram' | 'rollup' | 'histogram_rollup'

/** A table's part of a day or a month. */
export interface OldPartition {
  readonly table: string
  readonly name: string
  /** Undefined where the database does not say. */
  readonly bytes: number | undefined
}

/** A table with its indexes and partitions; without a name all tables together, where the database knows no more. */
export interface TableSize {
  readonly table?: string
  readonly bytes: number
}

/** A transaction under way. */
export interface StoreTransaction {
  /** Typed SQL on this transaction's connection. */
  readonly sql: Kysely<Tables>
  /** The hot path: inserts all rows as they are, or throws DuplicateRowError (the transaction is then lost). */
  readonly insertScrapes: (rows: readonly ScrapeRow[]) => Promise<void>
  readonly insertHistograms: (rows: readonly HistogramRow[]) => Promise<void>
  /** The stored rows that have the keys of these; in any order. */
  readonly findScrapes: (rows: readonly ScrapeRow[]) => Promise<readonly ScrapeRow[]>
  readonly findHistograms: (rows: readonly HistogramRow[]) => Promise<readonly HistogramRow[]>
}

/** One row of `scrape`; its key is (host, time, run, seq, layout). */
export interface ScrapeRow {
  readonly timeMs: number
  readonly seq: number
  readonly hostId: number
  readonly runId: number
  readonly layoutId: number
  /** NaN is NULL. */
  readonly readings: Float64Array
}

/** One row of `histogram`; its key is (host, series, time, run, seq). */
export interface HistogramRow {
  readonly timeMs: number
  readonly startTimeMs: number
  readonly seq: number
  readonly hostId: number
  readonly runId: number
  readonly seriesId: number
  readonly histogram: ExponentialHistogram
  /** p50, p90, p95, p99 of the histogram, computed by us so that SQL needs no decoder. Undefined when it is empty. */
  readonly percentiles: readonly [number, number, number, number] | undefined
}

/** How databases differ, by name; code above the seam asks for a trait, never for a dialect. */
export interface StoreTraits {
  /** `INSERT … ON CONFLICT DO NOTHING` (else `INSERT IGNORE` is not used either, but insert-or-read with ON DUPLICATE KEY). */
  readonly supportsOnConflict: boolean
  /** `SELECT … FOR UPDATE`; SQLite's BEGIN IMMEDIATE holds the whole file instead. */
  readonly supportsRowLocks: boolean
  /** DDL rolls back with its transaction; where it does not, each migration's statements are idempotent. */
  readonly supportsTransactionalDdl: boolean
  /** Raw rows live in daily partitions that must exist before a row comes. */
  readonly hasPartitions: boolean
  /** Which tables have parts that can be dropped; of the others old rows are deleted. */
  readonly partitioned: readonly TierTable[]
}

/** One step of the schema. */
export interface Migration {
  /** `0001-foundation`; sorted by it. */
  readonly name: string
  /** Executed in order; printed by `migrate --plan`. */
  readonly statements: readonly string[]
}

/** Between values of ours and what this database's driver takes and gives. */
export interface Codec {
  readonly time: (ms: number) => StoredTime
  readonly timeMs: (stored: StoredTime) => number
  readonly uid: (uuid: string) => StoredUid
  readonly uidText: (stored: StoredUid) => string
  readonly json: (value: unknown) => StoredJson
  readonly jsonValue: (stored: StoredJson) => unknown
  readonly bytes: (bytes: Uint8Array) => StoredBytes
  readonly bytesValue: (stored: StoredBytes) => Uint8Array
  readonly bigint: (value: bigint | number) => StoredBigint
  readonly bigintValue: (stored: StoredBigint) => bigint
  /** A list of whole numbers, such as a histogram's buckets. */
  readonly wholesValue: (stored: unknown) => readonly number[]
  /**
   * Of a column that is a list of numbers only those at these positions (from 1; rising, each once), to be read by
   * `numbersValue`: a row of two hundred need not travel for three.
   */
  readonly pickNumbers: (column: string, positions: readonly number[]) => RawBuilder<unknown>
  /** A list of numbers, or what `pickNumbers` took of one; a missing one is NaN. */
  readonly numbersValue: (stored: unknown) => readonly number[]
  /** A list of numbers for a column; NaN is NULL. */
  readonly numbers: (numbers: Iterable<number>) => unknown
}
