import { equalHistograms, equalScrapes, histogramKey, scrapeKey } from './equal-rows.ts'
import type { PreparedRecord } from './rows-of.ts'
import type { HistogramRow, ScrapeRow, StoreTransaction } from '../store.ts'

/** Rows of one record that are to be inserted. */
export interface FreshRows {
  readonly scrapes: readonly ScrapeRow[]
  readonly histograms: readonly HistogramRow[]
}

/** What the rows of a batch are compared with: the stored ones of the same keys, and those of the batch before them. */
export class StoredRows {
  readonly #scrapes: Map<string, ScrapeRow>
  readonly #histograms: Map<string, HistogramRow>

  private constructor(scrapes: readonly ScrapeRow[], histograms: readonly HistogramRow[]) {
    this.#scrapes = new Map(scrapes.map((row) => [scrapeKey(row), row]))
    this.#histograms = new Map(histograms.map((row) => [histogramKey(row), row]))
  }

  static async read(transaction: StoreTransaction, records: readonly PreparedRecord[]): Promise<StoredRows> {
    const parts = records.flatMap((record) => record.parts)
    const scrapes = await transaction.findScrapes(parts.flatMap((part) => part.scrapes))
    return new StoredRows(scrapes, await transaction.findHistograms(parts.flatMap((part) => part.histograms)))
  }

  /** Of a record's rows those that are not there yet, which count as there from now on; or 'conflict', when one differs. */
  admit({ scrapes, histograms }: FreshRows): FreshRows | 'conflict' {
    const conflicts =
      scrapes.some((row) => differs(this.#scrapes.get(scrapeKey(row)), row, equalScrapes)) ||
      histograms.some((row) => differs(this.#histograms.get(histogramKey(row)), row, equalHistograms))
    if (conflicts) return 'conflict'
    const fresh = {
      scrapes: scrapes.filter((row) => !this.#scrapes.has(scrapeKey(row))),
      histograms: histograms.filter((row) => !this.#histograms.has(histogramKey(row))),
    }
    for (const row of fresh.scrapes) this.#scrapes.set(scrapeKey(row), row)
    for (const row of fresh.histograms) this.#histograms.set(histogramKey(row), row)
    return fresh
  }

  /** True when all of these rows are there, and equal. */
  holds({ scrapes, histograms }: FreshRows): boolean {
    return (
      scrapes.length + histograms.length > 0 &&
      scrapes.every((row) => isEqual(this.#scrapes.get(scrapeKey(row)), row, equalScrapes)) &&
      histograms.every((row) => isEqual(this.#histograms.get(histogramKey(row)), row, equalHistograms))
    )
  }
}

function isEqual<Row>(stored: Row | undefined, row: Row, equal: (a: Row, b: Row) => boolean): boolean {
  return stored !== undefined && equal(stored, row)
}

function differs<Row>(stored: Row | undefined, row: Row, equal: (a: Row, b: Row) => boolean): boolean {
  return stored !== undefined && !equal(stored, row)
}
