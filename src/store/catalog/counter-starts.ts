import type { Series } from '../../metric/sample.ts'
import type { DecodedScrape } from '../../wire/decoded-record.ts'
import { entryAt } from '../index-aligned.ts'
import { inChunks, insertMissing } from '../insert-missing.ts'
import type { MetricStore, StoreTransaction } from '../store.ts'

/** A row of numbers whose counters tell since when they count. */
export interface RowOfStarts {
  readonly hostId: number
  readonly scrape: DecodedScrape
}

/** Since when a counter of a host counts, Unix milliseconds. */
export interface CounterStart {
  readonly hostId: number
  readonly seriesId: number
  readonly startMs: number
}

/** A start before this is no time: OTLP says 0 where it is not known. */
const firstStartMs = 86_400_000
/** Rows whose starts are remembered; those of others are written again, which changes nothing. */
const mostRows = 20_000

/** Starts that were not noted before. */
export interface DueStarts {
  readonly starts: readonly CounterStart[]
  /** To be called when they are committed. */
  readonly committed: () => void
}

/**
 * Finds the starts of counters that are to be noted, so that each is written once. A start at the reading's own time is
 * OTLP's word for an unknown one and not noted, nor is one after it.
 */
export class CounterStarts {
  readonly #seriesIds: (series: readonly Series[]) => Promise<readonly number[]>
  /** By host and layout: what was noted last. */
  #noted = new Map<string, Float64Array>()
  /** Of which host each of these was noted: a decoder gives the same starts as the same array. */
  #notedOf = new WeakMap<Float64Array, number>()

  constructor(seriesIds: (series: readonly Series[]) => Promise<readonly number[]>) {
    this.#seriesIds = seriesIds
  }

  forget(): void {
    this.#noted = new Map()
    this.#notedOf = new WeakMap()
  }

  /** Throws the store's errors. */
  async due(rows: readonly RowOfStarts[]): Promise<DueStarts> {
    // Kept in hand: after `forget` a call under way must not fill the new map.
    const noted = this.#noted
    const notedOf = this.#notedOf
    const seen = new Map<string, Float64Array>()
    const whole = new Map<Float64Array, number>()
    const starts = new Map<string, CounterStart>()
    for (const { hostId, scrape } of rows) {
      const { startTimesMs: told, layout, timeMs } = scrape
      if (told === undefined || notedOf.get(told) === hostId || whole.get(told) === hostId) continue
      const key = `${hostId}/${layout.hash}`
      const former = seen.get(key) ?? noted.get(key)
      if (former !== undefined && isEqual(former, told)) {
        whole.set(told, hostId)
        continue
      }
      const ids = await this.#seriesIds(layout.series)
      for (const [index, startMs] of told.entries()) {
        if (startMs < firstStartMs || startMs >= timeMs || startMs === former?.[index]) continue
        const seriesId = entryAt(ids, index, 'a series')
        starts.set(`${hostId}/${seriesId}/${startMs}`, { hostId, seriesId, startMs })
      }
      // One that is not before its reading is looked at again with the next.
      const kept = told.map((startMs) => (startMs < timeMs ? startMs : 0))
      seen.set(key, kept)
      if (isEqual(kept, told)) whole.set(told, hostId)
    }
    return {
      starts: [...starts.values()],
      committed: () => {
        for (const [key, each] of seen) remember(noted, key, each)
        for (const [told, hostId] of whole) notedOf.set(told, hostId)
      },
    }
  }
}

/** Writes starts, inside the batch's transaction; those that are there already stay. */
export async function insertStarts(
  { codec, traits }: MetricStore,
  transaction: StoreTransaction,
  starts: readonly CounterStart[],
): Promise<void> {
  // In one order, so that the locks of two consumers do not cross.
  const ordered = [...starts].sort((a, b) => a.hostId - b.hostId || a.seriesId - b.seriesId || a.startMs - b.startMs)
  for (const chunk of inChunks(ordered)) {
    const values = chunk.map(({ hostId, seriesId, startMs }) => {
      return { host_id: hostId, series_id: seriesId, start_time: codec.time(startMs) }
    })
    await insertMissing(transaction.sql.insertInto('counter_start').values(values), traits, 'host_id')
  }
}

/** Starts before this time are forgotten: no reading that is kept is older. */
export async function dropOldStarts({ codec, database }: MetricStore, beforeMs: number): Promise<void> {
  await database.deleteFrom('counter_start').where('start_time', '<', codec.time(beforeMs)).execute()
}

function isEqual(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}

function remember(noted: Map<string, Float64Array>, key: string, starts: Float64Array): void {
  const [oldest] = noted.keys()
  if (noted.size >= mostRows && oldest !== undefined && !noted.has(key)) noted.delete(oldest)
  noted.set(key, starts)
}
