import type { MetricStore, TableSize } from '../../store/store.ts'

/** What is kept takes this much, and how that goes on. Null: not known. */
export interface StorageFigures {
  /** Every reading as it came; null where the database knows its whole size alone. */
  readonly rawBytes: number | null
  /** Ten minutes and hours. */
  readonly tierBytes: number | null
  readonly totalBytes: number
  /** How much a day of raw takes; null in the first hour. */
  readonly bytesPerDay: number | null
  /** On the disk of an SQLite file. */
  readonly freeBytes: number | null
  /** Until the disk is full, if it goes on so; null where it is not known, or where all that is to be kept has room. */
  readonly daysUntilFull: number | null
}

/** What is to be known beside the tables' sizes. */
export interface StorageQuestion {
  readonly sizes: readonly TableSize[]
  readonly nowMs: number
  readonly freeBytes: number | undefined
  /** How long raw is kept. */
  readonly rawRetentionMs: number
}

const dayMs = 86_400_000
const leastSpanMs = 3_600_000

/** Estimates from what the database keeps of itself, and from how far back raw rows reach. Throws the store's errors. */
export async function readStorage(store: MetricStore, question: StorageQuestion): Promise<StorageFigures> {
  const oldest = await store.database.selectFrom('scrape').select('time').orderBy('time').limit(1).executeTakeFirst()
  const spanMs = oldest === undefined ? 0 : question.nowMs - store.codec.timeMs(oldest.time)
  return storageFigures(question, spanMs)
}

/** The figures where raw rows reach back so far. */
export function storageFigures(
  { sizes, freeBytes, rawRetentionMs }: Omit<StorageQuestion, 'nowMs'>,
  spanMs: number,
): StorageFigures {
  const sum = (names: readonly string[]): number | null => {
    const own = sizes.filter(({ table }) => table !== undefined && names.includes(table))
    return own.length === 0 ? null : own.reduce((total, { bytes }) => total + bytes, 0)
  }
  const rawBytes = sum(['scrape', 'histogram'])
  const totalBytes = sizes.reduce((total, { bytes }) => total + bytes, 0)
  const bytesPerDay = spanMs < leastSpanMs ? null : Math.round(((rawBytes ?? totalBytes) * dayMs) / spanMs)
  return {
    rawBytes,
    tierBytes: sum(['rollup', 'histogram_rollup']),
    totalBytes,
    bytesPerDay,
    freeBytes: freeBytes ?? null,
    daysUntilFull:
      bytesPerDay === null || freeBytes === undefined
        ? null
        : daysUntilFull(bytesPerDay, freeBytes, (rawRetentionMs - spanMs) / dayMs),
  }
}

/** Raw grows only until it is as old as it is kept. */
function daysUntilFull(bytesPerDay: number, freeBytes: number, growingDays: number): number | null {
  if (bytesPerDay <= 0) return null
  const days = freeBytes / bytesPerDay
  return days < growingDays ? Math.floor(days) : null
}
