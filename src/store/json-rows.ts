import { storedText } from './stored-value.ts'
import type { HistogramRow } from './store.ts'

/** A row of a database that keeps lists of numbers as JSON text, by its columns' names. */
export type JsonRow = Readonly<Record<string, unknown>>

/** `scrape.readings`; what is NULL there is NaN. */
export function readReadings(stored: JsonRow): Float64Array {
  return Float64Array.from(readNumbers(stored['readings']), (reading) => reading ?? Number.NaN)
}

/** What a row of `histogram` says beside its key and its start. */
export function readHistogram(stored: JsonRow): Pick<HistogramRow, 'histogram' | 'percentiles'> {
  const min = readNumber(stored['min'])
  const max = readNumber(stored['max'])
  const [p50, p90, p95, p99] = [stored['p50'], stored['p90'], stored['p95'], stored['p99']].map(readNumber)
  return {
    histogram: {
      scale: Number(stored['scale']),
      count: Number(stored['count']),
      sum: Number(stored['sum']),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      zeroCount: Number(stored['zero_count']),
      offset: Number(stored['bucket_offset']),
      counts: readWholes(stored['buckets']),
    },
    percentiles:
      p50 === undefined || p90 === undefined || p95 === undefined || p99 === undefined
        ? undefined
        : [p50, p90, p95, p99],
  }
}

/** A list of whole numbers, such as `histogram.buckets`. */
export function readWholes(stored: unknown): readonly number[] {
  return readNumbers(stored).map(Number)
}

function readNumbers(json: unknown): readonly (number | null)[] {
  // Written by the dialect's own insert, from numbers alone.
  return JSON.parse(storedText(json)) as readonly (number | null)[]
}

function readNumber(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}
